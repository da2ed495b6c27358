"""Web pages of many kinds of sites round one report, and the ways in which their tables are hard to read.

A hard table is a function from a sheet to its HTML; a site is a template that stands round the report's own HTML.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from string import Template

from locations import FIXTURES
from property.sheets import Box, Document, Paragraph, Sheet, boxes_of

Hard = Callable[[Sheet, Random], str]


@dataclass(frozen=True)
class Story:
    """What a site prints: the report, and what it is called."""

    title: str
    authority: str
    year: int
    body: str


def story_of(document: Document, hard: Hard, rng: Random) -> Story:
    """The report as the HTML that an editor of a site holds."""
    authority, _, rest = document.title.partition("20")
    parts = []
    for part in document.parts:
        if isinstance(part, Paragraph):
            tag = "strong" if part.is_heading else "span"
            parts.append(f"<p><{tag}>{html.escape(part.text)}</{tag}></p>\n")
        else:
            parts.append(hard(part, rng))
    return Story(document.title, authority, int("20" + rest[:2]), "".join(parts))


def rows_of(sheet: Sheet) -> list[list[Box]]:
    """The cells of each row of print."""
    return [list(row) for _, row in groupby(boxes_of(sheet), key=lambda box: box.row)]


def spans_of(box: Box) -> str:
    """The attributes of a cell that spans."""
    sizes = (("rowspan", box.rows), ("colspan", box.columns))
    return "".join(f' {name}="{count}"' for name, count in sizes if count > 1)


def cell_of(box: Box, inner: str | None = None, tag: str = "td") -> str:
    """A cell with the given content, or its plain text."""
    return f"<{tag}{spans_of(box)}>{html.escape(box.text) if inner is None else inner}</{tag}>"


def table_of(rows: Sequence[Sequence[Box]], cell: Callable[[Box], str] = cell_of) -> str:
    """A table with one function for all its cells."""
    lines = ["<tr>" + "".join(map(cell, row)) + "</tr>\n" for row in rows]
    return f'<table border="1" cellspacing="0">\n{"".join(lines)}</table>\n'


# Tables as they are met.


def plain(sheet: Sheet, rng: Random) -> str:
    return table_of(rows_of(sheet))


def word_cells(sheet: Sheet, rng: Random) -> str:
    """An office program: split runs, o:p, no-break spaces, comments on conditions, smart tags."""

    def cell(box: Box) -> str:
        runs = "".join(
            f'<span lang="EN-US" style="mso-bidi-font-size:10.5pt">{html.escape(c)}</span>' for c in box.text
        )
        inner = runs or "<![if !supportEmptyParas]>&nbsp;<![endif]>"
        return cell_of(box, f'<!--[if gte mso 9]>9<![endif]--><p class="MsoNormal">{inner}<o:p></o:p></p>')

    return table_of(rows_of(sheet), cell)


def framed_cells(sheet: Sheet, rng: Random) -> str:
    """Each value stands in a table of its own."""

    def cell(box: Box) -> str:
        return cell_of(box, f"<table><tr><td>{box.text}</td></tr></table>") if box.slot else cell_of(box)

    return table_of(rows_of(sheet), cell)


def unit_table(sheet: Sheet, rng: Random) -> str:
    """The first cell holds a small table with the unit."""

    def cell(box: Box) -> str:
        if (box.row, box.column) == (0, 0) and sheet.depth:
            return cell_of(box, html.escape(box.text) + "<table><tr><td>单位</td><td>件</td></tr></table>")
        return cell_of(box)

    return table_of(rows_of(sheet), cell)


def layout_tables(sheet: Sheet, rng: Random) -> str:
    """The table stands deep in tables that only arrange the page."""
    inner = plain(sheet, rng)
    for _ in range(3):
        inner = f'<table width="100%"><tr><td width="1"></td><td>{inner}</td><td>&nbsp;</td></tr></table>'
    return inner


def unclosed(sheet: Sheet, rng: Random) -> str:
    """No cell, row or table is closed."""
    lines = ["<tr>" + "".join(f"<td{spans_of(box)}>{box.text}" for box in row) for row in rows_of(sheet)]
    return "<table border=1>" + "\n".join(lines)


def unclosed_table(sheet: Sheet, rng: Random) -> str:
    """The table alone is not closed."""
    return plain(sheet, rng).replace("</table>", "")


def grouped_rows(sheet: Sheet, rng: Random) -> str:
    """Rows stand in thead, tbody and tfoot, labels in th."""
    rows = rows_of(sheet)
    head = len(sheet.head)

    def row_of(row: Sequence[Box]) -> str:
        return "<tr>" + "".join(cell_of(box, tag="td" if box.slot else "th") for box in row) + "</tr>"

    body = "".join(map(row_of, rows[head:-1]))
    return (
        f"<table><caption>表</caption><thead>{''.join(map(row_of, rows[:head]))}</thead><tbody>{body}</tbody>"
        f"<tfoot>{row_of(rows[-1])}</tfoot></table>"
    )


def odd_spans(sheet: Sheet, rng: Random) -> str:
    """Spans with units, of zero, below zero, and of labels that reach beyond the table."""

    def cell(box: Box) -> str:
        if box.slot:
            return f'<td rowspan="{rng.choice(["0", "-2", "1px", "", "x"])}" colspan="1">{box.text}</td>'
        rows = box.rows + 40 if box.columns == 1 and box.rows > 1 and box.row + box.rows > 20 else box.rows
        return f'<td rowspan="{rows}px" colspan=" {box.columns}">{html.escape(box.text)}</td>'

    return table_of(rows_of(sheet), cell)


def entities(sheet: Sheet, rng: Random) -> str:
    """Characters as entities, white space of every kind round them, characters of no width inside."""

    def cell(box: Box) -> str:
        inner = rng.choice(["&shy;", "&#8203;", "&zwnj;", "\ufeff"]).join(f"&#{ord(c)};" for c in box.text)
        return cell_of(box, f"&nbsp;&ensp;{inner}&#12288;\u2009")

    return table_of(rows_of(sheet), cell)


def hidden_cells(sheet: Sheet, rng: Random) -> str:
    """Cells, and words in cells, that are not shown."""

    def cell(box: Box) -> str:
        hidden = '<td style="display:none">7</td>' if rng.random() < 0.3 else ""
        inner = html.escape(box.text) + rng.choice(["", '<span style="mso-hide:all">4</span>', '<b class="gone">5</b>'])
        return hidden + cell_of(box, f"<!-- 8 -->{inner}")

    return "<style>.gone{display:none}</style>" + table_of(rows_of(sheet), cell)


def footnotes(sheet: Sheet, rng: Random) -> str:
    """Marks of footnotes beside labels and numbers."""

    def cell(box: Box) -> str:
        mark = rng.choice(["", "<sup>①</sup>", "<sup>1</sup>", "<sup>[2]</sup>", "<sup><a href='#f'>3</a></sup>"])
        return cell_of(box, html.escape(box.text) + (mark if box.text else ""))

    return table_of(rows_of(sheet), cell)


def fields(sheet: Sheet, rng: Random) -> str:
    """Values stand in fields of a form."""

    def cell(box: Box) -> str:
        if not box.slot:
            return cell_of(box)
        chosen = f"<select><option>9</option><option selected>{box.text}</option></select>"
        return cell_of(box, rng.choice([f'<input type="text" value="{box.text}">', chosen]) if box.text else "")

    return table_of(rows_of(sheet), cell)


def drawn_boxes(sheet: Sheet, rng: Random) -> str:
    """Boxes that styles draw as a table; spans cannot be said."""

    def row_of(row: Sequence[Box]) -> str:
        cells = "".join(f'<div style="display: table-cell">{html.escape(box.text)}</div>' for box in row)
        return f'<div style="display:table-row">{cells}</div>'

    return f'<div style="display:table">{"".join(map(row_of, rows_of(sheet)))}</div>'


def cut_in_two(sheet: Sheet, rng: Random, *, head: bool = False, torn: bool = False) -> str:
    """Two tables, the second with the rows after a page break; groups that span it are not said again."""
    rows = rows_of(sheet)
    first = len(sheet.head)
    if len(rows) - first < 4:
        return table_of(rows)
    at = rng.randrange(first + 2, len(rows) - 1)
    upper = [[box._replace(rows=min(box.rows, at - box.row)) for box in row] for row in rows[:at]]
    lower = [list(row) for row in rows[at:]]
    if torn:
        label = next((place for place, box in enumerate(lower[0]) if box.slot is None and box.owner), None)
        if label is None:  # a group row has nothing to tear
            return table_of(upper) + table_of(lower)
        box = lower[0][label]
        half = max(1, len(box.text) // 2)
        blank = [b._replace(text="") if b.slot else b for b in lower[0]]
        upper.append([b._replace(text=box.text[:half]) if b is blank[label] else b for b in blank])
        lower[0][label] = box._replace(text=box.text[half:])
    return table_of(upper) + f"<p>- {rng.randrange(2, 9)} -</p>" + table_of([*(rows[:first] if head else []), *lower])


def cut_with_head(sheet: Sheet, rng: Random) -> str:
    return cut_in_two(sheet, rng, head=True)


def cut_in_a_row(sheet: Sheet, rng: Random) -> str:
    return cut_in_two(sheet, rng, torn=True)


HARD: dict[str, Hard] = {
    function.__name__: function
    for function in (
        plain,
        word_cells,
        framed_cells,
        unit_table,
        layout_tables,
        unclosed,
        unclosed_table,
        grouped_rows,
        odd_spans,
        entities,
        hidden_cells,
        footnotes,
        fields,
        drawn_boxes,
        cut_in_two,
        cut_with_head,
        cut_in_a_row,
    )
}


# Sites: templates, in which the page around the report names other reports, other years and other authorities.

TEMPLATES = FIXTURES / "sites"
SITES = tuple(sorted(path.stem for path in TEMPLATES.glob("*.html")))
OWNER, NEIGHBOUR, STRANGER = "临江省人民政府", "清溪市财政局", "北塔县教育局"
MENU = (
    "首页",
    "走进临江",
    "新闻中心",
    "政务公开",
    "办事服务",
    "互动交流",
    "专题专栏",
    "数据开放",
    "政策文件",
    "规划计划",
)
FOOT = (
    f"<p>主办单位：{OWNER}办公厅　承办：临江省大数据中心</p><p>网站标识码：9900000001　"
    "临ICP备20001234号-1　临公网安备 99010202000001号</p>"
)
CRUMBS = '您当前的位置：<a href="/">首页</a> &gt; <a href="/gk/">政府信息公开</a> &gt; <a href="/n/">{next}年</a>'
REPORT = "{name}{year}年政府信息公开工作年度报告"


def page_of(site: str, story: Story) -> str:
    """The page of a site that prints the report."""
    menu = "".join(f'<li><a href="/c{at}/">{name}</a></li>\n' for at, name in enumerate(MENU))
    years = [year for year in range(story.year - 3, story.year + 3) if year != story.year]
    others = [REPORT.format(name=story.authority, year=year) for year in years]
    others += [REPORT.format(name=name, year=story.year - 1) for name in (OWNER, NEIGHBOUR, STRANGER)]
    related = "".join(
        f'<li><a href="/t{at}.html">{title}</a> <span>{story.year}-01-{at + 10}</span></li>\n'
        for at, title in enumerate(others)
    )
    template = Template((TEMPLATES / f"{site}.html").read_text("utf-8"))
    return template.substitute(
        title=story.title,
        authority=story.authority,
        year=story.year,
        next=story.year + 1,
        after=story.year + 2,
        body=story.body,
        menu=f"<ul>{menu}</ul>",
        related=related,
        old_related="".join(f'<tr><td>·<a href="/{at}">{title}</a></td></tr>\n' for at, title in enumerate(others)),
        foot=FOOT,
        crumbs=CRUMBS.format(next=story.year + 1),
        site=OWNER,
        neighbour=NEIGHBOUR,
        stranger=STRANGER,
    )
