import json
import pickle
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locations import FIXTURES, SHARED
from reportparse.errors import FormDataError, InputError
from reportparse.resources import list_names, read_json, read_rows
from reportparse.spans import Span
from reportparse.text import characters, phrases
from reportparse.text.characters import is_syllable, replacements
from reportparse.text.normalize import NormalText, Plan, Step, default_plan, normalize_text
from reportparse.text.phrases import find_phrases, load_phrases

CASES = json.loads((FIXTURES / "cases" / "phrases.json").read_text("utf-8"))
CHARACTER_CONVERTERS = ("s2t", "s2tw", "s2hk", "s2hkp")
CONVERTERS = (*CHARACTER_CONVERTERS, "s2twp")

# Sentences of the genre, written for this test.
PROSE = (
    "2021年，本机关认真贯彻落实条例，坚持以公开为常态、不公开为例外，着力提升政务公开质效。",
    "全年通过门户网站主动公开政府信息1,286条，其中规范性文件12件，财政预决算信息24条。",
    "收到依申请公开事项38件，比上年增加5件，均在法定期限内答复，未发生行政复议和行政诉讼。",
    "优化栏目设置，完善搜索功能，网络访问更加便捷，政务新媒体发布短视频36期。",
    "建立健全信息发布审核机制，严格执行保密审查程序，对公开属性逐件进行认定。",
    "存在的问题：一是公开的深度与群众期望相比尚有差距；二是业务人员水平需进一步提高。",
    "下一步将加强培训，强化监督检查，推动公开工作与业务工作深度融合，取得显著成效。",
    "数据统计期限自2021年1月1日至12月31日，如有疑问请与本机关办公室联系，电话12345。",
    "档案馆、图书馆设立查阅点，配备电脑、打印机和触摸屏，方便群众查询和下载。",
    "政策解读材料与政策文件同步起草、同步审批、同步发布，推行图文、音频、视频等形式。",
)

# Pieces that every step has something to do with, and digits to follow home.
PIECES = st.sampled_from(
    [
        *"，。\n\r\t 12３％Ａ（）「」",
        *("\u200b", "\ufeff", "\u3000", "\u00a0", "\u2002", "\x07", "\x0b", "\0", "\ud800", "\u2028", "\ue000"),
        *("⼈", "⻅", "⺠", "\uf901", "①", "㎡", "〇"),
        *("網際網路", "資訊", "檔案", "檔案館", "文件", "軟體", "設定", "歸檔", "政策檔案", "專著", "帳號", "隨身碟"),
        *("政府信息公开", "显著", "開", "務", "国(guó)", "务（wu）", "方案（a）", "(guo)", "kg", "18"),
    ]
)
NOISE = st.lists(PIECES, max_size=25).map("".join)


def convert(configuration: str) -> Callable[[str], str]:
    function: Callable[[str], str] = opencc.OpenCC(configuration).convert
    return function


