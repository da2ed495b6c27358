"""How long a parse takes beside the least work that any such parser must do.

    python benchmarks/speed.py [--json] [--repeats 15] [--skip-sizes]

Milliseconds belong to a machine; the ratio to the floor, measured in the same process and in turn with it, does not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache

import opencc
import pages
from lxml import etree
from pydantic import BaseModel, TypeAdapter

from reportparse import parse_report

# Smallest first; the page that the ratios of growth refer to is the one as published.
SIZES_KB = (10, 100, 1_000, 5_000, 20_000)
IMPORT_FLOOR = "import lxml.etree, opencc, pydantic"
IMPORT_OURS = "from reportparse import parse_report"


class Cell(BaseModel):
    """A record of the width that a result needs: ten fields."""

    table: str
    row: str
    column: str
    label: str
    raw: str
    unit: str
    state: str
    start: int
    end: int
    value: int | None


CELLS = TypeAdapter(list[Cell])
PLAIN_CELL = {
    "table": "requests",
    "row": "results.granted",
    "column": "natural_person",
    "label": "（一）予以公开",
    "raw": "12",
    "unit": "件",
    "state": "value",
    "start": 4_000,
    "end": 4_002,
    "value": 12,
}
PLAIN_CELLS = [dict(PLAIN_CELL) for _ in range(250)]
HTML_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)


@dataclass(frozen=True)
class Page:
    """A page to measure with."""

    name: str
    data: bytes
    is_html: bool
    is_traditional: bool


@dataclass(frozen=True)
class Timing:
    """Medians of CPU time, and what the parse costs in floors."""

    name: str
    size: int
    floor_ms: float
    parse_ms: float
    ratio: float


@dataclass(frozen=True)
class Growth:
    """Cost per byte of a long input, and beside that of 100 KB of its kind; memory that the parse adds at its peak."""

    name: str
    size: int
    ns_per_byte: float
    relative: float
    peak_mb: float


@dataclass(frozen=True)
class Result:
    """All that a run measures."""

    pages: list[Timing]
    growth: list[Growth]
    import_ratio: float
    json_ratio: float


@cache
def converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def floor(page: Page) -> object:
    """Decode, build the tree, convert a Traditional text once, validate 250 records; nothing is understood."""
    text = page.data.decode("utf-8")
    if page.is_html:
        tree = etree.fromstring(text.encode("utf-8"), HTML_PARSER)
        if page.is_traditional:
            converter().convert(etree.tostring(tree, method="text", encoding="unicode"))
    else:
        (converter().convert(text) if page.is_traditional else text).split("\n")
    return CELLS.validate_python(PLAIN_CELLS)


def published_pages() -> list[Page]:
    return [
        Page("HTML, Simplified", pages.html_page().encode(), True, False),
        Page("HTML, Traditional", pages.html_page(traditional=True).encode(), True, True),
        Page("flat text, Traditional", pages.flat_text().encode(), False, True),
    ]


def cpu_time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1_000


def measure(page: Page, repeats: int) -> Timing:
    """Floor and parse in turn, one of each, so that a slow moment of the machine and cold caches hit both."""
    floor(page), parse_report(page.data)
    floors, parses = [], []
    for _ in range(repeats):
        floors.append(cpu_time(lambda: floor(page)))
        parses.append(cpu_time(lambda: parse_report(page.data)))
    floor_ms, parse_ms = statistics.median(floors), statistics.median(parses)
    return Timing(page.name, len(page.data), floor_ms, parse_ms, parse_ms / floor_ms)


def json_ratio(repeats: int) -> float:
    """The JSON of the report of the first page, in floors of that page."""
    page = published_pages()[0]
    report = parse_report(page.data)
    floors, dumps = [], []
    for _ in range(repeats):
        floors.append(cpu_time(lambda: [floor(page) for _ in range(5)]))
        dumps.append(cpu_time(lambda: [report.model_dump_json() for _ in range(5)]))
    return statistics.median(dumps) / statistics.median(floors)


def grown(make: Callable[[int], str], name: str, kilobytes: int, *, is_html: bool) -> Page:
    """A report whose overview is as long as the size takes; a size below the report alone gives the report alone."""
    bare, long = len(make(0).encode()), len(make(70).encode())
    paragraphs = max(1, (kilobytes * 1_000 - bare) * 70 // (long - bare))
    return Page(f"{name}, {kilobytes:,} KB", make(paragraphs).encode(), is_html, False)


def web_page_of(kilobytes: int) -> Page:
    return grown(lambda n: pages.html_page(paragraphs=n), "HTML", kilobytes, is_html=True)


def flat_text_of(kilobytes: int) -> Page:
    return grown(lambda n: pages.flat_text(traditional=False, paragraphs=n), "flat text", kilobytes, is_html=False)


def one_line_of(kilobytes: int) -> Page:
    """Text that is no report, all in one line."""
    piece = "信息公开 12 | ".encode()
    return Page(f"one line, {kilobytes:,} KB", piece * (kilobytes * 1_000 // len(piece)), False, False)


def growth(repeats: int) -> list[Growth]:
    """Cost per byte at rising sizes, for a web page, for flat text and for one long line."""

    def cost(page: Page, runs: int) -> float:
        return statistics.median(cpu_time(lambda: parse_report(page.data)) for _ in range(runs)) * 1e6 / len(page.data)

    rows: list[Growth] = []
    for kind in (web_page_of, flat_text_of, one_line_of):
        grown = [kind(size) for size in SIZES_KB]
        costs = [cost(page, repeats if len(page.data) < 500_000 else 1) for page in grown]
        unit = costs[SIZES_KB.index(100)]
        rows += [
            Growth(page.name, len(page.data), each, each / unit, peak_memory(page))
            for page, each in zip(grown, costs, strict=True)
        ]
    return rows


# What Linux says of a process; elsewhere nothing is measured, because a child would inherit the peak of its parent.
PEAK_PROGRAM = """
import sys
from pathlib import Path
from reportparse import parse_report

