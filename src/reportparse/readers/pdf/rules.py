"""Rules of a page to the cells that they delimit, whatever draws the rules.

Strokes, thin filled rectangles and the edges of grounds are pieces of rules. Pieces in one line are put together;
rules that touch make a table; places between them that no rule parts are one cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from .page import Box, Shape

# In points. What is no wider than THIN is a rule; rules this close are one; pieces this far apart go on in one line.
THIN = 4.0
NEAR = 3.0
# A shorter piece is a dot, a dash or a part of a letter.
MIN_LENGTH = 5.0
# An end that sticks out further than this has something beside it that belongs to the table.
MAX_OVERHANG = 8.0
# A rule parts two places if it runs along this share of their border.
MIN_SHARE = 0.6
# A ground that covers this share of its page is the page's own.
MAX_GROUND = 0.85
# Pairs of a horizontal and a vertical rule that are compared; the longest table of a report has some thousands.
MAX_PAIRS = 400_000
MAX_PLACES = 40_000


class Rule(NamedTuple):
    """A rule across or along a page: where it stands, and where it begins and ends."""

    at: float
    start: float
    end: float


class RuledCell(NamedTuple):
    """A cell by its place in the table, the places it covers, and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table that rules delimit.

    Attributes:
        box: What its outer rules enclose.
        across: Where its columns begin, and where the last one ends.
        down: Where its rows begin, and where the last one ends.
        cells: Its cells, row by row.
        gaps: Places that belong to no rectangle; text in them means that rules are missing.
        by_grounds: Whether grounds delimit it and no drawn rules.
    """

    box: Box
    across: tuple[float, ...]
    down: tuple[float, ...]
    cells: tuple[RuledCell, ...]
    gaps: tuple[Box, ...]
    by_grounds: bool = False


def find_tables(shapes: Sequence[Shape], page: Box) -> tuple[list[RuledTable], bool]:
    """The ruled tables of a page from top to bottom, and whether all of its rules were looked at.

    Rules that are drawn come first. Edges of grounds delimit a table only where no drawn rules do: within a ruled
    table a ground shades a cell or marks a word.
    """
    is_rule = [min(shape.box.width, shape.box.height) <= THIN for shape in shapes]
    drawn = [shape.box for shape, thin in zip(shapes, is_rule, strict=True) if thin]
    grounds = [
        shape.box
        for shape, thin in zip(shapes, is_rule, strict=True)
        if not thin and shape.box.width * shape.box.height < MAX_GROUND * page.width * page.height
    ]
    tables, is_whole = _tables_of(drawn)
    loose = [box for box in grounds if not any(table.box.holds(box.middle) for table in tables)]
    if loose and is_whole:
        edges = [edge for box in loose for edge in _edges(box)]
        beside = [box for box in drawn if not any(table.box.holds(box.middle) for table in tables)]
        more, is_whole = _tables_of(edges + beside)
        tables += [
            replace(table, by_grounds=True)
            for table in more
            if not any(_overlap(table.box, other.box) for other in tables)
        ]
    return sorted(tables, key=lambda table: (table.box.top, table.box.left)), is_whole


def _edges(box: Box) -> tuple[Box, ...]:
    left, top, right, bottom = box
    return (
        Box(left, top, right, top),
        Box(left, bottom, right, bottom),
        Box(left, top, left, bottom),
        Box(right, top, right, bottom),
    )


def _overlap(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _tables_of(boxes: Sequence[Box]) -> tuple[list[RuledTable], bool]:
    flat = [Rule((box.top + box.bottom) / 2, box.left, box.right) for box in boxes if _lies(box)]
    upright = [Rule((box.left + box.right) / 2, box.top, box.bottom) for box in boxes if _stands(box)]
    across, down = merge_rules(flat), merge_rules(upright)
    if len(across) * len(down) > MAX_PAIRS:
        return [], False
    tables = []
    for own_across, own_down in _connected(across, down):
        table = _build(own_across, own_down)
        if table is not None:
            tables.append(table)
    inner = [
        table
        for table in tables
        if not any(
            other is not table
            and other.box.holds((table.box.left, table.box.top))
            and other.box.holds((table.box.right, table.box.bottom))
            for other in tables
        )
    ]
    return inner, True


def _lies(box: Box) -> bool:
    return box.height <= THIN


def _stands(box: Box) -> bool:
    return box.width <= THIN


def merge_rules(pieces: Iterable[Rule]) -> list[Rule]:
    """Pieces of rules as whole rules: what stands in one line and touches is one, and so is a double rule.

    Example:
        >>> merge_rules([Rule(10, 0, 50), Rule(11, 0, 50), Rule(10, 52, 90), Rule(40, 0, 90)])
        [Rule(at=10.333333333333334, start=0, end=90), Rule(at=40.0, start=0, end=90)]
    """
    lines: list[list[Rule]] = []
    for piece in sorted(pieces):
        if lines and piece.at - lines[-1][-1].at <= NEAR and piece.at - lines[-1][0].at <= 2 * NEAR:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    rules = []
    for line in lines:
        at = sum(piece.at for piece in line) / len(line)
        start, end = None, 0.0
        for piece in sorted(line, key=lambda piece: piece.start):
            if start is not None and piece.start - end <= NEAR:
                end = max(end, piece.end)
                continue
            if start is not None and end - start >= MIN_LENGTH:
                rules.append(Rule(at, start, end))
            start, end = piece.start, piece.end
        if start is not None and end - start >= MIN_LENGTH:
            rules.append(Rule(at, start, end))
    return rules


def _connected(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch one another."""
    parent = list(range(len(across) + len(down)))
    for one, flat in enumerate(across):
        for two, upright in enumerate(down, len(across)):
            if (
                flat.start - NEAR <= upright.at <= flat.end + NEAR
                and upright.start - NEAR <= flat.at <= upright.end + NEAR
            ):
                parent[_root(parent, one)] = _root(parent, two)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for one, flat in enumerate(across):
        groups[_root(parent, one)][0].append(flat)
    for two, upright in enumerate(down, len(across)):
        groups[_root(parent, two)][1].append(upright)
    return [group for group in groups.values() if group[0] and group[1]]


