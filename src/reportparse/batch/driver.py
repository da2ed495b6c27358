"""Many documents to one dataset: what is done stays done, one bad document stops nothing, the order is the input's."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from ..document import id_of, unique_name
from ..errors import ExportError, InputError
from ..options import ParseOptions
from .assembly import FROM_PREVIOUS, PREVIOUS, Order, assemble, open_previous
from .corpus import Inputs, in_chunks
from .delivery import SegmentWriter, Written
from .engines import Engine, stream
from .guards import Guard
from .manifest import MANIFEST, InputSummary, Manifest, read_manifest
from .runs import Format, Run, describe_run
from .segments import SEGMENTS, WORK, Entry, TornSegment, read_head, torn_segments
from .stores import LocalStore, Store, is_url, open_store
from .work import KEY_BYTES, Chunk, Item, Job, Parse, key_of, parse_raw

# The input in blocks, each a row group of every table: enough documents that readers and writers of a group do much for
# what it costs them, few enough that a lost one is soon done again and that a worker holds them easily; of large
# documents, which take long each, as many as these bytes hold.
BLOCK_DOCUMENTS = 150
BLOCK_BYTES = 4_000_000
# Segments that turn out damaged are made again; a storage that damages one so many times is not to be used.
_MAX_DAMAGES = 3

MakeEngine = Callable[[Job[Written]], Engine[Written]]


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a caller may choose of a batch.

    Attributes:
        format: Parquet, or JSON Lines.
        parse: The options of each parse.
        guard: The limits of each document.
        retry_failed: Parse again what failed before.
        limit: Take the first so many documents only.
        chunk: How many documents of a block are sent together.
        parser: What parses; replaced by tests.
    """

    format: Format = "parquet"
    parse: ParseOptions = field(default_factory=ParseOptions)
    guard: Guard = field(default_factory=Guard)
    retry_failed: bool = False
    limit: int | None = None
    chunk: int = BLOCK_DOCUMENTS
    parser: Parse = parse_raw


class Progress(Protocol):
    """Is told where a batch stands."""

    def begin(self, what: str, total: int | None) -> None:
        """A stage begins, of so many documents if that is known."""

    def advance(self, documents: int, failures: int = 0, findings: int = 0) -> None:
        """Some more documents are done."""

    def say(self, message: str) -> None:
        """Something that the user should know."""


class BatchResult(NamedTuple):
    """A complete dataset, and what of it this run did.

    ``taken`` are documents that were there already.
    """

    manifest: Manifest
    parsed: int
    taken: int


class Plan(NamedTuple):
    """What a run would do: documents of the input, and how many of them are done already."""

    documents: int
    done: int


class _Place(NamedTuple):
    is_report: bool
    source: int
    place: int
    key: str


class _Known:
    """Results that are there, by the name of their document: its key, and where they are."""

    def __init__(self) -> None:
        self.segments: list[str] = []
        self._places: dict[str, list[_Place]] = {}

    def add(self, entries: Iterable[Entry], source: int, *, with_failures: bool) -> None:
        """Add the documents of a source."""
        for place, entry in enumerate(entries):
            if with_failures or entry.failure is None:
                found = _Place(entry.failure is None, source, place, entry.key)
                self._places.setdefault(entry.name, []).append(found)

    def keys(self, name: str) -> tuple[str, ...]:
        """Keys under which documents of a name were parsed."""
        return tuple(place.key for place in self._places.get(name, ()))

    def find(self, name: str, key: str) -> tuple[int, int] | None:
        """Where the result of a document is; a report, and the latest, where there are several."""
        found = max((place for place in self._places.get(name, ()) if place.key == key), default=None)
        return None if found is None else (found.source, found.place)


def run_batch(
    inputs: Inputs, out: str | os.PathLike[str], options: BatchOptions, make_engine: MakeEngine, progress: Progress
) -> BatchResult:
    """Make the dataset of some inputs, or go on with one that was begun.

    Stopped at any moment, it is completed by the same call. The files of the dataset are the same bytes for any engine,
    any number of workers and any interruption; only documents that hit a limit of time or memory may differ.

    Args:
        inputs: The documents.
        out: A folder or URL: a new one, or that of the run to go on with.
        options: What may be chosen.
        make_engine: Makes what the work is done by.
        progress: Is told where it stands.

    Raises:
        InputError: An argument names nothing.
        ExportError: The dataset cannot be written, or ``out`` holds other things.
        ReportParseError: The engine cannot work.
    """
    store = open_store(out)
    inputs.check()
    _refuse_overlap(inputs, store)
    _refuse_foreign(store)
    with _lock(store):
        damages: Counter[str] = Counter()
        while True:
            batch = _Batch(inputs, store, options, progress)
            try:
                return batch.run(make_engine)
            except TornSegment as error:
                for name in sorted({str(error), *torn_segments(store)}):
                    _make_again(store, name, damages, progress)


