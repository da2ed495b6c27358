"""Input that is broken, huge, or no report: a clear message or a result with findings, in time, never a traceback."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hostile.files import HostileFile, hostile_files
from hostile.promises import broken_promises, iter_outcomes
from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.cli import main
from reportparse.errors import InputError

HOSTILE = FIXTURES / "hostile"
FILES = sorted(HOSTILE.iterdir())
MEGABYTE = 1_000_000
COLLECTION = [file for file in hostile_files() if not file.is_costly]
TITLE = "溪口县档案局2020年政府信息公开工作年度报告"
HEADING = "三、收到和处理政府信息公开申请情况"
ROW = "一、本年新收政府信息公开申请数量"

# What the user is told: the code of the exception where the file cannot be read, else one of the findings.
TOLD = {
    "01-empty.txt": "empty_input",
    "02-white-space-only.txt": "empty_input",
    "03-binary-named-text.txt": "binary_input",
    "04-news-page.html": "not_a_report",
    "07-half-character.txt": "undecodable_bytes",
    "11-page-without-text.html": "empty_input",
}


def outcome(path: Path) -> Report | InputError:
    try:
        return read_report(path)
    except InputError as error:
        return error


def hang_seconds(size: int) -> float:
    """CPU time that only a cost which grows faster than the input exceeds: five times what a parse may take."""
    return 5 * (2 + 2 * size / MEGABYTE)


def uncovered(report: Report) -> str:
    """Text of the source that no part of the result holds, or that two hold."""
    spans = [section.span for section in report.sections] + [part.span for part in report.unassigned]
    if report.title is not None:
        spans.append(report.title.span)
    wrong, place = "", 0
    for start, end in sorted(spans):
        if start != place:
            wrong += report.source_text[min(place, start) : max(place, start)]
        place = end
    return wrong + report.source_text[place:]


def deep_page(tag: str, depth: int) -> str:
    return f"<html><body><h1>{TITLE}</h1>" + f"<{tag}>" * depth + "文" + f"</{tag}>" * depth + "</body></html>"


def nested_tables(depth: int) -> str:
    return f"<h1>{TITLE}</h1>" + "<table><tr><td>1" * depth + "</td></tr></table>" * depth


def huge_inputs() -> Iterator[tuple[str, str]]:
    """Long or deep text, made here because it would swell the repository."""
    yield "one line", TITLE + "信息公开 12 | " * (MEGABYTE // 20)
    yield "one line of digits", "7" * MEGABYTE
    yield "one line of spaces", TITLE + " " * MEGABYTE + "一、总体情况"
    yield "one line of brackets", "（" * (MEGABYTE // 3)
    yield "one line of numbers", f"{TITLE}\n{HEADING}\n{ROW} " + "0 " * (MEGABYTE // 2)
    yield "many empty lines", f"{TITLE}\n{HEADING}\n{ROW}\n" + "\n" * MEGABYTE
    yield "many rows", f"{TITLE}\n{HEADING}\n" + f"{ROW}\n1\n0\n0\n0\n0\n0\n1\n" * 5_000
    yield "many headings", f"{TITLE}\n" + "一、总体情况\n（一）主动公开\n" * 10_000
    yield "many bars", f"{TITLE}\n{HEADING}\n" + "|" * MEGABYTE
    yield "many lone carriage returns", "\r" * MEGABYTE + f"{TITLE}\n一、总体情况\n公开。\n"
    yield "many lines of one digit", f"{TITLE}\n{HEADING}\n{ROW}\n" + "1\n" * (MEGABYTE // 2)
    yield "many totals", f"{TITLE}\n{HEADING}\n" + "（七）总计\n1\n0\n0\n0\n0\n0\n1\n" * 20_000
    yield "markdown rule", f"{TITLE}\n{HEADING}\n|" + "---|" * (MEGABYTE // 4)


def markup_inputs() -> Iterator[tuple[str, str]]:
    yield "nested elements", deep_page("div", 10_000)
    yield "nested inline elements", deep_page("b", 10_000)
    yield "nested tables", nested_tables(2_000)
    yield "row span", f"<h1>{TITLE}</h1><table><tr><td rowspan=99999>{ROW}</td><td>1</td></tr></table>"
    yield "column span", f"<h1>{TITLE}</h1><table><tr><td colspan=99999999999>{ROW}</td><td>1</td></tr></table>"
    yield (
        "many wide spans",
        "<html><body><table>" + "<tr><td rowspan=65534 colspan=1000>1</td></tr>" * 2_000 + "</table></body></html>",
    )
    yield (
        "many row spans",
        "<html><body><table>" + "<tr><td rowspan=65000>1</td></tr>" * 20_000 + "</table></body></html>",
    )
    yield (
        "one row of headings",
        "<html><body><table><tr>" + "<td>一、总体情况</td>" * 20_000 + "</tr></table></body></html>",
    )
    yield "unclosed quotes", f"<html><body>{TITLE}" + "<div>" * 3_000 + "<a '\"" * 100_000
    yield "unclosed comments", f"<html><body>{TITLE}" + "<div>" * 3_000 + "<!--" * 100_000
    yield "unclosed tags", "<html><body>" + "<table><tr><td>文" * 5_000
    yield "entities", "<html><body><p>" + "&nbsp;&#20013;" * 50_000 + "</p></body></html>"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_bad_file_gives_a_message_or_a_whole_result(path: Path) -> None:
    told = outcome(path)

    if isinstance(told, InputError):
        assert told.message
        assert told.code
        assert path.name in told.place
    else:
        assert uncovered(told) == ""
        assert told.source.length == len(told.source_text)
        json.loads(told.model_dump_json())


@pytest.mark.parametrize("name", sorted(TOLD))
def test_trouble_is_told_by_its_code(name: str) -> None:
    told = outcome(HOSTILE / name)

    codes = {told.code} if isinstance(told, InputError) else {finding.code for finding in told.findings}

    assert TOLD[name] in codes


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_command_never_shows_a_traceback(path: Path) -> None:
    done = CliRunner().invoke(main, ["parse", str(path), "--format", "jsonl"])

    assert done.exit_code in (0, 1, 2)
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert len(done.stdout.splitlines()) == 1
    assert isinstance(json.loads(done.stdout), dict)


def test_news_page_is_no_report_and_the_command_says_so() -> None:
    path = HOSTILE / "04-news-page.html"

    done = CliRunner().invoke(main, ["parse", str(path), "--format", "jsonl"])

    assert done.exit_code == 1
    result = json.loads(done.stdout)
    assert result["form"] is None
    assert result["records"] == []
    assert [finding for finding in result["findings"] if finding["severity"] == "error"]


@pytest.mark.parametrize("name", ["no-such-file.txt", "."])
def test_missing_file_and_folder_are_told(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    done = CliRunner().invoke(main, ["parse", str(path), "--format", "jsonl"])

    assert done.exit_code == 2
    assert done.stderr
    assert "Traceback" not in done.output
    with pytest.raises(InputError) as error:
        read_report(path)
    assert str(path) in str(error.value)


def test_nothing_readable_is_lost_beside_a_nul() -> None:
    report = read_report(HOSTILE / "05-nul-characters.txt")

    assert "全年公开信息" in report.source_text
    assert "12条" in report.source_text
    assert [section.kind for section in report.sections if section.kind != "preamble"] == [
        "overview",
        "requests",
        "other_matters",
    ]


def test_lone_surrogate_in_a_string_is_read_over() -> None:
    report = parse_report(f"{TITLE}\n一、总体情况\n公开\ud800信息。\n六、其他需要报告的事项\n无。\n")

    assert uncovered(report) == ""
    assert "信息。" in report.source_text
    json.loads(report.model_dump_json())


def test_table_cut_off_in_the_middle_gives_the_cells_before_the_cut() -> None:
    report = read_report(HOSTILE / "08-cut-off-in-table.txt")

    values = [record.value for record in report.records if record.row == "new_requests" and record.certain]

    assert values == [3, 0, 0, 0, 0, 0, 3]
    cut = [record for record in report.records if record.row == "results.granted"]
    assert not any(record.certain and record.column == "total" and record.state == "value" for record in cut)
    assert "total" not in {check.scope.get("column") for check in report.checks if check.status == "passed"}


@pytest.mark.parametrize(("name", "text"), [pytest.param(*case, id=case[0]) for case in huge_inputs()])
def test_long_text_is_read_whole_and_in_time(name: str, text: str) -> None:
    size = len(text.encode())
    start = time.process_time()

    report = parse_report(text)

    assert time.process_time() - start < hang_seconds(size)
    assert uncovered(report) == ""


@pytest.mark.parametrize(("name", "page"), [pytest.param(*case, id=case[0]) for case in markup_inputs()])
def test_broken_markup_is_read_in_time(name: str, page: str) -> None:
    start = time.process_time()

    report = parse_report(page.encode())

    assert time.process_time() - start < hang_seconds(len(page.encode()))
    assert uncovered(report) == ""


def test_twenty_megabytes_of_one_line_stay_within_the_bound() -> None:
    text = "信息公开 12 | " * (20 * MEGABYTE // 20)
    start = time.process_time()

    report = parse_report(text)

    assert time.process_time() - start < hang_seconds(20 * MEGABYTE)
    assert uncovered(report) == ""


def test_deep_page_keeps_its_text_or_tells_the_loss() -> None:
    report = parse_report(deep_page("div", 10_000).encode())

    assert "文" in report.source_text or any("markup" in finding.code for finding in report.findings)


def test_white_space_before_a_report_hides_nothing_of_it() -> None:
    report = parse_report("\r" * 20_000 + f"{TITLE}\n一、总体情况\n公开。\n")

    assert report.title is not None
    assert (report.title.text, report.year) == (TITLE, 2020)


@pytest.mark.parametrize("wrapper", ["div", "span", "table", "table><tr><td"])
def test_a_report_inside_ten_thousand_elements_is_read_as_without_them(wrapper: str) -> None:
    report = f"<p>{TITLE}</p><p>一、总体<span>情况</span></p><p>（一）主动公开</p><p>公开。</p>"

    bare = parse_report(f"<html><body>{report}")
    deep = parse_report(f"<html><body>{f'<{wrapper}>' * 10_000}{report}")

    assert deep.title is not None
    assert bare.title is not None
    assert deep.title.text == bare.title.text == TITLE
    assert [len(section.subsections) for section in deep.sections] == [1]
    assert [section.heading for section in deep.sections] == [section.heading for section in bare.sections]


@pytest.mark.parametrize(("start", "end"), [("", ""), ("<p>", "</p>")])
def test_a_nul_inside_a_heading_does_not_hide_it(start: str, end: str) -> None:
    text = f"{TITLE}\n一、总体情况\n公开。\n\0二\0、主动公\0开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    source = start + text.replace("\n", end + start if start else "\n") + end

    report = parse_report(source)

    numbered = [(section.number, section.kind) for section in report.sections]
    assert numbered == [("一", "overview"), ("二", "proactive_disclosure"), ("三", "requests")]
    assert uncovered(report) == ""


def test_escape_sequences_of_a_terminal_are_no_part_of_the_title() -> None:
    report = parse_report(f"\x1b[1;31m{TITLE.replace('2020', chr(27) + '[4m2020')}\x1b[0m\n一、总体情况\n公开。\n")

    assert report.title is not None
    assert report.title.text == TITLE
    assert "\x1b" in report.source_text


def test_collection_holds_hundreds_of_files_and_none_twice() -> None:
    names = [file.name for file in hostile_files()]

    assert len(names) >= 300
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", COLLECTION, ids=lambda file: file.name)
def test_hostile_file_ends_in_a_whole_result_or_one_clear_error(
    file: HostileFile, capfd: pytest.CaptureFixture[str]
) -> None:
    data = file.make()
    start = time.process_time()

    outcomes = list(iter_outcomes(data, file.file_name, file.limits))

    assert time.process_time() - start < hang_seconds(len(data))
    assert [wrong for outcome in outcomes for wrong in broken_promises(outcome)] == []
    assert capfd.readouterr() == ("", "")
    if any(outcome.lacks_an_extra for outcome in outcomes):
        pytest.skip("an optional library is not installed")
    told = {code for outcome in outcomes for code in outcome.told}
    assert not file.told or told & file.told
