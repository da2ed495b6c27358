"""HTML to one text and the grids of its tables. The only module that knows lxml and BeautifulSoup.

The tree is walked once. Blocks become lines; a data table gives one line a row with a tab between cells; a table
that holds another table only arranges the page, so its cells are blocks. Nothing of the page's text is left out but
scripts and styles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .document import Grid, Image, Link, Places, SourceDocument
from .flatten import flatten
from .grids import GridBuilder
from .limits import DEFAULT_LIMITS, Limits
from .models import Finding
from .resources import read_json
from .spans import Span
from .tags import iter_tags
from .textwriter import SPACE_RE, WHITE, TextWriter

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "text/html"
# lxml reads no deeper, however huge a tree it may build.
PARSER_NESTING = 2_048
_NUMBER_RE = re.compile(r"\d++")
_CELL_TAGS = frozenset(("td", "th"))
_ROW_TAGS = _CELL_TAGS | {"tr"}
# Other files shown as a part of the page: they are linked to, in a word.
_FRAME_TAGS = frozenset(("iframe", "frame", "embed", "object"))
_NOTED_TAGS = frozenset(("meta", "a", "img")) | _FRAME_TAGS
_HEADING_TAGS = frozenset(f"h{level}" for level in range(1, 7))
# Elements that change nothing of a cell's text where they wrap all of it.
_WRAPPING_TAGS = frozenset(["p", "span", "font", "b", "strong", "i", "em", "u", "div", "center", "a", "small"])
_LOOKS_LIKE_HTML_RE = re.compile(
    r"\s*+(?:<\?xml|<!--|<!doctype\s++html|<(?:html|head|body|meta|title)\b)", re.IGNORECASE
)
_FRAGMENT_RE = re.compile(r"<(?:table|div|p|section|article|span)\b[^<>]*+>", re.IGNORECASE)
_MARKDOWN_RE = re.compile(r"^(?:#{1,6} |\|?(?: *:?-{3,}:? *\|)+|-   \[)", re.MULTILINE)
_SPAN_ATTRIBUTE_RE = re.compile(r"(row|col)span\s*+=\s*+[\"']?(\d++)", re.IGNORECASE)


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


def read_html(text: str, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read an HTML page or fragment.

    A page nested more deeply than lxml reads is flattened and read again, and a finding tells so; its elements are not
    those of the file any more, so it has no paths.
    """
    from lxml import etree

    if not text.strip():
        return SourceDocument("", media_type=MEDIA_TYPE)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(_encodable(text), parser)
    findings: tuple[Finding, ...] = ()
    if _was_cut(parser) or (limits.max_nesting < PARSER_NESTING and _depth(etree, root) > limits.max_nesting):
        root = etree.fromstring(_encodable(flatten(text)), parser)
        message = "the page nests elements more deeply than the parser reads; it was flattened and read whole"
        findings = (Finding(code="html_too_deep", severity="note", message=message),)
    if root is None:
        return SourceDocument("", media_type=MEDIA_TYPE, findings=findings)
    page = _PageWalk(etree, root, findings, limits).run()
    return replace(page, places=None) if findings else page


