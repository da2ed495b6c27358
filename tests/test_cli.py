"""The command: what goes where, exit codes, ids, and that no input or console makes it fail."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from crawls import record, saved, zipped
from locations import ROOT
from reportparse import RawDocument, __version__, cli
from reportparse.archives.documents import Documents
from reportparse.archives.members import Tally
from reportparse.commands import inputs
from reportparse.errors import InputError
from reportparse.models import CellRef, Check, Finding, Record, Report, Source, Title
from reportparse.spans import Span

FORMATS = ("text", "json", "jsonl", "csv")


def make_report(name: str, *severities: str) -> Report:
    text = "某市水利局2021年政府信息公开工作年度报告\n规章 3\n"
    place = text.index("3\n")
    cell = CellRef(table="article_20_1", row="rules", column="issued")
    return Report(
        id="made",
        reportparse_version=__version__,
        source=Source(
            name=name,
            sha256="0" * 64,
            media_type="text/plain",
            encoding="utf-8",
            encoding_evidence=(),
            length=len(text),
            script="simplified",
        ),
        title=Title(text=text[:21], span=Span(0, 21)),
        form="2021",
        records=(
            Record(
                table=cell.table,
                row=cell.row,
                column=cell.column,
                label="规章",
                raw="3",
                unit="件",
                state="value",
                value=3,
                certain=True,
                span=Span(place, place + 1),
            ),
        ),
        checks=(
            Check(rule="made_rule", table="article_20_1", scope={}, status="failed", left=3, right=2, cells=(cell,)),
        ),
        findings=tuple(
            Finding.model_validate({"code": "odd", "severity": one, "message": "odd"}) for one in severities
        ),
        source_text=text,
    )


def read_by_name(source: RawDocument, **_: object) -> Report:
    """A pipeline of the simplest kind: what a file gives is told by its name."""
    name = source.name
    if "missing" in name:
        raise InputError("no such file", code="file_missing", place=name)
    if "broken" in name:
        raise ZeroDivisionError("no part of the plan")
    return make_report(name, *[one for one in ("error", "warning", "note") if one in name])


def find_by_name(path: str, **_: object) -> Documents:
    """Every path is a file."""
    return Documents(
        iter([RawDocument(os.fsencode(Path(path).name or str(Path(path))).decode("utf-8", "replace"))]), Tally()
    )


def pretend_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "iter_documents", find_by_name)
    monkeypatch.setattr(inputs, "parse_report", read_by_name)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command on files that need not exist."""
    pretend_files(monkeypatch)
    runner = CliRunner()
    return lambda *arguments, **more: runner.invoke(cli.main, arguments, **more)


def test_version_and_help_are_printed(run: Callable[..., Result]) -> None:
    assert run("--version").stdout == f"reportparse, version {__version__}\n"
    for command in ("parse", "check", "forms"):
        assert command in run("--help").stdout
        assert run(command, "--help").exit_code == 0


def test_text_is_the_default_and_is_plain_in_a_pipe(run: Callable[..., Result]) -> None:
    result = run("parse", "a.txt")

    assert result.exit_code == 0
    assert result.stdout.startswith("某市水利局2021年")
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_json_of_one_file_is_an_indented_object(run: Callable[..., Result]) -> None:
    result = run("parse", "a.txt", "--format", "json")

    assert result.stdout.startswith('{\n  "id": "a",')
    assert json.loads(result.stdout)["records"][0]["value"] == 3


def test_json_of_several_files_is_a_list(run: Callable[..., Result]) -> None:
    result = run("parse", "b.txt", "missing.txt", "a.txt", "--format", "json")

    assert [one["id"] for one in json.loads(result.stdout)] == ["b", "missing", "a"]


def test_json_lines_stand_in_the_order_of_the_arguments(run: Callable[..., Result]) -> None:
    result = run("parse", "b.txt", "a.txt", "--format", "jsonl")

    lines = result.stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["b", "a"]
    assert lines[0] == read_by_name(RawDocument("b.txt")).model_copy(update={"id": "b"}).model_dump_json()


