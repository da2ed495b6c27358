import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from random import Random
from typing import Any

import pytest

from property.strategies import filled_form, printed_as, values_of
from reportparse.errors import MissingExtraError
from reportparse.forms import load_form
from reportparse.judgement import solver
from reportparse.judgement.checks import cells_of, decide
from reportparse.judgement.equations import Equation
from reportparse.judgement.localize import diagnose
from reportparse.kinds import Place
from reportparse.models import Record, Value

FORM = load_form("2021")
FIRST, SECOND, THIRD = (("requests", "results.granted", column) for column in ("a", "b", "c"))
needs_solver = pytest.mark.skipif(find_spec("scipy") is None, reason="the extra solver is not installed")


def misprinted(*changes: tuple[str, str, int]) -> list[Record]:
    records = filled_form(FORM, Random(3), largest=900)
    values = values_of(records)
    wrong: dict[Place, Value] = {
        ("requests", row, column): values["requests", row, column] + change for row, column, change in changes
    }
    return printed_as(records, wrong)


def answering(monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """Let the solver give these answers; what it is asked is kept."""
    asked: list[Mapping[str, Any]] = []

    @contextmanager
    def started() -> Iterator[Callable[[Mapping[str, Any]], Any]]:
        def ask(program: Mapping[str, Any]) -> Any:
            asked.append({**program, "rows": list(program["rows"])})
            return answers[len(asked) - 1]

        yield ask

    monkeypatch.setattr(solver, "require_solver", lambda: None)
    monkeypatch.setattr(solver, "_started", started)
    return asked


def test_missing_extra_is_named_even_where_no_check_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "find_spec", lambda name: None)
    records = filled_form(FORM, Random(3))

    with pytest.raises(MissingExtraError, match=r"reportparse\[solver\]") as caught:
        diagnose(decide(cells_of(records), FORM), solver=True)

    assert caught.value.code == "extra_missing"


def test_sets_are_handed_over_until_there_are_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(
        monkeypatch,
        [
            {"found": [0], "is_infeasible": False, "nodes": 1},
            {"found": [2], "is_infeasible": False, "nodes": 1},
            {"found": None, "is_infeasible": True, "nodes": 0},
        ],
    )
    handed: list[frozenset[Place]] = []

    def accept(cells: frozenset[Place]) -> bool:
        handed.append(cells)
        return cells == {THIRD}

    complete = solver.propose_cells([Equation({FIRST: 1, SECOND: 1, THIRD: -1}, 3)], {FIRST: -5}, accept)

    assert complete
    assert handed == [{FIRST}, {THIRD}]
    # A set that explains nothing is left out alone; after one that does, what is larger is left out as well.
    assert [len(program["rows"]) for program in asked] == [7, 8, 10]


def test_solver_that_runs_out_of_nodes_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, [{"found": [0], "is_infeasible": False, "nodes": solver.MAX_NODES}])

    assert not solver.propose_cells([Equation({FIRST: 1}, 3)], {}, lambda cells: True)


def test_change_beyond_the_precision_of_the_solver_is_not_tried() -> None:
    assert not solver.propose_cells([Equation({FIRST: 1}, solver.MAX_CHANGE + 1)], {}, lambda cells: True)


def test_solver_that_ends_without_an_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "require_solver", lambda: None)
    monkeypatch.setattr(solver, "PROGRAM", "reportparse.no_such_program")

    with pytest.raises(MissingExtraError, match="ended without an answer"):
        solver.propose_cells([Equation({FIRST: 1}, 3)], {}, lambda cells: True)


def test_named_cells_get_their_values_exactly_and_wrong_names_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    row, column = "results.granted", "natural_person"
    records = misprinted((row, column, 7))
    names = list(range(30))
    answers: list[dict[str, Any]] = [{"found": [name], "is_infeasible": False, "nodes": 0} for name in names]
    answering(monkeypatch, [*answers, {"found": None, "is_infeasible": True, "nodes": 0}])

    found = diagnose(decide(cells_of(records), FORM), max_steps=1, solver=True)

    assert found == diagnose(decide(cells_of(records), FORM))


@needs_solver
@pytest.mark.parametrize("seed", range(3))
def test_solver_and_search_agree(seed: int) -> None:
    rng = Random(seed)
    rows = [row.key for row in FORM.table("requests").leaf_rows]
    columns = [column.key for column in FORM.table("requests").columns]
    records = misprinted(*((rng.choice(rows), rng.choice(columns), rng.randint(1, 90)) for _ in range(4)))

    solved = diagnose(decide(cells_of(records), FORM), max_steps=1, solver=True)

    assert solved == diagnose(decide(cells_of(records), FORM))


@needs_solver
def test_standard_output_holds_answers_alone() -> None:
    program = {"lowest": [-1, -1], "most": 3, "nodes": 10, "rows": [[[2, 3], [1, 1], 2, 2], [[2, 0], [1, -3], -9, 0]]}

    done = subprocess.run(
        [sys.executable, "-m", solver.PROGRAM],
        input=f"{json.dumps(program)}\n" * 2,
        capture_output=True,
        text=True,
        check=True,
    )

    assert [json.loads(line)["found"] for line in done.stdout.splitlines()] == [[], []]
