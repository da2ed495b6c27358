"""What a line says by its own text: its ordinal, its words and what they announce, whether it reads like a table row.

Nothing here knows of places or of other lines. So what is told of a line holds wherever it is printed, and that of
short lines is remembered: forms and reports print the same headings and row labels again and again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..text.lines import ORDINALS, Enumerator, begins_ordinal, read_enumerator
from .headings import (
    MAX_HEADING,
    UNKNOWN,
    HeadingReading,
    RowMatch,
    begins_row_label,
    read_heading,
    read_known,
    row_label_match,
)

MAX_LABEL = 80  # characters; the longest row label of the forms has 57
STRAY = "l"  # left before an ordinal by a converter, as bars are, which count as marks
WINDOW = 160  # characters of a line that are looked at
_SENTENCE_RE = re.compile(r"[。！？；;，,]")
_RUN_IN_RE = re.compile(r"[^。：:；;，,\s]{2,40}+(?=[。：:\s])")
_ITEM_RE = re.compile(r"[^。：:；;，,\s|]{1,60}+")
_ATTACHED = "附"  # 附件, 附表
_CLOSING_TAG_RE = re.compile(r"</[A-Za-z]{1,10}>\Z")
_EDGE = " \t\r\u3000\xa0。：:；;#*|│，,"
_CELL_END_RE = re.compile(r"(?<=\S)(?:[^\S\n]?[\t|│]|\s{3})")


class Opening(NamedTuple):
    """What a line says; places count from its beginning.

    Attributes:
        enumerator: Its ordinal.
        print_start: Where that begins, behind a stray letter.
        row: Whether the ordinal and the first cell are a row label of a form, ``whole`` or a ``piece`` of one.
        words: The words of the heading that it may be; empty where it can be none.
        start: Where they begin.
        end: Where they end.
        reading: What they announce.
        joinable: The words that may go on over the next lines; None where they cannot.
        is_item: Whether it ends as the items of a list do.
        is_open: Whether it can be a heading, alone or with the lines after it.
        is_closed: Whether it is no heading, and no line that goes on with further cells behind it is one either.

    Example:
        >>> opening = read_opening("二、主动公开情况")
        >>> opening.enumerator.value, opening.words, opening.reading.kinds, opening.row
        (2, '主动公开情况', ('proactive_disclosure',), 'no')
        >>> read_opening("（一）予以公开").row, read_opening("规章").is_closed
        ('whole', True)
    """

    enumerator: Enumerator | None
    print_start: int
    row: RowMatch
    words: str
    start: int
    end: int
    reading: HeadingReading
    joinable: str | None
    is_item: bool
    is_open: bool
    is_closed: bool


def read_opening(line: str) -> Opening:
    """What a line without the marks before it says; of a long one its beginning is looked at."""
    is_cut = len(line) > WINDOW
    line = line[:WINDOW]
    stray = 1 if line.startswith(STRAY) and line[1:2] in ORDINALS else 0
    enumerator = read_enumerator(line, stray)
    start = enumerator.end if enumerator else 0
    rest = line[start:]
    whole = _without_edge(rest)
    is_plain = len(whole) <= MAX_HEADING and not is_cut and "\t" not in whole and "|" not in whole
    if enumerator is None:
        words, reading = _read_bare(whole) if is_plain and len(line) <= MAX_HEADING else ("", UNKNOWN)
        is_closed = not (words or begins_ordinal(line) or line.startswith(STRAY))
        return Opening(None, stray, "no", words, 0, len(words), reading, None, False, bool(words), is_closed)
    cell = _first_cell(line[:MAX_LABEL])
    row = row_label_match(cell) if begins_row_label(cell[start:], enumerator.level) else "no"
    is_inner = enumerator.level > 1
    words, reading = _read_words(rest, whole, is_inner, is_plain)
    joinable = whole if is_plain and enumerator.style in {"list", "part", "paren"} else None
    return Opening(
        enumerator,
        stray,
        row,
        words,
        start,
        start + len(words),
        reading,
        joinable,
        is_inner and rest.rstrip().endswith(("；", ";")),
        bool(words) or joinable is not None,
        # Two spaces before a bar end no cell, and behind them the bar itself is not seen here.
        is_inner and row == "whole" and not line[-2:].isspace(),
    )


# Lines as short as labels are looked at once for many documents.
read_label = lru_cache(maxsize=4096)(read_opening)


def _read_bare(whole: str) -> tuple[str, HeadingReading]:
    """The words of a line without an ordinal, and what they announce: a listed heading, or an attachment."""
    reading = read_known(whole) or UNKNOWN
    if reading is UNKNOWN and whole.startswith(_ATTACHED) and not _SENTENCE_RE.search(whole):
        reading = read_heading(whole)
    return (whole, reading) if reading.strength == "exact" or reading.kinds == ("attachment",) else ("", UNKNOWN)


def _read_words(rest: str, whole: str, is_inner: bool, is_plain: bool) -> tuple[str, HeadingReading]:
    """The words behind an ordinal, and what they announce.

    The whole line first, then the words before the first stop, for a heading with its text on the same line. Ordinals
    of other levels than the first count sections only where their words are listed ones.
    """
    run_in = _RUN_IN_RE.match(rest)
    reading = UNKNOWN
    is_name = False
    if is_plain:
        if whole:
            reading = read_known(whole) or UNKNOWN if is_inner else read_heading(whole)
        is_name = not _SENTENCE_RE.search(whole)
        if reading.strength == "exact" or (is_name and not run_in):
            return whole, reading
    if run_in and "|" not in run_in[0]:
        known = read_known(run_in[0])
        if known is not None:
            return run_in[0], known
    if is_name:
        return whole, reading
    item = _ITEM_RE.match(rest)
    return (item[0] if item else ""), UNKNOWN


def _first_cell(words: str) -> str:
    """The words up to the next cell of a table row."""
    if "\t" in words or "|" in words or "│" in words or "   " in words:
        return _CELL_END_RE.split(words, maxsplit=1)[0]
    return words


def _without_edge(words: str) -> str:
    """Words without the stops, marks and closing tags after them."""
    words = words.rstrip(_EDGE)
    while words.endswith(">") and _CLOSING_TAG_RE.search(words):
        words = _CLOSING_TAG_RE.sub("", words).rstrip(_EDGE)
    return words
