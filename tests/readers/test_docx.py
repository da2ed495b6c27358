"""The reader of Word files, on small pieces of its XML; invented throughout."""

import io
from collections.abc import Mapping, Sequence

import pytest

from property.officefiles import docx, relations, run, word_part
from reportparse import parse_report
from reportparse.document import SourceDocument
from reportparse.errors import InputError
from reportparse.limits import Limits
from reportparse.readers.docx.read import read_docx
from reportparse.readers.sources import read_source
from reportparse.spans import Span

HEADING = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'


def paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p>{properties}{inner}</w:p>"


def text_p(text: str) -> str:
    return paragraph(run(text))


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text_p(text) if text else '<w:p/>'}</w:tc>"


def table(*rows: Sequence[str] | str) -> str:
    printed = (row if isinstance(row, str) else f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    return f"<w:tbl>{''.join(printed)}</w:tbl>"


def read(body: str, parts: Mapping[str, str | bytes] | None = None, *rows: tuple[str, ...]) -> SourceDocument:
    return read_docx(docx(body, parts, rows))


def cells_of(document: SourceDocument, grid: int = 0) -> list[tuple[int, int, int, int, str]]:
    cells = document.grids[grid].cells
    return [(c.row, c.column, c.row_span, c.column_span, document.text[c.start : c.end]) for c in cells]


def told(document: SourceDocument) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in document.findings]


# Text


def test_paragraphs_are_lines_and_rows_are_lines_with_tabs() -> None:
    document = read(text_p("年度报告") + table([cell("规章"), cell("3")], [cell("合计"), cell("")]) + text_p("以上。"))

    assert document.text == "年度报告\n规章\t3\n合计\t\n以上。"
    assert cells_of(document) == [(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "3"), (1, 0, 1, 1, "合计"), (1, 1, 1, 1, "")]


def test_empty_paragraphs_print_nothing() -> None:
    assert read("<w:p/><w:p><w:pPr/></w:p>" + text_p("甲") + "<w:p/>").text == "甲"


def test_runs_of_a_paragraph_are_one_text() -> None:
    inner = run("政府") + '<w:proofErr w:type="spellStart"/>' + run("信息", "<w:b/>") + run("公开")

    assert read(paragraph(inner)).text == "政府信息公开"


def test_spaces_at_the_edges_count_only_where_they_are_preserved() -> None:
    inner = "<w:r><w:t> 甲 \n 乙 </w:t></w:r>" + run(" 丙 ")

    assert read(paragraph(inner)).text == "甲   乙 丙 "


def test_marks_that_stand_for_characters_are_written() -> None:
    inner = (
        "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t>"
        '<w:softHyphen/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Odd" w:char="F041"/></w:r>'
    )

    assert read(paragraph(inner)).text == "甲\t乙\n丙\n1-2☑\uf041"


def test_a_page_begins_at_a_break_at_a_section_and_where_one_began_in_print() -> None:
    body = (
        paragraph('<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r>')
        + paragraph("<w:r><w:lastRenderedPageBreak/><w:t>丙</w:t><w:lastRenderedPageBreak/><w:t>丁</w:t></w:r>")
        + paragraph(run("戊"), "<w:pPr><w:sectPr/></w:pPr>")
        + paragraph(run("己"), "<w:pPr><w:pageBreakBefore/></w:pPr>")
    )

    assert read(body).text == "甲\n\f乙\n\f丙丁\n戊\n\f\n\f己"


def test_a_raised_figure_is_no_further_digit() -> None:
    raised = '<w:vertAlign w:val="superscript"/>'

    assert read(paragraph(run("12") + run("3", raised) + run("米") + run("2", raised))).text == "12^3米2"


