"""The notebooks run from top to bottom, give the outputs that are kept in them, and hold no logic of their own."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from locations import ROOT
from reportparse.errors import MissingExtraError
from reportparse.views.canvas import chinese_font

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
MAX_BYTES = 200_000

# Beside the tests, because its kernel and its messages bring warnings of other libraries.
EXECUTE = ROOT / "docs" / "_build" / "execute.py"


def read(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def source_of(cell: dict[str, Any]) -> str:
    """The Python of a cell: without lines for the notebook itself and for the shell."""
    return re.sub(r"^[%!].*$", "pass", "".join(cell["source"]), flags=re.MULTILINE)


def shown(output: dict[str, Any]) -> str:
    """What a cell gave, as text; of a picture only that it is one."""
    data = output.get("data", {})
    return "a picture" if "image/svg+xml" in data else "".join(data.get("text/plain", output.get("text", "")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_the_outputs_that_are_kept_in_it(path: Path, tmp_path: Path) -> None:
    for library in ("nbclient", "ipykernel", "pandas", "pyarrow", "matplotlib", "jinja2"):
        pytest.importorskip(library, reason=f"the notebooks need {library}")
    try:
        chinese_font()
    except MissingExtraError as error:
        pytest.skip(error.message)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    command = [sys.executable, str(EXECUTE), str(path), "--to", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    kept, given = (
        [[shown(o) for o in cell["outputs"]] for cell in read(file)] for file in (path, tmp_path / path.name)
    )
    assert given == kept


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_of_its_own(path: Path) -> None:
    nodes = [node for cell in read(path) for node in ast.walk(ast.parse(source_of(cell)))]

    assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.While) for node in nodes)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_whole(path: Path) -> None:
    cells = read(path)

    assert path.stat().st_size < MAX_BYTES
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(output["output_type"] == "error" for cell in cells for output in cell["outputs"])


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["batch-and-findings", "one-report", "panel-and-figure"]
