"""A check whose sides stand in several reports, and the finding that tells of its failure. All are soft."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..models import CheckStatus, Finding, Model, Value
from ..resources import read_json


class CrossCheck(Model):
    """One rule tried on reports of several years or bodies.

    Attributes:
        rule: The key of the rule, in ``data/years.json``.
        body: The body whose report is checked.
        years: The years of the two sides, the same where bodies are compared.
        reports: The ids of the reports on both sides, the checked one last.
        table: The table it is about, if it is about cells.
        scope: Along what it repeats, as in a check of one report.
        status: ``passed``, ``failed`` or ``undecided``.
        left: What the other report, or the other years, give; None where undecided. Of texts, how many sentences
            were compared.
        right: What the checked report gives; None where undecided. Of texts, how many sentences are new.
        message: What was compared, or why it could not be.
        reasons: Why a difference may be lawful; empty unless it failed.

    Example:
        >>> check = CrossCheck(rule="identical_years", body="海棠市", years=(2021, 2022), reports=("a", "b"),
        ...                    status="passed", message="12 of 80 numbers differ")
        >>> check.status, check.reasons
        ('passed', ())
    """

    rule: str
    body: str
    years: tuple[int, int]
    reports: tuple[str, ...]
    table: str | None = None
    scope: dict[str, str] = Field(default_factory=dict)
    status: CheckStatus
    left: Value | None = None
    right: Value | None = None
    message: str
    reasons: tuple[str, ...] = ()


def finding_of(check: CrossCheck) -> Finding:
    """A failed check as a finding; its code is the rule, its severity ``note``.

    Example:
        >>> check = CrossCheck(rule="identical_years", body="海棠市", years=(2021, 2022), reports=("a", "b"),
        ...                    status="failed", message="all 80 numbers are equal", reasons=("a small organ",))
        >>> finding_of(check).message
        '海棠市 2021, 2022: all 80 numbers are equal; lawful reasons: a small organ'
    """
    years = ", ".join(map(str, dict.fromkeys(check.years)))
    told = f"{check.body} {years}: {check.message}; lawful reasons: {'; '.join(check.reasons)}"
    return Finding(code=check.rule, severity="note", message=told)


def rule_data(key: str) -> dict[str, Any]:
    """What ``data/years.json`` says under a key.

    Example:
        >>> rule_data("copied_from_last_year")["least_new"]
        0.2
    """
    found: dict[str, Any] = read_json("years.json")[key]
    return found
