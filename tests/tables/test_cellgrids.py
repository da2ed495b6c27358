import pytest

from reportparse.document import Grid, GridCell
from reportparse.spans import Span
from reportparse.tables.cellgrids import MAX_ROW_LINE, CellGrid
from reportparse.tables.observe import Observation, observe
from reportparse.text.words import Words


def seen(text: str) -> Observation:
    return observe(text, [], Words())


def words(text: str) -> list[str]:
    return [token.text for token in seen(text).tokens]


def rows(grid: CellGrid) -> list[list[str]]:
    return [[cell.text for cell in cells] for cells in grid.rows]


def only_grid(text: str) -> CellGrid:
    observation = seen(text)
    (grid,) = observation.grids
    for cells in grid.rows:
        for cell in cells:
            assert text[cell.start : cell.end] == cell.text
    return grid


# Bars and tabs


@pytest.mark.parametrize("bar", ["|", "│", "┃", "║", "｜"])
def test_lines_that_bars_cut_are_a_grid(bar: str) -> None:
    grid = only_grid(f"前\n{bar} 规章 {bar}  {bar} 3 {bar}\n{bar}总计{bar}0{bar}3{bar}\n后")

    assert rows(grid) == [["规章", "", "3"], ["总计", "0", "3"]]


def test_outer_bars_may_be_missing_from_all_rows() -> None:
    assert rows(only_grid("规章 | 1 | 3\n总计 | 0 | 3")) == [["规章", "1", "3"], ["总计", "0", "3"]]


def test_the_rule_under_a_markdown_head_is_no_row() -> None:
    assert rows(only_grid("| 类别 | 件数 |\n|:---|---:|\n| 规章 | 3 |")) == [["类别", "件数"], ["规章", "3"]]


def test_a_row_of_dashes_as_marks_is_kept() -> None:
    assert rows(only_grid("| 规章 | — |\n| 总计 | — |")) == [["规章", "—"], ["总计", "—"]]


def test_tabs_cut_a_line_at_every_tab() -> None:
    assert rows(only_grid("规章\t\t3\n总计\t0\t3")) == [["规章", "", "3"], ["总计", "0", "3"]]


def test_places_of_cells_count_in_the_text() -> None:
    grid = only_grid("前\n| 规章 | 3 |\n| 总计 |   |\n| 合计 | 3 |\n")

    assert (grid.start, grid.end) == (2, 34)
    assert [(cell.column, cell.column_span) for cell in grid.rows[1]] == [
        (0, 1),
        (1, 1),
    ]


@pytest.mark.parametrize(
    "text",
    ["规章 | 3", "| 规章 |", "首页 | 机构\n正文没有竖线", "|规章|\n|总计|", "甲\t乙", "规章|\n总计|"],
)
def test_a_single_row_or_single_cells_are_running_text(text: str) -> None:
    assert seen(text).grids == []
    assert words(text) == [word for word in text.replace("|", " ").split() if word]


def test_a_line_far_longer_than_a_row_is_running_text() -> None:
    line = "规章|3|" * (MAX_ROW_LINE // 4)

    assert seen(f"{line}\n{line}").grids == []


def test_two_blocks_are_two_grids_in_the_order_of_the_text() -> None:
    block = "|规章|3|\n|总计|3|\n"

    observation = seen(f"{block}\n正文\n{block}")

    assert [rows(grid) for grid in observation.grids] == [[["规章", "3"], ["总计", "3"]]] * 2
    assert [token.text for token in observation.tokens] == ["正文"]


# Drawn tables


BOX = "┌────┬──┐\n│规章│1 │\n├────┼──┤\n│规范│2 │\n│文件│  │\n└────┴──┘\n"


def test_rules_of_a_box_are_no_rows() -> None:
    assert rows(only_grid(BOX)) == [["规章", "1"], ["规范", "2"], ["文件", ""]]


def test_lines_of_a_box_that_no_rule_parts_are_noted() -> None:
    assert only_grid(BOX).unruled == {2}


def test_lines_between_bars_alone_are_all_rows() -> None:
    assert only_grid("|规章|1|\n|总计|1|").unruled == frozenset()


def test_a_line_with_another_number_of_cells_is_no_second_line() -> None:
    assert only_grid("┌──┬──┐\n│规章│1│\n│总│计│1│").unruled == frozenset()


# Grids of the markup


def test_cells_of_the_markup_are_read_without_white_space_at_their_edges() -> None:
    text = "前\n 规章 \t3\n\t\n后"
    grid = Grid(Span(2, 9), 2, 2, (GridCell(0, 0, 2, 1, 2, 6), GridCell(0, 1, 1, 1, 7, 8), GridCell(1, 1, 1, 1, 9, 10)))

    observation = observe(text, [grid], Words())

    (own,) = observation.grids
    assert [[(cell.text, cell.start, cell.end, cell.column) for cell in cells] for cells in own.rows] == [
        [("规章", 3, 5, 0), ("3", 7, 8, 1)],
        [("", 9, 9, 1)],
    ]
    assert [token.text for token in observation.tokens] == ["前", "后"]


def test_lines_of_several_grids_are_no_running_text() -> None:
    text = "甲\n一\n乙\n二\n丙\n三"
    grids = [Grid(Span(place, place + 1), 1, 1, (GridCell(0, 0, 1, 1, place, place + 1),)) for place in (6, 2)]

    observation = observe(text, grids, Words())

    assert [token.text for token in observation.tokens] == ["甲", "乙", "丙", "三"]
    assert [grid.start for grid in observation.grids] == [2, 6]


def test_a_grid_without_cells_hides_no_lines() -> None:
    text = "甲\n乙"

    observation = observe(text, [Grid(Span(0, 1), 0, 0, ())], Words())

    assert [token.text for token in observation.tokens] == ["甲", "乙"]


def test_grids_without_cells_tell_no_line_twice() -> None:
    text = "\n甲\n乙"

    observation = observe(text, [Grid(Span(0, 1), 0, 0, ())] * 3, Words())

    assert [token.text for token in observation.tokens] == ["甲", "乙"]


def test_a_line_is_in_a_grid_if_any_of_its_print_is() -> None:
    text = "甲\n一 二\n三 四\n乙\n五\n丙"
    outer = Grid(Span(4, 9), 2, 1, (GridCell(0, 0, 1, 1, 4, 5), GridCell(1, 0, 1, 1, 6, 9)))
    inner = Grid(Span(6, 7), 1, 1, (GridCell(0, 0, 1, 1, 6, 7),))
    last = Grid(Span(12, 13), 1, 1, (GridCell(0, 0, 1, 1, 12, 13),))

    observation = observe(text, [outer, inner, last], Words())

    assert [(token.text, token.line, token.gap) for token in observation.tokens] == [
        ("甲", 0, 0),
        ("乙", 3, 0),
        ("丙", 5, 0),
    ]
