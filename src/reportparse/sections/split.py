"""Normal text to the outline of a report: preamble, sections, subsections, and what belongs to none of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from ..kinds import Finding, Section, Unassigned
from ..spans import Span
from ..text.lines import printed_lines, read_enumerator
from ..text.normalize import NormalText
from .candidates import Candidate
from .content import OUTSIDE, Content
from .furniture import find_tail
from .headings import heading_key, read_heading, table_kinds

_MAX_ITEM = 60  # characters; the heading of a subsection that its text follows on the same line
_STOP_RE = re.compile(r"[。：:；;\s]")
_COMMA_RE = re.compile(r"[，,、]")
_EDGE = " \t\r\u3000\xa0#*|│。：:；;，,"
_CLOSING_TAGS_RE = re.compile(r"(?:</[A-Za-z]{1,10}>\s{0,4})+\Z")
# Page numbers, bars and marks are no content.
_VOID_RE = re.compile(r"(?:[\s#*|│>_=.…·\u200b<>/-]|\d{1,3}(?!\d)|</?(?:div|span|p|br)\b[^<>]*>)*+")
_SENTENCE_RE = re.compile(r"[。；，,]")
_PRINTED_RE = re.compile(r"\S")
_SCRAP_RE = re.compile(r"[\d\W大中小]{1,8}")  # what is left of 浏览次数：530 字号：[大 中 小] cut into lines
_MAX_PAGE = 20_000  # characters at either end in which the page around the report is looked for
# Why a stretch belongs to no section; further reasons stand in furniture.json and content.py.
_BEFORE_TITLE = "before the title"
_BEFORE_TEXT = "before the text"
_TITLE_AGAIN = "the title again"
_SPACE = "white space"
_MAX_ITEMS = 400  # subsections of one section; more of them is no report


class Outline(NamedTuple):
    """The parts of a document in source spans. With the title they tile the source text."""

    sections: tuple[Section, ...]
    unassigned: tuple[Unassigned, ...]
    findings: tuple[Finding, ...]


class _Part(NamedTuple):
    """A stretch of the normal text, from ``start`` to the next part: a section, the title or unassigned."""

    start: int
    label: str  # section, title, furniture or text
    heading: Candidate | None = None
    reason: str = ""


def split_sections(normal: NormalText, content: Content, title: Span | None) -> Outline:
    """Divide a report into preamble, sections and unassigned stretches.

    Nothing is dropped: title, sections and unassigned stretches tile the source text; white space goes to the part
    before it, after a title to the part that follows. Headings of level two become subsections, so （二）依申请公开
    in the overview is no section. Cost is linear in the text.

    Args:
        normal: The text to read.
        content: Its headings, and what belongs to the page around it.
        title: Where the title is printed, in source places.

    Returns:
        Sections in source order, what belongs to none, and findings: ``table_missing``, ``heading_ordinal``,
        ``heading_unknown``.
    """
    place = normal.target_span(title.start, title.end) if title else None
    headings = content.headings
    if place:
        headings = [heading for heading in headings if not place.start <= heading.start < place.end]
    parts = _divide(content, headings, place)
    return _Assembly(normal, content.candidates).assemble(parts, title)


def _divide(content: Content, headings: Sequence[Candidate], title: Span | None) -> list[_Part]:
    """All parts in order; they begin at 0 and together cover the text."""
    text = content.text
    parts: list[_Part] = []
    first = headings[0].start if headings else len(text)
    has_own_preamble = bool(headings) and headings[0].kind == "preamble"
    start = 0
    if title and title.start < first:
        parts += _label_lines(content, title.start)
        parts.append(_Part(title.start, "title"))
        start = title.end
    parts += _read_front(content, Span(start, first), title, has_own_preamble)
    parts += [_Part(heading.start, "section", heading) for heading in headings]
    floor = headings[-1].end if headings else max([start, *(part.start for part in parts)])
    parts += _read_tail(content, floor, bool(headings))
    if title and title.start >= first:  # the title is printed below a heading
        parts.append(_Part(title.start, "title"))
        parts.sort(key=lambda part: part.start)
    return _without_gaps(text, parts, title)


def _without_gaps(text: str, parts: list[_Part], title: Span | None) -> list[_Part]:
    """Give white space a place: at the very start to the first part, after the title to the part that follows.

    Title and headings begin where they are printed, so white space between them is a stretch of its own.
    """
    result: list[_Part] = []
    if not parts or (parts[0].start and parts[0].label in {"title", "section"} and parts[0].start > 0):
        result.append(_Part(0, "text"))
    for index, part in enumerate(parts):
        begin = 0 if index == 0 and part.label not in {"title", "section"} else part.start
        if title and index and parts[index - 1].label == "title":
            if part.label == "section" and part.heading is not None:
                if title.end < part.start:
                    result.append(_Part(title.end, "text"))
            else:
                begin = title.end
        result.append(part if begin == part.start else part._replace(start=begin))
    if title and parts and parts[-1].label == "title" and title.end < len(text):
        result.append(_Part(title.end, "text"))
    return result


def _add_run(parts: list[_Part], start: int, label: str, reason: str) -> None:
    """Add a stretch that belongs to no section, unless it goes on with the one before it."""
    if not parts or (parts[-1].label, parts[-1].reason) != (label, reason):
        parts.append(_Part(start, label, reason=reason))


def _label_lines(content: Content, end: int) -> list[_Part]:
    """Runs of furniture and of text before the title; short scraps there are links and boxes of the page."""
    parts: list[_Part] = []
    for line in printed_lines(content.text, 0, end):
        reason = content.reason(line)
        is_page = reason or (len(line.text) < 20 and not _SENTENCE_RE.search(line.text))
        _add_run(parts, line.start, "furniture" if is_page else "text", reason or _BEFORE_TITLE)
    return parts


def _read_front(content: Content, place: Span, title: Span | None, has_own_preamble: bool) -> list[_Part]:
    """Between title and first heading: lines of the page, then the preamble."""
    text = content.text
    lines = printed_lines(text, place.start, min(place.end, place.start + _MAX_PAGE))
    printed = heading_key(text[title.start : title.end]) if title else ""
    parts: list[_Part] = []
    count = 0
    while count < len(lines):
        line = lines[count]
        words = heading_key(line.text)
        reason = content.reason(line)
        if not reason and len(words) > 5 and words in printed:
            reason = _TITLE_AGAIN
        if not reason and words and not (parts and _SCRAP_RE.fullmatch(line.text)):
            break
        _add_run(parts, line.start, "furniture", reason or (parts[-1].reason if parts else _BEFORE_TEXT))
        count += 1
    rest = lines[count].start if count < len(lines) else _printed_place(text, place.start + _MAX_PAGE, place.end)
    if rest is not None:
        parts.append(_Part(rest, "text", reason=_BEFORE_TEXT) if has_own_preamble else _Part(rest, "section"))
    return parts


def _printed_place(text: str, start: int, end: int) -> int | None:
    found = _PRINTED_RE.search(text, start, end) if start < end else None
    return found.start() if found else None


def _read_tail(content: Content, floor: int, has_headings: bool) -> list[_Part]:
    """The furniture that ends the page, after the report's own part of it."""
    text = content.text
    start = max(floor, len(text) - _MAX_PAGE)
    if start > floor:
        start = text.find("\n", start)
    lines = printed_lines(text, start, len(text)) if start >= 0 else []
    tail = next((index for index, line in enumerate(lines) if line.start >= content.end), len(lines))
    tail = find_tail(lines[:tail], content.reason)
    for index, line in enumerate(lines[:tail]) if content.blocks.furniture else ():
        if content.blocks.is_furniture(line.start):
            tail = index
            break
    parts: list[_Part] = []
    if tail or has_headings:
        for line in lines[tail:]:
            _add_run(parts, line.start, "furniture", content.reason(line) or OUTSIDE)
    return parts


