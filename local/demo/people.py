"""Who is in the demo: organisations, departments and people, as the files beside this module tell."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from vizdots.agents import Language

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """`mood` and `load` say how its people rate their weeks (1 to 5), from the first week to the last."""

    kind: Literal["field", "office"]
    mood: tuple[float, float]
    load: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the demo. Who is only `invited` does nothing; `tells` names the processes they can tell about."""

    email: str
    name: str
    title: str
    language: Language
    role: Literal["owner", "admin", "member"] = "member"
    level: Literal["exec", "manager", "ic"] = "ic"
    department: str | None = None
    supervisor: str | None = None
    leads: bool = False
    sees_reports: bool = False
    invited: bool = False
    summary: str = ""
    duties: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    customers: bool = False
    participation: float = 0.0
    """The share of weeks in which they take part at all."""
    offset: float = 0.0
    """How much better than their department they rate their weeks."""
    diligent: bool = False
    """Answers everything, but never on the day of the loading: somebody's first chat is waiting there."""
    unconfirmed: bool = False
    snoozed_days: int = 0
    schedule: dict[str, Any] | None = None
    later: dict[str, Any] | None = None
    """What they say of their job from a week on: {"week", "summary", "duties"}."""

    @property
    def first_name(self) -> str:
        """What colleagues call them."""
        return self.name.partition(" ")[0]

    @property
    def has_reports(self) -> bool:
        """Whether somebody reports to them."""
        return self.leads or self.level != "ic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of somebody in the course of the history, on the first day of a week (from 1)."""

    week: int
    who: str
    what: Literal["new_role", "leaves"]
    to: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One organisation, the owner first among its people and everybody after their supervisor."""

    name: str
    timezone: str
    size_band: str
    industry: str
    weeks: int
    """How long it has been here by the day of the loading."""
    departments: dict[str, Department]
    people: tuple[Person, ...]
    changes: tuple[Change, ...]

    @property
    def owner(self) -> Person:
        """Who founded it."""
        return self.people[0]

    def department_of(self, person: Person) -> Department:
        """The person's department; for who has none, as well as for the rest, the calm average of all."""
        if person.department:
            return self.departments[person.department]
        return Department(kind="office", mood=(3.6, 3.4), load=(3.4, 3.6))


def organization(file: Path) -> Organization:
    """The organisation that a file tells about."""
    told = json.loads(file.read_text(encoding="utf-8"))
    return Organization(
        **{name: told[name] for name in ("name", "timezone", "size_band", "industry", "weeks")},
        departments={name: Department(**each) for name, each in told["departments"].items()},
        people=tuple(Person(**{**each, **_tuples(each)}) for each in told["people"]),
        changes=tuple(Change(**each) for each in told["changes"]),
    )


def acme() -> Organization:
    """Acme Field Services: one department slides towards burnout, one is steady, one gets better."""
    return organization(FOLDER / "acme.json")


def globex() -> Organization:
    """Globex: small, young, and not to be seen by anybody of Acme."""
    return organization(FOLDER / "globex.json")


def _tuples(told: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(told[name]) for name in ("duties", "tells") if name in told}
