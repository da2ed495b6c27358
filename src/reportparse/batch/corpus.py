"""The arguments of a batch to documents, in an order that is always the same."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from ..archives.documents import holds_documents, iter_documents
from ..document import RawDocument
from ..errors import InputError
from ..limits import DEFAULT_LIMITS, Limits, exceeded
from .crawls import Columns, count_rows, iter_crawl
from .stores import filesystem, is_url

# Parquet is told by its name: what else ends so is no report.
_CRAWL_ENDINGS = (".parquet", ".parq")
# At a URL an archive is told by its name as well; looking into every file would fetch each twice.
_ARCHIVE_ENDINGS = (".zip", ".warc", ".warc.gz")
# A folder or a crawl of a batch may hold any number of documents.
_MANY = 1 << 40

# How many things the first chunk holds, and by which part of it each one after it grows.
_FIRST_CHUNK = 10
_CHUNK_GROWTH = 2

Tell = Callable[[str], None]


class Input(NamedTuple):
    """A document of the input: as it is, or by the path or URL where a worker reads it."""

    raw: RawDocument
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """The arguments of a batch.

    Attributes:
        arguments: Files, folders, archives, crawls, globs and URLs of them.
        columns: The columns of crawls kept as Parquet.
        limits: How much of one document is read.
    """

    arguments: tuple[str, ...]
    columns: Columns = field(default_factory=Columns)
    limits: Limits = DEFAULT_LIMITS

    def documents(self, tell: Tell = lambda message: None) -> Iterator[Input]:
        """The documents in order.

        Args:
            tell: Is told what is odd about an archive, such as that it is cut short.

        Raises:
            InputError: An argument names nothing that is there.
        """
        for places in [_expanded(argument) for argument in self.arguments]:
            for place in places:
                yield from self._url(place, tell) if is_url(place) else self._local(place, tell)

    def check(self) -> None:
        """Look whether every argument names something.

        Raises:
            InputError: One does not.
        """
        for argument in self.arguments:
            _expanded(argument)

    def count(self) -> int | None:
        """About how many documents there are; None if that cannot be told without reading them."""
        total = 0
        for place in (place for argument in self.arguments for place in _expanded(argument)):
            if place.lower().endswith(_CRAWL_ENDINGS) and not is_url(place):
                total += count_rows(place)
            elif os.path.isdir(place):
                names = [name for _, _, files in os.walk(place) for name in files if not name.startswith(".")]
                if any(name.lower().endswith(_ARCHIVE_ENDINGS) for name in names):
                    return None
                total += len(names)
            elif place.lower().endswith(_ARCHIVE_ENDINGS):
                return None
            else:
                total += 1
        return total

    def _local(self, place: str, tell: Tell) -> Iterator[Input]:
        name = _readable(os.path.basename(place))
        if name.lower().endswith(_CRAWL_ENDINGS):
            yield from map(Input, iter_crawl(place, name, self.columns, self.limits))
        elif holds_documents(place):
            yield from self._members(place, tell)
        else:
            yield Input(RawDocument(name), os.path.abspath(place))

    def _members(self, place: str, tell: Tell) -> Iterator[Input]:
        with iter_documents(place, limits=replace(self.limits, max_members=_MANY)) as documents:
            yield from map(Input, documents)
            for finding in documents.findings:
                tell(finding.message)

    def _url(self, url: str, tell: Tell) -> Iterator[Input]:
        name = PurePosixPath(url).name
        if name.lower().endswith(_CRAWL_ENDINGS):
            system, path = filesystem(url)
            with system.open(path, "rb") as file:
                yield from map(Input, iter_crawl(file, name, self.columns, self.limits))
        elif name.lower().endswith(_ARCHIVE_ENDINGS):
            # An archive is read at several places at once, so it is fetched whole.
            with tempfile.TemporaryDirectory() as folder:
                system, path = filesystem(url)
                local = os.path.join(folder, name)
                system.get_file(path, local)
                yield from self._members(local, tell)
        else:
            yield Input(RawDocument(name), url)


def read_bytes(place: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes at a path or URL.

    Raises:
        InputError: There is nothing, it cannot be read, or it has more bytes than a document may have.
    """
    try:
        with ExitStack() as stack:
            if is_url(place):
                system, path = filesystem(place)
                file: Any = stack.enter_context(system.open(path, "rb"))
            else:
                file = stack.enter_context(open(place, "rb"))
            data: bytes = file.read(limits.max_bytes + 1)
    except FileNotFoundError as error:
        raise InputError("there is no such file", code="file_missing", place=place) from error
    except (OSError, ValueError) as error:
        raise InputError(f"the file cannot be read: {error}", code="unreadable", place=place) from error
    if len(data) > limits.max_bytes:
        raise exceeded(limits, "max_bytes", "it has more bytes", place=place)
    return data


def _expanded(argument: str) -> Sequence[str]:
    """The paths or URLs that an argument names, sorted where it names several."""
    if is_url(argument):
        return _expanded_url(argument)
    argument = argument.removeprefix("file://")
    if os.path.lexists(argument):
        return [argument]
    if not glob.has_magic(argument):
        raise InputError("there is no such file", code="file_missing", place=argument)
    found = sorted(path for path in glob.iglob(argument, recursive=True) if not os.path.isdir(path))
    if not found:
        raise InputError("nothing fits this pattern", code="file_missing", place=argument)
    return found


def _expanded_url(url: str) -> Sequence[str]:
    system, path = filesystem(url)
    try:
        if system.isfile(path):
            return [url]
        found = sorted(system.glob(path) if glob.has_magic(path) else system.find(path))
    except OSError as error:
        raise InputError(f"cannot be read: {error}", code="unreadable", place=url) from error
    scheme = url.partition("://")[0]
    files = [
        each if is_url(each) else f"{scheme}://{each}" for each in found if not PurePosixPath(each).name.startswith(".")
    ]
    if not files:
        raise InputError("there is nothing", code="file_missing", place=url)
    return files


def _readable(name: str) -> str:
    """A name whose bytes are not all UTF-8 can be opened, but not printed."""
    return os.fsencode(name).decode("utf-8", "replace")


def in_chunks(items: Iterable[Any], most: int, most_bytes: int) -> Iterator[tuple[Any, ...]]:
    """Things that have a ``size``, in tuples of so many, or fewer where they are large.

    The first tuples are shorter, so that few things occupy several workers too.
    """
    chunk: list[Any] = []
    size, enough = 0, min(most, _FIRST_CHUNK)
    for item in items:
        chunk.append(item)
        size += item.size
        if len(chunk) >= enough or size >= most_bytes:
            yield tuple(chunk)
            chunk, size = [], 0
            enough = min(most, enough + enough // _CHUNK_GROWTH)
    if chunk:
        yield tuple(chunk)
