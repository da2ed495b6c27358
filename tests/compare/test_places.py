"""Codes of places come from the caller's table, or not at all."""

import pytest

from reportparse.compare.authorities import read_authority
from reportparse.compare.places import PlaceTable

ROWS = [("海棠市", "910100"), ("松岩区", "910102"), ("青禾市", "920100"), ("松岩区", "920105"), ("云溪县", "920121")]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("海棠市人民政府", "matched", "910100"),
        ("海棠市松岩区教育局", "matched", "910102"),
        ("青禾市松岩区", "matched", "920105"),
        ("云溪县水务局", "matched", "920121"),
        ("松岩区人民政府", "ambiguous", None),
        ("白石县人民政府", "unmatched", None),
        ("海棠市云溪县", "unmatched", None),
        ("公安局", "no_place", None),
    ],
)
def test_place_is_matched_or_it_is_told_why_not(name: str, status: str, code: str | None) -> None:
    match = PlaceTable(ROWS).match(read_authority(name))

    assert (match.status, match.code) == (status, code)


def test_whole_names_of_a_table_come_first() -> None:
    table = PlaceTable({"海棠市松岩区": "a1", "松岩区": "b2"})

    assert table.match(read_authority("海棠市松岩区人民政府")).code == "a1"


def test_parents_tell_apart_where_codes_do_not() -> None:
    rows = [("海棠市", "x"), ("青禾市", "y"), ("松岩区", "p"), ("松岩区", "q")]
    table = PlaceTable(rows, parents={"p": "x", "q": "y"})

    assert table.match(read_authority("青禾市松岩区")).code == "q"


def test_parents_in_a_circle_end() -> None:
    table = PlaceTable([("海棠市", "x"), ("松岩区", "p")], parents={"p": "q", "q": "p"})

    assert table.match(read_authority("海棠市松岩区")).status == "unmatched"
