"""A variable of a panel over the years, as a picture."""

from math import isnan
from typing import Any

import pytest

from panelfacts import FEES, TOTAL, facts
from reportparse import panel
from reportparse.compare.measure import Facts
from reportparse.errors import InputError, MissingExtraError
from reportparse.panel import Panel

pytest.importorskip("matplotlib", reason="pictures need the extra plot")
from matplotlib.text import Text

from reportparse import plot
from reportparse.views.trends import _quantile

MARKS = ("$?$", "x", "_")
BODIES = ("海棠市", "青禾县", "松岩区")


@pytest.fixture(autouse=True)
def _needs_font() -> None:
    try:
        plot.chinese_font()
    except MissingExtraError as error:
        pytest.skip(error.message)


def counts(body: str, years: dict[int, Any]) -> list[Facts]:
    forms = {year: "2019" if year < 2021 else "2021" for year in years}
    return [facts(body, year, {TOTAL: value}, form=forms[year]) for year, value in years.items()]


def built(*many: list[Facts], variables: tuple[str, ...] = (TOTAL,)) -> Panel:
    return panel.build([one for own in many for one in own], variables=list(variables))


def words(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def lines_of(figure: Any, place: int = 0) -> list[list[float]]:
    """The numbers of the lines of some axes, without marks and borders."""
    lines = figure.axes[place].get_lines()
    return [[float(y) for y in line.get_ydata()] for line in lines if line.get_marker() == "o"]


def marks_of(figure: Any, place: int) -> dict[int, str]:
    """The marks of some axes by their year."""
    shown = [line for line in figure.axes[place].get_lines() if line.get_marker() in MARKS]
    return {int(line.get_xdata()[0]): str(line.get_marker()) for line in shown}


def test_a_gap_breaks_the_line() -> None:
    figure = plot.trends(built(counts("海棠市", {2019: 3, 2020: 5, 2022: 4})), TOTAL)

    [line] = lines_of(figure)
    assert line[:2] + line[3:] == [3, 5, 4]
    assert isnan(line[2])


def test_each_reason_for_a_missing_value_has_its_mark() -> None:
    figure = plot.trends(built(counts("海棠市", {2019: 3, 2020: None, 2021: "blank", 2023: 4})), TOTAL)

    assert marks_of(figure, 1) == {2020: "$?$", 2021: "x", 2022: "_"}
    assert {"in doubt", "blank, unreadable or not printed", "no report"} <= set(words(figure))


def test_years_before_and_after_the_reports_of_a_body_are_marked_too() -> None:
    figure = plot.trends(built(counts("海棠市", {2019: 3, 2021: 1}), counts("青禾县", {2020: 5})), TOTAL)

    assert marks_of(figure, 1) == {2019: "_", 2020: "_", 2021: "_"}


def test_a_complete_line_needs_no_marks_and_no_room_for_them() -> None:
    figure = plot.trends(built(counts("海棠市", {2021: 3, 2022: 5})), TOTAL)

    assert marks_of(figure, 1) == {}
    assert not {"in doubt", "no report"} & set(words(figure))


def test_new_forms_are_named_and_forms_that_are_not_joined_are_shaded() -> None:
    made = built([facts("海棠市", 2020, form="2019"), facts("海棠市", 2021)], variables=(TOTAL, FEES, "granted_share"))

    joined, apart = plot.trends(made, TOTAL), plot.trends(made, FEES)

    assert "form 2021" in words(joined)
    assert "a form that is not joined" not in words(joined)
    assert "a form that is not joined" in words(apart)
    assert marks_of(apart, 1) == {}  # what the form does not have is not missing
    assert "100%" not in words(joined)


def test_many_bodies_have_a_small_picture_each() -> None:
    made = built(*(counts(f"{name}{area}", {2021: 3, 2022: None}) for name in "东南西北" for area in ("县", "市")))

    figure = plot.trends(made, TOTAL)

    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.axison]
    assert titles == list(made.authorities)
    assert all(marks_of(figure, place) == {2022: "$?$"} for place in range(len(titles)))


def test_groups_have_medians_and_count_their_bodies() -> None:
    made = built(*(counts(body, {2021: number, 2022: 7}) for number, body in enumerate(BODIES, 1)))

    figure = plot.trends(made, TOTAL, by="level", labels="en")

    assert sorted(lines_of(figure)) == [[1, 7], [2.5, 7]]
    assert {"city", "county", "median, and 25% to 75%", "2", "1"} <= set(words(figure))
    assert "Requests newly received this year, total (cases)" in words(figure)


def test_only_the_bodies_that_are_wanted_are_drawn() -> None:
    made = built(*(counts(body, {2021: 3}) for body in BODIES))

    assert len(lines_of(plot.trends(made, TOTAL, bodies=["海棠市", "松岩区"]))) == 2


def test_rates_are_shown_in_percent() -> None:
    total, granted = "requests.results.total.total", "requests.results.granted.total"
    made = built([facts("海棠市", 2021, {total: 4, granted: 2})], variables=("granted_share",))

    figure = plot.trends(made, "granted_share")
    figure.draw_without_rendering()

    assert any(text.endswith("%") for text in words(figure))
    assert lines_of(figure) == [[0.5]]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"variable": FEES}, "not_in_panel"),
        ({"variable": TOTAL, "bodies": ["无名县"]}, "not_in_panel"),
        ({"variable": TOTAL, "bodies": []}, "empty_input"),
    ],
)
def test_what_the_panel_does_not_have_is_told(given: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        plot.trends(built(counts("海棠市", {2021: 3})), **given)

    assert caught.value.code == code


def test_too_many_bodies_for_a_picture_each_are_told() -> None:
    made = built(*(counts(f"{chr(0x5000 + number)}县", {2021: 3}) for number in range(61)))

    with pytest.raises(InputError, match="61 bodies are too many") as caught:
        plot.trends(made, TOTAL)

    assert caught.value.code == "too_many_bodies"
    assert plot.trends(made, TOTAL, by="level").axes


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.25, 1.75), (0.5, 2.5), (1.0, 4)])
def test_quantiles_lie_between_neighbours(share: float, expected: float) -> None:
    assert _quantile([1, 2, 3, 4], share) == expected
    assert isnan(_quantile([], share))
    assert _quantile([3], share) == 3


def test_all_words_are_in_a_chinese_font() -> None:
    figure = plot.trends(built(counts("海棠市", {2021: 3})), TOTAL)

    assert {text.get_fontfamily()[0] for text in figure.findobj(Text)} == {plot.chinese_font()}
