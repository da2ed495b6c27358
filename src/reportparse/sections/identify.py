"""Whose report, of which year: title, authority, year and period, from what is printed.

Each is looked for in a fixed order of places, the surest first, and the place that gave it is told. A name is taken as
printed or not at all: 我局 (our bureau) is no name, and nothing is completed or corrected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from ..document import SourceDocument
from ..kinds import Finding, Metadata, Section, Title
from ..text.keys import without_space
from ..text.lines import Line, split_lines
from ..text.normalize import NormalText, normalize_text
from .content import Content
from .pagedata import read_metadata
from .titles import (
    TitleReading,
    clean_name,
    find_title,
    head_lines,
    head_of,
    is_institution,
    patterns_of,
    read_title,
    title_name,
    year_value,
)

_FRONT = 4_000  # characters of the report proper that are looked through for names, years and the period
_TAIL_LINES = 16
_BODY_YEAR_RE = re.compile(r"(?<![〔\[(（\d])((?:19|20)\d\d)\s?年(?!\s?\d{1,2}\s?月)")
_SUBJECT_RE = re.compile("(?:信息|政务)公开")
_ARTICLE_RE = re.compile(r"(?m)^\s*第[一二三四五六七八九十]{1,3}条[\s　]")


class Identity(NamedTuple):
    """Who reports, and on which time.

    ``authority_from`` is ``title``, ``metadata``, ``preamble``, ``reporting_unit``, ``signature`` or ``contact``.
    """

    title: Title | None
    authority: str | None
    authority_from: str | None
    year: int | None
    period: tuple[str, str] | None
    metadata: Metadata
    findings: tuple[Finding, ...]


def identify(normal: NormalText, document: SourceDocument, content: Content) -> Identity:
    """Read title, authority, year and period.

    Args:
        normal: The text of the document.
        document: What the markup told: page title and boxes of data, headings.
        content: Which part of the page is the report.

    Returns:
        What is printed; None where it is not. Findings: ``period_year_differs``.
    """
    title = find_title(normal, document, content)
    is_full = title is not None and title.name is not None and title.year is not None
    metadata, publisher = read_metadata(normal, document, content)
    page_title = None if is_full else _read_page_title(document.metadata.get("title"), metadata)
    begin = title.end if title else content.core.start
    front = without_space(normal.text[begin : begin + _FRONT])
    uncited = front if is_full else patterns_of("citation")[0].sub("", front)
    authority, origin = _find_authority(normal, (title, page_title), uncited, publisher, content.end)
    period = _find_period(front)
    year = next((reading.year for reading in (title, page_title) if reading and reading.year), None)
    year = year or _find_year(normal.text, content.end, uncited, period)
    printed = _print_title(normal, title) if title else None
    return Identity(printed, authority, origin, year, period, metadata, _findings(year, period))


def is_report_like(content: Content, identity: Identity, sections: Sequence[Section]) -> bool:
    """Whether a document holds enough of a report to be read as one.

    A specimen (范文) and a rule on reports (制度) name the same headings; news of a report names a title and no more.
    """
    text = content.text
    first = next((line.text.strip() for line in head_lines(content)), "")
    if identity.title is None and patterns_of("no_report")[0].search(first[:60]):
        return False
    if len(_ARTICLE_RE.findall(text, *head_of(text))) > 2:
        return False
    kinds = {section.kind for section in sections} - {"preamble", "unclassified"}
    dated = identity.year is not None or identity.period is not None
    if identity.title is not None and dated:
        return True
    is_subject = _SUBJECT_RE.search(text, *head_of(text)) is not None
    return is_subject and (identity.period is not None or len(kinds) > 2 or (bool(kinds) and dated))


def _read_page_title(name: str | None, metadata: Metadata) -> TitleReading | None:
    """The title that the document gives itself, which need not be printed in its text."""
    printed = name or (metadata.title.value if metadata.title else "")
    if not printed:
        return None
    words = printed if printed.isascii() else normalize_text(printed).text
    return read_title([Line(0, len(words), words)])


def _find_authority(
    normal: NormalText,
    titles: Sequence[TitleReading | None],
    uncited: str,
    publisher: str | None,
    end: int,
) -> tuple[str | None, str | None]:
    """The name of who reports and where it was found, in the order of the places' weight."""
    for title in titles:
        if title and title.name:
            return title.name, "title"
    finders: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("metadata", lambda: _publisher_name(publisher)),
        ("preamble", lambda: _first_name(patterns_of("preamble"), uncited)),
        ("reporting_unit", lambda: _first_name(patterns_of("reporting_unit"), normal.text)),
        ("signature", lambda: _signature_name(normal.text[max(0, end - _FRONT) : end])),
        ("contact", lambda: _first_name(patterns_of("contact"), uncited)),
        ("preamble", lambda: _first_name(patterns_of("first_sentence"), uncited)),
    )
    for origin, find in finders:
        name = find()
        if name:
            return name, origin
    return None, None


