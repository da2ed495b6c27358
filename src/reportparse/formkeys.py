"""The keys of all forms together: each kind in one order, that of the print, and with its labels.

A key that no form has, as a dataset of a later version may bring it, is its own label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from . import english
from .forms import TableSpec, form_keys, load_form

Language = Literal["zh", "en"]


@cache
def table_keys() -> tuple[str, ...]:
    """The tables of all forms.

    Example:
        >>> table_keys()[:2], table_keys()[-1]
        (('article_20_1', 'article_20_5'), 'statistics')
    """
    return merge_orders([table.key for table in load_form(form).tables] for form in reversed(form_keys()))


@cache
def row_keys() -> tuple[str, ...]:
    """The rows of all tables, groups among them; a key that two tables have stands once.

    Example:
        >>> place = row_keys().index("results.other_handling")
        >>> row_keys()[place - 1], row_keys()[place + 1]
        ('results.not_processed.confirm_or_reissue', 'results.other_handling.correction_overdue')
    """
    return merge_orders([row.key for row in table.rows] for table in _tables())


@cache
def column_keys() -> tuple[str, ...]:
    """The columns of all tables; a key that two tables have stands once.

    Example:
        >>> column_keys()[-1]
        'value'
    """
    return merge_orders([column.key for column in table.columns] for table in _tables())


def merge_orders(orders: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """One order for the words of several, each of which it keeps as far as those before it do.

    A new word stands behind the one before it; at the beginning of an order, before the next one that is known.

    Example:
        >>> merge_orders([["a", "b", "total"], ["c", "total"], ["b", "d"]])
        ('a', 'b', 'd', 'c', 'total')
    """
    merged: list[str] = []
    for order in orders:
        place = None  # after the last word of this order that was placed
        for number, word in enumerate(order):
            if word not in merged:
                following = next((merged.index(later) for later in order[number + 1 :] if later in merged), None)
                at = place if place is not None else following if following is not None else len(merged)
                merged.insert(at, word)
            place = merged.index(word) + 1
    return tuple(merged)


@cache
def table_label(table: str, language: Language) -> str:
    """The label of a table, that of the newest form which has it; one without a title is called by its section.

    Example:
        >>> table_label("requests", "zh"), table_label("article_20_8", "zh")
        ('三、收到和处理政府信息公开申请情况', '第二十条第（八）项')
    """
    if table not in table_keys():
        return table
    if language == "en":
        return english.table_label(table)
    forms = [load_form(key) for key in reversed(form_keys())]
    form, spec = next((form, spec) for form in forms for spec in form.tables if spec.key == table)
    return spec.title or next(section.label for section in form.sections if section.kind == spec.section)


@cache
def row_label(table: str, row: str, language: Language) -> str:
    """The label of a row, that of the newest form which has it; under its group where two rows of a table share it.

    Example:
        >>> row_label("requests", "results.denied.state_secret", "zh")
        '1.属于国家秘密'
        >>> row_label("requests", "results.denied.state_secret", "en")
        'Denied: state secret'
        >>> row_label("statistics", "review.corrected", "zh")
        '四、行政复议数量 › （二）被依法纠错数'
    """
    labels = next((found for spec in _tables(table) if row in (found := _row_labels(spec))), None)
    if labels is None:
        return row
    if language == "en":
        return english.row_label(table, row)
    if list(labels.values()).count(labels[row]) == 1:
        return labels[row]
    return " › ".join(label for key, label in labels.items() if f"{row}.".startswith(f"{key}."))


@cache
def column_label(table: str, column: str, language: Language) -> str:
    """The label of a column, that of the newest form which has it.

    Example:
        >>> column_label("requests", "natural_person", "zh"), column_label("requests", "natural_person", "en")
        ('自然人', 'natural persons')
    """
    labels = [each.label for spec in _tables(table) for each in spec.columns if each.key == column]
    if not labels:
        return column
    return english.column_label(table, column) if language == "en" else labels[0]


def cell_label(table: str, row: str, column: str, language: Language) -> str:
    """The label of a cell: its row and, where the table has more than one, its column.

    Example:
        >>> cell_label("requests", "carried_over", "total", "zh")
        '二、上年结转政府信息公开申请数量，总计'
        >>> cell_label("statistics", "fees_collected", "value", "en")
        'Fees collected for information disclosed upon request'
    """
    label = row_label(table, row, language)
    is_only = {each.key for spec in _tables(table) for each in spec.columns} == {column}
    comma = "，" if language == "zh" else ", "
    return label if is_only else f"{label}{comma}{column_label(table, column, language)}"


@cache
def has_cell(form: str, table: str, row: str, column: str) -> bool:
    """Whether a form prints such a cell.

    Example:
        >>> has_cell("2021", "article_20_1", "rules", "issued"), has_cell("2019", "article_20_1", "rules", "issued")
        (True, False)
    """
    spec = next((spec for spec in load_form(form).tables if spec.key == table), None)
    return spec is not None and (row, column) in spec.cells


def _tables(table: str | None = None) -> list[TableSpec]:
    """The tables of all forms, or those of one key, in their order; of each that of the newest form first."""
    forms = [load_form(form) for form in reversed(form_keys())]
    keys = table_keys() if table is None else (table,)
    return [spec for key in keys for form in forms for spec in form.tables if spec.key == key]


def _row_labels(spec: TableSpec) -> dict[str, str]:
    return {row.key: row.label for row in spec.rows}
