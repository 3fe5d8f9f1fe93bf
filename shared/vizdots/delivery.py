"""How mails go out, each once: from the outbox into the queue, from the queue through a worker to whoever sends them.

A mail is a row of email_logs, written with what it is about (`queued`). `hand_over` puts what is due into the queue. A
worker claims what it gets (`claim`), sends it and keeps how that went (`keep`). Whatever happens in between:

- died before the claim: the row is still due, and is handed over again;
- died after the claim, before SES was asked: nobody says how it went, so when the claim ends it is handed over again;
- died after SES took it: SES tells of it itself (`note`), before the claim ends. The one window that is left: a worker
  that dies there, and an event of SES that takes longer than `CLAIM`. Such a mail goes out twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from vizdots.agents import Language
from vizdots.sender import NotSent, QuotaUsedUp, Unclear
from vizdots.transaction import Step, Transaction

CLAIM: Final = timedelta(minutes=10)  # SES's events come within seconds, and within minutes on its bad days
AT_ONCE: Final = 1_000  # mails that are handed over in one go
BACKOFF: Final = (30, 120, 600, 1_800, 3_600)  # seconds until the next attempt, after the first, the second …

Template = Literal["reminder", "invitation", "trial_ending"]
Event = Literal["sent", "failed", "bounced", "complained"]


class Outgoing(BaseModel):
    """A mail that this worker, and no other, is to send now."""

    id: UUID
    template: Template
    to_address: str
    language_code: Language
    org_id: UUID
    user_id: UUID | None
    attempt: int
    facts: dict[str, Any]


class Outcome(BaseModel):
    """How the sending of one mail went; `again_in` is in seconds."""

    id: UUID
    outcome: Literal["sent", "failed", "later", "unclear"]
    message_id: str | None = None
    error_type: str | None = None
    again_in: int | None = None


HAND_OVER: Final[LiteralString] = "select app.hand_over_mails(%(at)s, %(most)s) as id"
CLAIM_THEM: Final[LiteralString] = (
    "select app.begin_mails(%(mails)s::uuid[], %(hashes)s::bytea[], %(at)s, %(claim)s)::text"
)
KEEP: Final[LiteralString] = "select app.finish_mails(%(outcomes)s::jsonb, %(at)s)"
NOTE: Final[LiteralString] = (
    "select app.note_mail_event(%(mail)s::uuid, %(message_id)s, %(kind)s, %(addresses)s::text[], %(at)s)"
)

_CLAIMED: Final[TypeAdapter[list[Outgoing]]] = TypeAdapter(list[Outgoing])
_OUTCOMES: Final[TypeAdapter[list[Outcome]]] = TypeAdapter(list[Outcome])


def hand_over(step: Step, enqueue: Callable[[Sequence[UUID]], object], *, at: datetime) -> int:
    """Put every mail that is due into the queue. Returns how many."""
    handed_over = 0
    while due := step(_due, at=at):
        enqueue(due)
        handed_over += len(due)
    return handed_over


def claim(db: Transaction, mails: Sequence[UUID], hashes: Sequence[bytes], *, at: datetime) -> list[Outgoing]:
    """Those of the mails that are to be sent now: what isn't wanted any more, or is somebody else's, is left out.

    `hashes` are the SHA-256 of a token for each mail; the mail of an invitation will be opened by it.
    """
    return _CLAIMED.validate_json(db.value(CLAIM_THEM, mails=[*mails], hashes=[*hashes], at=at, claim=CLAIM))


def keep(db: Transaction, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Keep how the sending of claimed mails went."""
    db.rows(KEEP, outcomes=_OUTCOMES.dump_json([*outcomes]).decode(), at=at)


def note(
    db: Transaction, kind: Event, *, mail: UUID | None, message_id: str, addresses: Sequence[str], at: datetime
) -> bool:
    """Keep what SES tells of a mail; addresses that bounced for good or complained are never written to again.

    Returns whether the mail is ours.
    """
    return bool(db.value(NOTE, mail=mail, message_id=message_id, kind=kind, addresses=[*addresses], at=at))


def send_all(mails: Sequence[Outgoing], tokens: Sequence[str], send: Callable[[Outgoing, str], str]) -> list[Outcome]:
    """Send each mail with its token by `send`, which returns the sender's id of it, and say how that went.

    What can't be sent stops no other; a quota that is used up stops all that are left.
    """
    outcomes: list[Outcome] = []
    used_up: QuotaUsedUp | None = None
    for mail, token in zip(mails, tokens, strict=True):
        if used_up is not None:
            outcomes.append(_not_sent(mail, used_up))
            continue
        try:
            outcomes.append(Outcome(id=mail.id, outcome="sent", message_id=send(mail, token)))
        except QuotaUsedUp as refused:
            used_up = refused
            outcomes.append(_not_sent(mail, refused))
        except NotSent as refused:
            outcomes.append(_not_sent(mail, refused))
        except Unclear:
            outcomes.append(Outcome(id=mail.id, outcome="unclear", error_type="Unclear"))
    return outcomes


def _due(db: Transaction, *, at: datetime) -> list[UUID]:
    return [row["id"] for row in db.rows(HAND_OVER, at=at, most=AT_ONCE)]


def _not_sent(mail: Outgoing, refused: NotSent) -> Outcome:
    if refused.again_in is None:
        return Outcome(id=mail.id, outcome="failed", error_type=refused.error_type)
    wait = max(refused.again_in, BACKOFF[min(mail.attempt, len(BACKOFF)) - 1])
    return Outcome(id=mail.id, outcome="later", error_type=refused.error_type, again_in=wait)
