import pytest

from property.officefiles import pack, word_part
from reportparse.limits import Limits
from reportparse.readers.docx.numbers import Numbering, print_number
from reportparse.readers.office.packages import Package


def level(number: int, text: str, kind: str = "decimal", more: str = "") -> str:
    inner = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{inner}</w:lvl>'


def numbering(definition: str, uses: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> Numbering:
    part = word_part("numbering", f'<w:abstractNum w:abstractNumId="0">{definition}</w:abstractNum>{uses}')
    return Numbering(Package(pack({"n.xml": part}), Limits()), "n.xml")


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("decimal", ["1", "2", "10", "11", "20", "105"]),
        ("chineseCounting", ["一", "二", "十", "十一", "二十", "一百零五"]),
        ("chineseCountingThousand", ["一", "二", "十", "十一", "二十", "一百零五"]),
        ("ideographDigital", ["一", "二", "一〇", "一一", "二〇", "一〇五"]),
        ("chineseLegalSimplified", ["壹", "贰", "壹拾", "壹拾壹", "贰拾", "壹佰零伍"]),
        ("decimalEnclosedCircle", ["①", "②", "⑩", "⑪", "⑳", "105"]),
        ("decimalFullWidth", ["１", "２", "１０", "１１", "２０", "１０５"]),
        ("ideographTraditional", ["甲", "乙", "癸", "甲", "癸", "戊"]),
        ("upperRoman", ["I", "II", "X", "XI", "XX", "CV"]),
        ("lowerLetter", ["a", "b", "j", "k", "t", "aaaaa"]),
        ("decimalZero", ["01", "02", "10", "11", "20", "105"]),
        ("a way of the future", ["1", "2", "10", "11", "20", "105"]),
    ],
)
def test_numbers_are_printed_as_word_prints_them(kind: str, printed: list[str]) -> None:
    assert [print_number(value, kind) for value in (1, 2, 10, 11, 20, 105)] == printed


def test_a_number_that_would_grow_with_its_value_is_printed_in_digits() -> None:
    assert print_number(10_000, "lowerLetter") == "10000"
    assert print_number(0, "upperRoman") == "0"


def test_levels_count_on_their_own_and_begin_anew_below_a_higher_one() -> None:
    numbers = numbering(
        level(0, "%1、", "chineseCounting") + level(1, "（%2）", "chineseCounting") + level(2, "%1.%2.%3")
    )

    printed = [numbers.next("1", place) for place in (0, 1, 1, 2, 0, 1, 2)]

    assert printed == ["一、 ", "（一） ", "（二） ", "一.二.1 ", "二、 ", "（一） ", "二.一.1 "]


def test_what_follows_a_number_is_as_the_level_says() -> None:
    numbers = numbering(level(0, "%1.", more='<w:suff w:val="nothing"/>'))

    assert [numbers.next("1", 0), numbers.next("1", 0)] == ["1.", "2."]


def test_bullets_and_levels_without_a_text_print_nothing() -> None:
    numbers = numbering(level(0, "l", "bullet") + level(1, "", "decimal") + level(2, "%3", "none"))

    assert [numbers.next("1", place) for place in (0, 1, 2, 5, 9, -1)] == [""] * 6
    assert numbers.next("7", 0) == ""


def test_lists_of_one_definition_count_on_unless_one_begins_anew() -> None:
    uses = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    numbers = numbering(level(0, "%1."), uses)

    assert [numbers.next(key, 0) for key in ("1", "1", "2", "3", "3", "1")] == [
        "1. ",
        "2. ",
        "3. ",
        "5. ",
        "6. ",
        "7. ",
    ]


def test_a_list_may_replace_a_level() -> None:
    uses = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        + level(0, "第%1项")
        + "</w:lvlOverride></w:num>"
    )

    assert numbering(level(0, "%1."), uses).next("1", 0) == "第1项 "


def test_a_list_may_borrow_its_levels_from_a_style() -> None:
    link = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
    uses = f'{link}<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    numbers = numbering('<w:styleLink w:val="L"/>' + level(0, "%1)"), uses)

    assert numbers.next("1", 0) == "1) "


def test_higher_levels_may_be_printed_in_plain_digits() -> None:
    numbers = numbering(level(0, "%1、", "chineseCounting") + level(1, "%1.%2", "decimal", "<w:isLgl/>"))

    assert [numbers.next("1", 0), numbers.next("1", 1)] == ["一、 ", "1.1 "]


def test_a_level_may_never_begin_anew() -> None:
    numbers = numbering(level(0, "%1.") + level(1, "%2)", more='<w:lvlRestart w:val="0"/>'))

    assert [numbers.next("1", place) for place in (0, 1, 0, 1)] == ["1. ", "1) ", "2. ", "2) "]
