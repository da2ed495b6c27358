import pytest

from reportparse.tables.observe import Observation, observe
from reportparse.tables.rows import Token
from reportparse.text.words import Words


def seen(text: str) -> Observation:
    """A text without markup; page breaks are form feeds, which the normal text has as line breaks."""
    breaks = [place for place, char in enumerate(text) if char == "\f"]
    normal = text.replace("\f", "\n")
    return observe(normal, [], Words(), breaks)


def words(text: str) -> list[str]:
    return [token.text for token in seen(text).tokens]


# Tokens


def test_a_token_knows_its_place_in_line_and_text() -> None:
    text = "规章 12\n\n\n 总计  3"

    word = Words()
    assert seen(text).tokens == [
        Token(0, 2, word["规章"], line=0, offset=0, gap=0),
        Token(3, 5, word["12"], line=0, offset=3, gap=-1),
        Token(9, 11, word["总计"], line=3, offset=1, gap=2),
        Token(13, 14, word["3"], line=3, offset=5, gap=-1),
    ]


def test_every_kind_of_space_parts_tokens() -> None:
    assert words("规章\u30001\u00a02\u20023 4") == ["规章", "1", "2", "3", "4"]


def test_a_lone_bar_parts_tokens_too() -> None:
    assert words("规章|1") == ["规章", "1"]


def test_long_runs_are_neither_labels_nor_values() -> None:
    long_word, long_number = seen(f"{'公' * 300} {'1' * 60}").tokens

    assert (long_word.word.key, long_word.word.is_value) == ("", False)
    assert not long_number.word.is_value


def test_a_text_without_print_shows_nothing() -> None:
    observation = seen("\n \n\t\n")

    assert (observation.tokens, observation.grids) == ([], [])


# Pages


@pytest.mark.parametrize(
    "page", ["- 3 -", "—3—", "－ 12 －", "第3页", "第 3 页 共 12 页", "Page 3", "p. 3 / 9", "3/12"]
)
def test_page_numbers_are_no_tokens(page: str) -> None:
    assert words(f"规章\n{page}\n3") == ["规章", "3"]


@pytest.mark.parametrize("line", ["3", "第三页", "-3", "第3页见附表", "共12页", "3/12/2020"])
def test_other_lines_that_hold_numbers_stay(line: str) -> None:
    assert words(f"规章\n{line}") == ["规章", *line.split()]


def test_running_heads_beside_page_numbers_are_no_tokens() -> None:
    page = "- {} -\n\n某市水务局 2021 年度报告\n"

    text = f"规章\n{page.format(1)}1\n{page.format(2)}总计\n{page.format(3)}"

    assert words(text) == ["规章", "1", "总计"]


def test_values_and_long_lines_beside_page_numbers_stay() -> None:
    long = "全年公开" * 20

    assert words(f"0\n- 1 -\n{long}\n0\n- 2 -\n{long}\n") == ["0", long, "0", long]


def test_a_line_that_ends_in_a_value_is_no_running_head() -> None:
    text = "延期办结数\n件 1\n3/9\n维持具体行政行为数\n件 1\n4/9\n"

    assert words(text) == ["延期办结数", "件", "1", "维持具体行政行为数", "件", "1"]


def test_one_page_number_makes_no_running_head() -> None:
    assert words("规章\n- 1 -\n规章") == ["规章", "规章"]


def test_short_numbers_at_page_breaks_are_page_numbers() -> None:
    text = "规章\n1\n1\n\f总计\n2\n2\n\f合计\n3"

    assert words(text) == ["规章", "1", "总计", "2", "合计"]
    assert seen(text).page_starts == [4, 8]


def test_a_text_without_page_breaks_keeps_its_last_number() -> None:
    assert words("规章\n1\n合计\n3") == ["规章", "1", "合计", "3"]


def test_a_long_number_at_a_page_break_is_a_value() -> None:
    assert words("规章\n1286\n\f总计") == ["规章", "1286", "总计"]


def test_places_of_lines_are_kept_for_measuring() -> None:
    assert seen("规章\n总计\n").line_starts == [0, 3, 6]
