"""What happens to reports before they are read.

A damage changes what is printed, or the lines after printing. None knows the layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from property.printers import EMPTY, Chunk, Line, Piece
from property.sheets import Document, Row, Sheet, Slot

SheetDamage = Callable[[Document, Random], Document]
LineDamage = Callable[[list[Chunk], Random], list[Chunk]]

ORDINAL_RE = re.compile(r"^(?:[一二三四五六七八九]、|（[一二三四五六七]）|[1-9]\.)")
FULL_WIDTH = str.maketrans("0123456789-.,", "０１２３４５６７８９－．，")
MARKS = ("-", "/", "—", "无")
EXTRA_LABELS = ("其中：线下窗口收到", "（八）转交他处办理", "9.属于历史档案")


def _change_sheets(document: Document, change: Callable[[Sheet], Sheet]) -> Document:
    return replace(document, parts=tuple(change(p) if isinstance(p, Sheet) else p for p in document.parts))


def _change_slots(document: Document, change: Callable[[Slot], Slot]) -> Document:
    def changed(sheet: Sheet) -> Sheet:
        rows = (replace(row, slots=tuple(change(s) if s.place else s for s in row.slots)) for row in sheet.rows)
        return replace(sheet, rows=tuple(rows))

    return _change_sheets(document, changed)


def _change_rows(document: Document, change: Callable[[tuple[Row, ...]], Sequence[Row]]) -> Document:
    # A table that prints all values in one row has no labels of rows, so nothing to change.
    return _change_sheets(document, lambda s: replace(s, rows=tuple(change(s.rows))) if s.depth else s)


def zeros_blank(document: Document, rng: Random) -> Document:
    """The author left every zero out."""
    return _change_slots(
        document, lambda slot: slot if slot.value else slot._replace(text="", state="blank", value=None)
    )


def some_blank(document: Document, rng: Random) -> Document:
    """The author left some cells out, zeros or not."""

    def change(slot: Slot) -> Slot:
        return slot if rng.random() > 0.1 else slot._replace(text="", state="blank", value=None)

    return _change_slots(document, change)


def zeros_marked(document: Document, rng: Random) -> Document:
    """The author printed a mark for every zero."""
    mark = rng.choice(MARKS)
    return _change_slots(
        document, lambda slot: slot if slot.value else slot._replace(text=mark, state="not_applicable", value=None)
    )


def units_in_cells(document: Document, rng: Random) -> Document:
    """Some cells print their unit."""
    return _change_slots(
        document,
        lambda slot: (
            slot._replace(text=slot.text + "件") if isinstance(slot.value, int) and rng.random() < 0.3 else slot
        ),
    )


def full_width_digits(document: Document, rng: Random) -> Document:
    """Every number is printed in full-width digits."""
    return _change_slots(document, lambda slot: slot._replace(text=slot.text.translate(FULL_WIDTH)))


def wrong_cell(document: Document, rng: Random) -> Document:
    """The author's own error: what is printed is what is to be read."""
    chosen = rng.choice([slot for slot in document.slots if isinstance(slot.value, int)])
    wrong = chosen.value + rng.choice((1, 2, 10)) if isinstance(chosen.value, int) else 0
    return _change_slots(
        document, lambda slot: slot._replace(text=str(wrong), value=wrong) if slot.place == chosen.place else slot
    )


def rows_shuffled(document: Document, rng: Random) -> Document:
    """Rows that stand under one group label come in another order."""

    def change(rows: tuple[Row, ...]) -> list[Row]:
        shuffled = list(rows)
        for at in range(len(rows) - 1):
            one, other = shuffled[at], shuffled[at + 1]
            if _parent(one) == _parent(other) is not None and rng.random() < 0.4:
                shuffled[at], shuffled[at + 1] = other, one
        return shuffled

    return _change_rows(document, change)


def _parent(row: Row) -> str | None:
    return row.owner and row.owner[1].rpartition(".")[0]


