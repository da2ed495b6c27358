import json
from time import process_time
from typing import Any

import jsonschema
import pytest

from locations import FIXTURES, ROOT, SHARED
from reportparse import parse_report, read_report
from reportparse.errors import FormDataError
from reportparse.forms import form_keys, load_form
from reportparse.judgement import claimrules
from reportparse.judgement.checks import cells_of
from reportparse.judgement.claimrules import NOTICES
from reportparse.judgement.claims import find_claims
from reportparse.kinds import CellState, Finding, Section, Value
from reportparse.models import Record
from reportparse.resources import read_json
from reportparse.spans import Span
from reportparse.text.normalize import normalize_text
from reportparse.text.prose import MAX_SENTENCES, iter_sentences, read_number, read_sentence, table_zones

CASES = json.loads((FIXTURES / "cases" / "claims.json").read_text("utf-8"))
SCHEMAS = ROOT / "src" / "reportparse" / "data" / "schemas"
GOLD = SHARED / "real"


def claims_of(
    text: str, records: list[Record] | None = None, form: str = "2021"
) -> tuple[list[dict[str, Any]], tuple[Finding, ...]]:
    section = Section(kind="overview", span=Span(0, len(text)))
    tables = [record.span for record in records or [] if record.span]
    cells = cells_of(records or ())
    return find_claims(normalize_text(text), [section], cells, load_form(form), tables=tables, year=2023)


def cell(
    name: str, value: Value | None, *, state: CellState = "value", certain: bool = True, span: Span | None = None
) -> Record:
    table, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    return Record(
        table=table,
        row=row,
        column=column,
        label=row,
        raw=None if value is None else str(value),
        unit=None,
        state=state,
        value=value,
        certain=certain,
        span=span,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_wordings(case: dict[str, Any]) -> None:
    text = case["input"]

    claims, _ = claims_of(text, form=case["form"])

    found = [[text[slice(*claim["span"])], str(claim["value"]), claim["quantities"]] for claim in claims]
    expected = [[printed, str(value), name] for printed, value, name in case["expected"]]
    assert [one[:2] for one in found] == [one[:2] for one in expected]
    assert all(name in quantities for (*_, quantities), (*_, name) in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [
        ([("requests.new_requests.total", 6)], True),
        ([("requests.new_requests.total", 7)], False),
        ([], None),
        ([("requests.new_requests.natural_person", 6)], None),
    ],
)
def test_claim_is_compared_with_its_cell(printed: list[tuple[str, int]], agrees: bool | None) -> None:
    claims, _ = claims_of("收到政府信息公开申请6件。", [cell(*one) for one in printed])

    assert [claim["agrees"] for claim in claims] == [agrees]


def test_claim_agrees_if_one_of_its_quantities_fits() -> None:
    records = [
        cell("requests.new_requests.total", 6),
        cell("requests.carried_over.total", 2),
        cell("requests.results.total.total", 7),
    ]

    claims, findings = claims_of("全年办理政府信息公开申请8件。", records)

    assert [claim["agrees"] for claim in claims] == [True]
    assert findings == ()


def test_group_is_compared_with_the_sum_of_its_rows() -> None:
    form = load_form("2021")
    rows = [row.key for row in form.table("requests").leaf_rows if row.key.startswith("results.denied.")]
    records = [cell(f"requests.{row}.total", 1) for row in rows]

    claims, _ = claims_of(f"收到申请20件，不予公开{len(rows)}件。", records)

    assert [claim["agrees"] for claim in claims] == [None, True]


def test_group_that_prints_a_number_is_one_cell() -> None:
    claims, _ = claims_of("依申请公开其他处理3件。", [cell("requests.results.other_handling.total", 3)])

    assert claims[0]["quantities"] == ("requests.results.other_handling.total",)
    assert claims[0]["agrees"] is True


@pytest.mark.parametrize("state", ["blank", "not_applicable", "unreadable", "missing"])
def test_cell_without_a_number_is_not_compared(state: CellState) -> None:
    claims, _ = claims_of("收到政府信息公开申请0件。", [cell("requests.new_requests.total", None, state=state)])

    assert [claim["agrees"] for claim in claims] == [None]


def test_doubtful_cell_is_not_compared() -> None:
    claims, _ = claims_of("收到政府信息公开申请0件。", [cell("requests.new_requests.total", None, certain=False)])

    assert [claim["agrees"] for claim in claims] == [None]


def test_all_were_answered_allows_for_those_of_last_year() -> None:
    text = "收到政府信息公开申请6件，均按时答复。"

    more, _ = claims_of(text, [cell("requests.results.total.total", 8)])
    fewer, _ = claims_of(text, [cell("requests.results.total.total", 5)])

    assert (more[1]["agrees"], fewer[1]["agrees"]) == (True, False)


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("收到政府信息公开申请6件。", "requests.new_requests.total", "text_new_requests"),
        ("依申请公开办结6件。", "requests.results.total.total", "text_answered"),
        ("上年结转申请6件。", "requests.carried_over.total", "text_carried_over"),
        ("结转下年度申请6件。", "requests.carried_forward.total", "text_carried_forward"),
        ("因政府信息公开发生行政复议6件。", "review_and_litigation.review.total", "text_review"),
        ("政府信息公开行政诉讼6件。", "review_and_litigation.litigation_direct.total", "text_litigation"),
        ("依申请公开予以公开6件。", "requests.results.granted.total", "text_differs"),
    ],
)
def test_difference_is_a_note(text: str, name: str, code: str) -> None:
    _, findings = claims_of(text, [cell(name, 5)])

    assert [(finding.code, finding.severity) for finding in findings] == [(code, "note")]
    assert "6" in findings[0].message
    assert f"{name} is printed as 5" in findings[0].message


