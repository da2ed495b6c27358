"""The tables of a dataset as data: names, types and descriptions, from ``data/dataset.json``, and as Arrow schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import MissingExtraError
from ..resources import read_json

# What the types of the data file are in Arrow, in words; ``key`` repeats and is dictionary-encoded.
TYPES = {
    "int64": "int64",
    "int32": "int32",
    "string": "string",
    "key": "string, dictionary-encoded",
    "bool": "bool",
    "date": "date",
    "decimal": "decimal(38, 9)",
    "strings": "list of string",
    "decimals": "list of decimal(38, 9)",
    "spans": "list of (start, end)",
    "cells": "list of (table, row, column)",
    "parts": "list of (name, media_type, sha256, url, start, end)",
}
DECIMAL_DIGITS = 38
DECIMAL_PLACES = 9


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``says`` and ``label`` describe it in English and in Chinese."""

    name: str
    type: str
    says: str
    label: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of the dataset with its columns in order."""

    name: str
    says: str
    label: str
    columns: tuple[Column, ...]


@cache
def dataset_version() -> str:
    """The version of the tables; it rises when a column changes its name, type or meaning."""
    return str(read_json("dataset.json")["version"])


@cache
def dataset_tables() -> Mapping[str, TableSchema]:
    """All tables by name, in the order of the docs.

    Example:
        >>> [column.name for column in dataset_tables()["texts"].columns]
        ['text_sha256', 'text']
    """
    rows = read_json("dataset.json")["tables"]
    return {
        row["name"]: TableSchema(row["name"], row["says"], row["label"], tuple(Column(**c) for c in row["columns"]))
        for row in rows
    }


def load_arrow() -> Any:
    """The module ``pyarrow``.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        message = "tables need pyarrow; install reportparse[frames]"
        raise MissingExtraError(message, code="extra_missing", place="pyarrow") from error
    return pyarrow


@cache
def arrow_schema(table: str) -> Any:
    """The Arrow schema of a table; each field carries ``description`` and ``label`` in its metadata.

    Example:
        >>> arrow_schema("records").field("is_total").metadata[b"label"].decode()
        '是否为合计'
    """
    pa, spec = load_arrow(), dataset_tables()[table]
    fields = [
        pa.field(
            column.name,
            arrow_type(column.type),
            nullable=column.nullable,
            metadata={"description": column.says, "label": column.label},
        )
        for column in spec.columns
    ]
    return pa.schema(fields, metadata={"description": spec.says, "label": spec.label, "version": dataset_version()})


@cache
def arrow_type(name: str) -> Any:
    """The Arrow type of one of :data:`TYPES`."""
    pa = load_arrow()
    span = [("start", pa.int64()), ("end", pa.int64())]
    decimal = pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES)
    return {
        "int64": pa.int64(),
        "int32": pa.int32(),
        "string": pa.string(),
        "key": pa.dictionary(pa.int32(), pa.string()),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "decimal": decimal,
        "strings": pa.list_(pa.string()),
        "decimals": pa.list_(decimal),
        "spans": pa.list_(pa.struct(span)),
        "cells": pa.list_(pa.struct([(key, pa.string()) for key in ("table", "row", "column")])),
        "parts": pa.list_(pa.struct([(key, pa.string()) for key in ("name", "media_type", "sha256", "url")] + span)),
    }[name]


def render_dataset() -> str:
    """The tables as the Markdown of ``docs/reference/dataset.md``, which a test compares with it."""
    lines: list[str] = []
    for table in dataset_tables().values():
        lines += [f"## `{table.name}` {table.label}", "", table.says, ""]
        lines += ["| column | type | null | what | 名称 |", "|---|---|---|---|---|"]
        lines += [
            f"| `{c.name}` | {TYPES[c.type]} | {'yes' if c.nullable else 'no'} | {c.says} | {c.label} |"
            for c in table.columns
        ]
        lines.append("")
    return "\n".join(lines)
