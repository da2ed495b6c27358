"""Places in a text: spans, maps between two versions of a text, line numbers. Nothing else.

Every place is half-open, ``[start, end)``, and counts code points.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import merge
from typing import NamedTuple, TypeVar


class Span(NamedTuple):
    """A half-open stretch of a text, in code points.

    Example:
        >>> "2019年政府信息公开"[Span(0, 5).start : Span(0, 5).end]
        '2019年'
    """

    start: int
    end: int


# Makes a span of a pair. Hundreds are made in every parse, and this takes half the time of calling the class.
span_of: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)


_Pair = TypeVar("_Pair", bound=tuple[int, int])


class Shift(NamedTuple):
    """One stretch that an edit replaced: ``source[start:end]`` became ``target[new_start:new_end]``.

    Example:
        >>> Shift(0, 2, 0, 1).new_end
        1
    """

    start: int
    end: int
    new_start: int
    new_end: int


class OffsetMap:
    """An exact map between the places of a source text and of the text made from it.

    Outside the shifts the characters correspond one to one, whether they were exchanged or not: a change that
    keeps the length needs no shift. Inside a shift each new character stands for the whole source stretch.

    Args:
        shifts: Replaced stretches in rising order, none overlapping another.

    Example:
        >>> to_source = OffsetMap([Shift(0, 4, 0, 3)])  # 網際網路 -> 互联网
        >>> to_source.source_span(1, 2)
        Span(start=0, end=4)
        >>> to_source.source_span(3, 5)
        Span(start=4, end=6)
    """

    # Columns of plain numbers: a hostile text has a shift every few characters, and objects would take ten times more.
    __slots__ = ("_ends", "_new_ends", "_new_starts", "_starts")

    def __init__(self, shifts: Iterable[Shift] = ()) -> None:
        self._starts, self._ends = array("q"), array("q")
        self._new_starts, self._new_ends = array("q"), array("q")
        for start, end, new_start, new_end in shifts:
            self._starts.append(start)
            self._ends.append(end)
            self._new_starts.append(new_start)
            self._new_ends.append(new_end)

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """Replaced stretches in rising order."""
        return tuple(self._shifts())

    def _shifts(self) -> Iterator[Shift]:
        return map(Shift, self._starts, self._ends, self._new_starts, self._new_ends)

    def __bool__(self) -> bool:
        return len(self._ends) > 0

    def __eq__(self, other: object) -> bool:
        return self.shifts == other.shifts if isinstance(other, OffsetMap) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.shifts)

    def __repr__(self) -> str:
        return f"OffsetMap({list(self.shifts)!r})"

    def source_span(self, start: int, end: int) -> Span:
        """The source stretch that the target stretch ``[start, end)`` stands for.

        An empty target stretch gives an empty source span.
        """
        if not self._ends:
            return span_of((start, end))
        first = self._source_start(start)
        if end <= start:
            return span_of((first, first))
        return span_of((first, max(first, self._source_end(end))))

    def source_spans(self, places: Sequence[tuple[int, int]]) -> list[Span]:
        """The same for many stretches; where nothing moved they are only called spans."""
        if not self:
            return list(map(span_of, places))
        return [self.source_span(start, end) for start, end in places]

    def source_place(self, place: int) -> int:
        """Where the source stretch begins that the target character at ``place`` stands for."""
        return self._source_start(place) if self._ends else place

    def target_span(self, start: int, end: int) -> Span:
        """The target stretch that the source stretch ``[start, end)`` became; may be empty."""
        if not self._ends:
            return span_of((start, end))
        first = self._target_place(start, at_end=False)
        return span_of((first, max(first, self._target_place(end, at_end=True))))

    def target_spans(self, spans: Sequence[_Pair]) -> Sequence[_Pair | Span]:
        """The same for many stretches; where nothing moved they are handed back as they are."""
        return [self.target_span(start, end) for start, end in spans] if self._ends else spans

    def then(self, later: OffsetMap) -> OffsetMap:
        """The map of two edits in a row: this one made the text that ``later`` starts from.

        Shifts that overlap in the text between become one.

        Example:
            >>> first = OffsetMap([Shift(1, 2, 1, 1)])  # a deleted character
            >>> second = OffsetMap([Shift(0, 4, 0, 3)])  # 網際網路 -> 互联网
            >>> first.then(second).shifts
            (Shift(start=0, end=5, new_start=0, new_end=3),)
        """
        if not self or not later:
            return later or self
        return OffsetMap(_compose(self._shifts(), later._shifts()))

    def _source_start(self, place: int) -> int:
        index = bisect_right(self._new_ends, place)
        # An empty target stretch (a deletion) that ends here is passed over: its place is before ours.
        if index < len(self._ends) and self._new_starts[index] <= place:
            return self._starts[index]
        return self._ends[index - 1] + place - self._new_ends[index - 1] if index else place

    def _source_end(self, place: int) -> int:
        index = bisect_left(self._new_ends, place)
        if index < len(self._ends) and self._new_starts[index] < place:
            return self._ends[index]
        return self._ends[index - 1] + place - self._new_ends[index - 1] if index else place

    def _target_place(self, place: int, *, at_end: bool) -> int:
        index = bisect_right(self._ends, place)
        if index < len(self._ends) and self._starts[index] < place:
            return (self._new_ends if at_end else self._new_starts)[index]
        return self._new_ends[index - 1] + place - self._ends[index - 1] if index else place


def _compose(first: Iterable[Shift], second: Iterable[Shift]) -> Iterator[Shift]:
    # Stretches of the text between the two edits, each with what it adds to the source and to the target length.
    # A deletion sorts before the edit that starts at its place, since it stands before that character.
    stretches = merge(
        ((s.new_start, s.new_end, (s.end - s.start) - (s.new_end - s.new_start), 0) for s in first),
        ((s.start, s.end, 0, (s.new_end - s.new_start) - (s.end - s.start)) for s in second),
    )
    low, high, more_source, more_target = next(stretches)
    to_source = to_target = 0  # what to add, before this stretch, to a place of the text between
    for start, end, add_source, add_target in stretches:
        if start < high:
            high = max(high, end)
            more_source += add_source
            more_target += add_target
            continue
        yield Shift(low + to_source, high + to_source + more_source, low + to_target, high + to_target + more_target)
        to_source += more_source
        to_target += more_target
        low, high, more_source, more_target = start, end, add_source, add_target
    yield Shift(low + to_source, high + to_source + more_source, low + to_target, high + to_target + more_target)


class LineIndex:
    """Line numbers of places in a text; lines end at a newline.

    Example:
        >>> LineIndex("一\\n二\\n").line(2)
        2
    """

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        starts = [0]
        place = text.find("\n")
        while place >= 0:
            starts.append(place + 1)
            place = text.find("\n", place + 1)
        self._starts = starts

    def line(self, place: int) -> int:
        """The number, from 1, of the line that holds ``place``."""
        return bisect_right(self._starts, place)
