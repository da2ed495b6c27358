"""Reports that were written to disk, as a dataset or as JSON Lines: their tables, the reports, and what a panel needs.

A dataset of Parquet files is read by its columns. JSON Lines are read report by report.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..compare.copies import Prose, make_prose, read_prose
from ..compare.crosswalk import Place
from ..compare.measure import Facts, Printed, facts_of
from ..errors import InputError
from ..export import from_json, is_unreadable
from ..libraries import load_library
from ..models import Report
from ..spans import Span
from ..text.normalize import normalize_text
from .schemas import arrow_schema

MANIFEST = "manifest.json"

_REPORT_COLUMNS = ("document", "id", "authority", "year", "form", "date", "sha256", "checks_failed")
_RECORD_COLUMNS = ("document", "table", "row", "column", "value", "amount", "state", "certain", "unit")


def is_dataset(place: str | os.PathLike[str]) -> bool:
    """Whether a path is a dataset of Parquet files; otherwise it holds JSON Lines.

    Raises:
        InputError: The path is neither a file nor the folder of a complete dataset.

    Example:
        >>> is_dataset("no-such-folder")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    return not Path(place).is_file() and _manifest(Path(place))[0] == "parquet"


def dataset_files(folder: Path, format_: str = "parquet") -> Mapping[str, Sequence[str]]:
    """The files of each table of a dataset, as its manifest lists them.

    Raises:
        InputError: There is no complete dataset of that format.

    Example:
        >>> dataset_files(Path("no-such-folder"))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    found, tables = _manifest(folder)
    if found != format_:
        told = {"parquet": "Parquet files", "jsonl": "JSON Lines"}[format_]
        raise InputError(f"this dataset is not of {told}", code="no_dataset", place=str(folder))
    return tables


def read_table(folder: str | os.PathLike[str], table: str, columns: Sequence[str] | None = None) -> Any:
    """A table of a dataset of Parquet files, as Arrow.

    Args:
        folder: The folder that ``reportparse batch`` wrote.
        table: Its name, such as ``records``.
        columns: The columns that are wanted; all if not given.

    Raises:
        InputError: There is no complete dataset of Parquet files, or one of them cannot be read.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> read_table("no-such-folder", "records")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    pa, parquet = load_library("pyarrow"), load_library("pyarrow.parquet")
    names = list(columns or arrow_schema(table).names)
    found = []
    for file in dataset_files(Path(folder)).get(table, ()):
        with _reading(Path(folder) / file) as path:
            found.append(parquet.read_table(path, columns=names).select(names))
    return pa.concat_tables(found or [arrow_schema(table).empty_table().select(names)])


def iter_reports(place: str | os.PathLike[str]) -> Iterator[Report]:
    """The reports of JSON Lines, one after the other: of a file, or of a dataset written with ``--jsonl``.

    Raises:
        InputError: There is no such file or dataset, or a line is no report.

    Example:
        >>> next(iter_reports("no-such-folder"))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    path = Path(place)
    files = [path] if path.is_file() else [path / name for name in dataset_files(path, "jsonl")["reports"]]
    for name in files:
        with name.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield from_json(line)
                except InputError as error:
                    raise InputError(error.message, code=error.code, place=f"{name}, line {number}") from error


def read_failures(folder: str | os.PathLike[str]) -> tuple[tuple[str, str], ...]:
    """The documents of a dataset of Parquet files that could not be read, as id and reason.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> read_failures("no-such-folder")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    return tuple(_rows(Path(folder), "failures", ("id", "message")))


def skip_unreadable(reports: Iterable[Report], left_out: list[tuple[str, str]]) -> Iterator[Report]:
    """Reports without those that stand for documents which could not be read; these are told in ``left_out``.

    Example:
        >>> from reportparse.errors import ReportParseError
        >>> from reportparse.export import unreadable_report
        >>> lost = unreadable_report("a", "a.pdf", ReportParseError("no text in it", code="no_text"))
        >>> left_out = []
        >>> list(skip_unreadable([lost], left_out)), left_out
        ([], [('a', 'no text in it')])
    """
    for report in reports:
        if is_unreadable(report):
            left_out.append((report.id, report.findings[0].message))
        else:
            yield report


