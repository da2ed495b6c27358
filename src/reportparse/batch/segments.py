"""What a run has done so far: each chunk is one file, with the keys of its documents, whole or not there.

A segment is a head in JSON, blobs, and a hash of all before it. The head alone says which documents it holds, so that
a run which goes on reads little; the hash is compared when the dataset is put together.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .stores import Store, read_whole, write_whole

WORK = "_work"
SEGMENTS = f"{WORK}/segments"
_MAGIC = b"reportparse segment 1\n"
_LENGTH = struct.Struct("<Q")
_HASH_BYTES = 32


class TornSegment(Exception):  # noqa: N818 - it is a state of a file, met and mended inside this package
    """A segment is damaged; its documents are to be parsed again."""


class Entry(NamedTuple):
    """A document of a segment.

    Attributes:
        name: Its name in the input.
        key: The digest of what was parsed.
        failure: Why it failed, if it did.
        position: Its number in the input.
        id: Its id among the others.
    """

    name: str
    key: str
    failure: str | None
    position: int
    id: str


@dataclass(frozen=True, slots=True)
class Segment:
    """The head of a segment: the run it belongs to, its documents in order, and where its blobs are."""

    name: str
    run: str
    entries: tuple[Entry, ...]
    blobs: Mapping[str, tuple[int, int]]


def write_segment(store: Store, run: str, entries: Sequence[Entry], blobs: Mapping[str, bytes]) -> str:
    """Write a segment. Its name comes from what it holds, so that a chunk done twice takes no more room."""
    places, end = {}, 0
    for key, blob in blobs.items():
        places[key] = (end, len(blob))
        end += len(blob)
    head = json.dumps({"run": run, "entries": entries, "blobs": places}).encode()
    body = b"".join((_MAGIC, _LENGTH.pack(len(head)), _LENGTH.pack(end), head, *blobs.values()))
    name = f"{hashlib.sha256(head).hexdigest()[:32]}.seg"
    write_whole(store, f"{SEGMENTS}/{name}", body + hashlib.sha256(body).digest())
    return name


def read_head(store: Store, name: str) -> Segment:
    """What a segment holds, without reading its blobs.

    Raises:
        TornSegment: It is too short, or no segment.
    """
    fixed = len(_MAGIC) + 2 * _LENGTH.size
    with store.open(f"{SEGMENTS}/{name}") as file:
        start = file.read(fixed)
        if len(start) < fixed or not start.startswith(_MAGIC):
            raise TornSegment(name)
        (head,), (blobs,) = _LENGTH.unpack_from(start, len(_MAGIC)), _LENGTH.unpack_from(start, fixed - _LENGTH.size)
        data = file.read(head)
        if file.seek(0, 2) != fixed + head + blobs + _HASH_BYTES:
            raise TornSegment(name)
    return _head(name, data, fixed + head)


def _head(name: str, data: bytes, offset: int) -> Segment:
    try:
        head = json.loads(data)
        entries = tuple(Entry(*entry) for entry in head["entries"])
        blobs = {key: (offset + start, length) for key, (start, length) in head["blobs"].items()}
        return Segment(name, head["run"], entries, blobs)
    except (ValueError, KeyError, TypeError) as error:
        raise TornSegment(name) from error


def read_blobs(store: Store, segment: Segment) -> dict[str, bytes]:
    """The blobs of a segment, compared with its hash.

    Raises:
        TornSegment: They are not what was written.
    """
    data = read_whole(store, f"{SEGMENTS}/{segment.name}")
    if hashlib.sha256(data[:-_HASH_BYTES]).digest() != data[-_HASH_BYTES:]:
        raise TornSegment(segment.name)
    return {key: data[start : start + length] for key, (start, length) in segment.blobs.items()}


def torn_segments(store: Store) -> list[str]:
    """The names of all segments that are damaged; they are read whole."""
    return [name for name in store.names(SEGMENTS) if _is_torn(store, name)]


def _is_torn(store: Store, name: str) -> bool:
    try:
        read_blobs(store, read_head(store, name))
    except TornSegment:
        return True
    return False
