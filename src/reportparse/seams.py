"""A table that a page break of the original cut in two: its parts put together, and the row that was cut.

The second part prints more rows, with the head again or without it, and nothing stands between but a page number. A
row that was cut is the last of one part and the first of the other; it is one row where its label only then names one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from .cellgrids import CellGrid
from .keys import match_key
from .labels import LabelIndex
from .resources import read_json
from .rows import UNITS, Cell, row_addresses
from .spans import Span
from .values import is_value_token

# What may be printed between the parts: a page number, 续表.
_MAX_BETWEEN = 60
# The second part may lack the columns of labels that span rows, and print them no more.
_MAX_NARROWER = 3
_HEAD_ROLES = frozenset(("column", "head", "title"))


def join_cut_tables(grids: Sequence[CellGrid], text: str, index: LabelIndex) -> tuple[list[CellGrid], list[Span]]:
    """Put together what is one table.

    Args:
        grids: All grids, in the order of the text.
        text: The normal text.
        index: The labels of all forms.

    Returns:
        The grids, and where each part begins that was joined to the one before it.
    """
    joined: list[CellGrid] = []
    seams: list[Span] = []
    for grid in grids:
        before = joined[-1] if joined else None
        if before is not None and _is_near(text, before, grid) and _goes_on(before, grid, index):
            seams.append(Span(grid.start, grid.end))
            joined[-1] = _joined(before, grid, index)
        else:
            joined.append(grid)
    return joined, seams


@cache
def _between_re() -> re.Pattern[str]:
    lines = "|".join(read_json("layout.json")["page_lines"])
    return re.compile(rf"(?:\s++|[（(]?续\s?(?:上\s?)?表\s?\d{{0,2}}[）)]?|{lines}|\d{{1,3}}(?!\d))*+", re.IGNORECASE)


def _is_near(text: str, before: CellGrid, grid: CellGrid) -> bool:
    """Whether nothing but a page number stands between two grids."""
    return 0 <= grid.start - before.end <= _MAX_BETWEEN and bool(_between_re().fullmatch(text, before.end, grid.start))


def _goes_on(before: CellGrid, grid: CellGrid, index: LabelIndex) -> bool:
    """Whether the rows of a grid go on with those of the one before it: no head stands over them but its own again."""
    widths = _width(before), _width(grid)
    if min(widths) < 2 or abs(widths[0] - widths[1]) > _MAX_NARROWER:
        return False
    first = _first_row(grid, before, index)
    return first is not None and any(cell.text for cell in grid.rows[first])


def _first_row(grid: CellGrid, before: CellGrid, index: LabelIndex) -> int | None:
    """The first row of a grid under the head that it repeats; None where a head of its own begins it."""
    own_heads = {_row_key(cells) for cells in before.rows if _is_head(cells, index)}
    for number, cells in enumerate(grid.rows):
        if not any(cell.text for cell in cells):
            continue
        if not _is_head(cells, index):
            return number
        if _row_key(cells) not in own_heads:
            return None
    return None


def _row_key(cells: Sequence[Cell]) -> str:
    return "|".join(cell.key for cell in cells if cell.key)


def _is_head(cells: Sequence[Cell], index: LabelIndex) -> bool:
    """Whether a row holds heads of columns, or the title of a table, and no value."""
    if any(is_value_token(cell.text) for cell in cells):
        return False
    roles = {ref.role for cell in cells if cell.key for ref in index.find(cell.key)}
    return bool(roles & _HEAD_ROLES) and not _is_label(cells, index)


def _is_label(cells: Sequence[Cell], index: LabelIndex) -> bool:
    """Whether a row without values names one row of a form and nothing else."""
    named = [cell for cell in cells if cell.key]
    return len(named) == 1 < len(cells) and bool(row_addresses(index.find(named[0].key)))


def _width(grid: CellGrid) -> int:
    return max((cell.column + cell.column_span for row in grid.rows for cell in row), default=0)


def _joined(before: CellGrid, grid: CellGrid, index: LabelIndex) -> CellGrid:
    """One grid of two, the columns of a narrower second one at the right."""
    shift, below = max(0, _width(before) - _width(grid)), len(before.rows)
    first = _first_row(grid, before, index) or 0
    rows = [[replace(cell, column=cell.column + shift) for cell in cells] for cells in grid.rows]
    own = list(before.rows)
    broken = {number for number in before.broken if number < below}
    last = next((place for place in range(below - 1, -1, -1) if any(cell.text for cell in own[place])), None)
    if last is not None:
        whole = _whole_row(own[last], rows[first], index)
        if whole is not None:
            own[last], rows[first] = whole, []
        elif not _names_row(rows[first], index) and not any(is_value_token(cell.text) for cell in own[last]):
            broken.add(last)  # values without a label follow a label without values
    return CellGrid(
        before.start,
        grid.end,
        own + rows,
        before.unruled | {number + below for number in grid.unruled},
        # A line that ends before its time may go on in the line after it, not in another grid.
        frozenset(broken) | {number + below for number in grid.broken},
    )


def _names_row(cells: Sequence[Cell], index: LabelIndex) -> bool:
    return any(row_addresses(index.find(cell.key)) for cell in cells if _is_word(cell))


def _is_word(cell: Cell) -> bool:
    """Whether a cell may be a label, or a half of one."""
    return bool(cell.key) and cell.text not in UNITS and not is_value_token(cell.text)


def _whole_row(upper: Sequence[Cell], lower: Sequence[Cell], index: LabelIndex) -> list[Cell] | None:
    """The row that two halves make, or None for two rows: its label is in both, or its values are under its label.

    Cells belong together as they are counted from the right: the lower half may lack the labels that span rows.
    """
    if not lower or len(lower) > len(upper):
        return None
    pairs = list(zip(upper[len(upper) - len(lower) :], lower, strict=True))
    if any(_are_two_values(above, below, index) for above, below in pairs):
        return None
    whole = [*upper[: len(upper) - len(lower)], *(_whole_cell(above, below) for above, below in pairs)]
    if any(map(_is_word, lower)):
        made = [cell for cell in whole if cell.is_wrapped and row_addresses(index.find(cell.key))]
        return (
            whole if made and (not _names_row(lower, index) or any(cell.key in index.refs for cell in made)) else None
        )
    roles = {ref.role for cell in upper if _is_word(cell) for ref in index.find(cell.key)}
    are_blank = not any(is_value_token(cell.text) for cell in upper)
    return whole if are_blank and "row" in roles and not roles & {"group", *_HEAD_ROLES} else None


def _are_two_values(above: Cell, below: Cell, index: LabelIndex) -> bool:
    """Whether a number stands over something else, and is not the ordinal of a label that was cut right after it."""
    if not (above.text and below.text and is_value_token(above.text)):
        return False
    return match_key(above.text + below.text) not in index.refs


def _whole_cell(upper: Cell, lower: Cell | None) -> Cell:
    if lower is None or not lower.text:
        return upper
    if not upper.text:
        return replace(lower, column=upper.column)
    text = upper.text + lower.text
    return replace(upper, text=text, key=match_key(text), is_wrapped=True)
