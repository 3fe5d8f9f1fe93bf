"""Accounts: the rows of auth.users, and the shape in which GoTrue shows them."""

import uuid
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from local.identity.refusals import Refusal, user_not_found
from local.pool import Connection, first

Metadata = dict[str, Any]


@dataclass(frozen=True)
class User:
    """One account as it was read; `email` is in lower case."""

    id: uuid.UUID
    email: str
    encrypted_password: str | None
    email_confirmed_at: datetime | None
    invited_at: datetime | None
    confirmation_sent_at: datetime | None
    recovery_sent_at: datetime | None
    email_change: str | None
    email_change_sent_at: datetime | None
    last_sign_in_at: datetime | None
    banned_until: datetime | None
    raw_app_meta_data: dict[str, Any] | None
    raw_user_meta_data: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: DictRow) -> Self:
        """The account of a row of auth.users, which has more columns."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @property
    def is_confirmed(self) -> bool:
        """Whether the address has been proved."""
        return self.email_confirmed_at is not None

    def is_banned(self, at: datetime) -> bool:
        """Whether an administrator keeps the account out at that time."""
        return self.banned_until is not None and self.banned_until > at

    def as_json(self) -> dict[str, Any]:
        """The account as GoTrue answers it: times that never came are left out, the password always."""
        times = {
            "email_confirmed_at": self.email_confirmed_at,
            "invited_at": self.invited_at,
            "confirmation_sent_at": self.confirmation_sent_at,
            "confirmed_at": self.email_confirmed_at,
            "recovery_sent_at": self.recovery_sent_at,
            "email_change_sent_at": self.email_change_sent_at,
            "last_sign_in_at": self.last_sign_in_at,
            "banned_until": self.banned_until,
        }
        return {
            "id": str(self.id),
            "aud": "authenticated",
            "role": "authenticated",
            "email": self.email,
            "phone": "",
            **{name: time.isoformat() for name, time in times.items() if time},
            **({"new_email": self.email_change} if self.email_change else {}),
            "app_metadata": self.raw_app_meta_data or {},
            "user_metadata": self.raw_user_meta_data or {},
            "identities": [self._identity()],
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
            "is_anonymous": False,
        }

    def _identity(self) -> dict[str, Any]:
        """The one way into the account: by e-mail."""
        return {
            "identity_id": str(uuid.uuid5(self.id, "email")),
            "id": str(self.id),
            "user_id": str(self.id),
            "identity_data": {
                "sub": str(self.id),
                "email": self.email,
                "email_verified": self.is_confirmed,
                "phone_verified": False,
            },
            "provider": "email",
            "last_sign_in_at": (self.last_sign_in_at or self.created_at).isoformat(),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
            "email": self.email,
        }


def find(db: Connection, *, user_id: uuid.UUID | None = None, email: str | None = None) -> User | None:
    """The account with this id or address, or None."""
    row = first(
        db,
        "select * from auth.users where (id = %(user_id)s or lower(email) = %(email)s) and deleted_at is null",
        user_id=user_id,
        email=email,
    )
    return User.of(row) if row else None


def find_changing_to(db: Connection, email: str) -> User | None:
    """The account that asked for this address last and hasn't proved it yet, or None."""
    row = first(
        db,
        "select * from auth.users where lower(email_change) = %(email)s and deleted_at is null"
        " order by email_change_sent_at desc nulls last limit 1",
        email=email,
    )
    return User.of(row) if row else None


def get(db: Connection, user_id: uuid.UUID) -> User:
    """The account with this id. Refuses with 404 user_not_found."""
    user = find(db, user_id=user_id)
    if user is None:
        raise user_not_found()
    return user


def page(db: Connection, *, number: int, size: int) -> tuple[list[User], int]:
    """One page of all accounts, the newest first, and how many there are in all; the first page is 1."""
    rows = db.execute(
        "select * from auth.users where deleted_at is null order by created_at desc, id limit %s offset %s",
        (size, (number - 1) * size),
    ).fetchall()
    count = first(db, "select count(*) as n from auth.users where deleted_at is null")
    return [User.of(row) for row in rows], count["n"] if count else 0


def create(
    db: Connection,
    email: str,
    *,
    at: datetime,
    hashed_password: str | None = None,
    user_metadata: Metadata | None = None,
    app_metadata: Metadata | None = None,
    user_id: uuid.UUID | None = None,
) -> User:
    """A new account, not yet confirmed. Refuses with 422 user_already_exists, also when two are made at once."""
    # Whether auth.users has a unique index on the address is Supabase's affair: the lock holds in either case.
    db.execute("select pg_advisory_xact_lock(hashtext('identity'), hashtext(%s))", (email,))
    if find(db, email=email, user_id=user_id):
        raise Refusal(422, "user_already_exists", "User already registered")
    new_id = user_id or uuid.uuid4()
    claims = {"sub": str(new_id), "email": email, "email_verified": False, "phone_verified": False}
    row = first(
        db,
        """
        insert into auth.users
          (id, email, encrypted_password, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
        values (%(id)s, %(email)s, %(password)s, %(app)s, %(user)s, %(at)s, %(at)s)
        returning *
        """,
        id=new_id,
        email=email,
        password=hashed_password,
        app=Jsonb({"provider": "email", "providers": ["email"], **(app_metadata or {})}),
        user=Jsonb({**(user_metadata or {}), **claims}),
        at=at,
    )
    return User.of(_present(row))


