"""Reports on their way between processes: packed by columns, because hundreds of small models take long to pickle.

What arrives is equal to what was sent, down to which fields were set. It is not validated again: it comes from a
process of our own.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import chain, repeat
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from ..models import Model, Report
from ..spans import Span
from ..validation import bare_models

_fields = attrgetter("__dict__")
_fields_set = attrgetter("__pydantic_fields_set__")
_NOWHERE = (None, None)
_make_span: Callable[[tuple[int | None, int | None]], Span] = partial(tuple.__new__, Span)


class _Spans(NamedTuple):
    """A column of spans: where they begin and end, both None where there is none."""

    starts: list[int | None]
    ends: list[int | None]


class _Models(NamedTuple):
    """Models of one kind, as the columns of their fields; which fields were set, and of which kind of set each is."""

    kind: type[Model]
    columns: list[Any]
    sets: list[set[str]]
    set_of: list[int] | None


class _Some(NamedTuple):
    """A column of models of which some are None."""

    present: list[bool]
    models: _Models


class _Tuples(NamedTuple):
    """A column of tuples of models: how many each has, and all of them."""

    counts: list[int]
    models: _Models


def pack(report: Report) -> bytes:
    """A report as bytes, for :func:`unpack`.

    Example:
        >>> from reportparse import parse_report
        >>> report = parse_report("海棠市水务局2022年政府信息公开工作年度报告")
        >>> unpack(pack(report)) == report
        True
    """
    return pickle.dumps((_packed_models([report]), report._normal), pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Report:
    """The report that was packed; see :func:`pack`."""
    packed, normal = pickle.loads(data)
    report: Report = _unpacked_models(packed)[0]
    object.__setattr__(report, "__pydantic_private__", {"_normal": normal})
    return report


@cache
def _values_of(kind: type[Model]) -> itemgetter[Any]:
    # Two at the least, so that it gives tuples: no model has one field only.
    return itemgetter(*kind.model_fields)


def _packed_models(models: Sequence[Any]) -> _Models:
    kind: type[Model] = type(models[0])
    columns = zip(*map(_values_of(kind), map(_fields, models)), strict=True)
    sets, set_of = [models[0].__pydantic_fields_set__], []
    for each in map(_fields_set, models):
        if each not in sets:  # they are few, and mostly the first
            sets.append(each)
        set_of.append(sets.index(each))
    return _Models(kind, list(map(_packed, columns)), sets, set_of if len(sets) > 1 else None)


def _packed(column: Sequence[Any]) -> Any:
    kinds = set(map(type, column))
    some = kinds - {type(None)}
    if len(some) != 1:
        return list(column)
    kind = next(iter(some))
    if kind is Span:
        starts, ends = zip(*[span or _NOWHERE for span in column], strict=True)
        return _Spans(list(starts), list(ends))
    if issubclass(kind, Model):
        return _Some([value is not None for value in column], _packed_models([v for v in column if v is not None]))
    if kinds == {tuple}:
        inside = list(chain.from_iterable(column))
        inner = set(map(type, inside))
        if len(inner) == 1 and issubclass(next(iter(inner)), Model):
            return _Tuples(list(map(len, column)), _packed_models(inside))
    return list(column)


def _unpacked_models(packed: _Models) -> list[Any]:
    names = tuple(packed.kind.model_fields)
    rows = zip(*map(_unpacked, packed.columns), strict=True)
    fields = (dict(zip(names, row, strict=True)) for row in rows)
    known = repeat(packed.sets[0]) if packed.set_of is None else map(packed.sets.__getitem__, packed.set_of)
    return bare_models(packed.kind, fields, known)


def _unpacked(column: Any) -> Iterable[Any]:
    if isinstance(column, _Spans):
        ends = zip(column.starts, column.ends, strict=True)
        return [None if each == _NOWHERE else _make_span(each) for each in ends]
    if isinstance(column, _Some):
        models = iter(_unpacked_models(column.models))
        return [next(models) if is_there else None for is_there in column.present]
    if isinstance(column, _Tuples):
        models = iter(_unpacked_models(column.models))
        return [tuple(next(models) for _ in range(count)) for count in column.counts]
    values: list[Any] = column
    return values
