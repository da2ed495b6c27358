"""How much is read right of documents whose truth is known, by the format or tool that they came from.

    python benchmarks/accuracy.py CORPUS [--real FOLDER] [--update docs/explanation/accuracy.md]

CORPUS holds documents, ``manifest.jsonl``, ``gold/`` and beside it ``score.py``; FOLDER holds ``inputs/`` and ``gold/``
of real reports. Neither is a part of the project. With --update the tables of the page are written anew.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from reportparse import ReportParseError, read_report
from reportparse.models import Report

# How a flattener of the corpus is called in the table, and the order of its rows.
NAMES = {
    "none_html": "web page",
    "none_docx": "Word file",
    "none_pdf": "PDF file",
    "none_md": "Markdown",
}
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def load_scorer(path: Path) -> ModuleType:
    """The scorer that belongs to a corpus."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        sys.exit(f"there is no scorer at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parsed(path: Path) -> dict[str, Any]:
    """A report as its JSON; a file that cannot be read gives nothing."""
    try:
        report = read_report(path)
    except ReportParseError as error:
        print(f"{path.name}: {error.message}", file=sys.stderr)
        return {}
    broken = [record for record in report.records if not points_home(report, record.span, record.raw, record.path)]
    if broken:
        sys.exit(f"{path.name}: {broken[0]} does not point at what it says")
    found: dict[str, Any] = json.loads(report.model_dump_json())
    return found


def points_home(report: Report, span: Any, raw: str | None, path: str | None) -> bool:
    """Whether a record stands where it says, in the text and in the file."""
    return span is None or (report.source_text[span.start : span.end] == raw and path is not None)


def score_corpus(corpus: Path) -> dict[str, Counter[str]]:
    """The counts of the scorer, by how the documents came."""
    scorer = load_scorer(corpus.parent / "score.py")
    lines = (corpus / "manifest.jsonl").read_text("utf-8").splitlines()
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in map(json.loads, lines):
        gold = json.loads((corpus / entry["gold"]).read_text("utf-8"))
        [path] = [p for p in corpus.glob(f"{entry['id']}.*") if p.is_file()]
        name = NAMES.get(entry["flattener"], f"text by {entry['flattener']}")
        groups[name].update(scorer.score_doc(gold, parsed(path)))
    return dict(groups)


def corpus_table(groups: Mapping[str, Counter[str]]) -> Iterator[str]:
    """Rows of Markdown, published formats first."""
    yield "| came as | documents | cells | right | in doubt | cell F1 | sections F1 | year, authority | silent errors |"
    yield "|---|---|---|---|---|---|---|---|---|"
    first = list(NAMES.values())
    for name in sorted(groups, key=lambda name: (first.index(name) if name in first else len(first), name)):
        c = groups[name]
        printed = c["tp"] + c["fn"]
        f1 = 2 * c["tp"] / max(1, 2 * c["tp"] + c["fp"] + c["fn"])
        parts = 2 * c["s_tp"] / max(1, 2 * c["s_tp"] + c["s_fp"] + c["s_fn"])
        known = f"{c['year_ok']}, {c['authority_ok']} of {c['docs']}"
        shares = f"{c['tp'] / max(1, printed):.1%} | {c['unsure'] / max(1, printed):.1%}"
        yield f"| {name} | {c['docs']} | {printed:,} | {shares} | {f1:.4f} | {parts:.4f} | {known} | {c['silent']} |"


def real_table(folder: Path) -> Iterator[str]:
    """Rows of Markdown for real reports: each input beside the cells that people read in it."""
    yield "| real report | format | cells | right | in doubt | silent errors |"
    yield "|---|---|---|---|---|---|"
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        for name in gold["input"]:
            truth = {place_of(row): said_of(row) for row in gold["records"] if row["state"] != "missing"}
            found = parsed(folder / name).get("records", [])
            sure = {place_of(row): said_of(row) for row in found if row["certain"] and row["state"] != "missing"}
            right = sum(sure.get(place) == said for place, said in truth.items())
            silent = sum(truth.get(place) != said for place, said in sure.items())
            doubtful = sum(not row["certain"] for row in found)
            kind = name.split(".", 1)[1]
            yield f"| {gold['id']} | {kind} | {len(truth)} | {right} | {doubtful} | {silent} |"


def place_of(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """The address of a cell."""
    return row["table"], row["row"], row["column"]


def said_of(row: Mapping[str, Any]) -> tuple[str, str | None]:
    """State and value of a cell, values as the numbers that they are."""
    value = row["value"]
    return row["state"], None if value is None else str(value)


def update(page: Path, tables: Sequence[str]) -> None:
    """Write the tables into a page between its two marks."""
    text = page.read_text("utf-8")
    body = "\n".join([BEGIN, f"Measured on {date.today().isoformat()}.", "", *tables, END])
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: body, text, flags=re.DOTALL), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("--real", type=Path, metavar="FOLDER")
    parser.add_argument("--update", type=Path, metavar="PAGE")
    options = parser.parse_args()
    tables = list(corpus_table(score_corpus(options.corpus)))
    if options.real:
        tables += ["", *real_table(options.real)]
    print("\n".join(tables))
    if options.update:
        update(options.update, tables)


if __name__ == "__main__":
    main()
