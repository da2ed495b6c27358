"""Addresses of web pages and paths in archives: which file a printed link leads to."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes, urljoin

_SCHEME_RE = re.compile(r"(?:[a-z][\w+.-]*:)?//", re.IGNORECASE)


def unquoted(address: str) -> str:
    """An address with its percent signs undone, as UTF-8 or else as GBK.

    Example:
        >>> unquoted("a%20b"), unquoted("%E5%B9%B4"), unquoted("%C4%EA")
        ('a b', '年', '年')
    """
    if "%" not in address:
        return address
    data = unquote_to_bytes(address)
    for codec in ("utf-8", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return address


def is_url(address: str) -> bool:
    """Whether an address names a server."""
    return bool(_SCHEME_RE.match(address))


class LinkIndex:
    """The files of one archive by where they are, so that a link finds them.

    Where pages were saved by a browser their links lead to other folders than the files lie in; so a link that leads
    nowhere finds the one file of its name.

    Example:
        >>> index = LinkIndex([(3, "2023/报告.pdf"), (7, "2023/a_files/表.docx")])
        >>> index.find("2023/a.html", "./%E6%8A%A5%E5%91%8A.pdf"), index.find("2023/a.html", "http://example.org/表.docx")
        ([3], [7])
    """

    def __init__(self, addresses: Iterable[tuple[int, str]]) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        for number, address in addresses:
            key = key_of(address)
            self._places[key].append(number)
            if not is_url(address):
                self._names[posixpath.basename(key)].append(number)

    def find(self, page: str, link: str, base: str = "") -> list[int]:
        """The numbers of the files that a link may lead to: several if one address was collected more than once.

        Args:
            page: The address of the page.
            link: The address as printed in it.
            base: What the page says its links begin at.
        """
        if is_url(page):
            try:
                return self._places.get(key_of(urljoin(urljoin(page, base), link)), [])
            except ValueError:  # no address at all
                return []
        path = key_of(link)
        if not is_url(link):
            for folder in (posixpath.join(posixpath.dirname(page), base), ""):
                if found := self._places.get(key_of(posixpath.join(folder, path)), []):
                    return found
        found = self._names.get(posixpath.basename(path), [])
        return found if len(found) == 1 else []


def key_of(address: str) -> str:
    """What is equal for addresses that lead to one file.

    Example:
        >>> key_of("https://example.org/a.html#top") == key_of("http://example.org/A.html")
        True
    """
    without_scheme = _SCHEME_RE.sub("", address.replace("\\", "/").strip())
    path = unquoted(without_scheme.partition("#")[0])
    return posixpath.normpath(path.lstrip("/")).casefold() if path else ""
