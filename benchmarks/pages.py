"""Pages to measure with: one invented report, laid out as a web page and as flat text.

Everything is made from the form data and a few sentences, and is the same on every run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import opencc

from reportparse.forms import TableSpec, load_form

# The numbers of a row, by its key and the number of its columns.
Values = Callable[[str, int], list[str]]

TITLE = "枫桥县自然资源局2019年政府信息公开工作年度报告"
FORM = "2019"

OVERVIEW = (
    "2019年，局机关把土地征收、规划许可和不动产登记作为公开的重点，按月核对栏目，逾期未更新的由办公室提醒。",
    "土地征收的预公告、补偿方案和批准文件在政府网站和村务栏同时张贴，群众可以扫码查看原文和附图。",
    "规划许可的批前公示不少于十日，公示期间收到的意见由承办科室逐条回复，回复内容一并公开。",
    "不动产登记的材料清单和办理时限印成单页，放在服务大厅和各乡镇便民中心，网上可以下载。",
    "依申请公开的答复由法规科审核，复杂事项提交局务会讨论，全年没有超过法定期限的答复。",
    "培训两次，内容是申请的登记、补正和答复的写法，参加的是各科室的联络员和窗口工作人员。",
    "与档案馆、图书馆核对了查阅场所的文件目录，补送文件三十一份，撤下废止的文件七份。",
)
PROBLEMS = (
    "公示附图的清晰度不够，手机上放大后看不清地块的边界，有的附图没有标明比例尺。",
    "科室之间对同一类申请的答复口径不完全一致，需要整理成统一的范本。",
    "下一年改用矢量附图，并把常见申请的答复范本编成册，每半年修订一次。",
)
OTHER = ("本年度没有收取信息处理费，没有其他需要报告的事项。",)

# As an office program writes them: most of such a page is markup that says nothing.
PARAGRAPH_STYLE = (
    "text-indent:32.0pt;line-height:28.0pt;mso-line-height-rule:exactly;text-align:justify;layout-grid-mode:char"
)
SPAN_STYLE = "font-size:16.0pt;font-family:仿宋_GB2312;mso-hansi-font-family:宋体;color:black"
CELL_FONT = "font-size:10.5pt;mso-bidi-font-size:11.0pt;color:black"
CELL_STYLE = "border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt;height:19.85pt"


def html_page(*, traditional: bool = False, paragraphs: int = len(OVERVIEW), values: Values | None = None) -> str:
    """The report as a web page of about 85 KB; ``paragraphs`` lengthens its overview, ``values`` gives other numbers.

    Lines end in CRLF, blanks are no-break spaces, and a layout table stands round the article.
    """
    form = load_form(FORM)
    tables = {table.key: _html_table(table, values or usual_values) for table in form.tables}
    bodies = {
        "overview": _paragraphs(_overview(paragraphs)),
        "proactive_disclosure": "".join(tables[t.key] for t in form.tables if t.section == "proactive_disclosure"),
        "requests": tables["requests"],
        "review_and_litigation": tables["review_and_litigation"],
        "problems_and_improvements": _paragraphs(PROBLEMS),
        "other_matters": _paragraphs(OTHER),
    }
    article = "".join(_paragraphs([section.label]) + bodies[section.kind] for section in form.sections)
    menu = "".join(f'<li class="item"><a href="/column/{i}.html" target="_blank">栏目{i}</a></li>\n' for i in range(20))
    page = (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{TITLE}</title>\n</head>\n<body>\n'
        f'<div class="nav"><ul>{menu}</ul></div>\n<table width="100%"><tr><td valign="top">\n'
        f"<h1>{TITLE}</h1>\n{article}</td></tr></table>\n"
        '<div class="footer">版权所有&nbsp;&nbsp;网站地图</div>\n</body>\n</html>\n'
    )
    return _converted(page, traditional).replace("\n", "\r\n")


def flat_text(*, traditional: bool = True, paragraphs: int = 12) -> str:
    """The report as text of about 6,000 characters, one table cell a line."""
    form = load_form(FORM)
    lines = [TITLE, ""]
    # Few and long, as in reports that were scraped; seven sentences each.
    overview = ["".join(_overview(len(OVERVIEW)))] * paragraphs
    bodies = {"overview": overview, "problems_and_improvements": PROBLEMS, "other_matters": OTHER}
    for section in form.sections:
        lines += [section.label, *bodies.get(section.kind, ())]
        for table in form.tables:
            if table.section == section.kind:
                lines += [text for row in _grid(table, usual_values) for text, _ in row if text]
        lines.append("")
    return _converted("\n".join(lines), traditional)


def _overview(paragraphs: int) -> list[str]:
    return [OVERVIEW[i % len(OVERVIEW)] for i in range(paragraphs)]


def _converted(text: str, traditional: bool) -> str:
    return opencc.OpenCC("s2tw").convert(text) if traditional else text


def _grid(table: TableSpec, values: Values) -> list[list[tuple[str, int]]]:
    """Rows of cells, each with the columns it covers."""
    if table.arrangement == "one_row":
        heads = [(row.label, len(table.columns)) for row in table.rows]
        columns = [(column.label, 1) for _ in table.rows for column in table.columns]
        return [heads, columns, [("0", 1)] * len(table.cells)]
    rows = [[(label, 1) for label in (table.label_heads[0], *(column.label for column in table.columns))]]
    if table.title is not None:
        rows.insert(0, [(table.title, len(table.columns) + 1)])
    for row in table.rows:
        printed = [""] * len(table.columns) if row.is_group else values(row.key, len(table.columns))
        rows.append([(text, 1) for text in (row.label, *printed)])
    return rows


def usual_values(row: str, columns: int) -> list[str]:
    """The numbers of a small bureau, most of them zero; every sum holds."""
    counts = {"new_requests": 12, "results.granted": 9, "results.unable_to_provide.not_held": 3, "results.total": 12}
    number = str(counts.get(row, 0))
    return [number, *["0"] * (columns - 2), number] if columns > 2 else [number] * columns


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(
        f'<p class="MsoNormal" style="{PARAGRAPH_STYLE}"><span style="{SPAN_STYLE}">{text}</span></p>\n'
        for text in texts
    )


def _html_table(table: TableSpec, values: Values) -> str:
    rows = "".join("<tr>\n" + "".join(_html_cell(*cell) for cell in row) + "</tr>\n" for row in _grid(table, values))
    return f'<table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0">\n{rows}</table>\n'


def _html_cell(text: str, columns: int) -> str:
    covers = f' colspan="{columns}"' if columns > 1 else ""
    return (
        f'<td{covers} style="{CELL_STYLE}"><p class="MsoNormal" align="center" style="text-align:center">'
        f'<span lang="EN-US" style="{CELL_FONT}">{text or "&nbsp;"}</span></p></td>\n'
    )