def test_formulas_keep_their_figures_apart() -> None:
    fraction = (
        "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    power = (
        "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )

    assert read(paragraph(fraction) + paragraph(power)).text == "1/2\n10^2"


# What is not printed


def test_insertions_are_read_and_deletions_are_not_and_both_are_told() -> None:
    inner = (
        '<w:del w:id="1"><w:r><w:delText>12</w:delText></w:r></w:del>'
        f'<w:ins w:id="2">{run("34")}</w:ins><w:moveFrom w:id="3">{run("56")}</w:moveFrom>'
        f'<w:moveTo w:id="4">{run("78")}</w:moveTo>'
    )

    document = read(paragraph(inner))

    assert document.text == "3478"
    assert told(document) == [("text_left_out", "note"), ("tracked_changes", "note")]
    assert document.findings[0].message == "4 characters are deleted and were not read as text: 1256"


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    deleted = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
    body = (
        paragraph(run("一、总体"), deleted)
        + text_p("情况")
        + paragraph(run("完"), deleted)
        + table([cell("1"), cell("2")])
    )

    assert read(body).text == "一、总体情况\n完\n1\t2"


def test_deleted_rows_and_cells_are_left_out_and_inserted_ones_are_read() -> None:
    document = read(
        table(
            [cell("甲"), cell("9", '<w:cellDel w:id="1"/>'), cell("1")],
            f'<w:tr><w:trPr><w:del w:id="2"/></w:trPr>{cell("乙")}{cell("2")}</w:tr>',
            f'<w:tr><w:trPr><w:ins w:id="3"/></w:trPr>{cell("丙")}{cell("3")}</w:tr>',
        )
    )

    assert document.text == "甲\t1\n丙\t3"
    assert [finding.code for finding in document.findings] == ["text_left_out", "tracked_changes"]
    assert "9乙2" in document.findings[0].message


STYLES = word_part(
    "styles",
    '<w:style w:type="character" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Shade"><w:basedOn w:val="Ghost"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:outlineLvl w:val="0"/>'
    '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Ring"><w:basedOn w:val="Ring"/></w:style>',
)
STYLED = {"word/styles.xml": STYLES}
STYLE_ROW = ("r1", "styles", "styles.xml")


def test_hidden_and_struck_text_is_left_out_and_told() -> None:
    body = (
        paragraph(run("1", "<w:vanish/>") + run("2") + run("3", "<w:strike/>") + run("4", '<w:vanish w:val="0"/>'))
        + paragraph(run("5", '<w:rStyle w:val="Ghost"/>') + run("6", '<w:rStyle w:val="Ring"/>'))
        + paragraph(run("7") + run("8", '<w:vanish w:val="false"/>'), '<w:pPr><w:pStyle w:val="Shade"/></w:pPr>')
    )

    document = read(body, STYLED, STYLE_ROW)

    assert document.text == "24\n6\n8"
    assert told(document) == [("text_left_out", "warning")] * 2
    assert [finding.message.rpartition(": ")[2] for finding in document.findings] == ["157", "3"]


def test_readings_above_characters_are_left_out_and_told() -> None:
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('wù')}</w:rt><w:rubyBase>{run('务')}</w:rubyBase></w:ruby>"

    document = read(paragraph(run("服") + f"<w:r>{ruby}</w:r>"))

    assert document.text == "服务"
    assert told(document) == [("text_left_out", "note")]


# Fields


def field(code: str, result: str | None) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    middle = "" if result is None else mark.format("separate") + result
    return f"{mark.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{middle}{mark.format('end')}"


def test_of_a_field_the_result_is_printed() -> None:
    inner = (
        run("共")
        + field(" =SUM(ABOVE) ", run("12"))
        + run("件")
        + '<w:fldSimple w:instr=" DATE ">'
        + run("今")
        + "</w:fldSimple>"
    )

    assert read(paragraph(inner)).text == "共12件今"


def test_fields_in_the_instruction_of_a_field_are_not_printed() -> None:
    inner = field(field("MERGEFIELD", run("99")) + " IF ", run("3"))

    assert read(paragraph(inner)).text == "3"


def test_page_numbers_are_no_text() -> None:
    inner = (
        run("- ") + field(" PAGE ", run("7")) + run(" -") + f'<w:fldSimple w:instr="NUMPAGES">{run("9")}</w:fldSimple>'
    )

    assert read(paragraph(inner)).text == "-  -"


def test_a_field_that_never_ends_hides_no_further_text() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'

    assert (
        read(paragraph(run("甲") + begun) + text_p("乙") + paragraph(begun * 100 + run("丙")) + text_p("丁")).text
        == "甲\n乙\n丁"
    )


def test_a_figure_in_a_circle_is_read_out_of_its_field() -> None:
    assert read(paragraph(field(r" eq \o\ac(○,3) ", None) + run("公开") + field(" XE 索引 ", None))).text == "3公开"


# Containers


