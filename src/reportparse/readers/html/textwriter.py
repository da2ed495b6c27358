"""The text of a page, piece by piece, with its white space collapsed as a browser does, and the places in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..grids import CellShape

if TYPE_CHECKING:
    from lxml.etree import _Element

# White space of markup; other spaces are printed.
WHITE = " \t\r\n\f"
SPACE_RE = re.compile(r"[ \t\r\n\f]+")


class TextWriter:
    """Writes the text of a page: collapses white space as a browser does and keeps track of the place.

    Pieces are only gathered until something asks for the place after them, or parts them from what follows: white space
    is collapsed for all of them at once.

    Attributes:
        write: Append a piece of page text, which is not empty.
        starts: Where each place that was noted begins.
        elements: The element of each of these places.
        rows: Rows that were written at once, with the number of the place of their first cell, and their shapes; each
            of these places has the row as its element.
    """

    __slots__ = ("_fresh", "_length", "_parts", "_pending", "_waiting", "elements", "rows", "starts", "write")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._waiting: list[str] = []
        self._pending = ""
        self._fresh = True  # nothing was written since the start of the page or cell
        self._length = 0
        self.write = self._waiting.append
        self.starts: list[int] = []
        self.elements: list[_Element] = []
        self.rows: dict[_Element, tuple[int, Sequence[CellShape]]] = {}

    def _collapse(self) -> None:
        """Write what waits."""
        chunk = "".join(self._waiting)
        self._waiting.clear()
        if not (body := chunk.strip(WHITE)):
            if not self._fresh and not self._pending:
                self._pending = " "
            return
        body = SPACE_RE.sub(" ", body)
        if self._pending:
            body = self._pending + body
        elif not self._fresh and chunk[0] in WHITE:
            body = " " + body
        self._parts.append(body)
        self._length += len(body)
        self._pending = " " if chunk[-1] in WHITE else ""
        self._fresh = False

    @property
    def length(self) -> int:
        """How much was written."""
        if self._waiting:
            self._collapse()
        return self._length

    def begin(self, element: _Element) -> None:
        """Note that what is written from here on stands in this element."""
        self.starts.append(self.length)
        self.elements.append(element)

    def write_lines(self, text: str) -> None:
        """Append text with its own white space, as a page shows what is set in lines; nothing of it is collapsed."""
        if self._waiting:
            self._collapse()
        body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        if body.strip():
            body = self._pending + body
            self._parts.append(body)
            self._length += len(body)
            self._pending = ""
            self._fresh = False

    def write_row(self, row: _Element, texts: Sequence[str], shapes: Sequence[CellShape]) -> list[int]:
        """Write the cells, one at least, of a row for which a line was begun, and note their places.

        Returns:
            Where each of them begins, and where another would.
        """
        joined = "".join(texts)
        if joined and joined.split(None, 1) != [joined]:  # most rows hold no white space of any kind
            texts = [SPACE_RE.sub(" ", body) if len(body := text.strip(WHITE)) > 2 else body for text in texts]
        if line := "\t".join(texts):
            self._parts.append(line)
        starts = [place := self._length]
        for text in texts:
            place += len(text) + 1
            starts.append(place)
        self._length += len(line)
        self._pending = ""
        self._fresh = not texts[-1]
        self.rows[row] = len(self.starts), shapes
        self.starts += starts[:-1]
        self.elements += [row] * len(texts)
        return starts

    def end_block(self) -> None:
        """What follows stands on a line of its own."""
        if self._waiting:
            self._collapse()
        if not self._fresh:
            self._pending = "\n"

    def end_cell(self) -> None:
        """White space at the end of a cell is not written."""
        if self._waiting:
            self._collapse()
        self._pending = ""

    def separate(self, separator: str) -> None:
        """Write a separator at once and begin afresh after it."""
        if self._waiting:
            self._collapse()
        self._parts.append(separator)
        self._length += len(separator)
        self._pending = ""
        self._fresh = True

    def start_line(self) -> None:
        """Begin a line now, so that a place can be noted."""
        if self._waiting:
            self._collapse()
        if self._pending or (self._parts and self._parts[-1] != "\n"):
            self.separate("\n")

    def start_cell(self, *, is_first: bool) -> None:
        """Begin a cell: on a line of its own, or after the cell before it."""
        if is_first:
            self.start_line()
        else:
            self.separate("\t")

    @property
    def text(self) -> str:
        """All that was written."""
        if self._waiting:
            self._collapse()
        return "".join(self._parts)
