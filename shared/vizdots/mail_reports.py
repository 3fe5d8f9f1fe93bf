"""Whether an organisation's mails arrive, for those who run it: numbers that lead to nobody, and what can be done."""

from datetime import date, datetime
from typing import Final, Literal, LiteralString, Self, get_args
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from vizdots import delivery, pages
from vizdots.addresses import Address
from vizdots.pages import Page
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction

Days = Literal["7", "30", "90"]
Remedy = Literal["retry", "correct", "ask_an_owner"]
Reason = Literal["bounced", "failed", "given_up"]


class MailDay(Answer):
    """A day or a week of a trend."""

    day: date = Field(description="The day, or the Monday of the week.")
    sent: int | None
    lost: int | None = Field(description="Bounced, failed or given up.")


class MailKind(Answer):
    """How the mails of one kind arrive.

    `counts` says what is counted. mails: each one, until now. people: those whom they went to, at least, in whole
    groups and until this morning; null: too few to be told, and perhaps none.
    """

    kind: delivery.Template
    counts: Literal["mails", "people"]
    queued: int | None = Field(description="On their way.")
    sent: int | None
    bounced: int | None = Field(description="The address takes no mails.")
    failed: int | None = Field(description="Refused for good.")
    given_up: int | None = Field(description="Tried as often as it may be.")
    complained: int | None = Field(description="So many people, at least, called one spam; in whole groups always.")
    trend: list[MailDay]


class DeadLetters(Answer):
    """Mails of a kind whose attempts are over, for one reason."""

    kind: delivery.Template
    error_type: str | None = Field(description="What stood in the way the last time, as whoever sends calls it.")
    count: int = Field(description="As the kind counts.")


class FailedInvitation(Answer):
    """Somebody's newest invitation, which didn't arrive."""

    id: UUID = Field(description="Of the mail.")
    created_at: datetime
    member_id: UUID
    display_name: str | None
    email: str
    reason: Reason
    error_type: str | None
    remedy: Remedy = Field(description="correct: the address takes no mails, so that a new one is needed.")


class Failures(Page[FailedInvitation]):
    """The invitations that didn't arrive, the newest first."""

    all: int
    to_retry: int = Field(description="How many of all of them `retry` all would mail again.")


class MailReport(Answer):
    """How the mails of an organisation arrive, and what can be done where they don't."""

    days: int
    step: Literal["day", "week"] = Field(description="Of the trends.")
    first_day: date
    today: date
    min_group_size: int
    kinds: list[MailKind]
    dead_letters: list[DeadLetters]
    failures: Failures


class MailRetry(Input):
    """Which invitation is mailed again, and where to; or all of them that can be."""

    mail_id: UUID | None = None
    email: Address | None = Field(None, description="The right address, where the other one was wrong.")
    all: bool = False

    @model_validator(mode="after")
    def _one_or_all(self) -> Self:
        if (self.mail_id is not None) is self.all:
            raise PydanticCustomError("one_or_all", "Either a mail_id or all")
        if self.all and self.email is not None:
            raise PydanticCustomError("one_or_all", "An address is one invitation's")
        return self


class Retried(Answer):
    """How many invitations will be mailed."""

    queued: int


KINDS: Final = get_args(delivery.Template)

SHOW: Final[LiteralString] = """
    select (app.mail_delivery(%(days)s, %(kinds)s, %(at)s) || jsonb_build_object(
      'failures', app.mail_failures(%(limit)s, %(before_at)s, %(before_id)s)))::text
"""
RETRY: Final[LiteralString] = "select app.retry_invitation(%(mail)s, %(email)s, %(at)s)::text"
RETRY_ALL: Final[LiteralString] = "select app.retry_invitations(%(at)s)::text"


def shown(
    db: Transaction, days: Days = "30", *, at: datetime, limit: int = 50, cursor: str | None = None
) -> Json[MailReport]:
    """How mails went in the last days, today included, and a page of the invitations that failed, whenever that was."""
    return Json(db.json(SHOW, days=int(days), kinds=[*KINDS], at=at, limit=limit, **pages.start(cursor)))


def retry(db: Transaction, sent: MailRetry, *, at: datetime) -> Json[Retried]:
    """Let invitations that failed be mailed anew; each at most once, however many ask.

    Refused, where it is one: mails that are none of the organisation's invitations (404), that didn't fail or were
    dealt with (409), to an address that takes none, unless another is given (409) that nobody else has (409).
    """
    if sent.all:
        return Json(db.json(RETRY_ALL, at=at))
    return Json(db.json(RETRY, mail=sent.mail_id, email=sent.email, at=at))
