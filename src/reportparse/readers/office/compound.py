"""Streams out of an old office file, which is a small file system of sectors (the compound file format)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .packages import damaged

_HEADER = 512
_END = 0xFFFFFFFA  # sector numbers from here on are marks
_ENTRY = 128
_ROOT, _STREAM = 5, 2
_HEADER_LISTED = 109


class _Sectors:
    """Sectors of one size with the table that tells which one follows which."""

    def __init__(self, data: bytes, start: int, size: int, following: list[int]) -> None:
        self._data = data
        self._start = start
        self._size = size
        self._following = following

    def chain(self, sector: int) -> Iterator[bytes]:
        """The sectors from one on; a chain that comes back to itself is damage."""
        for _ in range(len(self._following) + 1):
            if sector >= _END:
                return
            start = self._start + sector * self._size
            if sector >= len(self._following) or start >= len(self._data):
                break
            yield self._data[start : start + self._size]
            sector = self._following[sector]
        raise damaged("an old office file", "its sectors are not in order, perhaps because its end is missing")


def read_stream(data: bytes, *names: str) -> bytes | None:
    """The first stream with one of these names, or None where there is none.

    Raises:
        InputError: The sectors of the file are not in order.
    """
    if len(data) < _HEADER:
        raise damaged("an old office file", "it ends in its header")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if not 7 <= shift <= 16 or not 4 <= mini_shift <= shift:
        raise damaged("an old office file", "its sectors have an impossible size")
    directory, cutoff, mini_table = struct.unpack_from("<I4xII", data, 48)
    size = 1 << shift
    sectors = _Sectors(data, size, size, _table(data, size))
    entries = list(_entries(b"".join(sectors.chain(directory))))
    found = next((entry for name in names for entry in entries if entry[0] == name and entry[1] == _STREAM), None)
    root = next((entry for entry in entries if entry[1] == _ROOT), None)
    if found is None or root is None:
        return None
    _, _, first, length = found
    if length < cutoff:
        small = b"".join(sectors.chain(root[2]))
        following = _numbers(b"".join(sectors.chain(mini_table)))
        sectors = _Sectors(small, 0, 1 << mini_shift, following)
    return b"".join(sectors.chain(first))[:length]


def _table(data: bytes, size: int) -> list[int]:
    """Which sector follows which, from the sectors that the header and its extensions list."""
    listed = list(struct.unpack_from(f"<{_HEADER_LISTED}I", data, 76))
    extension = struct.unpack_from("<I", data, 68)[0]
    most = len(data) // size + 1
    while extension < _END and len(listed) <= most + _HEADER_LISTED:
        more = _numbers(data[(extension + 1) * size : (extension + 2) * size])
        if not more:
            break
        listed += more[:-1]
        extension = more[-1]
    following: list[int] = []
    for sector in listed:
        if sector < _END and len(following) <= most:
            following += _numbers(data[(sector + 1) * size : (sector + 2) * size])
    return following


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(data) // 4}I", data))


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind, first sector and length of each entry of a directory."""
    for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        (size,) = struct.unpack_from("<H", directory, place + 64)
        name = directory[place : place + min(max(size, 2), 64) - 2].decode("utf-16-le", "replace")
        first, length = struct.unpack_from("<II", directory, place + 116)
        yield name, directory[place + 66], first, length
