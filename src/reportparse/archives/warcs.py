"""The documents of a WARC archive: what a crawler was answered, record by record.

A crawl is cut when the crawler is stopped, and damaged when a disk is full. So what lies behind a damaged place is
looked for and read, and every such place is told with its byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from ..errors import InputError, MissingExtraError
from ..limits import Limits, reached
from .answers import Answer, charset_of, read_answer, unpack_body
from .gzips import GzipReader, PlainReader, Reader
from .members import PIECE, Member, Tally, read_at, read_head, read_whole
from .weblinks import unquoted

# A record begins so; its first header follows.
_RECORD_RE = re.compile(rb"WARC/\d\.\d\r?\n(?=[\w-]{1,60}:)")
_RECORD_START = b"WARC/"
_MAX_START = 100
_HEADER_END_RE = re.compile(rb"\r?\n\r?\n")
_GZIP = b"\x1f\x8b"
# After this many damaged places an archive is given up: it was made to be.
_MAX_DAMAGE = 200
_DATE_RE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?")
_SCHEME_RE = re.compile(r"[a-z][\w+.-]*:(?://)?", re.IGNORECASE)
_FOUND = 200
_OTHER_TYPES = frozenset(("warcinfo", "request", "metadata", "revisit", "continuation"))
_DOCUMENT_TYPES = frozenset(("response", "resource", "conversion"))

_Records = Callable[[Reader], Iterator[Any]]


class _Record(NamedTuple):
    """A record: where it begins, what its header says, and how many bytes its block has."""

    start: int
    size: int
    type: str
    url: str
    date: str | None
    content_type: str
    truncated: str


def iter_warc(file: BinaryIO, limits: Limits, tally: Tally) -> Iterator[tuple[Member, bytes]]:
    """The documents of a WARC archive, in order, each with its first bytes.

    Args:
        file: The archive; it must stay open as long as a member is read.
        limits: ``max_members`` bounds how many are named, ``max_ratio`` how far each may grow.
        tally: Told of records that are no document, and of what cannot be read.

    Raises:
        MissingExtraError: The library that reads records is not installed.
    """
    records = _record_iterator()
    is_packed = read_at(file, 0, len(_GZIP)) == _GZIP
    source: Reader = GzipReader(file, limits) if is_packed else PlainReader(file)
    members = 0
    for record, block in _walk(records, source, tally):
        tally.records += 1
        answer = read_answer(block) if record.type == "response" else None
        if reason := _reason_to_skip(record, answer):
            tally.skip(reason)
            continue
        if members >= limits.max_members:
            message = f"reading stopped at byte {source.byte_of(record.start):,}: there are more documents"
            tally.findings.append(reached(limits, "max_members", message))
            return
        members += 1
        pieces = partial(_pieces, records, source, record, limits)
        yield _member_of(record, answer, pieces), _head_of(block, answer, limits)


def _record_iterator() -> _Records:
    """The iterator over records of the library that knows them."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        message = "WARC archives need the library fastwarc; install reportparse[warc]"
        raise MissingExtraError(message, code="extra_missing", place="warc") from error
    return partial(ArchiveIterator, record_types=WarcRecordType.any_type, parse_http=False, stream_detect=False)


def _walk(records: _Records, source: Reader, tally: Tally) -> Iterator[tuple[_Record, bytes]]:
    """Every record with the first bytes of its block."""
    place = 0
    for _ in range(_MAX_DAMAGE):
        record, why = None, ""
        reader = source.at(place)
        try:
            for found in records(reader):
                record = _record_of(found)
                block, why = _taste(found, reader, record)
                yield record, block
                if why:
                    raise InputError(why, code="member_damaged")
            return
        # The library raises OSError for what is no record; damage of the file is told by an error of ours.
        except (OSError, ValueError) as problem:
            damaged = place if record is None else record.start if why else _end_of(source, record)
            byte = source.byte_of(damaged)
            found_place = _find_record(source, damaged + 1)
            _tell_damage(byte, found_place and source.byte_of(found_place), str(problem), tally)
        if found_place is None:
            return
        place = found_place
    tally.tell("archive_stopped", "error", f"reading stopped at byte {source.byte_of(place):,}: too much is damaged")


def _record_of(found: Any) -> _Record:
    headers = found.headers
    size, type_ = headers.get("Content-Length") or "", headers.get("WARC-Type") or ""
    if not size.isdecimal() or not type_:
        raise InputError("the header of a record is damaged", code="member_damaged")
    date = _DATE_RE.match(headers.get("WARC-Date") or "")
    return _Record(
        start=found.stream_pos,
        size=int(size[:18]),
        type=type_.lower(),
        url=(headers.get("WARC-Target-URI") or "").strip("<> "),
        date=date[0] if date else None,
        content_type=headers.get("Content-Type") or "",
        truncated=headers.get("WARC-Truncated") or "",
    )


