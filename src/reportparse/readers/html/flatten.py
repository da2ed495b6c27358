"""A page that nests its elements too deeply for a parser, written anew without the depth.

Pages get there by mistake (tags that are never closed, in a loop) or on purpose. What the depth holds is arranging
only, so it can go: elements that wrap, and tables that hold other tables. What they part stays parted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ...resources import read_json

# Comments and scripts first, because what looks like a tag inside of them is none. Each alternative ends at the end
# of the page at the latest, so no place is looked at twice.
_PIECE_RE = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<silent>script|style)\b[^<>]*+>.*?(?:</(?P=silent)\b[^>]*+>|\Z)"
    r"|<(?P<closing>/?)(?P<name>[a-z][\w:-]*+)(?P<rest>(?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*+)>",
    re.IGNORECASE | re.DOTALL,
)
# Elements that make a table, and those that are kept because they tell something and hold no others of their kind.
_TABLE_PARTS = frozenset(("tr", "td", "th", "thead", "tbody", "tfoot", "caption"))
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_VOID = frozenset(("br", "meta"))
_BREAK = "<br>"


def flatten(page: str) -> str:
    """Write a page anew with its text, its innermost tables and its headings, and without anything else.

    A block becomes a line break before and after it; inline elements vanish without one. Cost is linear.

    Example:
        >>> flatten("<div><div>一<b>二</b></div><table><tr><td><table><tr><td>3</td></tr></table></table>")
        '<br><br>一二<br><br><br><br><table><tr><td>3</td></tr></table><br>'
    """
    return "".join(_iter_pieces(page, _data_tables(page)))


def _data_tables(page: str) -> frozenset[int]:
    """Places of the tables that hold no other table."""
    inner: set[int] = set()
    opened: list[int] = []
    for match in _PIECE_RE.finditer(page):
        if (match["name"] or "").lower() != "table":
            continue
        if not match["closing"]:
            if opened:
                inner.discard(opened[-1])
            opened.append(match.start())
            inner.add(match.start())
        elif opened:
            opened.pop()
    return frozenset(inner)


def _iter_pieces(page: str, data_tables: frozenset[int]) -> Iterator[str]:
    is_data: list[bool] = []  # for each open table whether it is one of data
    heading = ""  # the heading that is open
    place = 0
    for match in _PIECE_RE.finditer(page):
        yield page[place : match.start()]
        place = match.end()
        name, closing = (match["name"] or "").lower(), match["closing"]
        if name == "table":
            if closing:
                kept = is_data.pop() if is_data else False
            else:
                kept = match.start() in data_tables
                is_data.append(kept)
            yield match[0] if kept else _BREAK
        elif name in _TABLE_PARTS:
            yield match[0] if is_data and is_data[-1] else _BREAK
        elif name in _HEADINGS:
            if heading:
                yield f"</{heading}>"
            heading = "" if closing else name
            yield _BREAK if closing else f"<{name}>"
        elif name in _VOID or name == "title":
            yield match[0]
        elif name in _block_tags():
            yield _BREAK
    yield page[place:]


@cache
def _block_tags() -> frozenset[str]:
    return frozenset(read_json("markup.json")["block_tags"])
