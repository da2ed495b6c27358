"""The integer programs of :mod:`reportparse.judgement.solver`, solved in a process of their own: ``python -m reportparse.judgement.milp``.

A line of JSON in for each program, a line out for its answer. Nothing imports this module.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

# Statuses of scipy's answer.
_OPTIMAL, _INFEASIBLE = 0, 2


def solve_program(lowest: Sequence[int], most: int, rows: Sequence[Sequence[Any]], nodes: int) -> dict[str, Any]:
    """The fewest cells to blame, by index; null where there are none, or where the nodes were too few to tell."""
    from scipy import optimize, sparse

    count = len(lowest)
    entries = [
        (index, variable, factor)
        for index, (variables, factors, *_) in enumerate(rows)
        for variable, factor in zip(variables, factors, strict=True)
    ]
    at_row, at_column, values = zip(*entries, strict=True)
    matrix = sparse.csr_array((values, (at_row, at_column)), shape=(len(rows), 2 * count), dtype=float)
    answer = optimize.milp(
        [1] * count + [0] * count,
        integrality=[1] * (2 * count),
        bounds=optimize.Bounds([0] * count + list(lowest), [1] * count + [most] * count),
        constraints=optimize.LinearConstraint(matrix, [row[2] for row in rows], [row[3] for row in rows]),
        options={"node_limit": nodes, "mip_rel_gap": 0},
    )
    is_solved = answer.status == _OPTIMAL
    return {
        "found": [index for index in range(count) if answer.x[index] > 0.5] if is_solved else None,
        "is_infeasible": answer.status == _INFEASIBLE,
        "nodes": int(answer.get("mip_node_count") or 0),
    }


def _serve() -> None:
    """Answer each program of standard input, on what was standard output before the solver got hold of it."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        for line in sys.stdin:
            answers.write(json.dumps(solve_program(**json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    _serve()
