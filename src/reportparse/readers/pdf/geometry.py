"""Points, boxes and matrices of PDF."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .page import Box

# A side longer than this (as the standard allows without a unit of its own) is a mistake or an attack.
MAX_SIDE = 14_400.0
ASKEW = 0.08  # sine of the angle from which a text counts as askew

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def is_sane(box: Box) -> bool:
    """Whether a box has finite sides that stand near a page."""
    return all(map(math.isfinite, box)) and max(map(abs, box)) < 10 * MAX_SIDE


def is_rectangle(points: list[Point]) -> bool:
    """Whether an outline is an upright rectangle."""
    box = box_of(points)
    corners = sum(
        min(abs(x - box.left), abs(x - box.right)) < 1 and min(abs(y - box.top), abs(y - box.bottom)) < 1
        for x, y in points
    )
    return 4 <= len(points) <= 6 and corners == len(points)


def box_of(points: Sequence[Point]) -> Box:
    """The box around some points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does the first, then the second."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(matrix: Matrix, x: float, y: float) -> Point:
    """Where a matrix puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def turn_of(a: float, b: float) -> int | None:
    """How many quarter turns clockwise set a text of that matrix upright; None for a text askew."""
    length = math.hypot(a, b)
    if not length or not math.isfinite(length):
        return 0
    if abs(b) <= ASKEW * length:
        return 0 if a > 0 else 2
    if abs(a) <= ASKEW * length:
        return 1 if b > 0 else 3
    return None
