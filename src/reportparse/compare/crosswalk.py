"""Which variables may be followed from one form to another: the crosswalk, loaded from data and enforced.

A variable is a cell, ``table.row.column``; a group row stands for the sum of the rows under it. A series is a variable
followed over the forms. What no entry of ``data/crosswalk.json`` joins is not joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any, Literal

from ..english import cell_label
from ..errors import CrosswalkError
from ..forms import FormSpec, ValueType, form_keys, load_form
from ..resources import read_json

How = Literal["same", "with_care", "forbidden"]
Place = tuple[str, str, str]  # table, row and column key

_UNSTATED = "no entry of the crosswalk joins them"


@dataclass(frozen=True, slots=True)
class Part:
    """What a series is in one form: the cells that are summed, mostly one.

    Example:
        >>> print(Part("2021", (("requests", "new_requests", "total"),)))
        2021:requests.new_requests.total
    """

    form: str
    cells: tuple[Place, ...]

    def __str__(self) -> str:
        return " + ".join(f"{self.form}:{'.'.join(cell)}" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two parts may be joined, by which entry of the crosswalk, and why.

    Example:
        >>> old, new = find_series("review_and_litigation.review.total").parts
        >>> judge_join(old, new)
        Verdict(how='same', entry='review_and_litigation', why='Both forms print the same fifteen cells.')
    """

    how: How
    entry: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """A variable over the forms.

    Attributes:
        key: Its name in a panel.
        label: Its Chinese label.
        english: Its English label.
        type: ``count``, ``change`` or ``money``.
        unit: The unit of its newest form, if the form says one.
        parts: What it is in each form that may be joined, oldest first.
        refused: Forms whose part was left out, with the reason.

    Example:
        >>> series = find_series("article_20_8.administrative_fees.fees_collected")
        >>> series.english, series.type, series.unit
        ('Administrative and institutional fees, fees collected this year', 'money', '万元')
    """

    key: str
    label: str
    english: str
    type: ValueType
    unit: str | None
    parts: tuple[Part, ...]
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def why_not(self, form: str) -> str:
        """Why the series has no value in a form.

        Example:
            >>> find_series("article_20_8.administrative_fees.fees_collected").why_not("2019")
            'The row 行政事业性收费 counts kinds of fee (项) in 2019 and holds money (万元) in 2021.'
        """
        return self.refused.get(form) or self.border_to(form) or f"the form {form} has no such cell"

    def border_to(self, form: str) -> str | None:
        """Why nothing of a form may be joined to the series, if a border of the crosswalk says so.

        Example:
            >>> find_series("statistics.fees_collected.value").border_to("2021")
            'The form of 2014 asks for fees on requests for information; article 20(8) is about all ...'
        """
        return _border_to(self.parts, form)


@dataclass(frozen=True, slots=True)
class Rate:
    """A derived rate: the sum of some variables over the sum of others.

    Example:
        >>> rate = next(rate for rate in rates() if rate.key == "backlog_share")
        >>> rate.numerator, rate.denominator
        (('requests.carried_forward.total',), ('requests.new_requests.total', 'requests.carried_over.total'))
    """

    key: str
    label: str
    english: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]


def variable_keys(form: str | None = None) -> tuple[str, ...]:
    """The variables of a form, or of all forms, in the order of the print; group rows are among them.

    Example:
        >>> [key for key in variable_keys("2021") if key.startswith("article_20_1.rules")]
        ['article_20_1.rules.issued', 'article_20_1.rules.repealed', 'article_20_1.rules.in_force']
    """
    forms = form_keys() if form is None else (form,)
    return tuple(dict.fromkeys(".".join(cell) for key in forms for cell in _cells(key)))


def series_keys() -> tuple[str, ...]:
    """The series of the crosswalk that change their key over the forms.

    Example:
        >>> series_keys()[:2]
        ('requests_received', 'requests_completed')
    """
    return tuple(entry["key"] for entry in _data()["series"])


