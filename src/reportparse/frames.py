"""Reports as tables for pandas, polars, DuckDB and whatever else takes Arrow. Needs the extra ``frames``.

Each function takes one report, several, or what is on disk of them: the folder of a dataset that ``reportparse batch``
wrote, or a file of JSON Lines. A dataset of Parquet files is read by its columns, whatever its size.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Literal, NamedTuple, get_args

from .dataset.arrays import to_ordered
from .dataset.reporttables import to_tables
from .dataset.schemas import arrow_schema
from .dataset.stored import is_dataset, iter_reports, read_failures, read_table, skip_unreadable
from .dataset.tabular import Frame
from .formkeys import column_keys, row_keys, table_keys
from .forms import form_keys
from .libraries import load_library
from .models import CellState, CheckStatus, Report, SectionKind, Severity

Source = Report | Iterable[Report] | str | os.PathLike[str]
Labels = Literal["key", "zh", "en"]

_HEADS = ("document", "id", "authority", "year", "form")
_CHUNK = 500  # reports that become rows at a time, so that not all are held


def reports(source: Source) -> Frame:
    """One row per report: who, which year, by which form, from which file, and the counts of what was found.

    Documents that could not be read are in no row; ``left_out`` names them.

    Args:
        source: A report, several, the folder of a dataset, or a file of JSON Lines.

    Raises:
        InputError: The path holds no complete dataset and no JSON Lines.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> frame = reports(parse_report("海棠市水务局2022年政府信息公开工作年度报告", name="a.txt"))
        >>> frame["id"], frame["authority"], frame["year"]
        (('a',), ('海棠市水务局',), (2022,))
    """
    return _frame("reports", source)


def records(source: Source, *, labels: Labels = "key") -> Frame:
    """One row per cell of a table of a form, with its value, its state and where it is printed.

    A value is null where the cell is blank, in doubt or holds no number; ``state`` and ``certain`` say which.
    ``is_total`` marks the rows and columns that the form sums from others: :meth:`Frame.details` leaves them out, so
    that a sum counts nothing twice. ``table``, ``row`` and ``column`` are categories in the order of the forms.
    :meth:`Frame.wide` puts the cells of a report side by side.

    Args:
        source: A report, several, the folder of a dataset, or a file of JSON Lines.
        labels: What stands in ``table``, ``row`` and ``column``: keys, or labels of the forms in Chinese or English.

    Raises:
        InputError: The path holds no complete dataset and no JSON Lines.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> head = "\\t自然人\\t商业企业\\t科研机构\\t社会公益组织\\t法律服务机构\\t其他\\t总计"
        >>> rows = ["一、本年新收政府信息公开申请数量\\t4\\t0\\t0\\t0\\t0\\t2\\t6", "（七）总计" + "\\t0" * 7]
        >>> report = parse_report("\\n".join([head, *rows]))
        >>> frame = records(report)
        >>> frame["value"][:7], sum(frame["value"]), sum(frame.details()["value"])
        ((4, 0, 0, 0, 0, 2, 6), 12, 6)
        >>> records(report, labels="zh")["column"][:3], records(report, labels="en")["row"][0]
        (('自然人', '商业企业', '科研机构'), 'Requests newly received this year')
    """
    frame = _frame("records", source)
    return frame if labels == "key" else frame.labelled(labels)


def sections(source: Source) -> Frame:
    """One row per section and subsection, with its text in Simplified characters where the reports carry it.

    Args:
        source: A report, several, the folder of a dataset, or a file of JSON Lines, which carries no text.

    Raises:
        InputError: The path holds no complete dataset and no JSON Lines.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> report = parse_report("海棠市水務局2022年政府信息公開工作年度報告\\n一、總體情況\\n全年公開12條。")
        >>> frame = sections(report)
        >>> frame["kind"], frame["text"]
        (('overview',), ('一、总体情况\\n全年公开12条。',))
    """
    return _frame("sections", source)


def checks(source: Source, *, labels: Labels = "key") -> Frame:
    """One row per rule tried at one place: what it compared, and whether it passed, failed or is undecided.

    Args:
        source: A report, several, the folder of a dataset, or a file of JSON Lines.
        labels: What stands in ``table``, ``row`` and ``column``: keys, or labels of the forms in Chinese or English.

    Raises:
        InputError: The path holds no complete dataset and no JSON Lines.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> head = "\\t自然人\\t商业企业\\t科研机构\\t社会公益组织\\t法律服务机构\\t其他\\t总计"
        >>> rows = ["一、本年新收政府信息公开申请数量\\t4\\t0\\t0\\t0\\t0\\t2\\t5", "（七）总计" + "\\t0" * 7]
        >>> report = parse_report("\\n".join([head, *rows]))
        >>> [(row["rule"], row["row"]) for row in checks(report).rows() if row["status"] == "failed"]
        [('applicant_sum', 'new_requests')]
    """
    frame = _frame("checks", source)
    return frame if labels == "key" else frame.labelled(labels)


def findings(source: Source) -> Frame:
    """One row per finding: what is odd about a report, how grave it is, and where it stands.

    Args:
        source: A report, several, the folder of a dataset, or a file of JSON Lines.

    Raises:
        InputError: The path holds no complete dataset and no JSON Lines.
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> findings(parse_report("一、总体情况\\n全年公开12条。"))["code"]
        ('not_a_report',)
    """
    return _frame("findings", source)


class _Loaded(NamedTuple):
    """A table, the heads of its reports, and the documents that are in neither."""

    table: Any
    heads: Any
    left_out: tuple[tuple[str, str], ...]


def _frame(name: str, source: Source) -> Frame:
    if isinstance(source, str | os.PathLike) and is_dataset(source):
        loaded = _of_dataset(name, source)
    elif isinstance(source, str | os.PathLike):
        loaded = _of_reports(name, iter_reports(source))
    else:
        loaded = _of_reports(name, [source] if isinstance(source, Report) else source)
    heads = Frame.from_arrow(_ordered(loaded.heads)) if name == "records" else None
    return Frame.from_arrow(_ordered(loaded.table), reports=heads, left_out=loaded.left_out)


def _of_dataset(name: str, folder: str | os.PathLike[str]) -> _Loaded:
    return _Loaded(read_table(folder, name), read_table(folder, "reports", _HEADS), read_failures(folder))


def _of_reports(name: str, many: Iterable[Report]) -> _Loaded:
    pa = load_library("pyarrow")
    left_out: list[tuple[str, str]] = []
    found: dict[str, list[Any]] = {table: [arrow_schema(table).empty_table()] for table in (name, "reports")}
    numbered = ((number, one) for number, report in enumerate(many) for one in skip_unreadable([report], left_out))
    while chunk := list(islice(numbered, _CHUNK)):
        documents = [number for number, _ in chunk]
        made = to_tables([report for _, report in chunk], documents=documents, only=tuple(found))
        for table, rows in made.items():
            found[table].append(rows)
    tables = {table: pa.concat_tables(parts) for table, parts in found.items()}
    return _Loaded(tables[name], tables["reports"].select(_HEADS), tuple(left_out))


def _ordered(table: Any) -> Any:
    """A table whose keys are categories in the order that their kind has."""
    pa = load_library("pyarrow")
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and field.name in _orders():
            column = to_ordered(table[field.name], _orders()[field.name])
            table = table.set_column(at, field.with_type(column.type), column)
    return table


@cache
def _orders() -> Mapping[str, Sequence[str]]:
    """The order of the keys of a column, by its name."""
    return {
        "table": table_keys(),
        "row": row_keys(),
        "column": column_keys(),
        "form": form_keys(),
        "state": get_args(CellState),
        "status": get_args(CheckStatus),
        "severity": get_args(Severity)[::-1],
        "kind": get_args(SectionKind),
    }
