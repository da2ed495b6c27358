"""What a page says of its document: title, publisher, date and index number, from a box beside the report or from tags.

A box is printed in many ways: as a table with label and value in neighbouring cells or under one another, as a list, as
one line. So labels are looked for in the text itself, where all of these are words parted by white space; only a table
whose labels stand in one row and its values in the next is looked at as a table.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import NamedTuple

from ..document import SourceDocument
from ..kinds import Metadata, PageFact
from ..resources import read_json
from ..spans import Span
from ..text.normalize import NormalText, normalize_text
from .content import Content

_MAX_BOX = 12_000  # characters before the first heading, and after the report, in which a box may stand
_MAX_VALUE = 120
_DATE_RE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_VALUE_RE = re.compile(rf"[^\s|，。]{{1,{_MAX_VALUE}}}+")
_LINE_RE = re.compile(rf"[^\n\t|]{{1,{_MAX_VALUE}}}+")
_HAN = "[\u3400-\u9fff]"
_PAGE_TITLE = "html:title"
_EDGE = " \t\u3000\xa0\u2002\u2003【】[]|"


class Found(NamedTuple):
    """A fact where it was found: the label or tag that names it, its words, and their place in the normal text."""

    label: str
    words: str
    span: Span | None


@cache
def _facts() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each fact its labels, and the names of its tags in small letters."""
    facts = read_json("metadata.json")["facts"]
    return {
        fact: (tuple(names["labels"]), tuple(dict.fromkeys(tag.lower() for tag in names["tags"])))
        for fact, names in facts.items()
    }


@cache
def _fact_of() -> dict[str, str]:
    """Each label, and what it names; other labels of boxes name nothing."""
    data = read_json("metadata.json")
    found = dict.fromkeys(data["other_labels"], "")
    found.update((label, fact) for fact, names in data["facts"].items() for label in names["labels"])
    return found


@cache
def _label_re() -> re.Pattern[str]:
    """A label at the beginning of a line, a cell or a word, with the mark that parts it from its value."""
    labels = sorted(_fact_of(), key=len, reverse=True)
    # Each label begins with its first character, and only then looks back, for so a search is a scan for these few.
    split = (map(re.escape, label) for label in labels)
    words = (r"[\s\u3000]{0,8}".join((f"{first}(?<!{_HAN}.)", *rest)) for first, *rest in split)
    return re.compile(rf"(?P<label>{'|'.join(words)})\s{{0,4}}(?:[:：|]|[\n\t]|\Z)[\s|]*+", re.DOTALL)


@cache
def _next_label_re() -> re.Pattern[str]:
    """A label with its mark that follows a value without white space between."""
    return re.compile(rf"(?:{'|'.join(sorted(_fact_of(), key=len, reverse=True))})[:：]")


def read_metadata(normal: NormalText, document: SourceDocument, content: Content) -> tuple[Metadata, str | None]:
    """Read what a page says of its document.

    Returns:
        The facts, and the name of the publisher where a label or tag calls it so; ``Metadata.publisher`` may be the
        mere source (来源) of the page.
    """
    found = _gather(normal, document, content)
    facts = {name: _first(name, found) for name in ("title", "published", "index_number")}
    publisher, source = _first("publisher", found), _first("source", found)
    if publisher is None and source is not None and _names_organ(source.words):
        facts["publisher"] = source
    else:
        facts["publisher"] = publisher
    made = {name: _made(name, fact, normal) for name, fact in facts.items() if fact is not None}
    return Metadata(**made), publisher.words if publisher else None


def _gather(normal: NormalText, document: SourceDocument, content: Content) -> dict[str, dict[str, Found]]:
    """For each fact what is found of it, by label: boxes first, the tags where no box says it."""
    found: dict[str, dict[str, Found]] = {name: {} for name in _facts()}
    for label, span in _in_boxes(normal, document, content):
        words = normal.text[span.start : span.end]
        if fact := _fact_of()[label]:
            found[fact].setdefault(label, Found(label, words, span))
    tags = {name.lower(): value for name, value in document.metadata.items() if value}
    for fact, (_, names) in _facts().items() if tags else ():
        for tag in names:
            if value := tags.get(tag):
                place = document.text.find(value, 0, _MAX_BOX) if tag == _PAGE_TITLE else -1
                if place >= 0:  # it is the only tag whose words are a part of the text
                    span = normal.target_span(place, place + len(value))
                    found[fact].setdefault(tag, Found(tag, normal.text[span.start : span.end], span))
                else:
                    words = value if value.isascii() else normalize_text(value).text
                    found[fact].setdefault(tag, Found(tag, words, None))
    return found


