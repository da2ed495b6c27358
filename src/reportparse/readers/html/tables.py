"""Which tables of a page hold data and which arrange it, and rows that can be read at once.

Old sites arrange a page by tables, and office programs put a small table into a cell of a large one. So a table that
holds others is judged by its shape: it holds data if more cells stand in it than in the tables inside of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..grids import USUAL_SHAPE, CellShape
from .printed import text_of
from .textwriter import WHITE
from .tree import CELL_TAGS

if TYPE_CHECKING:
    from lxml.etree import _Element

# Elements that change nothing of a cell's text where they wrap all of it.
_WRAPPING_TAGS = frozenset(["p", "span", "font", "b", "strong", "i", "em", "u", "div", "center", "a", "small"])
_BLOCK_TAGS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "table"))
_GROUP_TAGS = ("thead", "tbody", "tfoot")
_NUMBER_RE = re.compile(r"\s*+\+?(\d++)")
_MAX_WRAPPINGS = 40
# A cell with this many blocks in it, and this much text, holds a part of the page and no entry of a table.
_MIN_BLOCKS = 8
# A smaller table in the last cell of another is a part of that cell.
_MIN_CELLS = 3
# Tables that arrange text have no more rows than this.
_MAX_ROWS = 20
_MIN_TEXT = 400


class TableKinds(NamedTuple):
    """The tables of a page that arrange it, and what tells that a table of data was never closed.

    ``small`` are the rows of tables that arrange text if :func:`arranges_text` holds for one of them. ``breaking`` are
    tables in a cell of another that are large or begin in its last cell; ``open_ended`` are last cells that hold
    paragraphs.
    """

    layout: frozenset[_Element]
    small: dict[_Element, list[_Element]]
    breaking: frozenset[_Element]
    open_ended: frozenset[_Element]


def sort_tables(root: _Element) -> TableKinds:
    """Judge every table of a page. Cost is linear in its cells; large tables without others inside cost nothing."""
    tables = list(root.iter("table"))
    outer = {table: cell for table in tables if (cell := _cell_around(table)) is not None}
    held: dict[_Element, dict[_Element, _Element]] = {}  # tables that a table holds, with the cell of each
    for table, cell in outer.items():
        around = next(cell.iterancestors("table"), None)
        if around is not None:
            held.setdefault(around, {})[table] = cell
    sizes: dict[_Element, int] = {}  # cells of each table
    inside: dict[_Element, int] = {}  # cells of the tables that it holds
    layout: set[_Element] = set()
    small: dict[_Element, list[_Element]] = {}
    breaking: set[_Element] = set()
    open_ended: set[_Element] = set()
    for table in reversed(tables):  # inner ones come first
        rows = own_rows(table)
        inner = held.get(table, {})
        size = sizes[table] = sum(map(len, rows))
        inside[table] = sum(inside[one] + (sizes[one] if sizes[one] > 1 else 0) for one in inner)
        if size - len(set(inner.values())) < max(inside[table], 1):
            layout.add(table)
            continue
        if len(rows) <= _MAX_ROWS:
            if not inner:
                small[table] = rows
            elif any(map(arranges_text, rows)):
                layout.add(table)
                continue
        last = next(row[-1] for row in reversed(rows) if len(row))
        breaking |= {one for one, cell in inner.items() if sizes[one] > (_MIN_CELLS if cell is last else _MIN_BLOCKS)}
        if len(rows) > 1 < sum(child.tag in _BLOCK_TAGS for child in last):
            open_ended.add(last)
    return TableKinds(frozenset(layout), small, frozenset(breaking), frozenset(open_ended))


def own_rows(table: _Element) -> list[_Element]:
    """The rows of a table, without those of tables inside of it."""
    return [row for part in table for row in (part if part.tag in _GROUP_TAGS else (part,)) if row.tag == "tr"]


def _cell_around(table: _Element) -> _Element | None:
    """The cell that a table stands in; None where it stands between the rows of another that was not closed."""
    around = next(table.iterancestors("table", "td", "th"), None)
    return around if around is not None and around.tag != "table" else None


def arranges_text(row: _Element) -> bool:
    """Whether a cell of a row of a small table holds paragraphs enough to be a part of the page."""
    for cell in row:
        element = cell
        for _ in range(_MAX_WRAPPINGS):
            if len(element) != 1:
                break
            element = element[0]
        if len(element) >= _MIN_BLOCKS and len(text_of(cell).strip()) >= _MIN_TEXT:
            return True
    return False


class PlainRow(NamedTuple):
    """The texts of a row whose cells hold one text each at the most, and the shapes of its cells."""

    texts: list[str]
    shapes: list[CellShape]


def read_plain_row(row: _Element) -> PlainRow | None:
    """The cells of a row, if each holds one text at most, in wrappings that add nothing; None for other rows."""
    texts: list[str] = []
    shapes: list[CellShape] = []
    if (text := row.text) and text.strip(WHITE):
        return None
    for cell in row:
        tag = cell.tag
        if tag not in CELL_TAGS or ((tail := cell.tail) and tail.strip(WHITE)):
            return None
        element, text = cell, cell.text
        while size := len(element):
            if size > 1 or (text and text.strip(WHITE)):
                return None
            element = element[0]
            if element.tag not in _WRAPPING_TAGS or ((tail := element.tail) and tail.strip(WHITE)):
                return None
            text = element.text
        texts.append(text or "")
        rows, columns = cell.get("rowspan"), cell.get("colspan")
        is_usual = not rows and not columns and tag == "td"
        shapes.append(USUAL_SHAPE if is_usual else (read_span(rows), read_span(columns), tag == "th"))
    return PlainRow(texts, shapes) if texts else None


def read_span(printed: str | None) -> int:
    """The number that an attribute such as ``rowspan`` begins with, as a browser reads it; 1 for anything else.

    A row span of 0, which reaches to the end of the table by the letter, is 1 too: pages print it by mistake, and a row
    that is complete without it stays so.

    Example:
        >>> [read_span(printed) for printed in ("3", " 2px", "-2", "0", None)]
        [3, 2, 1, 1, 1]
    """
    match = _NUMBER_RE.match(printed) if printed else None
    return max(int(match[1][:6]), 1) if match else 1
