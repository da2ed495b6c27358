"""What a dataset holds, counted: documents by form and year, cells by state, findings and failures by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
        counters = {name: getattr(self, name) for name in ("forms", "years", "states", "findings", "failures")}
        return {"documents": self.documents, **{name: dict(sorted(c.items())) for name, c in counters.items()}}

    def add_report(
        self, form: str | None, year: int | None, states: Iterable[str | None], findings: Iterable[str]
    ) -> None:
        """Count a report."""
        self.forms[form or UNKNOWN] += 1
        self.years[UNKNOWN if year is None else str(year)] += 1
        self.states.update(state or DOUBTFUL for state in states)
        self.findings.update(findings)
