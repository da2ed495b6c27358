"""The commands for research: what they print, and that they never end in a traceback."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from locations import FIXTURES, ROOT
from reportparse import read_report
from reportparse.cli import main
from reportparse.codebook import codebook_csv, crosswalk_page
from reportparse.commands import research as commands

PANELS = FIXTURES / "panel"
WATER = [str(PANELS / f"qinghe-water-{year}.txt") for year in (2021, 2022)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_years_prints_what_did_not_pass_and_why_it_may_be_lawful() -> None:
    done = run("years", *WATER)

    assert done.exit_code == 0
    assert done.stdout.startswith("青禾县水务局 2022: 8 passed, 3 failed\n  failed carry_over_across_years")
    assert "    may be lawful: the figure of last year was corrected" in done.stdout


def test_years_takes_a_dataset(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert run("batch", *WATER, "--out", str(tmp_path / "dataset"), "--quiet").exit_code == 0

    done = run("years", "--dataset", str(tmp_path / "dataset"))

    assert done.exit_code == 0
    assert done.stdout == run("years", *WATER).stdout


@pytest.mark.parametrize("given", [[], ["--dataset", "no-such-folder", WATER[0]]])
def test_years_needs_either_files_or_a_dataset(given: list[str]) -> None:
    done = run("years", *given)

    assert done.exit_code == 2
    assert "name files, or the folder of a dataset" in done.stderr


def test_years_of_a_folder_that_is_no_dataset_tells_so(tmp_path: Path) -> None:
    done = run("years", "--dataset", str(tmp_path))

    assert done.exit_code == 2
    assert "no complete dataset" in done.stderr


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
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(commands, "read_input", fail)

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


WRONG = "tests/fixtures/reports/page-wrong-cell/source.html"


def saved(tmp_path: Path, **other: str) -> Path:
    report = read_report(ROOT / WRONG)
    place = {"table": "requests", "row": "results.granted", "column": "natural_person"}
    patch = {
        "format": "reportparse-corrections/1",
        "id": report.id,
        "sha256": report.source.sha256,
        "form": report.form,
        "corrections": [{**place, "action": "correct", "state": "value", "value": "12"}],
    } | other
    path = tmp_path / "source.corrections.json"
    path.write_text(json.dumps(patch), "utf-8")
    return path


def test_review_writes_a_page_of_all_that_can_be_read(tmp_path: Path) -> None:
    pytest.importorskip("jinja2", reason="pages need the extra review")
    page = tmp_path / "review.html"
    (tmp_path / "empty.txt").write_bytes(b"")

    done = CliRunner().invoke(main, ["review", str(ROOT / WRONG), str(tmp_path / "empty.txt"), "-o", str(page)])

    assert done.exit_code == 2
    assert "empty.txt: the document is empty" in done.stderr
    assert page.read_text("utf-8").count('<main class="report"') == 1


def test_corrections_are_replayed_by_every_command_that_parses(tmp_path: Path) -> None:
    patch = str(saved(tmp_path))

    checked = CliRunner().invoke(main, ["check", str(ROOT / WRONG), "--corrections", patch])
    parsed = CliRunner().invoke(main, ["parse", str(ROOT / WRONG), "--corrections", patch, "--format", "csv"])

    assert (checked.exit_code, parsed.exit_code) == (0, 0)
    assert "failed" not in checked.stdout
    assert "results.granted,natural_person,（一）予以公開,12,value,21," in parsed.stdout


def test_corrections_of_no_document_are_told(tmp_path: Path) -> None:
    patch = str(saved(tmp_path, sha256="00"))

    done = CliRunner().invoke(main, ["parse", str(ROOT / WRONG), "--corrections", patch, "--fail-on", "never"])

    assert done.exit_code == 2
    assert "were not used" in done.stderr


def test_a_file_that_is_no_patch_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["parse", str(ROOT / WRONG), "--corrections", str(ROOT / WRONG)])

    assert done.exit_code == 2
    assert "no patch of corrections" in done.stderr
