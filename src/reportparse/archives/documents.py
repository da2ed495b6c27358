"""The documents of an archive, a folder or a file, one after another: nothing is unpacked to disk or held for long.

An archive is read twice: once to see what its members are and which of them belong together, and once to hand them out.
"""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal, NamedTuple, Self

from ..document import RawDocument, unique_name
from ..errors import InputError, MissingExtraError
from ..limits import DEFAULT_LIMITS, Limits, exceeded
from ..models import Finding
from ..readers.formats import ZIP_SIGNATURE, Format, recognize_format, recognize_members
from ..validation import findings_of
from .attachments import PageLinks, find_parts, looks_like_page, read_links
from .folders import iter_folder
from .members import PIECE, Member, Tally, ending_of, read_at, read_whole, reason_to_skip
from .warcs import iter_warc
from .weblinks import LinkIndex
from .zips import iter_zip, member_names

# Archives inside an archive are opened so many levels down. Reports lie one level down; bombs have no end.
MAX_DEPTH = 2
_WARC = "application/warc"
# Codes of findings which say that something of an archive was not read.
_STOPPING = frozenset(("archive_stopped", "limit_reached"))

_Kind = Literal["archive", "page", "file", "text"]


class _Seen(NamedTuple):
    """A member that may be a document, and what it is by its first bytes."""

    member: Member
    kind: _Kind


class Documents(Iterator[RawDocument]):
    """The documents of a path, one after another, with the count of what was read of it so far.

    Also a context manager, for those who stop before the last document.

    Attributes:
        tally: The count: ``records`` looked at, ``documents`` handed out, what was ``skipped`` by reason, and more.

    Example:
        >>> documents = iter_documents("tests/fixtures/panel")
        >>> len(list(documents)), documents.is_container, documents.stopped
        (9, True, None)
    """

    def __init__(self, documents: Iterator[RawDocument], tally: Tally) -> None:
        self._documents = documents
        self.tally = tally

    @property
    def is_container(self) -> bool:
        """Whether the path is an archive or a folder; known as soon as a document was asked for."""
        return self.tally.is_container

    @property
    def records(self) -> int:
        """Members of archives and files of folders that were looked at."""
        return self.tally.records

    @property
    def documents(self) -> int:
        """Documents that were handed out, those that cannot be read included."""
        return self.tally.documents

    @property
    def skipped(self) -> Mapping[str, int]:
        """How many records were no document, by reason."""
        return MappingProxyType(self.tally.skipped)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was odd about the archives themselves; what is odd about a document is told by its parse."""
        return findings_of(self.tally.findings)

    @property
    def stopped(self) -> str | None:
        """Where and why reading ended early; None if everything was read."""
        told = [finding.message for finding in self.tally.findings if finding.code in _STOPPING]
        return "; ".join(told) or None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RawDocument:
        return next(self._documents)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hand out nothing more, and close the file."""
        if isinstance(self._documents, Generator):
            self._documents.close()


def iter_documents(path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS) -> Documents:
    """The documents of an archive, of a folder or of one file, to be handed to :func:`reportparse.parse_report`.

    A member that cannot be read stops no other: it is handed out with its ``error``, which ``parse_report`` raises.
    A page with its attachments in the same archive is one document with ``parts``. Images, scripts and the like are
    counted and not handed out.

    Args:
        path: A ZIP or WARC archive (by its bytes, not its name), a folder, or a single document of any format.
        limits: How much is read at the most. ``max_bytes`` and ``max_ratio`` bound each document, not their sum.

    Raises:
        InputError: There is no such path, or it may not be read.
        MissingExtraError: It is a WARC archive, and the library for these is not installed.

    Example:
        >>> import tempfile, zipfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with zipfile.ZipFile(f"{folder}/crawl.zip", "w") as archive:
        ...         archive.writestr("2023/report.html", "<p>某市水务局2023年政府信息公开工作年度报告")
        ...         archive.writestr("logo.png", b"")
        ...     documents = iter_documents(f"{folder}/crawl.zip")
        ...     names = [document.name for document in documents]
        >>> names, dict(documents.skipped), documents.stopped
        (['crawl.zip/2023/report.html'], {'image': 1}, None)
    """
    place = Path(path)
    try:
        os.stat(path)  # of the path as given: an empty one is no folder
        is_folder = place.is_dir()
    except FileNotFoundError as error:
        raise InputError("there is no such file", code="file_missing", place=str(place)) from error
    except (OSError, ValueError) as error:
        raise InputError(f"the file cannot be read: {error}", code="unreadable", place=str(place)) from error
    tally = Tally()
    walk = _Walk(limits, tally)
    return Documents(walk.folder(place) if is_folder else walk.file(place), tally)


