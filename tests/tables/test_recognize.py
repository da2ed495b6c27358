import pytest

from reportparse.forms import load_form
from reportparse.tables.observe import observe
from reportparse.tables.recognize import FormChoice, recognize_form
from reportparse.tables.stream import StreamReader
from reportparse.text.words import Words

OUTLINE = (
    "overview",
    "proactive_disclosure",
    "requests",
    "review_and_litigation",
    "problems_and_improvements",
    "other_matters",
)


def choose(text: str, *, kinds: tuple[str, ...] = (), year: int | None = None) -> FormChoice:
    reader = StreamReader(observe(text, [], Words()).tokens, Words())
    reader.read()
    return recognize_form(reader.rows, reader.sightings, kinds, year)


def key_of(choice: FormChoice) -> str | None:
    return choice.form.form if choice.form else None


REQUESTS = "自然人\n商业企业\n总计\n（一）予以公开\n2\n0\n2\n（七）总计\n2\n0\n2\n"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("统计指标\n单位\n统计数\n制发规范性文件总数\n件\n3\n1.当面申请数\n件\n2\n", "2014"),
        ("本年新制作数量\n本年新公开数量\n对外公开总数量\n规章\n0\n0\n0\n", "2019"),
        ("本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n0\n", "2021"),
        (f"{REQUESTS}（六）其他处理\n1\n0\n1\n", "2019"),
        (f"{REQUESTS}（六）其他处理\n3.其他\n1\n0\n1\n", "2021"),
    ],
)
@pytest.mark.parametrize("year", [None, 2016, 2019, 2023])
def test_the_print_tells_the_form_whatever_the_year(text: str, form: str, year: int | None) -> None:
    assert key_of(choose(text, year=year)) == form


@pytest.mark.parametrize(("year", "form"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2030, "2021")])
def test_the_year_breaks_a_tie_of_the_print(year: int, form: str) -> None:
    choice = choose(REQUESTS, year=year)

    assert key_of(choice) == form
    assert choice.evidence[0].startswith(f"for {form}: ")


def test_without_a_year_a_tie_goes_to_the_later_form() -> None:
    assert key_of(choose(REQUESTS)) == "2021"


def test_heads_of_one_form_outweigh_one_row_of_another() -> None:
    text = "本年制发件数\n本年废止件数\n现行有效件数\n规章\n0\n0\n0\n（六）其他处理\n1\n0\n1\n"

    choice = choose(text, year=2019)

    assert key_of(choice) == "2021"
    assert any(told.startswith("speaks for 2019: ") and "results.other_handling" in told for told in choice.evidence)


def test_a_label_of_a_row_in_one_form_and_of_a_group_in_another_speaks_for_neither() -> None:
    choice = choose(f"{REQUESTS}（六）其他处理\n")
    with_values = choose(f"{REQUESTS}（六）其他处理\n1\n0\n1\n")

    assert not any("results.other_handling" in told for told in choice.evidence)
    assert any("values in row requests.results.other_handling" in told for told in with_values.evidence)


def test_heads_are_counted_once_for_each_column() -> None:
    choice = choose("自然人\n商业企业\n自然人\n总计\n（七）总计\n1\n0\n1\n")

    assert choice.heads["requests", "2019"] == choice.heads["requests", "2021"] == 3


def test_the_other_forms_follow_in_the_order_of_their_evidence() -> None:
    choice = choose("本年新制作数量\n本年新公开数量\n对外公开总数量\n规章\n0\n0\n0\n")

    assert [form.form for form in choice.others] == ["2021", "2014"]


@pytest.mark.parametrize("text", ["", "全年公开信息12条。", "行政许可\n行政处罚\n"])
def test_a_label_or_two_are_no_form(text: str) -> None:
    choice = choose(text, year=2021)

    assert (choice.form, choice.evidence) == (None, ())
    assert len(choice.others) == 3


def test_the_outline_with_the_year_tells_a_form_whose_tables_are_lost() -> None:
    choice = choose("全年公开信息12条。", kinds=OUTLINE, year=2022)

    assert key_of(choice) == "2021"
    assert choice.evidence == ("for 2021: the outline of the form, in a report for 2022 (0 labels printed)",)


@pytest.mark.parametrize(
    ("kinds", "year"),
    [(OUTLINE, None), (OUTLINE, 2012), (OUTLINE[1:], 2022), ((*OUTLINE[::-1],), 2022), (OUTLINE, 2016)],
)
def test_an_outline_alone_or_in_part_tells_nothing(kinds: tuple[str, ...], year: int | None) -> None:
    assert choose("全年公开信息12条。", kinds=kinds, year=year).form is None


def test_further_kinds_between_those_of_the_outline_do_not_matter() -> None:
    kinds = ("preamble", *OUTLINE[:2], "key_work", *OUTLINE[2:], "attachment")

    assert key_of(choose("", kinds=kinds, year=2020)) == "2019"


def test_long_evidence_is_cut_and_counted() -> None:
    form = load_form("2014")
    labels = "\n".join(f"{row.label}\n1" for row in form.table("statistics").leaf_rows)

    first, *_ = choose(labels).evidence

    assert first.startswith("for 2014: ")
    assert " more (" in first
