"""Tables that a document does not print: it shows a picture where its form has a table, or another page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from ..document import Image, SourceDocument
from ..forms import form_keys, load_form
from ..kinds import Finding, Section
from ..resources import read_json
from ..spans import Span

# Pixels. Smaller pictures are icons; a table of a report has a dozen lines.
_MIN_SIDE = 100
_MAX_LISTED = 5  # addresses in a message


def tell_pictured_tables(
    document: SourceDocument, sections: Sequence[Section], read: Collection[str], form: str | None
) -> list[Finding]:
    """Find sections whose form has tables, of which none was read, and which show something that is not read.

    Args:
        document: What the file told: its pictures and frames.
        sections: The sections of the report.
        read: Keys of the tables that were read.
        form: The form that the print follows; None where that is unknown, as when every table is a picture.

    Returns:
        Findings ``table_is_image`` and ``table_elsewhere``, with the addresses.
    """
    if not document.images and not document.frames:
        return []
    lost = _kinds_of_tables(form) - _kinds_of_tables(form, read)
    found = []
    for section in sections:
        if section.kind not in lost or section.heading is None:
            continue
        place = Span(section.span.start, min(section.span.end, section.span.start + len(section.heading)))
        images = [image.address for image in document.images if _is_in(image.place, section) and _may_be_table(image)]
        frames = [frame.address for frame in document.frames if _is_in(frame.span.start, section)]
        if images:
            message = f"section {section.heading!r} prints no table and shows a picture, which is not read: "
            message += _listed(images)
            found.append(Finding(code="table_is_image", severity="warning", message=message, spans=(place,)))
        elif frames:
            message = f"section {section.heading!r} prints no table; what the page shows there is not read: "
            message += _listed(frames)
            found.append(Finding(code="table_elsewhere", severity="warning", message=message, spans=(place,)))
    return found


def told_frames(document: SourceDocument) -> str:
    """The addresses of what a page shows from elsewhere, as the end of a sentence; empty if there is nothing."""
    addresses = [frame.address for frame in document.frames]
    return f"; what it shows from elsewhere is not read: {_listed(addresses)}" if addresses else ""


def _listed(addresses: Sequence[str]) -> str:
    unique = list(dict.fromkeys(addresses))
    more = f" and {len(unique) - _MAX_LISTED} more" if len(unique) > _MAX_LISTED else ""
    return ", ".join(unique[:_MAX_LISTED]) + more


def _is_in(place: int, section: Section) -> bool:
    return section.span.start <= place <= section.span.end


def _kinds_of_tables(form: str | None, read: Collection[str] | None = None) -> set[str]:
    """The kinds of section that have a table in a form, or in any; with ``read`` those of which one was read."""
    names = [form] if form else form_keys()
    tables = [table for name in names for table in load_form(name).tables]
    return {table.section for table in tables if read is None or table.key in read}


def _may_be_table(image: Image) -> bool:
    """Whether a picture is large enough, as far as the document says, and not named like an icon."""
    if any(side is not None and side < _MIN_SIDE for side in (image.width, image.height)):
        return False
    return _icon_re().search(image.address) is None


@cache
def _icon_re() -> re.Pattern[str]:
    return re.compile("|".join(read_json("layout.json")["icons"]), re.IGNORECASE)
