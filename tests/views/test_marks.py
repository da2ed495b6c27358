from locations import FIXTURES
from reportparse import read_report
from reportparse.models import CellRef, Check
from reportparse.views.marks import table_title, wrong_cells

WRONG = FIXTURES / "reports" / "page-wrong-cell" / "source.html"
CELL = ("requests", "results.granted", "natural_person")
OTHER = CellRef(table="requests", row="carried_over", column="total")


def test_the_blamed_cell_stands_for_the_checks_that_it_explains() -> None:
    assert wrong_cells(read_report(WRONG)) == {CELL}


def test_cells_of_a_failed_check_that_no_diagnosis_explains_are_wrong_beside_it() -> None:
    report = read_report(WRONG)
    unexplained = Check(rule="a_rule", table="requests", scope={}, status="failed", left=1, right=2, cells=(OTHER,))

    found = wrong_cells(report.model_copy(update={"checks": (*report.checks, unexplained)}))

    assert found == {CELL, ("requests", "carried_over", "total")}


def test_a_table_of_no_known_form_is_called_by_its_key() -> None:
    assert table_title(None, None, "requests") == "requests"
