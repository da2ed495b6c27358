import json
import random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locations import FIXTURES, SHARED
from reportparse.errors import InputError
from reportparse.spans import Span
from reportparse.text.decode import Decoded, clean_text, decode, decode_names

CASES = json.loads((FIXTURES / "cases" / "decode.json").read_text("utf-8"))

SIMPLIFIED = (
    "某市教育局2021年政府信息公开工作年度报告\n一、总体情况\n2021年，我局共收到申请12件，均按时答复，"
    "主动公开“规范性文件”3件，局长朱镕某签发。\n"
)
TRADITIONAL = (
    "某市教育局2021年政府信息公開工作年度報告\n一、總體情況\n2021年，我局共收到申請12件，均按時答覆，"
    "主動公開“規範性文件”3件，裏面附有說明。\n"
)
# The characters that Windows-1252 leaves undefined pass through a browser as they are.
WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in range(256)}


def text_for(codec: str) -> str:
    return TRADITIONAL if codec.startswith("big5") else SIMPLIFIED


def codes(decoded: Decoded) -> list[str]:
    return [finding.code for finding in decoded.findings]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_encodings_are_told_by_evidence(case: dict[str, str]) -> None:
    text = text_for(case["codec"])

    decoded = decode(text.encode(case["codec"]), declared=case["declared"])

    assert decoded.text == text, case["why"]
    assert decoded.encoding == case["encoding"]
    assert decoded.evidence


@pytest.mark.parametrize("case", [case for case in CASES if case["declared"] and "utf-16" not in case["codec"]])
@pytest.mark.parametrize(
    "head",
    [
        '<html><head><meta charset="{}">',
        '<meta http-equiv="Content-Type" content="text/html; charset={}" />',
        '<?xml version="1.0" encoding="{}"?>',
        "<META HTTP-EQUIV=Content-Type CONTENT='text/html; CHARSET={}'>",
    ],
)
def test_a_page_is_not_believed_when_it_is_wrong(case: dict[str, str], head: str) -> None:
    text = head.format(case["declared"]) + text_for(case["codec"])

    decoded = decode(text.encode(case["codec"]))

    assert decoded.text == text
    assert decoded.encoding == case["encoding"]


def test_a_wrong_name_is_told() -> None:
    decoded = decode(SIMPLIFIED.encode("gb18030"), declared="Big5")

    assert codes(decoded) == ["wrong_charset"]
    assert "big5" in decoded.findings[0].message
    assert "gb18030" in decoded.findings[0].message


def test_a_name_of_the_same_family_is_not_wrong() -> None:
    assert decode(SIMPLIFIED.encode("gb18030"), declared="GB2312").findings == ()
    assert decode(b"plain ASCII", declared="big5").findings == ()


def test_a_simplified_page_in_big5_with_character_references_is_read() -> None:
    page = f'<html><meta charset="big5"><p>{SIMPLIFIED}</p>'.encode("big5hkscs", "xmlcharrefreplace")

    decoded = decode(page)

    assert decoded.encoding == "big5hkscs"
    assert "某市教育局2021年政府信息公&#24320;工作年度" in decoded.text
    assert decoded.findings == ()


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le"])
def test_half_a_character_at_the_end_costs_only_itself(codec: str) -> None:
    cut = SIMPLIFIED.rstrip() + "件"

    decoded = decode(cut.encode(codec)[:-1])

    assert decoded.text == cut[:-1] + "\ufffd"
    assert codes(decoded) == ["undecodable_bytes"]
    assert decoded.findings[0].spans == (Span(len(cut) - 1, len(cut)),)
    assert "1 places" in decoded.findings[0].message


def test_replacement_characters_of_the_source_are_not_counted() -> None:
    data = (SIMPLIFIED + "\ufffd").encode() + b"\xb5" + SIMPLIFIED.encode()

    decoded = decode(data)

    assert decoded.text == SIMPLIFIED + "\ufffd\ufffd" + SIMPLIFIED
    assert "1 places" in decoded.findings[0].message


@pytest.mark.parametrize("text", ["年度报告", "2021年", "公开", "信息"])
def test_a_few_characters_are_enough(text: str) -> None:
    assert decode(text.encode("gbk")).text == text


def test_latin_letters_are_not_taken_for_chinese() -> None:
    assert decode("café naïve · ×".encode()).text == "café naïve · ×"
    assert decode("Годовой отчёт".encode()).text == "Годовой отчёт"


def test_hz_is_read_where_it_is_declared() -> None:
    text = "公开年度报告"

    assert decode(text.encode("hz"), declared="hz-gb-2312").text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("reading", ["latin-1", "windows-1252"])
@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL])
def test_text_that_was_encoded_twice_is_undone(codec: str, reading: str, text: str) -> None:
    data = text.encode(codec)
    garbled = data.decode("latin-1") if reading == "latin-1" else "".join(WINDOWS_1252[byte] for byte in data)

    decoded = decode(garbled.encode("utf-8"))

    assert decoded.text == text
    assert codes(decoded) == ["double_encoded"]
    assert any(codec in word for word in decoded.evidence)


