"""A table that a page break of the original cut in two: its parts put together, and the row that was cut.

The second part prints more rows, with the head again or without it, and nothing stands between but a page number. A
row that was cut is the last of one part and the first of the other; it is one row where its label only then names one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ..resources import read_json
from ..spans import Span
from ..text.words import Words
from .cellgrids import CellGrid
from .rows import UNITS, Cell

# What may be printed between the parts: a page number, 续表.
_MAX_BETWEEN = 60
# The second part may lack the columns of labels that span rows, and print them no more.
_MAX_NARROWER = 3
_HEAD_ROLES = frozenset(("column", "head", "title"))


def join_cut_tables(grids: Sequence[CellGrid], text: str, words: Words) -> tuple[list[CellGrid], list[Span]]:
    """Put together what is one table.

    Args:
        grids: All grids, in the order of the text.
        text: The normal text.
        words: The texts of the document.

    Returns:
        The grids, and where each part begins that was joined to the one before it.
    """
    runs: list[_Run] = []
    seams: list[Span] = []
    for grid in grids:
        run = runs[-1] if runs else None
        first = run.first_row(grid) if run is not None and _is_near(text, run.end, grid.start) else None
        if run is not None and first is not None:
            seams.append(Span(grid.start, grid.end))
            run.add(grid, first)
        else:
            runs.append(_Run(grid, words))
    return [run.grid() for run in runs], seams


@cache
def _between_re() -> re.Pattern[str]:
    lines = "|".join(read_json("layout.json")["page_lines"])
    return re.compile(rf"(?:\s++|[（(]?续\s?(?:上\s?)?表\s?\d{{0,2}}[）)]?|{lines}|\d{{1,3}}(?!\d))*+", re.IGNORECASE)


def _is_near(text: str, start: int, end: int) -> bool:
    """Whether nothing but a page number stands between two grids."""
    return 0 <= end - start <= _MAX_BETWEEN and _between_re().fullmatch(text, start, end) is not None


class _Run:
    """A grid and those that go on with its rows. What a further grid is compared with is kept, not counted anew."""

    def __init__(self, grid: CellGrid, words: Words) -> None:
        self._words = words
        self._first = grid
        self._rows = grid.rows
        self._width = grid.width
        self._heads: set[str] | None = None  # looked for once another grid stands near
        self._unruled: set[int] = set(grid.unruled)
        self._broken: set[int] = set(grid.broken)
        self._last: int | None = None  # the last row in which anything is printed, once another grid goes on
        self.end = grid.end

    def grid(self) -> CellGrid:
        """All of it as one grid."""
        if self.end == self._first.end:
            return self._first
        unruled, broken = frozenset(self._unruled), frozenset(self._broken)
        return CellGrid(self._first.start, self.end, self._rows, self._width, unruled, broken)

    def first_row(self, grid: CellGrid) -> int | None:
        """The first row of a grid that goes on with this one, under the head that it repeats; None if it does not."""
        if min(grid.width, self._width) < 2 or abs(grid.width - self._width) > _MAX_NARROWER:
            return None
        if self._heads is None:
            self._heads = _heads_of(self._rows)
        for number, cells in enumerate(grid.rows):
            if not any(cell.text for cell in cells):
                continue
            if not _is_head(cells):
                return number
            if _row_key(cells) not in self._heads:
                return None
        return None

    def add(self, grid: CellGrid, first: int) -> None:
        """Put a grid below, the columns of a narrower one at the right."""
        if self._rows is self._first.rows:
            self._rows = list(self._first.rows)
            self._last = _last_printed(self._rows)
        below = len(self._rows)
        shift = max(0, self._width - grid.width)
        rows = [[replace(cell, column=cell.column + shift) for cell in cells] for cells in grid.rows]
        # A line that ends before its time may go on in the line after it, not in another grid.
        self._broken.discard(below)
        if self._last is not None:
            upper = self._rows[self._last]
            whole = _whole_row(upper, rows[first], self._words)
            if whole is not None:
                self._rows[self._last], rows[first] = whole, []
            elif not _names_row(rows[first]) and not any(cell.word.is_value for cell in upper):
                self._broken.add(self._last)  # values without a label follow a label without values
        self._rows += rows
        self._width = max(self._width, grid.width)
        self._unruled |= {number + below for number in grid.unruled}
        self._broken |= {number + below for number in grid.broken}
        last = _last_printed(rows)
        self._last = self._last if last is None else below + last
        self.end = grid.end
        if self._heads is not None:
            self._heads |= _heads_of(rows)


def _last_printed(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The last row in which anything is printed."""
    return next((place for place in range(len(rows) - 1, -1, -1) if any(cell.text for cell in rows[place])), None)


def _heads_of(rows: Sequence[Sequence[Cell]]) -> set[str]:
    return {_row_key(cells) for cells in rows if _is_head(cells)}


def _row_key(cells: Sequence[Cell]) -> str:
    return "|".join([cell.word.key for cell in cells if cell.word.key])


def _is_head(cells: Sequence[Cell]) -> bool:
    """Whether a row holds heads of columns, or the title of a table, and no value."""
    names_head = False
    for cell in cells:
        _, _, is_value, refs = cell.word
        if is_value:
            return False
        names_head = names_head or not _HEAD_ROLES.isdisjoint(refs.roles)
    return names_head and not _is_label(cells)


def _is_label(cells: Sequence[Cell]) -> bool:
    """Whether a row without values names one row of a form and nothing else."""
    named = [cell for cell in cells if cell.word.key]
    return len(named) == 1 < len(cells) and bool(named[0].word.refs.addresses)


def _names_row(cells: Sequence[Cell]) -> bool:
    return any(cell.word.refs.addresses for cell in cells if _is_word(cell))


def _is_word(cell: Cell) -> bool:
    """Whether a cell may be a label, or a half of one."""
    return bool(cell.word.key) and cell.text not in UNITS and not cell.word.is_value


def _whole_row(upper: Sequence[Cell], lower: Sequence[Cell], words: Words) -> list[Cell] | None:
    """The row that two halves make, or None for two rows: its label is in both, or its values are under its label.

    Cells belong together as they are counted from the right: the lower half may lack the labels that span rows.
    """
    if not lower or len(lower) > len(upper):
        return None
    pairs = list(zip(upper[len(upper) - len(lower) :], lower, strict=True))
    if any(_are_two_values(above, below, words) for above, below in pairs):
        return None
    whole = [*upper[: len(upper) - len(lower)], *(_whole_cell(above, below, words) for above, below in pairs)]
    if any(map(_is_word, lower)):
        made = [cell for cell in whole if cell.is_wrapped and cell.word.refs.addresses]
        is_label = made and (not _names_row(lower) or any(cell.word.key in words.index.refs for cell in made))
        return whole if is_label else None
    roles = {role for cell in upper if _is_word(cell) for role in cell.word.refs.roles}
    are_blank = not any(cell.word.is_value for cell in upper)
    return whole if are_blank and "row" in roles and not roles & {"group", *_HEAD_ROLES} else None


def _are_two_values(above: Cell, below: Cell, words: Words) -> bool:
    """Whether a number stands over something else, and is not the ordinal of a label that was cut right after it."""
    if not (above.word.is_value and below.text):
        return False
    return words[above.text + below.text].key not in words.index.refs


def _whole_cell(upper: Cell, lower: Cell, words: Words) -> Cell:
    if not lower.text:
        return upper
    if not upper.text:
        return replace(lower, column=upper.column)
    return replace(upper, word=words[upper.text + lower.text], is_wrapped=True)
