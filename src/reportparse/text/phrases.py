"""The phrase table: words that a converter to Traditional exchanged, and when to change them back.

A converter for Taiwan or Hong Kong writes 資訊 for 信息 and 檔案 for 文件. Some of its words are no mainland words
and can always go back; others are, so they go back only where the document proves that it was converted. The
table says which is which. Its rows match the text after character conversion, leftmost and longest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Literal, NamedTuple, cast

from ..errors import FormDataError
from ..resources import read_rows, read_text
from ..spans import Span
from .script import converter
from .wordsearch import each_of, longest_of

PhraseKind = Literal["safe", "glyph", "context", "gated", "keep"]

TABLE_NAME = "phrases/official.tsv"

# A veto word counts within its sentence, but not farther than this: the cost stays linear without full stops.
VETO_REACH = 120

_SENTENCE_END_RE = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row of the table.

    Attributes:
        source: The phrase as Traditional pages print it.
        key: The phrase after character conversion, which is what is matched.
        target: The mainland phrase.
        kind: ``safe``: always, and proof of a phrase conversion. ``glyph``: always, but no proof. ``context``:
            where the document holds proof. ``gated``: where, besides, it does not use the mainland phrase and the
            sentence has no veto. ``keep``: never; shields the words it covers.
        veto: Words whose presence in the sentence speaks against a gated row.
        proves: Whether the phrase proves a phrase conversion: safe, or longer than a safe one that it holds.
        rule: The name of the row in edits.
    """

    source: str
    key: str
    target: str
    kind: PhraseKind
    veto: re.Pattern[str] | None
    proves: bool
    rule: str


class Hit(NamedTuple):
    """A phrase at its place in the converted text."""

    start: int
    phrase: Phrase


class Refusal(NamedTuple):
    """A stretch that a rule left as it is, and why."""

    start: int
    end: int
    rule: str
    reason: str


class PhraseTable(NamedTuple):
    """The rows of the table.

    Attributes:
        phrases: The rows by their keys.
        pattern: Finds them, leftmost and longest first.
        moving: Finds those that change something or prove something by themselves. No other row applies without one.
    """

    phrases: dict[str, Phrase]
    pattern: re.Pattern[str]
    moving: re.Pattern[str]


def table_digest() -> str:
    """The SHA-256 of the phrase table: another state of it gives another text."""
    return sha256(read_text(TABLE_NAME).encode()).hexdigest()


@cache
def load_phrases() -> PhraseTable:
    """The packaged phrase table, with its keys in Simplified characters.

    Raises:
        FormDataError: A row lacks a column, has an unknown class, or contradicts another row.
    """
    rows = read_rows(TABLE_NAME)
    for row in rows:
        if len(row) != 5 or len(row[0]) < 2 or row[2] not in ("safe", "glyph", "context", "gated", "keep"):
            raise FormDataError(f"not a row of the phrase table: {row!r}", code="data_file_broken", place=TABLE_NAME)
    keys = _simplify([row[0] for row in rows])
    safe = [key for key, row in zip(keys, rows, strict=True) if row[2] == "safe"]
    phrases: dict[str, Phrase] = {}
    for key, (source, target, kind, veto, _) in zip(keys, rows, strict=True):
        proves = kind == "safe" or (kind == "context" and any(word in key for word in safe))
        pattern = re.compile(veto) if veto else None
        phrase = Phrase(source, key, target, cast(PhraseKind, kind), pattern, proves, f"phrase:{source}")
        other = phrases.setdefault(key, phrase)
        if (other.target, other.kind) != (target, kind):
            message = f"{source} and {other.source} are one phrase in Simplified characters but differ"
            raise FormDataError(message, code="data_file_broken", place=TABLE_NAME)
    moving = [
        p.key for p in phrases.values() if p.proves or p.kind == "glyph" or (p.kind == "keep" and p.key != p.target)
    ]
    return PhraseTable(phrases, re.compile(longest_of(list(phrases))), re.compile(each_of(moving)))


