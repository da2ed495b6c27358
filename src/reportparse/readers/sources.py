"""Whatever a caller hands over, to a :class:`SourceDocument`: text, the bytes of any format, a tree, a raw document."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

from ..document import Places, RawDocument, SourceDocument
from ..errors import InputError
from ..kinds import Finding
from ..limits import DEFAULT_LIMITS, Limits, exceeded
from ..text.decode import clean_text, decode
from .formats import Format, recognize_format
from .html.embedded import read_embedded
from .html.read import is_tree, looks_like_html, read_html, read_tree

# Markdown may hold HTML tables, but its own text is the source; names with these endings are never read as pages.
_PLAIN_ENDINGS = (".md", ".markdown")
_VISIBLE_RE = re.compile(r"[^\s\ufeff\u200b\u200e\u200f\u2060\x00]")
_NEWLINE_RE = re.compile("\n")
_MAX_FRAMES = 5  # addresses that a message lists


def read_source(source: Any, name: str = "", limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read text, bytes, an HTML tree or a raw document into one text with what the file told.

    Args:
        source: ``str`` (text or HTML), ``bytes`` of any format that is read, a BeautifulSoup object or Tag, an lxml
            element or tree, or a :class:`RawDocument`.
        name: The document's name; an ending of Markdown keeps a text from being read as a page.
        limits: How much is read at the most.

    Raises:
        InputError: The source is empty, damaged, locked, over a limit, or of a format or type that is not read.
        MissingExtraError: Its format needs an optional library; the message names the extra.
    """
    if isinstance(source, RawDocument):
        return _printed(_from_raw(source, name or source.name, limits), limits)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _printed(_from_bytes(bytes(source), name, limits), limits)
    if isinstance(source, str):
        data = source.encode("utf-8", "surrogatepass")
        _refuse_over(limits, "max_bytes", len(data), "bytes", name)
        text, findings = clean_text(source)
        document = _from_text(text, name, limits)
        evidence = ("text was handed over",)
        told = _told_of(document, text, findings)
        return _printed(_named(document, name, data, encoding_evidence=evidence, findings=told), limits)
    if is_tree(source):
        document = read_tree(source, limits)
        data = document.text.encode("utf-8", "replace")
        return _printed(_named(document, name, data, encoding_evidence=("a tree was handed over",)), limits)
    raise InputError(
        f"cannot read a {type(source).__name__}; hand over str, bytes, a soup or Tag, or an lxml element or tree",
        code="unreadable_type",
        place=name,
    )


def _from_raw(raw: RawDocument, name: str, limits: Limits) -> SourceDocument:
    """A document of an archive; its parts are read like itself, and one that cannot be read is told.

    A page that prints nothing of its own, such as one that only shows a file in a frame, has its parts.
    """
    if raw.error is not None:
        raise raw.error
    document = replace(_from_bytes(raw.data, name, limits, raw.charset), url=raw.url, date=raw.date)
    if not raw.parts:
        return document
    from .parts import join_parts

    parts: list[SourceDocument] = []
    findings: list[Finding] = []
    for part in raw.parts:
        try:
            parts.append(_printed(_from_raw(part, part.name, limits), limits))
        except InputError as error:
            message = f"{part.name}, which the page links to, cannot be read: {error.message}"
            findings.append(Finding(code="part_unreadable", severity="warning", message=message))
    joined = join_parts([document, *parts])
    return replace(joined, findings=(*joined.findings, *findings))


def _from_bytes(data: bytes, name: str, limits: Limits, charset: str | None = None) -> SourceDocument:
    if not data:
        raise InputError("the document is empty", code="empty_input", place=name)
    _refuse_over(limits, "max_bytes", len(data), "bytes", name)
    kind = recognize_format(data)
    try:
        if kind is not None:
            document = _reader_of(kind)(data, limits)
            return _named(document, name, data, media_type=kind.media_type)
        decoded = decode(data, declared=charset)
        document = _from_text(decoded.text, name, limits, decoded.data)
    except InputError as error:
        raise InputError(error.message, code=error.code, place=name) from error
    return _named(
        document,
        name,
        data,
        encoding=decoded.encoding,
        encoding_evidence=decoded.evidence,
        findings=_told_of(document, decoded.text, decoded.findings),
    )


def _reader_of(kind: Format) -> Callable[[bytes, Limits], SourceDocument]:
    """The function ``read_<reader>`` of the module of that reader; modules are imported when a file needs them."""
    if kind.reader == "archive":
        do = "it may hold many documents; read them one by one with iter_documents(PATH)"
        raise InputError(f"this is {kind.says}; {do}", code="is_an_archive")
    if not kind.reader:
        raise InputError(f"this is {kind.says}, not text; {kind.do}", code="binary_input")
    module = import_module(f".{kind.reader}.read", __package__)
    reader: Callable[[bytes, Limits], SourceDocument] = getattr(module, f"read_{kind.reader}")
    return reader


def _from_text(text: str, name: str, limits: Limits, data: bytes | None = None) -> SourceDocument:
    """Decoded text, in UTF-8 too where that is at hand: a page, or a plain text in which HTML tables may stand."""
    _refuse_over(limits, "max_characters", len(text), "characters", name)
    if not _VISIBLE_RE.search(text):
        raise InputError("the document is empty: it holds nothing but white space", code="empty_input", place=name)
    if not name.lower().endswith(_PLAIN_ENDINGS) and looks_like_html(text):
        return read_html(text, limits, data)
    grids, findings = read_embedded(text, limits)
    # One number for each line and nothing else: a hostile text has a line for every few characters.
    starts = array("q", [0])
    starts.extend(match.end() for match in _NEWLINE_RE.finditer(text))
    places = Places(starts, _line_path)
    return SourceDocument(text, grids=grids, places=places, findings=findings)


def _told_of(document: SourceDocument, text: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings about a decoded text before those about the document that was read from it.

    Places in the markup of a page are no places in its text; the messages still tell them.
    """
    if document.text != text:
        findings = [finding._replace(spans=()) for finding in findings]
    return (*findings, *document.findings)


def _line_path(first: int, last: int) -> str:
    return f"line {first + 1}" if first == last else f"lines {first + 1}-{last + 1}"


def _named(document: SourceDocument, name: str, data: bytes, **known: Any) -> SourceDocument:
    """What a reader made of a file, with what it cannot know."""
    return replace(document, name=name, sha256=hashlib.sha256(data).hexdigest(), **known)


def _printed(document: SourceDocument, limits: Limits) -> SourceDocument:
    """The document; one that prints nothing or too much is refused."""
    _refuse_over(limits, "max_characters", len(document.text), "characters", document.name)
    if _VISIBLE_RE.search(document.text):
        return document
    message = "the document holds no text"
    if document.frames:
        addresses = ", ".join(frame.address for frame in document.frames[:_MAX_FRAMES])
        message = f"the page prints nothing and shows other files: {addresses}; give the one that holds the report"
    raise InputError(message, code="empty_input", place=document.name)


def _refuse_over(limits: Limits, name: str, size: int, unit: str, place: str) -> None:
    if size > getattr(limits, name):
        raise exceeded(limits, name, f"it has {size:,} {unit}", place=place)
