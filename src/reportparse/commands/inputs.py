"""What the arguments of the command stand for: a file is one document, an archive or a folder holds many."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ..archives.documents import Documents, iter_documents
from ..document import RawDocument, id_of, unique_name
from ..errors import InputError, ReportParseError
from ..export import unreadable_report
from ..limits import Limits
from ..models import Report
from ..options import ParseOptions
from ..pipeline import parse_report
from ..readers.formats import recognize_format
from ..tables.corrections import Corrections

STDIN = "-"
# As much of a file tells its kind.
_HEAD_SIZE = 65_536


class Input(NamedTuple):
    """A document that the command was asked for.

    Attributes:
        id: The id of its report.
        label: What messages call it: the path as given, or its name in an archive.
        raw: The document; it has a name only if it could not be had.
        path: The file that it is, None for a member of an archive.
        problem: Why it could not be had.
    """

    id: str
    label: str
    raw: RawDocument
    path: Path | None = None
    problem: Exception | None = None

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.raw.data).hexdigest()


def iter_inputs(files: Sequence[str], limits: Limits, done: Callable[[str, Documents], None]) -> Iterator[Input]:
    """The documents of the arguments, in their order, with ids that are never equal.

    Args:
        files: Paths, ``-`` for standard input.
        limits: How much is read at the most.
        done: Is called with the path and the count of each archive and folder, when it was read.
    """
    taken: dict[str, int] = {}
    for path in files:
        for item in [_stdin(limits)] if path == STDIN else _of_path(path, limits, done):
            yield item._replace(id=unique_name(item.id, "", taken))


def read_input(item: Input, options: ParseOptions, patches: Mapping[str, Corrections]) -> Report:
    """The report of a document, with the corrections that belong to it.

    Args:
        item: The document.
        options: How it is parsed.
        patches: Corrections by the hash of the document that they were made for.

    Raises:
        ReportParseError: It cannot be read.
    """
    if item.problem is not None:
        raise item.problem
    patch = patches.get(item.sha256) if patches else None
    return parse_report(item.raw, options=options, corrections=patch).model_copy(update={"id": item.id})


def stand_in(item: Input, problem: ReportParseError) -> Report:
    """What stands for a document that cannot be read; its hash and its kind are told as far as there are bytes."""
    sha256, head = "", item.raw.data
    try:
        if head:
            sha256 = hashlib.sha256(head).hexdigest()
        elif item.path is not None:
            with item.path.open("rb") as file:
                head = file.read(_HEAD_SIZE)
                file.seek(0)
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        pass
    kind = recognize_format(head)
    named = mimetypes.guess_type(item.raw.name)[0] or "application/octet-stream"
    media_type = kind.media_type if kind else named
    return unreadable_report(item.id, item.raw.name, problem, sha256=sha256, media_type=media_type)


def _readable(path: str) -> str:
    """A path whose bytes are not all UTF-8 can be opened, but not printed."""
    return os.fsencode(path).decode("utf-8", "replace")


def _stdin(limits: Limits) -> Input:
    raw = RawDocument("stdin")
    if sys.stdin is None:
        problem = InputError("there is no standard input", code="unreadable", place=STDIN)
        return Input(raw.name, STDIN, raw, problem=problem)
    try:
        return Input(raw.name, STDIN, RawDocument("stdin", sys.stdin.buffer.read(limits.max_bytes + 1)))
    except OSError as error:
        problem = InputError(f"cannot be read: {error.strerror or error}", code="unreadable", place=STDIN)
        return Input(raw.name, STDIN, raw, problem=problem)


def _of_path(path: str, limits: Limits, done: Callable[[str, Documents], None]) -> Iterator[Input]:
    """The documents of a path. What goes wrong costs this path only, and is told where its report would be."""
    label = _readable(path)
    name = _readable(Path(path).name or str(Path(path)))
    nothing = Input(id_of(name), label, RawDocument(name), Path(path))
    try:
        documents = iter_documents(path, limits=limits)
        for raw in documents:
            is_member = documents.is_container
            yield Input(id_of(raw.name), raw.name if is_member else label, raw, None if is_member else Path(path))
        if documents.is_container:
            done(label, documents)
            if not documents.documents:
                raise InputError("it holds no document", code="no_document", place=label)
    # An error of ours too is told by who reads the input.
    except Exception as error:
        yield nothing._replace(problem=error)
