"""The mailer of this machine: whatever invitation waits in the outbox lies in the local mailbox a moment later.

What a mail's link carries is made here, so that it is nowhere but in the mail: the database keeps its hash.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from common.db import Scope
from local.identity import mails
from local.identity.stand_in import Identity

PAUSE: Final = 0.3  # seconds between two looks into an empty outbox

WAITING: Final = """
    select id, to_address from public.email_logs where template = 'invitation' and status = 'queued'
    order by created_at limit 100
"""
BEGIN: Final = "select app.begin_invitation(%s, %s, %s)"
NOTE: Final = (
    "update public.email_logs set status = %(status)s, sent_at = %(sent_at)s where id = %(id)s and status = 'queued'"
)


class Postman:
    """Empties the outbox, again and again until the end of its `with` block. `database_url` is the functions' own."""

    def __init__(
        self, database_url: str, identity: Identity, *, says: Callable[[str], None] = lambda line: None
    ) -> None:
        self._database_url, self._identity, self._says = database_url, identity, says
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                with psycopg.connect(self._database_url, row_factory=dict_row) as connection:
                    while not self._stopped.wait(0 if self.deliver(connection) else PAUSE):
                        pass
            except psycopg.OperationalError as error:
                self._says(f"outbox: {error}")

    def deliver(self, connection: psycopg.Connection[dict[str, Any]]) -> int:
        """Mail what is waiting. Returns how much it was, with what was taken back or replaced meanwhile.

        A link opens before it is mailed, and a mail counts as sent after it was: one that was cut short is sent again.
        """
        with _as_service(connection):
            waiting = connection.execute(WAITING).fetchall()
        for mail in waiting:
            self._deliver(connection, mail["id"], mail["to_address"], self._identity.now())
        return len(waiting)

    def _deliver(self, connection: psycopg.Connection[dict[str, Any]], mail: UUID, to: str, at: datetime) -> None:
        token = secrets.token_urlsafe(32)
        with _as_service(connection):
            row = connection.execute(BEGIN, (mail, hashlib.sha256(token.encode()).digest(), at)).fetchone() or {}
        about = row["begin_invitation"]
        if about is not None:
            link = f"{self._identity.settings.site_url}/invitations/{token}"
            subject = f"{about['sender_name'] or about['organization_name']} invites you to VizDots"
            with self._identity.pool.transaction() as mailbox:
                mails.put(mailbox, "invitation", to=to, subject=subject, text=text(about, link), link=link, at=at)
        sent = {"status": "sent", "sent_at": at} if about is not None else {"status": "suppressed", "sent_at": None}
        with _as_service(connection):
            connection.execute(NOTE, {"id": mail, **sent})


@contextmanager
def _as_service(connection: psycopg.Connection[dict[str, Any]]) -> Iterator[None]:
    with connection.transaction():
        connection.execute(*Scope("service_role").query(read_only=False))
        yield


def text(about: Mapping[str, Any], link: str) -> str:
    """What the mail says, of what `app.begin_invitation` tells."""
    name = (about["display_name"] or "").partition(" ")[0]
    who = f"{about['sender_name']} invites you" if about["sender_name"] else "You are invited"
    until = datetime.fromisoformat(about["expires_at"])
    return "\n\n".join(
        (
            f"Hello {name}," if name else "Hello,",
            f"{who} to VizDots at {about['organization_name']}.",
            "Two or three times a week you are asked something about your work. It takes a minute or two. Nobody in"
            " your organisation can read your words: no manager, no owner, no administrator.",
            f"Accept the invitation: {link}",
            f"The link works once, until {until:%d %B %Y}. If you expected no such mail, ignore it:"
            " nothing happens then.\n",
        )
    )
