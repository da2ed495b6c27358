"""What elements print that is not simply their text: raised marks, struck-out words, form fields, pictures.

A number is never joined with what only stands beside it: the mark of a footnote is written raised, what is struck out
carries a stroke through each character, and what is no text at all is U+FFFD, so that no cell is blank by mistake.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...document import Image

if TYPE_CHECKING:
    from lxml.etree import _Element

UNREAD = "\ufffd"
STROKE = "\u0336"
_RAISED = dict(zip(map(ord, "0123456789+-=()"), "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", strict=True))
_LOWERED = dict(zip(map(ord, "0123456789+-=()"), "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_CIRCLED = {0x2460 + number: str(number + 1) for number in range(20)}
_BRACKETS = dict(zip(map(ord, "[]（）【】〔〕"), "()()()()", strict=True))
_CELLS = frozenset(("td", "th"))
_LINES = frozenset(("p", "div", "li", "body", "h1", "h2", "h3", "h4", "h5", "h6"))
_FIELD_TYPES = frozenset(("", "text", "number", "tel", "search", "email", "url", "date", "month"))
_NUMBER_RE = re.compile(r"\d++")
_STYLE_SIZE_RE = {side: re.compile(rf"(?<![\w-]){side}\s*:\s*(\d++)(?:\.\d+)?px") for side in ("width", "height")}
_ADDRESSES = ("src", "data-src", "data-original", "data-lazy-src")
MAX_ADDRESS = 500  # characters; pictures that stand in the page itself have addresses of megabytes
_TINY = 16  # pixels; smaller pictures keep a distance or are bullets


def text_of(element: _Element) -> str:
    """All text of an element, without comments."""
    return "".join(map(str, element.itertext()))


def raised_text(element: _Element) -> str:
    """The text of a ``sup`` or ``sub``, in raised or lowered figures where it could be taken for a part of a number.

    Where nothing else stands in its cell, or in its line, it is no mark beside a text but the text itself.
    """
    text = text_of(element)
    if _stands_alone(element):
        return text
    table = _RAISED if element.tag == "sup" else _LOWERED
    return text.translate(_CIRCLED).translate(_BRACKETS).translate(table)


def _stands_alone(element: _Element) -> bool:
    """Whether an element is all that its cell prints or, outside of cells, its line."""
    in_cell = next(element.iterancestors("td", "th"), None) is not None
    while (parent := element.getparent()) is not None:
        # Not by the number of children, which lxml counts anew each time.
        has_neighbour = element.getnext() is not None or element.getprevious() is not None
        if has_neighbour or (parent.text or "").strip() or (element.tail or "").strip():
            return False
        if parent.tag in (_CELLS if in_cell else _LINES):
            return True
        element = parent
    return True


def struck_text(text: str) -> str:
    """A text with a stroke through each character, so that it is neither lost nor read as what is printed.

    Example:
        >>> struck_text("12") == "1\\u03362\\u0336"
        True
    """
    return "".join(character if character.isspace() else character + STROKE for character in text)


def field_text(element: _Element) -> str | None:
    """What a form field shows; None for one that shows no text, such as a button or a box to tick."""
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return text_of(chosen[0]).strip() if chosen else ""
    if (element.get("type") or "").strip().lower() in _FIELD_TYPES:
        return (element.get("value") or "").strip()
    return None


def verbatim_text(element: _Element) -> str:
    """The text of a ``pre`` with its line breaks."""
    parts = [element.text or ""]
    for inner in element.iterdescendants():
        if isinstance(inner.tag, str):
            parts += ["\n" if inner.tag == "br" else "", inner.text or ""]
        parts.append(inner.tail or "")
    return "".join(parts)


def holds_blocks(element: _Element) -> bool:
    """Whether an element holds tables or paragraphs, which make lines of their own."""
    return any(element.find(f".//{tag}") is not None for tag in ("table", "p", "div"))


def read_image(element: _Element, place: int) -> Image | None:
    """The picture that an element shows, None for one without an address."""
    found = [address.strip() for name in _ADDRESSES if (address := element.get(name))]
    if not found:
        return None
    # Pages that load their pictures late hold a place by a tiny one.
    address = next((address for address in reversed(found) if not address.startswith("data:")), found[0])
    width, height = (_size(element, side) for side in ("width", "height"))
    return Image(place, short_address(address), (element.get("alt") or "").strip(), width, height)


def is_tiny(image: Image) -> bool:
    """Whether a picture is too small to print anything."""
    return any(side is not None and side <= _TINY for side in (image.width, image.height))


def short_address(address: str) -> str:
    """An address, one that holds the picture itself cut short.

    Example:
        >>> short_address("data:image/png;base64," + "A" * 9000)
        'data:image/png;base64,... (9022 characters)'
    """
    if address.startswith("data:"):
        return f"{address.partition(',')[0][:60]},... ({len(address)} characters)"
    return address if len(address) <= MAX_ADDRESS else f"{address[:MAX_ADDRESS]}... ({len(address)} characters)"


def _size(element: _Element, side: str) -> int | None:
    match = _NUMBER_RE.match((element.get(side) or "").strip())
    if match is None and (style := element.get("style")):
        found = _STYLE_SIZE_RE[side].search(style)
        return int(found[1][:6]) if found else None
    return int(match[0][:6]) if match else None
