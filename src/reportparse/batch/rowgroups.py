"""Parquet files put together to one, row group by row group, as they are: nothing is decoded or encoded again.

A Parquet file is the pages of its row groups and a footer that says where they begin. Pages can be copied, and of the
footer, a struct of Thrift's compact protocol, only a few numbers change: they are found, and the bytes between them
stay. pyarrow reads and writes row groups, and copies none.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from ..errors import ExportError

_MAGIC = b"PAR1"
_LENGTH = struct.Struct("<I")
# Types of the compact protocol; footers use no map, and a set is written as a list is.
_BYTE, _BINARY, _STRUCT = 3, 8, 12
_BOOLS, _NUMBERS = (1, 2), (4, 5, 6)
# Those of one length each: true and false, which the type says, a byte, a double.
_SIZES = {1: 0, 2: 0, _BYTE: 1, 7: 8}
_MORE_FOLLOWS = 128
_SHORT_LIST = 15

# What changes in a footer, by the numbers that fields of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData have in
# parquet.thrift: where something is, which group of its file one is, how many rows the file has, and its groups.
_Kind = Literal["place", "number", "rows", "groups"]


class _Wanted(NamedTuple):
    """What is wanted of a struct, or of each struct of a list: fields themselves, and what is wanted of fields."""

    fields: Mapping[int, _Kind] = MappingProxyType({})
    inside: Mapping[int, _Wanted] = MappingProxyType({})


_NOTHING = _Wanted()
_IN_METADATA = _Wanted(dict.fromkeys((9, 10, 11, 14), "place"))
_IN_CHUNK = _Wanted(dict.fromkeys((2, 4, 6), "place"), {3: _IN_METADATA})
_IN_GROUP = _Wanted({5: "place", 7: "number"}, {1: _IN_CHUNK})
_IN_FILE = _Wanted({3: "rows", 4: "groups"}, {4: _IN_GROUP})


class Sink(Protocol):
    """A file that takes bytes one after another."""

    def write(self, data: Any) -> int:
        """Append bytes."""

    def tell(self) -> int:
        """How many were written."""


class _Blank(NamedTuple):
    """A number of a footer that another file has otherwise: what it is, and the bytes that hold it."""

    kind: _Kind
    start: int
    end: int


class GroupFile:
    """Writes a Parquet file of the row groups of others that have the same schema.

    Args:
        sink: Where to.
        empty: A file of this schema without rows; its footer says all that does not depend on the rows.
    """

    def __init__(self, sink: Sink, empty: bytes) -> None:
        self._sink = sink
        self._empty = empty
        start = _footer_of(empty)
        # The version of the format and the columns stand before the first number that changes.
        self._head = empty[start : _blanks_of(empty, start)[0].start]
        self._groups: list[bytes] = []
        self.rows = 0
        sink.write(_MAGIC)

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, file: bytes) -> None:
        """Append the row group of a file that has one.

        Raises:
            ExportError: It has none or several, or its schema is written otherwise.
        """
        start = _footer_of(file)
        rows, *blanks, groups = _blanks_of(file, start)
        if file[groups.start] != _list_head(1)[0]:
            raise _not_joined("it has not exactly one row group")
        if file[start : rows.start] != self._head:
            raise _not_joined("its columns, or the version of its format, are others")
        shift = self._sink.tell() - len(_MAGIC)
        # Behind the head of the list, which is one byte where it has one struct.
        pieces: list[bytes] = []
        done = groups.start + 1
        for blank in blanks:
            value = _number(file, blank.start)
            # A place of 0 is none: there the file begins.
            value = len(self._groups) if blank.kind == "number" else value and value + shift
            pieces += (file[done : blank.start], _packed(value))
            done = blank.end
        self._groups.append(b"".join((*pieces, file[done : groups.end])))
        self.rows += _number(file, rows.start)
        self._sink.write(memoryview(file)[len(_MAGIC) : start])

    def close(self) -> None:
        """Write the footer."""
        start, end = _footer_of(self._empty), len(self._empty) - _LENGTH.size - len(_MAGIC)
        rows, *_, groups = _blanks_of(self._empty, start)
        footer = b"".join(
            (
                self._empty[start : rows.start],
                _packed(self.rows),
                self._empty[rows.end : groups.start],
                _list_head(len(self._groups)),
                *self._groups,
                self._empty[groups.end : end],
            )
        )
        self._sink.write(footer + _LENGTH.pack(len(footer)) + _MAGIC)


def _not_joined(reason: str) -> ExportError:
    message = (
        f"a table that was done before cannot be copied into a part: {reason}; delete the folder _work and run again"
    )
    return ExportError(message, code="not_written")


def _footer_of(file: bytes) -> int:
    """Where the footer of a Parquet file begins."""
    end = len(file) - _LENGTH.size - len(_MAGIC)
    return end - int(_LENGTH.unpack_from(file, end)[0])


def _blanks_of(file: bytes, start: int) -> list[_Blank]:
    """What changes in the footer of a file, in its order; what has others inside stands behind them."""
    found: list[_Blank] = []
    _scan_struct(file, start, _IN_FILE, found)
    return found


def _scan_struct(data: bytes, place: int, wanted: _Wanted, found: list[_Blank]) -> int:
    """Find what is wanted of a struct; where it ends."""
    number = 0
    while head := data[place]:
        place += 1
        if head >> 4:
            number += head >> 4
        else:
            number, place = _number(data, place), _behind(data, place)
        start, type_ = place, head & 15
        if type_ in _NUMBERS:
            while data[place] & _MORE_FOLLOWS:
                place += 1
            place += 1
        else:
            place = _scan_value(data, place, type_, wanted.inside.get(number, _NOTHING), found)
        if number in wanted.fields:
            found.append(_Blank(wanted.fields[number], start, place))
    return place + 1


def _scan_value(data: bytes, place: int, type_: int, wanted: _Wanted, found: list[_Blank]) -> int:
    """Find what is wanted of a value; where it ends."""
    if type_ in _SIZES:
        return place + _SIZES[type_]
    if type_ in _NUMBERS:
        return _behind(data, place)
    if type_ == _BINARY:
        return _behind(data, place) + _varint(data, place)
    if type_ == _STRUCT:
        return _scan_struct(data, place, wanted, found)
    # A list or a set, whose head holds how many there are if they are few.
    inside, count = data[place] & 15, data[place] >> 4
    place += 1
    if count == _SHORT_LIST:
        count, place = _varint(data, place), _behind(data, place)
    for _ in range(count):
        # In a list a bool takes a byte.
        place = _scan_value(data, place, _BYTE if inside in _BOOLS else inside, wanted, found)
    return place


def _behind(data: bytes, place: int) -> int:
    """Where a number ends."""
    while data[place] & _MORE_FOLLOWS:
        place += 1
    return place + 1


def _varint(data: bytes, place: int) -> int:
    value = shift = 0
    while (byte := data[place]) & _MORE_FOLLOWS:
        value |= (byte & ~_MORE_FOLLOWS) << shift
        shift += 7
        place += 1
    return value | byte << shift


def _number(data: bytes, place: int) -> int:
    value = _varint(data, place)
    return value >> 1 ^ -(value & 1)


def _packed_varint(value: int) -> bytes:
    out = bytearray()
    while value >= _MORE_FOLLOWS:
        out.append(value % _MORE_FOLLOWS | _MORE_FOLLOWS)
        value //= _MORE_FOLLOWS
    out.append(value)
    return bytes(out)


def _packed(value: int) -> bytes:
    """A number that is not negative."""
    return _packed_varint(value << 1)


def _list_head(count: int) -> bytes:
    """What stands before so many structs."""
    if count < _SHORT_LIST:
        return bytes((count << 4 | _STRUCT,))
    return bytes((_SHORT_LIST << 4 | _STRUCT,)) + _packed_varint(count)
