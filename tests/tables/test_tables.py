"""One small table in every layout: what is read, what is doubted, what is kept without a place.

The six rows below stand for the longest table of the forms. Each test prints them in another way, or with one thing
amiss, and says what of them must come out.
"""

from collections.abc import Callable

import pytest

from reportparse import Report, parse_report
from reportparse.models import Record

HEADING = "三、收到和处理政府信息公开申请情况"
AFTER = "四、其他情况\n全年没有其他情况。\n"
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
NEW = "一、本年新收政府信息公开申请数量"
OLD = "二、上年结转政府信息公开申请数量"
RESULTS = "三、本年度办理结果"
GRANTED = "（一）予以公开"
DENIED = "（三）不予公开"
SECRET = "1.属于国家秘密"
TOTAL = "（七）总计"
NEXT = "四、结转下年度继续办理"
KEYS = {
    NEW: "new_requests",
    OLD: "carried_over",
    GRANTED: "results.granted",
    SECRET: "results.denied.state_secret",
    TOTAL: "results.total",
    NEXT: "carried_forward",
}
# A row is printed as its values parted by spaces; _ is a cell printed blank.
ROWS = {NEW: "3 0 0 0 0 0 3", OLD: "1 0 0 0 0 0 1", GRANTED: "2 0 0 0 0 0 2"}
ROWS |= {SECRET: "1 0 0 0 0 0 1", TOTAL: "3 0 0 0 0 0 3", NEXT: "1 0 0 0 0 0 1"}
NINES = ["9", "0", "0", "0", "0", "0", "9"]
Cell = int | str | tuple[int | None, ...]


def with_rows(changed: dict[str, str]) -> dict[str, str]:
    """The rows with some changed or, after them in the order given, added."""
    return {**ROWS, **changed}


def with_row_after(label: str, added: str, values: str) -> dict[str, str]:
    """The rows with one more after a label."""
    rows = {}
    for own, own_values in ROWS.items():
        rows[own] = own_values
        if own == label:
            rows[added] = values
    return rows


def cells_of(values: str) -> list[str]:
    return ["" if value == "_" else value for value in values.split()]


def one_cell_a_line(rows: dict[str, str]) -> str:
    return report_text("\n".join(HEADS), *("\n".join([label, *cells_of(values)]) for label, values in rows.items()))


def one_row_a_line(rows: dict[str, str], space: str = " ") -> str:
    return report_text(space.join(HEADS), *(space.join([label, *cells_of(values)]) for label, values in rows.items()))


def with_pipes(rows: dict[str, str], *, heads: bool = True) -> str:
    head = [f"| |{'|'.join(HEADS)}|", "|---" * 8 + "|"] if heads else []
    return report_text(*head, *(f"| {label} | {' | '.join(cells_of(values))} |" for label, values in rows.items()))


def as_page(rows: dict[str, str]) -> str:
    lines = [("", *HEADS), *((label, *cells_of(values)) for label, values in rows.items())]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f"<html><body><p>{HEADING}</p><table>{table}</table><p>四、其他情况</p></body></html>"


def report_text(*lines: str) -> str:
    return "\n".join([HEADING, *lines, AFTER])


def shown(record: Record) -> Cell:
    """A record as a short word: its number, _ for blank, its print for a mark, the candidates of a doubt."""
    if not record.certain:
        assert record.candidates is not None
        return tuple(record.candidates.values or (record.candidates.min, record.candidates.max))  # type: ignore[arg-type]
    if record.state == "value":
        return record.value if isinstance(record.value, int) else str(record.value)
    return "_" if record.state == "blank" else str(record.raw)


def read(report: Report) -> dict[str, list[Cell]]:
    """The rows of all tables, after holding every certain record against the source text."""
    rows: dict[str, list[Cell]] = {}
    for record in report.records:
        rows.setdefault(record.row, []).append(shown(record))
        if record.certain:
            assert record.span is not None
            assert report.source_text[record.span.start : record.span.end] == record.raw
    return rows


def expected(rows: dict[str, str] = ROWS) -> dict[str, list[Cell]]:
    return {
        KEYS[label]: [int(value) if value.isdigit() else value for value in values.split()]
        for label, values in rows.items()
    }


def doubtful_rows(report: Report) -> list[str]:
    return [row.row for row in report.uncertain_rows]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


WITH_BLANKS = with_rows({GRANTED: "2 _ _ _ _ _ 2", SECRET: "_ _ 1 _ _ _ 1"})


# Layouts that show every cell


def test_one_cell_a_line_is_read() -> None:
    report = parse_report(one_cell_a_line(ROWS))

    assert read(report) == expected()
    assert report.uncertain_rows == ()


@pytest.mark.parametrize("space", [" ", "　", "  ", " \u00a0 "])
def test_one_row_a_line_is_read(space: str) -> None:
    assert read(parse_report(one_row_a_line(ROWS, space))) == expected()


@pytest.mark.parametrize("heads", [True, False])
def test_pipes_keep_blank_cells(heads: bool) -> None:
    assert read(parse_report(with_pipes(WITH_BLANKS, heads=heads))) == expected(WITH_BLANKS)


def test_tabs_keep_blank_cells() -> None:
    assert read(parse_report(one_row_a_line(WITH_BLANKS, "\t"))) == expected(WITH_BLANKS)


