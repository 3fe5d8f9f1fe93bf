"""Where a trend's lines and bars lie: numbers from 1 to 5 by week, or counts over time, as coordinates of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 320
HEIGHT: Final = 160
LEFT, RIGHT, TOP, BOTTOM = 20, 10, 10, 22  # room for the scale and the weeks
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Point:
    """One value in its place."""

    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Line:
    """One series: its runs of neighbouring weeks. A week without an answer is a gap and no zero."""

    runs: list[list[Point]]

    @property
    def points(self) -> list[Point]:
        """All points, in their order."""
        return [point for run in self.runs for point in run]

    @property
    def path(self) -> str:
        """The `d` of an SVG path; empty where no two weeks are neighbours."""
        return " ".join(
            "M" + " L".join(f"{point.x:g} {point.y:g}" for point in run) for run in self.runs if len(run) > 1
        )


def across(nth: int, count: int) -> float:
    """The x of the nth of so many weeks."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * nth / max(1, count - 1), 1)


def up(value: float) -> float:
    """The y of a value."""
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - LOWEST) / (HIGHEST - LOWEST), 1)


def line(values: Sequence[float | None]) -> Line:
    """The line of a series by week; None where there was no answer."""
    runs: list[list[Point]] = [[]]
    for nth, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Point(across(nth, len(values)), up(value), value))
    return Line([run for run in runs if run])


SCALE: Final = 36  # room for the numbers beside bars


@dataclass(frozen=True)
class Bar:
    """A day or week of two counts: one from the ground up, the other upon it. `y` is where a part begins, above."""

    x: float
    width: float
    y: float
    height: float
    upper_y: float
    upper_height: float


def bars(counts: Sequence[tuple[int, int]], highest: int) -> list[Bar]:
    """The bars of counts, side by side, where `highest` is as high as the chart."""
    room = (WIDTH - SCALE - RIGHT) / max(1, len(counts))
    return [
        Bar(
            x=round(SCALE + room * nth + room * 0.15, 1),
            width=round(room * 0.7, 1),
            y=_over(lower, highest),
            height=round(_over(0, highest) - _over(lower, highest), 1),
            upper_y=_over(lower + upper, highest),
            upper_height=round(_over(lower, highest) - _over(lower + upper, highest), 1),
        )
        for nth, (lower, upper) in enumerate(counts)
    ]


def _over(count: int, highest: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / highest, 1)
