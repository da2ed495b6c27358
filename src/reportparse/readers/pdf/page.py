"""What is drawn on a page of a PDF: glyphs, shapes and pictures, in points from the top left corner, upright."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

# What stands for a glyph that no character is known of.
UNKNOWN = "\ufffd"
EDGE = 1.0


class Box(NamedTuple):
    """A rectangle, in points from the top left corner of its page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point stands inside or on the edge."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


class Glyph(NamedTuple):
    """A character as drawn.

    ``size`` is that of its font. ``is_spaced`` if a space was drawn before it. ``is_aside`` if a reader of the page
    does not see it in line: it is invisible (white on white, clipped, off the page), or written askew (a watermark).
    """

    text: str
    box: Box
    size: float
    is_spaced: bool = False
    is_aside: bool = False


class Shape(NamedTuple):
    """A straight stroke or a filled rectangle, as the box that it covers."""

    box: Box
    is_fill: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that is drawn on a page, in the order of drawing.

    Attributes:
        number: Counts from 1.
        box: The page itself.
        glyphs: Its characters, spaces left out.
        shapes: What may be a rule or the ground of a cell.
        images: Its pictures.
        text_is_invisible: Whether most of its text is drawn invisibly, as OCR does over the picture of a page.
        curves: How many further shapes it draws, such as letters drawn as curves.
        marks: How many glyphs, shapes and points were looked at.
        trouble: Why the page, or a part of it, was not read; empty if it was.
    """

    number: int
    box: Box
    glyphs: tuple[Glyph, ...] = ()
    shapes: tuple[Shape, ...] = ()
    images: tuple[Box, ...] = ()
    text_is_invisible: bool = False
    curves: int = 0
    marks: int = 0
    trouble: Literal["", "broken", "crowded"] = ""


def within(page: Box, point: tuple[float, float]) -> tuple[float, float]:
    """A point left or right of a page moved to its edge: a table that is too wide for its page goes on there."""
    if not page.left - page.width / 2 <= point[0] <= page.right + page.width / 2:
        return point
    return min(max(point[0], page.left + EDGE), page.right - EDGE), point[1]


def around(boxes: Iterable[Box]) -> Box:
    """The box around some boxes, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))
