"""Reports as JSON, JSON Lines and CSV, and files that are written whole or not at all.

The JSON of a report is the public format of the package. Each function gives the same text on every run: keys stand in
the order of the model, nothing is sorted, and no clock or locale takes part.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic_core import PydanticSerializationError

from . import __version__
from .errors import ExportError, InputError, ReportParseError
from .models import Finding, Record, Report, Source

CSV_COLUMNS = (
    *("id", "authority", "year", "form", "table", "row", "column", "label"),
    *("value", "state", "raw", "unit", "certain", "start", "end"),
)

# All that is known of a file that could not be read. A report that sets nothing else is such a file.
_UNREAD_FIELDS = frozenset({"id", "source", "findings"})

# Spreadsheets run a cell that begins with such a sign as a formula; some take wide and small signs too, and some pass
# over white space, quotes and what is not seen before it. A cell may begin after any separator: a spreadsheet that
# splits lines at semicolons, as half the world does, pays no heed to quotes that shield a cell between commas.
_UNSEEN = r"\"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_FORMULA_RE = re.compile(
    rf"(?P<before>^[\s{_UNSEEN}]*+|(?<=[,;|\t\r\n])(?:[^\S\t\r\n]|[{_UNSEEN}])*+)"
    r"(?P<formula>[=+\-@＝＋－＠﹦﹢﹣﹫][^,;|\t\r\n]*+)"
)
# What begins so and is no formula all the same: a signed number, and a run of dashes, which is a mark of the form.
_HARMLESS_RE = re.compile(r"\s*+(?:[+\-＋－]\d++(?:[,，]\d{3})*+(?:[.．]\d++)?[%％]?|[-－]++)\s*+")
_SURROGATE_RE = re.compile(r"[\ud800-\udfff]")


def to_json(report: Report, *, with_text: bool = False, indent: int | None = None) -> str:
    """One report as a JSON object, on one line unless ``indent`` is given.

    A file that could not be read (see :func:`unreadable_report`) gives ``id``, ``source`` and ``findings`` only.

    Args:
        report: The report.
        with_text: Add ``source_text``, in which all spans count. It is left out otherwise, being larger than the rest.
        indent: Spaces per level, for people.

    Example:
        >>> report = unreadable_report("a", "a.txt", ReportParseError("no such file", code="file_missing"))
        >>> sorted(json.loads(to_json(report)))
        ['findings', 'id', 'source']
    """
    fields = set(_UNREAD_FIELDS) if is_unreadable(report) else None
    try:
        text = report.model_dump_json(include=fields, indent=indent)
    except PydanticSerializationError:
        # A lone surrogate has no UTF-8 form; as an escape it is valid JSON, and the spans stay true.
        values = report.model_dump(include=fields)
        text = json.dumps(values, ensure_ascii=False, indent=indent, separators=_separators(indent), default=str)
        text = _escaped(text)
    if with_text and fields is None:
        text = _with_member(text, "source_text", report.source_text, indent)
    return text


def to_jsonl(reports: Iterable[Report], *, with_text: bool = False) -> str:
    """Reports as JSON Lines: one object a line, in the order given.

    Example:
        >>> to_jsonl([])
        ''
    """
    return "".join(f"{to_json(report, with_text=with_text)}\n" for report in reports)


def from_json(text: str | bytes) -> Report:
    """The report of a JSON object that :func:`to_json` wrote.

    It has all that the JSON carries: the text of the source only where it was written ``with_text``. Halves of
    surrogate pairs, which UTF-8 lacks, become U+FFFD, so that spans stay true.

    Raises:
        InputError: The text is no such object.

    Example:
        >>> lost = unreadable_report("a", "a.txt", ReportParseError("no such file", code="file_missing"))
        >>> from_json(to_json(lost)) == lost
        True
    """
    try:
        try:
            return Report.model_validate_json(text)
        except ValueError:
            return Report.model_validate_json(_mended(json.loads(text)))
    except ValueError as error:
        raise InputError("this is no report as JSON", code="no_report_json") from error


def _mended(data: object) -> str:
    """JSON that lacks the version where it stands for an unread file, and whose lone surrogates no UTF-8 has."""
    if isinstance(data, dict) and data.keys() == _UNREAD_FIELDS:
        data = {**data, "reportparse_version": __version__}
    return _SURROGATE_RE.sub("\ufffd", json.dumps(data, ensure_ascii=False))


def to_csv(reports: Iterable[Report], *, with_head: bool = True) -> str:
    r"""The records of reports as CSV, one line per record.

    Text that a spreadsheet would run as a formula, at the start of a cell or behind what another spreadsheet splits
    cells at, gets an apostrophe in front; signed numbers and the mark ``-`` are no formulas and stay. Doubtful records
    have no value and ``certain`` is ``false``; their candidates are in the JSON only.

    Args:
        reports: The reports. Files that could not be read have no records, so no lines.
        with_head: Begin with the line of column names.

    Example:
        >>> to_csv([])
        'id,authority,year,form,table,row,column,label,value,state,raw,unit,certain,start,end\r\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)  # its line end, CR LF, is that of RFC 4180
    if with_head:
        writer.writerow(CSV_COLUMNS)
    for report in reports:
        writer.writerows(_csv_rows(report))
    return buffer.getvalue()


