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
from ..kinds import CellRef, CheckStatus, Finding, Severity, Value
from ..validation import checks_of
from .rules import Place, Plan, Relation, group_rows, plan_checks

if TYPE_CHECKING:
    from ..models import Check, Record, Report

# The default context rounds at 28 digits; a sum of printed numbers must not.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)

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
    values = values_of(records, blank_as_zero=blank_as_zero)
    no_counts = {place for place, value in values.items() if not is_count(value)}
    rows = _printed_rows(records)
    tables = {table for table, _ in rows}
    checks = []
    plan = plan_checks(form, _standing(rows, form))
    for relation in plan.relations if no_counts else plan.between:
        kind = relation.rule.kind
        if relation.table not in tables or (kind == "whole" and relation.left[0] not in no_counts):
            continue
        status, left, right = try_relation(relation, values)
        if status == "failed" or kind not in _TOLD_WHEN_FAILED:
            checks.append(_fields(relation, status, left, right))
    return checks_of(checks)


def plan_records(records: Sequence[Record], form: FormSpec) -> Plan:
    """What the rules of a form state about these records.

    Only a group row that prints values, while no row under it does, changes what the form states.
    """
    return plan_checks(form, _standing(_printed_rows(records), form))


@dataclass(frozen=True, slots=True)
class Decided:
    """What checks decided: the numbers they used, and the relations that these break and keep.

    ``passed`` holds no relation of the kind ``whole``: it says nothing about other cells. ``compared`` are the cells
    that stand in a relation with others.
    """

    plan: Plan
    values: Mapping[Place, Value]
    failed: tuple[Relation, ...]
    passed: tuple[Relation, ...]
    compared: Set[Place]


def decide(checks: Sequence[Check], records: Sequence[Record], form: FormSpec) -> Decided:
    """Lead checks back to the relations they tried; undecided ones are left out."""
    plan = plan_records(records, form)
    values = values_of(records)
    broken = {
        (check.rule, *((cell.table, cell.row, cell.column) for cell in check.cells))
        for check in checks
        if check.status == "failed"
    }
    kept = {(check.rule, check.table, *check.scope.items()) for check in checks if check.status == "passed"}
    failed, passed = [], []
    for relation in plan.relations if broken else plan.between:
        rule = relation.rule
        if broken and (rule.key, *relation.cells) in broken:
            failed.append(relation)
        elif rule.kind == "at_most":
            # Listed only when it fails, so its passing is found out here.
            if try_relation(relation, values)[0] == "passed":
                passed.append(relation)
        elif rule.kind != "whole" and (rule.key, relation.table, *relation.scope) in kept:
            passed.append(relation)
    compared = _places(relation for relation in (*failed, *passed) if relation.rule.kind != "whole")
    # A check that was decided without a number at some place counted a blank there as zero.
    values.update(dict.fromkeys(compared - values.keys(), 0))
    return Decided(plan, values, tuple(failed), tuple(passed), compared)


class CellNames:
    """Labels for messages: as printed where they are, else as the form has them."""

    def __init__(self, records: Sequence[Record], form: FormSpec) -> None:
        self.records: dict[Place, Record] = {}
        self._rows = {(table.key, row.key): row.label for table in form.tables for row in table.rows}
        self._columns = {(table.key, column.key): column.label for table in form.tables for column in table.columns}
        for record in records:
            self.records[record.table, record.row, record.column] = record
            self._rows[record.table, record.row] = "".join(record.label.split())

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
        records = [self.records[place] for place in places if place in self.records]
        return Finding(
            code=code,
            severity=severity,
            message=f"{message}; kept as printed",
            spans=tuple(record.span for record in records if record.span is not None),
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


def coverage_findings(decided: Decided, records: Sequence[Record]) -> Iterator[Finding]:
    """What the checks took for granted, and what they cannot see."""
    blanks, unseen, printed = 0, Counter[str](), 0
    for record in records:
        if record.state == "missing":
            continue
        printed += 1
        if (record.table, record.row, record.column) not in decided.compared:
            unseen[record.table] += 1
        elif record.certain and record.state == "blank":
            blanks += 1
    if blanks:
        told = f"{blanks} blank cells were counted as 0 by the checks; the records keep them blank"
        yield Finding(code="blanks_counted_as_zero", severity="note", message=told)
    if unseen:
        tables = ", ".join(f"{table} {count}" for table, count in unseen.items())
        told = f"{unseen.total()} of {printed} printed cells stand in no decided check ({tables})"
        yield Finding(code="unchecked_cells", severity="note", message=told)


def values_of(records: Sequence[Record], *, blank_as_zero: bool = False) -> dict[Place, Value]:
    """The certain numbers of records by their place; every other cell is left out."""
    values: dict[Place, Value] = {}
    for record in records:
        if not record.certain:
            continue
        if record.value is not None:
            values[record.table, record.row, record.column] = record.value
        elif blank_as_zero and record.state == "blank":
            values[record.table, record.row, record.column] = 0
    return values


def try_relation(relation: Relation, values: Mapping[Place, Value]) -> tuple[CheckStatus, Value | None, Value | None]:
    """Decide one relation: its status, its left and its right side.

    Example:
        >>> from reportparse.forms import load_form
        >>> relation = plan_checks(load_form("2021")).relations[0]
        >>> try_relation(relation, {})
        ('undecided', None, None)
    """
    try:
        left = exact_sum([values[place] for place in relation.left])
        right = exact_sum([values[place] for place in relation.right])
    except KeyError:
        return "undecided", None, None
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


def _places(relations: Iterable[Relation]) -> set[Place]:
    return set[Place]().union(*(side for relation in relations for side in (relation.left, relation.right)))


def _printed_rows(records: Sequence[Record]) -> set[tuple[str, str]]:
    return {(record.table, record.row) for record in records if record.state != "missing"}


def _standing(printed: Set[tuple[str, str]], form: FormSpec) -> frozenset[tuple[str, str]]:
    """Group rows, as table and row key, that print values while no row under them does."""
    groups = group_rows(form)
    return frozenset(row for row in printed & groups.keys() if not any(under in printed for under in groups[row]))


def _fields(relation: Relation, status: CheckStatus, left: Value | None, right: Value | None) -> dict[str, Any]:
    cells = relation.cells if status == "failed" else ()
    return {
        "rule": relation.rule.key,
        "table": relation.table,
        "scope": dict(relation.scope),
        "status": status,
        "left": left,
        "right": right,
        "cells": tuple({"table": table, "row": row, "column": column} for table, row, column in cells),
    }
