"""What a batch costs beside a serial loop over its documents, what its workers hold, and whether kills change a byte.

    python benchmarks/batch.py [--documents 20000] [--kills 10] [--hostile 0.01] [--workers 2] [--sound 4000]
                               [--folder DIR] [--json FILE] [--write]

Documents come from the damage generator. Costs are CPU time, measured inside the processes. The serial loop runs in
the workers, over the same documents, chunk by chunk in turn with the batch, so that both meet the same machine; seconds
on the wall are for orientation. ``--write`` puts the figures into docs/explanation/scale.md.
"""

from __future__ import annotations

import argparse
import gc
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

# The printers and damages, and the documents that misbehave, belong to the tests, which are no part of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import killers
from batches import files
from property.cases import iter_cases
from property.damage import DAMAGES
from property.layouts import LAYOUTS
from reportparse import parse_report
from reportparse.batch import work
from reportparse.batch.corpus import Inputs
from reportparse.batch.delivery import SegmentWriter
from reportparse.batch.driver import BLOCK_DOCUMENTS, BatchOptions, run_batch
from reportparse.batch.engines import LocalEngine
from reportparse.batch.guards import Guard
from reportparse.batch.segments import SEGMENTS
from reportparse.document import RawDocument
from reportparse.forms import form_keys
from reportparse.models import Report
from reportparse.options import ParseOptions

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "scale.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
# Long enough that no sound document meets it on a busy machine.
GUARD = Guard(seconds=20, megabytes=1_024, grace=1)
# Few of them hang, because each costs its time twice.
KINDS = ("crash", "exit", "memory", "error") * 12 + ("sleep", "hold")
# Printing a report costs more than parsing it: so many are different, the others are these with another last line.
VARIETY = 3_000
# Where processes note what they use. Workers inherit it when their server starts, so it is the same for all runs.
METERS = "REPORTPARSE_BENCHMARK_METERS"
# A file of that folder; where it is, workers run the serial loop too.
SERIAL = "serial"
_NAMES = ("starting", "serial", "parsing", "attempts", "forgetting", "writing", "process")
_METER = struct.Struct(f"<{len(_NAMES)}d")
_OWN_COLLECTIONS = gc.get_threshold()


class Meter:
    """CPU seconds that this process has used, in a file that others see while it lives and after."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"{os.getpid()}.meter"
        path.write_bytes(bytes(_METER.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _METER.size)
        self.folder = folder.parent
        self.is_serial = (folder / SERIAL).exists()
        self.used = dict.fromkeys(_NAMES, 0.0)
        self.used["starting"] = time.process_time()
        self.outcome: Any = None

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.used[name] += time.process_time() - start

    def forget(self) -> None:
        """Let go of the last report, which the loop does as well."""
        with self.measured("forgetting"):
            self.outcome = None

    def note(self) -> None:
        self.used["process"] = time.process_time()
        _METER.pack_into(self._map, 0, *self.used.values())


_METERS: dict[int, Meter] = {}


def meter() -> Meter:
    """The meter of this process; a worker makes its own when it is first asked for."""
    if os.getpid() not in _METERS:
        _METERS[os.getpid()] = Meter(Path(os.environ[METERS]))
    return _METERS[os.getpid()]


def metered_parse(raw: RawDocument, options: ParseOptions) -> Report:
    with meter().measured("parsing"):
        return killers.parse(raw, options)


_attempt = work.attempt
_write = SegmentWriter.__call__


def metered_attempt(*given: Any) -> Any:
    used = meter()
    used.forget()
    with used.measured("attempts"):
        used.outcome = _attempt(*given)
    return used.outcome


def metered_write(self: SegmentWriter, outcomes: Any) -> Any:
    used = meter()
    items: Sequence[work.Item] = outcomes.chunk.items if used.is_serial else ()
    # Before or after in turn, so that neither finds the caches warm more often.
    is_first = bool(items) and items[0].position // len(items) % 2 == 0
    if is_first:
        loop(items)
    parses = ("attempts", "forgetting")
    before = sum(map(used.used.__getitem__, parses))
    with used.measured("writing"):
        written = _write(self, outcomes)
        used.forget()
    used.used["writing"] -= sum(map(used.used.__getitem__, parses)) - before
    if items and not is_first:
        loop(items)
    used.note()
    return written


def loop(items: Sequence[work.Item]) -> None:
    """The serial loop: read, parse and forget, with Python's own garbage collection."""
    rare = gc.get_threshold()
    gc.set_threshold(*_OWN_COLLECTIONS)
    with meter().measured("serial"):
        for item in items:
            parse_report((meter().folder / item.raw.name).read_bytes())
    gc.set_threshold(*rare)


