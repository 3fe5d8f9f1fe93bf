"""How people of the tests are invited: a place that waits for them, a mail in the mailbox, the token in its link."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import psycopg

from common import db
from local.mailbox import box
from local.ses import Sent
from tests.conftest import Database
from tests.identity.conftest import StandIn
from tests.people import ACME, FIELD, People, become
from vizdots import delivery
from vizdots.mails.outgoing import Links, letter

APP_URL: Final = "http://localhost:8000"
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
        """Let what waits in the outbox be mailed, into the mailbox of this test; how many mails were waiting."""
        at = datetime.now(UTC)
        due = db.service_step(delivery._due, at=at)
        tokens = {each: secrets.token_urlsafe(32) for each in due}
        hashes = [hashlib.sha256(token.encode()).digest() for token in tokens.values()]
        claimed = db.service_step(delivery.claim, due, hashes, at=at)
        outcomes = delivery.send_all(claimed, [tokens[each.id] for each in claimed], self._put)
        db.service_step(delivery.keep, outcomes, at=at)
        return len(due)

    def _put(self, mail: delivery.Outgoing, token: str) -> str:
        written = letter(mail, Links(APP_URL, token, ""))
        sent = Sent(
            str(mail.id), mail.to_address, written.subject, written.text, written.html, {}, {}, datetime.now(UTC)
        )
        with self.stand_in.identity.pool.transaction() as mailbox:
            box.put(mailbox, sent)
        return sent.message_id

    def token(self, email: str = NINA) -> str:
        """What the newest mail to an address carries."""
        link: str = self.stand_in.mails(email)[0]["link"]
        return link.rpartition("/")[2]

    def send(self, email: str = NINA, *, org_id: UUID = ACME) -> str:
        """Somebody who was never heard of is invited, and has the mail: the token in it."""
        self.queue(self.place(email, org_id=org_id), org_id=org_id)
        self.deliver()
        return self.token(email)
