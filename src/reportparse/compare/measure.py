"""The value of a variable in one report: a number, or none and the reason why.

A sum with an operand that is no certain number has no value; nothing is counted as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from ..forms import form_keys, load_form
from ..judgement.checks import exact_sum
from ..models import Report, Value
from .crosswalk import Part, Place, Rate, Series, find_series, money_unit

# What a value or its absence is called, and what that means. A sum has the state of its first operand in this order.
STATES: Mapping[str, str] = MappingProxyType(
    {
        "not_in_form": "the form of the report has no such cell",
        "not_joined": "the cell of this form must not be joined with those of newer forms",
        "doubtful": "the print admits more than one reading; the report lists the candidates",
        "too_large": "a count beyond 64 bits, or a decimal beyond 29 digits before and 9 after its point",
        "not_whole": "a count that is printed with a fraction",
        "unreadable": "something is printed that is no number",
        "missing": "the form has the cell, the report does not print it",
        "blank": "the cell is printed and empty",
        "not_applicable": "the cell holds a mark such as - or 无",
        "other_unit": "an amount that is printed in another unit than the variable has, and was not to be converted",
        "unit_unknown": "an amount whose unit neither the form nor the report prints",
        "undefined": "the denominator of a rate is 0",
        "no_report": "there is no report of this year",
        "conflict": "reports of this year give different values, and nothing tells which one is meant",
        "value": "a number",
    }
)
_RANKS = {state: rank for rank, state in enumerate(STATES)}
_MAX_COUNT = 2**63 - 1
_MAX_MONEY = 10**29
_MONEY_PLACES = 9


class Printed(NamedTuple):
    """What a report prints in a cell.

    Example:
        >>> Printed(value=None, state="blank", certain=True).state
        'blank'
    """

    value: Value | None
    state: str | None
    certain: bool
    unit: str | None = None


class Measured(NamedTuple):
    """The value of a variable; ``reason`` says why there is none.

    Example:
        >>> Measured(3, "value")
        Measured(value=3, state='value', reason='')
    """

    value: Value | Fraction | None
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a panel needs to know of one report.

    Attributes:
        id: The id of the report.
        authority: Who reports, as printed.
        year: The year it is about.
        form: The form that it follows.
        date: When it was collected, if an archive or the caller says so.
        sha256: The hash of its bytes.
        cells: What its tables print.
        failed: How many checks failed.

    Example:
        >>> Facts("a", "海棠市", 2022, "2021", None, "", {}, 0).year
        2022
    """

    id: str
    authority: str | None
    year: int | None
    form: str | None
    date: str | None
    sha256: str
    cells: Mapping[Place, Printed]
    failed: int


def facts_of(report: Report) -> Facts:
    """What a panel needs to know of a report.

    Example:
        >>> from reportparse import parse_report
        >>> facts = facts_of(parse_report("海棠市水务局2022年政府信息公开工作年度报告", name="a.txt"))
        >>> facts.id, facts.authority, facts.year, facts.form
        ('a', '海棠市水务局', 2022, None)
    """
    return Facts(
        id=report.id,
        authority=report.authority,
        year=report.year,
        form=report.form,
        date=report.source.date,
        sha256=report.source.sha256,
        cells={(r.table, r.row, r.column): Printed(r.value, r.state, r.certain, r.unit) for r in report.records},
        failed=sum(check.status == "failed" for check in report.checks),
    )


def measure(series: Series, facts: Facts, *, convert_units: bool = False) -> Measured:
    """The value of a series in one report.

    Args:
        series: The series.
        facts: The report.
        convert_units: Convert amounts that are printed in another unit. Without it they have no value.

    Example:
        >>> cell = ("requests", "new_requests", "total")
        >>> facts = Facts("a", "某市水务局", 2022, "2021", None, "", {cell: Printed(None, "blank", True)}, 0)
        >>> measure(find_series("requests.new_requests.total"), facts)
        Measured(value=None, state='blank', reason='requests.new_requests.total')
    """
    if facts.form is None:
        return Measured(None, "missing", "the report follows no known form")
    form = facts.form
    part = next((part for part in series.parts if part.form == form), None)
    # A table of another form, such as the statistics of 2014 beside the form of 2019, counts where it is printed.
    part = part or next((part for part in series.parts if _is_printed(part, facts)), None)
    if part is not None:
        return _amount(part, facts, convert_units) if series.type == "money" else _whole(_sum(part, facts))
    return Measured(None, "not_joined" if form in series.refused else "not_in_form", series.why_not(form))


