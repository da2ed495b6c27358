"""Reports that travelled between processes are what was sent."""

from decimal import Decimal
from pathlib import Path

import pytest

from locations import FIXTURES
from reportparse import RawDocument, parse_report, read_report
from reportparse.batch.parcels import pack, unpack
from reportparse.batch.work import Item, Outcome, stand_in
from reportparse.errors import InputError
from reportparse.models import Candidates, Report

SOURCES = sorted((FIXTURES / "reports").glob("*/source.*"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_report_arrives_as_it_was_sent(path: Path) -> None:
    report = read_report(path)

    arrived = unpack(pack(report))

    assert arrived == report
    assert repr(arrived) == repr(report)
    assert arrived.model_dump_json(exclude_unset=True) == report.model_dump_json(exclude_unset=True)
    assert [type(each.span) for each in arrived.records] == [type(each.span) for each in report.records]
    assert [arrived._normal.text_of(each.span) for each in arrived.sections] == [
        report._normal.text_of(each.span) for each in report.sections
    ]


def test_candidates_and_money_arrive_exactly() -> None:
    report = read_report(SOURCES[0])
    first, second, *others = report.records
    doubtful = first.model_copy(update={"span": None, "value": None, "candidates": Candidates(values=(0, None))})
    money = second.model_copy(update={"value": Decimal("1.50")})
    changed = report.model_copy(update={"records": (doubtful, money, *others)})

    arrived = unpack(pack(changed))

    assert arrived.records == changed.records
    assert str(arrived.records[1].value) == "1.50"
    assert arrived.records[0].span is None


def test_report_of_a_document_that_failed_arrives() -> None:
    error = InputError("the document is empty", code="empty_input", place="a.txt")

    sent = stand_in(Outcome(Item(0, RawDocument("a.txt")), error=error))

    assert unpack(pack(sent)) == sent


def test_what_arrives_can_be_changed_and_checked_like_any_report() -> None:
    report = unpack(pack(parse_report("海棠市水务局2022年政府信息公开工作年度报告\n一、总体情况\n全年公开信息12条。")))

    copy = report.model_copy(update={"year": 2023})

    assert (report.year, copy.year) == (2022, 2023)
    assert Report.model_validate_json(report.model_dump_json()).sections == report.sections
