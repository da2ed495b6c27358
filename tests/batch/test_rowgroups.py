"""Parquet files put together without decoding them."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="datasets need the extra frames")
parquet = pytest.importorskip("pyarrow.parquet")

from reportparse.batch.rowgroups import GroupFile  # noqa: E402
from reportparse.errors import ExportError  # noqa: E402

COLUMNS = {
    "key": pa.dictionary(pa.int32(), pa.string()),
    "number": pa.int64(),
    "amount": pa.decimal128(38, 9),
    "flag": pa.bool_(),
    "share": pa.float64(),
    "many": pa.list_(pa.struct([("table", pa.string()), ("row", pa.string())])),
}
SCHEMA = pa.schema([pa.field(name, type_) for name, type_ in COLUMNS.items()], metadata={"told": "once"})


def table(first: int, rows: int) -> Any:
    numbers = range(first, first + rows)
    columns = [
        pa.array([f"k{number % 3}" for number in numbers]).dictionary_encode(),
        pa.array(numbers, pa.int64()),
        pa.array([Decimal(number) / 8 if number % 2 else None for number in numbers], COLUMNS["amount"]),
        pa.array([number % 5 == 0 for number in numbers]),
        pa.array([number / 7 for number in numbers]),
        pa.array([[{"table": "t", "row": str(number)}] * (number % 3) or None for number in numbers], COLUMNS["many"]),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def file_of(rows: Any, **options: Any) -> bytes:
    sink = io.BytesIO()
    with parquet.ParquetWriter(sink, SCHEMA, **options) as writer:
        if rows is not None:
            writer.write_table(rows, row_group_size=rows.num_rows)
    return sink.getvalue()


def joined(files: list[bytes]) -> bytes:
    sink = io.BytesIO()
    made = GroupFile(sink, file_of(None))
    for file in files:
        made.add(file)
    made.close()
    return sink.getvalue()


OPTIONS: list[dict[str, Any]] = [
    {},
    {"compression": "zstd", "use_dictionary": False, "column_encoding": {"number": "DELTA_BINARY_PACKED"}},
    {"write_statistics": False, "data_page_size": 64, "write_batch_size": 8},
    {"write_page_index": True, "data_page_version": "2.0"},
    {"store_decimal_as_integer": True, "compression": "none"},
]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("sizes", [[1], [50, 1, 700], [3] * 40])
def test_file_of_many_groups_is_read_as_its_tables_one_after_another(sizes: list[int], options: dict[str, Any]) -> None:
    tables = [table(100 * number, size) for number, size in enumerate(sizes)]

    data = joined([file_of(each, **options) for each in tables])

    with parquet.ParquetFile(pa.BufferReader(data)) as file:
        assert file.metadata.num_rows == sum(sizes)
        assert [file.read_row_group(number).num_rows for number in range(file.num_row_groups)] == sizes
        assert file.read().to_pylist() == pa.concat_tables(tables).to_pylist()
        assert file.schema_arrow.metadata == SCHEMA.metadata


def test_bounds_of_groups_stay_those_of_their_rows() -> None:
    data = joined([file_of(table(0, 10)), file_of(table(70, 10))])

    with parquet.ParquetFile(pa.BufferReader(data)) as file:
        bounds = [file.metadata.row_group(number).column(1).statistics for number in range(2)]
    assert [(each.min, each.max) for each in bounds] == [(0, 9), (70, 79)]


def test_other_libraries_read_the_file_too(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    polars = pytest.importorskip("polars")
    (tmp_path / "a.parquet").write_bytes(joined([file_of(table(0, 500)), file_of(table(500, 500))]))

    found = duckdb.sql(f"select sum(number), count(distinct key) from '{tmp_path / 'a.parquet'}'").fetchall()

    assert found == [(499_500, 3)]
    assert polars.read_parquet(tmp_path / "a.parquet")["number"].sum() == 499_500


def test_file_without_groups_has_no_rows_and_the_schema() -> None:
    with parquet.ParquetFile(pa.BufferReader(joined([]))) as file:
        assert (file.metadata.num_rows, file.num_row_groups) == (0, 0)
        assert file.schema_arrow.names == SCHEMA.names


def in_groups_of(rows: int) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(table(0, 40), sink, row_group_size=rows)
    return sink.getvalue()


@pytest.mark.parametrize("file", [file_of(None), in_groups_of(20), in_groups_of(1)])
def test_file_that_has_not_one_group_is_refused(file: bytes) -> None:
    with pytest.raises(ExportError, match="not exactly one row group"):
        joined([file_of(table(0, 10)), file])


@pytest.mark.parametrize("change", ["column", "type", "version"])
def test_file_of_another_schema_is_refused(change: str) -> None:
    given, sink = table(0, 10), io.BytesIO()
    if change == "column":
        given = given.drop_columns(["share"])
    elif change == "type":
        given = given.set_column(1, "number", given["number"].cast(pa.int32()))
    parquet.write_table(given, sink, version="1.0" if change == "version" else "2.6")

    with pytest.raises(ExportError, match="its columns, or the version"):
        joined([sink.getvalue()])
