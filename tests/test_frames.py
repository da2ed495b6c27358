"""Reports as frames: whatever they come from, and whatever library takes them."""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from batches import run, write_reports
from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.errors import InputError, MissingExtraError, ReportParseError
from reportparse.export import to_jsonl, unreadable_report
from reportparse.forms import form_keys, load_form
from reportparse.models import Candidates

pa = pytest.importorskip("pyarrow", reason="frames need the extra frames")

from reportparse import frames  # noqa: E402
from reportparse.dataset.tabular import Frame  # noqa: E402

REPORTS = FIXTURES / "reports"
ALL: dict[str, Callable[[Any], Frame]] = {
    name: getattr(frames, name) for name in ("reports", "records", "sections", "checks", "findings")
}
LOST = unreadable_report("lost", "lost.pdf", ReportParseError("no text in it", code="no_text"))


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [read_report(path) for path in sorted(REPORTS.glob("*/source.*"))]


@pytest.fixture(scope="module")
def first() -> Report:
    return read_report(REPORTS / "first-report" / "source.txt")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same three documents, one of which cannot be read, as Parquet and as JSON Lines."""
    inputs = tmp_path_factory.mktemp("inputs")
    write_reports(inputs, 2)
    (inputs / "zz.pdf").write_bytes(b"%PDF-1.7 nothing")
    folders = {name: tmp_path_factory.mktemp(name) for name in ("parquet", "jsonl")}
    for name, folder in folders.items():
        run(inputs, folder, format=name)
    return folders


def doubtful(report: Report) -> Report:
    """The report with its first record in doubt and its second blank."""
    one, two, *others = report.records
    doubt = {"certain": False, "value": None, "raw": None, "span": None, "state": None}
    changed = one.model_copy(update={**doubt, "candidates": Candidates(values=(0, 2))})
    blank = two.model_copy(update={"value": None, "raw": "", "state": "blank"})
    return report.model_copy(update={"records": (changed, blank, *others)})


def test_a_frame_is_the_same_whether_from_reports_or_from_a_dataset(reports: list[Report], tmp_path: Path) -> None:
    many = reports[:3]
    write_parquet(tmp_path, many)

    stored, made = frames.records(tmp_path), frames.records(many)
    for one, other in ((stored, made), (stored.wide(states=True), made.wide(states=True))):
        assert one.to_arrow().schema.equals(other.to_arrow().schema)
        assert list(one.rows()) == list(other.rows())


@pytest.mark.parametrize("name", sorted(ALL))
def test_parquet_and_json_lines_give_the_same_rows(name: str, datasets: dict[str, Path]) -> None:
    by_columns, by_lines = (ALL[name](datasets[kind]).to_arrow() for kind in ("parquet", "jsonl"))

    # JSON Lines carry neither the text nor the digest of what went in.
    same = [column for column in by_columns.column_names if column not in ("text", "text_sha256", "key")]
    assert by_columns.num_rows > 0
    assert by_columns.select(same).to_pylist() == by_lines.select(same).to_pylist()


def test_a_file_of_json_lines_is_read(reports: list[Report], tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(to_jsonl([*reports[:2], LOST]), "utf-8")

    frame = frames.records(str(file))

    assert frame["raw"] == frames.records(reports[:2])["raw"]
    assert frame.left_out == (("lost", "no text in it"),)


@pytest.mark.parametrize("line", ["{}", "[]", "3", "no json", '{"id": "a"}'])
def test_a_line_that_is_no_report_is_refused_with_its_place(line: str, tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(f"{to_jsonl([LOST])}{line}\n", "utf-8")

    with pytest.raises(InputError, match="line 2: this is no report as JSON"):
        frames.records(file)


def test_a_path_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        frames.findings(tmp_path)


@pytest.mark.parametrize("name", sorted(ALL))
def test_documents_that_could_not_be_read_are_told_and_in_no_row(name: str, first: Report) -> None:
    frame = ALL[name]([LOST, first])

    assert frame.left_out == (("lost", "no text in it"),)
    assert "1 documents left out" in repr(frame)
    assert set(frame["document"]) == {1}


def test_failures_of_a_dataset_are_told(datasets: dict[str, Path]) -> None:
    assert [Path(id).name for id, _ in frames.records(datasets["parquet"]).left_out] == ["zz"]
    assert frames.records(datasets["parquet"]).left_out == frames.records(datasets["jsonl"]).left_out


@pytest.mark.parametrize("name", sorted(ALL))
def test_nothing_gives_a_frame_with_all_its_columns(name: str, first: Report) -> None:
    empty, full = ALL[name]([]), ALL[name](first)

    assert len(empty) == 0
    assert empty.names == full.names
    assert empty.to_arrow().schema.types == full.to_arrow().schema.types


def test_an_iterator_is_read_once_and_report_by_report(reports: list[Report], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_CHUNK", 2)

    def parsed() -> Iterator[Report]:
        yield from reports[:5]

    assert frames.records(parsed())["id"] == frames.records(reports[:5])["id"]


def test_reports_of_one_name_stay_apart(first: Report) -> None:
    wide = frames.records([first, first]).wide()

    assert wide["id"] == (first.id, first.id)
    assert wide["document"] == (0, 1)


def test_keys_stand_in_the_order_of_every_form(reports: list[Report]) -> None:
    frame = frames.records(reports)
    orders = {column.name: column.order for column in frame.columns if column.order}

    for form in form_keys():
        for table in load_form(form).tables:
            rows = [orders["row"].index(row.key) for row in table.rows]
            columns = [orders["column"].index(column.key) for column in table.columns]
            assert rows == sorted(rows)
            assert columns == sorted(columns)
    assert {"table", "row", "column", "form", "state"} == set(orders)


def test_keys_that_no_form_has_stand_at_the_end(first: Report) -> None:
    strange = first.records[0].model_copy(update={"row": "from_a_later_version"})

    frame = frames.records(first.model_copy(update={"records": (strange, *first.records)}))

    order = next(column.order for column in frame.columns if column.name == "row")
    assert order[-1] == "from_a_later_version"
    assert frame["row"][0] == frame.labelled("zh")["row"][0] == frame.labelled("en")["row"][0] == "from_a_later_version"
    assert len(frame.wide(states=True, labels="en")) == 1
    assert "from_a_later_version" in frame.wide("row")["row"]


def test_sum_without_totals_counts_nothing_twice(first: Report) -> None:
    received = [row for row in frames.records(first).details().rows() if row["row"] == "new_requests"]

    total = first.table("requests")["new_requests", "total"].value
    assert sum(row["value"] for row in received) == total
    assert not any(row["is_total"] for row in received)


def test_frame_without_totals_says_so(first: Report) -> None:
    with pytest.raises(InputError, match="is_total") as caught:
        frames.findings(first).details()

    assert caught.value.code == "unfit_frame"


def test_labels_are_those_of_the_form_and_in_its_order(first: Report) -> None:
    chinese, english = frames.records(first, labels="zh"), frames.records(first, labels="en")

    rows = load_form(str(first.form)).table("requests").leaf_rows
    shown = [row["row"] for row in chinese.rows() if row["column"] == "总计" and row["table"].startswith("三")]
    assert shown == [row.label for row in rows]
    assert "cases" in english["unit"]
    order = next(column.order for column in chinese.columns if column.name == "row")
    assert [label for label in order if label in shown] == shown


def test_checks_without_a_row_keep_none_as_their_label() -> None:
    report = read_report(REPORTS / "page-wrong-cell" / "source.html")

    plain, labelled = frames.checks(report), frames.checks(report, labels="en")

    assert [row is None for row in labelled["row"]] == [row is None for row in plain["row"]]
    assert "total" in labelled["column"]


# In wide form


def test_wide_has_a_row_a_report_and_a_column_a_cell(reports: list[Report]) -> None:
    wide = frames.records(reports).wide()

    assert len(wide) == len(reports)
    for number, report in enumerate(reports):
        for record in report.records:
            assert wide[f"{record.table}.{record.row}.{record.column}"][number] == record.value


def test_wide_by_row_has_a_row_a_printed_row(reports: list[Report]) -> None:
    wide = frames.records(reports).wide("row")

    shown = {(row["document"], row["table"], row["row"]): row for row in wide.rows()}
    printed = {(n, r.table, r.row) for n, report in enumerate(reports) for r in report.records}
    assert set(shown) == printed
    for number, report in enumerate(reports):
        for record in report.records:
            assert shown[number, record.table, record.row][record.column] == record.value


def test_rows_of_wide_by_row_stand_in_the_order_of_the_form(first: Report) -> None:
    backwards = first.model_copy(update={"records": first.records[::-1]})

    wide = frames.records(backwards).wide("row", table="requests")

    assert wide["row"] == tuple(row.key for row in load_form(str(first.form)).table("requests").leaf_rows)
    assert wide.names[-7:] == tuple(column.key for column in load_form("2021").table("requests").columns)
    assert [row["row"] for row in wide.rows() if row["is_total"]] == ["results.total"]


def test_doubt_blank_and_absence_stay_apart_in_wide_form(first: Report) -> None:
    changed = doubtful(first)
    doubt, blank, absent, *_ = ((r.table, r.row, r.column) for r in changed.records)
    less = changed.model_copy(update={"records": (*changed.records[:2], *changed.records[3:])})

    row = next(frames.records([less, first]).wide(states=True).rows())

    assert [row[".".join(cell)] for cell in (doubt, blank, absent)] == [None] * 3
    assert [row[f"{'.'.join(cell)}.state"] for cell in (doubt, blank, absent)] == ["doubtful", "blank", "missing"]


def test_cell_that_the_form_of_a_report_lacks_is_not_missing(reports: list[Report]) -> None:
    old = next(report for report in reports if report.form == "2019")
    new = next(report for report in reports if report.form == "2021")

    wide = frames.records([old, new]).wide(values="state")

    assert wide["article_20_1.rules.in_force"] == ("not_in_form", "value")
    by_row = frames.records([old, new]).wide("row", values="state")
    assert {row["in_force"] for row in by_row.rows() if row["table"] == "requests"} == {"not_in_form"}


@pytest.mark.parametrize("by", ["report", "row"])
def test_several_records_of_one_cell_are_a_conflict_and_no_value(by: Any, first: Report) -> None:
    twice = first.model_copy(update={"records": (*first.records, first.records[0])})

    wide = frames.records(twice).wide(by, states=True)

    shown = [row for row in wide.rows() if "conflict" in row.values()]
    assert len(shown) == 1
    name = next(name for name, value in shown[0].items() if value == "conflict")
    assert shown[0][name.removesuffix(".state")] is None
    assert list(shown[0].values()).count("conflict") == 1


def test_report_without_tables_has_its_row_in_wide_form(first: Report) -> None:
    bare = parse_report("海棠市水务局2022年政府信息公开工作年度报告\n一、总体情况\n全年公开12条。")

    wide = frames.records([bare, first]).wide(states=True)

    assert wide["authority"] == ("海棠市水务局", first.authority)
    assert wide["requests.new_requests.total.state"] == ("missing", "value")
    assert frames.records(bare).wide().names == ("document", "id", "authority", "year", "form")


def test_wide_form_of_nothing_has_the_heads() -> None:
    assert frames.records([]).wide().names == ("document", "id", "authority", "year", "form")
    assert frames.records([]).wide("row").names[-2:] == ("row", "is_total")


def test_counts_are_integers_and_money_is_exact_in_wide_form(reports: list[Report]) -> None:
    schema = frames.records(reports).wide().to_arrow().schema

    assert schema.field("requests.new_requests.total").type == pa.int64()
    assert schema.field("article_20_8.administrative_fees.fees_collected").type == pa.decimal128(38, 9)


def test_wide_form_shows_print_and_units_too(first: Report) -> None:
    frame = frames.records(first)

    assert frame.wide(values="raw")["requests.new_requests.total"] == ("6",)
    assert frame.wide(values="unit")["requests.new_requests.total"] == ("件",)


@pytest.mark.parametrize("labels", ["zh", "en"])
@pytest.mark.parametrize("by", ["report", "row"])
def test_labels_name_every_column_of_wide_form_once(by: Any, labels: Any, reports: list[Report]) -> None:
    frame = frames.records(reports)
    plain, labelled = frame.wide(by), frame.wide(by, labels=labels)

    assert len(set(labelled.names)) == len(labelled.names) == len(plain.names)
    assert labelled.to_arrow().columns[-1].equals(plain.to_arrow().columns[-1])


def test_wide_form_without_totals_has_none(first: Report) -> None:
    names = frames.records(first).details().wide().names

    assert "requests.new_requests.natural_person" in names
    assert not [name for name in names if name.startswith("requests.") and name.endswith(".total")]


@pytest.mark.parametrize("make", ["findings", "labelled", "wide"])
def test_what_is_no_frame_of_records_has_no_wide_form(make: str, first: Report) -> None:
    unfit = {
        "findings": frames.findings(first),
        "labelled": frames.records(first, labels="zh"),
        "wide": frames.records(first).wide(),
    }

    with pytest.raises(InputError, match="wide"):
        unfit[make].wide()


# Other libraries


def test_pandas_keeps_integers_nullable_and_keys_ordered(first: Report) -> None:
    pytest.importorskip("pandas")

    table = frames.records(doubtful(first)).to_pandas()

    assert str(table["value"].dtype) == "Int64"
    assert table["value"].isna().tolist()[:2] == [True, True]
    assert table["row"].cat.ordered
    assert table.sort_values(["table", "row", "column"], kind="stable")["row"].iloc[0] == "rules"
    assert str(frames.records(first).wide().to_pandas()["requests.new_requests.total"].dtype) == "Int64"


def test_polars_has_keys_as_an_enumeration(first: Report) -> None:
    polars = pytest.importorskip("polars")

    table = frames.records(doubtful(first)).to_polars()

    assert table.schema["value"] == polars.Int64
    assert isinstance(table.schema["row"], polars.Enum)
    assert table["value"].null_count() == 3  # one of money
    assert polars.DataFrame(frames.records(first)).shape == table.shape


def test_any_library_takes_a_frame_by_the_capsules_of_arrow(first: Report) -> None:
    frame = frames.records(first)

    assert pa.table(frame).equals(frame.to_arrow())
    assert pa.schema(frame).equals(frame.to_arrow().schema)


def test_duckdb_reads_a_frame_by_its_name(first: Report) -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = frames.records(first).details()  # noqa: F841

    found = duckdb.sql("SELECT sum(value)::INT FROM frame WHERE \"row\" = 'new_requests'").fetchall()

    assert found == [(first.table("requests")["new_requests", "total"].value,)]


def test_fields_carry_their_descriptions(first: Report) -> None:
    field = frames.records(first).wide().to_arrow().schema.field("requests.new_requests.total")

    assert field.metadata[b"description"] == b"Requests newly received this year, total"
    assert field.metadata[b"label"].decode() == "一、本年新收政府信息公开申请数量，总计"


@pytest.mark.parametrize("library", ["pyarrow", "pandas", "polars"])
def test_a_library_that_is_missing_is_named_with_its_extra(
    library: str, first: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingExtraError, match=rf"needs {library}.*reportparse\[frames\]"):
        getattr(frames.records(first), {"pandas": "to_pandas"}.get(library, "to_polars"))()


def test_work_does_not_grow_with_the_records(first: Report, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    calls = []
    for copies in (1, 40):
        folder = tmp_path / str(copies)
        folder.mkdir()
        write_parquet(folder, [first] * copies)
        use_all_ways(folder)  # what is done once is done

        calls.append(count_calls(partial(use_all_ways, folder)))

    # Libraries may do a little more for more bytes, but for 39 reports more not a call a record of one of them.
    assert calls[1] - calls[0] < len(first.records)


def use_all_ways(folder: Path) -> None:
    frame = frames.records(folder)
    frame.to_pandas()
    frame.to_polars()
    frame.details().wide("row", states=True)
    frame.wide(labels="en").to_polars()
    frame.labelled("zh").to_pandas()


def count_calls(action: Callable[[], None]) -> int:
    """How many functions are called, those of Python and those written in C."""
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def write_parquet(folder: Path, many: list[Report]) -> None:
    """A dataset of reports as a batch writes it, as far as frames need it."""
    from pyarrow import parquet

    from reportparse.dataset.gather import to_tables

    listed: dict[str, Any] = {"failures": {"parts": []}}
    for name, table in to_tables(many, only=("reports", "records")).items():
        parquet.write_table(table, folder / f"{name}.parquet")
        listed[name] = {"parts": [{"file": f"{name}.parquet"}]}
    (folder / "manifest.json").write_text(json.dumps({"format": "parquet", "tables": listed}), "utf-8")