def iter_facts(
    source: str | os.PathLike[str] | Iterable[Report | Facts], left_out: list[tuple[str, str]]
) -> Iterator[Facts]:
    """What a panel needs to know of each report, in order.

    Args:
        source: The folder that ``reportparse batch`` wrote, a file of JSON Lines, or reports.
        left_out: Takes the documents that could not be read, as id and reason.

    Raises:
        InputError: There is no complete dataset, or a line is no report.
        MissingExtraError: pyarrow is not installed, and the dataset is of Parquet files.

    Example:
        >>> list(iter_facts("no-such-folder", []))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    if not isinstance(source, str | os.PathLike):
        for one in source:
            yield from [one] if isinstance(one, Facts) else map(facts_of, skip_unreadable([one], left_out))
    elif is_dataset(source):
        left_out += read_failures(source)
        yield from (facts for _, facts in _facts_by_document(Path(source)))
    else:
        yield from map(facts_of, skip_unreadable(iter_reports(source), left_out))


def iter_studies(
    source: str | os.PathLike[str] | Iterable[Report], left_out: list[tuple[str, str]]
) -> Iterator[tuple[Facts, Prose | None]]:
    """What checks between years need of each report, in order: its facts, and its sentences if its text is there.

    Args:
        source: The folder that ``reportparse batch`` wrote, a file of JSON Lines, or reports.
        left_out: Takes the documents that could not be read, as id and reason.

    Raises:
        InputError: There is no complete dataset, or a line is no report.
        MissingExtraError: pyarrow is not installed, and the dataset is of Parquet files.

    Example:
        >>> list(iter_studies("no-such-folder", []))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    if isinstance(source, str | os.PathLike) and is_dataset(source):
        left_out += read_failures(source)
        yield from _studies(Path(source))
        return
    many = iter_reports(source) if isinstance(source, str | os.PathLike) else source
    for report in skip_unreadable(many, left_out):
        yield facts_of(report), read_prose(report)


def _facts_by_document(folder: Path) -> Iterator[tuple[int, Facts]]:
    cells = _cells(folder)
    for number, id, authority, year, form, date, sha256, failed in _rows(folder, "reports", _REPORT_COLUMNS):
        yield number, Facts(id, authority, year, form, date, sha256, cells.get(number, {}), failed)


def _studies(folder: Path) -> Iterator[tuple[Facts, Prose | None]]:
    """Facts with the sentences of the same report, whose text is normalised anew."""
    texts = read_table(folder, "texts")
    places = {sha256: place for place, sha256 in enumerate(texts["text_sha256"].to_pylist())}
    hashes = read_table(folder, "reports", ("text_sha256",))["text_sha256"].to_pylist()
    sections = _spans(read_table(folder, "sections", ("document", "parent", "start", "end")))
    cells = _spans(read_table(folder, "records", ("document", "start", "end")))
    for (number, facts), sha256 in zip(_facts_by_document(folder), hashes, strict=True):
        normal = normalize_text(texts["text"][places[sha256]].as_py())
        yield facts, make_prose(normal, sections.get(number, ()), cells.get(number, ()), facts.authority)


def _spans(table: Any) -> dict[int, list[Span]]:
    """The places of what stands in a table, by document; of sections those at the top, and nothing in doubt."""
    compute = load_library("pyarrow.compute")
    if "parent" in table.column_names:
        table = table.filter(table["parent"].is_null())
    table = table.filter(compute.is_valid(table["start"]))
    found: dict[int, list[Span]] = defaultdict(list)
    for number, start, end in zip(*(table[name].to_pylist() for name in ("document", "start", "end")), strict=True):
        found[number].append(Span(start, end))
    return found


def _cells(folder: Path) -> dict[int, dict[Place, Printed]]:
    """The printed cells of each report, by its number."""
    found: dict[int, dict[Place, Printed]] = defaultdict(dict)
    # Few cells differ in place and print, so that one object each serves them all.
    places: dict[Place, Place] = {}
    prints: dict[tuple[Any, ...], Printed] = {}
    for number, table, row, column, value, amount, state, certain, unit in _rows(folder, "records", _RECORD_COLUMNS):
        place = (table, row, column)
        number_of = value if amount is None else amount
        key = (number_of, type(number_of), state, certain, unit)
        printed = prints.get(key)
        if printed is None:
            printed = prints[key] = Printed(number_of, state, certain, unit)
        found[number][places.setdefault(place, place)] = printed
    return found


def _rows(folder: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    parquet = load_library("pyarrow.parquet")
    for name in dataset_files(folder).get(table, ()):
        with _reading(folder / name) as path, parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(columns=list(columns)):
                yield from zip(*(batch.column(column).to_pylist() for column in columns), strict=True)


@contextmanager
def _reading(path: Path) -> Iterator[Path]:
    """Errors of a file that is damaged, gone or of another version, told as such."""
    pa = load_library("pyarrow")
    try:
        yield path
    except (OSError, KeyError, pa.ArrowException) as error:
        message = f"this file of the dataset cannot be read; run the batch again: {error}"
        raise InputError(message, code="no_dataset", place=str(path)) from error


def _manifest(folder: Path) -> tuple[str, Mapping[str, Sequence[str]]]:
    """The format of a dataset, and the files of its tables."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        tables = manifest["tables"].items()
        files = {name: [str(part["file"]) for part in table["parts"]] for name, table in tables}
        if manifest["format"] not in ("parquet", "jsonl") or "reports" not in files:
            raise ValueError(manifest["format"])
    except OSError as error:
        message = f"this is no complete dataset: there is no {MANIFEST} in it"
        raise InputError(message, code="no_dataset", place=str(folder)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"this is no dataset: its {MANIFEST} is of another kind"
        raise InputError(message, code="no_dataset", place=str(folder)) from error
    return str(manifest["format"]), files
