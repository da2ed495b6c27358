"""Rows of print against the rows that a form expects, as one optimisation; knows no form and no layout.

Rows are found by label, never by counting. What a label cannot settle (the same label twice in a form) the order of
the rows does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .rows import Address, SeenRow


def settle_order(
    rows: Sequence[SeenRow], order: Callable[[Address], int | None]
) -> Iterator[tuple[Address | None, bool]]:
    """Choose one address for each row of a table so that the rows follow the form as far as they can.

    The choice is the longest chain of rows in rising order of the form, a row with values counting twice; a row
    outside the chain keeps its address if its label names one row only.

    Args:
        rows: Rows of one table in the order of print.
        order: The place of an address in the form, None for an address of another table.

    Yields:
        The address for each row, None where nothing settles it; and whether the row is part of the chain.
    """
    ends: dict[int, tuple[int, int, int | None]] = {}  # place in the form -> (worth of the chain, row, link)
    links: list[tuple[int, int | None]] = []  # (place in the form, link before)
    row_of_link: list[int] = []
    for number, row in enumerate(rows):
        options = sorted({place for place in map(order, row.addresses) if place is not None}, reverse=True)
        for place in options:
            length, last, link = 0, 0, None
            for before, (worth, _, end) in ends.items():
                if before < place and (worth > length or (worth == length and before < last)):
                    length, last, link = worth, before, end
            worth = length + (2 if row.pieces else 1)
            if place not in ends or ends[place][0] < worth:
                links.append((place, link))
                row_of_link.append(number)
                ends[place] = (worth, number, len(links) - 1)
    chosen: dict[int, int] = {}
    link = max(ends.values(), default=(0, 0, None))[2]
    while link is not None:
        chosen[row_of_link[link]] = links[link][0]
        link = links[link][1]
    for number, row in enumerate(rows):
        own = [address for address in row.addresses if order(address) is not None]
        if number in chosen:
            yield next(address for address in own if order(address) == chosen[number]), True
        else:
            yield (own[0] if len(own) == 1 else None), False
