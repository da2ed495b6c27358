"""Frictionless data packages: tables as CSV with ``datapackage.json``, which describes every column, and datasets."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import ExportError
from ..export import guarded, write_text
from ..libraries import load_library
from .stored import dataset_files
from .tabular import ColumnType, Frame

PACKAGE_FILE = "datapackage.json"

_TYPES: Mapping[ColumnType, str] = {
    "string": "string",
    "key": "string",
    "int64": "integer",
    "int32": "integer",
    "float64": "number",
    "bool": "boolean",
    "decimal": "number",
    "date": "date",
    "strings": "array",
    "decimals": "array",
    "spans": "array",
    "cells": "array",
    "parts": "array",
}


def table_schema(frame: Frame) -> dict[str, Any]:
    """The Frictionless Table Schema of a table.

    Example:
        >>> from reportparse.dataset.tabular import Column
        >>> frame = Frame([Column("year", "int64", "the year", [2021])])
        >>> table_schema(frame)
        {'fields': [{'name': 'year', 'type': 'integer', 'description': 'the year'}], 'missingValues': ['']}
    """
    fields = [
        {
            "name": column.name,
            "type": _TYPES[column.type],
            **({"title": column.label} if column.label else {}),
            "description": column.says,
        }
        for column in frame.columns
    ]
    return {"fields": fields, "missingValues": [""]}


def frame_csv(frame: Frame) -> str:
    r"""A table as CSV; a text that a spreadsheet would run as a formula gets an apostrophe in front.

    Example:
        >>> from reportparse.dataset.tabular import Column
        >>> frame_csv(Frame([Column("year", "int64", "the year", [2021, None])]))
        'year\r\n2021\r\n""\r\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(frame.names)
    columns = [[_plain(value) for value in frame[name]] for name in frame.names]
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def write_package(folder: str | os.PathLike[str], frames: Mapping[str, Frame], *, name: str, title: str) -> None:
    """Write tables as CSV files with the ``datapackage.json`` that describes them.

    Args:
        folder: Where to; it is made if it is not there.
        frames: The tables by the names of their files.
        name: Name of the package: lower case, digits, ``-``, ``_`` and ``.``.
        title: Title of the package, for people.

    Raises:
        ExportError: A file cannot be written.

    Example:
        >>> from reportparse.dataset.tabular import Column
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame = Frame([Column("year", "int64", "the year", [2021])])
        ...     write_package(folder, {"years": frame}, name="years", title="Years")
        ...     sorted(path.name for path in Path(folder).iterdir())
        ['datapackage.json', 'years.csv']
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"cannot be made: {reason}", code="not_written", place=str(place)) from error
    resources = []
    for key, frame in frames.items():
        write_text(place / f"{key}.csv", frame_csv(frame))
        resources.append(
            {
                "name": key,
                "path": f"{key}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(frame),
            }
        )
    package = {"profile": "tabular-data-package", "name": name, "title": title, "resources": resources}
    write_text(place / PACKAGE_FILE, json.dumps(package, ensure_ascii=False, indent=1) + "\n")


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
    for table, files in dataset_files(place).items():
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
    write_text(Path(folder) / PACKAGE_FILE, description_json(folder))


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return guarded(value) if isinstance(value, str) else str(value)


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
