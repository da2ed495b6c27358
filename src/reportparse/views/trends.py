"""A variable of a panel over the years, as a picture: gaps stay gaps, doubts are marked, forms are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, isfinite, isnan, nan
from typing import TYPE_CHECKING, Any, Literal

from ..compare.crosswalk import Rate, Series, find_series
from ..english import unit_label
from ..errors import InputError
from ..forms import form_keys, load_form
from ..panel import Panel, Variable
from .canvas import EDGE, SMALL, add_handles, finished, new_figure, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

By = Literal["body", "level", "kind"]
Language = Literal["zh", "en"]

# Colours that people with any kind of colour vision tell apart (Okabe and Ito), without the yellow, which is too light.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_SHADE = "#eceff3"
_MAX_LINES = len(_COLORS)  # bodies in one picture; more have one each
_MAX_BODIES = 60
_COLUMNS = 4  # small pictures side by side

_LINE: dict[str, Any] = {"marker": "o", "markersize": 4, "linewidth": 1.6}
_BESIDE: dict[str, Any] = {
    "loc": "upper left",
    "bbox_to_anchor": (1.01, 1),
    "frameon": False,
    "fontsize": SMALL + 1,
    "title_fontsize": SMALL + 1,
}

_DOUBT, _ABSENT, _GAP = "in doubt", "blank, unreadable or not printed", "no report"
_MARKS = {_DOUBT: "$?$", _ABSENT: "x", _GAP: "_"}
_WHY = {"doubtful": _DOUBT, "conflict": _DOUBT, "no_report": _GAP}
# States that need no mark: a number, and cells that the form of the report does not have.
_UNMARKED = ("value", "not_in_form", "not_joined")


@dataclass(frozen=True)
class _Line:
    """A variable of one body: years, and for each its value, or None, and its state."""

    name: str
    group: str
    cells: Mapping[int, tuple[Any, str]]

    def values(self, years: Sequence[int]) -> list[float]:
        """The numbers, with nan where there is none, so that the line is broken there."""
        found = [self.cells.get(year, (None, ""))[0] for year in years]
        return [nan if value is None else float(value) for value in found]

    def marks(self, years: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Years whose value is not known, and why."""
        for year in years:
            _, state = self.cells.get(year, (None, "no_report"))
            if state not in _UNMARKED:
                yield year, _WHY.get(state, _ABSENT)


@dataclass(frozen=True)
class _Trend:
    """What is drawn: a variable, its lines and the years."""

    variable: Variable
    lines: Sequence[_Line]
    years: Sequence[int]
    language: Language

    @cached_property
    def title(self) -> str:
        """The name of the variable with its unit."""
        unit = self.variable.unit if isinstance(self.variable, Series) else None
        if self.language == "zh":
            return self.variable.label + (f"（{unit}）" if unit else "")
        return self.variable.english + (f" ({unit_label(unit)})" if unit else "")

    @cached_property
    def borders(self) -> list[tuple[int, str]]:
        """The first year of each form but the first, with its key."""
        return [(first, key) for key, first, _ in self._forms if self.years[0] < first]

    @cached_property
    def unjoined(self) -> list[tuple[int, int]]:
        """Years of forms of which the variable has no values: the first and the last."""
        spans = [(first, last) for key, first, last in self._forms if not _is_joined(self.variable, key)]
        return [(max(first, self.years[0]), min(last, self.years[-1])) for first, last in spans]

    @cached_property
    def joined(self) -> list[int]:
        """The years of all other forms."""
        return [year for year in self.years if not any(first <= year <= last for first, last in self.unjoined)]

    @cached_property
    def _forms(self) -> list[tuple[str, int, int]]:
        """The forms that hold in the years of the picture: key, first and last year."""
        spans = [(key, *load_form(key).years) for key in form_keys()]
        found = [(key, first, last or self.years[-1]) for key, first, last in spans]
        return [(key, a, b) for key, a, b in found if a <= self.years[-1] and b >= self.years[0]]


