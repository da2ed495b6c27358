"""Several reports of one body and year: which one is kept, and why."""

import itertools

from panelfacts import TOTAL, facts
from reportparse.compare.measure import Facts
from reportparse.compare.revisions import choose_report

OTHER = "requests.carried_over.total"


def report(id: str, values: dict[str, int | str | None], *, date: str | None = None, failed: int = 0) -> Facts:
    return facts("海棠市人民政府", 2022, {**values}, id=id, date=date, failed=failed)


def test_one_report_is_kept() -> None:
    choice = choose_report([report("a", {TOTAL: 3})], is_unique=True)

    assert choice.kept is not None
    assert (choice.kept.id, choice.others, choice.why) == ("a", (), "it is the only one")


def test_equal_reports_are_identical_and_the_choice_is_told() -> None:
    choice = choose_report([report("a", {TOTAL: 3}), report("b", {TOTAL: 3})], is_unique=True)

    assert (choice.relation, choice.differing) == ("identical", ())
    assert choice.why.startswith("nothing tells them apart")


def test_doubt_does_not_contradict_a_number_and_loses_to_it() -> None:
    choice = choose_report([report("z", {TOTAL: None}), report("a", {TOTAL: 3})], is_unique=True)

    assert choice.kept is not None
    assert (choice.kept.id, choice.relation, choice.why) == ("a", "compatible", "more of its values are certain")


def test_blank_contradicts_a_number() -> None:
    choice = choose_report([report("a", {TOTAL: "blank"}), report("b", {TOTAL: 0})], is_unique=True)

    assert choice.differing == (TOTAL,)


def test_cell_that_one_report_does_not_print_contradicts_nothing() -> None:
    choice = choose_report(
        [report("a", {TOTAL: 3, OTHER: "missing"}), report("b", {TOTAL: 3, OTHER: 1})], is_unique=True
    )

    assert choice.relation == "compatible"


def test_of_different_reports_the_later_is_the_revision() -> None:
    first = report("a", {TOTAL: 3, OTHER: 1}, date="2023-01-20")
    revised = report("b", {TOTAL: 4}, date="2023-03-02")

    choice = choose_report([first, revised], is_unique=True)

    assert choice.kept == revised
    assert (choice.relation, choice.why) == ("different", "it was collected later")


def test_without_dates_failed_checks_decide() -> None:
    choice = choose_report([report("z", {TOTAL: 3}, failed=2), report("a", {TOTAL: 4})], is_unique=True)

    assert choice.kept is not None
    assert (choice.kept.id, choice.why) == ("a", "fewer of its checks fail")


def test_none_is_kept_where_different_reports_may_be_of_two_bodies() -> None:
    choice = choose_report([report("a", {TOTAL: 3}), report("b", {TOTAL: 4})], is_unique=False)

    assert choice.kept is None
    assert [one.id for one in choice.all] == ["b", "a"]
    assert "more than one body" in choice.why


def test_order_of_the_reports_does_not_matter() -> None:
    reports = [report("a", {TOTAL: 3}), report("b", {TOTAL: 4}), report("c", {TOTAL: 4}, failed=1)]

    chosen = [choose_report(list(order), is_unique=True) for order in itertools.permutations(reports)]

    assert {tuple(one.id for one in choice.all) for choice in chosen} == {("b", "a", "c")}
