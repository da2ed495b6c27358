"""A small folder of invented reports, as a scraper would have left it, with which everything can be tried.

Bodies, figures and what goes wrong are data (``data/demo.json``); the forms say what is printed. The same files come
out on every machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from .errors import ExportError
from .forms import FormSpec, RowSpec, TableSpec, form_keys, load_form
from .resources import read_json, read_text

_FILE = "demo.json"
_SENTENCES = 5  # of the prose that each report prints
_STRIDE = 7  # sentences from year to year
_PICTURE = '<p><img src="/images/{table}.png" width="700" height="900"></p>'


class _Cell(NamedTuple):
    """A printed cell: its text, and how many columns and rows it spans."""

    text: str
    columns: int = 1
    rows: int = 1


# A piece of a report: its text, or the rows of a table by its key.
_Grid = Sequence[Sequence[_Cell]]
_Piece = str | tuple[str, _Grid]


def demo_files() -> Iterator[tuple[str, bytes]]:
    """The files of the folder, by name: pages and texts of eight bodies over six years, and two that are no report.

    Example:
        >>> files = dict(demo_files())
        >>> len(files), sorted(files)[:2]
        (50, ['haitang-2019.html', 'haitang-2020.html'])
    """
    data = read_json(_FILE)
    mishaps = {(one["body"], one["year"]): one for one in data["mishaps"]}
    for body in data["bodies"]:
        for year in _years(body, data["columns"]):
            yield from _files(body, year, mishaps.get((body["key"], year["year"]), {"how": "page"}))
    for name, text in data["others"].items():
        yield name, text.encode()


def write_demo(folder: str | os.PathLike[str]) -> int:
    """Write the files into a new or empty folder, and say how many there are.

    Raises:
        ExportError: The folder holds other things, or a file cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     write_demo(place)
        50
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if any(place.iterdir()):
            raise ExportError("holds other things; name a new folder", code="not_written", place=str(place))
        files = list(demo_files())
        for name, content in files:
            (place / name).write_bytes(content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"cannot be written: {reason}", code="not_written", place=str(place)) from error
    return len(files)


