"""How an organisation is doing, for those who run it: what is to be done, and what check-ins say without saying who."""

from datetime import datetime, timedelta
from typing import Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots.people import SubscriptionStatus
from vizdots.schedules import SCHEDULER_RUNS_AT, WEEKDAYS
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

WARNINGS_SHOWN: Final = 5
INVITED_SHOWN: Final = 5
SOON: Final = timedelta(days=3)  # an invitation that expires within these is worth a reminder

Withheld = Literal["too_few_people"]
HintCode = Literal[
    "nobody_invited",
    "not_invited_yet",
    "invitations_expire_soon",
    "invitations_expired",
    "without_supervisor",
    "without_department",
]


class Subscription(Answer):
    """Trial or subscription."""

    status: SubscriptionStatus
    trial_ends_at: datetime | None
    trial_days_left: int | None = Field(description="The present one included; null: there is no trial.")
    current_period_end: datetime | None


class Headcount(Answer):
    """How many members there are of each kind."""

    active: int
    invited: int
    inactive: int
    without_department: int
    without_supervisor: int = Field(description="Owners and executives aside: they may be at the top.")


class PendingInvitation(Answer):
    """Somebody who hasn't taken up their invitation."""

    id: UUID
    display_name: str | None
    email: str | None
    expires_at: datetime | None = Field(description="Null: none was ever sent.")
    is_expired: bool


class WholeGroups(Answer):
    """A number that can't lead to a person: in whole groups of `min_group_size`, or withheld for a reason."""

    at_least: int | None
    reason: Withheld | None


class SharedTheme(Answer):
    """What many people speak of."""

    name: str
    at_least: int = Field(description="So many different people, in whole groups.")


class SharedThemes(Answer):
    """What at least twice `min_group_size` people spoke of in the 30 days before `until`, the start of this week."""

    items: list[SharedTheme]
    reason: Withheld | None
    until: datetime


class CheckIns(Answer):
    """How check-ins go. Private dots never count; people do, once each."""

    min_group_size: int
    begun: bool = Field(description="Whether enough people for a group have ever answered.")
    today: WholeGroups = Field(description="People who completed a check-in today.")
    this_week: WholeGroups = Field(description="People who completed one since Monday.")
    waiting: WholeGroups = Field(description="People for whom one of the last two weeks was waiting as the day began.")
    participation: WholeGroups = Field(description="Percent of the active members who completed one since Monday.")
    themes: SharedThemes
    next_at: datetime | None = Field(description="When the next ones go out; null: none will.")


class EarlyWarning(Answer):
    """An open early warning."""

    id: UUID
    alert_type: str
    severity: Literal["info", "warning", "critical"]
    department: str | None = Field(description="Null: the whole organisation.")
    created_at: datetime


class EarlyWarnings(Answer):
    """The newest open early warnings, and how many there are in all."""

    items: list[EarlyWarning]
    open: int


class Hint(Answer):
    """Something that the set-up still lacks."""

    code: HintCode
    count: int = Field(description="How many people it is about.")


class Overview(Answer):
    """How the organisation is doing."""

    subscription: Subscription
    people: Headcount
    invited: list[PendingInvitation] = Field(
        description="Those who haven't accepted, who has the least time left first."
    )
    check_ins: CheckIns
    warnings: EarlyWarnings | None = Field(description="Null where the feature is off.")
    hints: list[Hint]


