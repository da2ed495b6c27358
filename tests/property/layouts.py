"""Every layout by name: the printers, with what tools differ in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from property.aligned import Canvas, print_aligned
from property.printers import (
    Bars,
    Blank,
    Pages,
    Printer,
    Spans,
    Values,
    on_pages,
    print_cells,
    print_columns,
    print_fragments,
    print_html,
    print_one_line,
    print_rows,
    tables_last,
)


@dataclass(frozen=True)
class Layout:
    """A way to print.

    Attributes:
        printer: What prints.
        nested: Group labels span rows, as the forms are published; else they are rows of their own.
        keeps_cells: Every cell can be told from its neighbours, blank ones too: a reader has no excuse.
        is_markup: The lines are HTML, where damage to a line would be damage to a tag.
    """

    printer: Printer
    nested: bool = False
    keeps_cells: bool = False
    is_markup: bool = False


TABS = Bars(between="\t", before="", after="", rule=False)
OPEN_BARS = Bars(before="", after="", rule=False)


def _cells(gap: int, blank: Blank, spans: Spans = "lost", **kind: bool) -> Layout:
    return Layout(partial(print_cells, gap=gap, blank=blank, spans=spans), **kind)


def _lines(spans: Spans, bars: Bars, headings: str = "", **kind: bool) -> Layout:
    return Layout(partial(print_rows, spans=spans, bars=bars, headings=headings), **kind)


def _aligned(canvas: Canvas, pages: Pages | None = None, **kind: bool) -> Layout:
    printer: Printer = partial(print_aligned, canvas=canvas)
    return Layout(partial(on_pages, printer, pages) if pages else printer, **kind)


def _fragments(values: Values, pages: Pages | None = None, **kind: bool) -> Layout:
    printer: Printer = partial(print_fragments, values=values)
    return Layout(partial(on_pages, printer, pages) if pages else printer, **kind)


LAYOUTS: dict[str, Layout] = {
    "web page": Layout(print_html, nested=True, keeps_cells=True, is_markup=True),
    "web page, groups in rows": Layout(print_html, keeps_cells=True, is_markup=True),
    "cells, blanks as no-break space": _cells(0, "nbsp", keeps_cells=True),
    "cells, blanks as empty line": _cells(0, "empty", keeps_cells=True),
    "cells, blanks dropped": _cells(0, "dropped"),
    "cells, nested": _cells(0, "dropped", nested=True),
    "cells, one line between": _cells(1, "empty", keeps_cells=True),
    "cells, one line between, blanks dropped": _cells(1, "dropped", nested=True),
    "cells, two lines between": _cells(2, "nbsp", nested=True, keeps_cells=True),
    "cells, six lines between": _cells(6, "empty"),
    "cells, merged ones once a row": _cells(0, "nbsp", "once a row", nested=True, keeps_cells=True),
    "table on one line": Layout(partial(print_one_line, separator=" ", whole=False)),
    "report on one line": Layout(partial(print_one_line, separator=" ", whole=True), nested=True),
    "report on one line, bars": Layout(partial(print_one_line, separator=" | ", whole=True)),
    "cells run together": Layout(partial(print_one_line, separator="", whole=False), nested=True),
    "pipes, spans padded": _lines("padded", Bars(), "## ", nested=True, keeps_cells=True),
    "pipes, no rule": _lines("padded", Bars(rule=False), nested=True, keeps_cells=True),
    "pipes, no outer bars": _lines("padded", OPEN_BARS, nested=True, keeps_cells=True),
    "pipes, no last bar": _lines("padded", Bars(after="", rule=False), keeps_cells=True),
    "pipes, spans lost": _lines("lost", Bars(), nested=True, keeps_cells=True),
    "pipes, spans lost, no rule": _lines("lost", OPEN_BARS, nested=True, keeps_cells=True),
    "pipes, merged cells repeated": _lines("repeated", Bars(), nested=True, keeps_cells=True),
    "pipes, blanks swallowed": _lines("padded", Bars(swallows_blanks=True), nested=True),
    "tabs, spans padded": _lines("padded", TABS, nested=True, keeps_cells=True),
    "tabs, spans lost": _lines("lost", TABS, keeps_cells=True),
    "tabs, merged cells repeated": _lines("repeated", TABS, nested=True, keeps_cells=True),
    "boxes": _aligned(Canvas(drawn=True), nested=True, keeps_cells=True),
    "boxes, groups in the middle": _aligned(
        Canvas(wrap=48, drawn=True, groups="middle", beside="middle"), nested=True, keeps_cells=True
    ),
    "boxes by characters": _aligned(Canvas(drawn=True, by_characters=True), keeps_cells=True),
    "aligned": _aligned(Canvas(), keeps_cells=True),
    "aligned right": _aligned(Canvas(align="right"), keeps_cells=True),
    "aligned, nested": _aligned(Canvas(align="center"), nested=True, keeps_cells=True),
    "aligned by characters": _aligned(Canvas(by_characters=True), keeps_cells=True),
    "aligned by characters, centred": _aligned(Canvas(by_characters=True, align="center", gap=3), nested=True),
    "aligned, groups in the middle": _aligned(Canvas(groups="middle"), nested=True),
    "aligned, wrapped": _aligned(Canvas(wrap=28)),
    "aligned, wrapped, values in the middle": _aligned(Canvas(wrap=24, beside="middle", align="right")),
    "aligned, wrapped, values last": _aligned(Canvas(wrap=20, beside="last", align="center")),
    "aligned, wrapped, nested": _aligned(Canvas(wrap=60, groups="middle", beside="middle"), nested=True),
    "pages, form feed": _aligned(Canvas(wrap=40, align="right"), Pages(feed=True)),
    "pages, numbered in words": _aligned(Canvas(wrap=32), Pages(length=30, number="第{}页", repeats_head=True)),
    "pages, bare number": _aligned(Canvas(wrap=32, align="center"), Pages(length=26, number="{}")),
    "raw order": _fragments("own line"),
    "raw order, nested": _fragments("own line", nested=True),
    "raw order, one value a line": _fragments("one a line", Pages(length=60), nested=True),
    "raw order, values beside the first": _fragments("beside first", Pages(length=40, repeats_head=True)),
    "raw order, values beside the last": _fragments("beside last", Pages(length=40, number="{}", feed=True)),
    "columns, values by row": Layout(partial(print_columns, by_row=True)),
    "columns, values by column": Layout(partial(print_columns, by_row=False), nested=True),
    "columns, by page": Layout(partial(print_columns, by_row=False, page=9)),
    "tables after text, tabs": Layout(
        partial(tables_last, partial(print_rows, spans="repeated", bars=TABS)), nested=True, keeps_cells=True
    ),
    "tables after text, cells": Layout(partial(tables_last, partial(print_cells, gap=0, blank="nbsp"))),
}
