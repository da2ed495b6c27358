"""Sections: the words of headings, their place, and that nothing of the text is lost."""

import json
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locations import FIXTURES, SHARED
from reportparse.document import SourceDocument
from reportparse.readers.html.read import read_html
from reportparse.resources import read_json
from reportparse.sections.content import find_content
from reportparse.sections.furniture import furniture_reason
from reportparse.sections.headings import heading_key, read_heading, row_label_match
from reportparse.sections.split import Outline, split_sections
from reportparse.spans import Span
from reportparse.text.normalize import normalize_text

CASES = json.loads((FIXTURES / "cases" / "headings.json").read_text("utf-8"))


def outline_of(text: str, title: Span | None = None) -> Outline:
    normal = normalize_text(text)
    return split_sections(normal, find_content(normal, SourceDocument(text=text)), title)


def assert_tiles(outline: Outline, text: str, title: Span | None = None) -> None:
    spans = [section.span for section in outline.sections] + [part.span for part in outline.unassigned]
    spans = sorted([*spans, title] if title else spans)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(left.end == right.start for left, right in pairwise(spans))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_headings_of_small_reports(case: dict[str, Any]) -> None:
    outline = outline_of(case["input"])

    printed = [[section.kind, section.heading] for section in outline.sections if section.heading]
    assert printed == case["expected"]
    assert_tiles(outline, case["input"])


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("政府信息公开工作情况概述", ("overview",)),
        ("主动公开政府信息的情况", ("proactive_disclosure",)),
        ("年度政务公开工作要点落实情况", ("key_work",)),
        ("回应解读重点领域信息公开情况", ("key_areas",)),
        ("收到和处理政府信息公开情况", ("requests",)),
        ("因政府信息公开申请行政复议、提起行政诉讼的情况", ("review_and_litigation",)),
        ("现存问题与改进举措", ("problems_and_improvements",)),
        ("其它需要报告事项", ("other_matters",)),
        ("依申请公开政府信息收取费用及减免情况", ("fees",)),
        ("公众咨询受理情况", ("consultation",)),
        ("机构设置、保障经费和培训会议情况", ("staff_and_costs",)),
        ("附表：指标统计表", ("attachment",)),
        ("需要说明的事项与附表", ("other_matters", "attachment")),
        ("专项整改情况", ("unclassified",)),
        ("政务公开培训情况", ("unclassified",)),
    ],
)
def test_words_announce_kinds(words: str, kinds: tuple[str, ...]) -> None:
    assert read_heading(words).kinds == kinds


def test_level_of_a_row_label_is_compared() -> None:
    assert row_label_match("一、主动公开情况") == "whole"
    assert row_label_match("（一）主动公开情况") == "no"


def test_subsections_hold_their_items() -> None:
    text = "一、总体情况\n（一）主动公开。\n一是网站。\n二是报刊。\n（二）依申请公开\n二、主动公开政府信息情况\n表。"

    overview = outline_of(text).sections[0]

    first, second = overview.subsections
    assert (first.number, first.heading, first.kind) == ("（一）", "（一）主动公开", "proactive_disclosure")
    assert [item.heading for item in first.subsections] == ["一是网站", "二是报刊"]
    assert (second.kind, second.empty) == ("requests", True)


def test_items_alone_are_subsections() -> None:
    text = "一、总体情况\n一是加强领导。成立小组。\n二是完善制度。\n二、主动公开政府信息情况\n表。"

    overview = outline_of(text).sections[0]

    assert [item.number for item in overview.subsections] == ["一是", "二是"]


def test_subsections_begin_at_one_and_count_on() -> None:
    text = "一、总体情况\n（三）拓宽渠道；\n（一）主动公开\n文字。\n（五）又及\n二、主动公开政府信息情况\n表。"

    assert [item.number for item in outline_of(text).sections[0].subsections] == ["（一）"]


def test_rows_of_a_table_are_no_subsections() -> None:
    text = "三、收到和处理政府信息公开申请情况\n三、本年度办理结果\n（一）予以公开\n1\n（二）部分公开\n0\n（七）总计\n1"

    assert outline_of(text).sections[0].subsections == ()


def test_joint_heading_names_the_further_kinds() -> None:
    section = outline_of("一、依申请公开办理和行政复议、申诉、诉讼情况\n无。").sections[0]

    assert (section.kind, section.also) == ("requests", ("review_and_litigation",))


def test_empty_section_of_a_table_is_told() -> None:
    outline = outline_of("一、总体情况\n文字。\n二、主动公开政府信息情况\n- 3 -\n三、其他需要报告的事项\n")

    assert [section.empty for section in outline.sections] == [False, True, True]
    assert [finding.code for finding in outline.findings] == ["table_missing"]


def test_wrong_ordinal_is_told() -> None:
    outline = outline_of("一、总体情况\n文字。\n二、主动公开政府信息情况\n文字。\n四、依申请公开情况\n文字。")

    assert [finding.code for finding in outline.findings] == ["heading_ordinal"]


def test_unknown_heading_is_told() -> None:
    outline = outline_of("一、总体情况\n文字。\n二、政务直播栏目建设情况\n文字。\n三、依申请公开情况\n文字。")

    assert [finding.code for finding in outline.findings] == ["heading_unknown"]


