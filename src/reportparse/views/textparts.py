"""What a page of text is made of: headings, lists, and tables as the form prints them.

Everything is measured in terminal cells, where a Chinese character takes two. No line is wider than asked for.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..forms import CellKey, TableSpec
from ..models import Candidates, Record, Value

MIN_WIDTH = 40
# A printed piece is cut here: the page is for reading, and one hostile line must not fill the terminal.
MAX_PIECE = 300
MAX_LISTED = 40  # entries of one list
MAX_CELL = 16  # characters of one value
MAX_CANDIDATES = 3  # more are shown as a range
MIN_COLUMN = 4  # terminal cells: heads break after every second character, as most Chinese words end there
MIN_LABEL = 14  # terminal cells that a row label gets at least
INDENT = 2
GAP = 2

MARKS = {
    "·": "printed and blank",
    "_": "not printed",
    "?": "doubtful: what it may be",
    "!": "does not add up",
}


def heading(name: str, note: str = "") -> RenderableType:
    """A heading after an empty line; the note says what stands under it."""
    return Text.assemble("\n", (clean(name), "bold"), (f"  {clean(note)}" if note else "", "dim"))


def indented(part: RenderableType) -> RenderableType:
    """A part under its heading."""
    return Padding(part, (0, 0, 0, INDENT))


def grid(*styles: str) -> Grid:
    """Columns without lines between them, one for each style."""
    made = Grid.grid(padding=(0, GAP, 0, 0))
    for style in styles:
        made.add_column(style=style, overflow="fold")
    return made


def keep_to_one_line(made: Grid, columns: int, most: int) -> None:
    """Cut the first ``columns`` columns to ``most`` terminal cells instead of folding them."""
    for column in made.columns[:columns]:
        column.no_wrap, column.overflow, column.max_width = True, "ellipsis", most


def more(count: int, shown: int = MAX_LISTED) -> Iterator[RenderableType]:
    """A line that says how much of a list is left out, where something is."""
    if count > shown:
        yield indented(Text(f"… and {count - shown} more; the JSON has them all", "dim"))


def joined(*words: str | None) -> str:
    """The words that there are, with dots between."""
    return " · ".join(word for word in words if word)


def clean(text: str, most: int = MAX_PIECE) -> str:
    r"""One printable line of a printed text, cut at ``most`` characters.

    Control characters, which could steer the terminal, and invisible ones are shown as U+FFFD.

    Example:
        >>> clean(" 总\n计 \x1b[2J", most=5)
        '总 计 …'
    """
    folded = " ".join(text[: most * 4].split())
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in folded)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def number(value: Value | None) -> str:
    """A value, or the mark of a blank.

    Example:
        >>> number(2), number(None)
        ('2', '·')
    """
    return "·" if value is None else str(value)


def to_page(parts: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """The parts as lines of text, none wider than ``width`` and none with spaces at its end."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part, overflow="fold")
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")[:-1])


