-- The five agents, what they can talk about, the check-ins, their turns and their outcome: the dots.

create table public.agents (
  code text primary key check (code ~ '^[a-z][a-z_]*$'),
  name text not null,
  learns text not null,
  position int not null unique,
  is_active boolean not null default true,
  created_at timestamptz not null default now()
);
comment on column public.agents.learns is 'What the agent is after, in words that a person and a model both understand.';

alter table public.agents enable row level security;
alter table public.agents force row level security;
grant select, insert, update on public.agents to service_role;
create policy "the service does its work" on public.agents to service_role using (true) with check (true);

create table public.topic_archetypes (
  code text primary key check (code ~ '^[a-z][a-z_]*$'),
  agent_code text not null references public.agents (code),
  name text not null,
  description text not null,
  is_default boolean not null default false,
  for_managers boolean not null default false,
  created_at timestamptz not null default now(),
  unique (agent_code, code)
);
comment on column public.topic_archetypes.description is 'What the questions are about: goes into the agent''s prompt.';
comment on column public.topic_archetypes.for_managers is 'Only people who lead others are asked about it.';
create unique index agents_have_one_default_topic on public.topic_archetypes (agent_code) where is_default;

alter table public.topic_archetypes enable row level security;
alter table public.topic_archetypes force row level security;
grant select, insert, update on public.topic_archetypes to service_role;
create policy "the service does its work" on public.topic_archetypes to service_role using (true) with check (true);

-- ---- check-ins ----------------------------------------------------------------------------------------------------
-- The scheduler adds a million of these in one statement: no trigger on insert, one foreign key, and only the indexes
-- that a query needs (the second is in 012).

create table public.sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  user_id uuid not null,
  agent_code text not null check (agent_code in ('pulse', 'role_mapper', 'workflow_mapper', 'pain_scanner', 'focus_tracker')),
  topic_codes text[] not null check (cardinality(topic_codes) between 1 and 10),
  scheduled_for timestamptz not null,
  scheduled_date date not null,
  started_at timestamptz,
  completed_at timestamptz,
  source text not null default 'autopilot' check (source in ('autopilot', 'manual', 'triggered')),
  created_at timestamptz not null default now(),
  foreign key (org_id, user_id) references public.organization_members (org_id, user_id),
  constraint completed_sessions_were_started check (completed_at is null or started_at is not null)
);
comment on column public.sessions.scheduled_date is 'The person''s local day, in the zone of their organisation.';
create index sessions_by_person on public.sessions (org_id, user_id, agent_code, scheduled_date desc);

create function app.keep_session_moving_forward() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.started_at is not null and new.started_at is distinct from old.started_at
    or old.completed_at is not null and new.completed_at is distinct from old.completed_at then
    raise exception 'a check-in starts once and is completed once' using errcode = 'check_violation', table = 'sessions';
  end if;
  return new;
end
$$;
create trigger only_forward before update of started_at, completed_at on public.sessions
  for each row execute function app.keep_session_moving_forward();

alter table public.sessions enable row level security;
alter table public.sessions force row level security;
grant select, insert, update on public.sessions to service_role;
create policy "the service does its work" on public.sessions to service_role using (true) with check (true);

-- What belongs to a session belongs to its person: whoever writes can't say otherwise. The lookup runs with the
-- writer's own eyes, so that a session they may not see doesn't exist.
create function app.belong_to_session() returns trigger language plpgsql set search_path = '' as $$
begin
  select s.org_id, s.user_id into new.org_id, new.user_id from public.sessions s where s.id = new.session_id;
  if not found then
    raise exception 'no such session' using errcode = 'foreign_key_violation', table = tg_table_name, column = 'session_id';
  end if;
  return new;
end
$$;

