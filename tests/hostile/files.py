"""What a hostile file is, and the whole collection of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from hostile.promises import RESULT
from reportparse.limits import DEFAULT_LIMITS, Limits

# How many times larger a file is whose size is the point.
GROWTH = 20
# A document that must be read, whatever is odd about it.
READ = frozenset({RESULT})
# Whether it is read or refused is open; that it is one of the two is not.
ANYTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file by its name; its bytes are made on demand and are the same every time.

    Attributes:
        name: The kind, a slash, and what the file does: ``pdf/page-tree-loop.pdf``.
        make: Makes the bytes.
        told: One of these is told of it: codes of findings or of the error, or that it was read; empty where open.
        limits: The limits that it is meant for.
        is_costly: Its size is the point, or it takes seconds: it is measured, and not part of the quick suite.
        is_converted: An office program is asked to convert it, where one is installed; its memory is its own.
    """

    name: str
    make: Callable[[], bytes] = field(repr=False)
    told: frozenset[str] = ANYTHING
    limits: Limits = DEFAULT_LIMITS
    is_costly: bool = False
    is_converted: bool = False

    @property
    def file_name(self) -> str:
        """The name without the kind."""
        return self.name.partition("/")[2]


def written(name: str, text: str, told: frozenset[str] = READ, limits: Limits = DEFAULT_LIMITS) -> HostileFile:
    """A file of text in UTF-8."""
    return HostileFile(name, lambda: text.encode("utf-8", "surrogatepass"), told, limits)


def grown(
    name: str, make: Callable[[int], bytes], count: int, told: frozenset[str] = READ, *, times: int = GROWTH
) -> Iterator[HostileFile]:
    """Two files of one kind: one for the suite, and one whose size is the point."""
    stem, dot, ending = name.rpartition(".")
    yield HostileFile(name, partial(make, count), told)
    yield HostileFile(f"{stem}-large{dot}{ending}", partial(make, count * times), told, is_costly=True)


def hostile_files() -> list[HostileFile]:
    """The collection, by kind."""
    # They are made of what stands above.
    from hostile import (
        archives,
        encodings,
        foreign,
        labels,
        limits,
        packages,
        pages,
        pdfs,
        pdfstreams,
        sheets,
        tables,
        texts,
        words,
    )

    web = (texts, labels, encodings, pages, tables)
    packed = (packages, words, sheets, pdfs, pdfstreams, archives)
    kinds = (*web, *packed, foreign, limits)
    return [file for kind in kinds for file in kind.files()]
