"""From the source text to the text that is read: a few ordered steps, every edit told, every place mapped back.

Most steps exchange one character for one character. Three delete (tags left by a converter, invisible characters,
injected pinyin), and one may change the length otherwise (phrases); only those need an offset map. Brackets and
punctuation stay as printed.
Nothing here decides what a text means, and no edit of script or phrase touches a Simplified line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from hashlib import sha256
from typing import NamedTuple

from ..errors import InputError
from ..kinds import Script
from ..resources import read_text
from ..spans import OffsetMap, Span
from .characters import (
    PINYIN_NAME,
    RADICALS_NAME,
    REPLACEMENTS_NAME,
    gate_class,
    is_ideograph,
    is_syllable,
    odd_class,
    replacements,
    step_class,
    substitute,
)
from .edits import Change, FindChanges, Layer, iter_edits, replaced
from .edits import Edit as Edit
from .edits import Refused as Refused
from .phrases import Refusal, phrases_to_exchange, phrases_to_leave, table_digest
from .script import ScriptReading, convert_script, opencc_version, read_script
from .tags import TAGS_NAME, iter_tags

# Fewer syllables in brackets than this may be anything: an enumeration, an abbreviation.
MIN_PINYIN_HITS = 3

# What an edit of these steps is called.
_NAMED_BY_STEP = {"ideographs": "ideograph", "widths": "width", "quotes": "quote"}

# Sequences that colour the text of a terminal; programs leave them in what they print to a file.
_ESCAPE_RE = re.compile(r"\x1b\[[0-9;:?]{0,40}+[ -/]{0,4}+[@-~]")
_REPLACED = "\ufffd"  # stands for a NUL in the text of a page, or for bytes that mean nothing
_LONE_RETURN_RE = re.compile(r"\r(?!\n)")
# Two patterns, because a search that starts with one literal character is ten times faster than one with two.
_SYLLABLE_RES = tuple(re.compile(bracket + r"[a-z\u00e0-\u01dc\u0300-\u030c]{1,8}+[)）]") for bracket in (r"\(", "（"))
_UNPRINTED_RE = re.compile(rf"[^\S\r\n]*+[\r\n]\s*+|{_ESCAPE_RE.pattern}|[\x00-\x08\x0e-\x1b]")
_SYLLABLES_RE = re.compile(r"[(（]([a-z\u00e0-\u01dc\u0300-\u030c]{1,8}+)[)）]")


class Step(NamedTuple):
    """A named step, and the state of the data it depends on.

    Example:
        >>> default_plan().steps[0].name
        'markup'
    """

    name: str
    version: str


class Plan(NamedTuple):
    """The steps of a normalisation in order. A plan is data: kept with a result, it says how to repeat it.

    Example:
        >>> [step.name for step in default_plan().without("phrases", "pinyin").steps]
        ['markup', 'invisible', 'breaks', 'ideographs', 'spaces', 'widths', 'replaced', 'script', 'quotes']
    """

    steps: tuple[Step, ...]

    def without(self, *names: str) -> Plan:
        """The plan with some steps switched off.

        Raises:
            InputError: There is no step of that name.
        """
        for name in names:
            if name not in _STEPS:
                raise InputError(f"no step {name!r}; steps: {', '.join(_STEPS)}", code="unknown_step", place="plan")
        return Plan(tuple(step for step in self.steps if step.name not in names))


_IDENTITY = OffsetMap()

# Finds the changes that a step considered and did not make; like edits they are found when somebody asks.
FindRefusals = Callable[[], Sequence[Refusal]]


@dataclass(frozen=True)
class NormalText:
    """A text as it is read, with the way back to its source.

    Attributes:
        source: The text as it was handed over.
        text: The same text normalised.
        map: From places of ``text`` to places of ``source``.
        script: The script of the source.

    Example:
        >>> normal = normalize_text("縣水務局　２０２１年")
        >>> normal.text, normal.script
        ('县水务局 2021年', 'traditional')
        >>> [(edit.rule, edit.source, edit.target) for edit in normal.edits][:2]
        [('space:U+3000', '\\u3000', ' '), ('width', '２０２１', '2021')]
    """

    source: str
    text: str
    map: OffsetMap = _IDENTITY
    script: Script = "simplified"
    _steps: tuple[str, ...] = field(default=(), repr=False)
    _layers: tuple[Layer, ...] = field(default=(), repr=False, compare=False)
    _refusals: tuple[tuple[OffsetMap, FindRefusals], ...] = field(default=(), repr=False, compare=False)

    def source_span(self, start: int, end: int) -> Span:
        """The stretch of the source that ``text[start:end]`` stands for."""
        return self.map.source_span(start, end)

    def source_place(self, place: int) -> int:
        """Where in the source stands what ``text[place]`` stands for."""
        return self.map.source_place(place)

    def target_span(self, start: int, end: int) -> Span:
        """The stretch of ``text`` that ``source[start:end]`` became; may be empty."""
        return self.map.target_span(start, end)

    def printed(self, start: int, end: int) -> str:
        """What the source prints for ``text[start:end]``, as one line: without line breaks and control characters.

        Example:
            >>> normalize_text("一、總\\n體情況").printed(0, 7)
            '一、總體情況'
        """
        span = self.map.source_span(start, end)
        words = self.source[span.start : span.end]
        return words if words.isprintable() else _UNPRINTED_RE.sub("", words)

    def text_of(self, span: Span) -> str:
        """The normal text of a stretch of the source.

        Example:
            >>> normal = normalize_text("本機關網路平臺")
            >>> normal.text_of(Span(3, 5)), normal.source_span(3, 5)
            ('网络', Span(start=3, end=5))
        """
        start, end = self.map.target_span(*span)
        return self.text[start:end]

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """Every change, step by step; runs of changed characters are one edit. Made when first asked for."""
        return tuple(edit for layer in self._layers for edit in iter_edits(self.source, layer))

    @cached_property
    def unchanged(self) -> tuple[Refused, ...]:
        """The changes that were considered and not made, with the reason. Made when first asked for."""
        found = []
        for to_source, find in self._refusals:
            for first, last, rule, reason in find():
                start, end = to_source.source_span(first, last)
                found.append(Refused(self.source[start:end], start, end, rule, reason))
        return tuple(found)

    @cached_property
    def plan(self) -> Plan:
        """The steps that ran, with the versions of their data."""
        return Plan(tuple(Step(name, _version(name)) for name in self._steps))


def normalize_text(text: str, *, plan: Plan | None = None) -> NormalText:
    """Bring a text into the form that is read: Simplified, one kind of space, no invisible characters.

    Args:
        text: Any text.
        plan: The steps to run, such as the plan of another result; all of them where None.

    Raises:
        InputError: The plan names an unknown step, has another order, or was made with other data.
        MissingExtraError: Traditional text was met and OpenCC cannot be used.

    Example:
        >>> normal = normalize_text("資訊公開２件")
        >>> normal.text
        '信息公开2件'
        >>> [(edit.target, edit.rule) for edit in normal.edits]
        [('2', 'width'), ('资讯', 'char:tw2s'), ('开', 'char:tw2s'), ('信息', 'phrase:資訊')]
    """
    work = _Work(text)
    names = tuple(_STEPS) if plan is None else _names_of(plan)
    for name in names:
        _STEPS[name](work, name)
    return NormalText(text, work.text, work.map, work.reading.script, names, tuple(work.layers), tuple(work.refused))


@cache
def default_plan() -> Plan:
    """All steps, with the versions of the installed data.

    Example:
        >>> [step.name for step in default_plan().steps][:3]
        ['markup', 'invisible', 'breaks']
    """
    return Plan(tuple(Step(name, _version(name)) for name in _STEPS))


class _Work:
    """A text on its way through the steps."""

    def __init__(self, source: str) -> None:
        self.text = source
        self.map = _IDENTITY
        self.layers: list[Layer] = []
        self.refused: list[tuple[OffsetMap, FindRefusals]] = []
        # One scan tells that nothing but spaces can be odd here and that nothing is Traditional: the common case.
        self._is_plain = not gate_class().search(source)
        self._source = source

    @cached_property
    def odd(self) -> frozenset[str]:
        """The characters of the source that some step may replace, spaces and quotes aside."""
        return frozenset() if self._is_plain else frozenset("".join(odd_class().findall(self._source)))

    @cached_property
    def reading(self) -> ScriptReading:
        """The script, read when first needed: before the script step changes it."""
        return ScriptReading("simplified") if self._is_plain else read_script(self.text)

    def exchange(self, rule: str, after: str) -> None:
        """Take over a text that differs from the one before in characters only."""
        if after != self.text:
            self.layers.append(Layer(rule, self.text, after, self.map, None))
            self.text = after

    def replace(self, rule: str, find: FindChanges) -> None:
        """Replace the stretches that ``find`` finds, if any."""
        after, to_source = replaced(self.text, find(self.text))
        if after != self.text:
            self.layers.append(Layer(rule, self.text, after, self.map, find))
            self.map = self.map.then(to_source)
            self.text = after

    def refuse(self, find: FindRefusals) -> None:
        """Note how to find the changes that were not made, at their places in the text as it is now."""
        self.refused.append((self.map, find))


def _find_tags(rule: str, text: str) -> Iterator[Change]:
    return ((tag.start, tag.end, "", f"{rule}:{tag.name}") for tag in iter_tags(text))


def _find_deletions(pattern: re.Pattern[str], rule: str, text: str) -> Iterator[Change]:
    return ((*match.span(), "", rule) for match in pattern.finditer(text))


def _given(changes: Sequence[Change], text: str) -> Sequence[Change]:
    """Changes that were found by more than the text alone."""
    return changes


def _drop_tags(work: _Work, name: str) -> None:
    if "<" in work.text:
        work.replace(name, partial(_find_tags, name))


def _drop_invisible(work: _Work, name: str) -> None:
    if "\x1b" in work.odd:
        work.replace(name, partial(_find_deletions, _ESCAPE_RE, f"{name}:escape"))
    if work.odd & replacements()[name].keys():
        work.replace(name, partial(_find_deletions, step_class(name), ""))


def _exchange_characters(work: _Work, name: str) -> None:
    table = replacements()[name]
    work.exchange(_NAMED_BY_STEP.get(name, name), substitute(work.text, table, work.odd & table.keys()))


def _break_lines(work: _Work, name: str) -> None:
    table = replacements()[name]
    text = substitute(work.text, table, work.odd & table.keys())
    work.exchange(name, _LONE_RETURN_RE.sub("\n", text) if "\r" in text else text)


def _exchange_spaces(work: _Work, name: str) -> None:
    table = replacements()[name]
    work.exchange(name, substitute(work.text, table, [space for space in table if space in work.text]))


def _drop_replaced(work: _Work, name: str) -> None:
    if _REPLACED in work.text:
        work.replace(name, partial(_find_deletions, _replaced_re(), name))


@cache
def _replaced_re() -> re.Pattern[str]:
    """Among words it is seen through; beside a number it may stand for a digit, alone in a cell for its content.

    Built when first needed, for so large classes take long to build.
    """
    word = "[、\u3400-\u9fff\U00020000-\U0003ffff]"
    return re.compile(rf"(?<={word}){_REPLACED}++(?!\d)|(?<![\d{_REPLACED}]){_REPLACED}++(?={word})")


def _drop_pinyin(work: _Work, name: str) -> None:
    if not any(pattern.search(work.text) for pattern in _SYLLABLE_RES):
        return
    changes: list[Change] = []
    taken = -1
    for match in _SYLLABLES_RE.finditer(work.text):
        start, end = match.span()
        if (start == taken or is_ideograph(work.text[start - 1 : start])) and is_syllable(match[1]):
            changes.append((start, end, "", f"{name}:{match[1]}"))
            taken = end
    if len(changes) >= MIN_PINYIN_HITS:
        work.replace(name, partial(_given, changes))
        return
    work.refuse(partial(_too_few_syllables, changes))


def _too_few_syllables(changes: Sequence[Change]) -> list[Refusal]:
    reason = f"fewer than {MIN_PINYIN_HITS} syllables in brackets"
    return [Refusal(start, end, rule, reason) for start, end, _, rule in changes]


def _simplify(work: _Work, name: str) -> None:
    reading = work.reading
    if not reading.traditional and not reading.mixed:
        return
    conversion = convert_script(work.text, reading)
    for configuration, after in conversion.layers:
        work.exchange(f"char:{configuration}", after)
    work.refuse(partial(_lines_told, name, conversion.kept, "the length of the line would change"))
    work.refuse(partial(_lines_told, name, reading.mixed, "the line holds both scripts: no quotes, no phrases"))


def _lines_told(name: str, lines: Sequence[Span], reason: str) -> list[Refusal]:
    return [Refusal(*line, name, reason) for line in lines]


def _exchange_quotes(work: _Work, name: str) -> None:
    table = replacements()[name]
    quotes = [quote for quote in table if quote in work.text]
    spans = work.reading.traditional
    if not quotes or not spans:
        return
    pieces: list[str] = []
    place = 0
    for start, end in spans:
        pieces += (work.text[place:start], substitute(work.text[start:end], table, quotes))
        place = end
    pieces.append(work.text[place:])
    work.exchange(_NAMED_BY_STEP[name], "".join(pieces))


def _exchange_phrases(work: _Work, _: str) -> None:
    spans = work.reading.traditional
    if not spans:
        return
    work.refuse(partial(phrases_to_leave, work.text, spans))
    if hits := phrases_to_exchange(work.text, spans):
        changes = [(start, start + len(p.key), p.target, p.rule) for start, p in hits]
        work.replace("phrase", partial(_given, changes))


_STEPS: dict[str, Callable[[_Work, str], None]] = {
    "markup": _drop_tags,
    "invisible": _drop_invisible,
    "breaks": _break_lines,
    "ideographs": _exchange_characters,
    "spaces": _exchange_spaces,
    "widths": _exchange_characters,
    "pinyin": _drop_pinyin,
    "replaced": _drop_replaced,
    "script": _simplify,
    "quotes": _exchange_quotes,
    "phrases": _exchange_phrases,
}


def _names_of(plan: Plan) -> tuple[str, ...]:
    names = tuple(step.name for step in plan.steps)
    if names != tuple(name for name in _STEPS if name in names):
        message = f"steps are unknown or out of order: {', '.join(names)}; known, in order: {', '.join(_STEPS)}"
        raise InputError(message, code="unknown_step", place="plan")
    for step in plan.steps:
        if step.version != _version(step.name):
            message = f"step {step.name} was made with {step.version}, installed is {_version(step.name)}"
            raise InputError(message, code="plan_not_repeatable", place="plan")
    return names


@cache
def _version(step: str) -> str:
    if step == "script":
        return f"opencc {opencc_version()}"
    if step == "phrases":
        return f"sha256 {table_digest()}"
    if step == "markup":
        return f"sha256 {sha256(read_text(TAGS_NAME).encode()).hexdigest()}"
    names = {"pinyin": (PINYIN_NAME,), "ideographs": (REPLACEMENTS_NAME, RADICALS_NAME)}.get(step, (REPLACEMENTS_NAME,))
    return f"sha256 {sha256(''.join(map(read_text, names)).encode()).hexdigest()}"
