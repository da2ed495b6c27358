"""The text view: what stands on the page, that it fits, and that nothing printed can steer the terminal."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from rich.cells import cell_len

from reportparse.forms import form_keys, load_form
from reportparse.models import (
    BlamedCell,
    Candidates,
    CellRef,
    Check,
    Claim,
    Declared,
    DeclaredPart,
    Diagnosis,
    Finding,
    PrintedCell,
    Record,
    Report,
    Section,
    Source,
    Title,
    Unassigned,
    UncertainRow,
    UnknownRow,
    UnknownTable,
    Value,
)
from reportparse.spans import Span
from reportparse.views.textview import render, render_checks, render_form, render_forms

TEXT = "某市水利局2019年政府信息公开年度报告\n一、总体情况\n正文。\n二、主动公开政府信息情况\n网站菜单\n"
TOTAL = ("requests", "results.total", "total")


def make_records(form: str = "2019") -> list[Record]:
    """Every cell of the form, printed as 0."""
    return [
        Record(
            table=table.key,
            row=row.key,
            column=column.key,
            label=row.label,
            raw="0",
            unit=row.unit or table.unit,
            state="value",
            value=0,
            certain=True,
            span=Span(0, 1),
        )
        for table in load_form(form).tables
        for row, column in product(table.leaf_rows, table.columns)
    ]


def change(records: list[Record], place: tuple[str, str, str], **fields: object) -> None:
    """Replace fields of the record at a place."""
    (index,) = (i for i, one in enumerate(records) if (one.table, one.row, one.column) == place)
    records[index] = records[index].model_copy(update=fields)


def make_report(records: list[Record] | None = None, *, form: str | None = "2019", **fields: object) -> Report:
    source = Source(
        name="a.txt",
        sha256="0" * 64,
        media_type="text/plain",
        encoding="gb18030",
        encoding_evidence=(),
        length=len(TEXT),
        script="simplified",
    )
    values: dict[str, object] = {
        "id": "a",
        "reportparse_version": "0.1.0",
        "source": source,
        "title": Title(text="某市水利局2019年政府信息公开年度报告", span=Span(0, 20)),
        "authority": "某市水利局",
        "authority_from": "title",
        "year": 2019,
        "period": ("2019-01-01", "2019-12-31"),
        "form": form,
        "records": tuple(records or ()),
        "source_text": TEXT,
    }
    return Report.model_validate(values | fields)


def failed(rule: str, scope: dict[str, str], left: Value, right: Value, *cells: tuple[str, str, str]) -> Check:
    refs = tuple(CellRef(table=table, row=row, column=column) for table, row, column in cells)
    return Check(rule=rule, table="requests", scope=scope, status="failed", left=left, right=right, cells=refs)


def make_full_report(form: str = "2019") -> Report:
    """A report in which every part of the page has something to say."""
    records = make_records(form)
    place = (records[0].table, records[0].row, records[0].column)
    change(records, place, certain=False, value=None, raw=None, candidates=Candidates(values=(0, 2, None)))
    blamed = BlamedCell(table=place[0], row=place[1], column=place[2], printed=0, implied=2)
    return make_report(
        records,
        form=form,
        declared=Declared(
            count=8, parts=(DeclaredPart(label="概述", kind="overview", status="states_none", section=0),)
        ),
        sections=(
            Section(
                kind="overview",
                number="一",
                heading="一、总体情况",
                span=Span(21, 33),
                subsections=(Section(kind="unclassified", span=Span(28, 30)),),
            ),
            Section(kind="proactive_disclosure", heading="二、主动公开政府信息情况", span=Span(33, 46), empty=True),
        ),
        unassigned=(Unassigned(kind="furniture", span=Span(46, 51)),),
        checks=(
            failed("result_sum", {"column": "total"}, 2, 0, place),
            Check(rule="result_sum", table="requests", scope={}, status="undecided", left=None, right=0),
            Check(rule="request_balance", table="requests", scope={}, status="passed", left=0, right=0),
        ),
        diagnosis=(Diagnosis(rules=("result_sum",), explanations=((blamed,), (blamed, blamed)), complete=False),),
        claims=(Claim(quantities=("requests.new_requests.total",), value=3, span=Span(30, 31), agrees=False),),
        findings=(
            Finding(code="odd_thing", severity="note", message="something odd " * 30),
            Finding(code="check_failed", severity="error", message="printed 0, expected 2", spans=(Span(34, 36),)),
        ),
        uncertain_rows=(
            UncertainRow(
                table="requests",
                row="carried_over",
                tokens=(PrintedCell(raw="2", span=Span(30, 31)),),
                readings=21,
                complete=False,
            ),
        ),
        unknown_rows=(
            UnknownRow(
                table="requests",
                label="（八）自设项",
                cells=(PrintedCell(raw="7", span=Span(30, 31)),),
                span=Span(28, 31),
            ),
        ),
        unknown_tables=(UnknownTable(grid=(("栏目名称", "更新条数") * 9,) * 30, span=Span(30, 31), section=None),),
    )


def line_with(page: str, text: str) -> str:
    (line,) = (line for line in page.splitlines() if text in line)
    return line


def test_head_says_what_was_read() -> None:
    page = render(make_report())

    assert page.startswith("某市水利局2019年政府信息公开年度报告\n")
    assert "某市水利局 · from title" in line_with(page, "authority")
    assert "2019 · 2019-01-01 to 2019-12-31" in line_with(page, "year")
    assert "gb18030" in line_with(page, "a.txt")


def test_bare_report_says_what_is_not_known() -> None:
    page = render(make_report(title=None, authority=None, year=None, period=None, form=None))

    assert "(no title)" in page
    assert page.count("unknown") == 2
    assert "none known" in page


def test_declared_parts_stand_with_status_and_carrier() -> None:
    page = render(make_full_report())

    assert "8 announced, 1 named" in page
    assert line_with(page, "states none").split() == ["概述", "states", "none", "一、总体情况"]


def test_sections_stand_with_kind_and_what_is_inside() -> None:
    page = render(make_full_report())

    assert "overview" in line_with(page, "1 subsection")
    assert line_with(page, "proactive_disclosure  ").endswith("empty")
    assert "in no section: furniture (line 5)" in page


def test_rows_stand_in_the_order_of_the_form_under_their_groups() -> None:
    page = render(make_report(list(reversed(make_records()))))

    labels = ["一、本年新收", "三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "（七）总计", "四、结转下年度"]
    places = [page.index(label) for label in labels]
    assert places == sorted(places)
    assert line_with(page, "三、本年度办理结果").strip() == "三、本年度办理结果"
    assert line_with(page, "（七）总计").split() == ["（七）总计", *"0000000"]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"value": 1234, "raw": "1,234"}, "1234"),
        ({"value": Decimal("96171.6"), "raw": "96171.6"}, "96171.6"),
        ({"value": None, "state": "blank", "raw": ""}, "·"),
        ({"value": None, "state": "not_applicable", "raw": "不适用"}, "不适用"),
        ({"value": None, "state": "unreadable", "raw": "详见附件"}, "详见附件"),
        ({"value": None, "state": "missing", "raw": None}, "_"),
        ({"certain": False, "value": None, "candidates": Candidates(values=(0, 2))}, "?0|2"),
        ({"certain": False, "value": None, "candidates": Candidates(values=(0, 2, None))}, "?0|2|·"),
        ({"certain": False, "value": None, "candidates": Candidates(values=(0, 1, 5, None))}, "?0..5|·"),
        ({"certain": False, "value": None, "candidates": Candidates(min=0, max=40)}, "?0..40"),
        ({"certain": False, "value": None}, "?"),
    ],
)
def test_cell_is_shown_as_number_or_as_mark(fields: dict[str, object], shown: str) -> None:
    records = make_records()
    change(records, TOTAL, **fields)

    page = render(make_report(records))

    assert line_with(page, "（七）总计").split()[-1] == shown


def test_long_number_is_not_cut_silently() -> None:
    records = make_records()
    change(records, TOTAL, value=int("9" * 40))

    page = render(make_report(records))

    assert line_with(page, "（七）总计").endswith("9…")


def test_blamed_cell_is_marked_and_told_in_words() -> None:
    blamed = BlamedCell(table=TOTAL[0], row=TOTAL[1], column=TOTAL[2], printed=0, implied=2)
    check = failed("result_sum", {"column": "total"}, 2, 0, TOTAL, ("requests", "results.granted", "total"))
    diagnosis = Diagnosis(rules=("result_sum",), explanations=((blamed,),), complete=True)

    page = render(make_report(make_records(), checks=(check,), diagnosis=(diagnosis,)))

    assert line_with(page, "（七）总计").endswith(" !0")
    assert "!" not in line_with(page, "（一）予以公开")
    assert "results.total × total: printed 0, would be 2" in page
    assert "failed result_sum  requests, column total: left 2, right 0" in page


def test_cells_of_a_failed_check_without_diagnosis_are_marked() -> None:
    page = render(make_report(make_records(), checks=(failed("of_which", {}, 2, 0, TOTAL),)))

    assert line_with(page, "（七）总计").endswith(" !0")


def test_legend_explains_the_marks_on_the_page_only() -> None:
    records = make_records()
    change(records, TOTAL, value=None, state="blank", raw="")

    page = render(make_report(records))

    assert "· printed and blank" in page
    assert "does not add up" not in page


def test_rows_and_tables_that_are_not_printed_are_named() -> None:
    records = [one for one in make_records() if one.table == "requests" and one.row != "results.total"]

    page = render(make_report(records))

    assert "rows not printed: （七）总计" in page
    assert "article_20_1" in line_with(page, "Tables of the form that are not printed")


def test_row_of_another_form_is_shown_with_its_own_label() -> None:
    own = make_records()[0].model_copy(
        update={"table": "requests", "row": "results.own", "column": "total", "label": "（八）自设项", "value": 7}
    )

    page = render(make_report([*make_records(), own]))

    assert line_with(page, "（八）自设项").split() == ["（八）自设项", *"______", "7"]


def test_report_of_no_known_form_shows_its_tables_by_key() -> None:
    page = render(make_report(make_records()[:2], form=None))

    assert "article_20_1" in page
    assert "规章" in page


def test_units_stand_in_their_own_column_where_they_differ() -> None:
    page = render(make_report(make_records("2014"), form="2014"))

    assert line_with(page, "（一）收到申请数").split()[-2:] == ["0", "件"]


def test_doubtful_and_unknown_rows_are_told() -> None:
    page = render(make_full_report())

    assert "? carried_over (line 3): at least 21 readings of 2" in page
    assert "（八）自设项: 7  requests · line 3" in page
    assert "30 × 18 cells" in page


def test_checks_are_counted_by_rule_and_status() -> None:
    page = render(make_full_report())

    assert [*line_with(page, "  result_sum   ").split()] == ["result_sum", "0", "1", "1"]
    assert [*line_with(page, "  request_balance").split()] == ["request_balance", "1", "0", "0"]


def test_diagnosis_says_when_there_are_several_or_more_explanations() -> None:
    page = render(make_full_report())

    assert "one of 2 explanations" in page
    assert "the search stopped at its bound" in page


def test_claims_that_differ_are_listed() -> None:
    assert "3 (line 3) is not requests.new_requests.total" in render(make_full_report())


def test_findings_stand_with_the_worst_first_and_line_numbers() -> None:
    page = render(make_full_report())

    assert "1 error, 1 note" in line_with(page, "Findings")
    assert page.index("printed 0, expected 2") < page.index("something odd")
    assert line_with(page, "printed 0, expected 2").endswith("check_failed · line 4")


def test_report_without_text_gives_offsets_for_lines() -> None:
    assert "check_failed · at 34" in render(make_full_report().model_copy(update={"source_text": ""}))


def test_long_lists_are_cut_and_say_so() -> None:
    findings = tuple(Finding(code="odd", severity="note", message=f"number {n}") for n in range(1000))

    page = render(make_report(findings=findings))

    assert "… and 960 more; the JSON has them all" in page


@pytest.mark.parametrize("form", form_keys())
@pytest.mark.parametrize("width", [40, 47, 60, 80, 120])
def test_no_line_is_wider_than_the_page(form: str, width: int) -> None:
    records = list(make_full_report(form).records)
    wide = [one.model_copy(update={"value": 123456789}) for one in records[1:]]
    reports = (make_full_report(form), make_report(records[:1] + wide, form=form))

    pages = [render(report, width=width) for report in reports]

    for page in pages:
        assert max(map(cell_len, page.splitlines())) <= width
        assert not any(line.endswith(" ") for line in page.splitlines())


def test_narrow_page_repeats_the_labels_beside_the_columns_that_did_not_fit() -> None:
    page = render(make_report(make_records()), width=40)

    assert sum("1.属于国家" in line for line in page.splitlines()) == 2


def test_page_is_never_narrower_than_it_can_be_read() -> None:
    assert render(make_report(make_records()), width=1) == render(make_report(make_records()), width=40)


def test_plain_page_holds_no_escape_and_the_coloured_one_says_the_same() -> None:
    plain = render(make_full_report())
    coloured = render(make_full_report(), color=True)

    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert coloured != plain


def test_environment_does_not_change_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    report = make_full_report()
    before = render(report), render(report, color=True)

    for name, value in {"COLUMNS": "33", "FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)

    assert (render(report), render(report, color=True)) == before


@pytest.mark.parametrize(
    "evil", ["\x1b[2J\x1b]0;x\x07", "[red]x[/red] :smile:", "\u202e倒", "a\ud800", "x" * 100_000, "\0"]
)
def test_printed_text_cannot_steer_the_terminal_or_fill_it(evil: str) -> None:
    records = [make_records()[0].model_copy(update={"raw": evil, "state": "unreadable", "value": None, "label": evil})]
    report = make_report(
        records,
        form=None,
        title=Title(text=evil, span=Span(0, 1)),
        authority=evil,
        sections=(Section(kind="overview", heading=evil, span=Span(0, 1)),),
        findings=(Finding(code="odd", severity="note", message=evil),),
        unknown_tables=(UnknownTable(grid=((evil,), ()), span=Span(0, 1), section=None),),
        unknown_rows=(UnknownRow(table="t", label=evil, cells=(), span=Span(0, 1)),),
    )

    page = render(report)

    assert page.encode("utf-8")
    assert not set(page) & set("\x1b\x07\u202e\0")
    assert len(page) < 5000
    assert max(map(cell_len, page.splitlines())) <= 80


def test_checks_page_holds_failures_and_diagnosis_only() -> None:
    page = render_checks(make_full_report())

    assert page.startswith("a: 1 passed, 1 failed, 1 undecided\n")
    assert "failed result_sum" in page
    assert "printed 0, would be 2" in page
    assert "Findings" not in page
    assert render_checks(make_report()) == "a: nothing to check\n"


def test_forms_are_listed_with_their_keys() -> None:
    page = render_forms()

    assert [line.split()[0] for line in page.splitlines() if line.lstrip()[:2] == "20"] == list(form_keys())


@pytest.mark.parametrize("key", form_keys())
@pytest.mark.parametrize("width", [40, 80])
def test_form_page_holds_every_key_and_label(key: str, width: int) -> None:
    form = load_form(key)

    page = render_form(form, width=width)

    folded = "".join(page.split())
    for table in form.tables:
        assert table.key in folded
    if width == 80:
        for table in form.tables:
            assert all(row.key.split(".")[-1] in folded for row in table.rows)
    assert max(map(cell_len, page.splitlines())) <= width
