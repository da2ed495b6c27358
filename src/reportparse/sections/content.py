"""Which part of a page is the report: the smallest element that holds its headings, and what stands outside of it.

A page gives three kinds of evidence that a line is its own and not the report's: its words, the share of it that is
links, and the element it stands in. The headings of the report are found first, because no page prints them beside a
report; the smallest element that holds them all holds the report. What follows it belongs to the report as well until
something shows that the page has begun: it is better to leave a menu in than to cut a line of the report off.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ..document import SourceDocument
from ..spans import Span
from ..text.lines import Line
from ..text.normalize import NormalText
from .candidates import Blocks, Candidate, find_candidates
from .furniture import furniture_reason
from .links import Links
from .outline import choose_headings

MIN_HEADINGS = 2  # one heading alone tells no element from another
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
        links: Which lines and elements are links to other pages.
        containers: Elements that hold blocks, an outer one before those inside of it.
        core: The smallest element that holds all headings; the whole text where no element tells.
        end: Where the page goes on after the report, as far as its elements tell; at the latest where the text ends.
    """

    text: str
    blocks: Blocks
    candidates: Sequence[Candidate]
    headings: Sequence[Candidate]
    links: Links
    containers: Sequence[Span]
    core: Span
    end: int

    def reason(self, line: Line) -> str:
        """Why a line belongs to the page and not to the report; empty if nothing says so."""
        if reason := furniture_reason(line.text):
            return reason
        if self.links.is_linked(line):
            return NAVIGATION
        return BY_MARKUP if self.blocks.is_furniture(line.start) else ""

    def levels_outside(self, place: int) -> int:
        """How many elements hold the headings and not this place; 0 inside of the smallest that does."""
        core = self.core
        if core.start <= place < core.end:
            return 0
        return sum(
            span.start <= core.start and core.end <= span.end and not span.start <= place < span.end
            for span in self.containers[: bisect_right(self.containers, core)]
        )


def find_content(normal: NormalText, document: SourceDocument, reach: int = sys.maxsize) -> Content:
    """Find the headings of a report, and gather what the markup tells of the page around it.

    Cost is linear in the text; elements beyond the first 20,000 are not looked at, and no headings behind ``reach``.
    """
    blocks = Blocks(normal, document)
    candidates = find_candidates(normal.text, blocks, reach)
    headings = choose_headings(normal.text, candidates)
    containers = normal.map.target_spans(document.containers[:_MAX_CONTAINERS])
    core = _core_of(headings, containers, Span(0, len(normal.text)))
    linked = normal.map.target_spans([link.span for link in document.links if not _is_file(link.address)])
    links = Links(linked, containers, [heading.start for heading in headings])
    end = next((start for start, _ in links.lists if start >= core.end), len(normal.text))
    return Content(normal.text, blocks, candidates, headings, links, containers, core, end)


def _core_of(headings: Sequence[Candidate], containers: Sequence[Span], whole: Span) -> Span:
    """The smallest element that holds all headings; the whole text where no element tells."""
    if len({heading.kind for heading in headings}) < MIN_HEADINGS:
        return whole
    first, last = headings[0].start, headings[-1].end
    holding = [span for span in containers if span.start <= first and last <= span.end]
    return max(holding, key=lambda span: span.start - span.end, default=whole)


def _is_file(address: str) -> bool:
    return address.lower().partition("?")[0].endswith(_FILE_ENDINGS)