def test_csv_has_one_head_for_all_files(run: Callable[..., Result]) -> None:
    result = run("parse", "b.txt", "missing.txt", "a.txt", "--format", "csv")

    rows = list(csv.reader(io.StringIO(result.stdout, newline="")))
    assert [row[0] for row in rows] == ["id", "b", "a"]


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_source_text_is_given_on_request(run: Callable[..., Result], format_: str) -> None:
    without = json.loads(run("parse", "a.txt", "--format", format_).stdout)
    with_text = json.loads(run("parse", "a.txt", "--format", format_, "--with-text").stdout)

    assert "source_text" not in without
    start, end = with_text["records"][0]["span"]
    assert with_text["source_text"][start:end] == "3"


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        (["x/a.txt", "y/a.html", "a"], ["a", "a~2", "a~3"]),
        (["a.txt", "a~2.txt", "a.md"], ["a", "a~2", "a~3"]),
        (["报告.2019.txt"], ["报告.2019"]),
        ([".txt"], [".txt"]),
        (["a.txt", "missing/a.txt"], ["a", "a~2"]),
    ],
)
def test_ids_are_file_names_without_ending_and_never_equal(
    run: Callable[..., Result], files: list[str], ids: list[str]
) -> None:
    result = run("parse", *files, "--format", "jsonl")

    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ids


@pytest.mark.parametrize(
    ("name", "fail_on", "status"),
    [
        ("a.txt", "note", 0),
        ("note.txt", "error", 0),
        ("note.txt", "note", 1),
        ("warning.txt", "error", 0),
        ("warning.txt", "warning", 1),
        ("error.txt", "error", 1),
        ("error.txt", "note", 1),
        ("error.txt", "never", 0),
        ("missing.txt", "never", 2),
    ],
)
@pytest.mark.parametrize("command", ["parse", "check"])
def test_exit_status_tells_of_findings(
    run: Callable[..., Result], command: str, name: str, fail_on: str, status: int
) -> None:
    assert run(command, name, "--fail-on", fail_on).exit_code == status


def test_errors_fail_by_default(run: Callable[..., Result]) -> None:
    assert run("parse", "warning.txt").exit_code == 0
    assert run("parse", "error.txt").exit_code == 1


