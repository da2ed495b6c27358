"""Lines that belong to the page and not to the report, by their own words: menus, breadcrumbs, share bars, footers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from ..resources import read_json
from ..text.lines import MARKS, MARKS_RE, Line

MAX_FURNITURE = 400  # characters; a run-together menu or footer is longer than a sentence, but not a page
_SHORT = 30  # a link of a footer that no rule names
_PROSE_RE = re.compile(r"[。；，\d]")
_MAX_STRANGE = 8  # such links between two lines of furniture


@cache
def _reasons() -> tuple[str, ...]:
    return tuple(group["reason"] for group in read_json("furniture.json")["groups"])


@cache
def _furniture_re() -> re.Pattern[str]:
    """One pattern for all groups, behind the marks of a line; the number of its last group tells which matched."""
    parts = []
    for group in read_json("furniture.json")["groups"]:
        whole = [rf"(?:{'|'.join(group['whole'])})\W*\Z"] if group["whole"] else []
        parts.append(f"({'|'.join([*whole, *group['starts']])})")
    return re.compile(rf"{MARKS}\[*+(?i:{'|'.join(parts)})")


def furniture_reason(text: str) -> str:
    """Which furniture of a page a line is by its own words; empty for any other line.

    Example:
        >>> furniture_reason("分享到：微信 微博"), furniture_reason("索 引 号： 012/2020-1")
        ('share bar', 'metadata of the page')
        >>> furniture_reason("一、概述")
        ''
    """
    match = _furniture_re().match(text)
    if match and match.lastindex and len(text) - match.start(match.lastindex) <= MAX_FURNITURE:
        return _reasons()[match.lastindex - 1]
    # A line of tags that a converter left.
    return "tags" if "<" in text and MARKS_RE.fullmatch(text) else ""


def find_tail(lines: Sequence[Line], reason_of: Callable[[Line], str]) -> int:
    """Index of the first line of the furniture that ends a page; ``len(lines)`` where there is none.

    Lines of furniture are gathered upwards from the end; short lines without punctuation between them (links that
    no rule names) go with them, prose and figures stop the search.

    Args:
        lines: The lines of the last section and after.
        reason_of: Why a line is furniture, empty if it is not.
    """
    tail = len(lines)
    strange = 0
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text.strip()
        if not text:
            continue
        if reason_of(lines[index]):
            tail = index
            strange = 0
        elif len(text) > _SHORT or strange > _MAX_STRANGE or _PROSE_RE.search(text):
            break
        else:
            strange += 1
    return tail
