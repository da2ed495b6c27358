"""The parts that a preamble announces, and what became of each.

A report may announce eight parts and print six headings. What was announced is kept apart from what is printed: the
count as a number, the names as printed, and for each name whether a section, a subsection or nothing answers to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ..kinds import Declared, DeclaredPart, Finding, PartStatus, Section, SectionKind
from ..resources import read_json
from ..spans import Span
from ..text.keys import without_space
from ..text.lines import read_enumerator, read_ordinal
from ..text.normalize import NormalText
from .headings import heading_key, is_item_end, read_heading

_FRONT = 2_000  # characters in which the announcement stands: the preamble, or the beginning of the overview
_MAX_LIST = 700
_MAX_ATOMS = 5  # pieces between two separators that one name holds at most
_MAX_NONE = 90  # characters of a section that says only that there is nothing
_SPACE_RE = re.compile(r"\s+")
_SIGNATURE_RE = re.compile(r"\n\s*[^\n，。]{2,40}\s*\n\s*[^\n，。]{4,9}年[^\n，。]{2,8}日\s*\Z")


class _List(NamedTuple):
    """A list of names as announced, and the number that was said with it."""

    names: tuple[str, ...]
    said: int | None


def read_declaration(normal: NormalText, sections: Sequence[Section]) -> tuple[Declared | None, tuple[Finding, ...]]:
    """Find the announced parts and match them with the printed ones.

    The list is cut at known names first and at separators second, because names hold separators themselves
    (政府信息公开行政复议、行政诉讼情况 is one part).

    Args:
        normal: The text of the document.
        sections: Its sections, in order.

    Returns:
        What is announced, None where nothing is, and findings: ``declared_count_differs``.
    """
    start = next((section.span.start for section in sections), 0)
    place = normal.target_span(start, start).start
    words = without_space(normal.text[place : place + _FRONT])
    found = _find_list(words)
    if found is None:
        return None, ()
    labels = _printed_labels(found.names, normal, place)
    parts = tuple(_match_part(*names, normal, sections) for names in zip(found.names, labels, strict=True))
    findings: tuple[Finding, ...] = ()
    if found.said is not None and parts and found.said != len(parts):
        message = f"the preamble says {found.said} parts and names {len(parts)}; both kept as printed"
        findings = (Finding(code="declared_count_differs", severity="note", message=message),)
    return Declared(count=found.said, parts=parts), findings


@cache
def _data() -> dict[str, str]:
    data = read_json("declarations.json")
    return {key: value.replace("{count}", data["count"]) for key, value in data.items() if isinstance(value, str)}


@cache
def _compiled(key: str) -> re.Pattern[str]:
    return re.compile(_data()[key])


@cache
def _leads() -> tuple[re.Pattern[str], ...]:
    data = read_json("declarations.json")
    return tuple(re.compile(lead.replace("{count}", data["count"])) for lead in data["lead"])


def _find_list(words: str) -> _List | None:
    """The first list after some lead that names known parts."""
    for lead in _leads():
        for match in lead.finditer(words):
            said = match.groupdict().get("count")
            found = _read_list(words[match.end() : match.end() + _MAX_LIST], read_ordinal(said) if said else None)
            if found is not None:
                return found
    return None


def _read_list(words: str, count: int | None) -> _List | None:
    stop = words.find("。")
    words = words if stop < 0 else words[:stop]
    tail = _compiled("tail").search(words)
    if tail and tail.start() > 3:
        words = words[: tail.start()]
        count = count or read_ordinal(tail["count"])
    words = _compiled("annex").sub("", words)
    words = _compiled("open_tail").sub("", words, count=1)
    names = [name for name in _cut(words, count) if name]
    known = [read_heading(name).strength != "none" for name in names]
    if len(names) < 2 or not known[0] or sum(known) < len(names) * 0.6:
        return None
    return _List(tuple(names), count)


def _cut(words: str, count: int | None) -> list[str]:
    """Names of a list: at the strongest separator there is, then at known names, at last at joining words."""
    pieces = _split(words, "；;")
    if len(pieces) < 3:
        pieces = _split(words, "，,")
    if len(pieces) < 3:
        pieces = [words]
    names = [_bare(name) for piece in pieces for name in _merge(_split(piece, "、，,；;"))]
    names = [part for name in names for part in _split_joined(name, must_know=True)]
    if count is not None and len(names) < count:
        names = [part for name in names for part in _split_joined(name, must_know=False)]
    return names


def _split(words: str, separators: str) -> list[str]:
    """Pieces between separators that stand outside of brackets; an ordinal before 、 is no piece of its own."""
    pieces, depth, start = [], 0, 0
    for place, char in enumerate(words):
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif char in separators and not depth and read_ordinal(words[start:place]) is None:
            pieces.append(words[start:place])
            start = place + 1
    pieces.append(words[start:])
    return [piece for piece in pieces if piece]


def _bare(name: str) -> str:
    """A name without an ordinal or a joining word before it."""
    enumerator = read_enumerator(name)
    name = name[enumerator.end :] if enumerator else name
    for joiner in ("以及", "和", "及"):
        rest = name.removeprefix(joiner)
        if rest != name and read_heading(rest).strength != "none":
            return rest
    return name


def _merge(atoms: Sequence[str]) -> Iterator[str]:
    """Put together the pieces of a name that holds separators: the longest known name, else up to a name's end."""
    place = 0
    while place < len(atoms):
        stop = _known_stop(atoms, place)
        if stop is None:
            stop = place + 1
            while stop < len(atoms) and not is_item_end(atoms[stop - 1]):
                stop += 1
        yield "、".join(atoms[place:stop])
        place = stop