def holds_documents(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a folder or an archive, which may hold any number of documents.

    Example:
        >>> holds_documents("tests/fixtures/panel"), holds_documents("tests/fixtures/reports/first-report/source.txt")
        (True, False)
    """
    place = Path(path)
    try:
        if not place.is_file():
            return place.is_dir()
        with _opened(place) as file:
            return _is_archive(_format_of(file, DEFAULT_LIMITS))
    except (InputError, ValueError):
        return False


class _Walk:
    """The way through one path and what is nested in it."""

    def __init__(self, limits: Limits, tally: Tally) -> None:
        self._limits = limits
        self._tally = tally

    def folder(self, path: Path) -> Iterator[RawDocument]:
        """The documents in a folder."""
        self._tally.is_container = True
        name = _readable(path.resolve().name)
        yield from self._documents(self._survey(iter_folder(path, self._limits, self._tally), name), f"{name}/", 0)

    def file(self, path: Path) -> Iterator[RawDocument]:
        """The documents of a file: those in it if it is an archive, else itself."""
        name = _readable(path.name)
        with _opened(path) as file:
            if _is_archive(kind := _format_of(file, self._limits)):
                self._tally.is_container = True
                yield from self._documents(self._survey(self._members(file, kind), name), f"{name}/", 1)
            else:
                self._tally.records += 1
                yield self._raw(Member(name, name, partial(_pieces, file)), "")

    def _members(self, file: BinaryIO, kind: Format | None) -> Iterator[tuple[Member, bytes]]:
        read = iter_warc if kind is not None and kind.media_type == _WARC else iter_zip
        return read(file, self._limits, self._tally)

    def _survey(self, members: Iterator[tuple[Member, bytes]], name: str) -> list[_Seen]:
        """What the members of an archive are; those that are no document are counted."""
        seen: list[_Seen] = []
        told = len(self._tally.findings)
        taken: dict[str, int] = {}
        for member, head in members:
            if reason := reason_to_skip(member, head):
                self._tally.skip(reason)
            else:
                ending = ending_of(member.name)
                unique = unique_name(member.name.removesuffix(ending), ending, taken)
                if unique != member.name:
                    member = replace(member, name=unique)
                seen.append(_Seen(member, self._kind_of(member, head)))
        for number, finding in enumerate(self._tally.findings[told:], told):
            self._tally.findings[number] = finding._replace(message=f"{name}: {finding.message}")
        return seen

    def _kind_of(self, member: Member, head: bytes) -> _Kind:
        if head.startswith(ZIP_SIGNATURE):
            try:
                with self._file_of(member) as file:
                    kind: Format | None = recognize_members(member_names(file, self._limits))
            except InputError:
                return "file"  # handing it out tells what is wrong with it
        else:
            kind = recognize_format(head)
        if kind is None:
            return "page" if looks_like_page(head) else "text"
        return "archive" if _is_archive(kind) else "file"

    def _file_of(self, member: Member) -> BinaryIO:
        """A member as a file in which any place can be read."""
        if member.path is not None:
            return _opened(Path(member.path))
        data, error = read_whole(member.pieces(), self._limits)
        if error is not None:
            raise error
        return io.BytesIO(data)

    def _documents(self, seen: Sequence[_Seen], prefix: str, depth: int) -> Iterator[RawDocument]:
        parts = self._parts_of(seen)
        attached = {number for numbers in parts.values() for number in numbers}
        for number, (member, kind) in enumerate(seen):
            if kind == "archive":
                yield from self._nested(member, prefix, depth)
            elif number not in attached:
                yield self._raw(member, prefix, [seen[part].member for part in parts.get(number, ())])

    def _parts_of(self, seen: Sequence[_Seen]) -> Mapping[int, Sequence[int]]:
        """Which files are parts of which page."""
        files = [(number, one.member.address) for number, one in enumerate(seen) if one.kind == "file"]
        pages = [(number, one.member) for number, one in enumerate(seen) if one.kind == "page"]
        if not files:
            return {}
        index = LinkIndex(files)
        return find_parts(self._links_of(number, member, index) for number, member in pages)

    def _links_of(self, number: int, member: Member, index: LinkIndex) -> PageLinks:
        data, _ = read_whole(member.pieces(), self._limits)
        return read_links(number, member, data, index, self._limits)

    def _nested(self, member: Member, prefix: str, depth: int) -> Iterator[RawDocument]:
        """The documents of an archive inside another one; if it cannot be opened, it is handed out with its error."""
        name = prefix + member.name
        try:
            if depth > MAX_DEPTH:
                told = f"it lies more than {MAX_DEPTH} archives deep; unpack those around it, and give it by itself"
                raise InputError(told, code="nested_too_deep")
            if self._tally.records >= self._limits.max_members:
                raise exceeded(self._limits, "max_members", f"before it {self._tally.records:,} members were read")
            with self._file_of(member) as file:
                seen = self._survey(self._members(file, _format_of(file, self._limits)), name)
                self._tally.archives += 1
                yield from self._documents(seen, f"{name}/", depth + 1)
        except (InputError, MissingExtraError) as error:
            problem = InputError(error.message, code=error.code)
            yield self._raw(replace(member, error=problem), prefix)

    def _raw(self, member: Member, prefix: str, parts: Sequence[Member] = ()) -> RawDocument:
        """A document as it is handed out. Together with its parts it has no more bytes than one may have."""
        name = prefix + member.name
        data, error = (b"", member.error) if member.error else read_whole(member.pieces(), self._limits)
        self._tally.documents += 1
        self._tally.unreadable += error is not None
        return RawDocument(
            name=name,
            data=data,
            url=member.url,
            date=member.date,
            charset=member.charset,
            parts=tuple(self._raw_parts(parts, prefix, len(data))),
            error=error and InputError(error.message, code=error.code, place=name),
        )

    def _raw_parts(self, parts: Sequence[Member], prefix: str, size: int) -> Iterator[RawDocument]:
        for part in parts:
            rest = replace(self._limits, max_bytes=max(0, self._limits.max_bytes - size))
            data, error = (b"", part.error) if part.error else read_whole(part.pieces(), rest)
            if error is not None and error.code == "limit_exceeded":
                error = exceeded(self._limits, "max_bytes", "with it the document has more bytes")
            size += len(data)
            self._tally.parts += 1
            yield RawDocument(prefix + part.name, data, part.url, part.date, part.charset, error=error)


def _is_archive(kind: Format | None) -> bool:
    return kind is not None and kind.reader == "archive"


def _format_of(file: BinaryIO, limits: Limits) -> Format | None:
    head = read_at(file, 0, PIECE)
    if head.startswith(ZIP_SIGNATURE):
        return recognize_members(member_names(file, limits))
    return recognize_format(head)


def _opened(path: Path) -> BinaryIO:
    """A file in which any place can be read; of a pipe that is all it gives."""
    try:
        file = path.open("rb")
        if file.seekable():
            return file
        with file:
            return io.BytesIO(file.read())
    except OSError as error:
        told = f"the file cannot be read: {error.strerror or error}"
        raise InputError(told, code="unreadable", place=str(path)) from error


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    place = 0
    while piece := read_at(file, place, PIECE):
        place += len(piece)
        yield piece


def _readable(name: str) -> str:
    """A name whose bytes are not all UTF-8 can be opened, but not printed."""
    return os.fsencode(name).decode("utf-8", "replace")
