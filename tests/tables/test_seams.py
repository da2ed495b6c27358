"""Tables that a page break cut in two: when two are one, and what becomes of the row that was cut."""

import pytest

from reportparse import Report, parse_report

FIRST = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开"]
VALUES = ("2", "0", "0", "0", "0", "0", "2")
BLANKS = ("",) * 7
HEAD = ("类别", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def table(*rows: tuple[str, ...]) -> str:
    return "<table>" + "".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in rows) + "</table>"


def parsed(upper: list[tuple[str, ...]], lower: list[tuple[str, ...]], between: str = "<p>- 3 -</p>") -> Report:
    title = "<h1>某市水务局2020年政府信息公开工作年度报告</h1><p>三、收到和处理政府信息公开申请情况</p>"
    above = [HEAD, *((label, *VALUES) for label in FIRST)]
    return parse_report(f"<html>{title}{table(*above, *upper)}{between}{table(*lower)}</html>")


def row_of(report: Report, key: str) -> list[tuple[str | None, object]]:
    return [(record.state, record.value) for record in report.records if record.row == key]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("between", ["", "<p>- 3 -</p>", "<p>4</p>", "<p>（续表）</p>", "<br>&nbsp;<br>"])
def test_a_table_goes_on_after_a_page_break(between: str) -> None:
    report = parsed([("（二）部分公开", *VALUES)], [("1.属于国家秘密", *VALUES)], between)

    assert "table_joined" in codes(report)
    assert len(row_of(report, "results.denied.state_secret")) == 7


def test_a_head_that_is_repeated_does_not_part_a_table() -> None:
    report = parsed([("（二）部分公开", *VALUES)], [HEAD, ("1.属于国家秘密", *VALUES)])

    assert "table_joined" in codes(report)


@pytest.mark.parametrize(
    ("lower", "between"),
    [
        ([("行政许可", "3"), ("行政处罚", "4")], "<p>第二十条第（五）项</p>"),
        ([("信息内容", "本年制发件数"), ("规章", "3")], ""),
        ([("（二）部分公开", *VALUES)], "<p>上表说明。</p>"),
    ],
)
def test_another_table_is_not_joined(lower: list[tuple[str, ...]], between: str) -> None:
    assert "table_joined" not in codes(parsed([], lower, between))


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (("2.其他法律行政", *VALUES), ("法规禁止公开", *BLANKS)),
        (("2.其他法律行政", *BLANKS), ("法规禁止公开", *VALUES)),
        (("2", *VALUES), (".其他法律行政法规禁止公开", *BLANKS)),
        (("2.其他法律行政法规禁止公开", *BLANKS), ("", *VALUES)),
    ],
)
def test_a_row_that_was_cut_is_one(upper: tuple[str, ...], lower: tuple[str, ...]) -> None:
    report = parsed([upper], [lower, ("3.危及“三安全一稳定”", *VALUES)])

    assert row_of(report, "results.denied.prohibited_by_law") == [("value", int(value)) for value in VALUES]
    assert len(row_of(report, "results.denied.endangers_security_or_stability")) == 7


def test_values_that_may_be_those_of_the_row_above_leave_it_in_doubt() -> None:
    report = parsed([("2.其他法律行政法规禁止公开", *BLANKS)], [("", "", *VALUES), ("4.保护第三方合法权益", *VALUES)])

    assert "row_uncertain" in codes(report)
    states = {record.certain for record in report.records if record.row == "results.denied.prohibited_by_law"}
    assert states == {False}


def test_many_tables_cost_no_more_than_their_size() -> None:
    report = parse_report("<html>" + "<table><tr><td>（一）予以公开</td><td>2</td></tr></table>" * 3000)

    assert report.source.length > 3000
