"""A dataset as Parquet: each table in parts of even size whose bytes depend on the documents and their order alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

from ..dataset.arrays import build_table
from ..dataset.schemas import arrow_schema, dataset_tables, load_arrow
from ..document import id_of
from ..frames import to_tables
from .outputs import Part, PartFile
from .segments import Entry, Segment
from .stores import Store
from .tallies import DOUBTFUL, UNKNOWN, Tally
from .work import Outcome

TEXTS = "texts"
# A row group ends with the row that fills it, a part with the group that fills it. Neither bound knows of chunks.
ROWS_PER_GROUP = 131_072
BYTES_PER_GROUP = 16_000_000
GROUPS_PER_PART = 8
# Columns whose values may be long; only they are weighed.
_LONG_COLUMNS = ("text", "message", "more")
# Columns whose bounds are written for each group, so that readers can pass over groups.
_BOUNDED_COLUMNS = ("document", "year")


def encode_tables(outcomes: Sequence[Outcome]) -> Mapping[str, bytes]:
    """Outcomes as tables, one blob each; documents are counted within the outcomes."""
    parsed = [(place, outcome) for place, outcome in enumerate(outcomes) if outcome.report is not None]
    tables = to_tables(
        (outcome.report for _, outcome in parsed if outcome.report is not None),
        documents=[place for place, _ in parsed],
        keys=[outcome.key for _, outcome in parsed],
    )
    tables["failures"] = _failures(outcomes)
    return {name: _packed(table) for name, table in tables.items() if table.num_rows}


def _failures(outcomes: Sequence[Outcome]) -> Any:
    failed = [(place, o, o.error) for place, o in enumerate(outcomes) if o.error is not None]
    columns = {
        "document": [place for place, _, _ in failed],
        "id": [id_of(outcome.item.raw.name) for _, outcome, _ in failed],
        "name": [outcome.item.raw.name for _, outcome, _ in failed],
        "key": [outcome.key for _, outcome, _ in failed],
        "sha256": [outcome.sha256 for _, outcome, _ in failed],
        "url": [outcome.item.raw.url for _, outcome, _ in failed],
        "date": [outcome.item.raw.date for _, outcome, _ in failed],
        "code": [error.code for _, _, error in failed],
        "message": [error.message for _, _, error in failed],
    }
    return build_table("failures", columns.items(), len(failed))


def _packed(table: Any) -> bytes:
    pa = load_arrow()
    sink = pa.BufferOutputStream()
    # Read once and removed: speed counts for more than size.
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _between(table: Any, first: int, last: int) -> Any:
    """The rows of documents from a first to a last; rows stand in the order of documents."""
    from pyarrow import compute

    documents = table["document"]
    if not table.num_rows or (documents[0].as_py() >= first and documents[-1].as_py() <= last):
        return table
    start = compute.sum(compute.less(documents, first)).as_py()
    return table.slice(start, compute.sum(compute.less_equal(documents, last)).as_py() - start)


class Loaded(NamedTuple):
    """Tables of some documents, the number of the first of them there, and where their source texts are."""

    tables: Mapping[str, Any]
    first: int
    source: SegmentTables | PreviousTables


class SegmentTables:
    """The tables of a segment."""

    def __init__(self, segment: Segment, blobs: Mapping[str, bytes]) -> None:
        pa = load_arrow()
        self._entries = segment.entries
        # Tables of a chunk are small: handing their columns to threads costs more than it gains.
        options = pa.ipc.IpcReadOptions(use_threads=False)
        self._tables = {name: pa.ipc.open_stream(blob, options=options).read_all() for name, blob in blobs.items()}

    def names(self, first: int, last: int) -> list[str]:
        """Names of documents, from a first to a last."""
        return [entry.name for entry in self._entries[first : last + 1]]

    def load(self, first: int, last: int) -> Loaded:
        """The tables of documents."""
        tables = {name: _between(table, first, last) for name, table in self._tables.items() if name != TEXTS}
        return Loaded(tables, first, self)

    def texts(self, hashes: Sequence[str]) -> Any:
        """Source texts, in the order of their hashes."""
        return self._tables[TEXTS].take([self._text_rows[each] for each in hashes])

    @cached_property
    def _text_rows(self) -> dict[str, int]:
        return {each: row for row, each in enumerate(self._tables[TEXTS]["text_sha256"].to_pylist())}


def _pairs(table: Any) -> Iterator[tuple[int, str]]:
    return zip(table["document"].to_pylist(), table["name"].to_pylist(), strict=True)


class _Group(NamedTuple):
    """A row group of a part, and the documents it speaks of."""

    file: str
    number: int
    first: int
    last: int


class PreviousTables:
    """The tables of a dataset that was complete, for one that goes on from it."""

    def __init__(self, store: Store, folder: str, tables: Mapping[str, Sequence[Part]]) -> None:
        self._store = store
        self._folder = folder
        self._files = {name: [part.file for part in parts] for name, parts in tables.items()}
        self._groups = {name: list(self._groups_of(name)) for name in tables if name != TEXTS}
        self._cache: dict[str, tuple[str, int, Any]] = {}

    @contextmanager
    def _parquet(self, name: str) -> Iterator[Any]:
        from pyarrow import parquet

        with self._store.open(f"{self._folder}{name}") as file, parquet.ParquetFile(file) as opened:
            yield opened

    def _groups_of(self, name: str) -> Iterator[_Group]:
        for file in self._files[name]:
            with self._parquet(file) as parquet:
                for number in range(parquet.metadata.num_row_groups):
                    seen = parquet.metadata.row_group(number).column(0).statistics
                    if seen is not None and seen.has_min_max:
                        yield _Group(file, number, seen.min, seen.max)

    def _read(self, name: str, file: str, number: int) -> Any:
        if self._cache.get(name, ("", 0))[:2] != (file, number):
            with self._parquet(file) as parquet:
                self._cache[name] = (file, number, parquet.read_row_group(number))
        return self._cache[name][2]

    def entries(self) -> Iterator[Entry]:
        """All its documents, in order."""
        found: dict[int, Entry] = {}
        for name, code in (("reports", None), ("failures", "code")):
            wanted = ["document", "name", "key", *([code] if code else [])]
            for file in self._files[name]:
                with self._parquet(file) as parquet:
                    columns = parquet.read(wanted).to_pydict()
                codes = columns[code] if code else [None] * len(columns["name"])
                rows = zip(columns["document"], columns["name"], columns["key"], codes, strict=True)
                found |= {row[0]: Entry(*row[1:]) for row in rows}
        return (found[number] for number in range(len(found)))

    def names(self, first: int, last: int) -> list[str]:
        """See :class:`SegmentTables`."""
        tables = [self._table(name, first, last) for name in ("reports", "failures")]
        found = {n: name for t in tables for n, name in _pairs(t)}
        return [found[number] for number in range(first, last + 1)]

    def load(self, first: int, last: int) -> Loaded:
        """See :class:`SegmentTables`."""
        return Loaded({name: self._table(name, first, last) for name in self._groups}, first, self)

    def _table(self, name: str, first: int, last: int) -> Any:
        pa = load_arrow()
        groups = [group for group in self._groups[name] if group.first <= last and first <= group.last]
        tables = [_between(self._read(name, group.file, group.number), first, last) for group in groups]
        return pa.concat_tables(tables) if tables else arrow_schema(name).empty_table()

    def texts(self, hashes: Sequence[str]) -> Any:
        """See :class:`SegmentTables`."""
        pa = load_arrow()
        rows = []
        for each in hashes:
            file, number, row = self._text_rows[each]
            rows.append(self._read(TEXTS, file, number).slice(row, 1))
        return pa.concat_tables(rows)

    @cached_property
    def _text_rows(self) -> dict[str, tuple[str, int, int]]:
        found: dict[str, tuple[str, int, int]] = {}
        for file in self._files[TEXTS]:
            with self._parquet(file) as parquet:
                for number in range(parquet.metadata.num_row_groups):
                    hashes = parquet.read_row_group(number, ["text_sha256"])["text_sha256"].to_pylist()
                    found |= {each: (file, number, row) for row, each in enumerate(hashes)}
        return found


class TableOutput:
    """Writes tables to parts, and counts what they hold."""

    def __init__(self, store: Store, description: Mapping[str, str]) -> None:
        self._writers = {name: _TableWriter(store, name, description) for name in dataset_tables()}
        self._seen: set[bytes] = set()
        self.tally = Tally()

    @property
    def parts(self) -> dict[str, list[Part]]:
        """The parts of each table that are finished."""
        return {name: writer.parts for name, writer in self._writers.items()}

    def add(self, loaded: Loaded, first: int, ids: Sequence[str]) -> None:
        """Append documents, with the numbers and ids that they have in this dataset."""
        pa = load_arrow()
        self.tally.documents += len(ids)
        names = pa.array(ids, pa.string())
        for name, table in loaded.tables.items():
            if table.num_rows:
                self._writers[name].add(_renumbered(table, loaded.first, first, names))
                self._count(name, table)
        reports = loaded.tables.get("reports")
        if reports is not None:
            self._add_texts(loaded.source, reports["text_sha256"].to_pylist())

    def _add_texts(self, source: SegmentTables | PreviousTables, hashes: Sequence[str]) -> None:
        new = []
        for each in hashes:
            short = bytes.fromhex(each)[:16]
            if short not in self._seen:
                self._seen.add(short)
                new.append(each)
        if new:
            self._writers[TEXTS].add(source.texts(new))

    def _count(self, name: str, table: Any) -> None:
        tally = self.tally
        counted = {
            "reports": [("form", tally.forms, UNKNOWN), ("year", tally.years, UNKNOWN)],
            "records": [("state", tally.states, DOUBTFUL)],
            "findings": [("code", tally.findings, "")],
            "failures": [("code", tally.failures, "")],
        }
        for column, counter, null in counted.get(name, ()):
            for row in table[column].combine_chunks().value_counts().to_pylist():
                counter[null if row["values"] is None else str(row["values"])] += row["counts"]

    def finish(self) -> None:
        """Write what is left; a table without rows has one part without rows."""
        for writer in self._writers.values():
            writer.finish()

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""
        for writer in self._writers.values():
            writer.discard(error)


def _in_order_of_use(column: Any) -> Any:
    """A column whose dictionary holds its values in the order of the rows: that of chunks tells where they ended."""
    pa = load_arrow()
    array = column.combine_chunks()
    used = array.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(used.indices, array.dictionary.take(used.dictionary))


def _renumbered(table: Any, before: int, first: int, names: Any) -> Any:
    """A table whose documents were counted from ``before`` on, counted from ``first`` on and with their new ids."""
    pa = load_arrow()
    from pyarrow import compute

    local = compute.subtract(table["document"], before).combine_chunks()
    ids = pa.DictionaryArray.from_arrays(local.cast(pa.int32()), names)
    fields = {name: table.schema.get_field_index(name) for name in ("document", "id")}
    table = table.set_column(fields["document"], table.schema.field("document"), compute.add(local, first))
    return table.set_column(fields["id"], table.schema.field("id"), ids)


class _TableWriter:
    """One table: rows go to groups of a fixed size, groups to parts."""

    def __init__(self, store: Store, name: str, description: Mapping[str, str]) -> None:
        schema = arrow_schema(name)
        self._store = store
        self._name = name
        self._schema = schema.with_metadata({**schema.metadata, **{k.encode(): v for k, v in description.items()}})
        self._keys = [field.name for field in schema if load_arrow().types.is_dictionary(field.type)]
        self._long = [column for column in _LONG_COLUMNS if column in schema.names]
        self._pending: list[Any] = []
        self._rows = self._bytes = 0
        self._part: tuple[PartFile, Any] | None = None
        self._groups = self._part_rows = 0
        self.parts: list[Part] = []

    def add(self, table: Any) -> None:
        """Append rows."""
        while table.num_rows:
            rows, size, is_full = self._room_for(table)
            self._pending.append(table.slice(0, rows))
            self._rows += rows
            self._bytes += size
            table = table.slice(rows)
            if is_full:
                self._write_group()

    def _room_for(self, table: Any) -> tuple[int, int, bool]:
        """How many of the rows go to the present group, how many bytes they weigh, and whether they fill it."""
        from pyarrow import compute

        rows = min(table.num_rows, ROWS_PER_GROUP - self._rows)
        size = 0
        for column in self._long:
            weights = compute.fill_null(compute.binary_length(table[column].slice(0, rows)), 0)
            heavy = compute.cumulative_sum(weights.cast("int64")).combine_chunks()
            fitting = compute.sum(compute.less(heavy, BYTES_PER_GROUP - self._bytes)).as_py()
            if fitting < rows:
                return fitting + 1, heavy[fitting].as_py(), True
            size = heavy[-1].as_py()
        return rows, size, self._rows + rows == ROWS_PER_GROUP

    def _write_group(self) -> None:
        pa = load_arrow()
        table = pa.concat_tables(self._pending).combine_chunks()
        for key in self._keys:
            place = table.schema.get_field_index(key)
            table = table.set_column(place, key, _in_order_of_use(table[key]))
        if self._part is None:
            self._part = self._open()
        self._part[1].write_table(table.cast(self._schema), row_group_size=max(1, table.num_rows))
        self._part_rows += table.num_rows
        self._groups += 1
        self._pending, self._rows, self._bytes = [], 0, 0
        if self._groups == GROUPS_PER_PART:
            self._close()

    def _open(self) -> tuple[PartFile, Any]:
        from pyarrow import parquet

        file = PartFile(self._store, f"{self._name}/part-{len(self.parts):05}.parquet")
        dictionaries = [field.name for field in self._schema if field.name not in self._long]
        writer = parquet.ParquetWriter(
            file,
            self._schema,
            compression="zstd",
            use_dictionary=dictionaries,
            write_statistics=[name for name in _BOUNDED_COLUMNS if name in self._schema.names],
        )
        return file, writer

    def _close(self) -> None:
        if self._part is not None:
            file, writer = self._part
            writer.close()
            self.parts.append(file.finish(self._part_rows))
        self._part, self._groups, self._part_rows = None, 0, 0

    def finish(self) -> None:
        """Write what is left, and at least one part."""
        if self._pending:
            self._write_group()
        if self._part is None and not self.parts:
            self._part = self._open()
        self._close()

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""
        if self._part is not None:
            self._part[0].discard(error)
