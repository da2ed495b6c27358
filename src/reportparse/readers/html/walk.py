"""One pass over the tree of a page: its text, the grids of its tables, and everything else that its markup tells.

Blocks become lines; a data table gives one line a row with a tab between cells; the cells of a table that only arranges
the page are blocks. What a page prints is written; scripts and styles are not, and what it hides is told.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from ...document import Link, Places, SourceDocument
from ...limits import Limits
from ...resources import read_json
from ...spans import Span
from ..grids import GridBuilder
from .appearance import MAX_HIDDEN, PLAIN, Appearance, Look, may_be_revealed
from .notes import PageNotes, read_linked_data, tell_appearance
from .printed import (
    UNREAD,
    field_text,
    holds_blocks,
    is_tiny,
    raised_text,
    read_image,
    short_address,
    struck_text,
    text_of,
    verbatim_text,
)
from .tables import CELL_TAGS, lone_texts, read_span, sort_tables
from .textwriter import SPACE_RE, TextWriter
from .tree import ElementPaths

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "text/html"
_ROW_TAGS = CELL_TAGS | {"tr"}
_HEADING_TAGS = frozenset(f"h{level}" for level in range(1, 7))
_VERBATIM_TAGS = frozenset(("pre", "listing", "xmp", "plaintext", "textarea"))
_STRUCK_TAGS = frozenset(("s", "strike", "del"))
_FIELD_TAGS = frozenset(("input", "select"))
_IMAGE_TAGS = frozenset(("img", "v:imagedata"))
_NOTED_TAGS = _VERBATIM_TAGS | _STRUCK_TAGS | _FIELD_TAGS | _IMAGE_TAGS | {"meta", "a", "sup", "sub"}
# They show something that is no text of the page: in a cell it may be the number itself.
_OBJECT_TAGS = frozenset(("object", "svg", "math", "canvas", "embed", "iframe"))
_FRAME_TAGS = frozenset(("iframe", "frame", "embed", "object"))


@cache
def _tag_sets() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data = read_json("markup.json")
    names = ("block_tags", "silent_tags", "furniture_tags", "furniture_classes", "container_tags")
    blocks, silent, furniture, classes, containers = (frozenset(data[name]) for name in names)
    return blocks, silent, furniture, classes, containers


class PageWalk:
    """A walk over the tree of a page, by events, so that depth costs no recursion.

    Args:
        etree: The module of the tree.
        root: Where the walk begins.
        limits: How much is read at the most.
        looks: What the styles of the page say; None where they say nothing that matters.
    """

    def __init__(self, etree: Any, root: _Element, limits: Limits, looks: Appearance | None) -> None:
        self._limits = limits
        self._root = root
        self._looks = looks
        self._redrawn = looks.draw_tables(root) if looks else []
        self._kinds = sort_tables(root)
        self._walk = etree.iterwalk(root, events=("start", "end"))
        self._writer = TextWriter()
        self._tables: list[tuple[GridBuilder | None, int]] = []  # builder of a data table, None for a layout table
        self._builder: GridBuilder | None = None  # that of the innermost table
        self._row_has_cells = False
        self._cell: tuple[int, int, int, bool] | None = None
        self._shows_object = False  # the open cell shows something that is no text
        self._opened: dict[_Element, tuple[str, int]] = {}  # kind and start of what is open: heading, furniture, link
        self._inside: Counter[str] = Counter()  # how many elements of each kind are open
        self._skipped: set[_Element] = set()
        self._extents: list[tuple[_Element, int]] = []  # the open containers, and where they begin
        self._notes = PageNotes()
        self._starts: list[int] = []  # where the text of each block and cell begins, with the element beside it
        self._elements: list[_Element] = []
        self._tags = _tag_sets()

    def run(self) -> SourceDocument:
        """Walk the page and return what was found."""
        writer, root, looks, skipped = self._writer, self._root, self._looks, self._skipped
        opened, write = self._opened, self._writer.write
        blocks, silent, _, furniture_classes, _ = self._tags
        for event, element in self._walk:
            tag = element.tag
            if event == "start":
                if (tag in silent or not isinstance(tag, str)) and not self._open_silent(tag, element):
                    self._walk.skip_subtree()
                    continue
                if looks is not None and (look := looks.look(element)) is not PLAIN and self._is_read(element, look):
                    self._walk.skip_subtree()
                    continue
                if self._builder is not None and tag in _ROW_TAGS:
                    if tag != "tr":
                        self._open_cell(tag, element)
                    elif self._read_row(element, self._builder):
                        self._walk.skip_subtree()
                        continue
                elif tag in blocks or tag in CELL_TAGS:
                    self._open(tag, element)
                elif tag == "br":
                    writer.end_block()
                elif tag in _NOTED_TAGS and self._note(tag, element):
                    self._walk.skip_subtree()
                    continue
                kinds = element.get("class")
                if kinds and not furniture_classes.isdisjoint(kinds.lower().split()):
                    self._open_furniture(element)
                if text := element.text:
                    write(text)
                continue
            if not skipped or element not in skipped:
                if tag in blocks or tag in CELL_TAGS:
                    self._close(tag, element)
                if opened:
                    self._close_marked(element)
            if element is not root and (tail := element.tail):
                write(tail)
        return self._document()

    def _document(self) -> SourceDocument:
        notes = self._notes
        for element, tag in self._redrawn:  # paths are those of the file
            element.tag = tag
        return SourceDocument(
            self._writer.text,
            media_type=MEDIA_TYPE,
            grids=tuple(notes.grids),
            headings=tuple(notes.headings),
            furniture=tuple(notes.furniture),
            containers=tuple(sorted(notes.containers, key=lambda span: (span.start, -span.end))),
            metadata=notes.metadata,
            images=tuple(notes.images),
            links=tuple(notes.links),
            frames=tuple(notes.frames),
            places=Places(self._starts, ElementPaths(self._root.getroottree(), self._elements).path_of),
            findings=(*notes.findings, *tell_appearance(notes)),
        )

    def _open_silent(self, tag: Any, element: _Element) -> bool:
        """Note what an element says that is not read; True for one that is read all the same."""
        if tag == "noscript":
            is_read = self._inside["noscript"] or element.find(".//table") is not None
            is_read = is_read or len(text_of(element)) > MAX_HIDDEN
            if is_read:
                self._mark(element, "noscript")
            return bool(is_read)
        place = self._writer.length
        if tag in _FRAME_TAGS and (address := element.get("src") or element.get("data")):
            self._notes.frames.append(Link(Span(place, place), short_address(address.strip())))
        elif tag == "script" and (text := element.text):
            if (element.get("type") or "").lower() == "application/ld+json":
                read_linked_data(text, self._notes.metadata)
            elif "<table" in text or "<td" in text:
                self._notes.frames.append(Link(Span(place, place), "a script of the page"))
        if tag in _OBJECT_TAGS and self._cell is not None:
            self._shows_object = True
            if tag == "math":
                self._writer.write(UNREAD)
        return False

    def _is_read(self, element: _Element, look: Look) -> bool:
        """Read an element whose style decides what is read of it: hidden, struck out, or with its line breaks."""
        # Within a long stretch that is hidden as a whole, blocks are read; what is hidden beside a text is not.
        is_block = element.tag in self._tags[0] and element.tag not in _ROW_TAGS
        is_read_anyway = is_block and self._cell is None and self._inside["revealed"]
        if look.is_hidden and not is_read_anyway:
            text = text_of(element).strip()
            can_show = self._cell is None and element.tag not in _ROW_TAGS and not self._inside["revealed"]
            if can_show and may_be_revealed(element, text):
                self._mark(element, "revealed")
                return False
            if text:
                self._notes.hidden.append(text)
            self._skipped.add(element)
            return True
        if look.is_struck:
            self._strike(element)
        elif look.is_verbatim and element.tag not in _ROW_TAGS and not self._inside["verbatim"]:
            if holds_blocks(element):
                self._mark(element, "verbatim")
                return False
            self._write_verbatim(element)
            self._skipped.add(element)
            return True
        return False

    def _read_row(self, row: _Element, builder: GridBuilder) -> bool:
        """Begin a row, and read it to its end if it is plain: no need to walk through the wrappings of its texts."""
        self._writer.start_line()
        builder.start_row()
        self._row_has_cells = False
        cells = list(row)
        texts = lone_texts(row, cells) if self._cell is None and row.get("class") is None else None
        if not texts or (self._looks is not None and not self._looks.says_nothing(row)):
            return False
        places = self._writer.write_cells(texts)
        for cell, (start, end) in zip(cells, places, strict=True):
            row_span, column_span = read_span(cell.get("rowspan")), read_span(cell.get("colspan"))
            builder.add_cell(start, end, row_span, column_span, is_head=cell.tag == "th")
        self._starts += [start for start, _ in places]
        self._elements += cells
        self._row_has_cells = True
        return True

    def _open_cell(self, tag: str, cell: _Element) -> None:
        writer = self._writer
        if self._cell is None:  # a cell inside a cell is a part of it; only odd trees have one
            writer.start_cell(is_first=not self._row_has_cells)
            self._row_has_cells = True
            self._shows_object = False
            self._begin(cell)
            row_span, column_span = read_span(cell.get("rowspan")), read_span(cell.get("colspan"))
            self._cell = (writer.length, row_span, column_span, tag == "th")

    def _mark(self, element: _Element, kind: str) -> None:
        """Note where an element begins, for what its end will tell."""
        if element not in self._opened:
            self._opened[element] = (kind, self._writer.length)
            self._inside[kind] += 1

    def _begin(self, element: _Element) -> None:
        """Note that what is written from here on stands in this element."""
        self._starts.append(self._writer.length)
        self._elements.append(element)

    def _open(self, tag: str, element: _Element) -> None:
        writer = self._writer
        if tag == "table":
            self._open_table(element)
        else:
            writer.end_block()
        self._begin(element)
        if tag in self._tags[4]:
            self._extents.append((element, writer.length))
        if tag in self._tags[2] or (tag == "header" and element.find(".//h1") is None):
            self._open_furniture(element)
        elif tag in _HEADING_TAGS:
            self._mark(element, "heading")
        elif tag == "title":
            self._notes.metadata.setdefault("html:title", " ".join(text_of(element).split()))
        elif tag in CELL_TAGS and self._cell is not None and writer.length > self._cell[0]:
            writer.write(" | ")  # cells of a small table in a cell: their numbers are not one

    def _open_table(self, table: _Element) -> None:
        writer = self._writer
        if self._builder is not None and (self._cell is None or table in self._kinds.breaking):
            self._break_table(self._builder)
        writer.end_block()
        if self._cell is None:
            writer.start_line()
        is_layout = self._cell is not None or table in self._kinds.layout
        self._builder = None if is_layout else GridBuilder(self._limits)
        self._tables.append((self._builder, writer.length))
        self._row_has_cells = False

    def _break_table(self, builder: GridBuilder) -> None:
        """End a table that was not closed before what follows it; of its last cell one line is kept."""
        end = self._writer.length
        if self._cell is not None:
            start, row_span, column_span, is_head = self._cell
            if end == start:  # what follows may be its content
                self._writer.write(UNREAD)
            end = start + len(self._writer.text[start:].partition("\n")[0].rstrip())
            builder.add_cell(start, end, row_span, column_span, is_head=is_head)
            self._cell = None
        self._add_grid(builder, self._tables[-1][1], end)
        self._tables[-1] = (None, 0)
        self._builder = None

    def _add_grid(self, builder: GridBuilder, start: int, end: int) -> None:
        grid = builder.build(start, end)
        if grid.cells:
            self._notes.grids.append(grid)
        self._notes.findings += builder.findings(grid.span)

    def _open_furniture(self, element: _Element) -> None:
        if self._cell is None:
            self._writer.start_line()
            self._mark(element, "furniture")

    def _close(self, tag: str, element: _Element) -> None:
        writer, builder = self._writer, self._builder
        if builder is not None and tag in CELL_TAGS:
            if self._cell is not None and element in self._kinds.open_ended:
                self._break_table(builder)
            elif self._cell is not None:
                start, row_span, column_span, is_head = self._cell
                if self._shows_object and writer.length == start:
                    writer.write(UNREAD)
                builder.add_cell(start, writer.length, row_span, column_span, is_head=is_head)
                self._cell = None
                writer.end_cell()
            return
        if self._extents and self._extents[-1][0] is element:
            _, start = self._extents.pop()
            if writer.length > start + 1:
                self._notes.containers.append(Span(start, writer.length))
        if tag == "table" and self._tables:
            builder, start = self._tables.pop()
            self._builder = self._tables[-1][0] if self._tables else None
            if builder is not None:
                self._add_grid(builder, start, writer.length)
                self._row_has_cells = False
                writer.separate("\n")
                return
        writer.end_block()

    def _close_marked(self, element: _Element) -> None:
        kind, start = self._opened.pop(element, ("", 0))
        end = self._writer.length
        self._inside[kind] -= 1
        if kind == "furniture" and end > start:
            self._notes.furniture.append(Span(start, end))
        elif kind == "link":
            self._notes.links.append(Link(Span(start, end), element.get("href", "").strip()))
        elif kind == "heading":
            self._notes.headings.append(Span(self._start_of(element), end))
        elif kind == "revealed":
            self._notes.revealed.append(Span(start, end))
        elif kind == "struck" and end > start:
            self._notes.struck.append(Span(start, end))

    def _start_of(self, element: _Element) -> int:
        """Where the text of an element begins that was written to its end."""
        length = sum(len(SPACE_RE.sub(" ", piece)) for piece in map(str, element.itertext()))
        return max(0, self._writer.length - length)

    def _note(self, tag: str, element: _Element) -> bool:
        """Read an element that prints more, or less, than its text; True where nothing is left of it to read."""
        writer = self._writer
        if tag == "a":
            if element.get("href"):
                self._mark(element, "link")
            return False
        if tag in _STRUCK_TAGS:
            self._strike(element)
            return False
        if tag == "meta":
            name = element.get("name") or element.get("property") or element.get("itemprop")
            if name and (content := element.get("content")):
                self._notes.metadata.setdefault(name, content.strip())
        elif tag in _IMAGE_TAGS:
            if (image := read_image(element, writer.length)) is not None:
                self._notes.images.append(image)
                self._shows_object = self._shows_object or not is_tiny(image)
        elif tag in _FIELD_TAGS:
            text = field_text(element)
            # An empty field may be filled by a script.
            writer.write(text or UNREAD if text is not None and self._cell is not None else text or "")
        elif tag in _VERBATIM_TAGS:
            if self._inside["verbatim"] or holds_blocks(element):
                writer.end_block()
                self._mark(element, "verbatim")
                return False
            self._write_verbatim(element)
        else:
            writer.write(raised_text(element))
        return True

    def _strike(self, element: _Element) -> None:
        """Put a stroke through what is struck out, before it is read; the tree belongs to this walk alone."""
        if self._inside["struck"]:
            return
        for inner in element.iter():
            inner.text = struck_text(inner.text or "")
            if inner is not element:
                inner.tail = struck_text(inner.tail or "")
        self._mark(element, "struck")

    def _write_verbatim(self, element: _Element) -> None:
        self._writer.end_block()
        self._begin(element)
        self._writer.write_lines(verbatim_text(element))
        self._writer.end_block()
