"""Invitations: sent and taken back by whoever runs the organisation, taken up by whoever brings the mail's token."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from vizdots.agents import Language
from vizdots.errors import Gone
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

SHORTEST_PASSWORD: Final = 8  # characters
LONGEST_PASSWORD: Final = 72  # bytes: of a longer one bcrypt, and so Supabase, takes no notice

Action = Literal["send", "resend", "revoke"]
State = Literal["none", "waiting", "sent", "over", "accepted"]  # waiting: for its mail to go out
OpenAccount = Callable[[str, Language], UUID]
"""Opens a confirmed account for an address, whose mails are in a language, and gives its id."""


def fits(password: str) -> str:
    """The password, as it is. Raises a pydantic error for one of which a part would be taken no notice."""
    if len(password.encode(errors="surrogatepass")) > LONGEST_PASSWORD:
        raise PydanticCustomError("string_too_long", "String should have at most 72 bytes")
    return password


NewPassword = Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD), AfterValidator(fits)]


class Invitation(Answer):
    """How a member's invitation stands."""

    member_id: UUID
    email: str | None
    status: Literal["invited", "inactive"]
    invite_status: Literal["pending", "sent"] = Field(description="pending: its mail is still to go out, or none is.")
    invite_sent_at: datetime | None
    invite_expires_at: datetime | None = Field(description="Until when it holds; null: there is none.")


class OpenInvitation(Answer):
    """What whoever brings an invitation's token may know of it."""

    organization_name: str
    email: str
    display_name: str | None
    sender_name: str | None
    language_code: Language
    expires_at: datetime


class Accepted(Answer):
    """Whose account it is now, and where it belongs."""

    email: str
    organization_name: str


CHANGE: Final[LiteralString] = "select app.change_invitation(%(member)s, %(action)s, %(at)s)::text"
SHOW: Final[LiteralString] = "select app.invitation(%(token)s, %(at)s)::text"
HOLD: Final[LiteralString] = """
    select held.email, app.invitation(%(token)s, %(at)s) ->> 'language_code' as language_code
    from app.hold_invitation(%(token)s, %(at)s) as held (email)
"""
TAKE_UP: Final[LiteralString] = "select app.take_up_invitation(%(token)s, %(account)s, %(at)s)::text"


def change(db: Transaction, member_id: UUID, action: Action, *, at: datetime) -> Json[Invitation]:
    """Let a member be mailed an invitation, once in five minutes at most, or take theirs back.

    A new one makes the link of the mail before void. Refused: unknown members (404), who has accepted (409), who is to
    run the organisation unless an owner asks (403), too soon (429).
    """
    return Json(db.json(CHANGE, member=member_id, action=action, at=at))


def state(member: Mapping[str, Any], *, at: datetime) -> State:
    """How the invitation of a member stands, who is told as by `members.Member`."""
    if member["invite_status"] == "accepted":
        return "accepted"
    if member["invite_expires_at"] is None:
        return "none"
    if datetime.fromisoformat(member["invite_expires_at"]) <= at:
        return "over"
    return "sent" if member["invite_status"] == "sent" else "waiting"


def shown(db: Transaction, token: str, *, at: datetime) -> Json[OpenInvitation]:
    """What an invitation says. Raises Gone for one that was taken up, taken back or replaced, or is too old."""
    found = db.json(SHOW, token=token_hash(token), at=at)
    if found is None:
        raise _over()
    return found


def accept(db: Transaction, token: str, *, open_account: OpenAccount, at: datetime) -> Json[Accepted]:
    """Make whoever brings the token a member, with an account that is opened on the way. Raises Gone like `shown`.

    The invitation is held meanwhile: who brings the same token a moment later waits, and finds it taken up; if no
    account can be opened it stays open. A token has 256 random bits, so that nobody needs to be kept from guessing.
    """
    held = db.row(HOLD, token=token_hash(token), at=at)
    if held is None or held["email"] is None:
        raise _over()
    account = open_account(held["email"], held["language_code"])
    taken = db.json(TAKE_UP, token=token_hash(token), account=account, at=at)
    if taken is None:
        raise _over()
    return taken


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def _over() -> Gone:
    return Gone("This invitation was taken up, taken back or replaced, or it is too old.", code="invitation_over")
