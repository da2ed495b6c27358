"""Several files that are one document: a page and what is attached to it, put together into one text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ..document import Grid, Places, SourceDocument
from ..kinds import Finding
from ..models import SourcePart
from ..spans import Span

# Parts stand on pages of their own.
_BREAK = "\n\f\n"


def join_parts(documents: Sequence[SourceDocument]) -> SourceDocument:
    """One document of several: the first with its name and metadata, the others after it.

    Every place that was read moves with its text, and paths begin with the name of their file.

    Args:
        documents: The page first, then its attachments in the order of their links.

    Example:
        >>> page, table = SourceDocument("年度报告", name="a.html"), SourceDocument("附表", name="b.docx")
        >>> joined = join_parts([page, table])
        >>> joined.text, [part.name for part in joined.parts]
        ('年度报告\\n\\x0c\\n附表', ['a.html', 'b.docx'])
    """
    starts: list[int] = []
    place = 0
    for document in documents:
        starts.append(place)
        place += len(document.text) + len(_BREAK)
    moved = [_moved(document, start) for document, start in zip(documents, starts, strict=True)]
    return replace(
        documents[0],
        text=_BREAK.join(document.text for document in documents),
        grids=tuple(grid for document in moved for grid in document.grids),
        headings=tuple(span for document in moved for span in document.headings),
        furniture=tuple(span for document in moved for span in document.furniture),
        containers=tuple(span for document in moved for span in document.containers),
        images=tuple(image for document in moved for image in document.images),
        links=tuple(link for document in moved for link in document.links),
        frames=tuple(frame for document in moved for frame in document.frames),
        places=_joined_places(documents, starts),
        parts=tuple(
            SourcePart(
                name=document.name,
                media_type=document.media_type,
                sha256=document.sha256,
                span=Span(start, start + len(document.text)),
                url=document.url,
            )
            for document, start in zip(documents, starts, strict=True)
        ),
        findings=tuple(finding for document in moved for finding in document.findings),
    )


def _moved(document: SourceDocument, start: int) -> SourceDocument:
    """The document with every place counted from ``start`` on."""

    def move(span: Span) -> Span:
        return _moved_span(span, start)

    return replace(
        document,
        grids=tuple(_moved_grid(grid, start) for grid in document.grids),
        headings=tuple(map(move, document.headings)),
        furniture=tuple(map(move, document.furniture)),
        containers=tuple(map(move, document.containers)),
        images=tuple(image._replace(place=image.place + start) for image in document.images),
        links=tuple(link._replace(span=move(link.span)) for link in document.links),
        frames=tuple(frame._replace(span=move(frame.span)) for frame in document.frames),
        findings=tuple(_moved_finding(finding, start) for finding in document.findings),
    )


def _moved_grid(grid: Grid, start: int) -> Grid:
    cells = tuple(cell._replace(start=cell.start + start, end=cell.end + start) for cell in grid.cells)
    return grid._replace(span=_moved_span(grid.span, start), cells=cells)


def _moved_span(span: Span, start: int) -> Span:
    return Span(span.start + start, span.end + start)


def _moved_finding(finding: Finding, start: int) -> Finding:
    spans = tuple(_moved_span(span, start) for span in finding.spans)
    return finding._replace(spans=spans)


def _joined_places(documents: Sequence[SourceDocument], starts: Sequence[int]) -> Places:
    """Paths of the parts, each after the name of its file."""

    def path_of(first: int, last: int) -> str | None:
        part = bisect_right(counts, first) - 1
        document = documents[part]
        if document.places is None:
            return document.name
        last = min(last, counts[part] + len(document.places.starts) - 1)
        inner = document.places.path_of(first - counts[part], last - counts[part])
        return f"{document.name}!{inner}" if inner and document.name else inner or document.name

    everywhere: list[int] = []
    counts: list[int] = []
    for document, start in zip(documents, starts, strict=True):
        counts.append(len(everywhere))
        everywhere += [place + start for place in document.places.starts] if document.places else [start]
    return Places(everywhere, path_of)
