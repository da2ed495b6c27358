"""Pages that a parser of markup cannot bear are refused before it is too late."""

import time
from typing import Any

import pytest
from lxml import etree, html

from reportparse import parse_report
from reportparse.errors import InputError
from reportparse.limits import Limits
from reportparse.options import ParseOptions
from reportparse.readers.grids import USUAL_SHAPE, CellShape
from reportparse.readers.html.tree import MAX_ATTRIBUTES, MAX_CELLS, ElementPaths


def page_with(attributes: int, form: str = "a{}=1") -> bytes:
    printed = " ".join(form.format(number) for number in range(attributes))
    return f"<html><body><p>{'公开。' * 20_000}</p><p {printed}>一、总体情况</p>".encode()


# Each hides the end of the tag from a search for it, or needs no sign of equality.
@pytest.mark.parametrize("form", ["a{}=1", "a{}", "a{}='>'", 'a{}=">"', "<a{}", "a{}='<p>'"])
def test_page_with_too_many_attributes_is_refused_at_once(form: str) -> None:
    start = time.process_time()

    with pytest.raises(InputError, match="20,000 attributes") as refused:
        parse_report(page_with(20_000, form))

    assert refused.value.code == "too_many_attributes"
    assert time.process_time() - start < 1


def test_attributes_up_to_the_bound_are_read() -> None:
    report = parse_report(page_with(MAX_ATTRIBUTES))

    assert "一、总体情况" in report.source_text


def test_page_with_too_many_elements_is_refused_before_its_tree_is_built() -> None:
    page = "<html><body><table><tr>" + "<td>0" * 250_000

    with pytest.raises(InputError, match="max_elements=100000") as refused:
        parse_report(page.encode())

    assert refused.value.code == "limit_exceeded"


def test_limit_of_elements_is_the_callers() -> None:
    options = ParseOptions(limits=Limits(max_elements=20))

    with pytest.raises(InputError, match="max_elements=20;"):
        parse_report(f"<html><body>{'<p>公开</p>' * 40}", options=options)


PAGE = "<p>一<p>二<table><tr><th>甲<td>1<td>2<tr><td>3<tr><th>乙<th>丙<tbody><tr><td>4<td><p>5</table>"
PAGE += "<table><tr>" + "<td>6" * (MAX_CELLS + 1) + "<tr><td><table><tr><td>7</table></table>"


def test_paths_of_elements_are_those_that_lxml_writes() -> None:
    elements = list(html.fromstring(PAGE).iter())
    tree = elements[0].getroottree()
    paths = ElementPaths(tree, elements, {})

    found = [paths.path_of(place, place) for place in (*range(len(elements)), *range(len(elements)))]

    assert found == [tree.getpath(element) for element in elements] * 2


def test_paths_of_cells_of_rows_that_were_read_at_once_are_those_that_lxml_writes() -> None:
    root = html.fromstring(PAGE)
    tree = root.getroottree()
    elements: list[Any] = []
    rows: dict[Any, tuple[int, list[CellShape]]] = {}
    for row in root.iter("tr"):
        rows[row] = len(elements), [(1, 1, cell.tag == "th") for cell in row]
        elements += [row] * len(row)
    paths = ElementPaths(tree, elements, rows)

    found = [paths.path_of(place, place) for place in (*range(len(elements)), *range(len(elements)))]

    assert found == [tree.getpath(cell) for row in root.iter("tr") for cell in row] * 2


def test_path_of_several_cells_of_a_row_is_that_of_the_row() -> None:
    root = html.fromstring("<table><tr><td>1<td>2<td>3<tr><td>4</table>")
    first, second = root.iter("tr")
    rows = {first: (0, [USUAL_SHAPE] * 3), second: (3, [USUAL_SHAPE])}
    paths = ElementPaths(root.getroottree(), [first, first, first, second], rows)

    found = [paths.path_of(0, 2), paths.path_of(2, 3)]

    assert found == [root.getroottree().getpath(element) for element in (first, root)]


def test_paths_of_a_tree_with_namespaces_are_those_that_lxml_writes() -> None:
    page = "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:o='o'><p/><o:p/><p xmlns=''><td/><td/></p><p/></html>"
    elements = list(etree.fromstring(page).iter())
    tree = elements[0].getroottree()
    paths = ElementPaths(tree, elements, {})

    found = [paths.path_of(place, place) for place in range(len(elements))]

    assert found == [tree.getpath(element) for element in elements]


def test_path_of_a_paragraph_deep_inside_of_single_elements_is_found() -> None:
    root = innermost = html.Element("html")
    for number in range(3_000):
        innermost = etree.SubElement(innermost, "td" if number % 2 else "p")
    paths = ElementPaths(root.getroottree(), [innermost], {})

    assert paths.path_of(0, 0) == root.getroottree().getpath(innermost)
