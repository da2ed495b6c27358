"""Tables as a Frictionless data package: CSV files, and ``datapackage.json``, which describes every column."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..errors import ExportError
from ..export import guarded, write_text
from .tabular import ColumnType, Frame

PACKAGE_FILE = "datapackage.json"

_TYPES: Mapping[ColumnType, str] = {
    "string": "string",
    "key": "string",
    "int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "decimal": "number",
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
        {"name": column.name, "type": _TYPES[column.type], "description": column.says} for column in frame.columns
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
    columns = [[_plain(value) for value in column.values] for column in frame.columns]
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


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        guarded(value) if isinstance(value, str) else format(value, "f") if isinstance(value, Decimal) else str(value)
    )
