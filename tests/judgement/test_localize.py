import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from locations import SHARED
from property.strategies import filled_form, left_out, printed_as, record_of, values_of
from reportparse.forms import FormSpec, load_form
from reportparse.judgement.checks import cells_of, check_records, decide
from reportparse.judgement.localize import diagnose, findings_of
from reportparse.kinds import Diagnosis, Place, Value
from reportparse.models import Record

Explanation = dict[Place, Value]


def explain(records: Sequence[Record], form: FormSpec, max_steps: int = 200_000) -> tuple[Diagnosis, ...]:
    return diagnose(decide(cells_of(records), form), max_steps=max_steps)


def implied(diagnosis: Diagnosis) -> list[Explanation]:
    return [
        {(cell.table, cell.row, cell.column): cell.implied for cell in explanation}
        for explanation in diagnosis.explanations
    ]


def filled(key: str, changes: Mapping[Place, Value], *, largest: int = 9) -> list[Record]:
    """A consistent report of a form with some numbers misprinted: ``changes`` are added to what is right."""
    records = filled_form(load_form(key), Random(3), largest=largest)
    values = values_of(records)
    return printed_as(records, {place: values[place] + change for place, change in changes.items()})


def test_consistent_report_needs_no_explanation() -> None:
    assert explain(filled("2021", {}), load_form("2021")) == ()


def test_total_that_breaks_three_checks_is_the_single_explanation() -> None:
    form = load_form("2019")
    zero = dict.fromkeys(values_of(filled("2019", {})), 0)
    two = {
        ("requests", row, column): 2
        for row in ("new_requests", "results.granted", "results.total")
        for column in ("natural_person", "total")
    }
    total = ("requests", "results.total", "total")
    records = printed_as(filled("2019", {}), {**zero, **two, total: 0})

    [diagnosis] = explain(records, form)

    assert diagnosis.rules == ("request_balance", "result_sum", "applicant_sum")
    assert diagnosis.explanations[0][0].printed == 0
    assert implied(diagnosis) == [{total: 2}]
    assert diagnosis.complete


def test_lone_sum_is_explained_by_every_operand_that_can_hold_the_value() -> None:
    form = load_form("2021")
    row = ("review_and_litigation", "review")
    numbers = {"upheld": 3, "corrected": 1, "other": 0, "pending": 5, "total": 11}
    records = printed_as(filled("2021", {}), {(*row, column): value for column, value in numbers.items()})

    [diagnosis] = explain(records, form)

    assert implied(diagnosis) == [
        {(*row, "upheld"): 5}, {(*row, "corrected"): 3}, {(*row, "other"): 2}, {(*row, "pending"): 7},
        {(*row, "total"): 9},
    ]  # fmt: skip


def test_count_is_never_implied_to_be_negative() -> None:
    form = load_form("2021")
    row = ("review_and_litigation", "review")
    numbers = {"upheld": 10, "corrected": 1, "other": 0, "pending": 0, "total": 0}
    records = printed_as(filled("2021", {}), {(*row, column): value for column, value in numbers.items()})

    [diagnosis] = explain(records, form)

    assert implied(diagnosis) == [{(*row, "total"): 11}]


def test_cell_that_would_break_a_passed_check_is_not_blamed() -> None:
    form = load_form("2014")
    denied = ("statistics", "requests.answered.denied", "value")

    [diagnosis] = explain(filled("2014", {("statistics", "requests.answered.denied.state_secret", "value"): 2}), form)

    blamed = [place for explanation in implied(diagnosis) for place in explanation]
    assert diagnosis.rules == ("denied_by_ground",)
    assert denied not in blamed
    assert len(blamed) > 1


def test_two_wrong_cells_are_found_together() -> None:
    form = load_form("2021")
    first = ("requests", "results.granted", "natural_person")
    second = ("requests", "results.denied.state_secret", "research_institution")
    right = values_of(filled("2021", {}))

    [diagnosis] = explain(filled("2021", {first: 4, second: 7}), form)

    assert implied(diagnosis) == [{first: right[first], second: right[second]}]


def test_equal_errors_have_the_crossed_explanation_too() -> None:
    form = load_form("2021")
    rows, columns = ("results.granted", "results.partially_granted"), ("natural_person", "research_institution")

    [diagnosis] = explain(
        filled("2021", {("requests", rows[0], columns[0]): 4, ("requests", rows[1], columns[1]): 4}, largest=900), form
    )

    assert [sorted(place[1:] for place in explanation) for explanation in implied(diagnosis)] == [
        [(rows[0], columns[0]), (rows[1], columns[1])],
        [(rows[0], columns[1]), (rows[1], columns[0])],
    ]


def test_value_in_the_wrong_row_joins_two_groups_that_share_no_cell() -> None:
    form = load_form("2021")
    up, down = ("requests", "results.granted"), ("requests", "results.partially_granted")

    diagnosis = explain(filled("2021", {(*up, "natural_person"): 1, (*down, "natural_person"): -1}, largest=900), form)

    assert len(diagnosis) == 1
    columns = [column.key for column in form.table("requests").columns]
    assert [sorted(explanation) for explanation in implied(diagnosis[0])] == [
        [(*up, column), (*down, column)] for column in columns
    ]