class _Assembly:
    """Parts of the normal text to records with source spans, for one document."""

    def __init__(self, normal: NormalText, candidates: Sequence[Candidate]) -> None:
        self._normal = normal
        self._items = [
            candidate
            for candidate in candidates
            if candidate.style in {"paren", "is"} and candidate.row == "no" and not candidate.in_midst
        ]
        self._starts = [candidate.start for candidate in self._items]

    def assemble(self, parts: Sequence[_Part], title: Span | None) -> Outline:
        sections: list[Section] = []
        unassigned: list[Unassigned] = []
        stops = [*(part.start for part in parts[1:]), len(self._normal.text)]
        place = 0
        for part, stop in zip(parts, stops, strict=True):
            span = Span(place, self._source_end(stop))
            if part.label == "title" and title is not None:
                # What was deleted beside the title has no place of its own in the normal text.
                if place < title.start:
                    unassigned.append(Unassigned("text", Span(place, title.start), _SPACE))
                place = title.end
                continue
            place = span.end
            if part.label == "section":
                sections.append(self._section(part, stop, span))
            else:
                kind: Literal["furniture", "text"] = "furniture" if part.label == "furniture" else "text"
                unassigned.append(Unassigned(kind, span, part.reason or _SPACE))
        if place < len(self._normal.source):
            unassigned.append(Unassigned("text", Span(place, len(self._normal.source)), _SPACE))
        return Outline(tuple(sections), tuple(unassigned), tuple(_findings(sections)))

    def _span(self, start: int, end: int) -> Span:
        """The source stretch of a part; the first begins and the last ends with the source."""
        return Span(self._normal.source_place(start) if start else 0, self._source_end(end))

    def _source_end(self, end: int) -> int:
        return self._normal.source_place(end) if end < len(self._normal.text) else len(self._normal.source)

    def _printed(self, start: int, end: int) -> str:
        """The source text of a heading, line breaks inside it and marks after it left out."""
        printed = self._normal.printed(start, end)
        return (
            _CLOSING_TAGS_RE.sub("", printed.rstrip(_EDGE)).rstrip(_EDGE) if ">" in printed else printed.rstrip(_EDGE)
        )

    def _section(self, part: _Part, stop: int, span: Span) -> Section:
        heading = part.heading
        if heading is None:
            return Section("preamble", span)
        kind, *also = heading.kinds
        end = heading.end
        number, words = self._number(heading), self._printed(heading.print_start, end)
        items = self._items_between(end, stop) if kind != "attachment" else []
        inner = self._subsections(items, stop, heading.style) if items else ()
        return Section(kind, span, tuple(also), number, words, self._is_void(end, stop), inner)

    def _is_void(self, start: int, end: int) -> bool:
        return _VOID_RE.fullmatch(self._normal.text, start, end) is not None

    def _number(self, heading: Candidate) -> str | None:
        if not heading.style:
            return None
        printed = self._printed(heading.print_start, heading.words_start)
        return printed.strip("、．.,， \t\u3000：:\ufffd") or None

    def _items_between(self, start: int, stop: int) -> list[Candidate]:
        return self._items[bisect_left(self._starts, start) : bisect_left(self._starts, stop)]

    def _subsections(self, items: Sequence[Candidate], stop: int, outer: str) -> tuple[Section, ...]:
        """Items of the highest style there is; 一是 below （一） becomes a part of it."""
        style = "paren" if outer != "paren" and any(i.style == "paren" and i.value == 1 for i in items) else "is"
        heads: list[Candidate] = []
        for item in items:
            if item.style == style and item.value in {1, heads[-1].value + 1 if heads else 1}:
                heads.append(item)
        heads = heads[:_MAX_ITEMS]
        stops = [*(head.start for head in heads[1:]), stop][: len(heads)]
        result = []
        for head, end in zip(heads, stops, strict=True):
            words_end = _item_end(self._normal.text, head)
            inner = [item for item in self._items_between(words_end, end) if item.style == "is"]
            words = self._normal.text[head.words_start : words_end]
            kind, *also = read_heading(words).kinds
            number, printed = self._number(head), self._printed(head.print_start, words_end)
            parts = self._subsections(inner, end, "paren") if style == "paren" and inner else ()
            span = self._span(head.start, end)
            result.append(Section(kind, span, tuple(also), number, printed, self._is_void(words_end, end), parts))
        return tuple(result)