def trends(
    panel: Panel,
    variable: str,
    *,
    by: By = "body",
    bodies: Sequence[str] | None = None,
    spread: tuple[float, float] = (0.25, 0.75),
    labels: Language = "zh",
) -> Figure:
    """A variable of a panel over the years.

    A year without a value breaks the line. Below it stands a question mark for a value in doubt, a cross for a cell
    that is blank, unreadable or not printed, and a dash where there is no report. Dotted lines stand where a form came
    into force, and years of a form whose cells the crosswalk does not join are shaded.

    Args:
        panel: The panel.
        variable: The key of one of its variables.
        by: ``body``: a line a body, in one picture or, if they are many, in a small picture each with a scale of its
            own. ``level`` or ``kind``: the median of each group, the band between two quantiles, and under it how many
            bodies have a value.
        bodies: The bodies that are wanted; all if not given.
        spread: The quantiles of the band.
        labels: The language of the name of the variable.

    Raises:
        InputError: The panel has no such variable or body, or too many bodies for a picture each.
        MissingExtraError: Matplotlib or a Chinese font is not installed.

    Example:
        >>> from reportparse import panel
        >>> from reportparse.compare.measure import Facts, Printed
        >>> cell = ("requests", "new_requests", "total")
        >>> cells = [(2021, {cell: Printed(3, "value", True)}), (2022, {cell: Printed(5, "value", True)})]
        >>> facts = [Facts(f"report-{year}", "海棠市", year, "2021", None, "", own, 0) for year, own in cells]
        >>> figure = trends(panel.build(facts), "requests.new_requests.total")
        >>> figure.get_suptitle()
        '一、本年新收政府信息公开申请数量，总计（件）'
    """
    trend = _trend_of(panel, variable, by, bodies, labels)
    if by != "body":
        figure = _draw_groups(trend, spread)
    elif len(trend.lines) <= _MAX_LINES:
        figure = _draw_together(trend)
    else:
        figure = _draw_apart(trend)
    return finished(figure)


def _trend_of(panel: Panel, key: str, by: By, bodies: Sequence[str] | None, language: Language) -> _Trend:
    variable = next((one for one in panel.variables if one.key == key), None)
    if variable is None:
        told = "the panel has no such variable; build it with variables=[...]"
        raise InputError(told, code="not_in_panel", place=repr(key))
    unknown = [body for body in bodies or () if body not in panel.authorities]
    if unknown:
        raise InputError("the panel has no such body", code="not_in_panel", place=", ".join(map(repr, unknown)))
    wanted = list(dict.fromkeys(bodies)) if bodies is not None else list(panel.authorities)
    if by == "body" and len(wanted) > _MAX_BODIES:
        told = f"{len(wanted)} bodies are too many for a picture each; name at most {_MAX_BODIES}, or draw by='level'"
        raise InputError(told, code="too_many_bodies")
    table = panel.table
    cells: dict[str, dict[int, tuple[Any, str]]] = {body: {} for body in wanted}
    for body, year, value, state in zip(table["body"], table["year"], table[key], table[f"{key}.state"], strict=True):
        if body in cells:
            cells[body][year] = (value, state)
    groups = {body: str(getattr(panel.authorities[body], by, None) or "not known") for body in wanted}
    years = sorted({year for own in cells.values() for year in own})
    if not years:
        raise InputError("the panel has no rows to draw", code="empty_input")
    lines = [_Line(body, groups[body], own) for body, own in cells.items()]
    return _Trend(variable, lines, range(years[0], years[-1] + 1), language)


def _is_joined(variable: Variable, form: str) -> bool:
    """Whether a variable may have values of a form."""
    if isinstance(variable, Series):
        return any(part.form == form for part in variable.parts)
    return all(_is_joined(find_series(key), form) for key in (*variable.numerator, *variable.denominator))


def _draw_together(trend: _Trend) -> Figure:
    """All bodies in one picture, and under it a row of marks for each that has any."""
    colored = list(zip(trend.lines, _COLORS, strict=False))
    marked = [(line, color) for line, color in colored if any(line.marks(trend.joined))]
    figure, above, below = _two_axes(trend, len(marked))
    for line, color in colored:
        above.plot(trend.years, line.values(trend.years), color=color, label=shortened(line.name, 20), **_LINE)
    for place, (line, color) in enumerate(marked):
        _mark(below, line.marks(trend.joined), color, place)
    _dress(above, trend, below=0.03)
    above.legend(**_BESIDE)
    add_handles(figure, _handles(trend))
    return figure


def _draw_apart(trend: _Trend) -> Figure:
    """A small picture a body, each with a scale of its own."""
    rows = ceil(len(trend.lines) / _COLUMNS)
    figure = new_figure(2.9 * _COLUMNS, 0.9 + 1.55 * rows)
    grid = list(figure.subplots(rows, _COLUMNS, sharex=True, squeeze=False).flat)
    for axes, line in zip(grid, trend.lines, strict=False):
        axes.plot(trend.years, line.values(trend.years), color=_COLORS[0], **_LINE)
        _mark(axes, line.marks(trend.joined), _COLORS[1], None)
        _mark_forms(axes, trend, is_named=False)
        axes.set_title(shortened(line.name, 18), fontsize=SMALL + 1, loc="left", pad=4)
        _dress(axes, trend, below=0.16)
        _name_years(axes, trend)
    for axes in grid[len(trend.lines) :]:
        axes.set_axis_off()
    figure.suptitle(trend.title, fontsize=12, x=0.01, ha="left")
    add_handles(figure, _handles(trend))
    return figure


