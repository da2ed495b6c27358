from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest

from property.strategies import filled_form, left_out, printed_as, record_of, values_of
from reportparse.errors import UnknownFormError
from reportparse.forms import load_form
from reportparse.judgement.checks import (
    cells_of,
    check_records,
    check_report,
    coverage_findings,
    decide,
    exact_sum,
)
from reportparse.judgement.localize import findings_of
from reportparse.judgement.rules import load_rules
from reportparse.kinds import Place
from reportparse.models import Check, Record, Report, Source, Value
from reportparse.spans import Span

# One cell for each rule: a number in it that breaks the rule.
BREAKING: list[tuple[str, str, Place]] = [
    ("2019", "request_balance", ("requests", "new_requests", "natural_person")),
    ("2019", "result_sum", ("requests", "results.granted", "natural_person")),
    ("2019", "applicant_sum", ("requests", "carried_over", "total")),
    ("2019", "review_sum", ("review_and_litigation", "review", "pending")),
    ("2019", "litigation_direct_sum", ("review_and_litigation", "litigation_direct", "total")),
    ("2019", "litigation_after_review_sum", ("review_and_litigation", "litigation_after_review", "upheld")),
    ("2021", "request_balance", ("requests", "carried_forward", "total")),
    ("2021", "result_sum", ("requests", "results.other_handling.fee_unpaid", "total")),
    ("2021", "applicant_sum", ("requests", "results.denied.state_secret", "other_organization")),
    ("2021", "review_sum", ("review_and_litigation", "review", "total")),
    ("2021", "litigation_direct_sum", ("review_and_litigation", "litigation_direct", "other")),
    ("2021", "litigation_after_review_sum", ("review_and_litigation", "litigation_after_review", "corrected")),
    ("2014", "of_which", ("statistics", "proactive.items.normative_documents", "value")),
    ("2014", "received_by_channel", ("statistics", "requests.received.fax", "value")),
    ("2014", "completed_by_kind", ("statistics", "requests.completed", "value")),
    ("2014", "answered_by_kind", ("statistics", "requests.answered.does_not_exist", "value")),
    ("2014", "denied_by_ground", ("statistics", "requests.answered.denied.trade_secret", "value")),
    ("2014", "review_sum", ("statistics", "review.upheld", "value")),
    ("2014", "litigation_sum", ("statistics", "litigation", "value")),
    ("2014", "staff_by_kind", ("statistics", "capacity.staff.part_time", "value")),
]


def report_of(records: Sequence[Record], form: str | None) -> Report:
    source = Source(
        name="a.txt", sha256="", media_type="text/plain", encoding=None, encoding_evidence=(), length=0,
        script="simplified",
    )  # fmt: skip
    return Report(id="a", reportparse_version="0", source=source, form=form, records=tuple(records))


def failed(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.status == "failed"]


def changed(records: Sequence[Record], place: Place, by: Value) -> list[Record]:
    return printed_as(records, {place: values_of(records)[place] + by})


@pytest.mark.parametrize("key", ["2014", "2019", "2021"])
def test_consistent_report_passes_every_check(key: str) -> None:
    records = filled_form(load_form(key), Random(7))

    checks = check_records(records, load_form(key))

    assert checks
    assert {check.status for check in checks} == {"passed"}
    assert all(check.left == check.right and not check.cells for check in checks)


def test_every_rule_that_runs_has_a_case_that_breaks_it() -> None:
    rules = {(key, rule.key) for key in ("2014", "2019", "2021") for rule in load_rules(load_form(key))
             if rule.kind not in ("note", "whole")}  # fmt: skip

    assert rules == {(key, rule) for key, rule, _ in BREAKING}


@pytest.mark.parametrize(("key", "rule", "place"), BREAKING)
def test_wrong_number_fails_its_rule_and_names_every_operand(key: str, rule: str, place: Place) -> None:
    records = changed(filled_form(load_form(key), Random(7)), place, 1000)

    found = failed(check_records(records, load_form(key)))

    broken = [check for check in found if check.rule == rule]
    assert broken
    for check in found:
        cells = [(cell.table, cell.row, cell.column) for cell in check.cells]
        assert place in cells
        assert check.left != check.right


@pytest.mark.parametrize("state", ["blank", "not_applicable", "unreadable", "missing"])
@pytest.mark.parametrize(("key", "rule", "place"), BREAKING)
def test_cell_without_a_number_leaves_its_rules_undecided(key: str, rule: str, place: Place, state: str) -> None:
    records = left_out(filled_form(load_form(key), Random(7)), place, state)

    checks = check_records(records, load_form(key))

    undecided = [check for check in checks if check.status == "undecided"]
    assert not failed(checks)
    assert rule == "of_which" or rule in {check.rule for check in undecided}
    assert all(check.left is check.right is None for check in undecided)