def test_content_controls_tags_and_links_are_seen_through() -> None:
    inner = (
        f"<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr></w:sdtPr><w:sdtContent>{run('甲')}</w:sdtContent></w:sdt>"
        f'<w:smartTag w:uri="u" w:element="e">{run("乙")}</w:smartTag><w:hyperlink r:id="r1">{run("丙")}</w:hyperlink>'
        f'<w:hyperlink w:anchor="x">{run("丁")}</w:hyperlink>'
    )

    document = read(paragraph(inner), None, ("r1", "hyperlink", "http://example.invalid/a", "External"))

    assert document.text == "甲乙丙丁"
    assert [(link.span, link.address) for link in document.links] == [(Span(2, 3), "http://example.invalid/a")]


def test_rows_and_cells_in_content_controls_are_rows_and_cells() -> None:
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = control.format(f"<w:tr>{control.format(cell('规章'))}{cell('1')}</w:tr>")

    assert cells_of(read(table(row))) == [(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "1")]


def box(inner: str) -> str:
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{content}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_is_read_once_before_the_paragraph_that_holds_it() -> None:
    inner = run("一、总体") + box(text_p("盒中") + table([cell("甲"), cell("1")])) + run("情况")

    document = read(paragraph(inner))

    assert document.text == "盒中\n甲\t1\n一、总体情况"
    assert cells_of(document) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1")]


def test_what_only_older_programs_show_is_read_where_there_is_nothing_else() -> None:
    inner = "<w:r><mc:AlternateContent><mc:Fallback><w:t>旧</w:t></mc:Fallback></mc:AlternateContent></w:r>"

    assert read(paragraph(inner)).text == "旧"


# Tables


SPAN2 = '<w:gridSpan w:val="2"/>'
RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_cover_columns_and_rows() -> None:
    document = read(
        table(
            [cell("三、", RESTART), cell("（一）", SPAN2), cell("1")],
            [cell("", CONTINUE), cell("（二）", RESTART), cell("1."), cell("2")],
            [cell("", '<w:vMerge w:val="continue"/>'), cell("", CONTINUE), cell("2."), cell("3")],
            [cell("四、", '<w:gridSpan w:val="3"/>'), cell("4")],
        )
    )

    assert cells_of(document) == [
        (0, 0, 3, 1, "三、"),
        (0, 1, 1, 2, "（一）"),
        (0, 3, 1, 1, "1"),
        (1, 1, 2, 1, "（二）"),
        (1, 2, 1, 1, "1."),
        (1, 3, 1, 1, "2"),
        (2, 2, 1, 1, "2."),
        (2, 3, 1, 1, "3"),
        (3, 0, 1, 3, "四、"),
        (3, 3, 1, 1, "4"),
    ]
    assert document.text == "三、\t（一）\t1\n（二）\t1.\t2\n2.\t3\n四、\t4"


def test_a_merged_cell_that_begins_nowhere_is_a_cell() -> None:
    document = read(table([cell("甲", CONTINUE), cell("1")], [cell("乙"), cell("2", CONTINUE)]))

    assert cells_of(document) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "2")]


def test_merging_ends_where_a_new_cell_begins() -> None:
    document = read(
        table([cell("甲", RESTART), cell("1")], [cell("乙", RESTART), cell("2")], [cell("", CONTINUE), cell("3")])
    )

    assert [c[:3] for c in cells_of(document) if c[1] == 0] == [(0, 0, 1), (1, 0, 2)]


def test_text_under_a_merged_cell_is_left_out_and_told() -> None:
    document = read(table([cell("甲", RESTART), cell("1")], [cell("乙", CONTINUE), cell("2")]))

    assert document.text == "甲\t1\n2"
    assert told(document) == [("text_left_out", "warning")]
    assert "乙" in document.findings[0].message


def test_old_horizontal_merging_is_read() -> None:
    document = read(table([cell("甲", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), cell("1")]))

    assert cells_of(document) == [(0, 0, 1, 2, "甲"), (0, 2, 1, 1, "1")]


def test_a_row_may_begin_further_right() -> None:
    short = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("2")}</w:tr>'

    assert cells_of(read(table([cell("甲"), cell("1")], short))) == [
        (0, 0, 1, 1, "甲"),
        (0, 1, 1, 1, "1"),
        (1, 1, 1, 1, "2"),
    ]


def test_repeated_head_rows_are_heads() -> None:
    head = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell('规章')}{cell('数量')}</w:tr>"

    document = read(table(head, [cell("甲"), cell("1")]))

    assert [c.is_head for c in document.grids[0].cells] == [True, True, False, False]


