from reportparse.document import GridCell
from reportparse.limits import DEFAULT_LIMITS
from reportparse.readers.grids import MAX_COLUMN_SPAN, MAX_ROW_SPAN, MAX_SPANNED_COLUMNS, GridBuilder
from reportparse.spans import Span


def places(builder: GridBuilder) -> list[tuple[int, int]]:
    return [(cell.row, cell.column) for cell in builder.build(0, 9).cells]


def test_cells_take_places_one_after_another() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 2, is_head=True)
    builder.add_cell(3, 4)
    builder.start_row()
    builder.add_cell(5, 7)

    grid = builder.build(0, 8)

    assert (grid.span, grid.rows, grid.columns) == (Span(0, 8), 2, 2)
    assert grid.cells == (GridCell(0, 0, 1, 1, 0, 2, True), GridCell(0, 1, 1, 1, 3, 4), GridCell(1, 0, 1, 1, 5, 7))


def test_a_place_that_a_span_covers_is_passed_over() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 1, row_span=2)
    builder.add_cell(1, 2)
    builder.start_row()
    builder.add_cell(2, 3)

    assert places(builder) == [(0, 0), (0, 1), (1, 1)]


def test_cells_go_round_a_block_that_covers_rows_and_columns() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 1)
    builder.add_cell(1, 2, row_span=3, column_span=2)
    builder.add_cell(2, 3)
    for start in (3, 5):
        builder.start_row()
        builder.add_cell(start, start + 1)
        builder.add_cell(start + 1, start + 2)

    assert places(builder) == [(0, 0), (0, 1), (0, 3), (1, 0), (1, 3), (2, 0), (2, 3)]


def test_a_row_of_fewer_cells_leaves_places_that_were_not_printed() -> None:
    builder = GridBuilder()
    for width in (3, 1):
        builder.start_row()
        for place in range(width):
            builder.add_cell(place, place + 1)

    grid = builder.build(0, 4)

    assert (grid.rows, grid.columns, len(grid.cells)) == (2, 3, 4)


def test_a_cell_before_any_row_begins_the_first() -> None:
    builder = GridBuilder()
    builder.add_cell(0, 1)

    assert places(builder) == [(0, 0)]


def test_a_span_below_the_last_row_is_cut_there() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 1, row_span=5)
    builder.start_row()
    builder.add_cell(1, 2)

    grid = builder.build(0, 2)

    assert [cell.row_span for cell in grid.cells] == [2, 1]


def test_spans_of_nothing_count_as_one_and_huge_ones_are_cut() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 1, row_span=0, column_span=-3)
    builder.add_cell(1, 2, row_span=10**9, column_span=10**9)
    for _ in range(3):
        builder.start_row()

    nothing, huge = builder.build(0, 2).cells

    assert (nothing.row_span, nothing.column_span) == (1, 1)
    assert (huge.row_span, huge.column_span) == (4, MAX_COLUMN_SPAN)
    assert MAX_ROW_SPAN > 4


def test_spans_over_more_places_than_any_table_has_are_read_as_one() -> None:
    builder = GridBuilder()
    wide = DEFAULT_LIMITS.max_cells // (MAX_COLUMN_SPAN - 1) + 1
    for _ in range(wide):
        builder.start_row()
        builder.add_cell(0, 1, column_span=MAX_COLUMN_SPAN)

    assert builder.spans_were_cut
    assert {cell.column_span for cell in builder.build(0, 1).cells[-1:]} == {1}


def test_an_empty_builder_builds_an_empty_grid() -> None:
    grid = GridBuilder().build(4, 4)

    assert (grid.rows, grid.columns, grid.cells) == (0, 0, ())


def test_cells_that_span_rows_in_too_many_columns_are_read_as_one_row() -> None:
    builder = GridBuilder()
    builder.start_row()
    for _ in range(MAX_SPANNED_COLUMNS + 2):
        builder.add_cell(0, 1, row_span=3)
    builder.start_row()
    builder.start_row()

    first, *_, last = builder.build(0, 1).cells

    assert builder.spans_were_cut
    assert (first.row_span, last.row_span) == (3, 1)


def test_spans_that_ended_above_do_not_count() -> None:
    builder = GridBuilder()
    for _ in range(3):
        builder.start_row()
        for _ in range(MAX_SPANNED_COLUMNS // 2):
            builder.add_cell(0, 1, row_span=2)
        builder.start_row()

    assert not builder.spans_were_cut


def test_row_spans_over_too_many_columns_are_cut_and_told() -> None:
    builder = GridBuilder()
    for row in range(MAX_SPANNED_COLUMNS + 2):
        builder.start_row()
        builder.add_cell(row, row + 1, row_span=60_000)

    cells = builder.build(0, 1).cells

    assert builder.spans_were_cut
    assert [cell.column for cell in cells[:3]] == [0, 1, 2]
    assert cells[-1].row_span == 1


def test_row_spans_that_ended_do_not_count_against_the_bound() -> None:
    builder = GridBuilder()
    for row in range(3 * MAX_SPANNED_COLUMNS):
        builder.start_row()
        builder.add_cell(row, row + 1, row_span=2)

    builder.build(0, 1)

    assert not builder.spans_were_cut


def test_a_cell_beside_a_wide_span_from_above_stands_after_all_of_it() -> None:
    builder = GridBuilder()
    builder.start_row()
    builder.add_cell(0, 1)
    builder.add_cell(1, 2, row_span=2, column_span=3)
    builder.start_row()
    builder.add_cell(2, 3, column_span=2)
    builder.add_cell(3, 4)

    assert [cell.column for cell in builder.build(0, 4).cells] == [0, 1, 0, 4]
