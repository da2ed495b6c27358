"""A dataset of a million records to data frames: CPU seconds, and calls of Python functions, for each way.

    python benchmarks/frames.py [--records 1000000]

The reports are those of the tests, again and again, each copy with numbers of its own. Calls are counted because they
must not grow with the records: what is done, is done for whole columns.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from reportparse import frames, read_report
from reportparse.dataset.reporttables import to_tables
from reportparse.dataset.schemas import arrow_schema

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "reports"
ROWS_PER_PART = 1_000_000


def write_dataset(folder: Path, records: int) -> None:
    """A dataset that repeats the reports of the tests until it has so many records."""
    reports = [read_report(path) for path in sorted(FIXTURES.glob("*/source.*"))]
    tables = to_tables(reports, only=("reports", "records"))
    copies = -(-records // tables["records"].num_rows)
    listed: dict[str, Any] = {"failures": {"parts": []}}
    for name, table in tables.items():
        parts = [_shifted(table, number * len(reports)) for number in range(copies)]
        whole = pa.concat_tables(parts).unify_dictionaries().slice(0, records)
        listed[name] = {"parts": _write(folder, name, whole)}
    (folder / "manifest.json").write_text(json.dumps({"format": "parquet", "tables": listed}), "utf-8")


def _shifted(table: Any, by: int) -> Any:
    documents = pc.add(table["document"], by)
    return table.set_column(0, arrow_schema("records").field("document"), documents)


def _write(folder: Path, name: str, table: Any) -> list[dict[str, str]]:
    (folder / name).mkdir()
    files = []
    for number, start in enumerate(range(0, table.num_rows, ROWS_PER_PART)):
        files.append(f"{name}/part-{number:05}.parquet")
        parquet.write_table(table.slice(start, ROWS_PER_PART), folder / files[-1])
    return [{"file": file} for file in files]


def measure(action: Callable[[], Any]) -> tuple[float, int, Any]:
    """CPU seconds, calls of Python functions, and the result; run twice, since a profiler costs time."""
    start = process_time()
    result = action()
    seconds = process_time() - start
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return seconds, calls, result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    wanted = parser.parse_args().records
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_dataset(folder, wanted)
        read = frames.records(folder)
        read.to_pandas(), read.to_polars()
        ways = {
            "`records(folder)`": lambda: frames.records(folder),
            "`.to_pandas()`": lambda: frames.records(folder).to_pandas(),
            "`.to_polars()`": lambda: frames.records(folder).to_polars(),
            "`.details()`": lambda: frames.records(folder).details(),
            '`.labelled("en")`': lambda: frames.records(folder).labelled("en"),
            "`.wide()`": lambda: frames.records(folder).wide(),
            '`.wide("row", states=True)`': lambda: frames.records(folder).wide("row", states=True),
        }
        print(f"| {len(read):,} records | rows | CPU s | Python calls |\n|---|---|---|---|")
        for way, action in ways.items():
            seconds, calls, result = measure(action)
            print(f"| {way} | {len(result):,} | {seconds:.2f} | {calls:,} |")


if __name__ == "__main__":
    main()
