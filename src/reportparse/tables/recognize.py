"""Which official form the print follows, with the evidence for and against; never chosen by the year alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..forms import FormSpec, form_keys, load_form
from ..text.labels import LabelRole
from .rows import SeenRow, Sighting

# What one distinct label that only some forms print is worth as evidence for them.
_WEIGHT = {"column": 2.0, "title": 2.0, "row": 1.0, "group": 0.25}
# What any printed label of a form is worth, shared or not: many of them outweigh a chance hit in prose.
_LABEL_WEIGHT = 0.1
# Labels that must be seen before a document counts as following any form.
MIN_LABELS = 3
# A row of one form that stands where another has a group, with its own values.
_LEAF_WEIGHT = 1.0
# The outline and the year together decide only where no table is printed.
_OUTLINE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class FormChoice:
    """The form that was chosen, the other forms in order of their evidence, and the evidence in words."""

    form: FormSpec | None
    others: tuple[FormSpec, ...]
    evidence: tuple[str, ...]


def recognize_form(
    rows: Sequence[SeenRow], sightings: Sequence[Sighting], kinds: Sequence[str], year: int | None
) -> FormChoice:
    """Choose the form whose labels are printed.

    Args:
        rows: Rows of print with what their labels may name.
        sightings: Every label seen.
        kinds: Kinds of the sections, for documents whose tables are lost.
        year: The report's year; it breaks a tie of the print and decides nothing else.

    Returns:
        The choice; ``form`` is None where neither tables nor outline speak for any form.
    """
    names = form_keys()
    score = dict.fromkeys(names, 0.0)
    labels = dict.fromkeys(names, 0)
    told: dict[str, list[str]] = {name: [] for name in names}
    named = {ref for refs in {sighting.refs for sighting in sightings} for ref in refs}
    seen = {(ref.table, ref.role, ref.key, ref.forms) for ref in named if ref.role in _WEIGHT}
    others: dict[tuple[str, str], list[tuple[LabelRole, tuple[str, ...]]]] = defaultdict(list)
    for table, role, key, forms in seen:
        others[table, key].append((role, forms))
    for table, role, key, forms in sorted(seen):
        for name in forms:
            labels[name] += 1
        if len(forms) < len(names) - 1 and not _is_shared(others[table, key], role, forms):
            for name in forms:
                score[name] += _WEIGHT[role]
                told[name].append(f"{role} {table}.{key}")
    _weigh_leaves(rows, score, told)
    _weigh_outline(kinds, year, labels, score, told)
    for name in names:
        score[name] += _LABEL_WEIGHT * labels[name]
    in_year = [name for name in names if _covers(load_form(name), year)]
    ranked = sorted(names, key=lambda name: (score[name], name in in_year, name), reverse=True)
    best = ranked[0]
    if labels[best] < MIN_LABELS and score[best] < _OUTLINE_WEIGHT:
        return FormChoice(None, tuple(load_form(name) for name in ranked), ())
    evidence = [_told(name, told[name], labels[name], chosen=name == best) for name in ranked if told[name]]
    if not told[best]:
        evidence.insert(0, f"for {best}: {labels[best]} of its labels are printed")
    return FormChoice(load_form(best), tuple(load_form(name) for name in ranked[1:]), tuple(evidence))


def _is_shared(named: Sequence[tuple[LabelRole, tuple[str, ...]]], role: LabelRole, forms: tuple[str, ...]) -> bool:
    """Whether the same print also names this row or column in the other forms that have it (in another role)."""
    return any(other != role and its_forms != forms for other, its_forms in named)


def _weigh_leaves(rows: Sequence[SeenRow], score: dict[str, float], told: dict[str, list[str]]) -> None:
    """A row with values speaks for the forms in which it is a row, not a group."""
    for row in rows:
        if not any(piece.text for piece in row.pieces):
            continue
        for table, key in row.addresses:
            for name in _leaf_only().get((table, key), ()):
                score[name] += _LEAF_WEIGHT
                told[name].append(f"values in row {table}.{key}")


@cache
def _leaf_only() -> dict[tuple[str, str], tuple[str, ...]]:
    """The rows, as table and row key, that are groups in some forms, with the forms in which they hold values."""
    having: dict[tuple[str, str], dict[str, bool]] = {}
    for name in form_keys():
        for table in load_form(name).tables:
            for row in table.rows:
                having.setdefault((table.key, row.key), {})[name] = row.is_group
    return {
        place: tuple(name for name, is_group in forms.items() if not is_group)
        for place, forms in having.items()
        if any(forms.values())
    }


def _weigh_outline(
    kinds: Sequence[str], year: int | None, labels: dict[str, int], score: dict[str, float], told: dict[str, list[str]]
) -> None:
    if any(count >= MIN_LABELS for count in labels.values()) or year is None:
        return
    for name in score:
        form = load_form(name)
        if not form.sections or not _covers(form, year):
            continue
        outline = [section.kind for section in form.sections]
        if [kind for kind in kinds if kind in outline] == outline:
            score[name] += _OUTLINE_WEIGHT
            told[name].append(f"the outline of the form, in a report for {year}")


def _covers(form: FormSpec, year: int | None) -> bool:
    first, last = form.years
    return year is not None and first <= year <= (last or year)


def _told(name: str, reasons: Sequence[str], labels: int, *, chosen: bool) -> str:
    shown = "; ".join(reasons[:6]) + (f"; and {len(reasons) - 6} more" if len(reasons) > 6 else "")
    return f"{'for' if chosen else 'speaks for'} {name}: {shown} ({labels} labels printed)"
