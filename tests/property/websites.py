"""Web pages of many kinds of sites round one report, and the ways in which their tables are hard to read.

A hard table is a function from a sheet to its HTML; a site is a function from the report's own HTML to a page. Every
site prints other reports, other years and other authorities round the report, and they must not mislead.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from property.sheets import Box, Document, Paragraph, Sheet, boxes_of

Hard = Callable[[Sheet, Random], str]
Site = Callable[["Story", Random], str]


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
    """A table with one function for all cells."""
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
        if (box.row, box.column) == (0, 0) and not sheet.depth == 0:
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


# Sites.

OTHERS = ("临江省人民政府", "清溪市财政局", "北塔县教育局")


def _menu(rng: Random, count: int = 8) -> str:
    names = (
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
    items = "".join(f'<li><a href="/c{i}/">{names[i % len(names)]}</a></li>\n' for i in range(count))
    return f"<ul>{items}</ul>"


def _related(story: Story, rng: Random) -> str:
    years = [year for year in range(story.year - 3, story.year + 3) if year != story.year]
    items = [f"{story.authority}{year}年政府信息公开工作年度报告" for year in years]
    items += [f"{name}{story.year - 1}年政府信息公开工作年度报告" for name in OTHERS]
    return "".join(
        f'<li><a href="/t{i}.html">{item}</a> <span>{story.year}-01-{i + 10}</span></li>'
        for i, item in enumerate(items)
    )


def _crumbs(story: Story) -> str:
    return f'您当前的位置：<a href="/">首页</a> &gt; <a href="/gk/">政府信息公开</a> &gt; <a href="/n/">{story.year + 1}年</a>'


FOOT = (
    "<p>主办单位：临江省人民政府办公厅　承办：临江省大数据中心</p><p>网站标识码：9900000001　"
    "临ICP备20001234号-1　临公网安备 99010202000001号</p>"
)


def trs(story: Story, rng: Random) -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{story.title}_{OTHERS[0]}</title>'
        f'<meta name="SiteName" content="{OTHERS[0]}"><meta name="ArticleTitle" content="{story.title}">'
        f'<meta name="PubDate" content="{story.year + 1}-01-20 10:21"><meta name="ContentSource" content="{story.authority}">'
        "<style>.TRS_Editor P{line-height:2}.hide{display:none}</style></head><body>"
        f'<div class="top">今天是{story.year + 2}年3月5日</div><div class="nav1">{_menu(rng)}</div>'
        f'<div class="wz">{_crumbs(story)}</div><div class="left"><h3>政府信息公开年报</h3><ul>{_related(story, rng)}</ul></div>'
        f'<div class="xl"><table class="xxgk"><tr><td>索 引 号：</td><td>012345678/{story.year + 1}-00012</td><td>主题分类：</td>'
        f"<td>政府信息公开年报</td></tr><tr><td>发布机构：</td><td>{story.authority}</td><td>发文日期：</td>"
        f"<td>{story.year + 1}年01月20日</td></tr><tr><td>名　　称：</td><td colspan=3>{story.title}</td></tr></table>"
        f'<h1>{story.title}</h1><div>字号：[<a href="javascript:;">大</a> <a href="javascript:;">中</a> '
        f'<a href="javascript:;">小</a>] 浏览次数：1234</div><div class="TRS_Editor">{story.body}</div>'
        f'<div class="xgxx"><h4>相关信息</h4><ul>{_related(story, rng)}</ul></div></div><div class="bottom">{FOOT}</div></body></html>'
    )


def jcms(story: Story, rng: Random) -> str:
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{OTHERS[0]} 信息公开</title></head>'
        f'<body><table width="1000" align="center"><tr><td><img src="/images/banner.jpg" width="1000" height="180"></td></tr>'
        f'<tr><td height="30">{_crumbs(story)}</td></tr></table><table width="1000"><tr><td width="220" valign="top">{_menu(rng, 20)}</td>'
        f'<td valign="top"><table width="760"><tr><td>索引号</td><td>014000319/{story.year + 1}-00003</td><td>组配分类</td><td>年度报告</td></tr>'
        f"<tr><td>发布机构</td><td>{story.authority}</td><td>生成日期</td><td>{story.year + 1}-01-18</td></tr><tr><td>公开范围</td><td>面向社会</td>"
        f'<td>时效</td><td>有效</td></tr></table><div id="zoom"><p style="text-align:center">{story.title}</p>{story.body}</div>'
        f"<div>【打印本页】 【关闭窗口】</div></td></tr></table><table width=1000><tr><td>{FOOT}</td></tr></table></body></html>"
    )


def ucap(story: Story, rng: Random) -> str:
    meta = f"<span>发布时间：{story.year + 1}-01-25 16:30</span><span>来源：{story.authority}</span><span>浏览：88次</span>"
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="Author" content="信息员张"><title>{story.title}</title></head><body>'
        f'<header><div class="logo">{OTHERS[1]}</div>{_menu(rng, 12)}</header><div class="crumb">{_crumbs(story)}</div><div class="main">'
        f'<ucaptitle>{story.title}</ucaptitle><div class="info">{meta}</div><div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>'
        f'<div class="content"><ucapcontent>{story.body}</ucapcontent></div><p>上一篇：<a href="/1">{OTHERS[2]}{story.year}年政府信息公开工作年度报告</a></p>'
        f'<p>下一篇：<a href="/2">{OTHERS[1]}{story.year}年政府信息公开工作年度报告</a></p></div><footer>{FOOT}</footer></body></html>'
    )


def kaipu(story: Story, rng: Random) -> str:
    facts = [
        ("索&nbsp;&nbsp;引&nbsp;&nbsp;号", f"00123/{story.year + 1}-00777"),
        ("发布机构", story.authority),
        ("公开日期", f"{story.year + 1}/1/28"),
        ("名　　称", story.title),
        ("文　　号", ""),
    ]
    rows = "".join(f"<li><b>{name}：</b><span>{value}</span></li>" for name, value in facts)
    return (
        f'<html><head><meta charset="utf-8"><title>{story.title}-{story.authority}</title></head><body><div class="wrap"><div class="menu-left">'
        f"<p>统计</p><p>总访问量：123456</p><p>今日：789</p><dl><dt>历年年报</dt>{_related(story, rng).replace('li>', 'dd>')}</dl></div>"
        f'<div class="detail"><ul class="facts">{rows}</ul><div class="con"><div class="title">{story.title}</div>{story.body}</div></div>'
        f'</div><div class="links"><select><option>友情链接</option><option>{OTHERS[0]}</option></select></div>{FOOT}</body></html>'
    )


def word(story: Story, rng: Random) -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>'
        '<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 12">'
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml><![endif]-->"
        "<style><!-- p.MsoNormal{mso-style-parent:'';margin:0cm} @page Section1{size:595.3pt} --></style></head>"
        f'<body lang=ZH-CN><div class=Section1><p class=MsoNormal align=center><b><span style="font-size:22.0pt">{story.title}'
        f"<span lang=EN-US><o:p></o:p></span></span></b></p>{story.body}<p class=MsoNormal>{story.authority}</p>"
        f"<p class=MsoNormal>{story.year + 1}年1月20日</p></div></body></html>"
    )


def wechat(story: Story, rng: Random) -> str:
    return (
        f'<html><head><meta charset="utf-8"><meta property="og:title" content="{story.title}">'
        f'<meta property="og:site_name" content="微信公众平台"><title></title></head><body><div id="js_article"><h1 class="rich_media_title">'
        f'{story.title}</h1><div><span>原创</span> <a href="javascript:void(0);">临江发布</a> <em>{story.year + 1}-02-01 09:00</em></div>'
        f'<div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0;"><section>{story.body}</section></div>'
        "<div>预览时标签不可点</div><div>微信扫一扫关注该公众号</div></div></body></html>"
    )


def old_tables(story: Story, rng: Random) -> str:
    left = "".join(
        f'<tr><td>·<a href="/{i}">{OTHERS[i % 3]}{2005 + i}年政府信息公开工作年度报告</a></td></tr>' for i in range(8)
    )
    return (
        f'<HTML><HEAD><TITLE>{OTHERS[0]}门户网站</TITLE><META http-equiv=Content-Type content="text/html; charset=utf-8"></HEAD>'
        f"<BODY><TABLE width=778 align=center><TBODY><TR><TD colspan=2><FONT color=red>{OTHERS[0]}{story.year + 1}年工作会议专题</FONT></TD></TR>"
        f"<TR><TD width=160><TABLE><TBODY>{left}</TBODY></TABLE></TD><TD><TABLE width=600><TBODY><TR><TD align=center><B>{story.title}</B></TD></TR>"
        f"<TR><TD align=center>发布日期：{story.year + 1}-1-9 信息来源：{story.authority} 点击数：56 【字体：大 中 小】</TD></TR>"
        f"<TR><TD><FONT>{story.body}</FONT></TD></TR><TR><TD>【打印】【关闭】</TD></TR></TBODY></TABLE></TD></TR>"
        f"<TR><TD colspan=2>{FOOT}</TD></TR></TBODY></TABLE></BODY></HTML>"
    )


def wordpress(story: Story, rng: Random) -> str:
    data = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Article","headline":"'
        f'{story.title}","datePublished":"{story.year + 1}-01-30T08:00:00+08:00","publisher":{{"name":"{OTHERS[0]}"}}}}</script>'
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{story.title} – {OTHERS[0]}</title>{data}</head><body>'
        f'<header><h1 class="site-title">{OTHERS[0]}</h1><nav>{_menu(rng)}</nav></header><main><article><header class="entry-header">'
        f'<h1 class="entry-title">{story.title}</h1><span class="posted-on">{story.year + 1}年1月30日</span></header><div class="entry-content">'
        f'{story.body}</div><footer class="entry-footer"><a href="/tag">年报</a></footer></article></main><aside class="sidebar">'
        f"<h2>近期文章</h2><ul>{_related(story, rng)}</ul><p>访客 1024</p></aside><footer>© 2024 {OTHERS[0]}</footer></body></html>"
    )


def encyclopedia(story: Story, rng: Random) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>{story.title}_百科</title></head><body><div class="header">{_menu(rng, 5)}</div>'
        f'<div class="lemma"><h1>{story.title}</h1><dl><dt>中文名</dt><dd>{story.title}</dd><dt>颁布时间</dt><dd>{story.year + 1}年1月</dd>'
        f'<dt>发布单位</dt><dd>{story.authority}</dd></dl><h2>基本介绍</h2>{story.body}</div><div class="rel"><h3>相关词条</h3>'
        f"<ul>{_related(story, rng)}</ul><h3>热门词条</h3>{_menu(rng, 6)}</div><p>联络我们</p></body></html>"
    )


SITES: dict[str, Site] = {
    function.__name__: function
    for function in (trs, jcms, ucap, kaipu, word, wechat, old_tables, wordpress, encyclopedia)
}
