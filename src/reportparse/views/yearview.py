"""Checks between years as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..compare.crosschecks import CrossCheck
from ..models import CheckStatus
from .textparts import clean

_STATUSES: tuple[CheckStatus, ...] = ("passed", "failed", "undecided")


def render_years(checks: Sequence[CrossCheck]) -> str:
    """The checks of each body and year: how many, and those that did not pass with what they say.

    Example:
        >>> check = CrossCheck(rule="identical_years", body="海棠市", years=(2021, 2022), reports=("a", "b"),
        ...                    status="failed", message="all 80 numbers are equal", reasons=("a small organ",))
        >>> print(render_years([check]), end="")
        海棠市 2022: 1 failed
          failed identical_years: all 80 numbers are equal
            may be lawful: a small organ
    """
    lines = [f"{'  ' * depth}{clean(text)}\n" for depth, text in _lines(checks)]
    return "".join(lines) or "nothing to compare\n"


def _lines(checks: Sequence[CrossCheck]) -> Iterator[tuple[int, str]]:
    """Lines with their depth."""
    for (body, year), group in groupby(checks, key=lambda check: (check.body, check.years[-1])):
        found = list(group)
        counts = Counter(check.status for check in found)
        told = ", ".join(f"{counts[status]} {status}" for status in _STATUSES if counts[status])
        yield 0, f"{body} {year}: {told}"
        for check in found:
            if check.status != "passed":
                yield 1, f"{check.status} {check.rule}: {check.message}"
            if check.reasons:
                yield 2, f"may be lawful: {'; '.join(check.reasons)}"
