import pytest

from reportparse.tables.readings import (
    Doubt,
    LineLayout,
    Placement,
    doubt,
    doubt_order,
    learn_columns,
    learn_line_layout,
    place_by_lines,
    place_in_grid,
    place_under_heads,
)
from reportparse.tables.rows import Cell, Piece, SeenRow, Token
from reportparse.text.words import Word

NO_HEADS = [frozenset[int]()]


def pieces(words: str, *columns: int) -> list[Piece]:
    """Words as pieces, _ as a cell printed blank; each in its own column unless told otherwise."""
    return [
        Cell(10 * place, 10 * place + 1, Word("" if word == "_" else word), columns[place] if columns else place)
        for place, word in enumerate(words.split())
    ]


def row(words: str, *columns: int) -> SeenRow:
    return SeenRow(0, 0, (), pieces(words, *columns))


def shown(placement: Placement | None) -> str | None:
    """The cells of a placement as words; . is a cell that the layout left out."""
    if placement is None:
        return None
    return " ".join("." if cell is None else cell.text or "_" for cell in placement.cells)


def options(found: Doubt) -> list[set[str | None]]:
    return [{None if piece is None else piece.text for piece in cell} for cell in found.options]


def heads(*columns: int | tuple[int, ...]) -> list[frozenset[int]]:
    return [frozenset((column,) if isinstance(column, int) else column) for column in columns]


# Grids


def test_as_many_cells_as_columns_stand_in_their_order() -> None:
    assert shown(place_in_grid(row("1 _ 3"), NO_HEADS, NO_HEADS, 3)) == "1 _ 3"


def test_more_cells_are_placed_under_their_heads() -> None:
    printed = row("9 1 _ 3", 4, 5, 6, 7)

    assert shown(place_in_grid(printed, heads((4, 5), 6, 7), NO_HEADS, 3)) is None  # 9 and 1 stand in one column
    assert shown(place_in_grid(row("_ 1 _ 3", 4, 5, 6, 7), heads((4, 5), 6, 7), NO_HEADS, 3)) == "1 _ 3"
    assert shown(place_in_grid(row("1 1 _ 3", 4, 5, 6, 7), heads((4, 5), 6, 7), NO_HEADS, 3)) == "1 _ 3"


def test_columns_learnt_from_complete_rows_do_where_heads_are_missing() -> None:
    printed = row("_ 1 2 3", 1, 2, 3, 4)

    assert shown(place_in_grid(printed, NO_HEADS, heads(2, 3, 4), 3)) == "1 2 3"


def test_a_value_under_no_head_is_not_left_out() -> None:
    assert place_in_grid(row("1 2 3 9", 1, 2, 3, 4), heads(1, 2, 3), NO_HEADS, 3) is None


def test_a_column_without_a_cell_leaves_the_row_open() -> None:
    assert place_in_grid(row("1 2", 1, 2), heads(1, 2, 3), NO_HEADS, 3) is None


def test_blank_cells_at_the_end_that_are_too_many_are_left_out() -> None:
    assert shown(place_in_grid(row("1 2 3 _ _"), NO_HEADS, NO_HEADS, 3)) == "1 2 3"
    assert place_in_grid(row("1 2 3 _ 4"), NO_HEADS, NO_HEADS, 3) is None


def test_blank_cells_at_either_end_leave_the_row_open_without_heads() -> None:
    # A label over several columns leaves empty cells before the values, a blank last value an empty cell behind them.
    printed = row("_ 1 2 _", 4, 5, 6, 7)

    assert place_in_grid(printed, NO_HEADS, NO_HEADS, 3) is None
    assert shown(place_in_grid(printed, heads(5, 6, 7), NO_HEADS, 3)) == "1 2 _"
    assert shown(place_in_grid(printed, NO_HEADS, heads(4, 5, 6), 3)) == "_ 1 2"
    assert place_in_grid(printed, heads(5, 6, 7), heads(4, 5, 6), 3) is None


