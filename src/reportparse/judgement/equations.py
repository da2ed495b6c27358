"""The smallest sets of changes that make linear equations hold. Exact, bounded, and ignorant of forms.

The search takes an equation that does not hold, blames each of its cells in turn, and uses the equation to eliminate
that cell from the others; for the last cell it compares residuals and eliminates nothing. A cell that was tried is out
of question in the later branches, so no set is met twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from heapq import nlargest

from ..kinds import Place

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Equation:
    """``residual`` plus, for each cell, its coefficient times its change is to be zero."""

    coefficients: Mapping[Place, Number]
    residual: Number


@dataclass(slots=True)
class Budget:
    """What is left of a search; ``was_cut`` tells that its depth stopped it somewhere."""

    steps: int
    was_cut: bool = False

    def spend(self, steps: int) -> bool:
        """Take steps; whether any are left."""
        self.steps -= steps
        return self.steps > 0


def search_changes(
    equations: Sequence[Equation],
    size: int,
    budget: Budget,
    *,
    banned: frozenset[Place] = frozenset(),
    blamed: tuple[tuple[Place, Equation], ...] = (),
) -> Iterator[dict[Place, Number]]:
    """Yield each set of at most ``size`` changes that makes all equations hold.

    Args:
        equations: Those that hold constrain the changes as much as those that do not.
        size: How many further cells may change.
        budget: A bound on the search; where it is spent the rest is not looked at.
        banned: Cells that must not change.
        blamed: Cells that change already, each with the equation that eliminated it.

    Example:
        >>> review, direct = ("t", "review", "total"), ("t", "direct", "total")
        >>> excess = Equation({review: 1, direct: -1}, 2)
        >>> [found[place] for found in search_changes([excess], 1, Budget(100)) for place in found]
        [-2, 2]
    """
    unmet = [equation for equation in equations if equation.residual]
    if not budget.spend(len(equations)):
        return
    if not unmet:
        yield _solve(blamed)
        return
    choices, chosen = _fewest_choices(unmet, banned)
    if size == 1:
        budget.was_cut = True
        for place in _last_cells(choices, unmet, equations, budget):
            yield _solve((*blamed, (place, chosen)))
        return
    if _fewest_cells(unmet, banned) > size:
        budget.was_cut = True
        return
    hopeless = _hopeless_cells(unmet, size, banned, budget)
    if hopeless:
        budget.was_cut = True
        banned |= hopeless
        choices, chosen = _fewest_choices(unmet, banned)
    for place in choices:
        reduced = _eliminate(place, chosen, equations, budget)
        yield from search_changes(reduced, size - 1, budget, banned=banned, blamed=(*blamed, (place, chosen)))
        banned |= {place}


def _fewest_choices(unmet: Sequence[Equation], banned: Set[Place]) -> tuple[list[Place], Equation]:
    """The unmet equation with the fewest cells that can still be blamed, and these cells."""
    choices = ([place for place in equation.coefficients if place not in banned] for equation in unmet)
    return min(zip(choices, unmet, strict=True), key=lambda choice: len(choice[0]))


def _hopeless_cells(unmet: Sequence[Equation], size: int, banned: Set[Place], budget: Budget) -> set[Place]:
    """Cells that stand in no set of at most ``size`` cells which mends all unmet equations.

    An equation with one blamed cell is mended by that cell alone, so all such equations of a cell must ask for the
    same change. One with several blamed cells is mended by each for a half at most. So a cell that stands in ``d``
    equations, ``m`` of which ask for the same change, mends no more than ``(m + d) / 2``, and the best cells together
    must mend all.
    """
    asked: dict[Place, list[Number]] = {}
    for equation in unmet:
        budget.spend(len(equation.coefficients))
        for place, coefficient in equation.coefficients.items():
            if place not in banned:
                asked.setdefault(place, []).append(_divide(-equation.residual, coefficient))
    worth = {place: len(wishes) + max(map(wishes.count, wishes)) for place, wishes in asked.items()}
    others = sum(nlargest(size - 1, worth.values()))
    return {place for place, value in worth.items() if value + others < 2 * len(unmet)}


def _last_cells(
    choices: Sequence[Place], unmet: Sequence[Equation], equations: Sequence[Equation], budget: Budget
) -> Iterator[Place]:
    """The cells one change of which meets all equations: each unmet one holds the cell, no other does."""
    for place in choices:
        if not budget.spend(len(unmet)):
            return
        if not all(place in equation.coefficients for equation in unmet):
            continue
        change = _divide(-unmet[0].residual, unmet[0].coefficients[place])
        if all(equation.residual + equation.coefficients.get(place, 0) * change == 0 for equation in equations):
            yield place


def _fewest_cells(unmet: Sequence[Equation], banned: frozenset[Place]) -> int:
    """A lower bound on how many cells must change: equations without a common cell need one each."""
    used: set[Place] = set()
    count = 0
    for equation in sorted(unmet, key=lambda equation: len(equation.coefficients)):
        if used.isdisjoint(equation.coefficients):
            used |= equation.coefficients.keys() - banned
            count += 1
    return count


def _eliminate(place: Place, pivot: Equation, equations: Sequence[Equation], budget: Budget) -> list[Equation]:
    """The equations without ``pivot``, which is used to remove ``place`` from the others."""
    reduced = []
    for equation in equations:
        if equation is pivot:
            continue
        if place in equation.coefficients:
            budget.spend(len(pivot.coefficients))
            factor = _divide(equation.coefficients[place], pivot.coefficients[place])
            coefficients = dict(equation.coefficients)
            for other, coefficient in pivot.coefficients.items():
                coefficients[other] = coefficients.get(other, 0) - factor * coefficient
            kept = {other: coefficient for other, coefficient in coefficients.items() if coefficient}
            equation = Equation(kept, as_whole(equation.residual - factor * pivot.residual))
        reduced.append(equation)
    return reduced


def _solve(blamed: Sequence[tuple[Place, Equation]]) -> dict[Place, Number]:
    """The changes of the blamed cells, last first: each equation holds no cell that was blamed before it."""
    changes: dict[Place, Number] = {}
    for place, equation in reversed(blamed):
        rest = equation.residual + sum(
            equation.coefficients.get(other, 0) * change for other, change in changes.items()
        )
        changes[place] = _divide(-rest, equation.coefficients[place])
    return changes


def as_whole(number: Number) -> Number:
    """The same number, as an integer if it is one: they are much faster."""
    return number if isinstance(number, int) or number.denominator != 1 else number.numerator


def _divide(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else as_whole(Fraction(number) / by)
