"""Reports that were written to disk, as a dataset or as JSON Lines: their tables, the reports, and what a panel needs.

A dataset of Parquet files is read by its columns. JSON Lines are read report by report.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .crosswalk import Place
from .dataset import arrow_schema
from .errors import InputError
from .export import from_json, is_unreadable, write_text
from .libraries import load_library
from .measure import Facts, Printed, facts_of
from .models import Report

MANIFEST = "manifest.json"
PACKAGE = "datapackage.json"

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


def read_table(folder: str | os.PathLike[str], table: str, columns: Sequence[str] | None = None) -> Any:
    """A table of a dataset of Parquet files, as Arrow.

    Args:
        folder: The folder that ``reportparse batch`` wrote.
        table: Its name, such as ``records``.
        columns: The columns that are wanted; all if not given.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> read_table("no-such-folder", "records")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    pa, parquet = load_library("pyarrow"), load_library("pyarrow.parquet")
    place = Path(folder)
    wanted = None if columns is None else list(columns)
    found = [parquet.read_table(place / name, columns=wanted) for name in _parts(place).get(table, ())]
    empty = arrow_schema(table).empty_table()
    return pa.concat_tables(found) if found else empty.select(wanted) if wanted else empty


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
    files = [path] if path.is_file() else [path / name for name in _parts(path, "jsonl")["reports"]]
    for name in files:
        with name.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield from_json(line)
                except InputError as error:
                    raise InputError(error.message, code=error.code, place=f"{name}, line {number}") from error


def iter_facts(place: str | os.PathLike[str]) -> Iterator[Facts]:
    """What a panel needs to know of each report of a dataset or of JSON Lines, in their order.

    Documents that could not be read are left out.

    Args:
        place: The folder that ``reportparse batch`` wrote, or a file of JSON Lines.

    Raises:
        InputError: There is no complete dataset, or a line is no report.
        MissingExtraError: pyarrow is not installed, and the dataset is of Parquet files.

    Example:
        >>> list(iter_facts("no-such-folder"))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    if not is_dataset(place):
        yield from (facts_of(report) for report in iter_reports(place) if not is_unreadable(report))
        return
    folder = Path(place)
    cells = _cells(folder)
    for number, id, authority, year, form, date, sha256, failed in _rows(folder, "reports", _REPORT_COLUMNS):
        yield Facts(id, authority, year, form, date, sha256, cells.get(number, {}), failed)


def describe_dataset(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """A dataset as a Frictionless data package: its files, and the Table Schema of each table.

    Names, types and descriptions of the columns are those that stand in the Parquet files.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> describe_dataset("no-such-folder")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    place = Path(folder)
    parquet = load_library("pyarrow.parquet")
    resources = []
    for table, files in _parts(place).items():
        if files:
            schema = parquet.read_schema(place / files[0])
            resources.append(_resource(table, files, schema))
    return {
        "name": "reportparse-dataset",
        "title": "Annual reports on open government information",
        "resources": resources,
    }


def description_json(folder: str | os.PathLike[str]) -> str:
    """The same as text, as it stands in ``datapackage.json``.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> description_json("no-such-folder")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    return json.dumps(describe_dataset(folder), ensure_ascii=False, indent=1) + "\n"


def write_description(folder: str | os.PathLike[str]) -> None:
    """Write ``datapackage.json`` beside a dataset.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        ExportError: The file cannot be written.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> write_description("no-such-folder")
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    write_text(Path(folder) / PACKAGE, description_json(folder))


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
    for name in _parts(folder).get(table, ()):
        with parquet.ParquetFile(folder / name) as file:
            for batch in file.iter_batches(columns=list(columns)):
                yield from zip(*(batch.column(column).to_pylist() for column in columns), strict=True)


def _parts(folder: Path, format_: str = "parquet") -> Mapping[str, Sequence[str]]:
    """The files of each table, as the manifest lists them."""
    found, tables = _manifest(folder)
    if found != format_:
        told = {"parquet": "Parquet files", "jsonl": "JSON Lines"}[format_]
        raise InputError(f"this dataset is not of {told}", code="no_dataset", place=str(folder))
    return tables


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


def _resource(table: str, files: Sequence[str], schema: Any) -> dict[str, Any]:
    first, *more = files
    resource = {
        "name": table,
        "type": "table",
        "description": _told(schema.metadata, "description"),
        "path": first,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {"fields": [_field(field) for field in schema]},
    }
    return {**resource, "extrapaths": more} if more else resource


def _field(field: Any) -> dict[str, Any]:
    described = {
        "name": field.name,
        "type": _type(field.type),
        "title": _told(field.metadata, "label"),
        "description": _told(field.metadata, "description"),
    }
    return described if field.nullable else {**described, "constraints": {"required": True}}


def _told(metadata: Mapping[bytes, bytes] | None, key: str) -> str:
    return (metadata or {}).get(key.encode(), b"").decode("utf-8", "replace")


def _type(arrow: Any) -> str:
    """The type of a Table Schema for a type of Arrow."""
    types = load_library("pyarrow").types
    if types.is_dictionary(arrow):
        return _type(arrow.value_type)
    kinds = (
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_decimal, "number"),
        (types.is_floating, "number"),
        (types.is_date, "date"),
        (types.is_list, "array"),
        (types.is_struct, "object"),
    )
    return next((name for is_kind, name in kinds if is_kind(arrow)), "string")
