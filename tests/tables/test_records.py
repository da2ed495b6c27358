from decimal import Decimal
from itertools import accumulate

import pytest

from reportparse import Report, parse_report
from reportparse.models import Record
from reportparse.tables.records import printed_units
from reportparse.tables.rows import Token
from reportparse.text.labels import LabelRef, Refs
from reportparse.text.words import Word

FEES = "二、主动公开政府信息情况\n第二十条第（八）项\n信息内容\n{head}\n行政事业性收费\n{value}\n"
LICENSES = (
    "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n上一年项目数量\n本年增/减\n处理决定数量\n"
    "行政许可\n12\n{change}\n388\n其他对外管理服务事项\n5\n0\n0\n第二十条第（九）项\n信息内容\n采购项目数量\n采购总金额\n"
)
STATISTICS = (
    "政府信息公开情况统计表\n统计指标\n单位\n统计数\n{label}\n{unit}\n3\n"
    "（一）收到申请数\n件\n38\n1.当面申请数\n件\n2\n2.传真申请数\n件\n0\n"
)


def record(report: Report, row: str, column: str) -> Record:
    """The one record of a row and column, held against the source text."""
    (found,) = [record for record in report.records if (record.row, record.column) == (row, column)]
    if found.span is not None:
        assert report.source_text[found.span.start : found.span.end] == found.raw
    return found


def fee(value: str, head: str = "本年收费金额（单位：万元）") -> Record:
    return record(parse_report(FEES.format(head=head, value=value)), "administrative_fees", "fees_collected")


# Units


@pytest.mark.parametrize(
    ("heads", "units"),
    [
        ({"c": "本年收费金额（单位：万元）"}, {("t", "c"): "万元"}),
        ({"c": "采购总金额(元)"}, {("t", "c"): "元"}),
        ({"c": "采购总金额"}, {}),
        ({"c": "单位：万元"}, {}),
        ({"c": "甲（件）", "d": "乙（项）"}, {("t", "c"): "件", ("t", "d"): "项"}),
        ({"c": "甲（", "d": "件）"}, {}),
        ({}, {}),
    ],
)
def test_units_in_brackets_of_heads_are_read(heads: dict[str, str], units: dict[tuple[str, str], str]) -> None:
    text = "".join(heads.values())
    ends = list(accumulate(map(len, heads.values())))
    starts = [0, *ends]
    refs = [Refs([LabelRef("t", "column", key, (), True), LabelRef("t", "row", "r", (), True)]) for key in heads]
    words = [Word(text, refs=own) for text, own in zip(heads.values(), refs, strict=True)]
    sightings = list(map(Token, starts, ends, words))

    assert printed_units(sightings, text) == units


def test_the_unit_of_the_cell_comes_before_that_of_the_head() -> None:
    assert (fee("12元").unit, fee("12元").value) == ("元", Decimal(12))


def test_the_unit_of_the_head_comes_before_that_of_the_form() -> None:
    assert fee("12", "本年收费金额(单位:元)").unit == "元"


def test_the_form_gives_the_unit_that_is_not_printed() -> None:
    assert fee("12", "本年收费金额").unit == "万元"


def test_no_number_is_converted_into_another_unit() -> None:
    assert [fee(value).value for value in ("96171.6", "251000元", "0.5亿元")] == [
        Decimal("96171.6"),
        Decimal(251000),
        Decimal("0.5"),
    ]


@pytest.mark.parametrize(("printed", "unit"), [("件", "件"), ("篇", "篇"), ("", "件")])
def test_the_unit_of_a_row_is_the_printed_one_or_that_of_the_form(printed: str, unit: str) -> None:
    found = record(
        parse_report(STATISTICS.format(label="制发规范性文件总数", unit=printed)),
        "proactive.normative_documents_issued",
        "value",
    )

    assert (found.unit, found.value) == (unit, 3)


# Values and what is told of them


def change(printed: str) -> tuple[Record, list[str]]:
    report = parse_report(LICENSES.format(change=printed))
    codes = [finding.code for finding in report.findings if finding.cells]
    return record(report, "administrative_licenses", "change"), codes


def test_counts_are_integers_and_money_is_decimal() -> None:
    assert type(change("2")[0].value) is int
    assert type(fee("0").value) is Decimal


def test_a_rise_and_a_fall_are_netted_and_told() -> None:
    found, codes = change("+5/-2")

    assert (found.value, found.raw, codes) == (3, "+5/-2", ["change_netted"])


def test_a_finding_about_a_cell_names_it_and_its_place() -> None:
    report = parse_report(LICENSES.format(change="+5/-2"))

    (finding,) = [finding for finding in report.findings if finding.code == "change_netted"]

    (cell,) = finding.cells
    assert (cell.table, cell.row, cell.column) == ("article_20_5", "administrative_licenses", "change")
    assert [report.source_text[start:end] for start, end in finding.spans] == ["+5/-2"]
    assert "行政许可" in finding.message
    assert "本年增/减" in finding.message


# Labels and places

TABLE = "|{}|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计|\n|---|---|---|---|---|---|---|---|\n"
ROWS = {"（一）予以公开": "2||||||2", "2.重复申请": "1|—|若干|0|0|0|1", "（七）总计": "3|0|0|0|0|0|3"}


def page(**changed: str) -> Report:
    rows = {**ROWS, **changed}
    return parse_report(TABLE.format("") + "".join(f"|{label}|{values}|\n" for label, values in rows.items()))


def test_a_record_carries_the_printed_label() -> None:
    report = parse_report(
        TABLE.format("") + "|㈠ 予以公开|2||||||2|\n|（七）总 计|3|0|0|0|0|0|3|\n|2.重复申请|||||||1|"
    )

    assert list(dict.fromkeys(record.label for record in report.records)) == [
        "㈠ 予以公开",
        "2.重复申请",
        "（七）总 计",
    ]


