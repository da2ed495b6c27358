"""Python values to Arrow arrays of the types that the tables have, whole columns at a time."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import partial
from itertools import accumulate, chain
from typing import Any

from ..libraries import load_library
from .schemas import DECIMAL_DIGITS, DECIMAL_PLACES, arrow_schema, arrow_type, load_arrow

_SURROGATE_RE = re.compile(r"[\ud800-\udfff]")
_PLACES = Decimal(1).scaleb(-DECIMAL_PLACES)
_EXACT = Context(prec=DECIMAL_DIGITS, traps=[Inexact, InvalidOperation])


def build_table(name: str, columns: Iterable[tuple[str, Any]], length: int) -> Any:
    """A table of the dataset from the values of its columns, by name; all must be there.

    Args:
        name: The table.
        columns: Names with lists of values, or with Arrow arrays as they are.
        length: Rows, for a column that is given as None: all null.
    """
    pa, schema = load_arrow(), arrow_schema(name)
    given = dict(columns)
    arrays = []
    for field in schema:
        values = given.pop(field.name)
        if values is None:
            values = pa.nulls(length, field.type)
        arrays.append(values if isinstance(values, pa.Array) else to_array(values, field.type))
    if given:
        raise KeyError(f"table {name!r} has no column {', '.join(given)}")
    return pa.Table.from_arrays(arrays, schema=schema)


class Numbering:
    """Rows that repeat, in columns: each is kept once, and numbered.

    Whole runs of rows repeat too: the cells of a form are the same in every report that prints it. So a run is looked
    up as a whole first, which costs little more than one row of it.

    Args:
        names: The columns of text.
    """

    def __init__(self, *names: str) -> None:
        self._names = names
        self._known = _Numbers()
        self._runs: dict[tuple[Sequence[Any], ...], array[int]] = {}
        self._numbers: list[array[int]] = []

    def add(self, *columns: Sequence[Any]) -> None:
        """Append rows, as tuples of the values of each column."""
        run = self._runs.get(columns)
        if run is None:
            run = array("i", map(self._known.__getitem__, zip(*columns, strict=True)))
            self._runs[columns] = run
        self._numbers.append(run)

    def arrays(self) -> dict[str, Any]:
        """The columns, by name."""
        pa, numbers = load_arrow(), integers(*self._numbers)
        made = {}
        for name, values in zip(self._names, zip(*self._known, strict=True), strict=True):
            column = strings(values).dictionary_encode()
            made[name] = pa.DictionaryArray.from_arrays(column.indices.take(numbers), column.dictionary)
        return made

    def told(self, is_so: Callable[..., bool]) -> Any:
        """Of each row, whether something is so of its values."""
        pa = load_arrow()
        return pa.array([is_so(*row) for row in self._known], pa.bool_()).take(integers(*self._numbers))


class _Numbers(dict[tuple[Any, ...], int]):
    def __missing__(self, row: tuple[Any, ...]) -> int:
        number = self[row] = len(self)
        return number


class Sparse:
    """A column in which few rows have a value."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._values: list[Any] = []

    def put(self, places: Iterable[int], values: Iterable[Any]) -> None:
        """Give rows their values."""
        self._places += places
        self._values += values

    def spread(self, length: int, make: Callable[[list[Any]], Any]) -> Any:
        """The column as an array of so many rows; None if no row has a value.

        Args:
            length: The rows.
            make: Makes an array of values, of which the last is None, for the rows that have none.
        """
        if not self._values:
            return None
        numbers = array("i", [len(self._values)]) * length
        for number, place in enumerate(self._places):
            numbers[place] = number
        return make([*self._values, None]).take(integers(numbers))


def integers(*pieces: array[int]) -> Any:
    """An array of the numbers of several Python ones, at least one, which are all ``i`` or all ``q``."""
    pa = load_arrow()
    type_ = pa.int32() if pieces[0].typecode == "i" else pa.int64()
    return pa.Array.from_buffers(type_, sum(map(len, pieces)), [None, pa.py_buffer(b"".join(pieces))])


