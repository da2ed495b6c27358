"""Which part of a page is the report: the smallest element that holds its headings, and what stands outside of it.

A page gives three kinds of evidence that a line is its own and not the report's: its words, the share of it that is
links, and the element it stands in. The headings of the report are found first, because no page prints them beside a
report; the smallest element that holds them all holds the report. What follows it belongs to the report as well until
something shows that the page has begun: it is better to leave a menu in than to cut a line of the report off.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..document import SourceDocument
from ..spans import Span
from ..text.lines import Line
from ..text.normalize import NormalText
from .candidates import Blocks, Candidate, find_candidates
from .furniture import furniture_reason
from .outline import choose_headings

MIN_HEADINGS = 2  # one heading alone tells no element from another
# An element is a list of links if they take this share of its text, and a line if they take this.
_LINK_SHARE = 0.5
_LINE_SHARE = 0.8
_MIN_LINKS = 2
# Elements are looked through to this depth and number; the rest counts as text of what holds it.
_MAX_CONTAINERS = 20_000
# What is linked to by such an address is a part of the report, and not of the page.
_FILE_ENDINGS = (".doc", ".docx", ".xls", ".xlsx", ".pdf", ".wps", ".et", ".zip", ".rar", ".jpg", ".png")
NAVIGATION = "navigation"
BY_MARKUP = "furniture by its markup"
OUTSIDE = "outside the report's part"


@dataclass(frozen=True)
class Content:
    """A document with its headings, and the evidence that a line belongs to the page. Places are of the normal text.

    Attributes:
        text: The normal text.
        blocks: Where the markup says table or furniture.
        candidates: Lines that may be headings.
        headings: Those that are.
        links: Where links stand that lead to other pages, in order.
        containers: Elements that hold blocks, an outer one before those inside of it.
    """

    text: str
    blocks: Blocks
    candidates: Sequence[Candidate]
    headings: Sequence[Candidate]
    links: Sequence[Span]
    containers: Sequence[Span]

    @cached_property
    def core(self) -> Span:
        """The smallest element that holds all headings; the whole text where no element tells."""
        kinds = {heading.kind for heading in self.headings}
        whole = Span(0, len(self.text))
        if len(kinds) < MIN_HEADINGS:
            return whole
        first, last = self.headings[0].start, self.headings[-1].end
        holding = [span for span in self.containers if span.start <= first and last <= span.end]
        return max(holding, key=lambda span: span.start - span.end, default=whole)

    @cached_property
    def link_lists(self) -> list[Span]:
        """Elements that hold links and next to nothing else, and no heading of the report, in order."""
        starts = [heading.start for heading in self.headings]
        found: list[Span] = []
        for span in self.containers if self.links else ():
            if found and span.start < found[-1].end:
                continue
            if bisect_left(starts, span.start) != bisect_left(starts, span.end):
                continue
            covered, count = self._linked(span)
            if count >= _MIN_LINKS and covered >= _LINK_SHARE * (span.end - span.start):
                found.append(span)
        return found

    @cached_property
    def _link_list_starts(self) -> list[int]:
        return [span.start for span in self.link_lists]

    @cached_property
    def end(self) -> int:
        """Where the page goes on after the report, as far as its elements tell; the end of the text at the latest."""
        end = self.core.end
        lists = self.link_lists
        for span in lists[bisect_left(lists, Span(end, end)) :]:
            return span.start
        return len(self.text)

    def reason(self, line: Line) -> str:
        """Why a line belongs to the page and not to the report; empty if nothing says so."""
        if reason := furniture_reason(line.text):
            return reason
        if self.is_linked(line):
            return NAVIGATION
        return BY_MARKUP if self.blocks.is_furniture(line.start) else ""

    def is_linked(self, line: Line) -> bool:
        """Whether a line is made of links, or stands in a list of them."""
        if not self.links:
            return False
        if self.is_in_link_list(line.start):
            return True
        covered, _ = self._linked(Span(line.start, line.end))
        return covered >= _LINE_SHARE * (line.end - line.start) > 0

    def is_in_link_list(self, place: int) -> bool:
        """Whether a place stands in an element that holds links and next to nothing else."""
        index = bisect_right(self._link_list_starts, place) - 1
        return index >= 0 and place < self.link_lists[index].end

    def levels_outside(self, place: int) -> int:
        """How many elements hold the headings and not this place; 0 inside of the smallest that does."""
        core = self.core
        if core.start <= place < core.end:
            return 0
        return sum(
            span.start <= core.start and core.end <= span.end and not span.start <= place < span.end
            for span in self.containers[: bisect_right(self.containers, core)]
        )

    def _linked(self, span: Span) -> tuple[int, int]:
        """How many characters of a stretch are links, and how many links there are."""
        first = bisect_left(self.links, Span(span.start, span.start))
        last = bisect_left(self.links, Span(span.end, span.end))
        if first and self.links[first - 1].end > span.start:
            first -= 1
        return self._sums[last] - self._sums[first], last - first

    @cached_property
    def _sums(self) -> list[int]:
        """Characters of all links before each."""
        sums = [0]
        for link in self.links:
            sums.append(sums[-1] + link.end - link.start)
        return sums


def find_content(normal: NormalText, document: SourceDocument, reach: int = sys.maxsize) -> Content:
    """Find the headings of a report, and gather what the markup tells of the page around it.

    Cost is linear in the text; elements beyond the first 20,000 are not looked at, and no headings behind ``reach``.
    """
    blocks = Blocks(normal, document)
    candidates = find_candidates(normal.text, blocks, reach)
    headings = choose_headings(normal.text, candidates)
    links = (link.span for link in document.links if not _is_file(link.address))
    return Content(
        normal.text,
        blocks,
        candidates,
        headings,
        _disjoint(normal.target_span(*span) for span in links),
        [normal.target_span(*span) for span in document.containers[:_MAX_CONTAINERS]],
    )


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, without those that are empty or overlap the one before."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.end > span.start and (not found or span.start >= found[-1].end):
            found.append(span)
    return found


def _is_file(address: str) -> bool:
    return address.lower().partition("?")[0].endswith(_FILE_ENDINGS)
