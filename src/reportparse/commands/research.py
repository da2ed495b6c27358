"""Commands for research, beside those of :mod:`reportparse.cli`: ``review``, ``years``, ``codebook``, ``schema``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import click

from ..archives.documents import Documents
from ..codebook import codebook_csv, codebook_json, codebook_page, crosswalk_page
from ..compare.years import check_years
from ..dataset.stored import description_json
from ..display import to_review_page
from ..errors import ExportError, MissingExtraError, ReportParseError, internal_error
from ..export import write_text
from ..limits import DEFAULT_LIMITS
from ..models import Report
from ..options import ParseOptions
from ..reportschema import report_schema_json
from ..tables.corrections import Corrections, read_corrections
from ..views.yearview import render_years
from .console import print_text, say
from .inputs import iter_inputs, read_input

_EXIT_UNREAD = 2
_NO_PATCHES: Mapping[str, Corrections] = MappingProxyType({})


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
    print_text(text)
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
        say(str(error))
        sys.exit(_EXIT_UNREAD)
    _give(text, output)


def _read_all(files: Sequence[str], patches: Mapping[str, Corrections] = _NO_PATCHES) -> tuple[list[Report], int]:
    """The reports that can be read; the others are told, and make the exit status 2."""
    reports, statuses, hashes = [], [0], set()
    for item in iter_inputs(files, DEFAULT_LIMITS, lambda *archive: statuses.append(tell_archive(*archive))):
        hashes.add(item.sha256)
        try:
            reports.append(read_input(item, ParseOptions(), patches))
        except ReportParseError as error:
            problem = error.message
        # An error of ours must cost the user this one file only, and name it.
        except Exception as error:
            problem = internal_error(error).message
        else:
            continue
        say(f"{item.label}: {problem}")
        statuses.append(_EXIT_UNREAD)
    return reports, max(*statuses, tell_unused(patches, hashes))


def tell_archive(path: str, documents: Documents) -> int:
    """Tell what was read of an archive or a folder; the exit status says whether that was all."""
    say(f"{path}: {documents.tally.summary()}")
    for finding in documents.findings:
        say(finding.message)
    return _EXIT_UNREAD if any(finding.severity != "note" for finding in documents.findings) else 0


def tell_unused(patches: Mapping[str, Corrections], hashes: Set[str]) -> int:
    """Tell of corrections that belong to no document that was read; the exit status says whether there are any."""
    unused = sorted(set(patches) - hashes)
    for sha256 in unused:
        say(f"corrections of {patches[sha256].id!r} were not used: no document has the hash {sha256}")
    return _EXIT_UNREAD if unused else 0


def _read_patches(context: click.Context, option: click.Parameter, files: Sequence[str]) -> Mapping[str, Corrections]:
    """The patches of corrections, by the hash of the document that each belongs to."""
    patches = {}
    for name in files:
        try:
            patch = read_corrections(Path(name).read_bytes())
        except (OSError, ReportParseError) as error:
            raise click.BadParameter(f"{name}: {error}", context, option) from error
        patches[patch.sha256] = patch
    return patches


corrections_option = click.option(
    "--corrections",
    metavar="FILE",
    multiple=True,
    callback=_read_patches,
    help="Replay what the review page saved, on the document that it belongs to; may be given several times.",
)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@corrections_option
@click.option("-o", "--output", metavar="FILE", required=True, help="Write the page to FILE, whole or not at all.")
def review(files: tuple[str, ...], corrections: Mapping[str, Corrections], output: str) -> None:
    """Write one page on which people review what was read.

    The source stands on the left and the tables on the right, linked both ways. Cells are accepted or corrected, and
    the page saves that as a small file, which --corrections replays. It needs a browser and no network.

    \b
    reportparse review report.html -o review.html
    reportparse review report.html -o review.html --corrections report.corrections.json
    """
    reports, status = _read_all(files, corrections)
    if reports:
        try:
            _give(to_review_page(reports), output)
        except MissingExtraError as error:
            say(str(error))
            status = _EXIT_UNREAD
    sys.exit(status)


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
        print_text(text)
        return
    try:
        write_text(str(output), text)
    except ExportError as error:
        say(str(error))
        sys.exit(_EXIT_UNREAD)
