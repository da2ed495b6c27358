"""Grids of cells: from the tables of the markup, and from lines that bars or tabs cut into cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from ..document import Grid
from ..resources import read_json
from ..text.keys import match_key
from ..text.lines import Line
from .rows import Cell

_RULE_FIELD_RE = re.compile(r"\s*+:?-++:?\s*+")
_RULE_RE = re.compile(r"[─━═┄┅┈┉]{3}")
_GOES_ON_RE = re.compile(r"\s*+[|│┃║｜]?\s*+[.,，．]?\d+(?:[.,，．]\d+)*+[件条次篇个人项万元]*+(?:[|│┃║｜\s]|$)")
# Digits, a sign or a point at the end of a line: a number may go on in the next.
_OPEN_END_RE = re.compile(r"[\d+\-−－＋.,，．]\s*+\Z")
_MAX_END = 80
# A line longer than this is not cut by bars or tabs into the row of a table that is read as a grid.
MAX_ROW_LINE = 20_000
NumberedLine = tuple[int, Line]


@dataclass(slots=True)
class CellGrid:
    """A grid as rows of the cells that begin in them.

    ``unruled`` are rows of a drawn table that no rule parts from the row above: they may be its second line.
    ``broken`` are rows whose line ends before its time: what follows begins with digits that may be theirs.
    """

    start: int
    end: int
    rows: list[list[Cell]]
    unruled: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()


@dataclass(slots=True)
class _BarLine:
    """A line that bars or tabs cut, with the places of its cuts; ``is_ruled`` if a drawn rule stands above it."""

    number: int
    line: Line
    cuts: list[int]
    is_ruled: bool


@dataclass(slots=True)
class _Block:
    """Neighbouring lines that bars or tabs cut, and the first line after them."""

    lines: list[_BarLine] = field(default_factory=list)
    following: Line | None = None


@cache
def bars_and_rules() -> tuple[re.Pattern[str], frozenset[str]]:
    """The characters that part cells of one line, and those that draw rules between lines."""
    data = read_json("layout.json")
    return re.compile("[" + re.escape(data["bars"]) + "]"), frozenset(data["rules"])


def grid_of_markup(text: str, grid: Grid, spans: Sequence[tuple[int, int]]) -> CellGrid:
    """The cells of a grid that the markup delimits, at their places in the normal text."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    for cell, (start, end) in zip(grid.cells, spans, strict=True):
        raw = text[start:end]
        body = raw.strip()
        if body != raw:
            start += len(raw) - len(raw.lstrip()) if body else 0
            end = start + len(body)
        rows[cell.row].append(Cell(start, end, body, match_key(body), cell.column, cell.column_span))
    first = spans[0][0] if spans else 0
    return CellGrid(first, max((end for _, end in spans), default=first), rows)


def grids_of_lines(lines: Sequence[NumberedLine]) -> tuple[list[CellGrid], list[NumberedLine]]:
    """Blocks of lines that bars or tabs cut into cells become grids; the other lines are handed back."""
    grids: list[CellGrid] = []
    loose: list[NumberedLine] = []
    for block in _blocks(lines, loose):
        fields = _fields_of_block(block.lines)
        filled = (
            sum(bool(bar.line.text[left:right].strip()) for left, right in own)
            for bar, own in zip(block.lines, fields, strict=True)
        )
        if sum(count > 1 for count in filled) > 1:
            grids.append(_grid_of_block(block, fields))
        else:
            loose.extend((bar.number, bar.line) for bar in block.lines)
    loose.sort(key=lambda item: item[0])
    return grids, loose


def _blocks(lines: Sequence[NumberedLine], loose: list[NumberedLine]) -> list[_Block]:
    bars, rules = bars_and_rules()
    blocks: list[_Block] = []
    block = _Block()
    is_ruled = False  # a drawn rule stands above the line
    for number, line in lines:
        text = line.text
        if not rules.isdisjoint(text) and _RULE_RE.search(text):
            is_ruled = True
            continue
        cuts = _cuts(text, bars) if len(text) < MAX_ROW_LINE else []
        if cuts:
            block.lines.append(_BarLine(number, line, cuts, is_ruled))
            is_ruled = False
            continue
        if block.lines:
            block.following = line
            blocks.append(block)
            block = _Block()
        loose.append((number, line))
    if block.lines:
        blocks.append(block)
    return blocks


def _cuts(text: str, bars: re.Pattern[str]) -> list[int]:
    cuts = [match.start() for match in bars.finditer(text)]
    if not cuts and "\t" in text:
        cuts = [place for place, character in enumerate(text) if character == "\t"]
    return cuts


def _fields_of_block(lines: Sequence[_BarLine]) -> list[list[tuple[int, int]]]:
    """Places of the cells of each line. A bar at the edge closes a row only where every row of the block has it."""
    has_bars = any(bar.line.text[bar.cuts[0]] != "\t" for bar in lines)
    usual = Counter(len(bar.cuts) for bar in lines).most_common(1)[0][0]
    whole = [bar for bar in lines if len(bar.cuts) == usual]  # a torn line lacks a bar at its end or beginning
    left = has_bars and all(_is_blank(bar, 0) for bar in whole)
    right = has_bars and all(_is_blank(bar, -1) for bar in whole)
    fields = []
    for bar in lines:
        first = [] if left and _is_blank(bar, 0) else [-1]
        last = [] if right and _is_blank(bar, -1) else [len(bar.line.text)]
        edges = [*first, *bar.cuts, *last]
        fields.append([(start + 1, end) for start, end in pairwise(edges)])
    return fields


def _is_blank(bar: _BarLine, edge: int) -> bool:
    """Whether nothing is printed before the first (0) or after the last (-1) bar of a line."""
    outside = bar.line.text[: bar.cuts[0]] if edge == 0 else bar.line.text[bar.cuts[-1] + 1 :]
    return not outside.strip()


def _grid_of_block(block: _Block, fields: Sequence[list[tuple[int, int]]]) -> CellGrid:
    rows: list[list[Cell]] = []
    unruled: set[int] = set()
    broken: set[int] = set()
    is_drawn = any(bar.is_ruled for bar in block.lines)
    lines = [bar.line for bar in block.lines]
    followers = [*lines[1:], block.following]
    width = 0
    for bar, own, following in zip(block.lines, fields, followers, strict=True):
        text = bar.line.text
        if len(own) > 1 and all(_RULE_FIELD_RE.fullmatch(text, start, end) for start, end in own):
            continue  # the rule under a Markdown head
        if is_drawn and not bar.is_ruled and len(own) == width:
            unruled.add(len(rows))
        if following is not None and _GOES_ON_RE.match(following.text) and _OPEN_END_RE.search(text[-_MAX_END:]):
            broken.update((len(rows), len(rows) + 1))
        rows.append(_cells_of_line(bar.line, own))
        width = len(own)
    return CellGrid(lines[0].start, lines[-1].end, rows, frozenset(unruled), frozenset(broken))


def _cells_of_line(line: Line, fields: Sequence[tuple[int, int]]) -> list[Cell]:
    cells = []
    for column, (left, right) in enumerate(fields):
        raw = line.text[left:right]
        body = raw.strip()
        start = line.start + left + (len(raw) - len(raw.lstrip()) if body else 0)
        cells.append(Cell(start, start + len(body), body, match_key(body), column))
    return cells
