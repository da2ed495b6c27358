"""Rows of print against the rows that a form expects, as one optimisation; knows no form and no layout.

Rows are found by label, never by counting. What a label cannot settle (the same label twice in a form) the order of
the rows does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import lt

from ..text.labels import Address
from .rows import SeenRow

_Link = tuple[int, int, "_Link | None"]  # the last row of a chain: its number, its place in the form, those before it


def settle_order(rows: Sequence[SeenRow], order: Mapping[Address, int]) -> list[tuple[Address | None, bool]]:
    """Choose one address for each row of a table so that the rows follow the form as far as they can.

    The choice is the longest chain of rows in rising order of the form, a row with values counting twice; a row
    outside the chain keeps its address if its label names one row only.

    Args:
        rows: Rows of one table in the order of print.
        order: The places of the addresses in the form; those of other tables are not in it.

    Returns:
        The address for each row, None where nothing settles it; and whether the row is part of the chain.
    """
    plain = [order.get(row.addresses[0], -1) for row in rows if len(row.addresses) == 1]
    if len(plain) == len(rows) and all(map(lt, [-1, *plain], plain)):
        return [(row.addresses[0], True) for row in rows]  # they are the chain
    named = [{order[address]: address for address in row.addresses if address in order} for row in rows]
    chosen = _longest_chain(rows, named)
    settled: list[tuple[Address | None, bool]] = []
    for number, places in enumerate(named):
        if number in chosen:
            settled.append((places[chosen[number]], True))
        else:
            settled.append((next(iter(places.values())) if len(places) == 1 else None, False))
    return settled


def _longest_chain(rows: Sequence[SeenRow], named: Sequence[Mapping[int, Address]]) -> dict[int, int]:
    """The rows of the chain that is worth most, by number, each with its place in the form."""
    # Where chains end in the form, in rising order, and what they are worth. A chain that is worth no more than one
    # that ends before it is of no use, so the worths rise too, and a row goes on with the last chain before its place.
    ends: list[int] = []
    worths: list[int] = []
    links: list[_Link] = []
    best: _Link | None = None
    most = 0
    for number, (row, places) in enumerate(zip(rows, named, strict=True)):
        own = 2 if row.pieces else 1
        for place in sorted(places, reverse=True):
            index = bisect_left(ends, place)
            worth = own + (worths[index - 1] if index else 0)
            link = (number, place, links[index - 1] if index else None)
            useless = index
            while useless < len(ends) and worths[useless] < worth + (ends[useless] > place):
                useless += 1
            if useless == index < len(ends) and ends[index] == place:
                continue  # an earlier row ends a chain here that is worth as much
            ends[index:useless], worths[index:useless], links[index:useless] = [place], [worth], [link]
            if worth >= most:
                best, most = link, worth
    chosen = {}
    while best is not None:
        number, place, best = best
        chosen[number] = place
    return chosen
