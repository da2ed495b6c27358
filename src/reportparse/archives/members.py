"""One file of an archive or a folder, read piece by piece, and the count of what was read and what was not."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO, NamedTuple, Protocol

from ..errors import InputError
from ..kinds import Finding, Severity
from ..limits import Limits, exceeded
from ..readers.formats import recognize_format
from ..resources import read_json

# Bytes that are read, or unpacked, at a time.
PIECE = 65_536
# What is unpacked to less than this harms nobody, however well it was packed: blanks are packed a thousand times.
HARMLESS_SIZE = 1_000_000

# Sizes of 64 bits may point beyond what any file system has.
_LAST_PLACE = 1 << 62


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive or a folder. Nothing of it is held; it can be read at any time, and more than once.

    Attributes:
        name: Its name in the archive, as printed there.
        address: What links lead to: its path in the archive, or the address it was published at.
        pieces: Gives its bytes, unpacked; raises InputError where they are damaged or go over a limit.
        url: Where it was published.
        date: When it was collected.
        charset: The encoding that a transport header declared.
        media_type: What a transport header called it.
        path: Where it is on disk, if it is.
        error: Why it cannot be read, where that is known already.
    """

    name: str
    address: str
    pieces: Callable[[], Iterator[bytes]]
    url: str | None = None
    date: str | None = None
    charset: str | None = None
    media_type: str = ""
    path: str | None = None
    error: InputError | None = None


@dataclass(slots=True)
class Tally:
    """What was read of an archive so far.

    Attributes:
        records: Members of archives and files of folders that were looked at.
        documents: Documents that were handed out.
        unreadable: How many of them cannot be read.
        parts: Records that were handed out as a part of a document.
        archives: Archives among the records, which were opened.
        skipped: How many records were no document, by reason.
        findings: What was odd about the archives themselves.
        is_container: Whether what is read is an archive or a folder, and not one document.
    """

    records: int = 0
    documents: int = 0
    unreadable: int = 0
    parts: int = 0
    archives: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    is_container: bool = False

    def skip(self, reason: str) -> None:
        """Count a record that is no document."""
        self.skipped[reason] += 1

    def summary(self) -> str:
        """The count in one line.

        Example:
            >>> Tally(records=9, documents=2, skipped=Counter({"image": 7})).summary()
            '9 records read: 2 documents; 7 skipped: image 7'
        """
        read = [f"{self.documents} documents" + (f" ({self.unreadable} unreadable)" if self.unreadable else "")]
        read += [f"{self.parts} parts of them"] if self.parts else []
        read += [f"{self.archives} archives opened"] if self.archives else []
        told = f"{self.records} records read: {', '.join(read)}"
        if not self.skipped:
            return told
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.skipped.most_common())
        return f"{told}; {self.skipped.total()} skipped: {reasons}"

    def tell(self, code: str, severity: Severity, message: str) -> None:
        """Note what is odd about an archive."""
        self.findings.append(Finding(code, severity, message))


class Unpacker(Protocol):
    """What :mod:`zlib` gives to unpack with."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was met."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not taken yet."""

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Unpack some bytes, up to a length."""


def read_at(file: BinaryIO, place: int, size: int) -> bytes:
    """Bytes at a place of a file; fewer at its end."""
    if not 0 <= place < _LAST_PLACE:
        return b""
    try:
        file.seek(place)
        return file.read(size)
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}", code="unreadable") from error


def unpack(packed: Iterator[bytes], engine: Unpacker, limits: Limits) -> Iterator[bytes]:
    """Unpack pieces of a deflated stream, in pieces of bounded size.

    Raises:
        InputError: The stream is damaged or cut, or it grows beyond the limit of its ratio.
    """
    taken = given = 0
    for piece in packed:
        taken += len(piece)
        while True:
            try:
                out = engine.decompress(piece, PIECE)
            except zlib.error as error:
                raise InputError(f"its packed data are damaged: {error}", code="member_damaged") from error
            given += len(out)
            refuse_ratio(taken, given, limits)
            if out:
                yield out
            piece = engine.unconsumed_tail
            if engine.eof:
                return
            if not piece and len(out) < PIECE:
                break
    raise InputError("its packed data end too early", code="member_damaged")


def refuse_ratio(taken: int, given: int, limits: Limits) -> None:
    """Refuse what grows too much while it is unpacked, before it has grown."""
    if given > HARMLESS_SIZE and given > taken * limits.max_ratio:
        raise exceeded(limits, "max_ratio", f"{taken:,} bytes unpack to {given:,} and more")


def read_whole(pieces: Iterator[bytes], limits: Limits) -> tuple[bytes, InputError | None]:
    """All bytes of a member, and why they are not all if they are not. What goes over a limit is not kept in part."""
    taken: list[bytes] = []
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limits.max_bytes:
                return b"", exceeded(limits, "max_bytes", "it has more bytes")
            taken.append(piece)
    except InputError as error:
        # A new error: the traceback of this one would hold what was taken for as long as the error lives.
        problem = InputError(error.message, code=error.code)
        return b"" if error.code == "limit_exceeded" else b"".join(taken), problem
    return b"".join(taken), None


def read_head(pieces: Iterator[bytes]) -> bytes:
    """The first bytes of a member, as far as they can be read."""
    try:
        return next(pieces, b"")
    except InputError:
        return b""


def ending_of(name: str) -> str:
    """What a name ends with, its dot included; empty if it has no ending.

    Example:
        >>> ending_of("2023/report.tar.gz"), ending_of("2023.d/report"), ending_of(".hidden"), ending_of("report.")
        ('.gz', '', '', '')
    """
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    return dot + ending if stem and ending else ""


def reason_to_skip(member: Member, head: bytes) -> str | None:
    """Why a member is no document; None if it may be one. What its bytes are counts before what it is called."""
    parts, known = member.name.lower().split("/"), _known()
    name = parts[-1]
    named = next(filter(None, map(known.folders.get, parts)), None)
    if reason := named or known.names.get(name) or _by_start(known.starts, name):
        return reason
    kind = recognize_format(head)
    if kind is not None:
        return "image" if kind.media_type.startswith("image/") else None
    return _by_start(known.types, member.media_type.lower()) or known.endings.get(ending_of(name)[1:])


def _by_start(reasons: Mapping[str, str], text: str) -> str | None:
    """The reason whose start a text has."""
    if not text.startswith(tuple(reasons)):
        return None
    return next(reason for start, reason in reasons.items() if text.startswith(start))


class _Known(NamedTuple):
    """Why what is called so is no document: by folder, by name, by how name or type start, by ending."""

    folders: Mapping[str, str]
    names: Mapping[str, str]
    starts: Mapping[str, str]
    types: Mapping[str, str]
    endings: Mapping[str, str]


@cache
def _known() -> _Known:
    data = read_json("archives.json")
    return _Known(*({each: reason for reason, many in data[name].items() for each in many} for name in _Known._fields))