def extra_row(document: Document, rng: Random) -> Document:
    """Each table prints a row that its form does not have."""

    def change(rows: tuple[Row, ...]) -> list[Row]:
        at = rng.randrange(len(rows))
        slots = tuple(
            Slot(str(rng.randint(0, 9))) if slot.place else Slot(slot.text, state="blank") for slot in rows[at].slots
        )
        return [*rows[: at + 1], Row(rng.choice(EXTRA_LABELS), slots, rows[at].groups), *rows[at + 1 :]]

    return _change_rows(document, change)


def missing_rows(document: Document, rng: Random) -> Document:
    """Some rows are not printed."""
    return _change_rows(document, lambda rows: [r for r in rows if rng.random() > 0.08] or rows[:1])


def _change_labels(document: Document, change: Callable[[str], str]) -> Document:
    return _change_rows(document, lambda rows: [replace(row, label=change(row.label)) for row in rows])


def ordinals_lost(document: Document, rng: Random) -> Document:
    """No row label keeps its number."""
    return _change_labels(document, lambda label: ORDINAL_RE.sub("", label))


def ordinals_wrong(document: Document, rng: Random) -> Document:
    """Some row labels print another number."""

    def change(label: str) -> str:
        return ORDINAL_RE.sub(rng.choice(("（三）", "2.", "7.")), label) if rng.random() < 0.2 else label

    return _change_labels(document, change)


def character_lost(document: Document, rng: Random) -> Document:
    """Some labels lack a character."""
    return _change_characters(document, rng, lambda: "")


def character_wrong(document: Document, rng: Random) -> Document:
    """Some labels have a character that is not theirs."""
    return _change_characters(document, rng, lambda: rng.choice("口□的申木"))


def _change_characters(document: Document, rng: Random, put: Callable[[], str]) -> Document:
    """Put something in the place of one character of some labels."""

    def change(label: str) -> str:
        if rng.random() > 0.15 or len(label) < 6:
            return label
        at = rng.randrange(2, len(label))
        return label[:at] + put() + label[at + 1 :]

    return _change_labels(document, change)


def _edit(chunks: list[Chunk], change: Callable[[list[Line]], list[Line]]) -> list[Chunk]:
    return [chunk._replace(lines=change(chunk.lines)) if chunk.is_table else chunk for chunk in chunks]


