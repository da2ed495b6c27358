"""Documents that are almost reports: a fuzzer chooses their pieces."""

from __future__ import annotations

from fuzz.choices import Choices
from hostile.reports import HEADINGS, NEW_REQUESTS, REQUESTS_HEADING, TITLE, labels, page_report

MOST_PIECES = 200
_NUMBERS = (
    "0",
    "1",
    "12",
    "1,036",
    "１２",
    "-3",
    "+5/-2",
    "",
    " ",
    "-",
    "/",
    "—",
    "无",
    "0.5",
    "8.43万元",
    "1 2",
    "00",
    *("9⁰", "²", "٣", "①", "½", "1e5"),
)
_SEPARATORS = ("\n", "\n", "\t", " ", "|", "\n\n", "　", "\f", "\r\n", "\r", "\xa0", "│", " | ", "\n|---|---|\n", "")
_WORDS = (
    TITLE,
    "引言",
    "本报告由总体情况、主动公开、申请办理、复议诉讼、存在问题、其他事项等六个部分组成。",
    "2021年1月1日至2021年12月31日",
    "全年收到政府信息公开申请3件，办结3件，其中予以公开2件。",
    "（一）主动公开情况",
    "一是公开。",
    "- 4 -",
    "单位：件",
    "填报单位：溪口县水务局",
    "申请人情况",
    "第二十条第（一）项",
    "\u200b",
    "\ufeff",
    "\0",
    "\x1b[1m",
    "资讯公开、網際網路、專案數量",
    "<td>",
    "</table>",
    "&nbsp;",
)
_TAGS = (
    *("table", "tr", "td", "th", "tbody", "p", "div", "span", "b", "br", "h1", "h2", "a", "img", "meta", "li", "ul"),
    *("caption", "pre", "font", "o:p", "script", "style", "nav", "footer", "section", "svg", "textarea", "title", "x"),
    *("html", "body", "head", "form", "select", "option", "iframe", "noscript", "template", "math", "frameset"),
)
_ATTRIBUTES = (
    *(
        "",
        "",
        "",
        ' rowspan="2"',
        ' colspan="7"',
        " rowspan=0",
        " colspan=-1",
        ' rowspan="99999999999"',
        ' colspan="x"',
    ),
    *(' class="nav"', ' class="footer position"', ' href="a.html"', ' src="t.png" width="600"', ' alt="一览表"'),
    *(' name="PubDate" content="2022-01-20"', ' style="display:none"', " a='", ' b="', " hidden", ' charset="gbk"'),
)


def piece_of(choices: Choices) -> str:
    """A label, a heading, a number, a word, a separator, or anything else."""
    kind = choices.number(10)
    if kind < 3:
        return choices.pick(_NUMBERS)
    if kind < 5:
        return choices.pick(_SEPARATORS)
    if kind == 5:
        return choices.pick((REQUESTS_HEADING, *HEADINGS))
    if kind == 6:
        return choices.pick(_WORDS)
    if kind == 7:
        return choices.text()
    label = choices.pick((NEW_REQUESTS, *labels()))
    if kind == 8:
        return label
    return label[: choices.number(len(label) + 1)] + choices.pick(_SEPARATORS)


def flat_text(choices: Choices) -> str:
    """Running text of labels, numbers and separators; the separator between them stays the same for a while."""
    pieces = [TITLE, "\n"] if choices.number(2) else []
    separator = "\n"
    while choices and len(pieces) < MOST_PIECES:
        if choices.number(16) == 0:
            separator = choices.pick(_SEPARATORS)
        pieces += [piece_of(choices), separator]
    return "".join(pieces)


def page(choices: Choices) -> str:
    """Tags, opened and closed in any order, round the pieces of a report; or a whole page with damage."""
    if choices.number(4) == 0:
        return damaged(page_report(), choices)
    pieces = ["<html><body>"] if choices.number(2) else []
    while choices and len(pieces) < MOST_PIECES:
        kind = choices.number(8)
        if kind < 3:
            pieces.append(f"<{choices.pick(_TAGS)}{choices.pick(_ATTRIBUTES)}>")
        elif kind == 3:
            pieces.append(f"</{choices.pick(_TAGS)}>")
        elif kind == 4:
            pieces.append(
                choices.pick(("<!--", "-->", "<![CDATA[", "]]>", "<?xml", "&#0;", "&#x110000;", "<", ">", "&"))
            )
        elif kind == 5:
            pieces.append("<tr>" + "".join(f"<td>{piece_of(choices)}" for _ in range(choices.number(10))) + "</tr>")
        else:
            pieces.append(piece_of(choices))
    return "".join(pieces)


def damaged(text: str, choices: Choices) -> str:
    """A text in which stretches are lost, doubled, moved or written over."""
    for _ in range(min(20, 1 + choices.number(20))):
        start = choices.number(65_536) % (len(text) + 1)
        end = min(len(text), start + choices.number(256))
        kind = choices.number(4)
        middle = ("", text[start:end] * 2, piece_of(choices), choices.text())[kind]
        text = text[:start] + middle + text[end:]
    return text
