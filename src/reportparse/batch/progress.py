"""Where a batch stands, for people: a bar on a terminal, a line now and then elsewhere, and a summary at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# Lines that are read in a log file or by a job scheduler.
SECONDS_BETWEEN_LINES = 30.0
# Codes that a summary lists; the manifest has them all.
_MOST_CODES = 10


class QuietProgress:
    """Says only what has to be said."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins."""

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        """Some more documents are done."""

    def say(self, message: str) -> None:
        """A message of its own line."""
        self._stream.write(f"reportparse: {message}\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing more comes."""


class LineProgress(QuietProgress):
    """A line when a stage begins, and one every half minute."""

    def __init__(self, stream: TextIO, seconds: float = SECONDS_BETWEEN_LINES) -> None:
        super().__init__(stream)
        self._seconds = seconds
        self._stage = ""
        self._total: int | None = None
        self._done = self._failures = self._findings = 0
        self._began = self._told = time.monotonic()

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins."""
        self._stage, self._total, self._done = what, total, 0
        self._began = self._told = time.monotonic()
        self.say(what if total is None else f"{what} {total:,} documents")

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        """Some more documents are done."""
        self._done += documents
        self._failures += failures
        self._findings += findings
        now = time.monotonic()
        if now - self._told >= self._seconds:
            self._told = now
            self.say(self._line(now - self._began))

    def _line(self, seconds: float) -> str:
        rate = self._done / seconds if seconds else 0.0
        words = [f"{self._stage}: {self._done:,}" + ("" if self._total is None else f" of {self._total:,}")]
        words.append(f"{rate:,.0f} a second")
        if self._total is not None and rate:
            words.append(f"{max(0, self._total - self._done) / rate / 60:,.1f} minutes left")
        return ", ".join([*words, f"{self._failures:,} failures", f"{self._findings:,} findings"])


class BarProgress(QuietProgress):
    """A bar on a terminal: documents, rate, time left, failures, findings."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failures]:,} failures  {task.fields[findings]:,} findings"),
            console=Console(file=stream),
            transient=True,
        )
        self._task: Any = None
        self._done = self._failures = self._findings = 0
        self._began = time.monotonic()

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._began, self._done = time.monotonic(), 0
        self._task = self._bar.add_task(what, total=total, rate=0.0, failures=self._failures, findings=self._findings)
        self._bar.start()

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        """Some more documents are done."""
        self._done += documents
        self._failures += failures
        self._findings += findings
        rate = self._done / max(1e-9, time.monotonic() - self._began)
        self._bar.update(self._task, advance=documents, rate=rate, failures=self._failures, findings=self._findings)

    def say(self, message: str) -> None:
        """A message above the bar."""
        self._bar.console.print(f"reportparse: {message}", markup=False, highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def make_progress(stream: TextIO, *, quiet: bool = False) -> QuietProgress:
    """What fits a stream: a bar on a terminal, else lines; messages alone if it is to be quiet."""
    if quiet:
        return QuietProgress(stream)
    return BarProgress(stream) if stream.isatty() else LineProgress(stream)


def summary(totals: Mapping[str, Any]) -> str:
    """The counts of a dataset in a few lines.

    Example:
        >>> print(summary({"documents": 3, "forms": {"2021": 2}, "failures": {"empty_input": 1}}))
        3 documents: 2 reports, 1 failure
          forms     2021 2
          failures  empty_input 1
    """
    reports, failures = (sum(totals.get(name, {}).values()) for name in ("forms", "failures"))
    lines = [f"{totals['documents']:,} documents: {_counted(reports, 'report')}, {_counted(failures, 'failure')}"]
    for name in ("forms", "years", "states", "findings", "failures"):
        counts = totals.get(name) or {}
        if counts:
            lines.append(f"  {name:8}  {_listed(counts, in_order=name in ('forms', 'years'))}")
    return "\n".join(lines)


def _listed(counts: Mapping[str, int], *, in_order: bool) -> str:
    ranked = sorted(counts.items(), key=(lambda item: item[0]) if in_order else (lambda item: (-item[1], item[0])))
    words = [f"{name} {number:,}" for name, number in (ranked if in_order else ranked[:_MOST_CODES])]
    left = len(ranked) - len(words)
    return ", ".join([*words, *([f"{left} more"] if left else [])])


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
