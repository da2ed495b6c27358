import json
from typing import Any

import pytest

from locations import FIXTURES
from reportparse.document import SourceDocument
from reportparse.kinds import Declared, Finding
from reportparse.sections.content import find_content
from reportparse.sections.declared import read_declaration
from reportparse.sections.split import split_sections
from reportparse.text.normalize import normalize_text

CASES = json.loads((FIXTURES / "cases" / "declarations.json").read_text("utf-8"))
BODY = """
一、总体情况
（一）加大重点领域公开力度
文字。
二、主动公开政府信息情况
三、其他需要报告的事项
本年度无其他需要报告的事项。"""


def declaration_of(text: str) -> tuple[Declared | None, tuple[Finding, ...]]:
    normal = normalize_text(text)
    outline = split_sections(normal, find_content(normal, SourceDocument(text=text)), None)
    return read_declaration(normal, outline.sections)


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_announced_names_and_number(case: dict[str, Any]) -> None:
    declared, _ = declaration_of(case["input"] + "\n一、总体情况\n文字。")

    found = declared and {"count": declared.count, "labels": [part.label for part in declared.parts]}
    assert found == case["expected"]


def test_each_part_has_its_status() -> None:
    text = (
        "报告包括概述、主动公开政府信息情况、重点工作推进情况、重点领域信息公开情况、其他需要报告的事项五部分。" + BODY
    )

    declared, findings = declaration_of(text)

    assert declared is not None
    assert [(part.kind, part.status, part.section, part.subsection) for part in declared.parts] == [
        ("overview", "present", 1, None),
        ("proactive_disclosure", "empty", 2, None),
        ("key_work", "absent", None, None),
        ("key_areas", "embedded", 1, 0),
        ("other_matters", "states_none", 3, None),
    ]
    assert findings == ()


def test_part_of_no_known_kind_is_found_by_its_words() -> None:
    names = ["总体情况", "主动公开政府信息情况", "政务直播建设情况"]
    body = "".join(f"\n{ordinal}、{name}\n文字。" for ordinal, name in zip("一二三", names, strict=True))
    text = f"报告包括{'、'.join(names)}三部分。{body}"

    declared, _ = declaration_of(text)

    assert declared is not None
    assert (declared.parts[2].kind, declared.parts[2].section) == ("unclassified", 3)


def test_number_that_differs_from_the_names_is_told() -> None:
    _, findings = declaration_of("报告由总体情况、主动公开政府信息情况、其他需要报告的事项等四部分组成。" + BODY)

    assert [finding.code for finding in findings] == ["declared_count_differs"]


def test_signature_below_does_not_hide_that_there_is_nothing() -> None:
    text = "报告包括总体情况、主动公开政府信息情况、其他需要报告的事项。" + BODY + "\n云岭市民政局\n2021年1月20日"

    declared, _ = declaration_of(text)

    assert declared is not None
    assert declared.parts[2].status == "states_none"


def test_names_are_given_as_printed() -> None:
    text = "報告包括概述、主動公開政府\n資訊情況、存在的主要問題和改進措施。\n一、概述\n文字。"

    declared, _ = declaration_of(text)

    assert declared is not None
    assert [part.label for part in declared.parts] == ["概述", "主動公開政府資訊情況", "存在的主要問題和改進措施"]


def test_report_without_an_announcement_has_none() -> None:
    assert declaration_of("本报告依法编制。" + BODY) == (None, ())
