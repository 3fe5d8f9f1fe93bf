"""What a person chooses for themself as a member: their language, which mails they get, and when they are away.

Which mails, and when, is theirs alone: the columns are closed to everybody who asks as an admin does (sql/036).
"""

from datetime import date, datetime
from typing import Final, Literal, LiteralString, Self

from pydantic import Field, model_validator

from vizdots.agents import Language
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction

LONGEST_SNOOZE: Final = 366  # days; whoever wants none for longer turns reminders off

# The kinds of mail that one may decline (app.optional_mails says who gets which). Invitations, confirmations and
# recoveries are what somebody needs to get in: nobody can turn them off.
OptionalMail = Literal["reminder", "alert_digest", "export_ready", "trial_ending"]


class LanguageChoice(Input):
    """The language that the person is spoken to in."""

    language_code: Language


class Mail(Answer):
    """A kind of mail that the person gets, or has turned off."""

    kind: OptionalMail
    enabled: bool


class Notifications(Answer):
    """Which mails the person gets, and when nothing is asked of them. Nobody else sees it."""

    reminders_enabled: bool = Field(description="As in `mails`.")
    mails: list[Mail] = Field(description="All that they can decline. Security mail can't be turned off.")
    snoozed_from: datetime | None = Field(description="The beginning of their absence; null: none, or not known.")
    snoozed_until: datetime | None = Field(description="Nothing is asked before; null: no absence.")
    unsubscribed_at: datetime | None = Field(description="When they unsubscribed by a mail's link; null: they didn't.")


class MailChoice(Input):
    """A kind of mail, wanted or not. Turning it on takes back an unsubscription."""

    kind: OptionalMail
    enabled: bool


class Absence(Input):
    """From a day to a day, in which nothing is asked and nobody is reminded."""

    snoozed_from: date | None = Field(None, description="The first day away; null: from now on.")
    snoozed_until: date | None = Field(
        None, description="The first day of theirs on which they are asked again; null ends an absence."
    )


class NotificationChoice(Absence):
    """The person's choices. Kinds of mail that aren't named stay as they are; an absence that isn't named ends."""

    reminders_enabled: bool | None = Field(None, description="As in `mails`, which has the last word.")
    mails: list[MailChoice] = Field(default_factory=list, max_length=10)

    @model_validator(mode="after")
    def _chooses_something(self) -> Self:
        if self.reminders_enabled is None and not self.mails:
            raise ValueError("reminders_enabled or mails must be given")
        return self

    def by_kind(self) -> dict[OptionalMail, bool]:
        """Whether each kind that is named is wanted."""
        known: dict[OptionalMail, bool] = {}
        if self.reminders_enabled is not None:
            known["reminder"] = self.reminders_enabled
        return known | {mail.kind: mail.enabled for mail in self.mails}


# Where there is a choice at all: both features are needed.
CHOSEN_LANGUAGE: Final[LiteralString] = """
    select json_build_object('language_code', m.preferred_language_code)::text
    from public.organization_members m
    where m.org_id = app.my_org('MULTI_LANGUAGE') and m.org_id = app.my_org('LANGUAGE_PREFERENCES')
      and m.user_id = (select auth.uid())
"""

CHOOSE_LANGUAGE: Final[LiteralString] = """
    update public.organization_members m set preferred_language_code = %(language)s
    where m.org_id = app.my_org('MULTI_LANGUAGE') and m.org_id = app.my_org('LANGUAGE_PREFERENCES')
      and m.user_id = (select auth.uid())
    returning json_build_object('language_code', m.preferred_language_code)::text
"""

CHOSEN: Final[LiteralString] = "select app.my_notifications(%(at)s)::text"

CHOOSE: Final[LiteralString] = "select app.choose_notifications(%(mails)s, %(absence)s, %(longest)s, %(at)s)::text"


def language(db: Transaction) -> Json[LanguageChoice]:
    """The caller's language in the organisation they act in."""
    return Json(db.json(CHOSEN_LANGUAGE))


def choose_language(db: Transaction, sent: LanguageChoice) -> Json[LanguageChoice]:
    """Speak to the caller in this language from now on: pages, mails and check-ins."""
    return Json(db.json(CHOOSE_LANGUAGE, language=sent.language_code))


def notifications(db: Transaction, *, at: datetime) -> Json[Notifications]:
    """The caller's choices as of `at`."""
    return Json(db.json(CHOSEN, at=at))


def choose_notifications(db: Transaction, sent: NotificationChoice, *, at: datetime) -> Json[Notifications]:
    """Keep the caller's choices.

    Raises Invalid for mails that they don't get, and for an absence that ends before tomorrow or in more than a year.
    """
    return _choose(db, sent.by_kind(), sent, at)


def choose_mails(db: Transaction, wanted: dict[OptionalMail, bool], *, at: datetime) -> Json[Notifications]:
    """Keep which mails the caller wants, and leave the rest as it is. Raises Invalid as above."""
    return _choose(db, wanted, None, at)


def choose_absence(db: Transaction, sent: Absence, *, at: datetime) -> Json[Notifications]:
    """Keep when the caller is away, and leave the rest as it is. Raises Invalid as above."""
    return _choose(db, {}, sent, at)


def _choose(
    db: Transaction, mails: dict[OptionalMail, bool], absence: Absence | None, at: datetime
) -> Json[Notifications]:
    away = absence and absence.model_dump(mode="json", include={"snoozed_from", "snoozed_until"})
    return Json(db.json(CHOOSE, mails=mails, absence=away, longest=LONGEST_SNOOZE, at=at))
