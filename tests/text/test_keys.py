import pytest

from reportparse.text.keys import match_key


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("（七）总计", "七总计"),
        ("(七) 总　计", "七总计"),
        ("㈦总计", "七总计"),
        ("１．属于国家秘密", "1属于国家秘密"),
        ("3.危及“三安全一稳定”", "3危及三安全一稳定"),
        ("3.危及「三安全一稳定」", "3危及三安全一稳定"),
        ("| **规章** |", "规章"),
        ("本年增/减", "本年增减"),
        ("行政_处罚", "行政处罚"),
        ("Ｗebsite", "website"),
    ],
)
def test_only_letters_digits_and_ideographs_are_compared(printed: str, key: str) -> None:
    assert match_key(printed) == key


def test_ordinals_stay_because_they_tell_labels_apart() -> None:
    assert match_key("3.其他") != match_key("其他")
    assert match_key("一、总计") != match_key("总计")


@pytest.mark.parametrize("printed", ["", "——", "（）", " \n\t", "|", "…"])
def test_punctuation_alone_has_no_key(printed: str) -> None:
    assert match_key(printed) == ""


def test_numbers_are_their_own_key() -> None:
    assert match_key("1234") == "1234"
    assert match_key("1,234") == "1234"


def test_a_key_is_its_own_key() -> None:
    for printed in ("（七） 总 计", "㈦总计", "３．其他（ＡＢＣ）"):
        assert match_key(match_key(printed)) == match_key(printed)


def test_the_mark_of_a_footnote_is_no_part_of_a_label() -> None:
    assert match_key("规章¹⁽²⁾") == match_key("规章")