def test_a_label_over_several_lines_is_given_on_one() -> None:
    report = parse_report(STATISTICS.format(label="制发规范\n 性文件总数", unit="件"))

    assert report.records[0].label == "制发规范性文件总数"


def test_a_blank_cell_has_an_empty_place_after_the_cell_before_it() -> None:
    report = page()

    blanks = [r for r in report.records if r.row == "results.granted" and r.state == "blank"]

    assert [(r.raw, r.value, r.certain) for r in blanks] == [("", None, True)] * 5
    first = record(report, "results.granted", "natural_person").span
    assert first is not None
    assert all(r.span is not None and r.span.start == r.span.end >= first.end for r in blanks)


def test_marks_and_words_have_no_value_and_keep_their_print() -> None:
    report = page()

    mark = record(report, "results.not_processed.duplicate", "commercial_enterprise")
    word = record(report, "results.not_processed.duplicate", "research_institution")
    assert (mark.state, mark.raw, mark.value) == ("not_applicable", "—", None)
    assert (word.state, word.raw, word.value) == ("unreadable", "若干", None)


TRADITIONAL = (
    "三、收到和處理政府信息公開申請情況\n|（本列數據的勾稽關係）|自然人|商業企業|科研機構|社會公益組織|法律服務機構|其他|總計|\n"
    "|---|---|---|---|---|---|---|---|\n|一、本年新收政府資訊公開申請數量|３|０||—|若干|0|3|\n"
    "|二、上年結轉政府資訊公開申請數量|1 2|0|0|0|0|0|1|\n|（一）予以公開|2|0|0|0|0|0|2|\n|（七）總計|2|0|0|0|0|0|2|\n"
)


def test_places_and_print_are_those_of_the_source_in_traditional_characters() -> None:
    report = parse_report("透過網際網路公開政府資訊\n" + TRADITIONAL)

    assert report.source.script == "traditional"
    assert len(report.records) == 28
    for found in report.records:
        assert found.span is not None
        assert report.source_text[found.span.start : found.span.end] == found.raw
    assert [r.raw for r in report.records[:7]] == ["３", "０", "", "—", "若干", "0", "3"]
    assert record(report, "carried_over", "natural_person").value == 12
    assert report.records[0].label == "一、本年新收政府資訊公開申請數量"


# Doubt

DOUBTED = "三、收到和处理政府信息公开申请情况\n" + "".join(
    f"{label}\n{values}\n"
    for label, values in {
        "一、本年新收政府信息公开申请数量": "3\n0\n0\n0\n0\n0\n3",
        "二、上年结转政府信息公开申请数量": "1\n0\n0\n0\n0\n0\n1",
        "（一）予以公开": "—\n7\n5",
        "（七）总计": "3\n0\n0\n0\n0\n0\n3",
        "四、结转下年度继续办理": "1\n0\n0\n0\n0\n0\n1",
    }.items()
)


def doubted(row: str = "results.granted") -> list[Record]:
    return [record for record in parse_report(DOUBTED).records if record.row == row]


def test_a_doubtful_cell_has_candidates_and_nothing_else() -> None:
    for found in doubted():
        assert (found.certain, found.value, found.raw, found.span) == (False, None, None, None)
        assert found.candidates is not None


def test_candidates_stand_in_rising_order_with_none_last() -> None:
    values = [found.candidates.values for found in doubted() if found.candidates]

    assert values == [(None,), (7, None), (5, 7, None), (5, 7, None), (5, 7, None), (5, 7, None), (5, None)]


def test_a_state_is_given_only_where_all_readings_agree_on_it() -> None:
    report = parse_report(DOUBTED.replace("—\n7\n5", "2\n0\n0\n0\n0\n0\n2\n8"))

    states = {r.state for r in report.records if not r.certain}

    assert states == {None}


def test_a_doubtful_row_keeps_its_values_and_says_how_many_readings_there_are() -> None:
    report = parse_report(DOUBTED)

    (row,) = report.uncertain_rows
    assert [token.raw for token in row.tokens] == ["—", "7", "5"]
    assert all(report.source_text[t.span.start : t.span.end] == t.raw for t in row.tokens)
    assert (row.row, row.readings, row.complete) == ("results.granted", 35, True)
    (finding,) = [finding for finding in report.findings if finding.code == "row_uncertain"]
    assert len(finding.cells) == 7
    assert "3 values are printed for 7 cells" in finding.message


def test_many_candidates_are_given_by_their_bounds() -> None:
    values = "\n".join(str(number) for number in range(10, 50))

    report = parse_report(DOUBTED.replace("—\n7\n5", values))

    bounds = [r.candidates for r in report.records if r.row == "results.granted"]
    assert all(candidate is not None and candidate.values is None for candidate in bounds)
    assert all(candidate.min == 0 or candidate.min == 10 for candidate in bounds if candidate)


# Rows and tables that were not read


def test_a_row_found_by_a_damaged_label_is_told() -> None:
    report = parse_report(
        TABLE.format("") + "|（一）予以公开|2||||||2|\n|2.重复中请|1|||||||\n|（七）总计|3|0|0|0|0|0|3|"
    )

    assert record(report, "results.not_processed.duplicate", "natural_person").value == 1
    assert any("重复中请" in finding.message for finding in report.findings)


def test_heads_whose_values_were_not_read_are_told() -> None:
    report = parse_report("三、收到和处理政府信息公开申请情况\n自然人\n商业企业\n科研机构\n总计\n见附表\n")

    assert report.records == ()
    (finding,) = [finding for finding in report.findings if finding.code == "table_unread"]
    assert "requests" in finding.message
