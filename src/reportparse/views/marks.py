"""What every view of a report marks, and what it calls a table: the same in a terminal, on a page and in a picture."""

from __future__ import annotations

from ..forms import FormSpec, TableSpec
from ..models import CellRef, Report

CellPlace = tuple[str, str, str]  # table, row and column keys


def wrong_cells(report: Report) -> set[CellPlace]:
    """Cells that the diagnosis blames, and those of failed checks that no diagnosis explains."""
    blamed = {place_of(cell) for group in report.diagnosis for cells in group.explanations for cell in cells}
    failed = (check for check in report.checks if check.status == "failed")
    unexplained = (check for check in failed if not blamed.intersection(map(place_of, check.cells)))
    return blamed | {place_of(cell) for check in unexplained for cell in check.cells}


def place_of(cell: CellRef) -> CellPlace:
    """The keys of a cell as one value."""
    return cell.table, cell.row, cell.column


def table_title(form: FormSpec | None, spec: TableSpec | None, key: str) -> str:
    """The printed title of a table; one without is called by the heading that it stands under."""
    if form is None or spec is None:
        return key
    return spec.title or next((section.label for section in form.sections if section.kind == spec.section), key)
