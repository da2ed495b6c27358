"""Reports to the tables of a dataset, one report at a time: its values join the columns, and it may go.

A report is read while it is at hand, which takes half the time of coming back to it, and nothing of it is kept but
values. Whole columns become Arrow arrays at the end.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from ..models import Report
from .arrays import build_table, integers, strings, to_array, utf8
from .reportcolumns import TABLES, Columns, turn
from .schemas import arrow_schema, load_arrow

TEXTS = "texts"
Reports = Report | Iterable[Report]


class _Head(NamedTuple):
    """What is said of a report as a whole."""

    document: int
    id: str
    key: str
    text_sha256: str
    authority: str | None
    year: int | None
    form: str | None


# What a table has of the heads beside the number and the id, which all tables have.
_OF_HEAD = {"reports": ("key", "text_sha256"), "records": ("authority", "year", "form")}


class Gatherer:
    """Takes reports, and gives the tables of all of them.

    Args:
        only: The names of the tables that are wanted; all if not given.

    Example:
        >>> from reportparse import parse_report
        >>> gatherer = Gatherer(only=["reports", "texts"])
        >>> gatherer.add(parse_report("海棠市水务局2022年政府信息公开工作年度报告"), 0)
        >>> {name: table.num_rows for name, table in gatherer.tables().items()}
        {'reports': 1, 'texts': 1}
    """

    def __init__(self, only: Sequence[str] | None = None) -> None:
        wanted = (*TABLES, TEXTS) if only is None else only
        self._columns: dict[str, Columns] = {name: make() for name, make in TABLES.items() if name in wanted}
        # For each table, the reports that have rows in it; and for each of its rows, which of these it is of.
        self._present: dict[str, list[_Head]] = {name: [] for name in self._columns}
        self._owners: dict[str, list[array[int]]] = {name: [] for name in self._columns}
        self._texts: dict[str, bytes] | None = {} if TEXTS in wanted else None

    def add(self, report: Report, document: int, *, id_: str | None = None, key: str = "") -> None:
        """Take a report.

        Args:
            report: The report. Where its values cannot be told an error is raised, and the gatherer is of no more use.
            document: Its number, for the column ``document``.
            id_: Its id, where it has another one among the others.
            key: The digest of what went into it, for the column ``key`` of ``reports``.
        """
        text, turned = utf8(report.source_text), turn(report)
        digest = sha256(text).hexdigest()
        if self._texts is not None:
            self._texts[digest] = text
        id_ = report.id if id_ is None else id_
        head = _Head(document, id_, key, digest, report.authority, report.year, report.form)
        for name, columns in self._columns.items():
            if rows := columns.add(turned):
                self._owners[name].append(array("i", [len(self._present[name])]) * rows)
                self._present[name].append(head)

    def tables(self) -> dict[str, Any]:
        """The tables, by name.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        pa = load_arrow()
        made = {}
        for name, columns in self._columns.items():
            if not self._present[name]:
                made[name] = arrow_schema(name).empty_table()
                continue
            heads = dict(zip(_Head._fields, zip(*self._present[name], strict=True), strict=True))
            owners = integers(*self._owners[name])
            given = {"id": pa.DictionaryArray.from_arrays(owners, strings(heads["id"]))}
            for column in ("document", *_OF_HEAD.get(name, ())):
                once = to_array(heads[column], arrow_schema(name).field(column).type)
                given[column] = once.take(owners)
            made[name] = build_table(name, (given | columns.arrays()).items(), len(owners))
        if self._texts is not None:
            texts = {"text_sha256": list(self._texts), "text": pa.array(self._texts.values(), pa.string())}
            made[TEXTS] = build_table(TEXTS, texts.items(), len(self._texts))
        return made


def to_tables(
    reports: Reports, *, documents: Sequence[int] | None = None, only: Sequence[str] | None = None
) -> dict[str, Any]:
    """The tables of reports, by name; see ``docs/reference/dataset.md`` for their columns.

    Args:
        reports: A report, or several.
        documents: Their numbers, for the column ``document``; from 0 if not given.
        only: The tables that are wanted; all if not given.

    Raises:
        MissingExtraError: pyarrow is not installed.

    Example:
        >>> from reportparse import parse_report
        >>> tables = to_tables(parse_report("海棠市水务局2022年政府信息公开工作年度报告"), only=["reports", "texts"])
        >>> {name: table.num_rows for name, table in tables.items()}
        {'reports': 1, 'texts': 1}
    """
    gatherer = Gatherer(only)
    for place, report in enumerate([reports] if isinstance(reports, Report) else reports):
        gatherer.add(report, place if documents is None else documents[place])
    return gatherer.tables()
