"""The folder of invented reports: read whole, but for what is meant to go wrong."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from reportparse import Report, check_years, parse_report
from reportparse.cli import main
from reportparse.demo import demo_files, write_demo
from reportparse.errors import ExportError
from reportparse.resources import read_json

FILES = dict(demo_files())
DATA = read_json("demo.json")
NAMES = [name for name, content in FILES.items() if content]
MISHAPS = {f"{one['body']}-{one['year']}": one["how"] for one in DATA["mishaps"]}


@cache
def report_of(name: str) -> Report:
    return parse_report(FILES[name], name=name)


def stem_of(name: str) -> str:
    return name.rpartition(".")[0]


def printed(report: Report, row: str, column: str = "natural_person") -> object:
    return report.table("requests")[row, column].value


WHOLE = [name for name in NAMES if stem_of(name) not in MISHAPS and name != "index.html"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_report_without_a_mishap_is_read_whole(name: str) -> None:
    report = report_of(name)

    assert all(record.certain and record.state == "value" for record in report.records)
    assert {check.status for check in report.checks} == {"passed"}
    assert {finding.code for finding in report.findings} <= {"unchecked_cells"}


@pytest.mark.parametrize("body", DATA["bodies"], ids=lambda body: body["key"])
def test_the_figures_are_those_of_the_data(body: dict[str, list[list[int]]]) -> None:
    for row in body["years"]:
        year = dict(zip(DATA["columns"], row, strict=True))
        name = f"{body['key']}-{year['year']}.html"
        if name in WHOLE:
            report = report_of(name)
            assert printed(report, "new_requests") == year["persons"]
            assert printed(report, "results.granted") == year["granted"]
            assert printed(report, "carried_forward") == year["forward"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("shiqiao-2022.html", "sum_differs"),
        ("songyan-2020.txt", "row_uncertain"),
        ("qinghe-2024.html", "table_is_image"),
        ("index.html", "not_a_report"),
    ],
)
def test_a_mishap_is_found(name: str, code: str) -> None:
    assert code in {finding.code for finding in report_of(name).findings}


def test_a_year_is_absent_a_page_is_there_twice_and_a_file_is_empty() -> None:
    names = Counter(stem_of(name) for name in FILES)

    assert names["liuxi-2021"] == 0
    assert FILES["haitang-2021.html"] == FILES["haitang-2021-copy.html"]
    assert FILES["yunling-2018.html"] == b""


def test_what_is_carried_forward_is_carried_over() -> None:
    checks = check_years(map(report_of, WHOLE))

    chains = [check for check in checks if check.rule.endswith("_across_years")]
    assert {check.status for check in chains} <= {"passed", "undecided"}
    assert {check.status for check in checks if check.rule == "copied_from_last_year"} == {"passed"}


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")

    with pytest.raises(ExportError) as caught:
        write_demo(tmp_path)

    assert caught.value.code == "not_written"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_what_it_wrote_and_what_it_could_not(tmp_path: Path) -> None:
    folder = str(tmp_path / "scrapes")

    first, second = (CliRunner().invoke(main, ["demo", folder]) for _ in range(2))

    assert (first.exit_code, first.stdout) == (0, f"{len(FILES)} files in {folder}\n")
    assert (second.exit_code, second.stdout) == (2, "")
    assert {path.name for path in Path(folder).iterdir()} == set(FILES)
