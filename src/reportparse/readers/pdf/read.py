"""PDF files with a text layer: lines of print, ruled tables as grids, and the box on its page of every word and cell.

The steps: look at the streams before anything is unpacked, read what each page draws, lay it out, part furniture from
it, join what page breaks cut, and write one text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ...document import Image, SourceDocument
from ...errors import InputError
from ...kinds import Finding, Severity
from ...limits import Limits, exceeded, reached
from ...spans import Span
from .flow import Item, flow_of
from .furniture import part_furniture
from .guard import check_streams
from .layout import Sheet, lay_out
from .page import UNKNOWN, Page
from .pdfium import TAIL, PdfFile, open_pdf
from .writer import FlowWriter, measures, page_path

MEDIA_TYPE = "application/pdf"
# Glyphs, shapes and points of all pages together; 500 full pages have fewer. What comes after is not read.
MAX_MARKS = 1_000_000
# A picture that covers this share of its page may be the page, or a table.
LARGE_IMAGE = 0.1
# Shapes that a page without text must have to count as text drawn without characters.
MANY_SHAPES = 50
_END_MARK = b"%%EOF"
_RUN_OCR = "run OCR such as ocrmypdf over the file, and give its result"


def read_pdf(data: bytes, limits: Limits) -> SourceDocument:
    """Read a PDF file.

    Lines keep the order of the page, and words their distance. A ruled table is a grid, joined over page breaks; one
    whose rules do not part its values is text like any other. Pictures are not read: a page without text is told.

    Args:
        data: The file.
        limits: How much of it is read.

    Raises:
        InputError: The file is damaged, locked, over a limit, or holds no text at all.
        MissingExtraError: The extra ``pdf`` is not installed.
    """
    check_streams(data, limits)
    with open_pdf(data) as file:
        encrypted = file.decrypted() if file.is_encrypted else b""
        if not encrypted:
            return _read_file(file, data, limits)
    check_streams(encrypted, limits)
    with open_pdf(encrypted) as file:
        return _read_file(file, data, limits)


def _read_file(file: PdfFile, data: bytes, limits: Limits) -> SourceDocument:
    pages: list[Page] = []
    sheets: list[Sheet] = []
    marks = glyphs = 0
    for number in range(1, min(len(file), limits.max_pages) + 1):
        page = file.page(number)
        marks, glyphs = marks + page.marks, glyphs + len(page.glyphs)
        if glyphs > limits.max_characters and not pages:
            raise exceeded(limits, "max_characters", f"its first page has {glyphs:,} characters")
        if marks > MAX_MARKS or glyphs > limits.max_characters:
            break
        sheets.append(lay_out(page))
        pages.append(page)
    if not any(page.glyphs for page in pages):
        raise _no_text(pages, file)
    items = flow_of(part_furniture(sheets))
    writer = FlowWriter(*measures(items), limits.max_cells)
    written = [(item, writer.write(item)) for item in items]
    writer.turn_to(len(pages))
    places = writer.page_places
    findings = (
        *_told_of_file(file, data, len(pages), limits),
        *_told_of_pages(pages, sheets, places),
        *_told_of_characters(writer.text, places),
        *_told_of_tables(written, sheets, places),
        *(reached(limits, "max_cells", "a table was read as text: it has more cells", [s]) for s in writer.too_large),
    )
    return SourceDocument(
        writer.text,
        media_type=MEDIA_TYPE,
        grids=tuple(writer.grids),
        furniture=tuple(writer.furniture),
        metadata=file.metadata,
        images=tuple(_images(pages, places)),
        places=writer.places(),
        findings=findings,
    )


def _no_text(pages: Sequence[Page], file: PdfFile) -> InputError:
    """The error for a file of which no page has text."""
    if not pages:
        return InputError("the PDF file has no pages; fetch it again", code="pdf_damaged")
    if any(page.trouble == "crowded" for page in pages):
        message = "the PDF file draws more on a page than any report does, and holds no other text; print it anew"
        return InputError(message, code="pdf_overloaded")
    if all(page.trouble for page in pages):
        return InputError(
            "no page of the PDF file can be read; open it in a viewer and print it anew", code="pdf_damaged"
        )
    if file.attachments:
        return InputError(f"the PDF file holds no text, only {_attached(file)}", code="pdf_without_text")
    kinds = "pictures" if any(page.images for page in pages) else "drawings or empty"
    count = "its page is" if len(pages) == 1 else f"its {len(pages)} pages are"
    message = f"the PDF file holds no text: {count} {kinds}; {_RUN_OCR}"
    return InputError(message, code="pdf_without_text")


def _attached(file: PdfFile) -> str:
    names = ", ".join(file.attachments[:5]) + (" and others" if len(file.attachments) > 5 else "")
    return f"attached files, which are not read: {names}; save them and give them one by one"


def _images(pages: Sequence[Page], places: dict[int, int]) -> Iterator[Image]:
    """Large pictures: a page that is one by its number, one on a page of text by its box."""
    for page in pages:
        area = page.box.width * page.box.height
        large = [box for box in page.images if box.width * box.height >= LARGE_IMAGE * area]
        if large and not page.glyphs:
            yield Image(places[page.number], page_path(page.number))
        else:
            yield from (Image(places[page.number], page_path(page.number, box)) for box in large)


def _told_of_file(file: PdfFile, data: bytes, read: int, limits: Limits) -> Iterator[Finding]:
    if read < len(file) <= limits.max_pages or read < min(len(file), limits.max_pages):
        message = f"pages {read + 1} to {len(file)} were not read: the pages before them hold all the text that is read"
        yield Finding(code="limit_reached", severity="warning", message=message)
    elif read < len(file):
        found = f"pages {read + 1} to {len(file)} were not read: the file has {len(file)} pages"
        yield reached(limits, "max_pages", found)
    if file.attachments:
        yield Finding(code="pdf_attachments", severity="note", message=f"the PDF file has {_attached(file)}")
    if _END_MARK not in data[-TAIL:]:
        message = "the PDF file does not end as one does: it may be cut off, and pages may be missing; fetch it again"
        yield Finding(code="pdf_cut_off", severity="warning", message=message)


def _told_of_pages(pages: Sequence[Page], sheets: Sequence[Sheet], places: dict[int, int]) -> Iterator[Finding]:
    def told(code: str, severity: Severity, numbers: list[int], message: str) -> Iterator[Finding]:
        if numbers:
            spans = tuple(Span(places[number], places[number]) for number in numbers)
            yield Finding(code=code, severity=severity, message=f"{_pages(numbers)}: {message}", spans=spans)

    empty = [page for page in pages if not page.glyphs and not page.trouble]
    scans = [page.number for page in empty if page.images]
    drawn = [page.number for page in empty if not page.images and len(page.shapes) + page.curves > MANY_SHAPES]
    broken = [page.number for page in pages if page.trouble == "broken"]
    crowded = [page.number for page in pages if page.trouble == "crowded"]
    by_ocr = [page.number for page in pages if page.text_is_invisible]
    aside = [sheet.number for sheet in sheets if sheet.aside]
    yield from told("pdf_page_without_text", "warning", scans, f"a picture without text, which is not read; {_RUN_OCR}")
    yield from told("pdf_page_without_text", "warning", drawn, f"text drawn as shapes, which is not read; {_RUN_OCR}")
    yield from told(
        "pdf_page_unread", "warning", broken, "damaged, and not read; open the file in a viewer and print it anew"
    )
    yield from told("pdf_page_unread", "warning", crowded, "more is drawn than on any page of a report; not read")
    yield from told(
        "pdf_text_by_ocr",
        "warning",
        by_ocr,
        "the text was recognised from a picture; characters may be wrong or missing",
    )
    yield from told(
        "pdf_text_aside",
        "note",
        aside,
        "text that is invisible or askew; it stands at the end of its page and is no value",
    )


def _told_of_characters(text: str, places: dict[int, int]) -> Iterator[Finding]:
    unknown = [place for place, character in enumerate(text) if _is_unknown(character)] if not text.isascii() else []
    if unknown:
        page = max(number for number, start in places.items() if start <= unknown[0])
        message = (
            f"{len(unknown)} characters, the first on page {page}, have no meaning outside their font; "
            "a number with one of them is not read"
        )
        spans = tuple(Span(place, place + 1) for place in unknown[:100])
        yield Finding(code="pdf_characters_unknown", severity="warning", message=message, spans=spans)


def _is_unknown(character: str) -> bool:
    return character == UNKNOWN or (character >= "\ue000" and unicodedata.category(character) == "Co")


def _told_of_tables(
    written: Iterable[tuple[Item, Span]], sheets: Sequence[Sheet], places: dict[int, int]
) -> Iterator[Finding]:
    for item, span in written:
        if item.page_rows:
            numbers = [item.page, *(page for page, _ in item.page_rows)]
            again = f"; {item.repeated} cells printed again on them stand after it" if item.repeated else ""
            message = f"{_pages(numbers)}: a table that goes on over them is read as one{again}"
            yield Finding(code="table_joined", severity="note", message=message, spans=(span,))
    unread = [sheet.number for sheet in sheets if sheet.unread_rules]
    if unread:
        message = f"{_pages(unread)}: rules that do not part all values of a table; it is read as aligned text"
        spans = tuple(Span(places[number], places[number]) for number in unread)
        yield Finding(code="table_not_ruled", severity="note", message=message, spans=spans)


def _pages(numbers: Sequence[int]) -> str:
    return f"page {numbers[0]}" if len(numbers) == 1 else f"pages {', '.join(map(str, numbers))}"
