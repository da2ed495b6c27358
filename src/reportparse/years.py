"""Checks between the reports of two years, and between bodies. All are soft: each has lawful reasons to fail."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .compare.bodies import BodyOf, group_reports
from .compare.copies import Novelty, Prose, compare_prose, nearest
from .compare.crosschecks import CrossCheck, rule_data
from .compare.hierarchy import check_children
from .compare.measure import Facts, certain_values
from .dataset.stored import iter_studies
from .errors import UnknownFormError
from .forms import TableSpec, form_keys, load_form
from .judgement.checks import exact_sum
from .kinds import Place
from .models import Report, Value
from .resources import read_json

_TWO_BODIES = "more than one body has this name, and the reports may be of two"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two reports of one body: of a year and of the year after it."""

    body: str
    earlier: Facts
    later: Facts
    before: Mapping[Place, Value]
    after: Mapping[Place, Value]
    is_unique: bool

    def check(self, rule: str, **more: Any) -> CrossCheck:
        """A check between the two."""
        if more["status"] == "failed" and not self.is_unique:
            more["reasons"] = (*more["reasons"], _TWO_BODIES)
        years = (self.earlier.year or 0, self.later.year or 0)
        return CrossCheck(rule=rule, body=self.body, years=years, reports=(self.earlier.id, self.later.id), **more)


def check_years(
    reports: str | os.PathLike[str] | Iterable[Report],
    *,
    hierarchy: Mapping[str, Sequence[str]] | None = None,
    blank_as_zero: bool = False,
    body: BodyOf | None = None,
) -> tuple[CrossCheck, ...]:
    """Try what should hold between the reports of a body's years, and between bodies.

    Compared are years that follow one another: requests carried forward with those carried over, items and documents
    in force with their changes, all numbers, and the text. The text is compared with the nearest other body as well.
    Every rule is soft, and a failed check names the lawful reasons for it.

    Args:
        reports: Parsed reports of any bodies and years, in any order; the folder of a dataset that ``reportparse
            batch`` wrote; or a file of JSON Lines. Texts are compared where they are carried, as JSON does only if it
            was written ``with_text``.
        hierarchy: For bodies that report for others too, whose reports theirs should be the sum of.
        blank_as_zero: Count a blank cell as 0.
        body: What reports belong together, in place of the name of the authority.

    Returns:
        The checks by body and year. A year without the year before it, or with differing reports of one name, has
        none; a check with an operand that is no certain number is undecided.

    Example:
        >>> from reportparse import parse_report
        >>> labels = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"]
        >>> labels += ["（七）总计", "四、结转下年度继续办理"]
        >>> def report(year, *counts):
        ...     rows = [[label, count, 0, 0, 0, 0, 0, count] for label, count in zip(labels, counts)]
        ...     lines = [f"海棠市水务局{year}年政府信息公开工作年度报告", *(cell for row in rows for cell in row)]
        ...     return parse_report("\\n".join(map(str, lines)))
        >>> checks = check_years([report(2021, 4, 0, 2, 2), report(2022, 7, 1, 8, 0)])
        >>> check = next(check for check in checks if check.scope == {"column": "total"})
        >>> check.rule, check.years, check.status, check.left, check.right
        ('carry_over_across_years', (2021, 2022), 'failed', 2, 1)
    """
    studies = list(iter_studies(reports, []))
    proses = {id(facts): prose for facts, prose in studies}
    bodies = group_reports((facts for facts, _ in studies), body=body)
    kept = [
        (key, choice.kept)
        for key, years in bodies.years.items()
        for choice in years.values()
        if choice.kept is not None
    ]
    values = {id(one): certain_values(one, blank_as_zero=blank_as_zero) for _, one in kept}
    found: list[CrossCheck] = []
    by_year = {(key, one.year): one for key, one in kept}
    others = _other_bodies(kept, proses)
    for key, one in kept:
        earlier = by_year.get((key, (one.year or 0) - 1))
        if earlier is not None:
            is_unique = body is not None or bodies.authorities[key].is_unique
            pair = _Pair(key, earlier, one, values[id(earlier)], values[id(one)], is_unique)
            found += _chains(pair)
            found += _identical(pair)
            found += _copied(pair, proses[id(earlier)], proses[id(one)])
        found += others.get(id(one), ())
    if hierarchy:
        found += check_children(bodies, hierarchy)
    return tuple(found)


def _chains(pair: _Pair) -> Iterator[CrossCheck]:
    rule: Mapping[str, Any]
    for rule in read_json("years.json")["chains"]:
        specs = [_table_of(facts, rule["table"]) for facts in (pair.earlier, pair.later)]
        before, after = specs
        if before is None or after is None:
            continue
        along_rows = rule["scope"] == "row"
        sides = [(before, rule["earlier"])] + [(after, rule.get(side, ())) for side in ("plus", "minus", "later")]
        if any(not set(keys) <= _keys(spec, of_columns=along_rows) for spec, keys in sides):
            continue
        both = _keys(after, of_columns=not along_rows) & _keys(before, of_columns=not along_rows)
        lines = after.leaf_rows if along_rows else after.columns
        yield from (_chain(pair, rule, line.key) for line in lines if line.key in both)


