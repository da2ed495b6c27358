"""Glyphs to lines of print: words by the gaps between glyphs, lines by height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from ...text.values import is_value_token
from .page import Box, Glyph, around

# A gap between two glyphs that parts words, as a share of their size; wide characters stand further apart.
WORD_GAP = 0.2
WIDE_GAP = 0.35
SPACED_GAP = 0.05  # where a space was drawn
# A glyph belongs to a line if its middle stands this close to the line's, as a share of the line's height.
SAME_LINE = 0.45
# A digit this much smaller than its neighbour, and this far off its middle, is a mark beside it and no digit of it.
SMALL = 0.8
OFF_MIDDLE = 0.1
# From here on characters are as wide as Chinese ones.
FIRST_WIDE = "\u2e80"
# Characters written one below another: at least so many, this far from others as a share of the size of their line,
# no further below one another than this share of their height, within so many points of a column.
MIN_RUN = 3
ALONE = 0.5
MAX_STEP = 2.2
COLUMN = 4.0
# A number with less room than this beside it, in points, may be broken; its end stands at most so many sizes below.
ROOM = 14.0
MAX_LEADING = 1.5
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


class Word(NamedTuple):
    """Glyphs without a gap."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of print."""

    words: tuple[Word, ...]
    box: Box
    size: float

    @property
    def text(self) -> str:
        """Its words, one space between."""
        return " ".join(word.text for word in self.words)


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """The lines that glyphs stand in, from top to bottom, each from left to right."""
    rows: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.box.top + glyph.box.bottom):
        own = (glyph.box.top + glyph.box.bottom) / 2
        if rows and own - middle <= SAME_LINE * max(height, glyph.box.height):
            row = rows[-1]
            row.append(glyph)
            if glyph.box.height > height:
                middle, height = own, glyph.box.height
        else:
            rows.append([glyph])
            middle, height = own, glyph.box.height
    return [_line(row) for row in rows]


def _line(glyphs: list[Glyph]) -> TextLine:
    glyphs.sort(key=lambda glyph: glyph.box.left)
    size = median(glyph.size or glyph.box.height for glyph in glyphs)
    words: list[list[Glyph]] = []
    for glyph in glyphs:
        if words and glyph.box.left - words[-1][-1].box.right <= _gap(words[-1][-1], glyph):
            words[-1].append(glyph)
        else:
            words.append([glyph])
    made = tuple(Word(_text(word), around(glyph.box for glyph in word)) for word in words)
    return TextLine(made, around(word.box for word in made), size)


def part_upright(lines: Iterable[TextLine]) -> list[TextLine]:
    """The lines, what is written one character a line apart: a run of them is one line, which begins where it does.

    A character of such a run stands alone among the lines beside it, where a label or a mark would be read of it.
    """
    lines = list(lines)
    alone = [word for line in lines for word in _lone_characters(line)]
    runs: list[list[Word]] = []
    open_runs: dict[int, list[Word]] = {}
    for word in sorted(alone, key=lambda word: word.box.top):
        place = round(word.box.middle[0] / COLUMN)
        run = next(
            (open_runs[near] for near in (place, place - 1, place + 1) if _goes_on(open_runs.get(near), word)), None
        )
        if run is None:
            run = []
            runs.append(run)
        run.append(word)
        open_runs[place] = run
    upright = [run for run in runs if len(run) >= MIN_RUN]
    taken = {word for run in upright for word in run}
    kept = [_without(line, taken) for line in lines]
    joined = [Word("".join(word.text for word in run), around(word.box for word in run)) for run in upright]
    found = [line for line in kept if line.words] + [TextLine((word,), word.box, word.box.width) for word in joined]
    return sorted(found, key=lambda line: line.box.top)


