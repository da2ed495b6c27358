"""Records are made of the fields that a parse found, and every field is what its model says."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from reportparse.forms import form_keys, load_form
from reportparse.models import Candidates, Check, Model, Record
from reportparse.spans import Span
from reportparse.validation import checks_of, records_of


def fields_with(**changes: Any) -> dict[str, Any]:
    draft = load_form("2021").table("requests").cells_of("carried_over")[0].draft
    read = {"raw": "3", "state": "value", "value": 3, "span": Span(4, 5), "path": "line 1"}
    return draft | read | changes


@pytest.mark.parametrize("model", [Record, Check])
def test_what_is_validated_by_columns_has_no_validators_beside_its_types(model: type[Model]) -> None:
    own = model.__pydantic_decorators__

    assert not {**own.validators, **own.field_validators, **own.root_validators, **own.model_validators}


@pytest.mark.parametrize("key", form_keys())
def test_drafts_of_a_form_have_the_fields_of_a_record_in_its_order(key: str) -> None:
    drafts = [cell.draft for table in load_form(key).tables for cell in table.cell_specs]

    assert drafts
    assert {tuple(draft) for draft in drafts} == {tuple(Record.model_fields)}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"value": Decimal("96171.60"), "unit": "万元"},
        {"raw": "", "state": "blank", "value": None, "path": None},
        {
            "raw": None,
            "state": None,
            "value": None,
            "certain": False,
            "span": None,
            "candidates": {"values": (0, None)},
        },
        {"correction": {"action": "accept", "printed": {"state": "value", "value": 3, "certain": True}}},
    ],
)
def test_records_made_together_are_those_made_one_by_one(changes: dict[str, Any]) -> None:
    alone = Record(**fields_with(**changes))

    first, second = records_of([fields_with(), fields_with(**changes)])

    assert first == Record(**fields_with())
    assert second == alone
    assert repr(second) == repr(alone)
    assert second.model_dump_json() == alone.model_dump_json()
    assert second.model_copy(update={"label": "x"}) == alone.model_copy(update={"label": "x"})


def test_record_inside_of_a_record_is_validated_like_any_other() -> None:
    [record] = records_of([fields_with(value=None, state=None, certain=False, candidates={"values": (0, 2, None)})])

    assert record.candidates == Candidates(values=(0, 2, None))
    with pytest.raises(ValidationError, match="most"):
        records_of([fields_with(candidates={"most": 3})])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", None),
        ("row", 1),
        ("column", b"total"),
        ("label", None),
        ("raw", 3),
        ("unit", 1),
        ("state", "odd"),
        ("value", "3"),
        ("value", 3.0),
        ("value", True),
        ("certain", 1),
        ("certain", None),
        ("span", (4, 5)),
        ("path", 1),
        ("candidates", (0, 1)),
        ("correction", "accept"),
    ],
)
def test_one_wrong_value_among_many_is_refused(field: str, value: object) -> None:
    rows = [fields_with(), fields_with(**{field: value}), fields_with()]

    with pytest.raises(ValidationError):
        records_of(rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {name: value for name, value in fields_with().items() if name != "correction"},
        fields_with(colour="red"),
        {"row": "carried_over", **fields_with()},
    ],
    ids=["too few", "too many", "another order"],
)
def test_fields_that_are_not_those_of_the_model_are_refused(wrong: dict[str, Any]) -> None:
    for rows in ([wrong], [fields_with(), wrong], [wrong, fields_with()]):
        with pytest.raises(ValueError, match=r"fields of a Record|zip"):
            records_of(rows)


def test_nothing_gives_no_records() -> None:
    assert records_of([]) == ()


def test_checks_name_their_cells() -> None:
    cell = {"table": "requests", "row": "new_requests", "column": "total"}
    fields: dict[str, Any] = {
        "rule": "applicant_sum",
        "table": "requests",
        "scope": {"row": "new_requests"},
        "status": "failed",
    }
    fields |= {"left": 1, "right": 2, "cells": (cell,)}

    assert checks_of([fields]) == (Check(**fields),)
