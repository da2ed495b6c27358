"""What names of authorities say, and what they do not."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locations import FIXTURES
from reportparse.compare.authorities import MAX_NAME, read_authority
from reportparse.resources import read_json

CASES = json.loads((FIXTURES / "cases" / "authorities.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["label"]))
def test_name_says_what_the_case_says(case: dict[str, Any]) -> None:
    authority = read_authority(case["input"])

    said = {name: getattr(authority, name) for name in case["expected"]}
    assert said == case["expected"]


def test_white_space_in_a_name_does_not_matter() -> None:
    assert read_authority(" 宿迁市\n教育局 ") == read_authority("宿迁市教育局")


def test_government_and_its_place_are_one_body_and_a_bureau_is_another() -> None:
    names = ["宿迁市", "宿迁市人民政府", "宿迁市政府"]

    assert {read_authority(name).body for name in names} == {"宿迁市"}
    assert read_authority("宿迁市教育局").body == "宿迁市教育局"


def test_bureaus_with_similar_names_stay_apart() -> None:
    names = ["宿迁市发展和改革委员会", "宿迁市发改委", "宿迁市发展和改革局"]

    assert len({read_authority(name).body for name in names}) == 3


@given(st.text(alphabet="宿迁市区县镇乡街道办事处人民政府自治州新开发管理委员会局第一师和的abc（）、 ", max_size=40))
def test_any_text_is_read_and_nothing_in_it_is_invented(name: str) -> None:
    authority = read_authority(name)

    plain = re.sub("[（(][^（()）]*[）)]", "", "".join(name.split())[:MAX_NAME])
    assert (authority.place or "") in plain
    assert authority.organ in plain


def test_long_names_cost_little() -> None:
    began = time.perf_counter()

    for ending in "市县区镇乡州旗":
        read_authority(("甲乙" + ending) * 500)

    assert time.perf_counter() - began < 2


def test_every_area_of_the_data_is_described_once() -> None:
    data = read_json("authorities.json")

    keys = [spec["area"] for spec in data["areas"]]

    assert len(set(keys)) == len(keys)
    assert set(data["whole_names"]) <= set(keys)
    assert {area for rule in data["kinds"] for area in rule.get("after", ())} <= set(keys)
