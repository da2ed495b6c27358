"""One chunk of documents to outcomes, in whatever process it is done: the same work for every engine."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from ..document import RawDocument, id_of
from ..errors import InputError, ReportParseError, internal_error
from ..export import unreadable_report
from ..models import Report
from ..options import ParseOptions
from ..pipeline import parse_report
from .corpus import read_bytes
from .guards import Guard, OutOfTime, Watchdog

Parse = Callable[[RawDocument, ParseOptions], Report]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# A key is so much of a SHA-256: two documents of ten million agree in it by chance once in 10^24 runs.
KEY_BYTES = 16


class Item(NamedTuple):
    """A document to be parsed, by its place in the order of the input.

    Attributes:
        position: Its number in the input, from 0.
        raw: Its name and what is known beside it, and its bytes, unless a path says where they are.
        path: Where the worker reads the bytes: a path or a URL that it sees too.
        id: Its id among all documents of the input.
        known: Keys under which this document was parsed before. One that has such a key still is not parsed again.
    """

    position: int
    raw: RawDocument
    path: str | None = None
    id: str = ""
    known: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the document, as far as they are known."""
        if self.path is None:
            return len(self.raw.data) + sum(len(part.data) for part in self.raw.parts)
        try:
            return os.path.getsize(self.path)
        except OSError:  # a URL, or gone: the worker will tell
            return 0


class Outcome(NamedTuple):
    """What became of a document: a report, or the error that stands in its place, or neither if it is known.

    ``key`` identifies what went into the result; it is empty where the document could not even be opened.
    """

    item: Item
    key: str = ""
    sha256: str = ""
    report: Report | None = None
    error: ReportParseError | None = None

    @property
    def is_known(self) -> bool:
        """Whether the result is there already."""
        return self.report is None and self.error is None


class Delivery(Protocol[T_co]):
    """What is done with the outcomes of a chunk, where they arose. Sent to other processes, so it must pickle."""

    def __call__(self, outcomes: Iterable[Outcome]) -> T_co:
        """Turn outcomes into what goes back to the driver.

        They are parsed as they are taken, so that no more than one report has to be held; taken again, they are
        parsed again.
        """


def parse_raw(raw: RawDocument, options: ParseOptions) -> Report:
    """Parse a document of an input."""
    return parse_report(raw, options=options)


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """What every chunk of a run has in common.

    Attributes:
        deliver: What becomes of the outcomes.
        options: The options of the parse.
        guard: The limits of one document.
        parse: What parses; replaced by tests.
    """

    deliver: Delivery[T]
    options: ParseOptions = field(default_factory=ParseOptions)
    guard: Guard = field(default_factory=Guard)
    parse: Parse = parse_raw


@dataclass(frozen=True, slots=True)
class Chunk:
    """Documents that are sent together. ``deaths`` counts the processes that ended at the one document it has."""

    items: tuple[Item, ...]
    deaths: int = 0

    def around(self, place: int) -> list[Chunk]:
        """This chunk in up to three: what stands before a document, that document alone, and what stands after."""
        alone = Chunk(self.items[place : place + 1], self.deaths + 1)
        pieces = [Chunk(self.items[:place]), alone, Chunk(self.items[place + 1 :])]
        return [piece for piece in pieces if piece.items]


@dataclass(frozen=True, slots=True)
class _Attempts:
    job: Job[Any]
    chunk: Chunk
    begin: Callable[[int], None]
    watchdog: Watchdog

    def __iter__(self) -> Iterator[Outcome]:
        for number, item in enumerate(self.chunk.items):
            self.watchdog.feed()
            self.begin(number)
            yield attempt(self.job, item, self.watchdog)
        self.watchdog.rest()


def work_through(job: Job[T], chunk: Chunk, begin: Callable[[int], None], watchdog: Watchdog) -> T:
    """Parse the documents of a chunk one after another, and deliver what came of them.

    Args:
        job: What is to be done.
        chunk: The documents.
        begin: Called with the number of each document in the chunk before it is touched.
        watchdog: Ends this process where a document hangs beyond interruption.
    """
    return job.deliver(_Attempts(job, chunk, begin, watchdog))


def attempt(job: Job[Any], item: Item, watchdog: Watchdog) -> Outcome:
    """Parse one document under its limits; whatever goes wrong is its outcome."""
    raw = _opened(job, item)
    if item.known and (key := key_of(raw)) in item.known:
        return Outcome(item, key)
    try:
        report = watchdog.watch(job.parse, raw, job.options)
    except ReportParseError as error:
        problem = error
    except OutOfTime:
        problem = over_time(job.guard)
    except MemoryError:
        problem = _over_memory(job.guard)
    except Exception as error:  # an error of ours costs this document only
        problem = internal_error(error)
    else:
        return Outcome(item, key_of(raw, report.source.sha256), report.source.sha256, report)
    return _failed(item, raw, problem)


def _failed(item: Item, raw: RawDocument, error: ReportParseError) -> Outcome:
    sha256 = hashlib.sha256(raw.data).hexdigest()
    return Outcome(item, key_of(raw, sha256), sha256 if raw.data else "", error=error)


def killed(job: Job[T], chunk: Chunk, error: ReportParseError) -> T:
    """Deliver a document that ended its process twice, as a failure."""
    raws = [(item, _opened(job, item)) for item in chunk.items]
    return job.deliver([_failed(item, raw, error) for item, raw in raws])


def _opened(job: Job[T], item: Item) -> RawDocument:
    """A document with its bytes, or with the reason why they cannot be had."""
    if item.path is None:
        return item.raw
    try:
        return replace(item.raw, data=read_bytes(item.path, job.options.limits))
    except InputError as error:
        return replace(item.raw, error=error)


def over_time(guard: Guard) -> ReportParseError:
    """The error of a document that took too long."""
    message = f"not parsed within {guard.seconds:g} seconds; raise --time-limit and add --retry-failed"
    return ReportParseError(message, code="time_limit")


def _over_memory(guard: Guard) -> ReportParseError:
    message = f"needs more than {guard.megabytes} MB of memory; raise --memory-limit and add --retry-failed"
    return ReportParseError(message, code="memory_limit")


def key_of(raw: RawDocument, sha256: str | None = None) -> str:
    """A digest of all that goes into a result: the bytes, whose own digest may be at hand, and what is said of them."""
    told = [raw.name, raw.url, raw.date, raw.charset, raw.error and raw.error.message]
    digest = hashlib.sha256(json.dumps(told).encode())
    digest.update(hashlib.sha256(raw.data).digest() if sha256 is None else bytes.fromhex(sha256))
    for part in raw.parts:
        digest.update(key_of(part).encode())
    return digest.hexdigest()[: 2 * KEY_BYTES]


def stand_in(outcome: Outcome) -> Report:
    """The report that stands for a document which gave none."""
    error = outcome.error or ReportParseError("not parsed", code="internal_error")
    name = outcome.item.raw.name
    return unreadable_report(id_of(name), name, error, sha256=outcome.sha256)
