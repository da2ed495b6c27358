"""Which lines of a text are headings: candidates, and the choice between them.

A line with an ordinal is a heading, a row of a table or an item of a list. The words decide first (see
:mod:`reportparse.headings`), then the place: a heading continues the count of its outline, stands in no table and is
not a line of a table of contents.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .document import SourceDocument
from .headings import (
    MAX_HEADING,
    HeadingReading,
    heading_initials,
    heading_key,
    is_item_end,
    is_official,
    read_heading,
    read_known,
    row_label_match,
)
from .lines import MARKS, Enumerator, read_enumerator
from .models import CANONICAL_KINDS, SectionKind
from .normalize import NormalText
from .spans import Span

_ORDINALS = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_MAX_TITLE_LINES = 3  # a heading that a page breaks stands on two lines, in narrow columns on three
_SENTENCE_RE = re.compile(r"[。！？；;，,]")
_RUN_IN_RE = re.compile(r"[^。：:；;，,\s]{2,40}+(?=[。：:\s])")
_ITEM_RE = re.compile(r"[^。：:；;，,\s|]{1,60}+")
_CLOSING_TAG_RE = re.compile(r"</[A-Za-z]{1,10}>\Z")
_EDGE = " \t\r\u3000\xa0。：:；;#*|│，,"
_NOISE_RE = re.compile(r"(?:[\s#*|│>_=.…·-]|\d{1,3}(?!\d))*+")
_CELL_RE = re.compile(
    r"[\s|│—–\-/\\]*(?:[\d０-９.,]+|个|条|件|次|人|人次|万元|项|篇|单位|统计数|指标名称)?[\s|│—–\-/\\]*\Z"
)
_CELL_END_RE = re.compile(r"(?<=\S)(?:[^\S\n]?[\t|│]|\s{3})")
_TABLE_HEAD_RE = re.compile(r"指标名称|统计指标|填报单位|第二十条第")
_FILE_RE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|jpe?g|png)\b|下载", re.IGNORECASE)
_MIDLINE_RE = re.compile(rf"(?<=[。！？；;）)\s|])([{_ORDINALS}]{{1,3}}[、．.]|第[{_ORDINALS}]{{1,3}}部分)\s?(?=\S)")
_MAX_INDENT = 80
_MAX_LABEL = 80  # characters; the longest row label of the forms has 57
_MAX_HEADINGS = 400  # more of them is no report; what follows belongs to the last one
_MIN_EXACT = 3  # fewer known headings than this are looked for in the midst of lines too


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line, or the start of one, that may be a heading; places count in the normal text.

    It begins at ``start``, with the marks of Markdown; its ordinal at ``print_start``, its words at ``words_start``.
    ``row`` says whether it reads like a row label of a form, ``whole`` or a ``piece`` of one.
    """

    start: int
    print_start: int
    words_start: int
    end: int
    line_end: int
    enumerator: Enumerator | None
    words: str
    reading: HeadingReading
    row: str = "no"
    in_grid: bool = False
    in_midst: bool = False

    @property
    def kind(self) -> SectionKind:
        """The first kind that the words announce."""
        return self.reading.kinds[0]

    @property
    def style(self) -> str:
        """The style of the ordinal; empty without one."""
        return self.enumerator.style if self.enumerator else ""

    @property
    def value(self) -> int:
        """The value of the ordinal; 0 without one."""
        return self.enumerator.value if self.enumerator else 0

    @property
    def is_exact(self) -> bool:
        """Whether the words are a known heading."""
        return self.reading.strength == "exact"


