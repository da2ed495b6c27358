"""Generators of reports from a form: records whose numbers agree with every rule."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from reportparse.forms import FormSpec, load_form
from reportparse.judgement.checks import exact_sum
from reportparse.judgement.rules import Relation, plan_checks
from reportparse.kinds import Place
from reportparse.models import Record, Value

# Sums that hang together settle in as many rounds as they are deep; no form is nearly as deep.
MAX_ROUNDS = 12


def filled_form(
    form: FormSpec, rng: Random, *, largest: int = 9, standing: frozenset[tuple[str, str]] = frozenset()
) -> list[Record]:
    """Records for every cell of a form, in the order of the print, that agree with all of its rules.

    Args:
        form: The form to fill.
        rng: Where the numbers come from; the same state gives the same records.
        largest: The largest number of a cell that is no sum.
        standing: Group rows, as table and row key, that print values instead of the rows under them.

    Example:
        >>> records = filled_form(load_form("2021"), Random(1))
        >>> len(records), records == filled_form(load_form("2021"), Random(1))
        (200, True)
    """
    plan = plan_checks(form, standing)
    values: dict[Place, Value] = {place: _number(form, place, rng, largest) for place in plan.order}
    for _ in range(MAX_ROUNDS):
        if not [relation for relation in plan.relations if settle(relation, values)]:
            return [record_of(form, place, value) for place, value in values.items()]
    raise RuntimeError(f"the rules of form {form.form} do not settle")


def settle(relation: Relation, values: dict[Place, Value]) -> bool:
    """Change the left side of a relation so that it holds; whether anything had to change."""
    if relation.rule.kind == "whole":
        return False
    left = exact_sum([values[place] for place in relation.left])
    right = exact_sum([values[place] for place in relation.right])
    if left == right or (relation.rule.kind == "at_most" and left < right):
        return False
    first, *others = relation.left
    rest = exact_sum([values[place] for place in others])
    if rest > right:
        values.update(dict.fromkeys(others, 0))
        rest = 0
    values[first] = right - rest
    return True


def record_of(form: FormSpec, place: Place, value: Value | None, state: str = "value") -> Record:
    """A record as a parse would give it, without a place in a text."""
    table, row, column = place
    spec = form.table(table).row(row)
    return Record.model_validate(
        {
            "table": table,
            "row": row,
            "column": column,
            "label": spec.label,
            "raw": "" if value is None else str(value),
            "unit": spec.unit or form.table(table).column(column).unit or form.table(table).unit,
            "state": state,
            "value": value,
            "certain": True,
            "span": None,
        }
    )


def values_of(records: Sequence[Record]) -> dict[Place, Value]:
    """The certain numbers by their place."""
    return {(r.table, r.row, r.column): r.value for r in records if r.certain and r.value is not None}


def printed_as(records: Sequence[Record], changes: Mapping[Place, Value]) -> list[Record]:
    """The records with other numbers printed in some cells."""
    return [
        record.model_copy(update={"value": changes[place], "raw": str(changes[place])}) if place in changes else record
        for record in records
        for place in [(record.table, record.row, record.column)]
    ]


def left_out(records: Sequence[Record], place: Place, state: str) -> list[Record]:
    """The records with one cell blank, holding a mark, unreadable or missing."""
    return [
        record.model_copy(update={"value": None, "raw": "", "state": state})
        if (record.table, record.row, record.column) == place
        else record
        for record in records
    ]


@st.composite
def filled_forms(draw: st.DrawFn, key: str | None = None) -> tuple[FormSpec, list[Record]]:
    """A form, and records that fill it; numbers are mostly small, as in print."""
    form = load_form(draw(st.sampled_from(["2014", "2019", "2021"])) if key is None else key)
    seed = draw(st.integers(0, 2**32 - 1))
    largest = draw(st.sampled_from([0, 1, 3, 9, 4000]))
    return form, filled_form(form, Random(seed), largest=largest)


def _number(form: FormSpec, place: Place, rng: Random, largest: int) -> Value:
    table, row, column = place
    kind = form.table(table).row(row).type or form.table(table).column(column).type
    if kind == "change":
        return rng.randint(-largest, largest)
    if kind == "money":
        return Decimal(rng.randint(0, 100 * largest)) / 100
    return rng.randint(0, largest)
