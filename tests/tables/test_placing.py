"""Which evidence decides where values stand, and which signs keep a row in doubt."""

import pytest

from reportparse import Report, parse_report

HEADING = "三、收到和处理政府信息公开申请情况\n"
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
AFTER = "四、其他情况\n没有其他情况。\n"
ROWS = {
    "一、本年新收政府信息公开申请数量": "3 0 0 0 0 0 3",
    "二、上年结转政府信息公开申请数量": "1 0 0 0 0 0 1",
    "（一）予以公开": "2 0 0 0 0 0 2",
    "1.属于国家秘密": "1 0 0 0 0 0 1",
    "（七）总计": "3 0 0 0 0 0 3",
    "四、结转下年度继续办理": "1 0 0 0 0 0 1",
}
GRANTED = "（一）予以公开"
SECRET = "1.属于国家秘密"


def one_cell_a_line(**changed: str) -> str:
    rows = {**ROWS, **changed}
    return HEADING + "".join("\n".join([label, *values.split(), ""]) for label, values in rows.items()) + AFTER


def one_row_a_line(space: str, **changed: str) -> str:
    rows = {**ROWS, **changed}
    lines = [space.join([label, *values.split()]) for label, values in rows.items()]
    return HEADING + "\n".join(lines) + "\n" + AFTER


def aligned(**changed: str) -> str:
    rows = {**ROWS, **changed}
    lines = [
        label.ljust(60 - len(label)) + "".join(value.replace("_", "").ljust(8) for value in values.split())
        for label, values in rows.items()
    ]
    return HEADING + "\n".join(line.rstrip() for line in lines) + "\n" + AFTER


def values(report: Report, row: str) -> list[object]:
    """The values of a row, _ for a certain blank, ? for a cell in doubt."""
    return [
        "?" if not record.certain else "_" if record.state == "blank" else record.value
        for record in report.records
        if record.row == row
    ]


def doubtful(report: Report) -> list[str]:
    return [row.row for row in report.uncertain_rows]


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


# Places in the line


def test_a_row_without_values_in_an_aligned_text_is_blank() -> None:
    report = parse_report(aligned(**{SECRET: "_ _ _ _ _ _ _", GRANTED: "2 _ _ _ _ _ 2"}))

    assert values(report, "results.granted") == [2, "_", "_", "_", "_", "_", 2]
    assert values(report, "results.denied.state_secret") == ["_"] * 7


def test_values_one_space_apart_say_nothing_by_their_place() -> None:
    report = parse_report(one_row_a_line(" ", **{GRANTED: "2 2"}))

    assert doubtful(report) == ["results.granted"]


def test_each_page_is_measured_by_itself() -> None:
    text = aligned(**{GRANTED: "2 _ _ _ _ _ 2", SECRET: "_ _ 1 _ _ _ 1"})
    first, second = text.split(SECRET)
    moved = "\n".join(" " * 3 + line for line in f"{SECRET}{second}".split("\n"))

    report = parse_report(f"{first}\f{moved}")

    assert values(report, "results.granted") == [2, "_", "_", "_", "_", "_", 2]
    assert values(report, "results.denied.state_secret") == ["_", "_", 1, "_", "_", "_", 1]


# Signs of doubt


def test_a_value_on_the_next_line_of_a_text_with_one_row_a_line_is_doubted() -> None:
    text = one_row_a_line(" ", **{GRANTED: "2 0 0 0 0 0"}).replace(
        f"{GRANTED} 2 0 0 0 0 0\n", f"{GRANTED} 2 0 0 0 0 0\n7\n"
    )

    assert doubtful(parse_report(text)) == ["results.granted"]


def test_a_row_without_values_beside_a_number_that_no_row_took_is_no_certain_blank() -> None:
    rows = "制发规范性文件总数\n件\n3\n（一）收到申请数\n（件）\n38\n1.当面申请数\n件\n2\n2.传真申请数\n件\n0\n"

    report = parse_report("政府信息公开情况统计表\n统计指标\n单位\n统计数\n" + rows)

    assert values(report, "requests.received") in (["?"], [38])


def test_a_row_without_values_in_a_table_of_one_column_is_blank() -> None:
    rows = "制发规范性文件总数\n件\n3\n（一）收到申请数\n件\n1.当面申请数\n件\n2\n2.传真申请数\n件\n0\n"

    report = parse_report("政府信息公开情况统计表\n统计指标\n单位\n统计数\n" + rows)

    assert values(report, "requests.received") == ["_"]


def test_a_row_with_more_than_twice_its_values_puts_the_whole_table_in_doubt() -> None:
    report = parse_report(one_cell_a_line(**{SECRET: "1 " * 15}))

    assert not any(record.certain for record in report.records)


def test_what_follows_a_complete_row_after_more_empty_lines_is_no_part_of_it() -> None:
    text = one_cell_a_line().replace(
        "（七）总计\n3\n0\n0\n0\n0\n0\n3\n", "（七）总计\n3\n0\n0\n0\n0\n0\n3\n\n\n\n2022\n"
    )

    assert values(parse_report(text), "results.total") == [3, 0, 0, 0, 0, 0, 3]


