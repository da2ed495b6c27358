"""The tree of a page, within what a parser of markup can bear, and the paths of its elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...limits import Limits, exceeded

if TYPE_CHECKING:
    from lxml.etree import _Element

CELL_TAGS = frozenset(("td", "th"))
# The time that lxml takes for an element grows faster than the square of its attributes: 10,000 take 0.2 s, 80,000 a
# minute. The elements of real pages have a few dozen.
MAX_ATTRIBUTES = 2_000
# A row of more cells is none of a form; the paths of all of them would take more than the page.
MAX_CELLS = 200
# Paths that are longer are written anew each time: one for each of a thousand elements inside one another is megabytes.
MAX_KEPT_PATH = 1_000
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
        if counter.count - len(page) // _USUAL_BYTES > limits.max_elements:
            raise exceeded(limits, "max_elements", f"the page has {counter.count:,} elements in {len(page):,} bytes")
        if counter.most > MAX_ATTRIBUTES:
            message = (
                f"an element of the page has {counter.most:,} attributes; more than {MAX_ATTRIBUTES:,} are not read; "
                "save the page anew in a browser, and give that file"
            )
            raise InputError(message, code="too_many_attributes")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(page, parser), parser.error_log


class _Counter:
    """What a parser calls to tell of elements: counts them and the attributes of each, and builds nothing."""

    def __init__(self) -> None:
        self.count = 0
        self.most = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(attributes) > self.most:
            self.most = len(attributes)

    def close(self) -> None:
        """End of the page."""


class ElementPaths:
    """The paths of the elements that places stand in, as lxml writes them.

    lxml finds each path from the root anew and counts the siblings of every element on the way. Here the children of
    an element are counted once, and paths are asked for next to one another.

    Args:
        tree: The tree of a page.
        elements: The element of each place; for the cells of a row that was read at once it is the row.
        rows: The rows that were read at once, with the number of the place of their first cell.
    """

    def __init__(self, tree: Any, elements: Sequence[_Element], rows: Mapping[_Element, int]) -> None:
        self._tree = tree
        self._elements = elements
        self._rows = rows
        self._known: dict[int, str] = {}  # paths of places
        self._paths: dict[_Element, str] = {}
        self._steps: dict[_Element, str] = {}  # the last part of a path

    def path_of(self, first: int, last: int) -> str:
        """The path of the element that holds all of some places, such as the cell of a number in two paragraphs."""
        if last > first:
            return self._path(self._around(first, last))
        return self._known.get(first) or self._learn(first)

    def _learn(self, place: int) -> str:
        """The path of a place; those of the cells beside it are kept too, unless they would take more than the page."""
        row = self._elements[place]
        start = self._rows.get(row)
        if start is None or len(row) > MAX_CELLS:
            return self._path(self._element(place))
        base = self._path(row)
        self._known.update(enumerate([f"{base}/{step}" for step in _steps_to(row)], start))
        return self._known[place]

    def _element(self, place: int) -> _Element:
        element = self._elements[place]
        start = self._rows.get(element)
        return element if start is None else element[place - start]

    def _around(self, first: int, last: int) -> _Element:
        """The innermost element that holds two places."""
        element, end = self._element(first), self._element(last)
        around = {end, *end.iterancestors()}
        return next((one for one in (element, *element.iterancestors()) if one in around), element)

    def _path(self, element: _Element) -> str:
        """The path of an element: from the nearest one above whose path is known, step by step."""
        way: list[_Element] = []
        while (path := self._paths.get(element)) is None:
            parent = element.getparent()
            if parent is None or element.tag.startswith("{"):
                path = self._paths[element] = self._tree.getpath(element)
                break
            if element not in self._steps:
                self._steps.update(zip(parent, _steps_to(parent), strict=True))
            way.append(element)
            element = parent
        for element in reversed(way):
            path = f"{path}/{self._steps[element]}"
            if len(path) <= MAX_KEPT_PATH:
                self._paths[element] = path
        return path


def _steps_to(parent: _Element) -> Iterator[str]:
    """The last part of the path of each child: its name, with its number where others have the same."""
    tags = [child.tag for child in parent]
    numbers = {tag: 0 for tag, count in Counter(tags).items() if count > 1}
    for tag in tags:
        if tag in numbers:
            numbers[tag] += 1
            yield f"{tag}[{numbers[tag]}]"
        else:
            yield tag
