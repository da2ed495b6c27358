"""What the results of a run depend on beside its documents: versions, packaged data, options, kind of output."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from .. import __version__
from ..dataset.schemas import dataset_version
from ..options import ParseOptions

Format = Literal["parquet", "jsonl"]

# Libraries whose version may change what is read; the optional ones count only where they are installed.
_READERS = ("OpenCC", "lxml", "pdfplumber", "pypdfium2", "python-docx", "python-calamine", "FastWARC", "scipy")
# Those that make the bytes of a format: row groups of one version stand under the footer of no other.
_WRITERS: dict[Format, tuple[str, ...]] = {"parquet": ("pyarrow",), "jsonl": ()}


@dataclass(frozen=True, slots=True)
class Run:
    """A run that may be taken up again by another of the same digest, and by no other."""

    format: Format
    versions: dict[str, str]
    options: dict[str, Any]

    @property
    def digest(self) -> str:
        """A short name for all of it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def describe_run(format_: Format, options: ParseOptions) -> Run:
    """The run that this installation does with some options.

    Example:
        >>> run = describe_run("jsonl", ParseOptions())
        >>> run.digest == describe_run("jsonl", ParseOptions()).digest
        True
        >>> run.digest == describe_run("jsonl", ParseOptions(blank_as_zero=True)).digest
        False
    """
    return Run(format_, dict(_versions(format_)), asdict(options))


@cache
def _versions(format_: Format) -> tuple[tuple[str, str], ...]:
    found = {"reportparse": __version__, "dataset": dataset_version(), "data": _data_digest()}
    for library in (*_READERS, *_WRITERS[format_]):
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return tuple(found.items())


def _data_digest() -> str:
    """Of the packaged data, which users may extend: forms, labels, phrases."""
    digest = hashlib.sha256()

    def walk(folder: Traversable, prefix: str) -> None:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir():
                walk(entry, f"{prefix}{entry.name}/")
            else:
                digest.update(f"{prefix}{entry.name}\0".encode())
                digest.update(hashlib.sha256(entry.read_bytes()).digest())

    walk(files("reportparse") / "data", "")
    return digest.hexdigest()[:16]
