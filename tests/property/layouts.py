"""Printers: one report in every layout that tools are known to leave behind.

A printer gives lines of pieces, and a piece that prints a record says which. So whatever happens to the lines
later, it is known which records are still printed.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from random import Random
from typing import Literal, NamedTuple

from property.sheets import Box, Document, Paragraph, Sheet, boxes_of
from reportparse.rules import Place


class Piece(NamedTuple):
    """A stretch of a line: a cell or a part of it, or what stands between cells.

    ``place`` is the record that it prints; ``owner`` the row, as table and row key, whose cell or label it is.
    """

    text: str
    place: Place | None = None
    is_prose: bool = False
    is_value: bool = False
    owner: tuple[str, str] | None = None


Line = tuple[Piece, ...]
EMPTY: Line = ()


class Chunk(NamedTuple):
    """The lines of a paragraph, or of a table with the lines of its head again."""

    lines: list[Line]
    head: Sequence[Line] = ()

    @property
    def is_table(self) -> bool:
        return any(not piece.is_prose and piece.text.strip() for line in self.lines for piece in line)


Printer = Callable[[Document, Random], list[Chunk]]


@dataclass(frozen=True)
class Layout:
    """A way to print.

    Attributes:
        printer: What prints.
        nested: Group labels span rows, as the forms are published; else they are rows of their own.
        keeps_cells: Every cell can be told from its neighbours, blank ones too: a reader has no excuse.
        is_markup: The lines are HTML, where damage to a line would be damage to a tag.
    """

    printer: Printer
    nested: bool = False
    keeps_cells: bool = False
    is_markup: bool = False


def text_of(chunks: Sequence[Chunk]) -> str:
    """The document as a reader gets it."""
    return "\n".join("".join(piece.text for piece in line) for chunk in chunks for line in chunk.lines) + "\n"


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _prose(text: str) -> Line:
    return (Piece(text, is_prose=True),)


def _cell(box: Box, text: str | None = None) -> Piece:
    return Piece(box.text if text is None else text, box.place, is_value=box.slot is not None, owner=box.owner)


def _paragraphs(document: Document, table: Callable[[Sheet], Chunk]) -> list[Chunk]:
    chunks = [Chunk([_prose(document.title)])]
    for part in document.parts:
        chunks.append(Chunk([_prose(part.text)]) if isinstance(part, Paragraph) else table(part))
    return chunks


def _rows(sheet: Sheet, spans: Spans) -> list[list[tuple[Box, bool]]]:
    """The cells of each row of print; True where a cell stands at its own place and not at one that it spans."""
    boxes = boxes_of(sheet)
    if spans == "lost":
        return [[(box, True) for box in row] for _, row in groupby(boxes, key=lambda box: box.row)]
    by_place = {
        (box.row + r, box.column + c): box for box in boxes for r in range(box.rows) for c in range(box.columns)
    }
    rows = []
    for _, places in groupby(sorted(by_place), key=lambda place: place[0]):
        row = [(by_place[place], place == (by_place[place].row, by_place[place].column)) for place in places]
        if spans == "once a row":
            row = [cell for at, cell in enumerate(row) if not at or row[at - 1][0] is not cell[0]]
        rows.append(row)
    return rows


Spans = Literal["padded", "lost", "repeated", "once a row"]
Blank = Literal["nbsp", "empty", "dropped"]


def print_cells(document: Document, rng: Random, *, gap: int, blank: Blank, spans: Spans = "lost") -> list[Chunk]:
    """One cell a line; ``gap`` empty lines after each."""

    def table(sheet: Sheet) -> Chunk:
        lines: list[Line] = []
        head = 0
        for row in _rows(sheet, spans):
            for box, _ in row:
                if box.text:
                    lines += [(_cell(box),), *[EMPTY] * gap]
                elif blank == "dropped":
                    lines[-1] = (*lines[-1], _cell(box))
                else:
                    lines += [(_cell(box, "\u00a0" if blank == "nbsp" else ""),), *[EMPTY] * gap]
            if row[0][0].is_head:
                head = len(lines)
        return Chunk(lines, lines[:head])

    return [_spaced(chunk, gap) for chunk in _paragraphs(document, table)]


def _spaced(chunk: Chunk, gap: int) -> Chunk:
    return chunk if chunk.head else Chunk([*chunk.lines, *[EMPTY] * gap])


def print_one_line(document: Document, rng: Random, *, separator: str, whole: bool) -> list[Chunk]:
    """All cells of a table, or of the ``whole`` report, on one line; blanks vanish."""

    def table(sheet: Sheet) -> Chunk:
        pieces: list[Piece] = []
        for row in _rows(sheet, "lost"):
            for box, _ in row:
                pieces += [_cell(box), Piece(separator)] if box.text else [_cell(box)]
            # Where nothing stands between cells, the source's own indentation still stands between rows.
            if not separator:
                pieces.append(Piece("    "))
        return Chunk([tuple(pieces)])

    chunks = _paragraphs(document, table)
    if not whole:
        return chunks
    joined: list[Piece] = []
    for chunk in chunks:
        joined += chunk.lines[0] if chunk.is_table else (*chunk.lines[0], Piece(separator, is_prose=True))
    return [Chunk([tuple(joined)])]


@dataclass(frozen=True)
class Bars:
    """How the cells of a row are parted."""

    between: str = " | "
    before: str = "| "
    after: str = " |"
    rule: bool = True
    swallows_blanks: bool = False


def print_rows(document: Document, rng: Random, *, spans: Spans, bars: Bars, headings: str = "") -> list[Chunk]:
    """One row a line: pipe tables, or tabs."""

    def line_of(row: Sequence[tuple[Box, bool]]) -> Line:
        pieces = [Piece(bars.before)] if bars.before else []
        first = True
        for box, own in row:
            text = box.text if own or spans in ("repeated", "once a row") else ""
            if bars.swallows_blanks and not text:
                pieces.append(Piece("", box.place))
                continue
            if not first:
                pieces.append(Piece(bars.between))
            first = False
            pieces.append(_cell(box, text) if own else Piece(text))
        return (*pieces, Piece(bars.after)) if bars.after else tuple(pieces)

    def table(sheet: Sheet) -> Chunk:
        rows = _rows(sheet, spans)
        lines = [line_of(row) for row in rows]
        head = lines[: len(sheet.head)]
        if bars.rule:
            lines.insert(1, (Piece(bars.before + bars.between.join(["---"] * len(rows[0])) + bars.after),))
        return Chunk([EMPTY, *lines, EMPTY], head)

    chunks = _paragraphs(document, table)
    if not headings:
        return chunks
    names = {part.text for part in document.parts if isinstance(part, Paragraph) and part.is_heading}
    return [
        Chunk([_prose(headings + chunk.lines[0][0].text)])
        if chunk.lines[0] and chunk.lines[0][0].text in names
        else chunk
        for chunk in chunks
    ]


Beside = Literal["first", "middle", "last"]
Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Canvas:
    """How text is aligned.

    Attributes:
        wrap: The widest that a label may be, in columns of a terminal; 0 for no bound.
        beside: Which line of a wrapped label its values stand beside.
        groups: Which of the lines that a group label spans it stands on.
        align: Of values in their column.
        by_characters: Pads count characters, as of a tool that knows no wide ones.
        gap: Blanks between columns.
        drawn: Boxes are drawn.
    """

    wrap: int = 0
    beside: Beside = "first"
    groups: Beside = "first"
    align: Align = "left"
    by_characters: bool = False
    gap: int = 2
    drawn: bool = False

    def measure(self, text: str) -> int:
        return len(text) if self.by_characters else width_of(text)


def print_aligned(document: Document, rng: Random, *, canvas: Canvas) -> list[Chunk]:
    """Columns by blanks, or boxes."""
    return _paragraphs(document, lambda sheet: _draw(sheet, canvas))


def _draw(sheet: Sheet, canvas: Canvas) -> Chunk:
    boxes = boxes_of(sheet)
    # A label that spans label columns is as wide as all of them, so each takes its part.
    wrap = canvas.wrap // max(1, sheet.depth)
    texts = {
        box: _wrap(box.text, max(8, wrap) * box.columns if wrap and box.slot is None else 0, canvas) for box in boxes
    }
    widths = _column_widths(boxes, texts, canvas)
    starts = _row_starts(boxes, texts)
    lines: list[list[tuple[Box, str]]] = [[] for _ in range(starts[-1])]
    for box in boxes:
        top, bottom = starts[box.row], starts[box.row + box.rows]
        room = bottom - top - len(texts[box])
        beside = canvas.groups if box.rows > 1 else canvas.beside if box.slot else "first"
        top += {"first": 0, "middle": (room + 1) // 2, "last": room}[beside]
        for offset, text in enumerate(texts[box]):
            lines[top + offset].append((box, text))
    printed = [_draw_line(line, widths, canvas) for line in lines]
    head = printed[: starts[len(sheet.head)]]
    if canvas.drawn:
        printed = _with_rules(printed, boxes, starts, widths)
    return Chunk([EMPTY, *printed, EMPTY], head)


def _wrap(text: str, width: int, canvas: Canvas) -> list[str]:
    if not width or canvas.measure(text) <= width:
        return [text]
    lines = [""]
    for character in text:
        if canvas.measure(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def _column_widths(boxes: Sequence[Box], texts: dict[Box, list[str]], canvas: Canvas) -> list[int]:
    widths = [1] * max(box.column + box.columns for box in boxes)
    for box in sorted(boxes, key=lambda box: box.columns):
        needed = max(map(canvas.measure, texts[box]))
        last = box.column + box.columns - 1
        room = sum(widths[box.column : last + 1]) + _gap(canvas) * (box.columns - 1)
        widths[last] += max(0, needed - room)
    return widths


def _gap(canvas: Canvas) -> int:
    return 1 if canvas.drawn else canvas.gap


def _row_starts(boxes: Sequence[Box], texts: dict[Box, list[str]]) -> list[int]:
    count = max(box.row + box.rows for box in boxes)
    heights = [1] * count
    for box in sorted(boxes, key=lambda box: box.rows):
        last = box.row + box.rows - 1
        heights[last] += max(0, len(texts[box]) - sum(heights[box.row : last + 1]))
    starts = [0]
    for height in heights:
        starts.append(starts[-1] + height)
    return starts


def _draw_line(line: Sequence[tuple[Box, str]], widths: Sequence[int], canvas: Canvas) -> Line:
    """One line of print; each column that no cell covers is padded."""
    gap = "│" if canvas.drawn else " " * canvas.gap
    pieces: list[Piece] = [Piece(gap)] if canvas.drawn else []
    at = 0
    for box, text in sorted(line, key=lambda cell: cell[0].column):
        while at < box.column:
            pieces.append(Piece(" " * widths[at] + gap))
            at += 1
        at = box.column + box.columns
        room = sum(widths[box.column : at]) + _gap(canvas) * (box.columns - 1) - canvas.measure(text)
        left = {"left": 0, "right": room, "center": room // 2}[canvas.align] if box.slot or box.is_head else 0
        pieces += [Piece(" " * left), _cell(box, text), Piece(" " * (room - left) + gap)]
    while at < len(widths):
        pieces.append(Piece(" " * widths[at] + gap))
        at += 1
    while not canvas.drawn and pieces and not pieces[-1].text.strip() and pieces[-1].place is None:
        pieces.pop()
    return tuple(piece for piece in pieces if piece.text or piece.place)


def _with_rules(
    lines: Sequence[Line], boxes: Sequence[Box], starts: Sequence[int], widths: Sequence[int]
) -> list[Line]:
    spanned = {(box.row + r, box.column + c) for box in boxes for r in range(1, box.rows) for c in range(box.columns)}
    printed: list[Line] = []
    for row in range(len(starts)):
        top, bottom = row == 0, row == len(starts) - 1
        kinds = [" " if (row, column) in spanned else "─" for column in range(len(widths))]
        left, cross, right = ("┌", "┬", "┐") if top else ("└", "┴", "┘") if bottom else ("├", "┼", "┤")
        text = left if kinds[0] == "─" else "│"
        for column, kind in enumerate(kinds):
            last = column == len(kinds) - 1
            text += kind * widths[column]
            text += (right if kind == "─" else "│") if last else (cross if "─" in kinds[column : column + 2] else "│")
        printed.append((Piece(text),))
        if not bottom:
            printed += lines[starts[row] : starts[row + 1]]
    return printed


Values = Literal["own line", "one a line", "beside first", "beside last"]


def print_fragments(document: Document, rng: Random, *, values: Values, wrap: int = 14) -> list[Chunk]:
    """The raw order of a page: a label in fragments, then its values; blanks vanish."""
    plain = Canvas()

    def table(sheet: Sheet) -> Chunk:
        lines: list[Line] = []
        head = 0
        for row in _rows(sheet, "lost"):
            labels: list[Line] = [
                (_cell(box, part),) for box, _ in row if box.slot is None for part in _wrap(box.text, wrap, plain)
            ]
            slots = [box for box, _ in row if box.slot is not None]
            lines += _beside(labels, slots, values)
            if row[0][0].is_head:
                head = len(lines)
        return Chunk(lines, lines[:head])

    return _paragraphs(document, table)


def _beside(labels: list[Line], slots: Sequence[Box], values: Values) -> list[Line]:
    if values == "one a line" and any(box.text for box in slots):
        return labels + [(_cell(box),) for box in slots]
    pieces: list[Piece] = []
    for box in slots:
        pieces += [Piece(" "), _cell(box)] if pieces and box.text else [_cell(box)]
    if not pieces:
        return labels
    if not labels or values in ("own line", "one a line"):
        return [*labels, tuple(pieces)]
    at = 0 if values == "beside first" else len(labels) - 1
    return [*labels[:at], (*labels[at], Piece(" "), *pieces), *labels[at + 1 :]]


def print_columns(document: Document, rng: Random, *, by_row: bool, page: int = 0, wrap: int = 14) -> list[Chunk]:
    """Labels of a page, then its values, row by row or column by column; blanks vanish."""
    plain = Canvas()

    def table(sheet: Sheet) -> Chunk:
        rows = _rows(sheet, "lost")
        size = page or len(rows)
        lines: list[Line] = []
        for first in range(0, len(rows), size):
            part = rows[first : first + size]
            lines += [
                (_cell(b, text),) for row in part for b, _ in row if not b.slot for text in _wrap(b.text, wrap, plain)
            ]
            boxes = [box for row in part for box, _ in row if box.slot is not None]
            boxes.sort(key=lambda box: (box.row, box.column) if by_row else (box.column, box.row))
            lines += [(_cell(box),) for box in boxes if box.text]
            blanks = tuple(_cell(box) for box in boxes if not box.text)
            lines[-1] = (*lines[-1], *blanks)
        return Chunk(lines)

    return _paragraphs(document, table)


def print_html(document: Document, rng: Random) -> list[Chunk]:
    """A web page; cells span as they do in the form."""

    def table(sheet: Sheet) -> Chunk:
        lines: list[Line] = [(Piece("<table>"),)]
        for _, row in groupby(boxes_of(sheet), key=lambda box: box.row):
            lines.append((Piece("<tr>"),))
            for box in row:
                spans = "".join(
                    f' {name}="{count}"'
                    for name, count in (("rowspan", box.rows), ("colspan", box.columns))
                    if count > 1
                )
                lines.append((Piece(f"<td{spans}>"), _cell(box, html.escape(box.text)), Piece("</td>")))
            lines.append((Piece("</tr>"),))
        return Chunk([*lines, (Piece("</table>"),)])

    names = {part.text for part in document.parts if isinstance(part, Paragraph) and part.is_heading}
    chunks = [Chunk([_prose("<html><head><meta charset='utf-8'></head><body>")])]
    for chunk in _paragraphs(document, table):
        if chunk.is_table:
            chunks.append(chunk)
            continue
        text = chunk.lines[0][0].text
        tag = "h1" if text == document.title else "h2" if text in names else "p"
        chunks.append(Chunk([_prose(f"<{tag}>{html.escape(text)}</{tag}>")]))
    return [*chunks, Chunk([_prose("</body></html>")])]


def tables_last(printer: Printer, document: Document, rng: Random) -> list[Chunk]:
    """What ``printer`` prints, with all tables after all text."""
    chunks = printer(document, rng)
    return sorted(chunks, key=lambda chunk: chunk.is_table)


@dataclass(frozen=True)
class Pages:
    """How pages are parted. ``number`` is a template of what their foot prints; empty for none."""

    length: int = 44
    number: str = "- {} -"
    feed: bool = False
    repeats_head: bool = False


def on_pages(printer: Printer, pages: Pages, document: Document, rng: Random) -> list[Chunk]:
    """What ``printer`` prints, cut into pages."""
    chunks: list[Chunk] = []
    used, page = 0, 1
    for chunk in printer(document, rng):
        lines: list[Line] = []
        for at, line in enumerate(chunk.lines):
            if used == pages.length:
                lines += list(_page_break(pages, page, chunk.head if at > len(chunk.head) else ()))
                used, page = 0, page + 1
            lines.append(line)
            used += 1
        chunks.append(Chunk(lines, chunk.head))
    return chunks


def _page_break(pages: Pages, page: int, head: Sequence[Line]) -> Iterator[Line]:
    foot = pages.number.format(page)
    if foot:
        yield (Piece(foot, is_prose=True),)
    if pages.feed:
        yield (Piece("\f", is_prose=True),)
    if pages.repeats_head:
        yield from head


TABS = Bars(between="\t", before="", after="", rule=False)
OPEN_BARS = Bars(before="", after="", rule=False)


def _cells(gap: int, blank: Blank, spans: Spans = "lost", **kind: bool) -> Layout:
    return Layout(partial(print_cells, gap=gap, blank=blank, spans=spans), **kind)


def _lines(spans: Spans, bars: Bars, headings: str = "", **kind: bool) -> Layout:
    return Layout(partial(print_rows, spans=spans, bars=bars, headings=headings), **kind)


def _aligned(canvas: Canvas, pages: Pages | None = None, **kind: bool) -> Layout:
    printer: Printer = partial(print_aligned, canvas=canvas)
    return Layout(partial(on_pages, printer, pages) if pages else printer, **kind)


def _fragments(values: Values, pages: Pages | None = None, **kind: bool) -> Layout:
    printer: Printer = partial(print_fragments, values=values)
    return Layout(partial(on_pages, printer, pages) if pages else printer, **kind)


LAYOUTS: dict[str, Layout] = {
    "web page": Layout(print_html, nested=True, keeps_cells=True, is_markup=True),
    "web page, groups in rows": Layout(print_html, keeps_cells=True, is_markup=True),
    "cells, blanks as no-break space": _cells(0, "nbsp", keeps_cells=True),
    "cells, blanks as empty line": _cells(0, "empty", keeps_cells=True),
    "cells, blanks dropped": _cells(0, "dropped"),
    "cells, nested": _cells(0, "dropped", nested=True),
    "cells, one line between": _cells(1, "empty", keeps_cells=True),
    "cells, one line between, blanks dropped": _cells(1, "dropped", nested=True),
    "cells, two lines between": _cells(2, "nbsp", nested=True, keeps_cells=True),
    "cells, six lines between": _cells(6, "empty"),
    "cells, merged ones once a row": _cells(0, "nbsp", "once a row", nested=True, keeps_cells=True),
    "table on one line": Layout(partial(print_one_line, separator=" ", whole=False)),
    "report on one line": Layout(partial(print_one_line, separator=" ", whole=True), nested=True),
    "report on one line, bars": Layout(partial(print_one_line, separator=" | ", whole=True)),
    "cells run together": Layout(partial(print_one_line, separator="", whole=False), nested=True),
    "pipes, spans padded": _lines("padded", Bars(), "## ", nested=True, keeps_cells=True),
    "pipes, no rule": _lines("padded", Bars(rule=False), nested=True, keeps_cells=True),
    "pipes, no outer bars": _lines("padded", OPEN_BARS, nested=True, keeps_cells=True),
    "pipes, no last bar": _lines("padded", Bars(after="", rule=False), keeps_cells=True),
    "pipes, spans lost": _lines("lost", Bars(), nested=True, keeps_cells=True),
    "pipes, spans lost, no rule": _lines("lost", OPEN_BARS, nested=True, keeps_cells=True),
    "pipes, merged cells repeated": _lines("repeated", Bars(), nested=True, keeps_cells=True),
    "pipes, blanks swallowed": _lines("padded", Bars(swallows_blanks=True), nested=True),
    "tabs, spans padded": _lines("padded", TABS, nested=True, keeps_cells=True),
    "tabs, spans lost": _lines("lost", TABS, keeps_cells=True),
    "tabs, merged cells repeated": _lines("repeated", TABS, nested=True, keeps_cells=True),
    "boxes": _aligned(Canvas(drawn=True), nested=True, keeps_cells=True),
    "boxes, groups in the middle": _aligned(
        Canvas(wrap=48, drawn=True, groups="middle", beside="middle"), nested=True, keeps_cells=True
    ),
    "boxes by characters": _aligned(Canvas(drawn=True, by_characters=True), keeps_cells=True),
    "aligned": _aligned(Canvas(), keeps_cells=True),
    "aligned right": _aligned(Canvas(align="right"), keeps_cells=True),
    "aligned, nested": _aligned(Canvas(align="center"), nested=True, keeps_cells=True),
    "aligned by characters": _aligned(Canvas(by_characters=True), keeps_cells=True),
    "aligned by characters, centred": _aligned(Canvas(by_characters=True, align="center", gap=3), nested=True),
    "aligned, groups in the middle": _aligned(Canvas(groups="middle"), nested=True),
    "aligned, wrapped": _aligned(Canvas(wrap=28)),
    "aligned, wrapped, values in the middle": _aligned(Canvas(wrap=24, beside="middle", align="right")),
    "aligned, wrapped, values last": _aligned(Canvas(wrap=20, beside="last", align="center")),
    "aligned, wrapped, nested": _aligned(Canvas(wrap=60, groups="middle", beside="middle"), nested=True),
    "pages, form feed": _aligned(Canvas(wrap=40, align="right"), Pages(feed=True)),
    "pages, numbered in words": _aligned(Canvas(wrap=32), Pages(length=30, number="第{}页", repeats_head=True)),
    "pages, bare number": _aligned(Canvas(wrap=32, align="center"), Pages(length=26, number="{}")),
    "raw order": _fragments("own line"),
    "raw order, nested": _fragments("own line", nested=True),
    "raw order, one value a line": _fragments("one a line", Pages(length=60), nested=True),
    "raw order, values beside the first": _fragments("beside first", Pages(length=40, repeats_head=True)),
    "raw order, values beside the last": _fragments("beside last", Pages(length=40, number="{}", feed=True)),
    "columns, values by row": Layout(partial(print_columns, by_row=True)),
    "columns, values by column": Layout(partial(print_columns, by_row=False), nested=True),
    "columns, by page": Layout(partial(print_columns, by_row=False, page=9)),
    "tables after text, tabs": Layout(
        partial(tables_last, partial(print_rows, spans="repeated", bars=TABS)), nested=True, keeps_cells=True
    ),
    "tables after text, cells": Layout(partial(tables_last, partial(print_cells, gap=0, blank="nbsp"))),
}
