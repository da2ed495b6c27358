"""The source text cut into pieces, each with what a result says of it: which cells it prints, what part it belongs to.

Marks may lie inside one another and overlap. The pieces do not: they tile the text, so that they can be written one
after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..models import Report, Section
from ..spans import Span


class Mark(NamedTuple):
    """Something that a result says of a stretch of the text. An empty stretch is a cell that was printed blank."""

    span: Span
    style: str
    cell: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text with the same marks throughout.

    Attributes:
        start: Where it begins in the source text.
        text: The characters.
        styles: What is said of it, such as ``heading`` or ``cell``.
        cells: Numbers of the cells that it prints, as positions in :attr:`Report.records`.
        notes: Words beside it.
    """

    start: int
    text: str
    styles: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def annotate(report: Report) -> tuple[Piece, ...]:
    """The pieces of the source text of a report; none where the report carries no text.

    Example:
        >>> from reportparse import parse_report
        >>> pieces = annotate(parse_report("某市水务局2021年政府信息公开工作年度报告\\n一、总体情况\\n公开。"))
        >>> [(piece.text, piece.styles) for piece in pieces if "heading" in piece.styles]
        [('一、总体情况', ('heading',))]
    """
    text = report.source_text
    if not text:
        return ()
    marks = sorted(_marks(report), key=lambda mark: (mark.span.start, mark.span.end))
    edges = sorted({0, len(text), *(edge for mark in marks for edge in mark.span)})
    blank = [mark for mark in marks if mark.span.start == mark.span.end]
    return tuple(_pieces(text, edges, [mark for mark in marks if mark.span.start < mark.span.end], blank))


def _pieces(text: str, edges: Sequence[int], marks: Sequence[Mark], blank: Sequence[Mark]) -> Iterator[Piece]:
    waiting, empty = iter(marks), iter(blank)
    following, hollow = next(waiting, None), next(empty, None)
    current: list[Mark] = []
    for place, start in enumerate(edges):
        while hollow is not None and hollow.span.start <= start:
            yield Piece(start, "", (hollow.style, "blank"), (hollow.cell,) if hollow.cell is not None else ())
            hollow = next(empty, None)
        if place + 1 == len(edges):
            return
        current = [mark for mark in current if mark.span.end > start]
        while following is not None and following.span.start <= start:
            current.append(following)
            following = next(waiting, None)
        yield Piece(
            start,
            text[start : edges[place + 1]],
            tuple(dict.fromkeys(mark.style for mark in current)),
            tuple(mark.cell for mark in current if mark.cell is not None),
            tuple(mark.note for mark in current if mark.note),
        )


def _marks(report: Report) -> Iterator[Mark]:
    if report.title:
        yield Mark(report.title.span, "title")
    yield from _headings(report.sections)
    for part in report.unassigned:
        yield Mark(part.span, "furniture" if part.kind == "furniture" else "unassigned", note=part.reason)
    for number, record in enumerate(report.records):
        if record.span is not None:
            yield Mark(record.span, "cell", number)
    rows: dict[tuple[str, str], list[int]] = {}
    for number, record in enumerate(report.records):
        if not record.certain:
            rows.setdefault((record.table, record.row), []).append(number)
    for row in report.uncertain_rows:
        for token in row.tokens:
            for number in rows.get((row.table, row.row), ()):
                yield Mark(token.span, "cell", number)
    for claim in report.claims:
        differs = " differs" if claim.agrees is False else ""
        yield Mark(claim.span, f"claim{differs}", note=" ".join(claim.quantities))


def _headings(sections: Iterable[Section]) -> Iterator[Mark]:
    for section in sections:
        if section.heading is not None:
            start = section.span.start
            yield Mark(Span(start, min(section.span.end, start + len(section.heading))), "heading", note=section.kind)
        yield from _headings(section.subsections)
