"""The tree of a page, within what a parser of markup can bear, and the paths of its elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...limits import Limits, exceeded
from ..grids import CellShape

if TYPE_CHECKING:
    from lxml.etree import _Element

CELL_TAGS = frozenset(("td", "th"))
# The time that lxml takes for an element grows faster than the square of its attributes: 10,000 take 0.2 s, 80,000 a
# minute. The elements of real pages have a few dozen.
MAX_ATTRIBUTES = 2_000
# A row of more cells is none of a form; the paths of all of them would take more than the page.
MAX_CELLS = 200
# A page of so many bytes has no room for attributes that would matter.
_HARMLESS_SIZE = 100_000
# A page has one element in so many bytes without being asked: those of reports have one in seventy to three hundred.
_USUAL_BYTES = 100


def build_tree(etree: Any, page: bytes, limits: Limits) -> tuple[Any, Any]:
    """Parse a page, whose elements are counted first where it has room for too many: a tree may need fifty times it.

    Args:
        etree: The module ``lxml.etree``.
        page: The page, in UTF-8.
        limits: How many elements it may have.

    Returns:
        The root, None where the page has no element, and the error log of the parser.

    Raises:
        InputError: The page has too many elements, or one of them more than :data:`MAX_ATTRIBUTES` attributes.
    """
    if len(page) > min(_HARMLESS_SIZE, limits.max_elements):
        counter = _Counter()
        etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True, target=counter))
        count, most = len(counter.sizes), max(counter.sizes, default=0)
        if count - len(page) // _USUAL_BYTES > limits.max_elements:
            raise exceeded(limits, "max_elements", f"the page has {count:,} elements in {len(page):,} bytes")
        if most > MAX_ATTRIBUTES:
            message = (
                f"an element of the page has {most:,} attributes; more than {MAX_ATTRIBUTES:,} are not read; "
                "save the page anew in a browser, and give that file"
            )
            raise InputError(message, code="too_many_attributes")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(page, parser), parser.error_log


class _Counter:
    """What a parser calls to tell of elements: notes how many attributes each has, and builds nothing."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.sizes.append(len(attributes))

    def close(self) -> None:
        """End of the page."""


class ElementPaths:
    """The paths of the elements that places stand in, as lxml writes them.

    lxml finds each path from the root anew and counts the siblings of every element on the way. Results point at most
    cells of a row, so their paths are written together.

    Args:
        tree: The tree of a page.
        elements: The element of each place; for the cells of a row that was read at once it is the row.
        rows: The rows that were read at once, with the number of the place of their first cell, and their shapes.
    """

    def __init__(
        self, tree: Any, elements: Sequence[_Element], rows: Mapping[_Element, tuple[int, Sequence[CellShape]]]
    ) -> None:
        self._tree = tree
        self._elements = elements
        self._rows = rows
        self._places: dict[int, str] = {}  # paths of cells of rows that were read at once
        self._cells: dict[_Element, str] = {}  # and of cells of other rows

    def path_of(self, first: int, last: int) -> str:
        """The path of the element that holds all of some places, such as the cell of a number in two paragraphs."""
        if last > first:
            return self._path(self._around(first, last))
        return self._places.get(first) or self._learn(first)

    def _learn(self, place: int) -> str:
        """The path of a place; those of the cells beside it are kept too."""
        row = self._elements[place]
        if row not in self._rows:
            return self._path(row)
        start, shapes = self._rows[row]
        if len(shapes) > MAX_CELLS:
            return self._path(row[place - start])
        paths = self._paths_in(row, ["th" if is_head else "td" for _, _, is_head in shapes])
        self._places.update(enumerate(paths, start))
        return self._places[place]

    def _path(self, element: _Element) -> str:
        if (path := self._cells.get(element)) is not None:
            return path
        around, tag = element.getparent(), element.tag
        if around is not None and tag in CELL_TAGS and len(around) <= MAX_CELLS:
            self._cells.update(zip(around, self._paths_in(around, [cell.tag for cell in around]), strict=True))
            return self._cells[element]
        if around is not None and around.tag in CELL_TAGS and len(around) == 1 and not tag.startswith("{"):
            return f"{self._path(around)}/{tag}"  # the paragraph of a cell
        return str(self._tree.getpath(element))

    def _paths_in(self, row: _Element, tags: Sequence[str]) -> list[str]:
        """The paths of what stands in a row: each name has a number where others have the same."""
        base = self._tree.getpath(row)
        if len(set(tags)) == 1 < len(tags):
            return [f"{base}/{tags[0]}[{number}]" for number in range(1, len(tags) + 1)]
        counts, numbers = Counter(tags), Counter[str]()
        paths = []
        for tag in tags:
            numbers[tag] += 1
            paths.append(f"{base}/{tag}[{numbers[tag]}]" if counts[tag] > 1 else f"{base}/{tag}")
        return paths

    def _around(self, first: int, last: int) -> _Element:
        """The innermost element that holds two places."""
        element, end = self._element(first), self._element(last)
        around = {end, *end.iterancestors()}
        return next((one for one in (element, *element.iterancestors()) if one in around), element)

    def _element(self, place: int) -> _Element:
        element = self._elements[place]
        return element[place - self._rows[element][0]] if element in self._rows else element
