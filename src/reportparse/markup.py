"""HTML to one text and the grids of its tables. The only module that knows lxml and BeautifulSoup.

The tree is walked once. Blocks become lines; a data table gives one line a row with a tab between cells; a table
that holds another table only arranges the page, so its cells are blocks. Nothing of the page's text is left out but
scripts and styles.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from .document import Grid
from .grids import GridBuilder
from .models import Finding
from .resources import read_json
from .spans import Span
from .tags import iter_tags

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE_RE = re.compile(r"[ \t\r\n\f]+")
_NUMBER_RE = re.compile(r"\d++")
_LOOKS_LIKE_HTML_RE = re.compile(
    r"\s*+(?:<\?xml|<!--|<!doctype\s++html|<(?:html|head|body|meta|title)\b)", re.IGNORECASE
)
_FRAGMENT_RE = re.compile(r"<(?:table|div|p|section|article|span)\b[^<>]*+>", re.IGNORECASE)
_MARKDOWN_RE = re.compile(r"^(?:#{1,6} |\|?(?: *:?-{3,}:? *\|)+|-   \[)", re.MULTILINE)
_SPAN_ATTRIBUTE_RE = re.compile(r"(row|col)span\s*+=\s*+[\"']?(\d++)", re.IGNORECASE)
# Elements that carry structure; of a page nested too deeply for lxml only these are kept.
_STRUCTURAL_TAGS = frozenset(
    "table thead tbody tfoot tr td th caption p br h1 h2 h3 h4 h5 h6 li title nav footer aside".split()
)


@dataclass(frozen=True, slots=True)
class Markup:
    """What the markup of a page told: its text and where its tables, headings and furniture stand."""

    text: str
    grids: tuple[Grid, ...] = ()
    headings: tuple[Span, ...] = ()
    furniture: tuple[Span, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


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


def read_html(text: str) -> Markup:
    """Read an HTML page or fragment.

    A page nested more deeply than lxml reads is read again through BeautifulSoup, and a finding tells so.
    """
    from lxml import etree

    if not text.strip():
        return Markup("")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(_encodable(text), parser)
    findings: tuple[Finding, ...] = ()
    if any(entry.level >= 3 and "RESOURCE" in entry.type_name for entry in parser.error_log) or _was_cut(parser):
        root = etree.fromstring(_encodable(_flattened(text)), parser)
        message = "the page nests elements more deeply than the parser reads; it was flattened and read whole"
        findings = (Finding(code="html_too_deep", severity="note", message=message),)
    if root is None:
        return Markup("", findings=findings)
    return _walk(root, findings)


def read_tree(source: Any) -> Markup:
    """Read a BeautifulSoup object, a Tag, or an lxml element or tree; the source is not changed."""
    if hasattr(source, "decode_contents"):
        return read_html(str(source))
    root = source.getroot() if hasattr(source, "getroot") else source
    return _walk(root, ())


def read_embedded(text: str) -> tuple[Grid, ...]:
    """Find the HTML tables inside a plain text or Markdown; places count in that very text.

    Example:
        >>> [grid] = read_embedded("<table><tr><td>规章</td><td>3</td></tr></table>")
        >>> grid.columns, len(grid.cells)
        (2, 2)
    """
    grids: list[Grid] = []
    builder: GridBuilder | None = None
    table_start = cell_start = -1
    row_span = column_span = 1
    is_head = False
    for tag in iter_tags(text):
        if tag.name in ("td", "th", "tr", "table") and cell_start >= 0 and builder is not None:
            builder.add_cell(cell_start, tag.start, row_span, column_span, is_head=is_head)
            cell_start = -1
        if tag.name == "table" and not tag.is_closing:
            builder, table_start = GridBuilder(), tag.start
        elif builder is None:
            continue
        elif tag.name == "table":
            grids.append(builder.build(table_start, tag.end))
            builder = None
        elif tag.name == "tr" and not tag.is_closing:
            builder.start_row()
        elif tag.name in ("td", "th") and not tag.is_closing:
            cell_start, is_head = tag.end, tag.name == "th"
            sizes = {key.lower(): int(size[:6]) for key, size in _SPAN_ATTRIBUTE_RE.findall(tag.attributes)}
            row_span, column_span = sizes.get("row", 1), sizes.get("col", 1)
    return tuple(grids)


def _encodable(text: str) -> bytes:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace")


def _was_cut(parser: Any) -> bool:
    return any("Excessive depth" in entry.message or "huge text node" in entry.message for entry in parser.error_log)


def _flattened(text: str) -> str:
    """The page with structural elements only, read by BeautifulSoup, which knows no limit of depth."""
    from bs4 import BeautifulSoup, NavigableString, Tag

    pieces: list[str] = []
    stack: list[Iterator[Any]] = [iter(BeautifulSoup(text, "html.parser").contents)]
    closing: list[str] = []
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
            if closing:
                pieces.append(closing.pop())
        elif isinstance(node, Tag):
            kept = node.name in _STRUCTURAL_TAGS
            if kept:
                spans = "".join(
                    f' {a}="{html.escape(str(node[a]))}"' for a in ("rowspan", "colspan") if node.has_attr(a)
                )
                pieces.append(f"<{node.name}{spans}>")
            elif node.name in ("script", "style"):
                continue
            stack.append(iter(node.contents))
            closing.append(f"</{node.name}>" if kept and node.name != "br" else "\n" if not kept else "")
        elif type(node) is NavigableString:
            pieces.append(html.escape(node))
    return "<html><body>" + "".join(pieces) + "</body></html>"


@cache
def _tag_sets() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = read_json("markup.json")
    return (
        frozenset(data["block_tags"]),
        frozenset(data["silent_tags"]),
        frozenset(data["furniture_tags"]),
        frozenset(data["furniture_classes"]),
    )


class _Writer:
    """Writes the text of a page: collapses white space as a browser does and keeps track of the place."""

    __slots__ = ("_fresh", "_parts", "_pending", "length")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pending = ""
        self._fresh = True  # nothing was written since the start of the page or cell
        self.length = 0

    def write(self, chunk: str) -> None:
        """Append page text; white space at its edges waits until more text comes."""
        body = _SPACE_RE.sub(" ", chunk).strip(" ")
        if not body:
            if not self._fresh and not self._pending:
                self._pending = " "
            return
        if self._pending:
            body = self._pending + body
        elif not self._fresh and chunk[0] in " \t\r\n\f":
            body = " " + body
        self._parts.append(body)
        self.length += len(body)
        self._pending = " " if chunk[-1] in " \t\r\n\f" else ""
        self._fresh = False

    def end_block(self) -> None:
        """What follows stands on a line of its own."""
        if not self._fresh:
            self._pending = "\n"

    def separate(self, separator: str) -> None:
        """Write a separator at once and begin afresh after it."""
        self._parts.append(separator)
        self.length += len(separator)
        self._pending = ""
        self._fresh = True

    def start_line(self) -> None:
        """Begin a line now, so that a place can be noted."""
        if not self._fresh or self._pending:
            self.separate("\n")

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)


def _walk(root: _Element, findings: tuple[Finding, ...]) -> Markup:
    """One pass over the tree, by events, so that depth costs no recursion."""
    from lxml import etree

    return _PageWalk(etree, root, findings).run()


class _PageWalk:
    """The state of one pass over a page."""

    def __init__(self, etree: Any, root: _Element, findings: tuple[Finding, ...]) -> None:
        self._etree = etree
        self._root = root
        self._writer = _Writer()
        self._layout_tables = _layout_tables(etree, root)
        self._tables: list[tuple[GridBuilder | None, int]] = []  # builder of a data table, None for a layout table
        self._cell: tuple[int, int, int, bool] | None = None
        self._opened: dict[_Element, int] = {}  # start of each open heading and piece of furniture
        self._grids: list[Grid] = []
        self._headings: list[Span] = []
        self._furniture: list[Span] = []
        self._metadata: dict[str, str] = {}
        self._findings = list(findings)

    def run(self) -> Markup:
        """Walk the page and return what was found."""
        blocks, silent, furniture_tags, furniture_classes = _tag_sets()
        write = self._writer.write
        skipped: _Element | None = None
        for event, element in self._etree.iterwalk(self._root, events=("start", "end")):
            tag = element.tag
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    if element.tail:
                        write(element.tail)
                continue
            if event == "start":
                if tag in silent or not isinstance(tag, str):
                    skipped = element
                    continue
                if tag in blocks or tag == "td" or tag == "th":
                    self._open(tag, element, furniture_tags)
                elif tag == "br":
                    self._writer.end_block()
                elif tag == "meta":
                    self._note_metadata(element)
                if element.attrib and not furniture_classes.isdisjoint((element.get("class") or "").lower().split()):
                    self._open_furniture(element)
                if element.text:
                    write(element.text)
            else:
                if tag in blocks or tag == "td" or tag == "th":
                    self._close(tag, element)
                if self._opened:
                    self._close_marked(tag, element)
                if element.tail and element is not self._root:
                    write(element.tail)
        return Markup(
            self._writer.text,
            tuple(self._grids),
            tuple(self._headings),
            tuple(self._furniture),
            self._metadata,
            tuple(self._findings),
        )

    def _open(self, tag: str, element: _Element, furniture_tags: frozenset[str]) -> None:
        writer = self._writer
        builder = self._tables[-1][0] if self._tables else None
        if tag in ("td", "th") and builder is not None:
            if self._cell is not None:  # a cell inside a cell: libxml2 closes cells, so only odd trees come here
                return
            if not writer._fresh or writer._pending or self._row_has_cells:
                writer.separate("\t" if self._row_has_cells else "\n")
            self._row_has_cells = True
            self._cell = (writer.length, _span_of(element, "rowspan"), _span_of(element, "colspan"), tag == "th")
            return
        if tag == "tr" and builder is not None:
            writer.start_line()
            builder.start_row()
            self._row_has_cells = False
            return
        writer.end_block()
        if tag == "table":
            writer.start_line()
            is_layout = element in self._layout_tables or self._cell is not None
            self._tables.append((None if is_layout else GridBuilder(), writer.length))
            self._row_has_cells = False
        elif tag in furniture_tags or (tag == "header" and element.find(".//h1") is None):
            self._open_furniture(element)
        elif tag[0] == "h" and tag[1:].isdigit():
            self._opened[element] = -1

    _row_has_cells = False

    def _open_furniture(self, element: _Element) -> None:
        if self._cell is None:
            self._writer.start_line()
            self._opened[element] = self._writer.length

    def _close(self, tag: str, element: _Element) -> None:
        writer = self._writer
        builder = self._tables[-1][0] if self._tables else None
        if tag in ("td", "th") and builder is not None:
            if self._cell is not None:
                start, row_span, column_span, is_head = self._cell
                builder.add_cell(start, writer.length, row_span, column_span, is_head=is_head)
                self._cell = None
                writer._pending = ""
            return
        if tag == "table" and self._tables:
            builder, start = self._tables.pop()
            if builder is not None:
                grid = builder.build(start, writer.length)
                if grid.cells:
                    self._grids.append(grid)
                if builder.spans_were_cut:
                    self._findings.append(_spans_cut_finding(grid))
                self._row_has_cells = False
                writer.separate("\n")
                return
        writer.end_block()

    def _close_marked(self, tag: str, element: _Element) -> None:
        start = self._opened.pop(element, None)
        if start is None:
            return
        if start >= 0:
            if self._writer.length > start:
                self._furniture.append(Span(start, self._writer.length))
            return
        length = sum(len(_SPACE_RE.sub(" ", piece)) for piece in element.itertext())
        self._headings.append(Span(max(0, self._writer.length - length), self._writer.length))

    def _note_metadata(self, element: _Element) -> None:
        name, content = element.get("name"), element.get("content")
        if name and content:
            self._metadata.setdefault(name, content.strip())


def _spans_cut_finding(grid: Grid) -> Finding:
    message = "a table's row and column spans cover more places than a report's table has; later spans were read as 1"
    return Finding(code="table_spans_cut", severity="warning", message=message, spans=(grid.span,))


def _span_of(element: _Element, name: str) -> int:
    raw = element.get(name)
    if raw is None:
        return 1
    match = _NUMBER_RE.search(raw)
    return int(match[0][:6]) if match else 1


def _layout_tables(etree: Any, root: _Element) -> set[_Element]:
    """Tables that hold another table."""
    layout: set[_Element] = set()
    open_tables: list[_Element] = []
    for event, table in etree.iterwalk(root, events=("start", "end"), tag="table"):
        if event == "start":
            if open_tables:
                layout.add(open_tables[-1])
            open_tables.append(table)
        else:
            open_tables.pop()
    return layout
