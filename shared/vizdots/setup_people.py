"""The list of those whom a founder will invite, while it is being made. Each change gives a new list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from vizdots import roster
from vizdots.setup_steps import Person


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file makes of the list: everybody who is in it then, and the departments; or why nothing was taken."""

    people: Sequence[Person] = ()
    departments: Sequence[str] = ()
    problems: Sequence[roster.Problem] = ()


def taken(content: bytes, people: Sequence[Person], departments: Sequence[str], founder: str, *, create: bool) -> Taken:
    """Take up a file: whoever is in it and in the list is as the file says, and the founder is left out.

    With `create` the departments that there aren't yet are added; without, they are problems.
    """
    read = roster.read(content)
    brought = {row.email for row in read.rows}
    kept = [person for person in people if person.email not in brought]
    known = {founder, *(person.email for person in kept)}
    problems = roster.check(read, departments=departments, members=known, create_departments=create)
    if problems:
        return Taken(problems=problems)
    rows = roster.new(read, known)
    named = [*departments, *roster.new_departments(rows, departments)]
    as_written = {roster.fold(name): name for name in named}
    roles = {person.email: person.role for person in people}
    new = [
        Person(
            **{name: told for name, told in asdict(row).items() if name not in ("line", "department")},
            department=as_written.get(roster.fold(row.department or "")),
            role=roles.get(row.email, "member"),
        )
        for row in rows
    ]
    return Taken([*kept, *new], named)


def changed(people: Iterable[Person], email: str, now: Person) -> list[Person]:
    """The list with somebody as they are now; whoever reports to them goes on doing so under a new address."""
    kept = {"is_supervisor", "role"} - now.model_fields_set
    return [
        now.model_copy(update={name: getattr(each, name) for name in kept})
        if each.email == email
        else _led_by(each, email, now.email)
        for each in people
    ]


def without(people: Iterable[Person], email: str) -> list[Person]:
    """The list without somebody; whoever reported to them reports to nobody."""
    return [_led_by(each, email, None) for each in people if each.email != email]


def astray(people: Iterable[Person], departments: Iterable[str]) -> dict[str, int]:
    """The departments that people are in but that aren't there (any more), and how many are in each."""
    known = {roster.fold(name) for name in departments}
    found: dict[str, int] = {}
    for person in people:
        if person.department is not None and roster.fold(person.department) not in known:
            found[person.department] = found.get(person.department, 0) + 1
    return found


def moved(people: Iterable[Person], where: Mapping[str, str | None]) -> list[Person]:
    """The list with everybody out of the departments that `where` names, and in those that it says."""
    return [
        each.model_copy(update={"department": where.get(each.department or "", each.department)}) for each in people
    ]


def _led_by(person: Person, before: str, now: str | None) -> Person:
    return person.model_copy(update={"supervisor_email": now}) if person.supervisor_email == before else person
