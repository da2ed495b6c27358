"""Bytes to text by evidence, which is told with the result.

A declared encoding is a hint, not proof: pages say gb2312 and are UTF-8, and the bytes of Big5 decode as GB18030
without an error. What decides is what can be decoded, and whether common characters come out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from .errors import InputError
from .models import Finding
from .resources import read_json, read_text
from .spans import Span

# How much of the bytes is looked at to tell an encoding; the pages of a report are far more alike than that.
SAMPLE_SIZE = 4096
HEAD_SIZE = 4096

# Text has next to no control bytes; random bytes have some 9 %.
MAX_CONTROL_SHARE = 0.05
MIN_CONTROL_BYTES = 8

# What is valid UTF-8 otherwise may hold more of them: a text that a tool strewed with zero bytes is still a text.
MAX_ZERO_SHARE = 0.3

# A byte that cannot be decoded speaks against an encoding as loudly as this many common characters speak for it.
REPLACEMENT_WEIGHT = 3

# Where no encoding gives common characters for this share of the bytes, rarer ones are tried too; text gives 10 %.
MIN_COMMON_SHARE = 0.03

# Bytes that score worse than this in every encoding are no text.
MAX_BAD_SHARE = 0.1

# A declared encoding that decodes is believed unless another gives more than this many times its common characters.
CONTRADICTION_FACTOR = 2

# This share of Latin characters among all that are not ASCII is no Chinese text; real text has a few (·, ×, é).
MIN_LATIN_SHARE = 0.3

# Control bytes that no text tool writes. Cell marks, page breaks, escapes and hyphens of word processors are left out.
_CONTROL_BYTES = bytes([*range(0x07), 0x08, *range(0x0E, 0x1B), 0x1C, 0x1D, 0x7F])

_HIGH_BYTE_RE = re.compile(rb"[\x80-\xff]")
_META_RE = re.compile(rb"<meta\b[^<>]{0,400}?\bcharset\s*+=\s*+[\"']?\s*+([\w.:-]++)")
_XML_RE = re.compile(rb"<\?xml\b[^<>]{0,200}?\bencoding\s*+=\s*+[\"']([\w.:-]++)")

LAST_OF_TWO_BYTES = "\u07ff"  # in UTF-8; ideographs take three

# More bytes of GBK than this are hardly ever valid UTF-8: one character in seven is.
MAX_CHANCE_BYTES = 16

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
_SURROGATE_RE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.

    Attributes:
        text: The text, without a byte order mark.
        encoding: The codec that made it.
        evidence: Why that codec, in words.
        findings: What was odd: bytes that mean nothing, a wrong declaration, a text encoded twice.
    """

    text: str
    encoding: str
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode the bytes of a plain text or a markup page.

    Args:
        data: The whole file.
        declared: What a transport header or a caller calls the encoding. The page's own word counts if absent.

    Raises:
        InputError: The bytes are no text; the message says what they seem to be.

    Units:
        Cost is linear: one pass for UTF-8, samples of bounded size and one or two passes otherwise.

    Example:
        >>> decoded = decode("政府信息公开年度报告".encode("gbk"), declared="gb2312")
        >>> decoded.text, decoded.encoding
        ('政府信息公开年度报告', 'gb18030')
    """
    marked = _decode_marked(data)
    if marked:
        return _finish(data, marked)
    if b"\0" in data[:HEAD_SIZE]:
        codec = _unmarked_wide(data)
        if codec:
            return _finish(data, _decode_as(data, codec, ("zero bytes, and text comes out",)))
        _refuse_control_bytes(data, MAX_ZERO_SHARE)
    name, where = _declared_name(data, declared)
    if name and _family(name) == "hz" and b"~{" in data:
        return _finish(data, _decode_as(data, "hz", (f"{where} {name}",)))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_control_bytes(data, MAX_CONTROL_SHARE)
        return _finish(data, _choose(data, name, where))
    if not text.isascii() and _is_short_gbk(data, text):
        return _finish(data, _decode_as(data, "gb18030", ("valid UTF-8 by chance only: no ideograph comes out",)))
    return _finish(data, Decoded(text, "utf-8", ("valid UTF-8",), _tell_wrong_name(name, where, "utf-8", text)))


def clean_text(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Make any string safe to encode, keeping its length: half of a surrogate pair becomes U+FFFD.

    Example:
        >>> text, findings = clean_text("公开\\ud800")
        >>> text, findings[0].code
        ('公开\\ufffd', 'invalid_characters')
    """
    first = _SURROGATE_RE.search(text)
    if not first:
        return text, ()
    cleaned, count = _SURROGATE_RE.subn("\ufffd", text)
    message = f"{count} halves of surrogate pairs (first at {first.start()}) are no characters; read as U+FFFD"
    return cleaned, (
        Finding(code="invalid_characters", severity="warning", message=message, spans=(Span(*first.span()),)),
    )


