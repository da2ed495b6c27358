"""Paragraphs and tables of a Word file, written as one text with the grids of its tables."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import partial

from ...document import Grid, Image, Link, Places, SourceDocument
from ...kinds import Finding
from ...limits import Limits, exceeded
from ...spans import Span
from ..grids import GridBuilder
from .blocks import Block, Cell, Mark, Nodes, Paragraph, Table
from .inline import Notes
from .tables import place_cells

# Pieces are put together from time to time: a short one costs far more than its characters.
_MAX_PIECES = 4_096


class TextOfBlocks:
    """Writes blocks one after another: a paragraph is a line, a row of a table too, with tabs between its cells."""

    def __init__(self, nodes: Nodes, notes: Notes, limits: Limits) -> None:
        self._nodes = nodes
        self._notes = notes
        self._limits = limits
        self._chunks: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._at_line_start = True
        self._starts = array("q")
        self._places = array("i")
        self._grids: list[Grid] = []
        self._headings: list[Span] = []
        self._images: list[Image] = []
        self._links: list[Link] = []
        self._furniture: list[Span] = []
        self._findings: list[Finding] = []

    def write_block(self, block: Block) -> None:
        """Write a paragraph or a table on lines of its own."""
        if isinstance(block, Paragraph):
            self._write_paragraph(block)
        elif not isinstance(block, Table):
            return
        elif block.is_frame:
            for row in place_cells(block):
                for placed in row:
                    for inner in placed.cell.blocks:
                        self.write_block(inner)
        else:
            self._write_table(block)

    def write_apart(self, blocks: Iterable[Block]) -> None:
        """Write what stands apart from the text, such as a footer: it is no part of the report."""
        self._end_line()
        start = self._length
        for block in blocks:
            self.write_block(block)
        if self._length > start:
            self._furniture.append(Span(start, self._length))

    def document(self) -> SourceDocument:
        """All that was written."""
        return SourceDocument(
            "".join([*self._chunks, *self._pieces]),
            grids=tuple(self._grids),
            headings=tuple(self._headings),
            furniture=tuple(self._furniture),
            images=tuple(self._images),
            links=tuple(self._links),
            places=Places(self._starts, partial(_path_of, self._nodes, self._places)),
            findings=tuple(self._findings),
        )

    def _write(self, text: str) -> None:
        if not text:
            return
        self._pieces.append(text)
        self._length += len(text)
        self._at_line_start = text[-1] == "\n"
        if self._length > self._limits.max_characters:
            raise exceeded(self._limits, "max_characters", f"its text has more than {self._limits.max_characters:,}")
        if len(self._pieces) > _MAX_PIECES:
            self._chunks.append("".join(self._pieces))
            self._pieces.clear()

    def _end_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")

    def _begin(self, node: int) -> int:
        """Note that what follows stands in this element; tells the place."""
        self._starts.append(self._length)
        self._places.append(node)
        return self._length

    def _write_paragraph(self, paragraph: Paragraph) -> None:
        self._end_line()
        start = self._begin(paragraph.node)
        self._write(paragraph.text)
        self._add_marks(paragraph.marks, start)
        if paragraph.is_heading and paragraph.text.strip():
            self._headings.append(Span(start, self._length))

    def _add_marks(self, marks: Iterable[Mark], start: int) -> None:
        for mark in marks:
            address = mark.relation.target
            place = min(start + mark.start, self._length)
            if mark.end is None:
                self._images.append(Image(place, address, mark.text, mark.width, mark.height))
            elif mark.end > mark.start:
                self._links.append(Link(Span(place, min(start + mark.end, self._length)), address))

    def _write_table(self, table: Table) -> None:
        self._end_line()
        builder = GridBuilder(self._limits)
        first = self._length
        for row, printed in zip(table.rows, place_cells(table), strict=True):
            builder.start_row()
            self._end_line()
            for number, placed in enumerate(printed):
                if number:
                    self._write("\t")
                start = self._begin(placed.cell.node)
                self._write_cell(placed.cell)
                builder.move_to(placed.column)
                builder.add_cell(start, self._length, placed.rows, placed.columns, is_head=row.is_head)
                for covered in placed.covered or ():
                    self._notes.leave_out("under merged cells", "".join(block.text for block in paragraphs_of(covered)))
            self._at_line_start = False
            printed.clear()  # a large table is not held twice
            row.cells.clear()
        grid = builder.build(first, self._length)
        if grid.cells:
            self._grids.append(grid)
        self._findings += builder.findings(grid.span)

    def _write_cell(self, cell: Cell) -> None:
        """The paragraphs of a cell that print something, a line each; a page does not begin inside of a row."""
        is_first = True
        for paragraph in paragraphs_of(cell):
            text = paragraph.text.replace("\f", "\n").rstrip("\n")
            if text.strip() and not is_first:
                self._write("\n")
            start = self._length
            if text.strip():
                self._write(text)
                is_first = False
            self._add_marks(paragraph.marks, start)


def paragraphs_of(cell: Cell) -> Iterator[Paragraph]:
    """The paragraphs of a cell that holds no table."""
    return (block for block in cell.blocks if isinstance(block, Paragraph))


def _path_of(nodes: Nodes, places: array[int], first: int, last: int) -> str:
    """The path of the first of some elements; a stretch that goes over several begins there."""
    return nodes.path(places[first])
