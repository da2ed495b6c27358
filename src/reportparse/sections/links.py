"""Links of a page to other pages: which lines are made of them, and which elements are lists of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import sub

from ..spans import Span
from ..text.lines import Line

# An element is a list of links if they take this share of its text, and a line if they take this.
_LIST_SHARE = 0.5
_LINE_SHARE = 0.8
_MIN_LINKS = 2


class Links:
    """Where the links of a page stand, in places of the normal text.

    Args:
        spans: The links, in any order; what is empty or overlaps one before it is left out.
        containers: Elements that hold blocks, an outer one before those inside of it.
        heads: Where the headings of the report begin, in order; what holds one of them is no list.

    Attributes:
        lists: Elements that hold links and next to nothing else, and no heading of the report, in order.

    Example:
        >>> links = Links([Span(0, 2), Span(3, 5)], [Span(0, 9), Span(0, 5)], [7])
        >>> links.lists, links.is_in_list(3), links.is_linked(Line(6, 9, "报告 "))
        ([Span(start=0, end=5)], True, False)
    """

    __slots__ = ("_ends", "_list_ends", "_list_starts", "_starts", "_sums", "lists")

    def __init__(self, spans: Iterable[Span], containers: Sequence[Span], heads: Sequence[int]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        place = 0
        for start, end in sorted(spans):
            if end > start >= place:
                self._starts.append(start)
                self._ends.append(end)
                place = end
        # The characters of all links before each.
        self._sums = list(accumulate(map(sub, self._ends, self._starts), initial=0))
        self.lists = self._find_lists(containers, heads) if self._starts else []
        self._list_starts = [start for start, _ in self.lists]
        self._list_ends = [end for _, end in self.lists]

    def is_linked(self, line: Line) -> bool:
        """Whether a line is made of links, or stands in a list of them."""
        if not self._starts:
            return False
        start, end, _ = line
        return self.is_in_list(start) or self._covered(start, end)[0] >= _LINE_SHARE * (end - start) > 0

    def is_in_list(self, place: int) -> bool:
        """Whether a place stands in a list of links."""
        count = bisect_right(self._list_starts, place)
        return count > 0 and place < self._list_ends[count - 1]

    def outside_of_lists(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Those lines that stand in no list of links."""
        return [line for line in lines if not self.is_in_list(line.start)] if self.lists else lines

    def _find_lists(self, containers: Sequence[Span], heads: Sequence[int]) -> list[Span]:
        found: list[Span] = []
        place = 0
        for span in containers:
            start, end = span
            if start < place:
                continue
            covered, count = self._covered(start, end)
            if count < _MIN_LINKS or covered < _LIST_SHARE * (end - start):
                continue
            if bisect_left(heads, start) == bisect_left(heads, end):
                found.append(span)
                place = end
        return found

    def _covered(self, start: int, end: int) -> tuple[int, int]:
        """How many characters of a stretch are links, and how many links there are."""
        last = bisect_left(self._starts, end)
        first = bisect_left(self._starts, start, 0, last)
        if first and self._ends[first - 1] > start:
            first -= 1
        return self._sums[last] - self._sums[first], last - first
