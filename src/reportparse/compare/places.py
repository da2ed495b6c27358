"""Codes of places, from a table that the caller gives. No code is known to the package, and none is guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .authorities import Area, Authority

# Codes of divisions (GB/T 2260 and its extensions) name the divisions above by pairs, then triples, of digits.
_CODE_STEPS = (2, 4, 6, 9, 12)

MatchStatus = Literal["matched", "ambiguous", "unmatched", "no_place"]


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What a table of codes says of a place: one code, several candidates, or none.

    Example:
        >>> from reportparse.compare.authorities import read_authority
        >>> PlaceTable({"海棠市": "910100"}).match(read_authority("白石县教育局"))
        PlaceMatch(status='unmatched', code=None, candidates=())
    """

    status: MatchStatus
    code: str | None
    candidates: tuple[str, ...] = ()


class PlaceTable:
    """A table of names and codes to look places up in.

    A name may stand with several codes. Where the place is named with a larger area, as in 北京市朝阳区, only codes
    under that area count: ``parents`` says under which code a code stands; without it, a code of digits stands under
    its own beginning, as the division codes of the country do.

    Args:
        rows: Pairs of name and code, or a mapping of names to codes.
        parents: The code of the larger area by the code of the smaller.

    Example:
        >>> from reportparse.compare.authorities import read_authority
        >>> table = PlaceTable([("北京市", "110000"), ("朝阳区", "110105"), ("长春市", "220100"), ("朝阳区", "220104")])
        >>> table.match(read_authority("北京市朝阳区人民政府")).code
        '110105'
        >>> table.match(read_authority("朝阳区教育局"))
        PlaceMatch(status='ambiguous', code=None, candidates=('110105', '220104'))
    """

    def __init__(
        self, rows: Mapping[str, str] | Iterable[tuple[str, str]], parents: Mapping[str, str] | None = None
    ) -> None:
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._parents = {} if parents is None else dict(parents)
        for name, code in rows.items() if isinstance(rows, Mapping) else rows:
            found = self._codes["".join(str(name).split())]
            if str(code) not in found:
                found.append(str(code))

    def match(self, authority: Authority) -> PlaceMatch:
        """The code of the place of an authority."""
        if authority.place is None:
            return PlaceMatch("no_place", None)
        codes = self._codes.get(authority.place) or self._under(authority.areas)
        if not codes:
            return PlaceMatch("unmatched", None)
        if len(codes) > 1:
            return PlaceMatch("ambiguous", None, tuple(codes))
        return PlaceMatch("matched", codes[0])

    def _under(self, areas: Sequence[Area]) -> list[str]:
        """Codes of the last area that stand under a code of every area before it which the table has."""
        codes = self._codes.get(areas[-1].name, [])
        for area in areas[:-1]:
            above = set(self._codes.get(area.name, ()))
            # Without the larger area in the table there is nothing to tell the smaller ones apart by.
            if above:
                codes = [code for code in codes if above & set(self._ancestors(code))]
        return codes

    def _ancestors(self, code: str) -> list[str]:
        if self._parents:
            found: list[str] = []
            while (above := self._parents.get(code)) is not None and above not in found:
                found.append(above)
                code = above
            return found
        if not code.isdigit():
            return []
        return [code[:step].ljust(len(code), "0") for step in _CODE_STEPS if step < len(code)]
