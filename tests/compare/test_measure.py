"""The value of a variable in one report, or the reason why there is none."""

from decimal import Decimal
from fractions import Fraction

import pytest

from reportparse.compare.crosswalk import Place, find_series, join_series, rates
from reportparse.compare.measure import STATES, Facts, Printed, measure, measure_rate
from reportparse.models import Value

TOTAL = ("requests", "results.total", "total")
GRANTED = ("requests", "results.granted", "total")
OTHER = "requests.results.other_handling.total"
LEAVES = [
    ("requests", f"results.other_handling.{row}", "total") for row in ("correction_overdue", "fee_unpaid", "other")
]
GROUP = ("requests", "results.other_handling", "total")


def number(value: Value) -> Printed:
    return Printed(value, "value", True)


BLANK = Printed(None, "blank", True)
DOUBTFUL = Printed(None, None, False)


def facts(cells: dict[Place, Printed], form: str | None = "2021") -> Facts:
    return Facts("a", "海棠市水务局", 2022, form, None, "", cells, 0)


def test_certain_number_is_the_value() -> None:
    measured = measure(find_series("requests.results.total.total"), facts({TOTAL: number(12)}))

    assert (measured.value, measured.state) == (12, "value")


@pytest.mark.parametrize(
    ("printed", "state"),
    [
        (BLANK, "blank"),
        (DOUBTFUL, "doubtful"),
        (Printed(None, "blank", False), "doubtful"),
        (Printed(None, "not_applicable", True), "not_applicable"),
        (Printed(None, "unreadable", True), "unreadable"),
        (Printed(None, "missing", True), "missing"),
        (number(2**63), "too_large"),
        (number(Decimal("2.5")), "not_whole"),
    ],
)
def test_what_is_no_certain_number_has_no_value_and_keeps_its_state(printed: Printed, state: str) -> None:
    measured = measure(find_series("requests.results.total.total"), facts({TOTAL: printed}))

    assert (measured.value, measured.state) == (None, state)


def test_cell_that_is_not_printed_is_missing_and_not_zero() -> None:
    measured = measure(find_series("requests.results.total.total"), facts({}))

    assert (measured.value, measured.state) == (None, "missing")


def test_report_without_a_form_has_no_values() -> None:
    assert measure(find_series("requests.results.total.total"), facts({}, form=None)).state == "missing"


def test_other_handling_is_one_cell_in_2019_and_a_sum_in_2021() -> None:
    series = find_series(OTHER)

    old = measure(series, facts({GROUP: number(6)}, form="2019"))
    new = measure(series, facts(dict(zip(LEAVES, map(number, (1, 2, 3)), strict=True))))

    assert (old.value, new.value) == (6, 6)


def test_group_row_that_prints_a_value_stands_for_its_rows() -> None:
    assert measure(find_series(OTHER), facts({GROUP: number(6)})).value == 6


def test_sum_with_an_operand_in_doubt_has_no_value_and_names_it() -> None:
    cells = dict(zip(LEAVES, (number(1), DOUBTFUL, BLANK), strict=True))

    measured = measure(find_series(OTHER), facts(cells))

    assert measured == (None, "doubtful", ".".join(LEAVES[1]))


def test_sum_beyond_64_bits_is_told() -> None:
    cells = dict(zip(LEAVES, map(number, (2**62, 2**62, 2**62)), strict=True))

    assert measure(find_series(OTHER), facts(cells)).state == "too_large"


AMOUNT = ("article_20_8", "administrative_fees", "fees_collected")
PROCUREMENT = ("article_20_9", "centralized_procurement", "procurement_amount")


def test_money_is_exact() -> None:
    cells = {AMOUNT: Printed(Decimal("96171.6"), "value", True, "万元")}

    assert measure(find_series(".".join(AMOUNT)), facts(cells)).value == Decimal("96171.6")


@pytest.mark.parametrize(
    ("cell", "form", "unit", "plain", "converted"),
    [
        (AMOUNT, "2021", "万元", (Decimal(251000), "value"), (Decimal(251000), "value")),
        (AMOUNT, "2021", "元", (None, "other_unit"), (Decimal("25.1"), "value")),
        (AMOUNT, "2021", "美元", (None, "other_unit"), (None, "other_unit")),
        (PROCUREMENT, "2019", "元", (None, "other_unit"), (Decimal("25.1"), "value")),
        (PROCUREMENT, "2019", None, (None, "unit_unknown"), (None, "unit_unknown")),
    ],
)
def test_amounts_of_other_units_are_never_mixed(
    cell: Place, form: str, unit: str | None, plain: tuple[object, str], converted: tuple[object, str]
) -> None:
    known = facts({cell: Printed(Decimal(251000), "value", True, unit)}, form=form)
    series = find_series(".".join(cell))

    found = [measure(series, known, convert_units=convert) for convert in (False, True)]

    assert [(one.value, one.state) for one in found] == [plain, converted]


@pytest.mark.parametrize("value", [Decimal("1e40"), Decimal("1e-10")])
def test_money_that_no_column_holds_is_told(value: Decimal) -> None:
    assert measure(find_series(".".join(AMOUNT)), facts({AMOUNT: number(value)})).state == "too_large"


def test_value_over_a_border_is_none_with_the_reason() -> None:
    fees = "article_20_8.administrative_fees"
    cells = {("article_20_8", "administrative_fees", "change"): number(3)}

    absent = measure(find_series(f"{fees}.fees_collected"), facts(cells, form="2019"))
    refused = measure(
        join_series("fees", [f"{fees}.change", f"{fees}.fees_collected"], strict=False), facts(cells, form="2019")
    )

    assert (absent.value, absent.state) == (None, "not_in_form")
    assert (refused.value, refused.state) == (None, "not_joined")
    assert "kinds of fee" in absent.reason
    assert "kinds of fee" in refused.reason


def test_statistics_beside_a_new_form_count_where_they_are_printed() -> None:
    cell = ("statistics", "complaints", "value")
    series = find_series("statistics.complaints.value")

    assert measure(series, facts({cell: number(4)}, form="2019")).value == 4
    assert measure(series, facts({}, form="2019")).state == "not_in_form"


def test_own_form_goes_before_a_table_of_another() -> None:
    cells = {
        ("statistics", "requests.received", "value"): number(9),
        ("requests", "new_requests", "total"): number(7),
    }

    assert measure(find_series("requests_received", care=True), facts(cells, form="2019")).value == 7


def test_rate_is_exact_and_undefined_over_zero() -> None:
    rate = rates()[0]

    assert measure_rate(rate, facts({TOTAL: number(9), GRANTED: number(3)})).value == Fraction(1, 3)
    assert measure_rate(rate, facts({TOTAL: number(0), GRANTED: number(0)})).state == "undefined"


@pytest.mark.parametrize(("granted", "total"), [(BLANK, number(9)), (number(3), BLANK), (BLANK, number(0))])
def test_rate_with_a_blank_operand_has_no_value(granted: Printed, total: Printed) -> None:
    measured = measure_rate(rates()[0], facts({TOTAL: total, GRANTED: granted}))

    assert (measured.value, measured.state) == (None, "blank")


def test_every_state_has_a_meaning() -> None:
    assert all(STATES.values())
    assert list(STATES)[-1] == "value"
