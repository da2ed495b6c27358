"""The targets: one plain function each, which raises ``AssertionError`` where a promise is broken.

Whatever a target lets through besides that is a crash: reading may end in a :class:`ReportParseError` and in no other
exception.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fuzz import grammar, packages
from fuzz.choices import Choices
from hostile.promises import broken_promises, iter_outcomes, outcome_of
from reportparse.errors import InputError
from reportparse.export import to_json
from reportparse.limits import Limits
from reportparse.text.decode import clean_text, decode
from reportparse.text.normalize import normalize_text

Target = Callable[[bytes], None]

# A fuzzer looks for what is odd, not for what is large.
_LIMITS = Limits(max_bytes=2_000_000, max_characters=1_000_000, max_pages=20, max_members=200, max_office_seconds=20)
# A control character inside a tag hides the tag until it is deleted itself; a description of an ideograph shields
# what stands behind it from conversion, over the end of a line too.
_LAYS_BARE_RE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060-\u206f\ufeff\ufffd\u2ff0-\u2fff]")


def decoding(data: bytes) -> None:
    """Any bytes, with or without a declared encoding, become a text or are refused."""
    choices = Choices(data)
    declared = choices.pick((None, "utf-8", "gb2312", "big5", "hz", "utf-16", "iso-8859-1", "x-user-defined", "\0"))
    rest = choices.rest()
    try:
        decoded = decode(rest, declared=declared)
    except InputError:
        return
    assert decoded == decode(rest, declared=declared), "two runs differ"
    assert decoded.encoding, "no encoding is told"
    assert decoded.evidence, "no evidence is told"
    text, _ = clean_text(decoded.text)
    assert len(text) == len(decoded.text), "cleaning changed the length"
    text.encode("utf-8")
    for finding in decoded.findings:
        for span in finding.spans:
            assert 0 <= span.start <= span.end <= len(decoded.text), finding
    normal = normalize_text(text)
    assert normal.source == text, "normalisation changed the source"
    if not _LAYS_BARE_RE.search(text):
        assert normalize_text(normal.text).text == normal.text, "normalising twice is not normalising once"


def html(data: bytes) -> None:
    """Tags in any order round the pieces of a report."""
    choices = Choices(data)
    _check(grammar.page(choices).encode("utf-8", "replace"))


def pipeline(data: bytes) -> None:
    """Flat text: labels, numbers and separators in any order."""
    _check(grammar.flat_text(Choices(data)))


def docx(data: bytes) -> None:
    """Word files: elements in any order inside a package that is whole."""
    _check(packages.word_file(Choices(data)))


def xlsx(data: bytes) -> None:
    """Spreadsheets: cells at any place."""
    _check(packages.spreadsheet(Choices(data)))


def pdf(data: bytes) -> None:
    """PDF files: operators and objects of any kind in a file that is whole, or with damage."""
    _check(packages.pdf_file(Choices(data)))


def archives(data: bytes) -> None:
    """ZIP and WARC archives whose fields lie."""
    _check(packages.archive(Choices(data)))


def _check(source: bytes | str) -> None:
    """Read a document twice: both times all promises hold, and both times the same comes out."""
    first, second = (
        list(iter_outcomes(source, limits=_LIMITS)) if isinstance(source, bytes) else [outcome_of(source)]
        for _ in range(2)
    )
    wrong = [each for outcome in first for each in broken_promises(outcome)]
    assert not wrong, wrong
    assert [outcome.told for outcome in first] == [outcome.told for outcome in second], "two runs differ"
    for one, other in zip(first, second, strict=True):
        if one.report is not None and other.report is not None:
            assert to_json(one.report, with_text=True) == to_json(other.report, with_text=True), "two runs differ"


TARGETS: dict[str, Target] = {
    target.__name__: target for target in (decoding, html, pipeline, docx, xlsx, pdf, archives)
}
