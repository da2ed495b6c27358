"""Which files are parts of which page: a page with its attachments is one document, a list of reports is many.

What a page links to in the same archive is a part of it, unless it looks like a document of its own:

- another page of the archive links to it too;
- its link names a year that the title of the page does not name, or links of the page name several years;
- its link names a report or a body, and another link of the page names another report or body;
- more files than :data:`MAX_PARTS` remain: then the page is a list, and none of them is a part of it.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..limits import Limits
from ..readers.html.read import read_html
from ..text.decode import decode
from .members import Member
from .weblinks import LinkIndex, key_of, unquoted

# A report has one file, or its text and the tables beside it; real pages have up to five.
MAX_PARTS = 8
_YEAR_RE = re.compile(r"((?:19|20)\d\d)\s*年")
# What names a report, or the body whose report it is.
_REPORT_RE = re.compile(r"年度?报告?|(?:局|委|会|办|室|厅|院|处|所|镇|乡|街道|中心|政府|区|县|市|公司|集团|大学|学校)$")
# What a link says of the format of its file, and not of what is in it.
_FORMAT_RE = re.compile(
    r"[\s.．:：()（）《》【】\[\]]|附件|点击|下载|查看|版|(?:pdf|docx?|wps|xlsx?|word|excel)", re.IGNORECASE
)
_PAGE_RE = re.compile(rb"<(?:!doctype|html|head|body|meta|title|frameset|iframe|table|div|p|a)\b", re.IGNORECASE)
_LINK_RE = re.compile(rb"\b(?:href|src|data)\s*=", re.IGNORECASE)
_BASE_RE = re.compile(r"<base\b[^<>]{0,400}?\bhref\s*=\s*[\"']?([^\"'<>\s]+)", re.IGNORECASE)
_TITLE_RE = re.compile(r"<title\b[^<>]*+>([^<]{0,500})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """A page with its links to files of the same archive.

    Attributes:
        page: Its number among the members.
        address: Where it is.
        title: What it says its title is.
        links: For each file the numbers of the members that it may be, and the words of the link.
    """

    page: int
    address: str
    title: str
    links: tuple[tuple[tuple[int, ...], str], ...]


def looks_like_page(head: bytes) -> bool:
    """Whether the first bytes of a file may be those of a page with links."""
    return bool(_PAGE_RE.search(head))


def read_links(number: int, page: Member, data: bytes, index: LinkIndex, limits: Limits) -> PageLinks:
    """The links of a page to files of its archive; none if it cannot be read, which its parse will tell.

    Args:
        number: The number of the page among the members.
        page: The page.
        data: Its bytes.
        index: The files that links may lead to.
        limits: How much is read at the most.
    """
    links: dict[tuple[int, ...], str] = {}
    title = ""
    if _LINK_RE.search(data):
        try:
            text = decode(data, declared=page.charset).text
            document = read_html(text, limits)
        except InputError:
            return PageLinks(number, page.address, "", ())
        base, found = _BASE_RE.search(text), _TITLE_RE.search(text)
        headings = [document.text[span.start : span.end] for span in document.headings[:1]]
        title = " ".join([found[1] if found else "", document.metadata.get("ArticleTitle", ""), *headings])
        for link in (*document.links, *document.frames):
            if files := tuple(index.find(page.address, link.address, base[1] if base else "")):
                words = document.text[link.span.start : link.span.end].strip()
                name = posixpath.basename(unquoted(link.address))
                links[files] = max(links.get(files, ""), words or name, key=len)
    return PageLinks(number, page.address, title, tuple(links.items()))


def find_parts(pages: Iterable[PageLinks]) -> dict[int, tuple[int, ...]]:
    """The parts of each page that has any, in the order of its links.

    Example:
        >>> report = PageLinks(0, "a.html", "2023年年度报告", (((1,), "附件：统计表.xlsx"),))
        >>> find_parts([report])
        {0: (1,)}
        >>> find_parts([PageLinks(0, "a.html", "年度报告", (((1,), "2022年年报"), ((2,), "2023年年报")))])
        {}
    """
    pages = [page for page in pages if page.links]
    linking: defaultdict[int, set[str]] = defaultdict(set)
    for page in pages:
        for files, _ in page.links:
            for file in files:
                linking[file].add(key_of(page.address))
    parts: dict[int, tuple[int, ...]] = {}
    for page in pages:
        own = [
            min(files, key=lambda file: abs(file - page.page))  # of several captures the one beside that of the page
            for files, words in _belonging(page)
            if all(len(linking[file]) == 1 for file in files)
        ]
        if 0 < len(own) <= MAX_PARTS:
            parts[page.page] = tuple(dict.fromkeys(own))
    return parts


def _belonging(page: PageLinks) -> Sequence[tuple[tuple[int, ...], str]]:
    """The links to what looks like a part of this page, by their words."""
    of_page = set(_YEAR_RE.findall(page.title))
    named = [set(_YEAR_RE.findall(words)) for _, words in page.links]
    allowed = of_page or (set().union(*named) if len(set().union(*named)) == 1 else set())
    bare = [_FORMAT_RE.sub("", words) for _, words in page.links]
    reports = {words for words in bare if _REPORT_RE.search(words)}
    return [
        link
        for link, years, words in zip(page.links, named, bare, strict=True)
        if years <= allowed and (len(reports) <= 1 or words not in reports)
    ]
