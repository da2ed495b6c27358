"""The packaged character tables: what each step of a normalisation replaces, and the classes that find it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import groupby

from ..errors import FormDataError
from ..resources import read_rows, read_text

REPLACEMENTS_NAME = "characters/replacements.tsv"
RADICALS_NAME = "characters/radicals.tsv"
PINYIN_NAME = "characters/pinyin.txt"

# Replacing a character at a time is faster than a translation table up to about this many different ones.
MAX_SINGLE_REPLACEMENTS = 12

# The steps whose characters are rare in a text. Spaces are common and quotes matter in Traditional lines only, so
# those are looked for one by one.
ODD_STEPS = ("invisible", "breaks", "ideographs", "widths")

# Tone marks, but not the two dots of ü.
_TONE_RE = re.compile("[\u0300-\u0307\u0309-\u030c]")


@cache
def replacements() -> dict[str, dict[str, str]]:
    """Per step, what each character becomes; an empty string deletes it."""
    tables: dict[str, dict[str, str]] = {}
    for step, first, last, how, _ in read_rows(REPLACEMENTS_NAME):
        for code in range(int(first, 16), int(last, 16) + 1):
            tables.setdefault(step, {})[chr(code)] = _replacement(code, int(first, 16), how)
    for old, new in read_rows(RADICALS_NAME):
        tables["ideographs"][old] = new
    tables["ideographs"] = {old: new for old, new in tables["ideographs"].items() if old != new}
    return tables


def _replacement(code: int, first: int, how: str) -> str:
    if not how:
        return ""
    if how in ("nfc", "nfkc"):
        return unicodedata.normalize("NFC" if how == "nfc" else "NFKC", chr(code))
    if how.endswith(".."):
        return chr(int(how[:-2], 16) + code - first)
    try:
        return chr(int(how, 16))
    except ValueError as error:
        raise FormDataError(f"not a replacement: {how}", code="data_file_broken", place=REPLACEMENTS_NAME) from error


def substitute(text: str, table: Mapping[str, str], present: Collection[str]) -> str:
    """Exchange the characters that are ``present`` by the table, each for one character."""
    if len(present) > MAX_SINGLE_REPLACEMENTS:
        return text.translate({ord(old): table[old] for old in present})
    for old in present:
        text = text.replace(old, table[old])
    return text


@cache
def step_class(*steps: str) -> re.Pattern[str]:
    """Matches a run of characters that one of the steps replaces."""
    return _run_of(_ranges(steps))


@cache
def odd_class() -> re.Pattern[str]:
    """Matches a run of characters that a step may replace, spaces and quotes aside; see :func:`_first_plane`."""
    return _run_of(_first_plane())


@cache
def gate_class() -> re.Pattern[str]:
    """Matches one character that :func:`odd_class` takes, or that is Traditional only."""
    traditional = "".join(read_text("characters/traditional_only.txt").split())
    return re.compile(f"[{_first_plane()}{traditional}]")


def _run_of(characters: str) -> re.Pattern[str]:
    # A pattern that begins with a class, not with its repetition, is searched three times as fast.
    return re.compile(f"[{characters}][{characters}]*+")


def _first_plane() -> str:
    """The characters of the odd steps, and all that lie beyond the first plane: those are rare, and ranges are slow."""
    return _ranges(ODD_STEPS, last=0xFFFF) + "\U00010000-\U0010ffff"


def _ranges(steps: Sequence[str], last: int = 0x10FFFF) -> str:
    codes = sorted(code for step in steps for code in map(ord, replacements()[step]) if code <= last)
    parts = []
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        members = [code for _, code in run]
        parts.append(f"\\U{members[0]:08x}-\\U{members[-1]:08x}")
    return "".join(parts)


@cache
def _syllables() -> frozenset[str]:
    return frozenset(read_text(PINYIN_NAME).split())


def is_syllable(printed: str) -> bool:
    """Whether letters are a syllable of pinyin; a single letter must carry a tone, else it may be an item of a list.

    Example:
        >>> is_syllable("guó"), is_syllable("lve"), is_syllable("a"), is_syllable("pm")
        (True, True, False, False)
    """
    bare = _TONE_RE.sub("", unicodedata.normalize("NFD", printed))
    bare = unicodedata.normalize("NFC", bare).replace("v", "ü")
    return bare in _syllables() or (bare in ("a", "e", "o") and bare != printed)


def is_ideograph(character: str) -> bool:
    """Whether a character is Han; an empty string is not."""
    return "\u3400" <= character <= "\u9fff" or character == "〇" or "\U00020000" <= character <= "\U0003ffff"
