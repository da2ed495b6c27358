"""Reports printed as PDF files in many ways, read back and compared cell by cell with what was printed.

``python benchmarks/pdfs.py 200`` prints a line for each kind of rules: cells, right, in doubt, missing, silently wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from property.pdfpages import RULES, Style, print_pdf
from property.sheets import Document, Sheet, Slot, build_document
from reportparse import parse_report
from reportparse.forms import form_keys, load_form
from reportparse.kinds import Place

BLANKS = ("zeros", "blank", "dash", "some blank")


def blank_out(document: Document, kind: str, rng: Random) -> Document:
    """The report with its zeros printed as blanks or dashes."""

    def changed(slot: Slot) -> Slot:
        if slot.place is None or slot.text != "0" or kind == "zeros":
            return slot
        if kind == "some blank" and rng.random() < 0.6:
            return slot
        if kind == "dash":
            return slot._replace(text="—", state="not_applicable", value=None)
        return slot._replace(text="", state="blank", value=None)

    parts = tuple(
        replace(part, rows=tuple(replace(row, slots=tuple(map(changed, row.slots))) for row in part.rows))
        if isinstance(part, Sheet)
        else part
        for part in document.parts
    )
    return replace(document, parts=parts)


def random_style(rng: Random, rules: str) -> Style:
    """A page of some size, on which tables break at any row."""
    landscape = rng.random() < 0.25
    return Style(
        rules=rules,
        width=842.0 if landscape else 595.0,
        height=595.0 if landscape else rng.choice((842.0, rng.uniform(400, 900))),
        margin=rng.uniform(40, 80),
        size=rng.choice((9.0, 10.5, 12.0)),
        pad=rng.choice((1.0, 3.0, 6.0)),
        heads_again=rng.random() < 0.5,
        cuts_rows=rng.random() < 0.5,
        align=rng.choice(("top", "middle")),
        running=rng.random() < 0.8,
        upright_groups=rng.random() < 0.6,
    )


def score(document: Document, data: bytes) -> tuple[Counter[str], list[Place]]:
    """Cells right, in doubt, missing and silently wrong; and which the last are."""
    records = {(record.table, record.row, record.column): record for record in parse_report(data).records}
    count: Counter[str] = Counter()
    wrong: list[Place] = []
    for slot in document.slots:
        record = records.pop(slot.place, None) if slot.place else None
        count["cells"] += 1
        if record is None or record.state == "missing":
            count["missing"] += 1
        elif not record.certain or record.state == "unreadable":
            count["doubt"] += 1
        elif record.state == slot.state and record.value == slot.value:
            count["right"] += 1
        else:
            count["silent"] += 1
            wrong.append(slot.place)  # type: ignore[arg-type]
    more = [place for place, record in records.items() if record.certain and record.state == "value"]
    count["silent"] += len(more)
    return count, wrong + more


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("documents", type=int, nargs="?", default=100)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--rules", choices=RULES)
    arguments.add_argument("--keep", type=Path, help="write the files with silent errors here")
    chosen = arguments.parse_args()
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for number in range(chosen.seed, chosen.seed + chosen.documents):
        rng = Random(number)
        rules = chosen.rules or RULES[number % len(RULES)]
        form = load_form(rng.choice(list(form_keys())))
        document = build_document(form, rng, nested=rng.random() < 0.7, largest=rng.choice((9, 300, 40000)))
        document = blank_out(document, rng.choice(BLANKS), rng)
        data = print_pdf(document, random_style(rng, rules), rng)
        count, wrong = score(document, data)
        totals[rules] += count
        if count["silent"] or (count["missing"] and rules in RULES[:9]):
            print(number, rules, dict(count), wrong[:4], file=sys.stderr)
            if chosen.keep:
                (chosen.keep / f"{number}.pdf").write_bytes(data)
    print(f"{'rules':12}{'cells':>8}{'right':>8}{'doubt':>8}{'missing':>8}{'silent':>8}")
    for rules, count in sorted(totals.items()):
        print(f"{rules:12}" + "".join(f"{count[name]:8}" for name in ("cells", "right", "doubt", "missing", "silent")))


if __name__ == "__main__":
    main()