def _draw_groups(trend: _Trend, spread: tuple[float, float]) -> Figure:
    """Medians and bands of groups, and under them how many bodies have a value."""
    names = list(dict.fromkeys(line.group for line in trend.lines))
    figure, above, below = _two_axes(trend, len(names))
    for place, name in enumerate(names):
        color, dashes = _COLORS[place % len(_COLORS)], ("-", "--")[place // len(_COLORS) % 2]
        own = [line.values(trend.years) for line in trend.lines if line.group == name]
        found = [sorted(value for value in at if not isnan(value)) for at in zip(*own, strict=True)]
        low, middle, high = ([_quantile(values, share) for values in found] for share in (spread[0], 0.5, spread[1]))
        above.fill_between(trend.years, low, high, color=color, alpha=0.16, linewidth=0)
        above.plot(trend.years, middle, color=color, linestyle=dashes, label=name, **_LINE)
        for year, values in zip(trend.years, found, strict=True):
            below.text(year, place, str(len(values) or "–"), ha="center", va="center", fontsize=SMALL, color=color)
    below.set_yticks([(len(names) - 1) / 2], ["bodies"], fontsize=SMALL)
    _dress(above, trend, below=0.03)
    above.legend(title=f"median, and {spread[0]:.0%} to {spread[1]:.0%}", alignment="left", **_BESIDE)
    add_handles(figure, _handles(trend, with_marks=False))
    return figure


def _two_axes(trend: _Trend, rows: int) -> tuple[Figure, Axes, Axes]:
    """A figure with axes for lines and, under them, axes with so many rows for what belongs to a year."""
    figure = new_figure(9, 4.4 + 0.2 * rows)
    ratios = [4.0, 0.05 + 0.2 * rows]
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": ratios, "hspace": 0.02})
    below.set_ylim(max(rows, 0.1) - 0.4, -0.6)
    below.set_yticks([])
    below.spines[:].set_visible(False)
    below.tick_params(length=0)
    above.tick_params(labelbottom=False)
    _mark_forms(above, trend, is_named=True)
    if rows:
        _mark_forms(below, trend, is_named=False)
    _name_years(below, trend)
    figure.suptitle(trend.title, fontsize=12, x=0.01, ha="left")
    return figure, above, below


def _quantile(values: Sequence[float], share: float) -> float:
    """A quantile of rising values, between two neighbours where it falls there; nan of none."""
    if not values:
        return nan
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _dress(axes: Axes, trend: _Trend, *, below: float) -> None:
    """Scale and grid; ``below`` is the room under the lowest number, as a share of the height."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e3e6ea", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL + 1)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=not isinstance(trend.variable, Rate)))
    if isinstance(trend.variable, Rate):
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    drawn = axes.dataLim
    low, high = (min(drawn.y0, 0.0), max(drawn.y1, 0.0)) if isfinite(drawn.y0 + drawn.y1) else (0.0, 1.0)
    height = (high - low) or 1.0
    axes.set_ylim(low - below * height, high + 0.12 * height)


def _name_years(axes: Axes, trend: _Trend) -> None:
    step = ceil(len(trend.years) / 10)
    axes.set_xticks(trend.years[::step], [str(year) for year in trend.years[::step]])
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.set_xlim(trend.years[0] - 0.5, trend.years[-1] + 0.5)


def _mark(axes: Axes, marks: Iterable[tuple[int, str]], color: str, place: int | None) -> None:
    """Marks of a line, in a row of their own or, without one, at the bottom of the axes."""
    transform = axes.transData if place is not None else axes.get_xaxis_transform()
    height = 0.08 if place is None else place
    for year, why in marks:
        style: dict[str, Any] = {
            "marker": _MARKS[why],
            "color": color,
            "linestyle": "",
            "markersize": 6,
            "clip_on": False,
        }
        axes.plot([year], [height], transform=transform, **style)


def _mark_forms(axes: Axes, trend: _Trend, *, is_named: bool) -> None:
    for first, last in trend.unjoined:
        axes.axvspan(first - 0.5, last + 0.5, color=_SHADE, linewidth=0, zorder=0)
    for year, key in trend.borders:
        axes.axvline(year - 0.5, color=EDGE, linestyle=":", linewidth=1)
        if is_named:
            axes.annotate(
                f"form {key}",
                (year - 0.5, 1),
                xycoords=axes.get_xaxis_transform(),
                xytext=(3, -2),
                textcoords="offset points",
                fontsize=SMALL,
                color=EDGE,
                va="top",
            )


def _handles(trend: _Trend, *, with_marks: bool = True) -> list[Any]:
    """What marks, dots and shades mean, as far as the picture has them."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    seen = {why for line in trend.lines for _, why in line.marks(trend.joined)} if with_marks else set()
    style: dict[str, Any] = {"color": EDGE, "linestyle": "", "markersize": 6}
    handles: list[Any] = [Line2D([], [], marker=_MARKS[why], label=why, **style) for why in _MARKS if why in seen]
    if trend.borders:
        handles.append(Line2D([], [], color=EDGE, linestyle=":", label="a new form"))
    if trend.unjoined:
        handles.append(Patch(facecolor=_SHADE, edgecolor=EDGE, linewidth=0.5, label="a form that is not joined"))
    return handles
