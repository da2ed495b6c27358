"""Lines that belong to the page and not to the report: menus, breadcrumbs, share bars, footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from .lines import MARKS_RE, Line
from .resources import read_json

MAX_FURNITURE = 400  # characters; a run-together menu or footer is longer than a sentence, but not a page
_SHORT = 30  # a link of a footer that no rule names


@cache
def _furniture_re() -> re.Pattern[str]:
    data = read_json("furniture.json")
    whole, starts = "|".join(data["whole"]), "|".join(data["starts"])
    return re.compile(rf"(?:(?:{whole})\W*\Z|(?:{starts}))", re.IGNORECASE)


def is_furniture(text: str) -> bool:
    """Whether a line is page furniture by its own words.

    Example:
        >>> is_furniture("分享到：微信 微博"), is_furniture("索 引 号： 012/2020-1"), is_furniture("一、概述")
        (True, True, False)
    """
    start = MARKS_RE.match(text).end()  # type: ignore[union-attr]
    words = text[start:].strip()
    if not words or len(words) > MAX_FURNITURE:
        return not words and "<" in text  # a line of tags that a converter left
    return _furniture_re().match(words.lstrip("[")) is not None


def find_tail(lines: Sequence[Line], floor: int) -> int:
    """Index of the first line of the furniture that ends a page; ``len(lines)`` where there is none.

    Lines of furniture are gathered upwards from the end; short lines without punctuation between them (links that
    no rule names) go with them, prose and figures stop the search.

    Args:
        lines: The lines of the last section and after.
        floor: Index before which no tail may begin, because the heading stands there.
    """
    tail = len(lines)
    strange = 0
    for index in range(len(lines) - 1, floor - 1, -1):
        text = lines[index].text.strip()
        if not text:
            continue
        if is_furniture(text):
            tail = index
            strange = 0
        elif len(text) > _SHORT or strange > 8 or re.search(r"[。；，\d]", text):
            break
        else:
            strange += 1
    return tail
