"""The codebook and the crosswalk as pages: complete, and those of the docs are these."""

import csv
import io
import json

import jsonschema
import pytest

from locations import ROOT
from reportparse.codebook import codebook, codebook_csv, codebook_json, codebook_page, crosswalk_page
from reportparse.compare.crosswalk import rates, series_keys
from reportparse.compare.measure import STATES
from reportparse.forms import form_keys, load_form
from reportparse.resources import read_json

REFERENCE = ROOT / "docs" / "reference"


def test_codebook_has_every_cell_of_every_form() -> None:
    cells = {
        (f"{table.key}.{row}.{column}", form)
        for form in form_keys()
        for table in load_form(form).tables
        for row, column in table.cells
    }

    described = {(entry.variable, form) for entry in codebook() for form in entry.forms.split(", ")}

    assert cells <= described


def test_every_entry_is_labelled_in_both_languages_and_judged() -> None:
    for entry in codebook():
        assert entry.label, entry.variable
        assert entry.english.isascii(), entry.variable
        assert bool(entry.unit) == bool(entry.unit_english)
        assert entry.crosswalk in ("one form", "same", "with_care")
        assert entry.why or entry.crosswalk == "one form"


def test_fees_say_that_they_are_not_joined() -> None:
    entries = {entry.variable: entry for entry in codebook()}

    money = entries["article_20_8.administrative_fees.fees_collected"]

    assert (money.years, money.unit, money.unit_english) == ("2021-", "万元", "10,000 yuan")
    assert "kinds of fee" in money.why


def test_csv_and_json_hold_the_same_variables() -> None:
    rows = list(csv.DictReader(io.StringIO(codebook_csv())))
    data = json.loads(codebook_json())

    assert [row["variable"] for row in rows] == [entry["variable"] for entry in data["variables"]]
    assert {row["is_sum"] for row in rows} == {"true", "false"}
    assert data["states"] == dict(STATES)


@pytest.mark.parametrize(("name", "page"), [("codebook", codebook_page), ("crosswalk", crosswalk_page)])
def test_page_in_the_docs_is_what_the_command_prints(name: str, page: object) -> None:
    assert callable(page)
    assert (REFERENCE / f"{name}.md").read_text("utf-8") == page()


def test_pages_name_every_series_rate_border_and_state() -> None:
    pages = codebook_page() + crosswalk_page()

    names = [*series_keys(), *(rate.key for rate in rates()), *STATES]
    names += [border["key"] for border in read_json("crosswalk.json")["borders"]]

    assert [name for name in names if f"`{name}`" not in pages] == []


@pytest.mark.parametrize("broken", [{"borders": []}, {"joins": [{"key": "a"}]}, {"more": 1}])
def test_schema_refuses_a_broken_crosswalk(broken: dict[str, object]) -> None:
    schema = read_json("schemas/crosswalk.schema.json")
    data = {key: value for key, value in read_json("crosswalk.json").items() if key != "default"} | broken

    assert not jsonschema.Draft202012Validator(schema).is_valid(data)
