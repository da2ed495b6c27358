"""What a reader hands to the parser: one text, the grids of its tables, and where in the file each of it stands.

The text never changes after this point; every span of a result counts in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from .errors import InputError
from .kinds import Finding
from .spans import Span

if TYPE_CHECKING:
    from .models import SourcePart

_DRIVE_RE = re.compile(r"[A-Za-z]:")


class GridCell(NamedTuple):
    """A cell of a grid with its place in the text; spanned places belong to it and are not blank.

    ``row`` and ``column`` count from 0; the cell covers ``row_span`` x ``column_span`` places.

    Example:
        >>> cell = GridCell(row=0, column=1, row_span=2, column_span=1, start=3, end=7)
        >>> cell.row_span, cell.is_head
        (2, False)
    """

    row: int
    column: int
    row_span: int
    column_span: int
    start: int
    end: int
    is_head: bool = False


# Makes a cell of a tuple. Every page has hundreds, and this takes a third of the time of calling the class.
cell_of: Callable[[tuple[int, int, int, int, int, int, bool]], GridCell] = partial(tuple.__new__, GridCell)


class Grid(NamedTuple):
    """A table that the file delimits, as a rectangle of cells with spans resolved.

    Cells stand in source order. A place that no cell covers was not printed.

    Example:
        >>> from reportparse.readers.sources import read_source
        >>> grid = read_source("<table><tr><td>规章<td>3<tr><td colspan=2>合计</table>").grids[0]
        >>> grid.rows, grid.columns, [(cell.row, cell.column, cell.column_span) for cell in grid.cells]
        (2, 2, [(0, 0, 1), (0, 1, 1), (1, 0, 2)])
    """

    span: Span
    rows: int
    columns: int
    cells: tuple[GridCell, ...]


class Places(NamedTuple):
    """The way from the text back to the file: the element, the cell or the page that each stretch was read from.

    Attributes:
        starts: Where each place begins in the text, in rising order; it ends where the next one begins.
        path_of: The path of the places from a first to a last, both given by their number in ``starts``. It is called
            only for what a result points at.

    Example:
        >>> Places([0, 7], lambda first, last: f"line {first + 1}").path(Span(8, 9))
        'line 2'
    """

    starts: Sequence[int]
    path_of: Callable[[int, int], str | None]

    def path(self, span: Span) -> str | None:
        """The path of a stretch of the text; None where nothing is known of it."""
        return self.paths([span])[0]

    def paths(self, spans: Iterable[Span]) -> list[str | None]:
        """The same for many stretches."""
        starts, path_of = self.starts, self.path_of
        places = [(bisect_right(starts, start) - 1, bisect_left(starts, end) - 1) for start, end in spans]
        return [path_of(first, last if last > first else first) if first >= 0 else None for first, last in places]


class Image(NamedTuple):
    """A picture that a document shows, by its place in the text.

    Attributes:
        place: The text before this place is shown before the picture.
        address: Where the picture is: the ``src`` of a page, the part of an office file, the page of a PDF.
        text: What the document says in place of the picture.
        width: In pixels, None where the document does not say.
        height: In pixels, None where the document does not say.

    Example:
        >>> from reportparse.readers.sources import read_source
        >>> image = read_source("<p>附表</p><img src='/t/1.png' width=700>").images[0]
        >>> image.address, image.place, image.width
        ('/t/1.png', 2, 700)
    """

    place: int
    address: str
    text: str = ""
    width: int | None = None
    height: int | None = None


class Link(NamedTuple):
    """A link of a page: where its words stand, and the address as printed.

    Example:
        >>> from reportparse.readers.sources import read_source
        >>> document = read_source("<p>见<a href='/t/1.docx'>附件</a></p>")
        >>> [(document.text[link.span.start : link.span.end], link.address) for link in document.links]
        [('附件', '/t/1.docx')]
    """

    span: Span
    address: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as read: the source text, how it was obtained, and what its markup told.

    Attributes:
        text: The source text. All spans count code points in it. A form feed begins a page.
        name: File name or other name of the document; may be empty.
        sha256: Hash of the bytes as read, or of the UTF-8 text where text was handed over.
        media_type: Such as ``text/plain`` or ``text/html``.
        encoding: The codec that decoded the bytes; None where text was handed over, or the format has its own.
        encoding_evidence: Why that codec, in words.
        grids: Tables that the file delimits, in source order; empty for plain text.
        headings: Stretches that the file calls headings.
        furniture: Stretches that the file itself shows to be navigation, header, footer or the like.
        containers: Stretches that an element of a page holds together, an outer one before those inside of it.
        metadata: What the document says of itself, such as ``{"title": ..., "发布机构": ...}``.
        images: Pictures, in source order.
        links: Links, in source order.
        frames: What a page shows from elsewhere, by its place: another page, or a table that a script writes.
        places: The way back to elements, cells and pages; None where the text is the file.
        url: Where it was published, if the archive or the caller says so.
        date: When it was collected, as an ISO date or time, if the archive or the caller says so.
        parts: The files that this document was put together from, if more than one.
        findings: What was odd about reading it.

    Example:
        >>> from reportparse.readers.sources import read_source
        >>> document = read_source("<h1>年度报告</h1><table><tr><td>规章<td>3</table>")
        >>> document.text, document.media_type, len(document.grids)
        ('年度报告\\n规章\\t3\\n', 'text/html', 1)
    """

    text: str
    name: str = ""
    sha256: str = ""
    media_type: str = "text/plain"
    encoding: str | None = None
    encoding_evidence: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    headings: tuple[Span, ...] = ()
    furniture: tuple[Span, ...] = ()
    containers: tuple[Span, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    frames: tuple[Link, ...] = ()
    places: Places | None = None
    url: str | None = None
    date: str | None = None
    parts: tuple[SourcePart, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document that an archive or a crawl holds, not read yet: bytes with a name, and what is known beside them.

    ``parse_report`` takes it as it is, so that one document that cannot be read costs itself alone.

    Attributes:
        name: The name within the archive, after the archive's own: ``crawl.zip/2023/report.html``.
        data: The bytes as published.
        url: Where it was published, None if unknown.
        date: When it was collected, as an ISO date or time, None if unknown.
        charset: The encoding that a transport header declared, None if it did not.
        parts: Further files of the same document: what its page links to in the same archive.
        error: Why it cannot be read, where the archive already tells; ``data`` is what there is of it, often nothing.

    Example:
        >>> from reportparse import parse_report
        >>> page = "<h1>某市水务局2021年政府信息公开工作年度报告</h1><p>一、总体情况".encode("gb18030")
        >>> raw = RawDocument("2021.html", page, url="https://example.org/2021.html", charset="gb18030")
        >>> report = parse_report(raw)
        >>> report.id, report.year, report.source.url
        ('2021', 2021, 'https://example.org/2021.html')
    """

    name: str
    data: bytes = field(default=b"", repr=False)
    url: str | None = None
    date: str | None = None
    charset: str | None = None
    parts: tuple[RawDocument, ...] = ()
    error: InputError | None = None


# What the names of archives end with, as far as an id leaves it out.
_ARCHIVE_ENDINGS = (".warc.gz", ".warc", ".zip")


def id_of(name: str) -> str:
    """The id of a document by its name: without endings, and without what would lead out of its archive.

    Example:
        >>> id_of("report.html"), id_of("crawl.warc.gz/www.example.org/2023/report.html"), id_of("a.zip/../../b.docx")
        ('report', 'crawl/www.example.org/2023/report', 'a/b')
    """
    name = name.replace("\\", "/")
    printable = name if name.isprintable() else "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    parts = [part for part in printable.split("/") if part.strip(". ") and not _DRIVE_RE.fullmatch(part)]
    if not parts:
        return printable
    *folders, last = parts
    dot = last.rfind(".")
    stem = last[:dot] if 0 < dot < len(last) - 1 else last
    return "/".join([*map(_without_archive_ending, folders), stem])


def _without_archive_ending(part: str) -> str:
    return next((part[: -len(end)] for end in _ARCHIVE_ENDINGS if part.lower().endswith(end) and part != end), part)


def unique_name(stem: str, ending: str, taken: dict[str, int]) -> str:
    """A name that none before it has: equal ones get ~2, ~3 before their ending.

    Args:
        stem: The name without its ending.
        ending: Its ending, empty if it has none.
        taken: The names so far, which it joins, with the number last given to each.

    Example:
        >>> taken = {}
        >>> [unique_name("2023/a", ".html", taken) for _ in range(3)]
        ['2023/a.html', '2023/a~2.html', '2023/a~3.html']
    """
    name = unique = stem + ending
    while unique in taken:
        taken[name] += 1
        unique = f"{stem}~{taken[name]}{ending}"
    taken[unique] = 1
    return unique