def test_doubtful_record_leaves_its_checks_undecided() -> None:
    form = load_form("2021")
    doubtful = {"certain": False, "value": None, "raw": None, "span": None, "state": None}
    records = [
        record.model_copy(update=doubtful) if record.row == "review" and record.column == "total" else record
        for record in filled_form(form, Random(7))
    ]

    checks = {check.rule: check.status for check in check_records(records, form)}

    assert checks["review_sum"] == "undecided"
    assert checks["litigation_direct_sum"] == "passed"


def test_table_that_is_not_printed_has_no_checks() -> None:
    form = load_form("2019")
    records = [record for record in filled_form(form, Random(7)) if record.table != "requests"]

    checks = check_records(records, form)

    assert {check.table for check in checks} == {"review_and_litigation"}


def test_table_of_missing_records_counts_as_not_printed() -> None:
    form = load_form("2019")
    records = [record_of(form, ("requests", *cell), None, "missing") for cell in form.table("requests").cells]

    assert check_records(records, form) == ()


def test_row_without_records_leaves_its_sums_undecided() -> None:
    form = load_form("2019")
    records = [record for record in filled_form(form, Random(7)) if record.row != "results.granted"]

    checks = check_records(records, form)

    undecided = {(check.rule, *check.scope.items()) for check in checks if check.status == "undecided"}
    assert ("applicant_sum", ("row", "results.granted")) in undecided
    assert ("result_sum", ("column", "total")) in undecided
    assert not failed(checks)


def test_blank_counts_as_zero_only_when_the_caller_says_so() -> None:
    form = load_form("2021")
    records = filled_form(form, Random(7), largest=0)
    for column in ("upheld", "total"):
        records = left_out(records, ("review_and_litigation", "review", column), "blank")

    strict = {check.rule: check.status for check in check_records(records, form)}
    lenient = {check.rule: check.status for check in check_records(records, form, blank_as_zero=True)}

    assert strict["review_sum"] == "undecided"
    assert lenient["review_sum"] == "passed"


def test_mark_never_counts_as_zero() -> None:
    form = load_form("2021")
    records = left_out(filled_form(form, Random(7)), ("review_and_litigation", "review", "upheld"), "not_applicable")

    checks = {check.rule: check.status for check in check_records(records, form, blank_as_zero=True)}

    assert checks["review_sum"] == "undecided"


@pytest.mark.parametrize("wrong", [-1, Decimal("2.5")])
def test_number_that_is_no_count_fails(wrong: Value) -> None:
    form = load_form("2021")
    place = ("article_20_5", "administrative_licenses", "decisions")
    records = printed_as(filled_form(form, Random(7)), {place: wrong})

    [check] = failed(check_records(records, form))

    assert (check.rule, check.scope, check.left, check.right) == (
        "non_negative_integer", {"row": "administrative_licenses"}, wrong, None,
    )  # fmt: skip
    assert [(cell.table, cell.row, cell.column) for cell in check.cells] == [place]


@pytest.mark.parametrize(
    ("key", "place", "value"),
    [
        ("2019", ("article_20_5", "administrative_licenses", "change"), -4),
        ("2021", ("article_20_8", "administrative_fees", "fees_collected"), Decimal("96171.6")),
    ],
)
def test_net_change_and_money_are_no_counts(key: str, place: Place, value: Value) -> None:
    form = load_form(key)
    records = printed_as(filled_form(form, Random(7)), {place: value})

    assert not failed(check_records(records, form))


def test_group_row_that_prints_values_stands_for_its_rows() -> None:
    form = load_form("2021")
    group = ("requests", "results.other_handling")
    records = filled_form(form, Random(7), standing=frozenset({group}))

    checks = check_records(records, form)
    broken = failed(check_records(changed(records, (*group, "natural_person"), 1), form))

    assert {check.status for check in checks} == {"passed"}
    assert {"row": "results.other_handling"} in [check.scope for check in checks]
    assert {check.rule for check in broken} == {"result_sum", "applicant_sum"}


def test_printed_rows_count_even_where_their_group_prints_values_too() -> None:
    form = load_form("2021")
    group = record_of(form, ("requests", "results.denied", "total"), 77)
    records = [*filled_form(form, Random(7)), group]

    assert {check.status for check in check_records(records, form)} == {"passed"}


def test_checks_stand_in_the_order_of_the_form() -> None:
    form = load_form("2019")

    checks = check_records(filled_form(form, Random(7)), form)

    rules = list(dict.fromkeys(check.rule for check in checks))
    columns = [check.scope["column"] for check in checks if check.rule == "result_sum"]
    assert rules == [rule.key for rule in load_rules(form) if rule.kind in ("sum", "leaves")]
    assert columns == [column.key for column in form.table("requests").columns]


