"""HTML to one text and the grids of its tables. The only module that calls lxml, and that knows BeautifulSoup.

A page becomes a tree, and :mod:`reportparse.readers.html.walk` reads the tree.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...document import SourceDocument
from ...kinds import Finding
from ...limits import DEFAULT_LIMITS, Limits
from .appearance import read_looks, styles_matter
from .tree import build_tree
from .walk import MEDIA_TYPE, PageWalk

if TYPE_CHECKING:
    from lxml.etree import _Element

# lxml reads no deeper, however huge a tree it may build.
PARSER_NESTING = 2_048
_REPLACED = "\ufffd".encode()  # what a browser shows for a NUL
_LOOKS_LIKE_HTML_RE = re.compile(
    r"\s*+(?:<\?xml|<!--|<!doctype\s++html|<(?:html|head|body|meta|title|frameset)\b)", re.IGNORECASE
)
_FRAGMENT_RE = re.compile(r"<(?:table|div|p|section|article|span|pre|center|ul|dl|textarea)\b[^<>]*+>", re.IGNORECASE)
_MARKDOWN_RE = re.compile(r"^(?:#{1,6} |\|?(?: *:?-{3,}:? *\|)+|-   \[)", re.MULTILINE)


def looks_like_html(text: str) -> bool:
    """Whether a text is an HTML page or fragment rather than plain text or Markdown that holds some tags.

    Example:
        >>> looks_like_html("<!DOCTYPE html><p>一、总体情况</p>"), looks_like_html("一、总体情况")
        (True, False)
    """
    if _LOOKS_LIKE_HTML_RE.match(text):
        return True
    head = text[:20_000]
    return bool(_FRAGMENT_RE.search(head)) and not _MARKDOWN_RE.search(head)


def is_tree(source: object) -> bool:
    """Whether ``source`` is a BeautifulSoup object, a Tag, or an lxml element or tree."""
    module = type(source).__module__
    return module.startswith(("bs4", "lxml")) and (
        hasattr(source, "decode_contents") or hasattr(source, "iter") or hasattr(source, "getroot")
    )


def read_html(text: str, limits: Limits = DEFAULT_LIMITS, data: bytes | None = None) -> SourceDocument:
    """Read an HTML page or fragment.

    A page nested more deeply than lxml reads is flattened and read again, and a finding tells so; its elements are not
    those of the file any more, so it has no paths.

    Args:
        text: The page.
        limits: How much is read at the most.
        data: The same in UTF-8, for a caller who has it.
    """
    from lxml import etree

    if not text.strip():
        return SourceDocument("", media_type=MEDIA_TYPE)
    data = _without_zeros(text.encode("utf-8", "replace") if data is None else data)
    root, log = build_tree(etree, data, limits)
    findings: tuple[Finding, ...] = ()
    if _was_cut(log) or (limits.max_nesting < PARSER_NESTING and _depth(etree, root) > limits.max_nesting):
        from .flatten import flatten

        root, _ = build_tree(etree, _without_zeros(flatten(text).encode("utf-8", "replace")), limits)
        message = "the page nests elements more deeply than the parser reads; it was flattened and read whole"
        findings = (Finding(code="html_too_deep", severity="note", message=message),)
    if root is None:
        return SourceDocument("", media_type=MEDIA_TYPE, findings=findings)
    page = PageWalk(root, limits, read_looks(root) if styles_matter(data) else {}).run()
    return replace(page, places=None, findings=(*findings, *page.findings)) if findings else page


def read_tree(source: Any, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read a BeautifulSoup object, a Tag, or an lxml element or tree; the source is not changed."""
    if hasattr(source, "decode_contents"):
        return read_html(str(source), limits)
    from lxml import etree

    root = deepcopy(source.getroot() if hasattr(source, "getroot") else source)
    # What is no element holds the text that follows it, and would take it away when it is passed over.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, etree.Entity)
    return PageWalk(root, limits, read_looks(root)).run()


def _without_zeros(data: bytes) -> bytes:
    return data.replace(b"\0", _REPLACED) if b"\0" in data else data


def _was_cut(log: Any) -> bool:
    """Whether the parser left out a part of the page, which it does without raising."""
    return any(
        (entry.level >= 3 and "RESOURCE" in entry.type_name)
        or "Excessive depth" in entry.message
        or "huge text node" in entry.message
        for entry in log
    )


def _depth(etree: Any, root: _Element | None) -> int:
    """How many elements of a tree stand inside one another at the most."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