class Blocks:
    """Where the markup says table or furniture, in places of the normal text."""

    def __init__(self, normal: NormalText, document: SourceDocument) -> None:
        self.furniture = sorted(normal.target_span(*span) for span in document.furniture)
        self.cells: list[Span] = []
        self.rows: dict[Span, int] = {}
        for grid in document.grids:
            printed = [cell for cell in grid.cells if document.text[cell.start : cell.end].strip()]
            in_row: dict[int, int] = {}
            for cell in printed:
                in_row[cell.row] = in_row.get(cell.row, 0) + 1
            for cell in printed:
                place = normal.target_span(cell.start, cell.end)
                self.cells.append(place)
                self.rows[place] = in_row[cell.row]
        self.cells.sort()

    def cell_neighbours(self, place: int) -> int:
        """How many printed cells the row of the cell at ``place`` has; 0 outside of grids."""
        index = bisect_right(self.cells, Span(place, 1 << 60)) - 1
        if index >= 0 and place < self.cells[index].end:
            return self.rows[self.cells[index]]
        return 0

    def is_furniture(self, place: int) -> bool:
        """Whether the markup calls the place navigation, header or footer."""
        index = bisect_right(self.furniture, Span(place, 1 << 60)) - 1
        return index >= 0 and place < self.furniture[index].end


@cache
def _starts_re() -> re.Pattern[str]:
    starts = rf"[{_ORDINALS}㈠-㈩①-⑳⑴-⒛]|第[{_ORDINALS}\d]|[（(]\s?[{_ORDINALS}\d]|\d{{1,2}}\s?[、．.,]"
    return re.compile(rf"^{MARKS}*+(?=[l|]?(?:{starts})|[{re.escape(heading_initials())}])", re.MULTILINE)


def find_candidates(text: str, blocked: Blocks) -> list[Candidate]:
    """All lines that may be headings, in order: those with an ordinal, and those that are a known heading.

    Text whose line breaks are lost is looked through as well, but only where its lines gave next to nothing.
    """
    found: list[Candidate] = []
    for match in _starts_re().finditer(text):
        candidate = _read_candidate(text, match.end(), blocked)
        if candidate is not None:
            found.append(candidate)
    exact = {candidate.kind for candidate in found if candidate.is_exact and candidate.enumerator}
    if len(exact) < _MIN_EXACT:
        found.extend(_find_in_midst(text))
        found.sort(key=lambda candidate: candidate.start)
    return found


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _line_start(text: str, place: int) -> int:
    """Where the first printed character of the line of ``place`` stands."""
    start = text.rfind("\n", 0, place) + 1
    while start < place and text[start].isspace():
        start += 1
    return start


def _read_candidate(text: str, place: int, blocked: Blocks) -> Candidate | None:
    line_end = _line_end(text, place)
    window = text[place : min(line_end, place + 160)]
    stray = 1 if window[:1] in "l|" and window[1:2] in _ORDINALS else 0
    enumerator = read_enumerator(window, stray)
    if enumerator is None and (line_end - place > MAX_HEADING or not window):
        return None
    if blocked.furniture and blocked.is_furniture(place):
        return None
    words_at = enumerator.end if enumerator else 0
    neighbours = blocked.cell_neighbours(place) if blocked.cells else 0
    row = row_label_match(_first_cell(window[:_MAX_LABEL])) if enumerator else "no"
    if neighbours > 1 or (row == "piece" and neighbours) or (row != "no" and enumerator and enumerator.level > 1):
        return None
    words, end, reading = _read_words(text, window, place, words_at, line_end, enumerator)
    if not words or (enumerator is None and reading.strength != "exact" and reading.kinds != ("attachment",)):
        return None
    if row == "piece" and reading.strength != "exact":
        return None
    return Candidate(
        start=_line_start(text, place),
        print_start=place + stray,
        words_start=place + words_at,
        end=end,
        line_end=line_end,
        enumerator=enumerator,
        words=words,
        reading=reading,
        row=row,
        in_grid=neighbours > 0,
    )


def _first_cell(words: str) -> str:
    """The words up to the next cell of a table row."""
    if "\t" in words or "|" in words or "│" in words or "   " in words:
        return _CELL_END_RE.split(words, maxsplit=1)[0]
    return words


