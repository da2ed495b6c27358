import pytest

from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.views.annotated import annotate

REPORTS = FIXTURES / "reports"


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(REPORTS / "page-wrong-cell" / "source.html")


def test_pieces_tile_the_source_text(report: Report) -> None:
    pieces = annotate(report)

    assert "".join(piece.text for piece in pieces) == report.source_text
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)


def test_every_printed_cell_has_its_piece(report: Report) -> None:
    printed = {number: "" for number, record in enumerate(report.records) if record.span is not None}

    for piece in annotate(report):
        for number in piece.cells:
            printed[number] += piece.text

    assert printed == {number: report.records[number].raw for number in printed}


def test_the_values_of_a_doubtful_row_belong_to_all_its_cells() -> None:
    report = read_report(REPORTS / "vanished-blanks" / "source.txt")
    row = report.uncertain_rows[0]
    doubtful = {n for n, r in enumerate(report.records) if (r.table, r.row) == (row.table, row.row)}

    cells = [set(piece.cells) for piece in annotate(report) if piece.start == row.tokens[0].span.start]

    assert cells == [doubtful]


def test_a_blank_cell_has_a_piece_without_text() -> None:
    labels = ("一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理")
    rows = "".join(f"<tr><td>{label}</td><td>2</td>{'<td></td>' * 5}<td>2</td></tr>" for label in labels)
    report = parse_report(f"<html><table>{rows}</table>")
    blanks = [number for number, record in enumerate(report.records) if record.state == "blank"]

    pieces = [piece for piece in annotate(report) if "blank" in piece.styles]

    assert len(blanks) == 20
    assert [number for piece in pieces for number in piece.cells] == blanks
    assert {piece.text for piece in pieces} == {""}


def test_title_headings_and_what_is_unassigned_are_marked(report: Report) -> None:
    styles = {style: piece.text for piece in annotate(report) for style in piece.styles}

    assert report.title is not None
    assert styles["title"].startswith(report.title.text[:5])
    assert styles["heading"] == "六、其他需要報告的事項"


def test_a_report_without_text_has_no_pieces(report: Report) -> None:
    bare = Report.model_validate_json(report.model_dump_json())

    assert annotate(bare) == ()
