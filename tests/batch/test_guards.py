"""Limits of time and memory on one call."""

import time

import pytest

from reportparse.batch.guards import (
    HAS_ADDRESS_LIMIT,
    HAS_ALARM,
    Guard,
    OutOfTime,
    Watchdog,
    resident_memory,
    unenforced,
)

needs_alarm = pytest.mark.skipif(not HAS_ALARM, reason="this system has no timer that interrupts")
needs_limit = pytest.mark.skipif(not HAS_ADDRESS_LIMIT, reason="this system does not limit address space")


@needs_alarm
def test_call_that_takes_too_long_is_interrupted() -> None:
    start = time.monotonic()

    with Watchdog(Guard(seconds=0.1)) as watchdog, pytest.raises(OutOfTime):
        watchdog.watch(time.sleep, 60)

    assert time.monotonic() - start < 30


@needs_alarm
def test_handler_of_exceptions_does_not_swallow_the_interruption() -> None:
    def sleep_on() -> None:
        while True:
            try:
                time.sleep(60)
            except Exception:
                continue

    with Watchdog(Guard(seconds=0.1)) as watchdog, pytest.raises(OutOfTime):
        watchdog.watch(sleep_on)


@needs_limit
def test_call_that_wants_too_much_memory_is_refused_it() -> None:
    with Watchdog(Guard(megabytes=64)) as watchdog:
        for _ in range(2):
            with pytest.raises(MemoryError):
                watchdog.watch(bytearray, 1 << 30)
        assert len(watchdog.watch(bytearray, 1 << 20)) == 1 << 20

        watchdog.rest()
        assert len(bytearray(1 << 28)) == 1 << 28

    assert len(bytearray(1 << 28)) == 1 << 28


@needs_limit
def test_memory_that_a_process_has_is_not_counted() -> None:
    with Watchdog(Guard(megabytes=64)) as watchdog:
        watchdog.watch(bytes, 1)
        held = [bytearray(1 << 25)]
        held += [watchdog.watch(bytearray, 1 << 25) for _ in range(4)]

    assert sum(map(len, held)) > 64 << 20


@needs_alarm
def test_time_between_calls_is_not_counted() -> None:
    with Watchdog(Guard(seconds=0.05)) as watchdog:
        watchdog.watch(bytes, 1)
        time.sleep(0.2)
        told = watchdog.watch(str, 1)

    time.sleep(0.1)
    assert told == "1"


def test_system_says_what_it_does_not_enforce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportparse.batch.guards.HAS_ALARM", False)
    monkeypatch.setattr("reportparse.batch.guards.HAS_ADDRESS_LIMIT", False)

    assert len(unenforced()) == 2
    assert resident_memory() == 0
    with Watchdog(Guard()) as watchdog:
        assert watchdog.watch(str, 1) == "1"
