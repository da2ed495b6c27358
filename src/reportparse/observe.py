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
from itertools import pairwise

from .document import Grid
from .keys import match_key
from .lines import Line
from .resources import read_json
from .spans import Span
from .values import is_value_token

_RULE_FIELD_RE = re.compile(r"\s*+:?-++:?\s*+")
_RULE_RE = re.compile(r"[─━═┄┅┈┉]{3}")
_TOKEN_RE = re.compile(r"[^\s|│┃║｜]++")
# A line longer than this is not cut by bars or tabs into the row of a table that is read as a grid.
MAX_ROW_LINE = 20_000


@dataclass(slots=True)
class Cell:
    """A printed cell of a grid; ``start`` and ``end`` count in the normal text, white space at the edges left out."""

    start: int
    end: int
    text: str
    key: str
    row: int
    column: int
    row_span: int
    column_span: int
    is_wrapped: bool = False


@dataclass(slots=True)
class _BarLine:
    """A line that bars or tabs cut; ``is_ruled`` if a drawn rule stands above it."""

    number: int
    line: Line
    fields: list[tuple[int, int]]
    is_ruled: bool


@dataclass(slots=True)
class CellGrid:
    """A grid as rows of the cells that begin in them.

    ``unruled`` are rows of a drawn table that no rule parts from the row above: they may be its second line.
    """

    start: int
    end: int
    rows: list[list[Cell]]
    unruled: frozenset[int] = frozenset()


@dataclass(slots=True)
class Token:
    """A piece of running text without inner white space, with the evidence of its place.

    ``line`` counts lines, ``offset`` characters from the start of the line; ``gap`` is the number of lines without
    any print between the line of the token before and its own, -1 on the same line.
    """

    start: int
    end: int
    text: str
    key: str
    is_value: bool
    line: int
    offset: int
    gap: int


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
def _layout() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    data = read_json("layout.json")
    pages = re.compile(r"\s*+(?:" + "|".join(data["page_lines"]) + r")\s*+", re.IGNORECASE)
    return pages, re.compile("[" + re.escape(data["bars"]) + "]"), frozenset(data["rules"])


def observe(
    text: str, lines: Sequence[Line], grids: Sequence[tuple[Grid, Sequence[Span]]], breaks: Sequence[int] = ()
) -> Observation:
    """Collect the grids and tokens of a document.

    Args:
        text: The normal text.
        lines: Its lines.
        grids: Grids of the markup, each with the places of its cells in the normal text.
        breaks: Places of page breaks (form feeds) in the normal text.

    Returns:
        Grids in the order of the text, and the tokens of all lines that no grid holds. Page numbers and the running
        heads beside them are left out of the tokens.
    """
    seen = [_grid_of_markup(text, grid, spans) for grid, spans in grids]
    outside = _lines_outside(lines, seen)
    barred, loose = _grids_of_lines(outside)
    page_starts = [bisect_right(starts, place) for place in breaks] if (starts := [li.start for li in lines]) else []
    page_lines = _page_lines(loose) | _numbers_at_breaks(loose, page_starts)
    loose = [(number, line) for number, line in loose if number not in page_lines]
    return Observation(
        grids=sorted(seen + barred, key=lambda grid: grid.start),
        tokens=_tokens(loose),
        page_starts=page_starts,
        line_starts=starts,
    )


def _grid_of_markup(text: str, grid: Grid, spans: Sequence[Span]) -> CellGrid:
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell, (start, end) in zip(grid.cells, spans, strict=True):
        raw = text[start:end]
        body = raw.strip()
        if body != raw:
            start += len(raw) - len(raw.lstrip()) if body else 0
            end = start + len(body)
        rows[cell.row].append(
            Cell(start, end, body, match_key(body), cell.row, cell.column, cell.row_span, cell.column_span)
        )
    first = spans[0].start if spans else 0
    return CellGrid(first, max((span.end for span in spans), default=first), rows)


def _lines_outside(lines: Sequence[Line], grids: Sequence[CellGrid]) -> list[tuple[int, Line]]:
    if not grids:
        return list(enumerate(lines))
    outside = []
    places = iter(sorted((grid.start, grid.end) for grid in grids))
    start, end = next(places)
    for number, line in enumerate(lines):
        while line.start >= end and end >= 0:
            start, end = next(places, (-1, -1))
        if end < 0 or line.end <= start:
            outside.append((number, line))
    return outside


