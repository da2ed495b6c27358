"""Text that a program read by a wrong encoding before it was saved."""

import pytest

from reportparse.text.mojibake import tell_lost, undo_mistake

SIMPLIFIED = "一、总体情况：某市教育局2021年政府信息公开工作年度报告\n全年主动公开12件，均按时答复。\n"
TRADITIONAL = "一、總體情況：某市教育局2021年政府信息公開工作年度報告\n全年主動公開12件，均按時答覆。\n"


def in_windows(data: bytes) -> str:
    """How Windows reads bytes as GBK: 80 is the sign of the euro, and what has no character is lost."""
    text, place = "", 0
    while place < len(data):
        size = 1 if data[place] <= 0x80 else 2
        piece = data[place : place + size]
        try:
            text += "€" if piece == b"\x80" else piece.decode("gbk")
        except UnicodeDecodeError:
            text, size = text + "\ufffd", 1
        place += size
    return text


@pytest.mark.parametrize(
    ("text", "was", "read_as"),
    [
        (TRADITIONAL, "big5hkscs", "gb18030"),
        (SIMPLIFIED, "utf-8", "latin-1"),
        (SIMPLIFIED, "gb18030", "latin-1"),
    ],
)
def test_mistakes_of_the_table_are_undone(text: str, was: str, read_as: str) -> None:
    garbled = text.encode(was).decode(read_as)

    undone, evidence, findings = undo_mistake(garbled)

    assert undone == text
    assert was in evidence[0]
    assert [finding.code for finding in findings] == ["double_encoded"]


def test_a_mistake_that_was_made_twice_is_undone_twice() -> None:
    garbled = SIMPLIFIED.encode().decode("latin-1").encode().decode("latin-1")

    undone, evidence, _ = undo_mistake(garbled)

    assert undone == SIMPLIFIED
    assert len(evidence) == 2


def test_characters_that_were_lost_cost_themselves_alone() -> None:
    garbled = in_windows((SIMPLIFIED * 4).encode())

    undone, _, (finding,) = undo_mistake(garbled)

    assert "一、总体情况" in undone
    assert "开12件，均按时答复" in undone
    assert f"{undone.count(chr(0xFFFD))} characters are lost" in finding.message


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, "plain", "", "café", "龘靐齉爩" * 2, "2021-01-20 · 3×4"])
def test_sound_text_is_handed_back(text: str) -> None:
    assert undo_mistake(text) == (text, (), ())


def test_what_no_table_mends_is_told() -> None:
    text = "龘靐齉爩麤灪龖厵滟爨癵籱饢驫鲡鹂鸾麣纞虋" * 2

    undone, _, findings = undo_mistake(text)

    assert undone == text
    assert [finding.code for finding in findings] == ["garbled_text"]


def test_lost_characters_are_told_with_their_places() -> None:
    (finding,) = tell_lost("公锟斤拷锟斤拷开锟斤拷")

    assert finding.code == "characters_lost"
    assert [tuple(span) for span in finding.spans] == [(1, 7), (8, 11)]
    assert tell_lost("公开") == tell_lost("锟") == ()
