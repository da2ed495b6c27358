"""The commands for research: what they print, and that they never end in a traceback."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reportparse import commands
from reportparse.cli import main
from reportparse.codebook import codebook_csv, crosswalk_page

FIXTURES = Path(__file__).parent / "fixtures" / "panel"
WATER = [str(FIXTURES / f"qinghe-water-{year}.txt") for year in (2021, 2022)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_years_prints_what_did_not_pass_and_why_it_may_be_lawful() -> None:
    done = run("years", *WATER)

    assert done.exit_code == 0
    assert done.stdout.startswith("青禾县水务局 2022: 8 passed, 3 failed\n  failed carry_over_across_years")
    assert "    may be lawful: the figure of last year was corrected" in done.stdout


def test_years_gives_checks_as_json_lines() -> None:
    done = run("years", *WATER, "--format", "jsonl")

    checks = [json.loads(line) for line in done.stdout.splitlines()]
    assert {check["rule"] for check in checks} >= {"carry_over_across_years", "identical_years"}


def test_years_of_one_report_are_nothing_to_compare() -> None:
    assert run("years", WATER[0]).stdout == "nothing to compare\n"


def test_file_that_cannot_be_read_is_told_and_the_others_are_compared() -> None:
    done = run("years", *WATER, "no-such-file.txt")

    assert done.exit_code == 2
    assert "no-such-file.txt: there is no such file" in done.stderr
    assert done.stdout.startswith("青禾县水务局 2022")


def test_error_of_ours_costs_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(commands, "read_report", fail)

    done = run("years", WATER[0])

    assert done.exit_code == 2
    assert "internal error, RuntimeError: broken" in done.stderr


def test_hierarchy_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "under.json").write_text(json.dumps({"青禾县水务局": ["青禾县水文站"]}), "utf-8")

    done = run("years", *WATER, "--hierarchy", str(tmp_path / "under.json"))

    assert "undecided sum_of_children" in done.stdout
    assert "no report of 青禾县水文站" in done.stdout


@pytest.mark.parametrize("text", ["", "[1]", '{"a": "b"}', '{"a": [1]}'])
def test_broken_hierarchy_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "under.json").write_text(text, "utf-8")

    done = run("years", *WATER, "--hierarchy", str(tmp_path / "under.json"))

    assert done.exit_code == 2
    assert "--hierarchy" in done.stderr
    assert "Traceback" not in done.output


def test_codebook_is_printed_in_each_format() -> None:
    assert run("codebook").stdout.startswith("# Codebook")
    assert run("codebook", "--format", "csv").stdout_bytes.decode() == codebook_csv()
    assert "variables" in json.loads(run("codebook", "--format", "json").stdout)
    assert run("codebook", "--crosswalk").stdout == crosswalk_page()


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    done = run("schema", "-o", str(tmp_path / "schema.json"))

    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "schema.json").read_text("utf-8"))["title"] == "Report"


def test_folder_that_is_no_dataset_is_told(tmp_path: Path) -> None:
    done = run("schema", "--dataset", str(tmp_path))

    assert done.exit_code == 2
    assert "no complete dataset" in done.stderr


def test_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = run("codebook", "-o", str(tmp_path / "no" / "such" / "folder"))

    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
