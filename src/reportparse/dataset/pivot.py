"""Records from long to wide, by whole columns: one row per report, or one per report and row of the form.

Each record has a place in the wide table, a line and a slot. One permutation brings all records to their places; what
is done for each slot is done for a column and never for a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from ..formkeys import Language, cell_label, column_label, has_cell
from ..forms import form_keys, load_form
from ..libraries import load_library
from .arrays import as_one_array, to_ordered
from .labelling import label_columns
from .schemas import arrow_type, load_arrow

By = Literal["report", "row"]
Shown = Literal["value", "state", "raw", "unit"]

# What a cell of a wide table may be, as far as a state of a record does not say it.
DOUBTFUL, CONFLICT, MISSING, NOT_IN_FORM = "doubtful", "conflict", "missing", "not_in_form"
WIDE_STATES = ("value", "blank", "not_applicable", "unreadable", MISSING, DOUBTFUL, CONFLICT, NOT_IN_FORM)
_KEYS = ("table", "row", "column")


class _Slot(NamedTuple):
    """A column of the wide table: a cell of a form; without a row, a column of its tables."""

    table: str
    row: str | None
    column: str

    def name(self, language: Language | None) -> str:
        if self.row is None:
            return column_label(self.table, self.column, language) if language else self.column
        cell = (self.table, self.row, self.column)
        return cell_label(*cell, language) if language else ".".join(cell)

    @property
    def holds_money(self) -> bool:
        """Whether a form says that amounts stand there."""
        specs = [spec for form in form_keys() for spec in load_form(form).tables]
        return any(
            (spec.row(row).type or spec.column(column).type) == "money"
            for spec in specs
            for row, column in spec.cells
            if column == self.column and (self.row is None or (spec.key, row) == (self.table, self.row))
        )


class _Layout(NamedTuple):
    """Where records go: what stands before the slots of each line, and the line and slot of each record."""

    heads: Any
    lines: Any
    slots: list[_Slot]
    slot_of: Any


def widen(
    records: Any, reports: Any, *, by: By, shown: Shown, with_states: bool = False, language: Language | None = None
) -> Any:
    """An Arrow table of records in wide form; :meth:`reportparse.dataset.tabular.Frame.wide` says what stands in it.

    Args:
        records: The records, an Arrow table whose keys are ordered.
        reports: Their reports, an Arrow table of ``document``, ``id``, ``authority``, ``year`` and ``form``.
        by: What a line is.
        shown: What a cell shows.
        with_states: Put beside each column its states.
        language: The language of the names of the columns; keys if None.
    """
    keys = {name: as_one_array(records[name]) for name in _KEYS}
    documents = _compute().index_in(
        records["document"].combine_chunks(), value_set=reports["document"].combine_chunks()
    )
    layout = (_by_report if by == "report" else _by_row)(records, reports, documents, keys)
    wide = layout.heads if by == "report" or language is None else label_columns(layout.heads, language)
    places = _Places(records, layout)
    for number, (slot, name) in enumerate(zip(layout.slots, _names(layout.slots, language), strict=True)):
        says = {"description": slot.name("en"), "label": slot.name("zh")}
        for suffix, column in _columns(places, number, shown, with_states=with_states):
            field = load_arrow().field(name + suffix, column.type, metadata=says)
            wide = wide.append_column(field, column)
    return wide


def _names(slots: Sequence[_Slot], language: Language | None) -> list[str]:
    """The names of slots; columns of several tables that share a label are told apart by their keys."""
    names = [slot.name(language) for slot in slots]
    counts = Counter(names)
    return [f"{name} ({slot.column})" if counts[name] > 1 else name for name, slot in zip(names, slots, strict=True)]


def _columns(places: _Places, number: int, shown: Shown, *, with_states: bool) -> Iterator[tuple[str, Any]]:
    makers = {"value": places.values, "state": places.states, "raw": places.printed, "unit": places.units}
    yield "", makers[shown](number)
    if with_states and shown != "state":
        yield ".state", places.states(number)


def _by_report(records: Any, reports: Any, documents: Any, keys: dict[str, Any]) -> _Layout:
    tables, rows, columns = (keys[name].dictionary.to_pylist() for name in _KEYS)
    cells = _joined([keys[name].indices for name in _KEYS], [len(rows), len(columns)])
    numbers, slot_of = _numbered(cells)
    found = [divmod(number, len(columns)) for number in numbers.to_pylist()]
    slots = [_Slot(tables[above // len(rows)], rows[above % len(rows)], columns[column]) for above, column in found]
    return _Layout(reports, documents, slots, slot_of)


def _by_row(records: Any, reports: Any, documents: Any, keys: dict[str, Any]) -> _Layout:
    pa = load_arrow()
    tables, rows, columns = (keys[name].dictionary for name in _KEYS)
    numbers, lines = _numbered(
        _joined([documents, keys["table"].indices, keys["row"].indices], [len(tables), len(rows)])
    )
    above, row_of = _parted(numbers, len(rows))
    owner, table_of = _parted(above, len(tables))
    heads = reports.take(owner)
    for name, codes in (("table", table_of), ("row", row_of)):
        column = pa.DictionaryArray.from_arrays(codes.cast(pa.int32()), keys[name].dictionary, ordered=True)
        heads = heads.append_column(records.schema.field(name), column)
    totals = (
        pa.table({"line": lines, "is_total": records["is_total"]}).group_by("line").aggregate([("is_total", "all")])
    )
    is_total = totals.sort_by("line")["is_total_all"]
    heads = heads.append_column(records.schema.field("is_total"), is_total)
    pairs, slot_of = _numbered(_joined([keys["column"].indices, keys["table"].indices], [len(tables)]))
    names = [columns[number // len(tables)].as_py() for number in pairs.to_pylist()]
    owners = [tables[number % len(tables)].as_py() for number in pairs.to_pylist()]
    first = dict(reversed(list(zip(names, owners, strict=True))))  # a column is called as its first table calls it
    slots = [_Slot(first[name], None, name) for name in dict.fromkeys(names)]
    place = {slot.column: number for number, slot in enumerate(slots)}
    return _Layout(heads, lines, slots, pa.array([place[name] for name in names], pa.int32()).take(slot_of))


@dataclass(frozen=True)
class _Places:
    """The columns of a wide table, by the number of their slot."""

    records: Any
    layout: _Layout

    def values(self, number: int) -> Any:
        """The numbers: whole ones, or decimals where a form prints money or a report a fraction."""
        whole = self._taken("value", number)
        amounts = self._taken("amount", number)
        if amounts.null_count == len(amounts) and not self.layout.slots[number].holds_money:
            return whole
        return _compute().coalesce(amounts, whole.cast(arrow_type("decimal")))

    def printed(self, number: int) -> Any:
        """What is printed."""
        return self._taken("raw", number)

    def units(self, number: int) -> Any:
        """The units."""
        return self._taken("unit", number)

    def states(self, number: int) -> Any:
        """The states, which no cell is without."""
        pa, pc = load_arrow(), _compute()
        found = self._states.take(self._at(number))
        absent = pc.if_else(self._in_form(self.layout.slots[number]), _STATE[MISSING], _STATE[NOT_IN_FORM])
        found = pc.coalesce(found, absent.cast(pa.int32()))
        if len(self._shared):
            found = pc.if_else(self._clashes(number), _STATE[CONFLICT], found).cast(pa.int32())
        return pa.DictionaryArray.from_arrays(found, pa.array(WIDE_STATES, pa.string()), ordered=True)

    def _taken(self, name: str, number: int) -> Any:
        return self._whole[name].take(self._at(number))

    @cached_property
    def _whole(self) -> dict[str, Any]:
        found = {name: self.records[name].combine_chunks() for name in ("value", "amount", "raw")}
        return {**found, "unit": as_one_array(self.records["unit"])}

    @cached_property
    def _states(self) -> Any:
        """The number of the state of each record."""
        pa = load_arrow()
        codes = to_ordered(self.records["state"], WIDE_STATES).indices
        return _compute().if_else(self.records["certain"].combine_chunks(), codes, _STATE[DOUBTFUL]).cast(pa.int32())

    @cached_property
    def _flat(self) -> Any:
        """The place of each record among all places, slot by slot."""
        return _joined([self.layout.slot_of, self.layout.lines], [self._height])

    @property
    def _height(self) -> int:
        return int(self.layout.heads.num_rows)

    @cached_property
    def _shared(self) -> Any:
        """The places that more than one record claims: none of them is shown."""
        counts = self._flat.value_counts()
        return counts.field("values").filter(_compute().greater(counts.field("counts"), 1))

    @cached_property
    def _order(self) -> Any:
        """The record at each place, slot by slot; null where there is none, or more than one."""
        pa, pc = load_arrow(), _compute()
        records, places = _counted(len(self._flat)), self._flat
        if len(self._shared):
            is_alone = pc.invert(pc.is_in(places, value_set=self._shared))
            records, places = records.filter(is_alone), places.filter(is_alone)
        whole = _counted(self._height * len(self.layout.slots))
        vacant = whole.filter(pc.invert(pc.is_in(whole, value_set=places)))
        records = pa.concat_arrays([records, pa.nulls(len(vacant), pa.int64())])
        return records.take(pc.sort_indices(pa.concat_arrays([places, vacant])))

    def _at(self, number: int) -> Any:
        return self._order.slice(number * self._height, self._height)

    def _clashes(self, number: int) -> Any:
        places = _compute().add(_counted(self._height), number * self._height)
        return _compute().is_in(places, value_set=self._shared)

    def _in_form(self, slot: _Slot) -> Any:
        """For each line whether the form of its report prints the cell; a report of no known form may print any."""
        pa = load_arrow()
        kinds, kind_of = self._kinds
        table, row, column = slot
        said = [
            form is None or has_cell(form, own_table or table, own_row or row or "", column)
            for form, own_table, own_row in kinds
        ]
        return pa.array(said, pa.bool_()).take(kind_of)

    @cached_property
    def _kinds(self) -> tuple[list[tuple[str | None, ...]], Any]:
        """The different lines, by form and by row where a line is one; and the kind of each line."""
        heads = self.layout.heads
        names = [name for name in ("form", "table", "row") if name in heads.column_names]
        parts = [as_one_array(heads[name]) for name in names]
        words = [[*part.dictionary.to_pylist(), None] for part in parts]
        codes = [_compute().coalesce(part.indices, len(part.dictionary)) for part in parts]
        numbers, kind_of = _numbered(_joined(codes, [len(each) for each in words[1:]]))
        kinds = []
        for number in numbers.to_pylist():
            found: list[str | None] = []
            for each in reversed(words):
                number, place = divmod(number, len(each))
                found.insert(0, each[place])
            kinds.append(tuple(found) + (None,) * (3 - len(found)))
        return kinds, kind_of


_STATE = {state: number for number, state in enumerate(WIDE_STATES)}


def _counted(length: int) -> Any:
    """The numbers from 0 on."""
    pa, pc = load_arrow(), _compute()
    return pc.subtract(pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), length)), 1)


def _joined(codes: Sequence[Any], widths: Sequence[int]) -> Any:
    """Several numbers as one, as digits make a number; ``widths`` are the bounds of all but the first."""
    pa, pc = load_arrow(), _compute()
    whole = codes[0].cast(pa.int64())
    for each, width in zip(codes[1:], widths, strict=True):
        whole = pc.add(pc.multiply(whole, width), each.cast(pa.int64()))
    return whole


def _parted(numbers: Any, width: int) -> tuple[Any, Any]:
    pc = _compute()
    above = pc.divide(numbers, max(width, 1))
    return above, pc.subtract(numbers, pc.multiply(above, width))


def _numbered(numbers: Any) -> tuple[Any, Any]:
    """The different numbers, rising, and the place of each number among them."""
    pc = _compute()
    found = pc.unique(numbers)
    found = found.take(pc.sort_indices(found))
    return found, pc.index_in(numbers, value_set=found)


def _compute() -> Any:
    return load_library("pyarrow.compute")
