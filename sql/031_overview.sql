-- How an organisation is set, and how it is doing. Nothing that an overview tells leads back to a person
-- (docs/decisions/027-overview.md says why each number is told as it is).
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

-- Functions that suppress act as vizdots_definer, and ask like everybody else for whom.
grant execute on function app.my_administered_org() to vizdots_definer;

-- ---- settings ------------------------------------------------------------------------------------------------------

create function app.organization_settings(o public.organizations) returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_object('name', o.name, 'timezone', o.timezone, 'industry', o.industry, 'size_band', o.size_band,
    'schedule_config', o.schedule_config, 'feature_flags', o.feature_flags)
$$;
comment on function app.organization_settings(public.organizations) is 'What an organisation''s owners set: its ETag is made of it.';

create function app.is_timezone(name text) returns boolean language sql stable strict set search_path = '' as $$
  select is_timezone.name ~ '^(UTC|[A-Z][A-Za-z]+/.+)$' and exists (select from pg_catalog.pg_timezone_names z where z.name = is_timezone.name)
$$;
comment on function app.is_timezone(text) is
  'Whether it is the name of a time zone, like Europe/Berlin. `at time zone` takes more for one: abbreviations, and rules like FOO+3.';

-- ---- the trial -----------------------------------------------------------------------------------------------------

create function app.trial_days_left(subscription_status text, trial_ends_at timestamptz, at timestamptz) returns int
language sql immutable set search_path = '' as $$
  select case when subscription_status = 'trialing' then greatest(0, ceil(extract(epoch from trial_ends_at - at) / 86400))::int end
$$;
comment on function app.trial_days_left(text, timestamptz, timestamptz) is
  'Days of the trial that are left, the present one included: 1 on the last, 0 when it is over; null where there is no trial.';

-- ---- what check-ins come to ----------------------------------------------------------------------------------------

-- Without a search_path of its own, so that it is inlined where it is asked of a hundred thousand dots: it calls what is built in.
create function app.themes(answer jsonb) returns setof text language sql immutable as $$
  select lower(btrim(said.theme))
  from (
    values (answer ->> 'tool_ref'), (answer ->> 'workflow_ref'), (answer ->> 'workflow_name'), (answer ->> 'current_focus_label')
    union all select jsonb_array_elements_text(case jsonb_typeof(answer -> 'current_focus_tags')
      when 'array' then answer -> 'current_focus_tags' else '[]' end)
  ) as said (theme)
  where btrim(said.theme) <> ''
$$;
comment on function app.themes(jsonb) is 'What a dot is about: the tools, processes and matters that it names, one of them perhaps twice.';

create function app.whole_groups(people bigint, active bigint, group_size bigint) returns jsonb language sql immutable set search_path = '' as $$
  select case
    when least(people, active) >= group_size then jsonb_build_object('at_least', people / group_size * group_size, 'reason', null)
    else jsonb_build_object('at_least', null, 'reason', 'too_few_people') end
$$;
comment on function app.whole_groups(bigint, bigint, bigint) is
  'A number of people as it may be told: in whole groups, so that one person more or less doesn''t show; of less than a group only that it is less, and nothing at all where fewer are active.';

create index answers_by_time on public.answers (org_id, created_at);

-- Whoever was active when they checked in counts, whatever has become of them: or an admin who lets somebody rest would
-- see by the number whether they had.
create function app.check_in_overview(at timestamptz) returns jsonb language sql stable security definer set search_path = '' as $$
  with
  org as materialized (
    select o.id, o.min_group_size as k, local.today, local.today::timestamp at time zone o.timezone as midnight,
      date_trunc('week', local.today::timestamp) at time zone o.timezone as monday,
      (select count(*) from public.organization_members m where m.org_id = o.id and m.status = 'active') as active
    from public.organizations o
    cross join lateral (select (check_in_overview.at at time zone o.timezone)::date as today) as local
    where o.id = app.my_administered_org()
  ),
  told as (
    select count(distinct a.user_id) filter (where a.created_at >= org.midnight) as today, count(distinct a.user_id) as this_week
    from org
    join public.answers a on a.org_id = org.id and a.created_at between org.monday and check_in_overview.at and not a.is_private
  ),
  -- As it was when the day began: a number that went down as the day goes on would tell who has just answered.
  waited as (
    select count(distinct s.user_id) as people
    from org
    join public.sessions s on s.org_id = org.id and s.scheduled_date between org.today - 14 and org.today
      and s.created_at < org.midnight and (s.completed_at is null or s.completed_at >= org.midnight)
  ),
  corrected as materialized (
    select coalesce(array_agg(r.answer_id), '{}') as ids
    from org
    join public.answer_reviews r on r.org_id = org.id and r.corrected is not null
  ),
  -- Of whole weeks, so that no look at it is before one person's answer and the next behind it.
  themes as (
    select theme.name, count(distinct a.user_id) / org.k * org.k as people
    from org
    cross join corrected
    join public.answers a on a.org_id = org.id and a.created_at >= org.monday - interval '30 days' and a.created_at < org.monday
      and not a.is_private and a.agent_code in ('workflow_mapper', 'pain_scanner', 'focus_tracker')
    cross join lateral app.themes(case when a.id = any (corrected.ids) then app.effective_answer(a) else a.answer_json end) as theme (name)
    where org.active >= org.k
    group by theme.name, org.k
    having count(distinct a.user_id) >= 2 * org.k
    order by people desc, name
    limit 8
  )
  select jsonb_build_object(
    'min_group_size', org.k,
    -- No more are asked than it takes, however many years there are of it.
    'begun', org.active >= org.k and org.k <= (select count(*) from (
      select from public.organization_members m
      where m.org_id = org.id and exists (
        select from public.answers a
        where a.org_id = m.org_id and a.user_id = m.user_id and a.created_at <= check_in_overview.at and not a.is_private)
      limit org.k) as answered),
    'today', app.whole_groups(told.today, org.active, org.k),
    'this_week', app.whole_groups(told.this_week, org.active, org.k),
    'waiting', app.whole_groups(waited.people, org.active, org.k),
    'participation', case
      when least(org.active, told.this_week) >= org.k then jsonb_build_object(
        'at_least', least(100, 100 * (told.this_week / org.k * org.k) / org.active), 'reason', null)
      else jsonb_build_object('at_least', null, 'reason', 'too_few_people') end,
    'themes', jsonb_build_object(
      'items', (select coalesce(jsonb_agg(jsonb_build_object('name', t.name, 'at_least', t.people) order by t.people desc, t.name), '[]') from themes t),
      'reason', case when not exists (select from themes) then 'too_few_people' end,
      'until', org.monday))
  from org, told, waited
$$;
comment on function app.check_in_overview(timestamptz) is
  'How the check-ins of the organisation that the caller administers go: numbers of different people in whole groups, and themes that twice a group speaks of. Private dots never count.';
alter function app.check_in_overview(timestamptz) owner to vizdots_definer;

revoke execute on function app.organization_settings, app.is_timezone, app.trial_days_left, app.themes, app.whole_groups, app.check_in_overview
  from public;
grant execute on function app.organization_settings, app.is_timezone, app.trial_days_left, app.themes, app.check_in_overview
  to authenticated;
grant execute on function app.themes, app.whole_groups to service_role;