def _lone_characters(line: TextLine) -> list[Word]:
    """Words of one wide character that stand away from others."""
    found = []
    for place, word in enumerate(line.words):
        before = word.box.left - line.words[place - 1].box.right if place else line.size
        after = line.words[place + 1].box.left - word.box.right if place + 1 < len(line.words) else line.size
        if len(word.text) == 1 and word.text >= FIRST_WIDE and min(before, after) > ALONE * line.size:
            found.append(word)
    return found


def _goes_on(run: list[Word] | None, word: Word) -> bool:
    """Whether a character stands under the last one of a run, no further than lines of a label do."""
    if run is None:
        return False
    last = run[-1].box
    return 0 < word.box.top - last.top <= MAX_STEP * last.height and abs(word.box.middle[0] - last.middle[0]) <= COLUMN


def _without(line: TextLine, taken: set[Word]) -> TextLine:
    words = tuple(word for word in line.words if word not in taken)
    return TextLine(words, around(word.box for word in words) if words else line.box, line.size)


def beside_broken(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, with what may be the end of a number set beside its beginning.

    Where columns stand so close that a number had no room, a line of numbers right under it may hold its last digits,
    or be the next row. Set beside one another they are too many values for a row, so neither is read for certain.
    """
    found: list[TextLine] = []
    for line in lines:
        places = [_broken_above(found, word, line.size) for word in line.words if is_value_token(word.text)]
        if not places or None in places:
            found.append(line)
            continue
        ends = iter([word for word in line.words if is_value_token(word.text)])
        for place in places:
            if place is not None:
                row, word = place
                found[row] = _with_beside(found[row], word, next(ends))
        rest = _without(line, {word for word in line.words if is_value_token(word.text)})
        if rest.words:
            found.append(rest)
    return found


def _broken_above(lines: Sequence[TextLine], word: Word, size: float) -> tuple[int, Word] | None:
    """The number without room that a number stands under, with the number of its line."""
    middle = word.box.middle[0]
    for row in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
        line = lines[row]
        if not 0 < word.box.top - line.box.top <= MAX_LEADING * size:
            continue
        for place, upper in enumerate(line.words):
            if not upper.box.left <= middle <= upper.box.right or not is_value_token(upper.text):
                continue
            before = upper.box.left - line.words[place - 1].box.right if place else ROOM
            after = line.words[place + 1].box.left - upper.box.right if place + 1 < len(line.words) else ROOM
            return (
                (row, upper) if len(upper.text) >= max(MIN_RUN, len(word.text)) and min(before, after) < ROOM else None
            )
    return None


def _with_beside(line: TextLine, upper: Word, end: Word) -> TextLine:
    place = line.words.index(upper) + 1
    beside = Word(end.text, Box(upper.box.right, end.box.top, upper.box.right + end.box.width, end.box.bottom))
    return TextLine((*line.words[:place], beside, *line.words[place:]), line.box, line.size)


def _gap(before: Glyph, after: Glyph) -> float:
    size = max(before.size, after.size) or after.box.height
    if after.is_spaced:
        return size * SPACED_GAP
    return size * (WIDE_GAP if min(before.text, after.text) >= FIRST_WIDE else WORD_GAP)


def _text(word: Sequence[Glyph]) -> str:
    """The characters of a word. Raised and lowered digits are written as such: ``5`` with a note 1 is never 51."""
    sizes = [glyph.size for glyph in word]
    largest = max(sizes)
    if min(sizes) >= SMALL * largest:
        return "".join(glyph.text for glyph in word)
    middle = median((glyph.box.top + glyph.box.bottom) / 2 for glyph in word if glyph.size >= SMALL * largest)
    return "".join(_shifted(glyph, middle, largest) for glyph in word)


def _shifted(glyph: Glyph, middle: float, size: float) -> str:
    if glyph.size >= SMALL * size:
        return glyph.text
    off = (glyph.box.top + glyph.box.bottom) / 2 - middle
    if abs(off) < OFF_MIDDLE * size:
        return glyph.text
    return glyph.text.translate(_RAISED if off < 0 else _LOWERED)