def _grids_of_lines(lines: list[tuple[int, Line]]) -> tuple[list[CellGrid], list[tuple[int, Line]]]:
    """Blocks of lines that bars or tabs cut into cells become grids; the other lines are handed back."""
    _, bars, rules = _layout()
    grids: list[CellGrid] = []
    loose: list[tuple[int, Line]] = []
    block: list[_BarLine] = []

    def close() -> None:
        if sum(_filled(bar.line.text, bar.fields) > 1 for bar in block) > 1:
            grids.append(_grid_of_block(block))
        else:
            loose.extend((bar.number, bar.line) for bar in block)
        block.clear()

    is_ruled = False  # a drawn rule stands above the line
    for number, line in lines:
        if not rules.isdisjoint(line.text) and _RULE_RE.search(line.text):
            is_ruled = True
            continue
        fields = _fields(line.text, bars) if len(line.text) < MAX_ROW_LINE else []
        if fields:
            block.append(_BarLine(number, line, fields, is_ruled))
            is_ruled = False
            continue
        if block:
            close()
        loose.append((number, line))
    if block:
        close()
    return grids, loose


def _fields(text: str, bars: re.Pattern[str]) -> list[tuple[int, int]]:
    """Places of the fields of a line that bars or tabs cut; empty if nothing cuts it."""
    cuts = [match.start() for match in bars.finditer(text)]
    if cuts:
        if not text[: cuts[0]].strip():
            cuts_from = cuts
        else:
            cuts_from = [-1, *cuts]
        if text[cuts[-1] + 1 :].strip():
            cuts_from = [*cuts_from, len(text)]
        return [(left + 1, right) for left, right in pairwise(cuts_from)]
    if "\t" not in text:
        return []
    fields, start = [], 0
    for piece in text.split("\t"):
        fields.append((start, start + len(piece)))
        start += len(piece) + 1
    return fields


def _filled(text: str, fields: list[tuple[int, int]]) -> int:
    return sum(not text[start:end].isspace() and start < end for start, end in fields)


def _grid_of_block(block: Sequence[_BarLine]) -> CellGrid:
    rows: list[list[Cell]] = []
    unruled: set[int] = set()
    is_drawn = any(bar.is_ruled for bar in block)
    width = 0
    for bar in block:
        if (
            all(_RULE_FIELD_RE.fullmatch(bar.line.text, start, end) for start, end in bar.fields)
            and len(bar.fields) > 1
        ):
            continue  # the rule under a Markdown head
        if is_drawn and not bar.is_ruled and len(bar.fields) == width:
            unruled.add(len(rows))
        rows.append(_cells_of_line(bar, len(rows)))
        width = len(bar.fields)
    return CellGrid(block[0].line.start, block[-1].line.end, rows, frozenset(unruled))


def _cells_of_line(bar: _BarLine, row: int) -> list[Cell]:
    cells = []
    for column, (left, right) in enumerate(bar.fields):
        raw = bar.line.text[left:right]
        body = raw.strip()
        start = bar.line.start + left + (len(raw) - len(raw.lstrip()) if body else 0)
        cells.append(Cell(start, start + len(body), body, match_key(body), row, column, 1, 1))
    return cells


def _numbers_at_breaks(lines: list[tuple[int, Line]], page_starts: Sequence[int]) -> set[int]:
    """Lines that print nothing but a short number right before or after a page break."""
    if not page_starts:
        return set()
    printed = [(number, line.text.strip()) for number, line in lines if line.text.strip()]
    numbers = [number for number, _ in printed]
    found = set()
    for start in page_starts:
        place = bisect_left(numbers, start)
        for beside in printed[max(0, place - 1) : place + 1]:
            if beside[1].isdigit() and len(beside[1]) <= 3:
                found.add(beside[0])
    if printed and printed[-1][1].isdigit() and found:
        found.add(printed[-1][0])
    return found


def _page_lines(lines: list[tuple[int, Line]]) -> set[int]:
    """Lines that hold a page number, and the running heads beside them."""
    pages, _, _ = _layout()
    numbered = [
        place for place, (_, line) in enumerate(lines) if len(line.text) < 60 and pages.fullmatch(line.text) is not None
    ]
    found = {lines[place][0] for place in numbered}
    if len(numbered) < 2:
        return found
    beside: dict[str, list[int]] = {}
    for place in numbered:
        for step in (1, -1):
            other = place + step
            while 0 <= other < len(lines) and not lines[other][1].text.strip():
                other += step
            if 0 <= other < len(lines):
                beside.setdefault(lines[other][1].text.strip(), []).append(lines[other][0])
    for text, numbers in beside.items():
        if len(numbers) > 1 and not is_value_token(text) and len(text) < 60:
            found.update(numbers)
    return found


def _tokens(lines: list[tuple[int, Line]]) -> list[Token]:
    tokens: list[Token] = []
    gap = 0
    for number, line in lines:
        text, base, first = line.text, line.start, True
        for match in _TOKEN_RE.finditer(text):
            piece = match[0]
            start = match.start()
            tokens.append(
                Token(
                    base + start,
                    base + match.end(),
                    piece,
                    match_key(piece) if len(piece) < 200 else "",
                    len(piece) < 40 and is_value_token(piece),
                    number,
                    start,
                    gap if first else -1,
                )
            )
            first = False
        gap = gap + 1 if first else 0
    return tokens