def test_most_complete_rows_tell_the_columns_of_a_grid() -> None:
    printed = [row("1 2", 3, 4), row("1 2", 3, 4), row("1 2", 2, 4), row("1 2 3", 1, 2, 3)]

    assert learn_columns(printed, 2) == heads(3, 4)
    assert learn_columns(printed[3:], 2) == NO_HEADS


def test_values_of_running_text_stand_under_heads_that_repeat() -> None:
    # A head over two columns is printed twice, and so is the value of the cell that spans them.
    assert shown(place_under_heads(row("1 1 2"), heads((0, 1), 2))) == "1 2"
    assert place_under_heads(row("1 7 2"), heads((0, 1), 2)) is None


# One cell a line


def lines(words: str, *, after: int = 2, gap: int = 1) -> SeenRow:
    """A row printed one cell a line with empty lines between; a blank cell is an empty line of its own."""
    printed: list[Piece] = []
    empty = gap
    for word in words.split():
        if word == "_":
            empty += 1 + gap
        else:
            printed.append(Token(0, 1, Word(word), gap=empty))
            empty = gap
    return SeenRow(0, 0, (), printed, gap_after=empty - gap + after)


def learnt(*rows: SeenRow, width: int = 3) -> LineLayout | None:
    return learn_line_layout([(one, width) for one in rows])


def test_rows_with_and_without_blanks_tell_how_blanks_are_printed() -> None:
    assert learnt(lines("1 2 3"), lines("1 _ 3"), lines("_ _ 3")) == LineLayout(gap=1, after=2)


def test_without_complete_rows_the_smallest_gap_is_that_between_cells() -> None:
    assert learnt(lines("1 2 _"), lines("1 _ 3"), lines("_ _ 3")) == LineLayout(gap=1, after=2)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "no rows"),
        ((lines("1 2 3"), lines("4 5 6")), "no row lacks a value"),
        ((lines("1 2 3"), lines("1 _ 3")), "one row is no pattern"),
        ((lines("1 _ 3"), lines("1 _ 4")), "all rows lack as many: blanks may be told by count alone"),
        ((lines("1 2 3"), lines("1 3"), lines("3")), "blanks vanished: they left no lines"),
        ((lines("1 2 3"), lines("1 2 3", gap=0), lines("_ 2 3"), lines("_ _ 3")), "cells stand unevenly"),
    ],
)
def test_what_does_not_tell_how_blanks_are_printed(rows: tuple[SeenRow, ...], why: str) -> None:
    assert learnt(*rows) is None, why


def test_values_on_one_line_tell_nothing() -> None:
    inline = SeenRow(0, 0, (), [Token(0, 1, Word("1"), gap=-1), Token(2, 3, Word("2"), gap=-1)], gap_after=0)

    assert learnt(inline, inline) is None


def test_tables_of_one_column_and_rows_too_long_are_not_asked() -> None:
    assert learn_line_layout([(lines("1"), 1), (lines("_"), 1)]) is None
    assert learnt(lines("1 2 3"), lines("1 _ 3"), lines("_ _ 3"), lines("1 2 3 4")) == LineLayout(1, 2)


LAYOUT = LineLayout(gap=1, after=2)


@pytest.mark.parametrize(
    ("words", "cells"),
    [("1 _ 3", "1 . 3"), ("_ _ 3", ". . 3"), ("1 _ _", "1 . ."), ("_ 2 _", ". 2 ."), ("_ _ _", ". . .")],
)
def test_empty_lines_place_the_values(words: str, cells: str) -> None:
    assert shown(place_by_lines(lines(words), 3, LAYOUT, 1, is_last=False)) == cells


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (lines("1 3"), "fewer lines than cells"),
        (lines("1 _ 3 _"), "more lines than cells"),
        (lines("1 _ 3", after=3), "what follows stands further off"),
        (SeenRow(0, 0, (), [Token(0, 1, Word("1"), gap=2)], gap_after=4), "half a blank before the value"),
        (SeenRow(0, 0, (), [Token(0, 1, Word("1"), gap=0)], gap_after=6), "the value stands nearer than any cell"),
    ],
)
def test_lines_that_do_not_come_out_even_place_nothing(seen: SeenRow, why: str) -> None:
    assert place_by_lines(seen, 3, LAYOUT, 1, is_last=False) is None, why


