import pytest

from reportparse.tables.columns import ColumnPlaces, Ruler, learn_places, place_by_columns
from reportparse.tables.observe import observe
from reportparse.tables.rows import Piece, SeenRow
from reportparse.text.lines import display_width
from reportparse.text.words import Words


class Page:
    """Lines of an aligned text as rows: the first word of a line is its label, numbers are its values."""

    def __init__(self, *lines: str, heads: str = "") -> None:
        text = "\n".join([heads, *lines])
        observation = observe(text, [], Words())
        self.ruler = Ruler(text, observation.line_starts)
        self.heads = [token for token in observation.tokens if token.line == 0]
        self.rows = []
        for number in range(1, len(lines) + 1):
            pieces: list[Piece] = [t for t in observation.tokens if t.line == number and t.word.is_value]
            self.rows.append(SeenRow(0, 0, (), pieces, lines=(number, number)))

    def ways(self, width: int) -> list[ColumnPlaces]:
        return learn_places(self.rows, self.heads, width, self.ruler)

    def placed(self, number: int, width: int) -> list[list[str] | None]:
        """How each way places a row, blanks as _."""
        found = [place_by_columns(self.rows[number], way) for way in self.ways(width)]
        return [None if cells is None else [cell.text if cell else "_" for cell in cells] for cells in found]


def test_wide_characters_take_two_columns() -> None:
    assert [display_width(text) for text in ("", "abc", "规章", "（1）", "1 规", "é")] == [0, 3, 4, 5, 4, 1]


def test_a_ruler_measures_by_characters_or_by_width() -> None:
    ruler = Ruler("规章\n总计 12", [0, 3])

    assert ruler.extent(6, 8, 1, by_width=False) == (3, 5)
    assert ruler.extent(6, 8, 1, by_width=True) == (5, 7)


def test_complete_rows_tell_where_columns_stand() -> None:
    page = Page(
        "规章      1         2         3",
        "总计      4         5         6",
        "其他      7                   9",
    )

    assert page.placed(2, 3)
    assert all(cells == ["7", "_", "9"] for cells in page.placed(2, 3))


def test_one_complete_row_is_too_few_to_tell_columns() -> None:
    page = Page("规章      1         2         3", "其他      7                   9")

    assert page.ways(3) == []


def test_values_that_fall_into_as_many_groups_as_columns_tell_them() -> None:
    page = Page(
        "规章      1         2",
        "总计                5         6",
        "其他      7                   9",
    )

    assert page.placed(2, 3)
    assert all(cells == ["7", "_", "9"] for cells in page.placed(2, 3))


def test_a_group_of_one_value_is_no_column() -> None:
    page = Page("规章      1         2         3", "总计      4         5")

    assert page.ways(3) == []


def test_heads_tell_columns_where_rows_do_not() -> None:
    page = Page("规章      1", "其他                          9", heads="          甲        乙        丙")

    assert page.placed(1, 3)
    assert all(cells == ["_", "_", "9"] for cells in page.placed(1, 3))


def test_pieces_of_a_head_one_above_another_are_one_column() -> None:
    text = (
        "         商业      科研      总\n         企业      机构      计\n规章      1\n其他                          9"
    )
    observation = observe(text, [], Words())
    heads = [token for token in observation.tokens if token.line < 2]
    pieces = [token for token in observation.tokens if token.word.is_value]
    rows = [SeenRow(0, 0, (), [token], lines=(token.line, token.line)) for token in pieces]

    ways = learn_places(rows, heads, 3, Ruler(text, observation.line_starts))

    assert ways
    assert all(len(way.places) == 3 for way in ways)


def test_heads_over_several_columns_and_over_the_labels_are_left_out() -> None:
    page = Page(
        "规章                          1",
        "其他                                              9",
        heads="类别                          甲        乙        丙      法人或者其他各种组织",
    )

    assert all(len(way.places) == 3 for way in page.ways(3))
    assert page.ways(3)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("规章   1286        2        3", "总计      4        5        6", "其他     12                 9"), "right"),
        (("规章   1286      2      3", "总计   4         5      6", "其他   12               9"), "left"),
    ],
)
def test_columns_may_be_told_by_either_edge(lines: tuple[str, ...], expected: str) -> None:
    page = Page(*lines)

    assert page.placed(2, 3), expected
    assert all(cells == ["12", "_", "9"] for cells in page.placed(2, 3))


def test_a_value_between_two_columns_stands_in_none() -> None:
    page = Page("规章      1         2         3", "总计      4         5         6", "其他           7")

    assert page.placed(2, 3)
    assert set(map(str, page.placed(2, 3))) == {"None"}


def test_two_values_in_one_column_place_nothing() -> None:
    page = Page("规章      1         2         3", "总计      4         5         6", "其他      7 8")

    assert page.placed(2, 3)
    assert set(map(str, page.placed(2, 3))) == {"None"}


def test_values_on_several_lines_have_no_place() -> None:
    page = Page("规章      1         2         3", "总计      4         5         6")
    row = SeenRow(0, 0, (), [*page.rows[0].pieces[:1], *page.rows[1].pieces[1:]])

    assert all(place_by_columns(row, way) is None for way in page.ways(3))


def test_columns_too_close_to_one_another_are_none() -> None:
    page = Page("规章 1 2 3", "总计 4 5 6", "其他 7 9")

    assert all(min(b - a for a, b in zip(way.places, way.places[1:], strict=False)) > 1 for way in page.ways(3))


def test_rows_that_do_not_line_up_tell_nothing() -> None:
    page = Page(
        "规章 1   2   3",
        "行政规范性文件 4   5   6",
        "其他对外管理服务事项的数量 7   8   9",
        "总计 1   3",
    )

    assert page.placed(3, 3) == [] or not any(page.placed(3, 3))


def test_rows_without_values_tell_nothing() -> None:
    page = Page("规章", "总计")

    assert page.ways(3) == []
