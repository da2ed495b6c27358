import pytest

from reportparse.readers.html.flatten import flatten
from reportparse.readers.html.read import read_html

DEEP = 4_000  # more than lxml reads


def lines(page: str) -> list[str]:
    return [line for line in read_html(page).text.split("\n") if line.strip()]


@pytest.mark.parametrize("wrapper", ["div", "span", "font", "table", "table><tr><td", "ul><li", "p><b"])
def test_depth_changes_neither_lines_nor_words(wrapper: str) -> None:
    page = "<h1>年度报告</h1><p>一、总<b>体</b>情<span>况</span></p><div>全年公开12条。</div>"

    assert lines(f"<{wrapper}>" * DEEP + page) == ["年度报告", "一、总体情况", "全年公开12条。"]


def test_the_innermost_table_keeps_its_cells() -> None:
    table = "<table><tr><th rowspan=2>规章<td>3</td></tr><tr><td>4</td></tr></table>"

    markup = read_html("<table><tr><td>" * DEEP + table + "</table>" * DEEP + "<p>完</p>")

    assert [finding.code for finding in markup.findings] == ["html_too_deep"]
    assert [[(cell.row, cell.row_span) for cell in grid.cells] for grid in markup.grids] == [[(0, 2), (0, 1), (1, 1)]]
    assert markup.text.rstrip().endswith("完")


def test_comments_and_scripts_are_no_text() -> None:
    assert flatten("一<!-- <p>二 -->三<script>if (a<b) '<table>'</script>四<STYLE>p{}</style >五") == "一三四五"


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert flatten("依据<条例>，3<5 & 6>5") == "依据<条例>，3<5 & 6>5"


def test_a_sign_inside_quotes_does_not_end_a_tag() -> None:
    assert flatten("<div title=\"a>b\" class='c>d'>一</div>") == "<br>一<br>"


def test_an_open_heading_ends_where_the_next_begins() -> None:
    assert flatten("<h1>一<h2>二</h2>三") == "<h1>一</h1><h2>二</h2><br>三"
