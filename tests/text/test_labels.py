import json
from collections.abc import Iterator
from typing import Any

import pytest

from locations import FIXTURES
from reportparse.forms import form_keys, load_form
from reportparse.text.keys import match_key
from reportparse.text.labels import LabelRef, label_index

CASES = json.loads((FIXTURES / "cases" / "labels.json").read_text("utf-8"))


def find(printed: str) -> tuple[LabelRef, ...]:
    return label_index().find(match_key(printed))


def parameter(case: dict[str, Any]) -> Any:
    """A case that is known to fail says why, and must fail until it is mended."""
    marks = [pytest.mark.xfail(reason=case["fails"])] if "fails" in case else []
    return pytest.param(case, id=case["printed"], marks=marks)


@pytest.mark.parametrize("case", [parameter(case) for case in CASES])
def test_printed_labels_name_rows_columns_and_heads(case: dict[str, Any]) -> None:
    found = {(ref.table, ref.role, ref.key) for ref in find(case["printed"])}

    if case["table"] is None:
        assert found == set(), case["why"]
    else:
        assert (case["table"], case["role"], case["key"]) in found, case["why"]


def accepted_variants() -> Iterator[str]:
    for table in (table for key in form_keys() for table in load_form(key).tables):
        yield from table.also
        yield from (label for row in table.rows for label in row.also)
        yield from (label for column in table.columns for label in column.also)


def test_every_accepted_variant_has_a_case_that_prints_it() -> None:
    printed = {case["printed"] for case in CASES}

    assert [label for label in accepted_variants() if label not in printed] == []


def test_a_label_of_two_editions_names_the_row_of_both() -> None:
    (ref,) = find("（一）予以公开")

    assert ref == LabelRef("requests", "row", "results.granted", ("2019", "2021"), True)


def test_a_row_of_one_edition_is_a_group_of_another() -> None:
    assert {(ref.role, ref.forms) for ref in find("（六）其他处理")} == {("row", ("2019",)), ("group", ("2021",))}


def test_a_label_that_two_tables_print_names_both() -> None:
    named = {(ref.table, ref.role, ref.key) for ref in find("总计")}

    assert ("requests", "column", "total") in named
    assert ("review_and_litigation", "column", "total") in named
    assert not any(role == "row" for _, role, _ in named)


def test_only_the_wording_of_the_form_is_official() -> None:
    assert [ref.is_official for ref in find("（七）总计")] == [True]
    assert [ref.is_official for ref in find("（七）合计")] == [False]


@pytest.mark.parametrize("printed", ["（六）其他处理", "总计", "信息内容", "规章"])
def test_the_bits_of_a_label_are_all_that_it_names(printed: str) -> None:
    index = label_index()

    refs = index.find(match_key(printed))

    told = [each for number, each in enumerate(index.evidence) if refs.evidence >> number & 1]
    assert told == sorted({(ref.table, ref.role, ref.key, ref.forms) for ref in refs})


def test_what_is_no_label_has_no_bits() -> None:
    assert label_index().find(match_key("全年公开")).evidence == 0


def test_a_label_without_ordinal_names_a_row_only_where_it_can_name_no_other() -> None:
    assert {ref.key for ref in find("重复申请")} == {"results.not_processed.duplicate"}
    # 其他 is a column as well as the row 3.其他, and 被依法纠错数 stands in the form twice.
    assert "row" not in {ref.role for ref in find("其他")}
    assert not any(ref.role == "row" for ref in find("被依法纠错数"))


def test_a_label_that_stands_twice_in_a_form_names_both_rows() -> None:
    assert {ref.key for ref in find("（二）被依法纠错数")} == {"review.corrected", "litigation.corrected"}


def test_the_rows_of_a_table_printed_in_one_row_are_heads() -> None:
    assert {(ref.table, ref.role) for ref in find("未经复议直接起诉")} == {("review_and_litigation", "head")}
    assert label_index().one_row == {"review_and_litigation": 15}


def test_a_group_label_is_cut_off_only_before_a_whole_label() -> None:
    assert find("（四）无法提供的其他情形") == ()


def test_every_beginning_of_a_label_is_known_and_no_whole_label_is_needed_for_it() -> None:
    index = label_index()

    for key in index.refs:
        assert all(key[:length] in index.prefixes for length in range(1, len(key)))
    assert index.longest == max(map(len, [*index.refs, *index.bare]))


def test_a_text_far_longer_than_any_label_is_none() -> None:
    index = label_index()

    assert index.find("七" + "总计" * index.longest) == ()