def test_a_page_of_mixed_encodings_is_read_part_by_part() -> None:
    data = b"<p>".join([SIMPLIFIED.encode("gb18030"), SIMPLIFIED.encode(), "【打印】".encode("gb18030")])

    decoded = decode(data)

    assert decoded.text == "<p>".join([SIMPLIFIED, SIMPLIFIED, "【打印】"])
    assert codes(decoded) == ["mixed_encodings"]
    assert decoded.findings[0].spans[0].start == 0


def test_a_page_of_a_hundred_thousand_mixed_parts_takes_no_minutes() -> None:
    line = "<p>政府信息公开年度报告</p>\n"
    start = process_time()

    decoded = decode(line.encode() * 20_000 + line.encode("gbk") * 5_000)

    assert codes(decoded) == ["mixed_encodings"]
    assert process_time() - start < 20


def test_damaged_utf8_is_not_a_mixture() -> None:
    data = (SIMPLIFIED * 9).encode().replace("报".encode(), "报".encode()[:2], 2)

    decoded = decode(data)

    assert decoded.encoding == "utf-8"
    assert codes(decoded) == ["undecodable_bytes"]


def test_a_mark_that_the_bytes_contradict_is_not_believed() -> None:
    decoded = decode(b"\xef\xbb\xbf" + SIMPLIFIED.encode("gb18030"))

    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, "gb18030")
    assert codes(decoded) == ["wrong_charset"]


def test_a_damaged_text_after_a_mark_stays_what_the_mark_says() -> None:
    decoded = decode(b"\xef\xbb\xbf" + SIMPLIFIED.encode()[:-2])

    assert decoded.encoding == "utf-8"
    assert codes(decoded) == ["undecodable_bytes"]


def test_a_word_of_the_page_against_its_mark_is_told() -> None:
    decoded = decode(b"\xef\xbb\xbf<meta charset=gb2312>" + SIMPLIFIED.encode())

    assert decoded.encoding == "utf-8"
    assert codes(decoded) == ["wrong_charset"]


def test_sound_text_beside_text_encoded_twice_stays() -> None:
    garbled = "<h1>“公开”</h1>" + SIMPLIFIED.encode().decode("latin-1")

    assert decode(garbled.encode()).text == "<h1>“公开”</h1>" + SIMPLIFIED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (random.Random(1).randbytes(5000), "binary data"),
        (b"\x00\x01\x02\x03" * 100, "binary data"),
        (b"\xff" * 400, "no text in any encoding"),
    ],
)
def test_binary_data_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        decode(data)

    assert caught.value.code == "binary_input"
    assert ";" in str(caught.value)


def test_bytes_are_handed_on_where_they_are_the_text_in_utf8() -> None:
    sound, marked, undone = (
        "政府信息公开年度报告".encode(),
        "公开".encode("utf-8-sig"),
        "鏀垮簻骞村害鎶ュ憡鎬讳綋鎯呭喌".encode(),
    )

    handed_on = [decode(data).data for data in (sound, marked, undone, "政府信息公开年度报告".encode("gbk"))]

    assert handed_on == [sound, None, None, None]


def test_text_with_zero_bytes_is_still_text() -> None:
    text = "網際\0網路" * 40

    assert decode(text.encode()).text == text


def test_nothing_is_text_of_no_length() -> None:
    assert decode(b"").text == ""


@given(st.binary(max_size=200), st.sampled_from([None, "gb2312", "big5", "utf-8", "utf-7", "idna", "hex", "\x00"]))
def test_any_bytes_decode_or_are_refused(data: bytes, declared: str | None) -> None:
    try:
        text = decode(data, declared=declared).text
    except InputError:
        return

    assert text.encode().decode() == text


def test_half_of_a_surrogate_pair_is_replaced_and_told() -> None:
    text, findings = clean_text("公\ud800开\udfff")

    assert text == "公\ufffd开\ufffd"
    assert [finding.code for finding in findings] == ["invalid_characters"]
    assert findings[0].spans == (Span(1, 2),)


def test_sound_text_is_handed_back_as_it_is() -> None:
    assert clean_text("公\0开") == ("公\0开", ())


def test_the_shared_documents_decode_as_their_makers_say() -> None:
    manifest = SHARED / "corpus" / "dev" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("the shared documents are not here")
    families = {"gbk": "gb18030", "big5": "big5hkscs", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}

    for row in map(json.loads, manifest.read_text("utf-8").splitlines()):
        if row["encoding"]:
            path = next(manifest.parent.glob(f"{row['id']}.*"))
            decoded = decode(path.read_bytes())
            assert decoded.encoding == families.get(row["encoding"], row["encoding"]), row["id"]
            assert "undecodable_bytes" not in codes(decoded), row["id"]


@pytest.mark.parametrize(
    ("names", "codec"),
    [
        ([], "utf-8"),
        (["a.html"], "utf-8"),
        (["年报.html"], "utf-8"),
        (["乌当区朱昌镇.doc"], "gb18030"),
        (["政府資訊公開年報.html"], "big5hkscs"),
        (["résumé.txt"], "cp437"),
    ],
)
def test_names_tell_their_encoding_together(names: list[str], codec: str) -> None:
    assert decode_names([name.encode(codec) for name in names]) == codec


def test_names_that_no_encoding_reads_whole_are_those_of_dos() -> None:
    assert decode_names([b"\xff\xff\xb0.txt"]) == "cp437"
