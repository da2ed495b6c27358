from dataclasses import replace
from typing import Any

import pytest

from reportparse.errors import FormDataError
from reportparse.forms import form_keys, load_form
from reportparse.judgement.rules import group_rows, load_rules, plan_checks

SUM = {
    "key": "balance",
    "kind": "sum",
    "table": "requests",
    "scope": "column",
    "left": ["new_requests"],
    "right": ["carried_forward"],
    "severity": "error",
    "says": "per column: new = forward",
}
LEAVES = {**SUM, "kind": "leaves", "left": ["results.total"], "right": ["results"]}
AT_MOST = {
    "key": "of_which",
    "kind": "at_most",
    "table": "requests",
    "scope": "row",
    "pairs": [["carried_over", "new_requests"]],
    "severity": "warning",
    "says": "a part is at most its whole",
}


@pytest.mark.parametrize("key", form_keys())
def test_rules_of_every_packaged_form_load(key: str) -> None:
    rules = load_rules(load_form(key))

    assert {rule.kind for rule in rules} <= {"sum", "leaves", "at_most", "whole", "note"}
    assert all(rule.severity == "error" for rule in rules if rule.kind != "note")


def test_rule_carries_its_sentence_and_its_operands() -> None:
    rules = {rule.key: rule for rule in load_rules(load_form("2019"))}

    assert rules["review_sum"].rows == ("review",)
    assert rules["review_sum"].right == ("upheld", "corrected", "other", "pending")
    assert "new_requests + carried_over" in rules["request_balance"].says
    assert rules["carry_over_across_years"].kind == "note"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({**SUM, "kind": "product"}, "unknown kind 'product'"),
        ({name: value for name, value in SUM.items() if name != "left"}, "lacks left"),
        ({**SUM, "pairs": []}, "has pairs"),
        ({**SUM, "table": "request"}, "no table 'request'"),
        ({**SUM, "scope": "diagonal"}, "cannot have the scope 'diagonal'"),
        ({**SUM, "left": ["results"]}, "no row 'results' that holds values"),
        ({**SUM, "right": ["total"]}, "no row 'total'"),
        ({**SUM, "scope": "row"}, "no column 'new_requests'"),
        ({**SUM, "right": ["new_requests"]}, "new_requests on both sides"),
        ({**SUM, "rows": ["nowhere"]}, "no row 'nowhere'"),
        ({**LEAVES, "right": ["results.granted"]}, "no group row 'results.granted'"),
        ({**LEAVES, "scope": "row"}, "cannot have the scope 'row'"),
        ({**AT_MOST, "pairs": [["carried_over", "nowhere"]]}, "no row 'nowhere'"),
        ({**AT_MOST, "pairs": [["carried_over"]]}, "wrong shape"),
        ({**AT_MOST, "scope": "column"}, "cannot have the scope 'column'"),
        ({"kind": "note", "says": "a sentence"}, "lacks key"),
        ({"key": "broken"}, "unknown kind None"),
    ],
)
def test_broken_rule_is_refused_with_its_reason(rule: dict[str, Any], told: str) -> None:
    form = replace(load_form("2021"), rules=(rule,))

    with pytest.raises(FormDataError) as caught:
        load_rules(form)

    assert told in str(caught.value)
    assert caught.value.place == "data/forms/2021.json"


def test_rule_key_that_stands_twice_is_refused() -> None:
    form = replace(load_form("2021"), rules=(SUM, SUM))

    with pytest.raises(FormDataError, match="stands twice"):
        load_rules(form)


def test_leaves_are_the_rows_that_hold_values_without_the_total() -> None:
    counts = {}
    for key in ("2019", "2021"):
        plan = plan_checks(load_form(key))
        relation = next(relation for relation in plan.relations if relation.rule.key == "result_sum")
        counts[key] = len(relation.right)
        assert ("requests", "results.total", "natural_person") not in relation.right

    assert counts == {"2019": 19, "2021": 21}


def test_row_rule_without_rows_holds_for_every_row_that_holds_values() -> None:
    form = load_form("2019")

    scopes = [relation.scope for relation in plan_checks(form).relations if relation.rule.key == "applicant_sum"]

    assert scopes == [{"row": row.key} for row in form.table("requests").leaf_rows]


def test_standing_group_takes_the_place_of_the_rows_under_it() -> None:
    form = load_form("2021")

    plan = plan_checks(form, frozenset({("requests", "results.other_handling")}))

    summed = next(relation for relation in plan.relations if relation.rule.key == "result_sum").right
    checked = [relation.scope["row"] for relation in plan.relations if relation.rule.key == "applicant_sum"]
    assert [place[1] for place in summed][-1] == "results.other_handling"
    assert "results.other_handling" in checked
    assert not any(row.startswith("results.other_handling.") for row in checked)


def test_counts_are_cells_without_money_and_changes() -> None:
    plan = plan_checks(load_form("2019"))
    statistics = plan_checks(load_form("2014"))

    assert ("article_20_5", "administrative_licenses", "change") not in plan.counts
    assert ("article_20_5", "administrative_licenses", "decisions") in plan.counts
    assert ("statistics", "fees_collected", "value") not in statistics.counts


def test_plan_ranks_cells_as_the_form_prints_them() -> None:
    form = load_form("2021")

    order = list(plan_checks(form).order)

    assert order == [(table.key, *cell) for table in form.tables for cell in table.cells]


def test_group_rows_know_every_row_under_them() -> None:
    groups = group_rows(load_form("2021"))

    assert len(groups["requests", "results.denied"]) == 8
    assert ("requests", "results.denied.state_secret") in groups["requests", "results"]
    assert ("requests", "carried_forward") not in groups["requests", "results"]
