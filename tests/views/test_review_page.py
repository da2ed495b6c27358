"""The review page in a browser: no error, both sides linked, and a saved patch that replays."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.display import to_review_page

playwright = pytest.importorskip("playwright.sync_api", reason="the browser is driven by playwright")
pytest.importorskip("jinja2", reason="pages need the extra review")

REPORTS = FIXTURES / "reports"
CLEAN = REPORTS / "first-report" / "source.txt"
WRONG = REPORTS / "page-wrong-cell" / "source.html"
DOUBTFUL = REPORTS / "vanished-blanks" / "source.txt"
HOSTILE = (
    "</script><script>document.title='owned'</script>县<img src=x onerror=\"document.title='owned'\">局"
    "2021年政府信息公开工作年度报告\n"
    + "".join(f"{label}\n2\n0\n0\n0\n0\n0\n2\n" for label in ("一、本年新收政府信息公开申请数量", "（七）总计"))
    + "四、结转下年度继续办理\n<b onclick=alert(1)>3</b>\n{{ 7 * 7 }}\n\u2028\x1b[31m"
)
FLAGS = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def find_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium is installed")
    sandbox = () if sys.platform != "linux" or os.geteuid() else ("--no-sandbox",)
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=[*FLAGS, *sandbox])
        yield running
        running.close()


class Opened:
    """A page with what went wrong on it."""

    def __init__(self, browser: Any, folder: Path, *reports: Report) -> None:
        file = folder / "page.html"
        file.write_text(to_review_page(reports), "utf-8")
        self.page = browser.new_page(viewport={"width": 1300, "height": 800})
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))
        self.page.goto(file.as_uri())

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "blob:", "data:")):
            self.errors.append(f"asked for {url}")

    def text(self, selector: str) -> str:
        return "".join(self.page.locator(selector).all_text_contents())


@pytest.mark.parametrize("name", ["clean", "wrong", "doubtful", "hostile"])
def test_page_opens_without_an_error(name: str, browser: Any, tmp_path: Path) -> None:
    files = {"clean": CLEAN, "wrong": WRONG, "doubtful": DOUBTFUL}
    report = read_report(files[name]) if name in files else parse_report(HOSTILE, name="hostile.txt")

    opened = Opened(browser, tmp_path, report)

    assert opened.errors == []
    assert opened.page.title() != "owned"
    shown = opened.page.locator(".text").inner_text()
    assert len(shown.replace("\n", "")) > 0.9 * len(report.source_text.replace("\n", ""))


def test_pointing_at_a_cell_lights_its_characters(browser: Any, tmp_path: Path) -> None:
    report = read_report(WRONG)
    opened = Opened(browser, tmp_path, report)
    number = next(n for n, r in enumerate(report.records) if (r.row, r.column) == ("results.granted", "natural_person"))

    opened.page.locator(f'td[data-cell="{number}"]').hover()

    assert opened.text(".text .hit") == "21"


def test_clicking_a_number_in_the_source_goes_to_its_cell(browser: Any, tmp_path: Path) -> None:
    report = read_report(WRONG)
    opened = Opened(browser, tmp_path, report)
    number = next(n for n, r in enumerate(report.records) if r.raw == "2210")

    opened.page.locator(f'.text [data-cells="{number}"]').click()

    assert opened.page.evaluate("document.activeElement.dataset.cell") == str(number)
    assert "2210" in opened.text("#detail")
    assert str(report.records[number].path) in opened.text("#detail")


def test_the_values_of_a_doubtful_row_light_up_together(browser: Any, tmp_path: Path) -> None:
    report = read_report(DOUBTFUL)
    opened = Opened(browser, tmp_path, report)

    opened.page.keyboard.press("n")

    assert opened.text(".text .hit") == "".join(token.raw for token in report.uncertain_rows[0].tokens)
    assert "may hold" in opened.text("#detail")


def test_keys_move_from_cell_to_cell(browser: Any, tmp_path: Path) -> None:
    opened = Opened(browser, tmp_path, read_report(CLEAN))

    places = []
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        opened.page.keyboard.press(key)
        places.append(int(opened.page.evaluate("document.activeElement.dataset.cell")))

    assert places == [0, 1, 4, 3, 0]


def test_a_saved_patch_replays_to_the_corrected_records(browser: Any, tmp_path: Path) -> None:
    report = read_report(WRONG)
    opened = Opened(browser, tmp_path, report)
    page = opened.page

    page.keyboard.press("n")
    page.keyboard.press("e")
    page.fill("#edit-value", "１２")
    page.fill("#edit-note", "as the scan prints it")
    page.click("#edit-ok")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    with page.expect_download() as download:
        page.keyboard.press("s")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)

    again = read_report(WRONG, corrections=saved)
    table = again.table("requests")
    corrected, accepted = table["results.granted", "natural_person"], table["results.granted", "commercial_enterprise"]
    assert saved.name == "source.corrections.json"
    assert (corrected.value, corrected.raw) == (12, "21")
    assert corrected.correction is not None
    assert corrected.correction.note == "as the scan prints it"
    assert accepted.correction is not None
    assert (accepted.value, accepted.correction.action) == (3, "accept")
    assert opened.errors == []


def test_a_doubtful_cell_is_settled_as_blank_and_no_nonsense_is_taken(browser: Any, tmp_path: Path) -> None:
    report = read_report(DOUBTFUL)
    opened = Opened(browser, tmp_path, report)
    page = opened.page

    page.keyboard.press("n")
    page.keyboard.press("a")  # a doubtful cell cannot be accepted, so it asks
    page.fill("#edit-value", "many")
    page.click("#edit-ok")
    wrong = opened.text("#edit-wrong")
    page.check('input[name="state"][value="blank"]')
    page.click("#edit-ok")

    patch = page.evaluate("reportparse.patch()")
    record = next(r for r in parse_report(DOUBTFUL.read_bytes(), corrections=json.dumps(patch)).records if r.correction)
    assert "number" in wrong
    assert (record.state, record.certain) == ("blank", True)


def test_decisions_of_before_are_shown_again(browser: Any, tmp_path: Path) -> None:
    report = read_report(WRONG)
    place = {"table": "requests", "row": "results.granted", "column": "natural_person"}
    patch = {
        "format": "reportparse-corrections/1",
        "id": "a",
        "sha256": report.source.sha256,
        "form": report.form,
        "corrections": [{**place, "action": "correct", "state": "value", "value": "12"}],
    }

    opened = Opened(browser, tmp_path, parse_report(WRONG.read_bytes(), name=WRONG.name, corrections=patch))

    assert opened.text("td.corrected") == "12"
    assert opened.page.evaluate("reportparse.patch().corrections.length") == 1


def test_thirty_pages_open_within_a_second(browser: Any, tmp_path: Path) -> None:
    prose = "全年在政府网站公开信息十二条，答复申请三件，未发生收费。" * 40 + "\n"
    report = parse_report(CLEAN.read_text("utf-8") + prose * 30, name="long.txt")

    opened = Opened(browser, tmp_path, report)

    # Five times what is promised: the guard is against pages that hang, on machines that are busy.
    took = opened.page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
    assert took < 5_000
    assert opened.errors == []
