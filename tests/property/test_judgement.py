"""What holds for the checks and explanations of any report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.strategies import filled_forms, printed_as, values_of
from reportparse.forms import FormSpec
from reportparse.judgement.checks import cells_of, check_records, decide
from reportparse.judgement.localize import diagnose, findings_of
from reportparse.kinds import Place
from reportparse.models import Record, Value

pytestmark = pytest.mark.property

Filled = tuple[FormSpec, list[Record]]


def draw_changes(data: st.DataObject, records: list[Record], most: int) -> dict[Place, Value]:
    """Other values, none negative, for some cells that hold whole numbers."""
    values = {place: value for place, value in values_of(records).items() if isinstance(value, int) and value >= 0}
    places = data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=most, unique=True))
    drawn = {place: data.draw(st.integers(0, 40)) for place in places}
    return {place: value if value != values[place] else value + 1 for place, value in drawn.items()}


@given(filled_forms())
def test_consistent_report_has_no_failed_check(filled: Filled) -> None:
    form, records = filled

    checks = check_records(records, form)

    assert {check.status for check in checks} == {"passed"}
    assert diagnose(decide(cells_of(records), form)) == ()


@given(filled_forms(), st.data())
def test_one_changed_cell_fails_only_checks_that_hold_it(filled: Filled, data: st.DataObject) -> None:
    form, records = filled
    [(place, value)] = draw_changes(data, records, 1).items()

    checks = check_records(printed_as(records, {place: value}), form)

    for check in checks:
        if check.status == "failed":
            assert place in [(cell.table, cell.row, cell.column) for cell in check.cells]


@given(filled_forms(), st.data())
def test_one_cell_that_failed_checks_share_is_named_first_and_alone(filled: Filled, data: st.DataObject) -> None:
    form, records = filled
    [(place, value)] = draw_changes(data, records, 1).items()
    printed = printed_as(records, {place: value})
    checks = check_records(printed, form)
    failed = [{(cell.table, cell.row, cell.column) for cell in c.cells} for c in checks if c.status == "failed"]

    groups = diagnose(decide(cells_of(printed), form))

    if failed:
        [group] = groups
        named = [{(c.table, c.row, c.column): c.implied for c in found} for found in group.explanations]
        assert {place: values_of(records)[place]} in named or any(c.rule == "of_which" for c in checks)
        if len(set.intersection(*failed)) == 1:
            assert named == [{place: values_of(records)[place]}]


@given(filled_forms(), st.data())
def test_every_explanation_satisfies_its_checks_and_breaks_none(filled: Filled, data: st.DataObject) -> None:
    form, records = filled
    printed = printed_as(records, draw_changes(data, records, 3))
    checks = check_records(printed, form)
    passed = {(check.rule, *check.scope.items()) for check in checks if check.status == "passed"}

    groups = diagnose(decide(cells_of(printed), form))

    for group in groups:
        for explanation in group.explanations:
            applied = printed_as(printed, {(cell.table, cell.row, cell.column): cell.implied for cell in explanation})
            broken = [check for check in check_records(applied, form) if check.status == "failed"]
            assert passed.isdisjoint((check.rule, *check.scope.items()) for check in broken)
            assert len(groups) > 1 or not broken


@given(filled_forms(), st.data())
def test_smallest_explanations_are_never_larger_than_the_error(filled: Filled, data: st.DataObject) -> None:
    form, records = filled
    changes = draw_changes(data, records, 2)
    printed = printed_as(records, changes)

    groups = diagnose(decide(cells_of(printed), form))

    assert all(group.explanations and group.complete for group in groups)
    assert sum(len(group.explanations[0]) for group in groups) <= len(changes)


@given(filled_forms(), st.data())
def test_judgement_is_the_same_twice(filled: Filled, data: st.DataObject) -> None:
    form, records = filled
    printed = printed_as(records, draw_changes(data, records, 4))

    once, again = (decide(cells_of(printed), form) for _ in range(2))
    told = [(diagnose(one), findings_of(one, diagnose(one), cells_of(printed), form)) for one in (once, again)]

    assert told[0] == told[1]
