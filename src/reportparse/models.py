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


class SourcePart(Model):
    """One of the files that a document was put together from, and the stretch of the source text that it gave.

    Example:
        >>> from reportparse import RawDocument, parse_report
        >>> page = "<h1>某市水务局2021年政府信息公开工作年度报告</h1><p>一、总体情况<a href='2.html'>表格</a>".encode()
        >>> table = RawDocument("2.html", "<p>二、主动公开政府信息情况".encode())
        >>> report = parse_report(RawDocument("1.html", page, parts=(table,)))
        >>> [part.name for part in report.source.parts]
        ['1.html', '2.html']
    """

    name: str
    media_type: str
    sha256: str
    span: SpanField
    url: str | None = None


class Source(Model):
    """What was read: name, hash of the bytes, how they were decoded.

    ``url`` and ``date`` (of collection) are those that an archive or the caller gives.

    Example:
        >>> from reportparse import parse_report
        >>> report = parse_report("某市水务局2021年政府信息公开工作年度报告\\n一、总体情况", name="a.txt")
        >>> report.source.name, report.source.script, report.source.length
        ('a.txt', 'simplified', 29)
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
    """The printed title; ``text`` leaves out the line breaks inside it.

    Example:
        >>> from reportparse import parse_report
        >>> report = parse_report("某市水务局2021年政府信息公开工作年度报告\\n一、总体情况", name="a.txt")
        >>> report.title.text, report.title.span.end
        ('某市水务局2021年政府信息公开工作年度报告', 22)
    """

    text: str
    span: SpanField


class PageFact(Model):
    """What a page says of its document: ``raw`` as printed, and ``value`` without breaks and padding, a date as ISO.

    ``span`` is where it stands in the source text, null where only a tag of the page says it.

    Example:
        >>> from reportparse import parse_report
        >>> page = "<h1>某市水务局2021年政府信息公开工作年度报告</h1><p>一、总体情况"
        >>> page = '<meta name="PubDate" content="2022-1-18">' + page
        >>> parse_report(page).metadata.published
        PageFact(value='2022-01-18', raw='2022-1-18', span=None)
    """

    value: str
    raw: str
    span: SpanField | None = None


class Metadata(Model):
    """What a page says of its document, in tags or in a box beside the report; nothing is taken from the report itself.

    ``publisher`` is the organ that published the document (发布机构), never the owner of the site.

    Example:
        >>> from reportparse import parse_report
        >>> page = "<h1>2021年政府信息公开工作年度报告</h1><p>一、总体情况"
        >>> page = '<meta name="ContentSource" content="柳溪县水务局">' + page
        >>> parse_report(page).metadata.publisher.value
        '柳溪县水务局'
    """

    title: PageFact | None = None
    publisher: PageFact | None = None
    published: PageFact | None = None
    index_number: PageFact | None = None


class DeclaredPart(Model):
    """One part that the preamble announces, and what became of it.

    ``section`` and ``subsection`` are indices into :attr:`Report.sections` and its ``subsections``.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> part = report.declared.parts[2]
        >>> part.label, part.kind, part.status, part.section
        ('收到和处理政府信息公开申请情况', 'requests', 'present', 3)
    """

    label: str
    kind: SectionKind
    status: PartStatus
    section: int | None = None
    subsection: int | None = None


class Declared(Model):
    """The parts that the preamble announces; ``count`` is the printed number, if any.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> report.declared.count, len(report.declared.parts)
        (6, 6)
    """

    count: int | None
    parts: tuple[DeclaredPart, ...]


class Section(Model):
    """A section or subsection as printed; ``span`` begins with its heading.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> section = report.sections[1]
        >>> section.kind, section.number, [inner.heading for inner in section.subsections]
        ('overview', '一', ['（一）主动公开', '（二）依申请公开', '（三）监督保障'])
    """

    kind: SectionKind
    also: tuple[SectionKind, ...] = ()
    number: str | None = None
    heading: str | None = None
    span: SpanField
    empty: bool = False
    subsections: tuple[Section, ...] = ()


class Unassigned(Model):
    """A stretch that belongs to no section, and why.

    Example:
        >>> from reportparse import parse_report
        >>> page = "<nav>首页</nav><h1>某市水务局2021年政府信息公开工作年度报告</h1><p>一、总体情况</p>"
        >>> report = parse_report(page)
        >>> part = report.unassigned[0]
        >>> part.kind, report.source_text[part.span.start : part.span.end].strip()
        ('furniture', '首页')
    """

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
    """What was read of a cell before a person decided about it.

    Example:
        >>> Reading(state="value", value=21, certain=True).value
        21
    """

    state: CellState | None
    value: Value | None
    certain: bool
    candidates: Candidates | None = None


class Correction(Model):
    """That a person accepted or corrected a cell, with what was read before beside it.

    Example:
        >>> Correction(action="correct", printed=Reading(state="value", value=21, certain=True)).printed.value
        21
    """

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

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> record = report.table("requests")["results.granted", "total"]
        >>> record.label, record.value, record.unit, record.state, record.certain, record.path
        ('（一）予以公开', 4, '件', 'value', True, 'line 103')
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
    """A piece of text with its place.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/vanished-blanks/source.txt")
        >>> report.uncertain_rows[0].tokens[0].raw
        '2'
    """

    raw: str
    span: SpanField


class UncertainRow(Model):
    """A row whose printed values cannot be placed for sure.

    ``readings`` is how many ways to place them are admissible; ``complete`` is false when a bound stopped the count.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/vanished-blanks/source.txt")
        >>> row = report.uncertain_rows[0]
        >>> row.row, [token.raw for token in row.tokens], row.readings, row.complete
        ('results.granted', ['2', '1', '3'], 35, True)
    """

    table: str
    row: str
    tokens: tuple[PrintedCell, ...]
    readings: int
    complete: bool


class UnknownRow(Model):
    """A row of a known table that its form does not have, as printed.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/statistics-lines/source.txt")
        >>> row = report.unknown_rows[0]
        >>> row.label, [cell.raw for cell in row.cells]
        ('6.乡村广播公开政府信息数', ['57'])
    """

    table: str
    label: str
    cells: tuple[PrintedCell, ...]
    span: SpanField


class UnknownTable(Model):
    """A table of no known form, as printed; ``section`` is an index into :attr:`Report.sections`.

    Example:
        >>> from reportparse import parse_report
        >>> page = "<h1>某市水务局2021年政府信息公开工作年度报告</h1><p>一、总体情况</p>"
        >>> table = "<table><tr><td>月份<td>条数<tr><td>一月<td>3</table>"
        >>> parse_report(page + table).unknown_tables[0].grid
        (('月份', '条数'), ('一月', '3'))
    """

    grid: tuple[tuple[str, ...], ...]
    span: SpanField
    section: int | None


class Check(Model):
    """One rule tried on one scope: passed, failed, or undecided because an operand is not a certain number.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/page-wrong-cell/source.html")
        >>> check = next(check for check in report.checks if check.status == "failed")
        >>> check.rule, check.scope, check.left, check.right
        ('result_sum', {'column': 'natural_person'}, 24, 33)
    """

    rule: str
    table: str
    scope: dict[str, str]
    status: CheckStatus
    left: Value | None
    right: Value | None
    cells: tuple[CellRef, ...] = ()


class BlamedCell(CellRef):
    """A cell that an explanation blames: what it prints and what would satisfy every failed rule.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/page-wrong-cell/source.html")
        >>> cell = report.diagnosis[0].explanations[0][0]
        >>> cell.row, cell.column, cell.printed, cell.implied
        ('results.granted', 'natural_person', 21, 12)
    """

    printed: Value
    implied: Value


class Diagnosis(Model):
    """Failed checks that hang together, and the smallest sets of cells that would explain them all.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/page-wrong-cell/source.html")
        >>> report.diagnosis[0].rules, len(report.diagnosis[0].explanations), report.diagnosis[0].complete
        (('result_sum', 'applicant_sum'), 1, True)
    """

    rules: tuple[str, ...]
    explanations: tuple[tuple[BlamedCell, ...], ...]
    complete: bool


class Claim(Model):
    """A number in prose that may speak of cells; ``quantities`` lists every cell it may mean.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> claim = next(claim for claim in report.claims if claim.quantities == ("requests.new_requests.total",))
        >>> claim.value, claim.agrees
        (6, True)
    """

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
    """A section with its text: ``text`` in Simplified characters, ``source`` as printed.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> report.section("overview")
        SectionText('overview', '一、总体情况', 143 characters)
        >>> report.section("overview").text[:6]
        '一、总体情况'
    """

    def __init__(self, section: Section, source: str, text: str) -> None:
        self.section = section
        self.source = source
        self.text = text

    def __repr__(self) -> str:
        return f"SectionText({self.section.kind!r}, {self.section.heading!r}, {len(self.source)} characters)"


class Report(Model):
    """A parsed report: what was read, what it holds, what is odd about it.

    A file that could not be read at all has ``id``, ``source`` and ``findings`` only.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> report
        Report('source', authority='青禾县水务局', year=2020, form='2019', 198 records, 1 findings)
        >>> report.table("requests")["new_requests", "total"].value
        6
        >>> sorted({finding.code for finding in report.findings})
        ['unchecked_cells']
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

    def __repr__(self) -> str:
        known = {"authority": self.authority, "year": self.year, "form": self.form}
        said = ", ".join(f"{name}={value!r}" for name, value in known.items())
        return f"Report({self.id!r}, {said}, {len(self.records)} records, {len(self.findings)} findings)"

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
