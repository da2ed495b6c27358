"""The packaged data files: valid, and true to the matcher that reads them."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from locations import ROOT
from reportparse.forms import RowSpec, TableSpec, form_keys, load_form
from reportparse.judgement.rules import load_rules, plan_checks
from reportparse.text.keys import match_key
from reportparse.text.labels import label_index

DATA = ROOT / "src" / "reportparse" / "data"
SCHEMA = json.loads((DATA / "schemas" / "form.schema.json").read_text("utf-8"))
FORM_FILES = sorted((DATA / "forms").glob("*.json"))
TABLES = [(key, table.key) for key in form_keys() for table in load_form(key).tables]


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def labels_of(table: TableSpec) -> Iterator[tuple[str, str, bool]]:
    """Every row and column label: its match key, what it names, and whether it is the official one."""
    for row in table.rows:
        for label in row.labels:
            yield match_key(label), f"row {row.key}", label == row.label
    for column in table.columns:
        for label in (column.label, *column.also):
            yield match_key(label), f"column {column.key}", label == column.label


@pytest.mark.parametrize("path", sorted((DATA / "schemas").glob("*.schema.json")), ids=lambda path: path.name)
def test_schema_is_a_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(read(path))


@pytest.mark.parametrize("path", FORM_FILES, ids=lambda path: path.name)
def test_form_file_fits_the_schema(path: Path) -> None:
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(read(path))
    ]

    assert errors == []


@pytest.mark.parametrize(
    "rule",
    [
        {"key": "a_rule", "kind": "carry", "says": "a sentence of the form"},
        {"key": "a_rule", "kind": "note", "says": "a sentence of the form", "severity": "error"},
        {"key": "a_rule", "kind": "whole", "says": "a sentence of the form"},
        {"key": "A rule", "kind": "note", "says": "a sentence of the form"},
    ],
)
def test_schema_refuses_a_broken_rule(rule: dict[str, str]) -> None:
    form = {**read(FORM_FILES[0]), "rules": [rule]}

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(form)


@pytest.mark.parametrize("name", ["authorities", "crosswalk", "demo", "english", "findings", "years"])
def test_data_file_fits_its_schema(name: str) -> None:
    schema = read(DATA / "schemas" / f"{name}.schema.json")

    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(read(DATA / f"{name}.json")))

    assert errors == []


@pytest.mark.parametrize("path", FORM_FILES, ids=lambda path: path.name)
def test_form_file_is_named_by_its_key(path: Path) -> None:
    assert read(path)["form"] == path.stem


@pytest.mark.parametrize("key", form_keys())
def test_rules_name_what_the_form_has(key: str) -> None:
    plan = plan_checks(load_form(key))

    assert all(place in plan.order for relation in plan.relations for place in relation.cells)


@pytest.mark.parametrize("key", form_keys())
def test_rules_and_sentences_pair_one_to_one(key: str) -> None:
    rules = load_rules(load_form(key))

    assert len({rule.key for rule in rules}) == len({rule.says for rule in rules}) == len(rules)


@pytest.mark.parametrize("key", form_keys())
def test_keys_stand_once_and_name_their_groups(key: str) -> None:
    for table in load_form(key).tables:
        rows = [row.key for row in table.rows]
        columns = [column.key for column in table.columns]

        assert len(set(rows)) == len(rows)
        assert len(set(columns)) == len(columns)
        assert [row for row in rows if "." in row and row.rpartition(".")[0] not in rows] == []


@pytest.mark.parametrize(("key", "table"), TABLES)
def test_two_rows_share_a_label_only_where_the_form_prints_it_twice(key: str, table: str) -> None:
    named: dict[str, dict[str, bool]] = defaultdict(dict)

    for label, what, is_official in labels_of(load_form(key).table(table)):
        named[label][what] = named[label].get(what, False) or is_official

    shared = {label: uses for label, uses in named.items() if len(uses) > 1 and not all(uses.values())}
    assert shared == {}


@pytest.mark.parametrize(("key", "table"), TABLES)
def test_every_label_is_found_by_its_own_key(key: str, table: str) -> None:
    spec = load_form(key).table(table)
    lost = []

    for row in spec.rows:
        lost += [label for label in row.labels if not finds(spec, row, label, key)]
    for column in spec.columns:
        lost += [
            label
            for label in (column.label, *column.also)
            if not any(
                (ref.table, ref.role, ref.key) == (table, "column", column.key) and key in ref.forms
                for ref in label_index().find(match_key(label))
            )
        ]

    assert lost == []


def finds(table: TableSpec, row: RowSpec, label: str, form: str) -> bool:
    refs = label_index().find(match_key(label))
    return any(ref.table == table.key and ref.key == row.key and form in ref.forms for ref in refs)
