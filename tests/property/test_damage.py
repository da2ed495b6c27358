"""What holds for damaged reports in every layout: no record that is called certain is wrong."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from property.cases import SCRIPTS, Recipe, Score, Truth, make_case, score, truth_of, try_case
from property.damage import DAMAGES, LINE_DAMAGES, SHEET_DAMAGES
from property.layouts import LAYOUTS
from property.printers import Chunk
from property.sheets import build_document
from reportparse import parse_report
from reportparse.forms import form_keys, load_form
from reportparse.kinds import Place
from reportparse.models import Value

pytestmark = pytest.mark.property

# A recipe has nothing to shrink: each seed is another report.
PHASES = (Phase.generate,)

# Of the doubtful cells, so many have what is printed among their candidates.
LEAST_COVERED = 0.99


class Known(NamedTuple):
    """A kind of print that is read with a silent error, as the smallest text that shows it.

    The layouts and damages that print it are left out of the properties until the text is read: then its strict
    xfail fails, and whoever mended it deletes the entry.
    """

    reason: str
    text: str
    place: Place
    printed: Value | None
    layouts: frozenset[str]
    damages: frozenset[str]

    def holds(self, recipe: Recipe) -> bool:
        return recipe.layout in self.layouts and not self.damages.isdisjoint(recipe.damages)


KNOWN = [
    Known(
        "of labels in a run the first is called blank although their values follow the last",
        "本年处理决定数\n量\n行政处罚\n行政强制\n1332",
        ("article_20_6", "administrative_penalties", "decisions"),
        1332,
        frozenset(),
        frozenset(),
    ),
]


def recipes(layouts: Sequence[str], *damages: st.SearchStrategy[str]) -> st.SearchStrategy[Recipe]:
    """Reports of every form and script with these damages, without those known to be misread."""
    return st.builds(
        Recipe,
        st.sampled_from(form_keys()),
        st.sampled_from(layouts),
        st.tuples(*damages),
        st.integers(0, 9_999),
        st.sampled_from(SCRIPTS),
    ).filter(lambda recipe: not any(known.holds(recipe) for known in KNOWN))


def layouts_left(damage: str) -> list[str]:
    """The layouts in which a damage is not known to be misread."""
    return [name for name in LAYOUTS if not any(known.holds(Recipe("2019", name, (damage,))) for known in KNOWN)]


@pytest.mark.parametrize("damage", [damage for damage in DAMAGES if layouts_left(damage)])
@settings(max_examples=8, phases=PHASES)
@given(st.data())
def test_damaged_report_is_read_without_a_silent_error(damage: str, data: st.DataObject) -> None:
    recipe = data.draw(recipes(layouts_left(damage), st.just(damage)))

    _, mistakes = try_case(make_case(recipe))

    assert mistakes == []


@settings(max_examples=30, phases=PHASES)
@given(recipes(list(LAYOUTS), st.sampled_from(list(SHEET_DAMAGES)), st.sampled_from(list(LINE_DAMAGES))))
def test_two_damages_are_read_without_a_silent_error(recipe: Recipe) -> None:
    _, mistakes = try_case(make_case(recipe))

    assert mistakes == []


@pytest.mark.parametrize("layout", ["web page", "cells, blanks as no-break space", "pipes, spans padded"])
@settings(max_examples=3, phases=PHASES)
@given(st.data())
def test_error_of_the_author_is_read_as_printed(layout: str, data: st.DataObject) -> None:
    recipe = data.draw(recipes([layout], st.just("wrong cell")))

    total, mistakes = try_case(make_case(recipe))

    assert mistakes == []
    assert total.right == total.printed


def test_candidates_of_doubtful_cells_hold_what_is_printed() -> None:
    kinds = ("zeros blank", "some blank", "lines lost", "lines collapsed", "page numbers")
    sample = [
        Recipe(form_keys()[at % 3], layout, (kinds[at % len(kinds)],), at) for at, layout in enumerate([*LAYOUTS] * 3)
    ]

    total = sum((try_case(make_case(recipe))[0] for recipe in sample), Score())

    assert total.doubtful
    assert total.covered >= LEAST_COVERED * total.doubtful


@pytest.mark.parametrize(
    "known", [pytest.param(k, marks=pytest.mark.xfail(reason=k.reason, strict=True)) for k in KNOWN]
)
def test_print_known_to_be_misread(known: Known) -> None:
    report = parse_report(known.text)

    said = [record for record in report.records if (record.table, record.row, record.column) == known.place]
    assert [record for record in said if record.certain and record.value != known.printed] == []


def test_cell_whose_line_is_lost_is_missing_and_its_row_is_left() -> None:
    document = build_document(load_form("2019"), Random(1), nested=False, largest=9)
    chunks = LAYOUTS["cells, blanks as empty line"].printer(document, Random(1))
    lost = ("requests", "new_requests", "total")
    kept = [
        Chunk([line for line in chunk.lines if all(piece.place != lost for piece in line)], chunk.head)
        for chunk in chunks
    ]

    truth = truth_of([slot.place for slot in document.slots if slot.place], document, kept)

    assert truth[lost] == Truth("missing", row_left=True)
    assert sum(cell.state == "missing" for cell in truth.values()) == 1


def test_certain_record_that_differs_from_the_print_is_a_mistake() -> None:
    case = make_case(Recipe("2021", "web page", seed=5))
    place = ("requests", "results.total", "total")

    total, mistakes = score(case.truth | {place: Truth("value", -1)}, parse_report(case.text))

    assert [mistake.place for mistake in mistakes] == [place]
    assert (total.silent, total.right) == (1, total.printed - 1)


@pytest.mark.parametrize("damage", [*SHEET_DAMAGES, *LINE_DAMAGES])
def test_damage_changes_the_print_and_is_the_same_twice(damage: str) -> None:
    layout = "cells, six lines between" if damage in ("blank lines lost", "lines collapsed") else "raw order"
    whole, recipe = make_case(Recipe("2019", layout)), Recipe("2019", layout, (damage,))

    case, again = make_case(recipe), make_case(recipe)

    assert case.text == again.text
    assert case.truth == again.truth
    assert case.text != whole.text
