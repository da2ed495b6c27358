"""Limits of time and memory on one call, as far as the system enforces them."""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Self

# The status of a process that the watchdog ended.
WATCHDOG_EXIT = 1
HAS_ALARM = hasattr(signal, "setitimer")
# Only Linux keeps to a limit on the address space.
HAS_ADDRESS_LIMIT = os.path.exists("/proc/self/statm")
_MEGABYTE = 1 << 20


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


@contextmanager
def guarded(guard: Guard) -> Iterator[None]:
    """Run a block in the main thread of a process under a guard.

    Raises:
        OutOfTime: The block took too long. Where it cannot be interrupted, :class:`Watchdog` ends the process.
        MemoryError: The block asked for more memory than it may.
    """
    with _memory_limit(guard.megabytes):
        if not HAS_ALARM:
            yield
            return
        before = signal.signal(signal.SIGALRM, _ring)
        # A repeating alarm: one that rings inside a callback of a C library may be swallowed there.
        signal.setitimer(signal.ITIMER_REAL, guard.seconds, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


@contextmanager
def _memory_limit(megabytes: int) -> Iterator[None]:
    if not HAS_ADDRESS_LIMIT:
        yield
        return
    resource = importlib.import_module("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = address_space() + megabytes * _MEGABYTE
    known = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Watchdog:
    """Ends the process when a document takes so long that nothing can interrupt it.

    It waits in a thread of its own that needs no interpreter. Starting such a thread costs more than a document may,
    so it is started anew only when a third of its time is over: a document gets two thirds of it at the least.
    """

    def __init__(self, guard: Guard) -> None:
        self._seconds = (guard.seconds + guard.grace) * 1.5
        self._since = float("-inf")
        self._silent = open(os.devnull, "w")  # noqa: SIM115 - closed with the watchdog

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        self._silent.close()

    def feed(self) -> None:
        """A document begins."""
        now = time.monotonic()
        if now - self._since > self._seconds / 3:
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._silent)
            self._since = now

    def rest(self) -> None:
        """There is nothing to do until the next document."""
        faulthandler.cancel_dump_traceback_later()
        self._since = float("-inf")


def address_space() -> int:
    """Bytes of address space that this process has; 0 where the system does not tell."""
    return _pages(0)


def resident_memory() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    return _pages(1)


def _pages(field: int) -> int:
    if not HAS_ADDRESS_LIMIT:
        return 0
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")
