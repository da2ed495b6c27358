"""Puts the notebooks into the documentation site, as pages with the outputs that are kept in them."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_HEAD = """
[Download this notebook]({name}){{ .md-button download }}

It runs with Jupyter (`notebook`) beside what [the tutorial](../tutorial/from-folder-to-figure.md) installs."""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add a page for each notebook; the notebook itself stays beside it, to be downloaded."""
    for path in sorted(Path(config.docs_dir, "notebooks").glob("*.ipynb")):
        page = page_of(json.loads(path.read_text("utf-8")), path.name)
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=page))
    return files


def page_of(notebook: dict[str, Any], name: str) -> str:
    """The notebook as Markdown; its first cell holds the title."""
    first, *others = notebook["cells"]
    pieces = [_prose(first), _HEAD.format(name=name)]
    for cell in others:
        pieces += _code(cell) if cell["cell_type"] == "code" else [_prose(cell)]
    return "\n\n".join(pieces) + "\n"


def _prose(cell: dict[str, Any]) -> str:
    """A cell of words; its links to other notebooks lead to their pages."""
    return _text(cell["source"]).replace(".ipynb)", ".md)")


def _code(cell: dict[str, Any]) -> Iterator[str]:
    yield f"```python\n{_text(cell['source'])}\n```"
    for output in cell["outputs"]:
        yield from _output(output)


def _output(output: dict[str, Any]) -> Iterator[str]:
    """What a cell gave, in the richest form that it has."""
    data = output.get("data", {})
    if "image/svg+xml" in data:
        # As an image of its own, so that its styles and ids are not those of the page.
        picture = b64encode(_text(data["image/svg+xml"]).encode()).decode()
        yield f'<img alt="the figure that the code draws" src="data:image/svg+xml;base64,{picture}">'
    elif "text/html" in data:
        yield f'<div class="output">\n{_text(data["text/html"])}\n</div>'
    else:
        yield f"```text\n{_text(data.get('text/plain', output.get('text', ''))).rstrip()}\n```"


def _text(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
