"""Limits of time and memory on calls, as far as the system enforces them."""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, ParamSpec, Self, TypeVar

# The status of a process that the watchdog ended.
WATCHDOG_EXIT = 1
HAS_ALARM = hasattr(signal, "setitimer")
# Only Linux keeps to a limit on the address space.
_STATM = "/proc/self/statm"
HAS_ADDRESS_LIMIT = os.path.exists(_STATM)
_MEGABYTE = 1 << 20

P = ParamSpec("P")
T = TypeVar("T")


class OutOfTime(BaseException):
    """A call took longer than it may. No ``Exception``, so that nothing on the way takes it for a failure to handle."""


@dataclass(frozen=True, slots=True)
class Guard:
    """How long one document may take, and how much memory it may take beyond what its process has.

    Attributes:
        seconds: After which it is interrupted.
        megabytes: Of address space.
        grace: Seconds after which its process is ended if it could not be interrupted, as in a library in C that keeps
            the interpreter to itself.

    Example:
        >>> Guard(seconds=10).megabytes
        2048
    """

    seconds: float = 60.0
    megabytes: int = 2_048
    grace: float = 10.0


def unenforced() -> tuple[str, ...]:
    """Which limits this system does not keep to, in words.

    Example:
        >>> all(isinstance(words, str) for words in unenforced())
        True
    """
    told = () if HAS_ALARM else ("a document over its time ends its process, as nothing can interrupt it here",)
    return told if HAS_ADDRESS_LIMIT else (*told, "the memory of a document is not limited on this system")


class Watchdog:
    """Keeps one document after another to a guard, in the main thread of their process.

    What guards a document must cost little beside a small one. So no timer is set for each: one ticks all the while,
    and interrupts what is over its time. The process is ended where nothing can interrupt it, by a thread that needs no
    interpreter and is started anew only when a third of its time is over; a document gets two thirds of it at the
    least. The limit of memory is set where that of the document before would be another one.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._deadline = float("inf")
        self._ends_after = (guard.seconds + guard.grace) * 1.5
        self._thread_since = float("-inf")
        self._silent = open(os.devnull, "w")  # noqa: SIM115 - closed with the watchdog
        self._memory = _MemoryLimit(guard.megabytes) if HAS_ADDRESS_LIMIT else None
        self._before: Any = None

    def __enter__(self) -> Self:
        if HAS_ALARM:
            self._before = signal.signal(signal.SIGALRM, self._tick)
            # It goes on ticking: an exception raised inside a callback of a C library may be swallowed there.
            seconds = min(1.0, self._guard.seconds / 4)
            signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        if HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        if self._memory is not None:
            self._memory.close()
        self._silent.close()

    def _tick(self, number: int, frame: FrameType | None) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfTime

    def feed(self) -> None:
        """A document begins: from now on it may end the process."""
        now = time.monotonic()
        if now - self._thread_since > self._ends_after / 3:
            faulthandler.dump_traceback_later(self._ends_after, exit=True, file=self._silent)
            self._thread_since = now

    def watch(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call something under the guard.

        Raises:
            OutOfTime: It took too long.
            MemoryError: It asked for more memory than it may.
        """
        if self._memory is not None:
            self._memory.set()
        self._deadline = time.monotonic() + self._guard.seconds
        try:
            return call(*args, **kwargs)
        finally:
            self._deadline = float("inf")

    def rest(self) -> None:
        """There is nothing to do until the next document."""
        faulthandler.cancel_dump_traceback_later()
        self._thread_since = float("-inf")
        if self._memory is not None:
            self._memory.lift()


class _MemoryLimit:
    """Bounds how much the address space of this process may grow from where it is."""

    def __init__(self, megabytes: int) -> None:
        self._resource = importlib.import_module("resource")
        self._allowed = megabytes * _MEGABYTE
        self._limits = self._resource.getrlimit(self._resource.RLIMIT_AS)
        self._statm = os.open(_STATM, os.O_RDONLY)
        self._counted_from = b""

    def set(self) -> None:
        """Count from now on."""
        pages = os.pread(self._statm, 32, 0).partition(b" ")[0]
        if pages != self._counted_from:
            self._counted_from = pages
            soft, hard = self._limits
            wanted = int(pages) * os.sysconf("SC_PAGE_SIZE") + self._allowed
            known = [limit for limit in (wanted, soft, hard) if limit != self._resource.RLIM_INFINITY]
            self._resource.setrlimit(self._resource.RLIMIT_AS, (min(known), hard))

    def lift(self) -> None:
        """Bound nothing until it is set again."""
        self._counted_from = b""
        self._resource.setrlimit(self._resource.RLIMIT_AS, self._limits)

    def close(self) -> None:
        """Give back what it holds."""
        os.close(self._statm)


def resident_memory() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    if not HAS_ADDRESS_LIMIT:
        return 0
    with open(_STATM, "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
