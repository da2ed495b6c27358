"""Data packages: what is written is described, and is valid by the standard's own tool."""

import csv
import io
import json
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from panelfacts import facts
from reportparse import panel
from reportparse.dataset.datapackage import frame_csv, table_schema, write_package
from reportparse.dataset.tabular import Column, Frame
from reportparse.errors import ExportError

FRAME = Frame(
    [
        Column("name", "string", "a name", ["a", None, "=1+1"]),
        Column("count", "int64", "a count", [1, None, -2]),
        Column("money", "decimal", "money", [Decimal("0.1"), None, Decimal("1E+3")]),
        Column("share", "float64", "a share", [0.5, None, 1.0]),
        Column("is_told", "bool", "a truth", [True, None, False]),
    ]
)


def test_every_column_is_described() -> None:
    schema = table_schema(FRAME)

    assert [field["type"] for field in schema["fields"]] == ["string", "integer", "number", "number", "boolean"]
    assert all(field["description"] for field in schema["fields"])


def test_labels_are_titles_and_lists_are_arrays() -> None:
    pytest.importorskip("pyarrow")
    spans = [[{"start": 1, "end": 3}], None]
    frame = Frame(
        [Column("spans", "spans", "places", spans, "位置"), Column("day", "date", "a day", [date(2022, 1, 2), None])]
    )

    first, second = table_schema(frame)["fields"]

    assert (first["title"], first["type"], second["type"]) == ("位置", "array", "date")
    rows = list(csv.reader(io.StringIO(frame_csv(frame))))
    assert rows[1:] == [['[{"start": 1, "end": 3}]', "2022-01-02"], ["", ""]]


def test_csv_keeps_blanks_decimals_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(frame_csv(FRAME))))

    assert rows[1:] == [["a", "1", "0.1", "0.5", "true"], [""] * 5, ["'=1+1", "-2", "1000", "1.0", "false"]]


def test_package_lists_its_files(tmp_path: Path) -> None:
    write_package(tmp_path / "new", {"one": FRAME, "two": FRAME}, name="pair", title="Pair")

    package = json.loads((tmp_path / "new" / "datapackage.json").read_text("utf-8"))

    assert [resource["path"] for resource in package["resources"]] == ["one.csv", "two.csv"]
    assert all((tmp_path / "new" / resource["path"]).exists() for resource in package["resources"])


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ExportError):
        write_package(tmp_path / "file", {"one": FRAME}, name="pair", title="Pair")


@pytest.mark.skipif(shutil.which("frictionless") is None, reason="frictionless is not installed")
def test_panel_is_valid_by_the_tool_of_the_standard(tmp_path: Path) -> None:
    built = panel.build([facts("海棠市", 2019, form="2019"), facts("海棠市", 2021), facts(None, 2021, id="=x")])
    built.write(tmp_path)

    done = subprocess.run(
        ["frictionless", "validate", str(tmp_path / "datapackage.json"), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    told = json.loads(done.stdout)
    assert told["valid"], done.stdout
    assert len(told["tasks"]) == 5
