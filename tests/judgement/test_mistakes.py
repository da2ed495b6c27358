from collections.abc import Mapping, Sequence
from random import Random

import pytest

from locations import FIXTURES
from property.strategies import filled_form, left_out, printed_as, values_of
from reportparse import read_report
from reportparse.forms import load_form
from reportparse.judgement.checks import cells_of, decide
from reportparse.judgement.localize import diagnose, findings_of
from reportparse.judgement.mistakes import hang_together
from reportparse.judgement.rules import plan_checks
from reportparse.kinds import Finding, Place, Value
from reportparse.models import Record

FORM = load_form("2021")
COLUMNS = [column.key for column in FORM.table("requests").columns]
GRANTED, PARTLY, TOTAL = "results.granted", "results.partially_granted", "results.total"
OTHER = COLUMNS[-2]
REVIEW = ("review_and_litigation", "review")


def filled(largest: int = 9) -> dict[Place, Value]:
    return values_of(filled_form(FORM, Random(3), largest=largest))


def printed(values: Mapping[Place, Value]) -> list[Record]:
    return printed_as(filled_form(FORM, Random(3)), values)


def row_of(values: Mapping[Place, Value], row: str) -> list[Value]:
    return [values["requests", row, column] for column in COLUMNS]


def with_row(values: Mapping[Place, Value], row: str, numbers: Sequence[Value]) -> dict[Place, Value]:
    return {**values, **{("requests", row, column): number for column, number in zip(COLUMNS, numbers, strict=True)}}


def told(records: Sequence[Record]) -> list[Finding]:
    decided = decide(cells_of(records), FORM)
    findings = findings_of(decided, diagnose(decided), cells_of(records), FORM)
    return [finding for finding in findings if finding.code == "likely_mistake"]


def places_in(finding: Finding) -> list[Place]:
    return [(cell.table, cell.row, cell.column) for cell in finding.cells]


@pytest.mark.parametrize(
    ("right", "wrong", "slip"),
    [
        (12, 21, "two digits changed places"),
        (1024, 1204, "two digits changed places"),
        (315, 35, "a digit was lost"),
        (30, 3, "a digit was lost"),
        (2, 22, "a digit was doubled"),
        (105, 1055, "a digit was doubled"),
        (6, -6, "a sign was printed that does not belong"),
    ],
)
def test_slip_of_digits_is_named(right: int, wrong: int, slip: str) -> None:
    place = ("requests", GRANTED, "natural_person")
    values = filled(largest=400)
    numbers = [right, *row_of(values, GRANTED)[1:-1]]
    values = with_row(values, GRANTED, [*numbers, sum(int(number) for number in numbers)])
    values = settled(values)

    [finding] = told(printed({**values, place: wrong}))

    assert slip in finding.message
    assert f"(printed {wrong}, implied {right})" in finding.message
    assert finding.message.endswith("kept as printed")
    assert places_in(finding) == [place]
    assert finding.severity == "note"


def settled(values: dict[Place, Value]) -> dict[Place, Value]:
    """The values with totals and balances that agree again."""
    values = dict(values)
    rows = [row.key for row in FORM.table("requests").leaf_rows if row.key.startswith("results.") and row.key != TOTAL]
    for column in COLUMNS:
        total = sum(int(values["requests", row, column]) for row in rows)
        values["requests", TOTAL, column] = total
        values["requests", "new_requests", column] = total
        values["requests", "carried_over", column] = values["requests", "carried_forward", column]
    return values


@pytest.mark.parametrize(("right", "wrong"), [(12, 35), (20, 0), (321, 123), (1, 111), (7, 1)])
def test_other_number_is_not_called_a_slip_of_digits(right: int, wrong: int) -> None:
    place = ("requests", GRANTED, "natural_person")
    numbers = [right, 41, 52, 63, 74, 85]
    values = settled(with_row(filled(), GRANTED, [*numbers, sum(numbers)]))

    found = told(printed({**values, place: wrong}))

    assert found == []


@pytest.mark.parametrize(
    ("first", "second"),
    [((GRANTED, "natural_person"), (GRANTED, OTHER)), ((GRANTED, OTHER), (PARTLY, OTHER))],
)
def test_two_swapped_cells_are_named(first: tuple[str, str], second: tuple[str, str]) -> None:
    one, other = ("requests", *first), ("requests", *second)
    values = filled(largest=4000)

    found = told(printed({**values, one: values[other], other: values[one]}))

    assert [sorted(places_in(finding)) for finding in found] == [sorted([one, other])]
    assert "two cells were swapped" in found[0].message


