"""Several reports of one body and year: whether they agree, which one is kept, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .measure import Facts

Relation = Literal["identical", "compatible", "different"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The report of a body and year.

    Attributes:
        kept: The report that is used; None where the reports differ and may be of several bodies.
        others: The other reports.
        relation: ``identical``: the same cells with the same values. ``compatible``: no cell has two values, but one
            report has cells that another lacks or doubts. ``different``: some cell has two values.
        differing: The cells that have two values.
        why: Why that report was kept, or none.

    Example:
        >>> report = Facts("a", "海棠市", 2022, "2021", None, "", {}, 0)
        >>> choose_report([report], is_unique=True).why
        'it is the only one'
    """

    kept: Facts | None
    others: tuple[Facts, ...]
    relation: Relation
    differing: tuple[str, ...]
    why: str

    @property
    def all(self) -> tuple[Facts, ...]:
        """Every report, the kept one first."""
        return (self.kept, *self.others) if self.kept else self.others


# What makes a report better than another, and how that is told.
_MORE_CERTAIN: tuple[Callable[[Facts], Any], str] = (
    lambda facts: sum(cell.value is not None and cell.certain for cell in facts.cells.values()),
    "more of its values are certain",
)
_FEWER_FAILED: tuple[Callable[[Facts], Any], str] = (lambda facts: -facts.failed, "fewer of its checks fail")
_LATER: tuple[Callable[[Facts], Any], str] = (lambda facts: facts.date or "", "it was collected later")
_BY_HASH: tuple[Callable[[Facts], Any], str] = (
    lambda facts: (facts.sha256, facts.id),
    "nothing tells them apart; the choice is the same on every run",
)
_ORDERS = {
    "identical": (_MORE_CERTAIN, _FEWER_FAILED, _LATER, _BY_HASH),
    "compatible": (_MORE_CERTAIN, _FEWER_FAILED, _LATER, _BY_HASH),
    # Figures that changed were revised: the later report is the one that counts.
    "different": (_LATER, _MORE_CERTAIN, _FEWER_FAILED, _BY_HASH),
}


def choose_report(reports: Sequence[Facts], *, is_unique: bool) -> Choice:
    """Choose among the reports of one body and year.

    Args:
        reports: At least one.
        is_unique: Whether they are surely of one body. If not, none is kept where they differ: they may be of two.

    Example:
        >>> from reportparse.compare.measure import Printed
        >>> def facts(id, value):
        ...     cells = {("requests", "carried_over", "total"): Printed(value, "value", True)}
        ...     return Facts(id, "朝阳区", 2022, "2021", None, id, cells, 0)
        >>> choice = choose_report([facts("a", 3), facts("b", 4)], is_unique=False)
        >>> choice.kept, choice.relation, choice.differing
        (None, 'different', ('requests.carried_over.total',))
        >>> choose_report([facts("a", 3), facts("b", 3)], is_unique=False).kept.id
        'b'
    """
    if len(reports) == 1:
        return Choice(reports[0], (), "identical", (), "it is the only one")
    differing = _differing(reports)
    relation: Relation = "different" if differing else "identical" if _same_cells(reports) else "compatible"
    order = _ORDERS[relation]
    ranked = sorted(reports, key=lambda facts: [criterion(facts) for criterion, _ in order], reverse=True)
    if differing and not is_unique:
        why = "the reports differ, and more than one body has this name"
        return Choice(None, tuple(ranked), relation, differing, why)
    kept, *others = ranked
    why = next(told for criterion, told in order if criterion(kept) != criterion(others[0]) or told == _BY_HASH[1])
    return Choice(kept, tuple(others), relation, differing, why)


def _same_cells(reports: Sequence[Facts]) -> bool:
    return all(facts.form == reports[0].form and facts.cells == reports[0].cells for facts in reports)


def _differing(reports: Sequence[Facts]) -> tuple[str, ...]:
    """Cells for which two reports give different certain readings; a blank and a number differ."""
    found = []
    for cell in dict.fromkeys(cell for facts in reports for cell in facts.cells):
        printed = [facts.cells[cell] for facts in reports if cell in facts.cells]
        sure = {
            (one.value, one.state, one.unit if one.value else None)
            for one in printed
            if one.certain and one.state != "missing"
        }
        if len(sure) > 1:
            found.append(".".join(cell))
    return tuple(found)
