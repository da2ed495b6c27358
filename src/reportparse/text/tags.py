"""Tags of HTML that stand in a plain text or in Markdown, where converters leave them behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..resources import read_json

TAGS_NAME = "markup.json"


class Tag(NamedTuple):
    """A tag with its place; ``attributes`` is the text between its name and its end."""

    start: int
    end: int
    name: str
    is_closing: bool
    attributes: str


def iter_tags(text: str) -> Iterator[Tag]:
    """The tags of known elements in a text, in order. What only looks like a tag, such as ``<条例>``, is none.

    Example:
        >>> [(tag.name, tag.is_closing) for tag in iter_tags("<b>规章</b><条例>")]
        [('b', False), ('b', True)]
    """
    if "<" not in text:
        return
    for match in _tag_re().finditer(text):
        yield Tag(match.start(), match.end(), match[2].lower(), bool(match[1]), match[3] or "")


@cache
def _tag_re() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, read_json(TAGS_NAME)["text_tags"]), key=len, reverse=True))
    return re.compile(rf"<(/?)({names})(\s[^<>]*+)?/?>", re.IGNORECASE)
