"""Text that was read by a wrong encoding before it was saved, so that no byte of it is wrong any more: undone.

The table of such mistakes is data. A mistake is undone where the characters give back the very bytes that they were
made of, and these are text; what does not is kept as it is and told.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from .models import Finding
from .resources import read_json, read_text
from .spans import Span

# How much of a text is looked at to tell whether it is sound.
_SAMPLE = 16_384
_LOOK = 1_500
# A place where characters were lost speaks against a reading as loudly as this many common ones speak for it.
_LOST_WEIGHT = 3
# This share of Latin characters among all that are not ASCII is no Chinese text; real text has a few (·, ×, é).
_MIN_LATIN_SHARE = 0.3
# Of the ideographs of a Chinese text more than this share are common ones; of garbled ones about a tenth are.
_MIN_COMMON_SHARE = 0.25
# An undone text must have more than this many times the common characters.
_MIN_GAIN = 2
_MIN_HAN = 12
_GARBLED_SHARE = 0.12

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
_HAN_RUN_RE = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff]++")
# Windows reads the byte 80 as the sign of the euro, where the standard has no character for it.
# A character that was lost stands for bytes that mean nothing.
_LOST = "\ufffd"
_LOST_RUN_RE = re.compile(f"{_LOST}++")
_KEPT_BYTES = {"€": b"\x80", _LOST: b"\xff"}
_KEPT_RE = re.compile(f"([€{_LOST}])")
_RUN_RE = re.compile(r"[^\n<>]+")
_MAX_LOST = 3  # one character in so many may be lost of a line that is undone
_MAX_DEPTH = 2
# What is left of U+FFFD where its UTF-8 was read as GBK.
_LOST_RE = re.compile("(?:锟斤拷|锟届|斤拷锟)+")


@cache
def common_class() -> re.Pattern[str]:
    """Matches the characters that are common in reports."""
    return re.compile(f"[{''.join(read_text('encoding/common.txt').split())}]")


def undo_mistake(text: str, depth: int = 0) -> tuple[str, tuple[str, ...], tuple[Finding, ...]]:
    """Undo a wrong reading, where one shows, and one that was made before it.

    Returns:
        The text, evidence and findings; the same text and none of either where it is sound.

    Example:
        >>> undo_mistake("鏀垮簻骞村害鎶ュ憡鎬讳綋鎯呭喌")[0]
        '政府年度报告总体情况'
    """
    is_latin = _is_latin(text)
    if depth == _MAX_DEPTH or not (is_latin or _is_strange(text)):
        return text, (), ()
    tries: list[tuple[int, str, tuple[str, ...]]] = []
    for row in read_json("encoding/codecs.json")["mistakes"]:
        if (row["read_as"] == "cp1252") == is_latin:
            made = _undo_latin(text, row["was"]) if is_latin else _undo_lines(text, row["read_as"], row["was"])
            made, before, _ = undo_mistake(made, depth + 1) if made != text else (made, (), ())
            evidence = f"encoded twice: {row['was']} read as {row['read_as'].replace('cp', 'windows-')}, undone"
            tries.append((_worth(made), made, (evidence, *before)))
    worth, made, evidences = max(tries)
    if worth <= max(_worth(text), 0) * (1 if is_latin else _MIN_GAIN):
        return text, (), _tell_garbled(text)
    first = next(place for place, (old, new) in enumerate(zip(text, made, strict=False)) if old != new)
    lost = made.count(_LOST)
    message = f"the text was {evidences[0].removesuffix(', undone')}, first at character {first}; undone"
    message += f", but {lost} characters are lost and read as U+FFFD" if lost else ""
    finding = Finding(code="double_encoded", severity="warning", message=message, spans=(Span(first, first + 1),))
    return made, evidences, (finding,)


def _tell_garbled(text: str) -> tuple[Finding, ...]:
    """Tell of a text whose characters are none of a Chinese text, and that no table mends."""
    if _is_latin(text) or not _is_strange(text, _GARBLED_SHARE):
        return ()
    message = "the ideographs are not those of a Chinese text; a program before this one read it by a wrong encoding"
    return (Finding(code="garbled_text", severity="warning", message=message),)


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
    return found * 16 > len(samples) // 4 and found > _MIN_LATIN_SHARE * len(_NON_ASCII_RE.findall(samples))


def _count_han(text: str) -> int:
    return sum(map(len, _HAN_RUN_RE.findall(text)))


def _is_strange(text: str, share: float = _MIN_COMMON_SHARE) -> bool:
    """Whether the ideographs of a text, or of the parts that are looked at, are not those of a Chinese text."""
    middle = len(text) // 2
    for sample in (text[middle : middle + _LOOK], text[:_LOOK]):
        count = _count_han(sample)
        if count >= _MIN_HAN:
            return len(common_class().findall(sample)) < share * count
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


def _undo_lines(text: str, read_as: str, was: str) -> str:
    """Read each line as the bytes that ``read_as`` made it of; a line that gives back none, or no text, stays."""
    return _RUN_RE.sub(lambda match: _undo_line(match[0], read_as, was), text)


def _undo_line(line: str, read_as: str, was: str) -> str:
    if line.isascii():
        return line
    pieces = _KEPT_RE.split(line)
    try:
        data = b"".join(_KEPT_BYTES.get(piece) or piece.encode(read_as) for piece in pieces)
    except UnicodeError:
        return line
    made = data.decode(was, "replace")
    # Bytes that a program before this one lost cost the characters they were of, and no others.
    return made if len(_LOST_RUN_RE.findall(made)) * _MAX_LOST <= _count_han(made) else line


def _worth(text: str) -> int:
    sample = text[:_SAMPLE]
    return len(common_class().findall(sample)) - _LOST_WEIGHT * len(_LOST_RUN_RE.findall(sample))
