"""Printers of tables by place alone: columns by blanks, and drawn boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from property.printers import EMPTY, Chunk, Line, Piece, cell_piece, each_part, width_of, wrap_text
from property.sheets import Box, Document, Sheet, boxes_of

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
    return each_part(document, lambda sheet: _draw(sheet, canvas))


def _draw(sheet: Sheet, canvas: Canvas) -> Chunk:
    boxes = boxes_of(sheet)
    # A label that spans label columns is as wide as all of them, so each takes its part.
    wrap = canvas.wrap // max(1, sheet.depth)
    texts = {
        box: wrap_text(box.text, max(8, wrap) * box.columns if wrap and box.slot is None else 0, canvas.measure)
        for box in boxes
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
        pieces += [Piece(" " * left), cell_piece(box, text), Piece(" " * (room - left) + gap)]
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
