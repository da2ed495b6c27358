"""The command ``reportparse batch``: what it prints, and its exit status."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batches import files, report, write_reports
from reportparse.cli import main

pytest.importorskip("pyarrow", reason="datasets need the extra frames")
needs_signals = pytest.mark.skipif(os.name != "posix", reason="processes are ended by POSIX signals")


def batch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 7)


def test_folder_becomes_a_dataset_with_a_summary(source: Path, tmp_path: Path) -> None:
    done = batch(source, "--out", tmp_path / "out", "--workers", 1)

    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "7 documents: 7 reports, 0 failures" in done.stderr
    assert "years     2019 2, 2020 2, 2021 2, 2022 1" in done.stderr
    assert f"complete in {tmp_path / 'out'}: 9 files, " in done.stderr
    assert "--retry-failed" not in done.stderr


def test_failures_are_counted_and_set_the_status(source: Path, tmp_path: Path) -> None:
    (source / "empty.txt").touch()

    done = batch(source, "--out", tmp_path / "out", "--workers", 1)

    assert done.exit_code == 1
    assert "7 reports, 1 failure" in done.stderr
    assert "failures  empty_input 1" in done.stderr
    assert f"stands in {tmp_path / 'out'}/failures; --retry-failed tries them again" in done.stderr


def test_quiet_says_nothing(source: Path, tmp_path: Path) -> None:
    done = batch(source, "--out", tmp_path / "out", "--workers", 1, "--quiet")

    assert (done.exit_code, done.output) == (0, "")


def test_json_lines_hold_every_document_in_order(source: Path, tmp_path: Path) -> None:
    (source / "0" / "001-empty.txt").touch()

    batch(source, "--out", tmp_path / "out", "--workers", 1, "--jsonl")

    lines = (tmp_path / "out" / "reports" / "part-00000.jsonl").read_text("utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert ids == sorted(ids)
    assert len(ids) == 8
    assert json.loads(lines[1])["findings"][0]["code"] == "empty_input"


def test_dry_run_counts_and_writes_nothing(source: Path, tmp_path: Path) -> None:
    done = batch(source, "--out", tmp_path / "out", "--dry-run")

    assert done.stdout == "7 documents, 0 of them done\n"
    assert not (tmp_path / "out").exists()


def test_second_call_has_nothing_to_do(source: Path, tmp_path: Path) -> None:
    batch(source, "--out", tmp_path / "out", "--workers", 1)

    done = batch(source, "--out", tmp_path / "out", "--workers", 1)

    assert done.exit_code == 0
    assert "complete and there is nothing to do" in done.stderr


def test_limit_and_going_on_are_told(source: Path, tmp_path: Path) -> None:
    batch(source, "--out", tmp_path / "out", "--workers", 1, "--limit", 3)

    done = batch(source, "--out", tmp_path / "out", "--workers", 1)

    assert "4 documents parsed, 3 taken from before" in done.stderr


def test_what_is_read_of_a_document_is_bounded_by_name(source: Path, tmp_path: Path) -> None:
    (source / "1" / "long.txt").write_bytes(report(1) + b"x" * 2_000)

    done = batch(source, "--out", tmp_path / "out", "--workers", 1, "--max", "bytes=1500")

    assert done.exit_code == 1
    assert "7 reports, 1 failure" in done.stderr
    assert "limit_exceeded 1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.html", "--out", "out"], "there is no such file"),
        (["nothing/*.html", "--out", "out"], "nothing fits this pattern"),
        (["pyproject.toml", "--out", "out", "--engine", "local", "--scheduler", "tcp://a"], "--scheduler is for"),
        (["pyproject.toml", "--out", "out", "--limit", "max_pages=9"], "is bounded by --max max_pages=9"),
        (["pyproject.toml", "--out", "out", "--limit", "0"], "0 is not in the range"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_exits_with_2(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()

    done = batch(*arguments)

    assert done.exit_code == 2
    assert words in done.stderr


def test_crawl_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    crawl = pa.table({"html": [report(1), report(2)], "address": ["http://a.example/1", "http://a.example/2"]})
    parquet.write_table(crawl, tmp_path / "crawl.parquet")
    given = ["--content", "html", "--url", "address", "--workers", 1]

    done = batch(tmp_path / "crawl.parquet", "--out", tmp_path / "out", *given)

    assert done.exit_code == 0, done.output
    reports = parquet.read_table(tmp_path / "out" / "reports").to_pylist()
    assert [row["url"] for row in reports] == ["http://a.example/1", "http://a.example/2"]


def test_dataset_may_lie_at_a_url(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    batch(source, "--out", tmp_path / "here", "--workers", 1, "--limit", 3)

    first = batch(source, "--out", f"local://{tmp_path}/there", "--workers", 1, "--limit", 3)
    batch(source, "--out", f"local://{tmp_path}/there", "--workers", 1)
    batch(source, "--out", tmp_path / "here", "--workers", 1)

    assert first.exit_code == 0, first.output
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_error_of_ours_is_told_in_a_line(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("an error of ours")

    monkeypatch.setattr("reportparse.commands.batch.run_batch", fail)

    done = batch(source, "--out", tmp_path / "out")

    assert done.exit_code == 2
    assert done.stderr.startswith("reportparse: internal error, RuntimeError: an error of ours; please report it")


@needs_signals
@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9])
def test_interrupt_while_workers_start_shows_no_traceback(tmp_path: Path, seconds: float) -> None:
    source = write_reports(tmp_path / "in", 2_000)
    command = [sys.executable, "-m", "reportparse", "batch", str(source), "--out", str(tmp_path / "out")]
    driver = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not (tmp_path / "out" / "_work" / "lock").exists():
        time.sleep(0.02)
    time.sleep(seconds)

    os.killpg(driver.pid, signal.SIGINT)  # as a terminal sends it, to all processes
    _, said = driver.communicate(timeout=30)

    assert driver.returncode == 130
    assert "Traceback" not in said


@needs_signals
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signal_ends_the_run_in_order(tmp_path: Path, number: signal.Signals, status: int) -> None:
    source = write_reports(tmp_path / "in", 400)
    command = [sys.executable, "-m", "reportparse", "batch", str(source), "--out", str(tmp_path / "out")]
    driver = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "out").glob("_work/segments/*.seg")):
        time.sleep(0.02)

    driver.send_signal(number)
    _, said = driver.communicate(timeout=30)

    assert driver.returncode == status
    assert said.splitlines()[-1] == "reportparse: stopped; the same command goes on from here"
