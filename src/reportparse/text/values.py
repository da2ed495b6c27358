"""One printed cell to a number, a blank, a mark, or "unreadable". Nothing is guessed.

The text is normalised (Simplified, half-width digits). A number keeps what it is: counts are whole, money is
decimal, a change may be signed or worded. What is no number is never turned into one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ..forms import ValueType
from ..kinds import CellState, Value

_UNITS = "件次|人次|万元|亿元|件|条|次|篇|个|人|项|元|份|起|宗|期|场"
_MARKS = r"[-—–―－−/\\*_×]++|…++|\.{3,6}|[Nn]/?[Aa]|无|不适用|没有|未发生|未涉及|不涉及|本机关无此项|此项不适用"
# What data libraries and databases write for a cell that is empty.
_EMPTY = r"[Nn]a[Nn]|<NA>|NaT|None|null|NULL"
_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d++)(?:[.．]\d++)?"
_SIGN = r"[-+−－﹣–＋]"
_WORDS = r"(?:增加|减少|新增|增|减|↑|↓)"

NUMBER_RE = re.compile(rf"(?P<sign>{_SIGN}?)(?P<digits>{_DIGITS})(?P<unit>{_UNITS})?")
_MARK_RE = re.compile(_MARKS)
_EMPTY_RE = re.compile(_EMPTY)
_WORDED_RE = re.compile(rf"(?P<word>{_WORDS})了?(?P<digits>{_DIGITS})(?P<unit>{_UNITS})?")
_PAIR_RE = re.compile(
    rf"(?:\+|增加?|新增)(?P<up>\d++)(?:{_UNITS})?[/,，、]?(?:{_SIGN}|减少?)(?P<down>\d++)(?:{_UNITS})?"
)
_SAME_RE = re.compile(r"持平|无变化|不变|无增减")
_TOKEN_RE = re.compile(
    rf"{_SIGN}?{_DIGITS}(?:{_UNITS})?|{_PAIR_RE.pattern.replace('?P<up>', '?:').replace('?P<down>', '?:')}"
    rf"|{_WORDS}了?{_DIGITS}(?:{_UNITS})?|{_SAME_RE.pattern}|{_EMPTY}|{_MARKS}"
)
_BREAK_RE = re.compile(r"\s++")
# The mark of a footnote, which stands raised after a number and is no part of it.
_FOOTNOTE_RE = re.compile(r"(?<=[\d件条次篇个人项元])\s*+[⁽]?[⁰¹²³⁴-⁹]{1,2}+[⁾]?\Z")
_FALLING = frozenset(("减少", "减", "↓"))
_MINUS = frozenset("-−－﹣–")
MAX_DIGITS = 15  # a longer number is two cells run together or no count at all


class CellValue(NamedTuple):
    """What a printed cell says. ``note`` is a finding code when the reading needs telling."""

    state: CellState
    value: Value | None = None
    unit: str | None = None
    note: str | None = None


BLANK = CellValue("blank")


@lru_cache(maxsize=4096)
def is_value_token(text: str) -> bool:
    """Whether a piece of text without inner spaces can be the whole content of a value cell.

    Example:
        >>> [is_value_token(t) for t in ("12", "1,234", "-3", "0件", "增2", "——", "一、", "1.", "2019年")]
        [True, True, True, True, True, True, False, False, False]
    """
    return _TOKEN_RE.fullmatch(_FOOTNOTE_RE.sub("", text)) is not None


def is_mark(text: str) -> bool:
    """Whether the text is a mark that stands for "no figure here"."""
    return _MARK_RE.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def parse_value(text: str, kind: ValueType = "count") -> CellValue:
    """Read the normalised text of one printed cell.

    Args:
        text: The cell's text; white space at the edges does not matter.
        kind: ``count``, ``change`` (signed, may be worded) or ``money`` (decimal).

    Returns:
        The state with the value: an ``int`` for counts and changes, a ``Decimal`` for money. A number that white
        space breaks is joined, and ``note`` is ``"number_joined"``.

    Example:
        >>> parse_value("1,234").value, parse_value("402,677.9万元", "money")[1:3]
        (1234, (Decimal('402677.9'), '万元'))
        >>> parse_value("减少1项", "change").value, parse_value("持平", "change").value
        (-1, 0)
        >>> parse_value("——").state, parse_value(" ").state, parse_value("十二").state
        ('not_applicable', 'blank', 'unreadable')
    """
    text = text.strip()
    if not text:
        return BLANK
    if text.isdecimal() and len(text) <= MAX_DIGITS and text.isascii():
        return CellValue("value", Decimal(text) if kind == "money" else int(text))
    printed = _FOOTNOTE_RE.sub("", text)
    joined = _BREAK_RE.sub("", printed)
    note = "number_joined" if joined != printed else "footnote_mark" if printed != text else None
    if _EMPTY_RE.fullmatch(joined):
        return BLANK
    if _MARK_RE.fullmatch(joined):
        return CellValue("not_applicable")
    match = NUMBER_RE.fullmatch(joined)
    if match:
        return _number(match["digits"], match["unit"], kind, negative=match["sign"] in _MINUS, note=note)
    if kind == "change":
        return _change(joined, note)
    return CellValue("unreadable")


def _change(text: str, note: str | None) -> CellValue:
    if _SAME_RE.fullmatch(text):
        return CellValue("value", 0)
    match = _PAIR_RE.fullmatch(text)
    if match and max(len(match["up"]), len(match["down"])) <= MAX_DIGITS:
        return CellValue("value", int(match["up"]) - int(match["down"]), None, "change_netted")
    match = _WORDED_RE.fullmatch(text)
    if match:
        return _number(match["digits"], match["unit"], "change", negative=match["word"] in _FALLING, note=note)
    return CellValue("unreadable")


def _number(digits: str, unit: str | None, kind: ValueType, *, negative: bool, note: str | None) -> CellValue:
    plain = digits.replace(",", "").replace("，", "").replace("．", ".")
    if len(plain) > MAX_DIGITS:
        return CellValue("unreadable")
    if negative:
        plain = "-" + plain
    if kind == "money":
        return CellValue("value", Decimal(plain), unit, note)
    if "." not in plain:
        return CellValue("value", int(plain), unit, note)
    whole, _, fraction = plain.partition(".")
    if fraction.strip("0"):
        # A count with a fraction is printed so: kept exact, and the rule on whole counts will tell.
        return CellValue("value", Decimal(plain), unit, note)
    return CellValue("value", int(whole), unit, note)
