"""The files of a folder, in sorted order, folders inside it included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..errors import InputError
from ..limits import Limits, reached
from .members import PIECE, Member, Tally, read_head


def iter_folder(root: Path, limits: Limits, tally: Tally) -> Iterator[tuple[Member, bytes]]:
    """The files of a folder, each with its first bytes.

    Hidden files are left out. Links to folders are not followed, since they may lead round in a circle.

    Args:
        root: The folder.
        limits: ``max_members`` bounds how many files are named.
        tally: Told of what is no file.
    """
    waiting = [root]
    count = 0
    while waiting:
        path = waiting.pop()
        name = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
        try:
            if path.is_dir() and (path == root or not path.is_symlink()):
                waiting += sorted(path.iterdir(), reverse=True)
                continue
            reason = _reason_to_skip(path)
        except OSError as error:
            told = InputError(f"cannot be read: {error.strerror or error}", code="unreadable")
            yield Member(name, name, partial(iter, ()), error=told), b""
            continue
        tally.records += 1
        if reason:
            tally.skip(reason)
            continue
        count += 1
        if count > limits.max_members:
            tally.findings.append(reached(limits, "max_members", f"reading stopped at {name}: there are more files"))
            return
        pieces = partial(_pieces, path)
        yield Member(name, name, pieces, path=path), read_head(pieces())


def _reason_to_skip(path: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden file"
    if path.is_dir():
        return "symbolic link"
    return "special file" if path.exists() and not path.is_file() else None


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}", code="unreadable") from error
