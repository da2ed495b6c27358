"""The numbers that Word prints before the paragraphs of a list, which stand nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ..office.packages import Package, attribute, child, short_name
from .styles import number_of, switch, value_of

if TYPE_CHECKING:
    from ..office.packages import Element

_PLACE_RE = re.compile(r"%([1-9])")
_MAX_LEVELS = 9
# Beyond it a number is printed in digits: Roman numbers and letters grow with it.
_MAX_NUMBER = 9_999


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: how it counts, and the text with ``%1`` to ``%9`` for the numbers of the levels."""

    text: str = "%1."
    kind: str = "decimal"
    start: int = 1
    separator: str = " "
    restarts_after: int | None = None
    is_plain: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    """A list with its levels; all lists of one definition count on together."""

    levels: dict[int, Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * _MAX_LEVELS)
    style_link: str = ""


class Numbering:
    """The lists of a file, and how far each has counted. One value serves one walk through the text."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._lists: dict[str, _List] = {}
        self._used: dict[str, tuple[str, dict[int, Level]]] = {}  # id in the text -> definition, own levels
        self._begun: set[str] = set()
        linked: dict[str, str] = {}
        for element in package.elements(part, "w:abstractNum", "w:num") if part else ():
            if short_name(element.tag) == "w:num":
                self._add_used(element)
                continue
            key = attribute(element, "w:abstractNumId") or ""
            levels = {_level_number(inner): _read_level(inner) for inner in element if _is(inner, "w:lvl")}
            self._lists[key] = _List(levels, style_link=value_of(element, "w:numStyleLink") or "")
            if link := value_of(element, "w:styleLink"):
                linked[link] = key
        for own in self._lists.values():
            if own.style_link in linked:
                own.levels = self._lists[linked[own.style_link]].levels

    def _add_used(self, element: Element) -> None:
        overrides = {}
        for inner in element:
            if _is(inner, "w:lvlOverride"):
                number = _level_number(inner)
                level = child(inner, "w:lvl")
                start = number_of(inner, "w:startOverride", -1)
                overrides[number] = (
                    replace(_read_level(level), start=start) if level is not None else Level("", start=start)
                )
        self._used[attribute(element, "w:numId") or ""] = value_of(element, "w:abstractNumId") or "", overrides

    def level_of_style(self, list_id: str, style: str) -> int:
        """The level of a list whose paragraphs have a style."""
        own = self._lists.get(self._used.get(list_id, ("", {}))[0])
        return next((number for number, level in own.levels.items() if level.style == style), 0) if own else 0

    def next(self, list_id: str, number: int) -> str:
        """The next number of a list at a level as it is printed, with the space after it; empty for none and bullets.

        A bullet is drawn and says nothing, so it is no text.
        """
        key, overrides = self._used.get(list_id, ("", {}))
        own = self._lists.get(key)
        if own is None or not 0 <= number < _MAX_LEVELS:
            return ""
        level = self._level(own, overrides, number)
        if list_id not in self._begun:
            self._begun.add(list_id)
            for place, override in overrides.items():
                if override.start >= 0 and place < _MAX_LEVELS:
                    own.counts[place] = None
        counts = own.counts
        count = counts[number]
        counts[number] = level.start if count is None else count + 1
        for deeper in range(number + 1, _MAX_LEVELS):
            limit = self._level(own, overrides, deeper).restarts_after
            if limit is None or number < limit:
                counts[deeper] = None
        if level.kind == "bullet":
            return ""

        def printed(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            shown = self._level(own, overrides, place)
            value = counts[place]
            return print_number(shown.start if value is None else value, "decimal" if level.is_plain else shown.kind)

        text = _PLACE_RE.sub(printed, level.text)
        return text + level.separator if text else ""

    def _level(self, own: _List, overrides: dict[int, Level], number: int) -> Level:
        level = own.levels.get(number, Level(""))
        override = overrides.get(number)
        if override is None:
            return level
        if override.text:
            return override if override.start >= 0 else replace(override, start=level.start)
        return replace(level, start=override.start) if override.start >= 0 else level


def _is(element: Element, name: str) -> bool:
    return short_name(element.tag) == name


def _level_number(element: Element) -> int:
    printed = attribute(element, "w:ilvl") or "0"
    return int(printed) if printed in "012345678" else _MAX_LEVELS


def _read_level(element: Element) -> Level:
    kind = value_of(element, "w:numFmt") or "decimal"
    text = value_of(element, "w:lvlText") or ""
    restart = number_of(element, "w:lvlRestart", -1)
    return Level(
        text="" if kind == "none" and "%" in text else text,
        kind=kind,
        start=number_of(element, "w:start", 0),
        separator="" if value_of(element, "w:suff") == "nothing" else " ",
        restarts_after=None if restart < 0 else restart,
        is_plain=bool(switch(element, "w:isLgl")),
        style=value_of(element, "w:pStyle") or "",
    )


def print_number(value: int, kind: str) -> str:
    """A number of a list in one of the ways that Word prints it; in digits where the way is not known.

    Example:
        >>> [print_number(12, kind) for kind in ("chineseCountingThousand", "decimalEnclosedCircle", "lowerRoman")]
        ['十二', '⑫', 'xii']
    """
    way = _WAYS.get(kind)
    return way(value) if way and 0 < value <= _MAX_NUMBER else str(value)


def _in_han(value: int, digits: str, units: str, *, one_before_ten: bool = False) -> str:
    """A number up to 9,999 in Han numerals with units: 一百零五, 壹佰零伍."""
    printed = ""
    zero = False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            printed += (digits[0] if zero and printed else "") + digits[digit] + (units[power - 1] if power else "")
        zero = not digit
    is_teen = 10 <= value < 20 and not one_before_ten
    return printed[1:] if is_teen else printed


def _by_digits(value: int, digits: str) -> str:
    return "".join(digits[int(digit)] for digit in str(value))


def _from_run(value: int, first: str, last: str) -> str:
    """A sign out of a run of Unicode, such as ① to ⑳; in digits after its end."""
    sign = chr(ord(first) + value - 1)
    return sign if sign <= last else str(value)


def _in_cycle(value: int, signs: str) -> str:
    return signs[(value - 1) % len(signs)]


def _in_letters(value: int, first: str) -> str:
    """a to z, then aa to zz and on, as Word counts."""
    return chr(ord(first) + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _in_roman(value: int, *, is_upper: bool) -> str:
    printed = ""
    sizes = (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")
    for size, letters in (*sizes, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        printed += letters * (value // size)
        value %= size
    return printed.upper() if is_upper else printed


_HAN = partial(_in_han, digits="零一二三四五六七八九", units="十百千")
_LEGAL = partial(_in_han, digits="零壹贰叁肆伍陆柒捌玖", units="拾佰仟", one_before_ten=True)
_WAYS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _HAN,
    "chineseCountingThousand": _HAN,
    "taiwaneseCounting": _HAN,
    "taiwaneseCountingThousand": _HAN,
    "japaneseCounting": _HAN,
    "chineseLegalSimplified": _LEGAL,
    "ideographLegalTraditional": partial(_in_han, digits="零壹貳參肆伍陸柒捌玖", units="拾佰仟", one_before_ten=True),
    "ideographDigital": partial(_by_digits, digits="〇一二三四五六七八九"),
    "taiwaneseDigital": partial(_by_digits, digits="〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": partial(_by_digits, digits="〇一二三四五六七八九"),
    "decimalFullWidth": partial(_by_digits, digits="０１２３４５６７８９"),
    "decimalFullWidth2": partial(_by_digits, digits="０１２３４５６７８９"),
    "decimalEnclosedCircle": partial(_from_run, first="①", last="⑳"),
    "decimalEnclosedCircleChinese": partial(_from_run, first="①", last="⑳"),
    "decimalEnclosedParen": partial(_from_run, first="⑴", last="⒇"),
    "decimalEnclosedFullstop": partial(_from_run, first="⒈", last="⒛"),
    "ideographEnclosedCircle": partial(_from_run, first="㊀", last="㊉"),
    "ideographTraditional": partial(_in_cycle, signs="甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": partial(_in_cycle, signs="子丑寅卯辰巳午未申酉戌亥"),
    "lowerLetter": partial(_in_letters, first="a"),
    "upperLetter": partial(_in_letters, first="A"),
    "lowerRoman": partial(_in_roman, is_upper=False),
    "upperRoman": partial(_in_roman, is_upper=True),
    "decimalZero": "{:02d}".format,
}