SHOW: Final[LiteralString] = """
    with
    mine as materialized (select o.* from public.organizations o where o.id = app.my_administered_org()),
    members as materialized (
      select m.*, m.status <> 'inactive' and m.department_id is null as lacks_department,
        m.status <> 'inactive' and m.supervisor is null and m.role <> 'owner' and m.level <> 'exec' as lacks_supervisor
      from app.memberships m where m.org_id = (select id from mine)),
    count as (
      select count(*) as members,
        count(*) filter (where status = 'active') as active,
        count(*) filter (where status = 'invited') as invited,
        count(*) filter (where status = 'inactive') as inactive,
        count(*) filter (where lacks_department) as without_department,
        count(*) filter (where lacks_supervisor) as without_supervisor,
        count(*) filter (where status = 'invited' and invite_expires_at is null) as not_invited_yet,
        count(*) filter (where status = 'invited' and invite_expires_at > %(at)s
          and invite_expires_at <= %(soon)s) as expire_soon,
        count(*) filter (where status = 'invited' and invite_expires_at <= %(at)s) as expired
      from members),
    warnings as (
      select w.*, d.name as department from public.pattern_alerts w
      left join public.departments d on d.org_id = w.org_id and d.id = w.department_id
      where w.org_id = (select id from mine) and w.status = 'open')
    select json_build_object(
      'subscription', json_build_object(
        'status', mine.subscription_status, 'trial_ends_at', mine.trial_ends_at,
        'trial_days_left', app.trial_days_left(mine.subscription_status, mine.trial_ends_at, %(at)s),
        'current_period_end', mine.current_period_end),
      'people', json_build_object(
        'active', count.active, 'invited', count.invited, 'inactive', count.inactive,
        'without_department', count.without_department, 'without_supervisor', count.without_supervisor),
      'invited', (
        select coalesce(json_agg(json_build_object('id', id, 'display_name', display_name, 'email', invited_email,
          'expires_at', invite_expires_at, 'is_expired', coalesce(invite_expires_at <= %(at)s, false))
          order by invite_expires_at nulls first, invited_email), '[]')
        from (
          select * from members where status = 'invited'
          order by invite_expires_at nulls first, invited_email limit %(invited)s) as waiting),
      'check_ins', app.check_in_overview(%(at)s) || jsonb_build_object('next_at', (
        -- The scheduler's next run on a working day: today's may be over.
        select min(run.at)
        from public.organizations o
        cross join generate_series(0, 7) as after (days)
        cross join lateral (select (date_trunc('day', %(at)s at time zone 'UTC') + after.days * interval '1 day'
          + %(runs_at)s) at time zone 'UTC' as at) as run
        where o.id = mine.id and run.at > %(at)s and app.may_check_in(o, run.at)
          and (o.schedule_config #>> array[
            (%(weekdays)s::text[])[extract(isodow from run.at at time zone o.timezone)::int], 'on'])::boolean)),
      'warnings', case when app.has_feature('PATTERN_ALERTS', mine.feature_flags) then json_build_object(
        'items', (
          select coalesce(json_agg(json_build_object('id', id, 'alert_type', alert_type, 'severity', severity,
            'department', department, 'created_at', created_at) order by created_at desc, id), '[]')
          from (select * from warnings order by created_at desc, id limit %(warnings)s) as newest),
        'open', (select count(*) from warnings)) end,
      'hints', (
        select coalesce(json_agg(json_build_object('code', code, 'count', people) order by nth), '[]')
        from (values
          (1, 'nobody_invited', 0, count.members = 1),
          (2, 'not_invited_yet', count.not_invited_yet, count.not_invited_yet > 0),
          (3, 'invitations_expire_soon', count.expire_soon, count.expire_soon > 0),
          (4, 'invitations_expired', count.expired, count.expired > 0),
          (5, 'without_supervisor', count.without_supervisor, count.without_supervisor > 0),
          (6, 'without_department', count.without_department, count.without_department > 0)
        ) as hint (nth, code, people, holds)
        where holds))::text
    from mine, count
"""


def shown(db: Transaction, *, at: datetime) -> Json[Overview]:
    """How the organisation that the caller administers is doing at `at`."""
    return Json(
        db.json(
            SHOW,
            at=at,
            soon=at + SOON,
            runs_at=SCHEDULER_RUNS_AT,
            weekdays=[*WEEKDAYS],
            invited=INVITED_SHOWN,
            warnings=WARNINGS_SHOWN,
        )
    )
