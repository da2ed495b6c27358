"""The files of a folder, in sorted order, folders inside it included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from ..limits import Limits, reached
from .members import PIECE, Member, Tally, read_head


class _Found(NamedTuple):
    """What lies in a folder: its name after that of the folder, and what the system says of it; None for the root."""

    name: str
    path: str
    entry: os.DirEntry[str] | None


def iter_folder(root: Path, limits: Limits, tally: Tally) -> Iterator[tuple[Member, bytes]]:
    """The files of a folder, each with its first bytes.

    Hidden files are left out. Links to folders are not followed, since they may lead round in a circle.

    Args:
        root: The folder.
        limits: ``max_members`` bounds how many files are named.
        tally: Told of what is no file.
    """
    waiting = [_Found("", os.fspath(root), None)]
    count = 0
    while waiting:
        found = waiting.pop()
        name = os.fsencode(found.name or ".").decode("utf-8", "replace")
        try:
            if found.entry is None or found.entry.is_dir(follow_symlinks=False):
                waiting += _inside(found)
                continue
            reason = _reason_to_skip(found.entry)
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
        pieces = partial(_pieces, found.path)
        yield Member(name, name, pieces, path=found.path), read_head(pieces())


def _inside(folder: _Found) -> list[_Found]:
    """What a folder holds, the last first."""
    prefix = f"{folder.name}/" if folder.name else ""
    with os.scandir(folder.path) as entries:
        found = [_Found(prefix + entry.name, entry.path, entry) for entry in entries]
    return sorted(found, reverse=True)


def _reason_to_skip(entry: os.DirEntry[str]) -> str | None:
    if entry.name.startswith("."):
        return "hidden file"
    if entry.is_file():
        return None
    if entry.is_dir():
        return "symbolic link"
    return "special file" if os.path.exists(entry.path) else None


def _pieces(path: str) -> Iterator[bytes]:
    try:
        # As large as they come: a buffer would only be filled and emptied.
        with open(path, "rb", buffering=0) as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror or error}", code="unreadable") from error