def _root(parent: list[int], item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


def _marks(rules: Sequence[Rule], ends: Sequence[Rule]) -> list[float]:
    """Where the tracks of a table begin and end: its rules, and the ends of crossing rules that stick out.

    The end that a table lacks its outer rule at is thus the end of the rules that cross it.
    """
    marks = sorted({rule.at for rule in rules})
    first, last = min(rule.start for rule in ends), max(rule.end for rule in ends)
    if not marks or first < marks[0] - MAX_OVERHANG:
        marks.insert(0, first)
    if last > marks[-1] + MAX_OVERHANG:
        marks.append(last)
    return marks


def _build(across: Sequence[Rule], down: Sequence[Rule]) -> RuledTable | None:
    xs, ys = _marks(down, across), _marks(across, down)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > MAX_PLACES:
        return None
    walls_right = _walls(down, xs, ys)
    walls_below = _walls(across, ys, xs)
    parent = list(range(rows * columns))
    for row in range(rows):
        for column in range(columns):
            place = row * columns + column
            if column + 1 < columns and (column + 1, row) not in walls_right:
                parent[_root(parent, place)] = _root(parent, place + 1)
            if row + 1 < rows and (row + 1, column) not in walls_below:
                parent[_root(parent, place)] = _root(parent, place + columns)
    regions: dict[int, list[int]] = defaultdict(list)
    for place in range(rows * columns):
        regions[_root(parent, place)].append(place)
    cells, gaps = [], []
    for places in regions.values():
        top, bottom = places[0] // columns, places[-1] // columns
        left, right = min(place % columns for place in places), max(place % columns for place in places)
        if len(places) == (bottom - top + 1) * (right - left + 1):
            box = Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
            cells.append(RuledCell(top, left, bottom - top + 1, right - left + 1, box))
        else:
            for place in places:
                row, column = divmod(place, columns)
                gaps.append(Box(xs[column], ys[row], xs[column + 1], ys[row + 1]))
    if len(cells) < 2:
        return None
    return RuledTable(Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(xs), tuple(ys), tuple(sorted(cells)), tuple(gaps))


def _walls(rules: Sequence[Rule], marks: Sequence[float], tracks: Sequence[float]) -> set[tuple[int, int]]:
    """Which mark is drawn along which track, by their numbers."""
    number = {mark: place for place, mark in enumerate(marks)}
    covered: dict[tuple[int, int], float] = defaultdict(float)
    for rule in rules:
        for track, (begin, end) in enumerate(pairwise(tracks)):
            shared = min(rule.end, end) - max(rule.start, begin)
            if shared > 0:
                covered[number[rule.at], track] += shared / (end - begin)
    return {key for key, share in covered.items() if share >= MIN_SHARE}
