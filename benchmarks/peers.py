"""What else reads the table of such a page, how long it takes, and what comes out.

    python benchmarks/peers.py [--json] [--repeats 9]

Time is taken on the usual page. For the cells it prints each number once only, so that it is known of each cell that a
tool gives back which cell it is. A peer that is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import pages
import speed

from reportparse import parse_report
from reportparse.forms import load_form
from reportparse.text.keys import match_key

TABLE = "requests"
Row = Sequence[str]


@dataclass(frozen=True)
class Peer:
    """A tool on the page: its cost in floors, and how many cells of the table come out.

    ``right`` are cells, of ``printed``, whose number stands in a cell of its own; ``labelled`` are those of them that
    stand in a row with their own label and at the place of their own column.
    """

    name: str
    ms: float
    floors: float
    printed: int
    right: int
    labelled: int
    says: str


# Measured once on a page of the same shape, because its installation takes 6 GB; 25 rows of 7 numbers.
QUOTED = Peer("docling 2.143.0 (measured 2026-11-23)", 151, 119, 175, 175, 168, "cells with spans filled")


def distinct_values(row: str, columns: int) -> list[str]:
    """Numbers that no other row and no other column prints."""
    order = load_form(pages.FORM).table(TABLE).order.get(row, 40)
    return [str(10_000 + 100 * order + column) for column in range(columns)]


def expected() -> dict[str, tuple[str, int]]:
    """Each number of the table with the key of its row label and its column, counted from the right."""
    table = load_form(pages.FORM).table(TABLE)
    return {
        number: (match_key(row.label), len(table.columns) - column)
        for row in table.leaf_rows
        for column, number in enumerate(distinct_values(row.key, len(table.columns)))
    }


def count(rows: Iterator[Row]) -> tuple[int, int]:
    """How many numbers are cells of their own, and how many stand under their own label and column."""
    wanted = expected()
    right: set[str] = set()
    labelled: set[str] = set()
    for row in rows:
        labels = {match_key(cell) for cell in row}
        for place, cell in enumerate(row):
            number = cell.strip().removesuffix(".0").replace(",", "")
            if number in wanted:
                right.add(number)
                label, column = wanted[number]
                if label in labels and len(row) - place == column:
                    labelled.add(number)
    return len(right), len(labelled)


def rows_of_markdown(text: str) -> Iterator[Row]:
    """The rows of the tables in a Markdown text."""
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            yield re.split(r"\s*\|\s*", line.strip().strip("|").strip())


def ours(data: bytes) -> Iterator[Row]:
    """The records of the table as rows."""
    table = parse_report(data).table(TABLE)
    for row in table.rows:
        cells = [table[row, column] for column in table.columns if (row, column) in table]
        yield [cells[0].label, *(str(cell.value) for cell in cells if cell.certain)]


def beautiful_soup(data: bytes) -> Iterator[Row]:
    """The loop that most scrapers hold."""
    soup = import_module("bs4").BeautifulSoup(data, "lxml")
    for table in soup.find_all("table"):
        for row in table.find_all("tr"):
            yield [cell.get_text(strip=True) for cell in row.find_all(["td", "th"])]


def pandas_read_html(data: bytes) -> Iterator[Row]:
    for frame in import_module("pandas").read_html(io.BytesIO(data), flavor="lxml", encoding="utf-8"):
        for row in frame.values.tolist():
            yield [str(cell) for cell in row]


def trafilatura(data: bytes) -> Iterator[Row]:
    text = import_module("trafilatura").extract(data, output_format="markdown", include_tables=True) or ""
    return rows_of_markdown(text)


def markitdown(data: bytes) -> Iterator[Row]:
    module = import_module("markitdown")
    found: Any = module.MarkItDown().convert_stream(io.BytesIO(data), file_extension=".html")
    return rows_of_markdown(found.text_content)


READERS: tuple[tuple[str, Callable[[bytes], Iterator[Row]], str, str], ...] = (
    ("reportparse", ours, "reportparse", "typed records with places, sections, checks, claims"),
    ("BeautifulSoup, a loop over tables", beautiful_soup, "bs4", "text of cells, spans not filled"),
    ("pandas.read_html", pandas_read_html, "pandas", "cells with spans filled"),
    ("trafilatura", trafilatura, "trafilatura", "Markdown"),
    ("markitdown", markitdown, "markitdown", "Markdown"),
)


def compare(repeats: int) -> tuple[list[Peer], list[str]]:
    """Every peer that is installed, each in turn with the floor, and the names of the others."""
    page = speed.published_pages()[0]
    numbered = pages.html_page(values=distinct_values).encode()
    found: list[Peer] = []
    absent: list[str] = []
    for name, read, module, says in READERS:
        try:
            import_module(module)
        except ImportError as error:
            absent.append(f"{name} ({error})")
            continue
        right, labelled = count(read(numbered))
        floors, costs = [], []
        for _ in range(repeats):
            floors.append(speed.cpu_time(lambda: [speed.floor(page) for _ in range(5)]) / 5)
            costs.append(speed.cpu_time(lambda read=read: list(read(page.data))))  # type: ignore[misc]
        ms = statistics.median(costs)
        found.append(Peer(name, ms, ms / statistics.median(floors), len(expected()), right, labelled, says))
    return [*found, QUOTED], absent


def show(peers: Sequence[Peer], absent: Sequence[str]) -> str:
    """The figures as a table for people."""
    lines = [f"{'tool':40}{'ms':>8}{'floors':>8}{'printed':>9}{'right':>7}{'labelled':>10}  what comes out"]
    lines += [
        f"{p.name:40}{p.ms:>8.1f}{p.floors:>8.1f}{p.printed:>9}{p.right:>7}{p.labelled:>10}  {p.says}" for p in peers
    ]
    return "\n".join([*lines, *(f"left out, because it is not installed: {name}" for name in absent)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    peers, absent = compare(options.repeats)
    figures = {"peers": [asdict(peer) for peer in peers], "absent": absent}
    sys.stdout.write((json.dumps(figures, indent=1) if options.json else show(peers, absent)) + "\n")


if __name__ == "__main__":
    main()
