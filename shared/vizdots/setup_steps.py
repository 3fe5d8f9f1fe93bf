"""What a founder tells in each step of the set-up wizard, and what has to fit together in it."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from vizdots import roster
from vizdots.addresses import Address
from vizdots.organizations import SizeBand
from vizdots.schedules import Week
from vizdots.shapes import Input
from vizdots.texts import Name

StepName = Literal["company", "departments", "people", "settings"]

STEPS: Final[tuple[StepName, ...]] = get_args(StepName)
MOST_DEPARTMENTS: Final = 200
MOST_PEOPLE: Final = roster.MOST_ROWS


class Company(Input):
    """The company itself."""

    name: Name
    industry: Name | None = None
    timezone: Annotated[str, Field(max_length=100, description="As the IANA calls it: Europe/Berlin.")]
    size_band: SizeBand | None = Field(None, description="How many people work there.")


class Departments(Input):
    """Its departments. A small company may have none."""

    names: Annotated[list[Name], Field(max_length=MOST_DEPARTMENTS)]

    @model_validator(mode="after")
    def _are_named_once(self) -> "Departments":
        if len({roster.fold(name) for name in self.names}) < len(self.names):
            raise PydanticCustomError("repeated_name", "Each department has a name of its own")
        return self


class Person(Input):
    """Somebody who is to be invited. `department` is one of the step before, however it is capitalised."""

    name: Name
    email: Address
    job_title: Name | None = None
    department: Name | None = None
    supervisor_email: Address | None = Field(None, description="Another one of these people, or the founder.")
    is_supervisor: bool = Field(False, description="Whether they lead others, those who come later included.")
    role: Literal["admin", "member"] = "member"


class People(Input):
    """Everybody who is to be invited. There may be nobody yet."""

    people: Annotated[list[Person], Field(max_length=MOST_PEOPLE)]


class Launch(Input):
    """When people work, and who the founder is."""

    schedule: Week
    display_name: Name
    job_title: Name | None = None


def problems(people: Sequence[Person], founder: str) -> list[roster.Problem]:
    """What doesn't fit together among people: addresses, supervisors. The `line` of a problem is a place, from 1.

    Whether there are their departments is for the database to say, which knows those.
    """
    rows = [roster.Row(line, **person.model_dump(exclude={"role"})) for line, person in enumerate(people, start=1)]
    found = roster.check(roster.Roster(rows), departments=(), members={founder}, create_departments=True)
    own = [roster.Problem(row.line, "email", "own_email") for row in rows if row.email == founder]
    return sorted([*found, *own], key=lambda each: each.line)
