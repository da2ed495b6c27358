"""What a person decided about cells: a small patch that is kept beside a document and replayed when it is parsed.

A patch changes what a record says and never what was printed: text and place of a cell stay, and what was read before
stands beside the decision. It belongs to one document, whose hash it names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import ValidationError

from ..errors import InputError
from ..forms import FormSpec, TableSpec
from ..kinds import CellRef, CellState, Finding, Place
from ..models import Model

FORMAT = "reportparse-corrections/1"


class CellCorrection(Model):
    """One decision: a cell is accepted as read, or holds something else.

    ``value`` is a number in digits, such as ``"12"`` or ``"4.5"``, and None unless ``state`` is ``"value"``.

    Example:
        >>> place = {"table": "requests", "row": "results.granted", "column": "total"}
        >>> cell = CellCorrection(**place, action="accept", state="value", value="4")
        >>> cell.action, cell.value
        ('accept', '4')
    """

    table: str
    row: str
    column: str
    action: Literal["accept", "correct"]
    state: CellState
    value: str | None = None
    note: str = ""


class Corrections(Model):
    """The decisions about one document, told by the hash of its bytes.

    Example:
        >>> patch = Corrections(format=FORMAT, id="a", sha256="ab", form="2021", corrections=())
        >>> patch.form, len(patch.corrections)
        ('2021', 0)
    """

    format: Literal["reportparse-corrections/1"]
    id: str
    sha256: str
    form: str | None
    corrections: tuple[CellCorrection, ...]


def read_corrections(source: str | bytes | Mapping[str, Any] | Corrections) -> Corrections:
    """A patch from JSON or from the values of one.

    Raises:
        InputError: It is no patch; the message names the field.

    Example:
        >>> patch = {"format": FORMAT, "id": "a", "sha256": "ab", "form": "2021", "corrections": []}
        >>> read_corrections(patch).corrections
        ()
    """
    if isinstance(source, Corrections):
        return source
    try:
        return Corrections.model_validate(source if isinstance(source, Mapping) else json.loads(source))
    except (ValidationError, ValueError) as error:
        problem = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        where = ".".join(map(str, problem["loc"])) or "the file"
        raise InputError(
            f"this is no patch of corrections: {where}: {problem['msg']}", code="corrections_invalid"
        ) from error


def apply_corrections(
    records: dict[Place, dict[str, Any]], patch: Corrections, form: FormSpec | None, sha256: str
) -> tuple[Finding, ...]:
    """Replay decisions on the records of a document; a cell that was not read is added.

    Args:
        records: Plain records by the place of their cell, changed in place.
        patch: The decisions.
        form: The form that the document was read by.
        sha256: Hash of the document.

    Raises:
        InputError: The patch was made for another document or form, or a decision fits no cell of the form.
    """
    if patch.sha256 != sha256 or (form is not None and patch.form != form.form):
        made_for = f"a document with hash {patch.sha256[:12]}… read by form {patch.form}"
        raise InputError(
            f"these corrections were made for {made_for}; this one has {sha256[:12]}… and form {form and form.form}",
            code="corrections_mismatch",
        )
    for one in patch.corrections:
        spec = _spec_of(one, form)
        place = (one.table, one.row, one.column)
        record = records.get(place) or _missing(one, spec)
        if one.action == "accept":
            _require(one, record["certain"], "accepts a cell that is in doubt")
            _require(one, (record["state"], record["value"]) == (one.state, _value(one, spec)), "accepts another value")
        record["correction"] = {
            "action": one.action,
            "note": one.note,
            "printed": {name: record.get(name) for name in ("state", "value", "certain", "candidates")},
        }
        if one.action == "correct":
            record |= {"state": one.state, "value": _value(one, spec), "certain": True, "candidates": None}
        records[place] = record
    return _told(patch.corrections)


def _spec_of(one: CellCorrection, form: FormSpec | None) -> TableSpec:
    try:
        if form is None:
            raise KeyError(one.table)
        spec = form.table(one.table)
        spec.row(one.row)
        spec.column(one.column)
    except KeyError as error:
        raise InputError(
            f"{one.table}.{one.row}.{one.column} is no cell of form {form.form if form else None}",
            code="corrections_invalid",
        ) from error
    return spec


def _missing(one: CellCorrection, spec: TableSpec) -> dict[str, Any]:
    """A cell of the form that the document does not print, or that was not read."""
    return spec.cell(one.row, one.column).draft | {"state": "missing"}


def _value(one: CellCorrection, spec: TableSpec) -> int | Decimal | None:
    """The number of a decision, by the type of its column."""
    if one.state != "value":
        _require(one, one.value is None, "has a value beside a state that has none")
        return None
    kind = spec.row(one.row).type or spec.column(one.column).type
    try:
        number = Decimal(one.value or "")
    except InvalidOperation:
        number = Decimal("NaN")
    _require(one, number.is_finite(), "has no number as its value")
    if kind == "money":
        return number
    _require(one, number == number.to_integral_value(), "has a fraction where the form counts")
    return int(number)


def _require(one: CellCorrection, holds: bool, problem: str) -> None:
    if not holds:
        raise InputError(f"the decision on {one.table}.{one.row}.{one.column} {problem}", code="corrections_invalid")


def _told(corrections: Sequence[CellCorrection]) -> tuple[Finding, ...]:
    if not corrections:
        return ()
    accepted = sum(one.action == "accept" for one in corrections)
    message = f"a person accepted {accepted} cells and corrected {len(corrections) - accepted}; see their `correction`"
    cells = tuple(CellRef(table=one.table, row=one.row, column=one.column) for one in corrections)
    return (Finding(code="corrected_by_hand", severity="note", message=message, cells=cells),)
