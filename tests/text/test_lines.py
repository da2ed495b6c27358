import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportparse.text.lines import MARKS_RE, printed_lines, read_enumerator, read_ordinal, split_lines


def test_lines_leave_out_newline_and_carriage_return() -> None:
    text = "一\r\n\n二"

    lines = split_lines(text)

    assert [line.text for line in lines] == ["一", "", "二"]
    assert all(text[line.start : line.end] == line.text for line in lines)


def test_text_without_newline_is_one_line() -> None:
    assert [tuple(line) for line in split_lines("总体情况")] == [(0, 4, "总体情况")]


@given(st.text("一a \t\r\n\u3000"), st.integers(0, 9), st.integers(0, 20))
def test_printed_lines_are_the_lines_with_print_at_their_places(text: str, start: int, end: int) -> None:
    lines = printed_lines(text, start, max(start, end))

    assert [line.text for line in lines] == [
        words for line in text[start : max(start, end)].split("\n") if (words := line.strip())
    ]
    assert all(text[line.start : line.end] == line.text for line in lines)


def test_all_white_space_but_the_newline_is_seen_through_before_a_heading() -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if re.match(r"\s", char)]

    assert [char for char in spaces if not MARKS_RE.fullmatch(char)] == ["\n"]


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("## **一、概述", "一、概述"),
        ("<b><p class='x'> 一、", "一、"),
        ("| • 概述", "概述"),
        ("<一、", "<一、"),
        ("概述", "概述"),
    ],
)
def test_marks_and_tags_before_a_heading_are_seen_through(line: str, rest: str) -> None:
    match = MARKS_RE.match(line)

    assert match is not None
    assert line[match.end() :] == rest


@pytest.mark.parametrize(
    ("printed", "value"),
    [("一", 1), ("十", 10), ("十一", 11), ("二十", 20), ("九十九", 99), ("壹", 1), ("贰拾叁", 23), ("7", 7)],
)
def test_ordinals_are_read(printed: str, value: int) -> None:
    assert read_ordinal(printed) == value


@pytest.mark.parametrize("printed", ["", "一二", "十十", "百", "零", "政", "123", "一十二三"])
def test_what_is_no_ordinal_is_not_read(printed: str) -> None:
    assert read_ordinal(printed) is None


@pytest.mark.parametrize(
    ("line", "style", "level", "value", "rest"),
    [
        ("一、总体情况", "list", 1, 1, "总体情况"),
        ("十一、附则", "list", 1, 11, "附则"),
        ("二．主动公开", "list", 1, 2, "主动公开"),
        ("三 收到和处理", "list", 1, 3, "收到和处理"),
        ("壹、概述", "list", 1, 1, "概述"),
        ("第四部分 复议", "part", 1, 4, "复议"),
        ("（一）主动公开", "paren", 2, 1, "主动公开"),
        ("(二)依申请公开", "paren", 2, 2, "依申请公开"),
        ("㈢信息管理", "paren", 2, 3, "信息管理"),
        ("一是加强领导", "is", 2, 1, "加强领导"),
        ("1.属于国家秘密", "number", 3, 1, "属于国家秘密"),
        ("2、提高质量", "number", 3, 2, "提高质量"),
        ("⒊其他", "number", 3, 3, "其他"),
        ("(1)网站", "paren_number", 4, 1, "网站"),
        ("⑵网站", "paren_number", 4, 2, "网站"),
        ("③网站", "circled", 5, 3, "网站"),
    ],
)
def test_enumerators_are_read_in_every_dress(line: str, style: str, level: int, value: int, rest: str) -> None:
    enumerator = read_enumerator(line)

    assert enumerator is not None
    assert (enumerator.style, enumerator.level, enumerator.value) == (style, level, value)
    assert line[enumerator.end :] == rest


@pytest.mark.parametrize("line", ["一年来，我局", "1.25万元", "十分重视", "2019年", "（县级）", "第一次", "", "百、"])
def test_words_that_begin_with_a_number_are_no_enumerator(line: str) -> None:
    assert read_enumerator(line) is None
