"""What a report says, before any layout: paragraphs and tables whose cells know which record they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

import opencc

from property.strategies import filled_form
from reportparse.forms import FormSpec, TableSpec
from reportparse.kinds import Place
from reportparse.models import CellState, Record, Value


class Slot(NamedTuple):
    """A cell of values: its text, the record it prints, and what a reader should make of it.

    ``place`` is None where no record of the form belongs to it: a unit, the blank of a group row, an extra row.
    """

    text: str
    place: Place | None = None
    state: CellState = "value"
    value: Value | None = None


class Head(NamedTuple):
    """A head cell and what it spans."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Row:
    """A printed row: its label, the group labels that stand before it, its cells of values."""

    label: str
    slots: tuple[Slot, ...]
    groups: tuple[str, ...] = ()
    is_group: bool = False

    @property
    def owner(self) -> tuple[str, str] | None:
        """Table and key of the row that it prints; None for a group and for a row that no form has."""
        return next((slot.place[:2] for slot in self.slots if slot.place), None)


@dataclass(frozen=True)
class Sheet:
    """A printed table. ``depth`` is the number of label columns: more than one where groups span rows, 0 for none."""

    key: str
    head: tuple[tuple[Head, ...], ...]
    rows: tuple[Row, ...]
    depth: int


@dataclass(frozen=True)
class Paragraph:
    """A line of prose."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True)
class Document:
    """A report: title, then paragraphs and tables in order."""

    title: str
    parts: tuple[Paragraph | Sheet, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """Every cell that prints a record."""
        for part in self.parts:
            if isinstance(part, Sheet):
                yield from (slot for row in part.rows for slot in row.slots if slot.place is not None)


class Box(NamedTuple):
    """A cell of a rectangle, with what it spans. ``owner`` is the row of a form that it is a cell or the label of."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    slot: Slot | None = None
    is_head: bool = False
    owner: tuple[str, str] | None = None

    @property
    def place(self) -> Place | None:
        return self.slot.place if self.slot else None


def boxes_of(sheet: Sheet) -> list[Box]:
    """The cells of a table in source order, row spans and column spans resolved to places."""
    boxes: list[Box] = []
    taken: set[tuple[int, int]] = set()
    for number, heads in enumerate(sheet.head):
        column = 0
        for head in heads:
            while (number, column) in taken:
                column += 1
            boxes.append(Box(head.text, number, column, head.rows, head.columns, is_head=True))
            taken |= {(number + r, column + c) for r in range(head.rows) for c in range(head.columns)}
            column += head.columns
    for number in range(len(sheet.rows)):
        boxes += _row_boxes(sheet, number)
    return boxes


def _row_boxes(sheet: Sheet, number: int) -> list[Box]:
    row, place = sheet.rows[number], number + len(sheet.head)
    boxes: list[Box] = []
    for level, group in enumerate(row.groups):
        if number and sheet.rows[number - 1].groups[: level + 1] == row.groups[: level + 1]:
            continue
        below = 1
        while number + below < len(sheet.rows) and (
            sheet.rows[number + below].groups[: level + 1] == row.groups[: level + 1]
        ):
            below += 1
        boxes.append(Box(group, place, level, rows=below))
    if sheet.depth:
        boxes.append(Box(row.label, place, len(row.groups), columns=sheet.depth - len(row.groups), owner=row.owner))
    boxes += [
        Box(slot.text, place, sheet.depth + at, slot=slot, owner=slot.place and slot.place[:2])
        for at, slot in enumerate(row.slots)
    ]
    return boxes


def build_document(form: FormSpec, rng: Random, *, nested: bool, largest: int) -> Document:
    """A report of a form with consistent numbers.

    Args:
        form: The form whose tables are printed.
        rng: Where numbers and wording come from.
        nested: Group labels span the rows under them, as the form is published; else they are rows of their own.
        largest: The largest number of a cell that is no sum.
    """
    records = filled_form(form, rng, largest=largest)
    year = form.years[0] + rng.randint(0, 1)
    authority = rng.choice(AUTHORITIES)
    tables = {spec.key: _build_sheet(spec, records, nested) for spec in form.tables}
    parts: list[Paragraph | Sheet] = [Paragraph(PREAMBLE.format(year=year))]
    sections = [(section.kind, section.label) for section in form.sections] or OLD_SECTIONS
    for kind, label in sections:
        parts.append(Paragraph(label, is_heading=True))
        parts += [Paragraph(text.format(year=year)) for text in PROSE.get(kind, ())]
        parts += [tables[spec.key] for spec in form.tables if spec.section == kind]
    return Document(f"{authority}{year}年政府信息公开工作年度报告", tuple(parts))


