"""What sentences may say of cells, compiled from data: words, wordings, and the sums of cells they may mean."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..errors import FormDataError
from ..forms import FormSpec
from ..kinds import Place
from ..resources import read_json
from ..text.wordsearch import each_of
from .rules import SameForm, group_rows

# The codes of findings that data may ask for.
NOTICES = (
    "text_new_requests",
    "text_answered",
    "text_carried_over",
    "text_carried_forward",
    "text_review",
    "text_litigation",
    "text_differs",
    "answered_is_completed",
    "channels_bound",
    "disclosed_bound",
    "fee_reported",
)


class ClaimRule(NamedTuple):
    """One thing that prose says of cells; ``none`` and ``all`` are wordings without a number.

    ``quantities`` are the sums of cells that it may speak of.
    """

    key: str
    quantities: tuple[tuple[Place, ...], ...]
    notice: str
    words: frozenset[str]
    says: re.Pattern[str] | None
    none: re.Pattern[str] | None
    all: re.Pattern[str] | None
    all_of: frozenset[str]
    context: re.Pattern[str] | None
    sections: frozenset[str]
    allows: frozenset[str]
    scale: int


class ClaimData(NamedTuple):
    """The data on claims, compiled.

    ``words`` finds the words of rules in a sentence. ``by_word`` has each, as its first character and the rest, with
    the numbers of the rules that have it or a word which it begins with. ``repeating`` are the rules with a wording
    for all.
    """

    rules: tuple[ClaimRule, ...]
    repeating: tuple[ClaimRule, ...]
    words: re.Pattern[str]
    by_word: dict[tuple[str, str], frozenset[int]]
    topics: tuple[str, ...]
    foreign: re.Pattern[str]
    topic: re.Pattern[str]
    past: re.Pattern[str]
    bounds: tuple[dict[str, Any], ...]
    told: tuple[dict[str, Any], ...]

    def rules_in(self, text: str) -> list[ClaimRule]:
        """The rules, in their order, of which a sentence holds a word."""
        held = set().union(*map(self.by_word.__getitem__, self.words.findall(text)))
        return list(map(self.rules.__getitem__, sorted(held)))


class Sum(NamedTuple):
    """A sum of cells of a form. ``groups`` are those of them that may print no number, with the cells for them then."""

    cells: tuple[Place, ...]
    groups: dict[Place, tuple[Place, ...]]

    def cells_of(self, printed: Set[Place]) -> tuple[Place, ...]:
        """The cells that are added in a report that prints some; none at all if nothing stands for one of them."""
        if not self.groups:
            return self.cells
        added: list[Place] = []
        for cell in self.cells:
            cells = (cell,) if cell in printed else self.groups.get(cell, (cell,))
            if not cells:
                return ()
            added += cells
        return tuple(added)


def sums_of(form: FormSpec) -> dict[str, tuple[Sum, ...]]:
    """By the key of each rule, the sums of cells that it may speak of in a form. Cached."""
    return _sums(SameForm(form))


@lru_cache(maxsize=16)
def _sums(same: SameForm) -> dict[str, tuple[Sum, ...]]:
    form, groups = same.form, group_rows(same.form)

    def is_leaf(place: Place) -> bool:
        try:
            table = form.table(place[0])
            return not table.row(place[1]).is_group and table.column(place[2]) is not None
        except KeyError:
            return False

    def under(place: Place) -> tuple[Place, ...]:
        table, row, column = place
        return tuple(cell for key in groups.get((table, row), ()) if is_leaf(cell := (*key, column)))

    return {
        rule.key: tuple(
            Sum(cells, {cell: under(cell) for cell in cells if not is_leaf(cell)}) for cells in rule.quantities
        )
        for rule in load_claim_data().rules
    }


@cache
def load_claim_data() -> ClaimData:
    """The packaged data on claims.

    Raises:
        FormDataError: The data are broken.
    """
    data = read_json("claims.json")
    try:
        rules = tuple(_rule(entry, data) for entry in data["rules"])
        return ClaimData(
            rules=rules,
            repeating=tuple(rule for rule in rules if rule.all),
            words=re.compile(each_of(set().union(*(rule.words for rule in rules)))),
            by_word=_by_word(rules),
            topics=tuple(sorted({word for rule in rules if rule.none for word in rule.words})),
            foreign=re.compile(data["foreign"]),
            topic=re.compile(data["topic"]),
            past=re.compile(data["past"]),
            bounds=tuple(_bound(entry) for entry in data["bounds"]),
            told=tuple({**entry, "value": _place(entry["value"])} for entry in data["told"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, re.error) as error:
        raise FormDataError(f"broken at {error}", code="data_file_broken", place="data/claims.json") from error


def _by_word(rules: Sequence[ClaimRule]) -> dict[tuple[str, str], frozenset[int]]:
    words = set().union(*(rule.words for rule in rules))
    return {
        (word[0], word[1:]): frozenset(n for n, rule in enumerate(rules) if any(map(word.startswith, rule.words)))
        for word in words
    }


def _rule(entry: dict[str, Any], data: dict[str, Any]) -> ClaimRule:
    if entry["notice"] not in NOTICES:
        raise ValueError(f"unknown notice {entry['notice']!r}")

    def compiled(name: str) -> re.Pattern[str] | None:
        wordings = "|".join(entry.get(name, ()))
        for part, pattern in data["parts"].items():
            wordings = wordings.replace("{" + part + "}", pattern)
        return re.compile(wordings) if wordings else None

    context = entry.get("context")
    return ClaimRule(
        key=entry["key"],
        quantities=tuple(_cells(quantity, data["columns"]) for quantity in entry["quantities"]),
        notice=entry["notice"],
        words=frozenset(entry["words"]),
        says=compiled("says"),
        none=compiled("none"),
        all=compiled("all"),
        all_of=frozenset(entry.get("all_of", ())),
        context=re.compile(data["contexts"][context]) if context else None,
        sections=frozenset(entry.get("sections", ())),
        allows=frozenset(entry.get("allows", ())),
        scale=int(entry.get("scale", 1)),
    )


def _cells(quantity: str, columns: dict[str, list[str]]) -> tuple[Place, ...]:
    """The cells that a quantity adds; ``*`` before the name of a column stands for several."""
    cells: list[Place] = []
    for table, row, column in map(_place, quantity.split("+")):
        cells += [(table, row, key) for key in (columns[column[1:]] if column.startswith("*") else [column])]
    return tuple(cells)


def _place(name: str) -> Place:
    table, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    return table, row, column


def _bound(entry: dict[str, Any]) -> dict[str, Any]:
    sides = {side: tuple(map(_place, entry.get(side, ()))) for side in ("at_least", "at_most")}
    return {"key": entry["key"], "value": _place(entry["value"]), **sides}
