"""Printed rows against expected labels: which row of which table each row of print is, and which values it holds.

Rows are found by label, never by counting. What a label cannot settle (the same label twice in a form) the order of
the rows does, as one optimisation over the table. Nothing here knows a form or a tool: labels come from the index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .keys import match_key
from .labels import LabelIndex, LabelRef
from .observe import Cell, CellGrid, Token
from .values import is_value_token

# A label is put together from at most this many pieces; the longest official label has 39 characters.
MAX_LABEL_PIECES = 24
# A beginning of a label that is shorter is not put together with an end below its values.
MIN_TORN_LABEL = 4
_ORDINAL_ENDS = frozenset("、.．,，")
_GLUED_RE = re.compile(
    r"(?P<label>.*?[^\d.,，．-])(?P<unit>万元|人次|[条件次篇个人])?(?P<value>\d[\d,，.．]*|[-—―－]+)?", re.DOTALL
)
_GLUED_ENDS = frozenset("0123456789—―－-条件次篇个人元")
MAX_GLUED = 120
_UNIT_HALVES = frozenset(("万", "人"))
_NUMBER_JOINTS = frozenset((",", ".", "，"))
_UNITS = frozenset(("件", "条", "次", "篇", "个", "人", "万元", "元", "人次", "项"))
Address = tuple[str, str]  # table key, row key; the row is "" for a table printed in one row


@dataclass(slots=True)
class Piece:
    """A printed cell or token that may be a value. An empty text is a cell printed blank.

    ``column`` is the column of the grid, -1 in running text; ``offset`` the place in its line; ``gap`` as in Token.
    """

    start: int
    end: int
    text: str
    column: int = -1
    column_span: int = 1
    line: int = -1
    offset: int = -1
    gap: int = -1


@dataclass(slots=True)
class SeenRow:
    """A row of print: its label, what the label may name, and its values in the order of print.

    Attributes:
        start: Place of the label in the normal text, with ``end``.
        addresses: The rows that the label may name; empty for an unknown row.
        pieces: Values; in a grid every cell after the label, blank ones too.
        block: Number of the grid, or -1 for running text.
        heads: For each column of the grid the head printed above it.
        gap_after: In running text the number of empty lines before whatever follows the row.
        is_torn: A label whose pieces and values stand mixed.
        lines: In running text the first and last line of the label.
        has_stray: Values stand right before or after this row that no row took.
        unit: The unit printed between label and values.
        key: The match key of a label that names no row.
    """

    start: int
    end: int
    addresses: tuple[Address, ...]
    pieces: list[Piece] = field(default_factory=list)
    block: int = -1
    heads: dict[int, tuple[LabelRef, ...]] = field(default_factory=dict)
    gap_after: int = -1
    is_torn: bool = False
    lines: tuple[int, int] = (-1, -1)
    has_stray: bool = False
    unit: str | None = None
    key: str = ""


@dataclass(slots=True)
class Sighting:
    """A label seen anywhere; the evidence for a form and for the heads that are printed."""

    key: str
    refs: tuple[LabelRef, ...]
    start: int
    end: int


def row_addresses(refs: Sequence[LabelRef]) -> tuple[Address, ...]:
    """The rows (group rows included) that a label may name."""
    return tuple(dict.fromkeys((ref.table, ref.key) for ref in refs if ref.role in ("row", "group")))


def rows_of_grid(grid: CellGrid, block: int, index: LabelIndex) -> tuple[list[SeenRow], list[Sighting]]:
    """The labelled rows, unknown rows and head cells of a grid."""
    rows: list[SeenRow] = []
    sightings: list[Sighting] = []
    heads: dict[int, tuple[LabelRef, ...]] = {}
    was_head = False
    for cells in _whole_rows(grid, index):
        found = [index.find(cell.key) if cell.key else () for cell in cells]
        sightings.extend(
            Sighting(cell.key, refs, cell.start, cell.end) for cell, refs in zip(cells, found, strict=True) if refs
        )
        place = _label_place(cells, found)
        if place is not None:
            rows.append(_grid_row(cells, place, row_addresses(found[place]), block, heads))
            was_head = False
            continue
        if any(found):
            heads = _merged_heads(heads if was_head else {}, cells, found)
            was_head = True
            continue
        row = _unlabelled_grid_row(cells, block, heads, index)
        if row is not None:
            rows.append(row)
            was_head = False
    return rows, sightings


def _whole_rows(grid: CellGrid, index: LabelIndex) -> Iterator[list[Cell]]:
    """The rows of a grid, a row whose cells go on in a second line put together."""
    whole: list[Cell] | None = None
    for number, cells in enumerate(grid.rows):
        if whole is not None and number in grid.unruled and _goes_on(whole, cells, index):
            _append_line(whole, cells)
            continue
        if whole is not None:
            yield whole
        whole = cells
    if whole is not None:
        yield whole


def _goes_on(cells: Sequence[Cell], more: Sequence[Cell], index: LabelIndex) -> bool:
    """Whether a line is the second one of a row: it begins no label, and no value stands under another."""
    if any(cell.key and not is_value_token(cell.text) and index.find(cell.key) for cell in more):
        return False
    pairs = zip(cells, more, strict=True)
    return not any(is_value_token(upper.text) and lower.text for upper, lower in pairs)


def _append_line(row: list[Cell], more: Sequence[Cell]) -> None:
    """Let the text of each cell go on in the next line; its place stays that of its first piece."""
    for cell, piece in zip(row, more, strict=True):
        if not cell.text:
            cell.start, cell.end, cell.text, cell.key = piece.start, piece.end, piece.text, piece.key
        elif piece.text:
            cell.text += piece.text
            cell.key = match_key(cell.text)
            cell.is_wrapped = True


def _label_place(cells: Sequence[Cell], found: Sequence[tuple[LabelRef, ...]]) -> int | None:
    """The rightmost cell that names a row; a row with head cells only is none."""
    for place in range(len(cells) - 1, -1, -1):
        if row_addresses(found[place]):
            return place
    return None


def _grid_row(
    cells: Sequence[Cell],
    place: int,
    addresses: tuple[Address, ...],
    block: int,
    heads: dict[int, tuple[LabelRef, ...]],
) -> SeenRow:
    label = cells[place]
    row = SeenRow(label.start, label.end, addresses, block=block, heads=heads, is_torn=label.is_wrapped)
    row.key = "" if addresses else label.key
    for cell in cells[place + 1 :]:
        if cell.text in _UNITS and not row.pieces and row.unit is None:
            row.unit = cell.text
        elif "unit_head" in {ref.role for ref in heads.get(cell.column, ())} and not row.pieces:
            continue
        else:
            row.pieces.append(Piece(cell.start, cell.end, cell.text, cell.column, cell.column_span))
    return row


def _merged_heads(
    above: dict[int, tuple[LabelRef, ...]], cells: Sequence[Cell], found: Sequence[tuple[LabelRef, ...]]
) -> dict[int, tuple[LabelRef, ...]]:
    """The lowest head over each column: a head cell replaces what stands above it, an empty cell does not."""
    heads = dict(above)
    for cell, refs in zip(cells, found, strict=True):
        if refs:
            for column in range(cell.column, cell.column + min(cell.column_span, 100)):
                heads[column] = refs
    return heads


def _unlabelled_grid_row(
    cells: Sequence[Cell], block: int, heads: dict[int, tuple[LabelRef, ...]], index: LabelIndex
) -> SeenRow | None:
    """A row without a known label: the values of a table printed in one row, or a row that no form has."""
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return None
    values = [place for place, cell in enumerate(cells) if is_value_token(cell.text.replace("\n", "").replace(" ", ""))]
    if not values:
        return None
    first = next(place for place, cell in enumerate(cells) if cell.text)
    if first == values[0]:
        under = Counter(ref.table for refs in heads.values() for ref in refs if ref.role == "column")
        tables = [table for table, _ in under.most_common(1)]
        tables += [table for table, width in index.one_row.items() if width == len(cells) and table not in tables]
        addresses: tuple[Address, ...] = tuple((table, "") for table in tables)
        row = SeenRow(cells[0].start, cells[0].start, addresses, block=block, heads=heads)
        row.pieces = [Piece(c.start, c.end, c.text, c.column, c.column_span) for c in cells]
        return row
    label = max((cell for cell in cells[: values[0]] if cell.text), key=lambda cell: cell.column)
    return _grid_row(cells, cells.index(label), (), block, heads)


class StreamReader:
    """Reads rows out of a stream of tokens, left to right, once.

    Args:
        tokens: The stream.
        index: Labels of all forms.
    """

    def __init__(self, tokens: Sequence[Token], index: LabelIndex) -> None:
        self._tokens = list(_unglued(tokens, index))
        self._index = index
        self.rows: list[SeenRow] = []
        self.sightings: list[Sighting] = []
        self.strays: dict[str, int] = {}  # longest run of values that no known row took, by the table before them
        self._run = 0
        self._stray_ahead = False  # values stand right before the next row that no row took
        self._in_heads = False
        self._heads: list[tuple[LabelRef, ...]] = []  # the last unbroken run of column heads
        self._table = ""  # the table that the last unambiguous label belongs to

    def read(self) -> None:
        """Read the whole stream into ``rows`` and ``sightings``."""
        tokens, place = self._tokens, 0
        loose: list[int] = []  # text tokens since the last label or value
        open_row: SeenRow | None = None
        while place < len(tokens):
            token = tokens[place]
            label = self._match(place)
            if label is not None:
                end, refs, inner, is_torn = label
                open_row = self._open(place, end, refs, inner, is_torn)
                loose = []
                place = end
            elif token.is_value:
                if open_row is None:
                    open_row = self._open_unlabelled(place, loose)
                    loose = []
                if open_row is not None:
                    open_row.pieces.append(_piece(token))
                self._count_stray(open_row)
                place += 1
            elif open_row is not None and open_row.pieces and self._joins_numbers(place):
                _extend(open_row.pieces[-1], token, tokens[place + 1])
                place += 2
            elif open_row is not None and not open_row.pieces and self._is_unit(place, open_row):
                open_row.unit = token.text if token.text in _UNITS else None
                place += 1
            else:
                self._close(token)
                open_row = None
                loose.append(place)
                self._run = 0
                place += 1

    def _count_stray(self, row: SeenRow | None) -> None:
        if row is not None and any(key for _, key in row.addresses):
            self._run = 0
            return
        labelled = next((seen for seen in reversed(self.rows) if seen.addresses), None)
        if labelled is not None:
            labelled.has_stray = True
        self._stray_ahead = True
        self._run += 1
        self.strays[self._table] = max(self._run, self.strays.get(self._table, 0))

    def _is_unit(self, place: int, row: SeenRow) -> bool:
        """Whether the token is the unit of a row, or the first half of one that a narrow column broke."""
        token = self._tokens[place]
        if token.text in _UNITS:
            return row.unit is None
        return token.text in _UNIT_HALVES and place + 1 < len(self._tokens) and self._tokens[place + 1].is_value

    def _joins_numbers(self, place: int) -> bool:
        """Whether the token is a lone comma or point between two digits: a number cut in three, never a cell."""
        tokens = self._tokens
        return (
            tokens[place].text in _NUMBER_JOINTS
            and place + 1 < len(tokens)
            and tokens[place + 1].text.isdigit()
            and tokens[place - 1].text[-1].isdigit()
        )

    def _open(
        self, start: int, end: int, refs: tuple[LabelRef, ...], inner: list[int], is_torn: bool
    ) -> SeenRow | None:
        tokens = self._tokens
        first, last = tokens[start], tokens[end - 1]
        self._close(first)
        self.sightings.append(Sighting("", refs, first.start, last.end))
        tables = {ref.table for ref in refs if ref.role not in ("column", "unit_head")}
        if len(tables) == 1:
            self._table = next(iter(tables))
        addresses = row_addresses(refs)
        if not addresses:
            is_column = any(ref.role == "column" for ref in refs)
            self._heads = [*self._heads, refs] if is_column and self._in_heads else [refs] if is_column else self._heads
            self._in_heads = is_column
            return None
        self._in_heads = False
        before = self.rows[-1] if self.rows else None
        if before is not None and before.addresses == addresses and not before.pieces:
            self.rows.pop()  # a merged cell that is printed once for each place it covers
        row = SeenRow(first.start, last.end, addresses, [_piece(tokens[place]) for place in inner], is_torn=is_torn)
        row.heads = dict(enumerate(self._heads))
        row.lines = (first.line, last.line)
        row.has_stray, self._stray_ahead = self._stray_ahead, False
        self.rows.append(row)
        return row

    def _open_unlabelled(self, place: int, loose: list[int]) -> SeenRow | None:
        """Values without a known label: those of a table in one row, or of an unknown row after a short text."""
        token = self._tokens[place]
        if not self._table:
            return None
        unit = None
        while loose and self._tokens[loose[-1]].text in _UNITS:
            unit = self._tokens[loose.pop()].text
        if loose:
            label = _last_line(self._tokens, loose)
            first, last = self._tokens[label[0]], self._tokens[label[-1]]
            near = token.line - last.line <= 1 + max(token.gap, 0) and last.end - first.start <= 60
            if self._table in self._index.one_row:
                row = SeenRow(token.start, token.start, ((self._table, ""),), lines=(token.line, token.line))
            elif near:
                key = "".join(self._tokens[piece].key for piece in label)
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

    def _match(self, place: int) -> tuple[int, tuple[LabelRef, ...], list[int], bool] | None:
        """The longest label that begins at a token: (end, what it names, values inside it, whether it is torn)."""
        tokens, index = self._tokens, self._index
        token = tokens[place]
        if token.is_value and not self._is_torn_ordinal(place):
            return None
        if not token.key:
            return None
        walked, cursor = "", place
        best: tuple[int, tuple[LabelRef, ...], list[int], bool] | None = None
        limit = min(len(tokens), place + MAX_LABEL_PIECES)
        while cursor < limit:
            piece = tokens[cursor]
            if piece.is_value and not piece.key:
                break  # a mark such as -- is a value, never a part of a label
            grown = walked + piece.key
            refs = index.find(grown) if not piece.is_value or grown in index.refs else ()
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

    def _is_torn_ordinal(self, place: int) -> bool:
        """Whether the number at ``place`` is the ordinal of a label whose point or comma the next token begins with."""
        tokens = self._tokens
        if place + 1 >= len(tokens) or len(tokens[place].text) > 2:
            return False
        return tokens[place + 1].text[0] in _ORDINAL_ENDS

    def _match_torn(
        self, place: int, cursor: int, walked: str
    ) -> tuple[int, tuple[LabelRef, ...], list[int], bool] | None:
        """A label with its values beside one of its pieces: ``一、本年新收 2 0 0 0 0 0 2 / 政府信息公开申请数量``."""
        tokens, index = self._tokens, self._index
        if cursor == place or cursor >= len(tokens):
            return None
        line = tokens[cursor].line
        is_beside = line == tokens[cursor - 1].line
        if not is_beside and len(walked) < MIN_TORN_LABEL:
            return None
        if tokens[cursor].text in _UNITS or tokens[cursor].text in _UNIT_HALVES:
            cursor += 1  # the unit stands between label and value
        if cursor >= len(tokens) or not tokens[cursor].is_value:
            return None
        inner: list[int] = []
        while cursor < len(tokens) and tokens[cursor].is_value and (not is_beside or tokens[cursor].line == line):
            inner.append(cursor)
            cursor += 1
        best: tuple[int, tuple[LabelRef, ...], list[int], bool] | None = None
        limit = min(len(tokens), cursor + MAX_LABEL_PIECES)
        while cursor < limit:
            piece = tokens[cursor]
            grown = walked + piece.key
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
        return piece.line > label.line and not piece.is_value and piece.offset + len(piece.text) <= label.offset


def _unglued(tokens: Sequence[Token], index: LabelIndex) -> Iterator[Token]:
    """Tokens with label, unit and value cut apart where a tool printed them with nothing between."""
    for place, token in enumerate(tokens):
        if token.is_value or not 3 < len(token.text) < MAX_GLUED or token.text[-1] not in _GLUED_ENDS:
            yield token
            continue
        match = _GLUED_RE.fullmatch(token.text)
        label = match["label"] if match else ""
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if (
            match is None
            or not row_addresses(index.find(match_key(label)))
            or index.find(token.key)
            or (following is not None and following.line == token.line and _is_prose(following, index))
        ):
            yield token
            continue
        gap = token.gap
        for group in ("label", "unit", "value"):
            start, end = match.span(group)
            if start < end:
                text = token.text[start:end]
                yield Token(
                    token.start + start,
                    token.start + end,
                    text,
                    match_key(text),
                    group == "value",
                    token.line,
                    token.offset + start,
                    gap,
                )
                gap = -1


def _is_prose(token: Token, index: LabelIndex) -> bool:
    """Whether a piece of text is neither a value nor the beginning of a label, alone or run together with others."""
    if token.is_value or index.find(token.key):
        return False
    return not any(index.find(token.key[:length]) for length in range(2, min(len(token.key), index.longest)))


def _piece(token: Token) -> Piece:
    return Piece(token.start, token.end, token.text, -1, 1, token.line, token.offset, token.gap)


def _extend(piece: Piece, joint: Token, token: Token) -> None:
    """Let a piece go on over a lone comma or point; the white space stays, so that the joining is told."""
    piece.text = f"{piece.text} {joint.text} {token.text}"
    piece.end = token.end


def _last_line(tokens: Sequence[Token], places: list[int]) -> list[int]:
    line = tokens[places[-1]].line
    first = len(places) - 1
    while first > 0 and tokens[places[first - 1]].line == line:
        first -= 1
    return places[first:]


def settle_order(
    rows: Sequence[SeenRow], order: Callable[[Address], int | None]
) -> Iterator[tuple[Address | None, bool]]:
    """Choose one address for each row of a table so that the rows follow the form as far as they can.

    The choice is the longest chain of rows in rising order of the form; a row outside the chain keeps its address
    if its label names one row only.

    Args:
        rows: Rows of one table in the order of print.
        order: The place of an address in the form, None for an address of another table.

    Yields:
        The address for each row, None where nothing settles it; and whether the row is part of the chain.
    """
    ends: dict[int, tuple[int, int, int | None]] = {}  # place in the form -> (chain length, row, link)
    links: list[tuple[int, int | None]] = []  # (place in the form, link before)
    row_of_link: list[int] = []
    for number, row in enumerate(rows):
        options = sorted({place for place in map(order, row.addresses) if place is not None}, reverse=True)
        for place in options:
            length, _, link = max(
                ((end[0], -before, end[2]) for before, end in ends.items() if before < place),
                default=(0, 0, None),
                key=lambda item: (item[0], item[1]),
            )
            if place not in ends or ends[place][0] < length + 1:
                links.append((place, link))
                row_of_link.append(number)
                ends[place] = (length + 1, number, len(links) - 1)
    chosen: dict[int, int] = {}
    link = max(ends.values(), default=(0, 0, None))[2]
    while link is not None:
        chosen[row_of_link[link]] = links[link][0]
        link = links[link][1]
    for number, row in enumerate(rows):
        own = [address for address in row.addresses if order(address) is not None]
        if number in chosen:
            yield next(address for address in own if order(address) == chosen[number]), True
        else:
            yield (own[0] if len(own) == 1 else None), False