@pytest.mark.parametrize("arguments", [(), ("parse",), ("parse", "a", "--format", "xml"), ("sing",), ("forms", "1999")])
def test_wrong_use_exits_2_with_a_message(run: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_unknown_form_is_answered_with_those_there_are(run: Callable[..., Result]) -> None:
    assert "2014, 2019, 2021" in run("forms", "1999").stderr


@pytest.mark.parametrize("format_", FORMATS)
def test_file_that_cannot_be_read_stops_no_other(run: Callable[..., Result], format_: str) -> None:
    result = run("parse", "error.txt", "missing.txt", "last.txt", "--format", format_)

    assert result.exit_code == 2
    assert result.stderr == "reportparse: missing.txt: no such file\n"
    assert "last" in result.stdout


@pytest.mark.parametrize("path", ["", ".", "/"])
def test_path_without_a_name_has_an_id_all_the_same(run: Callable[..., Result], path: str) -> None:
    result = run("parse", path, "--format", "jsonl")

    assert json.loads(result.stdout)["id"]


def test_messages_name_the_path_as_given(run: Callable[..., Result]) -> None:
    assert run("parse", "folder/missing.txt").stderr.startswith("reportparse: folder/missing.txt: ")


def test_file_name_that_is_no_utf8_is_shown_as_far_as_it_goes(run: Callable[..., Result]) -> None:
    values = json.loads(run("parse", os.fsdecode(b"a\xff.txt"), "--format", "jsonl").stdout)

    assert values["id"] == "a\ufffd"
    assert values["source"]["name"] == "a\ufffd.txt"


def test_file_that_cannot_be_read_has_a_line_with_id_source_and_findings(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "missing.pdf"
    path.write_bytes(b"abc")

    values = json.loads(run("parse", str(path), "--format", "jsonl").stdout)

    assert list(values) == ["id", "source", "findings"]
    assert values["source"]["sha256"].startswith("ba7816bf")
    assert values["source"]["media_type"] == "application/pdf"
    assert values["findings"][0]["code"] == "file_missing"


def made_archive(folder: Path) -> Path:
    text = "海棠市水务局2023年政府信息公开工作年度报告\n一、总体情况\n全年公开信息12条。\n"
    members: dict[str, str | bytes] = {
        "2023/a.txt": text,
        "b.txt": "",
        "2023/b.txt": text,
        "c.png": b"\x89PNG\r\n\x1a\n",
    }
    return saved(folder, "pack.zip", zipped(members))


def test_documents_of_an_archive_are_reports_with_ids_of_their_own(tmp_path: Path) -> None:
    path = made_archive(tmp_path)

    result = CliRunner().invoke(cli.main, ["parse", str(path), str(path), "--format", "jsonl"])

    values = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in values] == [
        *("pack/2023/a", "pack/b", "pack/2023/b"),
        *("pack/2023/a~2", "pack/b~2", "pack/2023/b~2"),
    ]
    assert [one["source"]["name"] for one in values[:2]] == ["pack.zip/2023/a.txt", "pack.zip/b.txt"]
    assert [list(one) == ["id", "source", "findings"] for one in values[:3]] == [False, True, False]


def test_archive_is_told_in_a_line_and_a_bad_member_exits_2(tmp_path: Path) -> None:
    path = made_archive(tmp_path)

    result = CliRunner().invoke(cli.main, ["check", str(path)])

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "reportparse: pack.zip/b.txt: the document is empty",
        f"reportparse: {path}: 4 records read: 3 documents; 1 skipped: image 1",
    ]


def test_cut_archive_exits_2_and_tells_where(tmp_path: Path) -> None:
    data = made_archive(tmp_path).read_bytes()
    path = saved(tmp_path, "cut.zip", data[: data.index(b"PK\3\4", 10)])

    result = CliRunner().invoke(cli.main, ["parse", str(path), "--format", "json"])

    assert result.exit_code == 2
    assert "reading stopped at byte" in result.stderr
    assert [one["id"] for one in json.loads(result.stdout)] == ["cut/2023/a"]


def test_folder_is_read_like_an_archive(tmp_path: Path) -> None:
    made_archive(tmp_path)

    result = CliRunner().invoke(cli.main, ["parse", str(tmp_path), "--format", "jsonl"])

    assert json.loads(result.stdout.splitlines()[0])["id"] == f"{tmp_path.name}/pack/2023/a"


def test_archive_without_a_document_counts_as_unreadable(tmp_path: Path) -> None:
    path = saved(tmp_path, "pack.zip", zipped({"c.png": b"\x89PNG\r\n\x1a\n"}))

    result = CliRunner().invoke(cli.main, ["parse", str(path), "--format", "jsonl"])

    values = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (values["id"], values["findings"][0]["code"]) == ("pack", "no_document")
    assert values["source"]["media_type"] == "application/zip"


def test_missing_library_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    path = saved(tmp_path, "crawl.txt", record("x"))

    result = CliRunner().invoke(cli.main, ["parse", str(path), "--format", "jsonl"])

    assert result.exit_code == 2
    assert "install reportparse[warc]" in result.stderr
    assert json.loads(result.stdout)["source"]["media_type"] == "application/warc"


