"""The command ``reportparse``: arguments, exit codes, output. It knows nothing of parsing.

Data goes to standard output, messages to standard error. A user never sees a traceback, whatever the file.
"""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, Unpack

import click

from . import __version__
from .archives.documents import holds_documents
from .commands.batch import batch
from .commands.console import console_encoding, print_text, say
from .commands.inputs import STDIN, Input, iter_inputs, read_input, stand_in
from .commands.research import codebook, corrections_option, review, schema, tell_archive, tell_unused, years
from .errors import ExportError, ReportParseError, internal_error
from .explain import render_explanation, render_table_explanation
from .export import is_unreadable, to_csv, to_json, to_jsonl, write_text
from .forms import load_form
from .limits import DEFAULT_LIMITS, Limits
from .models import Report
from .options import ParseOptions
from .tables.corrections import Corrections
from .views.textview import render, render_checks, render_form, render_forms

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_UNREAD = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells say it
EXIT_PIPE_CLOSED = 141  # 128 + SIGPIPE
DEFAULT_WIDTH = 80
MAX_WIDTH = 120  # longer lines are hard to follow

Format = Literal["text", "json", "jsonl", "csv"]
FailOn = Literal["error", "warning", "note", "never"]
_RANKS = {"error": 3, "warning": 2, "note": 1}

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Options(TypedDict):
    fail_on: FailOn
    limits: Limits
    corrections: Mapping[str, Corrections]
    debug: bool


class _Conduct(NamedTuple):
    """What the options say of limits and failures."""

    fail_on: FailOn = "never"
    limits: Limits = DEFAULT_LIMITS
    corrections: Mapping[str, Corrections] = MappingProxyType({})
    debug: bool = False


def _read_limits(context: click.Context, option: click.Parameter, settings: Sequence[str]) -> Limits:
    """The limits with those that were set."""
    names = [field.name for field in fields(Limits)]
    found: dict[str, int] = {}
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in names or not number.isascii() or not number.isdecimal():
            raise click.BadParameter(f"{setting!r} is no NAME=NUMBER; names are {', '.join(names)}", context, option)
        found[name] = int(number)
    return replace(DEFAULT_LIMITS, **found)


class _Group(click.Group):
    """A group that ends quietly when the reader of a pipe leaves, the disk is full, or the user interrupts.

    Of itself click exits 1 for these, which here means findings.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            # Python flushes standard output once more at its end; that must not fail again.
            with suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                ctx.exit(EXIT_PIPE_CLOSED)
            say(f"the output cannot be written: {error.strerror or error}")
            ctx.exit(EXIT_UNREAD)
        except KeyboardInterrupt:
            say("interrupted")
            ctx.exit(EXIT_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reportparse")
def main() -> None:
    """Read Chinese annual reports on open government information into typed, checked records.

    \b
    Begin with one file and look at what was read:
        reportparse parse report.txt
    then take the records:
        reportparse parse *.txt --format csv -o records.csv

    Exit status: 0 done; 1 a finding at or above --fail-on; 2 wrong use, or a file that cannot be read.
    """


main.add_command(years)
main.add_command(codebook)
main.add_command(schema)
main.add_command(review)


def _common_options(command: _Command) -> _Command:
    """The argument and the options that ``parse`` and ``check`` share."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an internal error."),
        click.option(
            "--limit",
            "limits",
            metavar="NAME=NUMBER",
            multiple=True,
            callback=_read_limits,
            help="Read more or less than is read otherwise, as in max_pages=800; may be given several times.",
        ),
        corrections_option,
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note", "never"]),
            default="error",
            show_default=True,
            help="Exit 1 when a report has a finding of this severity or above.",
        ),
        click.argument("files", metavar="FILE...", nargs=-1, required=True),
    ):
        command = option(command)
    return command


main.add_command(batch)


@main.command()
@_common_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "jsonl", "csv"]),
    default="text",
    show_default=True,
    help="text: to read. json: an object, or a list of them for several files. jsonl: an object a line. "
    "csv: a line per record.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE, whole or not at all, in place of standard output.")
@click.option("--with-text", is_flag=True, help="Add the source text to json and jsonl; all spans count in it.")
def parse(
    files: tuple[str, ...], format_: Format, output: str | None, with_text: bool, **conduct: Unpack[_Options]
) -> None:
    """Parse reports and print what they hold.

    FILE is a report in any format that is read, a ZIP or WARC archive, or a folder; - is standard input.
    Each report is called by the name of its file without the ending; equal names get ~2, ~3.

    \b
    reportparse parse report.txt                       what was read, for people
    reportparse parse report.html --format json        everything, with the place of every value
    reportparse parse *.txt --format jsonl -o all.jsonl
    cat report.txt | reportparse parse - --format csv
    """
    output = None if output == STDIN else output
    is_one = len(files) == 1 and not holds_documents(files[0])
    layout = _layout(format_, is_one=is_one, with_text=with_text, is_console=output is None)
    sys.exit(_run(files, layout, _Conduct(**conduct), output=output))


