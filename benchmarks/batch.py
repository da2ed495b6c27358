"""What a batch costs beside the parses in it, what its workers hold, and whether kills change a byte.

    python benchmarks/batch.py [--documents 20000] [--kills 10] [--hostile 0.01] [--workers 2] [--folder DIR] [--json]

Documents come from the damage generator. CPU time is measured inside the processes, so that neighbours on the machine
change it little; seconds on the wall are for orientation.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# The printers and damages, and the documents that misbehave, belong to the tests, which are no part of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import killers
from batches import files
from property.cases import iter_cases
from property.damage import DAMAGES
from property.layouts import LAYOUTS
from reportparse.batch.corpus import Inputs
from reportparse.batch.delivery import SegmentWriter
from reportparse.batch.driver import BatchOptions, run_batch
from reportparse.batch.engines import LocalEngine
from reportparse.batch.guards import Guard
from reportparse.batch.segments import SEGMENTS
from reportparse.document import RawDocument
from reportparse.forms import form_keys
from reportparse.models import Report
from reportparse.options import ParseOptions

# Long enough that no sound document meets it on a busy machine.
GUARD = Guard(seconds=20, megabytes=1_024, grace=1)
# Few of them hang, because each costs its time twice.
KINDS = ("crash", "exit", "memory", "error") * 12 + ("sleep", "hold")
# Printing a report costs more than parsing it: so many are different, the others are these with another last line.
VARIETY = 3_000
METERS = "REPORTPARSE_BENCHMARK_METERS"
_METER = struct.Struct("<4d")  # CPU seconds of parsing, of writing, of the process; documents


class Meter:
    """What this process has used, in a file that others see while it lives and after."""

    def __init__(self, folder: str) -> None:
        path = Path(folder) / str(os.getpid())
        path.write_bytes(bytes(_METER.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _METER.size)
        self.parsing = self.writing = 0.0
        self.documents = 0

    def note(self) -> None:
        _METER.pack_into(self._map, 0, self.parsing, self.writing, time.process_time(), self.documents)


_METERS: dict[int, Meter] = {}


def meter() -> Meter:
    """The meter of this process; a worker makes its own when it is first asked to parse."""
    if os.getpid() not in _METERS:
        _METERS[os.getpid()] = Meter(os.environ[METERS])
    return _METERS[os.getpid()]


def metered_parse(raw: RawDocument, options: ParseOptions) -> Report:
    used, start = meter(), time.process_time()
    try:
        return killers.parse(raw, options)
    finally:
        used.parsing += time.process_time() - start
        used.documents += 1
        used.note()


_write = SegmentWriter.__call__


def metered_write(self: SegmentWriter, outcomes: Any) -> Any:
    start = time.process_time()
    try:
        return _write(self, outcomes)
    finally:
        if METERS in os.environ:
            used = meter()
            used.writing += time.process_time() - start
            used.note()


SegmentWriter.__call__ = metered_write  # type: ignore[method-assign]


@dataclass
class Result:
    """All that a run measures; CPU in milliseconds a document, memory in megabytes."""

    documents: int
    parse_ms: float
    overhead_ms: float
    driver_ms: float
    segments_ms: float
    assembly_ms: float
    writing_share: float
    worker_mb: list[float]
    seconds: float
    kills: int = 0
    same_bytes: bool | None = None
    failures: dict[str, int] | None = None
    seconds_one_worker: float | None = None


class Watched:
    """A progress that samples the memory of workers, and notes when the writing began."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.samples: list[list[float]] = [[] for _ in range(10)]
        self.stage = ""
        self.driver_at_writing = 0.0

    def begin(self, what: str, total: int | None) -> None:
        self.stage = what
        if what == "writing":
            self.driver_at_writing = time.process_time()

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        self.done += documents

    def say(self, message: str) -> None:
        sys.stderr.write(message + "\n")

    def sample(self) -> None:
        while self.stage != "over":
            if self.stage == "parsing":
                tenth = min(9, 10 * self.done // max(1, self.total))
                self.samples[tenth] += [resident(pid) for pid in workers_of(os.getpid())]
            time.sleep(0.5)


def resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def workers_of(driver: int) -> list[int]:
    """Children of the server that a driver's workers are forked from."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    servers = {pid for pid, parent in parents.items() if parent == driver}
    return [pid for pid, parent in parents.items() if parent in servers]


def make_documents(folder: Path, count: int, share: float) -> None:
    """Reports of every form and layout, damaged; some documents in their midst are hostile."""
    rng = random.Random(7)
    printed = [text for _, text in zip(range(min(count, VARIETY)), texts(), strict=False)]
    for number in range(count):
        text = f"{printed[number % len(printed)]}\n（第{number}份）"
        path = folder / f"{number // 1000:03}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        bad = rng.random() < share
        path.write_bytes(killers.document(rng.choice(KINDS)) if bad else text.encode())


def texts() -> Iterator[str]:
    """Documents in an order that mixes forms, layouts and damages, as often as they are asked for."""
    rng = random.Random(3)
    for seed in range(1_000):
        kinds = [(form, layout, damage) for form in form_keys() for layout in LAYOUTS for damage in DAMAGES]
        rng.shuffle(kinds)
        for form, layout, damage in kinds:
            for _, case in iter_cases([form], [layout], [damage], 1, seed):
                yield case.text


def run(source: Path, out: Path, workers: int, progress: Any) -> dict[str, int]:
    options = BatchOptions(guard=GUARD, parser=metered_parse)
    inputs = Inputs((str(source),))
    result = run_batch(inputs, out, options, lambda job: LocalEngine(job, workers), progress)
    failures: dict[str, int] = result.manifest.totals["failures"]
    return failures


def measure(source: Path, out: Path, workers: int, meters: Path) -> Result:
    """A run without disturbance, in this process and its workers."""
    os.environ[METERS] = str(meters)
    count = sum(1 for path in source.rglob("*") if path.is_file())
    watched = Watched(count)
    sampler = threading.Thread(target=watched.sample)
    sampler.start()
    start, cpu = time.perf_counter(), time.process_time()
    failures = run(source, out, workers, watched)
    seconds, over = time.perf_counter() - start, time.process_time()
    watched.stage = "over"
    sampler.join()
    used = [_METER.unpack(path.read_bytes()) for path in meters.iterdir() if path.name != str(os.getpid())]
    parsing, writing, processes = (sum(each[n] for each in used) for n in range(3))
    assembly, driver = over - watched.driver_at_writing, watched.driver_at_writing - cpu
    whole = processes + driver + assembly

    def per_document(value: float) -> float:
        return round(1_000 * value / count, 3)

    return Result(
        count,
        parse_ms=per_document(parsing),
        overhead_ms=per_document(whole - parsing),
        driver_ms=per_document(driver),
        segments_ms=per_document(writing),
        assembly_ms=per_document(assembly),
        writing_share=round((writing + assembly) / whole, 4),
        worker_mb=[round(max(tenth, default=0.0), 1) for tenth in watched.samples],
        seconds=round(seconds, 1),
        failures=failures,
    )


def disturb(source: Path, out: Path, workers: int, kills: int) -> int:
    """Run as another process, which is killed, or its workers are, at random moments; go on until it is complete."""
    rng = random.Random(11)
    command = [sys.executable, __file__, "--drive", str(source), str(out), str(workers)]
    total = sum(1 for path in source.rglob("*") if path.is_file()) // 50
    moments = sorted(rng.sample(range(1, total), kills))
    done = 0
    driver = subprocess.Popen(command)
    while driver.poll() is None or driver.returncode != 0:
        if driver.poll() is not None:
            driver = subprocess.Popen(command)
        time.sleep(0.05)
        segments = len(list((out / SEGMENTS).glob("*.seg"))) if out.exists() else 0
        if moments and segments >= moments[0]:
            victims = [driver.pid] if done % 2 else workers_of(driver.pid)
            if not victims:
                continue
            moments.pop(0)
            done += 1
            number = signal.SIGTERM if done % 4 == 0 else signal.SIGKILL
            os.kill(rng.choice(victims), number)
            sys.stderr.write(
                f"kill {done}: {number.name} to {'the driver' if victims[0] == driver.pid else 'a worker'}\n"
            )
    return done


def show(result: Result) -> str:
    first, last = result.worker_mb[1], result.worker_mb[9]
    lines = [
        f"documents                      {result.documents:>12,}",
        f"parse, CPU ms a document       {result.parse_ms:>12.3f}",
        f"over the parse                 {result.overhead_ms:>12.3f}",
        f"  of it segments               {result.segments_ms:>12.3f}",
        f"  of it the driver             {result.driver_ms:>12.3f}",
        f"  of it assembly               {result.assembly_ms:>12.3f}",
        f"writing, of all CPU            {result.writing_share:>12.1%}",
        f"worker, MB, by tenths          {' '.join(f'{size:.0f}' for size in result.worker_mb)}",
        f"worker, last to second tenth   {last / first if first else 0:>12.3f}",
        f"seconds                        {result.seconds:>12.1f}",
        f"failures                       {result.failures}",
    ]
    if result.seconds_one_worker:
        lines.append(f"one worker to these, seconds   {result.seconds_one_worker / result.seconds:>12.2f}")
    if result.same_bytes is not None:
        lines.append(f"same bytes after {result.kills} kills       {result.same_bytes}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--hostile", type=float, default=0.01, help="share of documents that misbehave")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scaling", action="store_true", help="run with one worker too")
    parser.add_argument("--folder", type=Path, help="where to work; removed at the end unless it is given")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--drive", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.drive:
        source, out, workers = options.drive
        run(Path(source), Path(out), int(workers), Watched(1))
        return
    folder = options.folder or Path(tempfile.mkdtemp())
    try:
        result = benchmark(folder, options)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write((json.dumps(asdict(result), indent=1) if options.json else show(result)) + "\n")


def benchmark(folder: Path, options: argparse.Namespace) -> Result:
    source = folder / "in"
    if not source.exists():
        make_documents(source, options.documents, options.hostile)
    meters = [folder / f"meters-{number}" for number in range(3)]
    for each in (*meters, folder / "plain", folder / "one", folder / "killed"):
        shutil.rmtree(each, ignore_errors=True)
    for each in meters:
        each.mkdir()
    result = measure(source, folder / "plain", options.workers, meters[0])
    if options.scaling:
        result.seconds_one_worker = measure(source, folder / "one", 1, meters[1]).seconds
    if options.kills:
        os.environ[METERS] = str(meters[2])
        result.kills = disturb(source, folder / "killed", options.workers, options.kills)
        result.same_bytes = files(folder / "killed") == files(folder / "plain")
    return result


if __name__ == "__main__":
    main()
