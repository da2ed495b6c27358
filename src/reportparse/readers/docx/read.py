"""Word files (DOCX, DOCM, DOTX): the text as it is printed, with the grids of its tables.

The parts of the file are read as a stream of elements: no tree of it is ever held, so that a file costs memory for
what it prints and not for its markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes

from ...document import SourceDocument
from ...errors import InputError
from ...kinds import Finding, Severity
from ...limits import DEFAULT_LIMITS, Limits
from ..office.packages import Package, damaged
from ..parts import join_parts
from ..sources import read_source
from .blocks import Chunk, texts_of
from .inline import Notes
from .numbers import Numbering
from .styles import Styles
from .text import TextOfBlocks
from .walk import Walk, WordFile

_MAIN_PART = "word/document.xml"
# Parts that stand apart from the text, in the order in which they are written after it.
_APART = ("header", "footer", "footnotes", "endnotes", "comments")
_NOTES = frozenset(("footnotes", "endnotes", "comments"))
# Text that is left out of its own accord; leaving out other text may surprise.
_PLAIN_REASONS = frozenset(("deleted", "readings above characters"))
# A saved page has few parts; a mail nested deeply is an attack.
_MAX_BOUNDARIES = 10


def read_docx(data: bytes, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read a Word file.

    Tracked insertions are part of the text; deleted and hidden text is not, and is told. Numbers that Word prints
    before the paragraphs of a list are written. Headers, footers and notes stand after the text, apart from it.

    Raises:
        InputError: The file is damaged, locked, or goes over a limit.
    """
    package = Package(data, limits)
    main = package.main_part(_MAIN_PART)
    if main not in package:
        raise damaged(main, "the part that holds the text is missing")
    related = list(package.relations(main).values())
    targets = {relation.kind: relation.target for relation in related if not relation.is_external}
    file = WordFile(
        package, limits, Styles(package, targets.get("styles")), Numbering(package, targets.get("numbering"))
    )
    apart = [(r.kind, r.target) for kind in _APART for r in related if r.kind == kind and r.target in package]
    documents = list(_read_text(file, main, apart))
    printed = [document for document in documents if document.text or document.images]
    # A chunk is a part of this file, and no file beside it.
    whole = replace(join_parts(printed), parts=()) if len(printed) > 1 else (*printed, SourceDocument(""))[0]
    unread = [finding for document in documents if document not in printed for finding in document.findings]
    return replace(whole, findings=(*whole.findings, *unread, *_findings(file.notes)))


def _read_text(file: WordFile, main: str, apart: list[tuple[str, str]]) -> Iterator[SourceDocument]:
    """The text and what stands apart from it, cut where a file of another format stands in it."""
    writer = TextOfBlocks(file.nodes, file.notes, file.limits)
    for block in Walk(file, main).blocks():
        if isinstance(block, Chunk):
            yield writer.document()
            yield _read_chunk(file, block)
            writer = TextOfBlocks(file.nodes, file.notes, file.limits)
        else:
            writer.write_block(block)
    printed: set[tuple[str, ...]] = set()
    for kind, part in apart:
        blocks = [block for block in Walk(file, part).blocks() if not isinstance(block, Chunk)]
        texts = tuple(texts_of(blocks))
        # Each section repeats its header, mostly in a part of its own.
        if texts not in printed:
            printed.add(texts)
            writer.write_apart(blocks)
        file.notes.apart += kind in _NOTES and any(texts)
    yield writer.document()


def _read_chunk(file: WordFile, chunk: Chunk) -> SourceDocument:
    """A file of another format that Word shows in the midst of the text: a page or a text, mostly a saved page."""
    name = chunk.relation.target
    try:
        if chunk.relation.is_external:
            raise InputError("it stands elsewhere, and nothing is fetched", code="unreadable")
        data = _page_of(file.package.read(name))
        if data.startswith((b"PK", b"{\\rtf", b"\xd0\xcf")):
            raise InputError(
                "it is an office file of its own; open the file in Word and save it anew", code="unreadable"
            )
        return read_source(data, name, file.limits)
    except InputError as error:
        message = f"{name}, which the file shows in its text, cannot be read: {error.message}"
        return SourceDocument(
            "", name=name, findings=(Finding(code="part_unreadable", severity="warning", message=message),)
        )


def _page_of(data: bytes) -> bytes:
    """The page itself out of a page that was saved as a mail with its pictures."""
    if b"MIME-Version" not in data[:4_096] or data.lower().count(b"boundary=") > _MAX_BOUNDARIES:
        return data
    for part in message_from_bytes(data).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml", "text/plain"):
            page = part.get_payload(decode=True)
            return page if isinstance(page, bytes) else data
    return data


def _findings(notes: Notes) -> Iterator[Finding]:
    for reason, length in notes.lengths.items():
        severity: Severity = "note" if reason in _PLAIN_REASONS else "warning"
        message = f"{length:,} characters are {reason} and were not read as text: {notes.left_out[reason]}"
        yield Finding(code="text_left_out", severity=severity, message=message)
    if notes.insertions:
        message = f"{notes.insertions:,} tracked insertions are not accepted yet; they were read as text"
        yield Finding(code="tracked_changes", severity="note", message=message)
    if notes.numbers:
        message = (
            f"{notes.numbers:,} numbers of lists, which Word prints without storing them, were written into the text"
        )
        yield Finding(code="numbers_written", severity="note", message=message)
    if notes.objects:
        message = (
            f"embedded objects are read as pictures, and what they show may be missing: {', '.join(notes.objects[:5])}"
        )
        yield Finding(code="embedded_object", severity="warning", message=message)
    if notes.apart:
        message = "footnotes, endnotes or comments stand after the text, apart from it"
        yield Finding(code="notes_apart", severity="note", message=message)
