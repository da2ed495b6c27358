from reportparse.document import Grid, GridCell, Image, Link, Places, SourceDocument
from reportparse.kinds import Finding
from reportparse.readers.parts import join_parts
from reportparse.spans import Span

PAGE = SourceDocument("年度报告\n附件", name="a.html", links=(Link(Span(5, 7), "b.docx"),), url="http://example.org/a")
TABLE = SourceDocument(
    "规章\t3",
    name="b.docx",
    media_type="application/x-docx",
    sha256="ab",
    grids=(Grid(Span(0, 4), 1, 2, (GridCell(0, 0, 1, 1, 0, 2), GridCell(0, 1, 1, 1, 3, 4, True))),),
    headings=(Span(0, 2),),
    furniture=(Span(3, 4),),
    images=(Image(2, "word/media/image1.png"),),
    places=Places([0, 3], lambda first, last: f"cell {first}-{last}"),
    findings=(Finding(code="x", severity="note", message="x", spans=(Span(1, 2),)),),
)


def test_places_move_with_the_text_of_their_part() -> None:
    joined = join_parts([PAGE, TABLE])
    first, second = joined.grids[0].cells

    assert joined.text[first.start : first.end] == "规章"
    assert (joined.text[second.start : second.end], second.is_head) == ("3", True)
    assert [joined.text[start:end] for start, end in (*joined.headings, *joined.furniture)] == ["规章", "3"]
    assert joined.text[joined.images[0].place - 2 : joined.images[0].place] == "规章"
    assert joined.text[slice(*joined.findings[0].spans[0])] == "章"
    assert joined.text[slice(*joined.links[0].span)] == "附件"


def test_a_path_begins_with_the_file_that_it_leads_into() -> None:
    joined = join_parts([PAGE, TABLE, TABLE])
    start = joined.parts[2].span.start

    assert joined.places is not None
    assert joined.places.path(Span(1, 2)) == "a.html"
    assert joined.places.path(Span(start, start + 4)) == "b.docx!cell 0-1"
    assert joined.places.path(Span(start + 3, start + 4)) == "b.docx!cell 1-1"


def test_a_stretch_over_two_parts_leads_into_the_first() -> None:
    joined = join_parts([TABLE, TABLE])

    assert joined.places is not None
    assert joined.places.path(Span(3, len(joined.text))) == "b.docx!cell 1-1"


def test_each_part_is_told_with_its_stretch_of_the_text() -> None:
    joined = join_parts([PAGE, TABLE])

    assert [joined.text[slice(*part.span)] for part in joined.parts] == [PAGE.text, TABLE.text]
    assert [part.media_type for part in joined.parts] == ["text/plain", "application/x-docx"]
    assert (joined.name, joined.url) == ("a.html", "http://example.org/a")
    assert "\f" in joined.text


def test_a_part_without_a_name_keeps_its_paths() -> None:
    first = SourceDocument("甲", places=Places([0], lambda first, last: "a.xml!/p"))
    second = SourceDocument("乙", name="b.html", places=Places([0], lambda first, last: "/p"))

    joined = join_parts([first, second])

    assert joined.places is not None
    assert joined.places.path(Span(0, 1)) == "a.xml!/p"
    assert joined.places.path(Span(4, 5)) == "b.html!/p"
