-- The organisation's privacy switches, everybody's consents, exports, and the record of what was redacted.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file constraint-missing-not-valid

alter table public.organizations
  add column allow_free_text_sentiment boolean not null default true,
  add column allow_translation boolean not null default true,
  add column allow_llm boolean not null default true,
  add column data_retention_days int check (data_retention_days > 0),
  add column employee_can_mark_private boolean not null default true,
  add column privacy_notice_enabled boolean not null default false,
  add column privacy_notice_text text check (length(privacy_notice_text) <= 20000),
  add column privacy_policy_url text check (privacy_policy_url ~ '^https?://' and length(privacy_policy_url) <= 2000),
  add column data_processing_consent_required boolean not null default false,
  add column min_group_size int not null default 5 check (min_group_size between 3 and 20);
comment on column public.organizations.data_retention_days is 'Texts older than that are redacted; null keeps them.';
grant update (allow_free_text_sentiment, allow_translation, allow_llm, data_retention_days, employee_can_mark_private, privacy_notice_enabled,
  privacy_notice_text, privacy_policy_url, data_processing_consent_required, min_group_size) on public.organizations to authenticated;

create function app.keep_group_size() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.answers a where a.org_id = new.id) then
    raise exception 'people have answered trusting in groups of %', old.min_group_size using errcode = 'check_violation',
      table = tg_table_name, column = 'min_group_size', constraint = 'group_size_only_grows';
  end if;
  return new;
end
$$;
alter function app.keep_group_size() owner to vizdots_definer;
create trigger keep_group_size before update of min_group_size on public.organizations for each row
  when (new.min_group_size < old.min_group_size) execute function app.keep_group_size();

alter table public.answers
  add column is_private boolean not null default false,
  add column privacy_level text not null default 'normal' check (privacy_level in ('normal', 'private')),
  add constraint privacy_is_said_once check (is_private = (privacy_level = 'private'));
comment on column public.answers.is_private is 'Set by the person: the dot never counts in an aggregate.';
grant insert (is_private, privacy_level), update (is_private, privacy_level) on public.answers to authenticated;

-- Each person counts once, by their newest dot on the workflow; a private dot never does.
create function app.counted_tellings(workflow uuid) returns setof public.workflow_tellings
language sql stable set search_path = '' as $$
  select distinct on (coalesce(a.user_id, a.id)) t.*
  from public.workflow_tellings t join public.answers a on a.id = t.dot_id
  where t.workflow_id = counted_tellings.workflow and not a.is_private
  order by coalesce(a.user_id, a.id), a.created_at desc, a.id
$$;
comment on function app.counted_tellings(uuid) is 'What counts of all that is told of a workflow.';

revoke execute on function app.counted_tellings(uuid) from public;
grant execute on function app.counted_tellings(uuid) to vizdots_definer;

-- A dot that becomes private doesn't count any more, and one that isn't private any more does.
create function app.recount_what_it_told() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  workflow uuid := (select t.workflow_id from public.workflow_tellings t where t.dot_id = new.id);
begin
  if workflow is not null then
    perform app.hold_workflows(new.org_id);
    perform app.recount_workflow(workflow, 'ai', now());
  end if;
  return null;
end
$$;
alter function app.recount_what_it_told() owner to vizdots_definer;
revoke execute on function app.recount_what_it_told() from public;
create trigger recount after update of is_private on public.answers for each row when (old.is_private <> new.is_private)
  execute function app.recount_what_it_told();
create policy "people mark their own dots private" on public.answers for update to authenticated
  using (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()))
  with check (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()));

create table public.user_consents (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  user_id uuid not null,
  consent_type text not null check (consent_type in ('data_processing', 'analytics', 'translation', 'email_notifications')),
  version text not null check (length(version) between 1 and 50),
  granted_at timestamptz not null,
  withdrawn_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (org_id, user_id) references public.organization_members (org_id, user_id),
  constraint consents_end_after_they_began check (withdrawn_at >= granted_at)
);
comment on table public.user_consents is 'One row for each time that somebody consented. A withdrawal ends the row; consenting again begins another.';
create unique index one_consent_holds on public.user_consents (org_id, user_id, consent_type) where withdrawn_at is null;
create index user_consents_by_person on public.user_consents (org_id, user_id, created_at desc);