@pytest.mark.parametrize(
    ("printed", "codes"),
    [
        ({"statistics.requests.answered.value": 3, "statistics.requests.completed.value": 3}, []),
        (
            {"statistics.requests.answered.value": 3, "statistics.requests.completed.value": 4},
            ["answered_is_completed"],
        ),
        (
            {"statistics.requests.answered.value": 5, "statistics.requests.completed.value": 4},
            ["answered_is_completed"],
        ),
        ({"statistics.requests.answered.value": 5}, []),
        (
            {"statistics.proactive.items.value": 5, "statistics.proactive.by_channel.website.value": 6},
            ["channels_bound"],
        ),
        ({"article_20_1.rules.newly_disclosed": 3, "article_20_1.rules.total_disclosed": 2}, ["disclosed_bound"]),
        ({"article_20_1.rules.newly_disclosed": 2, "article_20_1.rules.total_disclosed": 2}, []),
        ({"requests.results.other_handling.fee_unpaid.total": 1}, ["fee_reported"]),
        ({"requests.results.other_handling.fee_unpaid.total": 0}, []),
    ],
)
def test_relations_that_no_form_states(printed: dict[str, int], codes: list[str]) -> None:
    _, findings = claims_of("本年无其他事项。", [cell(*one) for one in printed.items()])

    assert [finding.code for finding in findings] == codes


def test_fee_that_prose_reports_needs_no_note() -> None:
    _, findings = claims_of("发出信息处理费通知1件。", [cell("requests.results.other_handling.fee_unpaid.total", 1)])

    assert findings == ()


def test_nothing_is_claimed_without_a_form() -> None:
    text = "收到政府信息公开申请6件。"

    assert find_claims(normalize_text(text), [Section(kind="overview", span=Span(0, len(text)))], {}, None) == ([], ())


def test_text_in_no_section_is_not_read() -> None:
    text = "收到政府信息公开申请6件。"

    assert find_claims(normalize_text(text), [], {}, load_form("2021")) == ([], ())


def test_numbers_in_tables_are_no_claims() -> None:
    text = "收到政府信息公开申请6件\n结转下年度继续办理1件\n"
    records = [cell("requests.new_requests.total", 6, span=Span(10, 12)), cell("requests.carried_forward.total", 1)]
    records[1] = records[1].model_copy(update={"span": Span(22, 24)})

    claims, _ = claims_of(text, records)

    assert claims == []


def test_table_of_no_known_form_is_passed_over() -> None:
    text = "收到政府信息公开申请6件\n上年结转申请2件。"
    section = Section(kind="overview", span=Span(0, len(text)))

    claims, _ = find_claims(normalize_text(text), [section], {}, load_form("2021"), tables=[Span(0, 12)])

    assert [claim["value"] for claim in claims] == [2]


def test_prose_between_two_tables_is_read() -> None:
    text = "1\n收到政府信息公开申请6件。\n2"
    spans = [Span(0, 1), Span(len(text) - 1, len(text))]

    assert table_zones(normalize_text(text), spans) == spans


