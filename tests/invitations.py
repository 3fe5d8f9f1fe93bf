"""How people of the tests are invited: a place that waits for them, a mail in the mailbox, the token in its link."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from local.postman import Postman
from tests.conftest import Database
from tests.identity.conftest import StandIn
from tests.people import ACME, FIELD, People, become

NINA: Final = "nina@acme.test"


@dataclass(frozen=True)
class Invitations:
    """The invitations of a populated database, and the identity service that its people have accounts with."""

    database: Database
    stand_in: StandIn

    def place(self, email: str | None = NINA, *, org_id: UUID = ACME, role: str = "member") -> UUID:
        """A member who has not been invited yet."""
        with psycopg.connect(self.database.admin_url) as connection:
            row = connection.execute(
                "insert into organization_members (org_id, department_id, invited_email, role, display_name)"
                " values (%s, %s, %s, %s, 'Nina Neu') returning id",
                (org_id, FIELD if org_id == ACME else None, email, role),
            ).fetchone()
        assert row is not None
        made: UUID = row[0]
        return made

    def queue(self, *members: UUID, org_id: UUID = ACME, at: datetime | None = None) -> None:
        """Let the organisation's owner have them invited."""
        owner = People().owner if org_id == ACME else People().stranger
        with psycopg.connect(self.database.functions_url) as connection:
            become(connection, "authenticated", json.dumps(owner.claims))
            connection.execute("select app.queue_invitations(%s, %s)", ([*members], at or datetime.now(UTC)))

    def deliver(self) -> int:
        """Let the postman go round; how many mails were waiting."""
        postman = Postman(self.database.functions_url, self.stand_in.identity)
        with psycopg.connect(self.database.functions_url, row_factory=dict_row) as connection:
            return postman.deliver(connection)

    def token(self, email: str = NINA) -> str:
        """What the newest mail to an address carries."""
        link: str = self.stand_in.mails(email)[0]["link"]
        return link.rpartition("/")[2]

    def send(self, email: str = NINA, *, org_id: UUID = ACME) -> str:
        """Somebody who was never heard of is invited, and has the mail: the token in it."""
        self.queue(self.place(email, org_id=org_id), org_id=org_id)
        self.deliver()
        return self.token(email)
