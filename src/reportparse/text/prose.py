"""Sentences of running text that hold a number, with the number taken out; tables are passed over.

A sentence is read without white space, so that a line break inside a word does not matter, and with ``#`` for each
number that a unit follows, so that patterns of wording need not know how numbers are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from ..kinds import Section, Value
from ..spans import Span, span_of
from .normalize import NormalText

MAX_SENTENCE = 400  # characters read on each side of a number; no author writes longer sentences with figures
MAX_SENTENCES = 1_000  # sentences that are read; the report of a whole province has fewer than a hundred with numbers
MAX_GAP = 300  # characters between two cells of one table: more than the longest row of heads of any form
_SMALL_GAP = 8  # characters between two cells that cannot hold a sentence
_LEAD = 160  # characters before a sentence that still say what it is about
_MAX_DIGITS = 12

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_LIKE_DIGITS = str.maketrans("〇两", "零二")
_CHINESE = "零一二三四五六七八九〇两十百千万"
_UNIT = "件份起宗例条次项个元部"
_UNITS = f"(?!部分)[{_UNIT}]"
_NUMBER = rf"(?=[\s万{_UNIT}])(?<=[0-9{_CHINESE}])(?<!第[{_CHINESE}])\s{{0,3}}+万?\s{{0,3}}+{_UNITS}"
_WRAPPED = r"\s{0,9}+"  # a word may be broken over two lines
_NONE = "(?<=[未没无])[^。未没无]{0,48}?"  # no second such word, or a run of them would cost its square
# White space, or a number of its own before a unit: not 第三件, 近百件 or the end of 3.5 and of 1 2.
# These patterns begin with a class of characters and look back at it, because such a search runs much faster.
_PIECE_RE = re.compile(
    rf"[\s0-9{_CHINESE}](?:(?<=\s)\s*+|(?<![0-9第近约逾过.].)(?<![0-9][.,，\s].)(?P<number>"
    r"(?<=[0-9])[0-9]{0,2}(?:[,，][0-9]{3})++(?:\.[0-9]++)?|(?<=[0-9])[0-9]*+(?:\.[0-9]++)?"
    rf"|(?<=[{_CHINESE}])[{_CHINESE}]*+)(?P<scale>\s*+万)?(?=\s*+万?{_UNITS}))"
)
# A full stop, an empty line, the line before an enumerator, or a short line after one: a heading.
_ENUMERATOR = (
    r"[#*\s]*+(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|\d{1,2}[.、．](?!\d)|第[一二三四五六七八九十]{1,3}部分)"
)
_END_RE = re.compile(rf"[。！？\n](?:(?<!\n)|\s*+\n|{_ENUMERATOR}[^\n，。；：\d]{{0,26}}+\n|(?={_ENUMERATOR}|[\-|]))")


class Stretch(NamedTuple):
    """Where a sentence stands in the normal text, and the beginning and kind of its section."""

    low: int
    high: int
    floor: int
    kind: str


class Sentence(NamedTuple):
    """A sentence without white space, its numbers replaced by ``#``.

    Attributes:
        text: The sentence.
        lead: What stands before it, as it is.
        numbers: The numbers by their place in ``text``, each with its place in the normal text.
        gaps: How much white space was left out before places of ``text``.
        stretch: Where it stands.
    """

    text: str
    lead: str
    numbers: dict[int, tuple[Value, Span]]
    gaps: list[tuple[int, int]]
    stretch: Stretch

    def normal_span(self, start: int, end: int) -> Span:
        """The stretch of the normal text that ``text[start:end]`` stands for.

        Example:
            >>> from reportparse.text.normalize import normalize_text
            >>> text = "收到 申请 十二 件。"
            >>> section = Section(kind="overview", span=Span(0, len(text)))
            >>> sentence = read_sentence(text, next(iter_sentences(normalize_text(text), [section], [])))
            >>> sentence.text, sentence.numbers, sentence.normal_span(0, 4)
            ('收到申请#件。', {4: (12, Span(start=6, end=8))}, Span(start=0, end=5))
        """
        return Span(self._place(start), self._place(end - 1) + 1)

    def _place(self, place: int) -> int:
        longer = sum(span.end - span.start - 1 for own, (_, span) in self.numbers.items() if own < place)
        return self.stretch.low + place + longer + sum(length for own, length in self.gaps if own <= place)


# Make a stretch and a sentence of a tuple, in a third of the time of calling the classes.
_stretch_of: Callable[[tuple[int, int, int, str]], Stretch] = partial(tuple.__new__, Stretch)
_sentence_of: Callable[[tuple[str, str, dict[int, tuple[Value, Span]], list[tuple[int, int]], Stretch]], Sentence]
_sentence_of = partial(tuple.__new__, Sentence)


@lru_cache(maxsize=8)
def _hit_re(topics: tuple[str, ...]) -> re.Pattern[str]:
    """Where a sentence may tell a number: a digit before a unit, or a word for none before a topic."""
    ways = [_NUMBER]
    if topics:
        ways.append(f"{_NONE}(?:{'|'.join(map(_WRAPPED.join, topics))})")
    return re.compile(rf"[0-9{_CHINESE}未没无](?:{'|'.join(ways)})")


def iter_sentences(
    normal: NormalText, sections: Sequence[Section], tables: Sequence[Span], topics: tuple[str, ...] = ()
) -> Iterator[Stretch]:
    """Where sentences stand that hold a number before a unit, or say that there is none of some topic.

    At most ``MAX_SENTENCES`` are given, so that the time is linear in the text.

    Args:
        normal: The text.
        sections: Its sections; text in no section is no prose of the report.
        tables: Stretches of the normal text to pass over, in rising order.
        topics: Words that make a claim of a word for none which stands before them.
    """
    text = normal.text
    search = _hit_re(topics).search
    budget = MAX_SENTENCES
    passed, after = 0, iter(tables)
    table = next(after, None)
    for section in sections:
        floor, ceiling = normal.target_span(*section.span)
        done = floor
        while hit := search(text, done, ceiling):
            place = hit.start()
            while table is not None and table.start <= place:
                passed = table.end
                table = next(after, None)
            if passed > place:
                done = passed
                continue
            high = min(ceiling, table.start) if table is not None else ceiling
            low, done = _sentence_around(text, place, max(done, passed), high)
            yield _stretch_of((low, done, floor, section.kind))
            budget -= 1
            if not budget:
                return


def read_sentence(text: str, stretch: Stretch) -> Sentence:
    """Read the sentence that stands in a stretch of the normal text."""
    low, high, floor, _ = stretch
    pieces: list[str] = []
    numbers: dict[int, tuple[Value, Span]] = {}
    gaps: list[tuple[int, int]] = []
    length, done = 0, low
    for match in _PIECE_RE.finditer(text, low, high):
        start, end = match.span()
        if match.lastindex:
            value = read_number(text[start : match.end(1)], is_scaled=match[2] is not None)
            if value is None:
                continue
            pieces += (text[done:start], "#")
            length += start - done
            numbers[length] = (value, span_of((start, end)))
            length += 1
        else:
            pieces.append(text[done:start])
            length += start - done
            gaps.append((length, end - start))
        done = end
    pieces.append(text[done:high])
    return _sentence_of(("".join(pieces), text[max(floor, low - _LEAD) : low], numbers, gaps, stretch))


def table_zones(normal: NormalText, cells: Sequence[Span]) -> list[Span]:
    """Stretches of the normal text that are tables: runs of cells without a full stop between them.

    Args:
        normal: The text.
        cells: Places of cells, or of whole tables, in the source.
    """
    if not cells:
        return []
    source = normal.source
    ordered = sorted(cells, key=itemgetter(0))
    zones = []
    first, reach = ordered[0]
    for start, end in ordered:
        if start > reach + _SMALL_GAP and (start > reach + MAX_GAP or source.find("。", reach, start) >= 0):
            zones.append(normal.target_span(first, reach))
            first = start
        if end > reach:
            reach = end
    zones.append(normal.target_span(first, reach))
    return zones


def read_number(raw: str, *, is_scaled: bool = False) -> Value | None:
    """The value of a number in prose, with Arabic or Chinese digits; None where it is none.

    Args:
        raw: The number; commas may part its thousands.
        is_scaled: It is followed by 万 (ten thousand).

    Example:
        >>> [read_number(raw) for raw in ("1,204", "十二", "一千二百", "两", "二〇", "一二", "百")]
        [1204, 12, 1200, 2, 20, None, None]
        >>> read_number("1.2", is_scaled=True)
        12000
    """
    times = 10_000 if is_scaled else 1
    if raw[0] not in "0123456789":
        found = _DIGITS[raw] if raw in _DIGITS else _chinese_number(raw.translate(_LIKE_DIGITS))
        return None if found is None else found * times
    plain = raw.replace(",", "").replace("，", "")
    if len(plain) > _MAX_DIGITS:
        return None
    if plain.isdigit():
        return int(plain) * times
    value = Decimal(plain) * times
    return int(value) if value == value.to_integral_value() else value


def _chinese_number(raw: str) -> int | None:
    if len(raw) > _MAX_DIGITS or (raw[0] in _SCALES and raw[0] != "十"):
        return None
    if _SCALES.keys().isdisjoint(raw):
        # 二零 is 20, but 一二 says one or two.
        if len(raw) > 1 and "零" not in raw:
            return None
        return int("".join(str(_DIGITS[character]) for character in raw))
    total = digit = 0
    for character in raw:
        scale = _SCALES.get(character)
        if scale is None:
            digit = _DIGITS[character]
        elif scale == _SCALES["万"]:
            total, digit = (total + digit) * scale, 0
        else:
            total, digit = total + (digit or 1) * scale, 0
    return total + digit


def _sentence_around(text: str, place: int, low: int, high: int) -> tuple[int, int]:
    """The borders of the sentence that holds ``place``, at most between ``low`` and ``high``."""
    low, high = max(low, place - MAX_SENTENCE), min(high, place + MAX_SENTENCE)
    # No end reaches over a full stop, so what stands before the last one need not be looked at.
    for end in _END_RE.finditer(text, max(low, text.rfind("。", low, place)), place):
        low = end.end()
    after = _END_RE.search(text, place, high)
    if after:
        high = after.start() + (text[after.start()] != "\n")
    return low, high
