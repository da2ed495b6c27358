"""Try the rules of a form on printed records: passed, failed or undecided.

Nothing is corrected here, and nothing is guessed: a rule with an operand that is not a certain number is undecided,
which is not passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import TYPE_CHECKING, Any

from ..forms import FormSpec, form_keys, load_form
from ..kinds import CellRef, CheckStatus, Finding, Place, Severity, Value
from ..validation import checks_of
from .rules import Plan, Relation, group_cells, group_rows, plan_checks

if TYPE_CHECKING:
    from ..models import Check, Record, Report

# The default context rounds at 28 digits; a sum of printed numbers must not.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_CELL_KEYS = ("table", "row", "column")

# What was read of each cell, as the fields of its record.
Cells = Mapping[Place, Mapping[str, Any]]

# Rules of these kinds are listed only when they fail: each printed cell has one, and a pass says little.
_TOLD_WHEN_FAILED = frozenset({"at_most", "whole"})


def check_report(report: Report, *, blank_as_zero: bool = False) -> tuple[Check, ...]:
    """Try every rule of the report's form on its records.

    Args:
        report: A parsed report, also one loaded from JSON.
        blank_as_zero: Count a blank cell as 0. A cell that holds a mark or is missing stays undecided.

    Returns:
        The checks in the order of the form; none where the report follows no known form. A table of another form,
        such as a statistics table beside a new form, is checked by the oldest form that has it.

    Raises:
        UnknownFormError: The report names a form that this version does not have.

    Example:
        >>> from reportparse import read_report
        >>> report = read_report("tests/fixtures/reports/first-report/source.txt")
        >>> checks = check_report(report)
        >>> len(checks), {check.status for check in checks}
        (40, {'passed'})
    """
    if report.form is None:
        return ()
    checks: list[Check] = []
    left = set(report.tables)
    for key in (report.form, *form_keys()):
        form = load_form(key)
        own = left & {table.key for table in form.tables}
        if own:
            records = [record for record in report.records if record.table in own]
            checks += check_records(records, form, blank_as_zero=blank_as_zero)
            left -= own
    return tuple(checks)


def check_records(records: Sequence[Record], form: FormSpec, *, blank_as_zero: bool = False) -> tuple[Check, ...]:
    """Try every rule of a form on records.

    A table that is not printed has no checks. A group row that prints values stands for the rows under it, unless
    one of them is printed too.

    Args:
        records: At most one record for a cell.
        form: The form whose keys the records use.
        blank_as_zero: Count a blank cell as 0.

    Returns:
        The checks in the order of the form. ``left`` is the printed side and ``right`` what it is compared with;
        both are None where undecided, and ``right`` is None where a cell alone breaks the rule.

    Raises:
        FormDataError: A rule of the form is broken.

    Example:
        >>> from reportparse.forms import load_form
        >>> from reportparse.models import Record
        >>> def cell(column, value):
        ...     return Record(table="review_and_litigation", row="review", column=column, label="行政复议",
        ...                   raw=str(value), unit="件", state="value", value=value, certain=True, span=None)
        >>> printed = {"upheld": 10, "corrected": 1, "other": 0, "pending": 0, "total": 0}
        >>> check = check_records([cell(*item) for item in printed.items()], load_form("2021"))[0]
        >>> check.rule, check.status, check.left, check.right
        ('review_sum', 'failed', 0, 11)
    """
    return decide(cells_of(records), form, blank_as_zero=blank_as_zero).checks


@dataclass(frozen=True, slots=True)
class Decided:
    """What the rules of a form say of some cells: the checks, and what those who explain them need.

    ``printed`` are the places of the cells in their order, missing ones left out; ``values`` are the numbers that
    were used, with 0 for those of ``blanks`` that count as 0. ``failed`` and ``passed`` are the relations that were
    decided; ``passed`` holds none of the kind ``whole``, which says nothing about other cells. ``compared`` are the
    cells that stand in a decided relation with others.
    """

    plan: Plan
    checks: tuple[Check, ...]
    printed: Sequence[Place]
    values: Mapping[Place, Value]
    blanks: Set[Place]
    failed: tuple[Relation, ...]
    passed: tuple[Relation, ...]
    compared: Set[Place]


def cells_of(records: Iterable[Record]) -> Cells:
    """Records as the cells that rules are tried on."""
    return {(record.table, record.row, record.column): vars(record) for record in records}


def decide(cells: Cells, form: FormSpec, *, blank_as_zero: bool = False) -> Decided:
    """Try every rule of a form on cells, as :func:`check_records` does on records, and keep what was tried."""
    printed, values, blanks = _read(cells, blank_as_zero=blank_as_zero)
    plan = plan_checks(form, _standing(printed, form))
    odd = [place for place, value in values.items() if value.__class__ is not int or value < 0]
    no_counts = {place for place in odd if place in plan.counts and not is_count(values[place])}
    tables = {place[0] for place in printed}
    checks, failed, passed = [], [], []
    for relation in plan.relations if no_counts else plan.between:
        kind = relation.rule.kind
        if relation.table not in tables or (kind == "whole" and relation.left[0] not in no_counts):
            continue
        status, left, right = try_relation(relation, values)
        if status == "failed":
            failed.append(relation)
        elif status == "passed" and kind != "whole":
            passed.append(relation)
        if status == "failed" or kind not in _TOLD_WHEN_FAILED:
            checks.append(_fields(relation, status, left, right))
    compared = set[Place]().union(*(one.operands for one in (*failed, *passed) if one.rule.kind != "whole"))
    return Decided(plan, checks_of(checks), printed, values, blanks, tuple(failed), tuple(passed), compared)


class CellNames:
    """Labels for messages: as printed where they are, else as the form has them."""

    def __init__(self, cells: Cells, form: FormSpec) -> None:
        self._cells = cells
        self._rows = {(table.key, row.key): row.label for table in form.tables for row in table.rows}
        self._columns = {(table.key, column.key): column.label for table in form.tables for column in table.columns}
        for (table, row, _), fields in cells.items():
            self._rows[table, row] = "".join(fields["label"].split())

    def row(self, place: Place) -> str:
        """The row of a cell."""
        return f"row {self._rows[place[0], place[1]]}"

    def column(self, place: Place) -> str:
        """The column of a cell."""
        return f"column {self._columns[place[0], place[2]]}"

    def cell(self, place: Place) -> str:
        """A cell by its row and column."""
        return f"{self.row(place)}, {self.column(place)}"

    def finding(self, message: str, places: Sequence[Place], *, code: str, severity: Severity) -> Finding:
        """A finding about cells, with the spans of those that are printed."""
        spans = [self._cells[place]["span"] for place in places if place in self._cells]
        return Finding(
            code=code,
            severity=severity,
            message=f"{message}; kept as printed",
            spans=tuple(span for span in spans if span is not None),
            cells=tuple(CellRef(table=table, row=row, column=column) for table, row, column in places),
        )


def failure_finding(relation: Relation, decided: Decided, names: CellNames) -> Finding:
    """Tell of one failed relation: what is printed where, and what was expected."""
    rule, first = relation.rule, relation.left[0]
    _, left, right = try_relation(relation, decided.values)
    if rule.kind == "whole":
        told = f"{names.cell(first)}: printed {left}, expected a whole number from 0 on"
        return names.finding(told, relation.cells, code="not_a_count", severity=rule.severity)
    if rule.kind == "at_most":
        told = f"{names.cell(first)}: printed {left}, more than {right} in {names.row(relation.right[0])}"
        return names.finding(told, relation.cells, code="part_exceeds_whole", severity=rule.severity)
    across = rule.scope == "row"
    if len(relation.left) == 1:
        told = f"{names.cell(first)}: printed {left}, {'columns' if across else 'rows'} sum to {right}"
    else:
        line, name = (names.row, names.column) if across else (names.column, names.row)
        sides = [" and ".join(map(name, side)) for side in (relation.left, relation.right)]
        told = f"{line(first)}: {sides[0]} sum to {left}, {sides[1]} sum to {right}"
    return names.finding(told, relation.cells, code="sum_differs", severity=rule.severity)


def coverage_findings(decided: Decided) -> Iterator[Finding]:
    """What the checks took for granted, and what they cannot see."""
    blanks = len(decided.blanks & decided.compared)
    unseen = Counter(place[0] for place in decided.printed if place not in decided.compared)
    if blanks:
        told = f"{blanks} blank cells were counted as 0 by the checks; the records keep them blank"
        yield Finding(code="blanks_counted_as_zero", severity="note", message=told)
    if unseen:
        tables = ", ".join(f"{table} {count}" for table, count in unseen.items())
        told = f"{unseen.total()} of {len(decided.printed)} printed cells stand in no decided check ({tables})"
        yield Finding(code="unchecked_cells", severity="note", message=told)


def _read(cells: Cells, *, blank_as_zero: bool) -> tuple[list[Place], dict[Place, Value], set[Place]]:
    """The places of all cells but missing ones, the certain numbers, and the places that are certainly blank."""
    printed: list[Place] = []
    values: dict[Place, Value] = {}
    blanks: set[Place] = set()
    for place, fields in cells.items():
        state = fields["state"]
        if state == "missing":
            continue
        printed.append(place)
        if fields["certain"]:
            value = fields["value"]
            if value is not None:
                values[place] = value
            elif state == "blank":
                blanks.add(place)
    if blank_as_zero:
        values.update(dict.fromkeys(blanks, 0))
    return printed, values, blanks


def try_relation(relation: Relation, values: Mapping[Place, Value]) -> tuple[CheckStatus, Value | None, Value | None]:
    """Decide one relation: its status, its left and its right side.

    Example:
        >>> from reportparse.forms import load_form
        >>> relation = plan_checks(load_form("2021")).relations[0]
        >>> try_relation(relation, {})
        ('undecided', None, None)
    """
    number = values.__getitem__
    try:
        left, right = sum(map(number, relation.left)), sum(map(number, relation.right))
    except KeyError:
        return "undecided", None, None
    if left.__class__ is not int or right.__class__ is not int:  # a plain sum of decimals may be rounded
        left, right = exact_sum([*map(number, relation.left)]), exact_sum([*map(number, relation.right)])
    kind = relation.rule.kind
    if kind == "whole":
        return ("passed" if is_count(left) else "failed"), left, None
    holds = left <= right if kind == "at_most" else left == right
    return ("passed" if holds else "failed"), left, right


def exact_sum(values: Sequence[Value]) -> Value:
    """Add integers and decimals without rounding.

    Example:
        >>> exact_sum([2, Decimal("0.10"), Decimal(10) ** 27])
        Decimal('1000000000000000000000000002.10')
    """
    total = sum(values)
    if isinstance(total, int):
        return total
    exact = Decimal(0)
    for value in values:
        exact = _EXACT.add(exact, value)
    return exact


def is_count(value: Value) -> bool:
    """Whether a number can be a count: whole and not negative."""
    return value >= 0 and (isinstance(value, int) or value == value.to_integral_value())


def _standing(printed: Sequence[Place], form: FormSpec) -> frozenset[tuple[str, str]]:
    """Group rows, as table and row key, that print values while no row under them does."""
    if group_cells(form).isdisjoint(printed):
        return frozenset()
    groups = group_rows(form)
    rows = {place[:2] for place in printed}
    return frozenset(row for row in rows & groups.keys() if not any(under in rows for under in groups[row]))


def _fields(relation: Relation, status: CheckStatus, left: Value | None, right: Value | None) -> dict[str, Any]:
    cells = tuple(dict(zip(_CELL_KEYS, at, strict=True)) for at in relation.cells) if status == "failed" else ()
    return {
        "rule": relation.rule.key,
        "table": relation.table,
        "scope": relation.scope.copy(),
        "status": status,
        "left": left,
        "right": right,
        "cells": cells,
    }