def _chain(pair: _Pair, rule: Mapping[str, Any], key: str) -> CrossCheck:
    def places(side: str) -> list[Place]:
        keys = rule.get(side, ())
        table = rule["table"]
        return [(table, key, other) if rule["scope"] == "row" else (table, other, key) for other in keys]

    scope = {rule["scope"]: key}
    try:
        terms = [pair.before[place] for place in places("earlier")] + [pair.after[place] for place in places("plus")]
        less = [pair.after[place] for place in places("minus")]
        left = exact_sum([*terms, *(-value for value in less)])
        right = exact_sum([pair.after[place] for place in places("later")])
    except KeyError as error:
        told = f"{'.'.join(error.args[0])} is no certain number in one of the years"
        return pair.check(rule["key"], table=rule["table"], scope=scope, status="undecided", message=told)
    holds = left == right
    return pair.check(
        rule["key"],
        table=rule["table"],
        scope=scope,
        status="passed" if holds else "failed",
        left=left,
        right=right,
        message=f"{rule['says']}, {rule['scope']} {key}: {left} and {right}",
        reasons=() if holds else tuple(rule["reasons"]),
    )


def _identical(pair: _Pair) -> Iterator[CrossCheck]:
    """Whether all numbers of two years are equal, not all of them zero."""
    key = "identical_years"
    if pair.earlier.form != pair.later.form or not pair.before or not pair.after:
        return
    places = pair.earlier.cells.keys() | pair.later.cells.keys()
    sure = pair.before.keys() & pair.after.keys()
    differing = sum(pair.before[place] != pair.after[place] for place in sure)
    not_zero = sum(pair.before[place] != 0 for place in sure)
    if differing or not not_zero:
        message = f"{differing} of {len(sure)} numbers differ" if differing else f"all {len(sure)} numbers are 0"
        yield pair.check(key, status="passed", message=message)
    elif sure != _printed(places, pair):
        yield pair.check(key, status="undecided", message=f"{len(sure)} numbers are equal, others are not certain")
    else:
        message = f"all {len(sure)} numbers are equal, {not_zero} of them not 0"
        yield pair.check(key, status="failed", message=message, reasons=tuple(rule_data(key)["reasons"]))


def _printed(places: Iterable[Place], pair: _Pair) -> set[Place]:
    """Cells that hold a number, or may hold one, in one of the years."""
    cells = [(place, facts.cells.get(place)) for place in places for facts in (pair.earlier, pair.later)]
    return {place for place, cell in cells if cell and (cell.value is not None or not cell.certain)}


def _copied(pair: _Pair, before: Prose | None, after: Prose | None) -> Iterator[CrossCheck]:
    key = "copied_from_last_year"
    if before is None or after is None:
        yield pair.check(key, status="undecided", message="one of the reports carries too few sentences")
        return
    yield pair.check(key, **_told(key, compare_prose(after, before), "the report of last year"))


def _other_bodies(
    kept: Sequence[tuple[str, Facts]], proses: Mapping[int, Prose | None]
) -> dict[int, tuple[CrossCheck, ...]]:
    """The check of each text against the nearest one of another body."""
    key = "copied_from_other_body"
    with_text = [(body, one, prose) for body, one in kept if (prose := proses[id(one)]) is not None]
    found = nearest(
        [prose for *_, prose in with_text],
        [body for body, *_ in with_text],
        [one.year or 0 for _, one, _ in with_text],
    )
    checks: dict[int, tuple[CrossCheck, ...]] = {}
    for (body, one, _), hit in zip(with_text, found, strict=True):
        if hit is None:
            continue
        other_body, other, _ = with_text[hit[0]]
        told = _told(key, hit[1], f"the report of {other_body} for {other.year}")
        years = (other.year or 0, one.year or 0)
        checks[id(one)] = (CrossCheck(rule=key, body=body, years=years, reports=(other.id, one.id), **told),)
    return checks


def _told(key: str, novelty: Novelty, other: str) -> dict[str, Any]:
    rule = rule_data(key)
    failed = novelty.share < rule["least_new"]
    return {
        "status": "failed" if failed else "passed",
        "left": novelty.total,
        "right": novelty.new,
        "message": f"{novelty.new} of {novelty.total} sentences are new against {other}",
        "reasons": tuple(rule["reasons"]) if failed else (),
    }


def _table_of(facts: Facts, table: str) -> TableSpec | None:
    """The table of the form of a report, if the report prints it."""
    if not any(place[0] == table for place in facts.cells):
        return None
    for form in (facts.form, *form_keys()):
        try:
            return load_form(form or "").table(table)
        except (UnknownFormError, KeyError):
            continue
    return None


def _keys(spec: TableSpec, *, of_columns: bool) -> set[str]:
    return {part.key for part in (spec.columns if of_columns else spec.leaf_rows)}
