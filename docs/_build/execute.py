"""Runs the notebooks from top to bottom, and keeps what their cells gave.

    python docs/_build/execute.py docs/notebooks/*.ipynb [--to FOLDER]

Without --to they are written in place. They work in folders of their own, and what they give is the same on every run.
"""

import argparse
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main() -> None:
    """Run each notebook, and write it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    for path in options.notebooks:
        notebook = nbformat.read(path, as_version=4)
        # Without the times of its cells, which differ in every run.
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
        NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False).execute()
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, (options.to or path.parent) / path.name)


if __name__ == "__main__":
    main()