def test_paragraphs_of_a_cell_are_lines_and_tabs_and_pages_in_it_are_white_space() -> None:
    inner = text_p("商业") + "<w:p/>" + paragraph('<w:r><w:t>企</w:t><w:tab/><w:t>业</w:t><w:br w:type="page"/></w:r>')

    document = read(table([f"<w:tc>{inner}</w:tc>", cell("1")]))

    assert document.text == "商业\n企 业\t1"


def test_a_table_that_holds_a_table_only_arranges() -> None:
    inner = table([cell("规章"), cell("1")])
    outer = f"<w:tbl><w:tr><w:tc>{text_p('左')}</w:tc><w:tc>{text_p('上')}{inner}{text_p('下')}</w:tc></w:tr></w:tbl>"

    document = read(outer)

    assert document.text == "左\n上\n规章\t1\n下"
    assert len(document.grids) == 1


def test_a_table_of_one_cell_is_a_frame() -> None:
    document = read(table([cell("一、总体情况")]))

    assert (document.text, document.grids) == ("一、总体情况", ())


def test_spans_beyond_any_table_are_cut_and_told() -> None:
    document = read(table(*[[cell("甲", '<w:gridSpan w:val="999999"/>'), cell("1")]] * 400))

    assert "table_spans_cut" in [finding.code for finding in document.findings]


def test_tables_with_more_cells_than_the_limit_are_refused() -> None:
    data = docx(table([cell("甲"), cell("1")]) * 3)

    assert len(read_docx(data, Limits(max_cells=6)).grids) == 3
    with pytest.raises(InputError, match="max_cells=5"):
        read_docx(data, Limits(max_cells=5))


def test_texts_longer_than_the_limit_are_refused() -> None:
    with pytest.raises(InputError, match="max_characters=9"):
        read_docx(docx(text_p("字" * 10)), Limits(max_characters=9))


# Lists and headings


NUMBERING = word_part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="H2"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)
LISTED = {"word/styles.xml": STYLES, "word/numbering.xml": NUMBERING}
LIST_ROW = ("r2", "numbering", "numbering.xml")


def numbered(text: str, level: int = 0, mark: str = "") -> str:
    return paragraph(
        run(text) if text else "",
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr><w:rPr>{mark}</w:rPr></w:pPr>',
    )


def test_numbers_of_lists_are_written_and_told() -> None:
    document = read(
        numbered("总体情况") + numbered("平台", 1) + numbered("", 1) + numbered("主动公开"), LISTED, STYLE_ROW, LIST_ROW
    )

    assert document.text == "一、 总体情况\n（一） 平台\n（二） \n二、 主动公开"
    assert told(document) == [("numbers_written", "note")]


def test_deleted_and_hidden_paragraphs_take_no_number() -> None:
    deleted_row = f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>{numbered("丙")}</w:tc></w:tr>'
    body = (
        numbered("甲")
        + numbered("", 0, '<w:del w:id="1"/>')
        + paragraph(
            run("乙", "<w:vanish/>"), '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:vanish/></w:rPr></w:pPr>'
        )
        + table(deleted_row)
        + numbered("丁")
    )

    assert read(body, LISTED, STYLE_ROW, LIST_ROW).text == "一、 甲\n二、 丁"


def test_styles_number_and_head_their_paragraphs() -> None:
    def styled(style: str, text: str, more: str = "") -> str:
        return paragraph(run(text), f'<w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>')

    document = read(
        styled("H", "总体情况")
        + styled("H2", "平台建设")
        + styled("H", "无号", '<w:numPr><w:numId w:val="0"/></w:numPr><w:outlineLvl w:val="9"/>')
        + paragraph(run("直接"), HEADING),
        LISTED,
        STYLE_ROW,
        LIST_ROW,
    )

    assert document.text == "一、 总体情况\n（一） 平台建设\n无号\n直接"
    assert [document.text[start:end] for start, end in document.headings] == [
        "一、 总体情况",
        "（一） 平台建设",
        "直接",
    ]


# Parts


