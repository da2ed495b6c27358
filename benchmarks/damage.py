"""How well reports are read in every layout, whole and damaged; what is printed is always known.

    python benchmarks/damage.py [--layout NAME ...] [--damage NAME ...] [--form KEY ...]
                                [--reports 1] [--seed 0] [--json]

The last column but one is the figure that matters: cells that are called certain and are wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

# The printers and damages belong to the tests, which are no part of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from property.cases import Mistake, Score, iter_cases, try_case
from property.damage import DAMAGES
from property.layouts import LAYOUTS
from reportparse.forms import form_keys


@dataclass(frozen=True)
class Result:
    """Scores by layout and by damage, and each document that holds a mistake."""

    layouts: dict[str, Score]
    damages: dict[str, Score]
    mistakes: list[dict[str, object]]


def measure(options: argparse.Namespace) -> Result:
    """Print, damage and parse every document that is asked for."""
    layouts: defaultdict[str, Score] = defaultdict(Score)
    damages: defaultdict[str, Score] = defaultdict(Score)
    mistakes: list[dict[str, object]] = []
    for recipe, case in iter_cases(options.form, options.layout, options.damage, options.reports, options.seed):
        score, wrong = try_case(case)
        layouts[recipe.layout] += score
        damages[recipe.damages[0]] += score
        if wrong:
            mistakes.append({**recipe._asdict(), "cells": [describe(mistake) for mistake in wrong]})
    return Result(dict(layouts), dict(damages), mistakes)


def describe(mistake: Mistake) -> dict[str, str]:
    """A wrong cell in words: where, what is printed, what was said."""
    printed, said = mistake.truth, mistake.record
    return {
        "cell": ".".join(mistake.place),
        "printed": "nothing" if printed is None else f"{printed.state} {printed.value}",
        "said": f"{said.state} {said.value}",
    }


def show(result: Result) -> str:
    """The figures as two tables for people, and where the mistakes are."""
    head = f"{'cells':>9}{'right':>8}{'doubt':>8}{'covered':>9}{'silent':>8}{'blank':>7}"
    lines = []
    for title, scores in (("layout", result.layouts), ("damage", result.damages)):
        total = sum(scores.values(), Score())
        lines += [f"{title:42}{head}"]
        lines += [f"{name:42}{figures(score)}" for name, score in [*scores.items(), ("all", total)]]
        lines.append("")
    for found in result.mistakes:
        lines.append("silent: " + ", ".join(str(found[key]) for key in ("form", "layout", "damages", "seed", "script")))
        lines += [f"    {cell['cell']}: printed {cell['printed']}, said {cell['said']}" for cell in _cells(found)[:3]]
    return "\n".join(lines)


def _cells(found: dict[str, object]) -> list[dict[str, str]]:
    cells = found["cells"]
    return cells if isinstance(cells, list) else []


def figures(score: Score) -> str:
    """One line of a table; ``covered`` is the share of doubtful cells whose candidates hold the truth."""
    printed, doubtful = max(1, score.printed), score.doubtful
    covered = f"{score.covered / doubtful:9.1%}" if doubtful else f"{'-':>9}"
    return (
        f"{score.printed:9,}{score.right / printed:8.1%}{doubtful / printed:8.1%}{covered}"
        f"{score.silent:8,}{score.called_blank:7,}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layout", nargs="+", default=list(LAYOUTS), choices=LAYOUTS, metavar="NAME")
    parser.add_argument("--damage", nargs="+", default=list(DAMAGES), choices=DAMAGES, metavar="NAME")
    parser.add_argument("--form", nargs="+", default=list(form_keys()), choices=form_keys(), metavar="KEY")
    parser.add_argument("--reports", type=int, default=1, help="reports of each kind")
    parser.add_argument("--seed", type=int, default=0, help="the first report's seed")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--list", action="store_true", help="print the names of layouts and damages, and stop")
    options = parser.parse_args()
    if options.list:
        sys.stdout.write("\n".join(["layouts:", *map(str, LAYOUTS), "", "damages:", *DAMAGES, ""]))
        return
    result = measure(options)
    sys.stdout.write(
        (json.dumps(asdict(result), ensure_ascii=False, indent=1) if options.json else show(result)) + "\n"
    )


if __name__ == "__main__":
    main()
