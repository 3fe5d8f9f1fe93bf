"""Where the lines and points of a trend lie: numbers from 1 to 5 by week, as coordinates of an SVG."""

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
