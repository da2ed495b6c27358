"""The words that a result is made of: kinds, states, places, and the finding, which every layer may make."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, InstanceOf

from .spans import Span

Script = Literal["simplified", "traditional", "mixed"]
SectionKind = Literal[
    "preamble",
    "overview",
    "proactive_disclosure",
    "key_work",
    "key_areas",
    "requests",
    "review_and_litigation",
    "problems_and_improvements",
    "other_matters",
    "fees",
    "consultation",
    "staff_and_costs",
    "attachment",
    "unclassified",
]
CANONICAL_KINDS: tuple[str, ...] = (
    "overview",
    "proactive_disclosure",
    "key_work",
    "key_areas",
    "requests",
    "review_and_litigation",
    "problems_and_improvements",
    "other_matters",
)
CellState = Literal["value", "blank", "not_applicable", "unreadable", "missing"]
CheckStatus = Literal["passed", "failed", "undecided"]
Severity = Literal["error", "warning", "note"]
PartStatus = Literal["present", "empty", "states_none", "embedded", "absent"]
Value = int | Decimal
SpanField = InstanceOf[Span]


class Model(BaseModel):
    """Settings shared by all records: frozen, and unknown fields are refused; validators are built when needed.

    Example:
        >>> cell = CellRef(table="requests", row="results.granted", column="total")
        >>> cell.model_dump()
        {'table': 'requests', 'row': 'results.granted', 'column': 'total'}
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CellRef(Model):
    """The address of a cell: table, row and column keys of the form.

    Example:
        >>> cell = CellRef(table="requests", row="results.granted", column="total")
        >>> cell.table, cell.row, cell.column
        ('requests', 'results.granted', 'total')
    """

    table: str
    row: str
    column: str


class Finding(Model):
    """One odd thing about a document, told instead of raised.

    ``code`` is a stable slug, documented in the reference; ``spans`` and ``cells`` say where.

    Example:
        >>> from reportparse import parse_report
        >>> finding = parse_report("今日天气晴。").findings[0]
        >>> finding.code, finding.severity
        ('not_a_report', 'error')
    """

    code: str
    severity: Severity
    message: str
    spans: tuple[SpanField, ...] = ()
    cells: tuple[CellRef, ...] = ()
