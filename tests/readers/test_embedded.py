import pytest

from reportparse.document import Grid
from reportparse.readers.html.embedded import read_embedded


def rows_of(text: str, grid: Grid) -> list[list[str]]:
    """The printed text of the cells, by the row they begin in."""
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(text[cell.start : cell.end])
    return rows


def embedded(text: str) -> list[list[list[str]]]:
    return [rows_of(text, grid) for grid in read_embedded(text)[0]]


def test_tables_inside_markdown_are_found_at_their_places() -> None:
    text = "# 报告\n\n前 <b>粗</b>\n<table><tr><th>类别</th><td>规章</td></tr>\n<tr><td>3</td></tr></table>\n后"

    (grid,), _ = read_embedded(text)

    assert rows_of(text, grid) == [["类别", "规章"], ["3"]]
    assert text[grid.span.start : grid.span.end].startswith("<table>")
    assert text[grid.span.start : grid.span.end].endswith("</table>")
    assert [cell.is_head for cell in grid.cells] == [True, False, False]


def test_cells_that_are_not_closed_end_where_the_next_begins() -> None:
    text = "<table><tr><td>规章<td>3<tr><td>规范性文件<td>4</table>"

    assert embedded(text) == [[["规章", "3"], ["规范性文件", "4"]]]


def test_spans_of_embedded_cells_are_read_in_every_dress() -> None:
    (grid,), _ = read_embedded(
        "<table><tr><td rowspan='2' colspan=3 class=x>复议</td><td COLSPAN = \"4\">1</td></tr></table>"
    )

    assert [(cell.row_span, cell.column_span) for cell in grid.cells] == [(1, 3), (1, 4)]


def test_a_table_that_is_not_closed_is_no_grid() -> None:
    assert read_embedded("<table><tr><td>规章</td><td>3</td></tr>") == ((), ())


@pytest.mark.parametrize("text", ["一、总体情况", "<td>规章</td>", "</table>", "<tr><td>3</td></tr>"])
def test_text_without_a_table_has_no_grids(text: str) -> None:
    assert read_embedded(text) == ((), ())


def test_a_table_of_two_that_are_not_parted_begins_afresh() -> None:
    assert embedded("<table><tr><td>弃</td><table><tr><td>规章</td></tr></table>") == [[["规章"]]]
