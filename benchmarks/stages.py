"""Where a parse spends its time: its steps, in floors of the page.

    python benchmarks/stages.py [--repeats 40]

Each step is one of the functions that the pipeline calls; what a step takes within another counts for itself alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import speed

from reportparse import pipeline

# What the steps do, and the names of their functions in the pipeline; the last one is what all of them leave.
STEPS = {
    "read the file": ("read_source",),
    "normalise": ("normalize_text",),
    "sections, title, metadata": ("find_content", "identify", "split_sections", "read_declaration"),
    "rows of print, form, tables": ("_see_rows", "recognize_form", "_read_tables"),
    "records, their places and paths": ("_make_records", "records_of"),
    "checks and diagnosis": ("_judge",),
    "claims": ("find_claims",),
    "put the report together, free the rest": ("parse_report",),
}
Spent = dict[str, float]


@contextmanager
def timed_steps(spent: Spent) -> Iterator[None]:
    """Let every step add its own time, in milliseconds, to ``spent``."""
    inner: list[float] = [0.0]

    def timed(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            inner.append(0.0)
            try:
                return work(*given, **named)
            finally:
                took = time.perf_counter() - start
                spent[step] += (took - inner.pop()) * 1_000
                inner[-1] += took

        return run

    names = {name: step for step, functions in STEPS.items() for name in functions}
    before = {name: getattr(pipeline, name) for name in names}
    for name, step in names.items():
        setattr(pipeline, name, timed(step, before[name]))
    try:
        yield
    finally:
        for name, work in before.items():
            setattr(pipeline, name, work)


def floors_of_steps(page: speed.Page, repeats: int) -> Spent:
    """What each step takes, in floors; medians of parses that take turns with floors."""
    pipeline.parse_report(page.data), speed.floor(page)
    floors: list[float] = []
    taken: list[Spent] = []
    for _ in range(repeats):
        spent: Spent = defaultdict(float)
        with timed_steps(spent):
            pipeline.parse_report(page.data)
        taken.append(spent)
        start = time.perf_counter()
        speed.floor(page)
        floors.append((time.perf_counter() - start) * 1_000)
    floor_ms = statistics.median(floors)
    return {step: statistics.median(one[step] for one in taken) / floor_ms for step in STEPS}


def rows(repeats: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The heads and the rows of the table: a row a step, a column a page."""
    pages = speed.published_pages()
    shares = [floors_of_steps(page, repeats) for page in pages]
    table = [(step, *(f"{share[step]:.2f}" for share in shares)) for step in STEPS]
    table.append(("all", *(f"{sum(share.values()):.1f}" for share in shares)))
    return ("step, in floors", *(page.name for page in pages)), table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=40)
    heads, table = rows(parser.parse_args().repeats)
    for row in (heads, *table):
        sys.stdout.write(f"{row[0]:40}" + "".join(f"{cell:>24}" for cell in row[1:]) + "\n")


if __name__ == "__main__":
    main()
