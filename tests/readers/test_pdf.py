"""PDF files: text, tables, page breaks, furniture, and what cannot be read. Files are written by the tests."""

import subprocess
import sys
import zlib
from collections.abc import Sequence
from hashlib import md5
from random import Random

import pytest

from pdfmaker import PdfPage, assemble, mapped_pdf, stream, width_of, write_pdf
from property.pdfpages import RULES, WHOLE_RULES, Style, print_pdf
from property.sheets import Document, build_document
from reportparse import Report, parse_report
from reportparse.document import SourceDocument
from reportparse.errors import InputError
from reportparse.forms import load_form
from reportparse.limits import Limits
from reportparse.readers.pdf.join import MAX_JOINED, join_tables
from reportparse.readers.pdf.page import Box
from reportparse.readers.pdf.read import read_pdf
from reportparse.readers.pdf.tables import Table, TableCell
from reportparse.spans import Span

TITLE = "柳溪县水务局2021年政府信息公开工作年度报告"
HEADING = "一、总体情况"
FONT = "/F1 3 0 R"
DECISIONS = ("信息内容", "本年处理决定数量")


def page(*lines: str, top: float = 72.0) -> PdfPage:
    made = PdfPage()
    for number, line in enumerate(lines):
        made.text(72, top + 20 * number, line)
    return made


def table(on: PdfPage, rows: Sequence[Sequence[str]], top: float, *, widths: Sequence[float] = (200, 80, 80)) -> None:
    """Draw a ruled table whose rows are 20 points high."""
    edges = [72.0]
    for width in widths:
        edges.append(edges[-1] + width)
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            on.frame(edges[place], top + 20 * number, edges[place + 1], top + 20 * (number + 1))
            on.text(edges[place] + 3, top + 20 * number + 4, text)


def read(*pages: PdfPage, limits: Limits | None = None) -> SourceDocument:
    return read_pdf(write_pdf(pages), limits or Limits())


def cells(document: SourceDocument, grid: int = 0) -> list[list[str]]:
    found = document.grids[grid]
    rows: list[list[str]] = [[] for _ in range(found.rows)]
    for cell in found.cells:
        rows[cell.row].append(document.text[cell.start : cell.end])
    return rows


def codes(document: SourceDocument | Report) -> list[str]:
    return [finding.code for finding in document.findings]


