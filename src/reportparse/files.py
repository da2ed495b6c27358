"""Paths to reports."""

from __future__ import annotations

import os
from pathlib import Path

from .archives.documents import iter_documents
from .errors import InputError
from .models import Report
from .options import ParseOptions
from .pipeline import parse_report


def read_report(
    path: str | os.PathLike[str],
    *,
    options: ParseOptions | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Report:
    """Read a report from a file of any format that is read; see :func:`reportparse.parse_report`.

    An archive may be given too if it holds one document.

    Args:
        path: The report.
        options: What a caller may choose.
        corrections: The file that the review page saved for this report.

    Raises:
        InputError: There is no such file, it is a folder, may not be read, is empty, is no text, or is an archive that
            holds no document or several.
        MissingExtraError: Its format needs an optional library; the message names the extra.
    """
    options = options or ParseOptions()
    place = Path(path)
    with iter_documents(place, limits=options.limits) as documents:
        if place.is_dir():
            do = "name the files in it, as in FOLDER/*.html, or read them one by one with iter_documents(PATH)"
            raise InputError(f"this is a folder; {do}", code="is_a_folder", place=str(place))
        first = next(documents, None)
        if first is None:
            told = f"this archive holds no document; of its members were left out: {dict(documents.skipped)}"
            raise InputError(told, code="no_document", place=str(place))
        if next(documents, None) is not None:
            do = "read them one by one with iter_documents(PATH)"
            raise InputError(f"this archive holds several documents; {do}", code="is_an_archive", place=str(place))
    patch = _read_patch(Path(corrections)) if corrections is not None else None
    report = parse_report(first, options=options, corrections=patch)
    return report.model_copy(update={"findings": (*documents.findings, *report.findings)})


def _read_patch(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(f"the corrections cannot be read: {error}", code="unreadable", place=str(path)) from error
