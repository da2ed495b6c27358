"""English labels: complete, and none too many."""

import pytest

from reportparse import english
from reportparse.errors import FormDataError
from reportparse.forms import form_keys, load_form
from reportparse.resources import read_json

TABLES = [(key, table.key) for key in form_keys() for table in load_form(key).tables]


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_every_table_row_column_and_unit_has_an_english_label(form: str, table: str) -> None:
    spec = load_form(form).table(table)

    labels = [english.table_label(table)]
    labels += [english.row_label(table, row.key) for row in spec.rows]
    labels += [english.column_label(table, column.key) for column in spec.columns]

    assert all(labels)
    units = {spec.unit, *(row.unit for row in spec.rows), *(column.unit for column in spec.columns)} - {None}
    assert units <= set(read_json("english.json")["units"])


def test_no_label_names_what_no_form_has() -> None:
    specs = [table for key in form_keys() for table in load_form(key).tables]
    rows = {(table.key, row.key) for table in specs for row in table.rows}
    columns = {(table.key, column.key) for table in specs for column in table.columns}

    data = read_json("english.json")["tables"]

    assert {(table, row) for table, labels in data.items() for row in labels["rows"]} == rows
    assert {(table, column) for table, labels in data.items() for column in labels["columns"]} == columns


@pytest.mark.parametrize("table", sorted(read_json("english.json")["tables"]))
def test_rows_of_a_table_have_different_labels(table: str) -> None:
    labels = list(read_json("english.json")["tables"][table]["rows"].values())

    assert len(set(labels)) == len(labels)


def test_unknown_key_is_a_fault_of_the_data() -> None:
    with pytest.raises(FormDataError, match=r"no English label for row requests\.no_row"):
        english.row_label("requests", "no_row")
    with pytest.raises(FormDataError, match="no English label for table no_table"):
        english.table_label("no_table")
