"""The options of a parse: one frozen value, passed along unchanged."""

from __future__ import annotations

from dataclasses import dataclass

from .limits import DEFAULT_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """What a caller may choose. The defaults never guess.

    Attributes:
        blank_as_zero: Let the checks count a blank cell as 0. The records keep the blank, and a finding tells of it.
        max_readings: How many readings of a doubtful row are counted before its count is called incomplete.
        max_steps: A bound, in steps, on the search for explanations of failed checks.
        solver: Let an integer program go on where that bound ends the search. Needs the extra ``solver``.
        limits: How much of a document is read at the most.

    Example:
        >>> from reportparse import Limits
        >>> options = ParseOptions(blank_as_zero=True, limits=Limits(max_pages=800))
        >>> options.limits.max_pages
        800
    """

    blank_as_zero: bool = False
    max_readings: int = 5_000
    max_steps: int = 200_000
    solver: bool = False
    limits: Limits = DEFAULT_LIMITS
