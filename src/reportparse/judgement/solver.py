"""Let an integer program say which cells to blame; needs the extra ``solver``.

The search of :mod:`reportparse.judgement.localize` is exact and ends at a bound. The solver reaches further,
but it counts in floating point: so it only names cells. Their values are worked out in integers, and every rule is
tried on them.

It also writes to standard output as it likes, whatever it is told. So it runs in a process of its own,
:mod:`reportparse.judgement.milp`, which is handed one integer program a line and gives back one answer a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from importlib.util import find_spec
from math import inf, lcm
from typing import Any, NamedTuple

from ..errors import MissingExtraError
from ..kinds import Place
from .equations import Equation, Number

# One program finds one set of cells; past so many the list is called incomplete.
MAX_PROGRAMS = 200
# Nodes of all programs together: a bound in steps, not in seconds, so that a result does not depend on the machine.
MAX_NODES = 2_000
# The solver takes what differs by a millionth for equal; that share of a greater change could hide a blamed cell.
MAX_CHANGE = 100_000

PROGRAM = "reportparse.judgement.milp"


def require_solver() -> None:
    """Make sure that the solver is there.

    Raises:
        MissingExtraError: It is not installed.
    """
    if find_spec("scipy") is None or not sys.executable:
        message = "the solver is not installed; install reportparse[solver], or do without ParseOptions(solver=True)"
        raise MissingExtraError(message, code="extra_missing", place="solver")


def propose_cells(
    equations: Sequence[Equation],
    least: Mapping[Place, Number],
    accept: Callable[[frozenset[Place]], bool],
) -> bool:
    """Hand over sets of cells whose changes can make all equations hold, the smallest first.

    Args:
        equations: Those that hold constrain the changes too. Coefficients are whole.
        least: The lowest change of cells that have one.
        accept: Is called with each set; whether it is an explanation. After the first that is, only sets of its size
            follow.

    Returns:
        Whether all sets of that size were handed over; false where a bound stopped the solver.

    Raises:
        MissingExtraError: The solver is not installed.
    """
    residuals = [Fraction(equation.residual) for equation in equations]
    scale = lcm(*(residual.denominator for residual in residuals))
    most = int(sum(map(abs, residuals)) * scale)
    if most > MAX_CHANGE:
        return False
    places = list(dict.fromkeys(place for equation in equations for place in equation.coefficients))
    lowest = [max(-most, int(least[place] * scale)) if place in least else -most for place in places]
    rows = _rows_of(equations, places, scale) + _rows_of_blame(lowest, most)
    require_solver()
    with _started() as ask:
        nodes = MAX_NODES
        for _ in range(MAX_PROGRAMS):
            answer = ask({"lowest": lowest, "most": most, "rows": rows, "nodes": nodes})
            found = answer["found"]
            nodes -= answer["nodes"]
            if found is None:
                return bool(answer["is_infeasible"])
            rows += _rows_against(found, len(places), is_explanation=accept(frozenset(places[i] for i in found)))
            if nodes <= 0:
                break
    return False


class _Row(NamedTuple):
    """Bounds of a sum of variables, by their indices and factors.

    Of ``n`` cells, variable ``i`` tells whether cell ``i`` is blamed, and variable ``n + i`` by how much it changes.
    """

    variables: Sequence[int]
    factors: Sequence[int]
    low: float
    high: float


def _rows_of(equations: Sequence[Equation], places: Sequence[Place], scale: int) -> list[_Row]:
    change_of = {place: len(places) + index for index, place in enumerate(places)}
    rows = []
    for equation in equations:
        wanted = int(-equation.residual * scale)
        factors = [int(factor) for factor in equation.coefficients.values()]
        rows.append(_Row([change_of[place] for place in equation.coefficients], factors, wanted, wanted))
    return rows


def _rows_of_blame(lowest: Sequence[int], most: int) -> list[_Row]:
    """A cell that is not blamed does not change."""
    count = len(lowest)
    above = [_Row([count + index, index], [1, -most], -inf, 0) for index in range(count)]
    below = [_Row([count + index, index], [1, -low], 0, inf) for index, low in enumerate(lowest)]
    return above + below


def _rows_against(found: Sequence[int], count: int, *, is_explanation: bool) -> list[_Row]:
    """Leave a set of cells out from now on; after an explanation, also what holds it and what is larger."""
    everything = range(count)
    if not is_explanation:
        return [_Row(everything, [1 if index in found else -1 for index in everything], -inf, len(found) - 1)]
    return [
        _Row(found, [1] * len(found), -inf, len(found) - 1),
        _Row(everything, [1] * count, -inf, len(found)),
    ]


@contextmanager
def _started() -> Iterator[Callable[[Mapping[str, Any]], Any]]:
    """A process that answers programs, for as long as it is needed."""
    command = [sys.executable, "-m", PROGRAM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as process:
        stdin, stdout = process.stdin, process.stdout

        def ask(program: Mapping[str, Any]) -> Any:
            if stdin is None or stdout is None:
                raise _broken()
            try:
                stdin.write(json.dumps({**program, "rows": [list(map(_plain, row)) for row in program["rows"]]}) + "\n")
                stdin.flush()
                return json.loads(stdout.readline())
            except (OSError, ValueError) as error:
                raise _broken() from error

        yield ask


def _plain(part: Any) -> Any:
    return list(part) if isinstance(part, range) else part


def _broken() -> MissingExtraError:
    message = "the solver cannot be used: it ended without an answer; is the extra solver installed whole?"
    return MissingExtraError(message, code="extra_missing", place="solver")
