"""Crawls kept as Parquet: a row a document, with columns for its content, its address and its date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from ..dataset.schemas import load_arrow
from ..document import RawDocument
from ..errors import InputError
from ..limits import DEFAULT_LIMITS, Limits, exceeded

# Rows that are read at a time: pages are large, so few of them.
_BATCH_ROWS = 64


class Columns(NamedTuple):
    """Which columns of a crawl hold what; address and date may be absent from it."""

    content: str = "content"
    url: str = "url"
    date: str = "date"


DEFAULT_COLUMNS = Columns()


def iter_crawl(
    file: str | IO[bytes], name: str, columns: Columns = DEFAULT_COLUMNS, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawDocument]:
    """The documents of a crawl, in the order of its rows; each is called by the number of its row.

    A damaged file ends with one document that says so in its ``error``.

    Args:
        file: The path of a Parquet file, or the file.
        name: What its documents are called after.
        columns: The names of its columns. The content may be bytes or text.
        limits: ``max_bytes`` bounds each document.

    Raises:
        InputError: It has no column of content of that name.
        MissingExtraError: pyarrow is not installed.
    """
    pa = load_arrow()
    from pyarrow import parquet

    number = 0
    try:
        with parquet.ParquetFile(file) as crawl:
            wanted = _wanted(crawl.schema_arrow.names, columns, name)
            for batch in crawl.iter_batches(_BATCH_ROWS, columns=wanted):
                for row in batch.to_pylist():
                    yield _document(row, f"{name}/{number}", columns, limits)
                    number += 1
    except (OSError, pa.ArrowException) as error:
        problem = InputError(f"cannot be read from row {number} on: {error}", code="unreadable", place=name)
        yield RawDocument(f"{name}/{number}", error=problem)


def count_rows(file: str | IO[bytes]) -> int:
    """How many rows a Parquet file has; 0 if it cannot be read."""
    pa = load_arrow()
    from pyarrow import parquet

    try:
        return int(parquet.read_metadata(file).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def _wanted(names: list[str], columns: Columns, place: str) -> list[str]:
    if columns.content not in names:
        told = f"has no column {columns.content!r} of content; it has {', '.join(names)}; name it with --content"
        raise InputError(told, code="unreadable", place=place)
    return [name for name in columns if name in names]


def _document(row: dict[str, Any], name: str, columns: Columns, limits: Limits) -> RawDocument:
    content, url, when = (row.get(column) for column in columns)
    raw = RawDocument(name, url=None if url is None else str(url), date=_date(when))
    if isinstance(content, str):
        raw = replace(raw, data=content.encode("utf-8", "surrogatepass"), charset="utf-8")
    elif isinstance(content, bytes):
        raw = replace(raw, data=content)
    elif content is None:
        return replace(raw, error=InputError("the row has no content", code="empty_input", place=name))
    else:
        told = f"the content is a {type(content).__name__}; name a column of bytes or text with --content"
        return replace(raw, error=InputError(told, code="unreadable", place=name))
    if len(raw.data) > limits.max_bytes:
        error = exceeded(limits, "max_bytes", f"it has {len(raw.data):,} bytes", place=name)
        return replace(raw, data=b"", charset=None, error=error)
    return raw


def _date(value: Any) -> str | None:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return None if value is None else str(value)