def _read_words(
    text: str, window: str, place: int, words_at: int, line_end: int, enumerator: Enumerator | None
) -> tuple[str, int, HeadingReading]:
    """The words of a possible heading, where they end, and what they announce.

    The whole line first; then the line with those that follow, for a heading that the page breaks; then the words
    before the first stop, for a heading with its text on the same line.
    """
    nothing = HeadingReading(("unclassified",), "none")
    rest = window[words_at:]
    if rest.rstrip().endswith(("；", ";")):
        return "", place, nothing  # an item of a list
    whole = _without_edge(rest)
    end = place + words_at + len(whole)
    is_short = len(whole) <= MAX_HEADING and line_end - place <= 160
    if is_short and "\t" not in whole and "|" not in whole:
        # Other levels count as sections only where their words are listed ones.
        is_top = enumerator is None or enumerator.level == 1
        reading = (read_heading(whole) if is_top else read_known(whole) or nothing) if whole else nothing
        if enumerator is not None and enumerator.style in {"list", "part", "paren"}:
            joined = _join_lines(text, whole, line_end)
            if joined is not None:
                return joined
        if reading.strength == "exact" or not _SENTENCE_RE.search(whole):
            return whole, end, reading
    if enumerator is None:
        return "", end, nothing
    run_in = _RUN_IN_RE.match(rest)
    if run_in and "|" not in run_in[0]:
        known = read_known(run_in[0])
        if known is not None:
            return run_in[0], place + words_at + run_in.end(), known
    item = _ITEM_RE.match(rest)
    words = item[0] if item else ""
    return words, place + words_at + len(words), nothing


def _without_edge(words: str) -> str:
    """Words without the stops, marks and closing tags after them."""
    words = words.rstrip(_EDGE)
    while words.endswith(">") and _CLOSING_TAG_RE.search(words):
        words = _CLOSING_TAG_RE.sub("", words).rstrip(_EDGE)
    return words


def _join_lines(text: str, words: str, line_end: int) -> tuple[str, int, HeadingReading] | None:
    """The heading that goes on over the next lines, if the joined words are a known one."""
    joined = words
    found = None
    for _ in range(_MAX_TITLE_LINES - 1):
        if line_end >= len(text):
            break
        next_end = _line_end(text, line_end + 1)
        if next_end - line_end > MAX_HEADING:
            break
        piece = text[line_end + 1 : next_end].strip()
        if not piece or piece[0].isascii() or "\t" in piece or read_enumerator(piece):
            break
        joined += piece
        reading = read_known(joined) if len(joined) <= MAX_HEADING else None
        if reading is not None:
            end = line_end + 1 + len(text[line_end + 1 : next_end].rstrip())
            found = joined, end, reading
        line_end = next_end
    return found


def _find_in_midst(text: str) -> list[Candidate]:
    """Known headings inside of lines: text that lost its line breaks. Only official wordings with an ordinal."""
    found: list[Candidate] = []
    for match in _MIDLINE_RE.finditer(text):
        if len(found) >= _MAX_HEADINGS:
            break
        before = text[max(0, match.start() - _MAX_INDENT) : match.start()]
        if not before.rpartition("\n")[2].strip() and ("\n" in before or len(before) < _MAX_INDENT):
            continue  # the line begins here, and was read
        rest = text[match.end() : match.end() + MAX_HEADING]
        item = _ITEM_RE.match(rest)
        words = item[0] if item else ""
        follows = text[match.end() + len(words) : match.end() + len(words) + 1]
        reading = read_known(words)
        enumerator = read_enumerator(match[1] + words)
        if reading is None or enumerator is None or (follows and follows in "；;，,"):
            continue
        if row_label_match(match[1] + words) != "no":
            continue
        end = match.end() + len(words)
        found.append(
            Candidate(match.start(1), match.start(1), match.end(), end, end, enumerator, words, reading, in_midst=True)
        )
    return found


