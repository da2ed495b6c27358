"""English labels of tables, rows, columns and units, by the keys of the forms.

The official labels stand in the form files; the translations are data of our own, ``data/english.json``.
"""

from __future__ import annotations

from typing import Any

from .errors import FormDataError
from .resources import read_json

_FILE = "english.json"


def table_label(table: str) -> str:
    """The English label of a table.

    Example:
        >>> table_label("article_20_8")
        'Article 20(8): administrative and institutional fees'
    """
    return str(_table(table)["label"])


def row_label(table: str, row: str) -> str:
    """The English label of a row.

    Example:
        >>> row_label("requests", "results.denied.state_secret")
        'Denied: state secret'
    """
    return _named(_table(table)["rows"], row, f"row {table}.{row}")


def column_label(table: str, column: str) -> str:
    """The English label of a column.

    Example:
        >>> column_label("review_and_litigation", "upheld")
        'upheld'
    """
    return _named(_table(table)["columns"], column, f"column {table}.{column}")


def cell_label(table: str, row: str, column: str) -> str:
    """The English label of a cell: its row and, where the table has more than one, its column.

    Example:
        >>> cell_label("requests", "carried_over", "total")
        'Requests carried over from last year, total'
        >>> cell_label("statistics", "review.upheld", "value")
        'Reconsiderations: act upheld'
    """
    label = row_label(table, row)
    return label if len(_table(table)["columns"]) == 1 else f"{label}, {column_label(table, column)}"


def unit_label(unit: str) -> str:
    """The English name of a unit; a unit that is not listed is given back as it is.

    Example:
        >>> unit_label("万元"), unit_label("册")
        ('10,000 yuan', '册')
    """
    return str(read_json(_FILE)["units"].get(unit, unit))


def _table(key: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = read_json(_FILE)["tables"][key]
    except KeyError as error:
        raise _missing(f"table {key}") from error
    return found


def _named(labels: dict[str, str], key: str, what: str) -> str:
    try:
        return labels[key]
    except KeyError as error:
        raise _missing(what) from error


def _missing(what: str) -> FormDataError:
    return FormDataError(f"no English label for {what}", code="data_file_broken", place=f"data/{_FILE}")
