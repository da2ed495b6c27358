"""Measure everything, and write the figures and the plot of docs/explanation/speed.md.

    python benchmarks/report.py [--repeats 15]

Peers that are not installed are named in the page. The text round the figures is not touched.
"""

from __future__ import annotations

import argparse
import math
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import peers
import speed
import stages

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "speed.md"
PLOT = PAGE.with_name("speed.svg")
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"

# The plot, in pixels; both axes are logarithmic.
WIDTH, HEIGHT, MARGIN = 640, 360, 60
FONT = 'font-family="sans-serif" font-size="12"'
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    rule = ["---", *["---:"] * (len(heads) - 1)]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, rule, *rows)) + "\n"


def figures(result: speed.Result, tools: Sequence[peers.Peer], absent: Sequence[str], repeats: int) -> Iterator[str]:
    """The generated part of the page."""
    system = f"{platform.machine()}, {platform.system()}, CPython {platform.python_version()}"
    yield f"Measured on {date.today().isoformat()} ({system}).\n\n"
    yield table(
        ("page", "bytes", "floor, ms", "parse, ms", "parse / floor"),
        [(t.name, f"{t.size:,}", f"{t.floor_ms:.2f}", f"{t.parse_ms:.2f}", f"**{t.ratio:.1f}**") for t in result.pages],
    )
    yield table(*stages.rows(3 * repeats))
    yield f"The JSON of the first report takes {result.json_ratio:.2f} of the floor of its page.\n"
    yield f"`{speed.IMPORT_OURS}` takes {result.import_ratio:.1f} times as long as `{speed.IMPORT_FLOOR}`.\n\n"
    yield table(
        ("tool", "ms", "x floor", "numbers right", "under their own label and column", "what comes out"),
        [
            (p.name, f"{p.ms:.0f}", f"{p.floors:.0f}", f"{p.right} of {p.printed}", f"{p.labelled}", p.says)
            for p in tools
        ],
    )
    yield "".join(f"Left out, because it is not installed: {name}.\n" for name in absent)
    yield "\n![Cost per byte against size](speed.svg)\n\n"
    yield table(
        ("input", "bytes", "ns a byte", "beside 100 KB", "peak memory, MB"),
        [
            (g.name, f"{g.size:,}", f"{g.ns_per_byte:.0f}", f"{g.relative:.2f}", f"{g.peak_mb:.0f}")
            for g in result.growth
        ],
    )


def plot(growth: Sequence[speed.Growth]) -> str:
    """Nanoseconds per byte against bytes, one line for each kind of input."""
    kinds: dict[str, list[speed.Growth]] = {}
    for row in growth:
        kinds.setdefault(row.name.partition(",")[0], []).append(row)
    low, high = (bound(math.log10(row.size) for row in growth) for bound in (min, max))
    top = math.ceil(math.log10(max(row.ns_per_byte for row in growth)))
    bottom = math.floor(math.log10(min(row.ns_per_byte for row in growth)))

    def at(size: float, cost: float) -> tuple[float, float]:
        x = MARGIN + (math.log10(size) - low) / (high - low) * (WIDTH - 2 * MARGIN)
        y = MARGIN + (top - math.log10(cost)) / (top - bottom) * (HEIGHT - 2 * MARGIN)
        return round(x, 1), round(y, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 14}" text-anchor="middle">bytes</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 24}">nanoseconds a byte</text>',
    ]
    for power in range(bottom, top + 1):
        _, y = at(10**low, 10**power)
        parts.append(f'<line x1="{MARGIN}" y1="{y}" x2="{WIDTH - MARGIN}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{MARGIN - 8}" y="{y + 4}" text-anchor="end">{10**power:,}</text>')
    for power in range(math.ceil(low), math.floor(high) + 1):
        x, y = at(10**power, 10**bottom)
        parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{10**power:,}</text>')
    for number, ((name, rows), colour) in enumerate(zip(kinds.items(), COLOURS, strict=True)):
        points = " ".join(f"{x},{y}" for x, y in (at(row.size, row.ns_per_byte) for row in rows))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        place = MARGIN + 18 * number
        parts.append(f'<text x="{WIDTH - MARGIN - 90}" y="{place}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    result = speed.measure_all(options.repeats)
    tools, absent = peers.compare(options.repeats)
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n{''.join(figures(result, tools, absent, options.repeats))}{END}{tail}", "utf-8")
    PLOT.write_text(plot(result.growth), "utf-8")


if __name__ == "__main__":
    main()
