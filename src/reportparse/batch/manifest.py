"""The manifest of a dataset: what it consists of and was made with. Where it is, the dataset is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import ExportError
from .outputs import Part
from .runs import Run
from .stores import Store, read_whole, write_whole

MANIFEST = "manifest.json"


class InputSummary(NamedTuple):
    """What went into a dataset: its documents, a digest of their keys in order, and what was odd about archives."""

    documents: int
    sha256: str
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A complete dataset.

    Attributes:
        run: Versions, options and format.
        input: What went in.
        tables: The parts of each table.
        totals: What they hold, counted.
    """

    run: Run
    input: InputSummary
    tables: Mapping[str, Sequence[Part]]
    totals: Mapping[str, Any]

    def to_json(self) -> str:
        """The text of ``manifest.json``: the same for the same dataset, so it tells no time."""
        tables = {
            name: {"rows": sum(part.rows for part in parts), "parts": [part._asdict() for part in parts]}
            for name, parts in self.tables.items()
        }
        shown = {
            "format": self.run.format,
            "versions": self.run.versions,
            "options": self.run.options,
            "input": self.input._asdict(),
            "totals": self.totals,
            "tables": tables,
        }
        return json.dumps(shown, ensure_ascii=False, indent=1) + "\n"


def read_manifest(store: Store, name: str = MANIFEST) -> Manifest | None:
    """The manifest of a dataset; None where there is none.

    Raises:
        ExportError: It is no manifest that this version reads.
    """
    if not store.exists(name):
        return None
    try:
        data = json.loads(read_whole(store, name))
        return Manifest(
            Run(data["format"], data["versions"], data["options"]),
            InputSummary(**data["input"]),
            {name: [Part(**part) for part in table["parts"]] for name, table in data["tables"].items()},
            data["totals"],
        )
    except (ValueError, KeyError, TypeError) as error:
        message = "this is no manifest of a dataset; name another folder, or remove what is in it"
        raise ExportError(message, code="not_written", place=f"{store.location}/{name}") from error


def write_manifest(store: Store, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all: the last act of a run."""
    write_whole(store, MANIFEST, manifest.to_json().encode())
