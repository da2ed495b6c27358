"""How much of a document is read at the most: one frozen value, which a caller may raise or lower.

A document that goes over a limit is never cut in silence: it is refused by :func:`exceeded`, or read in part with the
finding of :func:`reached`. Both name the limit, so that a user knows which field to change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .errors import InputError
from .kinds import Finding
from .spans import Span


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of reading. The largest report that was met has 4 MB, 90 pages and 400 printed cells.

    Attributes:
        max_bytes: Bytes of one document, and of one member of an archive when it is unpacked.
        max_characters: Characters of the text that a reader makes of a document.
        max_nesting: Elements inside one another. A page beyond it is flattened; an office file is refused.
        max_elements: Elements of a page, beyond one for each hundred bytes of it.
        max_cells: Places that the cells of one table may cover, spans included.
        max_pieces: Tokens, lines and cells of a text, up to which headings and tables are looked for in it.
        max_pages: Pages of a PDF that are read.
        max_members: Members of an archive or of an office file.
        max_ratio: How many times larger than its packed form an office file, a stream or a member may be.
        max_office_seconds: How long an office program may take to convert one file.

    Example:
        >>> Limits(max_pages=20).max_pages
        20
    """

    max_bytes: int = 100_000_000
    max_characters: int = 50_000_000
    max_nesting: int = 2_048
    max_elements: int = 100_000
    max_cells: int = 50_000
    max_pieces: int = 40_000
    max_pages: int = 500
    max_members: int = 100_000
    max_ratio: int = 200
    max_office_seconds: int = 120


DEFAULT_LIMITS = Limits()


def exceeded(limits: Limits, name: str, found: str, *, place: str = "") -> InputError:
    """The error that refuses a document over a limit.

    Args:
        limits: The limits in force.
        name: The field that was exceeded.
        found: What the document has, such as ``"it has 812 pages"``.
        place: The name of the document.

    Example:
        >>> str(exceeded(Limits(), "max_pages", "the file has 812 pages", place="a.pdf"))
        'a.pdf: the file has 812 pages, more than the limit max_pages=500; raise it with Limits(max_pages=...)'
    """
    return InputError(_told(limits, name, found), code="limit_exceeded", place=place)


def reached(limits: Limits, name: str, found: str, spans: Iterable[Span] = ()) -> Finding:
    """The finding that tells where reading stopped at a limit.

    Example:
        >>> reached(Limits(), "max_pages", "pages 501 to 812 were not read: the file has 812 pages").code
        'limit_reached'
    """
    return Finding(code="limit_reached", severity="warning", message=_told(limits, name, found), spans=tuple(spans))


def _told(limits: Limits, name: str, found: str) -> str:
    return f"{found}, more than the limit {name}={getattr(limits, name)}; raise it with Limits({name}=...)"
