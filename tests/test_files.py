import os
from pathlib import Path

import pytest

from reportparse import parse_report, read_report
from reportparse.errors import InputError, ReportParseError
from reportparse.options import ParseOptions

TEXT = "某市水务局2019年政府信息公开工作年度报告\n一、总体情况\n全年公开信息12条。\n"


def test_a_file_is_read_like_its_bytes_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "水务局.2019.txt"
    path.write_text(TEXT, "utf-8", newline="")

    report = read_report(path)

    assert report == parse_report(TEXT.encode(), name=path.name)
    assert (report.id, report.source.name) == ("水务局.2019", "水务局.2019.txt")


def test_a_path_may_be_a_string_and_options_are_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")

    assert read_report(str(path), options=ParseOptions(blank_as_zero=True)).year == 2019


def code_of(path: Path | str) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        read_report(path)
    return caught.value.code, caught.value.place


def test_a_file_that_is_missing_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "gone.txt"

    assert code_of(path) == ("file_missing", str(path))


def test_a_folder_is_no_report(tmp_path: Path) -> None:
    assert code_of(tmp_path) == ("is_a_folder", str(tmp_path))


def test_a_path_that_no_system_has_is_unreadable() -> None:
    assert code_of("a\0b.txt") == ("unreadable", "a\0b.txt")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no symbolic links")
def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)

    assert code_of(loop) == ("unreadable", str(loop))


def test_an_empty_file_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")

    assert code_of(path) == ("empty_input", "empty.txt")


def test_every_error_of_reading_is_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ReportParseError):
        read_report(tmp_path / "gone.txt")
