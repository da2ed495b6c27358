"""Text that was read by a wrong encoding before it was saved, so that no byte of it is wrong any more: undone.

The table of such mistakes is data. A mistake is undone where the characters give back the very bytes that they were
made of, and these are text; what does not is kept as it is and told.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from ..kinds import Finding
from ..resources import read_json, read_text
from ..spans import Span

# A text is looked at in so many stretches of so many characters.
_STRETCHES = 4
_STRETCH = 1_000
_GLANCE = 150
_TAG_RE = re.compile(r"<[^<>]*+>|<[^<>]*+\Z|\A[^<>]*+>")
# A place where characters were lost speaks against a reading as loudly as this many common ones speak for it.
_LOST_WEIGHT = 3
# This share of Latin characters among all that are not ASCII is no Chinese text; real text has a few (·, ×, é).
_MIN_LATIN_SHARE = 0.3
# Of the ideographs of a Chinese text more than this share are common ones; of garbled ones about a tenth are.
_MIN_COMMON_SHARE = 0.25
_SOUND_SHARE = 0.5
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
_HAN_RE = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff]")
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


def undo_mistake(text: str) -> tuple[str, tuple[str, ...], tuple[Finding, ...]]:
    """Undo a wrong reading, where one shows, and one that was made before it.

    Returns:
        The text, evidence and findings; the same text and none of either where it is sound.

    Units:
        Samples of bounded size decide what is done; a text that is not sound is then written anew once or twice.

    Example:
        >>> undo_mistake("鏀垮簻骞村害鎶ュ憡鎬讳綋鎯呭喌")[0]
        '政府年度报告总体情况'
    """
    if _is_sound(_sample(text, _GLANCE)):
        return text, (), ()
    sample = _sample(text, _STRETCH)
    _, mistakes = _explain(sample)
    if not mistakes:
        return text, (), _tell_garbled(sample)
    made = text
    for mistake in mistakes:
        made = _undo(made, mistake)
    evidence = tuple(f"encoded twice: {was} read as {as_.replace('cp', 'windows-')}, undone" for as_, was in mistakes)
    first = next(place for place, (old, new) in enumerate(zip(text, made, strict=False)) if old != new)
    message = f"the text was {evidence[0].removesuffix(', undone')}, first at character {first}; undone"
    if lost := made.count(_LOST):
        message += f", but {lost} characters are lost and read as U+FFFD"
    finding = Finding(code="double_encoded", severity="warning", message=message, spans=(Span(first, first + 1),))
    return made, evidence, (finding,)


def _sample(text: str, size: int) -> str:
    """A text, or stretches from all over a long one, without tags: fonts are named in tags a thousand times."""
    if len(text) > _STRETCHES * size:
        step = len(text) // _STRETCHES
        text = "\n".join(text[start : start + size] for start in range(0, len(text) - size, step))
    return _TAG_RE.sub("\n", text) if "<" in text else text


def _is_sound(sample: str) -> bool:
    """Whether enough ideographs of a sample are common ones; most texts are told by this alone."""
    count = len(_HAN_RE.findall(sample))
    return count >= _MIN_HAN and len(common_class().findall(sample)) >= _SOUND_SHARE * count


def _explain(sample: str, depth: int = 0) -> tuple[int, tuple[tuple[str, str], ...]]:
    """What a sample is worth after the mistakes that explain it were undone, and these mistakes."""
    is_latin = _is_latin(sample)
    worth = _worth(sample)
    if depth == _MAX_DEPTH or not (is_latin or _is_strange(sample)):
        return worth, ()
    best: tuple[int, tuple[tuple[str, str], ...]] = (max(worth, 0) * (1 if is_latin else _MIN_GAIN), ())
    for row in read_json("encoding/codecs.json")["mistakes"]:
        mistake = row["read_as"], row["was"]
        if (row["read_as"] == "cp1252") == is_latin and (made := _undo(sample, mistake)) != sample:
            reached, before = _explain(made, depth + 1)
            best = max(best, (reached, (mistake, *before)), key=lambda found: found[0])
    return best if best[1] else (worth, ())


def _undo(text: str, mistake: tuple[str, str]) -> str:
    read_as, was = mistake
    return _undo_latin(text, was) if read_as == "cp1252" else _undo_lines(text, read_as, was)


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
    """Whether a text is made of Latin letters where Chinese should be."""
    found = len(_LATIN_RE.findall(text))
    return found > _MIN_LATIN_SHARE * len(_NON_ASCII_RE.findall(text)) and found >= _MIN_HAN


def _is_strange(text: str, share: float = _MIN_COMMON_SHARE) -> bool:
    """Whether the ideographs of a text are not those of a Chinese text."""
    count = len(_HAN_RE.findall(text))
    return count >= _MIN_HAN and len(common_class().findall(text)) < share * count


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
    return made if len(_LOST_RUN_RE.findall(made)) * _MAX_LOST <= len(_HAN_RE.findall(made)) else line


def _worth(text: str) -> int:
    return len(common_class().findall(text)) - _LOST_WEIGHT * len(_LOST_RUN_RE.findall(text))
