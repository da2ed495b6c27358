"""Labels of the forms where they do not belong: in another order, without values, cut, repeated, nested in one row."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hostile.files import HostileFile, grown, written
from hostile.reports import COLUMNS, REQUESTS_HEADING, TITLE, flat_report, labels, request_rows


def files() -> Iterator[HostileFile]:
    """Every text of labels."""
    head = f"{TITLE}\n{REQUESTS_HEADING}\n"
    everything = list(labels())
    yield written("labels/all-without-values.txt", head + "\n".join(everything))
    yield written("labels/all-in-a-line.txt", head + "".join(everything))
    yield written("labels/all-reversed.txt", head + "\n".join(reversed(everything)))
    yield written("labels/one-character-a-line.txt", head + "\n".join("".join(everything)))
    yield written(
        "labels/every-prefix.txt", head + "\n".join(label[:size] for label in everything for size in range(8))
    )
    yield written("labels/values-first.txt", head + "0\n" * 175 + "\n".join(everything))
    yield written("labels/one-value-each.txt", head + "".join(f"{label}\n1\n" for label in everything))
    yield written("labels/label-as-value.txt", head + "".join(f"{label}\t{label}\n" for label in everything))
    yield written("labels/sums-all-wrong.txt", flat_report(_changed("9")))
    yield written("labels/values-all-huge.txt", flat_report(_changed("9" * 400)))
    yield written("labels/values-all-negative.txt", flat_report(_changed("-3")))
    yield written("labels/values-all-marks.txt", flat_report(_changed("—")))
    yield written("labels/values-all-words.txt", flat_report(_changed("若干")))
    yield written("labels/values-all-changes.txt", flat_report(_changed("+5/-2")))
    for seed in range(6):
        yield written(f"labels/shuffled-{seed}.txt", head + "\n".join(_shuffled(seed)))
        yield written(f"labels/cells-lost-{seed}.txt", flat_report(_without_cells(seed)))
    for rows in (1, 5, 23):
        yield written(f"labels/values-run-together-{rows}.txt", head + _run_together(rows))
    yield from grown("labels/all-repeated.txt", lambda n: (head + "\n".join(everything * n)).encode(), 5)
    yield from grown("labels/shuffled-with-values.txt", lambda n: (head + _with_values(n)).encode(), 5)


def _changed(number: str) -> tuple[tuple[str, ...], ...]:
    return tuple((label, *(number if value else "" for value in values)) for label, *values in request_rows())


def _shuffled(seed: int) -> list[str]:
    found = list(labels())
    Random(seed).shuffle(found)
    return found


def _without_cells(seed: int) -> tuple[tuple[str, ...], ...]:
    """Cells vanish, labels too; those of a row never all."""
    rng = Random(seed)
    return tuple(tuple(cell for cell in row if rng.random() > 0.15) or row[:1] for row in request_rows())


def _run_together(count: int) -> str:
    rows = [row for row in request_rows() if row[1]][:count]
    return "\n".join(label + "".join(values) for label, *values in rows) + "\n"


def _with_values(count: int) -> str:
    rng = Random(count)
    pieces = []
    for label in _shuffled(count) * count:
        pieces += [label, *(str(rng.randrange(50)) for _ in range(rng.randrange(COLUMNS + 2)))]
    return "\n".join(pieces)
