"""Rows out of a grid of cells: labels, the heads above each column, and every cell after a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..text.labels import NO_LABEL, Address, Refs
from ..text.words import Words
from .cellgrids import CellGrid
from .rows import UNITS, Cell, SeenRow, Sighting, joined

# The longest label takes as many lines in a column of one character.
MAX_ROW_LINES = 40
# A head covers at most as many columns.
MAX_HEAD_SPAN = 100
# What a cell may mean beside what it prints, before further lines no longer count as its own.
MAX_OTHERS = 2 * MAX_ROW_LINES


def rows_of_grid(grid: CellGrid, block: int, words: Words) -> tuple[list[SeenRow], list[Sighting]]:
    """The labelled rows, unknown rows and head cells of a grid."""
    rows: list[SeenRow] = []
    sightings: list[Sighting] = []
    heads: dict[int, Refs] = {}
    was_head = False
    head_cells = 0
    for cells, is_broken in _whole_rows(grid, words):
        named: list[Cell] = []
        label = -1
        for place, cell in enumerate(cells):
            if refs := cell.word.refs:
                named.append(cell)
                if refs.addresses:
                    label = place  # the rightmost one
        sightings += named
        row: SeenRow | None
        if label >= 0:
            row = _grid_row(cells, label, cells[label].word.refs.addresses, block, heads)
        elif named:
            heads = heads if was_head else {}  # rows keep the ones above them
            _put_heads(heads, named)
            was_head, head_cells = True, len(cells)
            continue
        elif rows and not was_head and _takes_torn_off(rows[-1], cells):
            continue
        else:
            row = _unlabelled_grid_row(cells, block, heads, words)
        if row is not None:
            row.is_broken = is_broken
            if not grid.is_marked:
                row.cells, row.head_cells = len(cells), head_cells
            rows.append(row)
            was_head = False
    return rows, sightings


def _whole_rows(grid: CellGrid, words: Words) -> Iterator[tuple[list[Cell], bool]]:
    """The rows of a grid with whether they are broken, a row whose cells go on in a second line put together."""
    whole: list[Cell] | None = None
    lines = 0  # of the row
    is_broken = False
    is_ruled = _rules_every_row(grid, words)
    for number, cells in enumerate(grid.rows):
        if whole is not None:
            may_go_on = number in grid.unruled and lines < MAX_ROW_LINES
            if may_go_on and (is_ruled or _goes_on(whole, cells)):
                _append_line(whole, cells, words)
                is_broken |= number in grid.broken
                lines += 1
                continue
            yield whole, is_broken
        whole, is_broken, lines = cells, number in grid.broken, 1
    if whole is not None:
        yield whole, is_broken


def _rules_every_row(grid: CellGrid, words: Words) -> bool:
    """Whether rules part all rows of a drawn table: then no two of them name a row each without a rule between."""
    leaves = words.index.leaves
    is_named = False
    for number, cells in enumerate(grid.rows if grid.unruled else ()):
        names = any(not leaves.isdisjoint(cell.word.refs.addresses) for cell in cells)
        if number not in grid.unruled:
            is_named = names
        elif names and is_named:
            return False
        is_named |= names
    return bool(grid.unruled)


def _goes_on(cells: Sequence[Cell], more: Sequence[Cell]) -> bool:
    """Whether a line is the second one of a row: it begins no label, and no value stands under another."""
    if any(cell.word.refs and not cell.word.is_value for cell in more):
        return False
    return not any(upper.word.is_value and lower.text for upper, lower in zip(cells, more, strict=True))


def _append_line(row: list[Cell], more: Sequence[Cell], words: Words) -> None:
    """Let the text of each cell go on in the next line; its place stays that of its first piece."""
    for place, (cell, piece) in enumerate(zip(row, more, strict=True)):
        if not cell.text:
            piece.column, piece.column_span = cell.column, cell.column_span
            row[place] = piece
        elif cell.word.is_value and piece.word.is_value:
            _doubt_whole(cell, piece)
        elif piece.text:
            cell.word, cell.is_wrapped = words[cell.text + piece.text], True


def _doubt_whole(cell: Cell, under: Cell) -> None:
    """A value under that of a cell: the two are one number torn in two, or two numbers."""
    cell.others += (joined(cell, under), under)


def _takes_torn_off(row: SeenRow, cells: Sequence[Cell]) -> bool:
    """Let cells go on in a line that prints nothing but values under some of them; whether it is such a line."""
    under = [cell for cell in cells if cell.text]
    if not under or not all(cell.word.is_value for cell in under):
        return False
    above = {piece.column: piece for piece in row.pieces if isinstance(piece, Cell) and piece.word.is_value}
    if len(under) >= max(len(above), 2) or not above.keys() >= {cell.column for cell in under}:
        return False
    if any(len(piece.others) > MAX_OTHERS for piece in above.values()):
        return False
    for cell in under:
        _doubt_whole(above[cell.column], cell)
    return True


def _grid_row(
    cells: Sequence[Cell],
    place: int,
    addresses: tuple[Address, ...],
    block: int,
    heads: dict[int, Refs],
) -> SeenRow:
    label = cells[place]
    after, unit = place + 1, None
    while after < len(cells):
        text = cells[after].word.text
        if text in UNITS and unit is None:
            unit = text.strip("（）()")
        elif "unit_head" not in heads.get(cells[after].column, NO_LABEL).roles:
            break
        after += 1
    row = SeenRow(label.start, label.end, addresses, list(cells[after:]), block, heads)
    row.is_torn = label.is_wrapped
    row.unit = unit
    row.key = "" if addresses else label.word.key
    return row


def _put_heads(heads: dict[int, Refs], cells: Sequence[Cell]) -> None:
    """Put a row of head cells below others: each replaces what stands above it."""
    for cell in cells:
        heads[cell.column] = cell.word.refs
        if cell.column_span > 1:
            for further in range(1, min(cell.column_span, MAX_HEAD_SPAN)):
                heads[cell.column + further] = cell.word.refs


def _unlabelled_grid_row(cells: Sequence[Cell], block: int, heads: dict[int, Refs], words: Words) -> SeenRow | None:
    """A row without a known label: the values of a table printed in one row, or a row that no form has."""
    under = Counter([table for refs in heads.values() for table in refs.column_tables])
    tables = [table for table, _ in under.most_common(1)]
    first = next((place for place, cell in enumerate(cells) if cell.word.text), None)
    if first is None:
        # The whole row of a table that has one, left empty; elsewhere an empty row says nothing.
        is_whole = any(words.index.one_row.get(table) == len(cells) for table in tables)
        return _row_of_all(cells, tables, block, heads) if is_whole else None
    value = next((place for place, cell in enumerate(cells) if _may_be_value(cell, words)), None)
    if value is None:
        return None
    if first == value:
        tables += [table for table, width in words.index.one_row.items() if width == len(cells) and table not in tables]
        return _row_of_all(cells, tables, block, heads)
    label = max((cell for cell in cells[:value] if cell.text), key=lambda cell: cell.column)
    return _grid_row(cells, cells.index(label), (), block, heads)


def _may_be_value(cell: Cell, words: Words) -> bool:
    """Whether a cell can be a value, also one that white space breaks."""
    return cell.word.is_value or words[cell.text.replace("\n", "").replace(" ", "")].is_value


def _row_of_all(cells: Sequence[Cell], tables: Sequence[str], block: int, heads: dict[int, Refs]) -> SeenRow:
    """A row that is all values, of one of these tables."""
    start = cells[0].start
    return SeenRow(start, start, tuple((table, "") for table in tables), list(cells), block, heads)
