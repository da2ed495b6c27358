"""Reports as sites publish them: whatever stands round them, and however their tables are written."""

from random import Random

import pytest

from property.sheets import Document, Paragraph, build_document
from property.websites import HARD, SITES, STRANGER, Story, page_of, story_of
from reportparse import Report, parse_report
from reportparse.forms import form_keys, load_form

pytestmark = pytest.mark.property

CASES = [(site, hard) for site in SITES for hard in HARD]
# Nothing of the page may stand in a section: words that only the templates print.
OF_THE_PAGE = ("ICP备", STRANGER, "首页", "友情链接", "相关信息", "相关词条", "上一篇", "访问量", "浏览")


def published(site: str, hard: str, form: str) -> tuple[Document, Story, Report]:
    rng = Random(f"{site} {hard} {form}")
    document = build_document(load_form(form), rng, nested=rng.random() < 0.6, largest=rng.choice((9, 30, 2000)))
    story = story_of(document, HARD[hard], rng)
    return document, story, parse_report(page_of(site, story).encode(), name="page.html")


@pytest.mark.parametrize(("site", "hard"), CASES)
def test_published_reports_are_read_whole_and_without_an_error(site: str, hard: str) -> None:
    # Each case takes one form, by turns; what nobody closes may leave its last cells in doubt.
    form = form_keys()[CASES.index((site, hard)) % len(form_keys())]

    document, story, report = published(site, hard, form)

    certain = (record for record in report.records if record.certain and record.state != "unreadable")
    read = {(record.table, record.row, record.column): record.value for record in certain}
    printed = {slot.place: slot.value for slot in document.slots if slot.place}
    assert {place: value for place, value in read.items() if printed[place] != value} == {}
    assert hard == "unclosed" or read == printed
    assert (report.authority, report.year) == (story.authority, story.year)
    assert report.title is not None
    assert report.title.text == story.title


@pytest.mark.parametrize("form", form_keys())
@pytest.mark.parametrize("site", SITES)
def test_the_page_around_a_report_belongs_to_no_section(site: str, form: str) -> None:
    document, _, report = published(site, "plain", form)

    headings = [part.text for part in document.parts if isinstance(part, Paragraph) and part.is_heading]
    texts = [report.source_text[section.span.start : section.span.end] for section in report.sections]
    assert [section.heading for section in report.sections if section.heading] == headings
    assert [word for text in texts for word in OF_THE_PAGE if word in text] == []
    assert all(part.reason for part in report.unassigned)
