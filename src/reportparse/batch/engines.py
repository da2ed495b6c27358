"""Where chunks are worked through: processes of this machine. One that dies costs one document at the most.

Each process has a pipe and a number in shared memory that says at which document it is. So the death of a process
names the document which caused it, and leaves the other processes alone; a pool that knows less has to give up all
that is under way.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Protocol, TypeVar

from ..errors import ReportParseError, internal_error
from .frugal import keep_small
from .guards import WATCHDOG_EXIT, Watchdog, resident_memory
from .work import Chunk, Job, killed, over_time, work_through

_LOG = logging.getLogger(__name__)
# A worker that has grown by so much is replaced after its chunk; libraries give memory back to themselves only.
GROWTH_BYTES = 256 << 20
# Workers that end before they have begun, one after another: something is wrong that more of them will not mend.
_MAX_FALSE_STARTS = 3
# A document that ended its process is tried alone so many times more. Signals that a process does not give itself may
# be meant for the process and not for the document: someone, or a machine short of memory, has ended it.
MAX_TRIES = 1
MAX_TRIES_KILLED = 3
_FOREIGN_EXITS = tuple(-number for name in ("SIGKILL", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, 0)))
# New objects between collections of the three generations; 100,000 take some ten megabytes.
_RARE_COLLECTIONS = (100_000, 50, 100)
# While this many chunks wait for a worker it never idles.
_WAITING_PER_WORKER = 1
_BEFORE_FIRST = -1

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Result(Generic[T_co]):
    """A chunk that is done, and what its delivery gave."""

    chunk: Chunk
    value: T_co


class Engine(Protocol[T_co]):
    """Takes chunks while it has room, and gives results in any order."""

    def has_room(self) -> bool:
        """Whether it takes another chunk now."""

    def is_busy(self) -> bool:
        """Whether results are still to come."""

    def send(self, chunk: Chunk) -> None:
        """Take a chunk."""

    def receive(self, seconds: float) -> Sequence[Result[T_co]]:
        """Results that arrive within some seconds, as soon as there are any."""

    def close(self) -> None:
        """End all work at once."""


def stream(
    engine: Engine[T], chunks: Iterable[Chunk], may_send: Callable[[], bool] = lambda: True, seconds: float = 1.0
) -> Iterator[Sequence[Result[T]]]:
    """Send chunks as there is room and yield what arrives; an empty list at least every few seconds.

    Args:
        engine: What works.
        chunks: The work, taken one by one as it is sent.
        may_send: Asked before each; while it says no, nothing is sent unless there is nothing else to wait for.
        seconds: The longest time without a yield.
    """
    waiting = iter(chunks)
    more = True
    while more or engine.is_busy():
        while more and engine.has_room() and (may_send() or not engine.is_busy()):
            chunk = next(waiting, None)
            if chunk is None:
                more = False
            else:
                engine.send(chunk)
        if engine.is_busy():
            yield engine.receive(seconds)


@dataclass(slots=True)
class _Worker:
    process: Any
    connection: Connection
    place: Any  # the number of the document it is at, in shared memory
    chunk: Chunk | None = None


@dataclass
class LocalEngine(Generic[T]):
    """Worker processes of this machine.

    Args:
        job: What they do.
        count: How many; None for one per core that this process may use.
    """

    job: Job[T]
    count: int | None = None
    _workers: list[_Worker] = field(default_factory=list, init=False)
    _waiting: deque[Chunk] = field(default_factory=deque, init=False)
    _false_starts: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._wanted = self.count or cores()
        # A server forked early, from which workers are forked in turn: they start at once, and inherit no thread.
        has_server = "forkserver" in multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if has_server else "spawn")
        if has_server:
            self._context.set_forkserver_preload(
                ["__main__", "reportparse.batch.preload", type(self.job.deliver).__module__]
            )

    def has_room(self) -> bool:
        """See :class:`Engine`."""
        return len(self._waiting) + self._busy() < self._wanted * (1 + _WAITING_PER_WORKER)

    def is_busy(self) -> bool:
        """See :class:`Engine`."""
        return bool(self._waiting) or self._busy() > 0

    def _busy(self) -> int:
        return sum(worker.chunk is not None for worker in self._workers)

    def send(self, chunk: Chunk) -> None:
        """See :class:`Engine`."""
        self._waiting.append(chunk)
        self._hand_out()

    def receive(self, seconds: float) -> list[Result[T]]:
        """See :class:`Engine`."""
        busy = {worker.connection: worker for worker in self._workers if worker.chunk is not None}
        results = []
        for connection in wait(list(busy), seconds):
            result = self._take(busy[connection])  # type: ignore[index]
            if result is not None:
                results.append(result)
        self._hand_out()
        return results

    def close(self) -> None:
        """See :class:`Engine`."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers.clear()
        self._waiting.clear()

    def _hand_out(self) -> None:
        """Give waiting chunks to idle workers, starting workers as they are needed."""
        while self._waiting:
            worker = next((worker for worker in self._workers if worker.chunk is None), None)
            if worker is None:
                if len(self._workers) == self._wanted:
                    return
                worker = self._start()
            chunk = self._waiting.popleft()
            worker.place.value = _BEFORE_FIRST
            worker.chunk = chunk
            with suppress(OSError):  # it has died: receive() will see that
                worker.connection.send(chunk)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        place = self._context.RawValue("q", _BEFORE_FIRST)
        process = self._context.Process(target=serve, args=(self.job, theirs, place), daemon=True)
        try:
            process.start()
        except (OSError, EOFError) as error:
            raise _unstartable(f"the server of workers failed, {error}") from error
        finally:
            theirs.close()
        worker = _Worker(process, ours, place)
        self._workers.append(worker)
        return worker

    def _take(self, worker: _Worker) -> Result[T] | None:
        """What a worker sent; None where it died and its documents are to be tried again."""
        chunk = worker.chunk
        if chunk is None:
            return None
        try:
            value, is_leaving = worker.connection.recv()
        except (EOFError, OSError):
            return self._bury(worker, chunk)
        self._false_starts = 0
        worker.chunk = None
        if is_leaving:
            self._forget(worker)
        if isinstance(value, ReportParseError):
            raise value
        return Result(chunk, value)

    def _bury(self, worker: _Worker, chunk: Chunk) -> Result[T] | None:
        self._forget(worker)
        place = worker.place.value
        exit_code = worker.process.exitcode
        _LOG.info("a worker %s at document %s of its chunk", _told(exit_code), place)
        if place == _BEFORE_FIRST:
            self._tell_false_start(_told(exit_code))
            self._waiting.appendleft(chunk)
            return None
        if chunk.deaths >= (MAX_TRIES_KILLED if exit_code in _FOREIGN_EXITS else MAX_TRIES):
            return Result(chunk, killed(self.job, chunk, self._error_of(exit_code)))
        self._waiting.extendleft(reversed(chunk.around(place)))
        return None

    def _error_of(self, exit_code: int | None) -> ReportParseError:
        """Why a document failed that ended its process, alone too."""
        if exit_code == WATCHDOG_EXIT:
            return over_time(self.job.guard)
        told = (
            f"the process that parsed it {_told(exit_code)}, each time; parse it by itself to see why, or leave it out"
        )
        return ReportParseError(told, code="worker_killed")

    def _tell_false_start(self, reason: str) -> None:
        self._false_starts += 1
        if self._false_starts >= _MAX_FALSE_STARTS * self._wanted:
            raise _unstartable(f"each {reason} before its first document")

    def _forget(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.join()
        worker.connection.close()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _AbandonedError(Exception):
    """The driver is gone."""


def serve(job: Job[T], connection: Connection, place: Any) -> None:
    """What a worker process does until its pipe closes: receive a chunk, work through it, send what was delivered.

    An interrupt from the keyboard reaches every process of a terminal; it is for the driver alone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_small()
    # A report is many small objects without cycles. Looking for garbage among those of a chunk, as often as Python does
    # of itself, takes a tenth of the whole time and finds next to nothing.
    gc.freeze()
    gc.set_threshold(*_RARE_COLLECTIONS)
    at_start = 0

    def begin(number: int) -> None:
        if connection.poll():  # while a chunk is worked on, only its end comes out of the pipe
            raise _AbandonedError
        place.value = number

    with suppress(EOFError, OSError), Watchdog(job.guard) as watchdog:
        while True:
            chunk = connection.recv()
            value: T | ReportParseError
            try:
                value = work_through(job, chunk, begin, watchdog)
            except _AbandonedError:  # what the driver asked for must not appear behind the back of the next one
                return
            except ReportParseError as error:
                value = error
            except Exception as error:
                _LOG.debug("a chunk could not be delivered", exc_info=True)
                value = internal_error(error)
            at_start = at_start or resident_memory()
            is_leaving = resident_memory() > at_start + GROWTH_BYTES
            connection.send((value, is_leaving))
            if is_leaving:
                return


def _unstartable(reason: str) -> ReportParseError:
    message = f'workers cannot start: {reason}; in a script, call from under `if __name__ == "__main__":`'
    return ReportParseError(message, code="engine_failed")


def _told(exit_code: int | None) -> str:
    """How a process ended, in words."""
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-exit_code).name}"
    return f"ended with status {exit_code}"
