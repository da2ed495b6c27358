import pytest

from reportparse.text.labels import label_index
from reportparse.text.words import MAX_REMEMBERED, Word, Words


@pytest.mark.parametrize(
    ("printed", "key", "is_value", "names"),
    [
        ("（七）总计", "七总计", False, "results.total"),
        (" 1.属于\n国家秘密 ", "1属于国家秘密", False, "results.denied.state_secret"),
        ("12", "12", True, None),
        ("1,234", "1234", True, None),
        ("１２", "12", True, None),
        ("——", "", True, None),
        ("", "", False, None),
        ("全年没有收取信息处理费。", "全年没有收取信息处理费", False, None),
    ],
)
def test_a_text_is_known_by_its_key_and_by_what_it_can_be(
    printed: str, key: str, is_value: bool, names: str | None
) -> None:
    word = Words()[printed]

    assert (word.text, word.key, word.is_value) == (printed.strip(), key, is_value)
    assert (word.refs[0].key if word.refs else None) == names


def test_a_text_longer_than_any_label_is_looked_at_all_the_same() -> None:
    prose = "公开" * MAX_REMEMBERED

    assert Words()[prose] == Word(prose, prose)


def test_a_text_is_looked_at_once_in_a_document() -> None:
    words = Words()

    assert words["（七）总计"] is words["（七）总计"]
    assert words["12"] is words["12"]


def test_no_label_is_a_bare_number_or_longer_than_what_is_remembered() -> None:
    index = label_index()

    assert not [key for key in (*index.refs, *index.bare, *index.numbered) if key.isdecimal()]
    assert index.longest < MAX_REMEMBERED
