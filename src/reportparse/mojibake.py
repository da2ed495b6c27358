"""Text that was read by a wrong encoding before it was saved, so that no byte of it is wrong any more: undone.

The table of such mistakes is data. A mistake is undone where the characters give back the very bytes that they were
made of, and these are text; what does not is kept as it is and told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache

from .models import Finding
from .resources import read_json, read_text
from .spans import Span

# How much of a text is looked at to tell whether it is sound.
_SAMPLE = 16_384
_LOOK = 1_500
# A character that was lost speaks against a reading as loudly as this many common ones speak for it.
_LOST_WEIGHT = 3
# This share of Latin characters among all that are not ASCII is no Chinese text; real text has a few (·, ×, é).
_MIN_LATIN_SHARE = 0.3
# Of the ideographs of a Chinese text more than this share are common ones; of garbled ones about a tenth are.
_MIN_COMMON_SHARE = 0.25
# An undone text must have more than this many times the common characters.
_MIN_GAIN = 2
_MIN_HAN = 12

# What the bytes 80 to 9F become when they are read as Windows-1252; undefined ones pass as they are.
_CP1252 = "".join(
    chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes([byte]).decode("cp1252") for byte in range(256)
)
_CP1252_TO_BYTE = {ord(printed): byte for byte, printed in enumerate(_CP1252) if ord(printed) > 0xFF}
_KEEP_PRINTED = "reportparse-keep-printed"
_WINDOWS = "".join(map(chr, _CP1252_TO_BYTE))
_LATIN_RE = re.compile(f"[\x80-\xff{_WINDOWS}]")
_LATIN_RUN_RE = re.compile(f"[\x00-\xff{_WINDOWS}]++")
_NON_ASCII_RE = re.compile(r"[^\x00-\x7f]")
_HAN_RE = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff]")
# Windows reads the byte 80 as the sign of the euro, where the standard has no character for it.
_EURO = "€"
# What is left of U+FFFD where its UTF-8 was read as GBK.
_LOST_RE = re.compile("(?:锟斤拷|锟届|斤拷锟)+")


@cache
def common_class() -> re.Pattern[str]:
    """Matches the characters that are common in reports."""
    return re.compile(f"[{''.join(read_text('encoding/common.txt').split())}]")


def undo_mistake(text: str) -> tuple[str, tuple[str, ...], tuple[Finding, ...]]:
    """Undo a wrong reading, where one shows.

    Returns:
        The text, evidence and findings; the same text and none of either where it is sound.

    Example:
        >>> undo_mistake("鏀垮簻淇℃伅鍏紑骞村害鎶ュ憡")[0]
        '政府信息公开年度报告'
    """
    is_latin = _is_latin(text)
    if not is_latin and not _is_strange(text):
        return text, (), ()
    tries: list[tuple[int, str, str, str]] = []
    for row in read_json("encoding/codecs.json")["mistakes"]:
        if (row["read_as"] == "cp1252") == is_latin:
            undo: Callable[[str, str], str] = _undo_latin if is_latin else _undo_with(row["read_as"])
            made = undo(text, row["was"])
            tries.append((_worth(made), row["was"], row["read_as"], made))
    worth, was, read_as, made = max(tries)
    if worth <= max(_worth(text), 0) * (1 if is_latin else _MIN_GAIN):
        return text, (), ()
    first = next(place for place, (old, new) in enumerate(zip(text, made, strict=False)) if old != new)
    shown = "Latin letters" if is_latin else read_as
    message = f"the text was encoded twice: {was} was read as {shown}, first at character {first}; undone"
    kept = 0 if is_latin else sum(map(_is_strange, made.split("\n")))
    message += f", but {kept} lines had lost characters and are kept as they are" if kept else ""
    finding = Finding(code="double_encoded", severity="warning", message=message, spans=(Span(first, first + 1),))
    return made, (f"encoded twice: {was} read as {read_as}, undone",), (finding,)


def tell_lost(text: str) -> tuple[Finding, ...]:
    """Tell of characters that an earlier program lost for good.

    Example:
        >>> [finding.code for finding in tell_lost("公锟斤拷开")]
        ['characters_lost']
    """
    if "锟" not in text:
        return ()
    spans = tuple(Span(*match.span()) for match in _LOST_RE.finditer(text))
    if not spans:
        return ()
    message = f"{len(spans)} places hold 锟斤拷, which is left where a program lost characters; they cannot be mended"
    return (Finding(code="characters_lost", severity="warning", message=message, spans=spans[:20]),)


def _is_latin(text: str) -> bool:
    """Whether a text is made of Latin letters where Chinese should be; two samples tell."""
    middle = len(text) // 2
    samples = text[:_LOOK] + text[middle : middle + _LOOK]
    found = len(_LATIN_RE.findall(samples))
    return found > _MIN_LATIN_SHARE * len(_NON_ASCII_RE.findall(samples)) and found * 16 > len(samples) // 4


def _is_strange(text: str) -> bool:
    """Whether the ideographs of a text, or of the parts that are looked at, are not those of a Chinese text."""
    middle = len(text) // 2
    for sample in (text[middle : middle + _LOOK], text[:_LOOK]):
        count = len(_HAN_RE.findall(sample))
        if count >= _MIN_HAN:
            return len(common_class().findall(sample)) < _MIN_COMMON_SHARE * count
    return False


def _keep_printed(error: UnicodeError) -> tuple[str, int]:
    """Give bytes that mean nothing back as the characters they came from: “ and ” may be printed beside the damage."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_CP1252[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_KEEP_PRINTED, _keep_printed)


def _undo_latin(text: str, was: str) -> str:
    """Read runs of Latin characters as the bytes that they were, and those by ``was``."""

    def undo(match: re.Match[str]) -> str:
        return match[0].translate(_CP1252_TO_BYTE).encode("latin-1").decode(was, _KEEP_PRINTED)

    return _LATIN_RUN_RE.sub(undo, text)


def _undo_with(read_as: str) -> Callable[[str, str], str]:
    """Read each line as the bytes that ``read_as`` made it of; a line that gives back none, or no text, stays."""

    def undo(text: str, was: str) -> str:
        return _RUN_RE.sub(lambda match: _exact(match[0], read_as, was), text)

    return undo


_RUN_RE = re.compile(r"[^\n<>]+")


def _exact(line: str, read_as: str, was: str) -> str:
    if line.isascii():
        return line
    try:
        return b"\x80".join(piece.encode(read_as) for piece in line.split(_EURO)).decode(was)
    except UnicodeError:
        return line


def _worth(text: str) -> int:
    sample = text[:_SAMPLE]
    return len(common_class().findall(sample)) - _LOST_WEIGHT * sample.count("\ufffd")
