"""Plain values of a parse to the records of its result, many in one call. pydantic is loaded by the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from .kinds import Finding

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from . import models


def records_of(fields: Sequence[dict[str, Any]]) -> tuple[models.Record, ...]:
    """Records from their fields, which they keep; all fields, in the order of the model.

    Example:
        >>> place = {"table": "requests", "row": "carried_over", "column": "total", "label": "二、上年结转数量"}
        >>> read = {"raw": "3", "unit": "件", "state": "value", "value": 3, "certain": True, "span": None, "path": None}
        >>> [record] = records_of([{**place, **read, "candidates": None, "correction": None}])
        >>> record.label, record.value
        ('二、上年结转数量', 3)
    """
    return _validated("Record", fields)


def checks_of(fields: Sequence[dict[str, Any]]) -> tuple[models.Check, ...]:
    """Checks from their fields, in the same way."""
    return _validated("Check", fields)


def findings_of(findings: Sequence[Finding]) -> tuple[models.Finding, ...]:
    """Findings as a result holds them.

    Example:
        >>> findings_of([Finding("table_joined", "note", "two tables are one")])[0].model_dump_json()
        '{"code":"table_joined","severity":"note","message":"two tables are one","spans":[],"cells":[]}'
    """
    found: tuple[models.Finding, ...] = _findings().validate_python(findings, from_attributes=True)
    return found


def report_of(fields: Mapping[str, Any]) -> models.Report:
    """The report of all that its parse found, validated at once."""
    from .models import Report

    return Report.model_validate(fields, from_attributes=True)


def bare_models(kind: type[Any], fields: Iterable[dict[str, Any]], known: Iterable[set[str]]) -> list[Any]:
    """Models that keep the fields they are given, without a look at them: those were validated before.

    Args:
        kind: The model.
        fields: All fields of each.
        known: Which fields of each were set. Many models may share one set, since models cannot be changed.
    """
    new: Any = kind.__new__
    put_fields, put_known, put_extra, put_private = _slots()
    made = []
    for each, names in zip(fields, known, strict=False):
        model = new(kind)
        put_fields(model, each)
        put_known(model, names)
        put_extra(model, None)
        put_private(model, None)
        made.append(model)
    return made


class _Kind(NamedTuple):
    """A model, the names of its fields, and what validates columns of them."""

    model: type[models.Model]
    names: tuple[str, ...]
    columns: TypeAdapter[Any]


def _validated(name: str, fields: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    """Models that keep their fields, validated field by field: all values of one, then all of the next.

    That is the same as record by record where a model has no validators beside the types of its fields. It takes two
    thirds of the time, and makes no second dict and no set of names for each. It is strict: a value is what its field
    says, or refused, so that only a model inside of a model is put in place of what it was made from.

    Raises:
        ValueError: The fields are not those of the model, in its order; or a value is not what its field says.
    """
    if not fields:
        return ()
    kind = _kind(name)
    keys = zip(*fields, strict=True)
    if any(found.count(key) != len(fields) for key, found in zip(kind.names, keys, strict=True)):
        raise ValueError(f"the fields of a {name} are, in this order, {', '.join(kind.names)}")
    given = tuple(zip(*map(dict.values, fields), strict=True))
    for key, old, new in zip(kind.names, given, kind.columns.validate_python(given), strict=True):
        if old != new:
            for each, value in zip(fields, new, strict=True):
                each[key] = value
    return tuple(bare_models(kind.model, fields, repeat(set(kind.names))))


@cache
def _kind(name: str) -> _Kind:
    from pydantic import ConfigDict, TypeAdapter

    from . import models

    model: type[models.Model] = getattr(models, name)
    tuple_of: Any = tuple
    columns = tuple_of[tuple(tuple_of[field.rebuild_annotation(), ...] for field in model.model_fields.values())]
    return _Kind(model, tuple(model.model_fields), TypeAdapter(columns, config=ConfigDict(strict=True)))


@cache
def _findings() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    from . import models

    return TypeAdapter(tuple[models.Finding, ...])


@cache
def _slots() -> list[Any]:
    """What sets, of a model: its fields, which of them were set, fields beside them, private ones."""
    from pydantic import BaseModel

    own = vars(BaseModel)
    names = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
    return [own[name].__set__ for name in names]
