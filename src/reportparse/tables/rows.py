"""Rows of print: what stands in a row before it is known where each value belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..text.labels import Address, Refs
from ..text.words import Word

_UNITS = ("件", "条", "次", "篇", "个", "人", "万元", "元", "人次", "项")
UNITS = frozenset((*_UNITS, *(f"（{unit}）" for unit in _UNITS), *(f"({unit})" for unit in _UNITS)))


@dataclass(slots=True)
class _Printed:
    """A stretch of the normal text that may be a value or a part of a label; white space at the edges is left out."""

    start: int
    end: int
    word: Word

    @property
    def text(self) -> str:
        """What stands there; empty for a cell printed blank."""
        return self.word.text


@dataclass(slots=True)
class Cell(_Printed):
    """A cell of a grid, which stands in no line of running text.

    Attributes:
        column: Its first column.
        column_span: How many columns it covers.
        is_wrapped: Its text goes on in a second line.
        others: What else the print may mean, where the cell alone does not tell.
    """

    column: int = -1
    column_span: int = 1
    is_wrapped: bool = False
    others: tuple[Piece, ...] = ()
    line: ClassVar[int] = -1
    offset: ClassVar[int] = -1
    gap: ClassVar[int] = -1


@dataclass(slots=True)
class Token(_Printed):
    """A piece of running text without inner white space. It stands in no column of a grid.

    Attributes:
        line: The number of the line.
        offset: Characters from the start of the line.
        gap: Lines without any print between the line of the token before and its own, -1 on the same line.
    """

    line: int = -1
    offset: int = -1
    gap: int = -1
    column: ClassVar[int] = -1
    others: ClassVar[tuple[Piece, ...]] = ()


Piece = Cell | Token
# A label seen anywhere; the evidence for a form and for the heads that are printed.
Sighting = Piece


def joined(first: Piece, second: Piece) -> Piece:
    """Two pieces as one, with nothing between."""
    return Token(first.start, second.end, Word(first.text + second.text))


@dataclass(slots=True)
class SeenRow:
    """A row of print: its label, what the label may name, and its values in the order of print.

    Attributes:
        start: Place of the label in the normal text, with ``end``.
        addresses: The rows that the label may name; empty for an unknown row.
        pieces: Values; in a grid every cell after the label, blank ones too.
        block: Number of the grid, or -1 for running text.
        heads: For each column of the grid the head printed above it.
        cells: How many cells its line prints, and ``head_cells`` that of its heads; 0 where markup tells the columns.
        gap_after: In running text the number of empty lines before whatever follows the row.
        is_torn: A label whose pieces and values stand mixed.
        lines: In running text the first and last line of the label.
        is_broken: The line of the row ends before its time; its last values may go on in the next line.
        strays_ahead: How many values in a run stand right before this row that no row took.
        has_stray: Values stand right before or after this row that no row took.
        unit: The unit printed between label and values.
        key: The match key of a label that names no row.
    """

    start: int
    end: int
    addresses: tuple[Address, ...]
    pieces: list[Piece] = field(default_factory=list)
    block: int = -1
    heads: dict[int, Refs] = field(default_factory=dict)
    cells: int = 0
    head_cells: int = 0
    gap_after: int = -1
    is_torn: bool = False
    lines: tuple[int, int] = (-1, -1)
    strays_ahead: int = 0
    has_stray: bool = False
    is_broken: bool = False
    unit: str | None = None
    key: str = ""
