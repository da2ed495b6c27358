"""The keys of all forms together: their orders and their labels."""

from itertools import product

import pytest

from reportparse.formkeys import Language, cell_label, column_label, merge_orders, row_label, table_keys, table_label
from reportparse.forms import form_keys, load_form

LANGUAGES: tuple[Language, ...] = ("zh", "en")
TABLES = [(form, table.key) for form in form_keys() for table in load_form(form).tables]


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], ()),
        ([["a", "b"], ["a", "b"]], ("a", "b")),
        ([["a", "c"], ["a", "b", "c"]], ("a", "b", "c")),
        ([["a", "total"], ["x", "y", "total"]], ("a", "x", "y", "total")),
        ([["a"], ["b"]], ("a", "b")),
        ([["a", "b"], ["b", "a"]], ("a", "b")),
    ],
)
def test_orders_are_merged_to_one(orders: list[list[str]], expected: tuple[str, ...]) -> None:
    assert merge_orders(orders) == expected


def test_every_table_of_every_form_has_its_place() -> None:
    assert set(table_keys()) == {table for _, table in TABLES}


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_labels_tell_the_cells_of_a_table_apart(form: str, table: str) -> None:
    spec = load_form(form).table(table)

    chinese, english = ({cell_label(table, *cell, language) for cell in spec.cells} for language in LANGUAGES)

    assert len(chinese) == len(english) == len(spec.cells)


def test_every_key_has_a_label_in_both_languages() -> None:
    for (form, table), language in product(TABLES, LANGUAGES):
        spec = load_form(form).table(table)

        labels = [table_label(table, language)]
        labels += [row_label(table, row.key, language) for row in spec.rows]
        labels += [column_label(table, column.key, language) for column in spec.columns]

        assert all(labels)


def test_label_is_that_of_the_newest_form() -> None:
    row = load_form("2021").table("article_20_1").row("normative_documents")

    assert row_label("article_20_1", "normative_documents", "zh") == row.label == "行政规范性文件"
