"""From what is done, in whatever order it was done, to a dataset in the order of the input."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from ..dataset.datapackage import PACKAGE_FILE
from ..dataset.schemas import dataset_tables
from ..document import id_of, unique_name
from .lineparts import LINE_TABLES, LineOutput, PreviousLines, SegmentLines
from .manifest import MANIFEST, InputSummary, Manifest, read_manifest, write_manifest
from .outputs import Part, Piece
from .runs import Run
from .segments import WORK, Entry, TornSegment, read_blobs, read_head
from .stores import Store, write_whole
from .tallies import Tally

# Where a complete dataset is put while another is made that goes on from it.
PREVIOUS = f"{WORK}/previous/"
# The number of the source that is the previous dataset; segments count from 0.
FROM_PREVIOUS = -1
# Segments that are held, for inputs whose order has changed since they were written.
_HELD_SEGMENTS = 4


class Source(Protocol):
    """Documents that are done, by their number in the segment or dataset that holds them."""

    def names(self, first: int, last: int) -> list[str]:
        """Names of documents, from a first to a last."""


class Previous(Source, Protocol):
    """A complete dataset as a source."""

    def entries(self) -> Iterator[Entry]:
        """All its documents, in order."""


class Output(Protocol):
    """What takes documents in their final order."""

    tally: Tally

    @property
    def parts(self) -> dict[str, list[Part]]:
        """The parts that are finished."""

    def add(self, pieces: Sequence[Piece[Any]]) -> None:
        """Append a block of documents."""

    def finish(self) -> None:
        """Write what is left."""

    def description(self) -> str | None:
        """The finished dataset as a Frictionless data package, if its format has columns."""

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""


@dataclass(slots=True)
class Order:
    """Where the result of each document of the input is: 12 bytes a document, whatever their number.

    ``ends`` says where the blocks of the input end.
    """

    sources: array[int] = field(default_factory=lambda: array("i"))
    places: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))

    def set(self, position: int, source: int, place: int) -> None:
        """Say where the result of a document is."""
        missing = position + 1 - len(self.sources)
        if missing > 0:
            self.sources.extend([FROM_PREVIOUS] * missing)
            self.places.extend([-1] * missing)
        self.sources[position] = source
        self.places[position] = place

    def __len__(self) -> int:
        return len(self.sources)

    def is_previous(self, documents: int) -> bool:
        """Whether this is a previous dataset of so many documents, unchanged."""
        if len(self) != documents or any(source != FROM_PREVIOUS for source in self.sources):
            return False
        return all(place == position for position, place in enumerate(self.places))

    def blocks(self) -> Iterator[list[_Stretch]]:
        """The blocks of the input, each in stretches whose results follow one another in one source."""
        start = 0
        for end in self.ends:
            yield list(self._stretches(start, end))
            start = end

    def _stretches(self, start: int, stop: int) -> Iterator[_Stretch]:
        while start < stop:
            source, first = self.sources[start], self.places[start]
            end = start + 1
            while end < stop and self.sources[end] == source and self.places[end] == first + end - start:
                end += 1
            yield _Stretch(source, first, first + end - start - 1, start)
            start = end


class _Stretch(NamedTuple):
    source: int
    first: int
    last: int
    position: int


def open_previous(store: Store, manifest: Manifest, folder: str) -> Previous | None:
    """A complete dataset as a source of documents; None where a part is missing, or is of another size.

    Where it was to be set aside, and that was stopped, some parts still lie at their old place.
    """
    tables: dict[str, list[Part]] = {}
    for table, parts in manifest.tables.items():
        tables[table] = []
        for part in parts:
            places = (name for name in (f"{folder}{part.file}", part.file) if store.size(name) == part.bytes)
            place = next(places, None)
            if place is None:
                return None
            tables[table].append(part._replace(file=place))
    if manifest.run.format == "parquet":
        from .tablesources import PreviousTables

        return PreviousTables(store, tables)
    return PreviousLines(store, tables)


def set_aside(store: Store) -> Manifest | None:
    """Put a complete dataset where another can go on from it, if there is one; the folder is incomplete from then on.

    It may have been stopped at any file before: the manifest goes first and says what is left to do.
    """
    if store.exists(MANIFEST):
        store.remove_folder(PREVIOUS.rstrip("/"))
        store.move(MANIFEST, f"{PREVIOUS}{MANIFEST}")
    manifest = read_manifest(store, f"{PREVIOUS}{MANIFEST}")
    if manifest is not None:
        for part in (part for parts in manifest.tables.values() for part in parts):
            if store.size(f"{PREVIOUS}{part.file}") != part.bytes and store.size(part.file) == part.bytes:
                store.move(part.file, f"{PREVIOUS}{part.file}")
    return manifest


def assemble(
    store: Store,
    run: Run,
    order: Order,
    segments: Sequence[str],
    input_: InputSummary,
    advance: Callable[[int], None],
) -> Manifest:
    """Write the dataset, and its manifest last.

    Args:
        store: Where it lies.
        run: What it is made with.
        order: Where the result of each document is.
        segments: The names of the segments by number.
        input_: What went in, for the manifest.
        advance: Told how many documents were written.

    Raises:
        TornSegment: A segment is damaged; nothing of the dataset is complete then.
        ExportError: The dataset cannot be written.
    """
    previous = set_aside(store)
    store.remove(PACKAGE_FILE)
    output = _open_output(store, run)
    source_of = lru_cache(_HELD_SEGMENTS)(lambda number: _open_source(store, run, segments[number]))
    before = open_previous(store, previous, PREVIOUS) if previous and _uses_previous(order) else None
    taken: dict[str, int] = {}
    try:
        for block in order.blocks():
            pieces = []
            for number, first, last, position in block:
                source = before if number == FROM_PREVIOUS and before else source_of(number)
                ids = [unique_name(id_of(name), "", taken) for name in source.names(first, last)]
                pieces.append(Piece(source, first, last, position, ids))
            output.add(pieces)
            advance(sum(len(piece.ids) for piece in pieces))
        output.finish()
    except BaseException as error:
        output.discard(error)
        raise
    _remove_strangers(store, output.parts, previous.tables if previous else ())
    description = output.description()
    if description is not None:
        write_whole(store, PACKAGE_FILE, description.encode())
    manifest = Manifest(run, input_, output.parts, output.tally.to_json())
    write_manifest(store, manifest)
    return manifest


def _uses_previous(order: Order) -> bool:
    return FROM_PREVIOUS in order.sources


def _open_source(store: Store, run: Run, name: str) -> Source:
    try:
        segment = read_head(store, name)
        blobs = read_blobs(store, segment)
    except FileNotFoundError as error:
        raise TornSegment(name) from error
    if run.format == "parquet":
        from .tablesources import SegmentTables

        return SegmentTables(segment, blobs)
    return SegmentLines(segment, blobs)


def _open_output(store: Store, run: Run) -> Output:
    description = {f"reportparse.{name}": version for name, version in run.versions.items()}
    if run.format == "parquet":
        from .tableparts import TableOutput

        return TableOutput(store, description)
    return LineOutput(store, description)


def _remove_strangers(store: Store, tables: Mapping[str, Sequence[Part]], before: Iterable[str]) -> None:
    """Remove files of earlier attempts, in either format, and of a dataset before, that this dataset does not have."""
    for table in {*dataset_tables(), *LINE_TABLES, *before} - set(tables):
        store.remove_folder(table)
    store.remove_unfinished("")
    for table, parts in tables.items():
        store.remove_unfinished(table)
        known = {part.file for part in parts}
        for name in store.names(table):
            if f"{table}/{name}" not in known:
                store.remove(f"{table}/{name}")
