"""Whose report, of which year: title, authority, year and period, from what is printed.

Each is looked for in a fixed order of places, the surest first, and the place that gave it is told. A name is taken as
printed or not at all: 我局 (our bureau) is no name, and nothing is completed or corrected.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from ..document import SourceDocument
from ..kinds import Finding, Metadata, Section, Title
from ..resources import read_json
from ..spans import Span
from ..text.lines import MARKS_RE, Line, read_enumerator, split_lines
from ..text.normalize import NormalText, normalize_text
from .content import Content
from .furniture import furniture_reason
from .headings import MAX_HEADING, read_heading
from .pagedata import read_metadata

_HEAD = 12_000  # characters in which title and preamble stand, even below a long menu
_HEAD_LINES = 160
_FRONT = 4_000  # characters of the report proper that are looked through for names, years and the period
_TAIL_LINES = 16
_MAX_TITLE_LINE = 120
_TITLE_LINES = 3
# What speaks against a title: it is a link, or stands outside of so many elements that hold the report.
_LINKED = 2.5
_FAR = 0.1
_MAX_LEVELS = 4
# Each way begins with a character of its own, so that a search passes over all others at once.
_YEAR = r"(?:19\d\d|20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})年"
_PRINTED_RE = re.compile(r"\S[^\n]*+")
_EDGE_RE = re.compile(r"[\s#*|]*\Z")
_TITLE_HINT_RE = re.compile(r"报\s*告|年\s*报")
_YEAR_RE = re.compile(rf"{_YEAR}|(?<!\d)(?:19|20)\d\d(?=$|[^\d年])")
_NAME_YEAR_RE = re.compile(rf"{_YEAR}度?|(?<!\d)(?:19|20)\d\d(?=$|[^\d年])")
_BODY_YEAR_RE = re.compile(r"(?<![〔\[(（\d])((?:19|20)\d\d)\s?年(?!\s?\d{1,2}\s?月)")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "0001" + "23456789")
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


class _TitleReading(NamedTuple):
    """A title with its place in the normal text; ``score`` tells how much of a title it is."""

    start: int
    end: int
    name: str | None
    year: int | None
    score: float


def identify(normal: NormalText, document: SourceDocument, content: Content) -> Identity:
    """Read title, authority, year and period.

    Args:
        normal: The text of the document.
        document: What the markup told: page title and boxes of data, headings.
        content: Which part of the page is the report.

    Returns:
        What is printed; None where it is not. Findings: ``period_year_differs``.
    """
    title = _find_title(normal, document, content)
    is_full = title is not None and title.name is not None and title.year is not None
    metadata, publisher = read_metadata(normal, document, content)
    page_title = None if is_full else _read_page_title(document.metadata.get("title"), metadata)
    front = _Front(normal.text, title.end if title else content.core.start)
    authority, origin = _find_authority(normal, (title, page_title), front, publisher, normal.text[: content.end])
    period = _find_period(front.words)
    year = next((reading.year for reading in (title, page_title) if reading and reading.year), None)
    year = year or _find_year(normal.text[: content.end], front, period)
    printed = _print_title(normal, title) if title else None
    return Identity(printed, authority, origin, year, period, metadata, _findings(year, period))


def is_report_like(content: Content, identity: Identity, sections: Sequence[Section]) -> bool:
    """Whether a document holds enough of a report to be read as one.

    A specimen (范文) and a rule on reports (制度) name the same headings; news of a report names a title and no more.
    """
    text = content.text
    first = next((line.text.strip() for line in _head_lines(content)), "")
    if identity.title is None and _compiled("no_report")[0].search(first[:60]):
        return False
    if len(_ARTICLE_RE.findall(text, *_head(text))) > 2:
        return False
    kinds = {section.kind for section in sections} - {"preamble", "unclassified"}
    dated = identity.year is not None or identity.period is not None
    if identity.title is not None and dated:
        return True
    is_subject = _SUBJECT_RE.search(text, *_head(text)) is not None
    return is_subject and (identity.period is not None or len(kinds) > 2 or (bool(kinds) and dated))


def _compact(words: str) -> str:
    """Words without their white space; splitting is faster than a pattern."""
    return "".join(words.split())


@cache
def _patterns() -> dict[str, Any]:
    """The patterns of ``titles.json`` with their placeholders filled."""

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{name}", data["name"]).replace("{year}", _YEAR)
        return [fill(item) for item in value] if isinstance(value, list) else value

    data = read_json("titles.json")
    return {key: fill(value) for key, value in data.items()}


@cache
def _compiled(key: str) -> tuple[re.Pattern[str], ...]:
    value = _patterns()[key]
    return tuple(re.compile(pattern) for pattern in ([value] if isinstance(value, str) else value))


@cache
def _title_res() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A line that is a title, and a line that begins with one."""
    parts = _patterns()
    return re.compile(parts["title"] + parts["title_end"]), re.compile(parts["title"])


@cache
def _name_re() -> re.Pattern[str]:
    return re.compile(f"{_patterns()['name']}+")


