"""Find the smallest sets of printed cells that would explain all failed checks, and tell of them.

The idea is that of Fellegi and Holt: blame as few cells as possible. An explanation is a set of cells with one value
each, such that every failed check of its group holds after the change and no check that passed breaks. Undecided
checks constrain nothing. The values are suggestions: nothing here changes a record.

A search tries one cell, then two, and so on, until its bound; where a caller asks for it, a solver goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from ..forms import FormSpec
from ..kinds import BlamedCell, Diagnosis, Finding, Place, Value
from .checks import CellNames, Cells, Decided, coverage_findings, failure_finding, try_relation
from .equations import Budget, Equation, Number, as_whole, search_changes
from .mistakes import hang_together, mistake_findings
from .rules import Relation

Implied = dict[Place, Value]

# A message names this many explanations; the diagnosis holds all.
MAX_TOLD = 5
# Steps for the values of a set of cells that the solver named.
STEPS_OF_A_TRIAL = 100_000


def diagnose(decided: Decided, *, max_steps: int = 200_000, solver: bool = False) -> tuple[Diagnosis, ...]:
    """Group failed checks that hang together, and find the smallest explanations of each group.

    Failed checks hang together when they share a cell, or when a smallest explanation of one changes a cell of
    another. An explanation is listed only if the checks fix its values; a part that exceeds its whole, and a number
    that is no count and stands in no failed sum, are taken to the nearest value that fits.

    Args:
        decided: What the checks of some records decided.
        max_steps: A bound on the search, shared by the groups; a step is about one look at one cell.
        solver: Let an integer program go on where the bound ended the search. It names cells; their values are worked
            out and tried exactly, as those of the search are.

    Returns:
        One diagnosis a group, in the order of the form. ``explanations`` holds all of the smallest size, and may be
        empty: there is none if ``complete``, else the bound ended the search.

    Raises:
        MissingExtraError: The solver was asked for and is not installed.

    Example:
        >>> from reportparse.judgement.checks import cells_of, decide
        >>> from reportparse.forms import load_form
        >>> from reportparse.models import Record
        >>> def cell(column, value):
        ...     return Record(table="review_and_litigation", row="review", column=column, label="行政复议",
        ...                   raw=str(value), unit="件", state="value", value=value, certain=True, span=None)
        >>> printed = {"upheld": 10, "corrected": 1, "other": 0, "pending": 0, "total": 0}
        >>> records = [cell(*item) for item in printed.items()]
        >>> form = load_form("2021")
        >>> [diagnosis] = diagnose(decide(cells_of(records), form))
        >>> [(blamed.column, blamed.implied) for blamed, in diagnosis.explanations]
        [('total', 11)]
    """
    if solver:
        from .solver import require_solver

        require_solver()  # told at the first report, not at the first that needs it
    if not decided.failed:
        return ()
    pending = hang_together(decided.failed)
    share = max_steps // max(1, len(pending))
    done: dict[tuple[int, ...], tuple[list[Implied], bool]] = {}
    while pending:
        group = pending.pop(0)
        found, complete = _explain([decided.failed[index] for index in group], decided, Budget(share), solver=solver)
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


def findings_of(decided: Decided, diagnosis: Sequence[Diagnosis], cells: Cells, form: FormSpec) -> tuple[Finding, ...]:
    """Tell of failed checks, of what would explain them, and of what the arithmetic cannot see.

    Returns:
        In this order: ``sum_differs``, ``part_exceeds_whole`` and ``not_a_count`` for the failed checks;
        ``suspected_cells`` or ``unexplained_checks`` for each diagnosis; ``likely_mistake`` for each usual slip that
        would explain one; ``blanks_counted_as_zero`` and ``unchecked_cells`` at most once.
    """
    if not cells:
        return ()
    if not decided.failed:
        return tuple(coverage_findings(decided))
    names = CellNames(cells, form)
    failed = (failure_finding(relation, decided, names) for relation in decided.failed)
    explained = (_diagnosis_finding(entry, names) for entry in diagnosis)
    slips = mistake_findings(decided, diagnosis, names)
    return (*failed, *explained, *slips, *coverage_findings(decided))


def _explain(
    group: Sequence[Relation], decided: Decided, budget: Budget, *, solver: bool
) -> tuple[list[Implied], bool]:
    """All explanations of the smallest size for one group, and whether they are all."""
    found, complete = _explain_by_search(group, decided, budget)
    if complete or not solver:
        return found, complete
    solved, complete = _explain_by_solver(group, decided)
    # Both list explanations of the smallest size, and each may have found what the other did not.
    return found + [implied for implied in solved if implied not in found], complete


def _explain_by_search(group: Sequence[Relation], decided: Decided, budget: Budget) -> tuple[list[Implied], bool]:
    """All explanations of the smallest size for one group, and whether the search ended by itself."""
    equations = _equations(group, decided)
    relations = (*group, *decided.passed)
    size = 1
    while True:
        budget.was_cut = False
        tried = (_accept(changes, relations, decided, budget) for changes in search_changes(equations, size, budget))
        found = [implied for implied in tried if implied]
        complete = budget.steps > 0
        if found or not complete or not budget.was_cut:
            return found, complete
        size += 1


def _explain_by_solver(group: Sequence[Relation], decided: Decided) -> tuple[list[Implied], bool]:
    """The same, by an integer program that names the cells; what it names is searched and tried exactly."""
    from .solver import propose_cells

    equations = _equations(group, decided)
    relations = (*group, *decided.passed)
    places = frozenset(place for equation in equations for place in equation.coefficients)
    counts = places & decided.plan.counts
    found: list[Implied] = []

    def accept(cells: frozenset[Place]) -> bool:
        budget = Budget(STEPS_OF_A_TRIAL)
        changes = search_changes(equations, len(cells), budget, banned=places - cells)
        tried = (_accept(change, relations, decided, budget) for change in changes)
        implied = [one for one in tried if one.keys() == cells]
        found.extend(implied)
        return bool(implied)

    return found, propose_cells(equations, {place: -_exact(decided.values[place]) for place in counts}, accept)


def _equations(group: Sequence[Relation], decided: Decided) -> list[Equation]:
    equations = [_equation(relation, decided.values) for relation in group if relation.rule.kind != "whole"]
    equations += [_equation(relation, decided.values) for relation in decided.passed if relation.rule.kind != "at_most"]
    open_cells = {place for equation in equations if equation.residual for place in equation.coefficients}
    for relation in group:
        place = relation.left[0]
        if relation.rule.kind == "whole" and place not in open_cells:
            printed = _exact(decided.values[place])
            equations.append(Equation({place: 1}, as_whole(printed - max(0, round(printed)))))
    return equations


def _equation(relation: Relation, values: Mapping[Place, Value]) -> Equation:
    coefficients: dict[Place, Number] = dict.fromkeys(relation.left, 1)
    coefficients.update(dict.fromkeys(relation.right, -1))
    residual = sum(coefficient * _exact(values[place]) for place, coefficient in coefficients.items())
    return Equation(coefficients, as_whole(residual))


def _accept(
    changes: Mapping[Place, Number], relations: Sequence[Relation], decided: Decided, budget: Budget
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


def _places(cells: Sequence[BlamedCell]) -> Iterator[Place]:
    for cell in cells:
        yield cell.table, cell.row, cell.column
