"""What a walk over a page gathers beside its text."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field

from ...document import Grid, Image, Link
from ...kinds import Finding
from ...spans import Span

_MAX_TOLD = 40  # characters of a stretch that a message quotes


@dataclass(slots=True)
class PageNotes:
    """Everything that a walk found, in the order of the page.

    Attributes:
        hidden: Texts that the page does not show and that were left out.
        revealed: Where long stretches stand that the page hides, and that were read all the same.
        struck: What is struck out.
    """

    grids: list[Grid] = field(default_factory=list)
    headings: list[Span] = field(default_factory=list)
    furniture: list[Span] = field(default_factory=list)
    containers: list[Span] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    frames: list[Link] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    revealed: list[Span] = field(default_factory=list)
    struck: list[Span] = field(default_factory=list)


def read_linked_data(text: str, metadata: dict[str, str]) -> None:
    """Take the words of a JSON-LD script that metadata knows; one that is damaged says nothing."""
    with suppress(ValueError, RecursionError):
        data = json.loads(text)
        rows = data.get("@graph", [data]) if isinstance(data, dict) else data
        for row in rows if isinstance(rows, list) else ():
            for name, value in row.items() if isinstance(row, dict) else ():
                value = value.get("name") if isinstance(value, dict) else value
                if isinstance(value, str) and value.strip():
                    metadata.setdefault(f"ld:{name}", value.strip())


def tell_appearance(notes: PageNotes) -> list[Finding]:
    """What the look of the page changed of its text."""
    told = []
    if notes.hidden:
        first = " ".join(notes.hidden[0].split())[:_MAX_TOLD]
        message = f"{len(notes.hidden)} stretches that the page does not show were left out, the first: {first!r}"
        told.append(Finding(code="hidden_text", severity="note", message=message))
    if notes.revealed:
        message = (
            f"{len(notes.revealed)} long stretches that the page hides, maybe until a script shows them, were read"
        )
        told.append(Finding(code="hidden_text", severity="note", message=message, spans=tuple(notes.revealed)))
    if notes.struck:
        message = f"{len(notes.struck)} stretches are struck out; kept with a stroke through each character, not read"
        told.append(Finding(code="struck_out", severity="warning", message=message, spans=tuple(notes.struck)))
    return told
