"""Tables that a document shows and does not print."""

import pytest

from reportparse import parse_report
from reportparse.models import Finding

TITLE = "<h1>某市水务局2020年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>文字。</p>"
REQUESTS = "<p>三、收到和处理政府信息公开申请情况</p>"
END = "<p>五、存在的主要问题及改进情况</p><p>文字。</p>"


def findings_of(shown: str) -> list[Finding]:
    report = parse_report(f"<html>{TITLE}{REQUESTS}{shown}{END}</html>")
    return [finding for finding in report.findings if finding.code in ("table_is_image", "table_elsewhere")]


@pytest.mark.parametrize(
    "image", ['<img src="/t/1.png">', '<p>如下：</p><img src="/t/1.png" width="700" height="900">']
)
def test_a_picture_where_a_table_should_be_is_told_with_its_address(image: str) -> None:
    (finding,) = findings_of(image)

    assert finding.code == "table_is_image"
    assert finding.message.endswith(": /t/1.png")


def test_many_pictures_are_told_in_short() -> None:
    (finding,) = findings_of("".join(f'<img src="/t/{n}.png">' for n in range(8)))

    assert finding.message.endswith("/t/4.png and 3 more")


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/t/1.png" width="20" height="20">',
        '<img src="/icons/print.gif">',
        '<img src="/x/icon_pdf.gif">',
        "",
    ],
)
def test_an_icon_is_no_table(image: str) -> None:
    assert findings_of(image) == []


def test_a_picture_beside_a_table_is_none() -> None:
    cells = "".join(f"<td>{n}</td>" for n in range(7))
    labels = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "（七）总计")
    table = "<table>" + "".join(f"<tr><td>{label}</td>{cells}</tr>" for label in labels) + "</table>"

    assert findings_of(table + '<img src="/t/1.png">') == []


@pytest.mark.parametrize(
    ("shown", "address"),
    [
        ('<iframe src="/t.html"></iframe>', "/t.html"),
        ('<script>document.write("<table>")</script>', "a script of the page"),
    ],
)
def test_a_table_from_elsewhere_is_told(shown: str, address: str) -> None:
    (finding,) = findings_of(shown)

    assert finding.code == "table_elsewhere"
    assert finding.message.endswith(f": {address}")


def test_a_page_that_only_shows_a_report_from_elsewhere_says_where() -> None:
    report = parse_report('<html><p>附件预览</p><iframe src="/view?file=nb.pdf"></iframe></html>')

    (finding,) = [finding for finding in report.findings if finding.code == "not_a_report"]
    assert finding.message.endswith("not read: /view?file=nb.pdf")
