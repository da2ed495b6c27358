"""Tables that go on over a page break, put together: columns matched, repeated heads dropped, cut rows made whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ...text.keys import match_key
from ...text.labels import Refs, label_index
from ...text.lines import read_enumerator
from ...text.values import is_value_token
from .tables import Table, TableCell, is_full

# How far the edges of a column may differ between two pages, and the tables between odd and even pages, in points.
NEAR = 4.0
MAX_SHIFT = 60.0
# A table with more cells than this is joined no further: each join looks at all of them, and a report's has 400.
MAX_JOINED = 3_000


@dataclass(frozen=True, slots=True)
class Joined:
    """A table and the next page's part of it as one.

    Attributes:
        table: The whole table.
        first_row: Its first row that stands on the further page alone.
        repeated: Cells that the further page only repeats: rows of head, labels of groups.
    """

    table: Table
    first_row: int
    repeated: tuple[TableCell, ...]


def join_tables(upper: Table, lower: Table, starts: Sequence[int] = (0,)) -> Joined | None:
    """Put the table that begins a page to the one that ends the page before; None if they are two.

    They are one if their columns stand at the same places, or the one merges columns of the other, and the lower one
    does not begin with the heads of another table. A table far longer than that of a report is left in parts.

    Args:
        upper: The table above the break, which may be joined already.
        lower: The table below it.
        starts: Rows of the upper table that begin a page, or the table: heads that are printed again stand there.
    """
    columns = _shared_columns(upper.across, lower.across)
    if columns is None or len(upper.cells) > MAX_JOINED:
        return None
    across, upper_places, lower_places = columns
    above = [_moved(cell, 0, upper_places) for cell in upper.cells]
    below = [_moved(cell, 0, lower_places) for cell in lower.cells]
    heads = max(_repeated_rows(above, below, start, min(upper.rows - start, lower.rows)) for start in starts)
    repeated = [cell for cell in below if cell.row < heads]
    below = [replace(cell, row=cell.row - heads) for cell in below if cell.row >= heads]
    if not heads and _begins_another(above, below):
        return None
    last = [cell for cell in above if cell.row + cell.row_span == upper.rows]
    first = [cell for cell in below if cell.row == 0]
    pairs = _pairs(last, first)
    is_cut = len(pairs) == len(first) == len(last) > 0 and _is_one_row(pairs)
    offset = upper.rows - is_cut
    merged: dict[TableCell, TableCell] = {}
    taken: set[TableCell] = set()
    for over, under in pairs:
        has_labels_beside = _has_label_beside(over, last) and _has_label_beside(under, first)
        is_repeated = not is_cut and has_labels_beside and _repeats(over, under)
        if is_cut or is_repeated or (has_labels_beside and _is_one_group(over, under)):
            parts = over.parts if is_repeated else over.parts + under.parts
            bottom = offset + under.row_span
            merged[over] = replace(over, row_span=bottom - over.row, parts=parts)
            taken.add(under)
            repeated += [under] if is_repeated else []
    cells = [merged.get(cell, cell) for cell in above]
    cells += [replace(cell, row=cell.row + offset) for cell in below if cell not in taken]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    table = Table(upper.box, across, offset + lower.rows - heads, tuple(cells))
    return Joined(table, upper.rows, tuple(repeated))


def _moved(cell: TableCell, rows: int, places: Sequence[int]) -> TableCell:
    column = places[cell.column]
    span = places[cell.column + cell.column_span] - column
    return replace(cell, row=cell.row + rows, column=column, column_span=span)


def _shared_columns(
    upper: Sequence[float], lower: Sequence[float]
) -> tuple[tuple[float, ...], list[int], list[int]] | None:
    """The edges of the columns of both, and which of them each edge of the two is; None if they do not fit."""
    shift = upper[0] - lower[0]
    moved = [edge + shift for edge in lower]
    if abs(shift) > MAX_SHIFT or abs(upper[-1] - moved[-1]) > NEAR:
        return None
    finer, coarser = (upper, moved) if len(upper) >= len(moved) else (moved, upper)
    places = [min(range(len(finer)), key=lambda place: abs(finer[place] - edge)) for edge in coarser]
    if any(abs(finer[place] - edge) > NEAR for place, edge in zip(places, coarser, strict=True)):
        return None
    if len(set(places)) != len(places):
        return None
    own = list(range(len(finer)))
    return (tuple(finer), own, places) if finer is upper else (tuple(finer), places, own)


def _repeated_rows(above: Sequence[TableCell], below: Sequence[TableCell], start: int, most: int) -> int:
    """How many rows the lower part repeats of what the upper one begins with: heads, which hold no values."""

    def is_repeated(row: int) -> bool:
        own, other = _row_of(above, start + row), _row_of(below, row)
        return own == other and any(key for _, _, _, key in own) and not any(_is_number(key) for *_, key in own)

    count = len(list(takewhile(is_repeated, range(most))))
    while count and any(cell.row < count < cell.row + cell.row_span for cell in below):
        count -= 1
    return count


def _row_of(cells: Iterable[TableCell], row: int) -> list[tuple[int, int, int, str]]:
    return [
        (cell.column, cell.column_span, cell.row_span, "".join(cell.text.split())) for cell in cells if cell.row == row
    ]


def _pairs(last: Sequence[TableCell], first: Sequence[TableCell]) -> list[tuple[TableCell, TableCell]]:
    """The cells that stand one above the other at a page break and are as wide."""
    under = {(cell.column, cell.column_span): cell for cell in first}
    found = ((cell, under.get((cell.column, cell.column_span))) for cell in last)
    return [(over, below) for over, below in found if below is not None]


def _begins_another(above: Sequence[TableCell], below: Sequence[TableCell]) -> bool:
    """Whether the lower part begins with heads, and those of a table that the upper one shows nothing of."""
    refs = [ref for cell in below if cell.row == 0 for ref in _refs(cell.text)]
    if not refs or any(ref.role in ("row", "group") for ref in refs):
        return False
    own = {ref.table for cell in above for ref in _refs(cell.text)}
    return bool(own) and own.isdisjoint(ref.table for ref in refs)


def _is_one_row(pairs: Sequence[tuple[TableCell, TableCell]]) -> bool:
    """Whether two rows at a page break are the two parts of one row, which the break cut.

    They are not if a number stands above another text, unless it is a number that had to be broken. Their labels
    decide: together they name a row of a form, or the lower one names none and holds no values.
    """
    texts = [(over.text, under.text) for over, under in pairs]
    if not any(upper for upper, _ in texts) or not any(lower for _, lower in texts):
        return True
    both = [(over, under) for over, under in pairs if over.text and under.text]
    numbers = [(over, under) for over, under in both if _is_number(over.text) or _is_number(under.text)]
    if not all(_is_broken_number(over, under) for over, under in numbers):
        return False
    labels = [(over.text, under.text) for over, under in both if (over, under) not in numbers]
    if not labels:
        return True  # the label stands on one page, the values on the other
    if any(_are_two_labels(upper, lower) for upper, lower in labels):
        return False
    has_values_below = any(_is_number(lower) for _, lower in texts)
    return any(_is_cut_label(*pair) for pair in labels) or not has_values_below or not _refs(labels[-1][0])


def _is_broken_number(over: TableCell, under: TableCell) -> bool:
    """Whether a number goes on after a page break because its cell is too narrow for it."""
    upper, lower = over.parts[-1], under.parts[0]
    if not (_is_number(upper.text) and _is_number(lower.text)):
        return False
    return is_full(upper.lines[-1], lower.lines[0], upper.box)


def _are_two_labels(upper: str, lower: str) -> bool:
    """Whether the lower of two texts begins a row or a group of its own."""
    if _is_cut_label(upper, lower):
        return False
    return upper == lower or bool(_refs(lower)) or read_enumerator(lower.strip()) is not None


def _is_one_group(over: TableCell, under: TableCell) -> bool:
    """Whether a label cell, beside which labels stand on both pages, goes on over the break."""
    if _is_number(over.text) or _is_number(under.text):
        return False
    return not over.text or not under.text or _is_cut_label(over.text, under.text)


def _repeats(over: TableCell, under: TableCell) -> bool:
    """Whether the label of a group is printed again on the next page."""
    key = match_key(under.text)
    return bool(key) and key == match_key(over.text) and any(ref.role in ("group", "head") for ref in _refs(key))


def _has_label_beside(cell: TableCell, row: Sequence[TableCell]) -> bool:
    beside = next((other for other in row if other.column == cell.column + cell.column_span), None)
    return beside is not None and bool(beside.text) and not _is_number(beside.text)


def _is_cut_label(upper: str, lower: str) -> bool:
    """Whether two texts name something together and not each for itself."""
    return bool(_refs(upper + lower)) and not (_refs(upper) and _refs(lower))


def _refs(text: str) -> Refs:
    return label_index().find(match_key(text))


def _is_number(text: str) -> bool:
    return bool(text) and is_value_token("".join(text.split()))
