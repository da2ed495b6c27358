"""Reading at any place of a file that is, or is not, packed by gzip, member after member, and past damaged ones."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections import deque
from contextlib import suppress
from copy import copy
from typing import Any, BinaryIO, NamedTuple, Protocol, Self

from ..errors import InputError
from ..limits import Limits
from .members import PIECE, read_at, refuse_ratio

_MAGIC = b"\x1f\x8b"
_MEMBER_RE = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
# Small, so that little is read twice: what was not taken is read again with the next piece.
_PACKED_PIECE = 16_384
# So often the state is kept, so that a place in a large member is found again without unpacking all before it.
_MARK_DISTANCE = 4_000_000
# What was read last is kept more finely, since the next place asked for is near it.
_RECENT = 64
_MAX_TRIED = 100_000


class Reader(Protocol):
    """A place in an archive from which its unpacked bytes are read.

    Attributes:
        place: How many unpacked bytes stand before it.
        damage: What is wrong with the packed data that were read last, in words: what comes before the damage is
            still read. No error is kept, since its traceback would hold the reader through objects that are not
            garbage collected.
    """

    place: int
    damage: str

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes, up to ``size``; none at the end. Raises InputError where the file is damaged."""

    def tell(self) -> int:
        """The place, for those who take the reader for a file."""

    def at(self, place: int) -> Self:
        """Another reader of the same file."""

    def skip_damage(self, start: bytes) -> bool:
        """Go on behind a damaged stretch, where something packed begins with ``start``; whether there is any."""

    def byte_of(self, place: int) -> int:
        """The byte of the file where what holds a place begins."""


class PlainReader:
    """A reader of a file that is not packed."""

    def __init__(self, file: BinaryIO, place: int = 0) -> None:
        self._file = file
        self.place = place
        self.damage = ""

    def read(self, size: int = -1, /) -> bytes:
        """Some bytes of the file."""
        piece = read_at(self._file, self.place, PIECE if size < 0 else size)
        self.place += len(piece)
        return piece

    def tell(self) -> int:
        """The place."""
        return self.place

    def at(self, place: int) -> PlainReader:
        """Another reader of the same file."""
        return PlainReader(self._file, place)

    def skip_damage(self, start: bytes) -> bool:
        """Nothing is packed here."""
        return False

    def byte_of(self, place: int) -> int:
        """A place is a byte of the file."""
        return place


class _Mark(NamedTuple):
    """Where unpacking can begin: places among unpacked and packed bytes, and those of the member that it is in."""

    place: int
    packed: int
    engine: Any
    member_place: int
    member_packed: int


class GzipReader:
    """A reader of a file of gzip members, which follow one another."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self.damage = ""
        self._marks = [_Mark(0, 0, None, 0, 0)]
        self._recent: deque[_Mark] = deque(maxlen=_RECENT)
        self._go(self._marks[0])

    def _go(self, mark: _Mark) -> None:
        self.place, self._packed, engine, self._member_place, self._member_packed = mark
        self._engine: Any = engine.copy() if engine is not None else None

    def read(self, size: int = -1, /) -> bytes:
        """Some unpacked bytes, of one member only."""
        size = PIECE if size < 0 else min(size, PIECE)
        while size:
            if self._engine is None and not self._begin_member():
                break
            piece = read_at(self._file, self._packed, _PACKED_PIECE)
            out = self._decompress(piece, size)
            rest = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            self._packed += len(piece) - len(rest)
            if not (piece or out or self._engine.eof):
                raise _damaged("packed data end too early")
            self.place += len(out)
            refuse_ratio(self._packed - self._member_packed, self.place - self._member_place, self._limits)
            if self._engine.eof:
                self._engine = None
            elif self.place - self._marks[-1].place >= _MARK_DISTANCE:
                self._marks.append(self._mark(self._engine.copy()))
            if out:
                return out
        return b""

    def _decompress(self, piece: bytes, size: int) -> bytes:
        """Unpack what comes before any damage: where much cannot be unpacked at a time, less of it can."""
        while True:
            before = self._engine.copy()
            try:
                out: bytes = self._engine.decompress(piece, size)
            except zlib.error as error:
                self._engine = before
                self.damage = f"packed data are damaged: {error}"
                if size == 1:
                    raise _damaged(self.damage) from error
                size //= 2
            else:
                self._recent.append(self._mark(before))
                return out

    def _begin_member(self) -> bool:
        head = read_at(self._file, self._packed, len(_MAGIC))
        if not head:
            return False
        if head != _MAGIC:
            raise _damaged("what follows is not packed")
        self._member_place, self._member_packed = self.place, self._packed
        self._engine = zlib.decompressobj(31)
        if self._packed > self._marks[-1].packed:
            self._marks.append(self._mark(None))
        return True

    def _mark(self, engine: Any) -> _Mark:
        return _Mark(self.place, self._packed, engine, self._member_place, self._member_packed)

    def tell(self) -> int:
        """The place."""
        return self.place

    def at(self, place: int) -> GzipReader:
        """Another reader of the same file, which knows what this one has seen of it."""
        other = copy(self)
        other.damage = ""
        marks = [self._mark_of(place), *(mark for mark in self._recent if mark.place <= place)]
        other._go(max(marks, key=lambda mark: (mark.place, mark.packed)))
        with suppress(InputError):  # who reads on will meet it again
            while other.place < place and other.read(place - other.place):
                pass
        return other

    def skip_damage(self, start: bytes) -> bool:
        """Go on at the next member that begins with ``start``."""
        place, tried = self._member_packed + 1, 0
        while block := read_at(self._file, place, PIECE + 3):
            for match in _MEMBER_RE.finditer(block):
                tried += 1
                if tried > _MAX_TRIED:
                    return False
                if self._begins(place + match.start(), start):
                    self._packed = self._member_packed = place + match.start()
                    self._member_place = self.place
                    self._engine = None
                    if self._packed > self._marks[-1].packed:
                        self._marks.append(self._mark(None))
                    return True
            place += PIECE
        return False

    def _begins(self, packed: int, start: bytes) -> bool:
        try:
            return zlib.decompressobj(31).decompress(read_at(self._file, packed, 512), len(start)) == start
        except zlib.error:
            return False

    def byte_of(self, place: int) -> int:
        """Where the member begins that a place is in."""
        return self._mark_of(place).member_packed

    def _mark_of(self, place: int) -> _Mark:
        """The last mark before a place. Of several at one place all but the last begin with damage."""
        return self._marks[max(0, bisect_right(self._marks, place, key=lambda mark: mark.place) - 1)]


def _damaged(why: str) -> InputError:
    return InputError(why, code="member_damaged")