def find_phrases(text: str, spans: Iterable[Span]) -> list[Hit]:
    """All rows of the table that match within ``spans``, leftmost and longest first."""
    table = load_phrases()
    phrases, finditer = table.phrases, table.pattern.finditer
    return [Hit(m.start(), phrases[m[0]]) for span in spans for m in finditer(text, span.start, span.end)]


def phrases_to_exchange(text: str, spans: Sequence[Span]) -> list[Hit]:
    """The phrases to change back. Most Traditional texts were converted by characters only, and one scan tells."""
    moving = load_phrases().moving
    return _judge(text, spans)[0] if any(moving.search(text, *span) for span in spans) else []


def phrases_to_leave(text: str, spans: Sequence[Span]) -> list[Refusal]:
    """The phrases that are left as they are, and why."""
    return _judge(text, spans)[1]


def _judge(text: str, spans: Sequence[Span]) -> tuple[list[Hit], list[Refusal]]:
    """Part what is found into what is applied and what is left, by the classes of the rows."""
    hits = find_phrases(text, spans)
    proven = any(hit.phrase.proves for hit in hits)
    gate = _Gate(text, spans, hits)
    applied: list[Hit] = []
    refused: list[Refusal] = []
    for hit in hits:
        phrase = hit.phrase
        if phrase.kind == "keep":
            reason = "a word of its own" if phrase.key == phrase.target else ""
        elif phrase.kind in ("safe", "glyph"):
            reason = ""
        elif not proven:
            reason = "nothing proves that words were exchanged"
        else:
            reason = gate.refuse(hit) if phrase.kind == "gated" else ""
        if reason:
            refused.append(Refusal(hit.start, hit.start + len(phrase.key), phrase.rule, reason))
        else:
            applied.append(hit)
    return applied, refused


class _Gate:
    """Counter-evidence against gated rows, looked up once per row."""

    def __init__(self, text: str, spans: Sequence[Span], hits: Sequence[Hit]) -> None:
        self._text = text
        self._spans = spans
        self._hits = hits
        self._rest: str | None = None
        self._written: dict[str, bool] = {}

    def refuse(self, hit: Hit) -> str:
        """Why a gated row does not apply; empty where it does."""
        phrase = hit.phrase
        if phrase.target not in self._written:
            self._written[phrase.target] = self._is_written(phrase.target)
        if self._written[phrase.target]:
            return f"the text writes {phrase.target} too"
        if phrase.veto:
            before = self._text[max(0, hit.start - VETO_REACH) : hit.start]
            end = hit.start + len(phrase.key)
            after = self._text[end : end + VETO_REACH]
            sentence = _SENTENCE_END_RE.split(before)[-1] + phrase.key + _SENTENCE_END_RE.split(after, maxsplit=1)[0]
            if veto := phrase.veto.search(sentence):
                return f"{veto[0]} stands in the same sentence"
        return ""

    def _is_written(self, word: str) -> bool:
        """Whether the text writes a word outside longer phrases of the table."""
        if self._rest is None:
            self._rest = "\n".join(_between(self._text, self._spans, self._hits))
            self._written |= {hit.phrase.key: True for hit in self._hits if hit.phrase.kind == "keep"}
        return self._written.get(word) or word in self._rest


def _between(text: str, spans: Iterable[Span], hits: Iterable[Hit]) -> Iterator[str]:
    """The stretches of the spans that no hit covers; the hits stand in the order of the spans."""
    rest = iter(hits)
    hit = next(rest, None)
    for start, end in spans:
        while hit is not None and hit.start < end:
            yield text[start : hit.start]
            start = hit.start + len(hit.phrase.key)
            hit = next(rest, None)
        yield text[start:end]


def _simplify(phrases: Sequence[str]) -> list[str]:
    convert: tuple[Callable[[str], str], ...] = (converter("tw2s"), converter("hk2s"))
    text = "\n".join(phrases)
    for step in convert:
        text = step(text)
    return text.split("\n")
