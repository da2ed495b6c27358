import pytest

from reportparse.readers.html.read import read_html
from reportparse.tables.gridrows import rows_of_grid
from reportparse.tables.observe import observe
from reportparse.tables.rows import SeenRow, Sighting
from reportparse.text.words import Words

HEADS = "自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计"


def read(text: str) -> tuple[list[SeenRow], list[Sighting]]:
    (grid,) = observe(text, [], Words()).grids
    return rows_of_grid(grid, 0, Words())


def read_page(table: str) -> tuple[str, list[SeenRow]]:
    """The rows of the one table of a page, with the text of the page."""
    markup = read_html(f"<table>{table}</table>")
    (grid,) = observe(markup.text, markup.grids, Words()).grids
    return markup.text, rows_of_grid(grid, 0, Words())[0]


def printed(row: SeenRow) -> list[str]:
    return [piece.text for piece in row.pieces]


def key_of(row: SeenRow) -> str:
    return " ".join(dict.fromkeys(key for _, key in row.addresses))


def test_the_cells_after_a_label_are_its_values_blank_ones_too() -> None:
    text = "|重复申请|1|||—|\n|（七）总计|1|0|0|0|"

    rows, _ = read(text)

    assert [(key_of(row), printed(row)) for row in rows] == [
        ("results.not_processed.duplicate", ["1", "", "", "—"]),
        ("results.total", ["1", "0", "0", "0"]),
    ]
    assert [piece.column for piece in rows[0].pieces] == [1, 2, 3, 4]
    assert text[rows[0].start : rows[0].end] == "重复申请"
    assert {row.block for row in rows} == {0}


def test_the_rightmost_label_of_a_row_is_its_own() -> None:
    rows, _ = read("|三、本年度办理结果|（五）不予处理|2.重复申请|1|\n|||（七）总计|1|")

    assert [(key_of(row), printed(row)) for row in rows] == [
        ("results.not_processed.duplicate", ["1"]),
        ("results.total", ["1"]),
    ]


def test_a_merged_cell_that_repeats_leaves_one_label() -> None:
    rows, _ = read("|（七）总计|（七）总计|1|\n|（一）予以公开|（一）予以公开|1|")

    assert [printed(row) for row in rows] == [["1"], ["1"]]


def test_heads_are_no_rows_and_stand_over_the_columns_below() -> None:
    rows, sightings = read(f"||{HEADS}|\n|（七）总计|1|0|0|0|0|0|1|")

    (row,) = rows
    over = {column: [ref.key for ref in refs if ref.table == "requests"] for column, refs in row.heads.items()}
    assert over[1] == ["natural_person"]
    assert over[7] == ["total"]
    assert len(sightings) == 8


def test_the_lowest_head_over_a_column_is_the_one_that_counts() -> None:
    _, rows = read_page(
        "<tr><td></td><td rowspan=2>自然人</td><td colspan=2>法人或其他组织</td></tr>"
        "<tr><td></td><td>商业企业</td><td>科研机构</td></tr><tr><td>（七）总计</td><td>1</td><td>0</td><td>0</td></tr>"
    )

    (row,) = rows
    assert [row.heads[column][0].key for column in (1, 2, 3)] == [
        "natural_person",
        "commercial_enterprise",
        "research_institution",
    ]


def test_new_heads_after_rows_replace_the_old_ones() -> None:
    rows, _ = read("||自然人|总计|\n|（七）总计|1|1|\n||结果维持|结果纠正|\n|（七）总计|1|1|")

    assert [row.heads[1][0].key for row in rows] == ["natural_person", "upheld"]


def test_a_unit_between_label_and_values_belongs_to_the_row() -> None:
    rows, _ = read("|制发规范性文件总数|件|3|\n|（二）申请办结数|件|38|")

    assert [(row.unit, printed(row)) for row in rows] == [("件", ["3"]), ("件", ["38"])]