def test_furniture_around_the_report_is_unassigned() -> None:
    title = "青禾县水务局2020年政府信息公开工作年度报告"
    above, below = "首页\n当前位置：首页 > 年报\n", "\n分享到：微信\n版权所有"
    text = f"{above}{title}\n发布时间：2021-01-20 来源：水务局\n依法编制。\n一、总体情况\n文字。{below}"
    place = Span(text.index(title), text.index(title) + len(title))

    outline = outline_of(text, place)

    assert [(part.reason, text[part.span.start : part.span.end].strip()) for part in outline.unassigned] == [
        ("navigation", "首页"),
        ("breadcrumb", "当前位置：首页 > 年报"),
        ("metadata of the page", "发布时间：2021-01-20 来源：水务局"),
        ("share bar", "分享到：微信"),
        ("footer of the site", "版权所有"),
    ]
    assert {part.kind for part in outline.unassigned} == {"furniture"}
    assert [section.kind for section in outline.sections] == ["preamble", "overview"]
    assert_tiles(outline, text, place)


def test_signature_belongs_to_the_last_section() -> None:
    text = "一、总体情况\n文字。\n二、其他需要报告的事项\n无。\n青禾县水务局\n2021年1月20日\n"

    outline = outline_of(text)

    assert outline.sections[-1].span.end == len(text)
    assert outline.unassigned == ()


def test_text_below_a_late_title_is_kept() -> None:
    text = "一、总体情况\n文字。\n某县年度报告\n其余。"
    title = Span(text.index("某县"), text.index("某县") + 6)

    assert_tiles(outline_of(text, title), text, title)


@pytest.mark.parametrize(
    "line",
    [
        "索 引 号： 0123/2020-1",
        "【打印本页】",
        "* 首页",
        "上一篇：没有了",
        "<div>",
        "[大 中 小]",
        "> [打印]",
        "主办：" + "某" * 390,
    ],
)
def test_lines_of_a_page_are_furniture(line: str) -> None:
    assert furniture_reason(line)


@pytest.mark.parametrize("line", ["", "一、总体情况", "公开指南编制完成。", "打印材料20份", "0", "主办：" + "某" * 400])
def test_lines_of_a_report_are_not_furniture(line: str) -> None:
    assert not furniture_reason(line)


def test_rows_of_a_page_table_are_no_headings() -> None:
    rows = "".join(f"<tr><td>{label}</td><td>件</td><td>1</td></tr>" for label in ("一、主动公开情况", "二、总体情况"))
    page = read_html(f"<h2>一、概述</h2><p>文字。</p><table>{rows}</table><h2>二、主动公开情况</h2><p>文字。</p>")
    document = SourceDocument(text=page.text, grids=page.grids, furniture=page.furniture)

    normal = normalize_text(page.text)
    outline = split_sections(normal, find_content(normal, document), None)

    assert [section.heading for section in outline.sections] == ["一、概述", "二、主动公开情况"]


def test_navigation_of_a_page_is_no_heading() -> None:
    page = read_html("<nav><p>一、总体情况</p></nav><h2>一、总体情况</h2><p>文字。</p><footer><p>某单位</p></footer>")
    document = SourceDocument(text=page.text, grids=page.grids, furniture=page.furniture)

    normal = normalize_text(page.text)
    outline = split_sections(normal, find_content(normal, document), None)

    assert [section.kind for section in outline.sections] == ["overview"]
    assert [part.kind for part in outline.unassigned] == ["furniture", "furniture"]
    assert_tiles(outline, page.text)


@given(
    st.lists(
        st.sampled_from(
            [
                "一、总体情况",
                "（一）主动公开",
                "一是网站",
                "文字。",
                "",
                " ",
                "0",
                "附件",
                "首页",
                "版权所有",
                "資訊公開",
                "\u200b",
            ]
        )
    )
)
def test_any_lines_are_tiled(lines: list[str]) -> None:
    text = "\n".join(lines)

    outline = outline_of(text)

    assert_tiles(outline, text)


def test_hostile_text_gives_a_bounded_outline() -> None:
    outline = outline_of("一、总体情况\n" * 2_000)

    assert len(outline.sections) <= 400


def test_seed_report_has_its_known_outline() -> None:
    paths = sorted((SHARED / "seed").glob("*.txt"))
    if not paths:
        pytest.skip("the shared material is not here")
    text = paths[0].read_text("utf-8")
    title = Span(0, text.index("\n"))

    outline = outline_of(text, title)

    assert [section.kind for section in outline.sections] == [
        "preamble",
        "overview",
        "proactive_disclosure",
        "requests",
        "review_and_litigation",
        "problems_and_improvements",
        "other_matters",
    ]
    assert [section.empty for section in outline.sections] == [False, False, True, False, True, False, False]
    assert len(outline.sections[1].subsections) == 9
    assert [len(text[part.span.start : part.span.end].split()) for part in outline.unassigned[-2:]] == [2, 1]
    assert_tiles(outline, text, title)


def data_files() -> list[str]:
    return ["headings", "furniture", "titles", "metadata", "declarations"]


@pytest.mark.parametrize("name", data_files())
def test_data_of_the_outline_keep_their_schema(name: str) -> None:
    schema, data = read_json(f"schemas/{name}.schema.json"), read_json(f"{name}.json")

    jsonschema.Draft202012Validator(schema).validate(data)


def test_no_wording_stands_under_two_kinds() -> None:
    data = read_json("headings.json")
    wordings = [heading_key(heading) for kind in data["kinds"] for heading in kind["headings"]]
    joint = {heading_key(entry["heading"]) for entry in data["joint"]}

    owners = {(heading_key(heading), kind["kind"]) for kind in data["kinds"] for heading in kind["headings"]}
    assert len({key for key, _ in owners}) == len(owners)
    assert not joint & set(wordings)


def test_every_wording_is_read_as_its_own_kind() -> None:
    wrong = [
        (heading, kind["kind"])
        for kind in read_json("headings.json")["kinds"]
        for heading in kind["headings"]
        if read_heading(heading).kinds != (kind["kind"],)
    ]

    assert wrong == []
