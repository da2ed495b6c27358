import json
from typing import Any

import pytest

from locations import FIXTURES
from reportparse import parse_report
from reportparse.document import SourceDocument
from reportparse.kinds import Metadata
from reportparse.sections.content import find_content
from reportparse.sections.identify import Identity, identify, is_report_like
from reportparse.sections.split import split_sections
from reportparse.spans import Span
from reportparse.text.normalize import normalize_text

CASES = FIXTURES / "cases"
TITLES = json.loads((CASES / "titles.json").read_text("utf-8"))
PERIODS = json.loads((CASES / "periods.json").read_text("utf-8"))


def identity_of(text: str, **told: Any) -> Identity:
    normal, document = normalize_text(text), SourceDocument(text=text, **told)
    return identify(normal, document, find_content(normal, document))


def looks_like_a_report(text: str) -> bool:
    normal, document = normalize_text(text), SourceDocument(text=text)
    content = find_content(normal, document)
    identity = identify(normal, document, content)
    sections = split_sections(normal, content, identity.title.span if identity.title else None).sections
    return is_report_like(content, identity, sections)


@pytest.mark.parametrize("case", TITLES, ids=[case["label"] for case in TITLES])
def test_titles_names_and_years(case: dict[str, Any]) -> None:
    identity = identity_of(case["input"])

    found = {
        "title": identity.title.text if identity.title else None,
        "authority": identity.authority,
        "year": identity.year,
        "authority_from": identity.authority_from,
    }
    assert found == case["expected"]


@pytest.mark.parametrize("case", PERIODS, ids=[case["label"] for case in PERIODS])
def test_periods(case: dict[str, Any]) -> None:
    period = identity_of(case["input"]).period

    assert (list(period) if period else None) == case["expected"]


def test_title_is_printed_where_its_span_says() -> None:
    text = "\n# 雲嶺市民政局\n2019年政府信息公開工作年度報告\n一、總體情況"

    title = identity_of(text).title

    assert title is not None
    assert title.text == "雲嶺市民政局2019年政府信息公開工作年度報告"
    assert text[title.span.start : title.span.end] == "雲嶺市民政局\n2019年政府信息公開工作年度報告"


def test_name_is_given_in_simplified_characters() -> None:
    assert identity_of("雲嶺市退役軍人事務局2019年政府信息公開年度報告\n").authority == "云岭市退役军人事务局"


def test_heading_of_the_markup_is_preferred_as_title() -> None:
    line = "云岭市民政局2019年政府信息公开年度报告"
    text = f"{line}\n{line}\n一、总体情况"

    title = identity_of(text, headings=(Span(len(line) + 1, 2 * len(line) + 1),)).title

    assert title is not None
    assert title.span.start == len(line) + 1


def test_of_equal_titles_the_first_is_taken() -> None:
    text = "青禾县水务局2019年政府信息公开工作年度报告\n云岭县水务局2019年政府信息公开工作年度报告\n一、总体情况"

    assert identity_of(text).authority == "青禾县水务局"
    assert identity_of(text, headings=[Span(0, 22), Span(23, 45)]).authority == "青禾县水务局"


def test_a_heading_outweighs_words_behind_a_title_and_no_more() -> None:
    draft = "云岭县水务局2019年政府信息公开工作年度报告（送审稿）"
    text = f"青禾县水务局2019年政府信息公开工作年度报告\n{draft}\n一、总体情况"

    assert identity_of(text, headings=[Span(23, 23 + len(draft))]).authority == "青禾县水务局"
    assert identity_of(text.partition("\n")[2], headings=[Span(0, len(draft))]).authority == "云岭县水务局"


def test_a_title_behind_a_long_menu_is_found_and_one_below_the_first_heading_is_not() -> None:
    menu = "".join(f"栏目{number}\n" for number in range(150))
    title = "青禾县水务局2019年政府信息公开工作年度报告\n"

    assert identity_of(menu + title + "一、总体情况").authority == "青禾县水务局"
    assert identity_of(menu * 2 + title + "一、总体情况").title is None
    assert identity_of("一、总体情况\n文字。\n" + title).title is None


def test_page_title_names_the_author_where_the_text_prints_none() -> None:
    identity = identity_of("一、概述\n文字。", metadata={"title": "雲嶺市民政局2019年政府信息公開年度報告"})

    assert (identity.title, identity.authority, identity.year) == (None, "云岭市民政局", 2019)


def test_metadata_names_the_author() -> None:
    identity = identity_of("一、概述\n文字。", metadata={"title": "首页", "发布机构": "云岭市民政局"})

    assert (identity.authority, identity.authority_from) == ("云岭市民政局", "metadata")


def test_metadata_without_a_place_is_no_name() -> None:
    assert identity_of("一、概述\n文字。", metadata={"发布机构": "市政府办公室"}).authority is None


def test_first_sentence_names_the_author_last() -> None:
    text = "一、总体情况\n2020年，云岭市医疗保障局认真做好信息公开工作。"

    assert identity_of(text).authority == "云岭市医疗保障局"


def test_period_of_another_year_is_told() -> None:
    text = "云岭市民政局2021年政府信息公开年度报告\n数据统计期限自2020年1月1日起至2020年12月31日止。"

    assert [finding.code for finding in identity_of(text).findings] == ["period_year_differs"]


def test_document_without_a_word_of_it_has_no_identity() -> None:
    assert identity_of("今天天气晴。") == Identity(None, None, None, None, None, Metadata(), ())


@pytest.mark.parametrize(
    "text",
    [
        "云岭市民政局2021年政府信息公开年度报告\n全年工作平稳。",
        "一、总体情况\n2021年，我局做好信息公开工作。\n二、主动公开政府信息情况\n文字。",
        "本报告所列数据的统计期限自2020年1月1日起至2020年12月31日止。信息公开工作平稳。",
    ],
)
def test_reports_are_like_a_report(text: str) -> None:
    assert looks_like_a_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "政府信息公开年度报告范文\n一、概述\n年，本区开展政府信息公开工作。\n二、主动公开政府信息情况\n文字。",
        "云岭市信息公开报告制度\n第一条 为做好工作。\n第二条 各部门报送。\n第三条 报告包括概述。\n第四条 其他。",
        "今天，市民政局公布了去年的工作情况。",
        "一、总体情况\n2021年预算平稳。\n二、存在的主要问题\n文字。",
    ],
)
def test_specimens_rules_and_news_are_not_like_a_report(text: str) -> None:
    assert not looks_like_a_report(text)


def test_a_preposition_is_no_part_of_a_name() -> None:
    text = "一、概述\n2012年，在国务院政府信息公开工作的要求下，全市公开信息12条。\n二、主动公开政府信息情况\n公开。\n"

    assert parse_report(text).authority is None