@cache
def _name_end_re() -> re.Pattern[str]:
    return re.compile(rf"(?:{_patterns()['name_ends']})(?:[（(][^（）()]+[）)])?$")


def _head_lines(content: Content) -> list[Line]:
    """Printed lines of the beginning, up to the first heading of the report; lists of links are left out."""
    return list(islice(_iter_head_lines(content), _HEAD_LINES))


def _head(text: str, end: int = 0) -> tuple[int, int]:
    """Where the head of a document begins, with its first words or well before its first heading, and ends."""
    first = _PRINTED_RE.search(text)
    start = max(first.start() if first else 0, end - _HEAD)
    return start, start + _HEAD


def _iter_head_lines(content: Content) -> Iterator[Line]:
    end = content.headings[0].start if content.headings else 0
    for match in _PRINTED_RE.finditer(content.text, *_head(content.text, end)):
        words = match[0].rstrip()
        if len(words) <= MAX_HEADING:
            begin = MARKS_RE.match(words).end()  # type: ignore[union-attr]
            enumerator = read_enumerator(words, begin)
            if enumerator and enumerator.level == 1 and read_heading(words[enumerator.end :]).strength == "exact":
                return
        line = Line(match.start(), match.start() + len(words), words)
        if not content.is_in_link_list(line.start):
            yield line


def _find_title(normal: NormalText, document: SourceDocument, content: Content) -> _TitleReading | None:
    """The line, or the two or three, that read most like a title: with name and year, whole, in a heading.

    A link is the title of another page, and what stands far outside of the report's part that of another report.
    """
    head = _head_lines(content)
    best: _TitleReading | None = None
    spans = sorted(normal.target_span(*span) for span in document.headings[:50])
    for index, line in enumerate(head):
        if not _TITLE_HINT_RE.search(line.text[: 2 * _MAX_TITLE_LINE]):
            continue
        for count in range(1, _TITLE_LINES + 1):
            if count > index + 1:
                break
            reading = _read_title(head[index + 1 - count : index + 1])
            if reading is None:
                continue
            place = bisect_right(spans, Span(reading.start, 1 << 60)) - 1
            score = reading.score + 0.5 * (place >= 0 and reading.start < spans[place].end)
            score -= _LINKED * content.is_linked(line) + _FAR * min(content.levels_outside(reading.start), _MAX_LEVELS)
            reading = reading._replace(score=score)
            if best is None or reading.score > best.score:
                best = reading
    return best


def _read_title(lines: Sequence[Line]) -> _TitleReading | None:
    """Lines that together are a title; one line may go on with other words after it."""
    if len(lines) > 1 and any(furniture_reason(line.text) or len(line.text) > 60 for line in lines):
        return None
    first = MARKS_RE.match(lines[0].text).end()  # type: ignore[union-attr]
    words = _compact("".join([lines[0].text[first:], *(line.text for line in lines[1:])])).rstrip("*#|")
    whole, beginning = _title_res()
    match = whole.fullmatch(words[: _MAX_TITLE_LINE + 60])
    is_whole = match is not None
    end = lines[-1].end
    if match is None and len(lines) == 1:
        match = beginning.match(words)
        end = _place_after(lines[0], first, match.end()) if match else end
        if match and not _stops(lines[0].text[end - lines[0].start :], words[match.end() :]):
            match = None
    if match is None or _compiled("no_title")[0].search(match["before"]):
        return None
    after = (match.groupdict().get("after") or "").strip("（）()【】_—–- ")
    name = _title_name(match["before"], match["subject"]) or _clean_name(after)
    year = _read_year(match["before"]) or _read_year(match["between"]) or _read_year(after)
    score = 2 * (name is not None) + 2 * (year is not None) + is_whole - len(lines) - 0.5 * bool(after and is_whole)
    if name is None and year is None and len(lines) > 1:
        return None
    end = lines[-1].start + len(_EDGE_RE.sub("", lines[-1].text)) if is_whole else end
    return _TitleReading(lines[0].start + first, end, name, year, score)


def _stops(printed: str, words: str) -> bool:
    """Whether a title ends before these words of its line: at white space, a bracket or data of the page."""
    return printed[:1].isspace() or _compiled("title_follows")[0].match(words) is not None


def _place_after(line: Line, first: int, count: int) -> int:
    """The place in the text after ``count`` printed characters of a line, space not counted."""
    place = first
    while count:
        count -= not line.text[place].isspace()
        place += 1
    return line.start + place


def _title_name(before: str, subject: str) -> str | None:
    name = _clean_name(before)
    # 人民政府 and 政府信息公开 often share their 政府, so that the name seems to end in 人民.
    if name and name.endswith("人民") and subject.startswith("政府"):
        return name + "政府"
    return name


def _read_year(words: str) -> int | None:
    found = _YEAR_RE.search(words)
    return _year_value(found[0]) if found else None


def _year_value(printed: str) -> int:
    return int(printed.translate(_HAN_DIGITS).rstrip("年"))