def choose_headings(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those candidates that are section headings, in order."""
    style = _main_styles(candidates)
    plain = [c for c in candidates if c.style in style and c.row == "no"]
    values = {c.value for c in plain if c.is_exact}
    # A label of a row can be the heading of a section too, where the outline has a gap for its ordinal.
    labels = [c for c in candidates if c.style in style and c.row != "no"] if values else []
    numbered = plain + [c for c in labels if c.value not in values and not _is_table_row(text, c)]
    numbered.sort(key=lambda candidate: candidate.start)
    known = _without_contents(text, [c for c in numbered if c.is_exact])
    chosen = _fill_by_number(known, [c for c in numbered if not c.is_exact and c.row == "no" and not c.in_midst])
    others = [c for c in candidates if c.style not in style and c.is_exact and c.row == "no"]
    chosen = _fill_by_order(text, chosen, others)
    return _with_attachments(text, chosen, candidates)[:_MAX_HEADINGS]


def _main_styles(candidates: Sequence[Candidate]) -> frozenset[str]:
    """The styles of ordinal that number the sections: the highest that known headings bear."""
    kinds: dict[str, set[str]] = {}
    for candidate in candidates:
        if candidate.is_exact and candidate.row == "no":
            kinds.setdefault(candidate.style, set()).add(candidate.kind)
    if len(kinds.get("part", ())) > 1:
        return frozenset({"part"})
    if kinds.get("list") or kinds.get("part"):
        return frozenset({"list", "part"})
    for style in ("paren", "number", "paren_number"):
        if len(kinds.get(style, ())) >= _MIN_EXACT:
            return frozenset({style})
    return frozenset({"list"})


def _is_table_row(text: str, candidate: Candidate) -> bool:
    """Whether a line that reads like a row label stands in a table: cells, units or figures follow it."""
    if not candidate.is_exact or candidate.in_grid:
        return True
    if re.search(r"[|│\t]|\s\d", text[candidate.words_start : candidate.line_end].strip()):
        return True
    place = candidate.line_end
    for _ in range(4):
        if place >= len(text):
            return False
        end = _line_end(text, place + 1)
        line = text[place + 1 : min(end, place + 200)].strip()
        if line:
            return bool(_CELL_RE.match(line)) or row_label_match(line[:60]) == "whole"
        place = end
    return False


def _without_contents(text: str, known: list[Candidate]) -> list[Candidate]:
    """Leave out a table of contents: a run of headings with nothing between, which all come again."""
    last = {candidate.kind: index for index, candidate in enumerate(known)}
    kept: list[Candidate] = []
    index = 0
    while index < len(known):
        stop = index + 1
        while stop < len(known) and _is_void(text, known[stop - 1].end, known[stop].start):
            stop += 1
        run = known[index:stop]
        if len(run) < 3 or sum(last[candidate.kind] >= stop for candidate in run) < len(run) * 0.7:
            kept.extend(run)
        index = stop
    return kept


def _is_void(text: str, start: int, end: int) -> bool:
    """Whether nothing is printed between two places but space, marks, leaders and page numbers."""
    if end - start > 400:
        return False
    return _NOISE_RE.fullmatch(text, start, end) is not None


def _fill_by_number(known: list[Candidate], others: list[Candidate]) -> list[Candidate]:
    """Add headings of other wordings where the count of the known ones has a gap or goes on."""
    chosen = list(known)
    places = [candidate.start for candidate in known]
    last = 0
    for candidate in others:
        index = bisect_right(places, candidate.start)
        before = max(known[index - 1].value if index else 0, last if index == 0 or last > known[index - 1].value else 0)
        after = known[index].value if index < len(known) else None
        if index and candidate.start < known[index - 1].end:
            continue
        if after is None:
            fits = candidate.value == before + 1 and (not known or _looks_like_heading(candidate))
        else:
            fits = before < candidate.value < after
        if fits and (candidate.reading.strength == "rule" or _looks_like_heading(candidate)):
            chosen.append(candidate)
            last = candidate.value
    chosen.sort(key=lambda candidate: candidate.start)
    return chosen


def _looks_like_heading(candidate: Candidate) -> bool:
    """Whether words without a known meaning have the shape of a heading: short, a whole line, a noun at the end."""
    return candidate.line_end - candidate.end <= 2 and 3 < len(candidate.words) <= 30 and is_item_end(candidate.words)


def _fill_by_order(text: str, chosen: list[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """Add known headings without a fitting ordinal where the outline lacks their kind."""
    is_bare = len({candidate.kind for candidate in chosen}) < _MIN_EXACT
    kinds = {candidate.kind for candidate in chosen}
    pool = [c for c in others if c.kind not in kinds and c.kind != "attachment" and (not c.style or not is_bare)]
    if is_bare:
        return _merge_bare(text, chosen, pool)
    places = [candidate.start for candidate in chosen]
    highest = max(_order(candidate) for candidate in chosen)
    result = list(chosen)
    for candidate in pool:
        if candidate.kind in kinds:
            continue
        index = bisect_right(places, candidate.start)
        before = chosen[index - 1] if index else None
        after = chosen[index] if index < len(chosen) else None
        if candidate.kind == "preamble":
            fits = before is None
        elif before and after and before.value and after.value:
            fits = after.value - before.value == 2 and (not candidate.style or candidate.value == before.value + 1)
        elif after is not None and before is None:
            fits = after.value == 2
        else:
            fits = is_official(candidate.words) and _order(candidate) > highest
        if fits:
            kinds.add(candidate.kind)
            result.append(candidate)
    result.sort(key=lambda candidate: candidate.start)
    return result


def _merge_bare(text: str, chosen: list[Candidate], pool: list[Candidate]) -> list[Candidate]:
    """The outline of a report whose headings bear no ordinals: one heading a kind, the official wording first."""
    pool = _without_contents(text, pool)
    best: dict[str, Candidate] = {}
    for candidate in pool:
        held = best.get(candidate.kind)
        if held is None or (is_official(candidate.words) and not is_official(held.words)):
            best[candidate.kind] = candidate
    return sorted([*chosen, *best.values()], key=lambda candidate: candidate.start)


def _order(candidate: Candidate) -> int:
    kind = candidate.kind
    return CANONICAL_KINDS.index(kind) if kind in CANONICAL_KINDS else -1


def _with_attachments(text: str, chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Add the headings of attachments; inside of one only a known heading of a kind not yet printed counts."""
    first, last = (chosen[0].start, chosen[-1].end) if chosen else (0, len(text))
    taken = {candidate.start for candidate in chosen}
    attachments: list[Candidate] = []
    for candidate in candidates:
        if candidate.kind != "attachment" or candidate.style or candidate.start in taken or candidate.start < first:
            continue
        if _FILE_RE.search(text, candidate.start, candidate.line_end) or (
            candidate.reading.strength == "rule" and not candidate.words.startswith("附")
        ):
            continue
        near = attachments and _is_near(text, attachments[-1].end, candidate.start)
        is_last = not attachments and candidate.words.startswith("附") and candidate.start >= last
        if not near and (is_last or _begins_table(text, candidate)):
            attachments.append(candidate)
    if not attachments:
        return chosen
    place = attachments[0].start
    kinds = {candidate.kind for candidate in chosen if candidate.start < place}
    body = [c for c in chosen if c.start < place or (c.is_exact and c.row == "no" and c.kind not in kinds)]
    return sorted([*body, *attachments], key=lambda candidate: candidate.start)


def _is_near(text: str, start: int, end: int) -> bool:
    """Whether two headings of an attachment are one: 附件, and its title on a line soon after."""
    return end - start < 160 and not _TABLE_HEAD_RE.search(text, start, end)


def _begins_table(text: str, candidate: Candidate) -> bool:
    """Whether a table or figures follow, as they do after the heading of an attachment and not after a mention."""
    after = text[candidate.line_end : candidate.line_end + 400]
    return (
        bool(_TABLE_HEAD_RE.search(after))
        or any(row_label_match(line.strip()[:60]) == "whole" for line in after.splitlines()[:12] if line.strip())
        or heading_key(candidate.words) in {"附件", "附表"}
    )
