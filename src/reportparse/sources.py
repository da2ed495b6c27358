"""Whatever a caller hands over, to a :class:`SourceDocument`: text, bytes, or a tree that a scraper already holds."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from .decode import clean_text, decode
from .document import SourceDocument
from .errors import InputError
from .markup import Markup, is_tree, looks_like_html, read_embedded, read_html, read_tree
from .models import Finding

# Markdown may hold HTML tables, but its own text is the source; names with these endings are never read as pages.
_PLAIN_ENDINGS = (".md", ".markdown")
_VISIBLE_RE = re.compile(r"[^\s\ufeff\u200b\u200e\u200f\u2060\x00]")


def read_source(source: Any, name: str = "") -> SourceDocument:
    """Read text, bytes, or an HTML tree into one text with what the markup told.

    Args:
        source: ``str`` (text or HTML), ``bytes``, a BeautifulSoup object or Tag, or an lxml element or tree.
        name: The document's name; an ending of Markdown keeps a text from being read as a page.

    Raises:
        InputError: The source is empty, binary, or of a type that is not read.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(source), name)
    if isinstance(source, str):
        data = source.encode("utf-8", "surrogatepass")
        text, findings = clean_text(source)
        return _from_text(text, name, hashlib.sha256(data).hexdigest(), None, ("text was handed over",), findings)
    if is_tree(source):
        markup = read_tree(source)
        digest = hashlib.sha256(markup.text.encode("utf-8", "replace")).hexdigest()
        return _from_markup(markup, name, digest, None, ("a tree was handed over",), ())
    raise InputError(
        f"cannot read a {type(source).__name__}; hand over str, bytes, a soup or Tag, or an lxml element or tree",
        code="unreadable_type",
        place=name,
    )


def _from_bytes(data: bytes, name: str) -> SourceDocument:
    if not data:
        raise InputError("the document is empty", code="empty_input", place=name)
    digest = hashlib.sha256(data).hexdigest()
    try:
        decoded = decode(data)
    except InputError as error:
        raise InputError(error.message, code=error.code, place=name) from error
    return _from_text(decoded.text, name, digest, decoded.encoding, decoded.evidence, decoded.findings)


def _from_text(
    text: str, name: str, digest: str, encoding: str | None, evidence: tuple[str, ...], findings: tuple[Finding, ...]
) -> SourceDocument:
    if not _VISIBLE_RE.search(text):
        raise InputError("the document is empty: it holds nothing but white space", code="empty_input", place=name)
    if not name.lower().endswith(_PLAIN_ENDINGS) and looks_like_html(text):
        return _from_markup(read_html(text), name, digest, encoding, evidence, findings)
    return SourceDocument(
        text=text,
        name=name,
        sha256=digest,
        encoding=encoding,
        encoding_evidence=evidence,
        grids=read_embedded(text),
        findings=findings,
    )


def _from_markup(
    markup: Markup,
    name: str,
    digest: str,
    encoding: str | None,
    evidence: tuple[str, ...],
    findings: tuple[Finding, ...],
) -> SourceDocument:
    if not _VISIBLE_RE.search(markup.text):
        raise InputError("the page holds no text", code="empty_input", place=name)
    return SourceDocument(
        text=markup.text,
        name=name,
        sha256=digest,
        media_type="text/html",
        encoding=encoding,
        encoding_evidence=evidence,
        grids=markup.grids,
        headings=markup.headings,
        furniture=markup.furniture,
        metadata=markup.metadata,
        findings=(*findings, *markup.findings),
    )
