"""A dataset as JSON Lines: a line a document, in the order of the input. Needs no optional library."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from ..export import to_json
from .outputs import Part, PartFile, Piece, reading
from .segments import Entry, Segment
from .stores import Store, read_whole
from .tallies import Tally
from .work import Outcome, stand_in

# A part ends with the line that fills it.
ROWS_PER_PART = 10_000
BYTES_PER_PART = 256_000_000
LINE_TABLES = ("reports", "documents")
# The id is given when the dataset is put together, where it can be made unique.
_ID_START = '{"id":'
_NO_ID = _ID_START + '""'


class Line(NamedTuple):
    """A document: its JSON, and what is counted of it (name, key, failure, form, year, states, findings)."""

    text: str
    facts: list[Any]


class LineEncoder:
    """Outcomes as two blobs of lines."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._facts: list[str] = []

    def add(self, outcome: Outcome) -> None:
        """Take a report or an error."""
        line = _line(outcome)
        self._texts.append(line.text)
        self._facts.append(json.dumps(line.facts, ensure_ascii=False))

    def blobs(self) -> Mapping[str, bytes]:
        """The lines, by the tables of a dataset."""
        texts, facts = ("\n".join(lines).encode("utf-8", "replace") for lines in (self._texts, self._facts))
        return dict(zip(LINE_TABLES, (texts, facts), strict=True))


def _line(outcome: Outcome) -> Line:
    report = outcome.report or stand_in(outcome)
    facts: list[Any] = [outcome.item.raw.name, outcome.key, outcome.error.code if outcome.error else None]
    if outcome.report:
        states = Counter(record.state or "" for record in report.records)
        findings = Counter(finding.code for finding in report.findings)
        facts += [report.form, report.year, states, findings]
    return Line(to_json(report.model_copy(update={"id": ""})), facts)


class LineSource(Protocol):
    """Documents with their lines, by their number in the source."""

    def lines(self, first: int, last: int) -> Sequence[Line]:
        """The lines of documents, from a first to a last."""


class SegmentLines:
    """The lines of a segment."""

    def __init__(self, segment: Segment, blobs: Mapping[str, bytes]) -> None:
        texts, facts = (blobs[name].decode().split("\n") for name in LINE_TABLES)
        self._lines = [Line(text, json.loads(fact)) for text, fact in zip(texts, facts, strict=True)]

    def names(self, first: int, last: int) -> list[str]:
        """Names of documents, from a first to a last."""
        return [line.facts[0] for line in self._lines[first : last + 1]]

    def lines(self, first: int, last: int) -> list[Line]:
        """See :class:`LineSource`."""
        return self._lines[first : last + 1]


class PreviousLines:
    """The lines of a dataset that was complete, for one that goes on from it."""

    def __init__(self, store: Store, tables: Mapping[str, Sequence[Part]]) -> None:
        self._parts = list(zip(*(tables[name] for name in LINE_TABLES), strict=True))
        self._read = lru_cache(maxsize=2)(lambda number: _read_part(store, self._parts[number]))

    def entries(self) -> Iterator[Entry]:
        """All its documents, in order."""
        for number in range(len(self._parts)):
            first = sum(part.rows for part, _ in self._parts[:number])
            for position, line in enumerate(self._read(number), first):
                name, key, failure, *_ = line.facts
                yield Entry(name, key, failure, position, "")

    def names(self, first: int, last: int) -> list[str]:
        """See :class:`SegmentLines`."""
        return [line.facts[0] for line in self.lines(first, last)]

    def lines(self, first: int, last: int) -> list[Line]:
        """See :class:`LineSource`."""
        found: list[Line] = []
        start = 0
        for number, (part, _) in enumerate(self._parts):
            if first < start + part.rows and start <= last:
                found += self._read(number)[max(0, first - start) : last + 1 - start]
            start += part.rows
        return found


def _read_part(store: Store, parts: Sequence[Part]) -> list[Line]:
    told, counted = parts
    with reading(store, told.file, ValueError):
        texts = [_without_id(text) for text in _lines_of(store, told.file)]
    with reading(store, counted.file, ValueError):
        facts = [json.loads(fact) for fact in _lines_of(store, counted.file)]
        return [Line(text, fact) for text, fact in zip(texts, facts, strict=True)]


def _lines_of(store: Store, name: str) -> list[str]:
    # Lines end where bytes say so; characters that end lines elsewhere, as U+2028, may stand in them.
    return [line.decode() for line in read_whole(store, name).splitlines()]


def _without_id(text: str) -> str:
    _, end = json.JSONDecoder().raw_decode(text, len(_ID_START))
    return _NO_ID + text[end:]


class LineOutput:
    """Writes lines to parts, and counts them."""

    def __init__(self, store: Store, description: Mapping[str, str]) -> None:
        self._store = store
        self._open: list[PartFile] = []
        self._rows = 0
        self.tally = Tally()
        self.parts: dict[str, list[Part]] = {name: [] for name in LINE_TABLES}

    def add(self, pieces: Sequence[Piece[LineSource]]) -> None:
        """Append a block of documents, with the ids that they have in this dataset."""
        for piece in pieces:
            self._add(piece.source.lines(piece.first, piece.last), piece.ids)

    def _add(self, lines: Sequence[Line], ids: Sequence[str]) -> None:
        for line, id_ in zip(lines, ids, strict=True):
            if not self._open:
                number = len(self.parts[LINE_TABLES[0]])
                self._open = [PartFile(self._store, f"{name}/part-{number:05}.jsonl") for name in LINE_TABLES]
            text = _ID_START + json.dumps(id_, ensure_ascii=False) + line.text[len(_NO_ID) :]
            self._open[0].write(f"{text}\n".encode("utf-8", "replace"))
            self._open[1].write(f"{json.dumps(line.facts, ensure_ascii=False)}\n".encode("utf-8", "replace"))
            self._rows += 1
            self._count(line.facts)
            if self._rows >= ROWS_PER_PART or self._open[0].tell() >= BYTES_PER_PART:
                self._roll()

    def _count(self, facts: list[Any]) -> None:
        self.tally.documents += 1
        _, _, failure, *told = facts
        if failure is not None:
            self.tally.failures[failure] += 1
            return
        form, year, states, findings = told
        self.tally.add_report(form, year, Counter(states).elements(), Counter(findings).elements())

    def _roll(self) -> None:
        for name, file in zip(LINE_TABLES, self._open, strict=True):
            self.parts[name].append(file.finish(self._rows))
        self._open, self._rows = [], 0

    def description(self) -> None:
        """None: lines have no columns to describe; ``reportparse schema`` prints the JSON Schema of each."""

    def finish(self) -> None:
        """Write what is left."""
        if self._open:
            self._roll()

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""
        for file in self._open:
            file.discard(error)