def measure_rate(rate: Rate, facts: Facts) -> Measured:
    """The value of a derived rate in one report, as an exact fraction.

    Example:
        >>> from reportparse.compare.crosswalk import rates
        >>> total, granted = ("requests", "results.total", "total"), ("requests", "results.granted", "total")
        >>> cells = {total: Printed(8, "value", True), granted: Printed(2, "value", True)}
        >>> facts = Facts("a", "某市水务局", 2022, "2021", None, "", cells, 0)
        >>> measure_rate(rates()[0], facts).value
        Fraction(1, 4)
    """
    sums = []
    for side in (rate.numerator, rate.denominator):
        parts = [measure(find_series(key), facts) for key in side]
        worst = min(parts, key=lambda part: _RANKS[part.state])
        if worst.state != "value":
            return worst
        sums.append(Fraction(sum(Fraction(part.value) for part in parts if part.value is not None)))
    numerator, denominator = sums
    if denominator == 0:
        return Measured(None, "undefined", f"{' + '.join(rate.denominator)} is 0")
    return Measured(numerator / denominator, "value")


def _is_printed(part: Part, facts: Facts) -> bool:
    """Whether the report prints the table of a part, which belongs to another form than its own."""
    tables = {cell[0] for cell in part.cells}
    if not tables <= {cell[0] for cell in facts.cells}:
        return False
    return all(_form_of(table, facts.form) == part.form for table in tables)


def _form_of(table: str, form: str | None) -> str | None:
    """The form that a printed table belongs to: that of the report, else the oldest that has it."""
    keys = (*filter(None, [form]), *form_keys())
    return next((key for key in keys if any(spec.key == table for spec in load_form(key).tables)), None)


def _sum(part: Part, facts: Facts) -> Measured:
    cells = [cell for top in part.cells for cell in _leaves(top, part.form, facts)]
    printed = [facts.cells.get(cell, _NOT_PRINTED) for cell in cells]
    states = [_state(one) for one in printed]
    worst = min(states, key=_RANKS.__getitem__)
    if worst != "value":
        blamed = [".".join(cell) for cell, state in zip(cells, states, strict=True) if state == worst]
        return Measured(None, worst, ", ".join(blamed))
    total = exact_sum([one.value for one in printed if one.value is not None])
    return Measured(total, "value") if _fits(total) else Measured(None, "too_large", str(part))


def _whole(measured: Measured) -> Measured:
    """A count as an integer, or the state that it is none."""
    value = measured.value
    if value is None or isinstance(value, int):
        return measured
    return Measured(int(value), "value") if value == int(value) else Measured(None, "not_whole", str(value))


def _amount(part: Part, facts: Facts, convert: bool) -> Measured:
    """An amount of money in the unit of all panels. A form that prints no unit leaves it to the report."""
    measured = _sum(part, facts)
    if not isinstance(measured.value, int | Decimal):
        return measured
    unit, factors = money_unit()
    printed = facts.cells[part.cells[0]].unit
    if printed == unit:
        return measured
    if printed is None:
        return Measured(None, "unit_unknown", f"{measured.value} without a unit")
    if not convert or printed not in factors:
        return Measured(None, "other_unit", f"{measured.value} {printed}")
    value = Decimal(measured.value) * factors[printed]
    return Measured(value, "value") if _fits(value) else Measured(None, "too_large", str(part))


def _leaves(cell: Place, form: str, facts: Facts) -> Sequence[Place]:
    """A cell, or for a group the cells under it; a group that prints a value while none under it does is itself."""
    table, group, column = cell
    spec = load_form(form).table(table)
    if not spec.row(group).is_group:
        return (cell,)
    under = [(table, row.key, column) for row in spec.leaf_rows if row.key.startswith(group + ".")]
    return (cell,) if cell in facts.cells and not any(leaf in facts.cells for leaf in under) else under


_NOT_PRINTED = Printed(None, "missing", True)


def _state(printed: Printed) -> str:
    if not printed.certain:
        return "doubtful"
    if printed.value is not None and not _fits(printed.value):
        return "too_large"
    return printed.state or "doubtful"


def _fits(value: Value) -> bool:
    """Whether a number has a place in a column of a table."""
    if isinstance(value, int):
        return abs(value) <= _MAX_COUNT
    exponent = value.as_tuple().exponent
    return abs(value) < _MAX_MONEY and isinstance(exponent, int) and exponent >= -_MONEY_PLACES
