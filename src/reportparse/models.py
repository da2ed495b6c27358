"""The records of a parsed report: frozen, typed, and nothing but data.

The field names and their meaning are the contract of the package: the JSON of :class:`Report` is its public
format. Spans are half-open and count code points of :attr:`Report.source_text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, PrivateAttr, model_serializer

from .kinds import CANONICAL_KINDS as CANONICAL_KINDS
from .kinds import CellState as CellState
from .kinds import CheckStatus as CheckStatus
from .kinds import PartStatus as PartStatus
from .kinds import Script as Script
from .kinds import SectionKind as SectionKind
from .kinds import Severity as Severity
from .kinds import Value as Value
from .spans import Span

SCHEMA_VERSION = "1.1"
SpanField = InstanceOf[Span]


class Model(BaseModel):
    """Settings shared by all records: frozen, and unknown fields are refused; validators are built when needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CellRef(Model):
    """The address of a cell: table, row and column keys of the form."""

    table: str
    row: str
    column: str


class Finding(Model):
    """One odd thing about a document, told instead of raised.

    ``code`` is a stable slug, documented in the reference; ``spans`` and ``cells`` say where.
    """

    code: str
    severity: Severity
    message: str
    spans: tuple[SpanField, ...] = ()
    cells: tuple[CellRef, ...] = ()


class SourcePart(Model):
    """One of the files that a document was put together from, and the stretch of the source text that it gave."""

    name: str
    media_type: str
    sha256: str
    span: SpanField
    url: str | None = None


