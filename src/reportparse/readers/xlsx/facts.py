"""What a spreadsheet says beside its values: how far its cells reach, what is hidden, and what has no value.

The library that reads the values tells none of this, and it takes memory for the whole rectangle that the cells reach
over. So each sheet is looked through first, as a stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..office.packages import Package, attribute, child

if TYPE_CHECKING:
    from ..office.packages import Element

Cell = tuple[int, int]  # row and column, counted from 0
Range = tuple[Cell, Cell]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_CELL_RE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_TRUE = frozenset(("1", "true", "on"))
# Hidden rows and columns are noted one by one, up to what a table may hold.
_MAX_NOTED = 200_000


@dataclass(slots=True)
class SheetFacts:
    """What one sheet says beside its values.

    Attributes:
        name: The name on its tab.
        texts: What to print where the values say nothing: an error, or a formula that was never calculated.
        uncalculated: Formulas without a value.
        hidden_rows: Rows that are not shown.
        hidden_columns: Columns that are not shown.
        merged: Ranges whose cells are one, as first and last cell; None where the library tells them.
        first: The row and the column where the cells with a value begin.
        last: Where they end.
    """

    name: str
    texts: dict[Cell, str] = field(default_factory=dict)
    uncalculated: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Range] | None = None
    first: Cell | None = None
    last: Cell | None = None

    def reach(self, row: int, column: int) -> None:
        """Note a cell with a value."""
        if self.first is None or self.last is None:
            self.first = self.last = (row, column)
            return
        self.first = min(self.first[0], row), min(self.first[1], column)
        self.last = max(self.last[0], row), max(self.last[1], column)

    @property
    def places(self) -> int:
        """How many places the rectangle of its cells has."""
        if self.first is None or self.last is None:
            return 0
        return (self.last[0] - self.first[0] + 1) * (self.last[1] - self.first[1] + 1)

    def hide(self, hidden: set[int], first: int, last: int) -> None:
        """Note that rows or columns are not shown."""
        hidden.update(range(first, min(last, first + _MAX_NOTED - len(hidden)) + 1))


def facts_of_workbook(package: Package) -> Iterator[SheetFacts]:
    """The sheets of an XLSX or XLSM file."""
    main = package.main_part("xl/workbook.xml")
    relations = package.relations(main)
    for sheet in package.elements(main, "x:sheet"):
        facts = SheetFacts(sheet.get("name", ""))
        relation = relations.get(attribute(sheet, "r:id") or "")
        if relation is not None and relation.kind == "worksheet" and relation.target in package:
            _look_through(package, relation.target, facts)
        yield facts


def _look_through(package: Package, part: str, facts: SheetFacts) -> None:
    row = column = -1
    for event, tag, element in package.events(part, frozenset(("x:c",))):
        if event == "start" and tag == "x:row":
            number = element.get("r", "")
            row, column = (int(number) - 1 if number.isdecimal() and len(number) < 8 else row + 1), -1
            if element.get("hidden") in _TRUE:
                facts.hidden_rows.add(row)
        elif event == "start" and tag == "x:col" and element.get("hidden") in _TRUE:
            first, last = (min(int(element.get(side, "1")[:5]), MAX_COLUMNS) - 1 for side in ("min", "max"))
            facts.hide(facts.hidden_columns, first, last)
        elif event == "end" and tag == "x:c":
            match = _CELL_RE.fullmatch(element.get("r", ""))
            row, column = cell_of(match[1], match[2]) if match else (max(row, 0), column + 1)
            _look_at(element, facts, (row, column))


def _look_at(element: Element, facts: SheetFacts, place: Cell) -> None:
    value, formula = child(element, "x:v"), child(element, "x:f")
    text = (value.text or "") if value is not None else ""
    if text or child(element, "x:is") is not None:
        facts.reach(*place)
    if text and element.get("t") == "e":
        facts.texts[place] = text
    elif formula is not None and value is None and child(element, "x:is") is None:
        facts.reach(*place)
        facts.texts[place] = f"={formula.text or ''}"
        facts.uncalculated += 1


def cell_of(letters: str, number: str) -> Cell:
    """Row and column of a printed place.

    Example:
        >>> cell_of("AB", "7")
        (6, 27)
    """
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(number) - 1, column - 1


def facts_of_open_document(package: Package) -> Iterator[SheetFacts]:
    """The sheets of an ODS file, where one element may stand for many cells."""
    facts: SheetFacts | None = None
    row = column = rows = 0
    inside = 0  # a table may stand in a cell or in a note
    for event, tag, element in package.events(
        "content.xml", frozenset(("table:table-cell", "table:covered-table-cell"))
    ):
        if tag == "table:table":
            inside += 1 if event == "start" else -1
            if event == "start" and inside == 1:
                facts = SheetFacts(attribute(element, "table:name") or "", merged=[])
                row = column = 0
            elif event == "end" and not inside and facts is not None:
                yield facts
                facts = None
        if facts is None or inside != 1:
            continue
        if tag == "table:table-row" and event == "start":
            rows, column = _repeated(element, "rows"), 0
            if attribute(element, "table:visibility") in ("collapse", "filter"):
                facts.hide(facts.hidden_rows, row, row + rows - 1)
        elif tag == "table:table-row":
            row += rows
        elif tag == "table:table-column" and event == "start":
            count = _repeated(element, "columns")
            if attribute(element, "table:visibility") in ("collapse", "filter"):
                facts.hide(facts.hidden_columns, column, column + count - 1)
            column += count
        elif tag in ("table:table-cell", "table:covered-table-cell") and event == "end":
            count = _repeated(element, "columns")
            if len(element):
                _look_at_cell(element, facts, (row, column), (row + rows - 1, column + count - 1))
            _note_merged(element, facts, (row, column))
            column += count


def _repeated(element: Element, what: str) -> int:
    printed = attribute(element, f"table:number-{what}-repeated") or "1"
    return min(int(printed[:8]) if printed.isdecimal() else 1, MAX_ROWS)


def _look_at_cell(element: Element, facts: SheetFacts, first: Cell, last: Cell) -> None:
    facts.reach(*first)
    facts.reach(*last)
    kinds = {value for key, value in element.items() if str(key).endswith("value-type")}  # of several namespaces
    if "error" in kinds or not kinds:
        facts.texts[first] = "\n".join(text for inner in element if (text := "".join(map(str, inner.itertext()))))


def _note_merged(element: Element, facts: SheetFacts, first: Cell) -> None:
    sizes = [attribute(element, f"table:number-{what}-spanned") or "1" for what in ("rows", "columns")]
    down, across = (min(int(size[:8]) if size.isdecimal() else 1, MAX_ROWS) for size in sizes)
    if (down > 1 or across > 1) and facts.merged is not None:
        facts.merged.append((first, (first[0] + down - 1, first[1] + across - 1)))
