"""Looks at the streams of a PDF file before anything unpacks them: bombs are found here, within bounds.

PDFium is safe against malformed files, but it unpacks a stream whole, and draws a form each time that it is asked to.
So what a file unpacks to is measured first, one stream after another, and so is what its pages draw.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ...errors import InputError
from ...limits import Limits, exceeded
from .unpack import TooLargeError, is_larger, unpack

# A stream may unpack to this much whatever its packed size: white pages pack a thousandfold.
SMALL = 1_000_000
# What a page may draw by, in bytes of its drawing program and of the forms in it; a page of a report has 100 KB.
MAX_DRAWN = 2_500_000
# A larger stream is a font or a picture; its content is not looked at.
MAX_CONTENT = 3 * MAX_DRAWN
# What drawing a form costs beside its bytes.
_FORM_COST = 500
# What a kept graphics state costs, and from how many on they are counted.
_STATE_COST = 150
_MANY_STATES = 10_000
# What a mark costs that is never closed, or that lies deeper than those of a report: PDFium copies all open ones for
# each that is opened, so that a hundred thousand of them, half a megabyte, take ten gigabytes.
_MARK_COST = 2_500
_USUAL_MARKS = 100
# PDFium goes no deeper into forms.
_MAX_DEPTH = 40
_STREAM_RE = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_OBJECT_RE = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
_ESCAPE_RE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAMED_RE = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+(\d{1,10})\s+\d{1,5}\s+R\b")
_REF_RE = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+R\b")
_ARRAY_RE = re.compile(rb"\[\s*((?:\d{1,10}\s+\d{1,5}\s+R\s*)+)\]")
_DRAW_RE = re.compile(rb"/([^\s/<>\[\](){}%]+)\s*Do\b")
_ANY_DRAW_RE = re.compile(rb"\bDo\b")
_STATE_RE = re.compile(rb"(?<![^\s])[qQ](?![^\s])")
_MARK_RE = re.compile(rb"\b(?:BMC|BDC|EMC)\b")
_IMAGE_RE = re.compile(rb"/Subtype\s*/Image\b")
_FORM_RE = re.compile(rb"/Subtype\s*(?:/Form\b|\d)")
_OBJECTS_RE = re.compile(rb"/Type\s*/ObjStm\b")
# Parts of a dictionary that lead to the names of forms.
_TO_FORMS = (b"Resources", b"XObject")
Names = dict[bytes, set[int]]


@dataclass(slots=True)
class _Stream:
    """A stream as measured: what it unpacks to, and how often it draws each name."""

    size: int
    draws: Counter[bytes]
    is_form: bool


@dataclass(slots=True)
class _Found:
    """All that was found in a file: its streams by the number of their object, and the names that objects give."""

    streams: dict[int, _Stream] = field(default_factory=dict)
    names: dict[int, Names] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    contents: set[int] = field(default_factory=set)
    arrays: list[tuple[int, ...]] = field(default_factory=list)


def check_streams(data: bytes, limits: Limits) -> None:
    """Refuse a file whose streams unpack to more than ``limits`` allows, or whose pages draw more than a page can.

    Raises:
        InputError: It names the limit, or what is too much.
    """
    found = _Found()
    unpacked_objects = 0
    position = 0
    for match in _STREAM_RE.finditer(data):
        if match.start() < position:
            continue  # within the stream before
        outside = data[position : match.start()]
        end = data.find(b"endstream", match.end())
        end = len(data) if end < 0 else end
        position = end
        objects = _note_stream(found, outside, data[match.end() : end], limits)
        unpacked_objects += len(objects)
        if unpacked_objects > max(10 * SMALL, limits.max_ratio * len(data) // 8):
            raise exceeded(limits, "max_ratio", "the objects of the PDF file unpack to far more than its size")
        _note_objects(found, _plain(outside))
        _note_objects(found, _plain(objects), is_packed=True)
    _note_objects(found, _plain(data[position:]))
    _check_drawn(found)


def _plain(text: bytes) -> bytes:
    """Objects with the escapes in their names undone."""
    return _ESCAPE_RE.sub(lambda match: bytes((int(match[1], 16),)), text) if b"#" in text else text


def _note_stream(found: _Found, outside: bytes, packed: bytes, limits: Limits) -> bytes:
    """Measure a stream, whose dictionary ends what stands before it; gives the objects that it holds, if any."""
    last = max(_OBJECT_RE.finditer(outside), key=re.Match.start, default=None)
    header = _plain(outside[last.end() if last else 0 :])
    number = int(last[1]) if last else -1
    is_form, is_image = bool(_FORM_RE.search(header)), bool(_IMAGE_RE.search(header))
    most = min(max(SMALL, limits.max_ratio * len(packed)), limits.max_bytes)
    try:
        content = unpack(packed, header, min(most, SMALL if is_image else MAX_CONTENT))
    except TooLargeError as error:
        # A picture is unpacked by nobody, and a font may be large; neither may be what a page draws by.
        if not is_image and (most <= MAX_CONTENT or is_larger(packed, most)):
            told = f"a stream of the PDF file unpacks to more than {most:,} bytes from {len(packed):,}"
            raise exceeded(limits, "max_ratio", told) from error
        found.streams[number] = _Stream(MAX_CONTENT, Counter(), is_form)
        return b""
    draws: Counter[bytes] = Counter()
    if not is_image or is_form:
        draws.update(_plain(name) for name in _DRAW_RE.findall(content))
        draws[b""] += len(_ANY_DRAW_RE.findall(content)) - draws.total()
    size = len(content) + _STATE_COST * _depth_of_states(content) + _MARK_COST * _kept_marks(content)
    found.streams[number] = _Stream(size, draws, is_form)
    return content if _OBJECTS_RE.search(header) else b""


def _depth_of_states(content: bytes) -> int:
    """How many graphics states a drawing program keeps at once, where these are very many."""
    if content.count(b"q") < _MANY_STATES:
        return 0
    steps = (1 if state == b"q" else -1 for state in _STATE_RE.findall(content))
    return max(accumulate(steps), default=0)


def _kept_marks(content: bytes) -> int:
    """How many marks a drawing program leaves open, and how many it opens beyond the usual depth."""
    depths = list(accumulate(-1 if mark == b"EMC" else 1 for mark in _MARK_RE.findall(content)))
    return max(depths[-1], 0) + max(max(depths) - _USUAL_MARKS, 0) if depths else 0


def _note_objects(found: _Found, text: bytes, *, is_packed: bool = False) -> None:
    """Note what objects call other objects, and which of these are the contents of pages."""
    starts = [] if is_packed else [(match.start(), int(match[1])) for match in _OBJECT_RE.finditer(text)]
    ends = [*(start for start, _ in starts[1:]), len(text)]
    for (start, number), end in zip(starts, ends, strict=False):
        for name, ref in _NAMED_RE.findall(text, start, end):
            found.names[number][name].add(int(ref))
    for name, ref in _NAMED_RE.findall(text):
        found.names[-1][name].add(int(ref))
        if name == b"Contents":
            found.contents.add(int(ref))
    found.arrays += [tuple(map(int, _REF_RE.findall(refs))) for refs in _ARRAY_RE.findall(text)]


def _check_drawn(found: _Found) -> None:
    forms = {number for number, stream in found.streams.items() if stream.is_form}
    costs = {number: float(found.streams[number].size) for number in forms}
    callees = {number: _callees(found, number, forms) for number in forms}
    for _ in range(_MAX_DEPTH if forms else 0):
        after = {number: _cost(found.streams[number], callees[number], costs) for number in forms}
        if after == costs or max(after.values()) > 2 * MAX_DRAWN:
            costs = after
            break
        costs = after
    anywhere = _form_names(found.names[-1], forms)
    drawn = {
        number: costs[number] if number in forms else _cost(stream, anywhere, costs)
        for number, stream in found.streams.items()
        if number in found.contents or not stream.is_form
    }
    pages = [drawn.get(number, 0.0) for number in found.contents]
    pages += [sum(drawn.get(number, 0.0) for number in array) for array in found.arrays]
    if max(pages, default=0.0) > MAX_DRAWN or max(costs.values(), default=0.0) > 2 * MAX_DRAWN:
        do = "print it to a new PDF file, or give the page that has the tables"
        message = (
            f"a page of the PDF file draws more than {MAX_DRAWN:,} bytes of commands, far more than a report's; {do}"
        )
        raise InputError(message, code="pdf_overloaded")


def _form_names(names: Names, forms: set[int]) -> dict[bytes, tuple[int, ...]]:
    return {name: tuple(refs & forms) for name, refs in names.items() if refs & forms}


def _callees(found: _Found, number: int, forms: set[int]) -> dict[bytes, tuple[int, ...]]:
    """Which forms each name may mean within a form: by its own resources, else by any in the file."""
    own: Names = defaultdict(set)
    holders = [number]
    for _ in _TO_FORMS:
        for holder in holders:
            for name, refs in found.names.get(holder, {}).items():
                own[name] |= refs
        holders = [ref for name in _TO_FORMS for ref in own.get(name, ())]
    for holder in holders:
        for name, refs in found.names.get(holder, {}).items():
            own[name] |= refs
    return {**_form_names(found.names[-1], forms), **_form_names(own, forms)}


def _cost(stream: _Stream, callees: dict[bytes, tuple[int, ...]], costs: dict[int, float]) -> float:
    """What drawing a stream costs; a name that could not be read may mean the dearest form."""
    total = float(stream.size)
    for name, count in stream.draws.items():
        if not count:
            continue
        refs: Sequence[int] = callees.get(name, ()) if name else tuple(costs)
        total += count * (_FORM_COST + max((costs[ref] for ref in refs), default=0.0))
    return total
