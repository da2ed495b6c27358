from typing import Any

import pytest

from reportparse import forms
from reportparse.errors import FormDataError, UnknownFormError
from reportparse.forms import form_keys, load_form

LEAVES = {"2014": 58, "2019": 198, "2021": 200}


def test_forms_are_listed_oldest_first() -> None:
    assert form_keys() == ("2014", "2019", "2021")


@pytest.mark.parametrize("key", form_keys())
def test_form_holds_as_many_cells_as_the_official_print(key: str) -> None:
    form = load_form(key)

    assert form.form == key
    assert sum(len(table.cells) for table in form.tables) == LEAVES[key]


def test_form_is_loaded_once() -> None:
    assert load_form("2019") is load_form("2019")


def test_unknown_form_names_those_there_are() -> None:
    with pytest.raises(UnknownFormError) as caught:
        load_form("2013")

    assert str(caught.value) == "'2013': no such form; there are 2014, 2019, 2021"
    assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize(
    "data",
    [
        {"form": "2019"},
        {"form": "2019", "title": "t", "issued_by": "i", "years": [2019], "sections": [], "tables": [], "rules": []},
        {
            "form": "2019",
            "title": "t",
            "issued_by": "i",
            "years": [2019, None],
            "sections": [],
            "tables": [7],
            "rules": [],
        },
    ],
)
def test_form_file_that_lacks_a_field_is_broken(data: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "read_json", lambda name: data)

    with pytest.raises(FormDataError) as caught:
        load_form.__wrapped__("2019")

    assert caught.value.place == "data/forms/2019.json"


def test_table_and_its_parts_are_found_by_key() -> None:
    table = load_form("2021").table("requests")

    assert table.row("results.total").label == "（七）总计"
    assert table.column("natural_person").label == "自然人"
    with pytest.raises(KeyError):
        load_form("2021").table("statistics")
    with pytest.raises(KeyError):
        table.row("results.nothing")


def test_cells_follow_the_print_row_by_row_without_groups() -> None:
    table = load_form("2021").table("requests")

    assert table.cells[0] == ("new_requests", "natural_person")
    assert table.cells[7] == ("carried_over", "natural_person")
    assert table.cells[14] == ("results.granted", "natural_person")
    assert not any(row.is_group for row in table.leaf_rows)


def test_labels_of_a_row_begin_with_the_official_one() -> None:
    row = load_form("2019").table("requests").row("new_requests")

    assert row.labels[0] == row.label == "一、本年新收政府信息公开申请数量"
    assert row.labels[1:] == row.also


def test_other_handling_is_a_row_in_one_form_and_a_group_in_the_next() -> None:
    kinds = {key: load_form(key).table("requests").row("results.other_handling").is_group for key in ("2019", "2021")}

    assert kinds == {"2019": False, "2021": True}


def test_fees_are_kinds_in_one_form_and_money_in_the_next() -> None:
    before, after = (load_form(key).table("article_20_8") for key in ("2019", "2021"))

    assert [column.type for column in before.columns] == ["count", "change"]
    assert [(column.type, column.unit) for column in after.columns] == [("money", "万元")]
