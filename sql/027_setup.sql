-- The set-up wizard: what a founder has told so far, step by step, and the one moment in which all of it becomes an
-- organisation, or none of it does.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-foreign-key-constraint

create table public.setup_drafts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  draft jsonb not null default '{}' check (jsonb_typeof(draft) = 'object'),
  org_id uuid references public.organizations (id),
  people_invited int,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint completed_drafts_are_organizations check (num_nulls(org_id, people_invited, completed_at) in (0, 3))
);
comment on table public.setup_drafts is 'What somebody has told the set-up wizard. Names and addresses stay in it until it is completed, and no longer.';
comment on column public.setup_drafts.draft is 'The steps that were saved: {"company": {…}, "departments": {…}, "people": {…}, "settings": {…}}.';
create unique index one_setup_at_a_time on public.setup_drafts (user_id) where completed_at is null;
create index setup_drafts_by_user on public.setup_drafts (user_id, completed_at desc);
create index setup_drafts_by_organization on public.setup_drafts (org_id);
create trigger touch before update on public.setup_drafts for each row execute function app.touch();

alter table public.setup_drafts enable row level security;
alter table public.setup_drafts force row level security;
grant select, insert, update on public.setup_drafts to service_role;
create policy "the service does its work" on public.setup_drafts to service_role using (true) with check (true);
grant select, insert (user_id, created_at), update (draft) on public.setup_drafts to authenticated;
create policy "founders see their own drafts" on public.setup_drafts for select to authenticated using (user_id = (select auth.uid()));
create policy "founders begin their own drafts" on public.setup_drafts for insert to authenticated with check (user_id = (select auth.uid()));
create policy "founders go on with their own drafts" on public.setup_drafts for update to authenticated
  using (user_id = (select auth.uid()) and completed_at is null) with check (user_id = (select auth.uid()) and completed_at is null);

-- ---- step by step --------------------------------------------------------------------------------------------------

