"""Bytes to text by evidence, which is told with the result.

A declared encoding is a hint, not proof: pages say gb2312 and are UTF-8, and the bytes of Big5 decode as GB18030
without an error. What decides is what can be decoded, and whether common characters come out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from ..errors import InputError
from ..kinds import Finding
from ..resources import read_json
from ..spans import Span
from .mojibake import common_class, tell_lost, undo_mistake

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

# Behind its letters the code page of DOS has frames and blocks, which no name has; Chinese ones have little else.
LAST_LETTER_OF_DOS = 0xAF

# Control bytes that no text tool writes. Cell marks, page breaks, escapes and hyphens of word processors are left out.
_CONTROL_BYTES = bytes([*range(0x07), 0x08, *range(0x0E, 0x1B), 0x1C, 0x1D, 0x7F])

_HIGH_BYTE_RE = re.compile(rb"[\x80-\xff]")
_META_RE = re.compile(rb"<meta\b[^<>]{0,400}?\bcharset\s*+=\s*+[\"']?\s*+([\w.:-]++)")
_XML_RE = re.compile(rb"<\?xml\b[^<>]{0,200}?\bencoding\s*+=\s*+[\"']([\w.:-]++)")

# More bytes of GBK than this are hardly ever valid UTF-8: one character in seven is.
MAX_CHANCE_BYTES = 16

# Fewer sequences of UTF-8 than this may be chance.
MIN_MIXED = 4
# Two ideographs, not one pattern twice: a search is ten times faster if its pattern begins with one byte.
_MULTIBYTE_RE = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}[\xe4-\xe9][\x80-\xbf]{2}")
_PART_RE = re.compile(rb"(?<=[\n<>])")
_REPLACED = "\ufffd"
_NON_ASCII_RE = re.compile(r"[^\x00-\x7f]")
_SURROGATE_RE = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple):
    """A decoded text.

    Attributes:
        text: The text, without a byte order mark.
        encoding: The codec that made it.
        evidence: Why that codec, in words.
        findings: What was odd: bytes that mean nothing, a wrong declaration, a text encoded twice.
        data: The text in UTF-8, where the file is that.
    """

    text: str
    encoding: str
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    data: bytes | None = None


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
    return _undone(_decode(data, declared))


def _undone(decoded: Decoded) -> Decoded:
    """Undo a second encoding, where one shows, and tell of what an earlier one lost."""
    if not decoded.encoding.startswith("utf"):
        return decoded._replace(findings=(*decoded.findings, *tell_lost(decoded.text)))
    text, evidence, findings = undo_mistake(decoded.text)
    return Decoded(
        text,
        decoded.encoding,
        (*decoded.evidence, *evidence),
        (*decoded.findings, *findings, *tell_lost(text)),
        decoded.data if text == decoded.text else None,
    )


def _decode(data: bytes, declared: str | None) -> Decoded:
    marked = _decode_marked(data)
    if marked:
        return marked
    if b"\0" in data[:HEAD_SIZE]:
        codec = _unmarked_wide(data)
        if codec:
            return _decode_as(data, codec, ("zero bytes, and text comes out",))
        _refuse_control_bytes(data, MAX_ZERO_SHARE)
    name, where = _declared_name(data, declared)
    if name and _family(name) == "hz" and b"~{" in data:
        return _decode_as(data, "hz", (f"{where} {name}",))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_control_bytes(data, MAX_CONTROL_SHARE)
        return _decode_mixed(data) or _choose(data, name, where)
    if not text.isascii() and _is_short_gbk(data, text):
        return _decode_as(data, "gb18030", ("valid UTF-8 by chance only: no ideograph comes out",))
    return Decoded(text, "utf-8", ("valid UTF-8",), _tell_wrong_name(name, where, "utf-8", text), data)


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


def decode_names(names: Iterable[bytes]) -> str:
    """The codec of the names in an archive that does not tell it, by all names together.

    Names that are no UTF-8 are Chinese, or else have no byte beyond the letters of the code page of DOS.

    Example:
        >>> decode_names([b"a.html", "年报.html".encode("gbk")]), decode_names(["résumé.txt".encode("cp437")])
        ('gb18030', 'cp437')
    """
    sample = b"\n".join(name for name in names if not name.isascii())
    text = _try_decode(sample, "utf-8")
    if text is not None:
        return "gb18030" if not text.isascii() and _is_short_gbk(sample, text) else "utf-8"
    best = max(("gb18030", "big5hkscs"), key=lambda codec: (_score(sample, codec), codec == "gb18030"))
    has_frames = any(byte > LAST_LETTER_OF_DOS for byte in sample)
    return best if has_frames and _try_decode(sample, best) is not None else "cp437"


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


def _refuse_control_bytes(data: bytes, share: float) -> None:
    head = data[:HEAD_SIZE]
    count = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if count >= MIN_CONTROL_BYTES and count > share * len(head):
        why = f"{count} of its first {len(head)} bytes are control bytes"
        raise InputError(f"this is binary data, not text: {why}; give a file that holds text", code="binary_input")


def _decode_marked(data: bytes) -> Decoded | None:
    for mark, codec in _byte_order_marks():
        if data.startswith(mark):
            decoded = _decode_as(data[len(mark) :], codec, ("byte order mark",))
            if codec == "utf-8" and decoded.findings:
                return _contradicted(data[len(mark) :], decoded)
            name, where = _declared_name(decoded.text[:HEAD_SIZE].encode("ascii", "ignore"), None)
            return decoded._replace(findings=(*decoded.findings, *_tell_wrong_name(name, where, codec, decoded.text)))
    return None


def _contradicted(data: bytes, decoded: Decoded) -> Decoded:
    """A mark of UTF-8 before bytes that are none, as where a program put two files together."""
    other = _decode_mixed(data) or _choose(data, "", "")
    if other.encoding == "utf-8" or other.text.count("\ufffd") >= decoded.text.count("\ufffd"):
        return decoded
    message = f"the byte order mark says utf-8, but the bytes are {other.encoding}; read as {other.encoding}"
    finding = Finding(code="wrong_charset", severity="note", message=message)
    return other._replace(findings=(finding, *other.findings))


def _decode_mixed(data: bytes) -> Decoded | None:
    """Bytes of which some parts are UTF-8 and others not, as where a page includes the file of another program.

    A part reaches from one line break or bracket of a tag to the next, which no encoding of Chinese uses inside of a
    character. Each is read by the encoding that gives more common characters; None where one encoding serves for all.
    """
    if len(_MULTIBYTE_RE.findall(data[: 16 * SAMPLE_SIZE])) < MIN_MIXED:
        return None
    parts = _PART_RE.split(data)
    codecs = [_codec_of_part(part) for part in parts]
    sizes = Counter[str]()
    for part, codec in zip(parts, codecs, strict=True):
        sizes[codec] += len(part)
    others = {codec: size for codec, size in sizes.items() if codec not in ("", "utf-8")}
    if not others or "utf-8" not in sizes:
        return None
    other = max(others, key=lambda codec: others[codec])
    codecs = ["utf-8" if codec in ("", "utf-8") else other for codec in codecs]
    pieces = [part.decode(codec, "replace") for part, codec in zip(parts, codecs, strict=True)]
    text = "".join(pieces)
    start = sum(map(len, pieces[: codecs.index(other)]))
    spans = (Span(start, start + len(pieces[codecs.index(other)])),)
    count = codecs.count(other)
    message = f"{count} of {len(parts)} parts of the text are {other} and the others utf-8, the first at {start}; "
    message += f"each was read as what it is, {text.count(_REPLACED)} characters mean nothing in either"
    finding = Finding(code="mixed_encodings", severity="warning", message=message, spans=spans)
    return Decoded(text, "utf-8", (f"parts are utf-8 and {other}",), (finding,))


def _codec_of_part(part: bytes) -> str:
    """The encoding of a part of mixed bytes; empty for ASCII. Damaged UTF-8 is still UTF-8."""
    if part.isascii():
        return ""
    scores = {"utf-8": _score(part, "utf-8")}
    if scores["utf-8"] > 0 and _try_decode(part, "utf-8") is not None:
        return "utf-8"
    for codec in _known()["candidates"]:
        if codec not in scores and (text := _try_decode(part, codec)) is not None:
            # Damaged UTF-8 read as anything else is made of rare characters.
            common = len(common_class().findall(text))
            scores[codec] = 2 * common - len(_higher_class().findall(text))
    return max(scores, key=lambda codec: scores[codec])


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


# Built when first needed: so large a class takes long to build.
@cache
def _higher_class() -> re.Pattern[str]:
    """Characters that take three bytes or more in UTF-8."""
    return re.compile(r"[\u0800-\U0010ffff]")


@cache
def _strange_class() -> re.Pattern[str]:
    """Characters that no report prints in number; UTF-16 read in the wrong order is made of them."""
    return re.compile(r"[\x01-\x06\u0100-\u036f\u0400-\u1fff\u2e00-\u2e7f\ua000-\uf8ff\ufb00-\ufdff\ufffe-\U0001ffff]")


def _score(sample: bytes, codec: str) -> int:
    text = sample.decode(codec, "replace")
    bad = REPLACEMENT_WEIGHT * text.count("\ufffd") + len(_strange_class().findall(text))
    return len(common_class().findall(text)) - bad


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
    if len(data) > HEAD_SIZE or _higher_class().search(text) or len(_HIGH_BYTE_RE.findall(data)) > MAX_CHANCE_BYTES:
        return False
    other = _try_decode(data, "gb18030") or ""
    return len(common_class().findall(other)) * 4 >= len(_NON_ASCII_RE.findall(other)) * 3 > 0
