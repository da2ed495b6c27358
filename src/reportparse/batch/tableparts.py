"""A dataset as Parquet: each table in parts of even size whose bytes depend on the documents and their order alone.

Blocks of documents follow from the input. Each is a row group of every table, which the worker has written as it will
be; only where a block is put together from several sources is it written anew.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..dataset.datapackage import package_json, package_of
from ..dataset.gather import TEXTS
from ..dataset.schemas import arrow_schema, dataset_tables, load_arrow
from ..libraries import load_library
from .outputs import Part, PartFile, Piece
from .rowgroups import GroupFile
from .stores import Store
from .tableblocks import TALLY, decode_table, encode, encode_table, in_order_of_use, open_writer
from .tablesources import TableSource
from .tallies import Tally

# A part ends with the row group that fills it.
BYTES_PER_PART = 64_000_000
GROUPS_PER_PART = 1_000


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

    def add(self, pieces: Sequence[Piece[TableSource]]) -> None:
        """Append a block of documents, with the numbers and ids that they have in this dataset."""
        blobs = _whole(pieces) or encode(_joined(pieces))
        self.tally.add(json.loads(blobs[TALLY]))
        for name, writer in self._writers.items():
            blob = self._new_texts(blobs) if name == TEXTS else blobs.get(name)
            if blob is not None:
                writer.add(blob)

    def _new_texts(self, blobs: Mapping[str, bytes]) -> bytes | None:
        """Of the texts of a block those that no block before it has."""
        blob = blobs.get(TEXTS)
        if blob is None:
            return None
        hashes = decode_table(blob, ["text_sha256"])["text_sha256"].to_pylist()
        are_new = [bytes.fromhex(each)[:16] not in self._seen for each in hashes]
        self._seen.update(bytes.fromhex(each)[:16] for each in hashes)
        if all(are_new):
            return blob
        return encode_table(TEXTS, decode_table(blob).filter(are_new)) if any(are_new) else None

    def description(self) -> str:
        """The dataset as a Frictionless data package."""
        files = {name: [part.file for part in parts] for name, parts in self.parts.items()}
        return package_json(package_of(files, lambda name, _: arrow_schema(name)))

    def finish(self) -> None:
        """Write what is left; a table without rows has one part without rows."""
        for writer in self._writers.values():
            writer.finish()

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""
        for writer in self._writers.values():
            writer.discard(error)


def _whole(pieces: Sequence[Piece[TableSource]]) -> Mapping[str, bytes] | None:
    """A block as a worker has written it, if that was at one time, and with these numbers and ids."""
    if len(pieces) != 1:
        return None
    return pieces[0].source.whole(pieces[0].position, pieces[0].ids)


def _joined(pieces: Sequence[Piece[TableSource]]) -> dict[str, Any]:
    """The tables of a block from those of its pieces."""
    concat = load_arrow().concat_tables
    found = [dict(_tables_of(piece)) for piece in pieces]
    names = {name for tables in found for name in tables}
    made = {name: in_order_of_use(concat([tables[name] for tables in found if name in tables])) for name in names}
    if TEXTS in made:
        row_of = {each: row for row, each in reversed(list(enumerate(made[TEXTS]["text_sha256"].to_pylist())))}
        made[TEXTS] = made[TEXTS].take(sorted(row_of.values()))
    return made


def _tables_of(piece: Piece[TableSource]) -> Iterator[tuple[str, Any]]:
    """The tables of a piece, with the numbers and ids that its documents get."""
    pa, compute = load_arrow(), load_library("pyarrow.compute")
    source, first, last = piece.source, piece.first, piece.last
    numbers, ids = pa.array(source.numbers(first, last), pa.int64()), pa.array(piece.ids, pa.string())
    for name, table in source.tables(first, last).items():
        places = compute.index_in(table["document"], numbers).combine_chunks()
        is_here = compute.is_valid(places)
        table, places = table.filter(is_here), places.filter(is_here)
        if not table.num_rows:
            continue
        given = {
            "document": compute.add(places.cast(pa.int64()), piece.position),
            "id": pa.DictionaryArray.from_arrays(places, ids),
        }
        for column, values in given.items():
            table = table.set_column(table.schema.get_field_index(column), column, values)
        yield name, table
        if name == "reports":
            yield TEXTS, source.texts(list(dict.fromkeys(table["text_sha256"].to_pylist())))


class _TableWriter:
    """One table: row groups go to parts."""

    def __init__(self, store: Store, name: str, description: Mapping[str, str]) -> None:
        self._store = store
        self._name = name
        self._empty = _empty_file(name, description)
        self._part: tuple[PartFile, GroupFile] | None = None
        self.parts: list[Part] = []

    def add(self, blob: bytes) -> None:
        """Append a row group."""
        file, groups = self._part = self._part or self._open()
        groups.add(blob)
        if file.tell() >= BYTES_PER_PART or len(groups) >= GROUPS_PER_PART:
            self._close()

    def _open(self) -> tuple[PartFile, GroupFile]:
        file = PartFile(self._store, f"{self._name}/part-{len(self.parts):05}.parquet")
        return file, GroupFile(file, self._empty)

    def _close(self) -> None:
        if self._part is not None:
            file, groups = self._part
            groups.close()
            self.parts.append(file.finish(groups.rows))
        self._part = None

    def finish(self) -> None:
        """Write what is left, and at least one part."""
        if self._part is None and not self.parts:
            self._part = self._open()
        self._close()

    def discard(self, error: BaseException) -> None:
        """Leave no unfinished part behind."""
        if self._part is not None:
            self._part[0].discard(error)


def _empty_file(name: str, description: Mapping[str, str]) -> bytes:
    """A file of a table without rows, with all that its schema tells."""
    schema, sink = arrow_schema(name), io.BytesIO()
    told = {**schema.metadata, **{key.encode(): value for key, value in description.items()}}
    open_writer(sink, schema.with_metadata(told)).close()
    return sink.getvalue()