def _item_end(text: str, head: Candidate) -> int:
    """Where the heading of a subsection ends: at its first stop, else at a comma, else with its line."""
    if head.line_end - head.words_start <= _MAX_ITEM:
        limit = head.line_end
    else:
        limit = head.words_start + _MAX_ITEM
    stop = _STOP_RE.search(text, head.words_start + 1, limit)
    if stop:
        return stop.start()
    if limit == head.line_end:
        return limit
    comma = _COMMA_RE.search(text, head.words_start + 1, limit)
    return comma.start() if comma else limit


def _findings(sections: Sequence[Section]) -> list[Finding]:
    found: list[Finding] = []
    for section in sections:
        if section.heading is None:
            continue
        if section.empty and section.kind in table_kinds():
            message = f"section {section.heading!r} is empty where the forms print a table; no values are assumed"
            found.append(Finding(code="table_missing", severity="warning", message=message, spans=_place_of(section)))
        if section.kind == "unclassified":
            message = f"heading {section.heading!r} is no known one; kept as unclassified"
            found.append(Finding(code="heading_unknown", severity="note", message=message, spans=_place_of(section)))
    return found + _ordinal_findings(sections)


def _place_of(section: Section) -> tuple[Span]:
    """Where the heading of a section is printed."""
    start, end = section.span
    return (Span(start, min(end, start + len(section.heading or ""))),)


def _ordinal_findings(sections: Sequence[Section]) -> list[Finding]:
    """Headings whose printed ordinal does not continue the count; a new outline may begin at one again."""
    found: list[Finding] = []
    count = 0
    for section in sections:
        if section.number is None or section.heading is None:
            continue
        enumerator = read_enumerator(section.heading)
        value = enumerator.value if enumerator else 0
        if value not in {count + 1, 1}:
            message = f"heading {section.heading!r} bears ordinal {value}, {count + 1} was expected; kept as printed"
            found.append(Finding(code="heading_ordinal", severity="note", message=message, spans=_place_of(section)))
        count = value
    return found