def places(*pieces: array[int]) -> Any:
    """The same of places, which are never below 0: what is, is null."""
    compute, found = load_library("pyarrow.compute"), integers(*pieces)
    is_null = compute.less(found, 0)
    return compute.if_else(is_null, None, found) if is_null.true_count else found


def to_array(values: Sequence[Any], type_: Any) -> Any:
    """An array of a type of the dataset."""
    pa = load_arrow()
    if pa.types.is_dictionary(type_):
        return strings(values).dictionary_encode()
    if pa.types.is_string(type_):
        return strings(values)
    if pa.types.is_decimal(type_):
        return decimals(values)
    if pa.types.is_list(type_):
        inside = type_.value_type
        make = structs(inside) if pa.types.is_struct(inside) else partial(to_array, type_=inside)
        return lists(values, make)
    return pa.array(values, type_)


def to_ordered(column: Any, order: Sequence[str]) -> Any:
    """Keys as categories in an order, whatever numbers they had; those that the order lacks stand at its end.

    Args:
        column: A dictionary-encoded column of a table.
        order: The keys in their order.

    Example:
        >>> pa = load_arrow()
        >>> keys = pa.table({"key": pa.array(["b", "a", "new"]).dictionary_encode()})["key"]
        >>> ordered = to_ordered(keys, ["a", "b", "c"])
        >>> ordered.dictionary.to_pylist(), ordered.indices.to_pylist()
        (['a', 'b', 'c', 'new'], [1, 0, 3])
    """
    pa = load_arrow()
    found = as_one_array(column)
    known = found.dictionary.to_pylist()
    place = {key: number for number, key in enumerate(dict.fromkeys([*order, *known]))}
    numbers = pa.array([place[key] for key in known], pa.int32())
    return pa.DictionaryArray.from_arrays(numbers.take(found.indices), strings(list(place)), ordered=True)


def as_one_array(column: Any) -> Any:
    """A dictionary-encoded column as one array with one dictionary."""
    pa = load_arrow()
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    return chunked.unify_dictionaries().combine_chunks()


def strings(values: Sequence[str | bytes | None]) -> Any:
    """Strings, or what :func:`utf8` made of them."""
    pa = load_arrow()
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([utf8(value) if isinstance(value, str) else value for value in values], pa.string())


def utf8(text: str) -> bytes:
    """A text as a column of strings holds it; a long one is turned while it is at hand.

    A lone surrogate, which UTF-8 lacks, becomes U+FFFD, so that spans stay true.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE_RE.sub("\ufffd", text).encode()


def decimals(values: Sequence[int | Decimal | None]) -> Any:
    """Exact decimals. A number that the type cannot hold exactly is null: it is never rounded."""
    pa, type_ = load_arrow(), arrow_type("decimal")
    try:
        if Decimal not in set(map(type, values)):
            return pa.array(values, pa.int64()).cast(type_)
        return pa.array(values, type_)
    except (OverflowError, pa.ArrowInvalid):
        return pa.array([None if value is None else _fitting(value) for value in values], type_)


def lists(values: Sequence[Sequence[Any] | None], make: Callable[[list[Any]], Any]) -> Any:
    """Lists of whatever ``make`` makes an array of; None is a null list."""
    pa = load_arrow()
    ends = list(accumulate((len(value) if value else 0 for value in values), initial=0))
    offsets = [None if value is None else start for value, start in zip(values, ends, strict=False)]
    flat = list(chain.from_iterable(value for value in values if value))
    return pa.ListArray.from_arrays(pa.array([*offsets, ends[-1]], pa.int32()), make(flat))


def structs(type_: Any) -> Callable[[list[tuple[Any, ...]]], Any]:
    """What makes structs of a type of rows of their values."""

    def make(rows: list[tuple[Any, ...]]) -> Any:
        columns = zip(*rows, strict=True) if rows else [()] * type_.num_fields
        arrays = [to_array(column, field.type) for column, field in zip(columns, type_, strict=True)]
        return load_arrow().StructArray.from_arrays(arrays, fields=list(type_))

    return make


def _fitting(value: int | Decimal) -> Decimal | None:
    try:
        return _EXACT.quantize(Decimal(value), _PLACES)
    except (Inexact, InvalidOperation):
        return None