def _known_stop(atoms: Sequence[str], place: int) -> int | None:
    for stop in range(min(len(atoms), place + _MAX_ATOMS), place, -1):
        if read_heading(_bare("、".join(atoms[place:stop]))).strength == "exact":
            return stop
    return None


def _split_joined(name: str, *, must_know: bool) -> list[str]:
    """Two names joined by 和 or 以及, where both sides are names; a known whole name is never cut."""
    whole = read_heading(name)
    if whole.strength == "exact":
        return [name]
    for joiner in _compiled("joiners").finditer(name):
        left, right = name[: joiner.start()].rstrip("，,、"), name[joiner.end() :]
        first, second = read_heading(left), read_heading(right)
        if not is_item_end(left) or first.strength == "none" or second.strength == "none":
            continue
        if second.strength == "exact" if must_know else first.kinds != second.kinds:
            return [left, *_split_joined(right, must_know=must_know)]
    return [name]


def _printed_labels(names: Sequence[str], normal: NormalText, start: int) -> list[str]:
    """The names as the source prints them, without white space."""
    if normal.script == "simplified":
        return list(names)
    window = normal.text[start : start + _FRONT]
    words = without_space(window)
    gaps = [0]  # for each stretch of print in the window: the white space before it ...
    ends = []  # ... and where it ends among the words
    for gap in _SPACE_RE.finditer(window):
        ends.append(gap.start() - gaps[-1])
        gaps.append(gaps[-1] + len(gap[0]))
    labels, cursor = [], 0
    for name in names:
        found = words.find(name, cursor)
        if found < 0:  # its separators were told apart: 复议，诉讼 is held as 复议、诉讼
            labels.append(name)
            continue
        cursor = found + len(name)
        first, last = (start + place + gaps[bisect_right(ends, place)] for place in (found, cursor - 1))
        span = normal.source_span(first, last + 1)
        labels.append(without_space(normal.source[span.start : span.end]))
    return labels


def _match_part(name: str, label: str, normal: NormalText, sections: Sequence[Section]) -> DeclaredPart:
    kind = read_heading(name).kinds[0]
    for index, section in enumerate(sections):
        if section.heading is not None and _answers(name, kind, section, normal):
            return DeclaredPart(label=label, kind=kind, status=_status(section, normal), section=index)
    for index, section in enumerate(sections):
        for inner, subsection in enumerate(section.subsections):
            if section.kind not in {"problems_and_improvements", "attachment"} and _answers(
                name, kind, subsection, normal
            ):
                return DeclaredPart(label=label, kind=kind, status="embedded", section=index, subsection=inner)
    return DeclaredPart(label=label, kind=kind, status="absent")


def _answers(name: str, kind: SectionKind, section: Section, normal: NormalText) -> bool:
    """Whether a heading is the announced part: of its kind, or, where the kind is unknown, in its words."""
    if kind != "unclassified":
        return kind == section.kind or kind in section.also
    return section.kind == kind and heading_key(name) == heading_key(_heading_words(section, normal))


def _heading_words(section: Section, normal: NormalText) -> str:
    heading = section.heading or ""
    words = normal.text_of(Span(section.span.start, section.span.start + len(heading)))
    enumerator = read_enumerator(words)
    return words[enumerator.end :] if enumerator else words


def _status(section: Section, normal: NormalText) -> PartStatus:
    if section.empty:
        return "empty"
    body = normal.text_of(section.span)
    if len(body) > _MAX_NONE + 60:
        return "present"
    head, _, body = body.lstrip().partition("\n")
    body = without_space(_SIGNATURE_RE.sub("", "\n" + body))
    if not body:
        body = head[len(section.heading or "") :].strip()
    return "states_none" if len(body) <= _MAX_NONE and _compiled("none_said").search(body) else "present"
