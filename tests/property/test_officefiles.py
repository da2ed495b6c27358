"""What holds for whole reports as Word files and spreadsheets, in the manners of many programs."""

from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from property.cases import LARGEST, SCRIPTS, Mistake, Score, Truth, score
from property.officefiles import MANNERS, print_docx, print_xlsx
from property.sheets import Document, build_document, convert_document
from reportparse import parse_report
from reportparse.forms import form_keys, load_form

pytestmark = pytest.mark.property

PHASES = (Phase.generate,)


def make_document(form: str, seed: int, script: str, *, nested: bool) -> Document:
    rng = Random(f"{form} {seed}")
    document = build_document(load_form(form), rng, nested=nested, largest=rng.choice(LARGEST))
    return document if script == SCRIPTS[0] else convert_document(document, script)


def try_file(document: Document, data: bytes, name: str) -> tuple[Score, list[Mistake]]:
    """Parse a file and compare it with what it prints; paths lead to every cell."""
    report = parse_report(data, name=name)

    assert all(record.path for record in report.records if record.span is not None)
    return score({slot.place: Truth(slot.state, slot.value) for slot in document.slots if slot.place}, report)


DOCUMENTS = st.builds(
    make_document,
    st.sampled_from(form_keys()),
    st.integers(0, 9_999),
    st.sampled_from(SCRIPTS),
    nested=st.booleans(),
)


@pytest.mark.parametrize("manner", MANNERS)
@settings(max_examples=2, phases=PHASES)
@given(document=DOCUMENTS)
def test_word_files_are_read_whole_however_they_were_written(manner: str, document: Document) -> None:
    found, mistakes = try_file(document, print_docx(document, Random(1), MANNERS[manner]), "a.docx")

    assert mistakes == []
    assert found.right == found.printed


@pytest.mark.parametrize("gap", [0, 1])
@settings(max_examples=4, phases=PHASES)
@given(document=DOCUMENTS, merged=st.booleans(), per_sheet=st.booleans(), as_number=st.booleans())
def test_spreadsheets_are_read_whole_however_they_are_laid_out(
    gap: int, document: Document, merged: bool, per_sheet: bool, as_number: bool
) -> None:
    pytest.importorskip("python_calamine", reason="the extra xlsx is not installed")
    data = print_xlsx(document, Random(1), gap=gap, merged_lines=merged, per_sheet=per_sheet, as_number=as_number)

    found, mistakes = try_file(document, data, "a.xlsx")

    assert mistakes == []
    assert found.right == found.printed