def test_cells_that_a_merged_head_repeats_stand_under_it_once() -> None:
    heads = ["自然人", "自然人", *HEADS[1:]]
    rows = {label: [cells.split()[0], *cells.split()] for label, cells in ROWS.items()}

    report = parse_report(
        HEADING + "\n".join(heads) + "\n" + "".join("\n".join([label, *cells, ""]) for label, cells in rows.items())
    )

    # Heads belong to the row right after them; the rows below have one value too many to be certain.
    assert values(report, "new_requests") == [3, 0, 0, 0, 0, 0, 3]


# Page numbers at the end of a row


def paged(*pages: tuple[str, str]) -> str:
    """One cell a line, with a bare number on a line of its own after some rows."""
    text = one_cell_a_line()
    for label, number in pages:
        cells = "\n".join([label, *ROWS[label].split(), ""])
        text = text.replace(cells, f"{cells}{number}\n")
    return text


def test_bare_numbers_that_count_up_after_rows_that_add_up_are_page_numbers() -> None:
    report = parse_report(paged((GRANTED, "7"), ("（七）总计", "8")))

    assert doubtful(report) == []
    assert values(report, "results.granted") == [2, 0, 0, 0, 0, 0, 2]
    assert values(report, "results.total") == [3, 0, 0, 0, 0, 0, 3]


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        (((GRANTED, "7"),), "no other number counts up with it"),
        (((GRANTED, "7"), ("（七）总计", "12")), "the numbers do not follow one another"),
        (((GRANTED, "0"), ("（七）总计", "1")), "no page bears 0"),
    ],
)
def test_other_bare_numbers_keep_the_row_in_doubt(pages: tuple[tuple[str, str], ...], why: str) -> None:
    assert "results.granted" in doubtful(parse_report(paged(*pages))), why


def test_a_row_that_does_not_add_up_keeps_its_doubt_beside_page_numbers() -> None:
    text = paged((GRANTED, "7"), ("（七）总计", "8"), ("四、结转下年度继续办理", "9"))

    report = parse_report(text.replace(f"{GRANTED}\n2\n", f"{GRANTED}\n5\n"))

    assert doubtful(report) == ["results.granted"]


# Numbers that a line end broke


@pytest.mark.parametrize(("printed", "value"), [("1\n,\n234", 1234), ("1\n,234", 1234)])
def test_a_number_that_goes_on_after_a_line_end_is_one(printed: str, value: int) -> None:
    text = one_cell_a_line().replace(f"{SECRET}\n1\n", f"{SECRET}\n{printed}\n")

    report = parse_report(text)

    assert values(report, "results.denied.state_secret")[0] == value
    assert "number_joined" in codes(report)


def test_a_row_of_a_grid_whose_last_number_goes_on_below_is_doubted() -> None:
    lines = [f"|{label}|{'|'.join(cells.split())}|" for label, cells in ROWS.items()]
    lines[2] = f"|{GRANTED}|2|0|0|0|0|0|2"

    report = parse_report(HEADING + "\n".join([*lines[:3], "5|", *lines[3:]]) + "\n" + AFTER)

    assert values(report, "results.granted")[-1] in ("?", 25)


# Values that may belong to the row above


@pytest.mark.parametrize(("after", "penalties"), [("1940\n2489", ["?"]), ("2489", ["_"])])
def test_row_without_values_is_in_doubt_where_the_next_row_has_too_many(after: str, penalties: list[object]) -> None:
    text = "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n行政强制\n" + after

    assert values(parse_report(text), "administrative_penalties") == penalties


def test_heads_of_a_table_above_are_none_of_the_table_below() -> None:
    text = """溪口县档案局2019年政府信息公开工作年度报告
二、主动公开政府信息情况
                                           第二十条第（五）项
            信息内容  上一年项目数量  本年增/减  处理决定数量
行政许可                                   2716
其他对外管理服务事项                       3093          2599


                               第二十条第（六）项
信息内容  上一年项目数量  本年增/减  处理决定数量
行政处罚            1533                     2744
行政强制            1309                      295
"""

    table = parse_report(text).table("article_20_6")

    assert table["administrative_penalties", "previous_year_items"].value == 1533
    assert table["administrative_penalties", "change"].state == "blank"
    assert table["administrative_compulsion", "decisions"].value == 295


@pytest.mark.parametrize("sign", ["-", "+", "－"])
def test_a_sign_at_the_end_of_a_row_may_belong_to_the_number_in_the_next_line(sign: str) -> None:
    text = (
        "溪口县档案局2019年政府信息公开工作年度报告\n二、主动公开政府信息情况\n第二十条第（八）项\n"
        f"信息内容\t上一年项目数量\t本年增/减\n行政事业性收费\t63\t{sign}\n2525\n三、收到和处理政府信息公开申请情况\n"
    )

    change = parse_report(text).table("article_20_8")["administrative_fees", "change"]

    assert not change.certain
