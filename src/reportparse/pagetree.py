"""The tree of a page, within what a parser of markup can bear."""

from __future__ import annotations

from typing import Any

from .errors import InputError

# The time that lxml takes for an element grows faster than the square of its attributes: 10,000 take 0.2 s, 80,000 a
# minute. The elements of real pages have a few dozen.
MAX_ATTRIBUTES = 2_000
# A page of so many bytes has no room for attributes that would matter.
_HARMLESS_SIZE = 100_000


def build_tree(etree: Any, page: bytes) -> tuple[Any, Any]:
    """Parse a page.

    Args:
        etree: The module ``lxml.etree``.
        page: The page, in UTF-8.

    Returns:
        The root, None where the page has no element, and the error log of the parser.

    Raises:
        InputError: An element has more than :data:`MAX_ATTRIBUTES` attributes.
    """
    if len(page) > _HARMLESS_SIZE:
        counter = _Counter()
        etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True, target=counter))
        if counter.most > MAX_ATTRIBUTES:
            message = (
                f"an element of the page has {counter.most:,} attributes; more than {MAX_ATTRIBUTES:,} are not read; "
                "save the page anew in a browser, and give that file"
            )
            raise InputError(message, code="too_many_attributes")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(page, parser), parser.error_log


class _Counter:
    """What a parser calls to tell of elements: notes the largest number of attributes, and builds nothing."""

    def __init__(self) -> None:
        self.most = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.most = max(self.most, len(attributes))

    def close(self) -> None:
        """End of the page."""