def _years(body: Mapping[str, Any], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The figures of a body year by year, with those that follow from the year before."""
    carried_over, in_force = body["carried_over"], body["in_force"]
    for row in body["years"]:
        year = dict(zip(columns, row, strict=True))
        in_force += year["issued"] - year["repealed"]
        new = year["persons"] + year["companies"]
        done = new + carried_over - year["forward"]
        yield {**year, "carried_over": carried_over, "in_force": in_force, "new": new, "done": done}
        carried_over = year["forward"]


def _files(body: Mapping[str, Any], year: Mapping[str, Any], mishap: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The file of a report, or two of it, or none."""
    how, name = mishap["how"], f"{body['key']}-{year['year']}"
    if how == "absent":
        return
    renamed = body.get("renamed", {"from": year["year"] + 1})
    authority = renamed["name"] if year["year"] >= renamed["from"] else body["name"]
    form = _form_of(year["year"])
    printed = _printed(form, {**year, **mishap.get("cells", {})})
    title = f"{authority}{year['year']}年政府信息公开工作年度报告"
    pieces = list(_pieces(form, body, year, printed))
    if how in ("text", "blanks vanished"):
        text = "\n".join([title, *_lines(pieces, with_zeros=how == "text")]) + "\n"
        yield f"{name}.txt", text.encode()
        return
    encoding = body.get("encoding", "utf-8")
    markup = "\n".join(map(partial(_markup, picture=mishap.get("table")), pieces))
    template = Template(read_text("templates/demo.html"))
    page = template.substitute(encoding=encoding, title=title, name=authority, body=markup).encode(encoding)
    yield f"{name}.html", page
    if how == "twice":
        yield mishap["name"], page


def _form_of(year: int) -> FormSpec:
    """The form that was in use for a year."""
    return next(form for form in map(load_form, reversed(form_keys())) if form.years[0] <= year)


def _printed(form: FormSpec, year: Mapping[str, Any]) -> dict[str, Any]:
    """What each cell of the form prints, by its address; a cell that ``year`` names itself prints that."""
    columns = read_json(_FILE)["cells"]
    printed: dict[str, Any] = {}
    for table in form.tables:
        addresses = {(row, column): f"{table.key}.{row}.{column}" for row, column in table.cells}
        values = {place: year[columns[key]] if key in columns else 0 for place, key in addresses.items()}
        results = [row.key for row in table.leaf_rows if row.key.startswith("results.") and row.key != "results.total"]
        for row, column in addresses:
            if row == "results.total":
                values[row, column] = sum(values[each, column] for each in results)
            if column == "total":
                values[row, column] = sum(values[row, each.key] for each in table.columns[:-1])
        printed |= {key: year.get(key, values[place]) for place, key in addresses.items()}
    return printed


def _pieces(
    form: FormSpec, body: Mapping[str, Any], year: Mapping[str, Any], printed: Mapping[str, Any]
) -> Iterator[_Piece]:
    """The report from its first heading on, as paragraphs and tables."""
    data = read_json(_FILE)
    prose = {
        "overview": [*_sentences(body["step"], year["year"]), data["requests"]],
        "problems_and_improvements": [data["problems"]],
        "other_matters": [data["other"]],
    }
    for section in form.sections:
        yield section.label
        yield from (sentence.format(**year, topic=body["topic"]) for sentence in prose.get(section.kind, ()))
        for table in form.tables:
            if table.section == section.kind:
                make = _one_row if table.arrangement == "one_row" else _row_per_label
                yield table.key, make(table, printed)


def _sentences(step: int, year: int) -> Iterator[str]:
    """Other sentences in each year, and other ones than those of another body."""
    known = read_json(_FILE)["sentences"]
    return (known[(_STRIDE * year + step * place) % len(known)] for place in range(_SENTENCES))


def _row_per_label(table: TableSpec, printed: Mapping[str, Any]) -> _Grid:
    width = len(table.columns) + 1
    rows = [[_Cell(table.title, width)]] if table.title else []
    rows.append([_Cell(table.label_heads[-1]), *(_Cell(column.label) for column in table.columns)])
    for row in table.rows:
        if row.is_group:
            rows.append([_Cell(row.label, width)])
        else:
            rows.append([_Cell(row.label), *_values(table, row, printed)])
    return rows


def _one_row(table: TableSpec, printed: Mapping[str, Any]) -> _Grid:
    width = len(table.columns)
    groups = list(dict.fromkeys(row.path[0] for row in table.rows if row.path))
    under = {group: [row for row in table.rows if row.path[:1] == (group,)] for group in groups}
    alone = [_Cell(row.label, width, 2) for row in table.rows if not row.path]
    return [
        [*alone, *(_Cell(group, width * len(rows)) for group, rows in under.items())],
        [_Cell(row.label, width) for rows in under.values() for row in rows],
        [_Cell(column.label) for _ in table.rows for column in table.columns],
        [cell for row in table.rows for cell in _values(table, row, printed)],
    ]


def _values(table: TableSpec, row: RowSpec, printed: Mapping[str, Any]) -> Iterator[_Cell]:
    return (_Cell(str(printed[f"{table.key}.{row.key}.{column.key}"])) for column in table.columns)


def _lines(pieces: Sequence[_Piece], *, with_zeros: bool) -> Iterator[str]:
    """A line for each paragraph and each cell, as a tool leaves them that knows no tables."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
            continue
        yield from (cell.text for row in piece[1] for cell in row if with_zeros or cell.text != "0")


def _markup(piece: _Piece, picture: str | None) -> str:
    if isinstance(piece, str):
        return f"<p>{escape(piece)}</p>"
    table, rows = piece
    if table == picture:
        return _PICTURE.format(table=table)
    printed = ("".join(map(_cell_markup, row)) for row in rows)
    return "\n".join(['<table cellspacing="0">', *(f"<tr>{cells}</tr>" for cells in printed), "</table>"])


def _cell_markup(cell: _Cell) -> str:
    spans = f' colspan="{cell.columns}"' * (cell.columns > 1) + f' rowspan="{cell.rows}"' * (cell.rows > 1)
    return f"<td{spans}>{escape(cell.text)}</td>"
