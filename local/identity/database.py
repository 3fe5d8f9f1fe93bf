"""The stand-in's place in PostgreSQL: its schema `identity`."""

from local.pool import Connection

# Not a migration: in production Supabase keeps these things, and its schema is none of ours.
SCHEMA = """
select pg_advisory_xact_lock(hashtext('identity'));

create schema if not exists identity;

-- What Supabase's auth.users has and the stand-in needs, where the migration 000 made it smaller.
alter table auth.users
  add column if not exists encrypted_password text,
  add column if not exists email_confirmed_at timestamptz,
  add column if not exists invited_at timestamptz,
  add column if not exists confirmation_sent_at timestamptz,
  add column if not exists recovery_sent_at timestamptz,
  add column if not exists email_change text,
  add column if not exists email_change_sent_at timestamptz,
  add column if not exists last_sign_in_at timestamptz,
  add column if not exists raw_app_meta_data jsonb,
  add column if not exists raw_user_meta_data jsonb,
  add column if not exists created_at timestamptz,
  add column if not exists updated_at timestamptz,
  add column if not exists banned_until timestamptz,
  add column if not exists deleted_at timestamptz;

create table if not exists identity.signing_keys (
  kid text primary key,
  private_key text not null,
  anon_key text not null,
  service_role_key text not null,
  created_at timestamptz not null
);

-- A session is the family of its refresh tokens: token n is signed with refresh_key, and counter is the n that is good.
create table if not exists identity.sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  method text not null,
  refresh_key bytea not null,
  counter bigint not null default 0,
  created_at timestamptz not null,
  refreshed_at timestamptz not null
);
create index if not exists sessions_user_id_idx on identity.sessions (user_id);

-- At most one living link for each purpose of an account; a new one takes the place of the old.
create table if not exists identity.one_time_tokens (
  user_id uuid not null references auth.users (id) on delete cascade,
  purpose text not null check (purpose in ('confirmation', 'recovery', 'email_change')),
  token_digest bytea not null unique,
  code_digest bytea not null,
  code_challenge text,
  code_challenge_method text,
  created_at timestamptz not null,
  primary key (user_id, purpose)
);

create table if not exists identity.auth_codes (
  code_digest bytea primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  method text not null,
  code_challenge text not null,
  code_challenge_method text not null,
  created_at timestamptz not null
);
"""


def prepare(db: Connection) -> None:
    """Create what is missing of the schema. Several processes may start at once: they do it one after another."""
    db.execute(SCHEMA)
