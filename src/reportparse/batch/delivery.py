"""What a worker does with the outcomes of a chunk in a batch: it writes a segment, and tells the driver of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..errors import ReportParseError
from ..options import ParseOptions
from .runs import Format, describe_run
from .segments import Entry, write_segment
from .stores import Store, open_store
from .work import Outcome

Encode = Callable[[Sequence[Outcome]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a worker tells the driver of a chunk.

    Attributes:
        segment: The file that holds what was parsed; empty where all was known.
        places: For each document of the chunk, its number in the segment, or -1 where it was known.
        keys: For each document of the chunk, its key.
        failures: How many gave no report, by code.
        findings: How many findings the others have, by code.
    """

    segment: str
    places: tuple[int, ...]
    keys: tuple[str, ...]
    failures: Counter[str]
    findings: Counter[str]


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

    def __call__(self, outcomes: Sequence[Outcome]) -> Written:
        """Write what is new; see :class:`Written`."""
        _refuse_other_versions(self.format, self.options, self.run)
        new = [outcome for outcome in outcomes if not outcome.is_known]
        name = ""
        if new:
            new, blobs = _encoded(new, _encoder(self.format))
            entries = [Entry(o.item.raw.name, o.key, o.error.code if o.error else None) for o in new]
            name = write_segment(_store(self.location), self.run, entries, blobs)
        places = iter(range(len(new)))
        return Written(
            name,
            tuple(-1 if outcome.is_known else next(places) for outcome in outcomes),
            tuple(outcome.key for outcome in outcomes),
            Counter(outcome.error.code for outcome in new if outcome.error),
            Counter(finding.code for outcome in new if outcome.report for finding in outcome.report.findings),
        )


@lru_cache(maxsize=4)
def _store(location: str) -> Store:
    return open_store(location)


@lru_cache(maxsize=4)
def _refuse_other_versions(format_: Format, options: ParseOptions, expected: str) -> None:
    if describe_run(format_, options).digest != expected:
        message = "a worker has other versions or data than the driver; install the same on all machines"
        raise ReportParseError(message, code="engine_failed")


def _encoder(format_: Format) -> Encode:
    # Imported when needed: the one needs pyarrow, the other does not.
    if format_ == "parquet":
        from .tableparts import encode_tables

        return encode_tables
    from .lineparts import encode_lines

    return encode_lines


def _encoded(outcomes: list[Outcome], encode: Encode) -> tuple[list[Outcome], Mapping[str, bytes]]:
    """Outcomes as blobs; where a report cannot be encoded, it is a failure of its own and no other's."""
    try:
        return outcomes, encode(outcomes)
    except ReportParseError:
        raise
    except Exception:
        told = [_tried(outcome, encode) for outcome in outcomes]
        return told, encode(told)


def _tried(outcome: Outcome, encode: Encode) -> Outcome:
    try:
        encode([outcome])
    except Exception as error:
        told = f"internal error while it was written, {type(error).__name__}: {error}; please report it"
        return replace(outcome, report=None, error=ReportParseError(told, code="internal_error"))
    return outcome