def labels() -> list[str]:
    """Every label and accepted variant of every form."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, child in node.items():
                if key in ("label", "also"):
                    yield from [child] if isinstance(child, str) else child
                else:
                    yield from walk(child)
        elif isinstance(node, list):
            for child in node:
                yield from walk(child)

    forms = [read_json(f"forms/{name}.json") for name in list_names("forms", ".json")]
    found = {label for form in forms for label in walk(form)}
    # Variants in Traditional quotation marks are for the match key; they are no text to come back to.
    return sorted(label for label in found if "「" not in label)


def edit_distance(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, old in enumerate(first, 1):
        last, row[0] = row[0], i
        for j, new in enumerate(second, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (old != new))
    return row[-1]


def rules(normal: NormalText) -> set[str]:
    return {edit.rule.partition(":")[0] for edit in normal.edits}


# Characters


@pytest.mark.parametrize(
    ("printed", "read", "rule"),
    [
        ("政\u200b务\ufeff公\u00ad开", "政务公开", "invisible"),
        ("一\x0b二\u2028三\x07四\r五", "一\n二\n三\n四\n五", "break"),
        ("\0空\0白\x01", "空白", "invisible"),
        ("空 \ud800", "空 \ufffd", "break"),
        ("⼀⼈⻅⺠\uf901", "一人见民更", "ideograph"),
        ("公\u3000开\u00a0\u2002\u202f", "公 开   ", "space"),
        ("１２，３４５．６％ＡＢ", "12，345．6%AB", "width"),
    ],
)
def test_a_character_step_does_its_one_thing(printed: str, read: str, rule: str) -> None:
    normal = normalize_text(printed)

    assert normal.text == read
    assert rules(normal) == {rule}


def test_a_return_before_a_newline_stays() -> None:
    normal = normalize_text("一\r\n二\r三\r")

    assert normal.text == "一\r\n二\n三\n"


@pytest.mark.parametrize("kept", ["（一）〔2021〕【】：；，", "①⑩㈠⒈Ⅲ㎡℃½…", "\t", "“三公”", "-－–3", "\ue5e5"])
def test_print_that_means_something_stays(kept: str) -> None:
    assert normalize_text(kept).text == kept


def test_every_replacement_is_one_character_or_none() -> None:
    assert {len(new) for table in replacements().values() for new in table.values()} == {0, 1}
    assert {
        len(new) for step in ("breaks", "ideographs", "spaces", "widths") for new in replacements()[step].values()
    } == {1}


def test_no_character_is_replaced_twice() -> None:
    tables = replacements()
    olds = [old for table in tables.values() for old in table]
    news = {new for table in tables.values() for new in table.values()}

    assert len(olds) == len(set(olds))
    assert news.isdisjoint(olds)


def test_many_different_characters_are_replaced_as_few_are() -> None:
    radicals = "".join(chr(code) for code in range(0x2F00, 0x2F40))

    assert normalize_text(radicals).text == "".join(normalize_text(radical).text for radical in radicals)


def test_a_broken_replacement_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(characters, "read_rows", lambda _: (("widths", "FF10", "FF10", "zero", ""),))
    replacements.cache_clear()

    with pytest.raises(FormDataError, match="zero"):
        replacements()
    replacements.cache_clear()


# Pinyin


def test_injected_pinyin_is_dropped() -> None:
    normal = normalize_text("国(guó)务（wu）院(yuàn)公(gōng)开")

    assert normal.text == "国务院公开"
    assert [edit.rule for edit in normal.edits][:2] == ["pinyin:guó", "pinyin:wu"]


def test_two_syllables_may_be_anything() -> None:
    normal = normalize_text("国(guo)务(wu)院")

    assert normal.text == "国(guo)务(wu)院"
    assert [refused.rule for refused in normal.unchanged] == ["pinyin:guo", "pinyin:wu"]


def test_items_and_abbreviations_are_no_pinyin() -> None:
    text = "方案（a）、方案（b）、方案（e）、面积（pm）、单位（kg）"

    assert normalize_text(text).text == text


def test_single_letters_need_a_tone() -> None:
    assert not is_syllable("a")
    assert is_syllable("ā")


# Phrases


def cases() -> list[Any]:
    marks = {"fail": [pytest.mark.xfail(strict=True, reason="not recoverable")], "pass": []}
    return [pytest.param(case, id=case["label"], marks=marks[case["expect"]]) for case in CASES]


@pytest.mark.parametrize("case", cases())
def test_phrases_go_back_where_the_document_says_so(case: dict[str, str]) -> None:
    assert normalize_text(case["input"]).text == case["expected"], case["why"]


def test_every_row_is_found_whole_by_its_own_phrase() -> None:
    for key, phrase in load_phrases().phrases.items():
        hits = find_phrases(key, [Span(0, len(key))])

        assert [hit.phrase for hit in hits] == [phrase]


@given(st.lists(st.sampled_from([*load_phrases().phrases, "公开", "文件", "，", "\n"]), max_size=12).map("".join))
def test_nothing_is_exchanged_where_no_row_moves_by_itself(text: str) -> None:
    spans = [Span(0, len(text))]

    applied, _ = phrases._judge(text, spans)

    assert phrases.phrases_to_exchange(text, spans) == applied


def test_no_row_contradicts_a_shorter_safe_row() -> None:
    rows = load_phrases().phrases.values()
    safe = [row for row in rows if row.kind == "safe"]

    odd = [
        (row.source, short.source)
        for row in rows
        if row.kind in ("safe", "glyph", "context")
        for short in safe
        if short.key in row.key and short.key != row.key and short.target not in row.target
    ]

    # 视讯 and the like inside a longer word have a word of their own for the whole.
    assert [pair for pair in odd if pair not in LONGER_WORDS] == []


LONGER_WORDS = {
    ("程式碼", "程式"),
    ("資訊科技", "資訊"),
    ("觸控式螢幕", "螢幕"),
    ("網際網路", "網路"),
}


def test_kept_words_change_no_word() -> None:
    kept = [row for row in load_phrases().phrases.values() if row.kind == "keep"]

    # A few put back 著, which a character conversion takes for 着.
    assert {row.target.replace("著", "着") for row in kept} == {row.key.replace("著", "着") for row in kept}


def test_no_mainland_phrase_is_changed_again() -> None:
    table = load_phrases()
    always = {key for key, row in table.phrases.items() if row.kind in ("safe", "glyph") and row.key != row.target}

    again = [row.source for row in table.phrases.values() for key in always if key in row.target and row.kind != "keep"]

    assert again == []


def test_rows_have_a_reason() -> None:
    bare = [row for row in read_rows(phrases.TABLE_NAME) if row[2] != "context" and not row[4]]

    assert bare == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("資訊", "信息", "safe"), "not a row"),
        (("資訊", "信息", "sure", "", ""), "not a row"),
    ],
)
def test_a_broken_row_is_named(monkeypatch: pytest.MonkeyPatch, row: tuple[str, ...], told: str) -> None:
    monkeypatch.setattr(phrases, "read_rows", lambda _: (row,))
    load_phrases.cache_clear()

    with pytest.raises(FormDataError, match=told):
        load_phrases()
    load_phrases.cache_clear()


def test_rows_that_become_one_phrase_must_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (("臺帳", "台账", "glyph", "", ""), ("台帳", "台帳", "keep", "", ""))
    monkeypatch.setattr(phrases, "read_rows", lambda _: rows)
    load_phrases.cache_clear()

    with pytest.raises(FormDataError, match="differ"):
        load_phrases()
    load_phrases.cache_clear()


# Round trips


@pytest.mark.parametrize("configuration", CONVERTERS)
def test_every_label_comes_back_exactly(configuration: str) -> None:
    official = labels()
    printed = convert(configuration)("\n".join(official))

    page = normalize_text(printed).text.split("\n")
    alone = [normalize_text(line).text for line in printed.split("\n")]

    assert len(official) > 200
    assert page == official
    assert alone == official


@pytest.mark.parametrize("configuration", CONVERTERS)
def test_labels_come_back_in_a_page_of_prose(configuration: str) -> None:
    official = [*labels(), *PROSE]
    printed = convert(configuration)("\n".join(official))

    assert normalize_text(printed).text.split("\n") == official


@pytest.mark.parametrize("configuration", CHARACTER_CONVERTERS)
@pytest.mark.parametrize("line", PROSE)
def test_prose_comes_back_from_character_converters(configuration: str, line: str) -> None:
    assert normalize_text(convert(configuration)(line)).text == line


def test_converted_lines_come_back_among_simplified_ones() -> None:
    to_traditional = convert("s2tw")
    lines = [to_traditional(line) if place % 3 == 0 else line for place, line in enumerate(PROSE)]

    assert normalize_text("\n".join(lines)).text.split("\n") == list(PROSE)


def test_the_shared_sentences_come_back() -> None:
    path = SHARED / "normalisation" / "roundtrip.tsv"
    if not path.exists():
        pytest.skip("the shared sentences are not here")
    pages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in path.read_text("utf-8").splitlines():
        simplified, printed, name = row.split("\t")
        pages[name].append((simplified, printed))

    for name, pairs in pages.items():
        wanted = "\n".join(simplified for simplified, _ in pairs)
        found = normalize_text("\n".join(printed for _, printed in pairs)).text
        wrong = sum(map(edit_distance, wanted.split("\n"), found.split("\n")))
        assert wrong / len(wanted) <= (0.01 if "twp" in name or "seed" in name else 0.001), name


# Simplified text


@pytest.mark.parametrize("line", PROSE)
def test_simplified_text_stays_without_an_edit(line: str) -> None:
    normal = normalize_text(line)

    assert normal.text == line
    assert normal.edits == ()
    assert normal.script == "simplified"


@given(st.text("显著资讯档案设定专著软体网路「」0\n", max_size=40))
def test_no_script_or_phrase_edit_touches_simplified_lines(text: str) -> None:
    assert normalize_text(text).edits == ()


# The map


@given(NOISE)
@example("網\u200b際網路")
@example("隨\u200b身\u200b碟資訊18")
def test_the_map_is_exact(text: str) -> None:
    normal = normalize_text(text)

    spans = [normal.source_span(place, place + 1) for place in range(len(normal.text))]
    touched = [Span(edit.start, edit.end) for edit in normal.edits]
    deleted = {place for edit in normal.edits if not edit.target for place in range(edit.start, edit.end)}
    assert all(first.start <= second.start and first.end <= second.end for first, second in pairwise(spans))
    for character, span in zip(normal.text, spans, strict=True):
        if not any(edit.start < span.end and span.start < edit.end for edit in touched):
            assert text[span.start : span.end] == character
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert covered | deleted == set(range(len(text)))


@given(NOISE)
def test_every_number_points_at_its_own_digits(text: str) -> None:
    normal = normalize_text(text)

    for match in re.finditer(r"[0-9%]+", normal.text):
        printed = "".join(text[slice(*normal.source_span(place, place + 1))] for place in range(*match.span()))
        assert printed.translate({code: code - 0xFEE0 for code in range(0xFF05, 0xFF1A)}) == match[0]


@given(NOISE)
@example("開\n国(guo)(wu)(yuan)(an)")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalize_text(text)

    twice = normalize_text(once.text)

    assert twice.text == once.text
    assert twice.edits == ()


@given(NOISE)
def test_edits_quote_the_source(text: str) -> None:
    normal = normalize_text(text)

    for edit in normal.edits:
        assert edit.source == text[edit.start : edit.end]
        assert edit.rule
    for refused in normal.unchanged:
        assert refused.source == text[refused.start : refused.end]
        assert refused.reason


def test_text_of_a_source_span_is_its_normal_text() -> None:
    source = "本機關網際網路２項"
    normal = normalize_text(source)

    assert normal.text_of(Span(3, 7)) == "互联网"
    assert normal.text_of(Span(7, 9)) == "2项"
    assert normal.target_span(3, 7) == Span(3, 6)


# The record


def test_runs_of_characters_are_one_edit() -> None:
    normal = normalize_text("１２３４件")

    assert [(edit.source, edit.target, edit.start, edit.end) for edit in normal.edits] == [("１２３４", "1234", 0, 4)]


def test_what_was_not_changed_is_told_with_its_reason() -> None:
    normal = normalize_text("資訊公開\n檔案歸檔\n國家檔案館\n按照「應公開」开展工作")

    told = {(refused.source, refused.rule): refused.reason for refused in normal.unchanged}

    assert told["檔案", "phrase:檔案"] == "归档 stands in the same sentence"
    assert told["檔案館", "phrase:檔案館"] == "a word of its own"
    assert "both scripts" in told["按照「應公開」开展工作", "script"]


def test_without_proof_context_phrases_are_told_as_unchanged() -> None:
    normal = normalize_text("統計資料")

    assert [(refused.source, refused.reason) for refused in normal.unchanged] == [
        ("統計資料", "nothing proves that words were exchanged")
    ]


def test_a_plan_repeats_a_normalisation() -> None:
    text = "政府資訊公開「２」件\u200b"
    plan = default_plan().without("phrases", "invisible")
    first = normalize_text(text, plan=plan)

    second = normalize_text(text, plan=first.plan)

    assert first.text == "政府资讯公开“2”件\u200b"
    assert second == first
    assert second.plan == plan


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("\ufffd二\ufffd、\ufffd主动公开", "二、主动公开"),
        ("规\ufffd\ufffd章 \ufffd", "规章 \ufffd"),
        ("12\ufffd3件", "12\ufffd3件"),
        ("规章3\ufffd", "规章3\ufffd"),
    ],
)
def test_a_replaced_character_is_seen_through_among_words_only(printed: str, read: str) -> None:
    normal = normalize_text(printed)

    assert normal.text == read
    assert normal.source == printed


def test_escape_sequences_of_a_terminal_are_no_words() -> None:
    normal = normalize_text("\x1b[1;31m年度\x1b[0m报告\x1b")

    assert normal.text == "年度报告"
    assert normal.source_span(0, 2) == Span(7, 9)
    assert {edit.rule for edit in normal.edits} == {"invisible:escape", "invisible:U+001B"}


def test_what_is_printed_of_a_stretch_is_one_line_without_control_characters() -> None:
    normal = normalize_text("二\0、\x1b[31m主動 \r\n 公開")

    assert normal.printed(0, len(normal.text)) == "二、主動公開"


@pytest.mark.parametrize("name", [step.name for step in default_plan().steps])
def test_every_step_can_be_switched_off(name: str) -> None:
    text = "<b>\ufffd\u200b國(guo)務(wu)院(yuan)\x0b⼈\u3000１「開」資訊"

    normal = normalize_text(text, plan=default_plan().without(name))

    assert normal.text != normalize_text(text).text
    assert name not in [step.name for step in normal.plan.steps]


@given(NOISE)
def test_without_steps_the_text_is_the_source(text: str) -> None:
    normal = normalize_text(text, plan=Plan(()))

    assert normal.text == text
    assert normal.map.shifts == ()
    assert normal.edits == ()
    assert normal.unchanged == ()


def test_a_plan_made_with_other_data_is_refused() -> None:
    old = Plan(tuple(Step(step.name, "opencc 1.0") for step in default_plan().steps if step.name == "script"))

    with pytest.raises(InputError, match=r"opencc 1\.0") as caught:
        normalize_text("開", plan=old)

    assert caught.value.code == "plan_not_repeatable"


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(InputError, match="steps: markup, invisible"):
        default_plan().without("magic")
    with pytest.raises(InputError, match="out of order"):
        normalize_text("", plan=Plan(default_plan().steps[::-1]))


def test_the_plan_names_the_data_it_depends_on() -> None:
    versions = {step.name: step.version for step in default_plan().steps}

    assert versions["script"] == f"opencc {opencc.__version__}"
    assert re.fullmatch(r"sha256 [0-9a-f]{64}", versions["phrases"])


def test_a_result_can_be_sent_to_another_process() -> None:
    normal = normalize_text("政府資訊\u200b公開")

    copied = pickle.loads(pickle.dumps(normal))

    assert copied == normal
    assert copied.edits == normal.edits


@pytest.mark.parametrize("unit", ["(", "（guo", "網路", "\u200b開", "線上", "\r", "开開", "國(guo)", "開\n显"])
def test_long_lines_take_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))

    assert normalize_text(text).source == text
