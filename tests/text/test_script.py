import json
import subprocess
import sys
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locations import FIXTURES
from reportparse.errors import MissingExtraError
from reportparse.resources import read_text
from reportparse.spans import Span
from reportparse.text import script
from reportparse.text.normalize import normalize_text
from reportparse.text.script import ScriptReading, convert_script, converter, line_script, read_script

CASES = json.loads((FIXTURES / "cases" / "script.json").read_text("utf-8"))
MIXTURE = st.text("政务公开務開發显著顯 3。\n\0\ud800「」", max_size=60)


@pytest.fixture
def fresh_converters() -> object:
    converter.cache_clear()
    yield None
    converter.cache_clear()


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_lines_are_read_and_converted(case: dict[str, str]) -> None:
    assert normalize_text(case["input"]).text == case["expected"], case["why"]


def test_a_text_without_telling_characters_is_simplified() -> None:
    assert read_script("3.其他\n10\n") == read_script("")
    assert read_script("").script == "simplified"


def test_neutral_lines_belong_to_a_traditional_text() -> None:
    reading = read_script("主動公開\n3.其他\n情況")

    assert reading.traditional == (Span(0, 12),)


def test_simplified_lines_of_a_traditional_text_are_left_out() -> None:
    text = "\n".join(["依法行政、政務公開的總體情況說明"] * 4 + ["显著"] + ["結轉下年度繼續辦理"])

    reading = read_script(text)

    assert reading.script == "traditional"
    assert [text[start:end].count("显") for start, end in reading.traditional] == [0, 0]
    assert convert_script(text, reading).text.split("\n")[4:] == ["显著", "结转下年度继续办理"]


def test_one_foreign_line_does_not_make_a_text_mixed_but_half_of_them_do() -> None:
    lines = ["公开政务信息情况"] * 20

    assert read_script("\n".join([*lines, "開"])).script == "simplified"
    assert read_script("\n".join([*lines, *["公開政務信息情況"] * 20])).script == "mixed"


def test_line_script_names_all_four_kinds() -> None:
    kinds = [line_script(line) for line in ("總體情況", "总体情况", "10", "总体情況")]

    assert kinds == ["traditional", "simplified", "neutral", "mixed"]


@given(MIXTURE)
def test_conversion_keeps_the_length_of_every_line(text: str) -> None:
    reading = read_script(text)

    converted = convert_script(text, reading)

    assert [len(line) for line in converted.text.split("\n")] == [len(line) for line in text.split("\n")]
    assert converted.kept == ()


@given(MIXTURE)
def test_lines_that_are_not_to_be_converted_stay(text: str) -> None:
    reading = read_script(text)

    converted = convert_script(text, reading).text

    place = 0
    for start, end in (*sorted((*reading.traditional, *reading.mixed)), (len(text), len(text))):
        assert converted[place:start] == text[place:start]
        place = end


def test_a_line_whose_length_would_change_keeps_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def stretching(_: str) -> object:
        return lambda text: text.replace("開", "开开").replace("務", "务")

    monkeypatch.setattr(script, "converter", stretching)
    text = "公開\n政務"

    conversion = convert_script(text, read_script(text))

    assert conversion.text == "公開\n政务"
    assert conversion.kept == (Span(0, 2),)


@pytest.mark.parametrize(
    ("printed", "simplified"),
    [
        ("縣衞生局", "县卫生局"),
        ("屬於單位", "属于单位"),
        ("乾縣政府", "乾县政府"),
        ("縣衞生局\n乾隆年間", "县卫生局\n乾隆年间"),
    ],
)
def test_second_conversion_reads_what_the_first_leaves(printed: str, simplified: str) -> None:
    assert convert_script(printed, read_script(printed)).text == simplified


@pytest.mark.parametrize("configuration", ["tw2s", "t2s"])
def test_second_conversion_is_asked_for_everything_that_it_would_change(configuration: str) -> None:
    characters = "\n".join(map(chr, (*range(0x2E80, 0xA000), *range(0xF900, 0xFB00))))
    first = converter(configuration)(characters)

    second = converter("hk2s")(first)

    missed = [
        old for old, new in zip(first, second, strict=True) if old != new and not script.left_over_class().match(old)
    ]
    assert missed == []