def draw_cell(record: Record, *, is_wrong: bool) -> Text:
    """A cell as it is shown: the number, or a mark that says why there is none."""
    if not record.certain:
        return Text(clean(f"?{_candidates(record.candidates)}", MAX_CELL), "yellow")
    mark, style = ("!", "bold red") if is_wrong else ("", "")
    if record.state == "value":
        return Text(clean(f"{mark}{record.value}", MAX_CELL), style)
    if record.state in ("not_applicable", "unreadable"):
        return Text(clean(f"{mark}{record.raw or ''}", MAX_CELL // 2), style or "yellow")
    return Text(mark + ("·" if record.state == "blank" else "_"), style or "dim")


def _candidates(found: Candidates | None) -> str:
    if found is None:
        return ""
    if found.values is None:
        return f"{number(found.min)}..{number(found.max)}"
    if len(found.values) <= MAX_CANDIDATES:
        return "|".join(number(value) for value in found.values)
    numbers = [value for value in found.values if value is not None]
    blank = "|·" if len(numbers) < len(found.values) else ""
    return f"{number(min(numbers))}..{number(max(numbers))}{blank}"


def draw_table(
    spec: TableSpec | None, records: Sequence[Record], cells: Mapping[CellKey, Text], width: int
) -> Iterator[RenderableType]:
    """A table with the labels and in the order of the form.

    Where the columns do not fit beside the labels they follow in several blocks, each with all rows.

    Args:
        spec: The table of the form; None where the form is unknown, then the records give rows and columns.
        records: The cells of the table.
        cells: What is shown for each of them.
        width: Terminal cells of a line.
    """
    rows = _rows(spec, records)
    heads = {column.key: column.label for column in spec.columns} if spec else {}
    heads |= {record.column: record.column for record in records if record.column not in heads}
    sizes = dict.fromkeys(heads, MIN_COLUMN)
    for (_, column), text in cells.items():
        sizes[column] = max(sizes[column], cell_len(text.plain))
    wish = min(max(cell_len(row.label) + row.depth for row in rows), width // 2)
    blocks = _blocks(sizes, width - INDENT - min(wish, MIN_LABEL))
    for block in blocks:
        taken = INDENT + sum(sizes[key] + GAP for key in block)
        share = max(0, (width - taken - wish) // len(block))
        columns = {key: _head(clean(heads[key]), sizes[key], share) for key in block}
        drawn = _ruled(rows, columns, cells)
        if len(blocks) > 1:
            # There is no room for labels of several lines.
            keep_to_one_line(drawn, 1, width - taken)
        yield indented(drawn)
    printed = {row.key for row in rows}
    absent = [clean(row.label, 40) for row in spec.leaf_rows if row.key not in printed] if spec else []
    if absent:
        yield indented(Text(f"rows not printed: {'; '.join(absent[:MAX_LISTED])}", "dim"))
        yield from more(len(absent))


class _Row(NamedTuple):
    key: str
    label: str
    depth: int
    is_group: bool
    unit: str


def _rows(spec: TableSpec | None, records: Sequence[Record]) -> list[_Row]:
    """The printed rows in the order of the form, under their groups; rows that it does not have come last."""
    printed = {record.row: record for record in records}
    units = {record.unit for record in records}
    shown_units = {key: record.unit or "" if len(units) > 1 else "" for key, record in printed.items()}
    rows = [
        _Row(
            row.key,
            clean(" / ".join(row.path) or row.label),
            row.key.count("."),
            row.key not in printed,
            shown_units.get(row.key, ""),
        )
        for row in (spec.rows if spec else ())
        if row.key in printed or (row.is_group and any(key.startswith(f"{row.key}.") for key in printed))
    ]
    known = {row.key for row in rows}
    own = [record for key, record in printed.items() if key not in known]
    return rows + [_Row(one.row, clean(one.label or one.row), 0, False, shown_units[one.row]) for one in own]


def _blocks(sizes: Mapping[str, int], room: int) -> list[list[str]]:
    """Columns that fit into ``room``, in few blocks with about equally many in each."""
    keys = list(sizes)
    most = len(keys) if sum(sizes.values()) + GAP * len(keys) <= room else max(1, room // (max(sizes.values()) + GAP))
    blocks = -(-len(keys) // most)
    each = -(-len(keys) // blocks)
    return [keys[start : start + each] for start in range(0, len(keys), each)]


def _head(label: str, size: int, share: int) -> tuple[Text, int]:
    """A column head in as few lines as the column may have room for, and the size of the column."""
    size = min(max(size, cell_len(label)), size + share)
    if cell_len(label) <= size:
        return Text(label), size
    step = max(2, size // MIN_COLUMN * 2)
    return Text("\n".join(label[start : start + step] for start in range(0, len(label), step))), size


def _ruled(rows: Sequence[_Row], columns: Mapping[str, tuple[Text, int]], cells: Mapping[CellKey, Text]) -> Grid:
    drawn = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1), header_style="dim")
    drawn.add_column(overflow="fold", vertical="bottom")
    for head, size in columns.values():
        drawn.add_column(head, justify="right", vertical="bottom", width=size)
    has_units = any(row.unit for row in rows)
    if has_units:
        drawn.add_column(style="dim", vertical="bottom")
    for row in rows:
        label = Padding(Text(row.label, "dim" if row.is_group else ""), (0, 0, 0, row.depth))
        missing = Text("" if row.is_group else "_", "dim")
        values = [cells.get((row.key, key), missing) for key in columns]
        drawn.add_row(label, *values, *([clean(row.unit, MAX_CELL)] if has_units else []))
    return drawn
