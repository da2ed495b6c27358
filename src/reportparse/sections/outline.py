"""The choice of headings among the lines that may be headings.

A line with an ordinal is a heading, a row of a table or an item of a list. The words decide first (see
:mod:`reportparse.sections.headings`), then the place: a heading continues the count of its outline,
stands in no table and is not a line of a table of contents.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from ..kinds import CANONICAL_KINDS
from .candidates import MAX_HEADINGS, MIN_EXACT, Candidate, line_end_of
from .headings import heading_key, is_item_end, is_official, row_label_match

_NOISE_RE = re.compile(r"(?:[\s；;。#*|│>_=.…·-]|\d{1,3}(?!\d))*+")
_CELL_RE = re.compile(r"[\s|│—–/\\-]*+(?:[\d.,]++|个|条|件|次|人次?|万元|项|篇|单位|统计数|指标名称)?[\s|│—–/\\-]*+\Z")
_TABLE_HEAD_RE = re.compile(r"指标名称|统计指标|填报单位|第二十条第")
_FILE_RE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|jpe?g|png)\b|下载", re.IGNORECASE)


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
    unknown = [c for c in numbered if not c.is_exact and c.row == "no" and not c.in_midst]
    chosen = _fill_by_number(known, unknown) if unknown else known
    others = [c for c in candidates if c.style not in style and c.is_exact and c.row == "no"]
    if others:
        chosen = _fill_by_order(text, chosen, others)
    attachments = [c for c in candidates if c.kind == "attachment" and not c.style]
    if attachments:
        chosen = _with_attachments(text, chosen, attachments)
    return chosen[:MAX_HEADINGS]


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
        if len(kinds.get(style, ())) >= MIN_EXACT:
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
        end = line_end_of(text, place + 1)
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
        kinds = {known[index].kind}
        while stop < len(known) and _is_void(text, known[stop - 1].end, known[stop].start):
            if known[stop].kind in kinds:  # here the outline itself begins
                break
            kinds.add(known[stop].kind)
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
        if fits and (candidate.strength == "rule" or _looks_like_heading(candidate)):
            chosen.append(candidate)
            last = candidate.value
    chosen.sort(key=lambda candidate: candidate.start)
    return chosen


def _looks_like_heading(candidate: Candidate) -> bool:
    """Whether words without a known meaning have the shape of a heading: short, a whole line, a noun at the end."""
    return candidate.line_end - candidate.end <= 2 and 3 < len(candidate.words) <= 30 and is_item_end(candidate.words)


def _fill_by_order(text: str, chosen: list[Candidate], others: Sequence[Candidate]) -> list[Candidate]:
    """Add known headings without a fitting ordinal where the outline lacks their kind."""
    is_bare = len({candidate.kind for candidate in chosen}) < MIN_EXACT
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


def _with_attachments(text: str, chosen: list[Candidate], announced: Sequence[Candidate]) -> list[Candidate]:
    """Add the headings of attachments; inside of one only a known heading of a kind not yet printed counts."""
    first, last = (chosen[0].start, chosen[-1].end) if chosen else (0, len(text))
    taken = {candidate.start for candidate in chosen}
    attachments: list[Candidate] = []
    for candidate in announced:
        if candidate.start in taken or candidate.start < first:
            continue
        if _FILE_RE.search(text, candidate.start, candidate.line_end):
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
