"""What a worker does with the outcomes of a chunk in a batch: it writes a segment, and tells the driver of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from ..errors import ReportParseError
from ..options import ParseOptions
from .runs import Format, describe_run
from .segments import Entry, write_segment
from .stores import Store, open_store
from .work import Outcome

_LOG = logging.getLogger(__name__)


class Encoder(Protocol):
    """Takes outcomes one after another, and gives blobs at the end."""

    def add(self, outcome: Outcome) -> None:
        """Take a report or an error. It need not be held any more."""

    def blobs(self) -> Mapping[str, bytes]:
        """What all of them are encoded to."""


class Written(NamedTuple):
    """What a worker tells the driver of a chunk.

    Attributes:
        segment: The file that holds what was parsed; empty where all was known.
        places: For each document of the chunk, its number in the segment, or -1 where it was known.
        keys: For each document of the chunk, its key.
        failures: How many gave no report.
        findings: How many findings the others have.
    """

    segment: str
    places: tuple[int, ...]
    keys: tuple[str, ...]
    failures: int
    findings: int


@dataclass(frozen=True, slots=True)
class SegmentWriter:
    """Writes the outcomes of a chunk as one segment.

    Attributes:
        location: The store of the dataset.
        format: The kind of output, by which results are encoded.
        run: The digest of the run; a worker with other versions refuses to take part.
        options: The options of the parse, which the digest covers.
    """

    location: str
    format: Format
    run: str
    options: ParseOptions

    def __call__(self, outcomes: Iterable[Outcome]) -> Written:
        """Write what is new; see :class:`Written`."""
        _refuse_other_versions(self.format, self.options, self.run)
        try:
            return self._write(outcomes)
        except ReportParseError:
            raise
        except Exception:  # one of them cannot be encoded, which is a failure of its own and no other's
            _LOG.debug("a chunk could not be encoded", exc_info=True)
            return self._write([_tried(outcome, self.format) for outcome in outcomes])

    def _write(self, outcomes: Iterable[Outcome]) -> Written:
        encoder = _encoder(self.format)
        entries: list[Entry] = []
        places, keys = [], []
        findings = 0
        for outcome in outcomes:
            keys.append(outcome.key)
            places.append(-1 if outcome.is_known else len(entries))
            if not outcome.is_known:
                encoder.add(outcome)
                entries.append(_entry(outcome))
                findings += len(outcome.report.findings) if outcome.report else 0
            del outcome  # a report goes before the next one is parsed, which then takes its memory
        name = write_segment(_store(self.location), self.run, entries, encoder.blobs()) if entries else ""
        failures = sum(entry.failure is not None for entry in entries)
        return Written(name, tuple(places), tuple(keys), failures, findings)


def _entry(outcome: Outcome) -> Entry:
    item, failure = outcome.item, outcome.error.code if outcome.error else None
    return Entry(item.raw.name, outcome.key, failure, item.position, item.id)


@lru_cache(maxsize=4)
def _store(location: str) -> Store:
    return open_store(location)


@lru_cache(maxsize=4)
def _refuse_other_versions(format_: Format, options: ParseOptions, expected: str) -> None:
    if describe_run(format_, options).digest != expected:
        message = "a worker has other versions or data than the driver; install the same on all machines"
        raise ReportParseError(message, code="engine_failed")


def _encoder(format_: Format) -> Encoder:
    # Imported when needed: the one needs pyarrow, the other does not.
    if format_ == "parquet":
        from .tableblocks import TableEncoder

        return TableEncoder()
    from .lineparts import LineEncoder

    return LineEncoder()


def _tried(outcome: Outcome, format_: Format) -> Outcome:
    """An outcome, or in the place of a report that cannot be encoded a failure."""
    if outcome.report is None:
        return outcome
    encoder = _encoder(format_)
    try:
        encoder.add(outcome)
        encoder.blobs()
    except Exception as error:
        told = f"internal error while it was written, {type(error).__name__}: {error}; please report it"
        return outcome._replace(report=None, error=ReportParseError(told, code="internal_error"))
    return outcome
