"""What kind of file some bytes are, by their own evidence and never by a name.

Most kinds begin with a signature. Two hold many: a ZIP archive is an office file if it has the members of one, and an
old office file is told by the names of its streams.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Container
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from ..resources import read_json

ZIP_SIGNATURE = b"PK\x03\x04"
TEXT = "text/plain"
# PDF readers take a file whose signature stands anywhere in its first kilobyte.
_PDF_HEAD = 1024
# Names of streams stand in the directory of an old office file, which may be anywhere in it.
_MAX_DIRECTORY = 20_000_000
_GZIP_HEAD = 1024
_MAX_DECLARED = 100


class Format(NamedTuple):
    """A kind of file.

    Attributes:
        media_type: Such as ``application/pdf``.
        says: What it is, in words.
        reader: The name of the reader that reads it, such as ``docx``; empty where there is none.
        do: What a user can do where there is no reader.
        signature: The first bytes.
        member: A member that a ZIP archive of this kind has.
        declared: The media type that a ZIP archive of this kind declares in its first member, ``mimetype``.
        stream: A stream that an old office file of this kind has.
        unpacked: The first bytes that a gzip file of this kind holds.
    """

    media_type: str
    says: str
    reader: str = ""
    do: str = ""
    signature: bytes = b""
    member: str = ""
    declared: str = ""
    stream: str = ""
    unpacked: str = ""

    @property
    def sign(self) -> str:
        """What tells this kind from others with the same signature."""
        return self.declared or self.member or self.stream or self.unpacked


@cache
def _formats() -> tuple[Format, ...]:
    rows = read_json("formats.json")
    return tuple(Format(**{**row, "signature": bytes.fromhex(row["signature"])}) for row in rows)


@cache
def _signatures() -> tuple[bytes, ...]:
    return tuple(sorted({row.signature for row in _formats()}))


def recognize_format(data: bytes) -> Format | None:
    """The kind of file that bytes are; None where no signature is known, as for text.

    Example:
        >>> recognize_format(b"%PDF-1.7 ...").reader, recognize_format("一、总体情况".encode())
        ('pdf', None)
    """
    if data.startswith(_signatures()):
        found = [row for row in _formats() if data.startswith(row.signature)]
        signs = _signs_inside(data, found)
        return next((row for row in found if row.sign in signs), next(row for row in found if not row.sign))
    if b"%PDF-" in data[:_PDF_HEAD] and data[:_PDF_HEAD].lstrip()[:1] != b"<":
        return next(row for row in _formats() if row.signature == b"%PDF")
    return None


def recognize_members(names: Container[str]) -> Format:
    """The kind of file that a ZIP archive is, by the names of its members.

    Example:
        >>> recognize_members({"word/document.xml"}).reader, recognize_members({"a.html"}).reader
        ('docx', 'archive')
    """
    found = [row for row in _formats() if row.signature == ZIP_SIGNATURE]
    return next((row for row in found if row.member and row.member in names), next(r for r in found if not r.sign))


def _signs_inside(data: bytes, found: list[Format]) -> frozenset[str]:
    """Members, streams or first bytes of what a file holds, as far as they tell one kind from another."""
    if any(row.unpacked for row in found):
        with suppress(zlib.error):
            head = zlib.decompressobj(wbits=31).decompress(data[:_GZIP_HEAD], 64)
            return frozenset(row.unpacked for row in found if row.unpacked and head.startswith(row.unpacked.encode()))
    if any(row.member for row in found):
        import zipfile  # takes longer to load than all else here, and few files need it

        broken = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError)
        with suppress(*broken), zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.NameToInfo) | {_declared(data)}
    # The names of a damaged archive, or of the streams of an old office file, stand somewhere in its bytes.
    head = data[:_MAX_DIRECTORY]
    wanted = [(row.member, row.member.encode()) for row in found if row.member]
    wanted += [(row.stream, row.stream.encode("utf-16-le")) for row in found if row.stream]
    return frozenset(name for name, printed in wanted if printed in head) | {_declared(data)}


def _declared(data: bytes) -> str:
    """The media type that the first member of a ZIP archive declares, which stands there unpacked."""
    if data[30:38] != b"mimetype":
        return ""
    return data[38 : 38 + int.from_bytes(data[18:22], "little")][:_MAX_DECLARED].decode("ascii", "replace")
