"""What has become of mails in a populated database, as the worker and SES have left it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from tests.conftest import Database
from tests.people import ACME, FIELD, People

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)  # a Thursday
YESTERDAY = NOON - timedelta(days=1)


@dataclass(frozen=True)
class Mailed:
    """The mails of Acme."""

    database: Database

    def do(self, statement: str, *parameters: object) -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.database.admin_url) as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def crowd(self, count: int, org_id: UUID = ACME) -> list[UUID]:
        """So many more people work there: their places."""
        return [
            self.do(
                "insert into organization_members (org_id, user_id, status, invited_email, invite_status)"
                " values (%s, gen_random_uuid(), 'active', %s, 'accepted') returning id",
                org_id,
                f"{uuid4()}@acme.test",
            )
            for _ in range(count)
        ]

    def waiting(self, email: str, *, role: str = "member", org_id: UUID = ACME) -> UUID:
        """Somebody who is invited, and hasn't come: their place."""
        made: UUID = self.do(
            "insert into organization_members (org_id, department_id, invited_email, role, display_name,"
            " invite_expires_at, supervisor) values (%s, %s, %s, %s, %s, %s, %s) returning id",
            org_id,
            FIELD if org_id == ACME else None,
            email,
            role,
            f"{email.partition('@')[0].title()} Neu",
            NOON + timedelta(days=14),
            People().owner.member_id if org_id == ACME else None,
        )
        return made

    def mail(
        self,
        member: UUID,
        status: str,
        *,
        template: str = "invitation",
        error_type: str | None = None,
        attempts: int = 1,
        at: datetime = YESTERDAY,
    ) -> UUID:
        """A mail to somebody, written at a time, that came to this: its id."""
        made: UUID = self.do(
            "insert into email_logs (org_id, member_id, user_id, to_address, template, idempotency_key, status,"
            " error_type, attempts, created_at)"
            " select org_id, id, user_id, coalesce(invited_email, 'none'), %s, gen_random_uuid(), %s, %s, %s, %s"
            " from organization_members where id = %s returning id",
            template,
            status,
            error_type,
            attempts,
            at,
            member,
        )
        return made

    def failed(self, email: str, status: str = "failed", *, role: str = "member", org_id: UUID = ACME) -> UUID:
        """Somebody's invitation that didn't arrive: the mail's id."""
        return self.mail(
            self.waiting(email, role=role, org_id=org_id),
            status,
            error_type=None if status == "bounced" else "MessageRejected",
        )
