"""What a reader hands to the parser: one text, and the grids of the tables that the markup held.

The text never changes after this point; every span of a result counts in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .models import Finding
from .spans import Span


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid with its place in the text; spanned places belong to it and are not blank.

    ``row`` and ``column`` count from 0; the cell covers ``row_span`` x ``column_span`` places.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    start: int
    end: int
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that the markup delimits, as a rectangle of cells with spans resolved.

    Cells stand in source order. A place that no cell covers was not printed.
    """

    span: Span
    rows: int
    columns: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as read: the source text, how it was obtained, and what the markup told about it.

    Attributes:
        text: The source text. All spans count code points in it.
        name: File name or other name of the document; may be empty.
        sha256: Hash of the bytes as read, or of the UTF-8 text where text was handed over.
        media_type: Such as ``text/plain`` or ``text/html``.
        encoding: The codec that decoded the bytes; None where text was handed over.
        encoding_evidence: Why that codec, in words.
        grids: Tables of the markup, in source order; empty for plain text.
        headings: Stretches that the markup calls headings (h1 to h6).
        furniture: Stretches that the markup calls navigation, header, footer or the like.
        metadata: What the page says of itself, such as ``{"title": ..., "发布机构": ...}``.
        findings: What was odd about reading it.
    """

    text: str
    name: str = ""
    sha256: str = ""
    media_type: str = "text/plain"
    encoding: str | None = None
    encoding_evidence: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    headings: tuple[Span, ...] = ()
    furniture: tuple[Span, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
