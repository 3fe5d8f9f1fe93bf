"""Who is asked what today: every check-in that is due, for all members of all organisations, in one statement."""

from datetime import UTC, datetime
from typing import Final, LiteralString

from pydantic import BaseModel, Field

from vizdots.agents import AgentCode
from vizdots.schedules import WEEKDAYS
from vizdots.transaction import Transaction

# Days between two check-ins with the same agent. A pulse is asked for on the first working day of a week: after a
# holiday that may be six days after the last.
PULSE_EVERY: Final = 6
ROLE_EVERY: Final = 90
WORKFLOW_EVERY: Final = 60
PAIN_EVERY: Final = 14
FOCUS_EVERY: Final = 7

MOST_OPEN: Final = 2  # check-ins that may wait for a person
MOST_A_WEEK: Final = 3  # check-ins of a person from Monday to Sunday, those they started themself included
A_DAY: Final = 1  # new check-ins on one day: three in a week are three days, not one (docs/decisions)
ON_AN_ONLY_DAY: Final = 2  # as above, for whoever works one day a week: the weekly pulse would leave nothing else

ROLE_FIELDS: Final = ["level", "department_id", "job_title"]  # a change of these is another job

LOOKS_BACK: Final = ROLE_EVERY + 1  # days of history that rules ask for; a local day is at most one from UTC's


class Scheduled(BaseModel):
    """What one run came to. No names: it is logged."""

    people: int = Field(description="Members looked at: active, consenting, awake, and not asked today yet.")
    created: dict[AgentCode, int] = Field(description="New check-ins by agent.")


# The lock lets a second run wait until the first has committed and its rows can be seen: only so can the caps hold.
# A million people are joined in memory, and one statement a day is not worth compiling. Nobody can estimate through ten
# CTEs: taken for one row, a million people would be compared with everybody's history one by one.
ALONE: Final[LiteralString] = """
    select pg_advisory_xact_lock(hashtextextended('scheduler', 0)),
      set_config('work_mem', '128MB', true), set_config('jit', 'off', true), set_config('enable_nestloop', 'off', true)
"""

