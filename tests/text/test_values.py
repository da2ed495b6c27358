import json
from decimal import Decimal
from typing import Any

import pytest

from locations import FIXTURES
from reportparse.text.values import MAX_DIGITS, is_value_token, parse_value

CASES = json.loads((FIXTURES / "cases" / "values.json").read_text("utf-8"))


def as_json(value: object) -> object:
    """Decimals as strings, as the result prints them."""
    return str(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']} {case['printed']!r}" for case in CASES])
def test_cells_are_read(case: dict[str, Any]) -> None:
    state, value, unit, note = parse_value(case["printed"], case["kind"])

    read = {"state": state, "value": as_json(value), "unit": unit, "note": note}

    assert read == {key: case.get(key) for key in read}, case["why"]


@pytest.mark.parametrize("kind", ["count", "change"])
def test_counts_and_changes_are_whole_numbers_and_never_floats(kind: Any) -> None:
    assert type(parse_value("12", kind).value) is int
    assert type(parse_value("12件", kind).value) is int


def test_money_is_decimal_in_every_print() -> None:
    printed = ["12", "12.50", "12万元", "1,200", "-3"]

    assert {type(parse_value(text, "money").value) for text in printed} == {Decimal}
    assert str(parse_value("12.50", "money").value) == "12.50"


def test_digits_of_other_scripts_are_no_short_cut_to_a_number() -> None:
    # str.isdigit is true for them, int() would even read some: only ASCII digits take the short way.
    assert parse_value("²").state == "unreadable"
    assert parse_value("١٢").value == 12


def test_a_number_is_read_up_to_the_longest_count_and_no_further() -> None:
    longest = "9" * MAX_DIGITS

    assert parse_value(longest).value == int(longest)
    assert parse_value(longest + "9").state == "unreadable"
    assert parse_value(longest + "9", "money").state == "unreadable"


@pytest.mark.parametrize(
    "text", ["0", "12", "1,234", "-3", "3.5", "0件", "增2", "减少1项", "持平", "+5/-2", "增5减2", "—", "/", "无", "N/A"]
)
def test_what_a_value_cell_may_hold_is_a_value_token(text: str) -> None:
    assert is_value_token(text)


@pytest.mark.parametrize(
    "text", ["", "一、", "1.", "2019年", "第3页", "十二", "12、13", "规章", "3.其他", "1-2", "12:30"]
)
def test_ordinals_dates_and_words_are_no_value_tokens(text: str) -> None:
    assert not is_value_token(text)


def test_a_change_of_too_many_digits_is_unreadable_and_not_cut() -> None:
    assert parse_value(f"+{'9' * (MAX_DIGITS + 1)}/-2", "change").state == "unreadable"


@pytest.mark.parametrize("text", ["1" * 100_000, "-" * 100_000, "1," * 50_000, "增" * 100_000, " " * 100_000 + "x"])
def test_hostile_cells_cost_linear_time(text: str) -> None:
    for kind in ("count", "money", "change"):
        assert parse_value(text, kind).state in ("unreadable", "not_applicable")


@pytest.mark.parametrize(("text", "value"), [("3¹", 3), ("12 ²", 12), ("3⁽¹⁾", 3), ("5件¹", 5)])
def test_the_mark_of_a_footnote_is_no_part_of_a_number(text: str, value: int) -> None:
    read = parse_value(text)

    assert (read.value, read.note) == (value, "footnote_mark")
    assert is_value_token(text.replace(" ", ""))


@pytest.mark.parametrize("text", ["¹3", "3₂", "3\u03365", "3¹/₂", "3①"])
def test_other_marks_beside_a_number_make_it_none(text: str) -> None:
    assert parse_value(text).state == "unreadable"