def test_names_of_strangers_do_not_command_the_terminal(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", zipped({"\x1b[2J.txt": "", "b.txt": "x"}))

    result = CliRunner().invoke(cli.main, ["parse", str(path)])

    assert "\x1b" not in result.output


def test_limits_are_set_by_name(tmp_path: Path) -> None:
    path = made_archive(tmp_path)

    result = CliRunner().invoke(cli.main, ["check", str(path), "--max", "bytes=20", "--max", "max_members=1"])

    assert result.exit_code == 2
    assert "max_bytes=20" in result.stderr
    assert "max_members=1" in result.stderr


@pytest.mark.parametrize("setting", ["pages", "pages=", "pages=-1", "max_pages=x", "sides=1"])
def test_limit_that_is_none_is_wrong_use(run: Callable[..., Result], setting: str) -> None:
    result = run("parse", "a.txt", "--max", setting)

    assert result.exit_code == 2
    assert "names are bytes, characters" in result.stderr


@pytest.mark.parametrize("command", ["parse", "check"])
def test_limit_of_documents_is_not_that_of_a_document(run: Callable[..., Result], command: str) -> None:
    result = run(command, "a.txt", "--limit", "max_pages=9")

    assert result.exit_code == 2
    assert "what is read of a document is bounded by --max max_pages=9" in result.stderr
    assert "--limit" not in run(command, "--help").stdout


def test_internal_error_names_the_file_without_a_traceback(run: Callable[..., Result]) -> None:
    result = run("parse", "broken.txt", "a.txt", "--format", "jsonl")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert [line["id"] for line in lines] == ["broken", "a"]
    assert lines[0]["findings"][0]["code"] == "internal_error"
    assert "broken.txt: internal error, ZeroDivisionError" in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback_and_goes_on(run: Callable[..., Result]) -> None:
    result = run("parse", "broken.txt", "a.txt", "--format", "jsonl", "--debug")

    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert len(result.stdout.splitlines()) == 2


def test_standard_input_is_read_as_a_file_called_stdin(run: Callable[..., Result]) -> None:
    result = run("parse", "-", "--format", "jsonl", input="正文")

    assert json.loads(result.stdout)["id"] == "stdin"


@pytest.mark.parametrize("format_", FORMATS)
def test_output_file_holds_what_standard_output_would(run: Callable[..., Result], tmp_path: Path, format_: str) -> None:
    path = tmp_path / "out"
    files = ("parse", "a.txt", "b.txt", "--format", format_)

    result = run(*files, "-o", str(path))

    assert result.exit_code == 0
    assert result.stdout == ""
    assert path.read_bytes() == run(*files).stdout_bytes


@pytest.mark.parametrize("place", ["no/such/folder/out", ".", ""])
def test_output_that_cannot_be_written_exits_2(run: Callable[..., Result], tmp_path: Path, place: str) -> None:
    result = run("parse", "a.txt", "-o", f"{tmp_path}/{place}")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_output_to_a_dash_is_standard_output(run: Callable[..., Result]) -> None:
    assert run("parse", "a.txt", "-o", "-").stdout == run("parse", "a.txt").stdout


def test_check_prints_failed_checks_only(run: Callable[..., Result]) -> None:
    result = run("check", "a.txt", "missing.txt")

    assert result.stdout == "a: 1 failed\n  failed made_rule  article_20_1: left 3, right 2\n"
    assert result.stderr == "reportparse: missing.txt: no such file\n"


def test_forms_lists_the_forms_and_prints_one(run: Callable[..., Result]) -> None:
    assert "国办公开办函〔2021〕30号" in run("forms").stdout
    assert "results.denied.state_secret" in run("forms", "2021").stdout


@pytest.mark.parametrize("charset", ["ascii", "gbk", "latin-1", "utf-8"])
@pytest.mark.parametrize("format_", FORMATS)
def test_console_of_any_encoding_gets_output_and_data_stays_utf8(
    monkeypatch: pytest.MonkeyPatch, charset: str, format_: str
) -> None:
    pretend_files(monkeypatch)
    runner = CliRunner(charset=charset)

    result = runner.invoke(cli.main, ["parse", "a.txt", "missing鿰.txt", "--format", format_])

    assert result.exit_code == 2
    text = result.stdout_bytes.decode(charset if format_ == "text" else "utf-8")
    assert "\ufffd" not in text
    assert "规章" in text or (format_ == "text" and charset in ("ascii", "latin-1"))


def test_signs_of_the_page_have_stand_ins_where_the_console_lacks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_files(monkeypatch)

    result = CliRunner(charset="ascii").invoke(cli.main, ["parse", "a.txt"])

    assert "-----" in result.stdout


def test_closed_pipe_ends_quietly(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, encoding: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(cli, "print_text", fail)

    result = run("parse", "a.txt")

    assert result.exit_code == 141
    assert result.output == ""


def test_full_disk_is_told(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, encoding: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli, "print_text", fail)

    result = run("parse", "a.txt")

    assert result.exit_code == 2
    assert result.stderr == "reportparse: the output cannot be written: No space left on device\n"


def test_interruption_exits_130(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: RawDocument, **_: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(inputs, "parse_report", fail)

    result = run("parse", "a.txt")

    assert result.exit_code == 130
    assert result.stderr == "reportparse: interrupted\n"


@pytest.mark.parametrize(
    ("is_terminal", "environment", "color"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, environment: dict[str, str], color: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)

    assert cli._look()["color"] is color


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")

    for name, command in cli.main.commands.items():
        assert f"reportparse {name}" in page
        options = (one for one in command.params if isinstance(one, click.Option))
        assert [one.opts for one in options if one.opts[-1] not in page] == []


def run_python(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "reportparse", *arguments], capture_output=True, timeout=60, **more)  # type: ignore[call-overload, no-any-return]


def test_module_runs_as_the_command() -> None:
    result = run_python("forms")

    assert result.returncode == 0
    assert result.stderr == b""


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")
def test_interrupted_process_exits_130_without_a_traceback(tmp_path: Path) -> None:
    pipe = tmp_path / "report.txt"
    os.mkfifo(pipe)

    with (
        subprocess.Popen(
            [sys.executable, "-m", "reportparse", "parse", str(pipe)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process,
        pipe.open("wb"),
    ):  # opens as soon as the command reads
        process.send_signal(signal.SIGINT)
        _, message = process.communicate(timeout=60)

    assert process.returncode == 130
    assert message == b"reportparse: interrupted\n"


@pytest.mark.skipif(os.name != "posix", reason="descriptors of POSIX")
@pytest.mark.parametrize(("redirection", "status"), [(">&-", 2), ("<&-", 2), ("2>&-", 2), (">/dev/full", 2)])
def test_missing_streams_are_no_traceback(redirection: str, status: int) -> None:
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    command = f"{sys.executable} -m reportparse {'forms' if '>' in redirection else 'parse -'} {redirection}"
    command = command if redirection != "2>&-" else command.replace("forms", "parse missing.txt")

    result = subprocess.run(command, shell=True, capture_output=True, timeout=60)

    assert result.returncode == status
    assert b"Traceback" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")
def test_reader_that_leaves_early_sees_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    result = subprocess.run(
        [sys.executable, "-m", "reportparse", "forms", "2021"], stdout=writer, stderr=subprocess.PIPE, timeout=60
    )

    os.close(writer)
    assert result.returncode == 128 + signal.SIGPIPE
    assert result.stderr == b""


def test_library_does_not_load_what_only_the_command_needs() -> None:
    code = "import sys, reportparse; print(sorted({'click', 'rich'} & set(sys.modules)))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)

    assert result.stdout.strip() == b"[]"


def test_name_of_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    name = "\x1b]0;owned\x07\x1b[2J\u202e.txt"

    done = CliRunner().invoke(cli.main, ["parse", str(tmp_path / name)])

    assert done.exit_code == 2
    assert "no such file" in done.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stderr)
