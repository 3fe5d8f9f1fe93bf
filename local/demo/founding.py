"""How the organisations of the demo come to be, and what their owners change later on.

This is the seam to the set-up wizard, the members' pages and the billing: what those will do through routes of their
own is done here by plain statements, each as the person, or the job, whose right it is.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from common.db import Scope
from local.demo.people import Change, Organization, Person
from local.identity.stand_in import Identity

PASSWORD: Final = "demo-demo-demo"
TRIAL: Final = timedelta(days=30)
SERVICE: Final = Scope("service_role")

ADD_MEMBER: Final = """
    insert into public.organization_members (id, org_id, department_id, supervisor, role, level, display_name,
      job_title, invited_email, invite_status, invite_sent_at, has_direct_reports, can_view_reports, schedule_override,
      preferred_language_code, created_at)
    values (%(id)s, %(org)s, (select id from public.departments where org_id = %(org)s and name = %(department)s),
      (select id from public.organization_members where org_id = %(org)s and invited_email = %(supervisor)s),
      %(role)s, %(level)s, %(name)s, %(title)s, %(email)s, 'sent', %(at)s, %(leads)s, %(sees_reports)s, %(schedule)s,
      %(language)s, %(at)s)
"""
ACCEPT: Final = """
    update public.organization_members set user_id = %(user)s, status = 'active', invite_status = 'accepted'
    where org_id = %(org)s and invited_email = %(email)s
"""
COMPLETE_OWNER: Final = """
    update public.organization_members
    set job_title = %(title)s, preferred_language_code = %(language)s, has_direct_reports = true,
      can_view_reports = true
    where org_id = %(org)s and invited_email = %(email)s
"""
# The scripted interviewer takes every turn of the history, also where this machine has a model's key.
SET_UP: Final = "update public.organizations set setup_completed_at = %(at)s, allow_llm = false where id = %(org)s"
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
    update public.organization_members set snoozed_until = %(until)s where org_id = %(org)s and user_id = %(user)s
"""
INVITE: Final = """
    select app.queue_invitations(array(
      select id from public.organization_members where org_id = %(org)s and status = 'invited'), %(at)s)
"""
LET_THE_MODEL_IN: Final = "update public.organizations set allow_llm = true where id = %(org)s"


@dataclass(frozen=True, slots=True)
class Founder:
    """Makes accounts and organisations. `database_url` is the functions' own."""

    identity: Identity
    database_url: str

    def found(self, organization: Organization, at: datetime) -> "Founded":
        """The organisation with its accounts and members, all who have accepted their invitations active."""
        ids = {person.email: self._account(person) for person in organization.people if not person.invited}
        owner = organization.owner
        as_owner = _as(ids[owner.email], owner)
        with self._acting(as_owner) as db:
            org = _value(
                db,
                "select app.create_organization(%(name)s, %(owner)s, %(at)s, %(timezone)s, %(size)s, %(industry)s)",
                name=organization.name,
                owner=owner.name,
                at=at,
                timezone=organization.timezone,
                size=organization.size_band,
                industry=organization.industry,
            )
        founded = Founded(self, organization, org, ids)
        with self._acting(as_owner) as db:
            for name in organization.departments:
                statement = "insert into public.departments (org_id, name, created_at) values (%s, %s, %s)"
                db.execute(statement, (org, name, at))
            for person in organization.people[1:]:
                db.execute(ADD_MEMBER, {"org": org, "at": at, **_columns(person)})
            db.execute(SET_UP, {"org": org, "at": at})
        with self._acting(SERVICE) as db:
            db.execute(COMPLETE_OWNER, {"org": org, **_columns(owner)})
            for person in organization.people[1:]:
                if not person.invited:
                    db.execute(ACCEPT, {"org": org, "email": person.email, "user": ids[person.email]})
            if timedelta(weeks=organization.weeks) >= TRIAL:
                db.execute(SUBSCRIBE, {"org": org, "at": at + TRIAL})
        return founded

    def _account(self, person: Person) -> uuid.UUID:
        return self.identity.ensure_user(person.email, PASSWORD).id

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
                    until = at + timedelta(days=person.snoozed_days)
                    db.execute(SNOOZE, {"org": self.org_id, "user": self.users[person.email], "until": until})
        self._as_owner(INVITE, at=at)
        self._as_owner(LET_THE_MODEL_IN)

    def _as_owner(self, statement: str, **values: object) -> None:
        owner = self.organization.owner
        with self.founder._acting(_as(self.users[owner.email], owner)) as db:
            db.execute(statement.encode(), {"org": self.org_id, **values})


def _as(user: uuid.UUID, person: Person) -> Scope:
    return Scope("authenticated", {"sub": str(user), "email": person.email, "role": "authenticated"})


def _columns(person: Person) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "email": person.email,
        "name": person.name,
        "title": person.title,
        "role": person.role,
        "level": person.level,
        "department": person.department,
        "supervisor": person.supervisor,
        "leads": person.has_reports,
        "sees_reports": person.sees_reports,
        "schedule": None if person.schedule is None else Jsonb(person.schedule),
        "language": person.language,
    }


def _value(db: psycopg.Connection, statement: str, **values: object) -> uuid.UUID:
    row = db.execute(statement.encode(), values).fetchone()
    if row is None:
        raise LookupError("create_organization answered no row")
    return uuid.UUID(str(row[0]))
