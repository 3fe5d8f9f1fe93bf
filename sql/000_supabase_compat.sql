-- What Supabase brings and a plain PostgreSQL lacks: three roles, the schema auth, and who is asking.
-- On Supabase this changes nothing: each object is made only where it is missing.
--
-- Migrations run as an owner who is no superuser and can't bypass row-level security (RDS's master user, Supabase's
-- postgres). It needs CREATEROLE and a database of its own.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role'] loop
    if to_regrole(wanted) is null then
      execute format('create role %I nologin noinherit', wanted);
    end if;
    -- The owner seeds as service_role, which since PostgreSQL 16 a role's maker may not do by itself.
    if not pg_has_role(current_user, wanted, 'usage') then
      execute format('grant %I to current_user', wanted)
        || case when current_setting('server_version_num')::int >= 160000 then ' with inherit true, set true' else '' end;
    end if;
  end loop;

  if to_regnamespace('auth') is null then
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;

  if to_regclass('auth.users') is null then
    create table auth.users (
      id uuid primary key default gen_random_uuid(),
      aud text not null default 'authenticated',
      role text not null default 'authenticated',
      email text unique,
      email_confirmed_at timestamptz,
      raw_app_meta_data jsonb not null default '{}',
      raw_user_meta_data jsonb not null default '{}',
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    comment on table auth.users is 'The accounts of the identity provider, where it keeps them in this database.';
    alter table auth.users enable row level security;
  end if;

  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable as $body$
      select nullif(current_setting('request.jwt.claims', true), '')::jsonb
    $body$;
  end if;

  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable as $body$
      select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid
    $body$;
  end if;

  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable as $body$
      select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    $body$;
  end if;
end
$$;