def _clean_name(printed: str) -> str | None:
    """A printed name without the words around it, or None where it names nobody."""
    name = printed
    for pattern in _compiled("trim_start"):
        name = pattern.sub("", _NAME_YEAR_RE.sub("", name, count=1))
    for pattern in _compiled("trim_end"):
        name = pattern.sub("", name)
    name = name.strip("*#|、·•　 ").replace("•", "、")
    if not 2 <= len(name) <= 45 or not _name_re().fullmatch(name):
        return None
    return None if _compiled("no_name")[0].search(name) else name


def _is_institution(name: str) -> bool:
    return _name_end_re().search(name) is not None


def _read_page_title(name: str | None, metadata: Metadata) -> _TitleReading | None:
    """The title that the document gives itself, which need not be printed in its text."""
    printed = name or (metadata.title.value if metadata.title else "")
    if not printed:
        return None
    words = printed if printed.isascii() else normalize_text(printed).text
    return _read_title([Line(0, len(words), words)])


class _Front:
    """The beginning of the report proper as one run of words without white space, and its paragraphs."""

    def __init__(self, text: str, start: int) -> None:
        self.start = start
        window = text[start : start + _FRONT]
        self.words = _compact(window)
        self.uncited = _compiled("citation")[0].sub("", self.words)


def _find_authority(
    normal: NormalText,
    titles: Sequence[_TitleReading | None],
    front: _Front,
    publisher: str | None,
    own: str,
) -> tuple[str | None, str | None]:
    """The name of who reports and where it was found, in the order of the places' weight."""
    for title in titles:
        if title and title.name:
            return title.name, "title"
    finders: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("metadata", lambda: _publisher_name(publisher)),
        ("preamble", lambda: _first_name(_compiled("preamble"), front.uncited)),
        ("reporting_unit", lambda: _first_name(_compiled("reporting_unit"), normal.text)),
        ("signature", lambda: _signature_name(own)),
        ("contact", lambda: _first_name(_compiled("contact"), front.uncited)),
        ("preamble", lambda: _first_name(_compiled("first_sentence"), front.uncited)),
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
            name = _title_name(match["name"], "政府") if match["name"].endswith("人民") else _clean_name(match["name"])
            if name and _is_institution(name):
                return name
    return None


def _publisher_name(publisher: str | None) -> str | None:
    name = _clean_name(publisher.strip()) if publisher else None
    return name if name and _is_institution(name) else None


def _signature_name(text: str) -> str | None:
    """The name on the line above a date at the end, or at the beginning, of the report."""
    dated = _compiled("issue_date")[0]
    ending = [line.text.strip() for line in split_lines(text[-_FRONT:]) if line.text.strip()][-_TAIL_LINES:]
    for index in range(len(ending) - 1, 0, -1):
        if dated.fullmatch(_compact(ending[index])):
            name = _clean_name(_compact(ending[index - 1]))
            if name and _is_institution(name):
                return name
    return None


def _find_period(words: str) -> tuple[str, str] | None:
    """The time that the figures cover; damaged dates are read only where they can be one thing."""
    for pattern in _compiled("period"):
        for match in pattern.finditer(words):
            if not _compiled("period_words")[0].search(words, max(0, match.start() - 40), match.start()):
                continue
            first_year = _year_value(match["y1"])
            last_year = _year_value(match["y2"]) if match["y2"] else first_year
            try:
                first = date(first_year, int(match["m1"]), int(match["d1"]))
                last = date(last_year, int(match["m2"]), int(match["d2"]))
            except ValueError:  # no such day: the print is damaged
                continue
            if first < last:
                return first.isoformat(), last.isoformat()
    return None


def _find_year(text: str, front: _Front, period: tuple[str, str] | None) -> int | None:
    """The year of a report without one in its title: as named, by its period, by its prose, by its date of issue."""
    named = _compiled("year_of_report")[0].search(front.uncited)
    if named:
        return _year_value(named["year"])
    if period and period[0][:4] == period[1][:4]:
        return int(period[0][:4])
    counts = Counter(match[1] for match in _BODY_YEAR_RE.finditer(front.uncited))
    if counts:
        most = max(counts.values())
        return int(next(year for year, count in counts.items() if count == most))
    # A report appears in the year after the one it is about.
    issued = _compiled("issue_date")[0].search(_compact(text[-_FRONT // 4 :]))
    return _year_value(issued["year"]) - 1 if issued else None


def _print_title(normal: NormalText, title: _TitleReading) -> Title:
    span = normal.source_span(title.start, title.end)
    return Title(text=normal.printed(title.start, title.end), span=span)


def _findings(year: int | None, period: tuple[str, str] | None) -> tuple[Finding, ...]:
    if year is None or period is None or period[1].startswith(str(year)):
        return ()
    message = f"the report is of {year}, its period is printed as {period[0]} to {period[1]}; both kept as printed"
    return (Finding(code="period_year_differs", severity="note", message=message),)