def refused(data: bytes, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        read_pdf(data, limits or Limits())
    return caught.value


# Text


def test_a_line_of_print_is_a_line_of_text_and_pages_begin_with_a_form_feed() -> None:
    document = read(page(TITLE, HEADING), page("二、主动公开政府信息情况"))

    assert [line.strip(" ") for line in document.text.split("\n")] == [TITLE, HEADING, "\f二、主动公开政府信息情况", ""]


def test_words_keep_their_distance_so_that_columns_stand_one_under_another() -> None:
    on = PdfPage()
    for top, label, values in ((72, "规章", ("3", "12")), (92, "行政规范性文件", ("", "7"))):
        on.text(72, top, label)
        for place, value in enumerate(values):
            on.text(240 + 100 * place, top, value)

    first, second, _ = read(on).text.split("\n")

    assert width_of(first[: first.index("12")], 2) == width_of(second[: second.index("7")], 2)


def test_a_word_has_its_box_on_its_page() -> None:
    document = read(page(TITLE), page(TITLE, HEADING))
    place = document.text.index(HEADING)

    assert document.places is not None
    assert document.places.path(Span(place, place + 2)) == "page=2&viewrect=72,91,63,12"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    turned = {
        90: f"0 1 -1 0 {72 + 9:d} 72 Tm",
        180: "-1 0 0 -1 500 100 Tm",
        270: "0 -1 1 0 72 500 Tm",
    }[turn]
    on = PdfPage(entries=f"/Rotate {turn}")
    on.draw(f"BT /F1 10 Tf {turned} <{TITLE.encode('utf-16-be').hex()}> Tj ET")

    assert read(on).text.strip() == TITLE


def test_text_in_a_form_is_read() -> None:
    code = TITLE.encode("utf-16-be").hex()
    form = stream(f"BT /F1 10 Tf 72 700 Td <{code}> Tj ET", "/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    on = PdfPage()
    on.draw("/Fm0 Do")

    document = read_pdf(write_pdf([on], objects=[form], resources="/XObject << /Fm0 6 0 R >>"), Limits())

    assert document.text.strip() == TITLE


def test_a_glyph_drawn_twice_to_look_bold_is_one() -> None:
    on = page(TITLE)
    on.text(72.3, 72, TITLE)

    assert read(on).text.strip() == TITLE


def test_a_small_raised_digit_beside_a_number_is_no_digit_of_it() -> None:
    on = page(TITLE)
    on.text(72, 100, "15", 12)
    on.text(84, 98, "1", 6)

    assert "15¹" in read(on).text


@pytest.mark.parametrize("how", ["white", "clipped", "invisible", "below", "askew"])
def test_text_out_of_sight_stands_aside(how: str) -> None:
    on = page(TITLE, HEADING)
    ways = {"white": "1 g", "clipped": "0 0 5 5 re W n", "invisible": "", "below": "", "askew": ""}
    place = {"below": "1 0 0 1 72 -50 Tm", "askew": "0.7 0.7 -0.7 0.7 200 300 Tm"}.get(how, "1 0 0 1 72 600 Tm")
    mode = "3 Tr" if how == "invisible" else ""
    on.draw(f"q {ways[how]} BT {mode} /F1 10 Tf {place} <{'稿'.encode('utf-16-be').hex()}> Tj ET Q")

    document = read(on)

    assert [document.text[span.start : span.end].strip() for span in document.furniture] == ["稿"]
    assert "pdf_text_aside" in codes(document)


def test_white_text_on_a_dark_ground_is_in_sight() -> None:
    on = page(TITLE)
    on.fill(70, 100, 300, 130, 0.2)
    on.draw(f"q 1 g BT /F1 10 Tf 80 720 Td <{HEADING.encode('utf-16-be').hex()}> Tj ET Q")

    document = read(on)

    assert (HEADING in document.text, document.furniture) == (True, ())


def test_invisible_text_over_a_whole_page_is_that_of_ocr() -> None:
    on = PdfPage()
    on.draw(f"BT 3 Tr /F1 10 Tf 72 700 Td <{TITLE.encode('utf-16-be').hex()}> Tj ET")

    document = read(on)

    assert (document.text.strip(), codes(document)) == (TITLE, ["pdf_text_by_ocr"])


@pytest.mark.parametrize("character", ["\ue001", "\ufffd"])
def test_a_glyph_without_character_makes_no_number(character: str) -> None:
    on = page(TITLE)
    table(on, [DECISIONS, ("行政许可", ""), ("行政处罚", "3"), ("行政强制", "4")], 280, widths=(200, 120))
    second = "0003" if character == "\ue001" else "0009"
    on.draw(f"BT /F2 10 Tf 280 528 Td <0001{second}> Tj ET")

    report = parse_report(mapped_pdf(on, "<0001> <0031> <0003> <e001>"))

    assert [(record.raw, record.state) for record in report.records][:1] == [("1" + character, "unreadable")]
    assert "pdf_characters_unknown" in codes(report)


def test_radicals_in_place_of_characters_are_kept_and_labels_found() -> None:
    on = page(TITLE)
    table(on, [DECISIONS, ("", "7"), ("行政处罚", "3"), ("行政强制", "4")], 280, widths=(200, 120))
    on.text(96, 304, "许可")
    on.draw("BT /F2 10.5 Tf 75 529 Td <00010003> Tj ET")

    report = parse_report(mapped_pdf(on, "<0001> <2f8f> <0003> <653f>"))

    assert [(record.label, record.value) for record in report.records][:1] == [("⾏政许可", 7)]


# Ruled tables


@pytest.mark.parametrize("rules", WHOLE_RULES)
def test_rules_of_every_make_delimit_every_cell(rules: str) -> None:
    rng = Random(7)
    document = build_document(load_form("2021"), rng, nested=True, largest=300)

    report = parse_report(print_pdf(document, Style(rules=rules), rng))

    _holds_exactly(report, document)


@pytest.mark.parametrize("height", range(420, 500, 20))
@pytest.mark.parametrize("cuts_rows", [False, True])
def test_a_table_is_whole_wherever_pages_break(height: int, cuts_rows: bool) -> None:
    rng = Random(height)
    document = build_document(load_form("2019"), rng, nested=True, largest=300)
    style = Style(height=height, cuts_rows=cuts_rows, heads_again=height % 40 == 0)

    report = parse_report(print_pdf(document, style, rng))

    _holds_exactly(report, document)
    assert "table_joined" in codes(report)


@pytest.mark.parametrize("rules", sorted(set(RULES) - set(WHOLE_RULES)))
def test_missing_rules_give_doubt_and_no_wrong_value(rules: str) -> None:
    rng = Random(5)
    document = build_document(load_form("2021"), rng, nested=True, largest=40000)
    values = {slot.place: slot.value for slot in document.slots}

    report = parse_report(print_pdf(document, Style(rules=rules), rng))

    certain = [record for record in report.records if record.certain and record.state != "missing"]
    assert [r for r in certain if r.value != values[r.table, r.row, r.column]] == []


def _holds_exactly(report: Report, document: Document) -> None:
    found = {(r.table, r.row, r.column): (r.certain, r.state, r.value) for r in report.records}
    assert found == {slot.place: (True, slot.state, slot.value) for slot in document.slots}
    for record in report.records:
        assert record.span is not None
        assert report.source_text[record.span.start : record.span.end] == record.raw
        assert record.path is not None
        assert record.path.startswith("page=")


def test_a_number_broken_in_its_cell_keeps_the_break() -> None:
    on = page(TITLE)
    table(on, [("规章", "", "0")], 100, widths=(200, 24, 80))
    on.text(275, 102, "123", 8)
    on.text(275, 111, "4", 8)

    assert cells(read(on)) == [["规章", "123\n4", "0"]]


def test_two_numbers_in_one_cell_are_not_joined() -> None:
    on = page(TITLE)
    table(on, [("规章", "", "0")], 100)
    on.text(275, 102, "3", 8)
    on.text(275, 111, "4", 8)

    document = read(on)

    assert (document.grids, codes(document)) == ((), ["table_not_ruled"])


def test_a_number_that_crosses_a_rule_makes_the_table_doubtful() -> None:
    on = page(TITLE)
    table(on, [("规章", "", "7")], 100)
    on.text(335, 104, "123456")

    document = read(on)

    assert document.grids == ()


def test_a_table_wider_than_its_page_keeps_its_last_column() -> None:
    on = page(TITLE)
    table(on, [("规章", "5", "")], 100, widths=(400, 60, 63))
    on.text(580, 104, "123456")

    assert cells(read(on)) == [["规章", "5", "123456"]]


def test_a_frame_round_text_is_no_table() -> None:
    on = page(TITLE, HEADING)
    on.frame(60, 60, 500, 400)

    assert read(on).grids == ()


# Page breaks and furniture


def test_what_stands_between_the_parts_of_a_table_comes_after_it() -> None:
    head = ("信息内容", "本年制发件数", "现行有效件数")
    first, second = page(TITLE), PdfPage()
    table(first, [head, ("规章", "1", "2")], 700)
    first.text(280, 800, "— 1 —")
    table(second, [head, ("行政规范性文件", "3", "4")], 72)
    second.text(280, 800, "— 2 —")

    document = read(first, second)

    assert cells(document) == [list(head), ["规章", "1", "2"], ["行政规范性文件", "3", "4"]]
    assert [document.text[span.start : span.end].strip() for span in document.furniture] == ["— 1 —", *head, "— 2 —"]
    assert codes(document) == ["table_joined"]


def test_a_row_cut_by_the_page_break_is_one() -> None:
    first, second = page(TITLE), PdfPage()
    table(first, [("规章", "1", "2"), ("行政规范性", "3", "4")], 740)
    table(second, [("文件", "", ""), ("行政许可", "5", "6")], 72)

    assert cells(read(first, second)) == [["规章", "1", "2"], ["行政规范性文件", "3", "4"], ["行政许可", "5", "6"]]


def test_a_blank_row_on_top_of_a_page_is_a_row_of_its_own() -> None:
    first, second = page(TITLE), PdfPage()
    table(first, [("规章", "1", "2")], 740)
    table(second, [("行政规范性文件", "", "")], 72)

    assert cells(read(first, second)) == [["规章", "1", "2"], ["行政规范性文件", "", ""]]


def test_tables_with_other_columns_stay_two() -> None:
    first, second = page(TITLE), PdfPage()
    table(first, [("规章", "1", "2")], 740)
    table(second, [("行政许可", "5", "6")], 72, widths=(120, 120, 120))

    assert len(read(first, second).grids) == 2


def test_running_heads_and_page_numbers_are_furniture() -> None:
    pages = [page(f"第{number}段的文字。", top=200) for number in range(1, 4)]
    for number, on in enumerate(pages, 1):
        on.text(72, 30, "柳溪县水务局")
        on.text(290, 810, str(number))

    document = read(*pages)

    assert [document.text[span.start : span.end].strip() for span in document.furniture] == [
        *("柳溪县水务局", "1"),
        *("柳溪县水务局", "2"),
        *("柳溪县水务局", "3"),
    ]


# What is not read


def image_page(*, with_text: bool = False) -> tuple[PdfPage, bytes]:
    on = page(TITLE) if with_text else PdfPage()
    on.draw("q 595 0 0 842 0 0 cm /Im0 Do Q")
    entries = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return on, stream(b"\x80", entries)


def test_a_scan_is_refused_with_the_way_out() -> None:
    on, image = image_page()

    error = refused(write_pdf([on], objects=[image], resources="/XObject << /Im0 6 0 R >>"))

    assert error.code == "pdf_without_text"
    assert "ocrmypdf" in error.message


def test_a_page_that_is_a_picture_is_told_and_listed() -> None:
    on, image = image_page()

    document = read_pdf(write_pdf([page(TITLE), on], objects=[image], resources="/XObject << /Im0 6 0 R >>"), Limits())

    assert [image.address for image in document.images] == ["page=2"]
    assert [(f.code, f.message[:6]) for f in document.findings] == [("pdf_page_without_text", "page 2")]


def test_pages_over_the_limit_are_told() -> None:
    document = read(page(TITLE), page(HEADING), page("二"), limits=Limits(max_pages=1))

    assert codes(document) == ["limit_reached"]
    assert "max_pages=1" in document.findings[0].message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n", "pdf_damaged"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "pdf_damaged"),
        (assemble(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]), "pdf_damaged"),
        (assemble(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), "pdf_damaged"),
        (write_pdf([PdfPage()]), "pdf_without_text"),
        (write_pdf([PdfPage(200_000, 200_000)]), "pdf_damaged"),
    ],
    ids=["signature", "rubbish", "no pages", "loop", "empty page", "absurd page"],
)
def test_a_file_without_readable_pages_is_refused(data: bytes, code: str) -> None:
    assert refused(data).code == code


PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(user: bytes) -> bytes:
    """A file that is encrypted; an empty password of the user means that anybody may read it."""
    padded = (user + PAD)[:32]
    owner = rc4(md5(b"owner" + PAD[:27]).digest()[:5], padded)
    key = md5(padded + owner + b"\xfc\xff\xff\xff" + b"id").digest()[:5]
    content = rc4(md5(key + b"\4\0\0\0\0").digest()[:10], b"BT /F2 12 Tf 72 400 Td (Report of 2021) Tj ET")
    on = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R"
        " /Resources << /Font << /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    )
    keys = f"/O <{owner.hex()}> /U <{rc4(key, PAD).hex()}>"
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 {keys} >> /ID [<6964> <6964>]"
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        on,
        stream(content),
    ]
    return assemble(objects, f"/Root 1 0 R {lock}")


def test_a_file_that_only_its_owner_may_change_is_read() -> None:
    assert read_pdf(locked(b""), Limits()).text.strip() == "Report of 2021"


def test_a_file_locked_with_a_password_is_refused() -> None:
    error = refused(locked(b"secret"))

    assert (error.code, "password" in error.message) == ("pdf_locked", True)


def test_a_portfolio_names_the_files_that_it_holds() -> None:
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] >>",
        stream("anything", "/Type /EmbeddedFile"),
        "<< /Type /Filespec /F (report.docx) /UF (report.docx) /EF << /F 4 0 R >> >>",
    ]

    error = refused(assemble(objects))

    assert error.code == "pdf_without_text"
    assert "report.docx" in error.message


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes_and_told() -> None:
    data = write_pdf([page(TITLE)])

    document = read_pdf(data[: data.index(b"xref")], Limits())

    assert (document.text.strip(), codes(document)) == (TITLE, ["pdf_cut_off"])


