from hashlib import sha256

import pytest
from bs4 import BeautifulSoup
from lxml import html as lxml_html

from reportparse.document import RawDocument
from reportparse.errors import InputError
from reportparse.readers.sources import read_source

TEXT = "某市水务局2019年政府信息公开工作年度报告\n一、总体情况\n全年公开信息12条。"
PAGE = "<!DOCTYPE html><h1>年度报告</h1><nav>首页</nav><table><tr><td>规章</td><td>3</td></tr></table>"


def test_text_is_kept_as_it_is_handed_over() -> None:
    document = read_source(TEXT, "报告.txt")

    assert document.text == TEXT
    assert (document.name, document.media_type, document.encoding) == ("报告.txt", "text/plain", None)
    assert document.sha256 == sha256(TEXT.encode()).hexdigest()
    assert (document.grids, document.findings) == ((), ())


def test_text_and_its_bytes_are_the_same_document() -> None:
    from_text, from_bytes = read_source(TEXT), read_source(TEXT.encode())

    assert (from_text.text, from_text.sha256) == (from_bytes.text, from_bytes.sha256)
    assert from_bytes.encoding == "utf-8"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_bytes_is_decoded(kind: type) -> None:
    document = read_source(kind(TEXT.encode("gb18030")))

    assert document.text == TEXT
    assert document.encoding == "gb18030"
    assert document.encoding_evidence


def test_a_page_is_read_by_what_it_is_and_not_by_its_name() -> None:
    document = read_source(PAGE, "报告.txt")

    assert document.media_type == "text/html"
    assert [document.text[start:end].strip() for start, end in document.headings] == ["年度报告"]
    assert [document.text[start:end].strip() for start, end in document.furniture] == ["首页"]
    assert [document.text[cell.start : cell.end] for cell in document.grids[0].cells] == ["规章", "3"]


@pytest.mark.parametrize("name", ["报告.md", "报告.MD", "报告.markdown"])
def test_markdown_stays_a_text_and_its_tables_are_found_in_it(name: str) -> None:
    document = read_source(PAGE, name)

    assert (document.text, document.media_type) == (PAGE, "text/plain")
    assert [document.text[cell.start : cell.end] for cell in document.grids[0].cells] == ["规章", "3"]


def test_trees_are_read_like_the_page_and_not_changed() -> None:
    soup, tree = BeautifulSoup(PAGE, "html.parser"), lxml_html.fromstring(PAGE)
    before = str(soup), lxml_html.tostring(tree)

    documents = [read_source(soup, "a.html"), read_source(tree, "a.html")]

    expected = read_source(PAGE, "a.html")
    for document in documents:
        assert document.text.strip() == expected.text.strip()
        assert document.media_type == "text/html"
        assert document.encoding_evidence == ("a tree was handed over",)
        assert document.sha256 == sha256(document.text.encode()).hexdigest()
    assert (str(soup), lxml_html.tostring(tree)) == before


def test_half_characters_of_a_text_are_told() -> None:
    document = read_source("总体\ud800情况")

    assert document.text == "总体\ufffd情况"
    assert [finding.code for finding in document.findings] == ["invalid_characters"]


def test_findings_of_decoding_and_of_the_markup_stand_together() -> None:
    page = "<!DOCTYPE html>\ud800" + "<div>" * 4000 + "总体情况"

    codes = [finding.code for finding in read_source(page).findings]

    assert codes == ["invalid_characters", "html_too_deep"]


@pytest.mark.parametrize(
    "source", [b"", "", " \n\t\u3000", "\ufeff\u200b", b"\xef\xbb\xbf", "<html><script>1</script></html>"]
)
def test_a_document_without_print_is_refused(source: str | bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_source(source, "空.txt")

    assert (caught.value.code, caught.value.place) == ("empty_input", "空.txt")


def test_an_empty_tree_is_refused() -> None:
    with pytest.raises(InputError, match="no text"):
        read_source(BeautifulSoup("<p></p>", "html.parser"))


@pytest.mark.parametrize("source", [None, 12, ["一、总体情况"], {"text": "总计"}, object()])
def test_other_types_are_refused_with_their_name(source: object) -> None:
    with pytest.raises(InputError, match=type(source).__name__) as caught:
        read_source(source)

    assert caught.value.code == "unreadable_type"


def test_binary_data_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_source(bytes(range(256)) * 20)

    assert caught.value.code == "binary_input"


def test_a_page_of_frames_names_them() -> None:
    page = "<html><frameset><frame src=a.html><frame src=b.html></frameset>"

    with pytest.raises(InputError, match=r"shows other files: a.html, b.html; give") as caught:
        read_source(page, "index.html")

    assert (caught.value.code, caught.value.place) == ("empty_input", "index.html")


def test_a_page_that_only_shows_a_file_has_the_text_of_that_file() -> None:
    shown = RawDocument("crawl.zip/b.txt", TEXT.encode())
    raw = RawDocument("crawl.zip/a.html", b"<html><iframe src=b.txt></iframe>", parts=(shown,))

    document = read_source(raw)

    assert TEXT in document.text
    assert [part.name for part in document.parts] == ["crawl.zip/a.html", "crawl.zip/b.txt"]


def test_a_part_that_prints_nothing_is_told() -> None:
    raw = RawDocument("a.zip/a.txt", TEXT.encode(), parts=(RawDocument("a.zip/b.html", b"<html><p>"),))

    document = read_source(raw)

    assert [finding.code for finding in document.findings] == ["part_unreadable"]


def test_findings_about_the_markup_of_a_page_name_no_place_in_its_text() -> None:
    page = "<html><body>" + "<p></p>" * 50 + "<p>公开信息</p>"

    document = read_source(page.encode("gbk") + b"\xff<p>\xff</p>")

    [finding] = [finding for finding in document.findings if finding.code == "undecodable_bytes"]
    assert finding.spans == ()
    assert finding.message