create table public.session_topics (
  session_id uuid not null references public.sessions (id),
  topic_code text not null references public.topic_archetypes (code),
  position int not null check (position >= 1),
  org_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (session_id, topic_code)
);
comment on table public.session_topics is 'The topics taken up once a session is started; the plan is sessions.topic_codes.';
create index session_topics_by_person on public.session_topics (org_id, user_id);
create trigger belong_to_session before insert on public.session_topics
  for each row execute function app.belong_to_session();

alter table public.session_topics enable row level security;
alter table public.session_topics force row level security;
grant select, insert on public.session_topics to service_role;
create policy "the service does its work" on public.session_topics to service_role using (true) with check (true);

create table public.session_messages (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  session_id uuid not null references public.sessions (id),
  user_id uuid not null,
  turn int not null check (turn between 0 and 100),
  role text not null check (role in ('agent', 'person')),
  content text check (length(content) <= 10000),
  idempotency_key text check (length(idempotency_key) <= 200),
  redacted_at timestamptz,
  created_at timestamptz not null default now(),
  unique (session_id, turn, role),
  constraint people_answer_from_turn_one check (role = 'agent' or turn >= 1),
  constraint words_or_redacted check (content is not null or redacted_at is not null)
);
comment on column public.session_messages.turn is '0 is the agent''s opening; a person''s turn n is answered by the agent''s row of the same turn.';
create index session_messages_by_person on public.session_messages (org_id, user_id, created_at desc);
create unique index messages_are_sent_once on public.session_messages (session_id, idempotency_key) where idempotency_key is not null;
create trigger belong_to_session before insert on public.session_messages
  for each row execute function app.belong_to_session();

alter table public.session_messages enable row level security;
alter table public.session_messages force row level security;
grant select, insert, update on public.session_messages to service_role;
create policy "the service does its work" on public.session_messages to service_role using (true) with check (true);

-- ---- dots ---------------------------------------------------------------------------------------------------------

create table public.answers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  session_id uuid not null unique references public.sessions (id),
  user_id uuid not null,
  department_id uuid,
  agent_code text not null,
  topic_code text not null,
  raw_text text check (length(raw_text) <= 100000),
  answer_text text check (length(answer_text) <= 10000),
  answer_number numeric check (answer_number between 1 and 5),
  answer_json jsonb check (length(answer_json::text) <= 200000),
  transcript_json jsonb check (length(transcript_json::text) <= 1000000),
  redacted_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (agent_code, topic_code) references public.topic_archetypes (agent_code, code),
  foreign key (org_id, department_id) references public.departments (org_id, id)
);
comment on table public.answers is 'A dot: what one completed check-in brought to light. Never changed, never deleted (014).';
comment on column public.answers.department_id is 'The person''s department as it was then.';
create index answers_by_person on public.answers (org_id, user_id, created_at desc);
create index answers_by_department on public.answers (org_id, department_id, created_at desc);

create function app.belong_to_session_and_department() returns trigger language plpgsql set search_path = '' as $$
declare
  is_complete boolean;
begin
  select s.org_id, s.user_id, s.agent_code, coalesce(new.topic_code, s.topic_codes[1]), m.department_id, s.completed_at is not null
    into new.org_id, new.user_id, new.agent_code, new.topic_code, new.department_id, is_complete
    from public.sessions s
    join public.organization_members m on m.org_id = s.org_id and m.user_id = s.user_id
    where s.id = new.session_id;
  if not found then
    raise exception 'no such session' using errcode = 'foreign_key_violation', table = tg_table_name, column = 'session_id';
  elsif not is_complete then
    raise exception 'a dot is what a completed check-in came to' using errcode = 'check_violation', table = tg_table_name, column = 'session_id';
  end if;
  return new;
end
$$;
create trigger belong_to_session before insert on public.answers
  for each row execute function app.belong_to_session_and_department();

alter table public.answers enable row level security;
alter table public.answers force row level security;
grant select, insert, update on public.answers to service_role;
create policy "the service does its work" on public.answers to service_role using (true) with check (true);
