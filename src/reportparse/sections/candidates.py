"""Lines that may be headings: their ordinal, their words, and whether they read like a row of a table.

Which of them are headings, :mod:`reportparse.sections.outline` decides.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from ..document import GridCell, SourceDocument
from ..kinds import SectionKind
from ..spans import Span
from ..text.lines import MARKS, ORDINALS, read_enumerator
from ..text.normalize import NormalText
from .headings import (
    MAX_HEADING,
    HeadingReading,
    RowMatch,
    Strength,
    heading_initials,
    read_known,
    row_label_match,
)
from .openings import MAX_LABEL, STRAY, WINDOW, Opening, read_label, read_opening

_MAX_TITLE_LINES = 3  # a heading that a page breaks stands on two lines, in narrow columns on three
_ITEM_RE = re.compile(r"[^。：:；;，,\s|]{1,60}+")
_MIDLINE_RE = re.compile(rf"(?<=[。！？；;）)\s|])([{ORDINALS}]{{1,3}}[、．.]|第[{ORDINALS}]{{1,3}}部分)\s?(?=\S)")
_PRINTED_RE = re.compile(r"\S[^\n]{0,200}+")
_MAX_INDENT = 80
_START = attrgetter("start")
MAX_HEADINGS = 400  # more of them is no report; what follows belongs to the last one
MIN_EXACT = 3  # fewer known headings than this are looked for in the midst of lines too


class Candidate(NamedTuple):
    """A line, or the start of one, that may be a heading; places count in the normal text.

    It begins at ``start``, with the marks of Markdown; its ordinal at ``print_start``, its words at ``words_start``.
    Style and value of the ordinal are empty and 0 without one; ``kinds`` are what the words announce, and ``strength``
    says how surely. ``row`` says whether it reads like a row label of a form, ``whole`` or a ``piece`` of one.
    """

    start: int
    print_start: int
    words_start: int
    end: int
    line_end: int
    style: str
    value: int
    words: str
    kinds: tuple[SectionKind, ...]
    strength: Strength
    row: RowMatch = "no"
    in_grid: bool = False
    in_midst: bool = False

    @property
    def kind(self) -> SectionKind:
        """The first kind that the words announce."""
        return self.kinds[0]

    @property
    def is_exact(self) -> bool:
        """Whether the words are a known heading."""
        return self.strength == "exact"


class Blocks:
    """Where the markup says table or furniture, in places of the normal text."""

    def __init__(self, normal: NormalText, document: SourceDocument) -> None:
        self.furniture = sorted(normal.target_span(*span) for span in document.furniture if _is_part(span, document))
        self._furniture_starts = [span.start for span in self.furniture]
        self._map = normal.map
        self._text = document.text
        # A table of one cell only frames what stands in it.
        self._grids = sorted((grid for grid in document.grids if len(grid.cells) > 1), key=lambda grid: grid.span.start)
        self._starts = [grid.span.start for grid in self._grids]

    def cell_neighbours(self, place: int) -> int:
        """How many printed cells the row of the cell at ``place`` has, 2 for any more than one; 0 outside of grids."""
        source = self._map.source_place(place)
        number = bisect_right(self._starts, source) - 1
        if number < 0 or source >= self._grids[number].span.end:
            return 0
        cells = self._grids[number].cells
        index = bisect_right(cells, source, key=_START) - 1
        if index < 0 or source >= cells[index].end or not self._is_printed(cells[index]):
            return 0
        return 2 if self._has_neighbour(cells, index, 1) or self._has_neighbour(cells, index, -1) else 1

    def _has_neighbour(self, cells: Sequence[GridCell], index: int, step: int) -> bool:
        """Whether another cell of the row is printed to one side; cells stand in the order of their rows."""
        row = cells[index].row
        index += step
        while 0 <= index < len(cells) and cells[index].row == row:
            if self._is_printed(cells[index]):
                return True
            index += step
        return False

    def _is_printed(self, cell: GridCell) -> bool:
        return bool(self._text[cell.start : cell.end].strip())

    def is_furniture(self, place: int) -> bool:
        """Whether the markup calls the place navigation, header or footer."""
        index = bisect_right(self._furniture_starts, place) - 1
        return index >= 0 and place < self.furniture[index].end


def _is_part(span: Span, document: SourceDocument) -> bool:
    """Whether furniture is a part of the page only. What holds most of its text, and not as links, is misnamed."""
    size = span.end - span.start
    if 2 * size < len(document.text):
        return True
    return size < 2 * sum(
        link.span.end - link.span.start for link in document.links if span.start <= link.span.start < span.end
    )


@cache
def _start_res() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A line that begins as a heading may, up to its first cell's end: at the start of the text and after a newline.

    It has an ordinal, or begins like a known wording and is short. A search for a newline is three times faster than
    one that asks at each character whether a line begins there, and of flat tables most lines are one digit.
    """
    ordinal = rf"[{ORDINALS}][{ORDINALS}]{{0,2}}+(?:[是 \t\u3000]|[^\S\n]*+[、．.,，:：])|[㈠-㈩①-⑳⑴-⒛]"
    numbered = rf"第(?:[{ORDINALS}]{{1,3}}|\d\d?)(?:部分|章|节)|[（(]\s?[{ORDINALS}\d]|\d\d?+\s?[、．.,]"
    short = rf"[{re.escape(heading_initials())}][^\n]{{0,{MAX_HEADING - 1}}}+(?:\n|\Z)"
    line = rf"{MARKS}(?={ordinal}|{numbered}|{STRAY}[{ORDINALS}]|{short})([^\n\t|]{{1,{MAX_LABEL}}}+)"
    return re.compile(line), re.compile(rf"\n(?!\d\n){line}")