@cache
def dictionary(name: str) -> dict[str, str]:
    """A dictionary of the installed OpenCC, as its own program writes it down."""
    home = Path(opencc.__file__).parent / "clib"
    program = next((home / "bin").glob("opencc_dict*"))
    source = home / "share" / "opencc" / f"{name}.ocd2"
    with TemporaryDirectory() as folder:
        written = Path(folder, name)
        subprocess.run([program, "-f", "ocd2", "-t", "text", "-i", source, "-o", written], check=True)
        rows = [line.split("\t") for line in written.read_text("utf-8").splitlines()]
    return {old: new.split(" ")[0] for old, new in rows}


def simplified(character: str) -> str:
    return dictionary("TSCharactersExt").get(character) or dictionary("TSCharacters").get(character, character)


def glyphs_of_taiwan() -> dict[str, set[str]]:
    """What the first half of ``tw2s`` may make of each character that it may change."""
    pairs = [*dictionary("TWVariantsRev").items()]
    pairs += [pair for old, new in dictionary("TWVariantsRevPhrases").items() for pair in zip(old, new, strict=True)]
    changed = {old for old, new in pairs if old != new}
    return {character: {new for old, new in pairs if old == character} for character in changed}


def test_words_of_which_tw2s_may_make_something_of_its_own_are_known() -> None:
    glyphs = glyphs_of_taiwan()
    alone = {old for old in glyphs if {*map(simplified, glyphs[old])} != {simplified(old)}}
    printed: dict[str, set[str]] = {}
    for old in glyphs:
        for new in (old, *glyphs[old]):
            printed.setdefault(new, {new}).add(old)

    phrases = {
        "".join(characters)
        for phrase in dictionary("TSPhrases")
        for characters in product(*(printed.get(character, {character}) for character in phrase))
        if not glyphs.keys().isdisjoint(characters) and alone.isdisjoint(characters)
    }

    assert alone | phrases == set(read_text("characters/taiwan.txt").split())


def test_elsewhere_tw2s_writes_what_t2s_does() -> None:
    phrases = [*dictionary("TSPhrases"), *dictionary("TWVariantsRevPhrases"), *dictionary("TSCharacters")]
    text = "\n".join([*map("".join, pairwise(phrases)), *phrases, *map(chr, range(0x80, 0xD800))])
    lines = [line for line in text.split("\n") if not script.taiwan_words().search(line)]

    assert len(lines) > 50_000
    assert converter("tw2s")("\n".join(lines)) == converter("t2s")("\n".join(lines))


@given(st.lists(st.sampled_from(["\n", *read_text("characters/taiwan.txt").split(), *"隨顯乾縣為群眾裡秘梁李開於衞"])))
def test_a_traditional_line_becomes_what_its_two_conversions_make_of_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = [converter("tw2s")(line) for line in text.split("\n")]
    lines = [converter("hk2s")(line) if script.left_over_class().search(line) else line for line in lines]

    conversion = convert_script(text, ScriptReading("traditional", (Span(0, len(text)),)))

    assert conversion.text == "\n".join(lines)


@pytest.mark.parametrize("times", [1, script.MANY_LINES + 1])
def test_lines_with_and_without_a_word_of_taiwan_stand_in_one_text(times: int) -> None:
    text = "\n".join(["隨著改革", "顯著 乾縣", "", "開支", "著"] * times)

    conversion = convert_script(text, read_script(text))

    assert conversion.text == "\n".join(["随着改革", "显著 乾县", "", "开支", "着"] * times)
    assert [name for name, _ in conversion.layers] == ["tw2s"]


def test_what_opencc_cannot_take_is_kept_out_of_it() -> None:
    text = "網際\0網路\ud800開"

    assert convert_script(text, read_script(text)).text == "网际\ufffd网路\ufffd开"


@pytest.mark.usefixtures("fresh_converters")
@pytest.mark.parametrize(
    ("version", "told"),
    [("1.4.1", "version 1.4.1"), ("", "overwritten"), (None, "not installed")],
)
def test_an_unfit_opencc_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, version: str | None, told: str
) -> None:
    fake = ModuleType("opencc")
    if version:
        fake.__version__ = version  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "opencc", fake if version is not None else None)

    with pytest.raises(MissingExtraError, match=told) as caught:
        converter("tw2s")

    assert caught.value.code == "opencc_unusable"
    assert "pip install" in str(caught.value)


@pytest.mark.parametrize("configuration", ["tw2s", "t2s", "hk2s"])
def test_every_telling_character_has_one_simplified_form(configuration: str) -> None:
    characters = script.traditional_class().pattern[1:-1]
    assert len(opencc.OpenCC(configuration).convert(characters)) == len(characters)
    both = opencc.OpenCC("hk2s").convert(opencc.OpenCC("tw2s").convert(characters))

    assert not script.traditional_class().search(both)
