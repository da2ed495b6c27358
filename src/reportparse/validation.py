"""Plain values of a parse to the records of its result, many in one call. pydantic is loaded by the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from .kinds import Finding

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from . import models


def records_of(fields: Sequence[Mapping[str, Any]]) -> tuple[models.Record, ...]:
    """Records from their fields, which takes half the time of one by one."""
    found: tuple[models.Record, ...] = _adapter("Record").validate_python(fields)
    return found


def checks_of(fields: Sequence[Mapping[str, Any]]) -> tuple[models.Check, ...]:
    """Checks from their fields."""
    found: tuple[models.Check, ...] = _adapter("Check").validate_python(fields)
    return found


def findings_of(findings: Sequence[Finding]) -> tuple[models.Finding, ...]:
    """Findings as a result holds them.

    Example:
        >>> findings_of([Finding("table_joined", "note", "two tables are one")])[0].model_dump_json()
        '{"code":"table_joined","severity":"note","message":"two tables are one","spans":[],"cells":[]}'
    """
    found: tuple[models.Finding, ...] = _adapter("Finding").validate_python(findings, from_attributes=True)
    return found


def report_of(fields: Mapping[str, Any]) -> models.Report:
    """The report of all that its parse found, validated at once."""
    from .models import Report

    return Report.model_validate(fields, from_attributes=True)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    """What validates many records of one kind."""
    from pydantic import TypeAdapter

    from . import models

    kinds: dict[str, Any] = {
        "Check": tuple[models.Check, ...],
        "Finding": tuple[models.Finding, ...],
        "Record": tuple[models.Record, ...],
    }
    return TypeAdapter(kinds[name])
