import pytest

from reportparse.text.tags import Tag, iter_tags


def test_tags_are_told_with_their_places() -> None:
    text = '收到<td rowspan="2" class=a>12</td>件'

    tags = list(iter_tags(text))

    assert tags == [Tag(2, 26, "td", False, ' rowspan="2" class=a'), Tag(28, 33, "td", True, "")]
    assert [text[tag.start : tag.end] for tag in tags] == ['<td rowspan="2" class=a>', "</td>"]


@pytest.mark.parametrize("printed", ["<br>", "<br/>", "<br />", "<BR>", "<Br\n/>"])
def test_a_tag_is_found_in_every_dress(printed: str) -> None:
    assert [tag.name for tag in iter_tags(printed)] == ["br"]


def test_a_longer_name_is_not_taken_for_a_shorter_one() -> None:
    assert [tag.name for tag in iter_tags("<strong><s><small><tbody><t><o:p>")] == [
        "strong",
        "s",
        "small",
        "tbody",
        "o:p",
    ]


@pytest.mark.parametrize("text", ["", "总计", "<条例>", "3<5", "a<b c", "< td>", "<td", "<tdx>", "《<》", "<script>"])
def test_what_only_looks_like_a_tag_is_text(text: str) -> None:
    assert list(iter_tags(text)) == []


def test_an_open_bracket_does_not_run_on_over_the_next_tag() -> None:
    assert [tag.name for tag in iter_tags("<td 不足<p>")] == ["p"]


@pytest.mark.parametrize("text", ["<td " * 50_000, "<" * 200_000, "<td" + " " * 200_000])
def test_hostile_text_costs_linear_time(text: str) -> None:
    assert list(iter_tags(text)) == []
