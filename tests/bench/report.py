"""How a measurement is told: what was compared, the ratio, and the figure it is meant to reach."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One ratio, or a share, whose unit is empty. `at_most` or `at_least` is the aim; a missed one is said."""

    name: str
    what: str
    ratio: float
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "×"

    def __str__(self) -> str:
        aim = f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"
        missed = "" if self.is_reached else ", MISSED"
        return f"{self.name:24} {self.ratio:6.2f} {self.unit}  (aim {aim}{missed})  {self.what}"

    @property
    def is_reached(self) -> bool:
        """Whether the aim was reached in this run."""
        if self.at_most is not None and self.ratio > self.at_most:
            return False
        return self.at_least is None or self.ratio >= self.at_least
