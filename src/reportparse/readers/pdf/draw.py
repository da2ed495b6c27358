"""What a page draws, read from PDFium object by object: rules, grounds, pictures and characters."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from .geometry import IDENTITY, MAX_SIDE, Matrix, box_of, is_rectangle, is_sane, moved, times, turn_of
from .page import UNKNOWN, Box, Glyph, Page, Shape, within

# A page with more glyphs, or more points on its paths, is no page of a report.
MAX_MARKS = 200_000
# Forms inside one another; drawing programs use two or three.
MAX_FORMS = 12
_PALE = 245  # each of red, green and blue of what is not seen on paper
_INVISIBLE = (3, 7)  # render modes that draw nothing
_THIN = 4.0
# A box this many times larger than the font is none that a glyph takes in its line.
MAX_GLYPH = 2.5
# A glyph that stands this share of its width beside an equal one is drawn to look bold.
TWIN = 0.25
_TILE = 8.0


class _CrowdedError(Exception):
    """There is more on a page than is read."""


class _TextStyle(NamedTuple):
    """What the glyphs of one text object have in common."""

    is_invisible: bool
    is_pale: bool
    clip: Box | None


class _Mark(NamedTuple):
    """A character before it is known whether most of the page's text is invisible."""

    text: str
    box: Box
    size: float
    is_spaced: bool
    is_aside: bool
    is_invisible: bool


