import pytest
from bs4 import BeautifulSoup
from lxml import etree
from lxml import html as lxml_html

from reportparse.document import Grid, SourceDocument
from reportparse.limits import DEFAULT_LIMITS
from reportparse.readers.html.read import is_tree, looks_like_html, read_html, read_tree
from reportparse.spans import Span


def cells(markup: SourceDocument, number: int = 0) -> list[list[str]]:
    return rows_of(markup.text, markup.grids[number])


def rows_of(text: str, grid: Grid) -> list[list[str]]:
    """The printed text of the cells, by the row they begin in."""
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(text[cell.start : cell.end])
    return rows


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>总体情况",
        "\n <html><body>总体情况",
        '<?xml version="1.0"?><html/>',
        "<!-- 导出 --><p>总体情况",
        '<meta charset="utf-8">总体情况',
        '某市水务局 <div class="content">总体情况</div>',
        "<table><tr><td>规章</td></tr></table>",
    ],
)
def test_pages_and_fragments_are_known(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况",
        "依据<条例>公开，3<5",
        "# 年度报告\n\n<table><tr><td>规章</td></tr></table>",
        "| 规章 | 0 |\n| --- | --- |\n<div>附表</div>",
        "总体情况<br>主动公开",
    ],
)
def test_text_and_markdown_with_tags_are_no_pages(text: str) -> None:
    assert not looks_like_html(text)


def test_blocks_become_lines_and_white_space_collapses() -> None:
    markup = read_html("<div><p> 一、总体  情况 </p>\n<p>全年<b>公开</b> 12\n条。<br>完</p></div>")

    assert markup.text.strip("\n") == "一、总体 情况\n全年公开 12 条。\n完"


def test_nothing_is_left_out_but_scripts_styles_and_comments() -> None:
    markup = read_html("<p>前<script>var a='规章';</script>中<style>p{}</style><!-- 注 -->后</p>")

    assert markup.text.strip() == "前中后"


def test_a_data_table_is_a_grid_and_one_line_a_row() -> None:
    markup = read_html("<p>前</p><table><tr><th>类别</th><td>件数</td></tr><tr><td>规章<td> 3 </table><p>后</p>")

    assert cells(markup) == [["类别", "件数"], ["规章", "3"]]
    assert markup.text.strip("\n") == "前\n类别\t件数\n规章\t3\n后"
    assert [cell.is_head for cell in markup.grids[0].cells] == [True, False, False, False]


def test_blank_cells_keep_their_places() -> None:
    markup = read_html("<table><tr><td>规章</td><td></td><td>&nbsp;</td><td>3</td></tr></table>")

    (row,) = cells(markup)

    assert [text.strip() for text in row] == ["规章", "", "", "3"]


