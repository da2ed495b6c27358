"""The words that a result is made of: kinds, states, and what the steps of a parse hand on.

Steps hand on plain tuples. At the end of a parse they become, all at once, the records of the same names in
:mod:`reportparse.models`, where the fields are explained. So no step pays for validation, and pydantic is loaded by
the first parse and not by an import.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

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
# The address of a cell as a value that can be looked up: table, row and column key. A plain tuple, because each cell of
# a form has one, and the records of a report are kept by it.
Place = tuple[str, str, str]


class CellRef(NamedTuple):
    """The address of a cell: table, row and column keys of the form."""

    table: str
    row: str
    column: str


class Finding(NamedTuple):
    """One odd thing about a document, told instead of raised; see the public record of this name."""

    code: str
    severity: Severity
    message: str
    spans: tuple[Span, ...] = ()
    cells: tuple[CellRef, ...] = ()


class Title(NamedTuple):
    """The printed title."""

    text: str
    span: Span


class PageFact(NamedTuple):
    """What a page says of its document."""

    value: str
    raw: str
    span: Span | None = None


class Metadata(NamedTuple):
    """All that a page says of its document."""

    title: PageFact | None = None
    publisher: PageFact | None = None
    published: PageFact | None = None
    index_number: PageFact | None = None


class DeclaredPart(NamedTuple):
    """One part that the preamble announces."""

    label: str
    kind: SectionKind
    status: PartStatus
    section: int | None = None
    subsection: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The parts that the preamble announces."""

    count: int | None
    parts: tuple[DeclaredPart, ...]


class Section(NamedTuple):
    """A section or subsection as printed."""

    kind: SectionKind
    span: Span
    also: tuple[SectionKind, ...] = ()
    number: str | None = None
    heading: str | None = None
    empty: bool = False
    subsections: tuple[Section, ...] = ()


class Unassigned(NamedTuple):
    """A stretch that belongs to no section, and why."""

    kind: Literal["furniture", "text"]
    span: Span
    reason: str = ""


class BlamedCell(NamedTuple):
    """A cell that an explanation blames."""

    table: str
    row: str
    column: str
    printed: Value
    implied: Value


class Diagnosis(NamedTuple):
    """Failed checks that hang together, and what would explain them all."""

    rules: tuple[str, ...]
    explanations: tuple[tuple[BlamedCell, ...], ...]
    complete: bool