class PageReader:
    """One pass over the objects and characters of a page."""

    def __init__(self, raw: Any, page: Any, text: Any, number: int) -> None:
        self._raw, self._page, self._text, self._number = raw, page, text, number
        self._frame = self._page_frame()
        self._turn = raw.FPDFPage_GetRotation(page) % 4
        self._shapes: list[Shape] = []
        self._grounds: list[Box] = []  # what is filled with a colour or a picture, on which pale text is seen
        self._images: list[Box] = []
        self._styles: dict[int, _TextStyle] = {}
        self._marks = 0
        self._paths = 0
        self._rect = raw.FS_RECTF()
        self._sides = [ctypes.c_double() for _ in range(4)]

    def read(self) -> Page:
        """The page; it is broken if it has no sensible size, and crowded if it draws more than is read."""
        frame = self._frame
        if not is_sane(frame) or max(frame.width, frame.height) > MAX_SIDE or min(frame.width, frame.height) <= 0:
            return Page(self._number, Box(0, 0, 0, 0), trouble="broken")
        turns = self._text_turns()
        if turns:
            self._turn = max(sorted(turns), key=lambda turn: turns[turn])
        box = self._placed(frame)
        images = self._images
        try:
            self._count(max(self._raw.FPDFText_CountChars(self._text), 0))
            self._read_objects()
            glyphs, is_invisible = self._read_glyphs()
        except _CrowdedError:
            return Page(self._number, box, images=tuple(images), marks=self._marks, trouble="crowded")
        return Page(
            self._number, box, tuple(glyphs), tuple(self._shapes), tuple(images), is_invisible, self._paths, self._marks
        )

    def _page_frame(self) -> Box:
        """The visible part of the page in its own coordinates, bottom and top as they are there."""
        rect = self._raw.FS_RECTF()
        if not self._raw.FPDF_GetPageBoundingBox(self._page, rect):
            return Box(0, 0, 0, 0)
        return Box(rect.left, rect.bottom, rect.right, rect.top)

    def _placed(self, box: Box) -> Box:
        """A box in the coordinates of the page, from the top left of the page as it is read."""
        frame = self._frame
        left, right = box.left - frame.left, box.right - frame.left
        up, down = frame.bottom - box.bottom, frame.bottom - box.top
        width, height = frame.width, frame.height
        if self._turn == 0:
            return Box(left, up, right, down)
        if self._turn == 1:
            return Box(height - down, left, height - up, right)
        if self._turn == 2:
            return Box(width - right, height - down, width - left, height - up)
        return Box(up, width - right, down, width - left)

    def _count(self, marks: int) -> None:
        self._marks += marks
        if self._marks > MAX_MARKS:
            raise _CrowdedError

    # Objects: rules, grounds, pictures, and the style of texts.

    def _read_objects(self) -> None:
        raw, page = self._raw, self._page
        count = raw.FPDFPage_CountObjects(page)
        stack = [(raw.FPDFPage_GetObject, page, count, IDENTITY, 0)]
        while stack:
            get, owner, count, matrix, depth = stack.pop()
            self._count(max(count, 0))
            for place in range(max(count, 0)):
                item = get(owner, place)
                kind = raw.FPDFPageObj_GetType(item)
                if kind == raw.FPDF_PAGEOBJ_FORM:
                    if depth < MAX_FORMS:
                        own = times(self._matrix(item), matrix)
                        stack.append(
                            (raw.FPDFFormObj_GetObject, item, raw.FPDFFormObj_CountObjects(item), own, depth + 1)
                        )
                elif kind == raw.FPDF_PAGEOBJ_PATH:
                    self._read_path(item, times(self._matrix(item), matrix))
                elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                    self._read_image(times(self._matrix(item), matrix))
                elif kind == raw.FPDF_PAGEOBJ_TEXT:
                    self._styles[_address(item)] = self._style(item, matrix)
                elif kind == raw.FPDF_PAGEOBJ_SHADING:
                    self._grounds.append(self._placed(self._bounds(item, matrix)))

    def _matrix(self, item: Any) -> Matrix:
        found = self._raw.FS_MATRIX()
        if not self._raw.FPDFPageObj_GetMatrix(item, found):
            return IDENTITY
        return (found.a, found.b, found.c, found.d, found.e, found.f)

    def _bounds(self, item: Any, matrix: Matrix) -> Box:
        sides = [ctypes.c_float() for _ in range(4)]
        self._raw.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        return box_of([moved(matrix, x, y) for x in (left, right) for y in (bottom, top)])

    def _read_image(self, matrix: Matrix) -> None:
        box = self._placed(box_of([moved(matrix, x, y) for x in (0, 1) for y in (0, 1)]))
        if not is_sane(box):
            return
        if min(box.width, box.height) <= _THIN:
            self._shapes.append(Shape(box, is_fill=True))
        else:
            self._images.append(box)
            self._grounds.append(box)

    def _color(self, get: Any, item: Any) -> tuple[int, int, int, int]:
        parts = [ctypes.c_uint() for _ in range(4)]
        if not get(item, *parts):
            return (0, 0, 0, 255)
        red, green, blue, alpha = (part.value for part in parts)
        return red, green, blue, alpha

    def _style(self, item: Any, matrix: Matrix) -> _TextStyle:
        mode = self._raw.FPDFTextObj_GetTextRenderMode(item)
        get = self._raw.FPDFPageObj_GetStrokeColor if mode in (1, 5) else self._raw.FPDFPageObj_GetFillColor
        *color, alpha = self._color(get, item)
        is_pale = min(color) >= _PALE or alpha == 0
        return _TextStyle(mode in _INVISIBLE, is_pale, self._clip(item, matrix))

    def _clip(self, item: Any, matrix: Matrix) -> Box | None:
        """The box that an object is clipped to; None if it is not, or not by a path."""
        raw = self._raw
        clip = raw.FPDFPageObj_GetClipPath(item)
        paths = raw.FPDFClipPath_CountPaths(clip) if clip else 0
        seen: Box | None = None
        for path in range(max(paths, 0)):
            count = raw.FPDFClipPath_CountPathSegments(clip, path)
            self._count(max(count, 0))
            points = [
                self._point(raw.FPDFClipPath_GetPathSegment(clip, path, place), matrix)
                for place in range(max(count, 0))
            ]
            if not points:
                continue
            box = self._placed(box_of(points))
            if seen is not None:
                box = Box(max(box[0], seen[0]), max(box[1], seen[1]), min(box[2], seen[2]), min(box[3], seen[3]))
            seen = box
        return seen

    def _point(self, segment: Any, matrix: Matrix) -> tuple[float, float]:
        x, y = ctypes.c_float(), ctypes.c_float()
        self._raw.FPDFPathSegment_GetPoint(segment, x, y)
        return moved(matrix, x.value, y.value)

    def _read_path(self, item: Any, matrix: Matrix) -> None:
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not fill.value and not stroke.value:
            return
        self._paths += 1
        count = raw.FPDFPath_CountSegments(item)
        self._count(max(count, 0))
        *fill_color, fill_alpha = self._color(raw.FPDFPageObj_GetFillColor, item)
        *stroke_color, stroke_alpha = self._color(raw.FPDFPageObj_GetStrokeColor, item)
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(item, width)
        scale = math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])) if width.value else 0.0
        half = min(abs(width.value) * scale, MAX_SIDE) / 2
        is_stroked = bool(stroke.value) and stroke_alpha > 0 and min(stroke_color) < _PALE
        is_filled = bool(fill.value) and fill_alpha > 0
        for points in self._outlines(item, count, matrix):
            if is_filled:
                self._add_fill(points, is_pale=min(fill_color) >= _PALE)
            if is_stroked:
                self._add_strokes(points, half)

    def _outlines(self, item: Any, count: int, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
        """The parts of a path that consist of straight lines, each as its points; a curve ends a part."""
        raw = self._raw
        points: list[tuple[float, float]] = []
        for place in range(max(count, 0)):
            segment = raw.FPDFPath_GetPathSegment(item, place)
            kind = raw.FPDFPathSegment_GetType(segment)
            point = self._point(segment, matrix)
            if kind != raw.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points
                points = [point]
                continue
            points.append(point)
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if len(points) > 1:
            yield points

    def _add_fill(self, points: list[tuple[float, float]], *, is_pale: bool) -> None:
        box = self._placed(box_of(points))
        if not is_sane(box):
            return
        is_thin = min(box.width, box.height) <= _THIN
        if is_pale and is_thin:
            return
        if is_thin or is_rectangle(points):
            self._shapes.append(Shape(box, is_fill=True))
        if not is_pale and not is_thin:
            self._grounds.append(box)

    def _add_strokes(self, points: list[tuple[float, float]], half: float) -> None:
        for (x1, y1), (x2, y2) in pairwise(points):
            box = self._placed(box_of([(x1, y1), (x2, y2)]))
            if not is_sane(box) or min(box.width, box.height) > 1.0:
                continue  # a slanted line is no rule
            if box.width >= box.height:
                box = Box(box.left, box.top - half, box.right, box.bottom + half)
            else:
                box = Box(box.left - half, box.top, box.right + half, box.bottom)
            self._shapes.append(Shape(box, is_fill=False))

    # Characters.

    def _text_turns(self) -> dict[int, int]:
        """How many characters are written in each of the four directions, by the turn that sets them upright."""
        raw, matrix = self._raw, self._raw.FS_MATRIX()
        turns: dict[int, int] = {}
        for place in range(0, min(raw.FPDFText_CountChars(self._text), MAX_MARKS), 3):
            if raw.FPDFText_GetMatrix(self._text, place, matrix):
                turn = turn_of(matrix.a, matrix.b)
                if turn is not None:
                    turns[turn] = turns.get(turn, 0) + 1
        return turns

    def _read_glyphs(self) -> tuple[list[Glyph], bool]:
        raw, text = self._raw, self._text
        count = max(raw.FPDFText_CountChars(text), 0)
        matrix = raw.FS_MATRIX()
        marks: list[_Mark] = []
        seen = _Seen()
        is_spaced = False
        for place in range(count):
            if raw.FPDFText_IsGenerated(text, place) == 1:
                continue
            character = self._character(place)
            if not character or character.isspace():
                is_spaced = is_spaced or character.isspace()
                continue
            raw.FPDFText_GetMatrix(text, place, matrix)
            size = abs(math.hypot(matrix.c, matrix.d) * raw.FPDFText_GetFontSize(text, place))
            box = self._glyph_box(place, size)
            if box is None or seen.before(character, box):
                continue
            style = self._styles.get(_address(raw.FPDFText_GetTextObject(text, place)))
            is_aside = turn_of(matrix.a, matrix.b) != self._turn or self._is_out_of_sight(box, style)
            is_invisible = style is not None and style.is_invisible
            marks.append(_Mark(character, box, size, is_spaced, is_aside, is_invisible))
            is_spaced = False
        by_ocr = 2 * sum(mark.is_invisible for mark in marks) > len(marks)
        glyphs = [Glyph(*mark[:4], is_aside=mark.is_aside or (mark.is_invisible and not by_ocr)) for mark in marks]
        return glyphs, by_ocr

    def _glyph_box(self, place: int, size: float) -> Box | None:
        """The box that a glyph takes in its line; for some fonts (those of vertical writing) only its ink is known."""
        rect = self._rect
        if not self._raw.FPDFText_GetLooseCharBox(self._text, place, rect) or not math.isfinite(size):
            return None
        box = self._placed(Box(rect.left, rect.bottom, rect.right, rect.top))
        if size and max(box.width, box.height) > MAX_GLYPH * size:
            left, right, bottom, top = self._sides
            self._raw.FPDFText_GetCharBox(self._text, place, left, right, bottom, top)
            box = self._placed(Box(left.value, bottom.value, right.value, top.value))
        return box if is_sane(box) else None

    def _character(self, place: int) -> str:
        raw, text = self._raw, self._text
        code = raw.FPDFText_GetUnicode(text, place)
        if raw.FPDFText_IsHyphen(text, place) == 1:
            return "-"
        if raw.FPDFText_HasUnicodeMapError(text, place) == 1 or code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            return UNKNOWN
        return "" if code < 0x20 else chr(code)

    def _is_out_of_sight(self, box: Box, style: _TextStyle | None) -> bool:
        """Whether a glyph is clipped, or pale on pale ground."""
        middle = box.middle
        if style is None:
            return False
        if style.clip is not None and not style.clip.holds(within(self._placed(self._frame), middle)):
            return True
        return style.is_pale and not any(ground.holds(middle) for ground in self._grounds)


def _address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


class _Seen:
    """Glyphs that were drawn already: one that is drawn again at nearly the same place looks bold and is the same."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int], list[Box]] = {}

    def before(self, character: str, box: Box) -> bool:
        """Whether the glyph was seen; notes it if not."""
        near = TWIN * max(box.width, 1.0)
        x, y = int(box.left // _TILE), int(box.top // _TILE)
        for place in ((character, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            for other in self._places.get(place, ()):
                if abs(other.left - box.left) < near and abs(other.top - box.top) < near:
                    return True
        self._places.setdefault((character, x, y), []).append(box)
        return False
