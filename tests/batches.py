"""What tests of batches share: inputs, a quiet progress, an engine without processes, and comparison of datasets."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import killers
from reportparse.batch.corpus import Inputs
from reportparse.batch.driver import BatchOptions, BatchResult, run_batch
from reportparse.batch.engines import LocalEngine, Result
from reportparse.batch.guards import Guard, Watchdog
from reportparse.batch.work import Chunk, Job, work_through

REPORT = """{place}水务局20{year}年政府信息公开工作年度报告
一、总体情况
全年公开信息{number}条。
三、收到和处理政府信息公开申请情况
\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计
一、本年新收政府信息公开申请数量\t{number}\t0\t0\t0\t0\t0\t{number}
二、上年结转政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0
（一）予以公开\t{number}\t0\t0\t0\t0\t0\t{number}
（七）总计\t{number}\t0\t0\t0\t0\t0\t{number}
"""
PLACES = ("青禾县", "海棠市", "白桦区", "云杉镇")
# Short, for documents that hang; a sound one may take longer than this on a busy machine.
SHORT_GUARD = Guard(seconds=1.5, megabytes=512, grace=0.2)


def report(number: int) -> bytes:
    return REPORT.format(place=PLACES[number % len(PLACES)], year=19 + number % 4, number=number).encode()


def write_reports(folder: Path, count: int) -> Path:
    for number in range(count):
        path = folder / str(number % 3) / f"{number:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report(number))
    return folder


class Heard:
    """A progress that remembers what was said."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.done = 0

    def begin(self, what: str, total: int | None) -> None:
        self.done = 0

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        self.done += documents

    def say(self, message: str) -> None:
        self.messages.append(message)


class HereEngine:
    """Does the work in this process; ``before`` is called before each chunk."""

    def __init__(self, job: Job[Any], before: Callable[[int], None] = lambda number: None) -> None:
        self.job = job
        self.before = before
        self.count = 0
        self.waiting: list[Chunk] = []

    def has_room(self) -> bool:
        return not self.waiting

    def is_busy(self) -> bool:
        return bool(self.waiting)

    def send(self, chunk: Chunk) -> None:
        self.waiting.append(chunk)

    def receive(self, seconds: float) -> Sequence[Result[Any]]:
        self.before(self.count)
        self.count += 1
        chunk = self.waiting.pop()
        with Watchdog(self.job.guard) as watchdog:
            return [Result(chunk, work_through(self.job, chunk, lambda number: None, watchdog))]

    def close(self) -> None:
        self.waiting.clear()


def local(workers: int = 2) -> Callable[[Job[Any]], Any]:
    return lambda job: LocalEngine(job, workers)


def options(**given: Any) -> BatchOptions:
    return BatchOptions(**{"parser": killers.parse, "chunk": 5, **given})


def run(
    source: Path | str | Sequence[Path], out: Path | str, engine: Callable[[Job[Any]], Any] = HereEngine, **given: Any
) -> BatchResult:
    sources = source if isinstance(source, tuple | list) else (source,)
    return run_batch(Inputs(tuple(map(str, sources))), out, options(**given), engine, Heard())


def files(out: Path) -> dict[str, str]:
    """The files of a dataset with their hashes."""
    paths = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
