"""The command ``reportparse batch``: its options, its exit status, and what it says when it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from ..batch.corpus import Inputs
from ..batch.crawls import Columns
from ..batch.driver import BatchOptions, BatchResult, MakeEngine, plan_batch, run_batch
from ..batch.engines import LocalEngine
from ..batch.guards import Guard, unenforced
from ..batch.progress import QuietProgress, make_progress, summary
from ..batch.work import Job
from ..errors import ReportParseError, internal_error
from ..options import ParseOptions

_LOG = logging.getLogger(__name__)

EXIT_COMPLETE = 0
EXIT_FAILURES = 1
EXIT_INCOMPLETE = 2
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells say it
EXIT_TERMINATED = 143  # 128 + SIGTERM

_GUARD = Guard()
_COLUMNS = Columns()


class _Terminated(BaseException):
    """Someone asked this process to end. No ``Exception``, so that nothing on the way takes it for a failure."""


@click.command()
@click.argument("arguments", metavar="INPUT...", nargs=-1, required=True)
@click.option("--out", required=True, metavar="DIR", help="Folder or URL of the dataset, new or to be gone on with.")
@click.option("--jsonl", is_flag=True, help="Write JSON Lines, a report a line, in place of Parquet tables.")
@click.option(
    "--engine", type=click.Choice(["local", "dask"]), help="Where it runs; local unless --scheduler is given."
)
@click.option("--scheduler", metavar="URL", help="Run on the Dask cluster of this scheduler, as tcp://host:8786.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes on this machine; one per core.")
@click.option("--retry-failed", is_flag=True, help="Parse again the documents that failed before.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Take the first N documents only.")
@click.option("--dry-run", is_flag=True, help="Say how many documents there are and how many are done, and stop.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no summary.")
@click.option("--content", default=_COLUMNS.content, show_default=True, help="Column of Parquet input with documents.")
@click.option("--url", default=_COLUMNS.url, show_default=True, help="Column of Parquet input with addresses.")
@click.option("--date", default=_COLUMNS.date, show_default=True, help="Column of Parquet input with dates.")
@click.option("--time-limit", type=click.FloatRange(0.1), default=_GUARD.seconds, show_default=True, metavar="SECONDS",
              help="Time that a document may take.")  # fmt: skip
@click.option("--memory-limit", type=click.IntRange(16), default=_GUARD.megabytes, show_default=True, metavar="MB",
              help="Memory that a document may take beyond that of its process.")  # fmt: skip
@click.option("--blank-as-zero", is_flag=True, help="Let the checks count blank cells as 0.")
@click.option("--solver", is_flag=True, help="Explain failed checks beyond the bound of the search.")
def batch(arguments: tuple[str, ...], out: str, **given: Any) -> None:
    """Parse many reports into one dataset, and go on where an earlier run stopped.

    INPUT is a file, a folder, an archive (ZIP, WARC), a crawl (Parquet), a pattern in quotes, or a URL of these.
    The dataset is complete when DIR holds manifest.json; until then the same command goes on.

    \b
    reportparse batch reports/ --out dataset
    reportparse batch crawl.warc.gz 'more/**/*.html' --out dataset
    reportparse batch crawl.parquet --content html --url address --out dataset
    """
    progress = make_progress(sys.stderr, quiet=given["quiet"])
    try:
        with _ended_by_signal():
            status = _run(Inputs(arguments, _columns(given)), out, given, progress)
    except click.ClickException:
        raise
    except ReportParseError as error:
        progress.close()
        progress.say(str(error))
        status = EXIT_INCOMPLETE
    # An error of ours must not show itself as a traceback; what is done is kept all the same.
    except Exception as error:
        progress.close()
        _LOG.debug("internal error", exc_info=True)
        progress.say(f"{internal_error(error).message}; what is done is kept")
        status = EXIT_INCOMPLETE
    except (KeyboardInterrupt, _Terminated) as stop:
        progress.close()
        progress.say("stopped; the same command goes on from here")
        status = EXIT_TERMINATED if isinstance(stop, _Terminated) else EXIT_INTERRUPTED
    sys.exit(status)


def _run(inputs: Inputs, out: str, given: dict[str, Any], progress: QuietProgress) -> int:
    parse = ParseOptions(blank_as_zero=given["blank_as_zero"], solver=given["solver"])
    options = BatchOptions(
        format="jsonl" if given["jsonl"] else "parquet",
        parse=parse,
        guard=Guard(given["time_limit"], given["memory_limit"]),
        retry_failed=given["retry_failed"],
        limit=given["limit"],
    )
    if given["dry_run"]:
        plan = plan_batch(inputs, out, options, progress)
        click.echo(f"{plan.documents:,} documents, {plan.done:,} of them done")
        return EXIT_COMPLETE
    for words in unenforced():
        progress.say(words)
    result = run_batch(inputs, out, options, _maker(given), progress)
    progress.close()
    if not given["quiet"]:
        _tell(result, progress)
    return EXIT_FAILURES if result.manifest.totals["failures"] or result.manifest.input.told else EXIT_COMPLETE


def _maker(given: dict[str, Any]) -> MakeEngine:
    scheduler, workers = given["scheduler"], given["workers"]
    engine = given["engine"] or ("dask" if scheduler else "local")
    if engine == "local":
        if scheduler:
            raise click.UsageError("--scheduler is for --engine dask")
        return lambda job: LocalEngine(job, workers)

    def make(job: Job[Any]) -> Any:
        from ..batch.daskengine import DaskEngine

        return DaskEngine(job, scheduler, workers)

    return make


def _tell(result: BatchResult, progress: QuietProgress) -> None:
    if result.parsed == 0:
        progress.say("the dataset is complete and there is nothing to do")
    elif result.taken:
        progress.say(f"{result.parsed:,} documents parsed, {result.taken:,} taken from before")
    progress.say(summary(result.manifest.totals))


def _columns(given: dict[str, Any]) -> Columns:
    return Columns(given["content"], given["url"], given["date"])


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM, by which schedulers end a process, end the run in order, as Ctrl-C does."""
    if os.name != "posix":
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
