"""The rules of a form as values, and the relations between cells that they state.

A :class:`Rule` is one sentence of the form with what is needed to run it. A :class:`Relation` is a rule at one
place: the cells of its two sides. Rules are data; this module knows their kinds and no form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ..errors import FormDataError
from ..forms import FormSpec, RowSpec, TableSpec
from ..kinds import Place, Severity

RuleKind = Literal["sum", "leaves", "at_most", "whole", "note"]
Axis = Literal["row", "column"]

# What each kind needs beside ``key``, ``kind`` and ``says``, and what it may have.
_NEEDED: dict[str, frozenset[str]] = {
    "sum": frozenset({"table", "scope", "left", "right", "severity"}),
    "leaves": frozenset({"table", "scope", "left", "right", "severity"}),
    "at_most": frozenset({"table", "scope", "pairs", "severity"}),
    "whole": frozenset({"severity"}),
    "note": frozenset(),
}
_SCOPES: dict[str, tuple[str, ...]] = {"sum": ("row", "column"), "leaves": ("column",), "at_most": ("row",)}
_OPTIONAL: dict[str, frozenset[str]] = {"sum": frozenset({"rows"})}
_ALWAYS = frozenset({"key", "kind", "says"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of a form.

    Attributes:
        key: The name that a check carries.
        kind: ``sum``: left cells sum to what right cells sum to. ``leaves``: left equals the rows that hold values
            under the groups named right. ``at_most``: of each pair, the first is at most the second. ``whole``: a
            count is a whole number from 0 on. ``note``: a sentence that no single report can decide.
        says: The sentence.
        severity: Of the finding when the rule fails.
        table: The table it speaks of; None for every table.
        scope: Along what it repeats: once a ``row``, where the operands are columns, or once a ``column``, where
            they are rows.
        rows: The rows it holds for; empty for all.
    """

    key: str
    kind: RuleKind
    says: str
    severity: Severity = "note"
    table: str | None = None
    scope: Axis | None = None
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A rule at one place: what its left cells are compared with. ``scope`` is as in a check.

    A plan has each relation once, so one is equal to itself alone.
    """

    rule: Rule
    table: str
    scope: dict[str, str]
    left: tuple[Place, ...]
    right: tuple[Place, ...]
    operands: frozenset[Place]

    @property
    def cells(self) -> tuple[Place, ...]:
        """Every operand, the left ones first."""
        return self.left + self.right


@dataclass(frozen=True, slots=True)
class Plan:
    """All relations of a form in its order, and the places of its cells.

    ``between`` are the relations between cells: all but those of the kind ``whole``, of which each cell has one.
    ``order`` ranks the cells as the form prints them; ``counts`` are those that hold whole numbers from 0 on.
    """

    relations: tuple[Relation, ...]
    between: tuple[Relation, ...]
    order: dict[Place, int]
    counts: frozenset[Place]


def load_rules(form: FormSpec) -> tuple[Rule, ...]:
    """The rules of a form, validated against its rows and columns.

    Raises:
        FormDataError: A rule has an unknown kind, lacks a field, names what the form does not have, or repeats a key.

    Example:
        >>> from reportparse.forms import load_form
        >>> rule = load_rules(load_form("2019"))[0]
        >>> rule.key, rule.left, rule.right
        ('request_balance', ('new_requests', 'carried_over'), ('results.total', 'carried_forward'))
    """
    rules = tuple(_rule(entry, form) for entry in form.rules)
    seen: set[str] = set()
    for rule in rules:
        if rule.key in seen:
            raise _broken(form, rule.key, "this key stands twice")
        seen.add(rule.key)
    return rules


def plan_checks(form: FormSpec, standing: frozenset[tuple[str, str]] = frozenset()) -> Plan:
    """The relations of a form, each rule written out for its rows or columns. Cached.

    Args:
        form: The form.
        standing: Group rows, as table and row key, that print values themselves. Such a row stands for the rows
            under it: they are left out, and it is summed and checked in their place.

    Raises:
        FormDataError: A rule of the form is broken.

    Example:
        >>> from reportparse.forms import load_form
        >>> plan = plan_checks(load_form("2021"))
        >>> len([relation for relation in plan.relations if relation.rule.key == "applicant_sum"])
        25
    """
    return _plan(SameForm(form), standing)


def group_rows(form: FormSpec) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """The group rows of a form and the rows under each, all as table and row key. Cached."""
    return _groups(SameForm(form))


def group_cells(form: FormSpec) -> frozenset[Place]:
    """Where the group rows of a form would print values. Cached."""
    return _group_cells(SameForm(form))


class SameForm:
    """A form as a key of a cache: equal to itself alone. The form holds plain dicts and cannot be hashed."""

    __slots__ = ("form",)

    def __init__(self, form: FormSpec) -> None:
        self.form = form

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameForm) and self.form is other.form

    def __hash__(self) -> int:
        return id(self.form)


@lru_cache(maxsize=16)
def _groups(same: SameForm) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    return {
        (table.key, row.key): tuple((table.key, under.key) for under in table.rows if _is_under(under.key, row.key))
        for table in same.form.tables
        for row in table.rows
        if row.is_group
    }


@lru_cache(maxsize=16)
def _group_cells(same: SameForm) -> frozenset[Place]:
    groups = _groups(same)
    return frozenset(cell.place for table, row in groups for cell in same.form.table(table).cells_of(row))


@lru_cache(maxsize=64)
def _plan(same: SameForm, standing: frozenset[tuple[str, str]]) -> Plan:
    form = same.form
    rows = {table.key: _printed_rows(table, standing) for table in form.tables}
    order: dict[Place, int] = {}
    counts: set[Place] = set()
    for table in form.tables:
        for row in rows[table.key]:
            for cell in table.cells_of(row.key):
                order[cell.place] = len(order)
                if cell.type == "count":
                    counts.add(cell.place)
    relations: list[Relation] = []
    for rule in load_rules(form):
        if rule.kind == "whole":
            relations += (_relation(rule, p[0], "row", p[1], (p,), ()) for p in order if p in counts)
        elif rule.table is not None:
            relations += _relations(rule, form.table(rule.table), rows[rule.table])
    between = tuple(relation for relation in relations if relation.rule.kind != "whole")
    return Plan(tuple(relations), between, order, frozenset(counts))


def _printed_rows(table: TableSpec, standing: frozenset[tuple[str, str]]) -> tuple[RowSpec, ...]:
    """Rows that hold values: leaves, and groups that stand for theirs."""
    groups = [row for row in standing if row[0] == table.key]
    return tuple(
        row
        for row in table.rows
        if not any(_is_under(row.key, group) for _, group in groups)
        and (not row.is_group or (table.key, row.key) in standing)
    )


def _relations(rule: Rule, table: TableSpec, rows: Sequence[RowSpec]) -> Iterator[Relation]:
    """One rule, written out for each row or column of its scope."""

    if rule.kind == "at_most":
        for part, whole in rule.pairs:
            for column in table.columns:
                left, right = (table.cell(row, column.key).place for row in (part, whole))
                yield _relation(rule, table.key, "row", part, (left,), (right,))
        return

    def cells(keys: Sequence[str], key: str) -> tuple[Place, ...]:
        if rule.scope == "row":
            return tuple(table.cell(key, column).place for column in keys)
        return tuple(table.cell(row, key).place for row in keys)

    others = rule.right
    if rule.kind == "leaves":
        others = tuple(
            row.key
            for row in rows
            if row.key not in rule.left and any(_is_under(row.key, group) for group in rule.right)
        )
    keys = [column.key for column in table.columns]
    if rule.scope == "row":
        keys = [row.key for row in rows if not rule.rows or row.key in rule.rows]
    for key in keys:
        yield _relation(rule, table.key, rule.scope or "column", key, cells(rule.left, key), cells(others, key))


def _relation(
    rule: Rule, table: str, axis: Axis, key: str, left: tuple[Place, ...], right: tuple[Place, ...]
) -> Relation:
    return Relation(rule, table, {axis: key}, left, right, frozenset(left + right))


def _is_under(key: str, group: str) -> bool:
    return key.startswith(group + ".")


def _rule(entry: dict[str, Any], form: FormSpec) -> Rule:
    key = str(entry.get("key", "a rule without key"))
    kind = entry.get("kind")
    if kind not in _NEEDED:
        raise _broken(form, key, f"unknown kind {kind!r}; there are {', '.join(_NEEDED)}")
    missing = (_ALWAYS | _NEEDED[kind]) - entry.keys()
    extra = entry.keys() - _ALWAYS - _NEEDED[kind] - _OPTIONAL.get(kind, frozenset())
    if missing or extra:
        told = ", ".join([f"lacks {name}" for name in sorted(missing)] + [f"has {name}" for name in sorted(extra)])
        raise _broken(form, key, f"a rule of kind {kind} {told}")
    try:
        rule = Rule(
            key=key,
            kind=kind,
            says=entry["says"],
            severity=entry.get("severity", "note"),
            table=entry.get("table"),
            scope=entry.get("scope"),
            left=tuple(entry.get("left", ())),
            right=tuple(entry.get("right", ())),
            pairs=tuple((part, whole) for part, whole in entry.get("pairs", ())),
            rows=tuple(entry.get("rows", ())),
        )
    except (TypeError, ValueError) as error:
        raise _broken(form, key, f"a field has the wrong shape: {error}") from error
    _check_names(rule, form)
    return rule


def _check_names(rule: Rule, form: FormSpec) -> None:
    """Refuse a rule that names a table, row or column which the form does not have."""
    if rule.table is None:
        return
    table = next((table for table in form.tables if table.key == rule.table), None)
    if table is None:
        raise _broken(form, rule.key, f"no table {rule.table!r}")
    if rule.scope not in _SCOPES[rule.kind]:
        raise _broken(form, rule.key, f"a rule of kind {rule.kind} cannot have the scope {rule.scope!r}")
    leaves = {row.key for row in table.leaf_rows}
    groups = {row.key for row in table.rows if row.is_group}
    columns = {column.key for column in table.columns}
    both = set(rule.left) & set(rule.right)
    if both:
        raise _broken(form, rule.key, f"{', '.join(sorted(both))} on both sides")
    named: list[tuple[str, set[str], tuple[str, ...]]] = [("row", leaves, rule.rows)]
    if rule.kind == "at_most":
        named.append(("row", leaves, tuple(key for pair in rule.pairs for key in pair)))
    elif rule.kind == "leaves":
        named += [("row", leaves, rule.left), ("group row", groups, rule.right)]
    else:
        what, known = ("column", columns) if rule.scope == "row" else ("row", leaves)
        named.append((what, known, rule.left + rule.right))
    for what, known, keys in named:
        for key in keys:
            if key not in known:
                raise _broken(form, rule.key, f"table {rule.table!r} has no {what} {key!r} that holds values")


def _broken(form: FormSpec, key: str, message: str) -> FormDataError:
    return FormDataError(f"rule {key!r}: {message}", code="data_file_broken", place=f"data/forms/{form.form}.json")
