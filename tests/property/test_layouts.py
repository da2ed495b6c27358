"""What holds for whole reports in every layout."""

from collections import Counter
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from property.aligned import Canvas
from property.cases import SCRIPTS, Recipe, Score, make_case, try_case
from property.layouts import LAYOUTS
from property.printers import text_of, width_of
from property.sheets import Head, Row, Sheet, Slot, boxes_of, build_document, convert_document
from reportparse.forms import form_keys, load_form

pytestmark = pytest.mark.property

# A recipe has nothing to shrink: each seed is another report.
PHASES = (Phase.generate,)

KEEPING = [name for name, layout in LAYOUTS.items() if layout.keeps_cells]
LOSING = [name for name in LAYOUTS if name not in KEEPING]


def recipes(layout: str) -> st.SearchStrategy[Recipe]:
    """Whole reports in a layout, of every form and script."""
    return st.builds(
        Recipe,
        st.sampled_from(form_keys()),
        st.just(layout),
        seed=st.integers(0, 9_999),
        script=st.sampled_from(SCRIPTS),
    )


def test_spans_resolve_to_a_full_rectangle() -> None:
    head = ((Head("label", 2, 2), Head("values", 1, 2)), (Head("one"), Head("two")))
    rows = (Row("first", (Slot("1"), Slot("2")), ("group",)), Row("second", (Slot("3"), Slot("4")), ("group",)))
    sheet = Sheet("made", head, rows, depth=2)

    boxes = boxes_of(sheet)

    covered = Counter((b.row + r, b.column + c) for b in boxes for r in range(b.rows) for c in range(b.columns))
    assert covered == {(row, column): 1 for row in range(4) for column in range(4)}
    assert [box.text for box in boxes if box.rows == 2] == ["label", "group"]


def test_width_counts_two_columns_for_wide_characters() -> None:
    assert width_of("总计 12") == 7
    assert Canvas(by_characters=True).measure("总计 12") == 5


@pytest.mark.parametrize("form", form_keys())
@pytest.mark.parametrize("name", LAYOUTS)
def test_printer_prints_every_cell_once(name: str, form: str) -> None:
    layout = LAYOUTS[name]
    document = build_document(load_form(form), Random(7), nested=layout.nested, largest=400)

    chunks = layout.printer(document, Random(7))

    printed = {piece.place: piece.text for chunk in chunks for line in chunk.lines for piece in line if piece.place}
    assert printed == {slot.place: slot.text for slot in document.slots}
    assert document.title in text_of(chunks)


@pytest.mark.parametrize("script", SCRIPTS[1:])
def test_conversion_leaves_cells_alone(script: str) -> None:
    document = build_document(load_form("2021"), Random(3), nested=True, largest=9)

    converted = convert_document(document, script)

    assert list(converted.slots) == list(document.slots)
    assert converted.title != document.title


@pytest.mark.parametrize("layout", KEEPING)
@settings(max_examples=3, phases=PHASES)
@given(st.data())
def test_layout_that_keeps_its_cells_is_read_whole(layout: str, data: st.DataObject) -> None:
    case = make_case(data.draw(recipes(layout)))

    score, mistakes = try_case(case)

    assert mistakes == []
    assert score.right == score.printed


@pytest.mark.parametrize("layout", LOSING)
@settings(max_examples=3, phases=PHASES)
@given(st.data())
def test_layout_that_loses_cells_is_read_without_a_silent_error(layout: str, data: st.DataObject) -> None:
    case = make_case(data.draw(recipes(layout)))

    _, mistakes = try_case(case)

    assert mistakes == []


def test_scores_add_up() -> None:
    one = Score(printed=3, right=2, doubtful=1, covered=1)

    assert one + Score(printed=2, silent=1) == Score(printed=5, right=2, doubtful=1, covered=1, silent=1)
