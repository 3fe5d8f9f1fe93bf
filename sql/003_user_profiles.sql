-- What the agents have learned about a person's work, and what they have already been asked. Only the person reads it.

create table public.user_profiles (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  user_id uuid not null,
  profile_json jsonb not null default '{}' check (jsonb_typeof(profile_json) = 'object' and length(profile_json::text) <= 300000),
  version int not null default 1 check (version >= 1),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, user_id),
  foreign key (org_id, user_id) references public.organization_members (org_id, user_id)
);
create trigger touch before update on public.user_profiles for each row execute function app.touch();

alter table public.user_profiles enable row level security;
alter table public.user_profiles force row level security;
grant select, insert, update on public.user_profiles to service_role;
create policy "the service does its work" on public.user_profiles to service_role using (true) with check (true);

create table public.user_topic_history (
  org_id uuid not null,
  user_id uuid not null,
  topic_code text not null,
  agent_code text not null,
  times_asked int not null default 1 check (times_asked >= 1),
  last_session_id uuid references public.sessions (id),
  last_asked_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (org_id, user_id, topic_code),
  foreign key (agent_code, topic_code) references public.topic_archetypes (agent_code, code),
  foreign key (org_id, user_id) references public.organization_members (org_id, user_id)
);

-- As in app.belong_to_session, with the writer's own eyes: another's check-in doesn't exist.
create function app.remember_own_session() returns trigger language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.sessions s
      where s.id = new.last_session_id and s.org_id = new.org_id and s.user_id = new.user_id) then
    raise exception 'no such session' using errcode = 'foreign_key_violation', table = tg_table_name, column = 'last_session_id';
  end if;
  return new;
end
$$;
create trigger remember_own_session before insert or update of org_id, user_id, last_session_id on public.user_topic_history
  for each row when (new.last_session_id is not null) execute function app.remember_own_session();

alter table public.user_topic_history enable row level security;
alter table public.user_topic_history force row level security;
grant select, insert, update on public.user_topic_history to service_role;
create policy "the service does its work" on public.user_topic_history to service_role using (true) with check (true);