def test_headers_footers_and_notes_stand_apart_and_once() -> None:
    parts: dict[str, str | bytes] = {
        "word/header1.xml": word_part("hdr", text_p("某某县水务局")),
        "word/header2.xml": word_part("hdr", text_p("某某县水务局")),
        "word/footer1.xml": word_part("ftr", paragraph(run("第") + field("PAGE", run("1")) + run("页"))),
        "word/footnotes.xml": word_part("footnotes", f'<w:footnote w:id="1">{text_p("含结转。")}</w:footnote>'),
        "word/comments.xml": word_part("comments", f'<w:comment w:id="1">{text_p("请核对")}</w:comment>'),
    }
    rows = [
        ("r1", "header", "header1.xml"),
        ("r2", "header", "header2.xml"),
        ("r3", "footer", "footer1.xml"),
        ("r4", "footnotes", "footnotes.xml"),
        ("r5", "comments", "comments.xml"),
        ("r6", "footer", "missing.xml"),
    ]
    body = (
        paragraph(run("申请3件") + '<w:r><w:footnoteReference w:id="1"/></w:r>')
        + "<w:sectPr><w:headerReference r:id='r1'/></w:sectPr>"
    )

    document = read(body, parts, *rows)

    assert document.text.startswith("申请3件\n")
    apart = [document.text[start:end].strip() for start, end in document.furniture]
    assert apart == ["某某县水务局", "第页", "含结转。", "请核对"]
    assert told(document) == [("notes_apart", "note")]


def test_pictures_are_told_with_their_place_and_size() -> None:
    drawing = (
        '<w:r><w:drawing><wp:inline><wp:extent cx="952500" cy="476250"/>'
        '<wp:docPr id="1" name="n" descr="依申请公开情况表"/>'
        '<a:graphic><a:blip r:embed="r1"/></a:graphic></wp:inline></w:drawing></w:r>'
    )
    shape = '<w:r><w:pict><v:shape style="width:75pt;height:30.5pt"><v:imagedata r:id="r2"/></v:shape></w:pict></w:r>'
    rows = (("r1", "image", "media/image1.png"), ("r2", "image", "http://example.invalid/2.png", "External"))

    document = read(
        text_p("甲") + paragraph(drawing) + table([f"<w:tc>{paragraph(shape)}</w:tc>", cell("乙")]), None, *rows
    )

    assert [(i.place, i.address, i.text, i.width, i.height) for i in document.images] == [
        (2, "word/media/image1.png", "依申请公开情况表", 100, 50),
        (2, "http://example.invalid/2.png", "", 100, 41),
    ]


def test_embedded_objects_are_told() -> None:
    inner = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="r1"/></w:object></w:r>'

    document = read(text_p("见下表") + paragraph(inner), None, ("r1", "package", "embeddings/book1.xlsx"))

    assert told(document) == [("embedded_object", "warning")]
    assert "word/embeddings/book1.xlsx" in document.findings[0].message


PAGE = "<html><body><h1>年度报告</h1><table><tr><td>规章</td><td>3</td></tr></table></body></html>"
MAIL = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/html; charset=utf-8\n"
    f"Content-Transfer-Encoding: 8bit\n\n{PAGE}\n--B--\n"
)


@pytest.mark.parametrize("chunk", [PAGE, MAIL])
def test_a_page_that_stands_in_the_text_is_read_in_its_place(chunk: str) -> None:
    body = text_p("前") + '<w:altChunk r:id="r1"/>' + text_p("后")

    document = read(body, {"word/chunk.mht": chunk.encode()}, ("r1", "aFChunk", "chunk.mht"))

    assert [line for line in document.text.split("\n") if line.strip()] == ["前", "年度报告", "规章\t3", "后"]
    assert cells_of(document) == [(0, 0, 1, 1, "规章"), (0, 1, 1, 1, "3")]
    assert document.parts == ()
    assert document.places is not None
    place = document.text.index("3")
    assert document.places.path(Span(place, place + 1)) == "word/chunk.mht!/html/body/table/tr/td[2]"
    assert document.places.path(Span(0, 1)) == "word/document.xml!/w:document/w:body/w:p[1]"


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        (("r1", "aFChunk", "http://example.invalid/", "External"), {}),
        (("r1", "aFChunk", "chunk.docx"), {"word/chunk.docx": docx(text_p("内"))}),
        (("r1", "aFChunk", "missing.html"), {}),
    ],
)
def test_a_file_in_the_text_that_cannot_be_read_is_told(row: tuple[str, ...], parts: dict[str, str | bytes]) -> None:
    document = read(text_p("前") + '<w:altChunk r:id="r1"/>', parts, row)

    assert document.text == "前"
    assert told(document) == [("part_unreadable", "warning")]


# The whole file


