"""Printers: one report in every layout that tools are known to leave behind.

A printer gives lines of pieces, and a piece that prints a record says which. So whatever happens to the lines
later, it is known which records are still printed.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Literal, NamedTuple

from property.sheets import Box, Document, Paragraph, Sheet, boxes_of
from reportparse.kinds import Place


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


def text_of(chunks: Sequence[Chunk]) -> str:
    """The document as a reader gets it."""
    return "\n".join("".join(piece.text for piece in line) for chunk in chunks for line in chunk.lines) + "\n"


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrap_text(text: str, width: int, measure: Callable[[str], int] = width_of) -> list[str]:
    """A text in lines no wider than ``width``; 0 for no bound."""
    if not width or measure(text) <= width:
        return [text]
    lines = [""]
    for character in text:
        if measure(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def _prose(text: str) -> Line:
    return (Piece(text, is_prose=True),)


def cell_piece(box: Box, text: str | None = None) -> Piece:
    """The cell, or the part of it that ``text`` is, as a piece."""
    return Piece(box.text if text is None else text, box.place, is_value=box.slot is not None, owner=box.owner)


def each_part(document: Document, table: Callable[[Sheet], Chunk]) -> list[Chunk]:
    """The title, then each paragraph as a line and each table as ``table`` prints it."""
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
                    lines += [(cell_piece(box),), *[EMPTY] * gap]
                elif blank == "dropped":
                    lines[-1] = (*lines[-1], cell_piece(box))
                else:
                    lines += [(cell_piece(box, "\u00a0" if blank == "nbsp" else ""),), *[EMPTY] * gap]
            if row[0][0].is_head:
                head = len(lines)
        return Chunk(lines, lines[:head])

    return [_spaced(chunk, gap) for chunk in each_part(document, table)]


def _spaced(chunk: Chunk, gap: int) -> Chunk:
    return chunk if chunk.head else Chunk([*chunk.lines, *[EMPTY] * gap])


def print_one_line(document: Document, rng: Random, *, separator: str, whole: bool) -> list[Chunk]:
    """All cells of a table, or of the ``whole`` report, on one line; blanks vanish."""

    def table(sheet: Sheet) -> Chunk:
        pieces: list[Piece] = []
        for row in _rows(sheet, "lost"):
            for box, _ in row:
                pieces += [cell_piece(box), Piece(separator)] if box.text else [cell_piece(box)]
            # Where nothing stands between cells, the source's own indentation still stands between rows.
            if not separator:
                pieces.append(Piece("    "))
        return Chunk([tuple(pieces)])

    chunks = each_part(document, table)
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
            pieces.append(cell_piece(box, text) if own else Piece(text))
        return (*pieces, Piece(bars.after)) if bars.after else tuple(pieces)

    def table(sheet: Sheet) -> Chunk:
        rows = _rows(sheet, spans)
        lines = [line_of(row) for row in rows]
        head = lines[: len(sheet.head)]
        if bars.rule:
            lines.insert(1, (Piece(bars.before + bars.between.join(["---"] * len(rows[0])) + bars.after),))
        return Chunk([EMPTY, *lines, EMPTY], head)

    chunks = each_part(document, table)
    if not headings:
        return chunks
    names = {part.text for part in document.parts if isinstance(part, Paragraph) and part.is_heading}
    return [
        Chunk([_prose(headings + chunk.lines[0][0].text)])
        if chunk.lines[0] and chunk.lines[0][0].text in names
        else chunk
        for chunk in chunks
    ]


Values = Literal["own line", "one a line", "beside first", "beside last"]


def print_fragments(document: Document, rng: Random, *, values: Values, wrap: int = 14) -> list[Chunk]:
    """The raw order of a page: a label in fragments, then its values; blanks vanish."""

    def table(sheet: Sheet) -> Chunk:
        lines: list[Line] = []
        head = 0
        for row in _rows(sheet, "lost"):
            labels: list[Line] = [
                (cell_piece(box, part),) for box, _ in row if box.slot is None for part in wrap_text(box.text, wrap)
            ]
            slots = [box for box, _ in row if box.slot is not None]
            lines += _beside(labels, slots, values)
            if row[0][0].is_head:
                head = len(lines)
        return Chunk(lines, lines[:head])

    return each_part(document, table)


def _beside(labels: list[Line], slots: Sequence[Box], values: Values) -> list[Line]:
    if values == "one a line" and any(box.text for box in slots):
        return labels + [(cell_piece(box),) for box in slots]
    pieces: list[Piece] = []
    for box in slots:
        pieces += [Piece(" "), cell_piece(box)] if pieces and box.text else [cell_piece(box)]
    if not pieces:
        return labels
    if not labels or values in ("own line", "one a line"):
        return [*labels, tuple(pieces)]
    at = 0 if values == "beside first" else len(labels) - 1
    return [*labels[:at], (*labels[at], Piece(" "), *pieces), *labels[at + 1 :]]


def print_columns(document: Document, rng: Random, *, by_row: bool, page: int = 0, wrap: int = 14) -> list[Chunk]:
    """Labels of a page, then its values, row by row or column by column; blanks vanish."""

    def table(sheet: Sheet) -> Chunk:
        rows = _rows(sheet, "lost")
        size = page or len(rows)
        lines: list[Line] = []
        for first in range(0, len(rows), size):
            part = rows[first : first + size]
            lines += [
                (cell_piece(b, text),) for row in part for b, _ in row if not b.slot for text in wrap_text(b.text, wrap)
            ]
            boxes = [box for row in part for box, _ in row if box.slot is not None]
            boxes.sort(key=lambda box: (box.row, box.column) if by_row else (box.column, box.row))
            lines += [(cell_piece(box),) for box in boxes if box.text]
            blanks = tuple(cell_piece(box) for box in boxes if not box.text)
            lines[-1] = (*lines[-1], *blanks)
        return Chunk(lines)

    return each_part(document, table)


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
                lines.append((Piece(f"<td{spans}>"), cell_piece(box, html.escape(box.text)), Piece("</td>")))
            lines.append((Piece("</tr>"),))
        return Chunk([*lines, (Piece("</table>"),)])

    names = {part.text for part in document.parts if isinstance(part, Paragraph) and part.is_heading}
    chunks = [Chunk([_prose("<html><head><meta charset='utf-8'></head><body>")])]
    for chunk in each_part(document, table):
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
