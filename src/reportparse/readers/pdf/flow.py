"""Pages to one flow of lines and tables, in which a table that goes on over a page break is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .join import join_tables
from .layout import Block, Sheet
from .lines import TextLine, Word
from .tables import Table, TableCell


@dataclass(frozen=True, slots=True)
class Item:
    """A line or a table in the flow of the document.

    Attributes:
        page: The page it begins on.
        block: The line or the table.
        is_furniture: Whether it is a running head, a footer, or stands aside.
        page_rows: Of a table: each further page with the row that begins it.
        repeated: Of a table: how many cells were printed again on further pages.
    """

    page: int
    block: Block
    is_furniture: bool = False
    page_rows: tuple[tuple[int, int], ...] = ()
    repeated: int = 0


def flow_of(sheets: Sequence[Sheet]) -> list[Item]:
    """All blocks of the pages in reading order.

    What stands between two parts of a table (footers, running heads, heads of the table that are printed again) comes
    after the table, so that its cells follow one another.
    """
    items: list[Item] = []
    open_table: int | None = None  # place of the table that ends the page before
    for sheet in sheets:
        items += _furniture(sheet.number, sheet.head)
        blocks = list(sheet.blocks)
        if open_table is not None and blocks and isinstance(blocks[0], Table):
            joined, repeated = _join(items[open_table], blocks[0], sheet.number)
            if joined is not None:
                items[open_table] = joined
                items += _furniture(sheet.number, repeated)
                blocks = blocks[1:]
                if blocks:
                    open_table = None
            else:
                open_table = None
        elif blocks:
            open_table = None
        items += [Item(sheet.number, block) for block in blocks]
        if blocks and isinstance(blocks[-1], Table):
            open_table = len(items) - 1
        items += _furniture(sheet.number, (*sheet.foot, *sheet.aside))
    return items


def _furniture(page: int, lines: Iterable[TextLine]) -> list[Item]:
    return [Item(page, line, is_furniture=True) for line in lines]


def _join(item: Item, lower: Table, page: int) -> tuple[Item | None, list[TextLine]]:
    if not isinstance(item.block, Table):
        return None, []
    starts = [0, *(row for _, row in item.page_rows[-1:])]
    joined = join_tables(item.block, lower, starts)
    if joined is None:
        return None, []
    page_rows = (*item.page_rows, (page, joined.first_row))
    whole = replace(item, block=joined.table, page_rows=page_rows, repeated=item.repeated + len(joined.repeated))
    return whole, [_as_line(cell) for cell in joined.repeated if cell.text]


def _as_line(cell: TableCell) -> TextLine:
    part = cell.parts[0]
    word = Word(" ".join(cell.text.split()), part.box)
    return TextLine((word,), part.box, part.box.height)