create function app.people_astray(draft jsonb) returns int[] language sql immutable set search_path = '' as $$
  select coalesce(array_agg(p.nth - 1 order by p.nth), '{}')
  from jsonb_array_elements(draft #> '{people,people}') with ordinality as p (person, nth)
  where p.person ->> 'department' is not null
    and lower(p.person ->> 'department') not in (select lower(d.name) from jsonb_array_elements_text(draft #> '{departments,names}') as d (name))
$$;
comment on function app.people_astray(jsonb) is 'The places, from 0, of those people of a draft whose department is none of it (any more).';

create function app.next_setup_step(draft jsonb) returns text language sql immutable set search_path = '' as $$
  select case
    when not draft ? 'company' then 'company'
    when not draft ? 'departments' then 'departments'
    when not draft ? 'people' or app.people_astray(draft) <> '{}' then 'people'
    when not draft ? 'settings' then 'settings' end
$$;
comment on function app.next_setup_step(jsonb) is
  'The first step that is missing, or that a change of an earlier one has opened again; null when everything is told.';

create function app.setup_json(told public.setup_drafts) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'state', case when told.id is null then 'none' when told.completed_at is null then 'in_progress' else 'completed' end,
    'next_step', case when told.completed_at is null then app.next_setup_step(coalesce(told.draft, '{}')) end,
    'steps', jsonb_build_object('company', told.draft -> 'company', 'departments', told.draft -> 'departments',
      'people', told.draft -> 'people', 'settings', told.draft -> 'settings'),
    'completed', (
      select jsonb_build_object('org_id', o.id, 'organization_name', o.name, 'timezone', o.timezone, 'trial_ends_at', o.trial_ends_at,
        'people_invited', told.people_invited, 'completed_at', told.completed_at)
      from app.my_organizations() o where o.id = told.org_id),
    'etag', app.etag(coalesce(told.draft, '{}')))
$$;
comment on function app.setup_json(public.setup_drafts) is 'How far a set-up is, as its founder sees it.';

create function app.my_setup() returns public.setup_drafts language plpgsql set search_path = '' as $$
declare
  mine public.setup_drafts;
begin
  select d.* into mine from public.setup_drafts d where d.user_id = (select auth.uid()) and d.completed_at is null for update;
  if not found then
    if exists (select from public.setup_drafts d where d.user_id = (select auth.uid())) then
      raise exception 'This set-up is complete.' using errcode = 'VD409', hint = 'already_completed';
    end if;
    raise exception 'No set-up was begun.' using errcode = 'VD409', hint = 'not_begun';
  end if;
  return mine;
end
$$;
comment on function app.my_setup() is 'The caller''s set-up that is under way, locked: two who change it wait for each other.';

create function app.refuse_skipping(due text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception 'Another step comes first: %.', due
    using errcode = 'VD409', hint = 'step_skipped', detail = jsonb_build_object('next_step', due)::text;
end
$$;
comment on function app.refuse_skipping(text) is 'Tells which step comes first.';

create function app.save_setup_step(step text, told jsonb, expected text) returns jsonb language plpgsql set search_path = '' as $$
declare
  steps constant text[] := array['company', 'departments', 'people', 'settings'];
  mine public.setup_drafts := app.my_setup();
  due text := app.next_setup_step(mine.draft);
  astray int[];
begin
  perform app.expect(expected, mine.draft);
  if array_position(steps, step) > array_position(steps, due) then
    perform app.refuse_skipping(due);
  end if;
  if step = 'company' and not app.is_timezone(told ->> 'timezone') then
    raise exception 'There is no such time zone.' using errcode = 'VD422', hint = 'unknown_timezone',
      detail = '{"errors": [{"path": "body.company.data.timezone", "type": "unknown_timezone"}]}';
  end if;

  update public.setup_drafts d set draft = d.draft || jsonb_build_object(step, told) where d.id = mine.id returning d.* into mine;
  astray := app.people_astray(mine.draft);
  if step = 'people' and astray <> '{}' then
    raise exception 'Some people are in a department that there isn''t.' using errcode = 'VD422', hint = 'unknown_department', detail = (
      select jsonb_build_object('errors', jsonb_agg(jsonb_build_object(
        'path', format('body.people.data.people.%s.department', nth), 'type', 'unknown_department') order by nth))
      from unnest(astray) as nth)::text;
  end if;
  return app.setup_json(mine);
end
$$;
comment on function app.save_setup_step(text, jsonb, text) is
  'Keeps one step of the caller''s set-up: the next one, or an earlier one once more.';

-- ---- and all at once -----------------------------------------------------------------------------------------------

-- Definer, since nobody belongs to an organisation that isn't there yet. It acts on the caller's own draft alone, as its
-- owner to be; whoever owns one that was founded but never set up completes that one.
create function app.complete_setup(at timestamptz) returns jsonb language plpgsql security definer
-- Nobody can estimate how many a draft holds: taken for a few, ten thousand would be compared with each other one by one.
set search_path = '' set enable_nestloop = off as $$
declare
  mine public.setup_drafts := app.my_setup();
  due text := app.next_setup_step(mine.draft);
  company jsonb := mine.draft -> 'company';
  settings jsonb := mine.draft -> 'settings';
  chosen text := coalesce(current_setting('request.org_id', true), '');
  founded_at timestamptz := least(at, now());
  org uuid;
  invited uuid[];
begin
  if due is not null then
    perform app.refuse_skipping(due);
  end if;
  select m.org_id into org from public.organization_members m join public.organizations o on o.id = m.org_id
    where m.user_id = mine.user_id and m.role = 'owner' and m.status = 'active' and o.setup_completed_at is null
    order by o.created_at limit 1;
  if org is null then
    org := app.create_organization(company ->> 'name', settings ->> 'display_name', founded_at);
  end if;
  update public.organizations o
    set name = company ->> 'name', timezone = company ->> 'timezone', industry = company ->> 'industry',
      size_band = company ->> 'size_band', schedule_config = settings -> 'schedule', setup_completed_at = founded_at
    where o.id = org;
  update public.organization_members m set display_name = settings ->> 'display_name', job_title = settings ->> 'job_title'
    where m.org_id = org and m.user_id = mine.user_id;

  insert into public.departments (org_id, name, created_at)
  select org, d.name, founded_at from jsonb_array_elements_text(mine.draft #> '{departments,names}') as d (name)
  on conflict do nothing;

  -- One statement, however many they are: whoever leads and whoever is led come to be at once.
  with
  people as materialized (
    select gen_random_uuid() as id, p.*
    from jsonb_to_recordset(mine.draft #> '{people,people}') as p (
      name text, email text, job_title text, department text, supervisor_email text, is_supervisor boolean, role text)
    where not exists (select from public.organization_members m where m.org_id = org and m.invited_email = p.email)),
  leaders as (
    select p.email, p.id from people p
    union all
    select m.invited_email, m.id from public.organization_members m where m.org_id = org),
  made as (
    insert into public.organization_members (id, org_id, department_id, supervisor, role, display_name, job_title, invited_email,
      has_direct_reports, invite_expires_at, created_at)
    select p.id, org, d.id, l.id, p.role, p.name, p.job_title, p.email,
      p.is_supervisor or p.email in (select led.supervisor_email from people led where led.supervisor_email is not null),
      founded_at + interval '14 days', founded_at
    from people p
    left join public.departments d on d.org_id = org and lower(d.name) = lower(p.department) and d.closed_at is null
    left join leaders l on l.email = p.supervisor_email
    returning id)
  select coalesce(array_agg(m.id), '{}') into invited from made m;

  perform set_config('request.org_id', org::text, true);  -- whoever owns several acts in this one
  mine.people_invited := app.queue_invitations(invited, founded_at);
  perform set_config('request.org_id', chosen, true);

  update public.setup_drafts d
    set draft = '{}', org_id = org, people_invited = mine.people_invited, completed_at = founded_at
    where d.id = mine.id returning d.* into mine;
  return app.setup_json(mine) -> 'completed';
end
$$;
comment on function app.complete_setup(timestamptz) is
  'Makes the caller''s draft an organisation: its trial begins, they own it, everybody in it is invited. All of it, or nothing. Tells what has become of it.';

alter function app.complete_setup(timestamptz) owner to vizdots_definer;
revoke execute on function app.people_astray, app.next_setup_step, app.setup_json, app.my_setup, app.refuse_skipping, app.save_setup_step,
  app.complete_setup from public;
grant execute on function app.people_astray, app.next_setup_step, app.setup_json, app.my_setup, app.refuse_skipping
  to authenticated, vizdots_definer;
grant execute on function app.etag(jsonb) to vizdots_definer;
grant execute on function app.save_setup_step, app.complete_setup to authenticated;
