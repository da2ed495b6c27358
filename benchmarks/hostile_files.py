"""What each hostile file costs: a process of its own, with a bound on its time and a look at its memory.

    python benchmarks/hostile_files.py [PREFIX...] [--seconds 120] [--worst 12] [--costly] [--all]

Memory is the peak of the process, or of one that it starts, above that of a process which has imported the same
libraries and reads nothing. It may be 50 MB and 25 times the input, or what a limit states. Exit status 1 where a file
crashes, hangs, prints a traceback, breaks a promise or goes over. Needs a system that can fork.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from hostile.files import HostileFile, hostile_files
from hostile.promises import broken_promises, iter_outcomes
from reportparse.resources import read_json

MEGABYTE = 1_000_000
FACTOR = 25
# What the readers import when the first file of their kind comes.
LIBRARIES = ("lxml.etree", "opencc", "pypdfium2", "python_calamine", "fastwarc.warc")
_UNITS = 1_024 if sys.platform.startswith("linux") else 1  # of ru_maxrss


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one file.

    Attributes:
        name: The name of the file.
        size: Its bytes.
        told: Codes of findings or errors, and whether it was read.
        wrong: What must not be: a crash, a traceback, a broken promise, too much of memory or time.
        memory: Bytes above an idle process.
        allowed: Bytes that it may take.
        cpu: Seconds, with those of the processes that it started.
    """

    name: str
    size: int
    told: tuple[str, ...]
    wrong: str
    memory: int
    allowed: int
    cpu: float

    @property
    def share(self) -> float:
        """How much of what it may use it used."""
        return self.memory / self.allowed


def in_child(work: Callable[[], object], errors: Path) -> tuple[int, resource.struct_rusage]:
    """Do some work in a process of its own that leads its own group, its messages in a file; tells how it ended."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setsid()
            os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            work()
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status, usage = os.wait4(pid, 0)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # whatever it started and left behind
    return status, usage


def peak(file: HostileFile) -> int:
    """The peak of this process and of those that it started and that ended; of an office program it is its own."""
    processes = (resource.RUSAGE_SELF, *(() if file.is_converted else (resource.RUSAGE_CHILDREN,)))
    return max(resource.getrusage(process).ru_maxrss for process in processes) * _UNITS


def read_file(file: HostileFile, path: Path, told: Path, seconds: int) -> None:
    """Read a file and write down what came of it."""
    # Nobody handles this signal, so that it ends a process which hangs in a library too.
    signal.alarm(seconds)
    count, codes, wrong = 0, set[str](), list[str]()
    highest = 0
    for outcome in iter_outcomes(path.read_bytes(), file.file_name, file.limits):
        count += 1
        codes |= outcome.told
        if count == 1:
            highest = peak(file)
            wrong = broken_promises(outcome)
    if count != 1:
        highest = peak(file)
    signal.alarm(0)
    told.write_text(json.dumps([sorted(codes), wrong, highest]))


def measure(file: HostileFile, folder: Path, idle: int, seconds: int) -> Run:
    """Make a file in one process and read it in another."""
    path, told, errors = folder / "file", folder / "told", folder / "errors"
    told.unlink(missing_ok=True)
    status, _ = in_child(lambda: path.write_bytes(file.make()), errors)
    if status:
        return Run(file.name, 0, (), f"it cannot be made: {errors.read_text()[-300:]}", 0, 1, 0)
    status, usage = in_child(lambda: read_file(file, path, told, seconds), errors)
    size, cpu = path.stat().st_size, usage.ru_utime + usage.ru_stime
    printed = errors.read_text("utf-8", "replace")
    codes, wrong, highest = json.loads(told.read_text()) if told.exists() else ([], [], usage.ru_maxrss * _UNITS)
    problems = [*wrong, *([printed.strip()[-300:]] if printed else [])]
    if os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status)
        problems.insert(0, f"over {seconds} seconds" if ended == signal.SIGALRM else f"ended by signal {ended}")
    if file.told and codes and not file.told & set(codes):
        problems.append(f"told {', '.join(codes)}")
    memory, allowed = highest - idle, file.memory + FACTOR * size
    if memory > allowed:
        problems.append(f"{memory / MEGABYTE:,.0f} MB for {size:,} bytes")
    return Run(file.name, size, tuple(codes), "; ".join(problems), memory, allowed, cpu)


def import_readers() -> None:
    """Import what every reader imports, so that it counts for none."""
    readers = {kind["reader"] for kind in read_json("formats.json") if kind.get("reader")} - {"archive"}
    for name in (*LIBRARIES, *(f"reportparse.readers.{reader}.read" for reader in sorted(readers))):
        try:
            import_module(name)
        except ImportError:
            sys.stderr.write(f"without {name}\n")


def row(run: Run) -> str:
    return f"{run.name:46}{run.size:>13,}{run.memory / MEGABYTE:>8,.0f}{run.share:>8.0%}{run.cpu:>8.1f}"


def show(runs: Sequence[Run], worst: int) -> str:
    """The figures as tables for people."""
    heads = {"files": 7, "read": 7, "refused": 9, "wrong": 7, "most CPU s": 12, "most MB": 9, "of allowed": 12}
    lines = [f"{'kind':10}" + "".join(head.rjust(width) for head, width in heads.items())]
    kinds = dict.fromkeys(run.name.partition("/")[0] for run in runs)
    for kind in (*kinds, "all"):
        own = [run for run in runs if kind in ("all", run.name.partition("/")[0])]
        read = sum("result" in run.told for run in own)
        wrong = sum(bool(run.wrong) for run in own)
        most = max(run.memory for run in own) / MEGABYTE
        lines.append(
            f"{kind:10}{len(own):>7,}{read:>7,}{len(own) - read:>9,}{wrong:>7,}{max(run.cpu for run in own):>12.1f}"
            f"{most:>9,.0f}{max(run.share for run in own):>12.0%}"
        )
    columns = f"{'bytes':>13}{'MB':>8}{'share':>8}{'CPU s':>8}"
    lines += ["", f"{'most of what is allowed':46}{columns}"]
    lines += [row(run) for run in sorted(runs, key=lambda run: -run.share)[:worst]]
    lines += ["", f"{'slowest':46}{columns}"]
    lines += [row(run) for run in sorted(runs, key=lambda run: -run.cpu)[:worst]]
    lines += ["", *(f"{run.name}: {run.wrong}" for run in runs if run.wrong)]
    return "\n".join(lines).rstrip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefixes", metavar="PREFIX", nargs="*", help="only files whose names begin so")
    parser.add_argument("--seconds", type=int, default=120, help="wall time that a file may take")
    parser.add_argument("--worst", type=int, default=12, help="how many of the costliest are listed")
    parser.add_argument("--costly", action="store_true", help="only the files that are not part of the suite")
    parser.add_argument("--all", action="store_true", help="list every file as it is measured")
    options = parser.parse_args()
    files = [file for file in hostile_files() if file.name.startswith(tuple(options.prefixes) or ("",))]
    import_readers()
    runs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        idle = in_child(lambda: None, folder / "errors")[1].ru_maxrss * _UNITS
        for file in files:
            if file.is_costly or not options.costly:
                runs.append(measure(file, folder, idle, options.seconds))
                if options.all:
                    sys.stdout.write(row(runs[-1]) + "\n")
                    sys.stdout.flush()
    sys.stdout.write(show(runs, options.worst) + "\n")
    return 1 if any(run.wrong for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
