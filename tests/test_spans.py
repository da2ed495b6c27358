from bisect import bisect_right
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reportparse.spans import LineIndex, OffsetMap, Shift, Span

# 網 際 網 路 上 -> 互 联 网 上
PHRASE = OffsetMap([Shift(0, 4, 0, 3)])
DELETION = OffsetMap([Shift(2, 4, 2, 2)])


@st.composite
def edits(draw: st.DrawFn, text: str) -> tuple[str, OffsetMap]:
    """A text made from ``text`` by replacing stretches, and the map back; lengths always change."""
    shifts: list[Shift] = []
    made: list[str] = []
    place = length = 0
    while place < len(text):
        same = draw(st.integers(0, 3))
        made.append(text[place : place + same])
        length += len(made[-1])
        place += len(made[-1])
        old = min(draw(st.integers(1, 3)), len(text) - place)
        new = draw(st.sampled_from([size for size in range(5) if size != old]))
        if old:
            made.append("#" * new)
            shifts.append(Shift(place, place + old, length, length + new))
            length += new
            place += old
    return "".join(made), OffsetMap(shifts)


def test_without_shifts_places_are_the_same() -> None:
    assert OffsetMap().source_span(3, 5) == Span(3, 5)
    assert OffsetMap().target_span(3, 5) == Span(3, 5)


def test_any_part_of_a_replaced_phrase_stands_for_the_whole_phrase() -> None:
    assert PHRASE.source_span(1, 2) == Span(0, 4)
    assert PHRASE.target_span(1, 2) == Span(0, 3)


def test_text_after_a_replaced_phrase_is_moved() -> None:
    assert PHRASE.source_span(3, 4) == Span(4, 5)
    assert PHRASE.target_span(4, 5) == Span(3, 4)


def test_deleted_characters_belong_to_no_span_beside_them() -> None:
    assert DELETION.source_span(0, 2) == Span(0, 2)
    assert DELETION.source_span(2, 3) == Span(4, 5)


def test_a_span_over_a_deletion_holds_the_deleted_characters() -> None:
    assert DELETION.source_span(1, 3) == Span(1, 5)


def test_deleted_characters_have_an_empty_target() -> None:
    assert DELETION.target_span(2, 4) == Span(2, 2)


def test_an_empty_span_stays_empty() -> None:
    assert PHRASE.source_span(3, 3) == Span(4, 4)
    assert DELETION.source_span(2, 2) == Span(4, 4)


def test_a_shift_of_equal_length_is_one_block() -> None:
    # It stands for edits that overlapped, so nobody knows which character came from which.
    block = OffsetMap([Shift(1, 3, 1, 3)])

    assert block.source_span(1, 2) == Span(1, 3)


def test_edits_that_touch_stay_apart_when_composed() -> None:
    composed = OffsetMap([Shift(0, 2, 0, 0)]).then(OffsetMap([Shift(0, 4, 0, 3)]))

    assert composed.shifts == (Shift(0, 2, 0, 0), Shift(2, 6, 0, 3))


def test_composing_with_no_edit_changes_nothing() -> None:
    assert PHRASE.then(OffsetMap()).shifts == PHRASE.shifts
    assert OffsetMap().then(PHRASE).shifts == PHRASE.shifts


@given(st.data())
def test_a_map_points_every_character_home(data: st.DataObject) -> None:
    text = data.draw(st.text("abcdef", max_size=30))
    made, to_source = data.draw(edits(text))

    spans = [to_source.source_span(place, place + 1) for place in range(len(made))]

    assert all(text[span.start : span.end] == new for span, new in zip(spans, made, strict=True) if new != "#")
    assert all(first.start <= second.start and first.end <= second.end for first, second in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(st.data())
def test_composition_agrees_with_looking_up_twice(data: st.DataObject) -> None:
    text = data.draw(st.text("abcdef", max_size=30))
    between, first = data.draw(edits(text))
    made, second = data.draw(edits(between))

    composed = first.then(second)

    for place in range(len(made)):
        inner = second.source_span(place, place + 1)
        wanted = first.source_span(inner.start, inner.end)
        found = composed.source_span(place, place + 1)
        # Where edits overlap the composed stretch may reach farther, never less far.
        assert found.start <= wanted.start
        assert found.end >= wanted.end
        if made[place] != "#":
            assert found == wanted
    assert composed.source_span(0, len(made)).end <= len(text)


@given(st.text("a\n", max_size=30))
def test_line_numbers_count_newlines(text: str) -> None:
    starts = [0] + [place + 1 for place, character in enumerate(text) if character == "\n"]
    index = LineIndex(text)

    assert [index.line(place) for place in range(len(text) + 1)] == [
        bisect_right(starts, place) for place in range(len(text) + 1)
    ]


@given(st.data())
def test_a_place_stands_for_where_its_span_begins(data: st.DataObject) -> None:
    text, to_source = data.draw(edits("x" * data.draw(st.integers(0, 20))))

    places = range(len(text) + 1)

    assert [to_source.source_place(place) for place in places] == [
        to_source.source_span(place, place).start for place in places
    ]