@cache
def rates() -> tuple[Rate, ...]:
    """The derived rates of the crosswalk.

    Example:
        >>> rates()[0].key, rates()[0].denominator
        ('granted_share', ('requests.results.total.total',))
    """
    return tuple(
        Rate(entry["key"], entry["label"], entry["english"], tuple(entry["numerator"]), tuple(entry["denominator"]))
        for entry in _data()["rates"]
    )


def money_unit() -> tuple[str, Mapping[str, Decimal]]:
    """The unit of money in a panel, and what one of each other unit is in it.

    Example:
        >>> unit, factors = money_unit()
        >>> unit, factors["元"]
        ('万元', Decimal('0.0001'))
    """
    data = _data()["money"]
    return data["unit"], {unit: Decimal(factor) for unit, factor in data["factors"].items()}


def default_variables() -> tuple[str, ...]:
    """Patterns of the variables that a panel has unless its caller names others.

    Example:
        >>> default_variables()[0]
        'requests.*.total'
    """
    return tuple(_data()["default"])


@cache
def find_series(key: str, *, care: bool = False) -> Series:
    """The series of a variable, or one that the crosswalk names.

    Args:
        key: ``table.row.column``; ``form:table.row.column`` for one form alone; or a name such as
            ``requests_received``.
        care: Join also what the crosswalk joins only ``with_care``. Without it, only the newest form of such a series
            has values.

    Raises:
        CrosswalkError: No form has the variable.

    Example:
        >>> series = find_series("requests_received")
        >>> [part.form for part in series.parts], sorted(series.refused)
        (['2019', '2021'], ['2014'])
        >>> [part.form for part in find_series("requests_received", care=True).parts]
        ['2014', '2019', '2021']
    """
    named = next((entry for entry in _data()["series"] if entry["key"] == key), None)
    if named is None:
        return _settle(key, _parts_of(key), care=care, strict=False)
    parts = [
        Part(form, tuple(cell for reference in references for cell in _parts_of(f"{form}:{reference}")[0].cells))
        for form, references in sorted(named["parts"].items())
    ]
    return _settle(key, parts, care=care, strict=False, names=(named["label"], named["english"]))


def join_series(key: str, references: Sequence[str], *, care: bool = False, strict: bool = True) -> Series:
    """Join variables of several forms to one series, as far as the crosswalk allows it.

    Args:
        key: A name for the series.
        references: ``table.row.column`` or ``form:table.row.column``; at most one for each form.
        care: Join also what the crosswalk joins only ``with_care``.
        strict: Raise where a join is not allowed. Otherwise the older form has no values, with the reason.

    Raises:
        CrosswalkError: The crosswalk forbids the join, or asks for care; or no form has a variable.

    Example:
        >>> fees = "article_20_8.administrative_fees"
        >>> join_series("fees", [f"{fees}.previous_year_items", f"{fees}.fees_collected"])
        Traceback (most recent call last):
        ...
        reportparse.errors.CrosswalkError: fees: 2019:...previous_year_items and 2021:...fees_collected must not be
        joined: The row 行政事业性收费 counts kinds of fee (项) in 2019 and holds money (万元) in 2021.
    """
    parts = [part for reference in references for part in _parts_of(reference)]
    forms = [part.form for part in parts]
    for part in parts:
        if forms.count(part.form) > 1:
            raise CrosswalkError(
                f"two variables of the form {part.form}; name the form, as in {part}",
                code="forbidden_join",
                place=key,
            )
    return _settle(key, sorted(parts, key=lambda part: part.form), care=care, strict=strict)


def judge_join(left: Part, right: Part) -> Verdict:
    """Whether two parts of a series may be joined.

    Example:
        >>> old = Part("2019", (("article_20_1", "rules", "total_disclosed"),))
        >>> new = Part("2021", (("article_20_1", "rules", "in_force"),))
        >>> judge_join(old, new).how, judge_join(old, new).entry
        ('forbidden', 'total_disclosed_is_not_in_force')
    """
    if left.cells == right.cells:
        for entry in _data()["joins"]:
            if {left.form, right.form} <= set(entry["forms"]) and all(_is_in(entry, cell) for cell in left.cells):
                return Verdict(entry["how"], entry["key"], entry["why"])
    for entry in _data()["series"]:
        sides = [entry["parts"].get(part.form) for part in (left, right)]
        if sides == [[".".join(cell) for cell in part.cells] for part in (left, right)]:
            return Verdict(entry["how"], entry["key"], entry["why"])
    pairs = [*product(_names(left), _names(right)), *product(_names(right), _names(left))]
    for entry in _data()["borders"]:
        if any(_fits(one, entry["left"]) and _fits(other, entry["right"]) for one, other in pairs):
            return Verdict("forbidden", entry["key"], entry["why"])
    return Verdict("forbidden", None, _UNSTATED)


