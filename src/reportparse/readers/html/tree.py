"""The tree of a page, within what a parser of markup can bear, and the paths of its elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...limits import Limits, exceeded
from .tables import CELL_TAGS

if TYPE_CHECKING:
    from lxml.etree import _Element

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

    lxml finds each path from the root anew and counts the siblings of every element on the way. Results point at most
    cells of a row, so their paths are written together.

    Args:
        tree: The tree of a page.
        elements: The elements of the places.
    """

    def __init__(self, tree: Any, elements: Sequence[_Element]) -> None:
        self._tree = tree
        self._elements = elements
        self._known: dict[_Element, str] = {}

    def path_of(self, first: int, last: int) -> str:
        """The path of the element that holds all of some places, such as the cell of a number in two paragraphs."""
        element = self._elements[first]
        if last > first:
            end = self._elements[last]
            around = {end, *end.iterancestors()}
            element = next((one for one in (element, *element.iterancestors()) if one in around), element)
        return self._known.get(element) or self._learn(element)

    def _learn(self, element: _Element) -> str:
        """The path of an element; those of the cells beside it that have the same name are kept too."""
        row, tag = element.getparent(), element.tag
        if row is None or tag not in CELL_TAGS or len(row) > MAX_CELLS:
            path: str = self._tree.getpath(element)
            return path
        cells = [cell for cell in row if cell.tag == tag]
        path = f"{self._tree.getpath(row)}/{tag}"
        for number, cell in enumerate(cells, 1):
            self._known[cell] = f"{path}[{number}]" if len(cells) > 1 else path
        return self._known[element]
