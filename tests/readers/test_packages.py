import io
import struct
import zipfile

import pytest

from property.officefiles import docx, pack, relations
from reportparse.errors import InputError
from reportparse.limits import Limits
from reportparse.readers.office.packages import Package, Relation, short_name

TEXT = '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:t>总计</w:t><w:t/></w:p>'


def names_of(part: str, limits: Limits | None = None, *kept: str) -> list[tuple[str, str]]:
    package = Package(pack({"a.xml": part}), limits or Limits())
    return [(event, tag) for event, tag, _ in package.events("a.xml", frozenset(kept))]


def code_of(data: bytes, name: str = "a.xml", limits: Limits | None = None) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        list(Package(data, limits or Limits()).events(name))
    return caught.value.code, caught.value.message


def test_elements_come_as_they_begin_and_end_with_short_names() -> None:
    assert names_of(TEXT) == [
        ("start", "w:p"),
        ("start", "w:t"),
        ("end", "w:t"),
        ("start", "w:t"),
        ("end", "w:t"),
        ("end", "w:p"),
    ]


def test_a_kept_element_comes_once_and_whole() -> None:
    package = Package(pack({"a.xml": TEXT}), Limits())

    events = list(package.events("a.xml", frozenset(("w:p",))))

    assert [(event, tag) for event, tag, _ in events] == [("end", "w:p")]
    assert names_of(TEXT, None, "w:t") == [("start", "w:p"), ("end", "w:t"), ("end", "w:t"), ("end", "w:p")]


def test_both_editions_of_the_format_have_the_same_short_names() -> None:
    transitional = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"

    assert short_name(transitional) == short_name("{http://purl.oclc.org/ooxml/wordprocessingml/main}p") == "w:p"
    assert short_name("{urn:unknown}p") == "p"


def test_names_of_parts_compare_without_case_and_with_either_slash() -> None:
    package = Package(pack({"Word\\Document.xml": "<a/>"}), Limits())

    assert "word/document.XML" in package
    assert [tag for _, tag, _ in package.events("word/document.xml")] == ["a", "a"]


def test_relations_are_resolved_from_the_folder_of_their_part() -> None:
    rows = relations(
        ("r1", "image", "media/a.png"),
        ("r2", "header", "/word/header1.xml"),
        ("r3", "image", "../../../../etc/passwd"),
        ("r4", "hyperlink", "http://example.invalid/", "External"),
    )
    package = Package(pack({"word/document.xml": "<a/>", "word/_rels/document.xml.rels": rows}), Limits())

    found = package.relations("word/document.xml")

    assert found == {
        "r1": Relation("image", "word/media/a.png", False),
        "r2": Relation("header", "word/header1.xml", False),
        "r3": Relation("image", "etc/passwd", False),
        "r4": Relation("hyperlink", "http://example.invalid/", True),
    }
    assert package.relations("word/styles.xml") == {}


def test_a_file_cut_off_is_damaged() -> None:
    code, message = code_of(docx("<w:p/>")[:-60])

    assert code == "damaged_file"
    assert "its end is missing" in message


def test_a_changed_byte_of_a_part_is_damage() -> None:
    data = bytearray(pack({"a.xml": "<a>" + "字" * 100 + "</a>"}, zipfile.ZIP_STORED))
    data[60] ^= 1

    assert code_of(bytes(data))[0] == "damaged_file"


def test_a_part_that_is_no_xml_is_damage_and_named() -> None:
    code, message = code_of(pack({"a.xml": "<a><b></a>"}))

    assert code == "damaged_file"
    assert "a.xml" in message


def test_a_missing_part_is_damage() -> None:
    assert code_of(pack({"b.xml": "<a/>"}))[0] == "damaged_file"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", "<a/>")
        archive.writestr("A.xml", "<b/>")

    code, message = code_of(buffer.getvalue())

    assert code == "damaged_file"
    assert "two parts" in message


def test_a_locked_part_is_told() -> None:
    data = bytearray(pack({"a.xml": "<a/>"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1

    code, message = code_of(bytes(data))

    assert code == "locked_file"
    assert "password" in message


def test_other_ways_of_packing_are_refused() -> None:
    code, _ = code_of(pack({"a.xml": "<a/>"}, zipfile.ZIP_LZMA))

    assert code == "damaged_file"


def test_more_members_than_the_limit_are_refused_before_the_directory_is_read() -> None:
    data = pack({f"{number}.xml": "" for number in range(20)})

    code, message = code_of(data, limits=Limits(max_members=19))

    assert code == "limit_exceeded"
    assert "max_members=19" in message


def test_a_part_that_unpacks_too_far_is_refused() -> None:
    data = pack({"a.xml": "<a>" + "0" * 5_000_000 + "</a>"})

    code, message = code_of(data)

    assert code == "limit_exceeded"
    assert "max_ratio" in message


def test_parts_that_together_unpack_to_too_much_are_refused() -> None:
    package = Package(pack({f"{n}.xml": f"<a>{'x' * 900}</a>" for n in range(3)}), Limits(max_bytes=2_000))

    assert [len(package.read(f"{number}.xml")) for number in range(2)] == [907, 907]
    with pytest.raises(InputError, match="max_bytes=2000"):
        package.read("2.xml")


def test_the_size_that_the_directory_claims_is_not_believed() -> None:
    data = bytearray(pack({"a.xml": f"<a>{'0' * 3_000_000}</a>"}))
    place = data.index(b"PK\x01\x02")
    data[place + 20 : place + 24] = struct.pack("<I", 0x7FFFFFFF)  # packed, as if it were not packed at all

    assert code_of(bytes(data))[0] in ("limit_exceeded", "damaged_file")


@pytest.mark.parametrize(
    "part",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a b="1">&x;</a>',
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "' + "&x;" * 1_000 + '">]><a b="' + "&z;" * 1_000 + '"/>',
    ],
)
def test_a_document_type_is_refused(part: str) -> None:
    assert code_of(pack({"a.xml": part}))[0] == "damaged_file"


def test_elements_nested_too_deeply_are_refused() -> None:
    deep = pack({"a.xml": "<a>" * 200 + "</a>" * 200})

    assert len(list(Package(deep, Limits()).events("a.xml"))) == 400
    assert code_of(deep, limits=Limits(max_nesting=199))[0] == "limit_exceeded"
    assert code_of(pack({"a.xml": "<a>" * 300 + "</a>" * 300}))[0] == "damaged_file"


def test_properties_of_any_size_are_not_held() -> None:
    package = Package(pack({"a.xml": "<a><b>" + "<c/>" * 20_001 + "</b></a>"}), Limits())

    with pytest.raises(InputError, match="more than 20,000 elements"):
        list(package.events("a.xml", frozenset(("b",))))
