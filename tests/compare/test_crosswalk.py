"""What may be joined over the forms, and that nothing else is."""

from itertools import combinations

import pytest

from reportparse.compare.crosswalk import (
    Part,
    Rate,
    default_variables,
    find_series,
    join_series,
    judge_join,
    rates,
    series_keys,
    variable_keys,
)
from reportparse.errors import CrosswalkError
from reportparse.forms import form_keys
from reportparse.resources import read_json

DATA = read_json("crosswalk.json")
FEES = "article_20_8.administrative_fees"


def part(reference: str) -> Part:
    form, _, key = reference.partition(":")
    table, rest = key.split(".", 1)
    row, column = rest.rsplit(".", 1)
    return Part(form, ((table, row, column),))


@pytest.mark.parametrize(
    ("left", "right", "entry"),
    [
        (f"2019:{FEES}.previous_year_items", f"2021:{FEES}.fees_collected", "fee_kinds_are_not_money"),
        (
            "2019:article_20_1.rules.total_disclosed",
            "2021:article_20_1.rules.in_force",
            "total_disclosed_is_not_in_force",
        ),
        ("2019:article_20_1.rules.newly_made", "2021:article_20_1.rules.issued", "disclosed_is_not_issued"),
        (
            "2019:requests.results.other_handling.total",
            "2021:requests.results.other_handling.other.total",
            "other_handling_is_not_its_leaf",
        ),
        ("2014:statistics.review.value", "2019:review_and_litigation.review.total", "review_total_without_pending"),
        (
            "2014:statistics.litigation.upheld.value",
            "2021:review_and_litigation.litigation_direct.upheld",
            "litigation_was_one_number",
        ),
        ("2014:statistics.fees_collected.value", f"2021:{FEES}.fees_collected", "disclosure_fee_is_not_article_20_8"),
        (
            "2014:statistics.requests.answered.granted.value",
            "2019:requests.results.granted.total",
            "granted_without_already_public",
        ),
    ],
)
def test_border_forbids_a_join_in_both_directions(left: str, right: str, entry: str) -> None:
    verdicts = [judge_join(part(left), part(right)), judge_join(part(right), part(left))]

    assert [(verdict.how, verdict.entry) for verdict in verdicts] == [("forbidden", entry)] * 2
    assert all(verdict.why for verdict in verdicts)


def test_what_no_entry_joins_is_not_joined() -> None:
    verdict = judge_join(part("2014:statistics.complaints.value"), part("2021:requests.new_requests.total"))

    assert (verdict.how, verdict.entry) == ("forbidden", None)


def test_joining_over_a_border_raises_with_the_reason() -> None:
    with pytest.raises(CrosswalkError, match="kinds of fee") as raised:
        join_series("fees", [f"{FEES}.change", f"{FEES}.fees_collected"], care=True)

    assert raised.value.code == "forbidden_join"


def test_joining_over_a_border_gives_nothing_but_the_newest_where_asked() -> None:
    series = join_series("fees", [f"{FEES}.change", f"{FEES}.fees_collected"], strict=False)

    assert [part.form for part in series.parts] == ["2021"]
    assert "kinds of fee" in series.refused["2019"]


def test_join_with_care_is_asked_for_by_name() -> None:
    references = ["statistics.requests.received.value", "requests.new_requests.total"]

    with pytest.raises(CrosswalkError, match="care=True"):
        join_series("received", references)

    assert [part.form for part in join_series("received", references, care=True).parts] == list(form_keys())


def test_two_variables_of_one_form_are_no_series() -> None:
    with pytest.raises(CrosswalkError, match="two variables of the form 2019"):
        join_series("both", ["requests.new_requests.total", "requests.carried_over.total"])


@pytest.mark.parametrize("reference", ["requests.no_row.total", "2014:requests.new_requests.total", "2099:a.b.c", ""])
def test_variable_that_no_form_has_is_refused(reference: str) -> None:
    with pytest.raises(CrosswalkError) as raised:
        find_series(reference)

    assert raised.value.code == "unknown_variable"


def test_form_before_a_variable_keeps_the_series_in_that_form() -> None:
    series = find_series("2019:requests.new_requests.total")

    assert [part.form for part in series.parts] == ["2019"]


def test_variables_that_need_care_have_values_of_the_newest_form_only() -> None:
    key = "article_20_5.administrative_licenses.decisions"

    assert [part.form for part in find_series(key).parts] == ["2021"]
    assert [part.form for part in find_series(key, care=True).parts] == ["2019", "2021"]


def test_group_without_a_printed_sum_is_a_variable_and_the_whole_of_results_is_not() -> None:
    keys = variable_keys("2021")

    assert "requests.results.denied.total" in keys
    assert "requests.results.total" not in keys
    assert not any(key.startswith("statistics.proactive.value") for key in variable_keys("2014"))


@pytest.mark.parametrize("key", variable_keys())
def test_every_variable_of_several_forms_is_judged_by_an_entry(key: str) -> None:
    parts = [part(f"{form}:{key}") for form in form_keys() if key in variable_keys(form)]

    for left, right in combinations(parts, 2):
        assert judge_join(left, right).entry is not None


def test_every_join_and_border_touches_what_exists() -> None:
    cells = [f"{form}:{key}" for form in form_keys() for key in variable_keys(form)]

    for entry in DATA["joins"]:
        old, new = entry["forms"]
        both = set(variable_keys(old)) & set(variable_keys(new))
        used = {judge_join(part(f"{old}:{key}"), part(f"{new}:{key}")).entry for key in both}
        assert entry["key"] in used
    for entry in DATA["borders"]:
        for side in ("left", "right"):
            for pattern in entry[side]:
                stem = pattern.split("*")[0]
                assert any(cell.startswith(stem) for cell in cells), pattern


@pytest.mark.parametrize("key", series_keys())
def test_series_of_the_crosswalk_join_with_care_and_cross_no_border(key: str) -> None:
    series = find_series(key, care=True)

    assert [part.form for part in series.parts] == list(form_keys())
    assert all(judge_join(a, b).how == "with_care" or a.cells == b.cells for a, b in combinations(series.parts, 2))


def test_keys_of_the_crosswalk_stand_once() -> None:
    keys = [entry["key"] for part in ("joins", "series", "borders", "rates") for entry in DATA[part]]

    assert len(set(keys)) == len(keys)
    assert not set(series_keys()) & set(variable_keys())


@pytest.mark.parametrize("rate", rates(), ids=lambda rate: rate.key)
def test_operands_of_rates_may_be_followed_over_the_years_without_care(rate: Rate) -> None:
    for key in (*rate.numerator, *rate.denominator):
        assert find_series(key).refused == {}


def test_default_variables_name_something() -> None:
    assert len(default_variables()) > 2