def test_three_wrong_cells_are_found_by_the_search() -> None:
    form = load_form("2019")
    wrong: dict[Place, Value] = {
        ("requests", "results.granted", "natural_person"): 40,
        ("requests", "results.denied.internal_affairs", "commercial_enterprise"): 500,
        ("requests", "results.not_processed.duplicate", "legal_service_organization"): 6000,
    }
    right = values_of(filled("2019", {}))

    [diagnosis] = explain(filled("2019", wrong), form)

    assert {place: right[place] for place in wrong} in implied(diagnosis)
    assert diagnosis.complete


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize("key", ["2019", "2021"])
def test_up_to_six_wrong_cells_are_explained_within_the_default_bound(key: str, count: int) -> None:
    form = load_form(key)
    right = values_of(filled(key, {}))
    rng = Random(count)
    places = rng.sample(sorted(place for place in right if place[0] == "requests"), count)
    wrong: dict[Place, Value] = {place: rng.randint(1, 30) for place in places}

    groups = explain(filled(key, wrong), form)

    assert all(group.complete and group.explanations for group in groups)
    assert sum(len(group.explanations[0]) for group in groups) <= count


def test_six_wrong_cells_of_one_row_are_explained_within_the_default_bound() -> None:
    form = load_form("2019")
    columns = [column.key for column in form.table("requests").columns][:6]
    wrong: dict[Place, Value] = {
        ("requests", "results.granted", column): 3**step for step, column in enumerate(columns, 1)
    }

    [group] = explain(filled("2019", wrong), form)

    assert group.complete
    assert {place: values_of(filled("2019", {}))[place] for place in wrong} in implied(group)


def test_failures_far_apart_are_diagnosed_apart_in_the_order_of_the_form() -> None:
    form = load_form("2021")
    wrong: dict[Place, Value] = {
        ("review_and_litigation", "litigation_direct", "total"): 1,
        ("requests", "results.granted", "natural_person"): 1,
    }

    groups = explain(filled("2021", wrong), form)

    assert [group.rules for group in groups] == [("result_sum", "applicant_sum"), ("litigation_direct_sum",)]


def test_undecided_checks_constrain_nothing() -> None:
    form = load_form("2021")
    wrong = ("requests", "new_requests", "total")
    records = left_out(filled("2021", {wrong: 1}), ("requests", "results.total", "total"), "blank")

    [diagnosis] = explain(records, form)

    assert diagnosis.rules == ("applicant_sum",)
    assert {wrong: values_of(filled("2021", {}))[wrong]} in implied(diagnosis)


def test_part_over_its_whole_is_taken_to_the_nearest_value() -> None:
    form = load_form("2014")
    part = ("statistics", "proactive.items.normative_documents", "value")
    whole = ("statistics", "proactive.items", "value")
    records = printed_as(filled("2014", {}), {part: 7, whole: 4})

    [diagnosis] = explain(records, form)

    assert implied(diagnosis) == [{whole: 7}, {part: 4}]


@pytest.mark.parametrize(("printed", "nearest"), [(-3, 0), (Decimal("2.6"), 3)])
def test_number_that_is_no_count_and_stands_alone_is_taken_to_the_nearest_count(printed: Value, nearest: int) -> None:
    form = load_form("2021")
    place = ("article_20_5", "administrative_licenses", "decisions")

    [diagnosis] = explain(printed_as(filled("2021", {}), {place: printed}), form)

    assert implied(diagnosis) == [{place: nearest}]


def test_negative_number_in_sums_takes_the_value_that_the_sums_fix() -> None:
    form = load_form("2021")
    place = ("review_and_litigation", "review", "upheld")
    right = values_of(filled("2021", {}, largest=900))[place]

    [diagnosis] = explain(filled("2021", {place: -2 * right}, largest=900), form)

    assert set(diagnosis.rules) == {"review_sum", "non_negative_integer"}
    assert implied(diagnosis) == [{place: right}]


def test_group_that_prints_values_can_be_blamed() -> None:
    form = load_form("2021")
    place = ("requests", "results.other_handling", "natural_person")
    records = filled_form(form, Random(3), standing=frozenset({place[:2]}))
    right = values_of(records)[place]

    [diagnosis] = explain(printed_as(records, {place: right + 1}), form)

    assert implied(diagnosis) == [{place: right}]


def test_money_is_implied_exactly() -> None:
    rule = {
        "key": "fee_bound", "kind": "at_most", "table": "statistics", "scope": "row",
        "pairs": [["fees_collected", "capacity.budget"]], "severity": "warning", "says": "fees are at most the budget",
    }  # fmt: skip
    form = replace(load_form("2014"), rules=(rule,))
    fees, budget = (("statistics", row, "value") for row in ("fees_collected", "capacity.budget"))
    records = [record_of(form, fees, Decimal("0.30")), record_of(form, budget, Decimal("0.1"))]

    [diagnosis] = explain(records, form)

    assert implied(diagnosis) == [{fees: Decimal("0.1")}, {budget: Decimal("0.3")}]
    assert all(isinstance(value, Decimal) for found in implied(diagnosis) for value in found.values())


