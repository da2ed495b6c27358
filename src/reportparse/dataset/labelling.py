"""Keys of the forms exchanged for their labels, column by column and never record by record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..english import unit_label
from ..formkeys import Language, column_label, row_label, table_label
from ..libraries import load_library
from .arrays import as_one_array, strings
from .schemas import load_arrow

_OF_TABLE = {"row": row_label, "column": column_label}


def label_columns(table: Any, language: Language) -> Any:
    """An Arrow table whose columns ``table``, ``row``, ``column`` and ``unit`` hold labels, in the order of the keys.

    Example:
        >>> pa = load_arrow()
        >>> keys = {"table": "requests", "row": "results.granted"}
        >>> table = pa.table({name: pa.array([key]).dictionary_encode() for name, key in keys.items()})
        >>> label_columns(table, "en").to_pylist()
        [{'table': 'Requests for government information received and handled', 'row': 'Granted'}]
    """
    tables = as_one_array(table["table"])
    for name in table.column_names:
        if name == "table":
            labels = [table_label(key, language) for key in tables.dictionary.to_pylist()]
            table = _exchange(table, name, tables.indices, labels)
        elif name in _OF_TABLE:
            table = _exchange(table, name, *_label_pairs(tables, as_one_array(table[name]), _OF_TABLE[name], language))
        elif name == "unit" and language == "en":
            units = as_one_array(table[name])
            table = _exchange(table, name, units.indices, [unit_label(unit) for unit in units.dictionary.to_pylist()])
    return table


def _label_pairs(
    tables: Any, keys: Any, label: Callable[[str, str, Language], str], language: Language
) -> tuple[Any, Sequence[str]]:
    """Numbers of labels, and the labels: what a key is called depends on its table."""
    pc, pa = load_library("pyarrow.compute"), load_arrow()
    width = max(len(keys.dictionary), 1)
    pairs = pc.add(pc.multiply(tables.indices.cast(pa.int64()), width), keys.indices.cast(pa.int64()))
    found = sorted(number for number in pc.unique(pairs).to_pylist() if number is not None)
    # Sorted by the number of the key, so that the labels stand in the order of the keys.
    found.sort(key=lambda number: number % width)
    names, words = tables.dictionary.to_pylist(), keys.dictionary.to_pylist()
    labels = [label(names[number // width], words[number % width], language) for number in found]
    return pc.index_in(pairs, value_set=pa.array(found, pa.int64())), labels


def _exchange(table: Any, name: str, numbers: Any, labels: Sequence[str]) -> Any:
    """A table with a column of labels, each label once among its categories."""
    pa = load_arrow()
    place = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    codes = pa.array([place[label] for label in labels], pa.int32()).take(numbers)
    at, field = table.column_names.index(name), table.field(name)
    ordered = pa.DictionaryArray.from_arrays(codes, strings(list(place)), ordered=field.type.ordered)
    return table.set_column(at, field.with_type(ordered.type), ordered)
