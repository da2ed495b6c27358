import pytest

from reportparse.tables.observe import observe
from reportparse.tables.rows import SeenRow
from reportparse.tables.stream import MAX_GLUED, StreamReader
from reportparse.text.words import Words

TOTAL = "（七）总计"
REPEATED = "2.重复申请"
PETITION = "1.信访举报投诉类申请"


def stream(text: str) -> StreamReader:
    reader = StreamReader(observe(text, [], Words()).tokens, Words())
    reader.read()
    return reader


def read(text: str) -> list[tuple[str, str]]:
    """Key and values of each row; an unknown row has its printed label in brackets."""
    return [
        (
            " ".join(dict.fromkeys(key for _, key in row.addresses)) or f"[{text[row.start : row.end]}]",
            " ".join(piece.text for piece in row.pieces),
        )
        for row in stream(text).rows
    ]


def only_row(text: str) -> SeenRow:
    (row,) = stream(text).rows
    return row


# Labels


@pytest.mark.parametrize("space", ["\n", " ", "\n\n", "　"])
def test_values_after_a_label_are_its_own(space: str) -> None:
    text = space.join([TOTAL, "1", "—", "2,345", REPEATED, "0"])

    assert read(text) == [("results.total", "1 — 2,345"), ("results.not_processed.duplicate", "0")]


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_a_label_may_be_cut_into_pieces_of_any_length(length: int) -> None:
    text = "\n".join(PETITION[i : i + length] for i in range(0, len(PETITION), length)) + "\n3"

    row = only_row(text)

    assert [piece.text for piece in row.pieces] == ["3"]
    assert text[row.start : row.end].replace("\n", "") == PETITION


def test_the_longest_label_wins() -> None:
    (row,) = stream("一、本年新收\n政府信息公开\n申请数量\n3").rows

    assert row.lines == (0, 2)


def test_an_ordinal_may_stand_on_a_line_of_its_own() -> None:
    assert read("2\n.重复申请\n1") == [("results.not_processed.duplicate", "1")]
    assert read("2.\n重复申请\n1") == [("results.not_processed.duplicate", "1")]


def test_a_number_before_another_text_is_no_ordinal() -> None:
    assert read(f"{TOTAL}\n2\n、水利工程") == [("results.total", "2")]


def test_a_mark_is_never_a_part_of_a_label() -> None:
    assert read(f"（五）\n—\n不予处理\n{TOTAL}\n1")[-1] == ("results.total", "1")


@pytest.mark.parametrize(
    "text",
    [
        "1.信访举报 3 0\n投诉类申请",
        "1.信访\n举报 3 0\n投诉类申请",
        "1.信访举报\n3 0\n投诉类申请",
        "1.信访举报 件 3 0\n投诉类申请",
    ],
)
def test_a_label_may_be_torn_by_its_values(text: str) -> None:
    row = only_row(text)

    assert [piece.text for piece in row.pieces] == ["3", "0"]
    assert row.is_torn
    assert row.addresses == (("requests", "results.not_processed.petition_or_complaint"),)


def test_a_short_beginning_alone_on_its_line_is_not_torn() -> None:
    assert read("1.信\n3\n访举报投诉类申请") == []


def test_a_label_that_is_whole_before_its_values_is_not_torn() -> None:
    assert read(f"{REPEATED} 3\n4\n3.要求提供公开出版物\n0") == [
        ("results.not_processed.duplicate", "3 4"),
        ("results.not_processed.public_publication", "0"),
    ]


def test_pieces_of_a_group_label_to_the_left_are_passed_over() -> None:
    text = "          1.信访举报\n不予处理\n          投诉类申请  3\n"

    assert read(text) == [("results.not_processed.petition_or_complaint", "3")]


def test_a_label_printed_once_for_each_place_it_covers_opens_one_row() -> None:
    assert read(f"{TOTAL} {TOTAL} {TOTAL} 1") == [("results.total", "1")]
    assert read(f"{TOTAL} 1 {TOTAL} 1") == [("results.total", "1"), ("results.total", "1")]


def test_a_group_label_run_together_with_the_first_label_under_it_is_cut_off() -> None:
    assert read("（五）不予处理1.信访举报投诉类申请 3") == [("results.not_processed.petition_or_complaint", "3")]


# Values


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("（二）申请办结数38", "38", None),
        ("（二）申请办结数件38", "38", "件"),
        ("（二）申请办结数件\n38", "38", "件"),
        ("（二）申请办结数——", "——", None),
        ("（二）申请办结数1,234", "1,234", None),
        ("（二）申请办结数38件", "38件", None),
        ("（二）申请办结数件38件", "38件", "件"),
    ],
)
def test_what_a_tool_ran_together_is_cut_apart(text: str, values: str, unit: str | None) -> None:
    row = only_row(text)

    assert (" ".join(piece.text for piece in row.pieces), row.unit) == (values, unit)
    assert [text[piece.start : piece.end] for piece in row.pieces] == values.split()
    assert text[row.start : row.end] == "（二）申请办结数"


