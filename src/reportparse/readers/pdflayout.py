"""A page laid out: its lines and tables from top to bottom, and what stands aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .pdflines import TextLine, beside_broken, lines_of, part_upright
from .pdfpage import Box, Glyph, Page
from .pdfrules import RuledTable, find_tables
from .pdftables import Table, fill_table

Block = TextLine | Table


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
    inside: list[list[Glyph]] = [[] for _ in ruled]
    loose: list[Glyph] = []
    aside: list[Glyph] = []
    for glyph in page.glyphs:
        place = _table_at(ruled, glyph.box.middle)
        if glyph.is_aside:
            aside.append(glyph)
        elif place is None:
            loose.append(glyph)
        else:
            inside[place].append(glyph)
    tables: list[Table] = []
    for table, glyphs in zip(ruled, inside, strict=True):
        filled = fill_table(table, glyphs, page.number) if glyphs else None
        if filled is not None:
            tables.append(filled)
        elif glyphs:
            loose += glyphs
            is_whole = False
    blocks: list[Block] = [*beside_broken(part_upright(lines_of(loose))), *tables]
    blocks.sort(key=lambda block: block.box.top)
    return Sheet(page.number, page.box, blocks=tuple(blocks), aside=tuple(lines_of(aside)), unread_rules=not is_whole)


def _table_at(tables: Sequence[RuledTable], point: tuple[float, float]) -> int | None:
    return next((place for place, table in enumerate(tables) if table.box.holds(point)), None)