def test_a_page_keeps_blank_cells() -> None:
    assert read(parse_report(as_page(WITH_BLANKS))) == expected(WITH_BLANKS)


def test_blank_columns_beyond_the_table_are_passed_over() -> None:
    text = with_pipes(WITH_BLANKS).replace(" |\n", " | | |\n")

    assert read(parse_report(text)) == expected(WITH_BLANKS)


def test_a_box_is_drawn_round_cells_of_several_lines() -> None:
    lines = ["┌──────┬──┐"]
    for label, values in WITH_BLANKS.items():
        cells = cells_of(values)
        lines += [f"│{label[:6]}│{'│'.join(cells)}│", f"│{label[6:]}│{'│'.join('' for _ in cells)}│", "├──────┼──┤"]

    report = parse_report(report_text(*lines))

    assert read(report) == expected(WITH_BLANKS)
    assert {record.label for record in report.records} == set(ROWS)


def typed_grid(rows: dict[str, str], cut: int = 6) -> list[str]:
    """A grid drawn with the signs of a typewriter, labels and numbers cut to what fits in a line of their cells."""
    rule = f"+{'-' * cut}{'+--' * 7}+"
    lines = [rule]
    for label, values in rows.items():
        cells = cells_of(values)
        for first in range(0, len(label), cut):
            digits = [cell[first // cut : first // cut + 1] for cell in cells]
            lines.append(f"|{label[first : first + cut]}|{'|'.join(digits)}|")
        lines.append(rule)
    return lines


def test_a_grid_of_typed_rules_is_read_though_its_labels_are_cut() -> None:
    report = parse_report(report_text(*typed_grid(WITH_BLANKS)))

    assert read(report) == expected(WITH_BLANKS)


def test_digits_one_below_the_other_in_a_ruled_cell_may_be_one_number() -> None:
    report = parse_report(report_text(*typed_grid(with_rows({GRANTED: "12 0 0 0 0 0 12"}))))

    assert doubtful_rows(report) == ["results.granted"]
    assert read(report)["results.granted"] == [(1, 2, 12), (0,), (0,), (0,), (0,), (0,), (1, 2, 12)]


def test_a_number_torn_at_the_end_of_a_row_of_several_lines_is_doubted() -> None:
    rule = "├──────┼─┼─┼─┼─┼─┼─┼──┤"
    lines = [rule]
    for label, values in with_rows({GRANTED: "2 0 0 0 0 0 12"}).items():
        lines += [f"│{label[:4]}│ │ │ │ │ │ │ │", f"│{label[4:]}│{'│'.join(cells_of(values))}│", rule]
    text = report_text(*lines)

    whole, torn = parse_report(text), parse_report(text.replace("│12│", "│1\n2│"))

    assert read(whole)["results.granted"] == [2, 0, 0, 0, 0, 0, 12]
    assert doubtful_rows(torn) == ["results.granted"]


def test_rules_between_groups_of_rows_do_not_put_rows_together() -> None:
    lines = with_pipes(ROWS, heads=False).split("\n")
    rule = "+------+--+"

    report = parse_report("\n".join([*lines[:1], rule, *lines[1:4], rule, *lines[4:7], rule, *lines[7:]]))

    assert read(report) == expected()


def test_a_value_alone_under_that_of_a_row_may_be_the_rest_of_it() -> None:
    text = with_pipes(ROWS).replace(f"| {OLD}", f"| | 7 | | | | | | |\n| {OLD}")

    report = parse_report(text)

    assert doubtful_rows(report) == ["new_requests"]
    assert read(report)["new_requests"][0] == (3, 7, 37)


def test_lines_that_lost_their_bars_do_not_part_heads_from_rows() -> None:
    heads = [head for head in HEADS if head != "法律服务机构"]
    rows = [f"| | {label} | | {' | '.join(cells_of(values)[:6])} |" for label, values in ROWS.items()]

    report = parse_report(report_text(f"| | | |{'|'.join(heads)}|", "组织 机构", *rows))

    # Seven cells stand after each label, but the heads say that the first of them is none.
    assert set(doubtful_rows(report)) == set(KEYS.values())


def test_a_row_that_lost_a_cell_is_not_placed_by_heads_above_other_cells() -> None:
    def line(*cells: str) -> str:
        return f"|{'|'.join(cells)}|"

    rows = WITH_BLANKS | {GRANTED: "_ 2 _ _ _ _ _"}
    values = {label: cells_of(row) for label, row in rows.items()}
    text = report_text(
        line("", "", "", *HEADS),
        line(*["---"] * 10),
        line(NEW, "", "", *values[NEW]),
        line(GRANTED, "", *values[GRANTED]),
        line(SECRET, *values[SECRET]),
        line(NEXT, "", "", *values[NEXT]),
    )

    report = parse_report(text)

    assert doubtful_rows(report) == ["results.granted"]
    assert read(report)["results.denied.state_secret"] == expected(rows)["results.denied.state_secret"]


def test_two_tabs_between_cells_are_one_border() -> None:
    assert read(parse_report(one_row_a_line(WITH_BLANKS, "\t\t"))) == expected(WITH_BLANKS)


def test_a_number_torn_in_two_is_no_complete_row_though_what_follows_stands_off() -> None:
    heads = ["第二十条第（八）项", "信息内容", "上一年项目数量", "本年增/减"]
    row = ["行政事业性收费", "1\n3", "-57"]

    report = parse_report("\n\n\n".join(["二、主动公开政府信息情况", *heads, *row, "三、其他"]))

    assert [record.certain for record in report.records] == [False, False]


def as_csv(rows: dict[str, str]) -> str:
    return report_text(",".join(["", *HEADS]), *(",".join([label, *cells_of(row)]) for label, row in rows.items()))


def test_commas_part_the_cells_of_csv() -> None:
    assert read(parse_report(as_csv(WITH_BLANKS))) == expected(WITH_BLANKS)


def test_commas_in_quotes_are_part_of_a_number() -> None:
    text = as_csv(with_rows({NEW: '"1,234" 0 0 0 0 0 "1,234"'}))

    assert read(parse_report(text))["new_requests"] == [1234, 0, 0, 0, 0, 0, 1234]


def test_commas_of_thousands_outside_quotes_make_no_cells() -> None:
    text = as_csv(with_rows({NEW: "1,234 0 0 0 0 0", OLD: "1 0 0 0 0 0 1"}))

    report = parse_report(text)

    assert [record for record in report.records if record.row == "new_requests" and record.certain] == []
    assert read(report)["carried_over"] == expected()["carried_over"]


def test_numbers_with_commas_one_a_line_are_no_rows_of_csv() -> None:
    rows = with_rows({NEW: "1,234 0 0 0 0 0 1,234", OLD: "2,345 0 0 0 0 0 2,345"})

    assert read(parse_report(one_cell_a_line(rows)))["new_requests"] == [1234, 0, 0, 0, 0, 0, 1234]


@pytest.mark.parametrize("empty", ["nan", "NaN", "<NA>", "None", "NULL"])
def test_what_data_libraries_write_for_an_empty_cell_is_blank(empty: str) -> None:
    filled = {label: values.replace("_", empty) for label, values in WITH_BLANKS.items()}

    report = parse_report(with_pipes(filled))

    assert {record.raw for record in report.records if record.state == "blank"} == {empty}
    assert report.uncertain_rows == ()


def test_a_lone_backslash_in_a_typed_grid_may_be_a_line_break() -> None:
    rows = with_rows({GRANTED: "2 \\ 0 0 0 0 2"})

    assert doubtful_rows(parse_report(report_text(*typed_grid(rows)))) == ["results.granted"]
    assert read(parse_report(with_pipes(rows)))["results.granted"][1] == "\\"


def test_numbers_that_count_the_columns_are_no_values() -> None:
    heads = "|结果维持|结果纠正|其他结果|尚未审结|总计" * 3 + "|"
    counted = "|" + "|".join(str(place) for place in range(15)) + "|"
    values = "|1|0|0|0|1|0|0|0|0|0|0|2|0|0|2|"

    report = parse_report("\n".join(["四、政府信息公开行政复议、行政诉讼情况", counted, heads, values, AFTER]))

    assert [record.value for record in report.records] == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2]
    assert all(record.certain for record in report.records)


def test_a_grid_without_group_cells_and_one_with_them_are_the_same() -> None:
    def line(*cells: str) -> str:
        return f"|{'|'.join(cells)}|"

    values = {label: cells_of(row) for label, row in ROWS.items()}
    text = report_text(
        line("", "", "", *HEADS),
        line(*["---"] * 10),
        line(NEW, "", "", *values[NEW]),
        line(OLD, "", "", *values[OLD]),
        line(RESULTS, GRANTED, "", *values[GRANTED]),
        line("", DENIED, SECRET, *values[SECRET]),
        line("", TOTAL, "", *values[TOTAL]),
        line(NEXT, "", "", *values[NEXT]),
    )

    assert read(parse_report(text)) == expected()


def test_a_merged_cell_that_repeats_in_each_place_names_one_row() -> None:
    def line(first: str, second: str, third: str, label: str) -> str:
        return f"|{first}|{second}|{third}|{'|'.join(cells_of(ROWS[label]))}|"

    text = report_text(
        line(NEW, NEW, NEW, NEW),
        line(OLD, OLD, OLD, OLD),
        line(RESULTS, GRANTED, GRANTED, GRANTED),
        line(RESULTS, DENIED, SECRET, SECRET),
        line(RESULTS, TOTAL, TOTAL, TOTAL),
        line(NEXT, NEXT, NEXT, NEXT),
    )

    report = parse_report(text)

    assert read(report) == expected()
    assert "row_repeated" not in codes(report)


def test_a_label_printed_twice_in_running_text_names_one_row() -> None:
    text = one_cell_a_line(ROWS).replace(f"{GRANTED}\n", f"{GRANTED}\n{GRANTED}\n")

    report = parse_report(text)

    assert read(report) == expected()
    assert report.unknown_rows == ()


def test_row_and_column_spans_of_a_page_are_resolved() -> None:
    head = (
        "<tr><td rowspan=3 colspan=2>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td>"
        "<td colspan=7>申请人情况</td></tr><tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td>"
        "<td rowspan=2>总计</td></tr><tr><td>商业企业</td><td>科研机构</td><td>社会公益组织</td>"
        "<td>法律服务机构</td><td>其他</td></tr>"
    )

    def values(label: str) -> str:
        return "".join(f"<td>{cell}</td>" for cell in cells_of(WITH_BLANKS[label]))

    rows = (
        f"<tr><td colspan=2>{NEW}</td>{values(NEW)}</tr><tr><td colspan=2>{OLD}</td>{values(OLD)}</tr>"
        f"<tr><td rowspan=3>{RESULTS}</td><td>{GRANTED}</td>{values(GRANTED)}</tr>"
        f"<tr><td>{SECRET}</td>{values(SECRET)}</tr><tr><td>{TOTAL}</td>{values(TOTAL)}</tr>"
        f"<tr><td colspan=2>{NEXT}</td>{values(NEXT)}</tr>"
    )

    report = parse_report(f"<html><body><p>{HEADING}</p><table>{head}{rows}</table></body></html>")

    assert read(report) == expected(WITH_BLANKS)


# Labels


@pytest.mark.parametrize("length", [2, 3, 5, 9])
def test_a_label_that_lines_cut_is_put_together(length: int) -> None:
    cut = {"\n".join(label[i : i + length] for i in range(0, len(label), length)): v for label, v in ROWS.items()}

    report = parse_report(one_cell_a_line(cut))

    assert read(report) == expected()
    assert {record.label for record in report.records} == set(ROWS)


@pytest.mark.parametrize("length", [6, 7])
def test_a_label_that_its_values_tear_is_put_together(length: int) -> None:
    torn = [f"{label[:length]} {values}\n{label[length:]}".strip() for label, values in ROWS.items()]

    report = parse_report(report_text(" ".join(HEADS), *torn))

    assert read(report) == expected()
    assert all(label.startswith(record.label) for label, record in zip(ROWS, report.records[::7], strict=True))


def test_values_may_stand_beside_the_middle_line_of_a_label() -> None:
    torn = [f"{label[:4]}\n{label[4:6]} {values}\n{label[6:]}".strip() for label, values in ROWS.items()]

    assert read(parse_report(report_text(" ".join(HEADS), *torn))) == expected()


def test_pieces_of_a_group_label_beside_the_rows_are_no_labels() -> None:
    beside = [f"{NEW} {ROWS[NEW]}", f"{OLD} {ROWS[OLD]}", f"三、本年度办 {GRANTED} {ROWS[GRANTED]}"]
    beside += [f"理结果 {SECRET} {ROWS[SECRET]}", f"{TOTAL} {ROWS[TOTAL]}", f"{NEXT} {ROWS[NEXT]}"]

    assert read(parse_report(report_text(*beside))) == expected()


def test_group_labels_between_the_rows_have_no_values() -> None:
    text = one_cell_a_line(ROWS)
    text = text.replace(GRANTED, f"{RESULTS}\n{GRANTED}").replace(SECRET, f"{DENIED}\n{SECRET}")

    report = parse_report(text)

    assert read(report) == expected()
    assert report.unknown_rows == ()


def test_a_mark_beside_a_group_label_is_no_value_of_its_first_row() -> None:
    text = one_cell_a_line(ROWS).replace(SECRET, f"{DENIED}\n——\n{SECRET}")

    assert read(parse_report(text)) == expected()


@pytest.mark.parametrize("number_from", ["3 0", "30"])
def test_a_label_run_together_with_its_first_value_is_cut_apart(number_from: str) -> None:
    rows = with_rows({NEW: "30 0 0 0 0 0 30"}) if number_from == "30" else ROWS
    lines = [label + values for label, values in rows.items()]

    assert read(parse_report(report_text(" ".join(HEADS), *lines))) == expected(rows)


def test_a_damaged_label_between_its_neighbours_is_the_row_that_is_missing() -> None:
    damaged = {label.replace("予以公开", "予以公升"): values for label, values in ROWS.items()}

    report = parse_report(with_pipes(damaged))

    assert read(report) == expected()


# Rows


def test_rows_are_found_by_label_and_not_by_their_order() -> None:
    shuffled = {label: ROWS[label] for label in (NEW, GRANTED, OLD, SECRET, NEXT, TOTAL)}

    report = parse_report(one_cell_a_line(shuffled))

    assert read(report) == expected()
    assert [record.row for record in report.records[::7]] == list(KEYS.values())


def test_a_missing_row_shifts_no_other() -> None:
    rows = {label: values for label, values in ROWS.items() if label != OLD}

    assert read(parse_report(one_cell_a_line(rows))) == expected(rows)


@pytest.mark.parametrize("layout", [one_cell_a_line, one_row_a_line, with_pipes, as_page])
def test_a_row_that_the_form_does_not_have_is_kept_as_printed(layout: Callable[[dict[str, str]], str]) -> None:
    rows = with_row_after(OLD, "其中：涉及企业的申请", "9 0 0 0 0 0 9")

    report = parse_report(layout(rows))

    assert read(report) == expected()
    (unknown,) = report.unknown_rows
    assert (unknown.table, unknown.label) == ("requests", "其中：涉及企业的申请")
    assert [cell.raw for cell in unknown.cells] == NINES
    assert report.source_text[unknown.span.start : unknown.span.end].startswith("其中")
    assert "row_unknown" in codes(report)


def test_an_unknown_row_at_the_end_of_a_grid_belongs_to_its_table() -> None:
    report = parse_report(with_pipes({**ROWS, "历史遗留申请的数量": "9 0 0 0 0 0 9"}))

    assert [row.label for row in report.unknown_rows] == ["历史遗留申请的数量"]


def test_an_unknown_row_before_the_first_known_one_is_kept_too() -> None:
    rows = {"历史遗留申请的数量": "9 0 0 0 0 0 9", **ROWS}

    report = parse_report(with_pipes(rows))

    assert [row.label for row in report.unknown_rows] == ["历史遗留申请的数量"]


def test_a_row_printed_twice_is_read_once_and_told() -> None:
    text = one_cell_a_line(with_row_after(SECRET, f" {NEW}", "9 0 0 0 0 0 9"))

    report = parse_report(text)

    assert read(report) == expected()
    assert [[cell.raw for cell in row.cells] for row in report.unknown_rows] == [NINES]
    assert codes(report).count("row_repeated") == 1


def test_of_two_prints_of_a_row_the_one_in_its_order_is_read() -> None:
    rows = {f" {SECRET}": "9 0 0 0 0 0 9", **ROWS}

    report = parse_report(one_cell_a_line(rows))

    assert read(report) == expected()
    assert [[cell.raw for cell in row.cells] for row in report.unknown_rows] == [NINES]


def test_a_label_that_no_order_settles_is_kept_as_an_unknown_row() -> None:
    text = STATISTICS.replace("（二）被依法纠错数\n件\n1\n", "（二）被依法纠错数\n件\n1\n" * 3, 1)

    report = parse_report(text)

    assert "（二）被依法纠错数" in [row.label for row in report.unknown_rows]


def test_a_row_printed_twice_is_not_called_unknown_to_the_form() -> None:
    text = one_cell_a_line(with_row_after(SECRET, f" {NEW}", "9 0 0 0 0 0 9"))

    assert "row_unknown" not in codes(parse_report(text))


def test_labels_listed_before_the_table_yield_to_its_rows() -> None:
    text = one_cell_a_line(ROWS).replace(f"{NEW}\n", f"{NEW}\n{OLD}\n{NEW}\n", 1)

    assert read(parse_report(text))["new_requests"] == expected()["new_requests"]


# Blanks


def with_blank_lines(rows: dict[str, str]) -> str:
    """One cell a line, one empty line between cells, and the empty line of a blank cell."""
    lines = [HEADING, "", ""]
    for label, values in rows.items():
        lines += [label, ""]
        for cell in cells_of(values):
            lines += [cell, ""]
        lines += [""]
    return "\n".join([*lines, AFTER])


def test_empty_lines_tell_where_blank_cells_stand() -> None:
    rows = with_rows({OLD: "_ 1 _ _ 0 0 1", GRANTED: "2 _ _ _ _ _ 2", SECRET: "_ _ _ _ _ _ _"})

    report = parse_report(with_blank_lines(rows))

    assert read(report) == expected(rows)


def test_a_blank_that_left_no_line_is_doubted_beside_blanks_that_did() -> None:
    blanks = {NEW: "3 _ _ _ _ _ 3", OLD: "_ 1 _ _ 0 0 1", GRANTED: "2 _ _ _ _ _ 2", TOTAL: "3 0 _ _ _ 0 3"}

    report = parse_report(with_blank_lines(with_rows({**blanks, SECRET: "1 0 0 0 1"})))

    assert doubtful_rows(report) == ["results.denied.state_secret"]
    assert read(report)["results.total"] == [3, 0, "_", "_", "_", 0, 3]


@pytest.mark.parametrize("layout", [one_cell_a_line, one_row_a_line])
def test_a_row_whose_blanks_vanished_is_doubted_with_all_it_may_hold(layout: Callable[[dict[str, str]], str]) -> None:
    report = parse_report(layout(with_rows({GRANTED: "2 1 3"})))

    rows = read(report)
    assert rows.pop("results.granted") == [
        (2, None),
        (1, 2, None),
        (1, 2, 3, None),
        (1, 2, 3, None),
        (1, 2, 3, None),
        (1, 3, None),
        (3, None),
    ]
    assert rows == expected({label: values for label, values in ROWS.items() if label != GRANTED})
    (doubt,) = report.uncertain_rows
    assert ([token.raw for token in doubt.tokens], doubt.readings, doubt.complete) == (["2", "1", "3"], 35, True)
    assert "row_uncertain" in codes(report)


def test_more_values_than_cells_are_doubted() -> None:
    report = parse_report(one_cell_a_line(with_rows({GRANTED: "2 0 0 0 0 0 2 7 8"})))

    assert doubtful_rows(report) == ["results.granted"]
    assert {record.certain for record in report.records if record.row == "carried_forward"} == {True}


def test_a_grid_row_that_lacks_cells_is_doubted() -> None:
    report = parse_report(with_pipes(with_rows({SECRET: "1 0 0 0 1"})))

    assert doubtful_rows(report) == ["results.denied.state_secret"]


@pytest.mark.parametrize("mark", ["—", "/", "无", "不适用", "－"])
def test_marks_are_cells_that_hold_no_number(mark: str) -> None:
    report = parse_report(one_cell_a_line(with_rows({GRANTED: f"2 {mark} {mark} 0 0 0 2"})))

    states = [record.state for record in report.records if record.row == "results.granted"]
    assert states == ["value", "not_applicable", "not_applicable", "value", "value", "value", "value"]


def test_what_is_no_number_in_a_grid_is_kept_and_told() -> None:
    report = parse_report(with_pipes(with_rows({GRANTED: "2 若干 0 0 0 0 2"})))

    record = report.table("requests")["results.granted", "commercial_enterprise"]
    assert (record.state, record.value, record.raw, record.certain) == ("unreadable", None, "若干", True)
    assert "cell_unreadable" in codes(report)


# Pages and broken numbers


@pytest.mark.parametrize("page", ["第3页", "- 3 -", "— 3 —", "第 3 页 共 12 页", "Page 3 of 12", "3/12"])
def test_page_numbers_inside_a_row_are_no_values(page: str) -> None:
    text = one_cell_a_line(ROWS).replace(f"{GRANTED}\n2\n0\n", f"{GRANTED}\n2\n0\n{page}\n")

    assert read(parse_report(text)) == expected()


def test_a_bare_number_at_a_page_break_is_a_page_number() -> None:
    text = one_cell_a_line(ROWS).replace(f"{SECRET}\n", f"7\n\f{SECRET}\n")

    assert read(parse_report(text)) == expected()


def test_a_bare_number_after_a_row_gives_no_wrong_certain_value() -> None:
    report = parse_report(one_cell_a_line(with_rows({GRANTED: "2 0 0 0 0 0 2 7"})))

    rows, truth = read(report), expected()
    assert {row: cells for row, cells in rows.items() if row != "results.granted"} == {
        row: cells for row, cells in truth.items() if row != "results.granted"
    }
    for cell, true in zip(rows["results.granted"], truth["results.granted"], strict=True):
        assert true in cell if isinstance(cell, tuple) else cell == true


def test_a_number_that_a_lone_comma_line_parts_is_one_number() -> None:
    report = parse_report(one_cell_a_line(with_rows({NEW: "1 , 234 0 0 0 0 0 1 , 234"})))

    record = report.table("requests")["new_requests", "total"]
    assert (record.value, record.raw) == (1234, "1\n,\n234")
    assert codes(report).count("number_joined") == 2


def test_a_number_that_a_grid_cell_breaks_is_one_number() -> None:
    report = parse_report(as_page(with_rows({NEW: "1<br>2 0 0 0 0 0 12"})))

    record = report.table("requests")["new_requests", "natural_person"]
    assert (record.value, record.raw) == (12, "1\n2")
    assert codes(report).count("number_joined") == 1


def test_values_run_together_are_doubted_with_what_they_may_be() -> None:
    report = parse_report(one_cell_a_line(with_rows({NEW: "30 0 0 0 0 3"})))

    first = read(report)["new_requests"][0]
    assert isinstance(first, tuple)
    assert 3 in first


# Aligned text


def width(text: str) -> int:
    """Columns of a terminal: a wide character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def aligned(rows: dict[str, str], measure: Callable[[str], int], *, right: bool = False, heads: bool = True) -> str:
    def pad(text: str, size: int, *, to_right: bool) -> str:
        space = " " * (size - measure(text))
        return space + text if to_right else text + space

    lines: list[tuple[str, ...]] = [("", *HEADS)] if heads else []
    lines += [(label, *cells_of(values)) for label, values in rows.items()]
    return report_text(
        *(
            pad(label, 70, to_right=False) + "".join(pad(cell, 14, to_right=right) for cell in cells)
            for label, *cells in lines
        )
    )


@pytest.mark.parametrize("heads", [True, False])
@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("measure", [width, len])
def test_values_of_an_aligned_text_stand_under_their_columns(
    measure: Callable[[str], int], right: bool, heads: bool
) -> None:
    rows = with_rows({NEW: "1286 0 0 0 0 0 1286", GRANTED: "2 _ _ _ _ _ 2", SECRET: "_ _ 1 _ _ _ _"})

    report = parse_report(aligned(rows, measure, right=right, heads=heads))

    assert read(report) == expected(rows)


def test_heads_alone_tell_the_columns_where_no_row_is_complete() -> None:
    rows = dict.fromkeys(ROWS, "_ 3 _ _ 2 _ _")

    assert read(parse_report(aligned(rows, width))) == expected(rows)


def test_without_heads_and_complete_rows_nothing_tells_the_columns() -> None:
    rows = dict.fromkeys(ROWS, "_ 3 _ _ 2 _ _")

    report = parse_report(aligned(rows, width, heads=False))

    assert doubtful_rows(report) == list(KEYS.values())


def test_a_value_between_two_columns_is_doubted() -> None:
    rows = with_rows({GRANTED: "2 _ _ _ _ _ 2"})
    text = aligned(rows, width)
    line = next(line for line in text.split("\n") if line.startswith(GRANTED))
    moved = line.rstrip()[:-1].removesuffix(" " * 7) + "2"

    report = parse_report(text.replace(line, moved))

    assert doubtful_rows(report) == ["results.granted"]


# Lost order


def nothing_certain(report: Report) -> bool:
    return not any(record.certain for record in report.records)


def test_labels_dumped_before_their_values_are_all_in_doubt() -> None:
    values = [cell for row in ROWS.values() for cell in row.split()]

    report = parse_report(report_text(*HEADS, *ROWS, *values))

    assert nothing_certain(report)
    assert set(doubtful_rows(report)) == set(KEYS.values())


def test_values_dumped_before_their_labels_give_nothing_certain() -> None:
    values = [cell for row in ROWS.values() for cell in row.split()]

    report = parse_report(report_text(*HEADS, *values, *ROWS))

    assert nothing_certain(report)
    assert "table_unread" in codes(report) or report.uncertain_rows


@pytest.mark.parametrize("space", ["\n", " "])
def test_values_printed_before_their_labels_give_no_wrong_certain_value(space: str) -> None:
    lines = [space.join([*values.split(), label]) for label, values in ROWS.items()]

    rows = read(parse_report(report_text(space.join(HEADS), *lines)))

    wrong = {row: cells for row, cells in rows.items() if cells != expected()[row] and isinstance(cells[0], int)}
    assert wrong == {}


def test_columns_printed_one_after_another_give_nothing_certain() -> None:
    columns = zip(*(values.split() for values in ROWS.values()), strict=True)
    lines = [line for head, column in zip(HEADS, columns, strict=True) for line in (head, *column)]

    assert nothing_certain(parse_report(report_text(*ROWS, *lines)))


# Other tables and forms

ARTICLES_2021 = (
    "二、主动公开政府信息情况\n第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n"
    "规章\n0\n0\n0\n行政规范性文件\n1\n0\n5\n第二十条第（五）项\n信息内容\n本年处理决定数量\n行政许可\n388\n"
    "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n42\n行政强制\n0\n"
    "第二十条第（八）项\n信息内容\n本年收费金额（单位：万元）\n行政事业性收费\n96171.6\n"
)


def test_short_tables_are_read_under_their_own_heads() -> None:
    report = parse_report(ARTICLES_2021)

    assert report.form == "2021"
    assert report.tables == ("article_20_1", "article_20_5", "article_20_6", "article_20_8")
    assert read(report) == {
        "rules": [0, 0, 0],
        "normative_documents": [1, 0, 5],
        "administrative_licenses": [388],
        "administrative_penalties": [42],
        "administrative_compulsion": [0],
        "administrative_fees": ["96171.6"],
    }


def test_a_blank_row_of_one_column_is_blank_and_one_of_three_is_too() -> None:
    text = ARTICLES_2021.replace("行政许可\n388\n", "行政许可\n\n")

    assert read(parse_report(text))["administrative_licenses"] == ["_"]


def test_changes_are_read_with_their_sign_and_their_words() -> None:
    report = parse_report(
        "二、主动公开政府信息情况\n第二十条第（五）项\n信息内容\n上一年项目数量\n本年增/减\n处理决定数量\n"
        "行政许可\n12\n增加2项\n388\n其他对外管理服务事项\n5\n-1\n0\n"
        "第二十条第（八）项\n信息内容\n上一年项目数量\n本年增/减\n行政事业性收费\n3\n持平\n"
        "第二十条第（九）项\n信息内容\n采购项目数量\n采购总金额\n政府集中采购\n4\n251000元\n"
    )

    assert report.form == "2019"
    assert read(report) == {
        "administrative_licenses": [12, 2, 388],
        "other_management_services": [5, -1, 0],
        "administrative_fees": [3, 0],
        "centralized_procurement": [4, "251000"],
    }


def test_tables_of_two_editions_in_one_document_are_each_read_by_their_own() -> None:
    text = ARTICLES_2021 + "第二十条第（九）项\n信息内容\n采购项目数量\n采购总金额\n政府集中采购\n4\n251000\n"

    report = parse_report(text)

    assert report.form == "2021"
    assert read(report)["centralized_procurement"] == [4, "251000"]


def test_other_handling_in_one_row_is_read_in_a_report_of_the_later_edition() -> None:
    rows = with_row_after(SECRET, "（六）其他处理", "1 0 0 0 0 0 1")

    report = parse_report(ARTICLES_2021 + one_cell_a_line(rows))

    assert report.form == "2021"
    assert read(report)["results.other_handling"] == [1, 0, 0, 0, 0, 0, 1]


def test_other_handling_with_rows_of_its_own_is_a_group() -> None:
    text = ARTICLES_2021 + one_cell_a_line(with_row_after(SECRET, "3.其他", "1 0 0 0 0 0 1"))

    rows = read(parse_report(text.replace("3.其他\n", "（六）其他处理\n3.其他\n")))

    assert "results.other_handling" not in rows
    assert rows["results.other_handling.other"] == [1, 0, 0, 0, 0, 0, 1]


OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
LITIGATION = ("行政复议", *OUTCOMES, "行政诉讼", "未经复议直接起诉", *OUTCOMES, "复议后起诉", *OUTCOMES)
LITIGATION_VALUES = "1 0 0 0 1 0 2 0 0 2 0 0 0 1 1"


def litigation(values: str) -> str:
    return "\n".join(
        ["四、政府信息公开行政复议、行政诉讼情况", *LITIGATION, *values.split(), "五、存在的主要问题", "没有。", ""]
    )


def test_a_table_in_one_row_is_read_under_its_heads() -> None:
    assert read(parse_report(litigation(LITIGATION_VALUES))) == {
        "review": [1, 0, 0, 0, 1],
        "litigation_direct": [0, 2, 0, 0, 2],
        "litigation_after_review": [0, 0, 0, 1, 1],
    }


def test_a_table_in_one_row_with_fewer_values_is_doubted_as_one_row() -> None:
    report = parse_report(litigation("1 0 0 0 1 0 2 0 0 2 0 0"))

    assert nothing_certain(report)
    assert doubtful_rows(report) == [""]


def test_the_doubt_of_a_table_in_one_row_is_that_of_its_values_in_order() -> None:
    (row,) = parse_report(litigation("1 0 0 0 1 0 2 0 0 2 0 0")).uncertain_rows

    assert (row.readings, row.complete) == (455, True)


def test_heads_without_values_are_told_and_give_no_records() -> None:
    report = parse_report(litigation(""))

    assert report.records == ()
    assert "table_unread" in codes(report)


def test_a_table_in_one_row_keeps_the_blank_cells_of_a_page() -> None:
    heads = (
        "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>"
        + "".join(f"<td rowspan=2>{head}</td>" for head in OUTCOMES)
        + "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>"
        + "".join(f"<td>{head}</td>" for head in OUTCOMES * 2)
        + "</tr>"
    )
    values = "".join(f"<td>{cell}</td>" for cell in cells_of("1 0 0 0 1 _ _ _ _ _ 0 0 0 1 1"))

    report = parse_report(
        f"<html><p>四、政府信息公开行政复议、行政诉讼情况</p><table>{heads}<tr>{values}</tr></table></html>"
    )

    assert read(report) == {
        "review": [1, 0, 0, 0, 1],
        "litigation_direct": ["_"] * 5,
        "litigation_after_review": [0, 0, 0, 1, 1],
    }


STATISTICS = """政府信息公开情况统计表
统计指标
单位
统计数
一、主动公开情况
——
（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）
条
1286
三、依申请公开情况
（一）收到申请数
件
38
四、行政复议数量
件
3
（一）维持具体行政行为数
件
2
（二）被依法纠错数
件
1
（三）其他情形数
件
0
五、行政诉讼数量
件
1
（二）被依法纠错数
件
1
（三）其他情形数
件
0
七、依申请公开信息收取的费用
万元
0.5
"""


def test_a_label_that_stands_twice_in_a_form_is_settled_by_the_order_of_the_rows() -> None:
    rows = read(parse_report(STATISTICS))

    assert (rows["review.corrected"], rows["litigation.corrected"]) == ([1], [1])
    assert (rows["review.other"], rows["litigation.other"]) == ([0], [0])
    assert "litigation.upheld" not in rows


def test_a_label_that_stands_twice_is_settled_by_its_neighbours_where_one_is_missing() -> None:
    text = STATISTICS.replace("（二）被依法纠错数\n件\n1\n（三）其他情形数\n件\n0\n五", "五")

    rows = read(parse_report(text))

    assert rows["litigation.corrected"] == [1]
    assert "review.corrected" not in rows


def test_a_label_that_stands_twice_is_doubted_where_a_row_with_it_is_out_of_order() -> None:
    upheld = "（一）维持具体行政行为数\n件\n2\n"
    text = STATISTICS.replace(upheld, "").replace("五、行政诉讼数量\n件\n1\n", f"{upheld}五、行政诉讼\n件\n1\n")

    report = parse_report(text.replace("0\n七、", "4\n（一）维持具体行政行为或者驳回原告诉讼请求数\n件\n0\n七、"))

    assert doubtful_rows(report) == ["review.corrected", "review.other"]
    assert read(report)["review.other"] == [(0, 4, None)]


def test_units_and_marks_beside_groups_are_no_values() -> None:
    report = parse_report(STATISTICS)

    rows = read(report)
    assert (rows["proactive.items"], rows["fees_collected"]) == ([1286], ["0.5"])
    assert "proactive" not in rows
    assert {record.unit for record in report.records} == {"条", "件", "万元"}


def test_a_unit_printed_twice_leaves_no_certain_blank() -> None:
    report = parse_report(STATISTICS.replace("（一）收到申请数\n件\n", "（一）收到申请数\n件\n件\n"))

    assert read(report)["requests.received"] != ["_"]


# What is no table


@pytest.mark.parametrize(
    "prose",
    [
        "本年新收政府信息公开申请数量 3 件，上年结转 1 件，予以公开 2 件，重复申请 1 件，（七）总计 3 件。",
        "全年办理行政许可 388 件、行政处罚 42 件、行政强制 0 件，收取行政事业性收费 12 万元。",
        "公开规章 0 件，规范性文件 5 件。",
        "因政府信息公开被申请行政复议 1 件，结果维持 1 件，尚未审结 0 件。",
    ],
)
def test_sentences_that_hold_labels_and_numbers_give_no_records(prose: str) -> None:
    report = parse_report(f"某市水务局2022年政府信息公开工作年度报告\n一、总体情况\n{prose}\n二、其他\n无。\n")

    assert report.records == ()


@pytest.mark.parametrize("space", ["\n", " ", "、", "\t", " | "])
def test_a_list_of_menu_items_gives_no_blank_records(space: str) -> None:
    menu = space.join(["首页", "行政许可", "行政处罚", "行政强制", "行政事业性收费", "规章", "规范性文件"])

    report = parse_report(f"{menu}\n某市水务局2022年政府信息公开工作年度报告\n一、总体情况\n全年公开12条。\n")

    assert report.records == ()


def test_a_table_of_no_form_is_kept_as_an_unknown_table() -> None:
    heading = "某市水务局2022年政府信息公开工作年度报告\n一、总体情况\n"
    text = heading + "| 栏目 | 篇数 |\n|---|---|\n| 水情 | 12 |\n| 雨情 | 7 |\n"

    report = parse_report(text)

    assert [table.grid for table in report.unknown_tables] == [(("栏目", "篇数"), ("水情", "12"), ("雨情", "7"))]
    assert report.records == ()
