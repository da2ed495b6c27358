"""What a page says of its document, in every dress."""

from typing import Any

import pytest

from reportparse.document import SourceDocument
from reportparse.kinds import Metadata
from reportparse.readers.html.read import read_html
from reportparse.sections.content import find_content
from reportparse.sections.pagedata import read_metadata
from reportparse.text.normalize import normalize_text

REPORT = "<p>一、总体情况</p><p>文字。</p><p>二、主动公开政府信息情况</p><p>发布机构：不是盒子里的局</p>"
FACTS = {
    "title": "某市水务局2020年年报",
    "publisher": "某市水务局",
    "published": "2021-01-20",
    "index_number": "0123/2021-4",
}


def metadata_of(page: str, **told: Any) -> Metadata:
    document = read_html(page) if "<" in page else SourceDocument(page, **told)
    normal = normalize_text(document.text)
    metadata, _ = read_metadata(normal, document, find_content(normal, document))
    for name in FACTS:
        fact = getattr(metadata, name)
        if fact and fact.span:
            assert document.text[fact.span.start : fact.span.end] == fact.raw
    return metadata


def values(metadata: Metadata) -> dict[str, str | None]:
    return {name: fact and fact.value for name in FACTS if (fact := getattr(metadata, name)) or True}


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><td>索 引 号：</td><td>0123/2021-4</td><td>分类：</td><td>年报</td></tr><tr><td>发布机构：</td>"
        "<td>某市水务局</td><td>发文日期：</td><td>2021年01月20日</td></tr><tr><td>名　　称：</td>"
        "<td colspan=3>某市水务局2020年年报</td></tr><tr><td>文　　号：</td><td></td></tr></table>",
        "<table><tr><td>索引号</td><td>名称</td><td>发布机构</td><td>生成日期</td></tr>"
        "<tr><td>0123/2021-4</td><td>某市水务局2020年年报</td><td>某市水务局</td><td>2021/1/20</td></tr></table>",
        "<ul><li><b>索引号：</b>0123/2021-4</li><li>主题分类：</li><li>发布单位：<span>某市水务局</span></li>"
        "<li>公开日期：2021.1.20</li><li>名称：某市水务局2020年年报</li></ul>",
        "<dl><dt>名称</dt><dd>某市水务局2020年年报</dd><dt>索引号</dt><dd>0123/2021-4</dd><dt>发文机关</dt>"
        "<dd>某市水务局</dd><dt>成文日期</dt><dd>2021-01-20 08:30</dd></dl>",
        "<p>索引号：0123/2021-4 标题：某市水务局2020年年报</p><p><i>发布时间：2021-01-20 10:00</i>"
        "<i>来源：某市水务局</i><i>浏览：88次</i></p>",
    ],
)
def test_boxes_are_read_in_every_dress(box: str) -> None:
    assert values(metadata_of(f"<html>{box}{REPORT}")) == FACTS


def test_a_box_may_stand_after_the_report() -> None:
    links = "".join(f'<a href="/{n}">相关{n}</a>' for n in range(5))
    page = f"<html><div>{REPORT}</div><div>{links}</div><p>索引号：0123/2021-4</p>"

    assert values(metadata_of(page))["index_number"] == "0123/2021-4"


@pytest.mark.parametrize(
    "tags",
    [
        '<meta name="ArticleTitle" content="某市水务局2020年年报"><meta name="PubDate" content="2021-01-20 10:00">'
        '<meta name="ContentSource" content="某市水务局"><meta name="SiteName" content="某市人民政府">',
        '<meta property="og:title" content="某市水务局2020年年报"><meta property="article:published_time" '
        'content="2021-01-20T08:00:00+08:00"><meta name="Author" content="某市水务局">',
        '<script type="application/ld+json">{"headline": "某市水务局2020年年报", "datePublished": "2021-01-20", '
        '"author": {"name": "某市水务局"}, "publisher": {"name": "某市人民政府"}}</script>',
    ],
)
def test_tags_are_read(tags: str) -> None:
    metadata = metadata_of(f"<html><head>{tags}</head>{REPORT}")

    assert values(metadata) == {**FACTS, "index_number": None}
    assert metadata.published is not None
    assert metadata.published.span is None


@pytest.mark.parametrize(
    "page",
    [
        "<p>主办单位：某市人民政府</p>",
        '<meta name="SiteName" content="某市人民政府"><meta property="og:site_name" content="某市人民政府">',
        "<p>来源：本站 作者：张三</p>",
        "<p>来源：某市政府网站</p>",
        "<p>发布机构： 发布日期：</p>",
        "<p>单位名称：某公司</p><p>出生日期：不详</p>",
        "<p>发布日期：2021-02-30</p>",
    ],
)
def test_what_is_no_fact_of_the_document_is_not_taken_for_one(page: str) -> None:
    assert metadata_of(f"<html>{page}{REPORT}") == Metadata()


def test_the_title_of_the_page_is_the_last_resort() -> None:
    metadata = metadata_of(f"<html><head><title>年报_某市人民政府</title></head>{REPORT}")

    assert values(metadata)["title"] == "年报_某市人民政府"


def test_traditional_boxes_are_read_and_told_in_simplified() -> None:
    metadata = metadata_of(f"<html><p>發布機構：雲嶺市水務局</p>{REPORT}")

    assert metadata.publisher is not None
    assert (metadata.publisher.value, metadata.publisher.raw) == ("云岭市水务局", "雲嶺市水務局")