@pytest.mark.parametrize("row", ["<td>行政许可<td>5</td>", "<td><p>行政<br>许可</p></td><td>5</td>"])
def test_cells_before_the_first_row_are_a_row(row: str) -> None:
    markup = read_html(f"<table><thead>{row}</thead><tr><td>行政处罚</td><td>3</td></tr></table>")

    assert [(cell.row, cell.column) for cell in markup.grids[0].cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [row[-1] for row in cells(markup)] == ["5", "3"]


def test_spans_are_resolved() -> None:
    markup = read_html(
        '<table><tr><td rowspan="2">行政复议</td><td colspan=" 3 ">行政诉讼</td></tr>'
        "<tr><td>维持</td><td>纠正</td><td>总计</td></tr></table>"
    )

    (grid,) = markup.grids

    assert [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells] == [
        (0, 0, 2, 1),
        (0, 1, 1, 3),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (1, 3, 1, 1),
    ]


def test_a_span_that_is_no_number_is_one() -> None:
    markup = read_html('<table><tr><td colspan="全">规章</td><td rowspan="">3</td></tr></table>')

    assert [(cell.row_span, cell.column_span) for cell in markup.grids[0].cells] == [(1, 1), (1, 1)]


def test_blocks_inside_a_cell_are_lines_of_the_cell() -> None:
    markup = read_html("<table><tr><td><p>商业</p><p>企业</p></td><td>1<br>2</td></tr></table>")

    assert cells(markup) == [["商业\n企业", "1\n2"]]


def test_a_table_that_holds_another_only_arranges_the_page() -> None:
    markup = read_html(
        "<table><tr><td>菜单</td><td><table><tr><td>规章</td><td>3</td></tr></table>表后</td></tr></table>"
    )

    assert [rows_of(markup.text, grid) for grid in markup.grids] == [[["规章", "3"]]]
    assert "菜单\n" in markup.text
    assert markup.text.rstrip().endswith("表后")


def test_a_table_without_cells_is_no_grid() -> None:
    assert read_html("<p>前</p><table><tr></tr></table>").grids == ()


def test_rows_without_a_table_are_text() -> None:
    markup = read_html("<div><tr><td>规章</td></tr></div>")

    assert (markup.text.strip(), markup.grids) == ("规章", ())


def test_headings_and_furniture_are_told_with_their_places() -> None:
    markup = read_html(
        "<nav>首页</nav><h1>年度 <i>报告</i></h1><div class='breadcrumb x'>当前位置</div>"
        "<p>正文</p><footer>版权</footer><aside></aside>"
    )

    assert [markup.text[start:end] for start, end in markup.headings] == ["年度 报告"]
    assert [markup.text[start:end].strip() for start, end in markup.furniture] == ["首页", "当前位置", "版权"]


def test_a_header_is_furniture_unless_it_holds_the_title() -> None:
    bare = read_html("<header>某市政府网站</header><p>正文</p>")
    titled = read_html("<header><h1>年度报告</h1></header><p>正文</p>")

    assert [bare.text[start:end].strip() for start, end in bare.furniture] == ["某市政府网站"]
    assert titled.furniture == ()


def test_furniture_inside_a_cell_stays_in_the_cell() -> None:
    markup = read_html("<table><tr><td><span class='position'>规章</span></td><td>3</td></tr></table>")

    assert cells(markup) == [["规章", "3"]]
    assert markup.furniture == ()


def test_the_page_speaks_of_itself_in_its_metadata() -> None:
    markup = read_html(
        '<head><meta name="PubDate" content=" 2020-01-20 "><meta name="PubDate" content="later">'
        '<meta name="empty" content=""><meta charset="utf-8"></head><p>正文</p>'
    )

    assert markup.metadata == {"PubDate": "2020-01-20"}


def test_spans_over_too_many_places_are_told() -> None:
    row = "<tr>" + '<td colspan="1000">规章</td>' * (DEFAULT_LIMITS.max_cells // 999 + 2) + "</tr>"

    markup = read_html(f"<table>{row}</table>")

    assert [finding.code for finding in markup.findings] == ["table_spans_cut"]
    assert markup.grids[0].cells[-1].column_span == 1


def test_a_page_nested_too_deeply_is_flattened_and_read_whole() -> None:
    deep = "<div>" * 4000
    page = f"<script>x</script>{deep}<h2>总体&lt;情况</h2><table><tr><td colspan=2>规章</td></tr></table><br>完"

    markup = read_html(page)

    assert [finding.code for finding in markup.findings] == ["html_too_deep"]
    assert [line for line in markup.text.split("\n") if line.strip()] == ["总体<情况", "规章", "完"]
    assert [cell.column_span for cell in markup.grids[0].cells] == [2]


@pytest.mark.parametrize("page", ["", " \n", "<!-- 只有注释 -->", "<script>var a;</script>"])
def test_a_page_without_text_has_no_text(page: str) -> None:
    assert read_html(page).text.strip() == ""


def test_nul_and_half_characters_do_not_stop_the_parser() -> None:
    text = read_html("<p>规\0章</p><p>\ud800完</p>").text

    assert text.startswith("规\ufffd章")
    assert text.endswith("完")


PAGE = "<html><body><p>一、总体情况</p><table><tr><td>规章</td><td>3</td></tr></table></body></html>"


def test_trees_of_both_libraries_are_read_like_the_page() -> None:
    expected = read_html(PAGE)
    trees = [
        BeautifulSoup(PAGE, "html.parser"),
        BeautifulSoup(PAGE, "lxml").body,
        lxml_html.fromstring(PAGE),
        etree.ElementTree(lxml_html.fromstring(PAGE)),
    ]

    for tree in trees:
        assert is_tree(tree)
        assert (read_tree(tree).text.strip(), read_tree(tree).grids) == (expected.text.strip(), expected.grids)


def test_an_element_is_read_without_what_follows_it() -> None:
    root = lxml_html.fromstring("<div><p>一、总体情况</p>尾</div>")

    assert read_tree(root[0]).text.strip() == "一、总体情况"


def test_cells_inside_cells_of_a_built_tree_are_text_of_the_outer_cell() -> None:
    # No parser makes such a tree, but a program can.
    table = etree.Element("table")
    row = etree.SubElement(table, "tr")
    outer = etree.SubElement(row, "td")
    outer.text = "规章"
    inner = etree.SubElement(outer, "td")
    inner.text = "3"

    markup = read_tree(table)

    assert [len(grid.cells) for grid in markup.grids] == [1]
    assert "规章" in markup.text
    assert "3" in markup.text


def test_comments_of_a_built_tree_are_passed_over() -> None:
    root = lxml_html.fromstring("<div>前<!-- 注 -->后<?pi 3?>面</div>")

    assert read_tree(root).text.strip() == "前后面"


@pytest.mark.parametrize("empty", ["<td></td>", "<td><p></p><p> </p></td>", '<td class="x"></td>'])
def test_a_row_whose_last_cell_is_empty_ends_its_line(empty: str) -> None:
    page = f"<table><tr><td>规章</td><td>3</td>{empty}</tr><tr><td>收费</td><td>4</td><td>5</td></tr></table><p>完"

    assert read_html(page).text == "规章\t3\t\n收费\t4\t5\n完"


@pytest.mark.parametrize("source", ["<p>总计</p>", 3, b"<p>", None, etree.XPathEvalError("x")])
def test_what_is_no_tree_is_told_apart(source: object) -> None:
    assert not is_tree(source)


def texts(page: str) -> list[list[list[str]]]:
    """The printed cells of every grid of a page."""
    markup = read_html(page)
    return [[[text.strip() for text in row] for row in rows_of(markup.text, grid)] for grid in markup.grids]


def row_of(cell: str) -> list[str]:
    """What is read of a row with a label and one cell."""
    return texts(f"<table><tr><td>规章</td>{cell}</tr></table>")[0][0]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("<td>3<sup>①</sup></td>", "3¹"),
        ("<td>3<sup>[12]</sup></td>", "3⁽¹²⁾"),
        ("<td>3<sub>2</sub></td>", "3₂"),
        ("<td><p><sup>3</sup></p></td>", "3"),
        ("<td><s>3</s>5</td>", "3\u03365"),
        ("<td><del><s>3</s></del>5</td>", "3\u03365"),
        ('<td><b style="text-decoration: line-through">3</b>5</td>', "3\u03365"),
        ('<td>3<b style="display:none">5</b></td>', "3"),
        ('<td>3<b style="MSO-HIDE:ALL;visibility:hidden">5</b></td>', "3"),
        ("<td>3<b hidden>5</b></td>", "3"),
        ('<td style="display:none">5</td><td>3</td>', "3"),
        ('<td><input value="3"></td>', "3"),
        ('<td><input type="hidden" value="5">3</td>', "3"),
        ("<td><input></td>", "\ufffd"),
        ("<td><select><option>5<option selected>3</select></td>", "3"),
        ("<td><select><option>3<option>5</select></td>", "3"),
        ("<td><textarea>3</textarea></td>", "3"),
        ('<td><img src="3.png" width="40"></td>', "\ufffd"),
        ('<td><img src="dot.gif" width="1">3</td>', "3"),
        ("<td><svg><text>3</text></svg></td>", "\ufffd"),
        ("<td>3<math><mn>5</mn></math></td>", "3\ufffd"),
        ("<td><ruby>3<rp>(</rp><rt>三</rt></ruby></td>", "3"),
        ("<td><!-- 5 -->3<![if !vml]><![endif]></td>", "3"),
        ("<td><table><tr><td>3</td></tr></table></td>", "3"),
        ("<td><table><tr><td>3</td><td>5</td></tr></table></td><td>8</td><td>9</td>", "3\n| 5"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: str, read: str) -> None:
    assert row_of(cell)[1] == read


@pytest.mark.parametrize("group", ["tbody", "thead", "tfoot"])
def test_rows_of_a_group_that_is_struck_out_are_struck_out(group: str) -> None:
    rows = "<tr><td>3</td><td>5</td></tr><tr><td>7</td><td>9</td></tr>"

    markup = read_html(f'<table><{group} style="text-decoration: line-through">{rows}</{group}></table>')

    assert cells(markup) == [["3\u0336", "5\u0336"], ["7\u0336", "9\u0336"]]


def test_what_a_page_hides_or_strikes_out_is_told() -> None:
    markup = read_html('<p>3<b style="display:none">5</b><s>7</s></p><div hidden>' + "长" * 300 + "</div>")

    assert [finding.code for finding in markup.findings] == ["hidden_text", "hidden_text", "struck_out"]
    assert "长" * 300 in markup.text
    assert "5" not in markup.text


def test_rules_of_the_own_sheets_of_a_page_are_known() -> None:
    sheet = "<style>/* .c{display:none} */ @media print{.b{display:none}} p.a, #d {display : none}</style>"
    page = f'{sheet}<p class="x a">一</p><p class="b">二</p><p class="c">三</p><p id="d">四</p>'

    assert read_html(page).text.split() == ["二", "三"]


def test_boxes_that_are_drawn_as_a_table_are_one() -> None:
    def row(*cells: str) -> str:
        return '<div style="display:table-row">' + "".join(f'<p class="c">{cell}</p>' for cell in cells) + "</div>"

    page = (
        f'<style>.c{{display:table-cell}}</style><div style="display:table">{row("规章", "3")}{row("文件", "")}</div>'
    )
    markup = read_html(page)

    assert cells(markup) == [["规章", "3"], ["文件", ""]]
    assert markup.places is not None
    assert markup.places.path(Span(0, 2)) == "/html/body/div/div[1]/p[1]"


def test_a_single_box_is_no_table() -> None:
    assert read_html('<div style="display:table"><p>总体情况</p></div>').grids == ()


@pytest.mark.parametrize("tag", ["pre", "textarea", "xmp"])
def test_lines_that_are_shown_as_written_stay_lines(tag: str) -> None:
    assert read_html(f"<p>前</p><{tag}>规章  3\n文件  5</{tag}><p>后</p>").text.strip() == "前\n规章  3\n文件  5\n后"


def test_lines_kept_by_a_style_stay_lines() -> None:
    page = '<div style="white-space: pre-wrap">规章  3\n文件  5<br>其他</div>'

    assert read_html(page).text.strip() == "规章  3\n文件  5\n其他"


def test_a_table_with_a_small_one_in_a_cell_holds_data() -> None:
    inner = "<table><tr><td>单位</td><td>件</td></tr></table>"
    page = f"<table><tr><td>类别{inner}</td><td>数</td></tr><tr><td>规章</td><td>3</td></tr></table>"

    assert texts(page) == [[["类别\n| 单位\n| 件", "数"], ["规章", "3"]]]


def test_a_table_that_holds_paragraphs_arranges_them() -> None:
    paragraphs = "".join(f"<p>第{n}段{'文' * 60}</p>" for n in range(9))
    page = f"<table><tr><td>菜单</td><td>{paragraphs}</td></tr></table>"

    assert texts(page) == []


def test_tables_that_are_not_closed_end_where_the_next_begins() -> None:
    row = "<tr><td>规章</td><td>3</td></tr>"
    rows = row * 5

    between_rows = texts(f"<table>{rows}<table>{rows}</table>")
    in_last_cell = texts(f"<table>{row * 20}<tr><td>完<td>4<p>后</p><table>{rows}</table>")

    assert [len(grid) for grid in between_rows] == [5, 5]
    assert [len(grid) for grid in in_last_cell] == [21, 5]
    assert in_last_cell[0][-1] == ["完", "4"]


def test_paragraphs_after_a_table_that_is_not_closed_are_no_part_of_its_last_cell() -> None:
    markup = read_html("<table><tr><td>规章<td>3<tr><td>文件<td>4<p>一、总体情况</p><p>文字。</p>")

    assert cells(markup) == [["规章", "3"], ["文件", "4"]]
    assert markup.text.endswith("4\n一、总体情况\n文字。")
    assert markup.grids[0].span.end < markup.text.index("一")


def test_frames_and_tables_of_scripts_are_noted() -> None:
    markup = read_html('<p>前</p><iframe src="t.html"></iframe><script>w("<table>")</script><embed src="a.pdf">')

    assert [(frame.span.start, frame.address) for frame in markup.frames] == [
        (1, "t.html"),
        (1, "a script of the page"),
        (1, "a.pdf"),
    ]


def test_what_is_shown_without_scripts_is_read_if_it_is_a_table_or_long() -> None:
    page = "<noscript>请启用脚本</noscript><noscript><table><tr><td>规章</td><td>3</td></tr></table></noscript>"

    assert texts(page) == [[["规章", "3"]]]
    assert "脚本" not in read_html(page).text


def test_pictures_are_told_with_their_size_and_a_short_address() -> None:
    data = "data:image/png;base64," + "A" * 3000
    page = f'<p>前</p><img src="a.png" width="600px" alt="表"><img src="{data}" style="height:80px">'
    page += '<img src="wait.gif" data-src="b.png"><v:imagedata src="c.png"></v:imagedata><img alt="无">'

    images = read_html(page).images

    assert [(image.address, image.width, image.height) for image in images] == [
        ("a.png", 600, None),
        ("data:image/png;base64,... (3022 characters)", None, 80),
        ("b.png", None, None),
        ("c.png", None, None),
    ]


def test_elements_that_hold_blocks_are_told_outer_first() -> None:
    markup = read_html("<div><p>一</p><div><p>二</p><p>三</p></div></div>")

    assert [markup.text[start:end].split() for start, end in markup.containers] == [
        ["一", "二", "三"],
        ["一", "二", "三"],
        ["二", "三"],
    ]


def test_words_of_linked_data_and_of_the_title_are_metadata() -> None:
    data = '{"@graph": [{"headline": "年度报告", "author": {"name": "水务局"}, "width": 3}]}'
    page = f"<title>报告 页</title><script type='application/ld+json'>{data}</script>"
    page += "<script type='application/ld+json'>{broken</script><meta property='og:title' content='标题'><p>文"

    assert read_html(page).metadata == {
        "html:title": "报告 页",
        "ld:headline": "年度报告",
        "ld:author": "水务局",
        "og:title": "标题",
    }


@pytest.mark.parametrize("tag", ["s", "pre", "noscript", "div hidden", 'div style="white-space:pre"', "table><tr><td"])
def test_elements_nested_a_thousand_times_cost_no_more_than_their_size(tag: str) -> None:
    page = f"<{tag}>" * 1000 + "规章<p>" + "文" * 300

    assert "规" in read_html(page).text.replace("\u0336", "")


def test_a_path_leads_to_the_element_that_holds_all_of_a_stretch() -> None:
    page = read_html("<html><body><table><tr><td>规章</td><td><p>7</p><p>27</p></td></tr></table></body></html>")
    number = page.grids[0].cells[1]

    assert page.places is not None
    assert page.places.path(Span(number.start, number.end)) == "/html/body/table/tr/td[2]"
    assert page.places.path(Span(number.start, number.start + 1)) == "/html/body/table/tr/td[2]/p[1]"
