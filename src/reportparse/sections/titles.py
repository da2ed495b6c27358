"""The title of a report: which line of a page it is, and what it says; and how names and years are printed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from ..document import SourceDocument
from ..resources import read_json
from ..text.keys import without_space
from ..text.lines import MARKS, MARKS_RE, ORDINALS, Line, printed_lines, read_enumerator
from ..text.normalize import NormalText
from .candidates import line_end_of
from .content import Content
from .furniture import furniture_reason
from .headings import MAX_HEADING, read_heading

_HEAD = 12_000  # characters in which title and preamble stand, even below a long menu
_HEAD_LINES = 160
_MAX_TITLE_LINE = 120
_TITLE_LINES = 3
_MOST = 2 + 2 + 1  # the score of a title as such, with its name and year and nothing else, before its lines count
# What speaks for a title: the file calls it a heading. And against: it is a link, or stands outside of so many elements
# that hold the report.
_HEADED = 0.5
_LINKED = 2.5
_FAR = 0.1
_MAX_LEVELS = 4
# Each way begins with a character of its own, so that a search passes over all others at once.
_YEAR = r"(?:19\d\d|20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})年"
_PRINTED_RE = re.compile(r"\S")
# A line that begins with an ordinal of the first level, as the first heading of most reports does.
_OUTLINE_RE = re.compile(rf"\n{MARKS}(?=[第{ORDINALS}])")
_TITLE_SIGN = "报"  # of all lines those that hold it are few
_TITLE_END_RE = re.compile(r"(?:.*[^\s#*|])?", re.DOTALL)
_TITLE_HINT_RE = re.compile(r"报\s*告|年\s*报")
_YEAR_RE = re.compile(rf"{_YEAR}|(?<!\d)(?:19|20)\d\d(?=$|[^\d年])")
_NAME_YEAR_RE = re.compile(rf"{_YEAR}度?|(?<!\d)(?:19|20)\d\d(?=$|[^\d年])")
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "0001" + "23456789")


class TitleReading(NamedTuple):
    """A title with its place in the normal text; ``score`` tells how much of a title it is."""

    start: int
    end: int
    name: str | None
    year: int | None
    score: float


def find_title(normal: NormalText, document: SourceDocument, content: Content) -> TitleReading | None:
    """The line, or the two or three, that read most like a title: with name and year, whole, in a heading.

    A link is the title of another page, and what stands far outside of the report's part that of another report.
    """
    head = head_lines(content)
    spans = sorted(normal.map.target_spans(document.headings[:50]))
    hinted = [index for index, line in enumerate(head) if _TITLE_SIGN in line.text and _hints_at_title(line.text)]
    # Lines in a heading first: beside a title in one, most others need not be read.
    hinted.sort(key=lambda index: -_heading_bonus(head[index], spans))
    best: TitleReading | None = None
    rank = (0.0, 0, 0)  # of equal titles the first counts, then that of fewer lines
    for index in hinted:
        for count in range(1, min(index + 1, _TITLE_LINES) + 1):
            lines = head[index + 1 - count : index + 1]
            bonus = _heading_bonus(lines[0], spans)
            if best is not None and (_MOST - count + bonus, -index, -count) <= rank:
                continue
            reading = read_title(lines)
            if reading is None:
                continue
            outside = min(content.levels_outside(reading.start), _MAX_LEVELS)
            score = reading.score + bonus - (_LINKED * content.links.is_linked(lines[-1]) + _FAR * outside)
            if best is None or (score, -index, -count) > rank:
                best, rank = reading, (score, -index, -count)
    return best


def head_lines(content: Content) -> Sequence[Line]:
    """Printed lines of the beginning, up to the first heading of the report; lists of links are left out."""
    text = content.text
    start, stop = head_of(text, content.headings[0].start if content.headings else 0)
    lines = printed_lines(text, start, _outline_start(text, start, stop))
    return content.links.outside_of_lists(lines)[:_HEAD_LINES]


def head_of(text: str, end: int = 0) -> tuple[int, int]:
    """Where the head of a document begins, with its first words or well before its first heading, and ends."""
    first = _PRINTED_RE.search(text)
    start = max(first.start() if first else 0, end - _HEAD)
    return start, start + _HEAD


def _outline_start(text: str, start: int, stop: int) -> int:
    """Where the first line of a stretch begins that is a known heading with an ordinal; its end without one."""
    window = "\n" + text[start:stop]
    for match in _OUTLINE_RE.finditer(window):
        words = window[match.start() : line_end_of(window, match.end())].strip()
        if len(words) <= MAX_HEADING:
            enumerator = read_enumerator(words, MARKS_RE.match(words).end())  # type: ignore[union-attr]
            if enumerator and enumerator.level == 1 and read_heading(words[enumerator.end :]).strength == "exact":
                return start + match.start()
    return stop


def _hints_at_title(words: str) -> bool:
    return _TITLE_HINT_RE.search(words, 0, 2 * _MAX_TITLE_LINE) is not None


def _heading_bonus(line: Line, spans: Sequence[tuple[int, int]]) -> float:
    """What speaks for a line that the file calls a heading."""
    start = line.start + MARKS_RE.match(line.text).end()  # type: ignore[union-attr]
    place = bisect_right(spans, (start, 1 << 60)) - 1
    return _HEADED if place >= 0 and start < spans[place][1] else 0.0


def read_title(lines: Sequence[Line]) -> TitleReading | None:
    """Lines that together are a title; one line may go on with other words after it."""
    if len(lines) > 1 and any(furniture_reason(line.text) or len(line.text) > 60 for line in lines):
        return None
    first = MARKS_RE.match(lines[0].text).end()  # type: ignore[union-attr]
    words = without_space("".join([lines[0].text[first:], *(line.text for line in lines[1:])])).rstrip("*#|")
    whole, beginning = _title_res()
    match = whole.fullmatch(words[: _MAX_TITLE_LINE + 60])
    is_whole = match is not None
    end = lines[-1].end
    if match is None and len(lines) == 1:
        match = beginning.match(words)
        end = _place_after(lines[0], first, match.end()) if match else end
        if match and not _stops(lines[0].text[end - lines[0].start :], words[match.end() :]):
            match = None
    if match is None or patterns_of("no_title")[0].search(match["before"]):
        return None
    after = (match.groupdict().get("after") or "").strip("（）()【】_—–- ")
    name = title_name(match["before"], match["subject"]) or clean_name(after)
    year = _read_year(match["before"]) or _read_year(match["between"]) or _read_year(after)
    score = 2 * (name is not None) + 2 * (year is not None) + is_whole - len(lines) - 0.5 * bool(after and is_whole)
    if name is None and year is None and len(lines) > 1:
        return None
    end = lines[-1].start + _TITLE_END_RE.match(lines[-1].text).end() if is_whole else end  # type: ignore[union-attr]
    return TitleReading(lines[0].start + first, end, name, year, score)


def _stops(printed: str, words: str) -> bool:
    """Whether a title ends before these words of its line: at white space, a bracket or data of the page."""
    return printed[:1].isspace() or patterns_of("title_follows")[0].match(words) is not None


def _place_after(line: Line, first: int, count: int) -> int:
    """The place in the text after ``count`` printed characters of a line, space not counted."""
    place = first
    while count:
        count -= not line.text[place].isspace()
        place += 1
    return line.start + place


def title_name(before: str, subject: str) -> str | None:
    """The name before the subject of a title, or None where it names nobody."""
    name = clean_name(before)
    # 人民政府 and 政府信息公开 often share their 政府, so that the name seems to end in 人民.
    if name and name.endswith("人民") and subject.startswith("政府"):
        return name + "政府"
    return name


def clean_name(printed: str) -> str | None:
    """A printed name without the words around it, or None where it names nobody."""
    name = printed
    for pattern in patterns_of("trim_start"):
        name = pattern.sub("", _NAME_YEAR_RE.sub("", name, count=1))
    for pattern in patterns_of("trim_end"):
        name = pattern.sub("", name)
    name = name.strip("*#|、·•　 ").replace("•", "、")
    if not 2 <= len(name) <= 45 or not _name_re().fullmatch(name):
        return None
    return None if patterns_of("no_name")[0].search(name) else name


def is_institution(name: str) -> bool:
    """Whether a name ends as the names of institutions do."""
    return _name_end_re().search(name) is not None


def _read_year(words: str) -> int | None:
    found = _YEAR_RE.search(words)
    return year_value(found[0]) if found else None


def year_value(printed: str) -> int:
    """A printed year as a number.

    Example:
        >>> year_value("二〇一九年"), year_value("2019")
        (2019, 2019)
    """
    return int(printed.translate(_HAN_DIGITS).rstrip("年"))


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
def patterns_of(key: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of an entry of ``titles.json``, one or several."""
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
