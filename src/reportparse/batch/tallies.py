"""What a dataset holds, counted: documents by form and year, cells by state, findings and failures by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_COUNTERS = ("forms", "years", "states", "findings", "failures")
DOUBTFUL = "doubtful"
UNKNOWN = "unknown"


@dataclass(slots=True)
class Tally:
    """Counts by what is counted and then by value."""

    documents: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The counts with sorted names.

        Example:
            >>> tally = Tally(documents=1)
            >>> tally.add_report("2021", None, ["value", None], [])
            >>> tally.to_json()["states"]
            {'doubtful': 1, 'value': 1}
        """
        return {"documents": self.documents} | {name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS}

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add what :meth:`to_json` gave of another one."""
        self.documents += counts["documents"]
        for name in _COUNTERS:
            getattr(self, name).update(counts[name])

    def add_report(
        self, form: str | None, year: int | None, states: Iterable[str | None], findings: Iterable[str]
    ) -> None:
        """Count a report."""
        self.forms[form or UNKNOWN] += 1
        self.years[UNKNOWN if year is None else str(year)] += 1
        self.states.update(state or DOUBTFUL for state in states)
        self.findings.update(findings)
