"""Pictures of reports. Each function returns a figure, which the caller shows or saves; nothing is kept between calls.

Labels are Chinese, so a font that has them is looked for; where there is none, the error names what to install.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import InputError, MissingExtraError
from .forms import TableSpec, load_form
from .models import Record, Report
from .resources import read_json
from .views.marks import wrong_cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colours that people with any kind of colour vision tell apart (Okabe and Ito), and grey for what is not there.
_SURE, _DOUBT, _WRONG, _BLANK, _FLOW = "#ffffff", "#f5c26b", "#e8837a", "#e9edf2", "#0072b2"
_SEVERITIES = {"error": "#d55e00", "warning": "#e69f00", "note": "#56b4e9"}
_STATES = {"all certain": "#009e73", "some in doubt": "#e69f00", "no table read": "#d55e00", "no report": "#f0f0f0"}
_MAX_BARS = 30


def form(report: Report, table: str = "requests") -> Figure:
    """A table of a report as its form prints it, with its marks: in doubt, blamed by a failed check, blank.

    Raises:
        InputError: The report was read by no form, or its form has no such table.
        MissingExtraError: Matplotlib or a Chinese font is not installed.
    """
    spec = _spec_of(report, table)
    records = {(record.row, record.column): record for record in report.records if record.table == table}
    wrong = wrong_cells(report)
    figure, axes = _canvas(3.2 + 0.95 * len(spec.columns), 1.0 + 0.26 * (len(spec.rows) + 1))
    axes.set_axis_off()
    axes.set_xlim(0, 4 + len(spec.columns))
    axes.set_ylim(len(spec.rows), -1.2)
    for place, column in enumerate(spec.columns):
        axes.text(4.5 + place, -0.1, _wrapped(column.label, 4), ha="center", va="bottom", fontsize=8)
    for line, row in enumerate(spec.rows):
        axes.text(0.1 + 0.25 * row.key.count("."), line + 0.5, _cut(row.label, 24), va="center", fontsize=8)
        for place, column in enumerate(spec.columns):
            if not row.is_group:
                record = records.get((row.key, column.key))
                _draw_cell(axes, (4 + place, line), record, is_wrong=(table, row.key, column.key) in wrong)
    axes.set_title(_title(report), fontsize=10, loc="left")
    _legend(figure, {"certain": _SURE, "in doubt": _DOUBT, "does not add up": _WRONG, "blank or a mark": _BLANK})
    return _finished(figure)


def flow(report: Report) -> Figure:
    """Requests of a year: what came in (new and carried over), what became of it, and what was carried forward.

    Widths are the totals as printed. A total that is in doubt, blank or not printed is named and drawn as a dashed line
    without width, so that the picture never shows a number that was not read.

    Raises:
        InputError: The report prints no table of requests.
        MissingExtraError: Matplotlib or a Chinese font is not installed.
    """
    spec = _spec_of(report, "requests")
    totals = {r.row: r for r in report.records if r.table == "requests" and r.column == "total"}
    if not totals:
        raise InputError("this report prints no totals of requests", code="table_not_printed", place=report.id)
    groups = [row for row in spec.rows if row.key.startswith("results.") and row.key.count(".") == 1]
    results = [row.key for row in groups if row.key != "results.total"]
    left = [_Band(spec.row(key).label, _sum_of([key], totals)) for key in ("new_requests", "carried_over")]
    right = [_Band(spec.row(key).label, _sum_of(_leaves(spec, key), totals)) for key in results]
    right.append(_Band(spec.row("carried_forward").label, _sum_of(["carried_forward"], totals)))
    figure, axes = _canvas(9, 5)
    axes.set_axis_off()
    height = max(sum(band.size for band in left), sum(band.size for band in right), 1)
    _draw_bands(axes, left, right, height)
    axes.set_title(_title(report), fontsize=10, loc="left")
    return _finished(figure)


def coverage(reports: Iterable[Report]) -> Figure:
    """Bodies by years: where a report was read whole, where something is in doubt, where there is none.

    Raises:
        InputError: No report has both an authority and a year.
        MissingExtraError: Matplotlib or a Chinese font is not installed.
    """
    from matplotlib.colors import ListedColormap

    found: dict[tuple[str, int], int] = {}
    for report in reports:
        if report.authority and report.year:
            place = (report.authority, report.year)
            found[place] = max(found.get(place, 0), _coverage(report))
    if not found:
        raise InputError("no report tells both its authority and its year", code="empty_input")
    bodies = sorted({body for body, _ in found})
    years = list(range(min(year for _, year in found), max(year for _, year in found) + 1))
    figure, axes = _canvas(2.5 + 0.55 * len(years), 1.2 + 0.28 * len(bodies))
    grid = [[found.get((body, year), 3) for year in years] for body in bodies]
    axes.imshow(grid, cmap=ListedColormap(list(_STATES.values())), vmin=0, vmax=3, aspect="auto")
    axes.set_xticks(range(len(years)), [str(year) for year in years])
    axes.set_yticks(range(len(bodies)), [_cut(body, 20) for body in bodies])
    axes.set_xticks([place - 0.5 for place in range(1, len(years))], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, len(bodies))], minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    _legend(figure, _STATES)
    return _finished(figure)


def findings(reports: Iterable[Report]) -> Figure:
    """How often each finding was told, the most frequent first, by its severity.

    Raises:
        MissingExtraError: Matplotlib or a Chinese font is not installed.
    """
    counts: Counter[tuple[str, str]] = Counter(
        (finding.code, finding.severity) for report in reports for finding in report.findings
    )
    totals = Counter[str]()
    for (code, _), count in counts.items():
        totals[code] += count
    codes = [code for code, _ in totals.most_common(_MAX_BARS)][::-1]
    figure, axes = _canvas(8, 1.0 + 0.26 * max(1, len(codes)))
    starts = dict.fromkeys(codes, 0)
    for severity, color in _SEVERITIES.items():
        widths = [counts[code, severity] for code in codes]
        axes.barh(range(len(codes)), widths, left=[starts[code] for code in codes], color=color, label=severity)
        starts = {code: starts[code] + width for code, width in zip(codes, widths, strict=True)}
    for place, code in enumerate(codes):
        axes.text(starts[code], place, f" {starts[code]}", va="center", fontsize=8)
    axes.set_yticks(range(len(codes)), codes)
    axes.set_xlabel("findings")
    axes.spines[["top", "right"]].set_visible(False)
    if codes:
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    return _finished(figure)


class _Band(NamedTuple):
    """One flow: its label, and its size where that was read."""

    label: str
    number: int | None

    @property
    def size(self) -> int:
        return self.number or 0


@cache
def chinese_font() -> str:
    """The family of an installed font that holds Chinese characters.

    Raises:
        MissingExtraError: There is none; the message names what to install.
    """
    try:
        from matplotlib import font_manager
    except ImportError as error:
        raise MissingExtraError(
            "pictures are drawn with Matplotlib; install it with: pip install 'reportparse[plot]'", code="extra_missing"
        ) from error
    known = read_json("fonts.json")
    installed = {font.name for font in font_manager.fontManager.ttflist}
    family = next((name for name in known["families"] if name in installed), None)
    if family is None:
        raise MissingExtraError(
            f"no font with Chinese characters is installed; install {known['install']}", code="missing_font"
        )
    return str(family)


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure of its own, in inches, with one set of axes; no state of pyplot is touched."""
    chinese_font()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _finished(figure: Figure) -> Figure:
    """The figure with all its words in a font that has them, however the caller's Matplotlib is set up."""
    from matplotlib.text import Text

    for words in figure.findobj(Text):
        words.set_fontfamily([chinese_font(), "DejaVu Sans"])
    return figure


