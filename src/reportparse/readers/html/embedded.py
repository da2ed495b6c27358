"""HTML tables that stand in a plain text or in Markdown, where converters leave them as they are."""

from __future__ import annotations

import re

from ...document import Grid
from ...kinds import Finding
from ...limits import DEFAULT_LIMITS, Limits
from ...text.tags import iter_tags
from ..grids import GridBuilder

_SPAN_ATTRIBUTE_RE = re.compile(r"(row|col)span\s*+=\s*+[\"']?(\d++)", re.IGNORECASE)


def read_embedded(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[tuple[Grid, ...], tuple[Finding, ...]]:
    """Find the HTML tables inside a plain text or Markdown; places count in that very text.

    Example:
        >>> [grid], findings = read_embedded("<table><tr><td>规章</td><td>3</td></tr></table>")
        >>> grid.columns, len(grid.cells)
        (2, 2)
    """
    grids: list[Grid] = []
    findings: list[Finding] = []
    builder: GridBuilder | None = None
    table_start = cell_start = -1
    row_span = column_span = 1
    is_head = False
    for tag in iter_tags(text):
        if tag.name in ("td", "th", "tr", "table") and cell_start >= 0 and builder is not None:
            builder.add_cell(cell_start, tag.start, row_span, column_span, is_head=is_head)
            cell_start = -1
        if tag.name == "table" and not tag.is_closing:
            builder, table_start = GridBuilder(limits), tag.start
        elif builder is None:
            continue
        elif tag.name == "table":
            grids.append(builder.build(table_start, tag.end))
            findings += builder.findings(grids[-1].span)
            builder = None
        elif tag.name == "tr" and not tag.is_closing:
            builder.start_row()
        elif tag.name in ("td", "th") and not tag.is_closing:
            cell_start, is_head = tag.end, tag.name == "th"
            sizes = {key.lower(): int(size[:6]) for key, size in _SPAN_ATTRIBUTE_RE.findall(tag.attributes)}
            row_span, column_span = sizes.get("row", 1), sizes.get("col", 1)
    return tuple(grids), tuple(findings)
