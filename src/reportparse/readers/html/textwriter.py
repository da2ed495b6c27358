"""The text of a page, piece by piece, with its white space collapsed as a browser does."""

from __future__ import annotations

import re
from collections.abc import Sequence

# White space of markup; other spaces are printed.
WHITE = " \t\r\n\f"
SPACE_RE = re.compile(r"[ \t\r\n\f]+")


class TextWriter:
    """Writes the text of a page: collapses white space as a browser does and keeps track of the place."""

    __slots__ = ("_fresh", "_parts", "_pending", "length")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pending = ""
        self._fresh = True  # nothing was written since the start of the page or cell
        self.length = 0

    def write(self, chunk: str) -> None:
        """Append page text; white space at its edges waits until more text comes."""
        body = chunk.strip(WHITE)
        if not body:
            if not self._fresh and not self._pending:
                self._pending = " "
            return
        body = SPACE_RE.sub(" ", body)
        if self._pending:
            body = self._pending + body
        elif not self._fresh and chunk[0] in WHITE:
            body = " " + body
        self._parts.append(body)
        self.length += len(body)
        self._pending = " " if chunk[-1] in WHITE else ""
        self._fresh = False

    def write_lines(self, text: str) -> None:
        """Append text with its own white space, as a page shows what is set in lines; nothing of it is collapsed."""
        body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        if body.strip():
            body = self._pending + body
            self._parts.append(body)
            self.length += len(body)
            self._pending = ""
            self._fresh = False

    def write_cells(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Write the cells, one at least, of a row that begins here; tells where each of them stands."""
        bodies = [SPACE_RE.sub(" ", body) if len(body := text.strip(WHITE)) > 2 else body for text in texts]
        places: list[tuple[int, int]] = []
        place = self.length
        for body in bodies:
            end = place + len(body)
            places.append((place, end))
            place = end + 1
        if line := "\t".join(bodies):
            self._parts.append(line)
        self.length = end
        self._pending = ""
        self._fresh = not body
        return places

    def end_block(self) -> None:
        """What follows stands on a line of its own."""
        if not self._fresh:
            self._pending = "\n"

    def end_cell(self) -> None:
        """White space at the end of a cell is not written."""
        self._pending = ""

    def separate(self, separator: str) -> None:
        """Write a separator at once and begin afresh after it."""
        self._parts.append(separator)
        self.length += len(separator)
        self._pending = ""
        self._fresh = True

    def start_line(self) -> None:
        """Begin a line now, so that a place can be noted."""
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
        return "".join(self._parts)
