"""What a person chooses for themself as a member: their language, and whether and when they are reminded."""

from datetime import date, datetime
from typing import Final, LiteralString

from pydantic import Field

from vizdots.agents import Language
from vizdots.errors import Invalid
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction

LONGEST_SNOOZE: Final = 366  # days; whoever wants none for longer turns reminders off


class LanguageChoice(Input):
    """The language that the person is spoken to in."""

    language_code: Language


class Notifications(Answer):
    """Whether and when the person is reminded of their check-ins."""

    reminders_enabled: bool
    snoozed_until: datetime | None = Field(description="Nothing is asked before; null: no snooze.")
    unsubscribed_at: datetime | None = Field(description="When they unsubscribed by a mail's link; null: they didn't.")


class NotificationChoice(Input):
    """All of the person's choices. Turning reminders on takes back an unsubscription."""

    reminders_enabled: bool
    snoozed_until: date | None = Field(
        None, description="The first day of theirs on which they are asked again; null ends a snooze."
    )


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

# A snooze that is over is none.
CHOSEN: Final[LiteralString] = """
    select json_build_object('reminders_enabled', m.reminders_enabled and m.unsubscribed_at is null,
      'snoozed_until', case when m.snoozed_until > %(at)s then m.snoozed_until end,
      'unsubscribed_at', m.unsubscribed_at)::text
    from public.organization_members m where m.org_id = app.my_org() and m.user_id = (select auth.uid())
"""

CHOOSE: Final[LiteralString] = """
    update public.organization_members m set reminders_enabled = %(enabled)s,
      snoozed_until = %(day)s::date::timestamp at time zone o.timezone,
      unsubscribed_at = case when not %(enabled)s then m.unsubscribed_at end
    from public.organizations o
    where o.id = m.org_id and m.org_id = app.my_org() and m.user_id = (select auth.uid())
      and (%(day)s::date is null
        or %(day)s::date - (%(at)s at time zone o.timezone)::date between 1 and %(longest)s)
    returning json_build_object('reminders_enabled', m.reminders_enabled and m.unsubscribed_at is null,
      'snoozed_until', m.snoozed_until, 'unsubscribed_at', m.unsubscribed_at)::text
"""


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
    """Keep the caller's choices. Raises Invalid for a snooze that ends before tomorrow or in more than a year."""
    kept = db.json(CHOOSE, enabled=sent.reminders_enabled, day=sent.snoozed_until, at=at, longest=LONGEST_SNOOZE)
    if kept is None:
        told = [{"path": "snoozed_until", "type": "out_of_range"}]
        raise Invalid("A snooze lasts a day at least, and a year at most.", code="invalid_snooze", errors=told)
    return kept
