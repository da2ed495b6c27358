"""ZIP archives written byte by byte, so that every field of them can lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
_TIME, _DATE = 0, 33  # 1980-01-01: the same bytes in every run
_UTF8_NAME = 0x800
ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the archive tells of it; None takes what is true.

    Attributes:
        name: As bytes, in whatever encoding.
        data: What is packed.
        method: How it says it is packed.
        packed: The packed bytes, where they are not those of ``data``.
        size: The size that it claims to unpack to.
        crc: The checksum that it claims.
        flags: General purpose flags.
        inner_name: The name before the data, where it differs from that of the directory.
        offset: Where the directory says that it begins.
        extra: Extra fields.
    """

    name: bytes
    data: bytes = b""
    method: int = DEFLATED
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    flags: int = _UTF8_NAME
    inner_name: bytes | None = None
    offset: int | None = None
    extra: bytes = b""


def deflated(data: bytes) -> bytes:
    """Data as a raw deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def cut(data: bytes, tenths: float) -> bytes:
    """The beginning of a file."""
    return data[: int(len(data) * tenths / 10)]


def bytes_deflated(piece: bytes, count: int) -> bytes:
    """A piece of data many times over as a raw deflate stream, without ever holding it: packed once, and repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A full flush ends at a byte and forgets what was before, so that what it wrote can be repeated.
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed * count + deflated(b"")


def zeros_deflated(size: int) -> bytes:
    """That many zero bytes as a raw deflate stream; a multiple of a million."""
    return bytes_deflated(bytes(1_000_000), size // 1_000_000)


def zip_of(
    members: Sequence[Member], comment: bytes = b"", *, count: int | None = None, start: int | None = None
) -> bytes:
    """An archive of some members; ``count`` and ``start`` are what its end says of its directory."""
    body = bytearray()
    directory = bytearray()
    for member in members:
        packed = member.packed
        if packed is None:
            packed = deflated(member.data) if member.method == DEFLATED else member.data
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        inner = member.name if member.inner_name is None else member.inner_name
        facts = (member.flags, member.method, _TIME, _DATE, crc & 0xFFFFFFFF, len(packed), size & 0xFFFFFFFF)
        offset = len(body) if member.offset is None else member.offset
        body += b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, *facts, len(inner), len(member.extra)) + inner
        body += member.extra + packed
        directory += b"PK\1\2" + struct.pack("<HHHHHHIII", 20, 20, *facts)
        directory += struct.pack("<HHHHHII", len(member.name), len(member.extra), 0, 0, 0, 0, offset)
        directory += member.name + member.extra
    number = len(members) if count is None else count
    place = len(body) if start is None else start
    end = struct.pack("<HHHHIIH", 0, 0, number & 0xFFFF, number & 0xFFFF, len(directory), place, len(comment))
    return bytes(body + directory) + b"PK\5\6" + end + comment


def overlapping(count: int, kernel: bytes) -> bytes:
    """Many members that all unpack the same packed bytes."""
    members = [Member(b"%d.txt" % number, kernel) for number in range(count)]
    archive = zip_of([members[-1]])
    first = archive.index(b"PK\3\4")
    return zip_of([*(Member(m.name, kernel, packed=b"", offset=first) for m in members[:-1])], start=None) + archive
