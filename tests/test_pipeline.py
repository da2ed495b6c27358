"""The whole parse: what a report is made of, and what holds of every report."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportparse import Report, parse_report
from reportparse.errors import InputError
from reportparse.limits import Limits
from reportparse.options import ParseOptions
from reportparse.pipeline import parse_document
from reportparse.readers.sources import read_source

REPORT = """某市水务局2022年政府信息公开工作年度报告

本报告由六个部分组成，数据统计期限自2022年1月1日至12月31日。

一、总体情况
全年主动公开水情、雨情信息1286条。
二、主动公开政府信息情况
第二十条第（五）项
信息内容
本年处理决定数量
行政许可
388
三、收到和处理政府信息公开申请情况
| |自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计|
|---|---|---|---|---|---|---|---|
|一、本年新收政府信息公开申请数量|3|0|0|0|0|0|3|
|二、上年结转政府信息公开申请数量|0||0|0|0|0|0|
|（一）予以公开|2|0|0|0|0|0|2|
|（七）总计|2|0|0|0|0|0|2|
|四、结转下年度继续办理|1|0|0|0|0|0|1|
四、政府信息公开行政复议、行政诉讼情况
未发生。
五、存在的主要问题及改进情况
公开的深度不够。
六、其他需要报告的事项
无。
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return parse_report(REPORT, name="水务局.md")


def test_the_head_of_a_report_is_told(report: Report) -> None:
    assert (report.id, report.source.name) == ("水务局", "水务局.md")
    assert (report.authority, report.year, report.form) == ("某市水务局", 2022, "2021")
    assert report.title is not None
    assert report.period == ("2022-01-01", "2022-12-31")
    assert report.source.sha256 == sha256(REPORT.encode()).hexdigest()
    assert report.source.length == len(REPORT) == len(report.source_text)


def test_sections_records_and_checks_stand_together(report: Report) -> None:
    assert [section.kind for section in report.sections][-3:] == [
        "review_and_litigation",
        "problems_and_improvements",
        "other_matters",
    ]
    assert report.tables == ("article_20_5", "requests")
    assert len(report.records) == 36
    assert {check.table for check in report.checks} == {"requests"}
    assert not any(check.status == "failed" for check in report.checks)


def test_the_text_of_a_section_can_be_asked_for(report: Report) -> None:
    overview = report.section("overview")

    assert "1286条" in overview.source
    assert overview.section.heading is not None


def test_a_blank_is_undecided_unless_the_caller_lets_it_be_zero(report: Report) -> None:
    counted = parse_report(REPORT, options=ParseOptions(blank_as_zero=True))

    assert "undecided" in {check.status for check in report.checks}
    assert sum(check.status == "undecided" for check in counted.checks) < sum(
        check.status == "undecided" for check in report.checks
    )
    assert [record.state for record in counted.records] == [record.state for record in report.records]
    assert "blanks_counted_as_zero" in {finding.code for finding in counted.findings}


def test_a_failed_sum_is_told_and_no_value_is_changed() -> None:
    report = parse_report(REPORT.replace("|（七）总计|2|", "|（七）总计|7|"), name="a.md")

    assert report.table("requests")["results.total", "natural_person"].value == 7
    assert {check.rule for check in report.checks if check.status == "failed"} >= {"request_balance"}
    assert report.diagnosis
    assert "sum_differs" in {finding.code for finding in report.findings}


def test_a_bound_on_readings_stops_the_count_and_says_so() -> None:
    text = REPORT.replace("|（一）予以公开|2|0|0|0|0|0|2|", "|（一）予以公开|2|0|2|")

    (row,) = parse_report(text, name="a.md", options=ParseOptions(max_readings=10)).uncertain_rows

    assert (row.readings, row.complete) == (10, False)


def test_text_without_a_name_is_known_by_its_hash() -> None:
    report = parse_report(REPORT)

    assert report.id == sha256(REPORT.encode()).hexdigest()[:12]


def test_a_document_that_a_reader_made_is_parsed_like_its_source() -> None:
    document = read_source(REPORT.encode(), "a.md")

    assert parse_document(document, ParseOptions()) == parse_report(REPORT.encode(), name="a.md")


def test_text_bytes_and_page_of_one_report_have_the_same_values() -> None:
    table = [line for line in REPORT.split("\n") if line.startswith("|") and "---" not in line]
    rows = "".join("<tr><td>" + "</td><td>".join(line.strip("|").split("|")) + "</td></tr>" for line in table)
    paragraphs = "".join(f"<p>{line}</p>" for line in REPORT.split("\n") if not line.startswith("|"))
    start = paragraphs.index("<p>四、政府信息公开行政复议")
    page = f"<html><body>{paragraphs[:start]}<table>{rows}</table>{paragraphs[start:]}</body></html>"

    values = [
        [(r.table, r.row, r.column, r.state, r.value) for r in parse_report(source, name="a").records]
        for source in (REPORT, REPORT.encode("utf-8"), REPORT.encode("gb18030"), page)
    ]

    assert len(values[0]) == 36
    assert values[1:] == [values[0]] * 3