def _make_again(store: Store, segment: str, damages: Counter[str], progress: Progress) -> None:
    """Remove a damaged segment, so that its documents are parsed again."""
    damages[segment] += 1
    if damages[segment] == _MAX_DAMAGES:
        message = f"was damaged {_MAX_DAMAGES} times after it was written; check the disk, or take another"
        raise ExportError(message, code="not_written", place=f"{store.location}/{SEGMENTS}/{segment}")
    progress.say(f"a file of work done before is damaged, its documents are parsed again: {segment}")
    store.remove(f"{SEGMENTS}/{segment}")


def plan_batch(inputs: Inputs, out: str | os.PathLike[str], options: BatchOptions, progress: Progress) -> Plan:
    """What :func:`run_batch` would do; nothing is written."""
    batch = _Batch(inputs, open_store(out), options, progress)
    known, documents, done = batch.known(), 0, 0
    for item in batch.items(known):
        documents += 1
        done += bool(item.known) and (item.path is not None or key_of(item.raw) in item.known)
    return Plan(documents, done)


class _Batch:
    """One attempt at a dataset."""

    def __init__(self, inputs: Inputs, store: Store, options: BatchOptions, progress: Progress) -> None:
        self._inputs = inputs
        self._store = store
        self._options = options
        self._progress = progress
        self._run: Run = describe_run(options.format, options.parse)
        self._order = Order()
        self._told: list[str] = []
        self._keys = bytearray()
        self._counts: Counter[str] = Counter()

    def known(self) -> _Known:
        """Results of earlier runs of the same versions and options, in segments and in a complete dataset."""
        known = _Known()
        with_failures = not self._options.retry_failed
        for folder in ("", PREVIOUS):
            manifest = read_manifest(self._store, f"{folder}{MANIFEST}")
            if manifest is None:
                continue
            if manifest.run.digest != self._run.digest:
                self._progress.say("the dataset there was made with other versions or options: all is parsed again")
            elif previous := open_previous(self._store, manifest, folder):
                known.add(previous.entries(), FROM_PREVIOUS, with_failures=with_failures)
            else:
                self._progress.say("a part of the dataset there is missing or cut off: all is parsed again")
            break
        for name in self._store.names(SEGMENTS):
            try:
                segment = read_head(self._store, name)
            except TornSegment:
                self._store.remove(f"{SEGMENTS}/{name}")
                continue
            if segment.run == self._run.digest:
                known.add(segment.entries, len(known.segments), with_failures=with_failures)
                known.segments.append(name)
        return known

    def items(self, known: _Known) -> Iterator[Item]:
        """The documents of the input with their positions and ids."""
        taken: dict[str, int] = {}
        for position, (raw, path) in enumerate(islice(self._inputs.documents(self._tell), self._options.limit)):
            yield Item(position, raw, path, unique_name(id_of(raw.name), "", taken), known.keys(raw.name))

    def _tell(self, message: str) -> None:
        self._told.append(message)
        self._progress.say(message)

    def run(self, make_engine: MakeEngine) -> BatchResult:
        """Parse what is not done, and put the dataset together."""
        known = self.known()
        total = self._inputs.count()
        limit = self._options.limit
        self._progress.begin(
            "parsing", min(total, limit) if total is not None and limit is not None else total or limit
        )
        self._parse(known, make_engine)
        complete = read_manifest(self._store)
        if complete is not None and self._is_unchanged(complete):
            self._clean()
            return BatchResult(complete, 0, len(self._order))
        self._progress.begin("writing", len(self._order))
        manifest = assemble(
            self._store,
            self._run,
            self._order,
            known.segments,
            InputSummary(len(self._order), hashlib.sha256(self._keys).hexdigest(), tuple(self._told)),
            self._progress.advance,
        )
        self._clean()
        return BatchResult(manifest, self._counts["parsed"], self._counts["taken"])

    def _is_unchanged(self, complete: Manifest) -> bool:
        return complete.run.digest == self._run.digest and self._order.is_previous(complete.input.documents)

    def _parse(self, known: _Known, make_engine: MakeEngine) -> None:
        writer = SegmentWriter(self._store.location, self._options.format, self._run.digest, self._options.parse)
        job = Job(writer, self._options.parse, self._options.guard, self._options.parser)
        engine = make_engine(job)
        try:
            for results in stream(engine, self._chunks(known)):
                for result in results:
                    self._note(result.chunk, result.value, known)
                self._progress.advance(0)
        finally:
            engine.close()

    def _chunks(self, known: _Known) -> Iterator[Chunk]:
        """The documents that have to go to a worker. Blocks follow from the input, whatever of them is known."""
        for block in in_chunks(self.items(known), BLOCK_DOCUMENTS, BLOCK_BYTES):
            self._order.ends.append(block[-1].position + 1)
            unknown = [item for item in block if not self._is_taken(item, known)]
            for start in range(0, len(unknown), self._options.chunk):
                yield Chunk(tuple(unknown[start : start + self._options.chunk]))

    def _is_taken(self, item: Item, known: _Known) -> bool:
        """Whether a document is in hand and known, which is noted at once."""
        if not item.known or item.path is not None:
            return False
        key = key_of(item.raw)
        place = known.find(item.raw.name, key)
        if place is None:
            return False
        self._take(item.position, key, place)
        self._progress.advance(1)
        return True

    def _note(self, chunk: Chunk, written: Written, known: _Known) -> None:
        """Note where the results of a chunk are."""
        source = len(known.segments)
        if written.segment:
            known.segments.append(written.segment)
        for item, place, key in zip(chunk.items, written.places, written.keys, strict=True):
            if place >= 0:
                self._set(item.position, key, (source, place))
                self._counts["parsed"] += 1
                continue
            found = known.find(item.raw.name, key)
            if found is None:
                raise ExportError("a worker knows what the driver does not", code="not_written", place=item.raw.name)
            self._take(item.position, key, found)
        self._progress.advance(len(chunk.items), written.failures, written.findings)

    def _take(self, position: int, key: str, place: tuple[int, int]) -> None:
        self._set(position, key, place)
        self._counts["taken"] += 1

    def _set(self, position: int, key: str, place: tuple[int, int]) -> None:
        self._order.set(position, *place)
        start, end = position * KEY_BYTES, (position + 1) * KEY_BYTES
        self._keys.extend(bytes(max(0, end - len(self._keys))))
        self._keys[start:end] = bytes.fromhex(key)

    def _clean(self) -> None:
        self._store.remove_folder(WORK)


