"""Figures of their own, with a font that has Chinese characters; what all pictures share.

Labels are Chinese, so a font that has them is looked for; where there is none, the error names what to install.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtraError
from ..libraries import load_library
from ..resources import read_json

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALL = 8  # points; the smallest words of a picture
EDGE = "#8a9099"


@cache
def chinese_font() -> str:
    """The family of an installed font that holds Chinese characters.

    Raises:
        MissingExtraError: Matplotlib is not installed, or there is no such font; the message names what to install.
    """
    load_library("matplotlib", "plot")
    from matplotlib import font_manager

    known = read_json("fonts.json")
    installed = {font.name for font in font_manager.fontManager.ttflist}
    family = next((name for name in known["families"] if name in installed), None)
    if family is None:
        raise MissingExtraError(
            f"no font with Chinese characters is installed; install {known['install']}", code="missing_font"
        )
    return str(family)


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches; no state of pyplot is touched."""
    chinese_font()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def new_canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one set of axes."""
    figure = new_figure(width, height)
    return figure, figure.add_subplot()


def finished(figure: Figure) -> Figure:
    """The figure with all its words in a font that has them, however the caller's Matplotlib is set up."""
    from matplotlib.text import Text

    for words in figure.findobj(Text):
        words.set_fontfamily([chinese_font(), "DejaVu Sans"])
    return figure


def add_legend(figure: Figure, colors: Mapping[str, str]) -> None:
    """A legend under a figure: what its colours mean."""
    from matplotlib.patches import Patch

    add_handles(figure, [Patch(facecolor=color, edgecolor=EDGE, label=label) for label, color in colors.items()])


def add_handles(figure: Figure, handles: list[Any], *, columns: int = 6) -> None:
    """A legend under a figure, of handles with their labels."""
    if handles:
        count = min(columns, len(handles))
        figure.legend(handles=handles, ncols=count, loc="outside lower center", frameon=False, fontsize=SMALL)


def shortened(label: str, size: int) -> str:
    """A label of at most so many characters."""
    return label if len(label) <= size else f"{label[: size - 1]}…"