def _taste(found: Any, reader: Reader, record: _Record) -> tuple[bytes, str]:
    """The first bytes of a block, and what is wrong with it: the others are passed over, to see that they are there."""
    block, size = b"", 0
    try:
        block = found.reader.read(PIECE)
        size = len(block) + (found.reader.consume() or 0)
    except (OSError, ValueError) as error:
        return block, str(error)
    return block, reader.damage or _lack(size, record)


def _lack(size: int, record: _Record) -> str:
    """What a block lacks; empty if it is all there."""
    return f"the archive ends within it: {size:,} of {record.size:,} bytes are there" if size < record.size else ""


def _end_of(source: Reader, record: _Record) -> int:
    """Where a record ends that was read whole, the empty lines behind it included."""
    reader, head = source.at(record.start), b""
    while not (end := _HEADER_END_RE.search(head)) and (piece := reader.read(PIECE)):
        head += piece
    place = record.start + (end.end() if end else 0) + record.size
    with suppress(InputError):  # what follows is damaged
        rest = source.at(place).read(_MAX_START)
        place += len(rest) - len(rest.lstrip(b"\r\n"))
    return place


def _find_record(source: Reader, start: int) -> int | None:
    """Where the next record begins, behind what cannot be read; None if there is none."""
    reader, block = source.at(start), b""
    while True:
        block = block[-_MAX_START:]
        place = reader.place - len(block)
        try:
            piece = reader.read(PIECE)
        except InputError:
            return reader.place if reader.skip_damage(_RECORD_START) else None
        block += piece
        if match := _RECORD_RE.search(block):
            return place + match.start()
        if not piece:
            return None


def _tell_damage(byte: int, next_byte: int | None, why: str, tally: Tally) -> None:
    if next_byte is None:
        tally.tell("archive_stopped", "error", f"reading stopped at byte {byte:,} after {tally.records} records: {why}")
    else:
        message = f"what begins at byte {byte:,} cannot be read: {why}; reading went on at byte {next_byte:,}"
        tally.tell("archive_damaged", "error", message)


def _reason_to_skip(record: _Record, answer: Answer | None) -> str | None:
    if record.type not in _DOCUMENT_TYPES:
        return f"{record.type if record.type in _OTHER_TYPES else 'unknown'} record"
    if record.url.startswith("dns:"):
        return "name record"
    if record.url.startswith("metadata:"):
        return "note of the crawler"
    if answer is None or answer.status == _FOUND:
        return None
    return "redirect" if answer.status // 100 == 3 else f"answer {answer.status}"


def _member_of(record: _Record, answer: Answer | None, pieces: Callable[[], Iterator[bytes]]) -> Member:
    return Member(
        name=_name_of(record),
        address=record.url,
        pieces=pieces,
        url=record.url or None,
        date=record.date,
        charset=answer.charset if answer else charset_of(record.content_type),
        media_type=answer.media_type if answer else record.content_type.partition(";")[0],
    )


def _name_of(record: _Record) -> str:
    """The address without its scheme, as a path; a query stands before the ending, and a folder is called index."""
    address = unquoted(_SCHEME_RE.sub("", record.url).partition("#")[0])
    path, mark, query = address.partition("?")
    if not path:
        return f"record-at-{record.start}"
    if path.endswith("/") or "/" not in path:
        path = f"{path.rstrip('/')}/index"
    ending = PurePosixPath(path).suffix
    return f"{path.removesuffix(ending)}{mark}{query}{ending}"


def _head_of(block: bytes, answer: Answer | None, limits: Limits) -> bytes:
    """The first bytes of the document in a block of which only the first bytes are there."""
    return read_head(unpack_body(block[answer.start :], answer, limits)) if answer else block


def _pieces(records: _Records, source: Reader, record: _Record, limits: Limits) -> Iterator[bytes]:
    """The bytes of the document in a record, as published."""
    if record.type != "response":
        yield from _block_of(records, source, record)
        return
    block, error = read_whole(_block_of(records, source, record), limits)
    if answer := read_answer(block):
        yield from unpack_body(block[answer.start :], answer, limits)
    else:
        yield block
    if error is not None:
        raise error


def _block_of(records: _Records, source: Reader, record: _Record) -> Iterator[bytes]:
    size = 0
    reader = source.at(record.start)
    try:
        block = next(records(reader)).reader
        while piece := block.read(PIECE):
            size += len(piece)
            yield piece
    except (OSError, ValueError) as error:
        code = error.code if isinstance(error, InputError) else "member_damaged"
        raise InputError(str(error), code=code) from error
    cut = f"the crawler cut it off: {record.truncated}" if record.truncated else ""
    if why := reader.damage or _lack(size, record) or cut:
        raise InputError(why, code="member_damaged")