def blank_lines_lost(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Lines without text are gone."""

    def change(lines: list[Line]) -> list[Line]:
        kept: list[Line] = []
        for line in lines:
            if "".join(piece.text for piece in line).strip() or not kept:
                kept.append(line)
            else:
                kept[-1] = (*kept[-1], *(piece._replace(text="") for piece in line))
        return kept

    return _edit(chunks, change)


def lines_lost(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Three lines of tables are gone."""
    places = [
        (c, n)
        for c, chunk in enumerate(chunks)
        if chunk.is_table
        for n, line in enumerate(chunk.lines)
        if _printed(line)
    ]
    lost = set(rng.sample(places, 3)) if len(places) > 3 else set()
    return [
        chunk._replace(lines=[line for n, line in enumerate(chunk.lines) if (c, n) not in lost])
        for c, chunk in enumerate(chunks)
    ]


def _printed(line: Line) -> bool:
    return bool("".join(piece.text for piece in line).strip())


def lines_joined(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Some lines have lost the break after them, with a blank in its stead or nothing."""
    between = rng.choice(("", " "))

    def change(lines: list[Line]) -> list[Line]:
        joined: list[Line] = []
        for line in lines:
            if joined and _printed(line) and _printed(joined[-1]) and rng.random() < 0.02:
                joined[-1] = (*joined[-1], Piece(between), *line)
            else:
                joined.append(line)
        return joined

    return _edit(chunks, change)


def lines_collapsed(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Of equal lines in a row one is kept."""

    def change(lines: list[Line]) -> list[Line]:
        kept: list[Line] = []
        for line in lines:
            if not kept or [p.text for p in kept[-1]] != [p.text for p in line]:
                kept.append(line)
        return kept

    return _edit(chunks, change)


def _torn(line: Line, at: int, where: int) -> list[Line]:
    piece = line[at]
    head, tail = piece._replace(text=piece.text[:where]), piece._replace(text=piece.text[where:])
    return [(*line[:at], head), (tail, *line[at + 1 :])]


def labels_torn(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Some labels are broken by a line end."""
    return _tear(
        chunks, rng, 0.1, lambda piece: not piece.is_value and not piece.is_prose and len(piece.text.strip()) > 3
    )


def digits_torn(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Some numbers are broken by a line end."""
    return _tear(chunks, rng, 0.1, lambda piece: piece.place is not None and len(piece.text) > 1)


def _tear(chunks: list[Chunk], rng: Random, share: float, is_meant: Callable[[Piece], bool]) -> list[Chunk]:
    def change(lines: list[Line]) -> list[Line]:
        torn: list[Line] = []
        for line in lines:
            at = next((n for n, piece in enumerate(line) if is_meant(piece) and rng.random() < share), None)
            torn += [line] if at is None else _torn(line, at, rng.randrange(1, len(line[at].text)))
        return torn

    return _edit(chunks, change)


def page_numbers(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Page numbers stand between the rows of tables."""
    foot = rng.choice(("- {} -", "{}", "第{}页", "-{}-", "{}/9"))

    def change(lines: list[Line]) -> list[Line]:
        printed: list[Line] = []
        page = rng.randint(1, 4)
        for line in lines:
            if rng.random() < 0.05 and _begins_row(line):
                printed.append((Piece(foot.format(page)),))
                page += 1
            printed.append(line)
        return printed

    return _edit(chunks, change)


def _begins_row(line: Line) -> bool:
    first = next((piece for piece in line if piece.text.strip("|│ \t\u00a0")), None)
    return first is not None and not first.is_value and ORDINAL_RE.match(first.text) is not None


def heads_repeated(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """The head of each table stands in it again, before a row."""
    printed = []
    for chunk in chunks:
        starts = [n for n, line in enumerate(chunk.lines) if n > len(chunk.head) and _begins_row(line)]
        if chunk.head and starts:
            at = rng.choice(starts)
            chunk = chunk._replace(lines=[*chunk.lines[:at], *chunk.head, *chunk.lines[at:]])
        printed.append(chunk)
    return printed


def truncated(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """The last part is gone, between two lines."""
    places = [(c, n) for c, chunk in enumerate(chunks) for n in range(len(chunk.lines))]
    if len(places) < 2:
        return chunks
    last, line = places[rng.randrange(len(places) // 2, len(places))]
    return [*chunks[:last], chunks[last]._replace(lines=chunks[last].lines[:line] or [EMPTY])]


def spaces_around_digits(chunks: list[Chunk], rng: Random) -> list[Chunk]:
    """Blanks come in between a number and what stands beside it in a label."""

    def change(lines: list[Line]) -> list[Line]:
        return [
            tuple(p if p.is_value else p._replace(text=re.sub(r"(?<=[0-9.])(?=[^0-9.\s])", " ", p.text)) for p in line)
            for line in lines
        ]

    return _edit(chunks, change)


SHEET_DAMAGES: dict[str, SheetDamage] = {
    damage.__name__.replace("_", " "): damage
    for damage in (
        zeros_blank,
        some_blank,
        zeros_marked,
        units_in_cells,
        full_width_digits,
        wrong_cell,
        rows_shuffled,
        extra_row,
        missing_rows,
        ordinals_lost,
        ordinals_wrong,
        character_lost,
        character_wrong,
    )
}
LINE_DAMAGES: dict[str, LineDamage] = {
    damage.__name__.replace("_", " "): damage
    for damage in (
        blank_lines_lost,
        lines_lost,
        lines_joined,
        lines_collapsed,
        labels_torn,
        digits_torn,
        page_numbers,
        heads_repeated,
        truncated,
        spaces_around_digits,
    )
}
DAMAGES = ("none", *SHEET_DAMAGES, *LINE_DAMAGES)
