"""Links of a page, and the lists of them."""

from hypothesis import given
from hypothesis import strategies as st

from reportparse.sections.links import Links
from reportparse.spans import Span
from reportparse.text.lines import Line

SPANS = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda pair: Span(pair[0], sum(pair)))


def test_an_element_that_holds_links_and_little_else_is_a_list() -> None:
    links = Links([Span(0, 4), Span(5, 9)], [Span(0, 10), Span(20, 30)], [])

    assert links.lists == [Span(0, 10)]
    assert links.is_in_list(9)
    assert not links.is_in_list(10)


def test_an_element_with_one_link_or_with_a_heading_is_no_list() -> None:
    assert Links([Span(0, 9)], [Span(0, 10)], []).lists == []
    assert Links([Span(0, 4), Span(5, 9)], [Span(0, 10)], [4]).lists == []


def test_of_nested_lists_the_outer_one_counts() -> None:
    assert Links([Span(0, 4), Span(5, 9)], [Span(0, 10), Span(0, 9)], []).lists == [Span(0, 10)]


def test_a_line_of_links_is_linked_wherever_it_stands() -> None:
    links = Links([Span(0, 8)], [], [])

    assert links.is_linked(Line(0, 10, "某局2020年度报告"))
    assert not links.is_linked(Line(0, 20, "某局2020年度报告，见下方的正文和附表。"))


def test_lines_outside_of_lists_are_kept_in_order() -> None:
    lines = [Line(0, 2, "首页"), Line(3, 5, "公开"), Line(6, 8, "正文")]

    kept = Links([Span(0, 2), Span(3, 5)], [Span(0, 5)], []).outside_of_lists(lines)

    assert kept == [Line(6, 8, "正文")]


@given(st.lists(SPANS, max_size=8), st.integers(0, 30), st.integers(1, 12))
def test_a_line_is_linked_if_links_that_begin_before_its_end_take_most_of_it(
    spans: list[Span], start: int, size: int
) -> None:
    kept: list[Span] = []
    for span in sorted(spans):
        if span.end > span.start and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    touching = sum(span.end - span.start for span in kept if span.start < start + size and span.end > start)

    assert Links(spans, [], []).is_linked(Line(start, start + size, "")) == (touching >= 0.8 * size)