def read_tree(source: Any, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read a BeautifulSoup object, a Tag, or an lxml element or tree; the source is not changed."""
    if hasattr(source, "decode_contents"):
        return read_html(str(source), limits)
    from lxml import etree

    root = deepcopy(source.getroot() if hasattr(source, "getroot") else source)
    # Comments hold the text that follows them, and would take it away when they are passed over.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return _PageWalk(etree, root, (), limits).run()


def read_embedded(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """Find the HTML tables inside a plain text or Markdown; places count in that very text.

    Example:
        >>> [grid], findings = read_embedded("<table><tr><td>规章</td><td>3</td></tr></table>")
        >>> grid.columns, len(grid.cells)
        (2, 2)
    """
    grids: list[Grid] = []
    findings: list[Finding] = []
    builder: GridBuilder | None = None
    table_start = cell_start = -1
    row_span = column_span = 1
    is_head = False
    for tag in iter_tags(text):
        if tag.name in ("td", "th", "tr", "table") and cell_start >= 0 and builder is not None:
            builder.add_cell(cell_start, tag.start, row_span, column_span, is_head=is_head)
            cell_start = -1
        if tag.name == "table" and not tag.is_closing:
            builder, table_start = GridBuilder(limits), tag.start
        elif builder is None:
            continue
        elif tag.name == "table":
            grids.append(builder.build(table_start, tag.end))
            findings += builder.findings(grids[-1].span)
            builder = None
        elif tag.name == "tr" and not tag.is_closing:
            builder.start_row()
        elif tag.name in ("td", "th") and not tag.is_closing:
            cell_start, is_head = tag.end, tag.name == "th"
            sizes = {key.lower(): int(size[:6]) for key, size in _SPAN_ATTRIBUTE_RE.findall(tag.attributes)}
            row_span, column_span = sizes.get("row", 1), sizes.get("col", 1)
    return tuple(grids), tuple(findings)


def _encodable(text: str) -> bytes:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace")


def _was_cut(parser: Any) -> bool:
    """Whether the parser left out a part of the page, which it does without raising."""
    return any(
        (entry.level >= 3 and "RESOURCE" in entry.type_name)
        or "Excessive depth" in entry.message
        or "huge text node" in entry.message
        for entry in parser.error_log
    )


def _depth(etree: Any, root: _Element | None) -> int:
    """How many elements of a tree stand inside one another at the most."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


@cache
def _tag_sets() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = read_json("markup.json")
    return (
        frozenset(data["block_tags"]),
        frozenset(data["silent_tags"]),
        frozenset(data["furniture_tags"]),
        frozenset(data["furniture_classes"]),
    )


class _PageWalk:
    """One pass over the tree of a page, by events, so that depth costs no recursion."""

    def __init__(self, etree: Any, root: _Element, findings: tuple[Finding, ...], limits: Limits) -> None:
        self._limits = limits
        self._walk = etree.iterwalk(root, events=("start", "end"))
        self._root = root
        self._writer = TextWriter()
        self._tables: list[tuple[GridBuilder | None, int]] = []  # builder of a data table, None for a layout table
        self._builder: GridBuilder | None = None  # that of the innermost table
        self._row_has_cells = False
        self._cell: tuple[int, int, int, bool] | None = None
        self._opened: dict[_Element, tuple[str, int]] = {}  # kind and start of what is open: heading, furniture, link
        self._grids: list[Grid] = []
        self._headings: list[Span] = []
        self._furniture: list[Span] = []
        self._metadata: dict[str, str] = {}
        self._images: list[Image] = []
        self._links: list[Link] = []
        self._starts: list[int] = []  # where the text of each block and cell begins, with the element beside it
        self._elements: list[_Element] = []
        self._findings = list(findings)
        self._tags = _tag_sets()

    def run(self) -> SourceDocument:
        """Walk the page and return what was found."""
        writer, root = self._writer, self._root
        opened, write = self._opened, self._writer.write
        blocks, silent, _, furniture_classes = self._tags
        for event, element in self._walk:
            tag = element.tag
            if event == "start":
                if tag in silent or not isinstance(tag, str):
                    self._note(tag, element)
                    self._walk.skip_subtree()
                    continue
                if self._builder is not None and tag in _ROW_TAGS:
                    if tag != "tr":
                        self._open_cell(tag, element)
                    elif self._read_row(element, self._builder):
                        self._walk.skip_subtree()
                        continue
                elif tag in blocks or tag in _CELL_TAGS:
                    self._open(tag, element)
                elif tag == "br":
                    writer.end_block()
                elif tag in _NOTED_TAGS:
                    self._note(tag, element)
                kinds = element.get("class")
                if kinds and not furniture_classes.isdisjoint(kinds.lower().split()):
                    self._open_furniture(element)
                if text := element.text:
                    write(text)
                continue
            if tag in blocks or tag in _CELL_TAGS:
                self._close(tag)
            if opened:
                self._close_marked(element)
            if element is not root and (tail := element.tail):
                write(tail)
        return self._document()

    def _document(self) -> SourceDocument:
        return SourceDocument(
            self._writer.text,
            media_type=MEDIA_TYPE,
            grids=tuple(self._grids),
            headings=tuple(self._headings),
            furniture=tuple(self._furniture),
            metadata=self._metadata,
            images=tuple(self._images),
            links=tuple(self._links),
            places=Places(self._starts, partial(_path_of, self._root.getroottree(), self._elements)),
            findings=tuple(self._findings),
        )

    def _read_row(self, row: _Element, builder: GridBuilder) -> bool:
        """Begin a row, and read it to its end if it is plain: no need to walk through the wrappings of its texts."""
        self._writer.start_line()
        builder.start_row()
        self._row_has_cells = False
        texts = _lone_texts(row) if self._cell is None and row.get("class") is None else None
        if not texts:
            return False
        for cell, (start, end) in zip(row, self._writer.write_cells(texts), strict=True):
            row_span, column_span = _span_of(cell.get("rowspan")), _span_of(cell.get("colspan"))
            builder.add_cell(start, end, row_span, column_span, is_head=cell.tag == "th")
            self._starts.append(start)
            self._elements.append(cell)
        self._row_has_cells = True
        return True

    def _open_cell(self, tag: str, cell: _Element) -> None:
        writer = self._writer
        if self._cell is None:  # a cell inside a cell is a part of it; only odd trees have one
            writer.start_cell(is_first=not self._row_has_cells)
            self._row_has_cells = True
            self._begin(cell)
            row_span, column_span = _span_of(cell.get("rowspan")), _span_of(cell.get("colspan"))
            self._cell = (writer.length, row_span, column_span, tag == "th")

    def _begin(self, element: _Element) -> None:
        """Note that what is written from here on stands in this element."""
        self._starts.append(self._writer.length)
        self._elements.append(element)

    def _open(self, tag: str, element: _Element) -> None:
        writer = self._writer
        writer.end_block()
        self._begin(element)
        if tag == "table":
            writer.start_line()
            is_layout = self._cell is not None or _holds_table(element)
            self._builder = None if is_layout else GridBuilder(self._limits)
            self._tables.append((self._builder, writer.length))
            self._row_has_cells = False
        elif tag in self._tags[2] or (tag == "header" and element.find(".//h1") is None):
            self._open_furniture(element)
        elif tag in _HEADING_TAGS:
            self._opened[element] = ("heading", 0)

    def _open_furniture(self, element: _Element) -> None:
        if self._cell is None:
            self._writer.start_line()
            self._opened[element] = ("furniture", self._writer.length)

    def _close(self, tag: str) -> None:
        writer, builder = self._writer, self._builder
        if builder is not None and tag in _CELL_TAGS:
            if self._cell is not None:
                start, row_span, column_span, is_head = self._cell
                builder.add_cell(start, writer.length, row_span, column_span, is_head=is_head)
                self._cell = None
                writer.end_cell()
            return
        if tag == "table" and self._tables:
            builder, start = self._tables.pop()
            self._builder = self._tables[-1][0] if self._tables else None
            if builder is not None:
                grid = builder.build(start, writer.length)
                if grid.cells:
                    self._grids.append(grid)
                self._findings += builder.findings(grid.span)
                self._row_has_cells = False
                writer.separate("\n")
                return
        writer.end_block()

    def _close_marked(self, element: _Element) -> None:
        kind, start = self._opened.pop(element, ("", 0))
        if kind == "furniture" and self._writer.length > start:
            self._furniture.append(Span(start, self._writer.length))
        elif kind == "link":
            self._links.append(Link(Span(start, self._writer.length), element.get("href", "").strip()))
        elif kind == "heading":
            self._headings.append(Span(self._start_of(element), self._writer.length))

    def _start_of(self, element: _Element) -> int:
        """Where the text of an element begins that was written to its end."""
        length = sum(len(SPACE_RE.sub(" ", piece)) for piece in map(str, element.itertext()))
        return max(0, self._writer.length - length)

    def _note(self, tag: str, element: _Element) -> None:
        """What an element says beside its text: a word of metadata, the address of an image, a link or a frame."""
        if tag == "meta":
            name, content = element.get("name"), element.get("content")
            if name and content:
                self._metadata.setdefault(name, content.strip())
        elif tag == "a" and element.get("href"):
            self._opened[element] = ("link", self._writer.length)
        elif tag in _FRAME_TAGS and (address := element.get("src") or element.get("data")):
            self._links.append(Link(Span(self._writer.length, self._writer.length), address.strip()))
        elif tag == "img" and (address := element.get("src")):
            width, height = (_pixels(element.get(side)) for side in ("width", "height"))
            self._images.append(
                Image(self._writer.length, address.strip(), (element.get("alt") or "").strip(), width, height)
            )


def _lone_texts(row: _Element) -> list[str] | None:
    """The texts of the cells of a row, if each holds one piece of text at most, in wrappings that add nothing."""
    if row.text and row.text.strip(WHITE):
        return None
    texts = []
    for cell in row:
        tail = cell.tail
        if cell.tag not in _CELL_TAGS or (tail and tail.strip(WHITE)):
            return None
        element, text = cell, cell.text or ""
        while size := len(element):
            child = element[0]
            tail = child.tail
            if size > 1 or child.tag not in _WRAPPING_TAGS or (tail and tail.strip(WHITE)) or text.strip(WHITE):
                return None
            element, text = child, child.text or ""
        texts.append(text)
    return texts


def _holds_table(table: _Element) -> bool:
    """Whether a table holds another table, so that it only arranges the page."""
    inner = table.iter("table")
    next(inner)
    return next(inner, None) is not None


def _path_of(tree: Any, elements: Sequence[_Element], first: int, last: int) -> str:
    """The path of the first of some elements; a stretch that goes over several begins there."""
    path: str = tree.getpath(elements[first])
    return path


def _pixels(printed: str | None) -> int | None:
    match = _NUMBER_RE.match(printed) if printed else None
    return int(match[0][:6]) if match else None


def _span_of(printed: str | None) -> int:
    if printed is None:
        return 1
    match = _NUMBER_RE.search(printed)
    return int(match[0][:6]) if match else 1
