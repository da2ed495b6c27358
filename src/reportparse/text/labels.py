"""Which printed labels name which row, column or head of which form: one index over all forms.

A label is looked up by its match key. Besides the official label and its accepted variants each row answers to
its label without ordinal, where no other label of its table has that key. Prefixes are kept too, so that a label
that a layout cut into pieces can be put together again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, NamedTuple

from ..forms import RowSpec, TableSpec, form_keys, load_form
from .keys import match_key

LabelRole = Literal["row", "group", "column", "head", "title", "unit_head", "trailer"]

# Ordinals as they stand at the start of a match key, where punctuation is gone.
_KEY_ORDINAL_RE = re.compile(r"^(?:其中)?(?:[0-9]|[一二三四五六七八九十]{1,3})?")
_REMARK_RE = re.compile(r"[（(][^（()）]*[)）]$")


Address = tuple[str, str]  # table key, row key; the row is "" for a table printed in one row
_Target = tuple[str, LabelRole, str]
Evidence = tuple[str, LabelRole, str, tuple[str, ...]]  # table, role, key of the row or column, forms
_Draft = defaultdict[str, dict[_Target, tuple[set[str], bool]]]


class LabelRef(NamedTuple):
    """What a label names: a table of some forms, a role in it, and the key of a row or column."""

    table: str
    role: LabelRole
    key: str
    forms: tuple[str, ...]
    is_official: bool


class Refs(tuple[LabelRef, ...]):
    """All that a label names; empty if it is none. What is asked of it for every row of print is worked out once.

    Attributes:
        roles: The roles it may have.
        addresses: The rows (group rows included) that it may name.
        tables: The tables it may belong to; heads of columns and units tell none.
        table: The table it belongs to, empty if it may be one of several.
        column_tables: The tables of the columns that it may head, one for each column.
        head_tables: The tables that it may be a head or the title of.
        evidence: What it names, as evidence for forms: one bit for each, by its number in ``LabelIndex.evidence``.
    """

    roles: frozenset[LabelRole]
    addresses: tuple[Address, ...]
    tables: frozenset[str]
    table: str
    column_tables: tuple[str, ...]
    head_tables: frozenset[str]
    evidence: int

    def __new__(cls, refs: Iterable[LabelRef] = (), numbers: Mapping[Evidence, int] | None = None) -> Refs:
        """Take what a label names."""
        self = super().__new__(cls, refs)
        self.roles = frozenset(ref.role for ref in self)
        self.addresses = tuple(dict.fromkeys((ref.table, ref.key) for ref in self if ref.role in ("row", "group")))
        self.tables = frozenset(ref.table for ref in self if ref.role not in ("column", "unit_head"))
        self.table = next(iter(self.tables)) if len(self.tables) == 1 else ""
        self.column_tables = tuple(ref.table for ref in self if ref.role == "column")
        self.head_tables = frozenset(ref.table for ref in self if ref.role in ("column", "title"))
        self.evidence = 0
        for table, role, key, forms, _ in self:
            self.evidence |= 1 << numbers[table, role, key, forms] if numbers else 0
        return self


NO_LABEL = Refs()


@dataclass(frozen=True)
class LabelIndex:
    """Labels of all forms by match key.

    Attributes:
        refs: Match key to what it names.
        bare: Match key without ordinal or remark to what it names; only keys that are no full label.
        numbered: The same for keys that also name a column: they name a row only where an ordinal stands before them.
        prefixes: Every proper beginning of a key in ``refs`` or ``bare``.
        longest: Length of the longest key.
        one_row: Tables printed in one row under their heads, with the number of their cells.
        groups: Keys of group labels, the longest first.
        leaves: Table and key of every row that holds values in some form.
        evidence: All that labels name in some forms, in order.
    """

    refs: dict[str, Refs]
    bare: dict[str, Refs]
    numbered: dict[str, Refs]
    prefixes: frozenset[str]
    longest: int
    one_row: dict[str, int]
    groups: tuple[str, ...]
    leaves: frozenset[tuple[str, str]]
    evidence: tuple[Evidence, ...]

    @cached_property
    def find(self) -> Callable[[str], Refs]:
        """What a match key names: as a full label, without its ordinal, or with another ordinal.

        Answers are remembered: reports print the same labels and numbers again and again.
        """
        return lru_cache(maxsize=4096)(self._find)

    def _find(self, key: str) -> Refs:
        found = self.refs.get(key) or self.bare.get(key)
        if found:
            return found
        if len(key) > 2 * self.longest:
            return NO_LABEL
        short = _KEY_ORDINAL_RE.sub("", key)
        found = self.bare.get(short) or (self.numbered.get(short) if short != key else None)
        if found:
            return found
        # A variant that is listed without ordinal, printed with one.
        found = self.refs.get(short) if short != key else None
        if found and all(ref.role in ("row", "group") and not ref.is_official for ref in found):
            return found
        # A group label run together with the label of its first row.
        if not key.startswith(self.groups):
            return NO_LABEL
        group = next(group for group in self.groups if key.startswith(group))
        return self.refs.get(key[len(group) :], NO_LABEL)


@cache
def label_index() -> LabelIndex:
    """The index over the labels of every packaged form."""
    refs: _Draft = defaultdict(dict)
    bare: _Draft = defaultdict(dict)
    numbered: _Draft = defaultdict(dict)
    tables = [(name, table) for name in form_keys() for table in load_form(name).tables]
    for name, table in tables:
        own = set()
        for label, role, key, is_official in _labels_of(table):
            own.add(match_key(label))
            _note(refs, match_key(label), (table.key, role, key), name, is_official)
        for row in table.rows if table.arrangement != "one_row" else ():
            for short in _short_keys(row):
                if len(short) > 1 and _is_unique(table, short):
                    _note(numbered if short in own else bare, short, (table.key, _role(row), row.key), name, False)
    only_bare = {key: entries for key, entries in bare.items() if key not in refs}
    keys = [*refs, *only_bare]
    named = [
        target for draft in (refs, only_bare, numbered) for entries in draft.values() for target in entries.items()
    ]
    evidence = sorted({(*target, tuple(sorted(forms))) for target, (forms, _) in named})
    numbers = {each: number for number, each in enumerate(evidence)}
    return LabelIndex(
        refs=_freeze(refs, numbers),
        bare=_freeze(only_bare, numbers),
        numbered=_freeze(numbered, numbers),
        prefixes=frozenset(key[:length] for key in keys for length in range(1, len(key))),
        longest=max(map(len, keys)),
        one_row={table.key: len(table.cells) for _, table in tables if table.arrangement == "one_row"},
        leaves=frozenset((table.key, row.key) for _, table in tables for row in table.leaf_rows),
        evidence=tuple(evidence),
        groups=tuple(sorted((key for key, e in refs.items() if any(r == "group" for _, r, _ in e)), key=len)[::-1]),
    )


def _labels_of(table: TableSpec) -> Iterator[tuple[str, LabelRole, str, bool]]:
    for title in filter(None, (table.title, *table.also)):
        yield title, "title", table.key, title == table.title
    for head in table.label_heads:
        yield head, "head", "", False
    for head in table.heads:
        yield head, "head", "", False
    for head in table.unit_heads:
        yield head, "unit_head", "", False
    for trailer in table.trailer:
        yield trailer, "trailer", "", False
    for column in table.columns:
        for label in (column.label, *column.also):
            yield label, "column", column.key, label == column.label
    for row in table.rows:
        role: LabelRole = "head" if table.arrangement == "one_row" else _role(row)
        for label in row.labels:
            yield label, role, row.key, label == row.label
        for label in row.path[:-1]:
            yield label, "head", "", False


def _role(row: RowSpec) -> LabelRole:
    return "group" if row.is_group else "row"


def _short_keys(row: RowSpec) -> set[str]:
    """Keys of the labels of a row without ordinal, without the remark in brackets at the end, without both."""
    keys = set()
    for label in row.labels:
        for wording in (label, _REMARK_RE.sub("", label)):
            keys |= {match_key(wording), _KEY_ORDINAL_RE.sub("", match_key(wording))}
    return keys - {match_key(label) for label in row.labels}


def _is_unique(table: TableSpec, short: str) -> bool:
    """Whether one row only of a table has this short key."""
    return sum(short in _short_keys(row) for row in table.rows) == 1


def _note(index: _Draft, key: str, target: _Target, form: str, is_official: bool) -> None:
    forms, official = index[key].setdefault(target, (set(), False))
    forms.add(form)
    index[key][target] = (forms, official or is_official)


def _freeze(
    index: Mapping[str, Mapping[_Target, tuple[set[str], bool]]], numbers: Mapping[Evidence, int]
) -> dict[str, Refs]:
    return {
        key: Refs(
            (
                LabelRef(table, role, own, tuple(sorted(forms)), official)
                for (table, role, own), (forms, official) in entries.items()
            ),
            numbers,
        )
        for key, entries in index.items()
    }
