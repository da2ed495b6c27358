"""Joins the lines of Chinese pages, which have a sentence a line, without the spaces that Markdown would put there."""

import re
from typing import Any

from mkdocs.structure.pages import Page

_FENCE_RE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
# A line that ends a sentence, and one that goes on with the paragraph.
_BREAK_RE = re.compile(r"(?<=[。；，：）])\n(?=[^\s#|>`!\-\d])")


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """The Markdown of a page before it is rendered."""
    if not page.file.src_uri.endswith(".zh.md"):
        return markdown
    return "".join(
        piece if piece.startswith("```") else _BREAK_RE.sub("", piece) for piece in _FENCE_RE.split(markdown)
    )
