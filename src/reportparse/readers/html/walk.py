"""One pass over the tree of a page: its text, the grids of its tables, and everything else that its markup tells.

Blocks become lines; a data table gives one line a row with a tab between cells; the cells of a table that only arranges
the page are blocks. What a page prints is written; scripts and styles are not, and what it hides is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ...document import Link, Places, SourceDocument
from ...limits import Limits
from ...resources import read_json
from ...spans import Span
from .appearance import MAX_HIDDEN, Look, draw_tables, may_be_revealed
from .notes import PageNotes, read_linked_data, tell_appearance
from .pagetables import PageTables
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
from .textwriter import SPACE_RE, TextWriter
from .tree import CELL_TAGS, ElementPaths

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE = "text/html"
_ROW_TAGS = CELL_TAGS | {"tr"}
_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_VERBATIM_TAGS = ("pre", "listing", "xmp", "plaintext", "textarea")
_STRUCK_TAGS = ("s", "strike", "del")
_FIELD_TAGS = ("input", "select")
_IMAGE_TAGS = ("img", "v:imagedata")
_RAISED_TAGS = ("sup", "sub")
# They show something that is no text of the page: in a cell it may be the number itself.
_OBJECT_TAGS = frozenset(("object", "svg", "math", "canvas", "embed", "iframe"))
_FRAME_TAGS = frozenset(("iframe", "frame", "embed", "object"))


@lru_cache(maxsize=4096)
def _is_furniture(kinds: str) -> bool:
    """Whether one of the classes of an element says that it is navigation or the like."""
    return not _furniture_classes().isdisjoint(kinds.lower().split())


@cache
def _furniture_classes() -> frozenset[str]:
    return frozenset(read_json("markup.json")["furniture_classes"])


# What begins an element tells whether all of it is read, so that nothing is left to walk through.
Opener = Callable[["PageWalk", "_Element"], bool]
Closer = Callable[["PageWalk", "_Element"], None]
_WRAPPING: tuple[Opener | None, Closer | None] = (None, None)


class PageWalk:
    """A walk over the elements of a page, one after another, so that depth costs no recursion.

    Args:
        root: Where the walk begins; nothing but elements stand in it.
        limits: How much is read at the most.
        looks: What the styles of the page say of its elements.
    """

    def __init__(self, root: _Element, limits: Limits, looks: Mapping[_Element, Look]) -> None:
        self._root = root
        self._looks = looks
        self._redrawn = draw_tables(looks) if looks else []
        self._writer = TextWriter()
        self._notes = PageNotes()
        self._tables = PageTables(root, self._writer, self._notes, limits, looks)
        self._opened: dict[_Element, tuple[str, int]] = {}  # kind and start of what is open: heading, furniture, link
        self._inside: Counter[str] = Counter()  # how many elements of each kind are open
        self._extents: list[tuple[_Element, int]] = []  # the open containers, and where they begin

    def run(self) -> SourceDocument:
        """Walk the page and return what was found."""
        handlers, looks, opened = _handlers(), self._looks, self._opened
        tables, write = self._tables, self._writer.write
        outer: list[tuple[_Element, Closer | None]] = []  # what holds the element that is read
        element = self._root
        while True:
            opener, closer = handlers.get(element.tag, _WRAPPING)
            if looks and (look := looks.get(element)) is not None:
                is_read = self._open_styled(element, look)
            else:
                is_read = opener is not None and opener(self, element)
            if is_read:
                closer = None
            else:
                if tables.cell is None and (kinds := element.get("class")) and _is_furniture(kinds):
                    self._open_furniture(element)
                if text := element.text:
                    write(text)
                if len(element):
                    outer.append((element, closer))
                    element = element[0]
                    continue
            while True:
                if closer is not None:
                    closer(self, element)
                if opened and element in opened:
                    self._close_marked(element)
                if not outer:
                    return self._document()
                if tail := element.tail:
                    write(tail)
                if (following := element.getnext()) is not None:
                    element = following
                    break
                element, closer = outer.pop()

    def _document(self) -> SourceDocument:
        notes, writer = self._notes, self._writer
        for element, tag in self._redrawn:  # paths are those of the file
            element.tag = tag
        paths = ElementPaths(self._root.getroottree(), writer.elements, writer.rows)
        return SourceDocument(
            writer.text,
            media_type=MEDIA_TYPE,
            grids=tuple(notes.grids),
            headings=tuple(notes.headings),
            furniture=tuple(notes.furniture),
            containers=tuple(sorted(notes.containers, key=lambda span: (span.start, -span.end))),
            metadata=notes.metadata,
            images=tuple(notes.images),
            links=tuple(notes.links),
            frames=tuple(notes.frames),
            places=Places(writer.starts, paths.path_of),
            findings=(*notes.findings, *tell_appearance(notes)),
        )

    # What begins an element, by its tag.

    def _open_styled(self, element: _Element, look: Look) -> bool:
        """Begin an element of which a style says something."""
        opener, _ = _handlers().get(element.tag, _WRAPPING)
        if opener is PageWalk._open_silent:  # no style shows what it holds
            return self._open_silent(element) or self._is_read(element, look)
        return self._is_read(element, look) or (opener is not None and opener(self, element))

    def _open_silent(self, element: _Element) -> bool:
        """Note what an element says that is not read."""
        tag, place = element.tag, self._writer.length
        if tag == "noscript":
            if self._inside[tag] or element.find(".//table") is not None or len(text_of(element)) > MAX_HIDDEN:
                self._mark(element, tag)
                return False
        elif tag in _FRAME_TAGS and (address := element.get("src") or element.get("data")):
            self._notes.frames.append(Link(Span(place, place), short_address(address.strip())))
        elif tag == "script" and (text := element.text):
            if (element.get("type") or "").lower() == "application/ld+json":
                read_linked_data(text, self._notes.metadata)
            elif "<table" in text or "<td" in text:
                self._notes.frames.append(Link(Span(place, place), "a script of the page"))
        if tag in _OBJECT_TAGS and self._tables.cell is not None:
            self._tables.shows_object = True
            if tag == "math":
                self._writer.write(UNREAD)
        return True

    def _open_block(self, element: _Element) -> bool:
        self._writer.end_block()
        self._writer.begin(element)
        return False

    def _open_container(self, element: _Element) -> bool:
        self._open_block(element)
        self._extents.append((element, self._writer.length))
        return False

    def _open_aside(self, element: _Element) -> bool:
        self._open_container(element)
        if element.tag != "header" or element.find(".//h1") is None:
            self._open_furniture(element)
        return False

    def _open_heading(self, element: _Element) -> bool:
        self._open_block(element)
        self._mark(element, "heading")
        return False

    def _open_title(self, element: _Element) -> bool:
        self._notes.metadata.setdefault("html:title", " ".join(text_of(element).split()))
        return self._open_block(element)

    def _open_table(self, table: _Element) -> bool:
        self._tables.open_table(table)
        self._writer.begin(table)
        self._extents.append((table, self._writer.length))
        return False

    def _open_row(self, row: _Element) -> bool:
        builder = self._tables.builder
        return self._open_block(row) if builder is None else self._tables.open_row(row, builder)

    def _open_cell(self, cell: _Element) -> bool:
        tables, writer = self._tables, self._writer
        if tables.builder is not None:
            tables.open_cell(cell)
        else:
            self._open_container(cell)
            if tables.cell is not None and writer.length > tables.cell.start:
                writer.write(" | ")  # cells of a small table in a cell: their numbers are not one
        return False

    def _open_break(self, element: _Element) -> bool:
        self._writer.end_block()
        return False

    def _open_link(self, element: _Element) -> bool:
        if element.get("href"):
            self._mark(element, "link")
        return False

    def _open_struck(self, element: _Element) -> bool:
        """Put a stroke through what is struck out, before it is read; the tree belongs to this walk alone."""
        if not self._inside["struck"]:
            for inner in element.iter():
                inner.text = struck_text(inner.text or "")
                if inner is not element:
                    inner.tail = struck_text(inner.tail or "")
            self._mark(element, "struck")
        return False

    def _open_meta(self, element: _Element) -> bool:
        name = element.get("name") or element.get("property") or element.get("itemprop")
        if name and (content := element.get("content")):
            self._notes.metadata.setdefault(name, content.strip())
        return True

    def _open_image(self, element: _Element) -> bool:
        if (image := read_image(element, self._writer.length)) is not None:
            self._notes.images.append(image)
            self._tables.shows_object = self._tables.shows_object or not is_tiny(image)
        return True

    def _open_field(self, element: _Element) -> bool:
        text = field_text(element)
        # An empty field may be filled by a script.
        self._writer.write(text or (UNREAD if text is not None and self._tables.cell is not None else " "))
        return True

    def _open_raised(self, element: _Element) -> bool:
        self._writer.write(raised_text(element) or " ")
        return True

    def _open_verbatim(self, element: _Element) -> bool:
        """Read text with its line breaks; blocks in it make lines of their own."""
        if self._inside["verbatim"] or holds_blocks(element):
            self._writer.end_block()
            self._mark(element, "verbatim")
            return False
        self._open_block(element)
        self._writer.write_lines(verbatim_text(element))
        self._writer.end_block()
        return True

    def _open_furniture(self, element: _Element) -> None:
        if self._tables.cell is None:
            self._writer.start_line()
            self._mark(element, "furniture")

    def _is_read(self, element: _Element, look: Look) -> bool:
        """Read an element whose style decides what is read of it: hidden, struck out, or with its line breaks."""
        # Within a long stretch that is hidden as a whole, blocks are read; what is hidden beside a text is not.
        is_block = element.tag in _blocks() and element.tag not in _ROW_TAGS
        is_read_anyway = is_block and self._tables.cell is None and self._inside["revealed"]
        if look.is_hidden and not is_read_anyway:
            text = text_of(element).strip()
            can_show = self._tables.cell is None and element.tag not in _ROW_TAGS and not self._inside["revealed"]
            if can_show and may_be_revealed(element, text):
                self._mark(element, "revealed")
                return False
            if text:
                self._notes.hidden.append(text)
            return True
        if look.is_struck:
            self._open_struck(element)
        elif look.is_verbatim and element.tag not in _ROW_TAGS and not self._inside["verbatim"]:
            if holds_blocks(element):
                self._mark(element, "verbatim")
                return False
            return self._open_verbatim(element)
        return False

    def _mark(self, element: _Element, kind: str) -> None:
        """Note where an element begins, for what its end will tell."""
        if element not in self._opened:
            self._opened[element] = (kind, self._writer.length)
            self._inside[kind] += 1

    # What ends an element, by its tag, unless all of it was read at once.

    def _close_block(self, element: _Element) -> None:
        self._writer.end_block()

    def _close_container(self, element: _Element) -> None:
        self._close_extent(element)
        self._writer.end_block()

    def _close_extent(self, element: _Element) -> None:
        if self._extents and self._extents[-1][0] is element:
            _, start = self._extents.pop()
            if self._writer.length > start + 1:
                self._notes.containers.append(Span(start, self._writer.length))

    def _close_cell(self, cell: _Element) -> None:
        if (builder := self._tables.builder) is None:
            self._close_container(cell)
        else:
            self._tables.close_cell(cell, builder)

    def _close_table(self, table: _Element) -> None:
        self._close_extent(table)
        if not self._tables.close_table():
            self._writer.end_block()

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


@cache
def _blocks() -> frozenset[str]:
    return frozenset(read_json("markup.json")["block_tags"])


@cache
def _handlers() -> dict[str, tuple[Opener | None, Closer | None]]:
    """What begins and what ends an element, by its tag; elements of other tags only wrap what stands in them."""
    data, walk = read_json("markup.json"), PageWalk
    openers: dict[str, Opener] = {
        **dict.fromkeys(data["block_tags"], walk._open_block),
        **dict.fromkeys(data["container_tags"], walk._open_container),
        **dict.fromkeys((*data["furniture_tags"], "header"), walk._open_aside),
        **dict.fromkeys(data["silent_tags"], walk._open_silent),
        **dict.fromkeys(_HEADING_TAGS, walk._open_heading),
        **dict.fromkeys(CELL_TAGS, walk._open_cell),
        **dict.fromkeys(_STRUCK_TAGS, walk._open_struck),
        **dict.fromkeys(_VERBATIM_TAGS, walk._open_verbatim),
        **dict.fromkeys(_FIELD_TAGS, walk._open_field),
        **dict.fromkeys(_IMAGE_TAGS, walk._open_image),
        **dict.fromkeys(_RAISED_TAGS, walk._open_raised),
        "title": walk._open_title,
        "table": walk._open_table,
        "tr": walk._open_row,
        "br": walk._open_break,
        "a": walk._open_link,
        "meta": walk._open_meta,
    }
    closers: dict[str, Closer] = {
        **dict.fromkeys(data["block_tags"], walk._close_block),
        **dict.fromkeys(data["container_tags"], walk._close_container),
        **dict.fromkeys(CELL_TAGS, walk._close_cell),
        "table": walk._close_table,
    }
    return {tag: (openers.get(tag), closers.get(tag)) for tag in openers.keys() | closers.keys()}