@pytest.mark.parametrize("text", ["今日天气晴。\n明日有雨。\n", "1\n2\n3\n"])
def test_what_is_no_report_is_a_finding_and_no_exception(text: str) -> None:
    report = parse_report(text)

    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["not_a_report"]
    assert (report.form, report.records) == (None, ())


@pytest.mark.parametrize("source", ["", b"", "  \n", None, 3])
def test_a_callers_mistake_is_an_exception(source: object) -> None:
    with pytest.raises(InputError):
        parse_report(source)


# Tables of no form


UNKNOWN = "某市水务局2022年政府信息公开工作年度报告\n一、总体情况\n{}\n二、主动公开政府信息情况\n无。\n"


def test_a_table_of_no_form_keeps_its_cells_its_place_and_its_section() -> None:
    report = parse_report(UNKNOWN.format("| 栏目 | 篇數 |\n|---|---|\n| 水情 | 12 |\n"))

    (table,) = report.unknown_tables
    assert table.grid == (("栏目", "篇數"), ("水情", "12"))
    assert table.section is not None
    assert report.sections[table.section].kind == "overview"
    assert report.source_text[table.span.start : table.span.end].startswith("| 栏目")


@pytest.mark.parametrize(
    "table", ["<table><tr><td>甲</td></tr></table>", "<table><tr><td>甲</td><td>乙</td></tr></table>"]
)
def test_a_single_row_or_column_is_no_table(table: str) -> None:
    assert parse_report(f"<html><p>{UNKNOWN.format(table)}</p></html>").unknown_tables == ()


def test_a_table_outside_of_any_section_is_left_to_the_unassigned_text() -> None:
    page = "<html><table><tr><td>索引号</td><td>1</td></tr><tr><td>分类</td><td>2</td></tr></table>{}</html>"

    report = parse_report(
        page.format("<p>某市水务局2022年政府信息公开工作年度报告</p><h2>一、总体情况</h2><p>正文。</p>")
    )

    assert report.unknown_tables == ()


# What holds of every report

PIECES = [
    *("一、总体情况\n", "三、收到和处理政府信息公开申请情况\n", "二、主动公开政府信息情况\n", "某市2020年年度报告\n"),
    *("（七）总计", "（一）予以公开", "其他", "总计", "自然人", "商业企业", "行政许可", "行政处罚", "规章", "结果维持"),
    *(
        "一、本年新收政府信息公开申请数量",
        "政府信息",
        "公开申请数量",
        "1.屬於國家秘密",
        "資訊",
        "網際網路",
        "（五）不予处理",
    ),
    *("0", "1", "12", "1,234", "—", "件", "万元", "+5/-2", ",", "、", "7"),
    *(
        "\n",
        "\n",
        "\n\n",
        " ",
        "   ",
        "\t",
        "|",
        "│",
        "\f",
        "\r\n",
        "\u3000",
        "\u200b",
        "- 3 -\n",
        "───┼──\n",
        "|---|---|\n",
    ),
    *("<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<td rowspan=2>", "<br>"),
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=80).map("".join))
def test_whatever_is_printed_every_record_and_every_span_points_home(text: str) -> None:
    try:
        report = parse_report(text)
    except InputError:
        return
    source = report.source_text

    for record in report.records:
        if record.certain:
            assert record.span is not None
            assert source[record.span.start : record.span.end] == record.raw
            assert (record.value is not None) == (record.state == "value")
        else:
            assert (record.value, record.raw, record.span) == (None, None, None)
            assert record.candidates is not None
    for row in (*report.uncertain_rows,):
        assert all(source[token.span.start : token.span.end] == token.raw for token in row.tokens)
    for unknown in report.unknown_rows:
        assert all(source[cell.span.start : cell.span.end] == cell.raw for cell in unknown.cells)
    cells = [(record.table, record.row, record.column) for record in report.records]
    assert len(cells) == len(set(cells))


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
def test_a_parse_says_the_same_twice_and_survives_json(text: str) -> None:
    try:
        report = parse_report(text)
    except InputError:
        return

    assert parse_report(text).model_dump_json() == report.model_dump_json()
    assert Report.model_validate_json(report.model_dump_json()).records == report.records


def test_tables_are_looked_for_within_the_limit_and_what_is_beyond_is_told() -> None:
    labels = ("一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理")
    table = "".join(f"{label}\n" + "1\n0\n0\n0\n0\n0\n1\n" for label in labels)
    text = f"某县2021年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n{table}" + "正文。\n" * 300 + table

    report = parse_report(text, options=ParseOptions(limits=Limits(max_pieces=100)))

    assert [record.value for record in report.records] == [1, 0, 0, 0, 0, 0, 1] * 4
    [finding] = [finding for finding in report.findings if finding.code == "limit_reached"]
    assert "max_pieces=100" in finding.message
    assert finding.spans[0].end == len(text)
    assert report.records[-1].span is not None
    assert report.records[-1].span.end <= finding.spans[0].start


def test_all_parts_of_a_report_are_its_records_and_no_plain_values() -> None:
    report = parse_report(REPORT)

    several = (report.sections, report.unassigned, report.findings, report.records, report.checks)
    parts: list[object] = [report.title, report.metadata, *(part for parts in several for part in parts)]

    assert {type(part).__module__ for part in parts} == {"reportparse.models"}
    assert report.sections
    assert report.findings
