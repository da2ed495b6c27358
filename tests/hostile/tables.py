"""Tables of web pages: spans without bounds, cells without end, tables in tables, markup where no cell may stand."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.files import READ, HostileFile, grown, written
from hostile.reports import NEW_REQUESTS, TITLE, page_of, page_report, request_rows, table_of

_SPANS = ("0", "-1", "1.5", "2e9", "99999999999999999999", "NaN", "", " 3 ", "+2", "0x10", "１２", "9" * 400, "7;", "%")
_CUT = frozenset({"table_spans_cut", "limit_reached"})

_PAGES = {
    "rows-in-rows": "<table><tr><tr><tr><td>1<tr><td>2",
    "cells-without-rows": "<table><td>1<td>2</table>",
    "text-without-cells": "<table>公开<tr>信息</tr>12</table>",
    "cells-without-table": "<td>1</td><td>2</td>" * 200,
    "table-in-cell": f"<table><tr><td>{table_of(request_rows())}</td></tr></table>",
    "table-in-each-cell": "<table>" + "<tr><td><table><tr><td>1</table>" * 300 + "</table>",
    "table-in-paragraph": f"<p>{table_of(request_rows())}</p>" * 3,
    "table-in-anchor": f"<a href=x><table><tr><td>{NEW_REQUESTS}</a><td>1</table>",
    "row-head-cells": table_of(request_rows(), cell="th"),
    "captions": "<table>" + f"<caption>{TITLE}</caption>" * 500 + "<tr><td>1</table>",
    "column-groups": "<table><colgroup span=99999999>" + "<col span=1000>" * 5_000 + "<tr><td>1</table>",
    "footer-first": "<table><tfoot><tr><td>总计<td>1</tfoot><thead><tr><td>规章<td>1</thead></table>",
    "no-cells": "<table>" + "<tr></tr>" * 5_000 + "</table>",
    "empty-cells": "<table>" + ("<tr>" + "<td></td>" * 8 + "</tr>") * 1_000 + "</table>",
    "one-row": "<table><tr>" + f"<td>{NEW_REQUESTS}</td>" * 3_000 + "</table>",
    "one-column": "<table>" + f"<tr><td>{NEW_REQUESTS}</td></tr>" * 3_000 + "</table>",
    "staircase": "<table>" + "".join(f"<tr><td colspan={n}>1<td rowspan={n}>2" for n in range(1, 300)) + "</table>",
    "overlapping-spans": "<table>" + "<tr><td rowspan=3 colspan=3>1<td rowspan=9>2" * 300 + "</table>",
    "lists-in-cells": f"<table><tr><td>{'<ul><li>1' * 800}</table>",
    "breaks-in-numbers": table_of(request_rows()).replace("<td>3", "<td>3<br>"),
    "spans-in-numbers": table_of(request_rows()).replace("<td>3", "<td><span>3</span><span>0</span>"),
    "hidden-cells": table_of(request_rows()).replace("<td>3", '<td style="display:none">9</td><td>3'),
    "comments-in-numbers": table_of(request_rows()).replace("<td>3", "<td><!-- 9 -->3<!-- 9 -->"),
    "superscripts": table_of(request_rows()).replace("<td>3", "<td>3<sup>2</sup>"),
    "struck-out": table_of(request_rows()).replace("<td>3", "<td><s>9</s><del>8</del>3"),
    "inputs": table_of(request_rows()).replace("<td>3", "<td><input value=3>"),
    "scripts-in-cells": table_of(request_rows()).replace("<td>3", "<td><script>document.write(3)</script>"),
    "images-in-cells": table_of(request_rows()).replace("<td>3", '<td><img src="3.png" alt="3">'),
    "formulas": table_of(request_rows()).replace("<td>3", "<td>=1+2"),
    "labels-marked-up": table_of(request_rows()).replace("（一）", "<script>alert(1)</script>（一）"),
}


def files() -> Iterator[HostileFile]:
    """Every page of tables."""
    for number, span in enumerate(_SPANS):
        for kind in ("rowspan", "colspan"):
            page = page_report(table_of(request_rows()).replace("<td>", f'<td {kind}="{span}">', 3))
            yield written(f"table/{kind}-{number:02}.html", page)
    for name, body in _PAGES.items():
        yield written(f"table/{name}.html", page_of(body))
    for depth in (10, 300):
        nested = "<table><tr><td>1" * depth + "</table>" * depth
        yield written(f"table/tables-in-tables-{depth}.html", page_of(nested), READ | {"html_too_deep"})
    yield from _counts()


def _counts() -> Iterator[HostileFile]:
    row = "<tr>" + "".join(f"<td>{cell}</td>" for cell in (NEW_REQUESTS, *"1000001")) + "</tr>"
    wide = "<td rowspan=65534 colspan=1000>1</td>"
    many = READ | frozenset({"limit_exceeded"})
    covered = many | _CUT
    yield from grown("table/rows.html", lambda n: page_of(f"<table>{row * n}</table>").encode(), 500, many)
    yield from grown("table/tables.html", lambda n: page_of(f"<table>{row}</table>" * n).encode(), 300)
    yield from grown(
        "table/cells.html", lambda n: page_of("<table><tr>" + "<td>0" * n).encode(), 10_000, many, times=100
    )
    yield from grown("table/short-rows.html", lambda n: page_of("<table>" + "<tr><td>0" * n).encode(), 5_000, many)
    yield from grown("table/wide-spans.html", lambda n: page_of(f"<table>{f'<tr>{wide}' * n}").encode(), 500, covered)
    yield from grown(
        "table/row-spans.html",
        lambda n: page_of("<table>" + "<tr><td rowspan=65000>1" * n).encode(),
        3_000,
        covered,
    )
    yield from grown(
        "table/column-spans.html",
        lambda n: page_of("<table>" + "<tr><td colspan=1000>1" * n).encode(),
        1_000,
        covered,
    )
    yield from grown("table/long-cell.html", lambda n: page_of(f"<table><tr><td>{'公开。' * n}<td>1").encode(), 5_000)
    yield from grown(
        "table/nested-rows.html",
        lambda n: page_of("<table><tr><td><table><tr><td>1</table>" * n).encode(),
        200,
        READ | {"html_too_deep"},
    )