def _legend(figure: Figure, colors: Mapping[str, str]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=color, edgecolor="#888888", label=label) for label, color in colors.items()]
    figure.legend(handles=handles, ncols=len(handles), loc="outside lower center", frameon=False, fontsize=8)


def _spec_of(report: Report, table: str) -> TableSpec:
    if report.form is None:
        raise InputError("this report was read by no form", code="table_not_printed", place=report.id)
    tables = {spec.key: spec for spec in load_form(report.form).tables}
    if table not in tables:
        known = ", ".join(tables)
        raise InputError(
            f"form {report.form} has no table {table!r}; it has {known}", code="table_not_printed", place=report.id
        )
    return tables[table]


def _title(report: Report) -> str:
    return f"{report.authority or report.id} {report.year or ''}".strip()


def _draw_cell(axes: Axes, place: tuple[float, float], record: Record | None, *, is_wrong: bool) -> None:
    from matplotlib.patches import Rectangle

    text, color = _look_of(record)
    color = _WRONG if is_wrong else color
    hatch = "////" if record is None else None
    axes.add_patch(Rectangle(place, 1, 1, facecolor=color, edgecolor="#c4c9d0", linewidth=0.6, hatch=hatch))
    axes.text(place[0] + 0.9, place[1] + 0.5, text, ha="right", va="center", fontsize=8)


