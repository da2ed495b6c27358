import gzip
import io
import zipfile

import pytest

from reportparse.errors import InputError
from reportparse.readers.formats import recognize_format, recognize_members
from reportparse.readers.sources import read_source


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


def open_document(kind: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr("content.xml", "x")
    return buffer.getvalue()


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n junk %PDF-1.4\n", "pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("mimetype", "content.xml"), "office"),
        (open_document("spreadsheet"), "xlsx"),
        (open_document("text"), "office"),
        (open_document("spreadsheet")[:-30], "xlsx"),
        (archive("[Content_Types].xml", "word/document2.xml"), "docx"),
        (archive("report.html", "report.docx"), "archive"),
        (archive("[Content_Types].xml", "word/document.xml")[:-30], "docx"),
        (OLD + "WordDocument".encode("utf-16-le"), "office"),
        (OLD + "Workbook".encode("utf-16-le"), "xlsx"),
        (OLD, "office"),
        (b"{\\rtf1 x}", "office"),
        (b"WARC/1.0\r\n", "archive"),
        (gzip.compress(b"WARC/1.1\r\n"), "archive"),
        (gzip.compress(b"<html>"), ""),
        (b"\x1f\x8b\x08 cut", ""),
    ],
)
def test_a_file_is_known_by_its_bytes(data: bytes, reader: str) -> None:
    found = recognize_format(data)

    assert found is not None
    assert found.reader == reader


@pytest.mark.parametrize("data", [b"", "一、总体情况".encode(), b"<p>%PDF-1.7 is a format</p>", b"PK", b"GIF"])
def test_text_is_of_no_known_format(data: bytes) -> None:
    assert recognize_format(data) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x7fELF\x02\x01", "ELF"),
        (gzip.compress(b"<html>"), "gzip"),
        (archive("ppt/presentation.xml"), "PPTX"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_has_no_reader_is_refused_with_what_to_do(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read_source(data, "report")

    assert (caught.value.code, caught.value.place) == ("binary_input", "report")
    assert ";" in caught.value.message


def test_an_archive_is_no_single_document() -> None:
    with pytest.raises(InputError, match="iter_documents") as caught:
        read_source(archive("a.html"), "all.zip")

    assert caught.value.code == "is_an_archive"


def test_archive_is_told_by_the_names_of_its_members() -> None:
    assert recognize_members({"xl/workbook.xml", "a"}).reader == "xlsx"
    assert recognize_members(set()).reader == "archive"
