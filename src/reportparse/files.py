"""Paths to reports: the one place of the package that opens a document."""

from __future__ import annotations

import os
from pathlib import Path

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

    Args:
        path: The report.
        options: What a caller may choose.
        corrections: The file that the review page saved for this report.

    Raises:
        InputError: There is no such file, it is a folder, may not be read, is empty, or is no text.
    """
    place = Path(path)
    patch = _read_bytes(Path(corrections)) if corrections is not None else None
    return parse_report(_read_bytes(place), name=place.name, options=options, corrections=patch)


def _read_bytes(path: Path) -> bytes:
    name = str(path)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file", code="file_missing", place=name) from error
    except IsADirectoryError as error:
        raise InputError(
            "this is a folder; name the files in it, as in FOLDER/*.html", code="is_a_folder", place=name
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"the file cannot be read: {error}", code="unreadable", place=name) from error