def test_every_check_has_a_scope_of_its_own() -> None:
    form = load_form("2019")
    records = filled_form(form, Random(7))
    expected = [dict(check.scope) for check in check_records(records, form)]

    for check in check_records(records, form):
        check.scope.clear()

    assert [check.scope for check in check_records(records, form)] == expected


def test_report_is_checked_by_its_form() -> None:
    form = load_form("2019")
    records = filled_form(form, Random(7))

    assert check_report(report_of(records, "2019")) == check_records(records, form)
    assert check_report(report_of(records, None)) == ()


def test_statistics_beside_a_new_form_are_checked_too() -> None:
    new, old = load_form("2019"), load_form("2014")
    records = [*filled_form(new, Random(7)), *filled_form(old, Random(7))]

    tables = dict.fromkeys(check.table for check in check_report(report_of(records, "2019")))

    assert list(tables) == ["requests", "review_and_litigation", "statistics"]


def test_report_of_an_unknown_form_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(UnknownFormError):
        check_report(report_of([], "1999"))


def test_sums_are_exact_at_any_length() -> None:
    assert exact_sum([10**40, 1]) == 10**40 + 1
    assert exact_sum([Decimal(10) ** 30, Decimal("0.01")]) == Decimal("1000000000000000000000000000000.01")


def test_failed_sum_is_told_with_labels_spans_and_cells() -> None:
    form = load_form("2019")
    place = ("requests", "results.total", "total")
    records = printed_as(filled_form(form, Random(7), largest=0), {place: 2})
    records = [
        record.model_copy(update={"span": Span(4, 5)})
        if record.row == place[1] and record.column == "total"
        else record
        for record in records
    ]

    decided = decide(cells_of(records), form)
    told = [finding for finding in findings_of(decided, (), cells_of(records), form) if finding.code == "sum_differs"]

    assert [finding.message for finding in told] == [
        "column 总计: row 一、本年新收政府信息公开申请数量 and row 二、上年结转政府信息公开申请数量 sum to 0, "
        "row （七）总计 and row 四、结转下年度继续办理 sum to 2; kept as printed",
        "row （七）总计, column 总计: printed 2, rows sum to 0; kept as printed",
        "row （七）总计, column 总计: printed 2, columns sum to 0; kept as printed",
    ]
    assert all(finding.spans == (Span(4, 5),) and finding.severity == "error" for finding in told)
    assert all(place in [(cell.table, cell.row, cell.column) for cell in finding.cells] for finding in told)


def test_part_over_its_whole_and_number_that_is_no_count_have_codes_of_their_own() -> None:
    form = load_form("2014")
    part = ("statistics", "proactive.items.normative_documents", "value")
    records = printed_as(
        filled_form(form, Random(7)),
        {part: 5, ("statistics", "proactive.items", "value"): 3, ("statistics", "training.people", "value"): -1},
    )

    decided = decide(cells_of(records), form)
    told = {finding.code: finding.message for finding in findings_of(decided, (), cells_of(records), form)}

    assert "printed 5, more than 3 in row （一）主动公开政府信息数" in told["part_exceeds_whole"]
    assert "printed -1, expected a whole number from 0 on" in told["not_a_count"]


def test_cells_that_no_check_sees_are_counted() -> None:
    form = load_form("2021")
    records = filled_form(form, Random(7))

    [finding] = coverage_findings(decide(cells_of(records), form))

    assert (finding.code, finding.severity) == ("unchecked_cells", "note")
    assert finding.message.startswith("10 of 200 printed cells stand in no decided check (article_20_1 6,")


def test_missing_cell_is_not_counted_as_printed() -> None:
    form = load_form("2021")
    records = left_out(filled_form(form, Random(7)), ("article_20_1", "rules", "issued"), "missing")

    [finding] = coverage_findings(decide(cells_of(records), form))

    assert finding.message.startswith("9 of 199 printed cells")


def test_nothing_is_told_where_checks_see_every_cell() -> None:
    form = load_form("2021")
    records = [record for record in filled_form(form, Random(7)) if record.table == "requests"]

    assert list(coverage_findings(decide(cells_of(records), form))) == []


def test_blanks_that_were_counted_are_told() -> None:
    form = load_form("2021")
    records = left_out(filled_form(form, Random(7), largest=0), ("requests", "results.granted", "total"), "blank")

    found = {
        flag: [finding.code for finding in coverage_findings(decide(cells_of(records), form, blank_as_zero=flag))]
        for flag in (False, True)
    }

    assert found == {False: ["unchecked_cells"], True: ["blanks_counted_as_zero", "unchecked_cells"]}