# Hostile files


def file_of(content: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    body = b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R >>"
    return assemble(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, body])


def test_a_stream_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    error = refused(file_of(zlib.compress(bytes(3_000_000))))

    assert (error.code, "max_ratio" in error.message) == ("limit_exceeded", True)


def test_a_stream_packed_twice_is_measured_too() -> None:
    data = zlib.compress(zlib.compress(bytes(50_000_000)))

    assert refused(file_of(data, b"/Filter [/FlateDecode /FlateDecode]")).code == "limit_exceeded"


@pytest.mark.parametrize("times", [2, 10])
def test_forms_that_draw_forms_many_times_are_refused(times: int) -> None:
    count = 25
    forms = [
        stream(
            "/Fm Do " * times if at < count - 1 else "0 0 m 9 9 l S",
            f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Fm {7 + at} 0 R >> >>",
        )
        for at in range(count)
    ]
    on = PdfPage()
    on.draw("/Fm Do")

    assert refused(write_pdf([on], objects=forms, resources="/XObject << /Fm 6 0 R >>")).code == "pdf_overloaded"


@pytest.mark.parametrize("commands", ["/P BMC " * 3_000, "/P << /MCID 0 >> BDC " * 3_000 + "EMC " * 3_000])
def test_marks_that_lie_too_deep_are_refused(commands: str) -> None:
    # PDFium needs memory for the square of their depth.
    on = PdfPage()
    on.draw(commands)

    assert refused(write_pdf([on])).code == "pdf_overloaded"


