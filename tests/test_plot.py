import sys
from pathlib import Path
from typing import Any

import pytest

from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.errors import InputError, MissingExtraError
from reportparse.export import to_jsonl

pytest.importorskip("matplotlib", reason="pictures need the extra plot")
from matplotlib import font_manager
from matplotlib.text import Text

from reportparse import plot

REPORTS = FIXTURES / "reports"


def needs_font() -> None:
    try:
        plot.chinese_font()
    except MissingExtraError as error:
        pytest.skip(error.message)


@pytest.fixture(autouse=True)
def _fresh_font() -> None:
    plot.chinese_font.cache_clear()


@pytest.fixture
def wrong() -> Report:
    needs_font()
    return read_report(REPORTS / "page-wrong-cell" / "source.html")


@pytest.fixture
def doubtful() -> Report:
    needs_font()
    return read_report(REPORTS / "vanished-blanks" / "source.txt")


def words(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def faces(figure: Any) -> list[str]:
    from matplotlib.colors import to_hex
    from matplotlib.patches import Rectangle

    return [to_hex(patch.get_facecolor()) for patch in figure.axes[0].findobj(Rectangle)]


def rows_of(image: Any) -> list[list[int]]:
    rows: list[list[int]] = image.get_array().tolist()
    return rows


def test_a_form_shows_every_row_and_marks_the_wrong_cell(wrong: Report) -> None:
    figure = plot.form(wrong)

    assert "（一）予以公开" in words(figure)
    assert faces(figure).count("#e8837a") == 1
    assert words(figure).count("21") == 1


def test_a_form_marks_what_is_in_doubt(doubtful: Report) -> None:
    cells = [record for record in doubtful.records if record.table == "requests" and not record.certain]

    figure = plot.form(doubtful)

    assert words(figure).count("?") == len(cells) > 0


def test_a_table_that_the_form_lacks_is_told(wrong: Report) -> None:
    with pytest.raises(InputError, match="it has article_20_1") as caught:
        plot.form(wrong, "statistics")

    assert caught.value.code == "table_not_printed"


def test_flows_show_the_printed_totals(wrong: Report) -> None:
    shown = " ".join(words(plot.flow(wrong)))

    assert "一、本年新收政府信息公开申请数量  28" in shown
    assert "（三）不予公开  4" in shown


def test_a_flow_in_doubt_is_named_and_has_no_width(doubtful: Report) -> None:
    shown = words(plot.flow(doubtful))

    assert any("予以公开" in text and "in doubt" in text for text in shown)


def test_a_report_without_requests_has_no_flows() -> None:
    needs_font()
    report = parse_report("某市水务局2021年政府信息公开工作年度报告\n一、总体情况\n公开。", name="a.txt")

    with pytest.raises(InputError):
        plot.flow(report)


def test_coverage_has_a_row_a_body_and_a_column_a_year(wrong: Report, doubtful: Report) -> None:
    figure = plot.coverage([wrong, doubtful, wrong.model_copy(update={"year": 2022, "records": ()})])

    [image] = figure.axes[0].get_images()
    assert rows_of(image) == [[0, 3, 3, 2], [1, 3, 3, 3]]
    assert {"2019", "2022"} <= set(words(figure))


def test_the_worse_of_two_reports_on_a_year_counts(doubtful: Report) -> None:
    certain = doubtful.model_copy(update={"records": tuple(record for record in doubtful.records if record.certain)})

    [image] = plot.coverage([certain, doubtful, certain]).axes[0].get_images()

    assert rows_of(image) == [[1]]


def test_reports_without_a_year_cover_nothing(wrong: Report) -> None:
    with pytest.raises(InputError):
        plot.coverage([wrong.model_copy(update={"year": None})])


def test_findings_are_counted_by_code(wrong: Report) -> None:
    figure = plot.findings([wrong, wrong])

    assert "sum_differs" in words(figure)
    assert " 4" in words(figure)


def test_coverage_and_findings_are_drawn_of_what_is_on_disk(wrong: Report, doubtful: Report, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    file = tmp_path / "reports.jsonl"
    file.write_text(to_jsonl([wrong, doubtful]), "utf-8")

    for draw in (plot.coverage, plot.findings):
        assert words(draw(file)) == words(draw([wrong, doubtful]))


def test_no_findings_give_an_empty_picture() -> None:
    needs_font()

    assert plot.findings([]).axes


def test_pictures_leave_the_settings_of_the_caller_alone(wrong: Report) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)

    plot.flow(wrong)

    assert dict(matplotlib.rcParams) == before


def test_all_words_are_in_a_chinese_font(wrong: Report) -> None:
    figure = plot.form(wrong)

    assert {text.get_fontfamily()[0] for text in figure.findobj(Text)} == {plot.chinese_font()}


def test_a_missing_font_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])

    with pytest.raises(MissingExtraError, match="fonts-noto-cjk") as caught:
        plot.chinese_font()

    assert caught.value.code == "missing_font"


def test_a_missing_library_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(MissingExtraError, match=r"reportparse\[plot\]"):
        plot.chinese_font()
