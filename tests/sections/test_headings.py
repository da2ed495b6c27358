"""Words of headings: the cheap tests before the careful ones never change what these find."""

from hypothesis import given
from hypothesis import strategies as st

from reportparse.forms import form_keys, load_form
from reportparse.resources import read_json
from reportparse.sections.headings import begins_row_label, read_heading, read_known, row_label_match
from reportparse.text.lines import read_enumerator

WORDINGS = [heading for kind in read_json("headings.json")["kinds"] for heading in kind["headings"]]
ROWS = [label for form in form_keys() for table in load_form(form).tables for row in table.rows for label in row.labels]
YEARS = ["", "2019年", "本年度", "本单位", "本"]
SCRAPS = st.sampled_from([*YEARS, "的", "和", "与", "其它", " ", "“", "。", "（表格）", "(一)", "情况", "加强", "１"])


@given(SCRAPS, st.sampled_from(WORDINGS), st.integers(0, 9), SCRAPS, SCRAPS)
def test_no_listed_wording_is_passed_over(before: str, wording: str, cut: int, mid: str, end: str) -> None:
    words = before + wording[:cut] + mid + wording[cut:] + end

    reading = read_heading(words)

    assert read_known(words) == (reading if reading.strength == "exact" else None)


@given(st.sampled_from(ROWS), st.integers(1, 20), SCRAPS, SCRAPS)
def test_the_first_character_never_hides_a_row_label(label: str, cut: int, before: str, behind: str) -> None:
    enumerator = read_enumerator(label)
    if enumerator is None:
        return
    printed = label[: enumerator.end] + before + label[enumerator.end : cut] + behind
    read = read_enumerator(printed)

    if read is not None and row_label_match(printed) != "no":
        assert begins_row_label(printed[read.end :], read.level)


def test_items_of_prose_begin_as_no_row_label_does() -> None:
    assert not begins_row_label("加强组织领导，完善制度。", 2)
    assert not begins_row_label("推进政策解读。", 3)