def _look_of(record: Record | None) -> tuple[str, str]:
    """What a cell shows, and its colour."""
    if record is None:
        return "", _SURE
    if not record.certain or record.state == "unreadable":
        return "?", _DOUBT
    return ("", _BLANK) if record.value is None else (str(record.value), _SURE)


def _leaves(spec: TableSpec, key: str) -> list[str]:
    inner = [row.key for row in spec.leaf_rows if row.key.startswith(f"{key}.")]
    return inner or [key]


def _sum_of(keys: Sequence[str], totals: Mapping[str, Record]) -> int | None:
    """The sum of the totals of some rows; None where one of them is no number that is certain."""
    values = [totals[key].value if key in totals and totals[key].certain else None for key in keys]
    return None if any(value is None for value in values) else int(sum(value or 0 for value in values))


def _draw_bands(axes: Axes, left: Sequence[_Band], right: Sequence[_Band], height: float) -> None:
    """Flows from the left into one column in the middle, and out of it to the right."""
    gap = 0.06 * height
    axes.set_xlim(-4.2, 5.2)
    axes.set_ylim(height + gap * (len(right) + 1), -gap)
    for bands, side in ((left, -1), (right, 1)):
        inner = list(accumulate((band.size for band in bands), initial=0))
        shift = gap * (len(right) - len(bands)) / 2
        for place, (band, start) in enumerate(zip(bands, inner, strict=False)):
            outer = start + shift + gap * place
            _draw_band(axes, (0.12 * side, start + gap), (1.6 * side, outer), band)
    middle = gap, gap + height
    axes.plot((0, 0), middle, color="#333333", linewidth=10, solid_capstyle="butt")


def _draw_band(axes: Axes, inner: tuple[float, float], outer: tuple[float, float], band: _Band) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x0, y0), (x1, y1), size = inner, outer, band.size
    bend = (x0 + x1) / 2
    curve = [(x0, y0), (bend, y0), (bend, y1), (x1, y1), (x1, y1 + size), (bend, y1 + size), (bend, y0 + size)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
    style: dict[str, Any] = {"alpha": 0.45, "facecolor": _FLOW, "edgecolor": _FLOW}
    line = "-" if band.number is not None else "--"
    axes.add_patch(PathPatch(Path([*curve, (x0, y0 + size)], codes), linewidth=0.8, linestyle=line, **style))
    side = "left" if x1 > 0 else "right"
    count = "in doubt or not printed" if band.number is None else f"{band.number:,}"
    words = f"{_cut(band.label, 20)}  {count}"
    axes.text(x1 + (0.1 if x1 > 0 else -0.1), y1 + size / 2, words, ha=side, va="center", fontsize=8)


def _coverage(report: Report) -> int:
    """Position among the states of coverage: 0 where all is certain, 1 with doubts, 2 without any table."""
    if not report.records:
        return 2
    return 0 if all(record.certain for record in report.records) else 1


def _wrapped(label: str, size: int) -> str:
    return "\n".join(label[start : start + size] for start in range(0, len(label), size))


def _cut(label: str, size: int) -> str:
    return label if len(label) <= size else f"{label[: size - 1]}…"
