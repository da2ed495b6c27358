"""Name the usual slips of people who fill in tables, where one of them would explain failed checks.

The smallest explanation blames the fewest cells; a person who types a row one column too far spoils seven at once. So
each usual slip is undone on trial. It is named only if every failed check of its group then holds and no other breaks.
Names are notes: nothing here changes a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..kinds import Diagnosis, Finding, Place, Value
from .checks import CellNames, Decided, exact_sum, is_count, try_relation
from .rules import Axis, Relation

Changes = dict[Place, Value]
_LineKey = tuple[Axis, str, str]  # row or column, key of the table, key of the line

# Where more slips of one kind would do as well, none of them is likely.
MAX_ALIKE = 3
EXCHANGED = "two digits changed places"
# A row in which fewer cells change was not shifted: a value or two stand in the wrong place.
MIN_SHIFTED = 3
# One failed check fits many slips: any part of a sum may be what its total leaves out. So many checks must agree on a
# slip; that two digits of a number, exchanged, are just what a check asks for is seldom chance.
MIN_AGREEING = {"exchange": 1, "digits": 2, "total": 2, "swap": 2, "shift": 3}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One slip: what happened, in words, and the values that stood there without it."""

    kind: str
    told: str
    implied: Changes


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a slip is tried on: numbers, the relations of each cell, and the failed relations that hang together."""

    decided: Decided
    by_place: Mapping[Place, Sequence[Relation]]
    groups: Sequence[frozenset[Relation]]

    def mends(self, changes: Changes) -> frozenset[Relation]:
        """The failed relations that hold after the changes; none if a group is mended in part or a relation breaks."""
        nothing: frozenset[Relation] = frozenset()
        if any(place in self.decided.plan.counts and not is_count(value) for place, value in changes.items()):
            return nothing
        values = {**self.decided.values, **changes}
        touched = {relation for place in changes for relation in self.by_place.get(place, ())}
        if any(try_relation(relation, values)[0] != "passed" for relation in touched):
            return nothing
        groups = [group for group in self.groups if not group.isdisjoint(touched)]
        return nothing.union(*groups) if all(group <= touched for group in groups) else nothing


def mistake_findings(decided: Decided, diagnosis: Sequence[Diagnosis], names: CellNames) -> Iterator[Finding]:
    """Tell of each usual slip that would explain a whole group of failed checks.

    Args:
        decided: What the checks decided.
        diagnosis: The smallest explanations; they say which failed checks hang together.
        names: Labels for the messages.

    Yields:
        ``likely_mistake`` notes, in the order of the groups. Slips that are told: digits that changed places, a digit
        lost or doubled, a sign, a total that leaves something out, two cells swapped, a row shifted by a column.
    """
    for rules, mistake in find_mistakes(decided, diagnosis, names):
        places = sorted(mistake.implied, key=decided.plan.order.__getitem__)
        told = f"{', '.join(rules)}: it looks as if {mistake.told}: {_told(places, mistake, decided, names)}"
        yield names.finding(told, places, code="likely_mistake", severity="note")


def _told(places: Sequence[Place], mistake: Mistake, decided: Decided, names: CellNames) -> str:
    if mistake.kind == "shift":
        printed, implied = (
            " ".join(str(values[place]) for place in places) for values in (decided.values, mistake.implied)
        )
        where = f"{names.row(places[0])}, {names.column(places[0])} to {names.column(places[-1])}"
        return f"{where} (printed {printed}, implied {implied})"
    return " and ".join(
        f"{names.cell(place)} (printed {decided.values[place]}, implied {mistake.implied[place]})" for place in places
    )


def find_mistakes(
    decided: Decided, diagnosis: Sequence[Diagnosis], names: CellNames
) -> Iterator[tuple[tuple[str, ...], Mistake]]:
    """The usual slips that would explain failed checks, each with the keys of the rules that it explains."""
    trial = _trial(decided, diagnosis)
    for group in trial.groups:
        fitting: dict[tuple[str, frozenset[tuple[Place, Value]]], Mistake] = {}
        for mistake in _suspects(group, decided, names):
            if len(group) >= MIN_AGREEING[mistake.kind] and group <= trial.mends(mistake.implied):
                fitting.setdefault((mistake.kind, frozenset(mistake.implied.items())), mistake)
        most = MAX_ALIKE if len(group) > 1 else 1
        kinds = [kind for kind, _ in fitting]
        rules = tuple(dict.fromkeys(relation.rule.key for relation in decided.failed if relation in group))
        yield from (
            (rules, found) for kind, found in zip(kinds, fitting.values(), strict=True) if kinds.count(kind) <= most
        )


def hang_together(failed: Sequence[Relation], links: Iterable[set[Place]] = ()) -> list[tuple[int, ...]]:
    """Indices of failed relations that share cells, directly or through a set of linked cells; in rising order."""
    groups: list[tuple[set[int], set[Place]]] = []
    ties = [({index}, set(relation.cells)) for index, relation in enumerate(failed)]
    for members, cells in (*ties, *((set[int](), set(link)) for link in links)):
        apart = []
        for group in groups:
            if group[1].isdisjoint(cells):
                apart.append(group)
            else:
                members |= group[0]
                cells |= group[1]
        groups = [*apart, (members, cells)]
    return sorted(tuple(sorted(members)) for members, _ in groups if members)


def _trial(decided: Decided, diagnosis: Sequence[Diagnosis]) -> _Trial:
    by_place: dict[Place, list[Relation]] = {}
    for relation in (*decided.failed, *decided.passed):
        for place in relation.cells:
            by_place.setdefault(place, []).append(relation)
    # Every failed relation of a diagnosis holds a cell of each of its explanations.
    links = [
        {(cell.table, cell.row, cell.column) for cell in cells} for entry in diagnosis for cells in entry.explanations
    ]
    groups = hang_together(decided.failed, links)
    return _Trial(decided, by_place, [frozenset(decided.failed[index] for index in group) for group in groups])


def _suspects(group: frozenset[Relation], decided: Decided, names: CellNames) -> Iterator[Mistake]:
    """Slips that would touch a group, the plainest kinds first; most of them mend nothing."""
    ordered = [relation for relation in decided.failed if relation in group]
    for relation in ordered:
        yield from _stale_totals(relation, decided.values, names)
        for place, value in _mended(relation, decided.values):
            yield from _slips_of_digits(place, decided.values[place], value)
    lines = _lines(decided)
    for relation in ordered:
        yield from _swaps(relation, decided.values, lines)
    rows = Counter(row for relation in ordered for row in {_lines_of(place)[0] for place in relation.cells})
    for row, count in rows.items():
        if count >= MIN_AGREEING["shift"]:
            yield from _shifts(lines[row], ordered, decided.values)


def _mended(relation: Relation, values: Mapping[Place, Value]) -> Iterator[tuple[Place, Value]]:
    """Each cell of a failed relation with the value that would make the relation hold."""
    if relation.rule.kind == "whole":
        yield from ((place, -values[place]) for place in relation.left)
        return
    left, right = (exact_sum([values[place] for place in side]) for side in (relation.left, relation.right))
    excess = exact_sum([left, -right])
    yield from ((place, exact_sum([values[place], -excess])) for place in relation.left)
    yield from ((place, exact_sum([values[place], excess])) for place in relation.right)


def _slips_of_digits(place: Place, printed: Value, implied: Value) -> Iterator[Mistake]:
    told = _slip(str(printed), str(implied))
    if told and implied != printed:
        yield Mistake("exchange" if told == EXCHANGED else "digits", told, {place: implied})


def _slip(printed: str, implied: str) -> str:
    """What turns one number into another, in words; empty if no single slip does."""
    if printed.lstrip("-") == implied.lstrip("-") and printed != implied:
        return "a sign was lost" if implied.startswith("-") else "a sign was printed that does not belong"
    if len(printed) == len(implied):
        differing = [index for index, pair in enumerate(zip(printed, implied, strict=True)) if len(set(pair)) > 1]
        if len(differing) == 2 and differing[1] == differing[0] + 1 and sorted(printed) == sorted(implied):
            return EXCHANGED
    # A lone 0 comes from an empty cell, not from a number that lost a digit.
    if printed != "0" and printed in _one_shorter(implied):
        return "a digit was lost"
    doubled = [index for index, pair in enumerate(pairwise(printed)) if len(set(pair)) == 1]
    if any(printed[:index] + printed[index + 1 :] == implied for index in doubled):
        return "a digit was doubled"
    return ""


def _one_shorter(number: str) -> set[str]:
    return {number[:index] + number[index + 1 :] for index, sign in enumerate(number) if sign.isdecimal()}


def _stale_totals(relation: Relation, values: Mapping[Place, Value], names: CellNames) -> Iterator[Mistake]:
    """A total that equals its sum without one operand, or the sum of its first operands."""
    if relation.rule.kind not in ("sum", "leaves") or len(relation.left) != 1:
        return
    total = relation.left[0]
    printed, implied = values[total], exact_sum([values[place] for place in relation.right])
    name, what = (names.column, "columns") if relation.rule.scope == "row" else (names.row, "rows")
    left_out = [place for place in relation.right if values[place] and exact_sum([implied, -values[place]]) == printed]
    if 0 < len(left_out) <= MAX_ALIKE:
        yield Mistake("total", f"the total leaves out {' or '.join(map(name, left_out))}", {total: implied})
        return
    for count in range(2, len(relation.right) - 1):
        if printed and exact_sum([values[place] for place in relation.right[:count]]) == printed:
            yield Mistake("total", f"the total adds up only the first {count} {what}", {total: implied})
            return


def _lines(decided: Decided) -> dict[_LineKey, list[Place]]:
    """The cells of each row and of each column that hold numbers, in the order of the form."""
    lines: dict[_LineKey, list[Place]] = {}
    for place in decided.plan.order:
        if place in decided.values:
            for key in _lines_of(place):
                lines.setdefault(key, []).append(place)
    return lines


def _lines_of(place: Place) -> tuple[_LineKey, _LineKey]:
    """The row and the column of a cell."""
    table, row, column = place
    return ("row", table, row), ("column", table, column)


def _swaps(
    relation: Relation, values: Mapping[Place, Value], lines: Mapping[_LineKey, Sequence[Place]]
) -> Iterator[Mistake]:
    """A cell that takes the value of another in its row or column, which makes the relation hold, and the reverse."""
    for place, wanted in _mended(relation, values):
        for key in _lines_of(place):
            for other in lines[key]:
                if values[other] == wanted and other not in relation.cells:
                    yield Mistake("swap", "two cells were swapped", {place: wanted, other: values[place]})


def _shifts(row: Sequence[Place], failed: Sequence[Relation], values: Mapping[Place, Value]) -> Iterator[Mistake]:
    """Neighbouring cells of a row that stand one column too far to the right or to the left."""
    for start in range(len(row)):
        for end in range(start + MIN_SHIFTED, len(row) + 1):
            cells = row[start:end]
            for side, moved in (("right", cells[:-1]), ("left", cells[1:])):
                sources = cells[1:] if side == "right" else cells[:-1]
                base = {place: values[source] for place, source in zip(moved, sources, strict=True)}
                freed, pushed_out = (cells[-1], cells[0]) if side == "right" else (cells[0], cells[-1])
                for value in _fillings(freed, base, failed, values, values[pushed_out]):
                    changes = {place: new for place, new in {**base, freed: value}.items() if new != values[place]}
                    if len(changes) >= MIN_SHIFTED:
                        told = f"the values of a row stand one column too far to the {side}"
                        yield Mistake("shift", told, changes)


def _fillings(
    freed: Place, base: Changes, failed: Sequence[Relation], values: Mapping[Place, Value], pushed_out: Value
) -> Iterator[Value]:
    """What the cell that a shift frees may hold: what was pushed out, nothing, or what a sum asks for."""
    tried = {**values, **base}
    wanted: list[Value] = [pushed_out, 0]
    for relation in failed:
        if freed in relation.cells:
            wanted += [value for place, value in _mended(relation, tried) if place == freed]
    yield from dict.fromkeys(wanted)
