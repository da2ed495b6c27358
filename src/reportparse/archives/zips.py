"""The members of a ZIP archive, read from the file piece by piece. Nothing is written, and no size is believed.

The directory at the end of the archive names the members. Where it is missing, the archive was cut: then the members
are found by the headers that stand before each of them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import BinaryIO, NamedTuple

from ..errors import InputError
from ..limits import Limits, reached
from ..text.decode import decode_names
from .members import PIECE, Member, Tally, read_at, read_head, unpack

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LOCATOR_64 = b"PK\x06\x07"
_CENTRAL = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_DESCRIPTOR = b"PK\x07\x08"
_CENTRAL_SIZE, _LOCAL_SIZE, _END_SIZE = 46, 30, 22
_FULL = 0xFFFFFFFF  # the size or place stands in the extra field, in 64 bits
_EXTRA_64, _EXTRA_NAME = 0x0001, 0x7075
_NAME_START = 5  # of the name in its extra field, behind a version and the checksum of the name that it stands for
_LOCKED, _DEFERRED, _UTF8 = 0x0001, 0x0008, 0x0800
_STORED, _DEFLATED = 0, 8
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd"}
_LINK_MODE = 0o120000
_LINK_MASK = 0o170000
# How far from its end an archive may hold its directory: other bytes may have been added.
_MAX_TAIL = 10_000_000
_MAX_MARKS = 1_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a header says of a member; ``crc`` is None where it was not told."""

    raw_name: bytes
    flags: int
    method: int
    crc: int | None
    packed: int
    offset: int
    extra: bytes = b""
    mode: int = 0
    error: InputError | None = None


class _Directory(NamedTuple):
    """Where the list of members stands."""

    start: int
    size: int
    total: int


def iter_zip(file: BinaryIO, limits: Limits, tally: Tally) -> Iterator[tuple[Member, bytes]]:
    """The members of a ZIP archive, in the order of its directory, each with its first bytes.

    Args:
        file: The archive; it must stay open as long as a member is read.
        limits: ``max_members`` bounds how many are named, ``max_ratio`` how far each may grow.
        tally: Told of what cannot be read, and of folders and links, which are no members.
    """
    entries = _refuse_overlaps(_entries(file, limits, tally))
    names = _names_of(entries)
    _tell_names(names, tally)
    for entry, name in zip(entries, names, strict=True):
        tally.records += 1
        if name.endswith("/"):
            tally.skip("folder")
        elif entry.mode & _LINK_MASK == _LINK_MODE:
            tally.skip("symbolic link")
        else:
            error = entry.error or _refusal(entry)
            pieces = partial(_pieces, file, entry, limits)
            yield Member(name, name, pieces, error=error), b"" if error else read_head(pieces())


def member_names(file: BinaryIO, limits: Limits) -> frozenset[str]:
    """The names of the members of a ZIP archive."""
    return frozenset(_names_of(_entries(file, limits, Tally())))


def _entries(file: BinaryIO, limits: Limits, tally: Tally) -> list[_Entry]:
    size = file.seek(0, 2)
    directory = _find_directory(file, size)
    return _list_members(file, directory, limits, tally) if directory else _walk(file, size, limits, tally)


def _find_directory(file: BinaryIO, size: int) -> _Directory | None:
    """The directory: its mark stands near the end, and where the mark points to, members are listed."""
    tried = 0
    for end in range(size, max(0, size - _MAX_TAIL), -PIECE):
        start = max(0, end - PIECE)
        block = read_at(file, start, end - start + len(_END) - 1)
        place = block.rfind(_END)
        while place >= 0 and tried < _MAX_MARKS:
            if found := _directory_at(file, start + place):
                return found
            tried += 1
            place = block.rfind(_END, 0, place + len(_END) - 1)
    return None


def _directory_at(file: BinaryIO, place: int) -> _Directory | None:
    """The directory that a mark tells of, if it stands right before the mark: an archive inside has others."""
    mark = read_at(file, place, _END_SIZE)
    if len(mark) < _END_SIZE:
        return None
    total, size, start = struct.unpack("<HLL", mark[10:20])
    end = place
    locator = read_at(file, place - 20, 20)
    if locator[:4] == _LOCATOR_64:
        (end,) = struct.unpack("<Q", locator[8:16])
        wide = read_at(file, end, 56)
        if wide[:4] != _END_64 or len(wide) < 56:
            return None
        total, size, start = struct.unpack("<QQQ", wide[32:56])
    if start + size != end or read_at(file, start, 4) != _CENTRAL:
        return None
    return _Directory(start, size, total)


