"""Lines of a text, and the enumerators that stand at their beginning.

Headings, rows of a table and items of a list all begin with an ordinal; which of them a line is, its
surroundings decide (:mod:`reportparse.sections.split`). Here only the ordinal itself is read, whatever its dress.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_TENS = frozenset("十拾")
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}  # ① ②
_BRACKETED = {chr(0x2474 + n): n + 1 for n in range(20)}  # ⑴ ⑵
_DOTTED = {chr(0x2488 + n): n + 1 for n in range(20)}  # ⒈ ⒉
_HAN_BRACKETED = {chr(0x3220 + n): n + 1 for n in range(10)}  # ㈠ ㈡

# The characters of Chinese ordinals, those of cheques too.
ORDINALS = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_ORDINAL = f"[{ORDINALS}]"

# Seen through before a heading: white space, marks of headings, quotes and lists in Markdown, bullets, cell bars,
# and the tags that converters leave in Markdown. One class holds all white space but the newline, because a class is
# repeated at the speed of a scan and a choice is not.
_MARK = "[\t\v\f\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff#*>|│┃•●·◆■▪★-]"
MARKS = rf"{_MARK}*+(?:</?[A-Za-z][^<>\n]{{0,200}}+>{_MARK}*+)*+"
MARKS_RE = re.compile(MARKS)

_ENUMERATOR_RE = re.compile(
    rf"第(?P<part>{_ORDINAL}{{1,3}}|\d{{1,2}})(?:部分|章|节)[ \t\u3000、:：.．]*+"
    rf"|(?P<is>{_ORDINAL})是(?=\S)"
    rf"|[（(]\s?(?P<paren>{_ORDINAL}{{1,3}})\s?[)）][、.．]?"
    rf"|(?P<list>{_ORDINAL}{{1,3}})(?:\s*+[、．.,，:：]|[ \t\u3000]++)"
    r"|(?P<number>\d{1,2})(?:\s?[、．]|\.(?!\d)|\s?,(?!\d))"
    r"|[（(]\s?(?P<paren_number>\d{1,2})\s?[)）][、.．]?"
    r"|(?P<sign>[①-⑳⑴-⒇⒈-⒛㈠-㈩])[、.．]?"
)

_INITIALS = frozenset(f"第（({ORDINALS}") | {
    *_CIRCLED,
    *_BRACKETED,
    *_DOTTED,
    *_HAN_BRACKETED,
}

# The rank in the usual nesting: 一、 over （一） and 一是 over 1. over (1) over ①.
_LEVELS = {"part": 1, "list": 1, "paren": 2, "is": 2, "number": 3, "paren_number": 4, "circled": 5}


class Line(NamedTuple):
    """A line without its newline; ``start`` and ``end`` are its place in the text it was cut from."""

    start: int
    end: int
    text: str


# A text has hundreds of lines, and calling the class takes three times as long.
_line_of: Callable[[tuple[int, int, str]], Line] = partial(tuple.__new__, Line)


class Enumerator(NamedTuple):
    """An ordinal as printed at the start of a heading, row or item.

    ``style`` is ``part`` (第一部分), ``list`` (一、), ``paren`` (（一） or ㈠), ``is`` (一是), ``number`` (1.),
    ``paren_number`` ((1)) or ``circled`` (①); ``level`` is its usual depth. The words follow at ``end``.
    """

    raw: str
    style: str
    level: int
    value: int
    end: int


def split_lines(text: str) -> tuple[Line, ...]:
    """Cut a text into lines at newlines; a carriage return before a newline is left out too.

    Example:
        >>> [line.text for line in split_lines("一、总体情况\\r\\n二、主动公开")]
        ['一、总体情况', '二、主动公开']
    """
    lines: list[Line] = []
    has_returns = "\r" in text
    start = 0
    for piece in text.split("\n"):
        printed = piece.removesuffix("\r") if has_returns else piece
        lines.append(_line_of((start, start + len(printed), printed)))
        start += len(piece) + 1
    return tuple(lines)


def printed_lines(text: str, start: int, end: int) -> list[Line]:
    """Lines of a stretch that hold print, without the space around them, in places of the whole text.

    Example:
        >>> printed_lines("一\\n\\n  二 \\n三", 0, 7)
        [Line(start=0, end=1, text='一'), Line(start=5, end=6, text='二')]
    """
    lines = []
    for piece in text[start:end].split("\n"):
        if words := piece.strip():
            place = start if words is piece else start + piece.index(words)
            lines.append(_line_of((place, place + len(words), words)))
        start += len(piece) + 1
    return lines


def display_width(text: str) -> int:
    """Columns that a text takes on a screen; wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def read_ordinal(text: str) -> int | None:
    """The value of a Chinese ordinal from 1 to 99, or None for any other text.

    Example:
        >>> read_ordinal("十一"), read_ordinal("二十"), read_ordinal("叁"), read_ordinal("一二")
        (11, 20, 3, None)
    """
    if text in _DIGITS:
        return _DIGITS[text] or None
    if text.isascii():
        return int(text) if text.isdecimal() and len(text) <= 2 else None
    place = next((index for index, char in enumerate(text) if char in _TENS), -1)
    if place < 0:
        return None
    tens, ones = text[:place], text[place + 1 :]
    if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def begins_ordinal(text: str, start: int = 0) -> bool:
    """Whether a text begins as an enumerator does; whether it is one, :func:`read_enumerator` tells."""
    first = text[start : start + 1]
    return first in _INITIALS or first.isdecimal()


def read_enumerator(text: str, start: int = 0) -> Enumerator | None:
    """The enumerator that begins at ``start``, if any. White space before it is not passed over.

    Example:
        >>> read_enumerator("（三）不予公开")
        Enumerator(raw='（三）', style='paren', level=2, value=3, end=3)
        >>> read_enumerator("一是加强领导").style, read_enumerator("第二部分 概述").value
        ('is', 2)
        >>> read_enumerator("一年来，我局")
    """
    if not begins_ordinal(text, start):
        return None  # most lines begin otherwise, and this costs less than the pattern
    found = _ENUMERATOR_RE.match(text, start)
    if found is None:
        return None
    style = str(found.lastgroup)
    return _enumerator_of(found[0], style, found[style], found.end())


# All reports print the same few hundred ordinals.
@lru_cache(maxsize=1024)
def _enumerator_of(printed: str, style: str, ordinal: str, end: int) -> Enumerator | None:
    style, value = _read_sign(ordinal) if style == "sign" else (style, read_ordinal(ordinal) or 0)
    return Enumerator(printed.strip(), style, _LEVELS[style], value, end) if value else None


def _read_sign(char: str) -> tuple[str, int]:
    """The style and value of a number that is one character."""
    for style, signs in (
        ("paren", _HAN_BRACKETED),
        ("number", _DOTTED),
        ("paren_number", _BRACKETED),
        ("circled", _CIRCLED),
    ):
        if char in signs:
            return style, signs[char]
    return "circled", 0