def confirm(db: Connection, user: User, at: datetime) -> User:
    """The address is proved: what was mailed to it before no longer counts."""
    db.execute("delete from identity.one_time_tokens where user_id = %s", (user.id,))
    row = first(
        db,
        "update auth.users set email_confirmed_at = %(at)s, updated_at = %(at)s where id = %(id)s returning *",
        id=user.id,
        at=at,
    )
    return merge_metadata(db, User.of(_present(row)), at=at, user_metadata={"email_verified": True})


def set_password(
    db: Connection, user: User, hashed_password: str, *, at: datetime, keep: uuid.UUID | None = None
) -> User:
    """A new password ends every session but `keep`, and every link that was mailed."""
    db.execute("delete from identity.one_time_tokens where user_id = %s", (user.id,))
    db.execute("delete from identity.sessions where user_id = %s and id is distinct from %s", (user.id, keep))
    row = first(
        db,
        "update auth.users set encrypted_password = %(password)s, updated_at = %(at)s where id = %(id)s returning *",
        id=user.id,
        password=hashed_password,
        at=at,
    )
    return User.of(_present(row))


def merge_metadata(
    db: Connection,
    user: User,
    *,
    at: datetime,
    user_metadata: Metadata | None = None,
    app_metadata: Metadata | None = None,
) -> User:
    """Each key given replaces the one of the same name; a key given as null is taken away."""
    row = first(
        db,
        "update auth.users set raw_app_meta_data = %(app)s, raw_user_meta_data = %(user)s, updated_at = %(at)s"
        " where id = %(id)s returning *",
        id=user.id,
        app=Jsonb(_merged(user.raw_app_meta_data, app_metadata)),
        user=Jsonb(_merged(user.raw_user_meta_data, user_metadata)),
        at=at,
    )
    return User.of(_present(row))


def set_email(db: Connection, user: User, email: str, at: datetime) -> User:
    """The account has another address from now on, confirmed or not as it was before."""
    row = first(
        db,
        "update auth.users set email = %(email)s, email_change = null, updated_at = %(at)s"
        " where id = %(id)s returning *",
        id=user.id,
        email=email,
        at=at,
    )
    return merge_metadata(db, User.of(_present(row)), at=at, user_metadata={"email": email})


def await_email(db: Connection, user: User, email: str, at: datetime) -> User:
    """The account will have this address once it has proved it."""
    row = first(
        db,
        "update auth.users set email_change = %(email)s, updated_at = %(at)s where id = %(id)s returning *",
        id=user.id,
        email=email,
        at=at,
    )
    return User.of(_present(row))


def ban(db: Connection, user: User, until: datetime | None, at: datetime) -> User:
    """Keep the account out until then, or let it in again (None)."""
    row = first(
        db,
        "update auth.users set banned_until = %(until)s, updated_at = %(at)s where id = %(id)s returning *",
        id=user.id,
        until=until,
        at=at,
    )
    return User.of(_present(row))


def signed_in(db: Connection, user: User, at: datetime) -> User:
    """Note that the account was signed in to."""
    row = first(
        db,
        "update auth.users set last_sign_in_at = %(at)s, updated_at = %(at)s where id = %(id)s returning *",
        id=user.id,
        at=at,
    )
    return User.of(_present(row))


def delete(db: Connection, user: User, *, softly: bool, at: datetime) -> None:
    """Delete the account; softly keeps the row without the person. Refuses (500) while other tables hold on to it."""
    if softly:
        db.execute("delete from identity.one_time_tokens where user_id = %s", (user.id,))
        db.execute("delete from identity.sessions where user_id = %s", (user.id,))
        db.execute(
            "update auth.users set deleted_at = %(at)s, updated_at = %(at)s, encrypted_password = null,"
            " email = encode(sha256(convert_to(id || email, 'utf8')), 'hex'), email_change = null,"
            " raw_user_meta_data = '{}', raw_app_meta_data = '{}' where id = %(id)s",
            {"at": at, "id": user.id},
        )
        return
    try:
        db.execute("delete from auth.users where id = %s", (user.id,))
    except psycopg.errors.ForeignKeyViolation as error:
        raise Refusal(500, "unexpected_failure", "Database error deleting user") from error


def _merged(old: Metadata | None, new: Metadata | None) -> dict[str, Any]:
    return {key: value for key, value in {**(old or {}), **(new or {})}.items() if value is not None}


def _present(row: DictRow | None) -> DictRow:
    """The row that `returning` gave; none means that the account was deleted in the meantime."""
    if row is None:
        raise user_not_found()
    return row
