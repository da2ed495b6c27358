"""Words of a heading to the kinds of section that it announces.

Three means, the surest first: the wordings of the forms and of ``headings.json``; the patterns there, for wordings
that nobody listed; and the labels of table rows, which begin with the same ordinals and are no headings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from typing import Literal, NamedTuple, cast

from ..forms import form_keys, load_form
from ..kinds import SectionKind
from ..resources import read_json
from ..text.keys import match_key
from ..text.lines import read_enumerator

Strength = Literal["exact", "rule", "none"]
RowMatch = Literal["whole", "piece", "no"]

MAX_HEADING = 48  # characters; the longest printed heading that was met has 37

_TAIL_BRACKET_RE = re.compile(r"[（(〔\[][^（）()]{0,60}[）)〕\]]\s*$")
_YEAR_RE = re.compile(r"^(?:(?:19|20)\d\d年?度?|本年度|本机关|本单位|本年)")
_CLOSING = ("）", ")", "〕", "]")
_DATED = ("1", "2", "本")
_GLUE = dict.fromkeys(map(ord, "的和与及以"))


class HeadingReading(NamedTuple):
    """What words announce: their kinds, the first named first, and how surely."""

    kinds: tuple[SectionKind, ...]
    strength: Strength


UNKNOWN = HeadingReading(("unclassified",), "none")


@lru_cache(maxsize=4096)
def heading_key(words: str) -> str:
    """The comparable part of a heading without its ordinal: no year, no remark in brackets, no joining words.

    Example:
        >>> heading_key("2019年主动公开政府信息的情况（表格）") == heading_key("主动公开政府信息情况")
        True
    """
    words = words.rstrip()
    if words.endswith(_CLOSING):
        words = _TAIL_BRACKET_RE.sub("", words)
    key = match_key(words)
    if key.startswith(_DATED):
        key = _YEAR_RE.sub("", key)
    return key.translate(_GLUE).replace("其它", "其他")


@lru_cache(maxsize=4096)
def read_heading(words: str) -> HeadingReading:
    """The kinds that the words of a heading, without ordinal, announce.

    Example:
        >>> read_heading("依申请公开情况")
        HeadingReading(kinds=('requests',), strength='exact')
        >>> read_heading("政府信息公开申请的接收与办理").strength
        'rule'
        >>> read_heading("党建工作情况").kinds
        ('unclassified',)
    """
    key = heading_key(words)
    known = _wordings().get(key)
    if known is not None:
        return HeadingReading(known, "exact")
    kinds = _kinds_by_pattern(key) if len(key) <= MAX_HEADING else ()
    return HeadingReading(kinds, "rule") if kinds else UNKNOWN


def read_known(words: str) -> HeadingReading | None:
    """The kinds of a listed wording; None for any other. Cheaper than :func:`read_heading`."""
    if not _known_re().fullmatch(words):
        return None
    known = _wordings().get(heading_key(words))
    return HeadingReading(known, "exact") if known is not None else None


def is_official(words: str) -> bool:
    """Whether the words are a heading that a form itself prints."""
    return heading_key(words) in _official_keys()


def is_item_end(words: str) -> bool:
    """Whether words end as names of parts of a report do (情况, 措施): before such an end a list is not cut."""
    return _ends_re().search(words) is not None


def begins_row_label(words: str, level: int) -> bool:
    """Whether words behind an ordinal of a level may be those of a row label, by their first character.

    Example:
        >>> begins_row_label("予以公开", 2), begins_row_label("加强领导", 2)
        (True, False)
    """
    first = words.lstrip()[:1]
    return not "\u4e00" <= first <= "\u9fff" or first in _row_initials().get(level, "")


@lru_cache(maxsize=2048)
def row_label_match(text: str) -> RowMatch:
    """Whether a line that begins with an ordinal is a row label of a form, or a piece or an extension of one.

    Example:
        >>> [row_label_match(text) for text in ("二、上年结转政府信息公开申请数量  0 0", "三、本年", "一、概述")]
        ['whole', 'piece', 'no']
    """
    enumerator = read_enumerator(text)
    keys = _row_keys().get(enumerator.level, ()) if enumerator else ()
    key = match_key(text)
    place = bisect_left(keys, key)
    if place < len(keys) and keys[place].startswith(key):
        return "whole" if keys[place] == key else "piece"
    before = keys[place - 1] if place else ""
    if before and key.startswith(before) and not _HAN_WORD_RE.search(key, len(before)):
        return "whole"
    return "no"


_HAN_WORD_RE = re.compile(r"[\u4e00-\u9fff]{3}")


@cache
def heading_initials() -> str:
    """First characters of all known wordings, for a cheap test before a line is looked at."""
    return "".join(sorted({heading[0] for heading, _ in _listed()}))


@cache
def table_kinds() -> frozenset[str]:
    """Kinds of section for which some form prints a table."""
    return frozenset(table.section for form in form_keys() for table in load_form(form).tables)


@cache
def _listed() -> tuple[tuple[str, tuple[SectionKind, ...]], ...]:
    data = read_json("headings.json")
    listed = [(heading, (kind["kind"],)) for kind in data["kinds"] for heading in kind["headings"]]
    listed += [(entry["heading"], tuple(entry["kinds"])) for entry in data["joint"]]
    return (*_official(), *listed)


@cache
def _official() -> tuple[tuple[str, tuple[SectionKind, ...]], ...]:
    found: list[tuple[str, tuple[SectionKind, ...]]] = []
    for form in form_keys():
        for section in load_form(form).sections:
            for label in (section.label, *section.also):
                enumerator = read_enumerator(label)
                found.append((label[enumerator.end :] if enumerator else label, (cast(SectionKind, section.kind),)))
    return tuple(found)


@cache
def _wordings() -> dict[str, tuple[SectionKind, ...]]:
    return {heading_key(heading): kinds for heading, kinds in reversed(_listed())}


@cache
def _known_re() -> re.Pattern[str]:
    """Words that begin and end as some listed wording does, for most words do not, and a key takes long to make.

    Only ideographs can tell, and of these not those that a key may lack or exchange at its ends.
    """
    first, last = ("".join({key[place] for key in _wordings()}) for place in (0, -1))
    lost = "".join(map(chr, _GLUE))
    return re.compile(rf"(?=[^\u4e00-\u9fff]|[本{lost}{first}]).*(?:[^\u4e00-\u9fff]|[它{lost}{last}])", re.DOTALL)


@cache
def _row_initials() -> dict[int, frozenset[str]]:
    """By the level of an ordinal, the characters that may stand first behind one in the keys of row labels."""
    return {level: frozenset("".join(key[1:4] for key in keys)) for level, keys in _row_keys().items()}


@cache
def _official_keys() -> frozenset[str]:
    return frozenset(heading_key(heading) for heading, _ in _official())


@cache
def _patterns() -> tuple[tuple[SectionKind, re.Pattern[str], re.Pattern[str] | None], ...]:
    return tuple(
        (kind["kind"], re.compile(kind["pattern"]), re.compile(kind["unless"]) if kind["unless"] else None)
        for kind in read_json("headings.json")["kinds"]
        if kind["pattern"]
    )


def _kinds_by_pattern(key: str) -> tuple[SectionKind, ...]:
    """Kinds whose pattern is found and whose counter-evidence is not, in the order of their words."""
    found: list[tuple[int, SectionKind]] = []
    for kind, pattern, unless in _patterns():
        match = pattern.search(key)
        if match and not (unless and unless.search(key)):
            found.append((match.start(), kind))
    found.sort(key=lambda place: place[0])
    return tuple(kind for _, kind in found)


@cache
def _ends_re() -> re.Pattern[str]:
    return re.compile(f"(?:{read_json('headings.json')['ends']})(?:[（(][^（）()]*[）)])?等?$")


@cache
def _row_keys() -> dict[int, tuple[str, ...]]:
    """Keys of the row labels of all forms that begin with an ordinal, sorted, by the level of the ordinal."""
    labels = {
        label for form in form_keys() for table in load_form(form).tables for row in table.rows for label in row.labels
    }
    found: dict[int, set[str]] = {}
    for label in labels:
        enumerator = read_enumerator(label)
        if enumerator:
            found.setdefault(enumerator.level, set()).add(match_key(label))
    return {level: tuple(sorted(keys)) for level, keys in found.items()}
