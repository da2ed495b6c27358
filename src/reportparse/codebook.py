"""The codebook: every variable with its labels, forms, unit and how far it may be followed, made from the data files.

The pages that it prints are Markdown; nothing in them is written by hand.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from .compare.crosswalk import How, Part, Rate, Series, find_series, judge_join, rates, series_keys, variable_keys
from .compare.measure import STATES
from .english import cell_label, column_label, row_label, table_label, unit_label
from .forms import form_keys, load_form
from .resources import read_json


@dataclass(frozen=True, slots=True)
class Entry:
    """A variable as the codebook has it.

    Attributes:
        variable: Its key, ``table.row.column``.
        table: Key of the table.
        row: Key of the row.
        column: Key of the column.
        label: Chinese label of row and column, by the newest form that has it.
        english: The same in English.
        forms: The forms that have it.
        years: The report years of those forms; open while a form is in use.
        type: ``count``, ``change`` or ``money``.
        unit: Unit of the form, if it says one.
        unit_english: The same in English.
        is_sum: Whether the form prints no such cell: the variable is the sum of the rows under a group.
        crosswalk: How it may be followed over its forms: ``one form``, ``same``, ``with_care`` or ``forbidden``.
        why: Why it may be followed so, or where it ends.

    Example:
        >>> entry = next(entry for entry in codebook() if entry.row == "results.denied" and entry.column == "total")
        >>> entry.english, entry.is_sum, entry.crosswalk
        ('Denied, total', True, 'same')
    """

    variable: str
    table: str
    row: str
    column: str
    label: str
    english: str
    forms: str
    years: str
    type: str
    unit: str
    unit_english: str
    is_sum: bool
    crosswalk: str
    why: str


def codebook() -> tuple[Entry, ...]:
    """The variables of all forms, in the order of the print.

    Example:
        >>> entry = next(entry for entry in codebook() if entry.variable == "statistics.fees_collected.value")
        >>> entry.english, entry.years, entry.unit_english
        ('Fees collected for information disclosed upon request', '2014-2018', '10,000 yuan')
    """
    return tuple(_entry(key) for key in variable_keys())


def codebook_csv() -> str:
    r"""The codebook as CSV, one line per variable.

    Example:
        >>> codebook_csv().splitlines()[0]
        'variable,table,row,column,label,english,forms,years,type,unit,unit_english,is_sum,crosswalk,why'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    rows = [asdict(entry) for entry in codebook()]
    writer.writerow(rows[0])
    writer.writerows([str(v).lower() if isinstance(v, bool) else v for v in row.values()] for row in rows)
    return buffer.getvalue()


