"""How a text was read, as a page: what was changed, what gave each cell."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from locations import FIXTURES
from reportparse import parse_report, read_report
from reportparse.cli import main
from reportparse.errors import InputError
from reportparse.explain import render_explanation, render_table_explanation
from reportparse.models import Report

REPORTS = FIXTURES / "reports"
SOURCES = sorted(REPORTS.glob("*/source.*"))

TRADITIONAL = "\n".join(
    [
        "某縣水務局2019年政府資訊公開工作年度報告",
        "",
        "第一頁",
        "12",
        "13",
        "　　全年受理網路申請３件，均按時答覆。",
    ]
)

ROWS = "\n".join(
    [
        "某县水务局2019年政府信息公开工作年度报告",
        "三、收到和处理政府信息公开申请情况",
        "一、本年新收政府信息公开申请数量",
        *"2000002",
        "二、上年结转政府信息公开申请数量",
        *"13",
        "（一）予以公开",
        *"2000002",
        "四、结转下年度继续办理",
        *"0000000",
    ]
)


def explained(text: str, **options: bool) -> str:
    return render_explanation(parse_report(text, name="made.txt"), **options)


def rows(text: str = ROWS, **options: bool) -> str:
    return render_table_explanation(parse_report(text, name="made.txt"), "requests", **options)


def block(page: str, key: str) -> str:
    """The part of a page about one row."""
    return next(part for part in page.split("\n\n") if part.splitlines()[0].endswith(key))


def test_changed_line_stands_above_its_normal_text_and_the_rules() -> None:
    lines = explained(TRADITIONAL).splitlines()

    assert lines[1] == "1  某縣水務局2019年政府資訊公開工作年度報告"
    assert lines[2] == "→  某县水务局2019年政府信息公开工作年度报告"
    assert lines[3].startswith("   char:tw2s  縣 → 县")
    assert any("資訊 → " in line and "信息" in line for line in lines)


def test_head_counts_lines_and_changes() -> None:
    head = explained(TRADITIONAL).splitlines()[0]

    assert head.startswith("made  traditional · 6 lines · 3 changed")


def test_unchanged_lines_are_folded_unless_all_are_asked_for() -> None:
    folded, whole = explained(TRADITIONAL), explained(TRADITIONAL, all_lines=True)

    assert "… line 2 unchanged" in folded
    assert "… lines 4–5 unchanged" in folded
    assert "unchanged" not in whole
    assert [line[:1] for line in whole.splitlines() if line[:1].isdigit()] == list("123456")


def test_what_cannot_be_seen_is_shown_as_code_points() -> None:
    page = explained("某县水务局2019年政府信息公开年报\n　　全\u200b年公开３条。")

    assert "U+3000 → U+0020" in page
    assert "U+200B → nothing" in page
    assert "３ → 3" in page


def test_change_that_was_considered_and_not_made_is_told_with_its_reason() -> None:
    page = explained("某縣水務局2019年政府資訊公開年報\n加強互動交流，提升行政效能。")

    assert "considered and not made" in page
    assert "kept, phrase:" in page


def test_text_without_changes_is_one_fold() -> None:
    page = explained("某县水务局2019年政府信息公开年报\n一、总体情况\n全年公开三条。")

    assert page.splitlines()[1:] == ["… lines 1–3 unchanged"]


def test_equal_changes_of_one_rule_are_counted() -> None:
    assert "開 → 开 (×4)" in explained("開放開放開放開放，縣")


def test_long_list_of_changes_is_cut() -> None:
    page = explained("縣一務一開一報一訊一網一頁一時一應一體一學一與一國")

    assert "… and 5 more" in page


def test_row_stands_with_its_lines_and_the_line_of_every_cell() -> None:
    part = block(rows(), "new_requests")

    assert part.splitlines() == [
        "一、本年新收政府信息公开申请数量  new_requests",
        "     3  一、本年新收政府信息公开申请数量",
        "  4–10  2 ⏎ 0 ⏎ 0 ⏎ 0 ⏎ 0 ⏎ 0 ⏎ 2",
        "  7 numbers; on lines of their own",
        "  自然人 2 (4)  商业企业 0 (5)  科研机构 0 (6)  社会公益组织 0 (7)",
        "  法律服务机构 0 (8)  其他 0 (9)  总计 2 (10)",
    ]


def test_row_in_doubt_says_why_and_what_its_cells_may_hold() -> None:
    part = block(rows(), "carried_over")

    assert "warning row 二、上年结转政府信息公开申请数量: 2 values are printed for 7" in part
    assert "printed: 1 (12), 3 (13);" in part
    assert "ways to place them" in part
    assert "自然人 ?" in part
    assert "numbers;" not in part


def test_finding_about_a_row_stands_with_the_row() -> None:
    source = REPORTS / "page-wrong-cell" / "source.html"

    part = block(render_table_explanation(read_report(source), "requests"), "results.granted")

    assert "error row （一）予以公開, column 总计: printed 16, columns sum to 25" in part
    assert "two digits changed places" in " ".join(part.split())


def test_blanks_and_bars_are_told() -> None:
    labels = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（一）予以公开",
        "（二）部分公开",
    )
    text = "\n".join(
        [
            "某县水务局2019年政府信息公开工作年度报告",
            "三、收到和处理政府信息公开申请情况",
            *(f"| {label} | 2 |  | 0 | 0 | 0 | 0 | 2 |" for label in labels),
        ]
    )

    part = block(rows(text), "new_requests")

    assert "6 numbers, 1 blank; between bars" in part
    assert "商业企业 ·" in part


def test_rows_that_were_not_read_and_rows_of_no_form_are_listed() -> None:
    page = rows()

    assert "Rows of the form that were not read" in page
    assert "（七）总计" in page


def test_unknown_row_is_shown_as_printed() -> None:
    report = next(report for report in map(read_report, SOURCES) if report.unknown_rows)

    page = render_table_explanation(report, report.unknown_rows[0].table)

    assert "no row of the form; kept as printed" in page


def test_table_that_was_not_read_is_refused_with_those_that_were() -> None:
    report = parse_report(ROWS, name="made.txt")

    with pytest.raises(InputError, match="tables that were: requests") as caught:
        render_table_explanation(report, "statistics")

    assert caught.value.code == "table_not_printed"


def test_long_rows_are_cut_unless_all_lines_are_asked_for() -> None:
    text = ROWS.replace("2\n0\n0\n0\n0\n0\n2", "\n".join(["100000000000"] * 6 + ["600000000000"]))

    assert "… 2 more lines" in " ".join(rows(text).split())
    assert "more lines" not in rows(text, all_lines=True)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_page(source: Path, width: int) -> None:
    report = read_report(source)

    pages = [render_explanation(report, width=width)]
    pages += [render_table_explanation(report, table, width=width) for table in report.tables]

    assert max(cell_len(line) for page in pages for line in page.splitlines()) <= width
    assert "\x1b" not in "".join(pages)


def test_report_without_text_is_explained_as_far_as_it_goes() -> None:
    loaded = Report.model_validate_json(parse_report(ROWS, name="made.txt").model_dump_json())

    page = render_table_explanation(loaded, "requests")

    assert "自然人 2" in page


def test_colours_are_added_and_change_no_text() -> None:
    report = parse_report(TRADITIONAL, name="made.txt")

    plain, coloured = render_explanation(report), render_explanation(report, color=True)

    assert "\x1b[" in coloured
    assert "\x1b" not in plain


def test_command_explains_a_text_and_a_table() -> None:
    source = str(REPORTS / "first-report" / "source.txt")
    runner = CliRunner()

    text, table = (
        runner.invoke(main, ["explain", source]),
        runner.invoke(main, ["explain", source, "--table", "requests"]),
    )

    assert (text.exit_code, table.exit_code) == (0, 0)
    assert "new_requests" in table.stdout
    assert "lines" in text.stdout.splitlines()[0]


def test_command_refuses_a_table_that_was_not_read() -> None:
    result = CliRunner().invoke(main, ["explain", str(REPORTS / "first-report" / "source.txt"), "--table", "none"])

    assert result.exit_code == 2
    assert "no table 'none' was read" in result.stderr
    assert result.stdout == ""


def test_command_tells_a_file_that_is_missing() -> None:
    result = CliRunner().invoke(main, ["explain", "no-such-file.txt"])

    assert result.exit_code == 2
    assert result.stdout == ""
