"""What lies in the mailbox: every mail of this machine as it would have gone out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Json

from local.pool import Connection, first
from local.ses import Sent

# Not a migration: in production mails leave.
SCHEMA: Final = """
create schema if not exists mailbox;
create table if not exists mailbox.mails (
  id bigint generated always as identity primary key,
  "to" text not null,
  kind text not null,
  subject text not null,
  html text not null,
  text text not null,
  headers json not null, -- in their order
  link text not null,
  code text not null,
  created_at timestamptz not null
);
create index if not exists mails_to_idx on mailbox.mails ("to", id desc);
"""
LINK: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in the mailbox; `link` and `code` are what its text offers, for tests to follow."""

    id: int
    to: str
    kind: str
    subject: str
    html: str
    text: str
    headers: Mapping[str, str]
    link: str
    code: str
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What a test may want to know; the time as ISO 8601."""
        told = ("id", "to", "kind", "subject", "html", "text", "link", "code")
        return {**{name: getattr(self, name) for name in told}, "created_at": self.created_at.isoformat()}


def prepare(db: Connection) -> None:
    """Make the mailbox where there is none. Whoever calls keeps others from doing so meanwhile."""
    db.execute(SCHEMA)


def put(db: Connection, sent: Sent, *, kind: str = "", code: str = "") -> None:
    """Keep a mail as it was sent. Its kind is that of its tag, unless it is told."""
    db.execute(
        'insert into mailbox.mails ("to", kind, subject, html, text, headers, link, code, created_at)'
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            sent.to,
            kind or sent.tags.get("template", ""),
            sent.subject,
            sent.html,
            sent.text,
            Json(dict(sent.headers)),
            next(iter(LINK.findall(sent.text)), ""),
            code,
            sent.at,
        ),
    )


def find(db: Connection, mail_id: int) -> Mail | None:
    """One mail; None when there is no such one."""
    row = first(db, "select * from mailbox.mails where id = %(id)s", id=mail_id)
    return Mail(**row) if row else None


def newest(db: Connection, *, to: str = "", limit: int = 100) -> list[Mail]:
    """The mails, or those to one address (in any case), the newest first."""
    rows = db.execute(
        "select * from mailbox.mails where %(to)s in ('', lower(\"to\")) order by id desc limit %(limit)s",
        {"to": to.lower(), "limit": limit},
    ).fetchall()
    return [Mail(**row) for row in rows]


def search(db: Connection, begins: str, *, before: int | None, limit: int) -> list[Mail]:
    """A page of the mails whose address, or its domain, begins so; the newest first, and older than mail `before`."""
    rows = db.execute(
        """
        select * from mailbox.mails
        where (starts_with(lower("to"), %(begins)s) or starts_with(split_part(lower("to"), '@', 2), %(domain)s))
          and (%(before)s::bigint is null or id < %(before)s)
        order by id desc limit %(limit)s
        """,
        {"begins": begins.lower(), "domain": begins.lower().removeprefix("@"), "before": before, "limit": limit},
    ).fetchall()
    return [Mail(**row) for row in rows]