def test_marks_that_are_closed_are_no_trouble_however_many() -> None:
    on = page(TITLE)
    on.draw("/P << /MCID 0 >> BDC EMC " * 20_000)

    assert TITLE in read(on).text


@pytest.mark.parametrize(
    "commands",
    ["nan nan m 1e99 -1e99 l S BT /F1 1e30 Tf 1e30 0 0 1e30 9e37 9e37 Tm <4e2d> Tj ET", "q " * 5000, "[" * 50_000],
    ids=["no numbers", "states", "brackets"],
)
def test_odd_commands_do_not_hurt_the_rest_of_the_file(commands: str) -> None:
    on = PdfPage()
    on.draw(commands)

    assert TITLE in read(page(TITLE), on).text


def test_a_page_with_too_many_marks_is_left_out_and_told() -> None:
    on = PdfPage()
    on.draw("0 0 m " + "9 9 l " * 210_000 + "S")

    document = read(page(TITLE), on)

    assert codes(document) == ["pdf_page_unread"]


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_gives_text_or_one_clear_error(seed: int) -> None:
    rng = Random(seed)
    data = bytearray(write_pdf([page(TITLE, HEADING), page("二")], packed=seed % 2 == 0))
    for _ in range(rng.choice((1, 8, 60))):
        data[rng.randrange(9, len(data))] = rng.randrange(256)

    told = outcome(bytes(data))

    assert told.startswith(("pdf_", "limit_", "text"))


def outcome(data: bytes) -> str:
    try:
        return "text" if read_pdf(data, Limits()).text.strip() else "nothing"
    except InputError as error:
        return error.code


def test_without_the_library_the_message_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['pypdfium2'] = None\n"
        "from reportparse import parse_report\n"
        "from reportparse.errors import MissingExtraError\n"
        "try:\n    parse_report(b'%PDF-1.7')\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "reportparse[pdf]" in done.stdout


@pytest.mark.parametrize(("rows", "is_joined"), [(MAX_JOINED // 2, True), (MAX_JOINED // 2 + 1, False)])
def test_a_table_far_longer_than_that_of_a_report_is_joined_no_further(rows: int, is_joined: bool) -> None:
    # Each join looks at every cell, so that five hundred pages of one table took minutes.
    def table(count: int) -> Table:
        cells = tuple(TableCell(row, column, 1, 1, ()) for row in range(count) for column in range(2))
        return Table(Box(0, 0, 100, 10), (0.0, 50.0, 100.0), count, cells)

    joined = join_tables(table(rows), table(2))

    assert (joined is not None) == is_joined