@pytest.mark.parametrize(
    "text",
    ["（二）申请办结数38 比上年增加", "全年办结数38", "公" * MAX_GLUED + "（二）申请办结数38", "12件", "数3"],
)
def test_prose_that_ends_in_a_number_is_left_whole(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("joint", [",", ".", "，"])
def test_a_lone_joint_between_digits_makes_one_number(joint: str) -> None:
    text = f"{TOTAL}\n1\n{joint}\n234\n5"

    first, second = only_row(text).pieces

    assert (first.text, second.text) == (f"1 {joint} 234", "5")
    assert text[first.start : first.end] == f"1\n{joint}\n234"


@pytest.mark.parametrize("text", [f"{TOTAL}\n—\n,\n234", f"{TOTAL}\n1\n,\n—", f"{TOTAL}\n1\n;\n2"])
def test_other_signs_end_the_row(text: str) -> None:
    assert len(stream(text).rows[0].pieces) == 1


@pytest.mark.parametrize(("unit", "known"), [("件", "件"), ("人次", "人次"), ("万\n元", None)])
def test_a_unit_before_the_values_belongs_to_the_row(unit: str, known: str | None) -> None:
    row = only_row(f"{TOTAL}\n{unit}\n3".replace("万\n元", "万"))

    assert ([piece.text for piece in row.pieces], row.unit) == (["3"], known)


def test_a_value_that_a_second_unit_parts_from_its_row_is_a_stray_beside_it() -> None:
    row = stream(f"{TOTAL}\n件\n件\n3").rows[0]

    assert row.pieces or row.has_stray


def test_text_ends_a_row() -> None:
    assert read(f"{TOTAL}\n1\n备注\n2")[0] == ("results.total", "1")


def test_empty_lines_after_a_row_are_counted() -> None:
    first, second = stream(f"{TOTAL}\n\n1\n\n\n\n{REPEATED}\n0").rows

    assert (first.pieces[0].gap, first.gap_after, second.gap_after) == (1, 3, -1)


# What is no row of the form


def test_an_unknown_row_keeps_the_text_of_its_own_line() -> None:
    text = f"{TOTAL}\n1\n另有\n涉外 申请数 件 2\n{REPEATED}\n0"

    assert read(text)[1] == ("[涉外 申请数]", "2")
    assert (stream(text).rows[1].unit, stream(text).rows[1].key) == ("件", "涉外申请数")


def test_an_unknown_row_may_print_its_unit_on_a_line_of_its_own() -> None:
    assert read(f"{TOTAL}\n1\n涉外申请数\n件\n2\n{REPEATED}\n0")[1] == ("[涉外申请数]", "2")


def test_values_far_from_a_text_or_before_any_label_open_no_row() -> None:
    assert read("涉外申请数\n2") == []
    assert read(f"{TOTAL}\n1\n{'全年公开' * 20}\n2")[1:] == []


def test_values_after_the_heads_of_a_table_in_one_row_are_that_row() -> None:
    text = "未经复议直接起诉\n结果维持\n结果纠正\n说明\n1\n0"

    (row,) = stream(text).rows

    assert (row.addresses, [piece.text for piece in row.pieces]) == ((("review_and_litigation", ""),), ["1", "0"])


def test_values_right_after_heads_open_a_row_without_label() -> None:
    row = only_row("未经复议直接起诉\n结果维持\n1\n0")

    assert row.addresses == (("review_and_litigation", ""),)
    assert row.start == row.end == row.pieces[0].start


def test_values_that_no_known_row_took_are_counted_as_strays() -> None:
    reader = stream(f"{TOTAL}\n1\n备注一\n2\n3\n{REPEATED}\n0\n备注二\n4")

    assert reader.strays == {"requests": 2}
    assert [row.has_stray for row in reader.rows if row.addresses] == [True, True]


def test_rows_that_took_all_values_have_no_strays() -> None:
    reader = stream(f"{TOTAL}\n1\n{REPEATED}\n0")

    assert reader.strays == {}
    assert not any(row.has_stray for row in reader.rows)


def test_heads_are_seen_and_given_to_the_rows_below() -> None:
    reader = stream(f"自然人\n商业企业\n总计\n{TOTAL}\n1\n0\n1")

    (row,) = reader.rows
    assert [refs[0].key for refs in row.heads.values()] == ["natural_person", "commercial_enterprise", "total"]
    assert len(reader.sightings) == 4


def test_a_label_is_seen_from_its_first_piece_to_its_last() -> None:
    text = "自然人\n1.信访举报\n投诉类申请\n3"

    reader = stream(text)

    assert [text[seen.start : seen.end] for seen in reader.sightings] == ["自然人", "1.信访举报\n投诉类申请"]
    assert [seen.word.refs[0].key for seen in reader.sightings] == [
        "natural_person",
        "results.not_processed.petition_or_complaint",
    ]


def test_a_new_run_of_heads_replaces_the_old_one() -> None:
    reader = stream(f"自然人\n总计\n{TOTAL}\n1\n1\n结果维持\n结果纠正\n{TOTAL}\n1\n0")

    assert [refs[0].key for refs in reader.rows[-1].heads.values()] == ["upheld", "corrected"]


@pytest.mark.parametrize("text", ["", "全年公开", "1 2 3", "、 。"])
def test_a_text_without_labels_has_no_rows(text: str) -> None:
    assert stream(text).rows == []


def test_values_beside_the_label_of_a_group_may_be_those_of_the_row_before() -> None:
    # A label that spans rows is centred over them, so that it comes between the label of a row and its values.
    before, group, after = stream(f"{REPEATED}\n（三）不予公开\n 1 0 0 0 0 0 1\n{TOTAL} 1 0 0 0 0 0 1").rows

    assert (before.has_stray, after.has_stray) == (True, False)
    assert len(group.pieces) == 7
