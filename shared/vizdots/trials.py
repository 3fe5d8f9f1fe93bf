"""Owners hear in time that their trial ends: a week, three days and a day before."""

from datetime import datetime
from typing import Final, LiteralString

from pydantic import BaseModel, Field

from vizdots.transaction import Transaction

DAYS_BEFORE: Final = (7, 3, 1)


class Warned(BaseModel):
    """What one run came to."""

    mails: int = Field(description="Mails that were written into the outbox.")


# Days are those of the organisation's calendar.
WARN: Final[LiteralString] = """
    with ending as (
      select o.id as org_id, day.ends_on, day.ends_on - (%(at)s at time zone o.timezone)::date as days_left
      from public.organizations o
      cross join lateral (select (o.trial_ends_at at time zone o.timezone)::date as ends_on) as day
      where o.subscription_status = 'trialing' and o.trial_ends_at > %(at)s),
    written as (
      insert into public.email_logs
        (org_id, user_id, member_id, to_address, template, language_code, idempotency_key, facts, due_at, created_at)
      select e.org_id, m.user_id, m.id, m.invited_email, 'trial_ending', m.preferred_language_code,
        format('trial_ending:%%s:%%s:%%s', m.id, e.ends_on, e.days_left),
        jsonb_build_object('days_left', e.days_left, 'ends_on', e.ends_on), %(at)s, %(at)s
      from ending e
      join public.organization_members m on m.org_id = e.org_id
      where e.days_left = any (%(days_before)s) and m.role = 'owner' and m.status = 'active'
        and m.invited_email is not null and 'trial_ending' <> all (m.muted_mails)
        and not exists (select from app.suppressed_addresses s where s.address = m.invited_email)
      on conflict (idempotency_key) do nothing
      returning 1)
    select count(*) as mails from written
"""


def warn(db: Transaction, *, at: datetime) -> Warned:
    """Write a mail to each owner whose trial ends in 7, 3 or 1 days. Running it again adds nothing."""
    return Warned.model_validate(db.row(WARN, at=at, days_before=[*DAYS_BEFORE]))