def _settle(
    key: str,
    parts: Sequence[Part],
    *,
    care: bool,
    strict: bool,
    names: tuple[str, str] | None = None,
) -> Series:
    """Keep the newest part, and of the older ones those that may be joined with all that are kept."""
    kept: list[Part] = []
    refused: dict[str, str] = {}
    for part in reversed(parts):
        why = next(filter(None, (_objection(part, other, care) for other in reversed(kept))), None)
        if why is None:
            kept.insert(0, part)
        elif strict:
            raise CrosswalkError(why, code="forbidden_join", place=key)
        else:
            refused[part.form] = why
    newest = kept[-1]
    table, row, column = newest.cells[0]
    spec = load_form(newest.form).table(table)
    row_spec, column_spec = spec.row(row), spec.column(column)
    label = row_spec.label if len(spec.columns) == 1 else f"{row_spec.label}，{column_spec.label}"
    label, english = names or (label, cell_label(table, row, column))
    return Series(
        key=key,
        label=label,
        english=english,
        type=row_spec.type or column_spec.type,
        unit=row_spec.unit or column_spec.unit or spec.unit,
        parts=tuple(kept),
        refused=MappingProxyType(refused),
    )


def _objection(left: Part, right: Part, care: bool) -> str | None:
    verdict = judge_join(left, right)
    if verdict.how == "same" or (verdict.how == "with_care" and care):
        return None
    told = "must not be joined" if verdict.how == "forbidden" else "are joined only with care=True"
    return f"{left} and {right} {told}: {verdict.why}"


def _parts_of(reference: str) -> list[Part]:
    """The cells that a reference names, one part for each form that has it, oldest first."""
    form, colon, key = reference.rpartition(":")
    forms = [form] if colon else form_keys()
    parts = [Part(name, (cell,)) for name in forms if name in form_keys() for cell in _cells_by_key(name).get(key, ())]
    if not parts:
        raise CrosswalkError(
            "no form has this variable; `reportparse codebook` lists those there are",
            code="unknown_variable",
            place=repr(reference),
        )
    return parts


@cache
def _cells_by_key(form: str) -> Mapping[str, tuple[Place]]:
    return {".".join(cell): (cell,) for cell in _cells(form)}


def _cells(form: str) -> Iterator[Place]:
    for table in load_form(form).tables:
        for row in table.rows:
            if not row.is_group or _is_sum(load_form(form), table.key, row.key):
                for column in table.columns:
                    yield table.key, row.key, column.key


def _is_sum(form: FormSpec, table: str, group: str) -> bool:
    """Whether the form says that the rows under a group are parts of a sum that it does not print.

    The parts of the table of 2014 are no such group: their rows have several units.
    """
    tops = [top for rule in form.rules if rule["kind"] == "leaves" and rule["table"] == table for top in rule["right"]]
    return any(group.startswith(top + ".") for top in tops)


def _names(part: Part) -> list[str]:
    return [f"{part.form}:{'.'.join(cell)}" for cell in part.cells]


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_in(entry: Mapping[str, Any], cell: Place) -> bool:
    key = ".".join(cell)
    return _fits(key, entry["variables"]) and not _fits(key, entry.get("except", ()))


@cache
def _border_to(parts: tuple[Part, ...], form: str) -> str | None:
    for entry in _data()["borders"]:
        for own, other in ((entry["left"], entry["right"]), (entry["right"], entry["left"])):
            is_other = any(pattern.startswith(f"{form}:") for pattern in other)
            if is_other and any(_fits(name, own) for part in parts for name in _names(part)):
                return str(entry["why"])
    return None


def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_json("crosswalk.json")
    return found
