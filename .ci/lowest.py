"""Print the lowest versions that pyproject.toml allows, one requirement a line, and the tools that the tests need."""

import re
import sys
import tomllib
from pathlib import Path

# Tools of the tests; linters, type checkers and build tools take no part in them.
TEST_TOOLS = ("pytest", "hypothesis", "jsonschema", "pandas", "polars", "duckdb", "playwright", "python-docx")
# Extras whose libraries the tests use.
EXTRAS = ("solver", "pdf", "xlsx", "warc", "frames", "review", "plot", "cluster", "dask")


def lowest_requirements(pyproject: str) -> list[str]:
    """Requirements with each lower bound turned into the exact version."""
    project = tomllib.loads(pyproject)["project"]
    optional = project["optional-dependencies"]
    extras = [line for extra in EXTRAS for line in optional[extra] if not line.startswith("reportparse")]
    tools = [line for line in optional["dev"] if line.startswith(TEST_TOOLS)]
    bounds = (re.match(r"([\w.-]+)>=([\w.]+)", line) for line in (*project["dependencies"], *extras, *tools))
    return [f"{found[1]}=={found[2]}" for found in bounds if found]


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    sys.stdout.write("\n".join(lowest_requirements((root / "pyproject.toml").read_text("utf-8"))) + "\n")
