"""The fields of a Word file: an instruction, which is not printed, and its last result, which is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ...resources import read_json

# The last argument of an equation field is what stands in the circle, or under the reading: EQ \o\ac(○,3).
_EQUATION_RE = re.compile(r"\s*EQ\b.*?[,，;]\s*([^,，;()]*)\)+\s*", re.IGNORECASE | re.DOTALL)
_NAME_RE = re.compile(r"\s*([A-Za-z]+)")
_MAX_CODE = 2_000
# Fields inside one another; more of them were never ended.
_MAX_OPEN = 50


@dataclass(slots=True)
class _Field:
    """A field that has begun."""

    code: str = ""
    has_result: bool = False
    is_printed: bool = False


@cache
def _page_fields() -> frozenset[str]:
    return frozenset(read_json("word.json")["page_fields"])


class Fields:
    """The fields that are open at a place of the text, one inside another."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def is_printed(self) -> bool:
        """Whether text at this place is printed: it stands in the result of every open field."""
        return all(field.is_printed for field in self._open)

    def mark(self, kind: str) -> str:
        """Begin a field, go over to its result, or end it; tells what is printed for one that stores no result."""
        if kind == "begin":
            del self._open[:-_MAX_OPEN]
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            field = self._open[-1]
            field.has_result, field.is_printed = True, not prints_page_number(field.code)
        elif kind == "end" and self._open:
            field = self._open.pop()
            match = None if field.has_result else _EQUATION_RE.fullmatch(field.code)
            return match[1] if match else ""
        return ""

    def add(self, code: str) -> None:
        """A piece of an instruction."""
        if self._open and len(self._open[-1].code) < _MAX_CODE:
            self._open[-1].code += code

    def end_paragraph(self) -> None:
        """An instruction ends with its paragraph at the latest, so that a damaged field hides no further text."""
        self._open = [field for field in self._open if field.has_result]
        for field in self._open:
            field.is_printed = True


def prints_page_number(code: str) -> bool:
    """Whether a field prints a number that differs from page to page.

    Example:
        >>> prints_page_number(" PAGE  \\\\* MERGEFORMAT "), prints_page_number("DATE")
        (True, False)
    """
    match = _NAME_RE.match(code)
    return match is not None and match[1].upper() in _page_fields()
