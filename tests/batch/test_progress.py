"""Where a batch stands, for people."""

import io
import re

import pytest

from reportparse.batch.progress import BarProgress, LineProgress, QuietProgress, make_progress, summary


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_stream_decides_what_is_shown() -> None:
    assert type(make_progress(io.StringIO())) is LineProgress
    assert type(make_progress(Terminal())) is BarProgress
    assert type(make_progress(Terminal(), quiet=True)) is QuietProgress


def test_lines_tell_documents_rate_time_left_failures_and_findings() -> None:
    stream = io.StringIO()
    progress = LineProgress(stream, seconds=0)
    progress.begin("parsing", 4_000)

    progress.advance(1_000, failures=2, findings=3)

    first, second = stream.getvalue().splitlines()
    assert first == "reportparse: parsing 4,000 documents"
    assert re.fullmatch(
        r"reportparse: parsing: 1,000 of 4,000, [\d,]+ a second, \d+ seconds left, 2 failures, 3 findings", second
    )


def test_lines_do_without_a_total() -> None:
    stream = io.StringIO()
    progress = LineProgress(stream, seconds=0)
    progress.begin("parsing", None)

    progress.advance(10)

    assert "left" not in stream.getvalue()


def test_bar_shows_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    progress = BarProgress(stream)
    progress.begin("parsing", 10)
    progress.advance(4, failures=1)
    progress.say("a message [not] markup")
    progress.begin("writing", 10)
    progress.advance(10)

    progress.close()

    assert "a message [not] markup" in stream.getvalue()
    assert "1 failures" in stream.getvalue()


def test_summary_lists_the_most_frequent_codes_and_counts_the_rest() -> None:
    findings = {f"code_{number:02}": number for number in range(1, 13)}

    text = summary({"documents": 1, "forms": {"2021": 1}, "findings": findings})

    assert "code_12 12, code_11 11" in text
    assert text.endswith("code_03 3, 2 more")
