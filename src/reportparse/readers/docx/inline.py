"""What stands inside a paragraph of a Word file: runs of text, fields, links and pictures."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...resources import read_json
from ..office.packages import Relation, attribute
from .blocks import Mark
from .fields import Fields, prints_page_number
from .styles import PLAIN, Style, Styles, switch, value_of

if TYPE_CHECKING:
    from ..office.packages import Element

_LINE_RE = re.compile(r"[\r\n]+")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Sizes of drawings are in units of 1/914,400 inch, sizes of old shapes in points; a pixel is 1/96 inch.
_UNITS_PER_PIXEL = 9_525
_PIXELS_PER_POINT = 96 / 72
_POINTS_RE = re.compile(r"(?:^|;)\s*(width|height):\s*(\d{1,6}(?:\.\d{1,6})?)pt")
_CODE_RE = re.compile(r"(?:F0|00)?([0-9A-F]{2})|[0-9A-F]{4}", re.IGNORECASE)
_EXCERPT = 40


@dataclass(slots=True)
class Notes:
    """What was met on the walks through a file that a user should know.

    Attributes:
        left_out: The beginning of the text that was left out, by reason.
        lengths: How many characters were left out, by reason.
        insertions: Tracked insertions, which are part of the text.
        numbers: Numbers of lists that were written.
        objects: Embedded objects, of which a picture is shown.
        apart: Parts of notes that stand after the text.
    """

    left_out: dict[str, str] = field(default_factory=dict)
    lengths: Counter[str] = field(default_factory=Counter)
    insertions: int = 0
    numbers: int = 0
    objects: list[str] = field(default_factory=list)
    apart: int = 0

    def leave_out(self, reason: str, text: str) -> None:
        """Note text that is not printed."""
        if text.strip():
            self.lengths[reason] += len(text)
            self.left_out[reason] = (self.left_out.get(reason, "") + text)[:_EXCERPT]


@dataclass(slots=True)
class OpenParagraph:
    """A paragraph that has begun: its pieces of text, and what its properties say.

    ``goes_on`` tells that its end was deleted, so that the next paragraph belongs to it.
    """

    node: int
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    style: Style = PLAIN
    marks: list[Mark] = field(default_factory=list)
    goes_on: bool = False
    ends_section: bool = False


@dataclass(slots=True)
class _Run:
    """The properties of a run of text: why it is not printed, and whether it is raised."""

    left_out: str = ""
    is_raised: bool = False


class Inline:
    """Collects the text of the paragraph that is open; a text box opens another one inside of it."""

    def __init__(self, relations: dict[str, Relation], styles: Styles, notes: Notes) -> None:
        self._relations = relations
        self._styles = styles
        self._notes = notes
        self._runs: list[_Run] = []
        self._fields = Fields()
        self._size: tuple[int | None, int | None] = (None, None)
        self._said = ""
        self._hides = False  # inside a simple field that is not printed
        self.open: list[OpenParagraph] = []
        self.in_table = False

    def end_paragraph(self) -> OpenParagraph:
        """The paragraph that ends here."""
        self._fields.end_paragraph()
        return self.open.pop()

    def add(self, text: str) -> None:
        """Write text into the open paragraph, unless it is not printed."""
        if not text or not self.open or self._hides or not self._fields.is_printed:
            return
        run = self._runs[-1] if self._runs else _Run()
        if run.left_out:
            self._notes.leave_out(run.left_out, text)
            return
        paragraph = self.open[-1]
        if run.is_raised and text[:1].isdigit() and paragraph.pieces and paragraph.pieces[-1][-1:].isdigit():
            text = "^" + text  # a note or a power, not a further digit of the number
        paragraph.pieces.append(text)
        paragraph.length += len(text)

    # Runs

    def start_run(self, element: Element) -> None:
        """A run; its paragraph may be hidden by its style."""
        is_hidden = bool(self.open and self.open[-1].style.is_hidden)
        self._runs.append(_Run("hidden" if is_hidden else ""))

    def run_properties(self, element: Element) -> None:
        """What the properties of the run say of its print."""
        run = self._runs[-1]
        is_hidden = switch(element, "w:vanish")
        if is_hidden is None:
            is_hidden = self._styles.get(value_of(element, "w:rStyle") or "").is_hidden
        if is_hidden is not None:
            run.left_out = "hidden" if is_hidden else ""
        if not run.left_out and (switch(element, "w:strike") or switch(element, "w:dstrike")):
            run.left_out = "struck through"
        run.is_raised = value_of(element, "w:vertAlign") == "superscript"

    def end_run(self, element: Element) -> None:
        """The end of a run."""
        if self._runs:
            self._runs.pop()

    def text(self, element: Element) -> None:
        """Printed text; a line break in it is white space of the file."""
        text = _LINE_RE.sub(" ", element.text or "")
        self.add(text if element.get(_SPACE) == "preserve" else text.strip(" \t"))

    def tab(self, element: Element) -> None:
        """A tab; inside of a cell it is white space, for a tab of the text parts cells."""
        self.add(" " if self.in_table else "\t")

    def break_line(self, element: Element) -> None:
        """The end of a line, a column or a page."""
        is_page = attribute(element, "w:type") in ("page", "column") and not self.in_table
        self.add("\n" if not is_page else "\n\f" if self.open and self.open[-1].pieces else "\f")

    def rendered_break(self, element: Element) -> None:
        """A page began here when the file was printed last; in the midst of a paragraph it cuts nothing."""
        if self.open and not self.open[-1].pieces and not self.in_table:
            self.add("\f")

    def hyphen(self, element: Element) -> None:
        """A hyphen at which no line is broken."""
        self.add("-")

    def symbol(self, element: Element) -> None:
        """A sign of a symbol font; one that is not known stays the character of private use that it is."""
        code = _CODE_RE.fullmatch(attribute(element, "w:char") or "")
        if code is not None:
            known = read_json("word.json")["symbols"].get(attribute(element, "w:font"), {})
            self.add(known.get((code[1] or "").upper()) or chr(int(code[0], 16)))

    # In formulas

    def denominator(self, element: Element) -> None:
        """The lower part of a fraction, which is no further digit of the upper one."""
        self.add("/")

    def superscript(self, element: Element) -> None:
        """A power, which is no further digit of its base."""
        self.add("^")

    # Fields

    def field_mark(self, element: Element) -> None:
        """The beginning, the middle or the end of a field."""
        self.add(self._fields.mark(attribute(element, "w:fldCharType") or ""))

    def field_code(self, element: Element) -> None:
        """A piece of the instruction of a field."""
        self._fields.add(element.text or "")

    def start_field(self, element: Element) -> None:
        """A field that stands in one element."""
        self._hides = prints_page_number(attribute(element, "w:instr") or "")

    def end_field(self, element: Element) -> None:
        """The end of such a field."""
        self._hides = False

    # Links, pictures, objects

    def start_link(self, element: Element) -> None:
        """A link to another document."""
        relation = self._relations.get(attribute(element, "r:id") or "")
        if relation is not None and self.open:
            paragraph = self.open[-1]
            paragraph.marks.append(Mark(paragraph.length, relation, end=-1))

    def end_link(self, element: Element) -> None:
        """The end of the words of a link."""
        for mark in reversed(self.open[-1].marks if self.open else ()):
            if mark.end == -1:
                mark.end = self.open[-1].length
                return

    def extent(self, element: Element) -> None:
        """The size of the drawing that follows."""
        width, height = (element.get(side, "")[:12] for side in ("cx", "cy"))
        if width.isdecimal() and height.isdecimal():
            self._size = int(width) // _UNITS_PER_PIXEL, int(height) // _UNITS_PER_PIXEL

    def shape(self, element: Element) -> None:
        """The size of an old shape, in its style."""
        sizes = {
            side: round(float(size) * _PIXELS_PER_POINT) for side, size in _POINTS_RE.findall(element.get("style", ""))
        }
        self._size = sizes.get("width"), sizes.get("height")

    def description(self, element: Element) -> None:
        """What a drawing says in words."""
        self._said = element.get("descr", "")

    def picture(self, element: Element) -> None:
        """A picture, here or elsewhere."""
        relation = next(
            (
                self._relations[key]
                for name in ("r:embed", "r:link", "r:id")
                if (key := attribute(element, name)) in self._relations
            ),
            None,
        )
        if relation is not None and self.open:
            paragraph = self.open[-1]
            paragraph.marks.append(Mark(paragraph.length, relation, None, self._said, *self._size))
        self._size, self._said = (None, None), ""

    def embedded(self, element: Element) -> None:
        """An object of another program."""
        relation = self._relations.get(attribute(element, "r:id") or "")
        if relation is not None:
            self._notes.objects.append(relation.target)
