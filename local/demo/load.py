"""The first start's demo data: two organisations whose history is lived through by the functions themselves."""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import psycopg

from local import clock, product
from local.demo.client import Client
from local.demo.founding import Founded, Founder
from local.demo.history import Life, Moment
from local.demo.people import Organization, acme, globex
from local.environments import Environments
from local.folder import Running
from local.gateway import Routes
from local.identity.stand_in import Identity
from local.template import Schedule

SCHEDULER: Final = "cron/scheduler"
AT_ONCE: Final = 4  # people who are in the product at the same time; a small machine has two cores
AN_HOUR: Final = timedelta(hours=1)

# The loading's own note of itself. No table of the product, nor of its stand-ins: only this machine has it.
PREPARE: Final = """
    create schema if not exists demo;
    create table if not exists demo.loads (begun_at timestamptz not null, lived_until timestamptz);
"""
# Facts are never deleted, and the audit log neither: only a superuser who passes their guards by can begin anew.
FORGET: Final = """
    set local session_replication_role = replica;
    truncate public.organizations, auth.users, mailbox.mails, demo.loads cascade;
"""

Say = Callable[[str], None]


def load(
    running: Running,
    identity: Identity,
    say: Say,
    *,
    organizations: Sequence[Organization] | None = None,
    now: datetime | None = None,
) -> None:
    """Fill a fresh product with the demo organisations, as they are after weeks of use, and tell `say` how far it is.

    What was loaded before stays as it is; what was loaded in part goes and is loaded anew. Takes about a minute.
    """
    state = _state(running)
    if state == "loaded":
        return
    if state == "interrupted":
        _forget(running)
    until = now or datetime.now(UTC)
    with _note(running, until), _functions(running) as environments:
        _History(running, identity, environments, say, until).live(organizations or (acme(), globex()))


def _state(running: Running) -> Literal["fresh", "interrupted", "loaded"]:
    with psycopg.connect(running.owner_url) as owner:
        owner.execute(PREPARE)
        found = owner.execute("select lived_until is not null from demo.loads").fetchone()
    return "fresh" if found is None else "loaded" if found[0] else "interrupted"


def _forget(running: Running) -> None:
    with psycopg.connect(running.admin_url) as superuser:
        superuser.execute(FORGET)


@contextmanager
def _note(running: Running, until: datetime) -> Iterator[None]:
    """Note that the loading has begun, and at its end that it is done."""
    with psycopg.connect(running.owner_url) as owner:
        owner.execute("insert into demo.loads (begun_at) values (%s)", (until,))
    yield
    with psycopg.connect(running.owner_url) as owner:
        owner.execute("update demo.loads set lived_until = %s", (until,))


@contextmanager
def _functions(running: Running) -> Iterator[Environments]:
    """The functions in environments of their own, whose thousands of log lines nobody needs to see."""
    with open(os.devnull, "w") as nowhere, product.functions(running, log=nowhere) as environments:  # noqa: PTH123
        yield environments


@dataclass(frozen=True, slots=True)
class _Place:
    """An organisation in the midst of its history."""

    founded: Founded
    since: datetime
    lives: dict[str, Life]

    def moment(self, at: datetime, until: datetime) -> Moment:
        days, of = (at.date() - self.since.date()).days, max(1, (until.date() - self.since.date()).days)
        return Moment(day=at.date(), week=days // 7 + 1, progress=days / of, until=until)


class _History:
    """All organisations day by day: one scheduler wakes for all of them."""

    def __init__(
        self, running: Running, identity: Identity, environments: Environments, say: Say, until: datetime
    ) -> None:
        self._identity, self._invoke, self._say, self._until = identity, environments.invoke, say, until
        self._founder = Founder(identity, running.variables["DATABASE_URL"], self._client)
        stack = environments.stack
        self._routes = Routes(stack.routes)
        scheduler = stack.function(SCHEDULER).logical_id
        self._schedule = next(each for each in stack.schedules if each.function == scheduler)

    def live(self, organizations: Sequence[Organization]) -> None:
        """From the first day of the oldest to now."""
        weeks = max(each.weeks for each in organizations)
        places: list[_Place] = []
        begun_weeks = 0
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="demo") as people:
            for at in _wakings(self._schedule, self._until - timedelta(weeks=weeks), self._until):
                for organization in organizations:
                    is_new = all(place.founded.organization is not organization for place in places)
                    if is_new and at >= self._until - timedelta(weeks=organization.weeks):
                        places.append(self._found(organization, at))
                if (week := places[0].moment(at, self._until).week) > begun_weeks:
                    begun_weeks = week
                    self._say(f"    Living through {weeks} weeks … week {week} of {weeks}")
                self._live_a_day(places, at, people)
        for place in places:
            place.founded.end_history(self._until)
            for life in place.lives.values():
                if life.person.diligent:
                    life.keep_one_open(self._until)

    def _found(self, organization: Organization, at: datetime) -> _Place:
        self._say(f"    {organization.name} is founded, with {len(organization.people)} people")
        founded = self._founder.found(organization, at - AN_HOUR)
        lives = {
            person.email: Life(organization, person, self._client(person.email))
            for person in organization.people
            if not person.invited
        }
        for life in lives.values():
            life.confirm_profile(at - AN_HOUR / 2)
        return _Place(founded, at, lives)

    def _client(self, email: str) -> Client:
        return Client(self._routes, self._invoke, self._identity.issue_token(email))

    def _live_a_day(self, places: Sequence[_Place], at: datetime, people: ThreadPoolExecutor) -> None:
        """The scheduler wakes, and then everybody does what they do that day, several at a time."""
        for place in places:
            self._change(place, at, place.moment(at, self._until))
        self._invoke(self._schedule.function, clock.event(self._schedule, at, str(uuid.uuid4())))
        days = [(life, place.moment(at, self._until)) for place in places for life in place.lives.values()]
        for _ in people.map(lambda day: day[0].live(day[1]), days):
            pass  # raises what one of them raised

    @staticmethod
    def _change(place: _Place, at: datetime, moment: Moment) -> None:
        for change in place.founded.organization.changes:
            if moment.day == place.since.date() + timedelta(weeks=change.week - 1):
                place.founded.change(change, at)
                if change.what == "leaves":
                    del place.lives[change.who]


def _wakings(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    """When the schedule wakes its function between two times."""
    timetable = clock.Timetable(schedule, since)
    at = timetable.next_after(since)
    while at is not None and at <= until:
        yield at
        at = timetable.next_after(at)