@cache
def _known() -> dict[str, Any]:
    found: dict[str, Any] = read_json("encoding/codecs.json")
    return found


@cache
def _byte_order_marks() -> tuple[tuple[bytes, str], ...]:
    return tuple((bytes.fromhex(row["hex"]), row["codec"]) for row in _known()["byte_order_marks"])


@cache
def _families() -> dict[str, str]:
    return {name: codec for codec, names in _known()["families"].items() for name in names}


@cache
def _common_class() -> re.Pattern[str]:
    return re.compile(f"[{''.join(read_text('encoding/common.txt').split())}]")


def _refuse_control_bytes(data: bytes, share: float) -> None:
    head = data[:HEAD_SIZE]
    count = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if count >= MIN_CONTROL_BYTES and count > share * len(head):
        why = f"{count} of its first {len(head)} bytes are control bytes"
        raise InputError(f"this is binary data, not text: {why}; give a file that holds text", code="binary_input")


def _decode_marked(data: bytes) -> Decoded | None:
    for mark, codec in _byte_order_marks():
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], codec, ("byte order mark",))
    return None


def _unmarked_wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: zero bytes stand beside ASCII, and text comes out."""
    head = data[: min(len(data), HEAD_SIZE) // 4 * 4]
    narrow = _score(head, "utf-8")
    fits = []
    for codec in _known()["wide"]:
        text = head.decode(codec, "replace")
        wrong = text.count("\0") + text.count("\ufffd") + len(_strange_class().findall(text))
        plain = len(text) - len(_NON_ASCII_RE.findall(text))
        # Letters of ASCII read in pairs are ideographs too, so either most is ASCII or common ones come out.
        if wrong * 20 <= len(text) and (plain * 2 > len(text) or _score(head, codec) > narrow):
            fits.append((_score(head, codec), plain, codec))
    return max(fits)[2] if fits else None


def _declared_name(data: bytes, declared: str | None) -> tuple[str, str]:
    if declared:
        return declared.strip().lower(), "declared"
    head = data[:HEAD_SIZE].lower()
    if b"charset" not in head and b"encoding" not in head:
        return "", ""
    if match := _META_RE.search(head):
        return match[1].decode("ascii"), "meta charset"
    if match := _XML_RE.search(head):
        return match[1].decode("ascii"), "XML declaration"
    return "", ""


def _family(name: str) -> str | None:
    """The codec that reads what a name claims, a superset, since pages name the smaller set; None for other names."""
    return _families().get(name)


def _choose(data: bytes, name: str, where: str) -> Decoded:
    """The encoding of bytes that are no valid UTF-8: the declared one unless contradicted, else the best."""
    first = _HIGH_BYTE_RE.search(data)
    start = first.start() & ~1 if first else 0  # an even place, for the sake of UTF-16
    sample = data[start : start + SAMPLE_SIZE]
    claimed = _family(name) if name else None
    scores = {codec: _score(sample, codec) for codec in (*_known()["candidates"], *([claimed] if claimed else []))}
    if max(scores.values()) < MIN_COMMON_SHARE * len(sample):
        scores |= {codec: _score(sample, codec) for codec in _known()["wide"]}
    best = max(scores, key=lambda codec: (scores[codec], codec == claimed))
    told = ", ".join(f"{codec} {score}" for codec, score in sorted(scores.items(), key=lambda item: -item[1]))
    is_plausible = (
        claimed is not None and scores[claimed] >= 0 and scores[best] <= CONTRADICTION_FACTOR * scores[claimed]
    )
    text = _try_decode(data, claimed) if claimed and is_plausible else None
    if claimed and text is not None:
        return Decoded(text, claimed, (f"{where} {name}",))
    result = _decode_as(data, best, (f"common characters less replaced ones: {told}",))
    if -scores[best] > MAX_BAD_SHARE * len(sample):
        raise InputError("this is no text in any encoding that is known; give UTF-8 text", code="binary_input")
    wrong = _tell_wrong_name(name, where, best, result.text)
    return Decoded(result.text, best, result.evidence, (*wrong, *result.findings))


@cache
def _strange_class() -> re.Pattern[str]:
    """Characters that no report prints in number; UTF-16 read in the wrong order is made of them.

    Built when first needed, for so large a class takes long to build.
    """
    return re.compile(r"[\x01-\x06\u0100-\u036f\u0400-\u1fff\u2e00-\u2e7f\ua000-\uf8ff\ufb00-\ufdff\ufffe-\U0001ffff]")


def _score(sample: bytes, codec: str) -> int:
    text = sample.decode(codec, "replace")
    bad = REPLACEMENT_WEIGHT * text.count("\ufffd") + len(_strange_class().findall(text))
    return len(_common_class().findall(text)) - bad


def _try_decode(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _decode_as(data: bytes, codec: str, evidence: tuple[str, ...]) -> Decoded:
    text = _try_decode(data, codec)
    if text is not None:
        return Decoded(text, codec, evidence)
    text = data.decode(codec, "replace")
    count = text.count("\ufffd") - _printed_replacements(data, codec)
    first = text.find("\ufffd")
    message = (
        f"{count} places cannot be decoded as {codec}, the first at character {first}; read as U+FFFD, nothing dropped"
    )
    finding = Finding(code="undecodable_bytes", severity="warning", message=message, spans=(Span(first, first + 1),))
    return Decoded(text, codec, evidence, (finding,))


def _printed_replacements(data: bytes, codec: str) -> int:
    """How many U+FFFD the source itself holds."""
    try:
        return data.count("\ufffd".encode(codec))
    except UnicodeEncodeError:
        return 0


def _tell_wrong_name(name: str, where: str, codec: str, text: str) -> tuple[Finding, ...]:
    if not name or text.isascii() or _family(name) == codec:
        return ()
    message = f"{where} {name}, but the bytes are {codec}; read as {codec}"
    return (Finding(code="wrong_charset", severity="note", message=message),)


def _is_short_gbk(data: bytes, text: str) -> bool:
    """Whether a few bytes are valid UTF-8 by chance: no character beyond U+07FF, but common ones in GB18030."""
    if len(data) > HEAD_SIZE or max(text) > LAST_OF_TWO_BYTES or len(_HIGH_BYTE_RE.findall(data)) > MAX_CHANCE_BYTES:
        return False
    other = _try_decode(data, "gb18030") or ""
    return len(_common_class().findall(other)) * 4 >= len(_NON_ASCII_RE.findall(other)) * 3 > 0


def _finish(data: bytes, decoded: Decoded) -> Decoded:
    """Undo a second encoding, where one shows."""
    text = decoded.text
    if not decoded.encoding.startswith("utf") or (decoded.encoding == "utf-8" and not _may_be_double(data)):
        return decoded
    first = _LATIN_RE.search(text)
    if not first or len(_LATIN_RE.findall(text)) <= MIN_LATIN_SHARE * len(_NON_ASCII_RE.findall(text)):
        return decoded
    repairs = [(_repair(text, codec), codec) for codec in ("utf-8", "gb18030", "big5hkscs")]
    best, codec = max(repairs, key=lambda repair: _worth(repair[0]))
    if _worth(best) <= max(_worth(text), 0):
        return decoded
    message = (
        f"the text was encoded twice: {codec} was read as Latin letters, first at character {first.start()}; undone"
    )
    place = Span(first.start(), first.start() + 1)
    finding = Finding(code="double_encoded", severity="warning", message=message, spans=(place,))
    evidence = (*decoded.evidence, f"encoded twice: {codec} read as windows-1252, undone")
    return Decoded(best, decoded.encoding, evidence, (*decoded.findings, finding))


def _may_be_double(data: bytes) -> bool:
    """A cheap test on two samples: Latin letters in UTF-8 begin with C2 or C3, ideographs never do."""
    middle = len(data) // 2
    for sample in (data[: HEAD_SIZE // 2], data[middle : middle + HEAD_SIZE // 2]):
        if (sample.count(b"\xc2") + sample.count(b"\xc3")) * 16 > len(sample):
            return True
    return False


def _keep_printed(error: UnicodeError) -> tuple[str, int]:
    """Give bytes that mean nothing back as the characters they came from: “ and ” may be printed beside the damage."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_CP1252[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_KEEP_PRINTED, _keep_printed)


def _repair(text: str, codec: str) -> str:
    """Read runs of Latin characters as the bytes that they were, and those by ``codec``."""

    def undo(match: re.Match[str]) -> str:
        return match[0].translate(_CP1252_TO_BYTE).encode("latin-1").decode(codec, _KEEP_PRINTED)

    return _LATIN_RUN_RE.sub(undo, text)


def _worth(text: str) -> int:
    sample = text[: SAMPLE_SIZE * 4]
    return len(_common_class().findall(sample)) - REPLACEMENT_WEIGHT * sample.count("\ufffd")
