"""Commands for research, beside those of :mod:`reportparse.cli`: ``years``, ``codebook`` and ``schema``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import click

from .codebook import codebook_csv, codebook_json, codebook_page, crosswalk_page
from .errors import ExportError, ReportParseError
from .export import write_text
from .files import read_report
from .models import Report
from .reportschema import report_schema_json
from .stored import description_json
from .years import check_years
from .yearview import render_years

_EXIT_UNREAD = 2


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help="text: to read. jsonl: an object a check.",
)
@click.option("--hierarchy", metavar="FILE", help="JSON: names of bodies by the name of the body that sums them up.")
def years(files: tuple[str, ...], format_: Literal["text", "jsonl"], hierarchy: str | None) -> None:
    """Compare the reports of a body's years, and the reports of bodies.

    Requests carried forward and carried over, items and documents in force, all numbers, and the text.
    A difference may be lawful, and the reasons are told; the exit status is 0 whatever is found.

    \b
    reportparse years haitang-2021.html haitang-2022.html
    reportparse years *.html --hierarchy bodies.json
    """
    reports, status = _read_all(files)
    under = _read_hierarchy(hierarchy) if hierarchy else None
    checks = check_years(reports, hierarchy=under)
    text = render_years(checks) if format_ == "text" else "".join(f"{check.model_dump_json()}\n" for check in checks)
    _print(text)
    sys.exit(status)


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["markdown", "csv", "json"]),
    default="markdown",
    show_default=True,
    help="markdown: a page. csv: a line per variable. json: variables, series, rates and states.",
)
@click.option("--crosswalk", is_flag=True, help="Print the page of the crosswalk in place of the codebook.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all, in place of standard output.")
def codebook(format_: Literal["markdown", "csv", "json"], crosswalk: bool, output: str | None) -> None:
    """Print every variable with its labels, forms, unit and how far it may be followed.

    \b
    reportparse codebook > codebook.md
    reportparse codebook --format csv -o codebook.csv
    reportparse codebook --crosswalk
    """
    make = {"markdown": codebook_page, "csv": codebook_csv, "json": codebook_json}[format_]
    _give(crosswalk_page() if crosswalk else make(), output)


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all, in place of standard output.")
@click.option("--dataset", metavar="FOLDER", help="Describe the dataset in FOLDER in place of a report.")
def schema(output: str | None, dataset: str | None) -> None:
    """Print the JSON Schema of a report, or the Frictionless data package that describes a dataset.

    \b
    reportparse schema -o report.schema.json
    reportparse schema --dataset reports -o reports/datapackage.json
    """
    try:
        text = report_schema_json() if dataset is None else description_json(dataset)
    except ReportParseError as error:
        _say(str(error))
        sys.exit(_EXIT_UNREAD)
    _give(text, output)


def _read_all(files: Sequence[str]) -> tuple[list[Report], int]:
    """The reports that can be read; the others are told, and make the exit status 2."""
    reports, status = [], 0
    for path in files:
        try:
            reports.append(read_report(path))
        except ReportParseError as error:
            problem = error.message
        # An error of ours must cost the user this one file only, and name it.
        except Exception as error:
            problem = f"internal error, {type(error).__name__}: {error}; please report it"
        else:
            continue
        _say(f"{path}: {problem}")
        status = _EXIT_UNREAD
    return reports, status


def _read_hierarchy(path: str) -> Mapping[str, Sequence[str]]:
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{path}: cannot be read: {error}", param_hint="--hierarchy") from error
    names = found.values() if isinstance(found, dict) else [None]
    if not all(isinstance(each, list) and all(isinstance(name, str) for name in each) for each in names):
        raise click.BadParameter(f"{path}: expected an object of lists of names", param_hint="--hierarchy")
    return dict(found)


def _give(text: str, output: str | None) -> None:
    if output in (None, "-"):
        _print(text)
        return
    try:
        write_text(str(output), text)
    except ExportError as error:
        _say(str(error))
        sys.exit(_EXIT_UNREAD)


def _print(text: str) -> None:
    click.echo(text.encode("utf-8"), nl=False)


def _say(message: str) -> None:
    click.echo(f"reportparse: {' '.join(message.split())}".encode("utf-8", "replace"), err=True)
