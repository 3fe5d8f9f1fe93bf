-- Organisations, their departments and their people, all of it closed until a policy opens it.

-- ---- who may do what, before there is anything to do it to ------------------------------------------------------

create schema app;
comment on schema app is 'Helpers of the database itself. Not for PostgREST: leave it out of the exposed schemas.';
grant usage on schema app to anon, authenticated, service_role;
grant usage on schema public to anon, authenticated, service_role;

-- Nothing is granted by default, not even what Supabase grants by default.
revoke all on all tables in schema public from public, anon, authenticated;
revoke all on all functions in schema public from public, anon, authenticated;
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from public, anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- Security definer functions belong to vizdots_definer. The tables force row-level security on their owner, who would
-- see nothing; and service_role must not be able to change what holds it back. Nobody signs in as vizdots_definer.
do $$
declare
  options text := case when current_setting('server_version_num')::int >= 160000 then ' with inherit true, set true' else '' end;
begin
  if to_regrole('vizdots_definer') is null then
    create role vizdots_definer nologin inherit;
  end if;
  if not pg_has_role('vizdots_definer', 'service_role', 'usage') then
    execute 'grant service_role to vizdots_definer' || options;
  end if;
  if not pg_has_role(current_user, 'vizdots_definer', 'usage') then
    execute 'grant vizdots_definer to current_user' || options;
  end if;
end
$$;
grant usage, create on schema app to vizdots_definer;

create function app.touch() returns trigger language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function app.touch() is 'Keeps updated_at, from which an entity''s ETag is made.';

-- ---- the record of the migrations ---------------------------------------------------------------------------------
-- The runner has made the table (common/migrations.py); the owner writes it, operators read it.

grant select on public.schema_migrations to service_role;
create policy "the service reads the record" on public.schema_migrations for select to service_role using (true);

-- ---- organisations ------------------------------------------------------------------------------------------------

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(btrim(name)) between 1 and 200),
  timezone text not null default 'UTC',
  size_band text,
  industry text,
  setup_completed_at timestamptz,
  feature_flags jsonb not null default '{}' check (jsonb_typeof(feature_flags) = 'object')
    constraint features_are_on_or_off check (not jsonb_path_exists(feature_flags, 'strict $.* ? (@.type() != "boolean")', '{}', true)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on column public.organizations.feature_flags is 'Features that this organisation turns off: {"OWNER_NOTES": false}. Absent means on.';

create function app.check_timezone() returns trigger language plpgsql set search_path = '' as $$
begin
  -- One unknown zone would stop the scheduler for everybody, since it works for all in one statement.
  perform now() at time zone new.timezone;
  return new;
exception when invalid_parameter_value then
  raise exception 'unknown time zone' using errcode = 'check_violation', column = 'timezone', table = 'organizations';
end
$$;
create trigger timezone_is_known before insert or update of timezone on public.organizations
  for each row execute function app.check_timezone();
create trigger touch before update on public.organizations for each row execute function app.touch();

alter table public.organizations enable row level security;
alter table public.organizations force row level security;
grant select, insert, update on public.organizations to service_role;
create policy "the service does its work" on public.organizations to service_role using (true) with check (true);

-- ---- departments --------------------------------------------------------------------------------------------------

create table public.departments (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  name text not null check (length(btrim(name)) between 1 and 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id)
);
create unique index departments_are_named_once on public.departments (org_id, lower(name));
create trigger touch before update on public.departments for each row execute function app.touch();

alter table public.departments enable row level security;
alter table public.departments force row level security;
grant select, insert, update, delete on public.departments to service_role;
create policy "the service does its work" on public.departments to service_role using (true) with check (true);

-- ---- members ------------------------------------------------------------------------------------------------------

create table public.organization_members (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  -- The issuer's id of the person. Its accounts needn't live in this database, so nothing here refers to auth.users.
  user_id uuid,
  department_id uuid,
  supervisor uuid,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  level text not null default 'ic' check (level in ('exec', 'manager', 'ic')),
  status text not null default 'invited' check (status in ('invited', 'active', 'inactive')),
  display_name text check (length(btrim(display_name)) between 1 and 200),
  job_title text check (length(job_title) <= 200),
  invited_email text check (invited_email = lower(invited_email)),
  invite_status text not null default 'pending' check (invite_status in ('pending', 'sent', 'accepted')),
  invite_sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, user_id),
  foreign key (org_id, department_id) references public.departments (org_id, id),
  foreign key (org_id, supervisor) references public.organization_members (org_id, id),
  constraint active_members_are_somebody check (status <> 'active' or user_id is not null),
  constraint nobody_supervises_themself check (supervisor <> id)
);
comment on column public.organization_members.supervisor is 'The organization_members.id of the person they report to.';
create unique index members_are_invited_once on public.organization_members (org_id, invited_email);
create index members_by_user on public.organization_members (user_id);
create index members_by_department on public.organization_members (org_id, department_id);
create index members_by_supervisor on public.organization_members (org_id, supervisor);
create index members_by_invitation on public.organization_members (invited_email) where user_id is null;
create trigger touch before update on public.organization_members for each row execute function app.touch();

alter table public.organization_members enable row level security;
alter table public.organization_members force row level security;
grant select, insert, update on public.organization_members to service_role;
create policy "the service does its work" on public.organization_members to service_role using (true) with check (true);

-- ---- what became of a member's place ------------------------------------------------------------------------------

create table public.member_role_history (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  member_id uuid not null,
  user_id uuid,
  field text not null check (field in ('role', 'level', 'job_title', 'department_id', 'status')),
  old_value text,
  new_value text,
  changed_by uuid,
  created_at timestamptz not null default now(),
  foreign key (org_id, member_id) references public.organization_members (org_id, id)
);
comment on table public.member_role_history is 'One row for each changed field of a member''s place: role, level, job title, department, status.';
create index role_history_by_member on public.member_role_history (org_id, member_id, created_at desc);
create index role_history_by_user on public.member_role_history (org_id, user_id, created_at desc);

alter table public.member_role_history enable row level security;
alter table public.member_role_history force row level security;
grant select, insert on public.member_role_history to service_role;
create policy "the service does its work" on public.member_role_history to service_role using (true) with check (true);