def find_candidates(text: str, blocked: Blocks, reach: int = sys.maxsize) -> list[Candidate]:
    """All lines that may be headings, in order: those with an ordinal, and those that are a known heading.

    Text whose line breaks are lost is looked through as well, but only where its lines gave next to nothing.

    Args:
        text: The normal text.
        blocked: What the markup tells of it.
        reach: The place up to which headings are looked for.
    """
    found: list[Candidate] = []
    first, others = _start_res()
    start = first.match(text, 0, reach)
    for match in chain([start] if start else (), others.finditer(text, 0, reach)):
        opening = read_label(match[1])
        if opening.is_closed:
            continue
        place, stop = match.span(1)
        line_end = line_end_of(text, stop)
        if line_end > stop:
            opening = (read_label if line_end - place <= MAX_LABEL else read_opening)(text[place:line_end])
        if opening.is_open:
            candidate = _read_candidate(text, place, line_end, opening, blocked)
            if candidate is not None:
                found.append(candidate)
    exact = {candidate.kind for candidate in found if candidate.is_exact and candidate.style}
    if len(exact) < MIN_EXACT:
        found.extend(_find_in_midst(text))
        found.sort(key=lambda candidate: candidate.start)
    return found


def line_end_of(text: str, place: int) -> int:
    """Where the line of a place ends, before its newline."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _line_start(text: str, place: int) -> int:
    """Where the first printed character of the line of ``place`` stands."""
    start = text.rfind("\n", 0, place) + 1
    while start < place and text[start].isspace():
        start += 1
    return start


def _read_candidate(text: str, place: int, line_end: int, opening: Opening, blocked: Blocks) -> Candidate | None:
    """A line as a candidate, unless its surroundings speak against it: cells beside it, or what the next line says."""
    neighbours = blocked.cell_neighbours(place)
    if neighbours > 1 or (blocked.furniture and blocked.is_furniture(place)):
        return None
    enumerator, print_start, row, words, words_start, end, reading, joinable, is_item, _, _ = opening
    if row == "piece" and neighbours:
        return None
    if enumerator is not None and enumerator.level > 1:
        if row == "whole" or (row == "piece" and _goes_on_as_row(text, place, line_end)):
            return None
        if is_item and _begins_item(text, line_end, enumerator.style):
            return None
        row = "no"
    end += place
    joined = _join_lines(text, joinable, line_end) if joinable is not None else None
    if joined is not None and enumerator is not None:
        words, end, reading = joined
        row = row_label_match(enumerator.raw + words)  # a row label is broken over lines, too
    if not words or (row == "piece" and reading.strength != "exact"):
        return None
    style, value = (enumerator.style, enumerator.value) if enumerator is not None else ("", 0)
    starts = _line_start(text, place), place + print_start, place + words_start
    # Names of so many arguments take more time than all that is done above.
    return Candidate(*starts, end, line_end, style, value, words, *reading, row, neighbours > 0)


def _goes_on_as_row(text: str, place: int, line_end: int) -> bool:
    """Whether the next line holds the rest of a row label, or a cell; （一）主动公开 is a heading as well."""
    words = text[place : min(line_end, place + WINDOW)]
    following = _PRINTED_RE.search(text, line_end, line_end + 4 * MAX_LABEL)
    if following is None:
        return False
    return following[0][:1].isdecimal() or row_label_match(words.strip() + following[0].strip()[:MAX_LABEL]) != "no"


def _begins_item(text: str, line_end: int, style: str) -> bool:
    """Whether the next line begins with an ordinal of a style."""
    following = _PRINTED_RE.search(text, line_end, line_end + 4 * MAX_LABEL)
    enumerator = read_enumerator(following[0]) if following else None
    return enumerator is not None and enumerator.style == style


def _join_lines(text: str, words: str, line_end: int) -> tuple[str, int, HeadingReading] | None:
    """The heading that goes on over the next lines, if the joined words are a known one."""
    joined = words
    found = None
    for _ in range(_MAX_TITLE_LINES - 1):
        if line_end >= len(text):
            break
        next_end = line_end_of(text, line_end + 1)
        if next_end - line_end > MAX_HEADING:
            break
        piece = text[line_end + 1 : next_end].strip()
        if not piece or piece[0].isascii() or "\t" in piece or read_enumerator(piece):
            break
        joined += piece
        reading = read_known(joined) if len(joined) <= MAX_HEADING else None
        if reading is not None:
            end = line_end + 1 + len(text[line_end + 1 : next_end].rstrip())
            found = joined, end, reading
        line_end = next_end
    return found


def _find_in_midst(text: str) -> list[Candidate]:
    """Known headings inside of lines: text that lost its line breaks. Only official wordings with an ordinal."""
    found: list[Candidate] = []
    for match in _MIDLINE_RE.finditer(text):
        if len(found) >= MAX_HEADINGS:
            break
        before = text[max(0, match.start() - _MAX_INDENT) : match.start()]
        if not before.rpartition("\n")[2].strip() and ("\n" in before or len(before) < _MAX_INDENT):
            continue  # the line begins here, and was read
        rest = text[match.end() : match.end() + MAX_HEADING]
        item = _ITEM_RE.match(rest)
        words = item[0] if item else ""
        follows = text[match.end() + len(words) : match.end() + len(words) + 1]
        reading = read_known(words)
        enumerator = read_enumerator(match[1] + words)
        if reading is None or enumerator is None or (follows and follows in "；;，,"):
            continue
        if row_label_match(match[1] + words) != "no":
            continue
        end = match.end() + len(words)
        starts = match.start(1), match.start(1), match.end()
        style, value = enumerator.style, enumerator.value
        found.append(Candidate(*starts, end, end, style, value, words, *reading, in_midst=True))
    return found
