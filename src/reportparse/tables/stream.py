"""Rows out of running text: labels put together from their pieces, and the values that follow or stand beside them.

A label may be cut over lines, its values may stand beside one of its pieces, pieces of a group label may stand to its
left, and nothing may part it from its value. All of that is one walk over the tokens against the beginnings of the
known labels.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..text.labels import NO_LABEL, LabelIndex, Refs
from ..text.values import is_mark
from ..text.words import Word, Words
from .rows import UNITS, Piece, SeenRow, Sighting, Token

# A label is put together from at most this many pieces; the longest official label has 39 characters.
MAX_LABEL_PIECES = 24
# In the narrowest columns of a table it takes three characters a line.
MAX_LABEL_LINES = 13
# A beginning of a label that is shorter is not put together with an end below its values.
MIN_TORN_LABEL = 4
# A longer token is prose, not a label run together with its value.
MAX_GLUED = 120
_ORDINAL_ENDS = frozenset("、.．,，")
_NUMBER_JOINTS = frozenset((",", ".", "，"))
_UNIT_HALVES = frozenset(("万", "人"))
_GLUED_RE = re.compile(
    r"(?P<label>.*?[^\d.,，．-])(?P<unit>万元|人次|[条件次篇个人])?"
    r"(?P<value>\d[\d,，.．]*(?:万元|人次|[条件次篇个人元])?|[-—―－]+)?",
    re.DOTALL,
)
_UNIT_AND_VALUE_RE = re.compile(r"(?P<label>)(?P<unit>万元|人次|[条件次篇个人元])(?P<value>\d[\d,，.．]*)")
_GLUED_ENDS = frozenset("0123456789—―－-条件次篇个人元")


class StreamReader:
    """Reads rows out of a stream of tokens, left to right, once.

    Args:
        tokens: The stream.
        words: The texts of the document.
    """

    def __init__(self, tokens: Sequence[Token], words: Words) -> None:
        texts = _texts(tokens)
        glued = _glued(tokens, texts, words)
        if glued:
            tokens = [part for place, token in enumerate(tokens) for part in glued.get(place, (token,))]
            texts = _texts(tokens)
        self._tokens = tokens
        self._index = words.index
        self._torn_ordinals = _torn_ordinals(tokens)
        # Where runs of values end: at all else, and at values that may begin a label.
        self._stops = sorted([*texts, *self._torn_ordinals, len(tokens)])
        self.rows: list[SeenRow] = []
        self.sightings: list[Sighting] = []
        self.strays: dict[str, int] = {}  # longest run of values that no known row took, by the table before them
        self._run = 0
        self._labelled: SeenRow | None = None  # the last row with a label
        self._strays_ahead = 0  # values right before the next row that no row took
        self._in_heads = False
        self._heads: dict[int, Refs] = {}  # the last unbroken run of column heads, by their number
        self._table = ""  # the table that the last unambiguous label belongs to

    def read(self) -> None:
        """Read the whole stream into ``rows`` and ``sightings``."""
        tokens, place = self._tokens, 0
        loose: list[int] = []  # text tokens since the last label or value
        open_row: SeenRow | None = None
        while place < len(tokens):
            token = tokens[place]
            is_value = token.word.is_value
            label = None if is_value and place not in self._torn_ordinals else self._match(place)
            if label is not None:
                end, refs, inner, is_torn = label
                open_row = self._open(place, end, refs, inner, is_torn)
                loose = []
                place = end
            elif is_value:
                if open_row is None:
                    open_row = self._open_unlabelled(place, loose)
                    loose = []
                end = place + 1 if open_row is None else self._end_of_values(place)
                if open_row is not None:
                    open_row.pieces += tokens[place:end]
                self._count_strays(open_row, end - place)
                place = end
            elif open_row is not None and open_row.pieces and self._joins_numbers(place):
                _extend(open_row, tokens[place : place + 2])
                place += 2
            elif open_row is not None and open_row.pieces and self._ends_number(place):
                _extend(open_row, [token])
                place += 1
            elif open_row is not None and self._is_unit(place, open_row):
                open_row.unit = token.text.strip("（）()") if token.text in UNITS else None
                place += 1
            else:
                self._close(token)
                open_row = None
                loose.append(place)
                if token.text not in UNITS:
                    self._run = 0
                place += 1
        self._note_borrowed()

    def _note_borrowed(self) -> None:
        """A group has no values: a line of them beside or under its label may be of a row that seems to have none."""
        rows, leaves = self.rows, self._index.leaves
        for place, group in enumerate(rows):
            if len(group.pieces) < 2 or not group.addresses or not leaves.isdisjoint(group.addresses):
                continue
            lines = {piece.line for piece in group.pieces}
            if len(lines) == 1 and group.lines[0] <= min(lines) <= group.lines[1] + 1:
                for other in (*rows[max(0, place - 1) : place], *rows[place + 1 : place + 2]):
                    other.has_stray = other.has_stray or not other.pieces

    def _end_of_values(self, place: int) -> int:
        """The end of a run of values, of which only the first may begin a label."""
        return self._stops[bisect_right(self._stops, place)]

    def _count_strays(self, row: SeenRow | None, count: int) -> None:
        if row is not None and row is self._labelled:
            self._run = 0
            return
        if self._labelled is not None:
            self._labelled.has_stray = True
        self._strays_ahead += count
        self._run += count
        self.strays[self._table] = max(self._run, self.strays.get(self._table, 0))

    def _is_unit(self, place: int, row: SeenRow) -> bool:
        """Whether the token is the unit of a row, or the first half of one that a narrow column broke."""
        token = self._tokens[place]
        if row.pieces and not row.is_torn:
            return False
        if token.text in UNITS:
            return row.unit is None
        return token.text in _UNIT_HALVES and place + 1 < len(self._tokens) and self._tokens[place + 1].word.is_value

    def _joins_numbers(self, place: int) -> bool:
        """Whether the token is a lone comma or point between two digits: a number cut in three, never a cell."""
        tokens = self._tokens
        return (
            tokens[place].text in _NUMBER_JOINTS
            and place + 1 < len(tokens)
            and tokens[place + 1].text.isdecimal()
            and tokens[place - 1].text[-1].isdecimal()
        )

    def _ends_number(self, place: int) -> bool:
        """Whether the token ends the number before it: a comma or point with digits, as in ``168`` and ``.67``."""
        text = self._tokens[place].text
        return text[0] in _NUMBER_JOINTS and text[1:].isdecimal() and self._tokens[place - 1].text[-1].isdecimal()

    def _open(self, start: int, end: int, refs: Refs, inner: list[int], is_torn: bool) -> SeenRow | None:
        tokens = self._tokens
        first, last = tokens[start], tokens[end - 1]
        self._close(first)
        # A label of one token is seen as that token.
        self.sightings.append(first if first is last else Token(first.start, last.end, Word("", refs=refs)))
        if refs.table:
            self._table = refs.table
        addresses = refs.addresses
        if not addresses:
            is_column = bool(refs.column_tables)
            if is_column:
                if not self._in_heads:
                    self._heads = {}  # rows keep the run before
                self._heads[len(self._heads)] = refs
            self._in_heads = is_column
            self._labelled = None  # values after a head are not those of the row above it
            return None
        self._in_heads = False
        before = self.rows[-1] if self.rows else None
        if before is not None and before.addresses == addresses and not before.pieces:
            self.rows.pop()  # a merged cell that is printed once for each place it covers
        values: list[Piece] = [tokens[place] for place in inner] if inner else []
        row = SeenRow(first.start, last.end, addresses, values, -1, self._heads)
        row.is_torn = is_torn
        row.lines = (first.line, last.line)
        row.strays_ahead, self._strays_ahead = self._strays_ahead, 0
        row.has_stray = row.strays_ahead > 0
        self._labelled = row
        self.rows.append(row)
        return row

    def _open_unlabelled(self, place: int, loose: list[int]) -> SeenRow | None:
        """Values without a known label: those of a table in one row, or of an unknown row after a short text."""
        token = self._tokens[place]
        if not self._table:
            return None
        unit = None
        last_line = self._tokens[loose[-1]].line if loose else -1
        while loose and self._tokens[loose[-1]].text in UNITS:
            unit = self._tokens[loose.pop()].text.strip("（）()")
        if loose:
            label = _last_line(self._tokens, loose)
            first, last = self._tokens[label[0]], self._tokens[label[-1]]
            near = token.line - last_line <= 1 + max(token.gap, 0) and last.end - first.start <= 60
            if self._table in self._index.one_row:
                row = SeenRow(token.start, token.start, ((self._table, ""),), lines=(token.line, token.line))
            elif near:
                key = "".join(self._tokens[piece].word.key for piece in label)
                row = SeenRow(first.start, last.end, (), unit=unit, lines=(first.line, last.line), key=key)
            else:
                return None
        else:
            row = SeenRow(token.start, token.start, ((self._table, ""),), lines=(token.line, token.line))
        self.rows.append(row)
        return row

    def _close(self, following: Token) -> None:
        if self.rows and self.rows[-1].gap_after < 0:
            self.rows[-1].gap_after = max(following.gap, 0)

    def _match(self, place: int) -> tuple[int, Refs, list[int], bool] | None:
        """The longest label that begins at a token: (end, what it names, values inside it, whether it is torn)."""
        tokens, index = self._tokens, self._index
        token = tokens[place]
        _, key, is_value, refs = token.word
        if not key:
            return None
        if not is_value and key not in index.prefixes:
            return (place + 1, refs, [], False) if refs else None  # nothing that follows could be a part of it
        walked, cursor = "", place
        best: tuple[int, Refs, list[int], bool] | None = None
        limit = min(len(tokens), place + MAX_LABEL_PIECES)
        while cursor < limit:
            piece = tokens[cursor]
            if piece.word.is_value and not piece.word.key:
                break  # a mark such as -- is a value, never a part of a label
            grown = walked + piece.word.key
            refs = index.find(grown) if not piece.word.is_value or grown in index.refs else NO_LABEL
            if refs:
                best = (cursor + 1, refs, [], False)
            if grown in index.prefixes:
                walked = grown
            elif refs or cursor == place or not self._is_left_of(piece, token):
                break
            cursor += 1
        if best is not None and best[0] >= cursor:
            return best
        torn = self._match_torn(place, cursor, walked)
        if torn is not None and (best is None or torn[0] > best[0] + len(torn[2])):
            return torn
        return best

    def _match_torn(self, place: int, cursor: int, walked: str) -> tuple[int, Refs, list[int], bool] | None:
        """A label with its values beside one of its pieces: ``一、本年新收 2 0 0 0 0 0 2 / 政府信息公开申请数量``."""
        tokens, index = self._tokens, self._index
        if cursor == place or cursor >= len(tokens):
            return None
        line = tokens[cursor].line
        is_beside = line == tokens[cursor - 1].line
        if not is_beside and len(walked) < MIN_TORN_LABEL:
            return None
        if tokens[cursor].text in UNITS or tokens[cursor].text in _UNIT_HALVES:
            cursor += 1  # the unit stands between label and value
        if cursor >= len(tokens) or not tokens[cursor].word.is_value:
            return None
        inner: list[int] = []
        while cursor < len(tokens) and tokens[cursor].word.is_value and (not is_beside or tokens[cursor].line == line):
            inner.append(cursor)
            cursor += 1
        best: tuple[int, Refs, list[int], bool] | None = None
        limit = min(len(tokens), cursor + MAX_LABEL_PIECES)
        while cursor < limit:
            piece = tokens[cursor]
            grown = walked + piece.word.key
            refs = index.find(grown)
            if refs:
                best = (cursor + 1, refs, inner, True)
            if grown in index.prefixes:
                walked = grown
            elif refs or not self._is_left_of(piece, tokens[place]):
                break
            cursor += 1
        return best

    @staticmethod
    def _is_left_of(piece: Token, label: Token) -> bool:
        """Whether a piece stands wholly to the left of a label, as the pieces of its group label do."""
        if piece.word.is_value or not 0 < piece.line - label.line <= MAX_LABEL_LINES:
            return False
        return piece.offset + len(piece.text) <= label.offset


def _texts(tokens: Sequence[Token]) -> list[int]:
    """The places of the tokens that are no values."""
    return [place for place, token in enumerate(tokens) if not token.word.is_value]


def _torn_ordinals(tokens: Sequence[Token]) -> set[int]:
    """The places of numbers that are the ordinals of labels, whose point or comma the next token begins with."""
    ends = [place for place, token in enumerate(tokens) if token.word.text[0] in _ORDINAL_ENDS]
    return {place - 1 for place in ends if place and len(tokens[place - 1].text) <= 2}


def _glued(tokens: Sequence[Token], texts: Sequence[int], words: Words) -> dict[int, tuple[Token, ...]]:
    """Tokens that a tool printed with nothing between label, unit and value, by their places, cut apart there."""
    apart: dict[int, tuple[Token, ...]] = {}
    for place in texts:
        token = tokens[place]
        text = token.word.text
        if text[-1] in _GLUED_ENDS and 1 < len(text) < MAX_GLUED:
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            match = _UNIT_AND_VALUE_RE.fullmatch(text) or _match_glued(token, following, words)
            if match is not None:
                apart[place] = tuple(_parts(token, match, words))
    return apart


def _parts(token: Token, match: re.Match[str], words: Words) -> Iterator[Token]:
    gap = token.gap
    for group in ("label", "unit", "value"):
        first, last = match.span(group)
        if first < last:
            yield _part(token, first, last, gap, words, is_value=group == "value")
            gap = -1


def _match_glued(token: Token, following: Token | None, words: Words) -> re.Match[str] | None:
    """Label, unit and value of a token that is none of them alone; none in a sentence that goes on."""
    match = _GLUED_RE.fullmatch(token.text)
    if match is None or not words[match["label"]].refs.addresses:
        return None
    if token.word.refs and not (match["value"] and is_mark(match["value"])):
        return None
    if following is not None and following.line == token.line and _is_prose(following, words.index):
        return None
    return match


def _part(token: Token, first: int, last: int, gap: int, words: Words, *, is_value: bool) -> Token:
    word = words[token.text[first:last]]._replace(is_value=is_value)
    return Token(token.start + first, token.start + last, word, token.line, token.offset + first, gap)


def _is_prose(token: Token, index: LabelIndex) -> bool:
    """Whether a piece of text is neither a value nor the beginning of a label, alone or run together with others."""
    if token.word.is_value or token.word.refs:
        return False
    return not any(index.find(token.word.key[:length]) for length in range(2, min(len(token.word.key), index.longest)))


def _extend(row: SeenRow, tokens: Sequence[Token]) -> None:
    """Let the last value go on over the tokens that end its number; the white space stays, so that this is told."""
    last = row.pieces[-1]
    text = " ".join((last.text, *(token.text for token in tokens)))
    row.pieces[-1] = replace(last, end=tokens[-1].end, word=Word(text))


def _last_line(tokens: Sequence[Token], places: list[int]) -> list[int]:
    line = tokens[places[-1]].line
    first = len(places) - 1
    while first > 0 and tokens[places[first - 1]].line == line:
        first -= 1
    return places[first:]
