"""Streams of a PDF file unpacked within a bound, to know what they hold before anything else unpacks them."""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Callable

# Nothing real is packed more often than this.
MAX_FILTERS = 4
_FILTER_RE = re.compile(rb"/(FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b")
_CLEAR, _END = 256, 257
_MAX_CODES = 4096
_PIECE = 65_536


class TooLargeError(Exception):
    """A stream unpacks to more than the bound."""


def unpack(packed: bytes, header: bytes, most: int) -> bytes:
    """What a stream unpacks to; as far as it is sound, if it is damaged.

    Args:
        packed: The stream.
        header: Its dictionary. A stream whose filters are named elsewhere is tried for the usual one.
        most: How many bytes it may unpack to, at each step.

    Raises:
        TooLargeError: It unpacks to more.

    Example:
        >>> unpack(zlib.compress(b"BT (a) Tj ET"), b"<< /Filter /FlateDecode >>", 100)
        b'BT (a) Tj ET'
    """
    names = _FILTER_RE.findall(header)[:MAX_FILTERS]
    data = packed
    for name in names or ([b"Fl"] if data[:1] in (b"x", b"h", b"H", b"X") else []):
        data = _UNPACKERS[name](data, most)
    return data


def is_larger(packed: bytes, most: int) -> bool:
    """Whether a stream packed in the usual way unpacks to more than a bound; measured in pieces that are let go.

    Example:
        >>> is_larger(zlib.compress(bytes(5000)), 4000), is_larger(zlib.compress(bytes(5000)), 5000)
        (True, False)
    """
    machine = zlib.decompressobj()
    size = 0
    while packed and size <= most:
        try:
            size += len(machine.decompress(packed, _PIECE))
        except zlib.error:
            break
        packed = machine.unconsumed_tail
    return size > most


def _inflate(data: bytes, most: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        found = machine.decompress(data, most + 1)
    except zlib.error:
        return _inflate_sound_part(data, most)
    if len(found) > most:
        raise TooLargeError
    return found


def _inflate_sound_part(data: bytes, most: int) -> bytes:
    """What can be unpacked before the place where a stream is damaged, to about a hundred bytes."""
    machine = zlib.decompressobj()
    parts: list[bytes] = []
    size = 0
    for start in range(0, len(data), 64):
        try:
            parts.append(machine.decompress(data[start : start + 64], most + 1 - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if size > most:
            raise TooLargeError
    return b"".join(parts)


def _expand_runs(data: bytes, most: int) -> bytes:
    found = bytearray()
    place = 0
    while place < len(data) and data[place] != 128 and len(found) <= most:
        length = data[place]
        if length < 128:
            found += data[place + 1 : place + 2 + length]
            place += 2 + length
        else:
            found += data[place + 1 : place + 2] * (257 - length)
            place += 2
    if len(found) > most:
        raise TooLargeError
    return bytes(found)


def _expand_lzw(data: bytes, most: int) -> bytes:
    found = bytearray()
    table: list[bytes] = []
    bits = buffer = 0
    width, previous = 9, b""
    for byte in data:
        buffer = (buffer << 8 | byte) & 0xFFFFFF
        bits += 8
        if bits < width:
            continue
        bits -= width
        code = buffer >> bits & ((1 << width) - 1)
        if code == _END:
            break
        if code == _CLEAR:
            table, width, previous = [], 9, b""
            continue
        entry = bytes((code,)) if code < _CLEAR else b""
        if code > _END:
            entry = table[code - 258] if code - 258 < len(table) else previous + previous[:1]
        if previous and len(table) < _MAX_CODES - 258:
            table.append(previous + entry[:1])
        previous = entry
        found += entry
        if len(found) > most:
            raise TooLargeError
        width = 9 + sum(len(table) + 259 >= size for size in (512, 1024, 2048))
    return bytes(found)


def _expand_base85(data: bytes, most: int) -> bytes:
    import base64

    body = data.split(b"~>")[0]
    try:
        return base64.a85decode(body.removeprefix(b"<~"), ignorechars=b" \t\n\r\v\f\0")
    except ValueError:
        return data


def _expand_hex(data: bytes, most: int) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.split(b">")[0])
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


_UNPACKERS: dict[bytes, Callable[[bytes, int], bytes]] = {
    b"FlateDecode": _inflate,
    b"Fl": _inflate,
    b"LZWDecode": _expand_lzw,
    b"LZW": _expand_lzw,
    b"RunLengthDecode": _expand_runs,
    b"RL": _expand_runs,
    b"ASCII85Decode": _expand_base85,
    b"A85": _expand_base85,
    b"ASCIIHexDecode": _expand_hex,
    b"AHx": _expand_hex,
}
