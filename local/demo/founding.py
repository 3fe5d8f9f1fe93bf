"""How the organisations of the demo come to be, and what their owners change later on.

They are founded as any other: their owners go through the set-up wizard, their people take up their invitations. What
is no part of that, or what lies in the past and only a job may say so, is done by plain statements, each as the person,
or the job, whose right it is.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from common.db import Scope
from local.demo.client import Client
from local.demo.people import Change, Organization, Person
from local.identity.stand_in import Identity
from vizdots.schedules import USUAL_WEEK

PASSWORD: Final = "demo-demo-demo"
TRIAL: Final = timedelta(days=30)
SERVICE: Final = Scope("service_role")

# What the wizard doesn't ask for. Their mails went out at the time, but for those of people who are still invited.
COMPLETE: Final = """
    with told as (
      select * from jsonb_to_recordset(%(people)s) as t (email text, level text, language text, leads boolean,
        sees_reports boolean, schedule jsonb, invited boolean)),
    mailed as (
      update public.email_logs l set status = 'sent', sent_at = %(at)s from told t
      where l.org_id = %(org)s and l.to_address = t.email and not t.invited)
    update public.organization_members m
    set level = t.level, preferred_language_code = t.language, has_direct_reports = t.leads,
      can_view_reports = t.sees_reports, schedule_override = t.schedule
    from told t where m.org_id = %(org)s and m.invited_email = t.email
"""
# The scripted interviewer takes every turn of the history, also where this machine has a model's key.
KEEP_THE_MODEL_OUT: Final = "update public.organizations set allow_llm = false where id = %(org)s"
SUBSCRIBE: Final = """
    update public.organizations set subscription_status = 'active', subscription_started_at = %(at)s where id = %(org)s
"""
TAKE_NEW_ROLE: Final = """
    update public.organization_members
    set job_title = %(job_title)s, level = %(level)s, has_direct_reports = %(has_direct_reports)s
    where org_id = %(org)s and invited_email = %(email)s
"""
LEAVE: Final = """
    update public.organization_members set status = 'inactive' where org_id = %(org)s and invited_email = %(email)s
"""
SNOOZE: Final = """
    select app.choose_notifications('{}', jsonb_build_object('snoozed_until', %(until)s::date), 366, %(at)s)
"""
INVITE: Final = """
    select app.queue_invitations(array(
      select id from public.organization_members where org_id = %(org)s and status = 'invited'), %(at)s)
"""
LET_THE_MODEL_IN: Final = "update public.organizations set allow_llm = true where id = %(org)s"


@dataclass(frozen=True, slots=True)
class Founder:
    """Makes accounts and organisations. `database_url` is the functions' own; `client` is that of an address."""

    identity: Identity
    database_url: str
    client: Callable[[str], Client]

    def found(self, organization: Organization, at: datetime) -> "Founded":
        """The organisation with its accounts and members, all who have accepted their invitations active."""
        active = [person for person in organization.people if not person.invited]
        users = {person.email: self.identity.ensure_user(person.email, PASSWORD).id for person in active}
        founded = Founded(self, organization, self._set_up(organization, at), users)
        founded.as_owner(KEEP_THE_MODEL_OUT)
        with self._acting(SERVICE) as db:  # before they join: to whoever is there it would be a new role
            people = Jsonb([_beyond_the_wizard(person) for person in organization.people])
            db.execute(COMPLETE, {"org": founded.org_id, "people": people, "at": at})
            if timedelta(weeks=organization.weeks) >= TRIAL:
                db.execute(SUBSCRIBE, {"org": founded.org_id, "at": at + TRIAL})
        for person in active[1:]:
            self.client(person.email).ask("POST", "/api/auth/link-invite", at)
        return founded

    def _set_up(self, organization: Organization, at: datetime) -> uuid.UUID:
        """The owner's way through the wizard. Returns what has come of it."""
        owner = self.client(organization.owner.email)
        owner.ask("POST", "/api/admin/setup", at)
        for step, data in _steps(organization).items():
            owner.ask("PUT", "/api/admin/setup", at, {"step": step, "data": data})
        return uuid.UUID(owner.ask("POST", "/api/admin/setup/complete", at)["org_id"])

    @contextmanager
    def _acting(self, scope: Scope) -> Iterator[psycopg.Connection]:
        """A transaction with the role and claims that a request of this person, or a job, would have."""
        with psycopg.connect(self.database_url) as connection, connection.transaction():
            connection.execute(*scope.query(read_only=False))
            yield connection


@dataclass(frozen=True, slots=True)
class Founded:
    """An organisation that exists, and what becomes of its people."""

    founder: Founder
    organization: Organization
    org_id: uuid.UUID
    users: Mapping[str, uuid.UUID]

    def change(self, change: Change, at: datetime) -> None:
        """Give somebody a new role, or deactivate whoever leaves, at a time that only a job may say has passed."""
        statement = {"new_role": TAKE_NEW_ROLE, "leaves": LEAVE}[change.what]
        with self.founder._acting(SERVICE) as db:
            db.execute("select set_config('request.at', %s, true)", (at.isoformat(),))
            db.execute(statement, {"org": self.org_id, "email": change.who, **change.to})

    def end_history(self, at: datetime) -> None:
        """What holds from the day of the loading on: who is snoozed or invited, and that a model may speak."""
        for person in self.organization.people:
            if person.snoozed_days:
                with self.founder._acting(_as(self.users[person.email], person)) as db:
                    db.execute(SNOOZE, {"until": at + timedelta(days=person.snoozed_days), "at": at})
        self.as_owner(INVITE, at=at)
        self.as_owner(LET_THE_MODEL_IN)

    def as_owner(self, statement: str, **values: object) -> None:
        """Let the owner do what a statement says."""
        owner = self.organization.owner
        with self.founder._acting(_as(self.users[owner.email], owner)) as db:
            db.execute(statement.encode(), {"org": self.org_id, **values})


def _as(user: uuid.UUID, person: Person) -> Scope:
    return Scope("authenticated", {"sub": str(user), "email": person.email, "role": "authenticated"})


def _steps(organization: Organization) -> dict[str, dict[str, Any]]:
    """What the owner tells the wizard."""
    owner = organization.owner
    company = {name: getattr(organization, name) for name in ("name", "timezone", "size_band", "industry")}
    return {
        "company": company,
        "departments": {"names": [*organization.departments]},
        "people": {"people": [_invited(person) for person in organization.people[1:]]},
        "settings": {"schedule": USUAL_WEEK, "display_name": owner.name, "job_title": owner.title},
    }


def _invited(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "job_title": person.title,
        "department": person.department,
        "supervisor_email": person.supervisor,
        "is_supervisor": person.has_reports,
        "role": person.role,
    }


def _beyond_the_wizard(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "level": person.level,
        "language": person.language,
        "leads": person.has_reports,
        "sees_reports": person.sees_reports or person.role == "owner",
        "schedule": person.schedule,
        "invited": person.invited,
    }
