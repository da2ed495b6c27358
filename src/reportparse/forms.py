"""The official forms as values, loaded from data files: sections, tables, rows, columns, labels.

A form is data. A new edition is a new file in ``data/forms``; no code knows the name of a form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

from .errors import FormDataError, UnknownFormError
from .kinds import Place
from .resources import list_names, read_json

ValueType = Literal["count", "change", "money"]
CellKey = tuple[str, str]  # row key, column key


class SectionSpec(NamedTuple):
    """A section of the form: its kind, and its heading with ordinal and in other accepted wordings.

    Example:
        >>> load_form("2021").sections[1].kind, load_form("2021").sections[1].label
        ('proactive_disclosure', '二、主动公开政府信息情况')
    """

    kind: str
    label: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class ColumnSpec:
    """A column of a table; ``type`` is ``count``, ``change`` (signed) or ``money`` (decimal).

    Example:
        >>> column = load_form("2021").table("requests").columns[-1]
        >>> column.key, column.label, column.type
        ('total', '总计', 'count')
    """

    key: str
    label: str
    also: tuple[str, ...]
    type: ValueType
    unit: str | None


@dataclass(frozen=True)
class RowSpec:
    """A row of a table; a group row is a label without values of its own.

    Example:
        >>> row = load_form("2021").table("requests").row("results.denied.state_secret")
        >>> row.label, row.is_group, row.path
        ('1.属于国家秘密', False, ())
    """

    key: str
    label: str
    also: tuple[str, ...]
    is_group: bool
    type: ValueType | None
    unit: str | None
    path: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The official label and the accepted variants."""
        return (self.label, *self.also)


class CellSpec(NamedTuple):
    """What a form says of one cell: its row and column, the label of its row, what it holds, and its unit.

    ``place`` is its address, the one object by which all others look it up. ``draft`` says the same as the others in
    the fields of a record of which nothing is read yet: a parse copies it for each cell.

    Example:
        >>> load_form("2021").table("article_20_8").cells_of("administrative_fees")[0].unit
        '万元'
    """

    row: str
    column: str
    label: str
    type: ValueType
    unit: str | None
    place: Place
    draft: dict[str, Any]


@dataclass(frozen=True)
class TableSpec:
    """A table as the form prints it.

    ``arrangement`` is ``row_per_label`` (a label, then the values of its row) or ``one_row`` (all values of all rows in
    one printed row, under group heads). ``label_heads``, ``unit_heads`` and ``heads`` are head cells that are no column
    of values; ``trailer`` are labels printed under the table. ``row_sums`` are pairs of columns whose sums are equal in
    every row.

    Example:
        >>> table = load_form("2021").table("requests")
        >>> len(table.rows), len(table.leaf_rows), len(table.columns), len(table.cells)
        (30, 25, 7, 175)
    """

    key: str
    section: str
    arrangement: Literal["row_per_label", "one_row"]
    title: str | None
    also: tuple[str, ...]
    label_heads: tuple[str, ...]
    unit_heads: tuple[str, ...]
    heads: tuple[str, ...]
    trailer: tuple[str, ...]
    unit: str | None
    columns: tuple[ColumnSpec, ...]
    rows: tuple[RowSpec, ...]
    row_sums: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()

    @cached_property
    def leaf_rows(self) -> tuple[RowSpec, ...]:
        """Rows that hold values, in the order of the print."""
        return tuple(row for row in self.rows if not row.is_group)

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        """Addresses of all cells, in the order of the print."""
        return tuple((row.key, column.key) for row in self.leaf_rows for column in self.columns)

    @cached_property
    def order(self) -> dict[str, int]:
        """The number of each row in the order of the print."""
        return {row.key: place for place, row in enumerate(self.rows)}

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """The same by the key of the table and that of the row."""
        return {(self.key, key): place for key, place in self.order.items()}

    def cells_of(self, key: str) -> tuple[CellSpec, ...]:
        """The cells of one row, in the order of the columns."""
        return self._cells_of[key]

    def cell(self, row: str, column: str) -> CellSpec:
        """The cell of a row and a column; group rows have cells too."""
        return self._cells[row, column]

    @cached_property
    def cell_specs(self) -> tuple[CellSpec, ...]:
        """All cells, in the order of the print."""
        return tuple(cell for row in self.leaf_rows for cell in self.cells_of(row.key))

    def row(self, key: str) -> RowSpec:
        """The row of a key."""
        return self._rows[key]

    def column(self, key: str) -> ColumnSpec:
        """The column of a key."""
        return self._columns[key]

    @cached_property
    def _cells(self) -> dict[CellKey, CellSpec]:
        return {(cell.row, cell.column): cell for cells in self._cells_of.values() for cell in cells}

    @cached_property
    def _rows(self) -> dict[str, RowSpec]:
        return {row.key: row for row in self.rows}

    @cached_property
    def _cells_of(self) -> dict[str, tuple[CellSpec, ...]]:
        return {row.key: tuple(self._cell_spec(row, column) for column in self.columns) for row in self.rows}

    def _cell_spec(self, row: RowSpec, column: ColumnSpec) -> CellSpec:
        unit = column.unit or row.unit or self.unit
        place = (self.key, row.key, column.key)
        draft: dict[str, Any] = {"table": self.key, "row": row.key, "column": column.key, "label": row.label}
        draft |= {"raw": None, "unit": unit, "state": None, "value": None, "certain": True, "span": None, "path": None}
        draft |= {"candidates": None, "correction": None}
        return CellSpec(row.key, column.key, row.label, row.type or column.type, unit, place, draft)

    @cached_property
    def _columns(self) -> dict[str, ColumnSpec]:
        return {column.key: column for column in self.columns}