@dataclass
class Costs:
    """CPU in milliseconds a document of a run over sound documents."""

    documents: int
    bytes: int
    serial: float
    over: float
    parse: float
    opening: float
    segments: float
    receiving: float
    driver: float
    assembly: float
    writing_share: float
    worker_start: float
    driver_start: float
    dataset_bytes: int
    seconds: dict[int, float]
    worker_cpu: dict[int, float]


@dataclass
class Endurance:
    """A long run with hostile documents in it, and the same with kills; memory in megabytes."""

    documents: int
    hostile: float
    workers: int
    worker_mb: list[float]
    failures: dict[str, int]
    seconds: float
    kills: int
    same_bytes: bool | None


class Silent:
    """A progress that notes when the writing began."""

    def __init__(self) -> None:
        self.stage = ""
        self.at_writing = 0.0

    def begin(self, what: str, total: int | None) -> None:
        self.stage = what
        if what == "writing":
            self.at_writing = time.process_time()

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        pass

    def say(self, message: str) -> None:
        sys.stderr.write(message + "\n")


class Watched(Silent):
    """A progress that samples the memory of workers."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total = total
        self.done = 0
        self.samples: list[list[float]] = [[] for _ in range(10)]

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        self.done += documents

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


def count_files(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def measure_costs(folder: Path, count: int, workers: int) -> Costs:
    """A batch of sound documents beside the serial loop over them, then once for each number of workers."""
    source, meters = folder / "sound", Path(os.environ[METERS])
    if not source.exists():
        make_documents(source, count, 0.0)
    sizes = [path.stat().st_size for path in source.rglob("*.txt")]
    first = folder / "first"
    make_documents(first, 100, 0.0)
    cpu = time.process_time()
    run(first, folder / "first-out", workers, Silent())
    start = time.process_time() - cpu

    (meters / SERIAL).touch()
    used, driver, assembly = metered(source, folder / "beside", workers)
    (meters / SERIAL).unlink()
    seconds, worker_cpu = {}, {}
    for number in range(1, workers + 1):
        began = time.perf_counter()
        plain, _, _ = metered(source, folder / f"plain-{number}", number)
        seconds[number] = round(time.perf_counter() - began, 2)
        worker_cpu[number] = round(1_000 * plain["process"] / len(sizes), 3)
    parses = used["parsing"] + used["forgetting"]
    beside = used["starting"] + used["serial"]
    whole = used["process"] - beside + driver + assembly

    def each(value: float) -> float:
        return round(1_000 * value / len(sizes), 3)

    return Costs(
        documents=len(sizes),
        bytes=round(sum(sizes) / len(sizes)),
        serial=each(used["serial"]),
        over=each(whole - used["serial"]),
        parse=each(parses),
        opening=each(used["attempts"] - used["parsing"]),
        segments=each(used["writing"]),
        receiving=each(used["process"] - beside - used["attempts"] - used["forgetting"] - used["writing"]),
        driver=each(driver),
        assembly=each(assembly),
        writing_share=round((used["writing"] + assembly) / whole, 4),
        worker_start=round(used["starting"] / workers, 2),
        driver_start=round(start, 2),
        dataset_bytes=round(sum(p.stat().st_size for p in (folder / "beside").rglob("*.parquet")) / len(sizes)),
        seconds=seconds,
        worker_cpu=worker_cpu,
    )


def metered(source: Path, out: Path, workers: int) -> tuple[dict[str, float], float, float]:
    """A run: what its workers used, and the driver until the writing and after."""
    meters = Path(os.environ[METERS])
    for path in meters.glob("*.meter"):
        path.unlink()
    shutil.rmtree(out, ignore_errors=True)
    progress, cpu = Silent(), time.process_time()
    run(source, out, workers, progress)
    over = time.process_time()
    used = [_METER.unpack(path.read_bytes()) for path in meters.glob("*.meter")]
    sums = {name: float(sum(values)) for name, values in zip(_NAMES, zip(*used, strict=True), strict=True)}
    return sums, progress.at_writing - cpu, over - progress.at_writing


def endure(folder: Path, count: int, share: float, workers: int, kills: int) -> Endurance:
    """The long run, without kills and with them."""
    source = folder / "in"
    if not source.exists():
        make_documents(source, count, share)
    for name in ("whole", "killed"):
        shutil.rmtree(folder / name, ignore_errors=True)
    watched = Watched(count_files(source))
    sampler = threading.Thread(target=watched.sample)
    sampler.start()
    began = time.perf_counter()
    failures = run(source, folder / "whole", workers, watched)
    seconds = time.perf_counter() - began
    watched.stage = "over"
    sampler.join()
    same = None
    if kills:
        disturb(source, folder / "killed", workers, kills)
        same = files(folder / "killed") == files(folder / "whole")
    memory = [round(max(tenth, default=0.0), 1) for tenth in watched.samples]
    return Endurance(watched.total, share, workers, memory, failures, round(seconds, 1), kills, same)


def disturb(source: Path, out: Path, workers: int, kills: int) -> int:
    """Run as another process, which is killed, or its workers are, at random moments; go on until it is complete."""
    rng = random.Random(11)
    command = [sys.executable, __file__, "--drive", str(source), str(out), str(workers)]
    total = count_files(source) // BLOCK_DOCUMENTS
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


def figures(costs: Costs, long: Endurance) -> str:
    """What was measured, as the tables of the docs."""
    last, first = long.worker_mb[9], long.worker_mb[1]
    one, most = costs.seconds[1], max(costs.seconds)
    rows = [
        ("the serial loop: read, parse, forget", costs.serial),
        ("**the batch over it**", costs.over),
        ("its parses, beside the serial loop", costs.parse - costs.serial),
        ("opening a document under its limits, and its keys", costs.opening),
        ("the tables of a block, and its segment", costs.segments),
        ("receiving a chunk, and telling of it", costs.receiving),
        ("the driver: reading, sending, noting", costs.driver),
        ("putting the dataset together", costs.assembly),
    ]
    lines = [
        f"Measured on {date.today().isoformat()} on {os.cpu_count()} cores; {load()} other processes wanted to run.",
        "",
        f"{costs.documents:,} sound documents of {costs.bytes:,} bytes, with {most} workers:",
        "",
        "| part | CPU, ms a document |",
        "| --- | ---: |",
        *(f"| {name} | {value:.3f} |" for name, value in rows),
        "",
        f"Writing, which is the tables and the dataset, takes {costs.writing_share:.1%} of all CPU.",
        f"The dataset takes {costs.dataset_bytes:,} bytes a document.",
        f"Before the first document the driver takes {costs.driver_start} s of CPU once, to load what it needs, "
        f"and each worker {costs.worker_start} s.",
        "",
        "| workers | seconds | CPU of the workers, ms a document |",
        "| ---: | ---: | ---: |",
        *(f"| {number} | {costs.seconds[number]} | {costs.worker_cpu[number]} |" for number in costs.seconds),
        "",
        f"{most} workers are {one / costs.seconds[most]:.2f} times as fast as one on the wall; "
        f"a document costs them {costs.worker_cpu[most] / costs.worker_cpu[1]:.2f} times the CPU.",
        "",
        f"{long.documents:,} documents, one in {1 / long.hostile if long.hostile else 0:.0f} of them hostile, "
        f"took {long.workers} workers {long.seconds} s; {sum(long.failures.values())} documents failed.",
        f"A worker held at most, by tenths of the run: {', '.join(f'{size:.0f}' for size in long.worker_mb)} MB; "
        f"the last tenth is {last / first if first else 0:.2f} times the second.",
    ]
    if long.same_bytes is not None:
        told = "the same bytes" if long.same_bytes else "OTHER BYTES"
        lines.append(f"After {long.kills} kills of workers and drivers the dataset is {told}.")
    return "\n".join([*lines, ""])


def load() -> int:
    """How many processes wanted a core of late, beside the two of the benchmark."""
    return max(0, round(os.getloadavg()[1]) - 2)


def write_page(text: str) -> None:
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000, help="of the long run")
    parser.add_argument("--hostile", type=float, default=0.01, help="share of its documents that misbehave")
    parser.add_argument("--kills", type=int, default=10, help="kills of processes while it runs again")
    parser.add_argument("--sound", type=int, default=4_000, help="documents whose cost is measured")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to work; removed at the end unless it is given")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--write", action="store_true", help="write them into the page of the docs")
    parser.add_argument("--drive", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.drive:
        source, out, workers = options.drive
        run(Path(source), Path(out), int(workers), Silent())
        return
    folder = options.folder or Path(tempfile.mkdtemp())
    try:
        meters = folder / "meters"
        meters.mkdir(parents=True, exist_ok=True)
        os.environ[METERS] = str(meters)
        costs = measure_costs(folder, options.sound, options.workers)
        long = endure(folder, options.documents, options.hostile, options.workers, options.kills)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps({"costs": asdict(costs), "endurance": asdict(long)}, indent=1))
    if options.write:
        write_page(figures(costs, long))
    sys.stdout.write(figures(costs, long))


# In every process that imports this module, the workers too, which import the main module of their driver.
if METERS in os.environ:
    work.attempt = metered_attempt  # type: ignore[assignment]
    SegmentWriter.__call__ = metered_write  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