def _list_members(file: BinaryIO, directory: _Directory, limits: Limits, tally: Tally) -> list[_Entry]:
    entries: list[_Entry] = []
    place, end = directory.start, directory.start + directory.size
    while place < end:
        if len(entries) >= limits.max_members:
            message = (
                f"the archive names {directory.total:,} members; those after the first {len(entries):,} were not read"
            )
            tally.findings.append(reached(limits, "max_members", message))
            break
        fixed = read_at(file, place, _CENTRAL_SIZE)
        if len(fixed) < _CENTRAL_SIZE or fixed[:4] != _CENTRAL:
            message = (
                f"its directory is damaged at byte {place:,}: {len(entries)} of {directory.total} members are known"
            )
            tally.tell("archive_stopped", "error", message)
            break
        name, extra, comment = struct.unpack("<HHH", fixed[28:34])
        entries.append(_central_entry(fixed, read_at(file, place + _CENTRAL_SIZE, name + extra), name))
        place += _CENTRAL_SIZE + name + extra + comment
    return entries


def _central_entry(fixed: bytes, more: bytes, name_size: int) -> _Entry:
    flags, method, _, _, crc, packed, size = struct.unpack("<HHHHLLL", fixed[8:28])
    attributes, offset = struct.unpack("<LL", fixed[38:46])
    extra = more[name_size:]
    # The extra field holds those of the sizes that the header has no room for, in this order.
    wide = _field(extra, _EXTRA_64)
    for is_wide, which in ((size == _FULL, "size"), (packed == _FULL, "packed"), (offset == _FULL, "offset")):
        if is_wide and len(wide) >= 8:
            (value,) = struct.unpack("<Q", wide[:8])
            wide = wide[8:]
            packed = value if which == "packed" else packed
            offset = value if which == "offset" else offset
    return _Entry(more[:name_size], flags, method, crc, packed, offset, extra, attributes >> 16)


def _walk(file: BinaryIO, size: int, limits: Limits, tally: Tally) -> list[_Entry]:
    """The members of an archive without a directory, by the headers before them, as far as these follow one another."""
    entries: list[_Entry] = []
    place, is_known = 0, True
    while is_known and len(entries) < limits.max_members:
        fixed = read_at(file, place, _LOCAL_SIZE)
        if len(fixed) < _LOCAL_SIZE or fixed[:4] != _LOCAL:
            break
        flags, method, _, _, crc, packed, _, name, extra = struct.unpack("<HHHHLLLHH", fixed[6:30])
        more = read_at(file, place + _LOCAL_SIZE, name + extra)
        wide = _field(more[name:], _EXTRA_64)
        if packed == _FULL and len(wide) >= 16:
            (packed,) = struct.unpack("<Q", wide[8:16])
        start = place + _LOCAL_SIZE + name + extra
        end = start + packed
        if flags & _DEFERRED and not packed:
            end, is_known = _find_end(file, start, size, method, limits)
            packed, crc = end - start, None
            place = _after_descriptor(file, end)
        else:
            place = end
        entries.append(_Entry(more[:name], flags, method, crc, packed, start - _LOCAL_SIZE - name - extra, more[name:]))
    message = (
        f"its directory, at the end, is missing or damaged: {len(entries)} members were found by their own headers, "
        f"and reading stopped at byte {min(place, size):,} of {size:,}"
    )
    tally.tell("archive_stopped", "error", message)
    return entries


def _find_end(file: BinaryIO, start: int, size: int, method: int, limits: Limits) -> tuple[int, bool]:
    """Where the data of a member end whose header does not say, and whether that is sure.

    A stream tells its end. What is stored ends at the next mark; behind a damaged stream nothing is sure.
    """
    if method != _DEFLATED:
        return _next_mark(file, start, size), True
    engine = zlib.decompressobj(-15)
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for piece in _packed(file, start, size - start):
            taken += len(piece)
            yield piece

    try:
        for _ in unpack(pieces(), engine, limits):
            pass
    except InputError:
        return size, False
    return start + taken - len(engine.unused_data), True


def _next_mark(file: BinaryIO, start: int, size: int) -> int:
    place = start
    while place < size:
        block = read_at(file, place, PIECE + 3)
        found = [at for mark in (_DESCRIPTOR, _LOCAL, _CENTRAL) if (at := block.find(mark)) >= 0]
        if found:
            return place + min(found)
        place += PIECE
    return size