def _first_name(patterns: Sequence[re.Pattern[str]], words: str) -> str | None:
    """The first name that some pattern finds, patterns in their order."""
    for pattern in patterns:
        for match in pattern.finditer(words):
            name = title_name(match["name"], "政府") if match["name"].endswith("人民") else clean_name(match["name"])
            if name and is_institution(name):
                return name
    return None


def _publisher_name(publisher: str | None) -> str | None:
    name = clean_name(publisher.strip()) if publisher else None
    return name if name and is_institution(name) else None


def _signature_name(text: str) -> str | None:
    """The name on the line above a date, in the end of a report."""
    dated = patterns_of("issue_date")[0]
    ending = [line.text.strip() for line in split_lines(text) if line.text.strip()][-_TAIL_LINES:]
    for index in range(len(ending) - 1, 0, -1):
        if dated.fullmatch(without_space(ending[index])):
            name = clean_name(without_space(ending[index - 1]))
            if name and is_institution(name):
                return name
    return None


def _find_period(words: str) -> tuple[str, str] | None:
    """The time that the figures cover; damaged dates are read only where they can be one thing."""
    for pattern in patterns_of("period"):
        for match in pattern.finditer(words):
            if not patterns_of("period_words")[0].search(words, max(0, match.start() - 40), match.start()):
                continue
            first_year = year_value(match["y1"])
            last_year = year_value(match["y2"]) if match["y2"] else first_year
            try:
                first = date(first_year, int(match["m1"]), int(match["d1"]))
                last = date(last_year, int(match["m2"]), int(match["d2"]))
            except ValueError:  # no such day: the print is damaged
                continue
            if first < last:
                return first.isoformat(), last.isoformat()
    return None


def _find_year(text: str, end: int, uncited: str, period: tuple[str, str] | None) -> int | None:
    """The year of a report without one in its title: as named, by its period, by its prose, by its date of issue."""
    named = patterns_of("year_of_report")[0].search(uncited)
    if named:
        return year_value(named["year"])
    if period and period[0][:4] == period[1][:4]:
        return int(period[0][:4])
    counts = Counter(match[1] for match in _BODY_YEAR_RE.finditer(uncited))
    if counts:
        most = max(counts.values())
        return int(next(year for year, count in counts.items() if count == most))
    # A report appears in the year after the one it is about.
    issued = patterns_of("issue_date")[0].search(without_space(text[max(0, end - _FRONT // 4) : end]))
    return year_value(issued["year"]) - 1 if issued else None


def _print_title(normal: NormalText, title: TitleReading) -> Title:
    span = normal.source_span(title.start, title.end)
    return Title(text=normal.printed(title.start, title.end), span=span)


def _findings(year: int | None, period: tuple[str, str] | None) -> tuple[Finding, ...]:
    if year is None or period is None or period[1].startswith(str(year)):
        return ()
    message = f"the report is of {year}, its period is printed as {period[0]} to {period[1]}; both kept as printed"
    return (Finding(code="period_year_differs", severity="note", message=message),)
