"""What a layout shows, before any form is thought of: grids of cells, and tokens with their places.

Tables reach the parser as markup, as lines with bars or tabs, or as running text. The first two become grids, the
rest a stream of tokens that keep the evidence a layout gives: the line, the column, the empty lines between.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, islice

from ..document import Grid
from ..resources import read_json
from ..text.values import is_value_token
from ..text.words import Word, Words
from .cellgrids import CellGrid, grid_of_markup, grids_of_lines, may_be_drawn
from .rows import Token

# Longer pieces are prose: they begin no label, and are no value.
MAX_LABEL_PIECE = 200
MAX_VALUE_PIECE = 40
# A line with a page number is shorter.
_MAX_PAGE_LINE = 60
_BAR_RE = re.compile(r"[|│┃║｜]")  # never a part of a token
# What costs an object of its own: a token, a line, a cell.
_PIECE_RE = re.compile(r"[^\s|│┃║｜]++|[\n\t|│┃║｜]")


@dataclass(slots=True)
class Observation:
    """All that was seen in a document that may be part of a table.

    ``page_starts`` are the numbers of the lines that begin a page, ``line_starts`` the places of all lines.
    """

    grids: list[CellGrid]
    tokens: list[Token]
    page_starts: list[int]
    line_starts: list[int]


@cache
def _page_re() -> re.Pattern[str]:
    return re.compile(r"\s*+(?:" + "|".join(read_json("layout.json")["page_lines"]) + r")\s*+", re.IGNORECASE)


def reach_of_reading(text: str, most: int) -> int:
    """The place up to which headings and tables are looked for.

    It stands behind so many tokens, lines and cells, or at the end of the text.

    No line is cut, so that no row of a table seems to end before its last cell.

    Example:
        >>> reach_of_reading("规章 3\\n法规 5", 4), reach_of_reading("规章 3\\n法规 5", 9)
        (5, 9)
    """
    if len(text) <= most:
        return len(text)
    last = next(islice(_PIECE_RE.finditer(text), most - 1, most), None)
    if last is None:
        return len(text)
    return text.rfind("\n", 0, last.end()) + 1 or last.end()


def observe(text: str, grids: Sequence[Grid], words: Words, breaks: Sequence[int] = ()) -> Observation:
    """Collect the grids and tokens of a document.

    Args:
        text: The normal text.
        grids: Grids of the markup, with the places of their cells in the normal text.
        words: The texts of the document.
        breaks: Places of page breaks (form feeds) in the normal text.

    Returns:
        Grids in the order of the text, and the tokens of all lines that no grid holds. Page numbers and the running
        heads beside them are left out of the tokens.
    """
    seen = [grid_of_markup(text, grid, words) for grid in grids]
    lines = text.split("\n")
    starts = list(accumulate(map((1).__add__, map(len, lines)), initial=0))[:-1]
    if "\r" in text:
        lines = [line.removesuffix("\r") for line in lines]
    loose = _outside(lines, starts, seen)
    barred: list[CellGrid] = []
    is_drawn = may_be_drawn("\n".join([lines[number] for number in loose]) if seen else text)
    if is_drawn:
        barred, loose = grids_of_lines([(number, starts[number], lines[number]) for number in loose], words)
    page_starts = [bisect_right(starts, place) for place in breaks]
    page_lines = _page_lines(loose, lines) | _numbers_at_breaks(loose, lines, page_starts)
    if page_lines:
        loose = [number for number in loose if number not in page_lines]
    return Observation(
        grids=sorted(seen + barred, key=lambda grid: grid.start),
        tokens=_tokens(loose, lines, starts, words, may_be_barred=is_drawn and _BAR_RE.search(text) is not None),
        page_starts=page_starts,
        line_starts=starts,
    )


def _outside(lines: Sequence[str], starts: Sequence[int], grids: Sequence[CellGrid]) -> Sequence[int]:
    """The numbers of the lines that hold nothing of a grid."""
    outside: list[int] = []
    below = 0  # the first line that is not told yet
    for start, end in sorted([(grid.start, grid.end) for grid in grids]):
        first = bisect_right(starts, start) - 1
        if starts[first] + len(lines[first]) <= start:
            first += 1  # it begins where that line ends
        outside += range(below, first)
        below = max(below, first, bisect_left(starts, end))
    outside += range(below, len(lines))
    return outside


def _numbers_at_breaks(loose: Sequence[int], lines: Sequence[str], page_starts: Sequence[int]) -> set[int]:
    """Lines that print nothing but a short number right before or after a page break."""
    if not page_starts:
        return set()
    numbers = [number for number in loose if lines[number].strip()]
    found = set()
    for start in page_starts:
        place = bisect_left(numbers, start)
        for beside in numbers[max(0, place - 1) : place + 1]:
            printed = lines[beside].strip()
            if printed.isdecimal() and len(printed) <= 3:
                found.add(beside)
    if found and lines[numbers[-1]].strip().isdecimal():
        found.add(numbers[-1])
    return found


def _page_lines(loose: Sequence[int], lines: Sequence[str]) -> set[int]:
    """Lines that hold a page number, and the running heads beside them."""
    # Tables in running text print the same numbers again and again, and no bare number tells that it is one of a page.
    texts = {lines[number] for number in loose}
    short = [text for text in texts if len(text) < _MAX_PAGE_LINE and not text.isdecimal()]
    pages = set(filter(_page_re().fullmatch, short))
    numbered = [place for place, number in enumerate(loose) if lines[number] in pages] if pages else []
    found = {loose[place] for place in numbered}
    if len(numbered) < 2:
        return found
    beside: dict[str, list[int]] = {}
    for place in numbered:
        for step in (1, -1):
            other = place + step
            while 0 <= other < len(loose) and not lines[loose[other]].strip():
                other += step
            if 0 <= other < len(loose):
                beside.setdefault(lines[loose[other]].strip(), []).append(loose[other])
    for text, numbers in beside.items():
        # What ends in a value may be the end of a row.
        if len(numbers) > 1 and len(text) < _MAX_PAGE_LINE and not is_value_token(text.rsplit(None, 1)[-1]):
            found.update(numbers)
    return found


def _tokens(
    loose: Sequence[int], lines: Sequence[str], starts: Sequence[int], words: Words, *, may_be_barred: bool
) -> list[Token]:
    tokens: list[Token] = []
    gap = 0
    for number in loose:
        text, base = lines[number], starts[number]
        first_gap, gap = gap, gap + 1
        end = 0
        for piece in (_BAR_RE.sub(" ", text) if may_be_barred else text).split():
            start = text.index(piece, end)
            size = len(piece)
            end = start + size
            word = words[piece] if size < MAX_VALUE_PIECE else _long_word(piece, words)
            tokens.append(Token(base + start, base + end, word, number, start, first_gap))
            first_gap, gap = -1, 0
    return tokens


def _long_word(piece: str, words: Words) -> Word:
    """What a piece is that is too long for a value, and perhaps for a label."""
    word = words[piece] if len(piece) < MAX_LABEL_PIECE else Word(piece)
    return word._replace(is_value=False) if word.is_value else word
