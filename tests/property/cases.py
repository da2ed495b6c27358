"""Damaged reports with what they print in the end, and the comparison of a parse with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from itertools import product
from random import Random
from typing import NamedTuple

from property.damage import LINE_DAMAGES, SHEET_DAMAGES
from property.layouts import LAYOUTS
from property.printers import Chunk, text_of
from property.sheets import Document, build_document, convert_document
from reportparse import parse_report
from reportparse.forms import load_form
from reportparse.kinds import Place
from reportparse.models import Record, Report

SCRIPTS = ("as written", "s2t", "s2tw", "s2twp", "s2hk")
LARGEST = (1, 9, 400, 4000)


class Truth(NamedTuple):
    """What a document prints for a cell; ``state`` is ``missing`` where it no longer prints it.

    ``row_left`` says of a missing cell that something of its row is still there, so that the cell looks like a blank.
    """

    state: str
    value: int | Decimal | None = None
    row_left: bool = False


class Recipe(NamedTuple):
    """What a case is made of; the same recipe gives the same case.

    ``damages`` are done in turn, those of tables before those of lines; ``none`` does nothing.
    """

    form: str
    layout: str
    damages: tuple[str, ...] = ("none",)
    seed: int = 0
    script: str = SCRIPTS[0]


class Case(NamedTuple):
    """A printed document and what it prints."""

    chunks: list[Chunk]
    truth: dict[Place, Truth]

    @property
    def text(self) -> str:
        return text_of(self.chunks)


class Mistake(NamedTuple):
    """A certain record that says what is not printed."""

    place: Place
    truth: Truth | None
    record: Record


@dataclass
class Score:
    """Cells of one document or many.

    Attributes:
        printed: Cells that the document prints.
        right: Certain and as printed.
        doubtful: In doubt, or called unreadable.
        covered: Of the doubtful, those whose candidates hold what is printed.
        silent: Certain and wrong.
        called_blank: Lost with their row still there, and called blank: the text of a report that leaves blanks out
            would be the same.
    """

    printed: int = 0
    right: int = 0
    doubtful: int = 0
    covered: int = 0
    silent: int = 0
    called_blank: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(ours + theirs for ours, theirs in zip(astuple(self), astuple(other), strict=True)))


def make_case(recipe: Recipe) -> Case:
    """Print a report and damage it."""
    rng = Random(f"{recipe.form} {recipe.layout} {recipe.seed}")
    layout = LAYOUTS[recipe.layout]
    document = build_document(load_form(recipe.form), rng, nested=layout.nested, largest=rng.choice(LARGEST))
    places = [slot.place for slot in document.slots if slot.place]
    for name in recipe.damages:
        if name in SHEET_DAMAGES:
            document = SHEET_DAMAGES[name](document, rng)
    if recipe.script != SCRIPTS[0]:
        document = convert_document(document, recipe.script)
    chunks = layout.printer(document, rng)
    for name in recipe.damages:
        if name in LINE_DAMAGES and not layout.is_markup:
            chunks = LINE_DAMAGES[name](chunks, rng)
    return Case(chunks, truth_of(places, document, chunks))


def truth_of(places: Sequence[Place], document: Document, chunks: Sequence[Chunk]) -> dict[Place, Truth]:
    """What the lines print for each place; a blank that vanished is still a blank."""
    slots = {slot.place: slot for slot in document.slots}
    pieces = [piece for chunk in chunks for line in chunk.lines for piece in line]
    left = {piece.place for piece in pieces}
    rows_left = {piece.owner for piece in pieces}
    truth = {}
    for place in places:
        slot = slots.get(place)
        if slot is None or place not in left:
            truth[place] = Truth("missing", row_left=place[:2] in rows_left)
        else:
            truth[place] = Truth(slot.state, slot.value)
    return truth


def score(truth: dict[Place, Truth], report: Report) -> tuple[Score, list[Mistake]]:
    """Compare the records of a parse with what is printed."""
    total = Score(printed=sum(cell.state != "missing" for cell in truth.values()))
    mistakes = []
    for record in report.records:
        place = (record.table, record.row, record.column)
        printed = truth.get(place)
        if record.state == "missing" and record.certain:
            continue
        if not record.certain or record.state == "unreadable":
            if printed and printed.state != "missing":
                total.doubtful += 1
                total.covered += _covers(record, printed)
        elif printed and (record.state, record.value) == (printed.state, printed.value):
            total.right += 1
        elif printed and printed.row_left and record.state == "blank":
            total.called_blank += 1
        else:
            total.silent += 1
            mistakes.append(Mistake(place, printed, record))
    return total, mistakes


def _covers(record: Record, printed: Truth) -> bool:
    candidates = record.candidates
    if candidates is None:
        return False
    if candidates.values is not None:
        return printed.value in candidates.values
    if printed.value is None or candidates.min is None or candidates.max is None:
        # Bounds have no way to say that the cell may be blank as well.
        return printed.value is None
    return candidates.min <= printed.value <= candidates.max


def iter_cases(
    forms: Sequence[str], layouts: Sequence[str], damages: Sequence[str], reports: int, seed: int
) -> Iterator[tuple[Recipe, Case]]:
    """Every form in every layout with every damage; scripts take turns."""
    for form, layout, damage in product(forms, layouts, damages):
        for number in range(seed, seed + reports):
            recipe = Recipe(form, layout, (damage,), number, SCRIPTS[number % len(SCRIPTS)])
            yield recipe, make_case(recipe)


def try_case(case: Case) -> tuple[Score, list[Mistake]]:
    """Parse a case and compare."""
    return score(case.truth, parse_report(case.text))
