"""Plots as inline SVG: text in, text out, colours from the page's own variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

CELL_WIDTH, CELL_HEIGHT, LABEL = 92, 46, 56
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 460, 240, 44, 36, 12, 14
COLOURS = 8
_ON_WHITE = ("#1f6fd0", "#d1660a", "#128a63", "#a23b96", "#8a6d00", "#c2334d", "#4a5b6e", "#0f8b9d")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a heat map: a share, what stands below it, and what a pointer over it shows."""

    value: float | None
    below: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` with its title and the ticks that are labelled."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Return where a value lies, 0 at the low end and 1 at the high one."""
        return (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0


SHARE = (0.0, 0.25, 0.5, 0.75, 1.0)
UPPER_HALF = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def heat_map(title: str, rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], Cell]) -> str:
    """Return a table of shares, the fuller the colour the higher the value, with the value in each cell."""
    values = [cell.value for cell in cells.values() if cell.value is not None]
    floor = min(0.5, *values) if values else 0.0
    width, height = LABEL + CELL_WIDTH * len(columns), 24 + CELL_HEIGHT * len(rows)
    parts = [_text(LABEL + CELL_WIDTH * (x + 0.5), 16, name, "axis") for x, name in enumerate(columns)]
    for y, row in enumerate(rows):
        parts.append(_text(LABEL - 10, 24 + CELL_HEIGHT * (y + 0.5) + 4, row, "axis", "end"))
        for x, column in enumerate(columns):
            cell = cells.get((row, column), Cell(None))
            parts.append(_heat_cell(LABEL + CELL_WIDTH * x, 24 + CELL_HEIGHT * y, cell, floor))
    return _svg(title, width, height, parts)


def _heat_cell(x: float, y: float, cell: Cell, floor: float) -> str:
    box = f'x="{x + 1:.0f}" y="{y + 1:.0f}" width="{CELL_WIDTH - 2}" height="{CELL_HEIGHT - 2}" rx="4"'
    middle = x + CELL_WIDTH / 2
    if cell.value is None:
        return f'<g><rect {box} class="empty"/>{_text(middle, y + 27, "–", "faint")}</g>'
    strength = 0.06 + 0.6 * ((cell.value - floor) / (1 - floor) if floor < 1 else 1)
    return (
        f'<g><title>{escape(cell.hint)}</title><rect {box} class="paper"/>'
        f'<rect {box} fill="var(--accent)" fill-opacity="{strength:.2f}"/>'
        f"{_text(middle, y + 22, f'{cell.value:.2f}', 'value')}{_text(middle, y + 37, cell.below, 'small')}</g>"
    )


def line_plot(title: str, series: Mapping[str, Sequence[tuple[float, float]]], x: Axis, y: Axis) -> str:
    """Return lines with a legend above; each point says its series and values under a pointer."""
    parts = _frame(x, y)
    for number, (name, points) in enumerate(series.items()):
        placed = [(_across(x, one), _up(y, two)) for one, two in points]
        colour = f"var(--series-{number % COLOURS + 1})"
        path = " ".join(f"{'L' if place else 'M'}{one:.1f},{two:.1f}" for place, (one, two) in enumerate(placed))
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (one, two), (raw_x, raw_y) in zip(placed, points, strict=True):
            hint = escape(f"{name}: {raw_x:g}, {raw_y:.3f}")
            radius = 2.5 if len(points) <= 20 else 1.2
            mark = f'<circle cx="{one:.1f}" cy="{two:.1f}" r="{radius}" fill="{colour}"><title>{hint}</title></circle>'
            parts.append(mark)
    return legend(list(series)) + _svg(title, WIDTH, HEIGHT, parts)


def bar_plot(title: str, bars: Mapping[str, Mapping[str, float]], unit: str) -> str:
    """Return horizontal bars in groups, each with its name and value; all start at 0."""
    rows = [(group, name, value) for group, values in bars.items() for name, value in values.items()]
    longest = max((value for _, _, value in rows), default=1.0) or 1.0
    parts, y = [], 4.0
    names = list(dict.fromkeys(name for _, name, _ in rows))
    for place, (group, name, value) in enumerate(rows):
        if place == 0 or rows[place - 1][0] != group:
            y += 6 if place else 0
            parts.append(_text(0, y + 14, group, "axis", "start"))
        colour, length = f"var(--series-{names.index(name) % COLOURS + 1})", 210 * value / longest
        parts.append(
            f'<rect x="130" y="{y + 2:.1f}" width="{max(1.0, length):.1f}" height="16" rx="3" fill="{colour}"/>'
        )
        parts.append(_text(136 + length, y + 14, f"{name} {value:,.0f} {unit}", "small", "start"))
        y += 22
    return _svg(title, WIDTH, y + 4, parts)


def legend(names: Sequence[str]) -> str:
    """Return the names of the series in their colours."""
    items = [
        f'<span><i style="background:var(--series-{number % COLOURS + 1})"></i>{escape(name)}</span>'
        for number, name in enumerate(names)
    ]
    return f'<div class="legend">{"".join(items)}</div>' if len(names) > 1 else ""


def standalone(plot: str, names: Sequence[str]) -> str:
    """Return a line plot as an SVG file that needs no page around it: colours and the legend are in it."""
    drawing = plot[plot.index("<svg") :].removesuffix("</svg>")
    above = 18 * -(-len(names) // 3)
    style = ";".join(f"--series-{number}:{colour}" for number, colour in enumerate(_ON_WHITE, start=1))
    marks = [
        f'<circle cx="{LEFT + 150 * (number % 3)}" cy="{14 - above + 18 * (number // 3)}" r="4" '
        f'fill="var(--series-{number % COLOURS + 1})"/>'
        + _text(LEFT + 9 + 150 * (number % 3), 18 - above + 18 * (number // 3), name, "small", "start")
        for number, name in enumerate(names)
    ]
    box = f'viewBox="0 {-above} {WIDTH} {HEIGHT + above}"'
    paper = f'<rect y="{-above}" width="{WIDTH}" height="{HEIGHT + above}" fill="white"/>'
    rules = "<style>text{font:10.5px sans-serif;fill:#222}.grid{stroke:#ddd}</style>"
    inside = drawing.partition(">")[2]
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} style="{style}">{rules}{paper}{inside}{"".join(marks)}</svg>'


def _frame(x: Axis, y: Axis) -> list[str]:
    parts = []
    for tick in y.ticks:
        place = _up(y, tick)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place:.1f}" y2="{place:.1f}" class="grid"/>')
        parts.append(_text(LEFT - 6, place + 4, f"{tick:g}", "small", "end"))
    for tick in x.ticks:
        parts.append(_text(_across(x, tick), HEIGHT - BOTTOM + 16, f"{tick:g}", "small"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, x.title, "small"))
    parts.append(
        f'<text transform="translate(10,{(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" class="small">{y.title}</text>'
    )
    return parts


def _across(axis: Axis, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * axis.place(value)


def _up(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * axis.place(value)


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" style="text-anchor:{anchor}">{escape(text)}</text>'


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px"'
    return f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
