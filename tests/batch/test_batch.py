"""A dataset is whole and the same, whatever happens on the way."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import killers
from batches import SHORT_GUARD, HereEngine, files, local, options, report, run, write_reports
from locations import TESTS
from reportparse.batch.assembly import assemble
from reportparse.batch.corpus import Inputs
from reportparse.batch.driver import plan_batch, run_batch
from reportparse.batch.engines import LocalEngine
from reportparse.batch.segments import SEGMENTS, WORK
from reportparse.batch.stores import open_store, read_whole
from reportparse.dataset.datapackage import PACKAGE_FILE, describe_dataset
from reportparse.dataset.gather import Gatherer
from reportparse.dataset.schemas import dataset_tables
from reportparse.errors import ExportError, InputError
from reportparse.options import ParseOptions

pyarrow = pytest.importorskip("pyarrow", reason="datasets need the extra frames")
parquet = pytest.importorskip("pyarrow.parquet")

DRIVER = TESTS / "batchdriver.py"
needs_signals = pytest.mark.skipif(os.name != "posix", reason="processes are ended by POSIX signals")


class StopError(Exception):
    """Ends a run on the way."""


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parquet.read_table(out / table).to_pylist()
    return found


def stopping(at: int) -> Any:
    def before(number: int) -> None:
        if number == at:
            raise StopError

    return lambda job: HereEngine(job, before)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 23)


@pytest.fixture
def expected(source: Path, tmp_path: Path) -> dict[str, str]:
    """The files that an undisturbed run gives."""
    run(source, tmp_path / "expected")
    return files(tmp_path / "expected")


@pytest.mark.parametrize("chunk", [1, 7, 50])
def test_size_of_chunks_does_not_show(source: Path, tmp_path: Path, expected: dict[str, str], chunk: int) -> None:
    run(source, tmp_path / "out", chunk=chunk)

    assert files(tmp_path / "out") == expected


def test_block_that_was_sent_at_once_is_not_written_anew(
    source: Path, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportparse.batch.tableparts.encode", lambda tables: (_ for _ in ()).throw(StopError))

    run(source, tmp_path / "out", chunk=50)

    assert files(tmp_path / "out") == expected
    with pytest.raises(StopError):
        run(source, tmp_path / "other", chunk=3)


@pytest.mark.parametrize("workers", [1, 2])
def test_number_of_workers_does_not_show(source: Path, tmp_path: Path, expected: dict[str, str], workers: int) -> None:
    run(source, tmp_path / "out", local(workers))

    assert files(tmp_path / "out") == expected


def test_documents_stand_in_the_order_of_the_input(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out", chunk=4)

    reports = rows(tmp_path / "out", "reports")
    assert [row["document"] for row in reports] == list(range(23))
    assert [row["name"] for row in reports] == sorted(row["name"] for row in reports)
    assert [row["id"] for row in reports] == [row["name"].removesuffix(".txt") for row in reports]


def test_tables_join_by_the_number_of_the_document(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out", chunk=4)

    by_number = {row["document"]: row for row in rows(tmp_path / "out", "reports")}
    records = rows(tmp_path / "out", "records")
    assert len(records) == 28 * 23
    assert all(by_number[row["document"]]["id"] == row["id"] for row in records)
    assert all(by_number[row["document"]]["authority"] == row["authority"] for row in records)


@pytest.mark.parametrize("format_", ["parquet", "jsonl"])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_run_that_was_stopped_goes_on(source: Path, tmp_path: Path, format_: str, at: int) -> None:
    run(source, tmp_path / "expected", format=format_)
    with pytest.raises(StopError):
        run(source, tmp_path / "out", stopping(at), format=format_)
    result = run(source, tmp_path / "out", format=format_)

    assert result.taken == 5 * at
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_run_that_was_stopped_while_it_wrote_goes_on(
    source: Path, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("reportparse.batch.assembly.write_manifest", lambda *_: (_ for _ in ()).throw(StopError))
        with pytest.raises(StopError):
            run(source, tmp_path / "out")

    result = run(source, tmp_path / "out")

    assert result.parsed == 0
    assert files(tmp_path / "out") == expected


@needs_signals
def test_run_that_was_killed_while_it_wrote_a_part_leaves_no_piece_of_it(
    source: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    code = (
        "import os, signal, sys; from batches import run; from reportparse.batch import assembly\n"
        "assembly._remove_strangers = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from reportparse.batch.tableparts import TableOutput; TableOutput.finish = lambda self: None\n"
        "run(sys.argv[1], sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", code, str(source), str(tmp_path / "out")], cwd=TESTS)
    (tmp_path / "out" / ".manifest.json.0123abcd.tmp").touch()
    assert list((tmp_path / "out" / "records").glob(".*.tmp"))

    run(source, tmp_path / "out")

    assert files(tmp_path / "out") == expected


def test_complete_dataset_is_left_alone(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")}

    result = run(source, tmp_path / "out")

    assert (result.parsed, result.taken) == (0, 23)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")} == before
    assert not (tmp_path / "out" / WORK).exists()


@pytest.mark.parametrize("format_", ["parquet", "jsonl"])
def test_complete_dataset_grows_by_what_is_new(tmp_path: Path, format_: str) -> None:
    source = write_reports(tmp_path / "in", 12)
    run(source, tmp_path / "out", format=format_)
    (source / "0" / "000-first.txt").write_bytes(report(40))
    (source / "1" / "001.txt").write_bytes(report(41))
    (source / "2" / "005.txt").unlink()

    result = run(source, tmp_path / "out", format=format_)

    run(source, tmp_path / "expected", format=format_)
    assert (result.parsed, result.taken) == (2, 10)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_run_that_was_stopped_while_a_dataset_grew_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_reports(tmp_path / "in", 12)
    run(source, tmp_path / "out")
    write_reports(source, 17)
    with monkeypatch.context() as patch:
        patch.setattr("reportparse.batch.assembly.write_manifest", lambda *_: (_ for _ in ()).throw(StopError))
        with pytest.raises(StopError):
            run(source, tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()

    result = run(source, tmp_path / "out")

    run(source, tmp_path / "expected")
    assert (result.parsed, result.taken) == (0, 17)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_other_options_are_never_mixed_in(source: Path, tmp_path: Path) -> None:
    with pytest.raises(StopError):
        run(source, tmp_path / "out", stopping(2))
    other = ParseOptions(blank_as_zero=True)

    result = run(source, tmp_path / "out", parse=other)

    run(source, tmp_path / "expected", parse=other)
    assert result.parsed == 23
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_dataset_of_other_options_is_replaced_and_that_is_told(source: Path, tmp_path: Path) -> None:
    from batches import Heard

    run(source, tmp_path / "out")
    heard, given = Heard(), options(parse=ParseOptions(blank_as_zero=True))

    result = run_batch(Inputs((str(source),)), tmp_path / "out", given, HereEngine, heard)

    assert result.parsed == 23
    assert any("other versions or options" in message for message in heard.messages)


def test_torn_segment_is_made_again(source: Path, tmp_path: Path, expected: dict[str, str]) -> None:
    with pytest.raises(StopError):
        run(source, tmp_path / "out", stopping(3))
    torn, spoilt, whole = sorted((tmp_path / "out" / SEGMENTS).iterdir())
    torn.write_bytes(torn.read_bytes()[:-100])
    data = bytearray(spoilt.read_bytes())
    data[-50] ^= 1
    spoilt.write_bytes(data)

    run(source, tmp_path / "out")

    assert files(tmp_path / "out") == expected
    assert whole


def spoil(segment: Path) -> None:
    data = bytearray(segment.read_bytes())
    data[-50] ^= 1
    segment.write_bytes(data)


def test_any_number_of_torn_segments_is_made_again_at_once(
    source: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    with pytest.raises(StopError):
        run(source, tmp_path / "out", stopping(4))
    for segment in (tmp_path / "out" / SEGMENTS).iterdir():
        spoil(segment)
    engines: list[HereEngine] = []

    def counted(job: Any) -> HereEngine:
        engines.append(HereEngine(job))
        return engines[-1]

    run(source, tmp_path / "out", counted)

    assert len(engines) == 2
    assert files(tmp_path / "out") == expected


def test_segment_that_is_damaged_again_and_again_ends_the_run(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil_one(*given: Any) -> Any:
        spoil(min((tmp_path / "out" / SEGMENTS).iterdir()))
        return assemble(*given)

    monkeypatch.setattr("reportparse.batch.driver.assemble", spoil_one)

    with pytest.raises(ExportError, match=r"was damaged 3 times.*take another"):
        run(source, tmp_path / "out")


def test_segment_that_vanished_is_made_again(
    source: Path, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_one(*given: Any) -> Any:
        monkeypatch.undo()
        next(iter((tmp_path / "out" / SEGMENTS).iterdir())).unlink()
        return assemble(*given)

    monkeypatch.setattr("reportparse.batch.driver.assemble", lose_one)

    run(source, tmp_path / "out")

    assert files(tmp_path / "out") == expected


def test_equal_names_and_equal_contents_are_kept_apart(tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_bytes(report(1))
    inputs = [tmp_path / "a" / "same.txt", tmp_path / "b" / "same.txt", tmp_path / "a" / "same.txt"]

    run(inputs, tmp_path / "out")

    assert [row["id"] for row in rows(tmp_path / "out", "reports")] == ["same", "same~2", "same~3"]
    assert len(rows(tmp_path / "out", "texts")) == 1
    assert len(rows(tmp_path / "out", "records")) == 84


def test_every_text_is_kept_once_and_found_by_its_hash(source: Path, tmp_path: Path) -> None:
    (source / "0" / "copy.txt").write_bytes((source / "0" / "000.txt").read_bytes())

    run(source, tmp_path / "out", chunk=2)

    texts = {row["text_sha256"]: row["text"] for row in rows(tmp_path / "out", "texts")}
    reports = rows(tmp_path / "out", "reports")
    assert len(texts) == 23
    for record in rows(tmp_path / "out", "records"):
        text = texts[reports[record["document"]]["text_sha256"]]
        assert text[record["start"] : record["end"]] == record["raw"]


def test_full_disk_is_told_and_the_run_goes_on_later(
    source: Path, tmp_path: Path, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [2]

    def sync(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("reportparse.batch.stores.os.fsync", sync)
        with pytest.raises(ExportError, match="the disk is full; make room"):
            run(source, tmp_path / "out")

    run(source, tmp_path / "out")

    assert files(tmp_path / "out") == expected


def test_hostile_documents_cost_themselves_alone(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "in", 20)
    for number, kind in enumerate(killers.KINDS):
        (source / str(number % 3) / f"{number:03}-{kind}.txt").write_bytes(killers.document(kind))
    (source / "0" / "empty.txt").touch()

    result = run(source, tmp_path / "out", local(), guard=SHORT_GUARD)

    totals = result.manifest.totals
    assert totals["documents"] == 20 + len(killers.KINDS) + 1
    assert sum(totals["forms"].values()) == 20
    assert totals["failures"] == {
        "empty_input": 1, "internal_error": 1, "memory_limit": 1, "time_limit": 2, "worker_killed": 2,
    }  # fmt: skip


@pytest.mark.parametrize("step", ["add", "tables"])
def test_report_that_cannot_be_written_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    source = write_reports(tmp_path / "in", 7)
    add, tables = Gatherer.add, Gatherer.tables
    taken: dict[Gatherer, list[str]] = {}

    def is_bad(gatherer: Gatherer) -> bool:
        return any(id_.endswith("004") for id_ in taken[gatherer])

    def add_or_fail(self: Gatherer, report: Any, *given: Any, **named: Any) -> None:
        taken.setdefault(self, []).append(report.id)
        if step == "add" and is_bad(self):
            raise ValueError("a value that no column takes")
        add(self, report, *given, **named)

    def tables_or_fail(self: Gatherer) -> Any:
        if step == "tables" and is_bad(self):
            raise OverflowError("a number that no column takes")
        return tables(self)

    monkeypatch.setattr(Gatherer, "add", add_or_fail)
    monkeypatch.setattr(Gatherer, "tables", tables_or_fail)

    run(source, tmp_path / "out")

    (failure,) = rows(tmp_path / "out", "failures")
    assert (failure["code"], failure["id"]) == ("internal_error", "in/1/004")
    assert "while it was written" in failure["message"]
    assert len(rows(tmp_path / "out", "reports")) == 6


def test_failures_say_what_to_do_and_can_be_tried_again(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "in", 6)
    (source / "0" / "bad.txt").write_bytes(killers.document("error"))
    run(source, tmp_path / "out")
    assert [row["message"] for row in rows(tmp_path / "out", "failures")] == [
        "internal error, RuntimeError: an error of ours; please report it"
    ]

    kept = run(source, tmp_path / "out")
    tried = run(source, tmp_path / "out", retry_failed=True)

    assert (kept.parsed, tried.parsed, tried.taken) == (0, 1, 6)


def test_limit_takes_the_first_documents(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out", limit=7)

    assert len(rows(tmp_path / "out", "reports")) == 7


def test_plan_counts_what_is_done_and_writes_nothing(source: Path, tmp_path: Path) -> None:
    from batches import Heard

    with pytest.raises(StopError):
        run(source, tmp_path / "out", stopping(2))
    before = files(tmp_path / "out")

    plan = plan_batch(Inputs((str(source),)), tmp_path / "out", options(), Heard())

    assert plan == (23, 10)
    assert files(tmp_path / "out") == before


def test_folder_with_other_things_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="holds other things"):
        run(source, tmp_path)


def test_file_in_the_place_of_the_folder_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()

    with pytest.raises(ExportError, match="is a file; name a folder"):
        run(source, tmp_path / "out")


def test_dataset_inside_its_input_is_refused(source: Path) -> None:
    with pytest.raises(InputError, match="inside the input"):
        run(source, source / "out")


def test_missing_input_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        run(tmp_path / "nothing", tmp_path / "out")

    assert not (tmp_path / "out").exists()


@needs_signals
def test_second_run_on_the_same_dataset_is_refused(source: Path, tmp_path: Path) -> None:
    driver = start(source, tmp_path / "out")
    try:
        wait_for_segments(tmp_path / "out", 1)

        with pytest.raises(ExportError, match="another run"):
            run(source, tmp_path / "out")
    finally:
        driver.kill()
        driver.wait()


def test_manifest_tells_what_the_dataset_consists_of(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))

    found = files(tmp_path / "out")
    listed = {part["file"]: part["sha256"] for table in manifest["tables"].values() for part in table["parts"]}
    assert listed == {name: digest for name, digest in found.items() if name not in ("manifest.json", PACKAGE_FILE)}
    assert manifest["tables"]["reports"]["rows"] == manifest["input"]["documents"] == 23
    assert manifest["versions"]["reportparse"]
    assert manifest["totals"]["years"] == {"2019": 6, "2020": 6, "2021": 6, "2022": 5}


@pytest.mark.parametrize("at", ["", "memory://"])
def test_dataset_describes_itself_wherever_it_lies(source: Path, tmp_path: Path, at: str) -> None:
    if at:
        pytest.importorskip("fsspec")
    place = f"{at}{tmp_path}/out"

    run(source, place)

    store = open_store(place)
    described = json.loads(read_whole(store, PACKAGE_FILE))
    run(source, tmp_path / "here")
    assert described == describe_dataset(tmp_path / "here")
    assert {resource["name"] for resource in described["resources"]} == set(dataset_tables())
    assert all(store.exists(resource["path"]) for resource in described["resources"])


def test_lines_in_the_place_of_tables_leave_no_description_of_tables(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")

    run(source, tmp_path / "out", format="jsonl")

    assert not (tmp_path / "out" / PACKAGE_FILE).exists()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["documents", "manifest.json", "reports"]
    assert not list((tmp_path / "out").rglob("*.parquet"))


@pytest.mark.parametrize(("first", "then"), [("parquet", "jsonl"), ("jsonl", "parquet")])
def test_unfinished_dataset_of_the_other_format_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, then: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("reportparse.batch.assembly.write_manifest", lambda *_: (_ for _ in ()).throw(StopError))
        with pytest.raises(StopError):
            run(source, tmp_path / "out", format=first)

    run(source, tmp_path / "out", format=then)

    run(source, tmp_path / "expected", format=then)
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def start(source: Path, out: Path, workers: int = 2) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, str(DRIVER), str(source), str(out), str(workers)])


def wait_for_segments(out: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(list((out / SEGMENTS).glob("*.seg"))) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def processes_of(parent: int) -> list[int]:
    """Workers: children of the server that the driver forks them from."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(path.parent.name), int(fields[1])))
    children = {pid for pid, of in found if of == parent}
    return [pid for pid, of in found if of in children]


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_driver_that_was_ended_leaves_nothing_torn_and_no_process(tmp_path: Path, number: signal.Signals) -> None:
    source = write_reports(tmp_path / "in", 40)
    driver = start(source, tmp_path / "out")
    wait_for_segments(tmp_path / "out", 3)
    workers = processes_of(driver.pid)

    driver.send_signal(number)
    driver.wait(20)

    result = run(source, tmp_path / "out")
    run(source, tmp_path / "expected")
    assert result.taken >= 15
    assert files(tmp_path / "out") == files(tmp_path / "expected")
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@needs_signals
@pytest.mark.skipif(not Path("/proc").exists(), reason="workers are found in /proc")
def test_worker_that_was_killed_loses_no_document(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "in", 40)
    driver = start(source, tmp_path / "out")
    for count in (1, 3, 5):
        wait_for_segments(tmp_path / "out", count)
        for pid in processes_of(driver.pid)[:1]:
            os.kill(pid, signal.SIGKILL)

    status = driver.wait(60)

    run(source, tmp_path / "expected")
    assert status == 0
    assert files(tmp_path / "out") == files(tmp_path / "expected")


def test_workers_that_cannot_start_are_told(source: Path, tmp_path: Path) -> None:
    from reportparse.errors import ReportParseError

    class Unstartable(LocalEngine[Any]):
        def _start(self) -> Any:
            worker = super()._start()
            worker.process.kill()
            worker.process.join()
            return worker

    with pytest.raises(ReportParseError, match="workers cannot start"):
        run(source, tmp_path / "out", lambda job: Unstartable(job, 1))
