"""Datasets on disk: read as facts of reports, and described as a data package."""

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from panelfacts import FEES, TOTAL
from reportparse import panel
from reportparse.dataset.datapackage import describe_dataset, description_json, write_description
from reportparse.dataset.stored import iter_facts, read_table
from reportparse.errors import InputError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def records(*rows: tuple[Any, ...]) -> Any:
    key = pa.dictionary(pa.int32(), pa.string())
    fields = [
        pa.field("document", pa.int64(), nullable=False, metadata={"description": "number of the document"}),
        *(pa.field(name, key) for name in ("table", "row", "column")),
        pa.field("value", pa.int64()),
        pa.field("amount", pa.decimal128(38, 9)),
        pa.field("state", key),
        pa.field("certain", pa.bool_(), nullable=False),
        pa.field("unit", key),
        pa.field("candidates", pa.list_(pa.decimal128(38, 9))),
        pa.field("period_start", pa.date32()),
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(9)]
    empty = [[None] * len(rows)] * 2
    arrays = [pa.array(v, f.type) for v, f in zip([*columns, *empty], fields, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={"description": "One row per cell."}))


def reports(*rows: tuple[Any, ...]) -> Any:
    names = ("document", "id", "authority", "year", "form", "date", "sha256", "checks_failed")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two reports, whose records stand in two files."""
    total, fees = TOTAL.split(".", 1)[1].rsplit(".", 1), FEES.split(".", 1)[1].rsplit(".", 1)
    parts = {
        "reports/0.parquet": reports(
            (0, "a", "海棠市", 2021, "2021", None, "x", 0), (1, "b", "海棠市人民政府", 2022, "2021", None, "y", 2)
        ),
        "records/0.parquet": records(
            (0, "requests", *total, 3, None, "value", True, "件"),
            (0, "article_20_8", *fees, None, Decimal("18.5"), "value", True, "万元"),
        ),
        "records/1.parquet": records((1, "requests", *total, None, None, None, False, "件")),
    }
    tables: dict[str, dict[str, list[dict[str, str]]]] = {"failures": {"parts": []}}
    for name, table in parts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        parquet.write_table(table, tmp_path / name)
        tables.setdefault(name.split("/")[0], {"parts": []})["parts"].append({"file": name})
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "parquet", "tables": tables}), "utf-8")
    return tmp_path


def test_panel_of_a_dataset_is_that_of_its_reports(dataset: Path) -> None:
    built = panel.build(dataset, variables=[TOTAL, FEES])

    assert built.table["body"] == ("海棠市", "海棠市")
    assert built.table[TOTAL] == (3, None)
    assert built.table[f"{TOTAL}.state"] == ("value", "doubtful")
    assert built.table[FEES] == (Decimal("18.5"), None)
    assert built.table[f"{FEES}.state"] == ("value", "missing")
    assert built.table["failed_checks"] == (0, 2)


def test_facts_come_in_the_order_of_the_dataset(dataset: Path) -> None:
    assert [facts.id for facts in iter_facts(str(dataset), [])] == ["a", "b"]


def test_description_lists_files_columns_and_what_may_be_missing(dataset: Path) -> None:
    described = {resource["name"]: resource for resource in describe_dataset(dataset)["resources"]}

    fields = {field["name"]: field for field in described["records"]["schema"]["fields"]}
    assert (described["records"]["path"], described["records"]["extrapaths"]) == (
        "records/0.parquet",
        ["records/1.parquet"],
    )
    assert described["records"]["description"] == "One row per cell."
    assert {name: field["type"] for name, field in fields.items()} == {
        "document": "integer",
        "table": "string",
        "row": "string",
        "column": "string",
        "value": "integer",
        "amount": "number",
        "state": "string",
        "certain": "boolean",
        "unit": "string",
        "candidates": "array",
        "period_start": "date",
    }
    assert fields["document"]["constraints"] == {"required": True}
    assert "constraints" not in fields["value"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "jsonl", "tables": {}}', '{"format": "parquet", "tables": {"records": 3}}']
)
def test_folder_with_another_manifest_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text, "utf-8")

    with pytest.raises(InputError) as raised:
        panel.build(tmp_path)

    assert raised.value.code == "no_dataset"


@pytest.mark.parametrize("damage", ["gone", "cut", "of another version"])
def test_file_of_a_dataset_that_cannot_be_read_is_named(damage: str, dataset: Path) -> None:
    path = dataset / "records" / "1.parquet"
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:50])
    else:
        parquet.write_table(pa.table({"document": [1]}), path)

    for read in (panel.build, lambda folder: read_table(folder, "records", ("document", "value"))):
        with pytest.raises(InputError, match=r"1\.parquet: this file of the dataset cannot be read") as raised:
            read(dataset)
        assert raised.value.code == "no_dataset"


def test_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        panel.build(str(tmp_path))


@pytest.mark.skipif(shutil.which("frictionless") is None, reason="frictionless is not installed")
def test_description_is_valid_by_the_tool_of_the_standard(dataset: Path) -> None:
    write_description(dataset)
    assert (dataset / "datapackage.json").read_text("utf-8") == description_json(dataset)
    tool = Path(str(shutil.which("frictionless")))
    program = (
        "import json, sys; from frictionless import Package;"
        "report = Package.validate_descriptor(json.load(open(sys.argv[1], encoding='utf-8')));"
        "print(report.valid, report.flatten(['type', 'note']))"
    )

    done = subprocess.run(
        [str(tool.with_name("python")), "-c", program, str(dataset / "datapackage.json")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "True []\n", done.stdout + done.stderr