@dataclass(frozen=True)
class FormSpec:
    """One official form. ``rules`` are the raw rule entries that :mod:`reportparse.judgement.rules` reads.

    Example:
        >>> form = load_form("2021")
        >>> form.title, form.years, [table.key for table in form.tables][:2]
        ('中华人民共和国政府信息公开工作年度报告格式', (2021, None), ['article_20_1', 'article_20_5'])
    """

    form: str
    title: str
    issued_by: str
    years: tuple[int, int | None]
    sections: tuple[SectionSpec, ...]
    tables: tuple[TableSpec, ...]
    rules: tuple[dict[str, Any], ...]

    def table(self, key: str) -> TableSpec:
        """The table of a key.

        Raises:
            KeyError: The form has no such table.
        """
        return self._tables[key]

    @cached_property
    def _tables(self) -> dict[str, TableSpec]:
        return {table.key: table for table in self.tables}


@cache
def form_keys() -> tuple[str, ...]:
    """Keys of the official forms, oldest first.

    Example:
        >>> form_keys()
        ('2014', '2019', '2021')
    """
    return list_names("forms", ".json")


@cache
def load_form(key: str) -> FormSpec:
    """The official form of a key.

    Raises:
        UnknownFormError: There is no such form.
        FormDataError: The data file lacks a field.

    Example:
        >>> load_form("2019").table("requests").row("results.total").label
        '（七）总计'
    """
    if key not in form_keys():
        raise UnknownFormError(
            f"no such form; there are {', '.join(form_keys())}", code="unknown_form", place=repr(key)
        )
    data = read_json(f"forms/{key}.json")
    try:
        return FormSpec(
            form=data["form"],
            title=data["title"],
            issued_by=data["issued_by"],
            years=(data["years"][0], data["years"][1]),
            sections=tuple(SectionSpec(s["kind"], s["label"], tuple(s["also"])) for s in data["sections"]),
            tables=tuple(_table_spec(table, data["rules"]) for table in data["tables"]),
            rules=tuple(data["rules"]),
        )
    except (KeyError, IndexError, TypeError) as error:
        raise FormDataError(f"lacks {error}", code="data_file_broken", place=f"data/forms/{key}.json") from error


def _table_spec(data: dict[str, Any], rules: list[dict[str, Any]]) -> TableSpec:
    return TableSpec(
        key=data["key"],
        section=data["section"],
        arrangement=data["arrangement"],
        title=data["title"],
        also=tuple(data["also"]),
        label_heads=tuple(data["label_head"]),
        unit_heads=tuple(data.get("unit_head", ())),
        heads=tuple(data.get("heads", ())),
        trailer=tuple(data.get("trailer", ())),
        unit=data.get("unit"),
        columns=tuple(
            ColumnSpec(c["key"], c["label"], tuple(c.get("also", ())), c["type"], c.get("unit"))
            for c in data["columns"]
        ),
        rows=tuple(
            RowSpec(
                key=r["key"],
                label=r["label"],
                also=tuple(r.get("also", ())),
                is_group=r.get("group", False),
                type=r.get("type"),
                unit=r.get("unit"),
                path=tuple(r.get("path", ())),
            )
            for r in data["rows"]
        ),
        row_sums=tuple(
            (tuple(rule["left"]), tuple(rule["right"]))
            for rule in rules
            if rule["kind"] == "sum"
            and rule.get("table") == data["key"]
            and rule.get("scope") == "row"
            and not rule.get("rows")
        ),
    )
