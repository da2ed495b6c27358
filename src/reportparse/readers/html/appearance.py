"""What the styles of a page say of its elements: which are not shown, which are struck out, which are drawn as tables.

Styles stand in attributes, and in the page's own sheets as rules for a class or an id. Rules of other kinds, and sheets
of other files, are not looked at: this tells what a page hides for certain, and not how it looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lxml.etree import _Element

# A page without any of these words (hidden, mso-hide, line-through, white-space, display) styles nothing that matters
# here; most pages have none. Patterns that begin with a rare letter are twice as fast as a search of bytes.
_WORD_RES = tuple(map(re.compile, (b"h(?:id|rough)", b"white-space", b"display")))
_HIDDEN_RE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_STRUCK_RE = re.compile(r"text-decoration(?:-line)?\s*:[^;]{0,40}line-through", re.IGNORECASE)
_VERBATIM_RE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_TABLE_RE = re.compile(r"display\s*:\s*(?:inline-)?table(?:-(row|cell))?\s*(?:;|!|\Z)", re.IGNORECASE)
_TABLE_TAGS = {None: "table", "row": "tr", "cell": "td"}
_TABLE_PARTS = frozenset(("table", "tr", "td", "th"))
# Blocks of rules that hold for some media only, such as print.
_AT_BLOCK_RE = re.compile(r"@[^{};]{0,400}+\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}")
_COMMENT_RE = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE_RE = re.compile(r"([^{}]{1,400}+)\{([^{}]*+)\}")
_SELECTOR_RE = re.compile(r"\s*+[a-z]*+([.#][\w-]++)\s*+", re.IGNORECASE)
# Elements that stand between a row and its table at the most.
_MAX_WRAPPINGS = 3
# A page that hides this much text, or a table, may show it by a script.
MAX_HIDDEN = 200
_MAX_SHEET = 200_000  # characters of a sheet that are looked at


class Look(NamedTuple):
    """What styles say of an element: ``table`` is the tag of the part of a table that it is drawn as."""

    is_hidden: bool = False
    is_struck: bool = False
    is_verbatim: bool = False
    table: str = ""


PLAIN = Look()


@lru_cache(maxsize=4096)
def read_style(style: str) -> Look:
    """What the text of a style says; pages repeat few of them.

    Example:
        >>> read_style("color:red;display: none")
        Look(is_hidden=True, is_struck=False, is_verbatim=False, table='')
    """
    drawn = _TABLE_RE.search(style)
    look = Look(
        _HIDDEN_RE.search(style) is not None,
        _STRUCK_RE.search(style) is not None,
        _VERBATIM_RE.search(style) is not None,
        _TABLE_TAGS[drawn[1].lower() if drawn[1] else None] if drawn else "",
    )
    return PLAIN if look == PLAIN else look


def read_looks(root: _Element) -> dict[_Element, Look]:
    """What the styles of a page say of its elements, without those of which they say nothing."""
    rules = _read_sheets(root)
    styles: Any = root.xpath("//@style", smart_strings=False)
    if not rules and all(read_style(style) is PLAIN for style in set(styles)) and not root.xpath("boolean(//@hidden)"):
        return {}
    looks: dict[_Element, Look] = {}
    for element in root.iter():
        style = element.get("style")
        look = read_style(style) if style else PLAIN
        if rules and look is PLAIN:
            names = [f".{name}" for name in (element.get("class") or "").split()]
            names.append(f"#{element.get('id')}")
            look = next((rules[name] for name in names if name in rules), PLAIN)
        if not look.is_hidden and element.get("hidden") is not None:
            look = look._replace(is_hidden=True)
        if look is not PLAIN:
            looks[element] = look
    return looks


def _read_sheets(root: _Element) -> dict[str, Look]:
    """The rules of the sheets of a page, by the class or id that they are for."""
    rules: dict[str, str] = {}
    for sheet in root.iter("style"):
        text = _AT_BLOCK_RE.sub("", _COMMENT_RE.sub("", (sheet.text or "")[:_MAX_SHEET]))
        for selectors, style in _RULE_RE.findall(text):
            if read_style(style) is not PLAIN:
                for selector in selectors.split(","):
                    if match := _SELECTOR_RE.fullmatch(selector):
                        rules[match[1]] = f"{rules.get(match[1], '')}{style};"
    return {selector: read_style(style) for selector, style in rules.items()}


def draw_tables(looks: Mapping[_Element, Look]) -> list[tuple[_Element, str]]:
    """Give elements that are drawn as tables, rows and cells the tags of such; tells what to set back.

    An element counts only where cells stand in rows and rows in a table, so that a single box is none.
    """
    tags = {element: look.table for element, look in looks.items() if look.table and element.tag not in _TABLE_PARTS}
    rows_of: dict[_Element, list[_Element]] = {}
    for row in (element for element, tag in tags.items() if tag == "tr"):
        near = islice(row.iterancestors(), _MAX_WRAPPINGS)
        if (table := next((outer for outer in near if tags.get(outer) == "table"), None)) is not None:
            rows_of.setdefault(table, []).append(row)
    changed: list[tuple[_Element, str]] = []
    for table, rows in rows_of.items():
        cells = [cell for row in rows for cell in row if tags.get(cell) == "td"]
        if len(rows) > 1 and len(cells) > len(rows):
            for element in (table, *rows, *cells):
                changed.append((element, str(element.tag)))
                element.tag = tags[element]
    return changed


def styles_matter(page: bytes) -> bool:
    """Whether a page may style anything that this module knows; a cheap test before its elements are looked at.

    Example:
        >>> styles_matter(b'<td style="display:none">3</td>'), styles_matter(b'<td style="color:red">3</td>')
        (True, False)
    """
    return any(word.search(page) for word in _WORD_RES)


def may_be_revealed(element: _Element, text: str) -> bool:
    """Whether a hidden element holds so much that a script may be meant to show it: a tab, the next page."""
    return len(text) > MAX_HIDDEN or element.tag == "table" or element.find(".//table") is not None