def unreadable_report(
    id: str,
    name: str,
    error: ReportParseError,
    *,
    sha256: str = "",
    media_type: str = "application/octet-stream",
) -> Report:
    """The stand-in for a file that cannot be read: its name, and the reason as a finding.

    Args:
        id: The id that its report would have had.
        name: The name of the file.
        error: Why it cannot be read.
        sha256: Hash of its bytes, empty where there are none to be had.
        media_type: What it seems to be.

    Example:
        >>> error = ReportParseError("a password locks the file", code="locked_file")
        >>> unreadable_report("a", "a.docx", error).findings[0].message
        'a password locks the file'
    """
    source = Source(
        name=name,
        sha256=sha256,
        media_type=media_type,
        encoding=None,
        encoding_evidence=(),
        length=0,
        script="simplified",
    )
    finding = Finding(code=error.code, severity="error", message=error.message)
    return Report(id=id, reportparse_version=__version__, source=source, findings=(finding,))


def is_unreadable(report: Report) -> bool:
    """Whether a report stands for a file that could not be read.

    Example:
        >>> error = ReportParseError("a password locks the file", code="locked_file")
        >>> is_unreadable(unreadable_report("a", "a.docx", error))
        True
    """
    return report.model_fields_set - {"schema_version", "reportparse_version"} == _UNREAD_FIELDS


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all: a reader never sees half of it, nor loses the file before.

    The text goes to a new file in the same folder, which then takes the place of the old one. A device or a pipe cannot
    be replaced and is written to directly.

    Raises:
        ExportError: The file cannot be written; what was there before is unchanged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_text(f"{folder}/a.csv", "id,year\\n")
        ...     print(Path(folder, "a.csv").read_text("utf-8"), end="")
        id,year
    """
    data = text.encode("utf-8", "replace")
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"cannot be written: {reason}", code="not_written", place=str(path)) from error
    except ValueError as error:
        raise ExportError(f"is no possible file name: {error}", code="not_written", place=repr(path)) from error


def _replace(target: Path, data: bytes) -> None:
    # Of our own making, not from tempfile: that one gives files which only their owner may read.
    beside = target.with_name(f".reportparse-{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _with_member(text: str, key: str, value: str, indent: int | None) -> str:
    body = text.removesuffix("}").rstrip("\n")
    member = f"{json.dumps(key)}{':' if indent is None else ': '}{_escaped(json.dumps(value, ensure_ascii=False))}"
    if indent is None:
        return f"{body},{member}}}"
    return f"{body},\n{' ' * indent}{member}\n}}"


def _separators(indent: int | None) -> tuple[str, str]:
    return (",", ":") if indent is None else (",", ": ")


def _escaped(text: str) -> str:
    return _SURROGATE_RE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _csv_rows(report: Report) -> Iterator[list[str]]:
    of_report = [guarded(report.id), guarded(report.authority), _plain(report.year), guarded(report.form)]
    for record in report.records:
        yield of_report + _csv_cells(record)


def _csv_cells(record: Record) -> list[str]:
    span = record.span
    return [
        *(guarded(text) for text in (record.table, record.row, record.column, record.label)),
        _plain(record.value),
        _plain(record.state),
        guarded(record.raw),
        guarded(record.unit),
        "true" if record.certain else "false",
        *((str(span.start), str(span.end)) if span else ("", "")),
    ]


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def guarded(text: str | None) -> str:
    """Text that a spreadsheet does not run as a formula; None is empty.

    Example:
        >>> guarded("=1+1"), guarded("-3"), guarded(None)
        ("'=1+1", '-3', '')
    """
    if not text or _HARMLESS_RE.fullmatch(text):
        return text or ""
    return _FORMULA_RE.sub(_as_text, text)


def _as_text(match: re.Match[str]) -> str:
    formula = match["formula"]
    is_number = match.start() > 0 and _HARMLESS_RE.fullmatch(formula)
    return match[0] if is_number else f"{match['before']}'{formula}"
