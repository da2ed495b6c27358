"""White space of a page is collapsed as a browser does, however its text comes in pieces."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from reportparse.readers.grids import USUAL_SHAPE
from reportparse.readers.html.textwriter import TextWriter

PIECES = st.lists(st.text(" \t\r\n\f\xa0\u3000一3", min_size=1, max_size=6), max_size=8)


def after_a_block() -> TextWriter:
    writer = TextWriter()
    writer.write("前")
    writer.end_block()
    return writer


@given(pieces=PIECES)
def test_text_is_the_same_in_pieces_and_as_a_whole(pieces: list[str]) -> None:
    whole, parted = after_a_block(), after_a_block()

    if pieces:
        whole.write("".join(pieces))
    for piece in pieces:
        parted.write(piece)

    assert parted.text == whole.text


@given(pieces=PIECES)
def test_asking_for_the_place_changes_nothing(pieces: list[str]) -> None:
    unasked, asked = after_a_block(), after_a_block()

    for piece in pieces:
        unasked.write(piece)
        asked.write(piece)
        assert asked.length == len(asked.text)

    assert asked.text == unasked.text


@given(texts=st.lists(st.text(" \t\n\xa0一3", max_size=5), min_size=1, max_size=5))
def test_cells_of_a_row_stand_where_it_says(texts: list[str]) -> None:
    writer, row = after_a_block(), html.fromstring("<table><tr><td>1</table>")

    writer.start_line()
    starts = writer.write_row(row, texts, [USUAL_SHAPE] * len(texts))

    cells = [writer.text[start : after - 1] for start, after in pairwise(starts)]
    assert cells == [re.sub("[ \t\n]+", " ", text.strip(" \t\n")) for text in texts]
    assert starts[-1] - 1 == writer.length
    assert writer.starts == starts[:-1]