def test_what_follows_the_last_row_may_stand_further_off() -> None:
    further = lines("1 _ 3", after=5)

    assert place_by_lines(further, 3, LAYOUT, 1, is_last=False) is None
    assert shown(place_by_lines(further, 3, LAYOUT, 1, is_last=True)) == "1 . 3"
    assert place_by_lines(lines("1", after=0), 3, LAYOUT, 1, is_last=True) is None


def test_the_first_value_may_have_another_gap_than_its_neighbours() -> None:
    seen = SeenRow(0, 0, (), [Token(0, 1, Word("1"), gap=4), Token(2, 3, Word("3"), gap=3)], gap_after=2)

    assert shown(place_by_lines(seen, 3, LAYOUT, 4, is_last=False)) == "1 . 3"


# Doubt


def test_fewer_values_than_cells_keep_their_order() -> None:
    found = doubt(pieces("5 7"), 3, 100)

    assert options(found) == [{"5", None}, {"5", "7", None}, {"7", None}]
    assert (found.readings, found.complete) == (3, True)


def test_no_value_leaves_every_cell_blank_or_unread() -> None:
    found = doubt([], 2, 100)

    assert options(found) == [{None}, {None}]
    assert (found.readings, found.complete) == (1, True)


def test_more_values_than_cells_admit_that_neighbours_are_one_number() -> None:
    found = doubt(pieces("1 2 3"), 2, 100)

    assert options(found) == [{"1", "2", "12", None}, {"2", "3", "23", None}]


def test_a_joined_number_keeps_the_place_of_both() -> None:
    first, second = pieces("1 2")

    joined = next(piece for piece in doubt([first, second], 1, 100).options[0] if piece and piece.text == "12")

    assert (joined.start, joined.end) == (first.start, second.end)


def test_a_value_of_many_digits_may_be_several_run_together() -> None:
    found = doubt(pieces("302"), 3, 100)

    assert options(found) == [{"302", "3", None}, {"302", "0", None}, {"302", "2", None}]
    # In one of three cells, or parted.
    assert (found.readings, found.complete) == (4, True)


def test_no_number_begins_with_zero_when_digits_are_parted() -> None:
    printed = {text for cell in options(doubt(pieces("1003"), 2, 100)) for text in cell if text}

    assert printed.isdisjoint({"003", "03", "00"})


def test_the_parts_of_a_run_of_digits_are_the_whole_of_it() -> None:
    assert options(doubt(pieces("1234"), 2, 100)) == [
        {"1234", "1", "12", "123", None},
        {"1234", "4", "34", "234", None},
    ]


@pytest.mark.parametrize("word", ["—", "1,234", "2", "1" * 60])
def test_marks_commas_and_too_short_or_long_numbers_are_not_parted(word: str) -> None:
    assert options(doubt(pieces(word), 2, 100)) == [{word, None}, {word, None}]


def test_the_count_of_readings_stops_at_its_bound_and_says_so() -> None:
    found = doubt(pieces("1 2 3 4 5 6 7"), 15, 100)

    assert (found.readings, found.complete) == (100, False)
    assert len(found.options) == 15


@pytest.mark.parametrize("count", [0, 500])
def test_numbers_of_cells_that_no_form_has_are_not_counted(count: int) -> None:
    found = doubt(pieces("1 " * count), 300, 100)

    assert (len(found.options), found.readings, found.complete) == (300, 100, False)


def test_values_whose_order_is_lost_may_stand_anywhere() -> None:
    found = doubt_order(pieces("1 2"), 3, 100)

    assert options(found) == [{"1", "2", None}] * 3
    assert (found.readings, found.complete) == (100, False)