create function app.keep_withdrawal() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'a withdrawn consent stays withdrawn' using errcode = 'check_violation', table = tg_table_name, column = 'withdrawn_at';
end
$$;
create trigger keep_withdrawal before update on public.user_consents for each row
  when (old.withdrawn_at is not null) execute function app.keep_withdrawal();
create trigger audit after insert or update on public.user_consents for each row
  execute function app.audit('personal', 'consent_type version granted_at withdrawn_at');

alter table public.user_consents enable row level security;
alter table public.user_consents force row level security;
grant select, insert, update on public.user_consents to service_role;
create policy "the service does its work" on public.user_consents to service_role using (true) with check (true);
grant select, insert, update (withdrawn_at) on public.user_consents to authenticated;
create policy "people see their own consents" on public.user_consents for select to authenticated
  using (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()));
create policy "people consent for themselves" on public.user_consents for insert to authenticated
  with check (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()));
create policy "people withdraw their own consents" on public.user_consents for update to authenticated
  using (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()))
  with check (org_id = any (array(select app.current_org_ids())) and user_id = (select auth.uid()));

create table public.data_export_requests (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  requested_by uuid not null,
  scope text not null check (scope in ('own', 'organization', 'department', 'date_range')),
  department_id uuid,
  from_date date,
  to_date date,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed', 'expired')),
  file_key text,
  error_type text,
  completed_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (org_id, department_id) references public.departments (org_id, id),
  constraint departments_are_named check ((scope = 'department') = (department_id is not null)),
  constraint ranges_are_whole check (scope <> 'date_range' or from_date <= to_date and from_date is not null and to_date is not null)
);
create index data_export_requests_by_person on public.data_export_requests (org_id, requested_by, created_at desc);
create index data_export_requests_waiting on public.data_export_requests (created_at) where status in ('pending', 'processing');
create trigger audit_own after insert or update on public.data_export_requests for each row when (new.scope = 'own')
  execute function app.audit('personal', 'scope status');
create trigger audit after insert or update on public.data_export_requests for each row when (new.scope <> 'own')
  execute function app.audit('organization', 'scope department_id from_date to_date status');

alter table public.data_export_requests enable row level security;
alter table public.data_export_requests force row level security;
grant select, insert, update on public.data_export_requests to service_role;
create policy "the service does its work" on public.data_export_requests to service_role using (true) with check (true);
grant select, insert (id, org_id, requested_by, scope, department_id, from_date, to_date, created_at) on public.data_export_requests to authenticated;
create policy "people see their own exports" on public.data_export_requests for select to authenticated
  using (org_id = any (array(select app.current_org_ids())) and requested_by = (select auth.uid()));
create policy "admins see the organisation's exports" on public.data_export_requests for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())) and scope <> 'own');
create policy "people ask for their own data" on public.data_export_requests for insert to authenticated
  with check (org_id = any (array(select app.current_org_ids())) and requested_by = (select auth.uid()) and scope = 'own');
create policy "admins ask for the organisation's aggregates" on public.data_export_requests for insert to authenticated
  with check (org_id = any (array(select app.administered_org_ids())) and requested_by = (select auth.uid()) and scope <> 'own');

create table public.archived_data_log (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  table_name text not null,
  reason text not null check (reason in ('retention', 'erasure')),
  rows_redacted int not null check (rows_redacted >= 0),
  older_than timestamptz,
  created_at timestamptz not null default now()
);
comment on table public.archived_data_log is 'That words were redacted: where, why and how many, never whose.';
create index archived_data_log_by_time on public.archived_data_log (org_id, created_at desc);

alter table public.archived_data_log enable row level security;
alter table public.archived_data_log force row level security;
grant select, insert on public.archived_data_log to service_role;
create policy "the service does its work" on public.archived_data_log to service_role using (true) with check (true);

-- ---- is it all there? ---------------------------------------------------------------------------------------------

create function app.health() returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('migrations_applied', count(*), 'latest_migration', (array_agg(m.name order by m.version desc))[1],
    'server_version', current_setting('server_version'))
  from public.schema_migrations m
$$;
comment on function app.health() is 'What anybody may know about the database: {"migrations_applied": 21, "latest_migration": "020_…", "server_version": "18.1"}.';
alter function app.health() owner to vizdots_definer;
grant execute on function app.health() to anon, authenticated, service_role;