def test_paths_lead_to_paragraphs_and_cells() -> None:
    data = docx(text_p("甲") + table([cell("规章"), cell("3")], [cell("其他"), cell("4")]))

    document = read_source(data, "a.docx")

    assert document.places is not None
    place = document.text.index("4")
    assert (
        document.places.path(Span(place, place + 1)) == "word/document.xml!/w:document/w:body/w:tbl[1]/w:tr[2]/w:tc[2]"
    )
    assert document.places.path(Span(0, 1)) == "word/document.xml!/w:document/w:body/w:p[1]"


def test_both_editions_of_the_format_are_read() -> None:
    body = text_p("甲") + table([cell("乙", SPAN2), cell("1")])

    strict, usual = (read_docx(docx(body, is_strict=is_strict)) for is_strict in (True, False))

    assert strict.text == usual.text == "甲\n乙\t1"
    assert strict.grids == usual.grids


def test_the_text_may_stand_in_a_part_of_another_name() -> None:
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r", "officeDocument", "/word/document2.xml")),
        "word/document2.xml": word_part("document", f"<w:body>{text_p('二')}</w:body>"),
    }

    assert read(text_p("一"), parts).text == "二"


def test_relations_to_parts_that_are_missing_do_no_harm() -> None:
    assert read(text_p("甲"), None, ("r1", "styles", "NULL"), ("r2", "numbering", "../NULL")).text == "甲"


def test_a_file_without_text_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_source(docx("<w:p/>"), "a.docx")

    assert caught.value.code == "empty_input"


@pytest.mark.parametrize("cut", [40, 200, 700])
def test_a_file_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(InputError) as caught:
        read_source(docx(text_p("甲") * 50)[:-cut], "a.docx")

    assert caught.value.code == "damaged_file"


@pytest.mark.parametrize(
    "body",
    [
        "<w:tr><w:tc><w:p/></w:tc></w:tr>",
        "<w:tc><w:tcPr><w:gridSpan w:val='x'/></w:tcPr><w:p/></w:tc>",
        "<w:tbl><w:tc><w:p/></w:tc></w:tbl>",
        "<w:tbl><w:trPr/><w:tcPr/><w:tr/></w:tbl>",
        "<w:r><w:t>x</w:t></w:r><w:rPr/><w:pPr/>",
        "<w:p><w:r><w:fldChar w:fldCharType='end'/><w:sym w:char='zz'/><w:sym/></w:r></w:p>",
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='99999999999'/><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
        "<w:p><w:hyperlink r:id='nope'/><a:blip/><w:altChunk/></w:p>",
    ],
)
def test_elements_out_of_place_do_no_harm(body: str) -> None:
    document = read(body + text_p("总体情况"), LISTED, STYLE_ROW, LIST_ROW)

    assert "总体情况" in document.text


def test_a_file_of_another_library_is_read() -> None:
    library = pytest.importorskip("docx", reason="python-docx is not installed")
    made = library.Document()
    made.add_heading("一、总体情况", 1)
    made.add_paragraph("全年公开信息12条。")
    grid = made.add_table(2, 3)
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = "规章"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "1"
    grid.cell(1, 1).text, grid.cell(1, 2).text = "2", "3"
    buffer = io.BytesIO()
    made.save(buffer)

    document = read_docx(buffer.getvalue())

    assert document.text.startswith("一、总体情况\n全年公开信息12条。\n")
    assert [document.text[start:end] for start, end in document.headings] == ["一、总体情况"]
    assert cells_of(document) == [(0, 0, 2, 1, "规章"), (0, 1, 1, 2, "1"), (1, 1, 1, 1, "2"), (1, 2, 1, 1, "3")]


def test_records_lead_to_their_cells() -> None:
    body = (
        text_p("枫桥县水务局2023年政府信息公开工作年度报告")
        + text_p("二、主动公开政府信息情况")
        + table(
            [cell("第二十条第（一）项", '<w:gridSpan w:val="4"/>')],
            [cell("信息内容"), cell("本年制发件数"), cell("本年废止件数"), cell("现行有效件数")],
            [cell("规章"), cell("1"), cell("0"), cell("")],
            [cell("行政规范性文件"), cell("12"), cell("3"), cell("40")],
        )
    )

    report = parse_report(docx(body), name="a.docx")

    found = {(r.row, r.column): (r.value, r.state, r.certain, r.path) for r in report.records}
    path = "word/document.xml!/w:document/w:body/w:tbl[1]/w:tr[{}]/w:tc[{}]"
    assert found["normative_documents", "in_force"] == (40, "value", True, path.format(4, 4))
    assert found["rules", "in_force"] == (None, "blank", True, path.format(3, 4))
    assert report.year == 2023
