"""Traditional to Simplified characters, one character to one character. The only importer of OpenCC.

The script is told per line by the characters that only one of the scripts prints. Simplified lines are never
touched: a conversion would harm them (显著 would become 显着). Configurations that exchange words too are not used,
because they exchange words of the official labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Literal, NamedTuple

from ..errors import MissingExtraError
from ..kinds import Script
from ..resources import read_text
from ..spans import Span
from .wordsearch import each_of

LineScript = Literal["simplified", "traditional", "mixed", "neutral"]

# From this version on the dictionaries are those that were measured, and a call is fast.
MIN_OPENCC_VERSION = (1, 4, 2)

# A line with both kinds has the script of the stronger one, unless the weaker has more than this share:
# one name or one quotation does not make a line mixed.
MIXED_SHARE = 0.1

# So many lines that need the slower conversion are no exception, and to pick them out would take longer still.
MANY_LINES = 100

_SURROGATE_RE = re.compile("[\ud800-\udfff]")


class ScriptReading(NamedTuple):
    """The script of a text, and which stretches of whole lines are to be converted.

    Attributes:
        script: The script of the whole text; ``"simplified"`` where no character tells.
        traditional: Stretches of Traditional lines. In a Traditional text neutral lines belong to them.
        mixed: Lines that hold both scripts.
    """

    script: Script
    traditional: tuple[Span, ...] = ()
    mixed: tuple[Span, ...] = ()


class Conversion(NamedTuple):
    """A text in Simplified characters, of the same length as its source.

    Attributes:
        text: The converted text.
        layers: One ``(configuration, text after it)`` for each conversion that ran, in order.
        kept: Lines that keep their source because their length would have changed.
    """

    text: str
    layers: tuple[tuple[str, str], ...]
    kept: tuple[Span, ...]


def read_script(text: str) -> ScriptReading:
    """Tell the script of a text and of its lines.

    Cost: one scan where the text holds one script only, else a scan per line that holds the rarer one.

    Example:
        >>> read_script("政府信息公开").script, read_script("政府信息公開").script
        ('simplified', 'traditional')
    """
    if not traditional_class().search(text):
        return ScriptReading("simplified")
    if not simplified_class().search(text):
        return ScriptReading("traditional", (Span(0, len(text)),))
    traditional = len(traditional_class().findall(text))
    script = _weigh(len(simplified_class().findall(text)), traditional)
    if script == "traditional":
        told = [(span, line_script(text[span.start : span.end])) for span in _lines_with(simplified_class(), text)]
        others = [span for span, kind in told if kind != "traditional"]
        whole = tuple(_gaps(others, Span(0, len(text))))
    else:
        told = [(span, line_script(text[span.start : span.end])) for span in _lines_with(traditional_class(), text)]
        whole = tuple(span for span, kind in told if kind == "traditional")
    return ScriptReading(script, whole, tuple(span for span, kind in told if kind == "mixed"))


def line_script(line: str) -> LineScript:
    """The script of one line; neutral where nothing tells.

    Example:
        >>> line_script("隨著改革"), line_script("显著"), line_script("3.其他"), line_script("政务公开見聞錄")
        ('traditional', 'simplified', 'neutral', 'mixed')
    """
    traditional = len(traditional_class().findall(line))
    simplified = len(simplified_class().findall(line))
    if not traditional and not simplified:
        return "neutral"
    return _weigh(simplified, traditional)


def convert_script(text: str, reading: ScriptReading) -> Conversion:
    """Write the Traditional and mixed lines of ``text`` in Simplified characters.

    Traditional lines get ``tw2s`` and then ``hk2s``, which together undo the glyphs of all regions. Mixed lines
    get ``t2s`` and then ``hk2s``, which leave Simplified characters alone. ``t2s`` takes half the time of ``tw2s`` and
    writes the same except in lines with a few words, so only those get ``tw2s`` itself. The second conversion
    changes next to nothing, so it gets only the lines that hold something for it. What the first keeps for its
    context, such as the name 乾縣, it would spoil.

    Raises:
        MissingExtraError: OpenCC is too old, or another package has taken its name.

    Example:
        >>> source = "隨著門戶網站開通"
        >>> convert_script(source, read_script(source)).text
        '随着门户网站开通'
    """
    layers: list[tuple[str, str]] = []
    kept: list[Span] = []
    for spans, configuration in ((reading.traditional, "tw2s"), (reading.mixed, "t2s")):
        if not spans:
            continue
        # Lines that are to be converted by the configuration itself, and those for which the faster one does.
        special, plain = _part(spans, taiwan_words(), text) if configuration == "tw2s" else ((), spans)
        text = _convert_spans(text, special, converter(configuration), kept)
        text = _convert_spans(text, plain, converter("t2s"), kept)
        layers.append((configuration, text))
        spared = frozenset(kept)
        rest = [line for span in spans for line in _lines_with(left_over_class(), text, *span) if line not in spared]
        if rest:
            text = _convert_spans(text, rest, converter("hk2s"), kept)
            layers.append(("hk2s", text))
    return Conversion(text, tuple(layers), tuple(sorted(kept)))


@cache
def converter(configuration: str) -> Callable[[str], str]:
    """The conversion of one OpenCC configuration, loaded once in a process.

    Raises:
        MissingExtraError: OpenCC is missing, too old, or another package has taken its name.
    """
    try:
        import opencc
    except ImportError as error:
        raise _unusable("it is not installed") from error
    version = str(getattr(opencc, "__version__", ""))
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if not numbers:
        raise _unusable("another package with the same import name has overwritten it")
    if numbers < MIN_OPENCC_VERSION:
        raise _unusable(f"version {version} is installed")
    convert: Callable[[str], str] = opencc.OpenCC(configuration).convert
    return convert


def opencc_version() -> str:
    """The version of OpenCC, on which every converted character depends."""
    converter("tw2s")
    import opencc

    return str(opencc.__version__)


@cache
def traditional_class() -> re.Pattern[str]:
    """Matches one character that only Traditional texts print."""
    return _character_class("traditional_only")


@cache
def simplified_class() -> re.Pattern[str]:
    """Matches one character that only Simplified texts print."""
    return _character_class("simplified_only")


@cache
def taiwan_words() -> re.Pattern[str]:
    """Finds the characters and phrases that ``tw2s`` may convert otherwise than ``t2s``."""
    return re.compile(each_of(read_text("characters/taiwan.txt").split()))


@cache
def left_over_class() -> re.Pattern[str]:
    """Matches one character that the first conversion leaves, and the second exchanges."""
    return _character_class("left_over")


def _character_class(name: str) -> re.Pattern[str]:
    characters = "".join(read_text(f"characters/{name}.txt").split())
    return re.compile(f"[{characters}]")


def _weigh(simplified: int, traditional: int) -> Script:
    if min(simplified, traditional) > MIXED_SHARE * (simplified + traditional):
        return "mixed"
    return "traditional" if traditional > simplified else "simplified"


def _lines_with(pattern: re.Pattern[str], text: str, first: int = 0, last: int | None = None) -> Iterator[Span]:
    """The lines of a stretch of whole lines that hold a match, without their newline."""
    last = len(text) if last is None else last
    match = pattern.search(text, first, last)
    while match:
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end(), last)
        end = last if end < 0 else end
        yield Span(start, end)
        match = pattern.search(text, end, last)


def _gaps(lines: Iterable[Span], stretch: Span) -> Iterator[Span]:
    """What some lines leave over of a stretch of whole lines, without the newlines that part them."""
    place, last = stretch
    for start, end in lines:
        if start - 1 > place:
            yield Span(place, start - 1)
        place = end + 1
    if place < last:
        yield Span(place, last)


def _part(spans: Sequence[Span], pattern: re.Pattern[str], text: str) -> tuple[Sequence[Span], Sequence[Span]]:
    """Stretches of whole lines as the lines that hold a match, and the stretches of the other lines.

    Where many lines hold one, all count as such.
    """
    if not pattern.search(text):
        return (), spans
    lines: list[Span] = []
    others: list[Span] = []
    for span in spans:
        found = list(islice(_lines_with(pattern, text, *span), MANY_LINES))
        lines += found
        others += _gaps(found, span)
        if len(lines) >= MANY_LINES:
            return spans, ()
    return lines, others


def _convert_spans(text: str, spans: Sequence[Span], convert: Callable[[str], str], kept: list[Span]) -> str:
    """The text with stretches of whole lines converted; all lines go in one call, which is much faster.

    A line that would change its length keeps its source, and its span is added to ``kept``.
    """
    if not spans:
        return text
    whole = spans[0] == (0, len(text))
    before = text if whole else "\n".join([text[start:end] for start, end in spans])
    after = _convert_safely(before, convert)
    if _shape(before) != _shape(after):
        # One bad line may not spoil the others, so each goes alone.
        old = before.split("\n")
        new = [_convert_safely(line, convert) for line in old]
        fits = [len(after) == len(before) for before, after in zip(old, new, strict=True)]
        kept += [span for span, fit in zip(_line_spans(text, spans), fits, strict=True) if not fit]
        after = "\n".join(new if fit else line for line, new, fit in zip(old, new, fits, strict=True))
    return after if whole else _put_back(text, spans, after)


def _shape(text: str) -> bytes:
    """One byte for each character. No conversion touches those of ASCII, so equal shapes mean lines of equal length."""
    return text.encode("ascii", "replace")


def _put_back(text: str, spans: Iterable[Span], converted: str) -> str:
    """Put converted stretches, joined by newlines, in the place of the stretches they were made from."""
    pieces: list[str] = []
    place = taken = 0
    for start, end in spans:
        pieces += (text[place:start], converted[taken : taken + end - start])
        taken += end - start + 1
        place = end
    pieces.append(text[place:])
    return "".join(pieces)


def _convert_safely(text: str, convert: Callable[[str], str]) -> str:
    # OpenCC stops at a NUL and drops the rest without a word; it refuses half of a surrogate pair.
    text = text.replace("\0", "\ufffd")
    try:
        return convert(text)
    except UnicodeEncodeError:
        return convert(_SURROGATE_RE.sub("\ufffd", text))


def _line_spans(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    for start, end in spans:
        for line in text[start:end].split("\n"):
            yield Span(start, start + len(line))
            start += len(line) + 1


def _unusable(why: str) -> MissingExtraError:
    wanted = ".".join(map(str, MIN_OPENCC_VERSION))
    return MissingExtraError(
        f"Traditional text needs the package opencc, version {wanted} or later, but {why}; "
        "remove packages that replace it (opencc-py, opencc-python-reimplemented), "
        f'then run: pip install "opencc>={wanted}"',
        code="opencc_unusable",
    )
