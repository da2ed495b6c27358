"""A dataset of Parquet files on disk: what a panel needs of its reports, and its description as a data package."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..compare.crosswalk import Place
from ..compare.measure import Facts, Printed
from ..errors import InputError
from ..export import write_text
from .tabular import load_library

MANIFEST = "manifest.json"
PACKAGE = "datapackage.json"

_REPORT_COLUMNS = ("document", "id", "authority", "year", "form", "date", "sha256", "checks_failed")
_RECORD_COLUMNS = ("document", "table", "row", "column", "value", "amount", "state", "certain", "unit")


def iter_facts(folder: str | os.PathLike[str]) -> Iterator[Facts]:
    """What a panel needs to know of each report of a dataset, in the order of the dataset.

    Args:
        folder: The folder that ``reportparse batch`` wrote.

    Raises:
        InputError: There is no complete dataset of Parquet files.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> list(iter_facts("no-such-folder"))
        Traceback (most recent call last):
        ...
        reportparse.errors.InputError: no-such-folder: this is no complete dataset: there is no manifest.json in it
    """
    place = Path(folder)
    cells = _cells(place)
    for number, id, authority, year, form, date, sha256, failed in _rows(place, "reports", _REPORT_COLUMNS):
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


def _parts(folder: Path) -> Mapping[str, Sequence[str]]:
    """The files of each table, as the manifest lists them."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != "parquet":
            raise InputError("this dataset is not of Parquet files", code="no_dataset", place=str(folder))
        tables = manifest["tables"].items()
        return {name: [str(part["file"]) for part in table["parts"]] for name, table in tables}
    except OSError as error:
        message = f"this is no complete dataset: there is no {MANIFEST} in it"
        raise InputError(message, code="no_dataset", place=str(folder)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        message = f"this is no dataset: its {MANIFEST} is of another kind"
        raise InputError(message, code="no_dataset", place=str(folder)) from error


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
