"""Print the lowest versions that pyproject.toml allows, one requirement a line, and the tools that the tests need."""

import sys
import tomllib
from pathlib import Path

# Linters, type checkers and build tools take no part in the tests.
TEST_TOOLS = ("pytest", "hypothesis", "jsonschema", "pyarrow", "pandas", "polars")


def lowest_requirements(pyproject: str) -> list[str]:
    """Requirements with each lower bound turned into the exact version."""
    project = tomllib.loads(pyproject)["project"]
    tools = [line for line in project["optional-dependencies"]["dev"] if line.startswith(TEST_TOOLS)]
    return [line.replace(">=", "==") for line in (*project["dependencies"], *tools)]


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    sys.stdout.write("\n".join(lowest_requirements((root / "pyproject.toml").read_text("utf-8"))) + "\n")