def codebook_json() -> str:
    """The codebook as JSON: variables, series, rates, and what the states mean.

    Example:
        >>> sorted(json.loads(codebook_json()))
        ['rates', 'series', 'states', 'variables']
    """
    data = {
        "variables": [asdict(entry) for entry in codebook()],
        "series": read_json("crosswalk.json")["series"],
        "rates": [asdict(rate) for rate in rates()],
        "states": dict(STATES),
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def codebook_page() -> str:
    """The codebook as a Markdown page, a table of variables for each table of the forms.

    Example:
        >>> codebook_page().splitlines()[0]
        '# Codebook'
    """
    lines = [
        "# Codebook",
        "",
        "Made by `reportparse codebook`; every line comes from the data files.",
        "A variable is a cell, `table.row.column`.",
        "A row marked Σ prints no value: the variable is the sum of the rows under it.",
        "[The crosswalk](crosswalk.md) says what may be followed from form to form.",
    ]
    for table, entries in _by_table().items():
        lines += ["", f"## `{table}`: {table_label(table)}", "", *_columns(table), ""]
        lines += _table(("row", "Chinese", "English", "forms", "unit"), _rows(table, entries))
    lines += ["", "## Series over the forms", ""]
    lines += _table(("series", "Chinese", "English"), [_named(find_series(key)) for key in series_keys()])
    lines += ["", "## Rates", ""]
    lines += _table(("rate", "Chinese", "English", "numerator", "denominator"), [_rate(rate) for rate in rates()])
    lines += ["", "## States", "", "A value that is not there has a state that says why.", ""]
    lines += _table(("state", "meaning"), [(f"`{state}`", says) for state, says in STATES.items()])
    return "\n".join(lines) + "\n"


def crosswalk_page() -> str:
    """The crosswalk as a Markdown page.

    Example:
        >>> crosswalk_page().splitlines()[0]
        '# Crosswalk'
    """
    data = read_json("crosswalk.json")
    lines = [
        "# Crosswalk",
        "",
        "Made by `reportparse codebook --crosswalk` from `data/crosswalk.json`.",
        "It says which variables may be followed from one form to another, and which must not.",
        "What no entry allows is not joined; [Between years](../explanation/between-years.md) tells why.",
        "",
        "## What goes on under its key",
        "",
    ]
    rows = [
        (f"`{e['key']}`", _codes(e["variables"]), " to ".join(e["forms"]), _HOW[e["how"]], e["why"])
        for e in data["joins"]
    ]
    lines += _table(("entry", "variables", "forms", "joined", "why"), rows)
    lines += ["", "## What changes its key", "", "The variables of a form are summed.", ""]
    series = [
        (f"`{e['key']}`", *(_codes(e["parts"].get(form, ())) for form in form_keys()), _HOW[e["how"]], e["why"])
        for e in data["series"]
    ]
    lines += _table(("series", *form_keys(), "joined", "why"), series)
    lines += ["", "## What must never be joined", ""]
    borders = [(f"`{e['key']}`", _codes(e["left"]), _codes(e["right"]), e["why"]) for e in data["borders"]]
    lines += _table(("border", "one side", "other side", "why"), borders)
    lines += ["", "## Rates", ""]
    lines += _table(("rate", "Chinese", "English", "numerator", "denominator"), [_rate(rate) for rate in rates()])
    return "\n".join(lines) + "\n"


_STRENGTH: tuple[How, ...] = ("forbidden", "with_care", "same")
_HOW = {"same": "yes", "with_care": "with `care=True`"}


def _entry(key: str) -> Entry:
    series = find_series(key, care=True)
    table, row, column = series.parts[-1].cells[0]
    forms = [form for form in form_keys() if key in variable_keys(form)]
    how, why = _judged(key, forms)
    spec = load_form(forms[-1]).table(table)
    return Entry(
        variable=key,
        table=table,
        row=row,
        column=column,
        label=series.label,
        english=cell_label(table, row, column),
        forms=", ".join(forms),
        years=", ".join(_years(form) for form in forms),
        type=series.type,
        unit=series.unit or "",
        unit_english=unit_label(series.unit) if series.unit else "",
        is_sum=spec.row(row).is_group,
        crosswalk=how,
        why=why,
    )


def _judged(key: str, forms: Sequence[str]) -> tuple[str, str]:
    """How a variable may be followed over its forms, and the reason; for one form alone, what borders on it."""
    table, rest = key.split(".", 1)
    row, column = rest.rsplit(".", 1)
    cell = (table, row, column)
    verdicts = [judge_join(Part(old, (cell,)), Part(new, (cell,))) for old, new in pairwise(forms)]
    if verdicts:
        weakest = min(verdicts, key=lambda verdict: _STRENGTH.index(verdict.how))
        return weakest.how, weakest.why
    series = find_series(key)
    told = (series.border_to(form) for form in form_keys() if form not in forms)
    return "one form", " ".join(dict.fromkeys(filter(None, told)))


def _years(form: str) -> str:
    first, last = load_form(form).years
    return f"{first}-{last or ''}"


def _by_table() -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in codebook():
        found.setdefault(entry.table, []).append(entry)
    return found


def _columns(table: str) -> list[str]:
    """The columns of a table in all its forms."""
    specs = [(form, spec) for form in form_keys() for spec in load_form(form).tables if spec.key == table]
    columns = {column.key: column for _, spec in specs for column in spec.columns}
    if len(columns) == 1:
        return [f"One column, `{next(iter(columns))}`."]
    rows = [
        (
            f"`{key}`",
            column.label,
            column_label(table, key),
            ", ".join(form for form, spec in specs if key in {one.key for one in spec.columns}),
            column.unit or "",
        )
        for key, column in columns.items()
    ]
    return list(_table(("column", "Chinese", "English", "forms", "unit"), rows))


def _rows(table: str, entries: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    rows = {entry.row: entry for entry in entries}
    for key, entry in rows.items():
        forms = [f for f in form_keys() if any(o.row == key and f in o.forms.split(", ") for o in entries)]
        spec = load_form(forms[-1]).table(table)
        unit = spec.row(key).unit or spec.unit or ""
        label = f"{'Σ ' * entry.is_sum}{spec.row(key).label}"
        yield f"`{key}`", label, row_label(table, key), ", ".join(forms), unit


def _named(series: Series) -> tuple[str, ...]:
    return f"`{series.key}`", series.label, series.english


def _rate(rate: Rate) -> tuple[str, ...]:
    return f"`{rate.key}`", rate.label, rate.english, _codes(rate.numerator, " + "), _codes(rate.denominator, " + ")


def _codes(names: Sequence[str], between: str = "<br>") -> str:
    return between.join(f"`{name}`" for name in names)


def _table(heads: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
