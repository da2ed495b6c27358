"""Python values to Arrow arrays of the types that the tables have, whole columns at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import partial
from itertools import accumulate, chain
from typing import Any

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


def to_array(values: Sequence[Any], type_: Any) -> Any:
    """An array of a type of the dataset."""
    pa = load_arrow()
    if pa.types.is_dictionary(type_):
        return strings(values).dictionary_encode()
    if pa.types.is_string(type_):
        return strings(values)
    if pa.types.is_decimal(type_):
        return decimals(values)
    if pa.types.is_date(type_):
        return pa.array([_date(value) for value in values], type_)
    if pa.types.is_list(type_):
        inside = type_.value_type
        make = partial(_structs, type_=inside) if pa.types.is_struct(inside) else partial(to_array, type_=inside)
        return lists(values, make)
    return pa.array(values, type_)


def strings(values: Sequence[str | None]) -> Any:
    """Strings; a lone surrogate, which UTF-8 lacks, becomes U+FFFD, so that spans stay true."""
    pa = load_arrow()
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([value and _SURROGATE_RE.sub("\ufffd", value) for value in values], pa.string())


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


def _structs(rows: list[tuple[Any, ...]], type_: Any) -> Any:
    pa = load_arrow()
    columns = zip(*rows, strict=True) if rows else [()] * type_.num_fields
    arrays = [to_array(list(column), field.type) for column, field in zip(columns, type_, strict=True)]
    return pa.StructArray.from_arrays(arrays, fields=list(type_))


def _fitting(value: int | Decimal) -> Decimal | None:
    try:
        return _EXACT.quantize(Decimal(value), _PLACES)
    except (Inexact, InvalidOperation):
        return None


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
