"""Sessions: short-lived access tokens, and refresh tokens that are good once."""

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from enum import StrEnum
from typing import Any, LiteralString

from local.identity import users
from local.identity.keys import Keys
from local.identity.refusals import Refusal, invalid
from local.identity.settings import Settings
from local.identity.users import User
from local.pool import Connection, first

SIGNATURE_LENGTH = 16
TOKEN_LENGTH = 16 + 8 + SIGNATURE_LENGTH


class Scope(StrEnum):
    """Whom signing out signs out."""

    GLOBAL = "global"
    LOCAL = "local"
    OTHERS = "others"


_ENDS: dict[Scope, LiteralString] = {
    Scope.GLOBAL: "delete from identity.sessions where user_id = %(user_id)s",
    Scope.LOCAL: "delete from identity.sessions where user_id = %(user_id)s and id = %(session_id)s",
    Scope.OTHERS: "delete from identity.sessions where user_id = %(user_id)s and id <> %(session_id)s",
}


def start(db: Connection, keys: Keys, settings: Settings, user: User, *, method: str) -> dict[str, Any]:
    """A new session of an account that proved itself by `method` (password, otp): GoTrue's answer with both tokens."""
    at = settings.now()
    session = first(
        db,
        "insert into identity.sessions (user_id, method, refresh_key, created_at, refreshed_at)"
        " values (%(user_id)s, %(method)s, %(key)s, %(at)s, %(at)s) returning *",
        user_id=user.id,
        method=method,
        key=secrets.token_bytes(32),
        at=at,
    )
    if session is None:
        raise RuntimeError("insert … returning gave no row")
    return _answer(keys, settings, users.signed_in(db, user, at), session)


def refresh(db: Connection, keys: Keys, settings: Settings, token: str) -> dict[str, Any] | None:
    """Exchange a refresh token for the next; None when it was used before, and then its whole family is gone.

    Within `settings.reuse_interval` after a refresh, an older token gets the living one again: two tabs of one browser
    refresh at once, and answers are lost on the way. GoTrue forgives the direct parent at any later time too; here it
    ends the family, so that a client that loses its tokens is noticed before production.

    The caller commits in either case. Refuses with 400 refresh_token_not_found or user_banned.
    """
    at = settings.now()
    session_id, counter, signature = _parse(token)
    session = first(db, "select * from identity.sessions where id = %(id)s for update", id=session_id)
    if session is None or not hmac.compare_digest(_signature(session["refresh_key"], session_id, counter), signature):
        raise Refusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
    user = users.get(db, session["user_id"])
    if user.is_banned(at):
        raise Refusal(400, "user_banned", "Invalid Refresh Token: User Banned")
    if counter == session["counter"]:
        session = first(
            db,
            "update identity.sessions set counter = counter + 1, refreshed_at = %(at)s where id = %(id)s returning *",
            id=session_id,
            at=at,
        )
    elif not settings.reuse_interval or at - session["refreshed_at"] >= settings.reuse_interval:
        session = None
        db.execute("delete from identity.sessions where id = %s", (session_id,))
    return _answer(keys, settings, user, session) if session else None


def end(db: Connection, user_id: uuid.UUID, session_id: uuid.UUID, scope: Scope) -> None:
    """Sign out: this session, all sessions of the account, or all but this one."""
    db.execute(_ENDS[scope], {"user_id": user_id, "session_id": session_id})


def is_alive(db: Connection, session_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Whether that session of that account goes on."""
    statement = "select from identity.sessions where id = %(id)s and user_id = %(user_id)s"
    return first(db, statement, id=session_id, user_id=user_id) is not None


def _answer(keys: Keys, settings: Settings, user: User, session: dict[str, Any]) -> dict[str, Any]:
    issued = int(settings.now().timestamp())
    lifetime = int(settings.access_token_lifetime.total_seconds())
    claims = {
        "iss": settings.issuer,
        "sub": str(user.id),
        "aud": "authenticated",
        "exp": issued + lifetime,
        "iat": issued,
        "email": user.email,
        "phone": "",
        "app_metadata": user.raw_app_meta_data or {},
        "user_metadata": user.raw_user_meta_data or {},
        "role": "authenticated",
        "aal": "aal1",
        "amr": [{"method": session["method"], "timestamp": int(session["created_at"].timestamp())}],
        "session_id": str(session["id"]),
        "is_anonymous": False,
    }
    return {
        "access_token": keys.sign(claims),
        "token_type": "bearer",
        "expires_in": lifetime,
        "expires_at": issued + lifetime,
        "refresh_token": _encode(session["refresh_key"], session["id"], session["counter"]),
        "user": user.as_json(),
    }


def _encode(key: bytes, session_id: uuid.UUID, counter: int) -> str:
    raw = session_id.bytes + counter.to_bytes(8) + _signature(key, session_id, counter)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _parse(token: str) -> tuple[uuid.UUID, int, bytes]:
    """Session, counter and signature of a refresh token. Refuses with 400 what can't be one."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("Refresh token is not valid") from error
    if len(raw) != TOKEN_LENGTH:
        raise invalid("Refresh token is not valid")
    return uuid.UUID(bytes=raw[:16]), int.from_bytes(raw[16:24]), raw[24:]


def _signature(key: bytes, session_id: uuid.UUID, counter: int) -> bytes:
    return hmac.digest(key, session_id.bytes + counter.to_bytes(8), hashlib.sha256)[:SIGNATURE_LENGTH]
