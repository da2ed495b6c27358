"""From what is done, in whatever order it was done, to a dataset in the order of the input."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from ..document import id_of, unique_name
from .manifest import MANIFEST, InputSummary, Manifest, read_manifest, write_manifest
from .outputs import Part
from .runs import Run
from .segments import WORK, Entry, TornSegment, read_blobs, read_head
from .stores import Store
from .tallies import Tally

# Where a complete dataset is put while another is made that goes on from it.
PREVIOUS = f"{WORK}/previous/"
# The number of the source that is the previous dataset; segments count from 0.
FROM_PREVIOUS = -1
# How many documents of a source are handed on at a time; a segment has fewer, a previous dataset any number.
_PIECE_DOCUMENTS = 500
# Segments that are held, for inputs whose order has changed since they were written.
_HELD_SEGMENTS = 4


class Source(Protocol):
    """Documents that are done, by their number in the segment or dataset that holds them."""

    def names(self, first: int, last: int) -> list[str]:
        """Names of documents, from a first to a last."""

    def load(self, first: int, last: int) -> Any:
        """What is to be written of documents."""


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

    def add(self, loaded: Any, first: int, ids: Sequence[str]) -> None:
        """Append documents."""

    def finish(self) -> None:
        """Write what is left."""

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""


@dataclass(slots=True)
class Order:
    """Where the result of each document of the input is: 12 bytes a document, whatever their number."""

    sources: array[int] = field(default_factory=lambda: array("i"))
    places: array[int] = field(default_factory=lambda: array("q"))

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

    def pieces(self) -> Iterator[_Piece]:
        """Stretches of the input whose results follow one another in one source."""
        start = 0
        while start < len(self):
            source, first = self.sources[start], self.places[start]
            end = start + 1
            while (
                end < len(self)
                and end - start < _PIECE_DOCUMENTS
                and self.sources[end] == source
                and self.places[end] == first + end - start
            ):
                end += 1
            yield _Piece(source, first, first + end - start - 1, start)
            start = end


class _Piece(NamedTuple):
    source: int
    first: int
    last: int
    position: int


def open_previous(store: Store, manifest: Manifest, folder: str) -> Previous:
    """A complete dataset as a source of documents."""
    if manifest.run.format == "parquet":
        from .tableparts import PreviousTables

        return PreviousTables(store, folder, manifest.tables)
    from .lineparts import PreviousLines

    return PreviousLines(store, folder, manifest.tables)


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
            if not store.exists(f"{PREVIOUS}{part.file}"):
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
    output = _open_output(store, run)
    source_of = lru_cache(_HELD_SEGMENTS)(lambda number: _open_source(store, run, segments[number]))
    before = open_previous(store, previous, PREVIOUS) if previous and _uses_previous(order) else None
    taken: dict[str, int] = {}
    try:
        for piece in order.pieces():
            source = before if piece.source == FROM_PREVIOUS and before else source_of(piece.source)
            ids = [unique_name(id_of(name), "", taken) for name in source.names(piece.first, piece.last)]
            output.add(source.load(piece.first, piece.last), piece.position, ids)
            advance(len(ids))
        output.finish()
    except BaseException as error:
        output.discard(error)
        raise
    _remove_strangers(store, output.parts)
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
        from .tableparts import SegmentTables

        return SegmentTables(segment, blobs)
    from .lineparts import SegmentLines

    return SegmentLines(segment, blobs)


def _open_output(store: Store, run: Run) -> Output:
    description = {f"reportparse.{name}": version for name, version in run.versions.items()}
    if run.format == "parquet":
        from .tableparts import TableOutput

        return TableOutput(store, description)
    from .lineparts import LineOutput

    return LineOutput(store, description)


def _remove_strangers(store: Store, tables: Mapping[str, Sequence[Part]]) -> None:
    """Remove files of an earlier attempt that this dataset does not have."""
    for table, parts in tables.items():
        known = {part.file for part in parts}
        for name in store.names(table):
            if f"{table}/{name}" not in known:
                store.remove(f"{table}/{name}")