def _in_boxes(normal: NormalText, document: SourceDocument, content: Content) -> Iterator[tuple[str, Span]]:
    """Labels before and after the report with the places of their values."""
    text = normal.text
    first = content.headings[0].start if content.headings else len(text)
    windows = [(max(0, first - _MAX_BOX), min(first, _MAX_BOX if not content.headings else first))]
    if content.end < len(text):
        windows.append((content.end, min(len(text), content.end + _MAX_BOX)))
    yield from _under_labels(normal, document, windows)
    for start, end in windows:
        for match in _label_re().finditer(text, start, end):
            label = re.sub(r"\s", "", match["label"])
            span = _value_after(text, match.end(), min(end, match.end() + 2 * _MAX_VALUE), _fact_of()[label])
            if span is not None:
                yield label, span


def _value_after(text: str, start: int, end: int, fact: str) -> Span | None:
    """The words after a label; None where the next label follows at once."""
    if _label_re().match(text, start, end):
        return None
    match = (_LINE_RE if fact == "title" else _VALUE_RE).match(text, start, end)
    if match is None or match[0].endswith(("：", ":")):
        return None
    next_label = _next_label_re().search(match[0])
    words = match[0][: next_label.start() if next_label else None].rstrip(_EDGE)
    if fact == "published":
        found = _DATE_RE.match(text, start, end)
        return Span(*found.span()) if found else None
    return Span(start, start + len(words)) if words else None


def _under_labels(
    normal: NormalText, document: SourceDocument, windows: list[tuple[int, int]]
) -> Iterator[tuple[str, Span]]:
    """Labels of a table that stand in one row, with the values below them."""
    edges = list(chain(*windows))
    for grid in document.grids:
        is_inside = bisect_right(edges, normal.target_span(*grid.span).start) % 2
        if not is_inside or grid.rows > 20:
            continue
        spans = {(cell.row, cell.column): normal.target_span(cell.start, cell.end) for cell in grid.cells}
        labels = {at: _label_of(normal.text[span.start : span.end]) for at, span in spans.items()}
        for (row, column), label in labels.items():
            beside = labels.get((row, column + 1)) or labels.get((row, column - 1))
            below = spans.get((row + 1, column))
            if label and beside and below and below.end > below.start and not labels.get((row + 1, column)):
                yield label, _stripped(normal.text, below)


def _label_of(words: str) -> str:
    label = re.sub(r"[\s:：]", "", words)
    return label if label in _fact_of() else ""


def _stripped(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))


def _first(fact: str, found: Mapping[str, Mapping[str, Found]]) -> Found | None:
    """What the first label or tag of a fact says, in the order of the data; a date must be one."""
    own = found[fact]
    for name in chain(*_facts()[fact]) if own else ():
        one = own.get(name)
        if one is not None and (fact != "published" or _iso_date(one.words)):
            return one
    return None


def _made(name: str, fact: Found, normal: NormalText) -> PageFact:
    value = " ".join(fact.words.split())
    if name == "published":
        value = _iso_date(fact.words) or value
    if fact.span is None:
        return PageFact(value=value, raw=fact.words)
    span = normal.source_span(*fact.span)
    return PageFact(value=value, raw=normal.source[span.start : span.end], span=span)


def _iso_date(words: str) -> str | None:
    match = _DATE_RE.search(words)
    if match is None:
        return None
    try:
        return date(*(int(number) for number in match.groups())).isoformat()
    except ValueError:  # no such day
        return None


@cache
def _organ_res() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = read_json("titles.json")
    return re.compile(rf"{data['name']}{{2,40}}?(?:{data['name_ends']})"), re.compile(data["no_name"])


def _names_organ(words: str) -> bool:
    """Whether words are the name of an organ and not of a site, a paper or a person."""
    name, no_name = _organ_res()
    return name.fullmatch(words.strip()) is not None and no_name.search(words.strip()) is None
