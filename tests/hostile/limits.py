"""Documents that are harmless and go over a limit which a caller lowered: each limit is enforced and told by name."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.files import HostileFile, written
from hostile.packages import docx, paragraph, word_body, xlsx
from hostile.pdfs import pages_of, pdf
from hostile.reports import TITLE, flat_report, page_of, page_report
from hostile.sheets import report_sheet
from hostile.zips import Member, zip_of
from reportparse.limits import Limits

REFUSED = frozenset({"limit_exceeded"})
TOLD = frozenset({"limit_reached"})
_BYTES = Limits(max_bytes=500)
_CHARACTERS = Limits(max_characters=300)
_CELLS = Limits(max_cells=20)
_PIECES = Limits(max_pieces=100)
_NESTING = Limits(max_nesting=5)
_RATIO = Limits(max_ratio=2)
# Small files may unpack as they like; this is large enough to matter.
_LONG = f"<!-- {' ' * 3_000_000} -->"


def files() -> Iterator[HostileFile]:
    """Every document that goes over a lowered limit."""
    yield written("limit/bytes.txt", flat_report(), REFUSED, limits=_BYTES)
    yield written("limit/bytes.html", page_report(), REFUSED, limits=_BYTES)
    yield HostileFile("limit/bytes.docx", lambda: docx(word_body()), REFUSED, _BYTES)
    yield HostileFile("limit/bytes.pdf", lambda: pdf(pages_of(3)), REFUSED, _BYTES)
    yield HostileFile("limit/bytes-of-member.zip", lambda: _archive(1), REFUSED | TOLD, Limits(max_bytes=1_000))
    yield written("limit/characters.txt", flat_report(), REFUSED, limits=_CHARACTERS)
    yield written("limit/characters.html", page_report(), REFUSED, limits=_CHARACTERS)
    yield HostileFile("limit/characters.docx", lambda: docx(word_body()), REFUSED | TOLD, _CHARACTERS)
    yield HostileFile("limit/characters.pdf", lambda: pdf(pages_of(9)), REFUSED | TOLD, _CHARACTERS)
    yield HostileFile("limit/characters.xlsx", lambda: xlsx(report_sheet()), REFUSED | TOLD, _CHARACTERS)
    yield written("limit/elements.html", page_report(), REFUSED, limits=Limits(max_elements=100))
    yield written("limit/pieces.txt", flat_report(), TOLD, limits=_PIECES)
    yield written("limit/pieces.html", page_report(), TOLD, limits=_PIECES)
    yield HostileFile("limit/pieces.docx", lambda: docx(word_body()), TOLD, _PIECES)
    yield HostileFile("limit/pieces.pdf", lambda: pdf(pages_of(1)), TOLD, _PIECES)
    yield written("limit/cells.html", page_report(), TOLD, limits=_CELLS)
    yield written("limit/cells.md", page_report().partition("<table")[2].join(["# a\n<table", ""]), TOLD, limits=_CELLS)
    yield HostileFile("limit/cells.docx", lambda: docx(word_body()), TOLD | REFUSED, _CELLS)
    yield HostileFile("limit/cells.xlsx", lambda: xlsx(report_sheet()), TOLD | REFUSED, _CELLS)
    yield HostileFile("limit/cells.pdf", lambda: pdf(pages_of(1)), TOLD | REFUSED, _CELLS)
    yield written("limit/nesting.html", page_of("<div>" * 9 + "文"), frozenset({"html_too_deep"}), limits=_NESTING)
    yield HostileFile("limit/nesting.docx", lambda: docx(paragraph(TITLE)), REFUSED, Limits(max_nesting=2))
    yield HostileFile("limit/pages.pdf", lambda: pdf(pages_of(5)), TOLD, Limits(max_pages=2))
    yield HostileFile("limit/members.docx", lambda: docx(word_body()), REFUSED, Limits(max_members=3))
    yield HostileFile("limit/members.zip", lambda: _archive(9), TOLD | REFUSED, Limits(max_members=3))
    yield HostileFile("limit/ratio.docx", lambda: docx(word_body() + _LONG), REFUSED, _RATIO)
    yield HostileFile("limit/ratio.xlsx", lambda: xlsx(report_sheet() + _LONG), REFUSED, _RATIO)
    yield HostileFile("limit/ratio.zip", lambda: zip_of([Member(b"a.txt", _LONG.encode())]), REFUSED | TOLD, _RATIO)


def _archive(count: int) -> bytes:
    return zip_of([Member(b"%d.txt" % number, flat_report().encode()) for number in range(count)])
