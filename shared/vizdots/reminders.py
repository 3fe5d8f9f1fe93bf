"""Who is reminded today, and once: whoever has a check-in waiting, within their own working hours."""

from datetime import datetime, timedelta
from typing import Final, LiteralString

from pydantic import BaseModel, Field

from vizdots.schedules import WEEKDAYS
from vizdots.transaction import Transaction

FIRST_AFTER: Final = timedelta(hours=24)  # a check-in waits so long before anybody is reminded of it
LAST_AFTER: Final = timedelta(hours=72)  # after that it is clear that they don't want to


class Prepared(BaseModel):
    """What one run came to. No names: it is logged."""

    reminders: int = Field(description="Reminders that were written into the outbox.")


# One a day and person, whatever their organisations: the key says so. Their day and their hour are their
# organisation's; clocks that change are PostgreSQL's business. What may have changed meanwhile is asked again before
# the mail is sent (app.is_still_wanted).
PREPARE: Final[LiteralString] = """
    with due as (
      select m.org_id, m.user_id, m.id as member_id, m.invited_email, m.preferred_language_code,
        local.now::date as today
      from public.organizations o
      cross join lateral (select %(at)s at time zone o.timezone as now) as local
      join public.organization_members m on m.org_id = o.id
      cross join lateral (
        select coalesce(m.schedule_override -> day.name, o.schedule_config -> day.name) as hours
        from (select (%(weekdays)s::text[])[extract(isodow from local.now)::int] as name) as day) as working
      where app.may_check_in(o, %(at)s)
        and m.status = 'active' and m.invited_email is not null
        and m.reminders_enabled and m.unsubscribed_at is null
        and not app.is_away(m.snoozed_from, m.snoozed_until, %(at)s)
        and (working.hours ->> 'on')::boolean
        and local.now::time >= (working.hours ->> 'start')::time and local.now::time < (working.hours ->> 'end')::time
        and (not o.data_processing_consent_required or exists (
          select from public.user_consents c where c.org_id = m.org_id and c.user_id = m.user_id
            and c.consent_type = 'data_processing' and c.withdrawn_at is null))
        and not exists (select from app.suppressed_addresses s where s.address = m.invited_email)
        and exists (
          select from public.sessions s
          where s.org_id = m.org_id and s.user_id = m.user_id and s.completed_at is null and s.started_at is null
            and s.scheduled_for between %(at)s - %(last)s and %(at)s - %(first)s)
    ),
    written as (
      insert into public.email_logs
        (org_id, user_id, member_id, to_address, template, language_code, idempotency_key, due_at, created_at)
      select org_id, user_id, member_id, invited_email, 'reminder', preferred_language_code,
        format('reminder:%%s:%%s', user_id, today), %(at)s, %(at)s
      from due
      on conflict (idempotency_key) do nothing
      returning 1)
    select count(*) as reminders from written
"""


def prepare(db: Transaction, *, at: datetime) -> Prepared:
    """Write a reminder into the outbox for everybody who is due one at `at`. Running it again adds nothing."""
    found = db.row(PREPARE, at=at, weekdays=[*WEEKDAYS], first=FIRST_AFTER, last=LAST_AFTER)
    return Prepared.model_validate(found)