def peak():
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)

data = sys.stdin.buffer.read()
parse_report("一、总体情况")
before = peak()
report = parse_report(data)
print(peak() - before)
"""


def peak_memory(page: Page) -> float:
    """Megabytes that a parse adds to a process of its own, which holds the page and has parsed a line before."""
    done = subprocess.run([sys.executable, "-c", PEAK_PROGRAM], input=page.data, capture_output=True, check=True)
    return int(done.stdout) / 1_000


def import_ratio(repeats: int) -> float:
    """A process that imports the parser beside one that imports its three large libraries.

    Names of the package are imported when they are asked for, so the bare package would say nothing. The processes
    find compiled modules, as those of an installed package are; a source tree may have none.
    """
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def run(program: str) -> float:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True, env=environment)
            return time.perf_counter() - start

        run(IMPORT_OURS), run(IMPORT_FLOOR)
        pairs = [(run(IMPORT_OURS), run(IMPORT_FLOOR)) for _ in range(repeats)]
    return statistics.median(ours for ours, _ in pairs) / statistics.median(theirs for _, theirs in pairs)


def show(result: Result) -> str:
    """The figures as a table for people."""
    lines = [f"{'page':28}{'bytes':>10}{'floor ms':>10}{'parse ms':>10}{'ratio':>8}"]
    lines += [f"{t.name:28}{t.size:>10,}{t.floor_ms:>10.2f}{t.parse_ms:>10.2f}{t.ratio:>8.2f}" for t in result.pages]
    if result.growth:
        lines += ["", f"{'grown to':28}{'ns a byte':>10}{'to 100 KB':>12}{'peak MB':>10}"]
        lines += [
            f"{row.name:28}{row.ns_per_byte:>10.1f}{row.relative:>12.2f}{row.peak_mb:>10.1f}" for row in result.growth
        ]
    lines += [
        "",
        f"JSON of a report, in floors of the first page: {result.json_ratio:.2f}",
        f"{IMPORT_OURS!r} beside {IMPORT_FLOOR!r}: {result.import_ratio:.2f}",
    ]
    return "\n".join(lines)


def measure_all(repeats: int, *, with_sizes: bool = True) -> Result:
    return Result(
        pages=[measure(page, repeats) for page in published_pages()],
        growth=growth(repeats) if with_sizes else [],
        import_ratio=import_ratio(min(repeats, 7)),
        json_ratio=json_ratio(repeats),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--skip-sizes", action="store_true", help="leave out the pages of up to 20 MB")
    options = parser.parse_args()
    result = measure_all(options.repeats, with_sizes=not options.skip_sizes)
    sys.stdout.write((json.dumps(asdict(result), indent=1) if options.json else show(result)) + "\n")


if __name__ == "__main__":
    main()
