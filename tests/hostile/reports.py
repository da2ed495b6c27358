"""Pieces of a small report, and whole ones, that hostile files are made of."""

from __future__ import annotations

from functools import cache

from reportparse.forms import form_keys, load_form

TITLE = "溪口县水务局2021年政府信息公开工作年度报告"
HEADINGS = tuple(section.label for section in load_form("2021").sections)
REQUESTS_HEADING = HEADINGS[2]
NEW_REQUESTS = "一、本年新收政府信息公开申请数量"
COLUMNS = 7
ROW = (NEW_REQUESTS, "1", "0", "0", "0", "0", "0", "1")


@cache
def labels() -> tuple[str, ...]:
    """Every printed label of every form, of rows, columns and groups, in the order of the forms."""
    found: dict[str, None] = {}
    for key in form_keys():
        for table in load_form(key).tables:
            found.update(dict.fromkeys([table.title or "", *(column.label for column in table.columns)]))
            found.update(dict.fromkeys(row.label for row in table.rows))
    return tuple(label for label in found if label)


@cache
def request_rows() -> tuple[tuple[str, ...], ...]:
    """The rows of the table of requests: a label and seven numbers that agree with every rule."""
    counts = {"new_requests": 3, "results.granted": 3, "results.total": 3}
    rows = []
    for row in load_form("2021").table("requests").rows:
        number = str(counts.get(row.key, 0))
        rows.append((row.label, *([""] * COLUMNS if row.is_group else [number, *["0"] * (COLUMNS - 2), number])))
    return tuple(rows)


def flat_report(rows: tuple[tuple[str, ...], ...] | None = None) -> str:
    """A report as text, one cell a line."""
    body = "\n".join("\n".join(cell for cell in row if cell) for row in (request_rows() if rows is None else rows))
    before = "".join(f"{heading}\n公开信息12条。\n" for heading in HEADINGS[:2])
    after = "".join(f"{heading}\n无。\n" for heading in HEADINGS[3:])
    return f"{TITLE}\n{before}{REQUESTS_HEADING}\n{body}\n{after}"


def table_of(rows: tuple[tuple[str, ...], ...], cell: str = "td") -> str:
    """Rows as an HTML table."""
    lines = "".join("<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in row) + "</tr>\n" for row in rows)
    return f"<table border=1>\n{lines}</table>"


def page_of(body: str, head: str = "") -> str:
    """A web page with the title of the report and a body."""
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body><h1>{TITLE}</h1>\n{body}\n</body></html>"


def page_report(table: str | None = None) -> str:
    """A report as a web page; ``table`` stands for that of the requests."""
    body = "".join(f"<p>{heading}</p><p>公开信息12条。</p>" for heading in HEADINGS[:2])
    body += f"<p>{REQUESTS_HEADING}</p>" + (table_of(request_rows()) if table is None else table)
    return page_of(body + "".join(f"<p>{heading}</p><p>无。</p>" for heading in HEADINGS[3:]))
