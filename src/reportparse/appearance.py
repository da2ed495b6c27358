"""What the styles of a page say of its elements: which are not shown, which are struck out, which are drawn as tables.

Styles stand in attributes, and in the page's own sheets as rules for a class or an id. Rules of other kinds, and sheets
of other files, are not looked at: this tells what a page hides for certain, and not how it looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# A page without any of these words styles nothing that matters here; most pages have none.
_WORDS = ("display", "hidden", "mso-hide", "size:0", "size: 0", "line-through", "white-space", "role=", "DISPLAY")
_HIDDEN_RE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|!|\Z)",
    re.IGNORECASE,
)
_STRUCK_RE = re.compile(r"text-decoration(?:-line)?\s*:[^;]{0,40}line-through", re.IGNORECASE)
_VERBATIM_RE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_TABLE_RE = re.compile(r"display\s*:\s*(?:inline-)?table(?:-(row|cell))?\s*(?:;|!|\Z)", re.IGNORECASE)
_TABLE_TAGS = {None: "table", "row": "tr", "cell": "td"}
_ROLES = {"table": "table", "grid": "table", "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th"}
_ROLES["rowheader"] = "th"
# Blocks of rules that hold for some media only, such as print.
_AT_BLOCK_RE = re.compile(r"@[^{};]{0,400}+\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}")
_COMMENT_RE = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE_RE = re.compile(r"([^{}]{1,400}+)\{([^{}]*+)\}")
_SELECTOR_RE = re.compile(r"\s*+[a-z]*+([.#][\w-]++)\s*+", re.IGNORECASE)
_MAX_SHEET = 200_000  # characters of a sheet that are looked at


class Appearance:
    """The styles of one page."""

    def __init__(self, root: _Element) -> None:
        self._rules: dict[str, str] = {}
        for sheet in root.iter("style"):
            text = _AT_BLOCK_RE.sub("", _COMMENT_RE.sub("", (sheet.text or "")[:_MAX_SHEET]))
            for selectors, style in _RULE_RE.findall(text):
                if any(word in style for word in _WORDS):
                    for selector in selectors.split(","):
                        if match := _SELECTOR_RE.fullmatch(selector):
                            self._rules[match[1]] = self._rules.get(match[1], "") + style + ";"

    def is_hidden(self, element: _Element) -> bool:
        """Whether the page does not show an element."""
        return element.get("hidden") is not None or any(map(_HIDDEN_RE.search, self._styles(element)))

    def is_struck(self, element: _Element) -> bool:
        """Whether the text of an element is struck out."""
        return any(map(_STRUCK_RE.search, self._styles(element)))

    def is_verbatim(self, element: _Element) -> bool:
        """Whether the white space of an element is shown as it is written."""
        return any(map(_VERBATIM_RE.search, self._styles(element)))

    def says_nothing(self, element: _Element) -> bool:
        """Whether no style of an element, or of what stands in it, is known here."""
        return not any(
            self.is_hidden(inner) or self.is_struck(inner) or self.is_verbatim(inner) for inner in element.iter()
        )

    def draw_tables(self, root: _Element) -> list[tuple[_Element, str]]:
        """Give elements that are drawn as tables, rows and cells the tags of such; tells what to set back.

        An element counts only where cells stand in rows and rows in a table, so that a single box is none.
        """
        tags = {element: tag for element in root.iter() if (tag := self._table_tag(element))}
        changed: list[tuple[_Element, str]] = []
        for table in [element for element, tag in tags.items() if tag == "table"]:
            rows = [row for row in table.iterdescendants() if tags.get(row) == "tr"]
            cells = [cell for row in rows for cell in row if tags.get(cell) in ("td", "th")]
            if len(rows) > 1 and len(cells) > len(rows):
                for element in (table, *rows, *cells):
                    changed.append((element, str(element.tag)))
                    element.tag = tags[element]
        return changed

    def _table_tag(self, element: _Element) -> str:
        if not isinstance(element.tag, str) or element.tag in ("table", "tr", "td", "th"):
            return ""
        if role := element.get("role"):
            return _ROLES.get(role, "")
        match = next(filter(None, map(_TABLE_RE.search, self._styles(element))), None)
        return _TABLE_TAGS[match[1].lower() if match[1] else None] if match else ""

    def _styles(self, element: _Element) -> Iterator[str]:
        if style := element.get("style"):
            yield style
        if self._rules:
            for name in (element.get("class") or "").split():
                if style := self._rules.get(f".{name}"):
                    yield style
            if (own := element.get("id")) and (style := self._rules.get(f"#{own}")):
                yield style


def styles_matter(page: str) -> bool:
    """Whether a page may style anything that this module knows; a cheap test before its elements are looked at.

    Example:
        >>> styles_matter('<td style="display:none">3</td>'), styles_matter('<td style="color:red">3</td>')
        (True, False)
    """
    return any(word in page for word in _WORDS)