def test_report_carries_its_claims() -> None:
    rows = ["一、本年新收政府信息公开申请数量", *"1000001", "二、上年结转政府信息公开申请数量", *"0000000"]
    rows += ["（一）予以公开", *"1000001", "四、结转下年度继续办理", *"0000000"]
    text = "\n".join(["一、总体情况", "收到政府信息公开申请2件。", "三、收到和处理政府信息公开申请情况", *rows])

    report = parse_report(text)

    assert [(claim.value, claim.agrees) for claim in report.claims] == [(2, False)]
    assert report.source_text[slice(*report.claims[0].span)] == "2"
    assert "text_new_requests" in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("raw", "value"),
    [("十", 10), ("二十一", 21), ("一百零五", 105), ("一万二千", 12000), ("〇", 0), ("二〇一", 201), ("万", None)],
)
def test_chinese_numbers(raw: str, value: int | None) -> None:
    assert read_number(raw) == value


def test_number_of_too_many_digits_is_none() -> None:
    assert read_number("1" * 13) is None


def test_every_notice_of_the_data_is_known_and_used() -> None:
    data = read_json("claims.json")

    used = {rule["notice"] for rule in data["rules"]} | {entry["key"] for entry in (*data["bounds"], *data["told"])}

    assert used == set(NOTICES)


def test_every_quantity_names_cells_of_a_form() -> None:
    data = read_json("claims.json")
    known = {
        (table.key, row.key, column.key)
        for key in form_keys()
        for table in load_form(key).tables
        for row in table.rows
        for column in table.columns
    }
    columns = {f"*{name}": keys for name, keys in data["columns"].items()}

    unknown = [
        term
        for rule in data["rules"]
        for quantity in rule["quantities"]
        for term in quantity.split("+")
        for column in columns.get(term.rpartition(".")[2], [term.rpartition(".")[2]])
        if (term.partition(".")[0], term.partition(".")[2].rpartition(".")[0], column) not in known
    ]

    assert unknown == []


@pytest.mark.parametrize("around", ["1件{}件。", "1件，3万{}万件。", "一{}一件。"])
def test_taking_numbers_out_breaks_no_word_of_a_rule(around: str) -> None:
    words = {word for rule in read_json("claims.json")["rules"] for word in rule["words"]}

    broken = []
    for text, word in ((around.format(word), word) for word in words):
        section = Section(kind="overview", span=Span(0, len(text)))
        stretch = next(iter_sentences(normalize_text(text), [section], []))
        broken += [] if word in read_sentence(text, stretch).text else [word]

    assert broken == []


def test_data_fit_their_schema() -> None:
    schema = json.loads((SCHEMAS / "claims.schema.json").read_text("utf-8"))

    errors = [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(read_json("claims.json"))]

    assert errors == []


def test_broken_data_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**read_json("claims.json"), "foreign": "("}
    monkeypatch.setattr(claimrules, "read_json", lambda name: broken)

    with pytest.raises(FormDataError, match=r"claims\.json"):
        claimrules.load_claim_data.__wrapped__()


@pytest.mark.parametrize(
    "piece", ["收到申请1件", "收到", "无", "1件", "一", "1,", "（", "行政复议、", "结转\n", "公开\n ", "未收到申请件"]
)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    normal = normalize_text(text)
    section = Section(kind="overview", span=Span(0, len(text)))
    start = process_time()

    find_claims(normal, [section], {}, load_form("2021"))

    assert process_time() - start < 4


def test_sentences_that_are_read_are_bounded() -> None:
    text = "收到申请1件。" * (MAX_SENTENCES + 5)
    section = Section(kind="overview", span=Span(0, len(text)))

    assert sum(1 for _ in iter_sentences(normalize_text(text), [section], [])) == MAX_SENTENCES


@pytest.mark.skipif(not GOLD.is_dir(), reason="the shared material is not here")
@pytest.mark.parametrize("name", sorted(path.name for path in (GOLD / "gold").glob("*.json")))
def test_claims_of_real_reports_are_found(name: str) -> None:
    gold = json.loads((GOLD / "gold" / name).read_text("utf-8"))
    wanted = [claim for claim in gold.get("text_claims") or [] if claim["cell"]]
    inputs = [GOLD / file if "/" in file else GOLD / "inputs" / file for file in gold["input"]]

    for source in inputs:
        if source.suffix not in (".txt", ".html"):
            continue
        found = {(claim.value, claim.agrees) for claim in read_report(source).claims}

        # Where the print leaves the cell in doubt, nothing can be compared.
        assert all({(one["value"], one["agrees"]), (one["value"], None)} & found for one in wanted)


def test_digits_of_other_scripts_are_no_numbers() -> None:
    text = "全年收到政府信息公开申请5件，收到٣件来信。"

    claims, _ = find_claims(
        normalize_text(text), [Section(kind="overview", span=Span(0, len(text)))], {}, load_form("2019")
    )

    assert [claim["value"] for claim in claims] == [5]
