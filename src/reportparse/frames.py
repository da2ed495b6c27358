"""Reports as Arrow tables: the tables of a dataset, for one report or for many. Needs the extra ``frames``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .dataset.gather import Gatherer
from .models import Report

Reports = Report | Iterable[Report]


def records(reports: Reports) -> Any:
    """The records of reports as one Arrow table, a row a cell.

    Example:
        >>> from reportparse import parse_report
        >>> labels = ["一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理"]
        >>> rows = zip(labels, ["2000002", "1000001", "1000001", "1000001"])
        >>> report = parse_report("\\n".join(piece for label, digits in rows for piece in (label, *digits)))
        >>> records(report).select(["row", "column", "value", "is_total"]).slice(5, 2).to_pylist()
        [{'row': 'new_requests', 'column': 'other_organization', 'value': 0, 'is_total': False},
         {'row': 'new_requests', 'column': 'total', 'value': 2, 'is_total': True}]
    """
    return to_tables(reports)["records"]


def to_tables(reports: Reports) -> dict[str, Any]:
    """All tables of reports, by name; see ``docs/reference/dataset.md`` for their columns.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    gatherer = Gatherer()
    for number, report in enumerate([reports] if isinstance(reports, Report) else reports):
        gatherer.add(report, number)
    return gatherer.tables()
