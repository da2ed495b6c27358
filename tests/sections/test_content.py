"""Which part of a page is the report."""

import pytest

from reportparse.readers.html.read import read_html
from reportparse.sections.content import BY_MARKUP, NAVIGATION, Content, find_content
from reportparse.text.lines import Line, split_lines
from reportparse.text.normalize import normalize_text

REPORT = "<p>一、总体情况</p><p>文字。</p><p>二、主动公开政府信息情况</p><p>文字。</p>"
LINKS = "<ul>" + "".join(f'<li><a href="/{n}.html">某局{2010 + n}年报告</a> {n}</li>' for n in range(4)) + "</ul>"


def content_of(page: str) -> Content:
    document = read_html(page)
    return find_content(normalize_text(document.text), document)


def line_of(content: Content, words: str) -> Line:
    return next(line for line in split_lines(content.text) if words in line.text)


def test_the_smallest_element_that_holds_the_headings_is_the_core() -> None:
    content = content_of(f"<div><div>页头</div><div><div>{REPORT}</div></div></div><div>页脚</div>")

    assert content.text[slice(*content.core)].split() == [
        "一、总体情况",
        "文字。",
        "二、主动公开政府信息情况",
        "文字。",
    ]


@pytest.mark.parametrize("page", ["<div><p>一、总体情况</p></div><p>完</p>", "<div>没有标题</div>"])
def test_without_headings_the_whole_text_is_the_core(page: str) -> None:
    content = content_of(page)

    assert content.core == (0, len(content.text))
    assert content.end == len(content.text)


def test_lists_of_links_are_navigation() -> None:
    content = content_of(f"<div>{LINKS}</div><div>{REPORT}</div>")

    assert content.reason(line_of(content, "2010年")) == NAVIGATION
    assert content.links.is_in_list(line_of(content, "2013年").start)
    assert content.reason(line_of(content, "文字")) == ""


def test_links_to_files_belong_to_the_report() -> None:
    files = '<div><p><a href="/a.docx">附表一</a></p><p><a href="/b.PDF?x=1">附表二</a></p></div>'

    content = content_of(f"<div>{REPORT}</div>{files}")

    assert content.reason(line_of(content, "附表一")) == ""
    assert content.end == len(content.text)


def test_the_report_ends_before_the_first_list_of_links_after_it() -> None:
    content = content_of(f"<div>{REPORT}</div><p>某市水务局</p><div>往年{LINKS}</div><p>完</p>")

    assert content.text[content.end :].split()[0] == "往年"


def test_an_element_that_holds_the_report_is_no_furniture_whatever_it_is_called() -> None:
    content = content_of(f'<div class="position">{REPORT}</div><footer>某某</footer>')

    assert [heading.words for heading in content.headings] == ["总体情况", "主动公开政府信息情况"]
    assert content.reason(line_of(content, "某某")) == BY_MARKUP


def test_levels_tell_how_far_outside_a_place_is() -> None:
    content = content_of(f"<div><p>远</p><div><p>近</p><div>{REPORT}</div></div></div>")

    assert content.levels_outside(content.core.start) == 0
    assert (
        0 < content.levels_outside(line_of(content, "近").start) <= content.levels_outside(line_of(content, "远").start)
    )
