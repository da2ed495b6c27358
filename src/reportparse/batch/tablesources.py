"""Tables of documents that were parsed before: in segments of this run, and in a dataset that was complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

from ..dataset.gather import TEXTS
from ..dataset.schemas import arrow_schema, load_arrow
from .outputs import Part, reading
from .segments import Entry, Segment
from .stores import Store
from .tableblocks import TALLY, decode_table


class TableSource(Protocol):
    """Documents with their tables, by their number in the source."""

    def whole(self, position: int, ids: Sequence[str]) -> Mapping[str, bytes] | None:
        """All its tables as they are written, if it holds just these documents, from a position on; else None."""

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """What documents have in the column ``document``."""

    def tables(self, first: int, last: int) -> Mapping[str, Any]:
        """Tables that hold documents, and maybe others; but for the texts."""

    def texts(self, hashes: Sequence[str]) -> Any:
        """Source texts, in the order of their hashes."""


class SegmentTables:
    """The tables of a segment."""

    def __init__(self, segment: Segment, blobs: Mapping[str, bytes]) -> None:
        self._entries = segment.entries
        self._blobs = blobs

    def names(self, first: int, last: int) -> list[str]:
        """Names of documents, from a first to a last."""
        return [entry.name for entry in self._entries[first : last + 1]]

    def whole(self, position: int, ids: Sequence[str]) -> Mapping[str, bytes] | None:
        """See :class:`TableSource`."""
        wanted = zip(range(position, position + len(ids)), ids, strict=True)
        return self._blobs if [(entry.position, entry.id) for entry in self._entries] == list(wanted) else None

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """See :class:`TableSource`."""
        return [entry.position for entry in self._entries[first : last + 1]]

    def tables(self, first: int, last: int) -> Mapping[str, Any]:
        """See :class:`TableSource`."""
        return {name: table for name, table in self._tables.items() if name != TEXTS}

    def texts(self, hashes: Sequence[str]) -> Any:
        """See :class:`TableSource`."""
        return self._tables[TEXTS].take([self._text_rows[each] for each in hashes])

    @cached_property
    def _tables(self) -> Mapping[str, Any]:
        return {name: decode_table(blob) for name, blob in self._blobs.items() if name != TALLY}

    @cached_property
    def _text_rows(self) -> dict[str, int]:
        return {each: row for row, each in enumerate(self._tables[TEXTS]["text_sha256"].to_pylist())}


class _Group(NamedTuple):
    """A row group of a part, and the documents it speaks of."""

    file: str
    number: int
    first: int
    last: int


class PreviousTables:
    """The tables of a dataset that was complete, for one that goes on from it."""

    def __init__(self, store: Store, tables: Mapping[str, Sequence[Part]]) -> None:
        self._store = store
        self._files = {name: [part.file for part in parts] for name, parts in tables.items()}
        self._footer_of = lru_cache(len(tables))(self._read_footer)
        self._groups = {name: list(self._groups_of(name)) for name in tables if name != TEXTS}
        self._cache: dict[str, tuple[str, int, Any]] = {}

    def _open(self, name: str) -> AbstractContextManager[Any]:
        """A part; its footer, which is large where it has many groups, is read once while the part is in use."""
        return self._parquet(name, self._footer_of(name))

    def _read_footer(self, name: str) -> Any:
        with self._parquet(name) as parquet:
            return parquet.metadata

    @contextmanager
    def _parquet(self, name: str, footer: Any = None) -> Iterator[Any]:
        from pyarrow import parquet

        errors = (load_arrow().ArrowException, OSError)
        with (
            reading(self._store, name, *errors),
            self._store.open(name) as file,
            parquet.ParquetFile(file, metadata=footer) as opened,
        ):
            yield opened

    def _groups_of(self, name: str) -> Iterator[_Group]:
        for file in self._files[name]:
            with self._open(file) as parquet:
                for number in range(parquet.metadata.num_row_groups):
                    seen = parquet.metadata.row_group(number).column(0).statistics
                    if seen is not None and seen.has_min_max:
                        yield _Group(file, number, seen.min, seen.max)

    def _read(self, name: str, file: str, number: int) -> Any:
        if self._cache.get(name, ("", 0))[:2] != (file, number):
            with self._open(file) as parquet:
                self._cache[name] = (file, number, parquet.read_row_group(number))
        return self._cache[name][2]

    def entries(self) -> Iterator[Entry]:
        """All its documents, in order."""
        found: dict[int, Entry] = {}
        for name, code in (("reports", None), ("failures", "code")):
            wanted = ["document", "id", "name", "key", *([code] if code else [])]
            for file in self._files[name]:
                with self._open(file) as parquet:
                    columns = parquet.read(wanted).to_pydict()
                codes = columns[code] if code else [None] * len(columns["name"])
                rows = zip(*(columns[each] for each in ("name", "key", "document", "id")), codes, strict=True)
                found |= {row[2]: Entry(row[0], row[1], row[4], row[2], row[3]) for row in rows}
        return (found[number] for number in range(len(found)))

    def names(self, first: int, last: int) -> list[str]:
        """See :class:`SegmentTables`."""
        tables = [self._table(name, first, last) for name in ("reports", "failures")]
        found = {number: name for table in tables for number, name in _pairs(table)}
        return [found[number] for number in range(first, last + 1)]

    def whole(self, position: int, ids: Sequence[str]) -> None:
        """See :class:`TableSource`; nothing of a dataset is at hand as it was written."""

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """See :class:`TableSource`."""
        return range(first, last + 1)

    def tables(self, first: int, last: int) -> Mapping[str, Any]:
        """See :class:`TableSource`."""
        return {name: self._table(name, first, last) for name in self._groups}

    def _table(self, name: str, first: int, last: int) -> Any:
        groups = [group for group in self._groups[name] if group.first <= last and first <= group.last]
        tables = [self._read(name, group.file, group.number) for group in groups]
        return load_arrow().concat_tables(tables) if tables else arrow_schema(name).empty_table()

    def texts(self, hashes: Sequence[str]) -> Any:
        """See :class:`TableSource`."""
        rows = []
        for each in hashes:
            file, number, row = self._text_rows[each]
            rows.append(self._read(TEXTS, file, number).slice(row, 1))
        return load_arrow().concat_tables(rows)

    @cached_property
    def _text_rows(self) -> dict[str, tuple[str, int, int]]:
        found: dict[str, tuple[str, int, int]] = {}
        for file in self._files[TEXTS]:
            with self._open(file) as parquet:
                for number in range(parquet.metadata.num_row_groups):
                    hashes = parquet.read_row_group(number, ["text_sha256"])["text_sha256"].to_pylist()
                    found |= {each: (file, number, row) for row, each in enumerate(hashes)}
        return found


def _pairs(table: Any) -> Iterator[tuple[int, str]]:
    return zip(table["document"].to_pylist(), table["name"].to_pylist(), strict=True)
