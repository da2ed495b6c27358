"""The styles of a Word file, as far as they change what is printed: headings, list numbers, hidden text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ..office.packages import Package, attribute, child

if TYPE_CHECKING:
    from ..office.packages import Element

_OFF = frozenset(("0", "false", "off", "none"))
# Programs let a style inherit from ten others at the most.
_MAX_INHERITED = 20
# Levels 0 to 8 are headings, 9 is body text.
_HEADING_LEVELS = frozenset("012345678")


@dataclass(frozen=True, slots=True)
class Style:
    """What a style, or the properties of a paragraph, say; None where they say nothing."""

    based_on: str = ""
    level: str | None = None
    list_id: str | None = None
    list_level: str | None = None
    is_hidden: bool | None = None

    @property
    def is_heading(self) -> bool:
        """Whether its paragraphs are headings."""
        return self.level in _HEADING_LEVELS


PLAIN = Style()


class Styles:
    """The styles of a file by their ids, each with what it inherits."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._own: dict[str, Style] = {}
        for element in package.elements(part, "w:style") if part else ():
            own = paragraph_style(child(element, "w:pPr"))
            based_on = value_of(element, "w:basedOn") or ""
            self._own[attribute(element, "w:styleId") or ""] = replace(
                own, based_on=based_on, is_hidden=switch(child(element, "w:rPr"), "w:vanish")
            )
        self.get = cache(self._get)

    def _get(self, name: str) -> Style:
        """A style with what it inherits; one that the file does not have says nothing."""
        style = PLAIN
        for _ in range(_MAX_INHERITED):
            if name not in self._own:
                break
            style = over(style, self._own[name])
            name = self._own[name].based_on
        return style


def over(upper: Style, lower: Style) -> Style:
    """What one says over the other: the lower one counts where the upper is silent."""
    return Style(
        level=lower.level if upper.level is None else upper.level,
        list_id=lower.list_id if upper.list_id is None else upper.list_id,
        list_level=lower.list_level if upper.list_level is None else upper.list_level,
        is_hidden=lower.is_hidden if upper.is_hidden is None else upper.is_hidden,
    )


def paragraph_style(properties: Element | None) -> Style:
    """What the properties of a paragraph say themselves."""
    numbers = child(properties, "w:numPr")
    return Style(
        level=value_of(properties, "w:outlineLvl"),
        list_id=value_of(numbers, "w:numId"),
        list_level=value_of(numbers, "w:ilvl"),
    )


def value_of(element: Element | None, name: str) -> str | None:
    """The ``w:val`` of a child."""
    inner = child(element, name)
    return None if inner is None else attribute(inner, "w:val")


def number_of(element: Element | None, name: str, default: int) -> int:
    """The ``w:val`` of a child as a small number."""
    printed = value_of(element, name)
    return int(printed[:6]) if printed is not None and printed[:6].isascii() and printed[:6].isdigit() else default


def switch(properties: Element | None, name: str) -> bool | None:
    """Whether a property is on; None where nothing is said of it."""
    inner = child(properties, name)
    return None if inner is None else attribute(inner, "w:val") not in _OFF
