"""Many reports to one table of bodies and years, each value with its state beside it.

Nothing is filled in and nothing is merged in silence: a year without a report is a gap, two reports of one year are
told with the one that was kept and why, and a value that may not be joined over the forms is null with the reason.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cached_property
from typing import Any

from .compare.authorities import Authority
from .compare.bodies import BodyOf, group_reports
from .compare.crosswalk import (
    Rate,
    Series,
    default_variables,
    find_series,
    money_unit,
    rates,
    series_keys,
    variable_keys,
)
from .compare.measure import Facts, Measured, facts_of, measure, measure_rate
from .compare.places import PlaceMatch, PlaceTable
from .compare.revisions import Choice
from .dataset.datapackage import write_package
from .dataset.stored import iter_facts
from .dataset.tabular import Column, Frame
from .english import unit_label
from .errors import CrosswalkError
from .models import Report

Variable = Series | Rate

_GAP = Measured(None, "no_report")


@dataclass(frozen=True, slots=True)
class BodyYear:
    """One row of a panel: what was found of a body in a year. ``choice`` is None for a gap.

    Example:
        >>> BodyYear("海棠市", 2022, None).status
        'gap'
    """

    body: str
    year: int
    choice: Choice | None

    @property
    def status(self) -> str:
        """``reported``, ``gap`` or ``conflict``."""
        if self.choice is None:
            return "gap"
        return "reported" if self.choice.kept else "conflict"


@dataclass(frozen=True)
class Panel:
    """A table of bodies and years, and the tables that tell how it came about.

    The panel gives itself as :attr:`table` to any library that takes Arrow.

    Attributes:
        body_years: The rows, by body and year.
        variables: The series and rates that it follows.
        authorities: What the names of the bodies say, by body.
        matches: The codes of their places, by body, if the caller gave a table of places.
        left_out: Reports that are in no row, as id and reason.
        convert_units: Whether amounts were converted.

    Example:
        >>> built = build([Facts("a", "海棠市", 2022, "2021", None, "", {}, 0)], variables=["granted_share"])
        >>> [(cell["variable"], cell["state"]) for cell in built.cells.rows()]
        [('granted_share', 'missing')]
    """

    body_years: tuple[BodyYear, ...]
    variables: tuple[Variable, ...]
    authorities: Mapping[str, Authority]
    matches: Mapping[str, PlaceMatch]
    left_out: tuple[tuple[str, str], ...]
    convert_units: bool = False

    def __repr__(self) -> str:
        return f"Panel({len(self.authorities)} bodies, {len(self.body_years)} rows, {len(self.variables)} variables)"

    @cached_property
    def table(self) -> Frame:
        """One row per body and year; beside each variable its state, named ``<variable>.state``."""
        columns = self._heads()
        for place, variable in enumerate(self.variables):
            measured = [row[place] for row in self._measured]
            columns.append(_value_column(variable, measured))
            says = f"state of {variable.key}"
            columns.append(Column(f"{variable.key}.state", "key", says, [one.state for one in measured]))
        return Frame(columns)

    @cached_property
    def cells(self) -> Frame:
        """One row per body, year and variable, with the reason why a value is not there."""
        rows = [
            (row.body, row.year, _kept(row, "id"), _kept(row, "form"), variable, one)
            for row, measured in zip(self.body_years, self._measured, strict=True)
            for variable, one in zip(self.variables, measured, strict=True)
        ]
        found = [one for *_, one in rows]
        money = [isinstance(variable, Series) and variable.type == "money" for *_, variable, _ in rows]
        is_rate = [isinstance(variable, Rate) for *_, variable, _ in rows]
        whole = [one.value if not m and not r else None for one, m, r in zip(found, money, is_rate, strict=True)]
        amounts = [_decimal(one.value) if m else None for one, m in zip(found, money, strict=True)]
        shares = [_float(one.value) if r else None for one, r in zip(found, is_rate, strict=True)]
        units = [_unit(variable) for *_, variable, _ in rows]
        return Frame(
            [
                Column("body", "key", "the body", [row[0] for row in rows]),
                Column("year", "int64", "the year that is reported on", [row[1] for row in rows]),
                Column("id", "key", "id of the report", [row[2] for row in rows]),
                Column("form", "key", "form of the report", [row[3] for row in rows]),
                Column("variable", "key", "key of the variable", [row[4].key for row in rows]),
                Column("value", "int64", "the number, for counts and changes", whole),
                Column("amount", "decimal", "the number, for money", amounts),
                Column("rate", "float64", "the number, for derived rates", shares),
                Column("unit", "key", "unit of the form", units),
                Column("state", "key", "value, or why there is none", [one.state for one in found]),
                Column("reason", "string", "cells or rule behind the state", [one.reason or None for one in found]),
            ]
        )

    @cached_property
    def bodies(self) -> Frame:
        """One row per body: what its name says, the names it reported under, its years and its gaps."""
        years: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        names: dict[str, set[str]] = defaultdict(set)
        for row in self.body_years:
            years[row.body][row.status].append(row.year)
            names[row.body].update(facts.authority or "" for facts in (row.choice.all if row.choice else ()))
        bodies = list(self.authorities)
        said = list(self.authorities.values())
        return Frame(
            [
                Column("body", "key", "the body", bodies),
                Column("names", "string", "names it reported under", ["; ".join(sorted(names[b])) for b in bodies]),
                *_name_columns(said, [self.matches.get(body) for body in bodies]),
                Column("years", "string", "years with a report", [_listed(years[b]["reported"]) for b in bodies]),
                Column("gaps", "string", "years between them without one", [_listed(years[b]["gap"]) for b in bodies]),
                Column(
                    "conflicts", "string", "years without a choice", [_listed(years[b]["conflict"]) for b in bodies]
                ),
            ]
        )

    @cached_property
    def revisions(self) -> Frame:
        """One row per body and year with more than one report: which was kept, and why."""
        rows = [row for row in self.body_years if row.choice and len(row.choice.all) > 1]
        choices = [row.choice for row in rows if row.choice]
        return Frame(
            [
                Column("body", "key", "the body", [row.body for row in rows]),
                Column("year", "int64", "the year", [row.year for row in rows]),
                Column("kept", "string", "id of the report that was kept", [c.kept and c.kept.id for c in choices]),
                Column("others", "string", "ids of the others", ["; ".join(f.id for f in c.others) for c in choices]),
                Column("relation", "key", "identical, compatible or different", [c.relation for c in choices]),
                Column("differing", "int64", "cells with different values", [len(c.differing) for c in choices]),
                Column("cells", "string", "the first of them", ["; ".join(c.differing[:5]) for c in choices]),
                Column("why", "string", "why that report was kept", [c.why for c in choices]),
            ]
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """:attr:`table` as a ``pyarrow.Table``."""
        return self.table.to_arrow()

    def to_pandas(self) -> Any:
        """:attr:`table` as a ``pandas.DataFrame`` with nullable types."""
        return self.table.to_pandas()

    def to_polars(self) -> Any:
        """:attr:`table` as a ``polars.DataFrame``."""
        return self.table.to_polars()

    def write(self, folder: str | os.PathLike[str], *, name: str = "panel", title: str = "Body-year panel") -> None:
        """Write the panel and the tables behind it as a Frictionless data package of CSV files.

        Raises:
            ExportError: A file cannot be written.
        """
        frames = {"panel": self.table, "cells": self.cells, "bodies": self.bodies, "revisions": self.revisions}
        write_package(folder, {**frames, "left_out": self.left_out_table}, name=name, title=title)

    @cached_property
    def left_out_table(self) -> Frame:
        """One row per report that is in no row of the panel, and why."""
        return Frame(
            [
                Column("id", "string", "id of the report", [id for id, _ in self.left_out]),
                Column("why", "string", "why it was left out", [why for _, why in self.left_out]),
            ]
        )

    @cached_property
    def _measured(self) -> list[list[Measured]]:
        return [[self._measure(variable, row) for variable in self.variables] for row in self.body_years]

    def _measure(self, variable: Variable, row: BodyYear) -> Measured:
        if row.choice is None:
            return _GAP
        if row.choice.kept is None:
            return Measured(None, "conflict", row.choice.why)
        if isinstance(variable, Rate):
            return measure_rate(variable, row.choice.kept)
        return measure(variable, row.choice.kept, convert_units=self.convert_units)

    def _heads(self) -> list[Column]:
        rows = self.body_years
        said = [self.authorities[row.body] for row in rows]
        counts = [len(row.choice.all) if row.choice else 0 for row in rows]
        return [
            Column("body", "key", "the body: its name, or its place where it reports for that", [r.body for r in rows]),
            Column("year", "int64", "the year that is reported on", [row.year for row in rows]),
            Column("status", "key", "reported, gap or conflict", [row.status for row in rows]),
            Column("authority", "string", "its name in the report", [_kept(row, "authority") for row in rows]),
            *_name_columns(said, [self.matches.get(row.body) for row in rows]),
            Column("id", "string", "id of the report", [_kept(row, "id") for row in rows]),
            Column("form", "key", "form of the report", [_kept(row, "form") for row in rows]),
            Column("reports", "int64", "how many reports of this year there are", counts),
            Column(
                "failed_checks", "int64", "checks of the report that failed", [_kept(row, "failed") for row in rows]
            ),
        ]


def build(
    reports: str | os.PathLike[str] | Iterable[Report] | Iterable[Facts],
    *,
    variables: Sequence[str | Series] | None = None,
    years: Iterable[int] | None = None,
    care: bool = False,
    convert_units: bool = False,
    places: PlaceTable | None = None,
    body: BodyOf | None = None,
) -> Panel:
    """Put reports together to a panel of bodies and years.

    Args:
        reports: The reports, in any order; or the folder of a dataset that ``reportparse batch`` wrote.
        variables: Keys of variables, series and rates, in which ``*`` stands for any run of characters; or series of
            :func:`reportparse.compare.crosswalk.join_series`. The crosswalk names the defaults.
        years: Years of the panel; each body gets a row for each of them. Without it a body's own first to last year.
        care: Join also what the crosswalk joins only with care.
        convert_units: Convert amounts that are printed in another unit than 万元. Without it they have no value.
        places: Codes of places.
        body: What reports belong together, in place of the name of the authority; None leaves a report out.

    Raises:
        CrosswalkError: No form has a variable.
        InputError: The folder holds no complete dataset.

    Example:
        >>> from reportparse.compare.measure import Printed
        >>> def facts(year, new):
        ...     cells = {("requests", "new_requests", "total"): Printed(new, "value", True)}
        ...     return Facts(f"report-{year}", "海棠市人民政府", year, "2021", None, "", cells, 0)
        >>> panel = build([facts(2021, 3), facts(2023, 5)], variables=["requests.new_requests.total"])
        >>> panel
        Panel(1 bodies, 3 rows, 1 variables)
        >>> panel.table["year"], panel.table["status"], panel.table["requests.new_requests.total"]
        ((2021, 2022, 2023), ('reported', 'gap', 'reported'), (3, None, 5))
    """
    wanted = None if years is None else sorted(set(years))
    many = iter_facts(reports) if isinstance(reports, str | os.PathLike) else reports
    facts = (facts_of(one) if isinstance(one, Report) else one for one in many)
    bodies = group_reports(facts, body=body, years=wanted)
    rows = [
        BodyYear(key, year, own.get(year))
        for key, own in bodies.years.items()
        for year in wanted or range(min(own), max(own) + 1)
    ]
    matches = {key: places.match(said) for key, said in bodies.authorities.items()} if places else {}
    return Panel(tuple(rows), _variables(variables, care), bodies.authorities, matches, bodies.left_out, convert_units)


def _variables(wanted: Sequence[str | Series] | None, care: bool) -> tuple[Variable, ...]:
    """The variables that keys and patterns name, each once, in their order."""
    own = {rate.key: rate for rate in rates()}
    known = (*variable_keys(), *series_keys(), *own)
    found: dict[str, Variable] = {}
    for one in default_variables() if wanted is None else wanted:
        if isinstance(one, Series):
            found[one.key] = one
            continue
        keys = [key for key in known if fnmatchcase(key, one)] if "*" in one else [one]
        if not keys:
            raise CrosswalkError("no variable has such a key", code="unknown_variable", place=repr(one))
        for key in keys:
            found.setdefault(key, own[key] if key in own else find_series(key, care=care))
    return tuple(found.values())


def _kept(row: BodyYear, name: str) -> Any:
    return getattr(row.choice.kept, name) if row.choice and row.choice.kept else None


def _value_column(variable: Variable, measured: Sequence[Measured]) -> Column:
    values = [one.value for one in measured]
    if isinstance(variable, Rate):
        says = f"{variable.english}: {' + '.join(variable.numerator)} over {' + '.join(variable.denominator)}"
        return Column(variable.key, "float64", says, [_float(value) for value in values])
    unit = _unit(variable)
    says = f"{variable.english} ({unit_label(unit)})" if unit else variable.english
    if variable.type == "money":
        return Column(variable.key, "decimal", says, [_decimal(value) for value in values])
    return Column(variable.key, "int64", says, [None if value is None else int(value) for value in values])


def _unit(variable: Variable) -> str | None:
    if isinstance(variable, Rate):
        return None
    return money_unit()[0] if variable.type == "money" else variable.unit


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(Fraction(value))


def _name_columns(said: Sequence[Authority], matches: Sequence[PlaceMatch | None]) -> Iterator[Column]:
    """What names say, and the codes of their places."""
    yield Column("level", "key", "national, province, city, county or township", [one.level for one in said])
    yield Column("area", "key", "kind of the area: city, district, banner and so on", [one.area for one in said])
    yield Column("kind", "key", "kind of the organ", [one.kind for one in said])
    yield Column("place", "key", "the place in its name", [one.place for one in said])
    yield Column(
        "is_unique", "bool", "whether the name tells one body from all others", [one.is_unique for one in said]
    )
    yield Column("place_code", "key", "code of the place, by the caller's table", [m and m.code for m in matches])
    yield Column("place_match", "key", "matched, ambiguous, unmatched or no_place", [m and m.status for m in matches])


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years))
