"""Tables of some documents as Parquet, and back: each table is one row group, in its final encoding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ..dataset.arrays import build_table
from ..dataset.gather import Gatherer
from ..dataset.schemas import arrow_schema, load_arrow
from .tallies import DOUBTFUL, UNKNOWN, Tally
from .work import Outcome

# The blob beside those of the tables: what they hold, counted.
TALLY = "tally"
# Columns whose numbers rise by little, and are written as differences.
_RISING_COLUMNS = ("document", "start", "end")
# Columns whose bounds are written for each group, so that readers can pass over groups.
_BOUNDED_COLUMNS = ("document", "year")


class TableEncoder:
    """Outcomes as tables, one blob each; documents have the numbers and ids that they were sent with."""

    def __init__(self) -> None:
        self._gatherer = Gatherer()
        self._failures: list[tuple[Any, ...]] = []

    def add(self, outcome: Outcome) -> None:
        """Take a report or an error."""
        item = outcome.item
        if outcome.report is not None:
            self._gatherer.add(outcome.report, item.position, id_=item.id, key=outcome.key)
        elif outcome.error is not None:
            raw, error = item.raw, outcome.error
            known = (item.position, item.id, raw.name, outcome.key, outcome.sha256, raw.url, raw.date)
            self._failures.append((*known, error.code, error.message))

    def blobs(self) -> Mapping[str, bytes]:
        """What :func:`encode` makes of them."""
        tables = self._gatherer.tables()
        if self._failures:
            columns = zip(arrow_schema("failures").names, zip(*self._failures, strict=True), strict=True)
            tables["failures"] = build_table("failures", columns, len(self._failures))
        return encode(tables)


def encode(tables: Mapping[str, Any]) -> dict[str, bytes]:
    """Tables that have rows as Parquet files of one row group, by name, and what they hold, counted.

    The bytes depend on the values alone where dictionaries hold theirs in the order of the rows, as those of a
    :class:`Gatherer` do, and :func:`in_order_of_use` makes them.
    """
    filled = {name: table for name, table in tables.items() if table.num_rows}
    tally = json.dumps(_counted(filled).to_json()).encode()
    return {TALLY: tally} | {name: encode_table(name, table) for name, table in filled.items()}


def encode_table(name: str, table: Any) -> bytes:
    """One table; see :func:`encode`."""
    schema, sink = _plain_schema(name), load_arrow().BufferOutputStream()
    with open_writer(sink, schema) as writer:
        writer.write_table(table.combine_chunks().cast(schema), row_group_size=table.num_rows)
    return bytes(sink.getvalue())


def open_writer(sink: Any, schema: Any) -> Any:
    """What writes row groups of a schema. Of the encodings, all that read Parquet know these."""
    from pyarrow import parquet

    is_key = load_arrow().types.is_dictionary
    rising = [name for name in _RISING_COLUMNS if name in schema.names]
    return parquet.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=[field.name for field in schema if is_key(field.type)],
        column_encoding=dict.fromkeys(rising, "DELTA_BINARY_PACKED") or None,
        write_statistics=[name for name in _BOUNDED_COLUMNS if name in schema.names],
    )


def decode_table(blob: Any, columns: Iterable[str] | None = None) -> Any:
    """The table of a blob, or some columns of it."""
    from pyarrow import parquet

    with parquet.ParquetFile(load_arrow().BufferReader(blob)) as file:
        return file.read(columns=columns and list(columns), use_threads=False)


@cache
def _plain_schema(name: str) -> Any:
    """The schema of a table without descriptions, which the files of a dataset have once each."""
    pa = load_arrow()
    return pa.schema([field.remove_metadata() for field in arrow_schema(name)])


def in_order_of_use(table: Any) -> Any:
    """A table whose dictionaries hold what the rows use, in their order: others tell where they were before."""
    pa = load_arrow()
    table = table.combine_chunks()
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            array = table.column(place).combine_chunks()
            used = array.indices.dictionary_encode()
            column = pa.DictionaryArray.from_arrays(used.indices, array.dictionary.take(used.dictionary))
            table = table.set_column(place, field, column)
    return table


def _counted(tables: Mapping[str, Any]) -> Tally:
    tally = Tally(sum(tables[name].num_rows for name in ("reports", "failures") if name in tables))
    counted = (
        ("reports", "form", tally.forms, UNKNOWN),
        ("reports", "year", tally.years, UNKNOWN),
        ("records", "state", tally.states, DOUBTFUL),
        ("findings", "code", tally.findings, ""),
        ("failures", "code", tally.failures, ""),
    )
    for name, column, counter, null in counted:
        if name in tables:
            for row in tables[name][column].combine_chunks().value_counts().to_pylist():
                counter[null if row["values"] is None else str(row["values"])] += row["counts"]
    return tally
