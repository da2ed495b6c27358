"""How much of a text stands in another: names and numbers do not matter, words do."""

import os
import subprocess
import sys
import time

from reportparse.compare.copies import MAX_HOLDERS, Prose, compare_prose, nearest, read_prose
from reportparse.models import Report
from yearreports import OTHER_SENTENCES, SENTENCES, report


def prose_of(made: Report) -> Prose:
    prose = read_prose(made)
    assert prose is not None
    return prose


def test_numbers_names_and_years_are_masked() -> None:
    told = "全年海棠市水务局召开{}次会议，公开信息{}条，{}年继续推进海棠市供水公开工作。"
    one = report("海棠市水务局", 2021, {}, sentences=[told.format("三", 212, 2022)] * 5)
    two = report("海棠市水务局", 2022, {}, sentences=[told.format("十二", "1,204", 2023)] * 5)

    assert prose_of(one).sentences == prose_of(two).sentences


def test_same_words_of_another_body_are_known() -> None:
    told = [sentence.replace("全年", "全年{name}") for sentence in SENTENCES]
    one = report("海棠市水务局", 2021, {}, sentences=[sentence.format(name="海棠市水务局") for sentence in told])
    two = report("青禾县教育局", 2021, {}, sentences=[sentence.format(name="青禾县教育局") for sentence in told])

    assert compare_prose(prose_of(one), prose_of(two)).new == 0


def test_other_words_are_new() -> None:
    one = report("海棠市水务局", 2021, {}, sentences=SENTENCES)
    two = report("海棠市水务局", 2022, {}, sentences=OTHER_SENTENCES)

    novelty = compare_prose(prose_of(two), prose_of(one))

    assert novelty.new == len(OTHER_SENTENCES)
    assert 0 < novelty.share < 1  # the sentence under the last headings is the same


def test_one_changed_word_makes_no_new_sentence() -> None:
    one = report("海棠市水务局", 2021, {}, sentences=SENTENCES)
    two = report("海棠市水务局", 2022, {}, sentences=[s.replace("办公室", "综合科") for s in SENTENCES])

    assert compare_prose(prose_of(two), prose_of(one)).new == 0


def test_tables_and_headings_are_no_sentences() -> None:
    sentences = prose_of(report("海棠市水务局", 2021, {})).sentences

    assert len(sentences) == len(SENTENCES) + 2
    assert not any("政府信息公开申请数量" in sentence or "总体情况" in sentence for sentence in sentences)


def test_broken_lines_do_not_matter() -> None:
    whole = report("海棠市水务局", 2021, {}, sentences=SENTENCES)
    broken = report("海棠市水务局", 2021, {}, sentences=[f"{s[:20]}\n{s[20:]}" for s in SENTENCES])

    assert prose_of(whole) == prose_of(broken)


def test_report_with_few_sentences_or_without_text_is_not_judged() -> None:
    full = report("海棠市水务局", 2021, {})

    assert read_prose(report("海棠市水务局", 2021, {}, sentences=SENTENCES[:1])) is None
    assert read_prose(Report.model_validate_json(full.model_dump_json())) is None


def test_nearest_is_of_another_body_and_no_later_year() -> None:
    proses = [Prose((text,), tuple(range(8))) for text in ("甲乙丙丁戊己庚辛壬癸",) * 4]

    found = nearest(proses, ["a", "a", "b", "c"], [2020, 2021, 2021, 2019])

    assert [hit and hit[0] for hit in found] == [3, 2, 0, None]


def test_text_that_went_to_everybody_is_found_in_bounded_time() -> None:
    count = 5 * MAX_HOLDERS
    proses = [Prose(("甲乙丙丁戊己庚辛壬癸",), tuple(range(128)))] * count
    began = time.perf_counter()

    found = nearest(proses, [str(place) for place in range(count)], [2021] * count)

    assert all(hit is not None and hit[1].new == 0 for hit in found)
    assert time.perf_counter() - began < 20


def test_sketch_does_not_depend_on_the_run() -> None:
    program = (
        "from yearreports import report; from reportparse.compare.copies import read_prose;"
        "print(read_prose(report('海棠市水务局', 2021, {})).sketch[:3])"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == f"{prose_of(report('海棠市水务局', 2021, {})).sketch[:3]}\n"
