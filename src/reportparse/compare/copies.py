"""How much of a text stands in another one: sentences compared by their shingles, numbers and names masked.

Every cost is bounded and nothing is random: texts are cut at a length, a sketch of fixed size finds the nearest text,
and only the nearest are compared whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from zlib import crc32

from ..models import Report
from ..text.prose import table_zones
from .authorities import read_authority
from .crosschecks import rule_data

MAX_TEXT = 100_000  # characters of a report that are compared; a long report has 30,000
SKETCH = 128  # shingles of a sketch: texts that share a tenth of their shingles share some in it for sure
MAX_HOLDERS = 100  # reports that are remembered for a shingle
_SHORT_AREA = 2  # characters; the stem of so short a name, as in 沛县, is too common a character
_NEAREST = 3  # texts that are compared whole


@dataclass(frozen=True, slots=True)
class Prose:
    """The masked sentences of a report, and the smallest hashes of their shingles.

    Example:
        >>> Prose(("公开政府信息情况",), (1, 2)).sentences
        ('公开政府信息情况',)
    """

    sentences: tuple[str, ...]
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Novelty:
    """How many sentences of a text are new against another one.

    Example:
        >>> Novelty(new=12, total=48).share
        0.25
    """

    new: int
    total: int

    @property
    def share(self) -> float:
        """The share of new sentences."""
        return self.new / self.total


def read_prose(report: Report) -> Prose | None:
    """The sentences of a report, with numbers and the names of the body masked; None where there are too few.

    A report that was loaded from JSON carries no text, so there are none.

    Example:
        >>> from reportparse import parse_report
        >>> lines = [f"海棠市水务局第{n}次会议研究政府信息公开工作，公开{n * 7}条。" for n in "一二三四五六"]
        >>> report = parse_report("海棠市水务局2022年政府信息公开工作年度报告\\n一、总体情况\\n" + "".join(lines))
        >>> read_prose(report).sentences[0]
        '@第#次会议研究政府信息公开工作公开#条'
    """
    if report._normal is None:
        return None
    settings = rule_data("text")
    end = re.compile(settings["sentence_end"])
    pieces = (_without_short_lines(piece, end) for piece in _pieces(report))
    found = [_mask(sentence, report.authority) for piece in pieces for sentence in end.split(piece)[:-1]]
    sentences = tuple(sentence for sentence in found if len(sentence) >= settings["least_sentence"])
    if len(sentences) < settings["least_sentences"]:
        return None
    hashes = {crc32(shingle.encode()) for sentence in sentences for shingle in shingles(sentence)}
    return Prose(sentences, tuple(nsmallest(SKETCH, hashes)))


def shingles(sentence: str) -> set[str]:
    """The runs of characters of a sentence that are compared.

    Example:
        >>> sorted(shingles("公开政府信息情况"))
        ['公开政府信息', '开政府信息情', '政府信息情况']
    """
    size = rule_data("text")["shingle"]
    return {sentence[place : place + size] for place in range(max(1, len(sentence) - size + 1))}


def compare_prose(prose: Prose, other: Prose) -> Novelty:
    """How many sentences of a text are new against another one.

    Example:
        >>> one, two = Prose(("公开政府信息情况", "加强组织领导"), ()), Prose(("公开政府信息情况",), ())
        >>> compare_prose(one, two)
        Novelty(new=1, total=2)
    """
    known = {shingle for sentence in other.sentences for shingle in shingles(sentence)}
    least = rule_data("text")["known"]
    new = 0
    for sentence in prose.sentences:
        own = shingles(sentence)
        new += len(own & known) < least * len(own)
    return Novelty(new, len(prose.sentences))


def nearest(proses: Sequence[Prose], groups: Sequence[str], years: Sequence[int]) -> list[tuple[int, Novelty] | None]:
    """For each text the one of another group, of its year or before, that holds most of it.

    Args:
        proses: The texts.
        groups: The group of each; texts of one group are not compared with each other.
        years: The year of each.

    Returns:
        The number of the nearest text and the novelty against it, or None where nothing is near.

    Example:
        >>> prose = Prose(("公开政府信息情况",), (1, 2))
        >>> nearest([prose, prose], ["a", "b"], [2021, 2022])
        [None, (0, Novelty(new=0, total=1))]
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for place in sorted(range(len(proses)), key=lambda place: (years[place], place)):
        for one in proses[place].sketch:
            # Where many texts hold a shingle the earliest stand for all, so that a draft that went to all is found.
            if len(holders[one]) < MAX_HOLDERS:
                holders[one].append(place)
    found: list[tuple[int, Novelty] | None] = []
    for place, prose in enumerate(proses):
        near = (other for one in prose.sketch for other in holders[one])
        shared = Counter(other for other in near if groups[other] != groups[place] and years[other] <= years[place])
        closest = sorted(shared, key=lambda other: (-shared[other], other))[:_NEAREST]
        compared = [(other, compare_prose(prose, proses[other])) for other in closest]
        found.append(min(compared, key=lambda one: one[1].new, default=None))
    return found


def _pieces(report: Report) -> Iterator[str]:
    """The text of the sections without their tables; what belongs to no section is the site's."""
    normal = report._normal
    tables = table_zones(normal, [record.span for record in report.records if record.span is not None])
    left = MAX_TEXT
    for section in report.sections:
        start, end = normal.target_span(*section.span)
        inside = [table for table in tables if table.start < end and start < table.end]
        for low, high in zip([start, *(table.end for table in inside)], [*(t.start for t in inside), end], strict=True):
            yield normal.text[low : min(high, low + left)]
            left -= max(0, min(high - low, left))


def _without_short_lines(text: str, end: re.Pattern[str]) -> str:
    """Text without headings and labels: short lines in which no sentence ends."""
    least = rule_data("text")["least_line"]
    return "\n".join(line for line in text.split("\n") if len(line) >= least or end.search(line))


def _mask(sentence: str, authority: str | None) -> str:
    words = "".join(sentence.split())
    for name in _names(authority):
        words = words.replace(name, "@")
    numbers, dropped = _patterns()
    return dropped.sub("", numbers.sub("#", words))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    settings = rule_data("text")
    return re.compile(settings["number"]), re.compile(settings["kept"])


@cache
def _names(authority: str | None) -> tuple[str, ...]:
    """The name of a body and of its areas, with and without their endings, the longest first."""
    if authority is None:
        return ()
    said = read_authority(authority)
    names = {said.name, *filter(None, [said.place]), *(area.name for area in said.areas)}
    names |= {area.name[:-1] for area in said.areas if len(area.name) > _SHORT_AREA}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