@main.command()
@_common_options
def check(files: tuple[str, ...], **conduct: Unpack[_Options]) -> None:
    """Print the checks that failed, and which cells would explain them.

    A check is undecided where a number that it needs is blank, doubtful or not printed; that is neither passed nor
    failed.

    \b
    reportparse check report.txt
    reportparse check *.txt --fail-on warning
    """
    layout = _Layout(_of_readable(partial(render_checks, **_look())), console_encoding())
    sys.exit(_run(files, layout, _Conduct(**conduct)))


@main.command()
@click.argument("file", metavar="FILE")
@click.option("--table", metavar="KEY", help="Explain a table row by row, in place of the text.")
@click.option("--all", "all_lines", is_flag=True, help="Show also the lines that are folded otherwise.")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def explain(file: str, table: str | None, all_lines: bool, debug: bool) -> None:
    """Print how a text was read: what was changed before it was read, or what gave the cells of a table.

    Without --table every changed line stands above its normal text and the rules that changed it.
    With --table every row stands with its printed lines, the cells they gave, and why a cell is in doubt.

    \b
    reportparse explain report.txt
    reportparse explain report.txt --table requests
    """
    render_it = render_explanation if table is None else partial(render_table_explanation, table=table)
    layout = _Layout(_of_readable(partial(render_it, all_lines=all_lines, **_look())), console_encoding())
    sys.exit(_run([file], layout, _Conduct(debug=debug)))


@main.command()
@click.argument("key", required=False)
def forms(key: str | None) -> None:
    """Print the official forms, or all of one.

    KEY is a form as the first column of the list names it; its sections, tables, rows and columns are printed with
    the keys that the records use.

    \b
    reportparse forms
    reportparse forms 2021
    """
    try:
        text = render_forms(**_look()) if key is None else render_form(load_form(key), **_look())
    except ReportParseError as error:
        say(str(error))
        sys.exit(EXIT_UNREAD)
    print_text(text, console_encoding())


class _Layout(NamedTuple):
    """How reports are written one after another."""

    write: Callable[[Report], str]
    encoding: str = "utf-8"
    opening: str = ""
    between: str = ""
    closing: str = ""


def _layout(format_: Format, *, is_one: bool, with_text: bool, is_console: bool) -> _Layout:
    if format_ == "jsonl":
        return _Layout(lambda report: to_jsonl([report], with_text=with_text))
    if format_ == "csv":
        return _Layout(lambda report: to_csv([report], with_head=False), opening=to_csv([]))
    if format_ == "json":
        write = partial(to_json, with_text=with_text, indent=2)
        return _Layout(write, closing="\n") if is_one else _Layout(write, "utf-8", "[\n", ",\n", "\n]\n")
    look = _look() if is_console else _Look(width=DEFAULT_WIDTH, color=False)
    rule = f"\n{'─' * look['width']}\n\n"
    return _Layout(
        _of_readable(partial(render, **look)),
        console_encoding() if is_console else "utf-8",
        between=rule,
    )


def _of_readable(write: Callable[[Report], str]) -> Callable[[Report], str]:
    """For people the message about a file that cannot be read is enough."""
    return lambda report: "" if is_unreadable(report) else write(report)


def _run(files: Sequence[str], layout: _Layout, conduct: _Conduct, *, output: str | None = None) -> int:
    """Write the reports one after another, and return the exit status. A file to write is written at the end, whole."""
    pieces: list[str] = []
    emit = pieces.append if output is not None else partial(print_text, encoding=layout.encoding)
    emit(layout.opening)
    statuses, between = [EXIT_DONE], ""
    hashes: set[str] = set()
    for item in iter_inputs(files, conduct.limits, lambda *archive: statuses.append(tell_archive(*archive))):
        if conduct.corrections:
            hashes.add(item.sha256)
        text, status = _told(item, layout.write, conduct)
        statuses.append(status)
        if text:
            emit(between + text)
            between = layout.between
    emit(layout.closing)
    if output is not None:
        try:
            write_text(output, "".join(pieces))
        except ExportError as error:
            say(str(error))
            return EXIT_UNREAD
    return max(*statuses, tell_unused(conduct.corrections, hashes))


def _told(item: Input, write: Callable[[Report], str], conduct: _Conduct) -> tuple[str, int]:
    """The text of one report and its exit status; a file that cannot be read is told, not raised."""
    try:
        report = read_input(item, ParseOptions(limits=conduct.limits), conduct.corrections)
        return write(report), EXIT_FINDINGS if _is_failing(report, conduct.fail_on) else EXIT_DONE
    except ReportParseError as error:
        problem = error
    # An error of ours must cost the user this one file only, and name it.
    except Exception as error:
        if conduct.debug:
            traceback.print_exc()
        hint = "" if conduct.debug else "; --debug shows where"
        problem = internal_error(error, hint)
    say(f"{item.label}: {problem.message}")
    return write(stand_in(item, problem)), EXIT_UNREAD


def _is_failing(report: Report, fail_on: FailOn) -> bool:
    return fail_on != "never" and any(_RANKS[finding.severity] >= _RANKS[fail_on] for finding in report.findings)


class _Look(TypedDict):
    width: int
    color: bool


def _look() -> _Look:
    """Width and colour of the console; a pipe gets neither the one nor the other of it."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    columns = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns if is_terminal else DEFAULT_WIDTH
    has_color = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return _Look(width=min(columns, MAX_WIDTH), color=has_color)
