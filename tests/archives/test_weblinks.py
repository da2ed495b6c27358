import pytest

from reportparse.archives.weblinks import LinkIndex, unquoted


def found(page: str, link: str, *files: str, base: str = "") -> list[str]:
    return [files[number] for number in LinkIndex(enumerate(files)).find(page, link, base)]


@pytest.mark.parametrize(
    ("page", "link", "file"),
    [
        ("2023/a.html", "b.pdf", "2023/b.pdf"),
        ("2023/a.html", "./附件/../b.pdf#page=2", "2023/b.pdf"),
        ("2023/a.html", "../2022/b.pdf", "2022/b.pdf"),
        ("2023/a.html", "/att/b.pdf", "att/b.pdf"),
        ("2023/a.html", "att\\b.PDF", "2023/att/b.pdf"),
        ("a.html", "%E9%99%84%E4%BB%B6.docx", "附件.docx"),
        ("a.html", "%B8%BD%BC%FE.docx", "附件.docx"),
        ("a.html", "./年报_files/b.pdf", "年报_files/b.pdf"),
        ("a.html", "http://www.example.org/att/2023/b.pdf", "a_files/b.pdf"),
        ("x/a.html", "../../../b.pdf", "b.pdf"),
    ],
)
def test_link_finds_its_file_in_an_archive_of_files(page: str, link: str, file: str) -> None:
    assert found(page, link, "other.pdf", file) == [file]


def test_name_that_several_files_have_finds_none() -> None:
    assert found("a.html", "http://example.org/b.pdf", "1/b.pdf", "2/b.pdf") == []


@pytest.mark.parametrize(
    ("link", "base", "file"),
    [
        ("b.pdf", "", "http://example.org/2023/b.pdf"),
        ("/b.pdf?id=1", "", "http://example.org/b.pdf?id=1"),
        ("https://example.org/b.pdf#x", "", "http://example.org/b.pdf"),
        ("//files.example.org/b.pdf", "", "http://files.example.org/b.pdf"),
        ("b.pdf", "/att/", "http://example.org/att/b.pdf"),
        ("b.pdf", "http://files.example.org/", "http://files.example.org/b.pdf"),
        ("附件.pdf", "", "http://example.org/2023/%E9%99%84%E4%BB%B6.pdf"),
        ("%B8%BD%BC%FE.pdf", "", "http://example.org/2023/%B8%BD%BC%FE.pdf"),
    ],
)
def test_link_finds_its_address_in_a_crawl(link: str, base: str, file: str) -> None:
    assert found("http://example.org/2023/a.html", link, "http://example.org/x", file, base=base) == [file]


@pytest.mark.parametrize("link", ["", "#", "javascript:void(0)", "mailto:a@example.org", "http://["])
@pytest.mark.parametrize("page", ["a.html", "http://example.org/a.html"])
def test_link_that_leads_to_no_file_finds_none(page: str, link: str) -> None:
    assert found(page, link, "b.pdf", "http://example.org/b.pdf") == []


def test_each_capture_of_an_address_is_found() -> None:
    files = ["http://example.org/b.pdf", "http://example.org/c.pdf", "http://example.org/b.pdf"]

    assert LinkIndex(enumerate(files)).find("http://example.org/a.html", "b.pdf") == [0, 2]


def test_percent_signs_that_mean_nothing_stay() -> None:
    assert (unquoted("100%"), unquoted("%ff%")) == ("100%", "%ff%")
