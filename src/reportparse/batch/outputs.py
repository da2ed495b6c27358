"""Parts of a dataset: files that are written under another name, hashed on the way, and told in the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any, Generic, NamedTuple, TypeVar

from ..errors import ExportError
from .stores import Store

S = TypeVar("S")


class Part(NamedTuple):
    """A file of the dataset, with its rows and the hash of its bytes."""

    file: str
    rows: int
    bytes: int
    sha256: str


@contextmanager
def reading(store: Store, name: str, *errors: type[Exception]) -> Iterator[None]:
    """Tell of a part that cannot be read, which raises some errors, what to do about it."""
    try:
        yield
    except errors as error:
        message = f"this part is damaged; delete it and run again, and its dataset is made anew ({error})"
        raise ExportError(message, code="not_written", place=f"{store.location}/{name}") from error


class Piece(NamedTuple, Generic[S]):
    """Documents of a block that stand together in one source.

    Attributes:
        source: What holds their results.
        first: The number of the first there.
        last: The number of the last there.
        position: The number of the first in the dataset.
        ids: Their ids in the dataset.
    """

    source: S
    first: int
    last: int
    position: int
    ids: Sequence[str]


@dataclass
class PartFile:
    """A part while it is written: a file that takes bytes one after another."""

    store: Store
    name: str

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._stack = ExitStack()
        self._file: IO[bytes] = self._stack.enter_context(self.store.create(self.name))
        self._size = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Append bytes."""
        view = memoryview(data)
        self._digest.update(view)
        self._size += view.nbytes
        self._file.write(view)
        return view.nbytes

    def tell(self) -> int:
        """How many bytes were written."""
        return self._size

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Part of being a file: whoever writes may call it, and :meth:`finish` ends the part."""

    def finish(self, rows: int) -> Part:
        """Give the file its name."""
        self.closed = True
        self._stack.close()
        return Part(self.name, rows, self._size, self._digest.hexdigest())

    def discard(self, error: BaseException) -> None:
        """Leave nothing behind."""
        self.closed = True
        self._stack.__exit__(type(error), error, error.__traceback__)
