"""The tables of a dataset as data, as Arrow schemas and as a page of the reference."""

import pytest

from locations import ROOT
from reportparse.dataset.schemas import TYPES, arrow_schema, dataset_tables, render_dataset

PAGE = ROOT / "docs" / "reference" / "dataset.md"


def test_reference_is_what_the_schema_prints() -> None:
    page = PAGE.read_text("utf-8")

    assert page[page.index("## `reports`") :] == render_dataset().rstrip() + "\n"


def test_every_column_has_a_known_type_and_a_description_in_two_languages() -> None:
    columns = [column for table in dataset_tables().values() for column in table.columns]

    assert {column.type for column in columns} == set(TYPES)
    assert all(column.says and any("\u4e00" <= sign <= "\u9fff" for sign in column.label) for column in columns)


def test_names_of_columns_are_unique_in_their_table() -> None:
    for table in dataset_tables().values():
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))


def test_fields_carry_their_descriptions() -> None:
    pytest.importorskip("pyarrow", reason="schemas need the extra frames")

    for name, table in dataset_tables().items():
        schema = arrow_schema(name)
        assert [field.metadata[b"description"].decode() for field in schema] == [c.says for c in table.columns]
        assert [field.nullable for field in schema] == [c.nullable for c in table.columns]
