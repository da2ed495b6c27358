import json
import re
import sys

import pytest

from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.codes import advice
from reportparse.display import _template, to_notebook_cell, to_review_page
from reportparse.errors import MissingExtraError

pytest.importorskip("jinja2", reason="pages need the extra review")

REPORTS = FIXTURES / "reports"
HOSTILE = (
    "</script><script>alert(1)</script>县<img src=x onerror=alert(2)>局2021年政府信息公开工作年度报告\n"
    "一、本年新收政府信息公开申请数量\n2\n0\n0\n0\n0\n\u2028<b>0</b>\n2\n{{ 7 * 7 }}\n"
)


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(REPORTS / "page-wrong-cell" / "source.html")


def data_of(page: str) -> list[dict[str, object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: list[dict[str, object]] = json.loads(found[1])
    return data


def test_page_holds_every_cell_on_both_sides(report: Report) -> None:
    page = to_review_page([report])

    numbers = {int(number) for number in re.findall(r'<td [^>]*data-cell="(\d+)"', page)}
    in_source = {int(n) for cells in re.findall(r'data-cells="([\d ]+)" data-part', page) for n in cells.split()}
    assert numbers == in_source == set(range(len(report.records)))


def test_page_asks_the_network_for_nothing(report: Report) -> None:
    page = to_review_page([report])

    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)\s*=\s*["\']?(?:https?:)?//', page)


def test_wrong_and_doubtful_cells_are_marked(report: Report) -> None:
    doubtful = read_report(REPORTS / "vanished-blanks" / "source.txt")

    assert re.search(r'class="bad">21<', to_review_page([report]))
    assert re.search(r'class="doubt">\?<', to_review_page([doubtful]))


def test_checks_stand_with_both_sides(report: Report) -> None:
    page = to_review_page([report])

    assert "16 ≠ 25" in page
    assert "would be 12" in page


def test_nothing_of_a_report_becomes_markup_or_script() -> None:
    page = to_review_page([parse_report(HOSTILE, name="<i>.txt")])

    assert page.count("<script") == 2
    assert "<img" not in page
    assert "<b>0" not in page
    assert "{{ 7 * 7 }}" in page
    assert data_of(page)


def test_several_reports_stand_on_one_page(report: Report) -> None:
    page = to_review_page([report, parse_report(HOSTILE)])

    assert page.count('<main class="report"') == 2
    assert len(data_of(page)) == 2


def test_a_report_from_json_shows_its_tables(report: Report) -> None:
    page = to_review_page([Report.model_validate_json(report.model_dump_json())])

    assert 'data-cell="0"' in page


def test_notebook_cell_shows_the_tables_without_a_script(report: Report) -> None:
    cell = to_notebook_cell(report)

    assert report._repr_html_() == cell
    assert "<script" not in cell
    assert "（一）予以公开" in cell


def test_without_jinja_a_notebook_falls_back_to_text(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    _template.cache_clear()

    assert report._repr_html_() is None
    with pytest.raises(MissingExtraError, match=r"reportparse\[review\]"):
        to_review_page([report])


def test_a_finding_says_what_to_do_if_its_code_is_known() -> None:
    report = parse_report("今日天气晴。")
    newer = report.findings[0].model_copy(update={"code": "not_yet_thought_of"})

    page = to_review_page([report, report.model_copy(update={"findings": (newer,)})])

    assert page.count(f"<small>{advice('not_a_report')}</small>") == 1
    assert page.count("<small></small></li>") == 1