SCHEDULE: Final[LiteralString] = """
    with
    organisations as materialized (
      select o.id as org_id, o.timezone, o.schedule_config, o.data_processing_consent_required as needs_consent,
        local.today, date_trunc('week', local.today::timestamp)::date as monday
      from public.organizations o
      cross join lateral (select (%(at)s at time zone o.timezone)::date as today) as local
      where app.may_check_in(o, %(at)s)
    ),

    members as not materialized (
      select m.org_id, m.user_id, app.leads(m) as leads, m.snoozed_from, m.snoozed_until,
        coalesce(m.schedule_override, '{}') as override, o.today, o.monday
      from organisations o
      join public.organization_members m on m.org_id = o.org_id
      left join public.user_consents c
        on c.org_id = m.org_id and c.user_id = m.user_id
          and c.consent_type = 'data_processing' and c.withdrawn_at is null
      where m.status = 'active'
        and not app.is_away(m.snoozed_from, m.snoozed_until, %(at)s)
        and (not o.needs_consent or c.id is not null)
    ),
    role_changes as (
      select org_id, user_id, max(created_at) as changed_at
      from public.member_role_history
      where field = any (%(role_fields)s) and created_at between %(at)s - %(looks_back)s * interval '1 day' and %(at)s
      group by org_id, user_id
    ),
    asked_today as not materialized (
      select s.org_id, s.user_id, s.scheduled_date as today
      from public.sessions s
      where s.source <> 'manual' and s.scheduled_date between %(day)s::date - 1 and %(day)s::date + 1  -- of any zone
    ),

    -- Whose turn it may be. Materialized, so that a second run, which finds hardly anybody here, is done here.
    candidates as materialized (
      select m.*, false as was_asked from members m
      where not exists (
        select from asked_today a where a.org_id = m.org_id and a.user_id = m.user_id and a.today = m.today)
      union all
      select m.*, true from members m
      join role_changes c on c.org_id = m.org_id and c.user_id = m.user_id
      where exists (
        select from asked_today a where a.org_id = m.org_id and a.user_id = m.user_id and a.today = m.today)
    ),

    -- A week is worked out once for an organisation, and once for each override of it, not once for each person.
    overrides as (
      select org_id, '{}'::jsonb as override from organisations
      union
      select org_id, schedule_override from public.organization_members
      where schedule_override is not null and status = 'active'
    ),
    weeks as materialized (
      select o.org_id, v.override, week.*
      from organisations o
      join overrides v on v.org_id = o.org_id
      cross join lateral (
        select count(*) as working_days,
          max(day.date) filter (where day.date < o.today) as worked_before_on,
          max((day.date + (day.hours ->> 'start')::time) at time zone o.timezone) filter (where day.date = o.today)
            as starts_at
        from unnest(%(weekdays)s::text[]) with ordinality as weekday (name, nth)
        cross join lateral (
          select o.monday + nth::int - 1 as date,
            coalesce(v.override -> name, o.schedule_config -> name) as hours) as day
        where (day.hours ->> 'on')::boolean) as week
      where week.starts_at is not null
    ),

    people as (
      select m.*, w.starts_at,
        case when m.was_asked then 0 when w.working_days = 1 then %(on_an_only_day)s else %(a_day)s end as left_today,
        w.worked_before_on is null
          or app.is_away(m.snoozed_from, m.snoozed_until, %(at)s - (m.today - w.worked_before_on) * interval '1 day')
          as week_begins
      from candidates m
      join weeks w on w.org_id = m.org_id and w.override = m.override
    ),

    -- What each person was asked lately. One that still waits for them is as recent as can be.
    recently as (
      select s.org_id, s.user_id,
        count(*) filter (where s.completed_at is null) as open,
        count(*) filter (where s.scheduled_date >= o.monday) as this_week,
        max(asked.on) filter (where s.agent_code = 'pulse') as pulse,
        max(asked.on) filter (where s.agent_code = 'role_mapper') as role,
        max(asked.on) filter (where s.agent_code = 'workflow_mapper') as workflow,
        max(asked.on) filter (where s.agent_code = 'pain_scanner') as pain,
        max(asked.on) filter (where s.agent_code = 'focus_tracker') as focus,
        max(s.created_at) filter (where s.agent_code = 'role_mapper') as role_asked_at
      from organisations o
      join public.sessions s on s.org_id = o.org_id
      cross join lateral (
        select case when s.completed_at is null then 'infinity' else s.scheduled_date end as on) as asked
      where s.scheduled_date >= %(day)s::date - %(looks_back)s or s.completed_at is null
      group by s.org_id, s.user_id
    ),

    -- Materialized, so that what profiles say isn't carried along, only that they say it.
    profiles as materialized (
      select org_id, user_id, created_at,
        coalesce(profile_json ->> 'role_summary', '') <> '' as role_is_known,
        coalesce(profile_json -> 'main_workflows', '[]') not in ('[]', 'null') as workflows_are_known,
        coalesce(profile_json -> 'primary_tools', '[]') not in ('[]', 'null') as tools_are_known
      from public.user_profiles
    ),
    situations as (
      select p.*, r.pulse, r.role, r.workflow, r.pain, r.focus,
        least(%(most_open)s - coalesce(r.open, 0), %(most_a_week)s - coalesce(r.this_week, 0))::int as room,
        coalesce(c.changed_at > coalesce(r.role_asked_at, '-infinity'), false) as role_changed,
        coalesce(k.role_is_known, false) as role_is_known,
        coalesce(k.workflows_are_known, false) as workflows_are_known,
        coalesce(k.tools_are_known, false) as tools_are_known,
        coalesce(k.created_at <= %(at)s - %(role_every)s * interval '1 day', false) as role_may_be_old,
        coalesce(k.created_at <= %(at)s - %(workflow_every)s * interval '1 day', false) as workflows_may_be_old
      from people p
      left join recently r on r.org_id = p.org_id and r.user_id = p.user_id
      left join role_changes c on c.org_id = p.org_id and c.user_id = p.user_id
      left join profiles k on k.org_id = p.org_id and k.user_id = p.user_id
    ),

    -- The agents that are due, in the order in which they come.
    due as (
      select s.*, array_remove(array[
        case when s.week_begins and coalesce(s.pulse <= s.today - %(pulse_every)s, true) then 'pulse' end,
        case when s.role_changed or coalesce(s.role <= s.today - %(role_every)s,
            not s.role_is_known or s.role_may_be_old or exists (
              select from public.sessions e
              where e.org_id = s.org_id and e.user_id = s.user_id and e.agent_code = 'role_mapper'))
          then 'role_mapper' end,
        case when coalesce(s.workflow <= s.today - %(workflow_every)s,
            not s.workflows_are_known or s.workflows_may_be_old or exists (
              select from public.sessions e
              where e.org_id = s.org_id and e.user_id = s.user_id and e.agent_code = 'workflow_mapper'))
          then 'workflow_mapper' end,
        case when coalesce(s.pain <= s.today - %(pain_every)s, true) then 'pain_scanner' end,
        case when coalesce(s.focus <= s.today - %(focus_every)s, true) then 'focus_tracker' end
        ], null) as agents
      from situations s
      where s.room > 0
      offset 0  -- a fence: the array is worked out once, and not again wherever it is named below
    ),

    -- As many as are left today; a new role doesn't wait for tomorrow; never more than there is room for.
    check_ins as (
      select d.*, unnest((d.agents[:d.left_today] || case
        when d.role_changed and 'role_mapper' <> all (d.agents[:d.left_today]) then array['role_mapper'] end
      )[:d.room]) as agent_code
      from due d
    ),
    made as (
      insert into public.sessions
        (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source, created_at)
      select c.org_id, c.user_id, c.agent_code,
        array[case c.agent_code
          when 'pulse' then case
            when c.pulse is not null and (
              select a.answer_json -> 'rating' in ('1', '2') or a.answer_json ->> 'burnout_risk' = 'high'
              from public.answers a
              where a.org_id = c.org_id and a.user_id = c.user_id and a.agent_code = 'pulse'
              order by a.created_at desc
              limit 1) then 'pulse_followup'
            else 'pulse_weekly' end
          when 'role_mapper' then case
            when c.role_changed then 'role_change'
            when c.role_is_known then 'role_update'
            else 'role_initial' end
          else (
            -- In turn: the one that was talked about longest ago, new ones first.
            select turn.topic
            from unnest(case c.agent_code
              when 'workflow_mapper' then case
                when c.workflows_are_known then array['workflow_deep_dive', 'tools_inventory']
                else array['workflow_discovery'] end
              when 'pain_scanner' then array['pain_general']
                || case when c.tools_are_known then array['pain_tool_specific'] end
                || case when c.workflows_are_known then array['pain_workflow_specific'] end
              when 'focus_tracker' then array['focus_current', 'focus_priorities']
                || case when c.leads then array['focus_goals'] end
              end) with ordinality as turn (topic, nth)
            left join public.user_topic_history h
              on h.org_id = c.org_id and h.user_id = c.user_id and h.topic_code = turn.topic
            order by h.last_asked_at nulls first, turn.nth
            limit 1) end],
        c.starts_at, c.today,
        case when c.agent_code = 'role_mapper' and c.role_changed then 'triggered' else 'autopilot' end, %(at)s
      from check_ins c
      order by c.org_id, c.user_id  -- as the indexes are: twice as fast as in the order of a hash
      on conflict (org_id, user_id, agent_code, scheduled_date) where completed_at is null do nothing
      returning agent_code
    )
    select (select count(*) from candidates) as people,
      coalesce((select jsonb_object_agg(agent_code, n) from (
        select agent_code, count(*) as n from made group by agent_code) as by_agent), '{}') as created
"""


def schedule(db: Transaction, *, at: datetime) -> Scheduled:
    """Create every check-in that is due at `at`, for all members of all organisations.

    Running it again, or several at once, creates nothing twice: runs wait for each other until the commit.
    """
    db.rows(ALONE)
    found = db.row(
        SCHEDULE,
        at=at,
        day=at.astimezone(UTC).date(),
        looks_back=LOOKS_BACK,
        weekdays=[*WEEKDAYS],
        role_fields=ROLE_FIELDS,
        a_day=A_DAY,
        on_an_only_day=ON_AN_ONLY_DAY,
        most_open=MOST_OPEN,
        most_a_week=MOST_A_WEEK,
        pulse_every=PULSE_EVERY,
        role_every=ROLE_EVERY,
        workflow_every=WORKFLOW_EVERY,
        pain_every=PAIN_EVERY,
        focus_every=FOCUS_EVERY,
    )
    return Scheduled.model_validate(found)
