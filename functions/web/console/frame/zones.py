"""The time zones that a form offers, by continent."""

from frame.visit import SignedInVisit
from vizdots import organizations

_zones: list[str] = []
"""They change with the database's version, so each function asks for them once."""


def by_continent(visit: SignedInVisit, chosen: str = "") -> dict[str, dict[str, str]]:
    """The zones by continent, each with what it is called there; the one that is set among them, whatever it is."""
    if not _zones:
        _zones.extend(visit.read(organizations.zones))
    found: dict[str, dict[str, str]] = {}
    for zone in [*_zones, *([chosen] if chosen and chosen not in _zones else [])]:
        continent, _slash, place = zone.partition("/")
        found.setdefault(continent, {})[zone] = (place or zone).replace("_", " ").replace("/", ", ")
    return found