@pytest.mark.parametrize("side", ["right", "left"])
def test_shifted_row_is_named_though_fewer_cells_would_explain_it(side: str) -> None:
    values = filled(largest=90)
    numbers = row_of(values, GRANTED)
    moved = [0, *numbers[:-1]] if side == "right" else [*numbers[1:], 0]

    [finding] = told(printed(with_row(values, GRANTED, moved)))

    assert f"stand one column too far to the {side}" in finding.message
    assert f"implied {' '.join(map(str, numbers))}" in finding.message
    assert places_in(finding) == [("requests", GRANTED, column) for column in COLUMNS]


def test_value_in_the_next_column_is_a_swap_with_a_zero_and_no_shift() -> None:
    values = settled(with_row(filled(), GRANTED, [7, 0, 3, 0, 2, 0, 12]))

    found = told(printed(with_row(values, GRANTED, [0, 7, 3, 0, 2, 0, 12])))

    assert ["two cells were swapped" in finding.message for finding in found] == [True]


def test_total_that_leaves_out_a_row_is_named_with_the_row() -> None:
    values = filled(largest=4000)
    place = ("requests", TOTAL, "natural_person")

    [finding] = told(printed({**values, place: int(values[place]) - int(values["requests", PARTLY, "natural_person"])}))

    assert "the total leaves out row （二）部分公开" in finding.message
    assert places_in(finding) == [place]


def test_total_that_leaves_out_a_column_is_named_with_the_column() -> None:
    values: dict[Place, Value] = dict.fromkeys(filled(), 0)
    for row in ("new_requests", GRANTED, TOTAL):
        values = with_row(values, row, [2, 0, 0, 0, 0, 0, 2])

    [finding] = told(printed({**values, ("requests", TOTAL, "total"): 0}))

    assert "the total leaves out" in finding.message
    assert places_in(finding) == [("requests", TOTAL, "total")]


def test_lone_failed_sum_does_not_say_what_its_total_leaves_out() -> None:
    # Any part of a sum may be too much instead.
    row = {"upheld": 30, "corrected": 11, "other": 20, "pending": 50, "total": 61}

    found = told(printed({**filled(), **{(*REVIEW, column): value for column, value in row.items()}}))

    assert found == []


def test_lone_failed_sum_names_digits_that_changed_places() -> None:
    row = {"upheld": 30, "corrected": 11, "other": 20, "pending": 52, "total": 131}

    [finding] = told(printed({**filled(), **{(*REVIEW, column): value for column, value in row.items()}}))

    assert "two digits changed places" in finding.message
    assert places_in(finding) == [(*REVIEW, "total")]


def test_total_of_the_first_rows_is_named() -> None:
    values = filled(largest=4000)
    leaves = [row.key for row in FORM.table("requests").leaf_rows if row.key.startswith("results.")][:5]
    first = sum(int(values["requests", row, OTHER]) for row in leaves)

    [finding] = told(printed({**values, ("requests", TOTAL, OTHER): first}))

    assert "the total adds up only the first 5 rows" in finding.message


def test_slip_that_mends_only_a_part_of_its_group_is_not_named() -> None:
    values = filled(largest=4000)
    one, other = ("requests", GRANTED, "natural_person"), ("requests", GRANTED, OTHER)
    doubled = int(str(values[one]) + str(values[one])[-1])

    found = told(printed({**values, one: doubled, other: int(values[other]) + 17}))

    assert found == []


def test_slip_that_would_break_a_check_that_holds_is_not_named() -> None:
    # Only the sum of the row fails; a swap inside the row would spoil two columns.
    values = filled(largest=4000)
    numbers = row_of(values, GRANTED)

    records = printed(with_row(values, GRANTED, [*numbers[:-1], int(numbers[-1]) + 3]))
    records = left_out(records, ("requests", TOTAL, "total"), "blank")

    assert all("swapped" not in finding.message for finding in told(records))


def test_lone_failed_sum_that_agrees_with_several_slips_names_none() -> None:
    row = {"upheld": 21, "corrected": 10, "other": 1, "pending": 0, "total": 23}

    found = told(printed({**filled(), **{(*REVIEW, column): value for column, value in row.items()}}))

    # 12 in place of 21 would mend it, and so would 32 in place of 23.
    assert found == []


def test_consistent_report_has_no_mistakes() -> None:
    assert told(printed(filled())) == []


def test_linked_cells_join_groups_that_share_none() -> None:
    relations = plan_checks(FORM).relations
    apart = [relations[0], relations[1]]
    link = {relations[0].cells[0], relations[1].cells[0]}

    assert hang_together(apart) == [(0,), (1,)]
    assert hang_together(apart, [link]) == [(0, 1)]
    assert hang_together([], [link]) == []


def test_golden_report_with_a_wrong_cell_keeps_its_values() -> None:
    source = FIXTURES / "reports" / "page-wrong-cell" / "source.html"

    report = read_report(source)

    [finding] = [finding for finding in report.findings if finding.code == "likely_mistake"]
    assert "two digits changed places" in finding.message
    assert report.table("requests")["results.granted", "natural_person"].value == 21