class Source(Model):
    """What was read: name, hash of the bytes, how they were decoded.

    ``url`` and ``date`` (of collection) are those that an archive or the caller gives.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str | None
    encoding_evidence: tuple[str, ...]
    length: int
    script: Script
    url: str | None = None
    date: str | None = None
    parts: tuple[SourcePart, ...] = ()


class Title(Model):
    """The printed title; ``text`` leaves out the line breaks inside it."""

    text: str
    span: SpanField


class PageFact(Model):
    """What a page says of its document: ``raw`` as printed, and ``value`` without breaks and padding, a date as ISO.

    ``span`` is where it stands in the source text, null where only a tag of the page says it.
    """

    value: str
    raw: str
    span: SpanField | None = None


class Metadata(Model):
    """What a page says of its document, in tags or in a box beside the report; nothing is taken from the report itself.

    ``publisher`` is the organ that published the document (发布机构), never the owner of the site.
    """

    title: PageFact | None = None
    publisher: PageFact | None = None
    published: PageFact | None = None
    index_number: PageFact | None = None


class DeclaredPart(Model):
    """One part that the preamble announces, and what became of it.

    ``section`` and ``subsection`` are indices into :attr:`Report.sections` and its ``subsections``.
    """

    label: str
    kind: SectionKind
    status: PartStatus
    section: int | None = None
    subsection: int | None = None


class Declared(Model):
    """The parts that the preamble announces; ``count`` is the printed number, if any."""

    count: int | None
    parts: tuple[DeclaredPart, ...]


class Section(Model):
    """A section or subsection as printed; ``span`` begins with its heading."""

    kind: SectionKind
    also: tuple[SectionKind, ...] = ()
    number: str | None = None
    heading: str | None = None
    span: SpanField
    empty: bool = False
    subsections: tuple[Section, ...] = ()


class Unassigned(Model):
    """A stretch that belongs to no section, and why."""

    kind: Literal["furniture", "text"]
    span: SpanField
    reason: str = ""


class Candidates(Model):
    """The values that a doubtful cell may have: all of them, or their bounds where there are many.

    Example:
        >>> Candidates(values=(0, 2, None)).model_dump()
        {'values': (0, 2, None)}
    """

    values: tuple[Value | None, ...] | None = None
    min: Value | None = None
    max: Value | None = None

    @model_serializer
    def _shape(self) -> dict[str, Any]:
        if self.values is not None:
            return {"values": self.values}
        return {"min": self.min, "max": self.max}


class Reading(Model):
    """What was read of a cell before a person decided about it."""

    state: CellState | None
    value: Value | None
    certain: bool
    candidates: Candidates | None = None


class Correction(Model):
    """That a person accepted or corrected a cell, with what was read before beside it."""

    action: Literal["accept", "correct"]
    note: str = ""
    printed: Reading


class Record(Model):
    """One printed cell of a table of the form.

    ``value`` is an integer for counts and a ``Decimal`` (a string in JSON) for money, None unless ``state`` is
    ``"value"``. ``raw`` is what is printed: ``report.source_text[span.start:span.end] == raw``. Where the print
    admits more than one reading ``certain`` is false, ``value``, ``raw`` and ``span`` are None, and ``candidates``
    lists what the cell may hold. ``path`` leads into the file: to the element of a page (XPath), the cell of an office
    file, the place on a page of a PDF, the line of a text. Where a person decided about a cell, ``value`` and ``state``
    are theirs and ``correction`` says what was read before.
    """

    table: str
    row: str
    column: str
    label: str
    raw: str | None
    unit: str | None
    state: CellState | None
    value: Value | None
    certain: bool
    span: SpanField | None
    path: str | None = None
    candidates: Candidates | None = None
    correction: Correction | None = None


class PrintedCell(Model):
    """A piece of text with its place."""

    raw: str
    span: SpanField


class UncertainRow(Model):
    """A row whose printed values cannot be placed for sure.

    ``readings`` is how many ways to place them are admissible; ``complete`` is false when a bound stopped the count.
    """

    table: str
    row: str
    tokens: tuple[PrintedCell, ...]
    readings: int
    complete: bool


class UnknownRow(Model):
    """A row of a known table that its form does not have, as printed."""

    table: str
    label: str
    cells: tuple[PrintedCell, ...]
    span: SpanField


class UnknownTable(Model):
    """A table of no known form, as printed; ``section`` is an index into :attr:`Report.sections`."""

    grid: tuple[tuple[str, ...], ...]
    span: SpanField
    section: int | None


class Check(Model):
    """One rule tried on one scope: passed, failed, or undecided because an operand is not a certain number."""

    rule: str
    table: str
    scope: dict[str, str]
    status: CheckStatus
    left: Value | None
    right: Value | None
    cells: tuple[CellRef, ...] = ()


class BlamedCell(CellRef):
    """A cell that an explanation blames: what it prints and what would satisfy every failed rule."""

    printed: Value
    implied: Value


class Diagnosis(Model):
    """Failed checks that hang together, and the smallest sets of cells that would explain them all."""

    rules: tuple[str, ...]
    explanations: tuple[tuple[BlamedCell, ...], ...]
    complete: bool


class Claim(Model):
    """A number in prose that may speak of cells; ``quantities`` lists every cell it may mean."""

    quantities: tuple[str, ...]
    value: Value
    span: SpanField
    agrees: bool | None


class Table(Mapping[tuple[str, str], Record]):
    """The records of one table, addressed by row and column key.

    Example:
        >>> from reportparse import parse_report
        >>> labels = ["一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理"]
        >>> rows = zip(labels, ["2000002", "1000001", "1000001", "1000001"])
        >>> report = parse_report("\\n".join(piece for label, digits in rows for piece in (label, *digits)))
        >>> report.table("requests")["new_requests", "total"].value
        2
    """

    def __init__(self, key: str, records: tuple[Record, ...]) -> None:
        self.key = key
        self.records = records
        self._cells = {(record.row, record.column): record for record in records}

    def __getitem__(self, place: tuple[str, str]) -> Record:
        try:
            return self._cells[place]
        except KeyError:
            raise KeyError(f"table {self.key!r} prints no cell {place!r}; rows: {', '.join(self.rows)}") from None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        return f"Table({self.key!r}, {len(self)} cells)"

    @property
    def rows(self) -> tuple[str, ...]:
        """Row keys in the order of the form."""
        return tuple(dict.fromkeys(row for row, _ in self._cells))

    @property
    def columns(self) -> tuple[str, ...]:
        """Column keys in the order of the form."""
        return tuple(dict.fromkeys(column for _, column in self._cells))


class SectionText:
    """A section with its text: ``text`` in Simplified characters, ``source`` as printed."""

    def __init__(self, section: Section, source: str, text: str) -> None:
        self.section = section
        self.source = source
        self.text = text

    def __repr__(self) -> str:
        return f"SectionText({self.section.kind!r}, {self.section.heading!r}, {len(self.source)} characters)"


class Report(Model):
    """A parsed report: what was read, what it holds, what is odd about it.

    A file that could not be read at all has ``id``, ``source`` and ``findings`` only.
    """

    id: str
    schema_version: str = SCHEMA_VERSION
    reportparse_version: str
    source: Source
    title: Title | None = None
    authority: str | None = None
    authority_from: str | None = None
    year: int | None = None
    period: tuple[str, str] | None = None
    metadata: Metadata = Field(default_factory=Metadata)
    form: str | None = None
    form_evidence: tuple[str, ...] = ()
    declared: Declared | None = None
    sections: tuple[Section, ...] = ()
    records: tuple[Record, ...] = ()
    uncertain_rows: tuple[UncertainRow, ...] = ()
    unknown_rows: tuple[UnknownRow, ...] = ()
    unknown_tables: tuple[UnknownTable, ...] = ()
    checks: tuple[Check, ...] = ()
    diagnosis: tuple[Diagnosis, ...] = ()
    claims: tuple[Claim, ...] = ()
    findings: tuple[Finding, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    source_text: Annotated[str, Field(exclude=True, repr=False)] = ""

    _normal: Any = PrivateAttr(default=None)

    def _repr_html_(self) -> str | None:
        """The tables as a notebook shows them; without Jinja the notebook falls back to text."""
        from .display import to_notebook_cell
        from .errors import MissingExtraError

        try:
            return to_notebook_cell(self)
        except MissingExtraError:
            return None

    @property
    def tables(self) -> tuple[str, ...]:
        """Keys of the tables that are printed, in the order of the report."""
        return tuple(dict.fromkeys(record.table for record in self.records))

    def table(self, key: str) -> Table:
        """The records of one table.

        Raises:
            KeyError: The report prints no such table; the message lists those it prints.
        """
        records = tuple(record for record in self.records if record.table == key)
        if not records:
            printed = ", ".join(self.tables) or "none"
            raise KeyError(f"this report prints no table {key!r}; printed tables: {printed}")
        return Table(key, records)

    def section(self, kind: str) -> SectionText:
        """The first section of a kind, or the first that names the kind beside its own.

        Raises:
            KeyError: There is no such section; the message lists the kinds there are.
            ValueError: The report was loaded from JSON, which carries no text.
        """
        found = next((s for s in self.sections if s.kind == kind), None)
        found = found or next((s for s in self.sections if kind in s.also), None)
        if found is None:
            kinds = ", ".join(s.kind for s in self.sections) or "none"
            raise KeyError(f"this report has no section {kind!r}; sections: {kinds}")
        if self._normal is None:
            raise ValueError("this report carries no text: it was loaded from JSON; parse the document again")
        return SectionText(found, self.source_text[found.span.start : found.span.end], self._normal.text_of(found.span))
