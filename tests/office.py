"""An organisation whose people are to be asked: members, what they were asked before, and the scheduler's runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from common import db
from tests.conftest import Database
from vizdots import schedules, scheduling

MONDAY: Final = date(2026, 6, 8)
TUESDAY: Final = MONDAY + timedelta(days=1)
WEDNESDAY: Final = MONDAY + timedelta(days=2)
FRIDAY: Final = MONDAY + timedelta(days=4)
SATURDAY: Final = MONDAY + timedelta(days=5)
WEEKDAYS: Final = schedules.WEEKDAYS


def morning(day: date) -> datetime:
    """When the scheduler runs on that day."""
    return datetime.combine(day, time(8), UTC)


def working(*names: str, start: str = "09:00") -> Jsonb:
    """A schedule_config with these days on."""
    return Jsonb({name: {"on": name in names, "start": start, "end": "17:00"} for name in WEEKDAYS})


@dataclass(frozen=True)
class Office:
    """One organisation: UTC, Monday to Friday from nine, subscribed, set up long ago, unless a test says otherwise."""

    connection: psycopg.Connection[Any]
    org_id: UUID = field(default_factory=uuid4)

    def found(self) -> "Office":
        """Make the organisation."""
        self._insert(
            "organizations",
            id=self.org_id,
            name="Office",
            setup_completed_at=datetime(2026, 1, 1, tzinfo=UTC),
            subscription_status="active",
        )
        return self

    def settle(self, **columns: object) -> None:
        """Change the organisation."""
        self._update("organizations", "id", self.org_id, columns)

    def member(self, **columns: object) -> UUID:
        """An active member, known by their user id."""
        user_id = uuid4()
        made = {"org_id": self.org_id, "user_id": user_id, "status": "active", "display_name": "Ana Alba", **columns}
        self._insert("organization_members", **made)
        return user_id

    def change(self, who: UUID, **columns: object) -> None:
        """Change a membership, as an admin would."""
        self._update("organization_members", "user_id", who, columns)

    def asked(
        self,
        who: UUID,
        agent: str,
        on: date,
        *,
        completed: bool = True,
        source: str = "autopilot",
        answer: dict[str, Any] | None = None,
    ) -> UUID:
        """A check-in of that day; with an `answer` also its dot."""
        at, session_id = morning(on), uuid4()
        self._insert(
            "sessions",
            id=session_id,
            org_id=self.org_id,
            user_id=who,
            agent_code=agent,
            topic_codes=["pulse_weekly"],
            scheduled_for=at,
            scheduled_date=on,
            started_at=at if completed else None,
            completed_at=at if completed else None,
            source=source,
            created_at=at,
        )
        if answer is not None:
            self._insert(
                "answers",
                org_id=self.org_id,
                user_id=who,
                session_id=session_id,
                agent_code=agent,
                topic_code="pulse_weekly",
                answer_json=Jsonb(answer),
                created_at=at,
            )
        return session_id

    def knows(self, who: UUID, since: date = MONDAY, **profile: object) -> None:
        """What the person's profile holds, and since when there is one."""
        self._insert(
            "user_profiles",
            org_id=self.org_id,
            user_id=who,
            profile_json=Jsonb(profile),
            created_at=morning(since),
        )

    def knows_everything(self, who: UUID, since: date = MONDAY) -> None:
        """Nothing of the role or the workflows is left to be asked at once."""
        self.knows(who, since, role_summary="Repairs heat pumps", main_workflows=["Repair"], primary_tools=["Van"])

    def talked_about(self, who: UUID, topic: str, agent: str, on: date) -> None:
        """A topic that a check-in of that day was completed with."""
        self._insert(
            "user_topic_history",
            org_id=self.org_id,
            user_id=who,
            topic_code=topic,
            agent_code=agent,
            last_asked_at=morning(on),
        )

    def changed_role(self, who: UUID, at: datetime, changed: str = "job_title") -> None:
        """A change in the history of the person's place."""
        self.connection.execute(
            "insert into member_role_history (org_id, member_id, user_id, field, old_value, new_value, created_at)"
            " select org_id, id, user_id, %s, 'before', 'after', %s from organization_members"
            " where org_id = %s and user_id = %s",
            (changed, at, self.org_id, who),
        )

    def consented(self, who: UUID, *, withdrawn: bool = False) -> None:
        """A consent to the processing of their data."""
        at = morning(MONDAY - timedelta(days=30))
        self._insert(
            "user_consents",
            org_id=self.org_id,
            user_id=who,
            consent_type="data_processing",
            version="1",
            granted_at=at,
            withdrawn_at=at if withdrawn else None,
        )

    def completes_all(self, who: UUID, on: date) -> None:
        """The person does whatever is open."""
        self.connection.execute(
            "update sessions set started_at = %(at)s, completed_at = %(at)s"
            " where org_id = %(org)s and user_id = %(user)s and completed_at is null",
            {"at": morning(on), "org": self.org_id, "user": who},
        )

    def run(self, day: date) -> scheduling.Scheduled:
        """The scheduler's run of that day, through the functions' own door."""
        return run(morning(day))

    def new(self, who: UUID, day: date) -> list[str]:
        """The agents of the check-ins that the run of that day made for the person."""
        return [row["agent_code"] for row in self.check_ins(who, day)]

    def check_ins(self, who: UUID, day: date) -> list[dict[str, Any]]:
        """The check-ins that the run of that day made for the person, by agent."""
        return self.rows(
            "select * from sessions where org_id = %s and user_id = %s and created_at = %s and completed_at is null"
            " order by array_position(%s, agent_code)",
            (self.org_id, who, morning(day), [*AGENTS]),
        )

    def rows(self, statement: LiteralString, parameters: tuple[object, ...]) -> list[dict[str, Any]]:
        """Look into the database."""
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, parameters).fetchall()

    def _insert(self, table: str, **columns: object) -> None:
        self.connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(map(sql.Placeholder, columns)),
            ),
            columns,
        )

    def _update(self, table: str, key: str, value: UUID, columns: dict[str, object]) -> None:
        self.connection.execute(
            sql.SQL("update {} set {} where {} = {}").format(
                sql.Identifier(table),
                sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(c), sql.Placeholder(c)) for c in columns),
                sql.Identifier(key),
                sql.Placeholder("key of the row"),
            ),
            {**columns, "key of the row": value},
        )


AGENTS: Final = ("pulse", "role_mapper", "workflow_mapper", "pain_scanner", "focus_tracker")


def run(at: datetime) -> scheduling.Scheduled:
    """One run of the scheduler, committed."""
    with db.as_service() as opened:
        return scheduling.schedule(opened, at=at)


@contextmanager
def opened(database: Database) -> Iterator[Office]:
    """A new office in a database, which the functions' door leads to meanwhile."""
    with (
        pytest.MonkeyPatch.context() as patch,
        psycopg.connect(database.admin_url, autocommit=True) as connection,
    ):
        patch.setenv("DATABASE_URL", database.functions_url)
        yield Office(connection).found()
        db.close()
