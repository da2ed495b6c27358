"""Which official form the print follows, with the evidence for and against; never chosen by the year alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ..forms import FormSpec, form_keys, load_form
from ..text.labels import Evidence, label_index
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
    """The form that was chosen, the other forms in order of their evidence, and the evidence in words.

    ``heads`` counts how many heads of the columns of a table are printed that a form has, by table and form.
    """

    form: FormSpec | None
    others: tuple[FormSpec, ...]
    evidence: tuple[str, ...]
    heads: Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Sign:
    """A label that most forms do not have.

    ``bit`` is its own, ``against`` those of labels that name its row or column in another role in other forms.
    """

    bit: int
    against: int
    forms: tuple[str, ...]
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class _Signs:
    """What labels say of forms, as bits of what they name.

    Attributes:
        labels: All that a form has, by form.
        heads: The heads of each column of a table that a form has, with table and form.
        telling: Labels that tell forms apart.
    """

    labels: dict[str, int]
    heads: tuple[tuple[tuple[str, str], int], ...]
    telling: tuple[_Sign, ...]


@cache
def _signs() -> _Signs:
    bits = {each: 1 << number for number, each in enumerate(label_index().evidence) if each[1] in _WEIGHT}
    names = form_keys()
    heads: dict[tuple[str, str, str], int] = {}
    for (table, role, key, forms), bit in bits.items():
        for name in forms if role == "column" else ():
            heads[table, key, name] = heads.get((table, key, name), 0) | bit
    telling = []
    for label, bit in bits.items():
        table, role, key, forms = label
        if len(forms) < len(names) - 1:
            against = _union(other_bit for other, other_bit in bits.items() if _contradicts(other, label))
            telling.append(_Sign(bit, against, forms, _WEIGHT[role], f"{role} {table}.{key}"))
    return _Signs(
        labels={name: _union(bit for (*_, forms), bit in bits.items() if name in forms) for name in names},
        heads=tuple(((table, name), own) for (table, _, name), own in heads.items()),
        telling=tuple(telling),
    )


def _union(bits: Iterable[int]) -> int:
    union = 0
    for bit in bits:
        union |= bit
    return union


def _contradicts(other: Evidence, label: Evidence) -> bool:
    """Whether the two name one row or column, in different roles in different forms."""
    return (other[0], other[2]) == (label[0], label[2]) and other[1] != label[1] and other[3] != label[3]


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
    told: dict[str, list[str]] = {name: [] for name in names}
    signs = _signs()
    seen = _union([sighting.word.refs.evidence for sighting in sightings])
    labels = {name: (seen & signs.labels[name]).bit_count() for name in names}
    heads = Counter([place for place, bits in signs.heads if seen & bits])
    _weigh_labels(seen, signs.telling, score, told)
    _weigh_leaves(rows, score, told)
    _weigh_outline(kinds, year, labels, score, told)
    for name in names:
        score[name] += _LABEL_WEIGHT * labels[name]
    in_year = [name for name in names if _covers(load_form(name), year)]
    ranked = sorted(names, key=lambda name: (score[name], name in in_year, name), reverse=True)
    best = ranked[0]
    if labels[best] < MIN_LABELS and score[best] < _OUTLINE_WEIGHT:
        return FormChoice(None, tuple(load_form(name) for name in ranked), (), heads)
    evidence = [_told(name, told[name], labels[name], chosen=name == best) for name in ranked if told[name]]
    if not told[best]:
        evidence.insert(0, f"for {best}: {labels[best]} of its labels are printed")
    return FormChoice(load_form(best), tuple(load_form(name) for name in ranked[1:]), tuple(evidence), heads)


def _weigh_labels(seen: int, telling: Sequence[_Sign], score: dict[str, float], told: dict[str, list[str]]) -> None:
    """A label that most forms do not have speaks for those that do.

    It does not where the same print also names its row or column in other forms, in another role.
    """
    for sign in telling:
        if seen & sign.bit and not seen & sign.against:
            for name in sign.forms:
                score[name] += sign.weight
                told[name].append(sign.words)


def _weigh_leaves(rows: Sequence[SeenRow], score: dict[str, float], told: dict[str, list[str]]) -> None:
    """A row with values speaks for the forms in which it is a row, not a group."""
    leaf_only = _leaf_only()
    for row in rows:
        for address in row.addresses:
            if address in leaf_only and any(piece.text for piece in row.pieces):
                for name in leaf_only[address]:
                    score[name] += _LEAF_WEIGHT
                    told[name].append(f"values in row {'.'.join(address)}")


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
