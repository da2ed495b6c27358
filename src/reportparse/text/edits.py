"""What a step of a normalisation changed, and the edits that tell of it.

A step keeps its texts and the map to the source; edits are made of them when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import groupby
from typing import NamedTuple

from ..spans import OffsetMap, Shift

# Steps whose edits name the character they found; the others keep a run of characters as one edit.
_NAMED_BY_CHARACTER = {"invisible": "invisible", "breaks": "break", "spaces": "space"}


class Edit(NamedTuple):
    """One change: ``target`` stands for ``source``, which is printed at ``[start, end)`` of the source text.

    Steps follow one another, so two edits may speak of one place: 網路 became 网路 by a character rule and 网络 by a
    phrase rule.
    """

    source: str
    target: str
    start: int
    end: int
    rule: str


class Refused(NamedTuple):
    """A change that was considered and not made, and why."""

    source: str
    start: int
    end: int
    rule: str
    reason: str


# A stretch of a text, what takes its place, and the rule that says so.
Change = tuple[int, int, str, str]
# Finds the changes of a text, in rising order. They are found again when somebody asks and not kept: a hostile text has
# one every few characters.
FindChanges = Callable[[str], Iterable[Change]]


class Layer(NamedTuple):
    """What one step did: texts around it, the map from the source to the text before it, and what found its changes.

    ``find`` is None where one character stands for one character.
    """

    rule: str
    before: str
    after: str
    to_source: OffsetMap
    find: FindChanges | None


def replaced(text: str, changes: Iterable[Change]) -> tuple[str, OffsetMap]:
    """The text with some stretches replaced, and the map of what that moved; the changes are looked at once.

    Example:
        >>> changes = [(1, 2, "", "invisible"), (3, 5, "网络", "phrase"), (5, 6, "", "invisible")]
        >>> after, to_source = replaced("公\u200b开網路\u200b", changes)
        >>> after, list(to_source.shifts)
        ('公开网络', [Shift(start=1, end=2, new_start=1, new_end=1), Shift(start=5, end=6, new_start=4, new_end=4)])
    """
    after = StringIO(newline="")
    to_source = OffsetMap(_write(text, changes, after))
    return (after.getvalue() if to_source or after.tell() else text), to_source


def _write(text: str, changes: Iterable[Change], after: StringIO) -> Iterator[Shift]:
    """Write the text if anything of it changes, and tell what was moved."""
    place = moved = 0
    for start, end, target, _ in changes:
        after.write(text[place:start])
        after.write(target)
        place = end
        if len(target) != end - start:
            yield Shift(start, end, start + moved, start + moved + len(target))
            moved += len(target) - (end - start)
    if place:
        after.write(text[place:])


def iter_edits(source: str, layer: Layer) -> Iterator[Edit]:
    """The edits of one step; runs of changed characters are one edit."""
    changes = _iter_exchanges(layer) if layer.find is None else layer.find(layer.before)
    for start, end, target, rule in changes:
        parts = _iter_deletions(layer, start, end) if not rule else [(start, end, target, rule)]
        for first, last, new, name in parts:
            span = layer.to_source.source_span(first, last)
            yield Edit(source[span.start : span.end], new, span.start, span.end, name)


def _iter_deletions(layer: Layer, start: int, end: int) -> Iterator[tuple[int, int, str, str]]:
    for character, run in groupby(layer.before[start:end]):
        length = len(list(run))
        yield start, start + length, "", _rule_name(layer.rule, character)
        start += length


def _iter_exchanges(layer: Layer) -> Iterator[tuple[int, int, str, str]]:
    pairs = enumerate(zip(layer.before, layer.after, strict=True))
    places = [(place, _rule_name(layer.rule, old)) for place, (old, new) in pairs if old != new]
    for _, run in groupby(enumerate(places), lambda item: (item[1][0] - item[0], item[1][1])):
        members = list(run)
        start, rule = members[0][1]
        end = members[-1][1][0] + 1
        yield start, end, layer.after[start:end], rule


def _rule_name(rule: str, character: str) -> str:
    return f"{_NAMED_BY_CHARACTER[rule]}:U+{ord(character):04X}" if rule in _NAMED_BY_CHARACTER else rule
