"""Grids of cells: from the tables of the markup, and from lines that bars or tabs cut into cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ..document import Grid
from ..resources import read_json
from ..text.values import is_value_token
from ..text.words import Word, Words
from .rows import UNITS, Cell, Token

_RULE_FIELD_RE = re.compile(r"\s*+:?-++:?\s*+")
_RULE_SIGNS = "─━═┄┅┈┉"
_RULE_RE = re.compile(f"[{_RULE_SIGNS}]{{3}}")
_TYPED_RULE_RE = re.compile(r"[-=+|:\s]++")
_GOES_ON_RE = re.compile(r"\s*+[|│┃║｜]?\s*+[.,，．]?\d+(?:[.,，．]\d+)*+[件条次篇个人项万元]*+(?:[|│┃║｜\s]|$)")
# Digits, a sign or a point at the end of a line: a number may go on in the next.
_OPEN_END_RE = re.compile(r"[\d+\-−－＋.,，．]\s*+\Z")
_MAX_END = 80
# A line longer than this is not cut by bars or tabs into the row of a table that is read as a grid.
MAX_ROW_LINE = 20_000
# Line breaks of light markups, the first one only in tables that such a markup draws.
_BREAKS = ("\\", "\\\\")
# So many lines of so few characters may stand between two lines of a table: ends of cells that lost their bars.
_MAX_LOST_LINES = 3
_MAX_LOST = 20
# In a row of CSV: what stands in quotes, and what outside of them may be thousands.
_QUOTED_RE = re.compile(r'"[^"]*"')
_THOUSANDS_RE = re.compile(r"\d,\d{3}(?!\d)")
_MAX_ROW_LABELS = 3
_MAX_COMMA_ROW = 400
_TABS_RE = re.compile(r"\t+")
_MIN_RUNS = 6  # of tabs, before it counts that all of them are even
NumberedLine = tuple[int, int, str]  # its number, where it begins in the text, and what it prints


@dataclass(slots=True)
class CellGrid:
    """A grid as rows of the cells that begin in them, and its number of columns.

    ``unruled`` are lines of a drawn table that no rule parts from the line above: they may be of the same row.
    ``is_marked`` where markup tells the column of every cell, also of one beside a cell that spans rows.
    ``broken`` are rows whose line ends before its time: what follows begins with digits that may be theirs.
    """

    start: int
    end: int
    rows: list[list[Cell]]
    width: int
    unruled: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()
    is_marked: bool = False


@dataclass(slots=True)
class _BarLine:
    """A line that bars or tabs cut, with the places of its cuts, the rule drawn above it, and the line after it."""

    line: NumberedLine
    cuts: list[int]
    rule: str
    following: NumberedLine | None = None

    @property
    def text(self) -> str:
        """What the line prints."""
        return self.line[2]

    @property
    def sign(self) -> str:
        """The character that cuts the line."""
        return self.text[self.cuts[0]]


@cache
def _bar_re() -> re.Pattern[str]:
    """The characters that part the cells of one line."""
    return re.compile("[" + re.escape(read_json("layout.json")["bars"]) + "]")


def may_be_drawn(text: str) -> bool:
    """Whether a text has any character that cuts lines into cells: one look at it spares one at each line."""
    return _drawn_re().search(text) is not None


@cache
def _drawn_re() -> re.Pattern[str]:
    return re.compile(f"[\t,{re.escape(read_json('layout.json')['bars'] + _RULE_SIGNS)}]")


def grid_of_markup(text: str, grid: Grid, words: Words) -> CellGrid:
    """The cells of a grid that the markup delimits; its places are those in the normal text."""
    rows: list[list[Cell]] = [[] for _ in range(grid.rows)]
    first = last = grid.cells[0].start if grid.cells else 0
    for row, column, _, column_span, start, end, _ in grid.cells:
        if end > last:
            last = end
        raw = text[start:end]
        word = words[raw]
        size = len(word.text)
        if size < end - start:
            start += len(raw) - len(raw.lstrip()) if size else 0
            end = start + size
        rows[row].append(Cell(start, end, word, column, column_span))
    return CellGrid(first, last, rows, grid.columns, is_marked=True)


def grids_of_lines(lines: Sequence[NumberedLine], words: Words) -> tuple[list[CellGrid], list[int]]:
    """Blocks of lines that bars or tabs cut into cells become grids; the numbers of the others are handed back."""
    grids: list[CellGrid] = []
    loose: list[int] = []
    for block in _blocks(lines, loose):
        fields = _fields_of_block(block)
        if _is_table(block, fields):
            grids.append(_grid_of_block(block, fields, words))
        else:
            loose.extend(bar.line[0] for bar in block)
    loose.sort()
    return grids, loose


def _is_table(block: Sequence[_BarLine], fields: Sequence[list[tuple[int, int]]]) -> bool:
    """Whether at least two lines print something in at least two of their cells."""
    filled = (
        True
        for bar, own in zip(block, fields, strict=True)
        if sum(1 for left, right in own if not bar.text[left:right].isspace() and left < right) > 1
    )
    return next(filled, False) and next(filled, False)


def _blocks(lines: Sequence[NumberedLine], loose: list[int]) -> list[list[_BarLine]]:
    """Neighbouring lines that bars or tabs cut; the numbers of all others are added to the loose ones."""
    bars = _bar_re()
    blocks: list[list[_BarLine]] = []
    block: list[_BarLine] = []
    between = 0  # lines since the last one that was cut
    is_lost = True  # whether they may be ends of its cells
    rule = ""  # the one drawn above the line
    for line in lines:
        number, _, text = line
        if _is_rule(text):
            rule = text
            continue
        cuts = _cuts(text, bars) if len(text) < MAX_ROW_LINE else []
        if not cuts:
            if block and not between:
                block[-1].following = line
            between += 1
            is_lost = is_lost and between <= _MAX_LOST_LINES and 0 < len(text.strip()) <= _MAX_LOST
            loose.append(number)
            continue
        if block and between and not (is_lost and len(cuts) == len(block[-1].cuts)):
            blocks.append(block)
            block = []
        elif block and not between:
            block[-1].following = line
        between, is_lost = 0, True
        block.append(_BarLine(line, cuts, rule))
        rule = ""
    blocks += [block] if block else []
    for block in blocks:
        _pair_tabs(block)
    return blocks


def _pair_tabs(block: Sequence[_BarLine]) -> None:
    """Let two tabs part two cells in a block where tabs stand in pairs only."""
    tabbed = [bar for bar in block if bar.sign == "\t"]
    runs = [run for bar in tabbed for run in _TABS_RE.findall(bar.text)]
    if len(runs) < _MIN_RUNS or any(len(run) % 2 for run in runs):
        return
    for bar in tabbed:
        bar.cuts = bar.cuts[1::2]


def _is_rule(text: str) -> bool:
    """Whether a line is drawn between rows; the one under a Markdown head has no crosses, and is none of these."""
    if "-+" in text or "=+" in text:
        return _TYPED_RULE_RE.fullmatch(text) is not None
    return _RULE_RE.search(text) is not None


def _cuts(text: str, bars: re.Pattern[str]) -> list[int]:
    cuts = [match.start() for match in bars.finditer(text)]
    if not cuts and "\t" in text:
        cuts = [place for place, character in enumerate(text) if character == "\t"]
    return cuts or (_commas(text) if "," in text else [])


def _commas(text: str) -> list[int]:
    """Places of the commas that part the cells of a row of CSV: labels, then nothing but values, blanks and units.

    A row with what may be thousands (``1,234``) outside quotes is none.
    """
    if len(text) > _MAX_COMMA_ROW:
        return []
    bare = _QUOTED_RE.sub(lambda quoted: "_" * len(quoted[0]), text)
    if _THOUSANDS_RE.search(bare):
        return []
    cuts = [place for place, character in enumerate(bare) if character == ","]
    fields = [_unquoted(text[start + 1 : end]) for start, end in pairwise([-1, *cuts, len(text)])]
    labels = next((place for place, field in enumerate(fields) if not field or is_value_token(field)), len(fields))
    values = fields[labels:]
    is_row = (
        labels <= _MAX_ROW_LABELS
        and any(values)
        and all(not field or field in UNITS or is_value_token(field) for field in values)
    )
    return cuts if is_row else []


def _unquoted(raw: str) -> str:
    """What a cell of CSV holds, without white space and the quotes around it."""
    body = raw.strip()
    return body[1:-1].strip() if len(body) > 1 and body[0] == body[-1] == '"' else body


def _fields_of_block(lines: Sequence[_BarLine]) -> list[list[tuple[int, int]]]:
    """Places of the cells of each line. A bar at the edge closes a row only where every row of the block has it."""
    has_bars = any(bar.sign not in "\t," for bar in lines)
    usual = Counter(len(bar.cuts) for bar in lines).most_common(1)[0][0]
    whole = [bar for bar in lines if len(bar.cuts) == usual]  # a torn line lacks a bar at its end or beginning
    left = has_bars and all(_is_blank(bar, 0) for bar in whole)
    right = has_bars and all(_is_blank(bar, -1) for bar in whole)
    fields = []
    for bar in lines:
        first = [] if left and _is_blank(bar, 0) else [-1]
        last = [] if right and _is_blank(bar, -1) else [len(bar.text)]
        edges = [*first, *bar.cuts, *last]
        fields.append([(start + 1, end) for start, end in pairwise(edges)])
    return fields


def _is_blank(bar: _BarLine, edge: int) -> bool:
    """Whether nothing is printed before the first (0) or after the last (-1) bar of a line."""
    outside = bar.text[: bar.cuts[0]] if edge == 0 else bar.text[bar.cuts[-1] + 1 :]
    return not outside.strip()


def _grid_of_block(block: Sequence[_BarLine], fields: Sequence[list[tuple[int, int]]], words: Words) -> CellGrid:
    rows: list[list[Cell]] = []
    unruled: set[int] = set()
    broken: set[int] = set()
    is_drawn = any(bar.rule for bar in block)
    is_typed = any("+" in bar.rule for bar in block)
    width = 0
    below = [*(bar.line for bar in block[1:]), None]
    for bar, own, next_row in zip(block, fields, below, strict=True):
        text, following = bar.text, bar.following
        if "-" in text and len(own) > 1 and all(_RULE_FIELD_RE.fullmatch(text, start, end) for start, end in own):
            continue  # the rule under a Markdown head
        if is_drawn and not bar.rule and len(own) == width:
            unruled.add(len(rows))
        if following is not None and _GOES_ON_RE.match(following[2]) and _OPEN_END_RE.search(text[-_MAX_END:]):
            broken.add(len(rows))
            if following is next_row:
                broken.add(len(rows) + 1)
        rows.append(_cells_of_line(bar.line, own, words))
        if "\\" in text:
            _doubt_breaks(rows[-1], _BREAKS if is_typed else _BREAKS[1:])
        width = len(own)
    columns = max(map(len, rows), default=0)
    (_, start, _), (_, last, text) = block[0].line, block[-1].line
    return CellGrid(start, last + len(text), rows, columns, frozenset(unruled), frozenset(broken))


def _doubt_breaks(cells: Sequence[Cell], breaks: Sequence[str]) -> None:
    """A lone backslash is a mark of an author, or what a light markup writes for a line break in an empty cell."""
    for cell in cells:
        if cell.text in breaks:
            cell.others += (Token(cell.start, cell.end, Word("")),)


def _cells_of_line(line: NumberedLine, fields: Sequence[tuple[int, int]], words: Words) -> list[Cell]:
    _, begin, text = line
    may_be_quoted = '"' in text
    cells = []
    for column, (left, right) in enumerate(fields):
        raw = text[left:right]
        word = words[_unquoted(raw) if may_be_quoted else raw.strip()]
        start = begin + left + (raw.index(word.text) if word.text else 0)
        cells.append(Cell(start, start + len(word.text), word, column))
    return cells
