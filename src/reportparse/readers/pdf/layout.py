"""A page laid out: its lines and tables from top to bottom, and what stands aside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .lines import TextLine, beside_broken, lines_of, part_upright
from .page import Box, Glyph, Page, within
from .rules import RuledTable, find_tables
from .tables import GAP, Table, fill_table

Block = TextLine | Table
NUMBER_SIGNS = frozenset("0123456789.,，．")
# Digits that stand this close, as a share of their size, are one number.
TOUCH = 0.12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as blocks.

    Attributes:
        number: Of the page, from 1.
        box: The page.
        head: Lines of furniture above the blocks.
        blocks: Lines and tables, from top to bottom.
        foot: Lines of furniture below the blocks.
        aside: Lines that are out of sight, or written askew.
        unread_rules: Whether rules of the page delimit no cells that could be trusted.
    """

    number: int
    box: Box
    head: tuple[TextLine, ...] = ()
    blocks: tuple[Block, ...] = ()
    foot: tuple[TextLine, ...] = ()
    aside: tuple[TextLine, ...] = ()
    unread_rules: bool = False


def lay_out(page: Page) -> Sheet:
    """The lines and tables of a page."""
    ruled, is_whole = find_tables(page.shapes, page.box)
    finder = _Finder(ruled)
    inside: list[dict[int, list[Glyph]]] = [{} for _ in ruled]
    loose: list[Glyph] = []
    aside: list[Glyph] = []
    torn: set[int] = set()
    for run in _runs(page.glyphs):
        points = [within(page.box, glyph.box.middle) for glyph in run]
        places = {place for point in points if (place := finder.cell_at(point)) is not None}
        is_off = not any(map(page.box.holds, points))
        if is_off or all(glyph.is_aside for glyph in run):
            aside += run
        elif len(places) == 1:
            [(number, cell)] = places
            inside[number].setdefault(cell, []).extend(run)
        elif not places:
            loose += run
        else:
            torn |= {number for number, _ in places}
            loose += run
    tables: list[Table] = []
    for number, table in enumerate(ruled):
        own = inside[number]
        filled = fill_table(table, own, page.number) if number not in torn and own else None
        if filled is not None:
            tables.append(filled)
        else:
            loose += [glyph for glyphs in own.values() for glyph in glyphs]
            is_whole = is_whole and (table.by_grounds or not own)
    blocks: list[Block] = [*beside_broken(part_upright(lines_of(loose))), *tables]
    blocks.sort(key=lambda block: block.box.top)
    return Sheet(page.number, page.box, blocks=tuple(blocks), aside=tuple(lines_of(aside)), unread_rules=not is_whole)


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs one by one, but the digits of a number together: wherever a rule or an edge crosses it, it is one."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _goes_on(glyph: Glyph, following: Glyph) -> bool:
    """Whether two glyphs that were drawn one after the other are digits of one number."""
    if glyph.text not in NUMBER_SIGNS or following.text not in NUMBER_SIGNS or following.is_spaced:
        return False
    size = max(glyph.size, 1.0)
    gap, step = following.box.left - glyph.box.right, following.box.middle[1] - glyph.box.middle[1]
    return abs(gap) <= TOUCH * size and abs(step) <= TOUCH * size


class _Finder:
    """Tells which cell of which table a point stands in; a gap between cells counts as a cell of its own."""

    def __init__(self, tables: Sequence[RuledTable]) -> None:
        self._tables = tables
        self._owners = [
            {
                (cell.row + row, cell.column + column): number
                for number, cell in enumerate(table.cells)
                for row in range(cell.row_span)
                for column in range(cell.column_span)
            }
            for table in tables
        ]

    def cell_at(self, point: tuple[float, float]) -> tuple[int, int] | None:
        """The numbers of the table and of the cell; :data:`GAP` for the cell where rules leave no rectangle."""
        for number, table in enumerate(self._tables):
            if table.box.holds(point):
                place = _track(table.down, point[1]), _track(table.across, point[0])
                return number, self._owners[number].get(place, GAP)
        return None


def _track(marks: Sequence[float], at: float) -> int:
    return min(max(bisect_right(marks, at) - 1, 0), len(marks) - 2)
