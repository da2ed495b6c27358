"""A parser for tests of batches: documents that say so do to their process what no document should."""

import os
import signal
import time

from reportparse.batch.work import parse_raw
from reportparse.document import RawDocument
from reportparse.models import Report
from reportparse.options import ParseOptions

MARK = b"HOSTILE:"
KINDS = ("crash", "exit", "sleep", "hold", "memory", "error")
# What becomes of each kind.
CODES = {
    "crash": "worker_killed",
    "exit": "worker_killed",
    "sleep": "time_limit",
    "hold": "time_limit",
    "memory": "memory_limit",
    "error": "internal_error",
}


def document(kind: str) -> bytes:
    return MARK + kind.encode()


def parse(raw: RawDocument, options: ParseOptions) -> Report:
    if raw.data.startswith(MARK):
        misbehave(raw.data.removeprefix(MARK).decode())
    return parse_raw(raw, options)


def parse_slowly(raw: RawDocument, options: ParseOptions) -> Report:
    time.sleep(0.02)
    return parse(raw, options)


def misbehave(kind: str) -> None:
    if kind == "crash":
        signal.raise_signal(signal.SIGSEGV)
    elif kind == "exit":
        os._exit(3)
    elif kind == "sleep":
        time.sleep(3_600)
    elif kind == "hold":
        sum(range(1 << 50))  # C code that keeps the interpreter to itself and listens to no signal
    elif kind == "memory":
        bytearray(1 << 40)
    elif kind == "error":
        raise RuntimeError("an error of ours")