def test_search_past_its_bound_says_so() -> None:
    form = load_form("2021")
    rng = Random(5)
    wrong: dict[Place, Value] = {
        ("requests", row.key, column.key): rng.randint(1, 999)
        for row in form.table("requests").leaf_rows
        for column in form.table("requests").columns
    }
    records = filled("2021", wrong)

    short, again = explain(records, form, max_steps=3000), explain(records, form, max_steps=3000)

    assert [(group.complete, group.explanations) for group in short] == [(False, ())]
    assert short == again


@pytest.mark.parametrize("max_steps", range(1, 400, 13))
def test_smaller_bound_gives_fewer_explanations_never_others(max_steps: int) -> None:
    form = load_form("2021")
    wrong: dict[Place, Value] = {
        ("requests", "results.granted", "natural_person"): 4,
        ("requests", "results.partially_granted", "research_institution"): 4,
    }
    records = filled("2021", wrong, largest=900)
    whole = [found for group in explain(records, form) for found in implied(group)]

    [group] = explain(records, form, max_steps=max_steps)

    assert all(found in whole for found in implied(group))
    assert not group.complete or implied(group) == whole


def test_single_explanation_is_told_as_a_suggestion() -> None:
    form = load_form("2021")
    records = filled("2021", {("requests", "results.granted", "natural_person"): 4})

    decided = decide(cells_of(records), form)
    told = findings_of(decided, diagnose(decided), cells_of(records), form)

    [suspected] = [finding for finding in told if finding.code == "suspected_cells"]
    right = values_of(filled("2021", {}))["requests", "results.granted", "natural_person"]
    assert suspected.severity == "note"
    assert suspected.message == (
        "result_sum, applicant_sum: one smallest explanation: row （一）予以公开, column 自然人 "
        f"(printed {right + 4}, implied {right}); kept as printed"
    )
    assert [(cell.row, cell.column) for cell in suspected.cells] == [("results.granted", "natural_person")]


def test_many_explanations_are_counted_and_only_some_named() -> None:
    form = load_form("2014")
    records = filled("2014", {("statistics", "requests.answered", "value"): 1}, largest=90)
    decided = decide(cells_of(records), form)
    diagnosis = diagnose(decided)

    [suspected] = [
        finding
        for finding in findings_of(decided, diagnosis, cells_of(records), form)
        if finding.code == "suspected_cells"
    ]

    count = len(diagnosis[0].explanations)
    assert f"{count} equally small explanations" in suspected.message
    assert suspected.message.endswith(f"; or {count - 5} more; kept as printed")
    assert len(suspected.cells) == count


def test_unexplained_failure_is_told() -> None:
    form = load_form("2021")
    records = filled("2021", {("requests", "results.granted", "natural_person"): 4})

    decided = decide(cells_of(records), form)
    told = findings_of(decided, diagnose(decided, max_steps=10), cells_of(records), form)

    [unexplained] = [finding for finding in told if finding.code == "unexplained_checks"]
    assert "the search ended at its bound" in unexplained.message


def test_no_records_give_no_findings() -> None:
    assert findings_of(decide({}, load_form("2021")), (), {}, load_form("2021")) == ()


def gold_records(cells: Sequence[Mapping[str, Any]], form: FormSpec) -> list[Record]:
    records = []
    for cell in cells:
        value = Decimal(cell["value"]) if isinstance(cell["value"], str) else cell["value"]
        place = (cell["table"], cell["row"], cell["column"])
        records.append(record_of(form, place, value if cell["state"] == "value" else None, cell["state"]))
    return records


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="the shared corpus is not at hand")
def test_planted_errors_of_the_corpus_are_found_and_named() -> None:
    wrong = []
    for path in sorted((SHARED / "corpus" / "dev" / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        form = load_form(gold["form"])
        records = gold_records(gold["tables"], form)
        if any(cell["state"] not in ("value", "missing") for cell in gold["tables"]):
            continue
        groups = explain(records, form)
        planted = gold.get("planted")
        if not planted:
            wrong += [path.stem] * bool(groups)
            continue
        truth = {(planted["table"], planted["row"], planted["column"]): planted["true_value"]}
        found = [explanation for group in groups for explanation in implied(group)]
        if truth not in found or (planted["localisable"] and found != [truth]):
            wrong.append(path.stem)

    assert wrong == []


@pytest.mark.skipif(not (SHARED / "real").is_dir(), reason="the shared real reports are not at hand")
def test_real_report_fails_exactly_the_sums_that_its_author_broke() -> None:
    gold = json.loads((SHARED / "real" / "gold" / "hongze_2023.json").read_text("utf-8"))
    form = load_form(gold["form"])
    checks = check_records(gold_records(gold["records"], form), form)

    broken = [(check.rule, check.left, check.right) for check in checks if check.status == "failed"]

    assert broken == [("review_sum", 0, 11), ("litigation_after_review_sum", 0, 5)]
    assert "undecided" not in {check.status for check in checks}
