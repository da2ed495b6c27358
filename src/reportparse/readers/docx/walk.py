"""One walk through a part of a Word file: what is printed, as paragraphs and tables in their order.

What Word does not print is left out and told: deleted and hidden text, text under a merged cell. What it prints without
storing is written: the numbers of lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ...limits import Limits, exceeded
from ...resources import read_json
from ..office.packages import Package, attribute, child
from .blocks import Block, Cell, Chunk, Nodes, Paragraph, Row, Table
from .inline import Inline, Notes, OpenParagraph
from .numbers import Numbering
from .styles import Styles, number_of, over, paragraph_style, switch, value_of

if TYPE_CHECKING:
    from ..office.packages import Element

# Looked at as a whole.
_KEPT = frozenset(
    f"w:{name}"
    for name in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "tblPrEx", "tblGrid", "sectPr", "sdtPr", "rubyPr", "fldChar")
)
# There is one of them in a part, so that a path needs no number.
_SINGLE = frozenset(("w:document", "w:body"))
# The same content for newer and older programs; the first one is read.
_ALTERNATIVES = ("mc:Choice", "mc:Fallback")
_TEXTS = frozenset(("w:t", "w:delText", "m:t"))


@dataclass(frozen=True, slots=True)
class WordFile:
    """What the walks through the parts of one file share."""

    package: Package
    limits: Limits
    styles: Styles
    numbering: Numbering
    notes: Notes = field(default_factory=Notes)
    nodes: Nodes = field(default_factory=Nodes)


@dataclass(slots=True)
class _Step:
    """An element that has begun: its node, once something pointed at it, and how many children of a name it has."""

    tag: str
    number: int
    node: int = -1
    counts: dict[str, int] = field(default_factory=dict)


@cache
def _skipped() -> Mapping[str, str]:
    reasons: Mapping[str, str] = read_json("word.json")["skipped"]
    return reasons


class Walk:
    """The paragraphs and tables of one part."""

    def __init__(self, file: WordFile, part: str) -> None:
        self._file = file
        self._part = part
        self._relations = file.package.relations(part)
        self._inline = Inline(self._relations, file.styles, file.notes)
        self._steps = [_Step(f"{part}!", 0, file.nodes.add(-1, f"{part}!"))]
        self._blocks: list[list[Block]] = [[]]
        self._tables: list[Table] = []
        self._left_out: list[str] = []  # of each open row and cell, why it is not printed; empty where it is
        self._carried: dict[int, OpenParagraph] = {}  # depth of blocks -> the paragraph that goes on in the next one
        self._skip = 0  # depth inside an element that is not printed
        self._reason = ""
        self._cells = 0

    def blocks(self) -> Iterator[Block]:
        """Paragraphs and tables of the top level, each as soon as it has ended."""
        done = self._blocks[0]
        for event, tag, element in self._file.package.events(self._part, _KEPT):
            if event == "start":
                self._start(tag, element)
            else:
                self._end(tag, element)
                if done and not self._tables and not self._inline.open:
                    yield from done
                    done.clear()
        self._flush_carried(0)
        yield from done

    def _start(self, tag: str, element: Element) -> None:
        if self._skip:
            self._skip += 1
            return
        counts = self._steps[-1].counts
        counts[tag] = counts.get(tag, 0) + 1
        self._steps.append(_Step(tag, counts[tag]))
        if tag in _skipped():
            self._skip, self._reason = 1, _skipped()[tag]
        elif tag in _ALTERNATIVES and sum(counts.get(name, 0) for name in _ALTERNATIVES) > 1:
            self._skip, self._reason = 1, ""
        else:
            self._handle(_STARTS, _INLINE_STARTS, tag, element)

    def _end(self, tag: str, element: Element) -> None:
        is_whole = tag in _KEPT  # such an element comes without a start
        if self._skip:
            if tag in _TEXTS and self._reason:
                self._file.notes.leave_out(self._reason, element.text or "")
            self._skip -= not is_whole
            if not self._skip:
                self._steps.pop()
            return
        self._handle(_ENDS, _INLINE_ENDS, tag, element)
        if not is_whole:
            self._steps.pop()

    def _handle(
        self,
        own: Mapping[str, Callable[[Walk, Element], None]],
        inline: Mapping[str, Callable[[Inline, Element], None]],
        tag: str,
        element: Element,
    ) -> None:
        if tag in own:
            own[tag](self, element)
        elif tag in inline:
            self._inline.in_table = bool(self._tables)
            inline[tag](self._inline, element)

    def _node(self) -> int:
        """The node of the element that began last."""
        steps = self._steps
        known = next(place for place in range(len(steps) - 1, -1, -1) if steps[place].node >= 0)
        for place in range(known + 1, len(steps)):
            step = steps[place]
            number = 0 if step.tag in _SINGLE else step.number
            step.node = self._file.nodes.add(steps[place - 1].node, step.tag, number)
        return steps[-1].node

    # Tables

    @property
    def _row(self) -> Row | None:
        return self._tables[-1].rows[-1] if self._tables and self._tables[-1].rows else None

    @property
    def _cell(self) -> Cell | None:
        row = self._row
        return row.cells[-1] if row is not None and row.cells else None

    def _start_table(self, element: Element) -> None:
        self._flush_carried(len(self._blocks) - 1)
        self._tables.append(Table())

    def _end_table(self, element: Element) -> None:
        table = self._tables.pop()
        if table.rows:
            self._blocks[-1].append(table)

    def _start_row(self, element: Element) -> None:
        self._left_out.append("")
        if self._tables:
            self._tables[-1].rows.append(Row())

    def _row_properties(self, element: Element) -> None:
        if (row := self._row) is not None:
            row.before = number_of(element, "w:gridBefore", 0)
            row.is_head = bool(switch(element, "w:tblHeader"))
            self._note_change(element, "w:del", "w:ins")

    def _note_change(self, element: Element, deleted: str, inserted: str) -> None:
        """Note that the row or cell that is open was deleted or inserted."""
        if child(element, deleted) is not None:
            self._left_out[-1] = "deleted"
        self._file.notes.insertions += child(element, inserted) is not None

    def _end_row(self, element: Element) -> None:
        if self._left_out.pop() and self._row is not None:
            self._tables[-1].rows.pop()

    def _start_cell(self, element: Element) -> None:
        limits = self._file.limits
        self._cells += 1
        if self._cells > limits.max_cells:
            raise exceeded(limits, "max_cells", f"its tables have more than {limits.max_cells:,} cells")
        self._left_out.append("")
        self._blocks.append([])
        if (row := self._row) is not None:
            row.cells.append(Cell(self._node()))

    def _cell_properties(self, element: Element) -> None:
        if (cell := self._cell) is not None:
            cell.columns = max(1, number_of(element, "w:gridSpan", 1))
            cell.down, cell.across = _merge(element, "w:vMerge"), _merge(element, "w:hMerge")
            self._note_change(element, "w:cellDel", "w:cellIns")

    def _end_cell(self, element: Element) -> None:
        self._flush_carried(len(self._blocks) - 1)
        blocks = self._blocks.pop()
        is_left_out = bool(self._left_out.pop())
        row, cell = self._row, self._cell
        if row is None or cell is None:
            self._blocks[-1] += blocks
        elif is_left_out:
            row.cells.pop()
        else:
            cell.blocks = blocks

    # Paragraphs

    def _start_paragraph(self, element: Element) -> None:
        carried = self._carried.pop(len(self._blocks) - 1, None)
        self._inline.open.append(carried or OpenParagraph(self._node()))

    def _paragraph_properties(self, element: Element) -> None:
        if not self._inline.open:
            return
        paragraph = self._inline.open[-1]
        name = value_of(element, "w:pStyle") or ""
        paragraph.style = style = over(paragraph_style(element), self._file.styles.get(name))
        mark = child(element, "w:rPr")
        paragraph.goes_on = child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None
        paragraph.ends_section = child(element, "w:sectPr") is not None
        if switch(element, "w:pageBreakBefore") and not self._tables:
            self._inline.add("\f")
        is_printed = not (paragraph.goes_on or switch(mark, "w:vanish") or any(self._left_out))
        if style.list_id and is_printed:
            numbering, level = self._file.numbering, style.list_level or ""
            place = int(level) if level.isdecimal() else numbering.level_of_style(style.list_id, name)
            if number := numbering.next(style.list_id, place):
                self._file.notes.numbers += 1
                self._inline.add(number)

    def _end_paragraph(self, element: Element) -> None:
        if not self._inline.open:
            return
        paragraph = self._inline.end_paragraph()
        if paragraph.goes_on:
            paragraph.goes_on = False
            self._carried[len(self._blocks) - 1] = paragraph
        else:
            self._write(paragraph, self._blocks[-1])

    def _flush_carried(self, depth: int) -> None:
        if (carried := self._carried.pop(depth, None)) is not None:
            self._write(carried, self._blocks[depth])

    def _write(self, paragraph: OpenParagraph, blocks: list[Block]) -> None:
        text = "".join(paragraph.pieces) + ("\n\f" if paragraph.ends_section else "")
        if reason := next(filter(None, self._left_out), ""):
            self._file.notes.leave_out(reason, text)
        elif text or paragraph.marks:
            blocks.append(Paragraph(paragraph.node, text, paragraph.style.is_heading, tuple(paragraph.marks)))

    def _chunk(self, element: Element) -> None:
        relation = self._relations.get(attribute(element, "r:id") or "")
        if relation is not None:
            self._blocks[0].append(Chunk(relation))

    def _insertion(self, element: Element) -> None:
        self._file.notes.insertions += 1

    def _run_properties(self, element: Element) -> None:
        if self._steps[-1].tag == "w:r":
            self._inline.run_properties(element)


def _merge(element: Element, name: str) -> str:
    """``restart`` or ``continue`` for a merged cell, else nothing."""
    inner = child(element, name)
    return "" if inner is None else attribute(inner, "w:val") or "continue"


_STARTS: Mapping[str, Callable[[Walk, Element], None]] = {
    "w:tbl": Walk._start_table,
    "w:tr": Walk._start_row,
    "w:tc": Walk._start_cell,
    "w:p": Walk._start_paragraph,
    "w:altChunk": Walk._chunk,
    "w:ins": Walk._insertion,
}
_ENDS: Mapping[str, Callable[[Walk, Element], None]] = {
    "w:tbl": Walk._end_table,
    "w:tr": Walk._end_row,
    "w:trPr": Walk._row_properties,
    "w:tc": Walk._end_cell,
    "w:tcPr": Walk._cell_properties,
    "w:p": Walk._end_paragraph,
    "w:pPr": Walk._paragraph_properties,
    "w:rPr": Walk._run_properties,
}
_INLINE_STARTS: Mapping[str, Callable[[Inline, Element], None]] = {
    "w:r": Inline.start_run,
    "w:br": Inline.break_line,
    "w:cr": Inline.break_line,
    "w:tab": Inline.tab,
    "w:ptab": Inline.tab,
    "w:noBreakHyphen": Inline.hyphen,
    "w:sym": Inline.symbol,
    "w:lastRenderedPageBreak": Inline.rendered_break,
    "w:fldSimple": Inline.start_field,
    "w:hyperlink": Inline.start_link,
    "wp:extent": Inline.extent,
    "wp:docPr": Inline.description,
    "v:shape": Inline.shape,
    "a:blip": Inline.picture,
    "v:imagedata": Inline.picture,
    "o:OLEObject": Inline.embedded,
    "m:den": Inline.denominator,
    "m:sup": Inline.superscript,
}
_INLINE_ENDS: Mapping[str, Callable[[Inline, Element], None]] = {
    "w:r": Inline.end_run,
    "w:t": Inline.text,
    "m:t": Inline.text,
    "w:fldChar": Inline.field_mark,
    "w:instrText": Inline.field_code,
    "w:fldSimple": Inline.end_field,
    "w:hyperlink": Inline.end_link,
}