def _refuse_overlap(inputs: Inputs, store: Store) -> None:
    """A dataset inside a folder of the input would be read as input by the next run."""
    if not isinstance(store, LocalStore):
        return
    for argument in inputs.arguments:
        if not is_url(argument) and os.path.isdir(argument) and store.root.is_relative_to(os.path.abspath(argument)):
            message = f"lies inside the input {argument}; name a folder outside of it"
            raise InputError(message, code="not_written", place=store.location)


def _refuse_foreign(store: Store) -> None:
    """Nothing is written where other things lie."""
    if not isinstance(store, LocalStore) or store.exists(MANIFEST) or not store.root.exists():
        return
    if not store.root.is_dir():
        raise ExportError("is a file; name a folder", code="not_written", place=store.location)
    if (store.root / WORK).exists() or not any(store.root.iterdir()):
        return
    message = "holds other things than a dataset; name a new folder, or an empty one"
    raise ExportError(message, code="not_written", place=store.location)


def _lock(store: Store) -> AbstractContextManager[object]:
    """Keep a second run on this machine from the same dataset; other systems and storages do without."""
    if not isinstance(store, LocalStore):
        return nullcontext()
    try:
        import fcntl
    except ImportError:
        return nullcontext()
    try:
        (store.root / WORK).mkdir(parents=True, exist_ok=True)
        file = (store.root / WORK / "lock").open("w")
    except OSError as error:
        raise ExportError(f"cannot be written: {error.strerror}", code="not_written", place=store.location) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        message = "another run is making this dataset; wait for it, or stop it"
        raise ExportError(message, code="not_written", place=store.location) from error
    except OSError:  # a file system without locks
        with suppress(OSError):
            file.close()
        return nullcontext()
    return file
