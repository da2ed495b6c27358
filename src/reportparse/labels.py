"""Which printed labels name which row, column or head of which form: one index over all forms.

A label is looked up by its match key. Besides the official label and its accepted variants each row answers to
its label without ordinal, where no other label of its table has that key. Prefixes are kept too, so that a label
that a layout cut into pieces can be put together again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from .forms import FormSpec, RowSpec, TableSpec, form_keys, load_form
from .keys import match_key

LabelRole = Literal["row", "group", "column", "head", "title", "unit_head", "trailer"]

# Ordinals as they stand at the start of a match key, where punctuation is gone.
_KEY_ORDINAL_RE = re.compile(r"^(?:其中)?(?:[0-9]|[一二三四五六七八九十]{1,3})")


class LabelRef(NamedTuple):
    """What a label names: a table of some forms, a role in it, and the key of a row or column."""

    table: str
    role: LabelRole
    key: str
    forms: tuple[str, ...]
    is_official: bool


@dataclass(frozen=True)
class LabelIndex:
    """Labels of all forms by match key.

    Attributes:
        refs: Match key to what it names.
        bare: Match key without ordinal to what it names; only keys that are no full label.
        prefixes: Every proper beginning of a key in ``refs`` or ``bare``.
        longest: Length of the longest key.
        one_row: Tables printed in one row under their heads, with the number of their cells.
        groups: Keys of group labels, the longest first.
        leaves: Table and key of every row that holds values in some form.
    """

    refs: dict[str, tuple[LabelRef, ...]]
    bare: dict[str, tuple[LabelRef, ...]]
    prefixes: frozenset[str]
    longest: int
    one_row: dict[str, int]
    groups: tuple[str, ...]
    leaves: frozenset[tuple[str, str]]

    def find(self, key: str) -> tuple[LabelRef, ...]:
        """What a match key names: as a full label, without its ordinal, or with another ordinal."""
        found = self.refs.get(key) or self.bare.get(key)
        if found:
            return found
        if len(key) > 2 * self.longest:
            return ()
        short = _KEY_ORDINAL_RE.sub("", key)
        found = self.bare.get(short, ())
        if found:
            return found
        # A variant that is listed without ordinal, printed with one.
        found = self.refs.get(short, ()) if short != key else ()
        if found and all(ref.role in ("row", "group") and not ref.is_official for ref in found):
            return found
        # A group label run together with the label of its first row.
        group = next((group for group in self.groups if key.startswith(group)), "")
        return self.refs.get(key[len(group) :], ()) if group else ()


@cache
def label_index() -> LabelIndex:
    """The index over the labels of every packaged form."""
    refs: dict[str, dict[tuple[str, LabelRole, str], tuple[set[str], bool]]] = defaultdict(dict)
    bare: dict[str, dict[tuple[str, LabelRole, str], tuple[set[str], bool]]] = defaultdict(dict)
    for name in form_keys():
        form = load_form(name)
        for table in form.tables:
            own = set()
            for label, role, key, is_official in _labels_of(table):
                own.add(match_key(label))
                _note(refs, match_key(label), (table.key, role, key), name, is_official)
            for row in table.rows:
                for label in row.labels:
                    short = _KEY_ORDINAL_RE.sub("", match_key(label))
                    if len(short) > 1 and short not in own and _is_unique(table, short):
                        _note(bare, short, (table.key, _role(row), row.key), name, False)
    only_bare = {key: entries for key, entries in bare.items() if key not in refs}
    keys = [*refs, *only_bare]
    return LabelIndex(
        refs={key: tuple(_freeze(entries)) for key, entries in refs.items()},
        bare={key: tuple(_freeze(entries)) for key, entries in only_bare.items()},
        prefixes=frozenset(key[:length] for key in keys for length in range(1, len(key))),
        longest=max(map(len, keys)),
        one_row={
            table.key: len(table.cells)
            for name in form_keys()
            for table in load_form(name).tables
            if table.arrangement == "one_row"
        },
        leaves=frozenset(
            (table.key, row.key) for name in form_keys() for table in load_form(name).tables for row in table.leaf_rows
        ),
        groups=tuple(
            sorted(
                (key for key, entries in refs.items() if any(r == "group" for _, r, _ in entries)),
                key=len,
                reverse=True,
            )
        ),
    )


def leaf_labels(form: FormSpec) -> Iterator[tuple[str, str, str]]:
    """Table key, row key and match key of each row label of a form."""
    for table in form.tables:
        for row in table.rows:
            yield table.key, row.key, match_key(row.label)


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


def _is_unique(table: TableSpec, short: str) -> bool:
    named = {
        row.key for row in table.rows for label in row.labels if _KEY_ORDINAL_RE.sub("", match_key(label)) == short
    }
    return len(named) == 1 and table.arrangement != "one_row"


def _note(
    index: dict[str, dict[tuple[str, LabelRole, str], tuple[set[str], bool]]],
    key: str,
    target: tuple[str, LabelRole, str],
    form: str,
    is_official: bool,
) -> None:
    forms, official = index[key].setdefault(target, (set(), False))
    forms.add(form)
    index[key][target] = (forms, official or is_official)


def _freeze(entries: dict[tuple[str, LabelRole, str], tuple[set[str], bool]]) -> Iterable[LabelRef]:
    for (table, role, key), (forms, official) in entries.items():
        yield LabelRef(table, role, key, tuple(sorted(forms)), official)
