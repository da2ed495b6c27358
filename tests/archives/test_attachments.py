"""A page with its attachments is one document; a list of reports is many."""

import pytest

from reportparse.archives.attachments import MAX_PARTS, PageLinks, find_parts, looks_like_page, read_links
from reportparse.archives.members import Member
from reportparse.archives.weblinks import LinkIndex
from reportparse.limits import DEFAULT_LIMITS

TITLE = "海棠市水务局2023年政府信息公开工作年度报告"


def parts(*words: str, title: str = TITLE) -> list[int]:
    """Which of the links of a page with such words lead to parts of it; the files count from 1."""
    links = tuple(((number,), text) for number, text in enumerate(words, 1))
    return list(find_parts([PageLinks(0, "a.html", title, links)]).get(0, ()))


@pytest.mark.parametrize(
    "words",
    [
        ["附件：统计表.xlsx"],
        ["点击下载"],
        ["附件1", "附件2", "附件3"],
        ["海棠市水务局2023年政府信息公开工作年度报告.pdf"],
        ["2023年度报告（PDF版）", "2023年度报告（Word版）"],
        ["2023年年度报告.docx", "统计表.xlsx"],
        ["年报"],
    ],
)
def test_attachments_of_a_report_are_its_parts(words: list[str]) -> None:
    assert parts(*words) == list(range(1, len(words) + 1))


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["2021年年报", "2022年年报", "2023年年报"], "政府信息公开年度报告"),
        (["2021年", "2022年"], "年报"),
        (["市水务局2023年年报", "市教育局2023年年报"], TITLE),
        (["市水务局", "市教育局", "临江镇人民政府"], "2023年年报"),
        (["2022年年度报告.pdf"], TITLE),
        ([f"附件{number}" for number in range(MAX_PARTS + 1)], TITLE),
    ],
)
def test_list_of_reports_has_no_parts(words: list[str], title: str) -> None:
    assert parts(*words, title=title) == []


def test_reports_of_other_years_beside_an_attachment_stay_apart() -> None:
    assert parts("附件：统计表.xlsx", "2022年年报.pdf", "2021年年报.pdf") == [1]


def test_one_year_that_the_title_does_not_name_is_believed() -> None:
    assert parts("2023年统计表", "2023年收费表", title="年度报告") == [1, 2]


def test_what_two_pages_link_to_is_a_part_of_neither() -> None:
    pages = [
        PageLinks(0, "a.html", TITLE, (((2,), "附件"), ((3,), "填表说明"))),
        PageLinks(1, "b.html", TITLE, (((3,), "填表说明"),)),
    ]

    assert find_parts(pages) == {0: (2,)}


def test_two_addresses_of_one_page_count_once() -> None:
    pages = [
        PageLinks(number, f"{scheme}://example.org/a", TITLE, (((2,), "附件"),))
        for number, scheme in enumerate(["http", "https"])
    ]

    assert find_parts(pages) == {0: (2,), 1: (2,)}


def test_capture_beside_that_of_the_page_is_taken() -> None:
    links = (((1, 5), "附件"),)

    assert find_parts([PageLinks(0, "a", TITLE, links), PageLinks(6, "a", TITLE, links)]) == {0: (1,), 6: (5,)}


def links_of(html: str, *files: str, address: str = "a.html") -> PageLinks:
    page = Member(address, address, lambda: iter(()))
    return read_links(0, page, html.encode(), LinkIndex(enumerate(files)), DEFAULT_LIMITS)


def test_links_of_a_page_are_read_with_their_words() -> None:
    links = "<a href='b.pdf'><img src=x.png></a><a href=b.pdf>附件：<b>统计表</b></a><a href=c>c</a>"

    page = links_of(f"<title>{TITLE}</title>{links}", "b.pdf")

    assert page.title.strip() == TITLE
    assert page.links == (((0,), "附件：统计表"),)


@pytest.mark.parametrize(
    "tag",
    [
        "<iframe src='b.pdf'></iframe>",
        "<embed src=b.pdf>",
        "<object data='b.pdf'></object>",
        "<frameset><frame src=b.pdf>",
    ],
)
def test_file_shown_in_a_frame_is_linked_to(tag: str) -> None:
    assert links_of(f"<html>{tag}", "b.pdf").links == (((0,), "b.pdf"),)


def test_base_of_a_page_is_where_its_links_begin() -> None:
    html = "<base target=_blank href='http://files.example.org/x/'><a href=b.pdf>附件</a>"

    assert links_of(html, "http://files.example.org/x/b.pdf", address="http://example.org/a.html").links


def test_first_heading_belongs_to_the_title() -> None:
    page = links_of("<title>海棠市人民政府</title><h1>2023年年度报告</h1><h2>2022年</h2><a href=b.pdf>b</a>", "b.pdf")

    assert page.title.split() == ["海棠市人民政府", "2023年年度报告"]


@pytest.mark.parametrize("html", ["", "no link", "<a href>", "<a href='http://['>x</a>", "\0" * 500 + "href="])
def test_page_without_links_to_files_has_none(html: str) -> None:
    assert links_of(html, "b.pdf").links == ()


def test_page_is_known_by_its_tags() -> None:
    assert looks_like_page(b"\n<!DOCTYPE html>")
    assert looks_like_page(b"<FRAMESET rows=1>")
    assert not looks_like_page("一、总体情况 <注>".encode())
