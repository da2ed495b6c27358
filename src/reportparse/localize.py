"""Find the smallest sets of printed cells that would explain all failed checks, and tell of them.

The idea is that of Fellegi and Holt: blame as few cells as possible. An explanation is a set of cells with one value
each, such that every failed check of its group holds after the change and no check that passed breaks. Undecided
checks constrain nothing. The values are suggestions: nothing here changes a record.

A search tries one cell, then two, and so on. Each time it takes a relation that does not hold, blames each of its
cells in turn, and uses the relation to eliminate that cell from the others; for the last cell it compares residuals
and eliminates nothing. A cell that was tried is out of question in the later branches, so no set is met twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from heapq import nlargest

from .checks import CellNames, Decided, coverage_findings, decide, failure_finding, try_relation
from .forms import FormSpec
from .mistakes import hang_together, mistake_findings
from .models import BlamedCell, CellRef, Check, Diagnosis, Finding, Record, Value
from .rules import Place, Relation

Number = int | Fraction
Implied = dict[Place, Value]

# A message names this many explanations; the diagnosis holds all.
MAX_TOLD = 5


@dataclass(frozen=True, slots=True)
class _Equation:
    """``residual`` plus, for each cell, its coefficient times its change is to be zero."""

    coefficients: Mapping[Place, Number]
    residual: Number


@dataclass(slots=True)
class _Budget:
    """What is left of a search; ``was_cut`` tells that its depth stopped it somewhere."""

    steps: int
    was_cut: bool = False

    def spend(self, steps: int) -> bool:
        """Take steps; whether any are left."""
        self.steps -= steps
        return self.steps > 0


def diagnose(
    checks: Sequence[Check], records: Sequence[Record], form: FormSpec, *, max_steps: int = 200_000
) -> tuple[Diagnosis, ...]:
    """Group failed checks that hang together, and find the smallest explanations of each group.

    Failed checks hang together when they share a cell, or when a smallest explanation of one changes a cell of
    another. An explanation is listed only if the checks fix its values; a part that exceeds its whole, and a number
    that is no count and stands in no failed sum, are taken to the nearest value that fits.

    Args:
        checks: What the checks said of these records.
        records: The records that were checked.
        form: Their form.
        max_steps: A bound on the search, shared by the groups; a step is about one look at one cell.

    Returns:
        One diagnosis a group, in the order of the form. ``explanations`` holds all of the smallest size, and may be
        empty: there is none if ``complete``, else the bound ended the search.

    Example:
        >>> from reportparse.checks import check_records
        >>> from reportparse.forms import load_form
        >>> def cell(column, value):
        ...     return Record(table="review_and_litigation", row="review", column=column, label="行政复议",
        ...                   raw=str(value), unit="件", state="value", value=value, certain=True, span=None)
        >>> printed = {"upheld": 10, "corrected": 1, "other": 0, "pending": 0, "total": 0}
        >>> records = [cell(*item) for item in printed.items()]
        >>> [diagnosis] = diagnose(check_records(records, load_form("2021")), records, load_form("2021"))
        >>> [(blamed.column, blamed.implied) for blamed, in diagnosis.explanations]
        [('total', 11)]
    """
    if not any(check.status == "failed" for check in checks):
        return ()
    decided = decide(checks, records, form)
    pending = hang_together(decided.failed)
    share = max_steps // max(1, len(pending))
    done: dict[tuple[int, ...], tuple[list[Implied], bool]] = {}
    while pending:
        group = pending.pop(0)
        found, complete = _explain([decided.failed[index] for index in group], decided, _Budget(share))
        changed = {place for implied in found for place in implied}
        joined = [
            other
            for other in (*pending, *done)
            if any(not changed.isdisjoint(decided.failed[index].cells) for index in other)
        ]
        if joined:
            pending = [other for other in pending if other not in joined]
            done = {other: result for other, result in done.items() if other not in joined}
            pending.append(tuple(sorted(index for part in (group, *joined) for index in part)))
        else:
            done[group] = found, complete
    return tuple(
        _diagnosis([decided.failed[index] for index in group], found, complete, decided)
        for group, (found, complete) in sorted(done.items(), key=lambda item: item[0])
    )


def findings_of(
    checks: Sequence[Check], diagnosis: Sequence[Diagnosis], records: Sequence[Record], form: FormSpec
) -> tuple[Finding, ...]:
    """Tell of failed checks, of what would explain them, and of what the arithmetic cannot see.

    Returns:
        In this order: ``sum_differs``, ``part_exceeds_whole`` and ``not_a_count`` for the failed checks;
        ``suspected_cells`` or ``unexplained_checks`` for each diagnosis; ``likely_mistake`` for each usual slip that
        would explain one; ``blanks_counted_as_zero`` and ``unchecked_cells`` at most once.
    """
    if not records:
        return ()
    decided = decide(checks, records, form)
    names = CellNames(records, form)
    failed = (failure_finding(relation, decided, names) for relation in decided.failed)
    explained = (_diagnosis_finding(entry, names) for entry in diagnosis)
    slips = mistake_findings(decided, diagnosis, names)
    return (*failed, *explained, *slips, *coverage_findings(decided, records))


def _explain(group: Sequence[Relation], decided: Decided, budget: _Budget) -> tuple[list[Implied], bool]:
    """All explanations of the smallest size for one group, and whether the search ended by itself."""
    equations = _equations(group, decided)
    relations = (*group, *decided.passed)
    size = 1
    while True:
        budget.was_cut = False
        tried = (
            _accept(changes, relations, decided, budget)
            for changes in _search(equations, size, frozenset(), (), budget)
        )
        found = [implied for implied in tried if implied]
        complete = budget.steps > 0
        if found or not complete or not budget.was_cut:
            return found, complete
        size += 1


def _equations(group: Sequence[Relation], decided: Decided) -> list[_Equation]:
    equations = [_equation(relation, decided.values) for relation in group if relation.rule.kind != "whole"]
    equations += [_equation(relation, decided.values) for relation in decided.passed if relation.rule.kind != "at_most"]
    open_cells = {place for equation in equations if equation.residual for place in equation.coefficients}
    for relation in group:
        place = relation.left[0]
        if relation.rule.kind == "whole" and place not in open_cells:
            printed = _exact(decided.values[place])
            equations.append(_Equation({place: 1}, _whole(printed - max(0, round(printed)))))
    return equations


def _equation(relation: Relation, values: Mapping[Place, Value]) -> _Equation:
    coefficients: dict[Place, Number] = dict.fromkeys(relation.left, 1)
    coefficients.update(dict.fromkeys(relation.right, -1))
    residual = sum(coefficient * _exact(values[place]) for place, coefficient in coefficients.items())
    return _Equation(coefficients, _whole(residual))


def _search(
    equations: Sequence[_Equation],
    size: int,
    banned: frozenset[Place],
    blamed: tuple[tuple[Place, _Equation], ...],
    budget: _Budget,
) -> Iterator[dict[Place, Number]]:
    """Yield the changes of at most ``size`` further cells, none of them banned, that make all equations hold."""
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
        yield from _search(reduced, size - 1, banned, (*blamed, (place, chosen)), budget)
        banned |= {place}


def _fewest_choices(unmet: Sequence[_Equation], banned: Set[Place]) -> tuple[list[Place], _Equation]:
    """The unmet equation with the fewest cells that can still be blamed, and these cells."""
    choices = ([place for place in equation.coefficients if place not in banned] for equation in unmet)
    return min(zip(choices, unmet, strict=True), key=lambda choice: len(choice[0]))


def _hopeless_cells(unmet: Sequence[_Equation], size: int, banned: Set[Place], budget: _Budget) -> set[Place]:
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
    choices: Sequence[Place], unmet: Sequence[_Equation], equations: Sequence[_Equation], budget: _Budget
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


def _fewest_cells(unmet: Sequence[_Equation], banned: frozenset[Place]) -> int:
    """A lower bound on how many cells must change: equations without a common cell need one each."""
    used: set[Place] = set()
    count = 0
    for equation in sorted(unmet, key=lambda equation: len(equation.coefficients)):
        if used.isdisjoint(equation.coefficients):
            used |= equation.coefficients.keys() - banned
            count += 1
    return count


def _eliminate(place: Place, pivot: _Equation, equations: Sequence[_Equation], budget: _Budget) -> list[_Equation]:
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
            equation = _Equation(kept, _whole(equation.residual - factor * pivot.residual))
        reduced.append(equation)
    return reduced


def _solve(blamed: Sequence[tuple[Place, _Equation]]) -> dict[Place, Number]:
    """The changes of the blamed cells, last first: each equation holds no cell that was blamed before it."""
    changes: dict[Place, Number] = {}
    for place, equation in reversed(blamed):
        rest = equation.residual + sum(
            equation.coefficients.get(other, 0) * change for other, change in changes.items()
        )
        changes[place] = _divide(-rest, equation.coefficients[place])
    return changes


def _accept(
    changes: Mapping[Place, Number], relations: Sequence[Relation], decided: Decided, budget: _Budget
) -> Implied:
    """The changed cells with their new values; empty if one cannot hold its value, or a relation breaks."""
    budget.spend(len(relations))
    implied: Implied = {}
    for place, change in changes.items():
        is_count = place in decided.plan.counts
        value = _implied_value(decided.values[place], change, is_count)
        if value is None or not change or (is_count and value < 0):
            return {}
        implied[place] = value
    values = {**decided.values, **implied}
    return implied if all(try_relation(relation, values)[0] == "passed" for relation in relations) else {}


def _implied_value(printed: Value, change: Number, is_count: bool) -> Value | None:
    """The value after a change, of the kind that the cell holds; None where it cannot be written so."""
    total = Fraction(printed) + change
    if is_count or isinstance(printed, int):
        return int(total) if total.denominator == 1 else None
    for places in range(total.denominator.bit_length() + 1):
        if 10**places % total.denominator == 0:
            return Decimal(f"{total.numerator * 10**places // total.denominator}e-{places}")
    # A third of a decimal; no rule of a packaged form divides so.
    return None


def _exact(value: Value) -> Number:
    return value if isinstance(value, int) else Fraction(value)


def _whole(number: Number) -> Number:
    """The same number, as an integer if it is one: they are much faster."""
    return number if isinstance(number, int) or number.denominator != 1 else number.numerator


def _divide(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else _whole(Fraction(number) / by)


def _diagnosis(group: Sequence[Relation], found: Sequence[Implied], complete: bool, decided: Decided) -> Diagnosis:
    rank = decided.plan.order
    return Diagnosis(
        rules=tuple(dict.fromkeys(relation.rule.key for relation in group)),
        explanations=tuple(
            tuple(
                BlamedCell(
                    table=place[0],
                    row=place[1],
                    column=place[2],
                    printed=decided.values[place],
                    implied=implied[place],
                )
                for place in sorted(implied, key=rank.__getitem__)
            )
            for implied in sorted(found, key=lambda implied: sorted(rank[place] for place in implied))
        ),
        complete=complete,
    )


def _diagnosis_finding(diagnosis: Diagnosis, names: CellNames) -> Finding:
    rules = ", ".join(diagnosis.rules)
    end = "" if diagnosis.complete else "; the search ended at its bound"
    if not diagnosis.explanations:
        told = f"{rules}: no change of printed cells was found that satisfies them{end}"
        return names.finding(told, (), code="unexplained_checks", severity="note")
    ways = [
        " and ".join(
            f"{names.cell((cell.table, cell.row, cell.column))} (printed {cell.printed}, implied {cell.implied})"
            for cell in explanation
        )
        for explanation in diagnosis.explanations[:MAX_TOLD]
    ]
    count = len(diagnosis.explanations)
    if count > MAX_TOLD:
        ways.append(f"{count - MAX_TOLD} more")
    told = f"{rules}: {'one smallest explanation' if count == 1 else f'{count} equally small explanations'}{end}: "
    places = dict.fromkeys(place for explanation in diagnosis.explanations for place in _places(explanation))
    return names.finding(told + "; or ".join(ways), tuple(places), code="suspected_cells", severity="note")


def _places(cells: Sequence[CellRef]) -> Iterator[Place]:
    for cell in cells:
        yield cell.table, cell.row, cell.column