def test_only_the_first_cell_can_be_the_unit() -> None:
    (row, _), _ = read("|制发规范性文件总数|件|3|件|\n|（二）申请办结数|件|38|件|")

    assert printed(row) == ["3", "件"]


def test_a_cell_under_the_head_of_the_units_is_no_value() -> None:
    rows, _ = read("|统计指标|单位|统计数|\n|制发规范性文件总数|份数|3|\n|（二）申请办结数||38|")

    assert [printed(row) for row in rows] == [["3"], ["38"]]


def test_a_row_with_an_unknown_label_keeps_label_and_values() -> None:
    text = "|（七）总计|1|\n|其中：涉外申请|1|\n|备注|见附表|\n|||"

    rows, _ = read(text)

    assert [(key_of(row), text[row.start : row.end], printed(row)) for row in rows] == [
        ("results.total", "（七）总计", ["1"]),
        ("", "其中：涉外申请", ["1"]),
    ]
    assert rows[1].key == "其中涉外申请"


def test_a_row_of_values_alone_may_be_that_of_a_table_printed_in_one_row() -> None:
    rows, _ = read("|结果维持|结果纠正|其他结果|尚未审结|\n|1|0||0|")

    (row,) = rows
    assert row.addresses[0] == ("review_and_litigation", "")
    assert (row.start, row.end) == (row.pieces[0].start, row.pieces[0].start)
    assert printed(row) == ["1", "0", "", "0"]


def test_as_many_values_as_a_table_in_one_row_has_are_a_row_without_heads_too() -> None:
    values = "|".join("100010200200011")

    rows, _ = read(f"|{values}|\n|{values}|")

    assert {row.addresses for row in rows} == {(("review_and_litigation", ""),)}


def test_the_one_row_of_a_table_may_be_left_empty() -> None:
    heads = "".join(f"<td>{head}</td>" for head in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
    empty = "<tr>" + "<td></td>" * 15 + "</tr>"

    _, rows = read_page(f"<tr>{heads}</tr>{empty}")
    _, others = read_page(f"<tr>{heads}</tr><tr><td></td><td></td></tr>")

    assert [printed(row) for row in rows] == [[""] * 15]
    assert rows[0].addresses == (("review_and_litigation", ""),)
    assert others == []


def test_a_broken_number_is_a_value_still() -> None:
    text, rows = read_page("<tr><td>结果维持</td><td>总计</td></tr><tr><td>1<br>2</td><td>1 2</td></tr>")

    assert [printed(row) for row in rows] == [["1\n2", "1 2"]]
    assert [text[piece.start : piece.end] for piece in rows[0].pieces] == ["1\n2", "1 2"]


BOX = "┌────┬──┐\n{}\n└────┴──┘"


def test_lines_of_a_box_without_a_rule_between_are_one_row_if_the_label_goes_on() -> None:
    rows, _ = read(BOX.format("│1.信访举报│3│\n│投诉类申请││\n├────┼──┤\n│2.重复申请│1│"))

    assert [(key_of(row), printed(row), row.is_torn) for row in rows] == [
        ("results.not_processed.petition_or_complaint", ["3"], True),
        ("results.not_processed.duplicate", ["1"], False),
    ]


def test_the_value_of_such_a_row_may_stand_in_its_second_line() -> None:
    text = BOX.format("│1.信访举报││\n│投诉类申请│3│\n├────┼──┤\n│2.重复申请│1│")

    rows, _ = read(text)

    assert printed(rows[0]) == ["3"]
    assert text[rows[0].pieces[0].start : rows[0].pieces[0].end] == "3"


@pytest.mark.parametrize("second", ["│2.重复申请│1│", "│投诉类申请│1│"])
def test_a_line_with_a_label_or_a_second_value_begins_a_row(second: str) -> None:
    rows, _ = read(BOX.format(f"│1.信访举报投诉类申请│3│\n{second}\n├────┼──┤\n│（七）总计│4│"))

    assert printed(rows[0]) == ["3"]
    assert printed(rows[-1]) == ["4"]
