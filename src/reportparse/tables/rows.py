"""Rows of print: what stands in a row before it is known where each value belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ..text.labels import LabelRef

Address = tuple[str, str]  # table key, row key; the row is "" for a table printed in one row
_UNITS = ("件", "条", "次", "篇", "个", "人", "万元", "元", "人次", "项")
UNITS = frozenset((*_UNITS, *(f"（{unit}）" for unit in _UNITS), *(f"({unit})" for unit in _UNITS)))


@dataclass(slots=True)
class Piece:
    """A printed cell or token that may be a value. An empty text is a cell printed blank.

    Attributes:
        start: Place in the normal text, with ``end``; white space at the edges is left out.
        text: What stands there.
        key: The match key of the text, for cells and tokens that may be labels.
        column: The column of the grid, -1 in running text, with ``column_span``.
        line: The number of the line, -1 in a grid.
        offset: Characters from the start of the line.
        gap: Lines without any print between the line of the token before and its own, -1 on the same line.
    """

    start: int
    end: int
    text: str
    key: str = ""
    column: int = -1
    column_span: int = 1
    line: int = -1
    offset: int = -1
    gap: int = -1


@dataclass(slots=True)
class Cell(Piece):
    """A cell of a grid; ``is_wrapped`` where its text goes on in a second line."""

    is_wrapped: bool = False


@dataclass(slots=True)
class Token(Piece):
    """A piece of running text without inner white space; ``is_value`` where it can be all that a cell holds."""

    is_value: bool = False


@dataclass(slots=True)
class SeenRow:
    """A row of print: its label, what the label may name, and its values in the order of print.

    Attributes:
        start: Place of the label in the normal text, with ``end``.
        addresses: The rows that the label may name; empty for an unknown row.
        pieces: Values; in a grid every cell after the label, blank ones too.
        block: Number of the grid, or -1 for running text.
        heads: For each column of the grid the head printed above it.
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
    heads: dict[int, tuple[LabelRef, ...]] = field(default_factory=dict)
    gap_after: int = -1
    is_torn: bool = False
    lines: tuple[int, int] = (-1, -1)
    strays_ahead: int = 0
    has_stray: bool = False
    is_broken: bool = False
    unit: str | None = None
    key: str = ""


@dataclass(slots=True)
class Sighting:
    """A label seen anywhere; the evidence for a form and for the heads that are printed."""

    refs: tuple[LabelRef, ...]
    start: int
    end: int


@lru_cache(maxsize=1024)
def label_tables(refs: tuple[LabelRef, ...]) -> frozenset[str]:
    """The tables that a label may belong to; heads of columns and units tell none."""
    return frozenset(ref.table for ref in refs if ref.role not in ("column", "unit_head"))


@lru_cache(maxsize=1024)
def row_addresses(refs: tuple[LabelRef, ...]) -> tuple[Address, ...]:
    """The rows (group rows included) that a label may name."""
    return tuple(dict.fromkeys((ref.table, ref.key) for ref in refs if ref.role in ("row", "group")))
