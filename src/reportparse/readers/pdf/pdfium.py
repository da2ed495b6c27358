"""PDFium: opens a file and gives what each page draws. The only module that knows pypdfium2.

PDFium is used page by page, and each page is let go before the next. It is not safe in threads: one lock serves all.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...errors import InputError, MissingExtraError
from .draw import PageReader
from .page import Box, Page

# Names of attached files that are told.
MAX_ATTACHMENTS = 20
# A PDF file ends with a mark, after which some programs leave a few bytes.
TAIL = 2048
_CATALOGUE_RE = re.compile(rb"(\d{1,10}) 0 obj\s*<<[^>]{0,200}/Type\s*/Catalog\b")
_LOCK = threading.Lock()


def load_pdfium() -> tuple[Any, Any]:
    """The library and its raw functions."""
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as error:
        message = 'reading PDF files needs an optional library: pip install "reportparse[pdf]"'
        raise MissingExtraError(message, code="extra_missing") from error
    return pypdfium2, raw


@contextmanager
def open_pdf(data: bytes) -> Iterator[PdfFile]:
    """Open a PDF file; the library is locked until it is closed.

    Raises:
        InputError: The file is damaged, or locked with a password.
        MissingExtraError: The library is not installed.
    """
    library, raw = load_pdfium()
    with _LOCK:
        try:
            document = _opened(library, data)
        except library.PdfiumError as error:
            raise _not_opened(getattr(error, "err_code", None), raw) from error
        try:
            yield PdfFile(document, library, raw)
        finally:
            document.close()


def _opened(library: Any, data: bytes) -> Any:
    """The document; a file that lost its end is given one that names its catalogue, if it still has that."""
    try:
        return library.PdfDocument(data)
    except library.PdfiumError:
        catalogue = None if b"%%EOF" in data[-TAIL:] else _CATALOGUE_RE.search(data)
        if catalogue is None:
            raise
        end = b"\nendobj\ntrailer\n<< /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % catalogue[1]
        return library.PdfDocument(data + end)


def _not_opened(code: int | None, raw: Any) -> InputError:
    if code == raw.FPDF_ERR_PASSWORD:
        do = "open it with its password, save it without one, and give that file"
        return InputError(f"the PDF file is locked with a password; {do}", code="pdf_locked")
    if code == raw.FPDF_ERR_SECURITY:
        do = "open it in the program it was made for, print it to a PDF file, and give that file"
        return InputError(f"the PDF file is locked in a way that is not known; {do}", code="pdf_locked")
    do = "fetch it again, or open it in a viewer and print it to a new PDF file"
    return InputError(f"the PDF file is damaged: no page of it can be found; {do}", code="pdf_damaged")


class PdfFile:
    """An open file."""

    def __init__(self, document: Any, library: Any, raw: Any) -> None:
        self._document = document
        self._library = library
        self._raw = raw

    def __len__(self) -> int:
        return len(self._document)

    @property
    def is_encrypted(self) -> bool:
        """Whether its streams are encrypted, and can be read without a password all the same."""
        return bool(self._raw.FPDF_GetSecurityHandlerRevision(self._document) != -1)

    @property
    def attachments(self) -> list[str]:
        """The names of the files that are attached to it, as in a portfolio."""
        names: list[str] = []
        for place in range(min(self._document.count_attachments(), MAX_ATTACHMENTS)):
            with suppress(self._library.PdfiumError):
                names.append(self._document.get_attachment(place).get_name())
        return names

    @property
    def metadata(self) -> dict[str, str]:
        """What it says of itself."""
        return {key: value for key, value in self._document.get_metadata_dict(skip_empty=True).items() if value.strip()}

    def decrypted(self) -> bytes:
        """The file without its encryption."""
        buffer = io.BytesIO()
        self._document.save(buffer, flags=self._raw.FPDF_REMOVE_SECURITY)
        return buffer.getvalue()

    def page(self, number: int) -> Page:
        """What a page draws; pages count from 1. One that cannot be read is told by its ``trouble``."""
        with suppress(self._library.PdfiumError):
            page = self._document[number - 1]
            try:
                text = page.get_textpage()
                try:
                    return PageReader(self._raw, page.raw, text.raw, number).read()
                finally:
                    text.close()
            finally:
                page.close()
        return Page(number, Box(0, 0, 0, 0), trouble="broken")
