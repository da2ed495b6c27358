"""Office files that are ZIP archives, opened so that none of them costs more than its size allows.

Nothing is unpacked to disk, and sizes that an archive claims are not believed: its parts are read in pieces, and
reading stops at the first limit. A part is never held as a whole tree: its elements come one after another.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from ...errors import InputError
from ...limits import Limits, exceeded
from ...resources import read_json

if TYPE_CHECKING:
    from lxml.etree import _Element

    Element: TypeAlias = _Element

Event = tuple[str, str, "Element"]

_ENTRY = b"PK\x01\x02"
_LOCKED_FLAG = 0x1
# What the standard of office packages allows; others cost memory before the first byte is out.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A part that is no larger than this may be packed as well as it will: an empty form packs a hundred times.
_FREE_BYTES = 1_000_000
# Elements of properties that are looked at as a whole; the largest met has some hundreds.
_MAX_KEPT = 20_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)
_AGAIN = "open it in the program that made it, save it anew, and give that file"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points at: ``kind`` is the last word of its type, ``target`` a part or, if external, an address."""

    kind: str
    target: str
    is_external: bool


def damaged(what: str, why: object) -> InputError:
    """The error for a file whose parts contradict each other or end too early."""
    return InputError(f"the file is damaged: {what}: {why}; {_AGAIN}", code="damaged_file")


class Package:
    """The parts of an office file by their names, case apart, as programs compare them.

    Raises:
        InputError: The archive is damaged or locked, or goes over a limit.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._size = len(data)
        self._unpacked = 0
        # Each entry of the directory costs far more memory than its bytes.
        entries = data.count(_ENTRY)
        if entries > limits.max_members:
            raise exceeded(limits, "max_members", f"it has {entries:,} members")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise damaged("its directory of parts cannot be read, perhaps because its end is missing", error) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._twice: set[str] = set()
        for member in self._archive.infolist():
            key = _key(member.filename)
            if key in self._members:
                self._twice.add(key)
            self._members[key] = member

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def names(self) -> list[str]:
        """The names of all parts, in the order of the directory."""
        return [member.filename for member in self._members.values()]

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream of bytes that stops at a limit."""
        key = _key(name)
        member = self._members.get(key)
        if member is None:
            raise damaged(name, "the part is missing")
        if key in self._twice:
            raise damaged(name, "there are two parts of that name, and they may differ")
        if member.flag_bits & _LOCKED_FLAG:
            message = f"a password locks the file ({name}); open it with its password, save it without one"
            raise InputError(f"{message}, and give that file", code="locked_file")
        if member.compress_type not in _METHODS:
            raise damaged(name, f"it is packed by method {member.compress_type}, which office files do not use")
        try:
            stream = self._archive.open(member)
        except (*_BROKEN, RuntimeError) as error:
            raise damaged(name, error) from error
        return _Part(self, name, stream, min(member.compress_size, self._size))  # type: ignore[return-value]

    def read(self, name: str) -> bytes:
        """A part as a whole."""
        stream = self.open(name)
        return b"".join(iter(lambda: stream.read(65_536), b""))

    def count(self, name: str, part: int, packed: int, size: int) -> None:
        """Note that ``size`` more bytes of a part were unpacked, ``part`` in all; past a limit the file is refused."""
        limits = self._limits
        self._unpacked += size
        if self._unpacked > limits.max_bytes:
            raise exceeded(limits, "max_bytes", f"its parts unpack to more than {limits.max_bytes:,} bytes ({name})")
        if part > _FREE_BYTES and part > limits.max_ratio * packed:
            raise exceeded(limits, "max_ratio", f"{name} unpacks to more than {limits.max_ratio} times its size")

    def events(self, name: str, kept: frozenset[str] = frozenset()) -> Iterator[Event]:
        """The elements of an XML part as they begin and end, with short names such as ``w:p``.

        An element is forgotten when it has ended. Those named in ``kept`` come once, whole, when they end.

        Raises:
            InputError: The part is damaged, brings a document type, or goes over a limit.
        """
        from lxml import etree

        walk = etree.iterparse(
            self.open(name),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from self._limited(walk, name, kept)
        except etree.XMLSyntaxError as error:
            if "depth" in str(error):
                raise damaged(name, "its elements are nested 256 deep, which no office program writes") from error
            raise damaged(name, error) from error

    def _limited(self, walk: Any, name: str, kept: frozenset[str]) -> Iterator[Event]:
        depth = inside = size = 0
        for event, element in walk:
            tag = short_name(element.tag)
            if event == "start":
                depth += 1
                if depth == 1 and element.getroottree().docinfo.internalDTD is not None:
                    raise damaged(name, "it brings a document type (DOCTYPE), which no office program writes")
                if depth > self._limits.max_nesting:
                    raise exceeded(self._limits, "max_nesting", f"{name} nests its elements {depth} deep")
                if inside or tag in kept:
                    inside = inside or depth
                    size += 1
                    if size > _MAX_KEPT:
                        raise damaged(name, f"properties with more than {_MAX_KEPT:,} elements")
                else:
                    yield event, tag, element
                continue
            if not inside or depth == inside:
                yield event, tag, element
                inside = size = 0
                _forget(element)
            depth -= 1

    def elements(self, name: str, *tags: str) -> Iterator[Element]:
        """The elements of a part with these short names, each whole; none where the part is missing."""
        wanted = frozenset(tags)
        if name in self:
            for event, tag, element in self.events(name, wanted):
                if event == "end" and tag in wanted:
                    yield element

    def relations(self, name: str = "") -> dict[str, Relation]:
        """What a part points at, by the id that it uses; of the package itself where no part is named."""
        folder, base = posixpath.split(name)
        found = {}
        for element in self.elements(posixpath.join(folder, "_rels", f"{base}.rels"), "Relationship"):
            target, is_external = element.get("Target", ""), element.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(kind, target, is_external)
        return found

    def main_part(self, default: str) -> str:
        """The part that holds the document itself."""
        for relation in self.relations().values():
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        return default


class _Part:
    """A part that is read piece by piece, each counted."""

    def __init__(self, package: Package, name: str, stream: IO[bytes], packed: int) -> None:
        self._package = package
        self._name = name
        self._stream = stream
        self._packed = packed
        self._length = 0

    def read(self, size: int = 65_536) -> bytes:
        try:
            piece = self._stream.read(size)
        except _BROKEN as error:
            raise damaged(self._name, error) from error
        self._length += len(piece)
        self._package.count(self._name, self._length, self._packed, len(piece))
        return piece


@cache
def _prefixes() -> dict[str, str]:
    names: dict[str, str] = read_json("word.json")["namespaces"]
    return names


@lru_cache(maxsize=4_096)  # a hostile file may bring any number of names
def short_name(tag: str) -> str:
    """The name of an element or attribute with the usual prefix of its namespace; without one where none is known.

    Example:
        >>> short_name("{http://purl.oclc.org/ooxml/wordprocessingml/main}tbl")
        'w:tbl'
    """
    namespace, _, local = tag.rpartition("}")
    prefix = _prefixes().get(namespace[1:])
    return f"{prefix}:{local}" if prefix else local


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its short name, whichever edition of the format wrote it."""
    for key, value in element.items():
        if short_name(key) == name:
            return str(value)
    return None


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that short name."""
    if element is not None:
        for inner in element:
            if short_name(inner.tag) == name:
                return inner
    return None


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()


def _forget(element: Element) -> None:
    """Free an element that has ended, and what stands before it beside it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
