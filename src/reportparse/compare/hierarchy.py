"""What a body reports for others too, against the sum of what those report. Who is under whom the caller says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from ..judgement.checks import exact_sum
from ..models import Value
from .authorities import read_authority
from .bodies import Bodies
from .crosschecks import CrossCheck, rule_data
from .crosswalk import Series, find_series, variable_keys
from .measure import Facts, Measured, measure

MAX_NAMED = 20  # bodies that a message names; the others it counts

_RULE = "sum_of_children"


def check_children(
    bodies: Bodies, hierarchy: Mapping[str, Sequence[str]], *, variables: Sequence[str] = ("requests.*",)
) -> tuple[CrossCheck, ...]:
    """Compare what a body reports with the sum of what the bodies under it report, variable by variable.

    A body under it whose report or value is not there makes the check undecided, and is named. What the others report
    may still be more than the whole: then the check fails.

    Args:
        bodies: Reports by body and year.
        hierarchy: Names of bodies by the name of the body that reports for them too; itself among them if it reports
            its own matters nowhere else.
        variables: Keys of the variables, in which ``*`` stands for any run of characters.

    Example:
        >>> from reportparse.compare.bodies import group_reports
        >>> from reportparse.compare.measure import Printed
        >>> def facts(name, new):
        ...     cells = {("requests", "new_requests", "total"): Printed(new, "value", True)}
        ...     return Facts(name, name, 2022, "2021", None, name, cells, 0)
        >>> bodies = group_reports([facts("海棠市", 9), facts("海棠市松岩区", 4), facts("海棠市教育局", 3)])
        >>> under = {"海棠市人民政府": ["海棠市松岩区", "海棠市教育局", "海棠市水务局"]}
        >>> check, = check_children(bodies, under, variables=["requests.new_requests.total"])
        >>> check.status, check.message
        ('undecided', 'requests.new_requests.total: no report of 海棠市水务局')
    """
    keys = [key for key in variable_keys() if any(fnmatchcase(key, pattern) for pattern in variables)]
    series = [find_series(key) for key in keys]
    found: list[CrossCheck] = []
    for name, names in hierarchy.items():
        body = _body(name, bodies)
        children = [_body(child, bodies) for child in names]
        for year, choice in bodies.years.get(body, {}).items():
            if choice.kept is None:
                continue
            own = {child: _kept(bodies, child, year) for child in children}
            found += _checks(body, choice.kept, own, series)
    return tuple(found)


def _checks(
    body: str, whole: Facts, children: Mapping[str, Facts | None], series: Sequence[Series]
) -> Iterator[CrossCheck]:
    reports = (*(facts.id for facts in children.values() if facts), whole.id)
    year = whole.year or 0
    for one in series:
        total = measure(one, whole)
        # A variable of another form, or a cell that the whole does not print, is nothing to compare with.
        if total.state in ("not_in_form", "not_joined", "missing"):
            continue
        table, row_column = one.key.split(".", 1)
        row, column = row_column.rsplit(".", 1)
        yield CrossCheck(
            rule=_RULE,
            body=body,
            years=(year, year),
            reports=reports,
            table=table,
            scope={"row": row, "column": column},
            **_judge(one, total, children),
        )


def _judge(series: Series, total: Measured, children: Mapping[str, Facts | None]) -> dict[str, Any]:
    parts = {child: measure(series, facts) for child, facts in children.items() if facts}
    absent = [child for child, facts in children.items() if facts is None]
    unsure = [child for child, part in parts.items() if part.state != "value"]
    left = exact_sum([part.value for part in parts.values() if isinstance(part.value, Value)])
    if total.state != "value":
        return {"status": "undecided", "message": f"{series.key}: its own value is {total.state}"}
    whole: Any = total.value
    unknown = [f"no report of {_listed(absent)}"] * bool(absent) + [f"no value of {_listed(unsure)}"] * bool(unsure)
    if unknown and left <= whole:
        return {"status": "undecided", "message": f"{series.key}: {'; '.join(unknown)}"}
    holds = left == whole
    told = f"{series.key}: {len(parts)} bodies sum to {left}, it reports {whole}"
    return {
        "status": "passed" if holds else "failed",
        "left": left,
        "right": whole,
        "message": "; ".join([told, *unknown]),
        "reasons": () if holds else tuple(rule_data(_RULE)["reasons"]),
    }


def _body(name: str, bodies: Bodies) -> str:
    return name if name in bodies.years else read_authority(name).body


def _kept(bodies: Bodies, body: str, year: int) -> Facts | None:
    choice = bodies.years.get(body, {}).get(year)
    return choice.kept if choice else None


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {more} others" if more > 0 else "")
