"""Limits of time and memory on one call."""

import time

import pytest

from reportparse.batch.guards import (
    HAS_ADDRESS_LIMIT,
    HAS_ALARM,
    Guard,
    OutOfTime,
    guarded,
    resident_memory,
    unenforced,
)

needs_alarm = pytest.mark.skipif(not HAS_ALARM, reason="this system has no timer that interrupts")
needs_limit = pytest.mark.skipif(not HAS_ADDRESS_LIMIT, reason="this system does not limit address space")


@needs_alarm
def test_call_that_takes_too_long_is_interrupted() -> None:
    start = time.monotonic()

    with pytest.raises(OutOfTime), guarded(Guard(seconds=0.1)):
        time.sleep(60)

    assert time.monotonic() - start < 30


@needs_alarm
def test_handler_of_exceptions_does_not_swallow_the_interruption() -> None:
    def sleep_on() -> None:
        while True:
            try:
                time.sleep(60)
            except Exception:
                continue

    with pytest.raises(OutOfTime), guarded(Guard(seconds=0.1)):
        sleep_on()


@needs_limit
def test_call_that_wants_too_much_memory_is_refused_it() -> None:
    with pytest.raises(MemoryError), guarded(Guard(megabytes=64)):
        bytearray(1 << 30)

    assert len(bytearray(1 << 28)) == 1 << 28


@needs_alarm
def test_alarm_is_off_after_the_call() -> None:
    with guarded(Guard(seconds=0.05)):
        pass

    time.sleep(0.1)


def test_system_says_what_it_does_not_enforce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportparse.batch.guards.HAS_ALARM", False)
    monkeypatch.setattr("reportparse.batch.guards.HAS_ADDRESS_LIMIT", False)

    assert len(unenforced()) == 2
    assert resident_memory() == 0
    with guarded(Guard()):
        pass
