"""The stand-in as a whole: what its endpoints share, and what the local product asks of it without HTTP."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from local.identity import keys, links, mails, passwords, sessions, users
from local.identity.database import prepare
from local.identity.keys import Keys
from local.identity.links import Challenge, Purpose
from local.identity.settings import Settings
from local.identity.users import User
from local.mailbox import box
from local.pool import Connection, Pool

# What the mail of each kind is for, and where auth.users notes that it was written.
_SENT: dict[str, tuple[Purpose, str]] = {
    "signup": ("confirmation", "update auth.users set confirmation_sent_at = %(at)s where id = %(id)s"),
    "invite": (
        "confirmation",
        "update auth.users set confirmation_sent_at = %(at)s, invited_at = %(at)s where id = %(id)s",
    ),
    "recovery": ("recovery", "update auth.users set recovery_sent_at = %(at)s where id = %(id)s"),
    "magiclink": ("recovery", "update auth.users set recovery_sent_at = %(at)s where id = %(id)s"),
    "email_change": ("email_change", "update auth.users set email_change_sent_at = %(at)s where id = %(id)s"),
}


@dataclass(frozen=True)
class Identity:
    """Accounts, sessions and mails of one database. Open it with `Identity.open`, close it with `close`."""

    settings: Settings
    pool: Pool
    keys: Keys

    @classmethod
    def open(cls, database_url: str, settings: Settings) -> Self:
        """Prepare the schema `identity` and the mailbox, and load its keys, made at the first start.

        The URL's role owns auth.users, which the migration 000 or Supabase has made.
        """
        pool = Pool(database_url)
        with pool.transaction() as db:
            prepare(db)
            box.prepare(db)
            return cls(settings, pool, keys.load(db, settings.now()))

    def close(self) -> None:
        """Close the connections."""
        self.pool.close()

    @property
    def anon_key(self) -> str:
        """SUPABASE_ANON_KEY: public, names the project."""
        return self.keys.anon_key

    @property
    def service_role_key(self) -> str:
        """SUPABASE_SERVICE_ROLE_KEY: opens the endpoints of the administrator."""
        return self.keys.service_role_key

    def now(self) -> datetime:
        """The time by the clock of the settings."""
        return self.settings.now()

    def ensure_user(self, email: str, password: str, *, confirmed: bool = True) -> User:
        """The account with this address, made if need be, which has this password and is confirmed if so wished."""
        at, address = self.now(), email.lower()
        with self.pool.transaction() as db:
            user = users.find(db, email=address) or users.create(db, address, at=at)
            if not user.encrypted_password or not passwords.matches(password, user.encrypted_password):
                user = users.set_password(db, user, passwords.hash_password(password), at=at)
            return users.confirm(db, user, at) if confirmed and not user.is_confirmed else user

    def issue_token(self, email: str) -> str:
        """An access token of a new session of this account. Raises LookupError when there is no such account."""
        with self.pool.transaction() as db:
            user = users.find(db, email=email.lower())
            if user is None:
                raise LookupError(f"There is no account {email}")
            return str(self.start_session(db, user, method="otp")["access_token"])

    def start_session(self, db: Connection, user: User, *, method: str) -> dict[str, Any]:
        """GoTrue's answer to a sign-in: both tokens and the account."""
        return sessions.start(db, self.keys, self.settings, user, method=method)

    def send(
        self,
        db: Connection,
        user: User,
        kind: str,
        *,
        redirect_to: str,
        accept_language: str = "",
        challenge: Challenge | None = None,
    ) -> None:
        """Mail the account a link of one kind, in its language. A new address gets the mail that proves it."""
        secret = self.make_link(db, user, kind, challenge)
        to = (kind == "email_change" and user.email_change) or user.email
        spoken = mails.language(user.raw_user_meta_data, accept_language)
        mail = mails.write(self.settings, kind, spoken, to=to, secret=secret, redirect_to=redirect_to)
        box.put(db, mail, kind=kind, code=secret.code)

    def make_link(self, db: Connection, user: User, kind: str, challenge: Challenge | None = None) -> links.Secret:
        """Token and code of a link of one kind, for a mail that we or somebody else writes."""
        purpose, note = _SENT[kind]
        db.execute(note.encode(), {"at": self.now(), "id": user.id})
        return links.make(db, user.id, purpose, at=self.now(), challenge=challenge)
