"""Page numbers, running heads and footers: lines at the edge of a page that come again on others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from ...resources import read_json
from ...text.keys import match_key
from ...text.labels import label_index
from .layout import Block, Sheet
from .lines import TextLine

# Furniture stands in this share of the page at its top and bottom, in at most so many lines.
EDGE = 0.14
MAX_LINES = 3
# How far the same line of two pages may stand apart in height, in points.
NEAR = 4.0
_NUMBER_RE = re.compile(r"\d+")
_WORD_RE = re.compile(r"[^\W\d_]")


@cache
def _page_number_re() -> re.Pattern[str]:
    return re.compile("|".join(read_json("layout.json")["page_lines"]), re.IGNORECASE)


def part_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Take page numbers, running heads and footers out of the blocks of each page."""
    edges = [(sheet.number, _edge(sheet, at_top=True), _edge(sheet, at_top=False)) for sheet in sheets]
    tops = [(number, line, line.box.top) for number, top, _ in edges for line in top]
    bottoms = [(number, line, line.box.top) for number, _, bottom in edges for line in bottom]
    parted = []
    for sheet, (number, top, bottom) in zip(sheets, edges, strict=True):
        head = _taken(number, top, tops)
        foot = _taken(number, bottom, bottoms)
        blocks = sheet.blocks[len(head) : len(sheet.blocks) - len(foot)]
        parted.append(replace(sheet, head=tuple(head), blocks=blocks, foot=tuple(reversed(foot))))
    return parted


Placed = tuple[int, TextLine, float]


def _edge(sheet: Sheet, *, at_top: bool) -> list[TextLine]:
    """The outermost lines of a page, from its edge inwards."""
    blocks: Sequence[Block] = sheet.blocks if at_top else sheet.blocks[::-1]
    found: list[TextLine] = []
    for block in blocks[: MAX_LINES if len(blocks) > 1 else 0]:
        middle = block.box.middle[1]
        share = middle / sheet.box.height if at_top else 1 - middle / sheet.box.height
        if not isinstance(block, TextLine) or share > EDGE:
            break
        found.append(block)
    return found


def _taken(number: int, lines: Sequence[TextLine], others: Sequence[Placed]) -> list[TextLine]:
    """The lines that are furniture, from the edge of the page inwards up to the first that is none."""
    taken: list[TextLine] = []
    for line in lines:
        if not _is_page_number(line) and (_names_a_column(line) or not _comes_again(number, line, others)):
            break
        taken.append(line)
    return taken


def _is_page_number(line: TextLine) -> bool:
    text = line.text
    return len(text) < 30 and _page_number_re().fullmatch(text) is not None


def _names_a_column(line: TextLine) -> bool:
    """Whether a line holds heads of a table, which come again on each of its pages."""
    return any(label_index().find(match_key(word.text)) for word in line.words)


def _comes_again(number: int, line: TextLine, others: Sequence[Placed]) -> bool:
    return any(
        number != other and abs(line.box.top - top) <= NEAR and _is_same(line.text, like.text, other - number)
        for other, like, top in others
    )


def _is_same(text: str, other: str, pages: int) -> bool:
    """Whether two lines say the same, but for a number that counts the pages."""
    if _NUMBER_RE.sub("#", text) != _NUMBER_RE.sub("#", other):
        return False
    steps = set(_steps(text, other))
    if not steps <= {0, pages}:
        return False
    return pages in steps or _WORD_RE.search(text) is not None


def _steps(text: str, other: str) -> Iterator[int]:
    """How far the numbers of the one are from those of the other; all of them are short."""
    for one, two in zip(_NUMBER_RE.findall(text), _NUMBER_RE.findall(other), strict=True):
        yield int(two[:12]) - int(one[:12])
