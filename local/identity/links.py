"""What is mailed and good once: links with a token, six-digit codes, and the codes of the PKCE flow."""

import base64
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from local.identity.refusals import Refusal, invalid
from local.pool import Connection, first

Purpose = Literal["confirmation", "recovery", "email_change"]

# The types of GoTrue's verification links, and for which purposes the token of each was made.
PURPOSES: dict[str, tuple[Purpose, ...]] = {
    "signup": ("confirmation",),
    "invite": ("confirmation",),
    "recovery": ("recovery",),
    "magiclink": ("recovery",),
    "email": ("confirmation", "recovery"),
    "email_change": ("email_change",),
}

SHORTEST_CHALLENGE, LONGEST_CHALLENGE = 43, 128  # RFC 7636


@dataclass(frozen=True)
class Challenge:
    """The client's PKCE challenge: only who knows its verifier can exchange the code that the link leads to."""

    text: str
    method: str

    @classmethod
    def of(cls, text: str, method: str) -> "Challenge | None":
        """The challenge of a request, None without one. Refuses (400) half of one and what RFC 7636 doesn't allow."""
        if not text and not method:
            return None
        if not text or not method:
            raise invalid("PKCE flow requires code_challenge_method and code_challenge")
        if method.lower() not in ("s256", "plain"):
            raise invalid("invalid code_challenge_method, must be s256 or plain")
        if not SHORTEST_CHALLENGE <= len(text) <= LONGEST_CHALLENGE:
            raise invalid("code challenge has to be between 43 and 128 characters")
        return cls(text, method.lower())

    def is_met_by(self, verifier: str) -> bool:
        """Whether the verifier is the one that the challenge was made from."""
        answer = verifier.encode()
        if self.method == "s256":
            answer = base64.urlsafe_b64encode(hashlib.sha256(answer).digest()).rstrip(b"=")
        return hmac.compare_digest(answer, self.text.encode())


@dataclass(frozen=True)
class Secret:
    """What a mail carries: the token of its link and the code to be typed instead. Only their digests are kept."""

    token: str
    code: str


@dataclass(frozen=True)
class Redeemed:
    """Whom a token belonged to and what for, and the challenge of who asked for it."""

    user_id: uuid.UUID
    purpose: Purpose
    challenge: Challenge | None


def make(
    db: Connection, user_id: uuid.UUID, purpose: Purpose, *, at: datetime, challenge: Challenge | None = None
) -> Secret:
    """A new token and code; those made before for the same purpose are void."""
    token = ("pkce_" if challenge else "") + secrets.token_hex(28)
    code = f"{secrets.randbelow(10**6):06}"
    db.execute(
        """
        insert into identity.one_time_tokens
          (user_id, purpose, token_digest, code_digest, code_challenge, code_challenge_method, created_at)
        values (%(user_id)s, %(purpose)s, %(token)s, %(code)s, %(challenge)s, %(method)s, %(at)s)
        on conflict (user_id, purpose) do update set
          token_digest = excluded.token_digest, code_digest = excluded.code_digest,
          code_challenge = excluded.code_challenge, code_challenge_method = excluded.code_challenge_method,
          created_at = excluded.created_at
        """,
        {
            "user_id": user_id,
            "purpose": purpose,
            "token": _digest(token),
            "code": _digest(f"{user_id}{code}"),
            "challenge": challenge and challenge.text,
            "method": challenge and challenge.method,
            "at": at,
        },
    )
    return Secret(token, code)


def redeem_token(
    db: Connection, token: str, purposes: tuple[Purpose, ...], *, at: datetime, lifetime: timedelta
) -> Redeemed:
    """Use up the token of a link. Refuses with 403 otp_expired one that is unknown, used, replaced or too old."""
    row = first(
        db,
        "delete from identity.one_time_tokens where token_digest = %(token)s and purpose = any(%(purposes)s)"
        " and created_at > %(since)s returning *",
        token=_digest(token),
        purposes=list(purposes),
        since=at - lifetime,
    )
    if row is None:
        raise Refusal(403, "otp_expired", "Email link is invalid or has expired")
    challenge = Challenge(row["code_challenge"], row["code_challenge_method"]) if row["code_challenge"] else None
    return Redeemed(row["user_id"], row["purpose"], challenge)


def redeem_code(
    db: Connection,
    user_id: uuid.UUID | None,
    code: str,
    purposes: tuple[Purpose, ...],
    *,
    at: datetime,
    lifetime: timedelta,
) -> Redeemed:
    """Use up the six digits that an account was mailed. Refuses with 403 otp_expired, an unknown account too."""
    row = first(
        db,
        "delete from identity.one_time_tokens where user_id = %(user_id)s and code_digest = %(code)s"
        " and purpose = any(%(purposes)s) and created_at > %(since)s returning *",
        user_id=user_id,
        code=_digest(f"{user_id}{code}"),
        purposes=list(purposes),
        since=at - lifetime,
    )
    if row is None:
        raise Refusal(403, "otp_expired", "Token has expired or is invalid")
    return Redeemed(row["user_id"], row["purpose"], None)


def make_auth_code(db: Connection, user_id: uuid.UUID, challenge: Challenge, *, method: str, at: datetime) -> str:
    """A code that the holder of the challenge's verifier exchanges for a session."""
    code = str(uuid.uuid4())
    db.execute(
        "insert into identity.auth_codes"
        " (code_digest, user_id, method, code_challenge, code_challenge_method, created_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        (_digest(code), user_id, method, challenge.text, challenge.method, at),
    )
    return code


def redeem_auth_code(
    db: Connection, code: str, verifier: str, *, at: datetime, lifetime: timedelta
) -> tuple[uuid.UUID, str]:
    """Whose code it is, and how they proved themselves. Refuses (404, 422, 400) and then leaves the code as it was."""
    row = first(db, "delete from identity.auth_codes where code_digest = %(code)s returning *", code=_digest(code))
    if row is None:
        raise Refusal(404, "flow_state_not_found", "invalid flow state, no valid flow state found")
    if row["created_at"] <= at - lifetime:
        raise Refusal(422, "flow_state_expired", "invalid flow state, flow state has expired")
    if not Challenge(row["code_challenge"], row["code_challenge_method"]).is_met_by(verifier):
        raise Refusal(400, "bad_code_verifier", "code challenge does not match previously saved code verifier")
    return row["user_id"], row["method"]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
