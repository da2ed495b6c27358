"""Rows out of a grid of cells: labels, the heads above each column, and every cell after a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..text.keys import match_key
from ..text.labels import LabelIndex, LabelRef
from ..text.values import is_value_token
from .cellgrids import CellGrid
from .rows import UNITS, Address, Cell, SeenRow, Sighting, row_addresses


def rows_of_grid(grid: CellGrid, block: int, index: LabelIndex) -> tuple[list[SeenRow], list[Sighting]]:
    """The labelled rows, unknown rows and head cells of a grid."""
    rows: list[SeenRow] = []
    sightings: list[Sighting] = []
    heads: dict[int, tuple[LabelRef, ...]] = {}
    was_head = False
    for cells, is_broken in _whole_rows(grid, index):
        found = [index.find(cell.key) for cell in cells]
        sightings.extend(Sighting(refs, cell.start, cell.end) for cell, refs in zip(cells, found, strict=True) if refs)
        place = _label_place(cells, found)
        if place is not None:
            rows.append(_grid_row(cells, place, row_addresses(found[place]), block, heads))
            rows[-1].is_broken = is_broken
            was_head = False
            continue
        if any(found):
            heads = _merged_heads(heads if was_head else {}, cells, found)
            was_head = True
            continue
        row = _unlabelled_grid_row(cells, block, heads, index)
        if row is not None:
            row.is_broken = is_broken
            rows.append(row)
            was_head = False
    return rows, sightings


def _whole_rows(grid: CellGrid, index: LabelIndex) -> Iterator[tuple[list[Cell], bool]]:
    """The rows of a grid with whether they are broken, a row whose cells go on in a second line put together."""
    whole: list[Cell] | None = None
    is_broken = False
    for number, cells in enumerate(grid.rows):
        if whole is not None and number in grid.unruled and _goes_on(whole, cells, index):
            _append_line(whole, cells)
            continue
        if whole is not None:
            yield whole, is_broken
        whole, is_broken = cells, number in grid.broken
    if whole is not None:
        yield whole, is_broken


def _goes_on(cells: Sequence[Cell], more: Sequence[Cell], index: LabelIndex) -> bool:
    """Whether a line is the second one of a row: it begins no label, and no value stands under another."""
    if any(cell.key and not is_value_token(cell.text) and index.find(cell.key) for cell in more):
        return False
    pairs = zip(cells, more, strict=True)
    return not any(is_value_token(upper.text) and lower.text for upper, lower in pairs)


def _append_line(row: list[Cell], more: Sequence[Cell]) -> None:
    """Let the text of each cell go on in the next line; its place stays that of its first piece."""
    for cell, piece in zip(row, more, strict=True):
        if not cell.text:
            cell.start, cell.end, cell.text, cell.key = piece.start, piece.end, piece.text, piece.key
        elif piece.text:
            cell.text += piece.text
            cell.key = match_key(cell.text)
            cell.is_wrapped = True


def _label_place(cells: Sequence[Cell], found: Sequence[tuple[LabelRef, ...]]) -> int | None:
    """The rightmost cell that names a row; a row with head cells only is none."""
    for place in range(len(cells) - 1, -1, -1):
        if found[place] and row_addresses(found[place]):
            return place
    return None


def _grid_row(
    cells: Sequence[Cell],
    place: int,
    addresses: tuple[Address, ...],
    block: int,
    heads: dict[int, tuple[LabelRef, ...]],
) -> SeenRow:
    label = cells[place]
    row = SeenRow(label.start, label.end, addresses, block=block, heads=heads, is_torn=label.is_wrapped)
    row.key = "" if addresses else label.key
    after = place + 1
    for cell in cells[after:]:
        if cell.text in UNITS and row.unit is None:
            row.unit = cell.text.strip("（）()")
        elif all(ref.role != "unit_head" for ref in heads.get(cell.column, ())):
            break
        after += 1
    row.pieces.extend(cells[after:])
    return row


def _merged_heads(
    above: dict[int, tuple[LabelRef, ...]], cells: Sequence[Cell], found: Sequence[tuple[LabelRef, ...]]
) -> dict[int, tuple[LabelRef, ...]]:
    """The lowest head over each column: a head cell replaces what stands above it, an empty cell does not."""
    heads = dict(above)
    for cell, refs in zip(cells, found, strict=True):
        if refs:
            for column in range(cell.column, cell.column + min(cell.column_span, 100)):
                heads[column] = refs
    return heads


def _unlabelled_grid_row(
    cells: Sequence[Cell], block: int, heads: dict[int, tuple[LabelRef, ...]], index: LabelIndex
) -> SeenRow | None:
    """A row without a known label: the values of a table printed in one row, or a row that no form has."""
    under = Counter(ref.table for refs in heads.values() for ref in refs if ref.role == "column")
    tables = [table for table, _ in under.most_common(1)]
    if not any(cell.text for cell in cells):
        # The whole row of a table that has one, left empty; elsewhere an empty row says nothing.
        is_whole = any(index.one_row.get(table) == len(cells) for table in tables)
        return _row_of_all(cells, tables, block, heads) if is_whole else None
    values = [place for place, cell in enumerate(cells) if is_value_token(cell.text.replace("\n", "").replace(" ", ""))]
    if not values:
        return None
    first = next(place for place, cell in enumerate(cells) if cell.text)
    if first == values[0]:
        tables += [table for table, width in index.one_row.items() if width == len(cells) and table not in tables]
        return _row_of_all(cells, tables, block, heads)
    label = max((cell for cell in cells[: values[0]] if cell.text), key=lambda cell: cell.column)
    return _grid_row(cells, cells.index(label), (), block, heads)


def _row_of_all(
    cells: Sequence[Cell], tables: Sequence[str], block: int, heads: dict[int, tuple[LabelRef, ...]]
) -> SeenRow:
    """A row that is all values, of one of these tables."""
    row = SeenRow(cells[0].start, cells[0].start, tuple((table, "") for table in tables), block=block, heads=heads)
    row.pieces.extend(cells)
    return row