def _build_sheet(spec: TableSpec, records: Sequence[Record], nested: bool) -> Sheet:
    slots = {
        (record.row, record.column): Slot(
            _printed(record.value), (record.table, record.row, record.column), "value", record.value
        )
        for record in records
        if record.table == spec.key
    }
    if spec.arrangement == "one_row":
        printed = Row("", tuple(slots[cell] for cell in spec.cells))
        return Sheet(spec.key, _heads_over_groups(spec), (printed,), depth=0)
    groups = {row.key: row.label for row in spec.rows if row.is_group}
    # No tool and no form spans groups where units stand beside the labels.
    nested = nested and not spec.unit_heads
    rows: list[Row] = []
    for row in spec.rows:
        units = [Slot(row.unit or "", state="blank")] if spec.unit_heads else []
        parents = tuple(label for key, label in groups.items() if row.key.startswith(key + "."))
        if not row.is_group:
            values = [slots[row.key, column.key] for column in spec.columns]
            rows.append(Row(row.label, (*units, *values), parents if nested else ()))
        elif not nested:
            blanks = [Slot("", state="blank") for _ in spec.columns]
            rows.append(Row(row.label, (*units, *blanks), is_group=True))
    depth = 1 + max(len(printed.groups) for printed in rows)
    return Sheet(spec.key, _heads(spec, depth), tuple(rows), depth)


def _printed(value: Value | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{Decimal(value):f}"


def _heads(spec: TableSpec, depth: int) -> tuple[tuple[Head, ...], ...]:
    labels = [column.label for column in spec.columns]
    if len(spec.heads) == 2:
        # The first head stands over all columns, the second over all but the first and the last.
        first, *middle, last = labels
        return (
            (Head(spec.label_heads[0], 3, depth), Head(spec.heads[0], 1, len(labels))),
            (Head(first, 2), Head(spec.heads[1], 1, len(middle)), Head(last, 2)),
            tuple(Head(label) for label in middle),
        )
    names = [spec.label_heads[0], *spec.unit_heads[:1], *labels]
    row = tuple(Head(name, 1, depth if not at else 1) for at, name in enumerate(names))
    title = ((Head(spec.title, 1, len(names) + depth - 1),),) if spec.title and not spec.unit_heads else ()
    return (*title, row)


def _heads_over_groups(spec: TableSpec) -> tuple[tuple[Head, ...], ...]:
    levels = max(len(row.path) for row in spec.rows)
    width = len(spec.columns)
    heads: list[tuple[Head, ...]] = []
    for level in range(levels):
        names: dict[tuple[str, ...], int] = {}
        for row in spec.rows:
            if len(row.path) > level:
                names[row.path[: level + 1]] = names.get(row.path[: level + 1], 0) + width
        ends = {row.path for row in spec.rows}
        heads.append(
            tuple(Head(path[-1], levels - level if path in ends else 1, columns) for path, columns in names.items())
        )
    heads.append(tuple(Head(column.label) for _ in spec.rows for column in spec.columns))
    return tuple(heads)


def convert_document(document: Document, config: str) -> Document:
    """The report in the characters, or the words, of an OpenCC configuration such as ``s2twp``."""
    convert = opencc.OpenCC(config).convert
    return map_text(replace(document, title=convert(document.title)), convert)


def map_text(document: Document, change: Callable[[str], str]) -> Document:
    """The report with every text changed; what the cells mean stays."""

    def changed(part: Paragraph | Sheet) -> Paragraph | Sheet:
        if isinstance(part, Paragraph):
            return replace(part, text=change(part.text))
        head = tuple(tuple(h._replace(text=change(h.text)) for h in heads) for heads in part.head)
        rows = tuple(
            Row(
                change(row.label),
                tuple(slot._replace(text=change(slot.text)) for slot in row.slots),
                tuple(map(change, row.groups)),
                row.is_group,
            )
            for row in part.rows
        )
        return replace(part, head=head, rows=rows)

    return replace(document, parts=tuple(map(changed, document.parts)))


AUTHORITIES = ("清溪市水务局", "云岭县档案馆", "临江省林业厅", "白塔区长桥镇人民政府")
PREAMBLE = "本报告依据《中华人民共和国政府信息公开条例》编写，所列数据的统计期限为{year}年1月1日至12月31日。"
OLD_SECTIONS = [
    ("overview", "一、概述"),
    ("proactive_disclosure", "二、主动公开政府信息情况"),
    ("requests", "三、依申请公开政府信息情况"),
    ("review_and_litigation", "四、行政复议和行政诉讼情况"),
    ("problems_and_improvements", "五、存在的主要问题和改进措施"),
    ("other_matters", "六、其他需要报告的事项"),
    ("attachment", "附件：政府信息公开情况统计表"),
]
PROSE = {
    "overview": (
        "{year}年，我单位把公开当作日常工作来做，先后开会3次，修订流程2份，办公室有专人负责此事。",
        "（一）平台建设。门户网站改版一次，新设栏目5个，撤销长期不更新的栏目4个。",
    ),
    "proactive_disclosure": ("凡属应当主动公开的内容，均在形成之日起二十个工作日内上网。",),
    "requests": ("办理每件申请都留有登记和回执，答复前由法制人员看过。",),
    "review_and_litigation": ("有关案件的数目见下。",),
    "problems_and_improvements": (
        "主要问题：一是少数科室报送较慢；二是解读材料文字偏长，群众不易看懂。",
        "明年打算：把报送时限写进考核，每份解读不超过一页纸。",
    ),
    "other_matters": ("没有其他需要报告的事项。",),
    "attachment": (),
}
