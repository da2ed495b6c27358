"""What holds for every document, however broken: a whole result with findings, or one clear error."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from reportparse import Report, ReportParseError, iter_documents, parse_report
from reportparse.codes import codes
from reportparse.document import RawDocument
from reportparse.errors import MissingExtraError
from reportparse.export import to_csv, to_json
from reportparse.limits import DEFAULT_LIMITS, Limits
from reportparse.models import Finding, Section
from reportparse.options import ParseOptions
from reportparse.spans import Span

# Told of a document that was read, beside the codes of its findings.
RESULT = "result"
# A message is read by people, in one line of a log; what a document prints may be quoted, but never poured out.
MAX_MESSAGE = 2_000
# Of a message that is shown on a terminal, these could steer it.
_CONTROL_RE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: a report, or the error that refused it; of an archive, what it tells of itself."""

    report: Report | None = None
    error: ReportParseError | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def told(self) -> frozenset[str]:
        """Codes of the findings and :data:`RESULT`, or the code of the error."""
        codes = {finding.code for finding in (*self.findings, *(self.report.findings if self.report else ()))}
        return frozenset(codes | ({self.error.code} if self.error else set()) | ({RESULT} if self.report else set()))

    @property
    def lacks_an_extra(self) -> bool:
        """Whether an optional library is not installed, so that nothing was tried."""
        return isinstance(self.error, MissingExtraError)


def iter_outcomes(data: bytes, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Iterator[Outcome]:
    """Read a file, or every document of an archive; anything but a :class:`ReportParseError` is let through."""
    outcome = outcome_of(data, name, limits)
    if outcome.error is None or outcome.error.code != "is_an_archive":
        yield outcome
    else:
        yield from _members(data, name, limits)


def outcome_of(source: bytes | str | RawDocument, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Outcome:
    """Read one document."""
    try:
        return Outcome(parse_report(source, name=name, options=ParseOptions(limits=limits)))
    except ReportParseError as error:
        return Outcome(error=error)


def _members(data: bytes, name: str, limits: Limits) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "archive")
        path.write_bytes(data)
        try:
            documents = iter_documents(path, limits=limits)
            for document in documents:
                yield outcome_of(document, limits=limits)
            # Where nothing came out, the archive says why.
            if documents.findings or not documents.records:
                yield Outcome(findings=documents.findings)
        except ReportParseError as error:
            yield Outcome(error=error)


def broken_promises(outcome: Outcome) -> list[str]:
    """What does not hold for an outcome, in words; empty where all is well."""
    if outcome.report is None:
        if outcome.error is None and not outcome.findings:
            return ["there is neither a report nor an error nor a finding"]
        return [*(_wrong_with_error(outcome.error) if outcome.error else ()), *_wrong_findings(outcome.findings)]
    checks: tuple[Callable[[Report], Iterator[str]], ...] = (
        _untiled,
        _wrong_records,
        _wrong_places,
        _wrong_exports,
    )
    wrong = [each for check in checks for each in check(outcome.report)]
    return [*wrong, *_wrong_findings(outcome.report.findings)]


def _wrong_with_error(error: ReportParseError) -> Iterator[str]:
    if not error.message or len(error.message) > MAX_MESSAGE:
        yield f"the message of {error.code} has {len(error.message)} characters"
    if _CONTROL_RE.search(error.message):
        yield f"the message of {error.code} holds control characters: {error.message[:200]!r}"
    if error.code not in documented_codes():
        yield f"the code {error.code} is not documented"


def _untiled(report: Report) -> Iterator[str]:
    """Sections, the title and what belongs to none tile the source text."""
    spans = [section.span for section in report.sections] + [part.span for part in report.unassigned]
    if report.title is not None:
        spans.append(report.title.span)
    length = len(report.source_text)
    spans = [Span(0, 0), *sorted(span for span in spans if span.start != span.end), Span(length, length)]
    for before, after in pairwise(spans):
        if before.end != after.start:
            yield f"the text is not tiled: {before} is followed by {after}"
    if report.source.length != length:
        yield f"length is {report.source.length}, but the text has {length} characters"


def _wrong_records(report: Report) -> Iterator[str]:
    text = report.source_text
    for record in report.records:
        place = f"{record.table}.{record.row}.{record.column}"
        if record.span is not None and text[record.span.start : record.span.end] != record.raw:
            yield f"{place}: raw {record.raw!r} is not what is printed at {record.span}"
        if (record.span is None) != (record.raw is None) and record.state != "missing":
            yield f"{place}: raw {record.raw!r} and span {record.span}"
        if (record.value is not None) != (record.state == "value" and record.certain):
            yield f"{place}: state {record.state}, value {record.value}, certain {record.certain}"
        if not record.certain and record.candidates is None:
            yield f"{place}: in doubt without candidates"


def _wrong_places(report: Report) -> Iterator[str]:
    """Every other span lies in the text, and what is quoted stands there."""
    text = report.source_text
    quoted = [cell for row in report.uncertain_rows for cell in row.tokens]
    quoted += [cell for row in report.unknown_rows for cell in row.cells]
    for cell in quoted:
        if text[cell.span.start : cell.span.end] != cell.raw:
            yield f"{cell.raw!r} is not what is printed at {cell.span}"
    spans = [span for finding in report.findings for span in finding.spans]
    spans += [claim.span for claim in report.claims]
    spans += [row.span for row in report.unknown_rows] + [table.span for table in report.unknown_tables]
    spans += [part.span for part in report.source.parts]
    for section in report.sections:
        spans += [part.span for part in section.subsections]
        yield from _outside(section)
    for span in spans:
        if not 0 <= span.start <= span.end <= len(text):
            yield f"{span} lies outside of the text of {len(text)} characters"


def _outside(section: Section) -> Iterator[str]:
    for part in section.subsections:
        if not section.span.start <= part.span.start <= part.span.end <= section.span.end:
            yield f"subsection at {part.span} lies outside of its section at {section.span}"


def _wrong_findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        if not finding.message or len(finding.message) > MAX_MESSAGE:
            yield f"the message of {finding.code} has {len(finding.message)} characters"
        if finding.code not in documented_codes():
            yield f"the code {finding.code} is not documented"


def _wrong_exports(report: Report) -> Iterator[str]:
    text = to_json(report)
    if Report.model_validate_json(text).model_dump_json() != text:
        yield "the report does not come back from its JSON"
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield "the JSON holds half of a surrogate pair"
    to_csv([report]).encode("utf-8")


@cache
def documented_codes() -> frozenset[str]:
    """Codes of findings and errors that the reference explains."""
    return frozenset(code.code for code in codes())
