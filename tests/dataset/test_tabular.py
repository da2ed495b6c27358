"""Small tables: what they give to other libraries, and what they say without them."""

import sys
from decimal import Decimal

import pytest

from reportparse.dataset.tabular import Column, Frame
from reportparse.errors import MissingExtraError

FRAME = Frame(
    [
        Column("name", "string", "a name", ["a", None]),
        Column("kind", "key", "a kind", ["x", "x"]),
        Column("count", "int64", "a count", [1, None]),
        Column("money", "decimal", "money", [Decimal("0.1"), None]),
        Column("share", "float64", "a share", [0.5, None]),
        Column("is_told", "bool", "a truth", [True, None]),
    ]
)


def test_arrow_keeps_types_descriptions_and_nulls() -> None:
    pa = pytest.importorskip("pyarrow")

    table = pa.table(FRAME)

    assert table.schema.names == list(FRAME.names)
    assert table.schema.field("money").type == pa.decimal128(38, 9)
    assert [column.null_count for column in table.columns] == [1, 0, 1, 1, 1, 1]
    assert table.schema.field("count").metadata == {b"description": b"a count"}


def test_rows_and_columns_need_no_library() -> None:
    assert FRAME["count"] == (1, None)
    assert next(iter(FRAME.rows()))["money"] == Decimal("0.1")
    assert repr(FRAME).startswith("Frame(2 rows: name, kind")


@pytest.mark.parametrize(
    ("method", "library"), [("to_arrow", "pyarrow"), ("to_pandas", "pandas"), ("to_polars", "polars")]
)
def test_missing_library_is_named(method: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingExtraError, match=library) as raised:
        getattr(Frame(FRAME.columns), method)()

    assert raised.value.code == "extra_missing"


def test_table_without_rows_has_its_columns() -> None:
    pytest.importorskip("pyarrow")
    empty = Frame([Column("name", "string", "a name", []), Column("money", "decimal", "money", [])])

    assert empty.to_arrow().num_rows == 0
    assert len(Frame([])) == 0


def test_text_that_utf_8_lacks_does_not_stop_a_table() -> None:
    pytest.importorskip("pyarrow")
    frame = Frame([Column("id", "string", "a name", ["a\udcff", None])])

    assert frame.to_arrow()["id"].to_pylist() == ["a\ufffd", None]
