"""A report printed as a PDF file: rules of every make, page breaks at any row or within one, heads again or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from pdfmaker import PdfPage, width_of, write_pdf
from property.sheets import Box, Document, Paragraph, Sheet, boxes_of

RULES = (
    "lines",
    "frames",
    "thin",
    "dashed",
    "dots",
    "double",
    "grounds",
    "open",
    "apart",
    "none",
    "horizontal",
    "three",
    "torn",
    "vertical",
)
# What delimits every cell, so that nothing is in doubt.
WHOLE_RULES = RULES[:9]
Align = Literal["top", "middle"]


@dataclass(frozen=True)
class Style:
    """How a report is printed."""

    rules: str = "lines"
    width: float = 595.0
    height: float = 842.0
    margin: float = 72.0
    size: float = 10.5
    pad: float = 3.0
    heads_again: bool = False
    cuts_rows: bool = False
    align: Align = "middle"
    running: bool = True  # a running head and a page number
    upright_groups: bool = True  # labels of groups one character a line

    @property
    def leading(self) -> float:
        return 1.3 * self.size


class Line(NamedTuple):
    """A line of a cell in the coordinates of its table."""

    left: float
    top: float
    text: str


class Laid(NamedTuple):
    """A cell in the coordinates of its table, with its lines."""

    box: Box
    left: float
    top: float
    right: float
    bottom: float
    lines: tuple[Line, ...]


def print_pdf(document: Document, style: Style, rng: Random) -> bytes:
    """The report as a PDF file."""
    return write_pdf(_Printer(style, rng, document.title).run(document), packed=True)


class _Printer:
    def __init__(self, style: Style, rng: Random, title: str) -> None:
        self._style, self._rng, self._title = style, rng, title
        self._pages: list[PdfPage] = []
        self._top = 0.0
        self._new_page()

    def _new_page(self) -> None:
        style = self._style
        page = PdfPage(style.width, style.height)
        self._pages.append(page)
        self._top = style.margin
        if style.running:
            page.text(style.margin, style.margin / 2, self._title[:12] + "办公室", 9)
            number = f"— {len(self._pages)} —"
            page.text((style.width - width_of(number, 9)) / 2, style.height - style.margin / 2 - 9, number, 9)

    @property
    def _bottom(self) -> float:
        return self._style.height - self._style.margin

    def run(self, document: Document) -> list[PdfPage]:
        self._paragraph(document.title, 16.0)
        for part in document.parts:
            if isinstance(part, Paragraph):
                self._paragraph(part.text, self._style.size + 3)
            else:
                self._table(part)
        return self._pages

    def _paragraph(self, text: str, size: float) -> None:
        for line in wrap(text, self._style.width - 2 * self._style.margin, size):
            if self._top + 1.5 * size > self._bottom:
                self._new_page()
            self._pages[-1].text(self._style.margin, self._top, line, size)
            self._top += 1.5 * size

    def _table(self, sheet: Sheet) -> None:
        style = self._style
        laid, rows = lay_table(sheet, style)
        heads = len(sheet.head)
        begin, total = 0.0, rows[-1]
        again = rows[heads] if style.heads_again else 0.0
        first = True
        while begin < total - 0.1:
            room = self._bottom - self._top - (0.0 if first else again)
            end = self._break(rows, begin, room, laid)
            if end is None:
                self._new_page()
                if room >= self._bottom - style.margin - again - 0.1:
                    end = next(row for row in rows if row > begin + 0.1)  # a row higher than the page
                else:
                    continue
            if not first and again:
                self._draw([cell for cell in laid if cell.box.is_head], 0.0, again)
                self._top += again
            self._draw(laid, begin, end)
            self._top += end - begin
            begin, first = end, False
            if begin < total - 0.1:
                self._new_page()
        self._top += style.size

    def _break(self, rows: Sequence[float], begin: float, room: float, laid: Sequence[Laid]) -> float | None:
        """Where the part of a table ends that begins at ``begin`` and has so much room."""
        style = self._style
        fits = [row for row in rows if begin + 0.1 < row <= begin + room]
        end = fits[-1] if fits else None
        if style.cuts_rows and (end or begin) < rows[-1] - 0.1:
            top = end if end is not None else begin
            below = next(row for row in rows if row > top + 0.1)
            cut = top + style.pad + style.leading * int((begin + room - top - style.pad) / style.leading)
            if top + style.pad + style.leading - 0.1 < cut < below - style.pad - 0.1:
                return cut
        return end

    def _draw(self, laid: Sequence[Laid], begin: float, end: float) -> None:
        style, page = self._style, self._pages[-1]
        left, down = style.margin, self._top - begin
        for cell in laid:
            if cell.bottom <= begin + 0.1 or cell.top >= end - 0.1:
                continue
            top, bottom = max(cell.top, begin), min(cell.bottom, end)
            is_edge = (
                cell.left < 1,
                cell.right > style.width - 2 * style.margin - 1,
                top - begin < 1,
                end - bottom < 1,
            )
            self._rule(cell, (left + cell.left, top + down, left + cell.right, bottom + down), is_edge)
        for cell in laid:
            for line in cell.lines:
                middle = line.top + style.size / 2
                if begin <= middle < end:
                    page.text(left + line.left, line.top + down, line.text, style.size)

    def _rule(self, cell: Laid, box: tuple[float, float, float, float], is_edge: tuple[bool, ...]) -> None:
        left, top, right, bottom = box
        page, rules = self._pages[-1], self._style.rules
        if rules == "none":
            return
        if rules == "frames":
            page.frame(*box)
            return
        if rules == "grounds":
            page.fill(left + 0.5, top + 0.5, right - 0.5, bottom - 0.5, 0.7 if cell.box.is_head else 0.9)
            return
        edges = {
            "left": (left, top, left, bottom),
            "right": (right, top, right, bottom),
            "top": (left, top, right, top),
            "bottom": (left, bottom, right, bottom),
        }
        for (name, edge), outer in zip(edges.items(), is_edge, strict=True):
            upright = name in ("left", "right")
            if rules == "open" and upright and outer:
                continue
            if rules == "horizontal" and upright:
                continue
            if rules == "vertical" and not upright and not outer:
                continue
            if rules == "three" and (upright or not (outer or (cell.box.is_head and name == "bottom"))):
                continue
            if rules == "torn" and (round(edge[0]) * 7 + round(edge[1]) * 13 + round(edge[3])) % 9 == 0:
                continue
            self._edge(page, edge)

    def _edge(self, page: PdfPage, edge: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = edge
        rules = self._style.rules
        across = top == bottom
        if rules == "thin":
            page.fill(left - 0.25, top - 0.25, right + 0.25, bottom + 0.25)
        elif rules == "dashed":
            page.line(*edge, before="[1 1] 0 d")
        elif rules == "dots":
            steps = int(max(right - left, bottom - top) / 2)
            for step in range(steps + 1):
                x, y = (left + 2 * step, top) if across else (left, top + 2 * step)
                page.fill(x - 0.3, y - 0.3, x + 0.3, y + 0.3)
        elif rules == "double":
            page.line(*edge)
            page.line(*((left, top + 1.5, right, bottom + 1.5) if across else (left + 1.5, top, right + 1.5, bottom)))
        elif rules == "apart":
            inset = 1.2
            page.line(
                *((left + inset, top, right - inset, bottom) if across else (left, top + inset, right, bottom - inset))
            )
        else:
            page.line(*edge)


def lay_table(sheet: Sheet, style: Style) -> tuple[list[Laid], list[float]]:
    """The cells of a table at their places, and where its rows begin and end."""
    boxes = boxes_of(sheet)
    across = _columns(sheet, boxes, style)
    texts = {id(box): _lines(box, across, sheet, style) for box in boxes}
    count = max(box.row + box.rows for box in boxes)
    heights = [style.leading + 2 * style.pad] * count
    for box in sorted(boxes, key=lambda box: box.rows):
        need = len(texts[id(box)]) * style.leading + 2 * style.pad
        have = sum(heights[box.row : box.row + box.rows])
        heights[box.row + box.rows - 1] += max(0.0, need - have)
    rows = [0.0]
    for height in heights:
        rows.append(rows[-1] + height)
    laid = []
    for box in boxes:
        left, right = across[box.column], across[box.column + box.columns]
        top, bottom = rows[box.row], rows[box.row + box.rows]
        lines = texts[id(box)]
        free = bottom - top - 2 * style.pad - len(lines) * style.leading
        first = top + style.pad + (free / 2 if style.align == "middle" else 0.0)
        is_value = box.slot is not None or box.is_head
        placed = tuple(
            Line(
                (left + right - width_of(line, style.size)) / 2 if is_value else left + 2,
                first + at * style.leading,
                line,
            )
            for at, line in enumerate(lines)
        )
        laid.append(Laid(box, left, top, right, bottom, placed))
    return laid, rows


def _columns(sheet: Sheet, boxes: Sequence[Box], style: Style) -> list[float]:
    """Where columns begin and end: those of groups narrow, that of labels wide."""
    count = max(box.column + box.columns for box in boxes)
    width = style.width - 2 * style.margin
    shares = [1.0] * count
    for place in range(sheet.depth):
        shares[place] = 3.0 if place == sheet.depth - 1 else 0.6
    if sheet.depth > 1 and not style.upright_groups:
        shares[: sheet.depth - 1] = [1.2] * (sheet.depth - 1)
    edges = [0.0]
    for share in shares:
        edges.append(edges[-1] + width * share / sum(shares))
    return edges


def _lines(box: Box, across: Sequence[float], sheet: Sheet, style: Style) -> list[str]:
    width = across[box.column + box.columns] - across[box.column] - 4
    is_group = box.slot is None and not box.is_head and box.column + box.columns < sheet.depth
    if is_group and style.upright_groups:
        return list(box.text)
    return list(wrap(box.text, width, style.size))


def wrap(text: str, width: float, size: float) -> Iterator[str]:
    """The lines of a text no wider than ``width``; a number is not broken as long as it fits."""
    line = ""
    for piece in _pieces(text):
        if line and width_of(line + piece, size) > width:
            yield line
            line = ""
        while width_of(piece, size) > width and len(piece) > 1:
            fit = max(1, int(width / (size / 2)))
            yield piece[:fit]
            piece = piece[fit:]
        line += piece
    if line:
        yield line


def _pieces(text: str) -> Iterator[str]:
    number = ""
    for character in text:
        if character.isascii() and (character.isdigit() or character in ".,-"):
            number += character
            continue
        if number:
            yield number
            number = ""
        yield character
    if number:
        yield number
