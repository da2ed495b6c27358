"""What a line says by its own text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportparse.sections.headings import MAX_HEADING
from reportparse.sections.openings import MAX_LABEL, read_label, read_opening


@pytest.mark.parametrize(
    ("line", "words", "kinds"),
    [
        ("一、总体情况", "总体情况", ("overview",)),
        ("一、总体情况。", "总体情况", ("overview",)),
        ("二、主动公开情况：全年公开12条。", "主动公开情况", ("proactive_disclosure",)),
        ("l一、概述", "概述", ("overview",)),
        ("（一）主动公开政府信息情况</p>", "主动公开政府信息情况", ("proactive_disclosure",)),
        ("概述", "概述", ("overview",)),
        ("附件：统计表", "附件：统计表", ("attachment",)),
        ("三、党建工作，队伍建设。", "党建工作", ("unclassified",)),
    ],
)
def test_words_of_a_heading_and_what_they_announce(line: str, words: str, kinds: tuple[str, ...]) -> None:
    opening = read_opening(line)

    assert (opening.words, opening.reading.kinds) == (words, kinds)
    assert line[opening.start : opening.end] == words


@pytest.mark.parametrize("line", ["规章", "一年来，我局", "全年公开12条。", "2019年", "", "概述\t3"])
def test_other_lines_without_an_ordinal_are_no_headings(line: str) -> None:
    assert not read_opening(line).is_open


@pytest.mark.parametrize("line", ["（一）予以公开", "1.属于国家秘密  ", "1.属于国家秘密\t0\t0"])
def test_rows_of_a_form_below_the_first_level_are_whole_row_labels(line: str) -> None:
    assert read_opening(line).row == "whole"


def test_a_label_of_the_first_level_stays_open_as_some_headings_read_like_it() -> None:
    opening = read_opening("三、本年度办理结果")

    assert opening.row == "whole"
    assert not opening.is_closed


@pytest.mark.parametrize("cell", ["1", "（", "一", "l", "1.属于国家秘密  "])
def test_a_cell_that_is_only_the_beginning_of_an_ordinal_or_label_closes_no_line(cell: str) -> None:
    assert not read_label(cell).is_closed


def test_items_of_a_list_are_told() -> None:
    assert read_opening("（一）加强领导；").is_item
    assert not read_opening("一、加强领导；").is_item


def test_of_a_long_line_no_more_than_its_beginning_is_looked_at() -> None:
    beginning = "一、" + "总体情况。" * 40

    assert read_opening(beginning) == read_opening(beginning + "其他" * 500)


CELLS = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "2 ",
        "（",
        "l",
        "一是",
        "予以公开",
        "属于国家秘密",
        "总体情况",
        "附件",
        "概述",
        "  ",
        "│",
        "<b>",
    ]
)


@given(st.lists(CELLS, min_size=1, max_size=5).map("".join), st.sampled_from("\t|"), st.lists(CELLS).map("".join))
def test_a_closed_cell_closes_every_line_that_begins_with_it(cell: str, edge: str, rest: str) -> None:
    opening = read_opening(cell[:MAX_LABEL] + edge + rest)

    if read_label(cell[:MAX_LABEL]).is_closed:
        is_inner_row = opening.enumerator is not None and opening.enumerator.level > 1 and opening.row == "whole"
        assert is_inner_row or not opening.is_open


@given(st.lists(CELLS, max_size=30).map("".join))
def test_what_is_remembered_is_what_is_read(line: str) -> None:
    opening = read_opening(line)

    assert read_label(line) == opening
    assert opening.enumerator is not None or not opening.is_open or len(line) <= MAX_HEADING