def _after_descriptor(file: BinaryIO, place: int) -> int:
    """The place behind the sizes that follow a member, with or without their mark, in 32 or 64 bits."""
    for length in (16, 24, 12, 20):
        if read_at(file, place + length, 2) == b"PK":
            return place + length
    return place


def _refuse_overlaps(entries: list[_Entry]) -> list[_Entry]:
    """Mark members that share bytes with another: so a small archive can claim to hold more than any disk."""
    order = sorted(range(len(entries)), key=lambda at: entries[at].offset)
    overlapping: set[int] = set()
    for first, second in pairwise(order):
        entry = entries[first]
        if entry.offset + _LOCAL_SIZE + len(entry.raw_name) + entry.packed > entries[second].offset:
            overlapping |= {first, second}
    if not overlapping:
        return entries
    error = InputError("it shares its bytes with another member, as archives made to do harm do", code="member_damaged")
    return [replace(entry, error=error) if at in overlapping else entry for at, entry in enumerate(entries)]


def _refusal(entry: _Entry) -> InputError | None:
    """Why a member cannot be unpacked, as far as its header tells."""
    if entry.flags & _LOCKED:
        return InputError("a password locks it; unpack the archive, and give the files in it", code="member_locked")
    if entry.method not in (_STORED, _DEFLATED):
        name = _METHODS.get(entry.method, "unknown")
        told = (
            f"it is packed by method {entry.method} ({name}), which is not read; unpack the archive, and give the files"
        )
        return InputError(told, code="method_unknown")
    return None


def _pieces(file: BinaryIO, entry: _Entry, limits: Limits) -> Iterator[bytes]:
    """The bytes of a member, unpacked; its checksum is compared at the end."""
    fixed = read_at(file, entry.offset, _LOCAL_SIZE)
    if len(fixed) < _LOCAL_SIZE or fixed[:4] != _LOCAL:
        raise InputError(f"there is no member at byte {entry.offset:,}, where it should begin", code="member_damaged")
    name, extra = struct.unpack("<HH", fixed[26:30])
    packed = _packed(file, entry.offset + _LOCAL_SIZE + name + extra, entry.packed)
    crc = 0
    for piece in packed if entry.method == _STORED else unpack(packed, zlib.decompressobj(-15), limits):
        crc = zlib.crc32(piece, crc)
        yield piece
    if entry.crc is not None and crc != entry.crc:
        raise InputError("its bytes are damaged: their checksum is wrong", code="member_damaged")


def _packed(file: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    """Bytes of the file. Others may read from it in between."""
    place, end = start, start + size
    while place < end:
        piece = read_at(file, place, min(PIECE, end - place))
        if not piece:
            raise InputError(
                f"the archive ends within it: {end - place:,} of {size:,} bytes lack", code="member_damaged"
            )
        place += len(piece)
        yield piece


def _names_of(entries: list[_Entry]) -> list[str]:
    """The names of all members, with the slash as the one separator."""
    codec = decode_names([entry.raw_name for entry in entries if not entry.flags & _UTF8])
    return [_name_of(entry, codec).replace("\\", "/") for entry in entries]


def _name_of(entry: _Entry, codec: str) -> str:
    told = _field(entry.extra, _EXTRA_NAME)
    choices = [(entry.raw_name, "utf-8" if entry.flags & _UTF8 else codec)]
    if len(told) > _NAME_START and told[1:_NAME_START] == zlib.crc32(entry.raw_name).to_bytes(4, "little"):
        choices.insert(0, (told[_NAME_START:], "utf-8"))
    for name, codec_ in choices:
        with suppress(UnicodeDecodeError):
            return name.decode(codec_)
    return entry.raw_name.decode("cp437")


def _tell_names(names: list[str], tally: Tally) -> None:
    leading_out = [name for name in names if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/")]
    if leading_out:
        message = (
            f"{len(leading_out)} members have names that lead out of the archive, such as {leading_out[0]!r}; "
            "nothing is written, and their ids leave that out"
        )
        tally.tell("member_name_unsafe", "note", message)


def _field(extra: bytes, wanted: int) -> bytes:
    """A field of the extra data of a header, empty where there is none."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[place : place + 4])
        if kind == wanted:
            return extra[place + 4 : place + 4 + size]
        place += 4 + size
    return b""
