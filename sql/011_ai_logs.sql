-- What the model cost and how it behaved, never what was said; and what one person may ask for in a while.

create table public.ai_logs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid,
  user_id uuid,
  session_id uuid references public.sessions (id),
  agent_code text not null references public.agents (code),
  model text not null check (model ~ '^[A-Za-z0-9._:/-]{1,100}$'),
  tokens_in int not null default 0 check (tokens_in between 0 and 10000000),
  tokens_out int not null default 0 check (tokens_out between 0 and 10000000),
  ms int not null check (ms >= 0),
  outcome text not null check (outcome ~ '^[a-z][a-z_]{0,39}$'),
  error_type text check (error_type ~ '^[A-Za-z][A-Za-z0-9_.]{0,99}$'),
  created_at timestamptz not null default now()
);
comment on column public.ai_logs.model is 'The model that answered; "scripted" when the scripted interviewer took the turn.';
comment on column public.ai_logs.error_type is 'The name of what went wrong, like RateLimitError. The pattern leaves no room for sentences.';
create index ai_logs_by_time on public.ai_logs (org_id, created_at desc);

alter table public.ai_logs enable row level security;
alter table public.ai_logs force row level security;
grant select, insert on public.ai_logs to service_role;
create policy "the service does its work" on public.ai_logs to service_role using (true) with check (true);

create function app.log_ai(agent_code text, model text, tokens_in int, tokens_out int, ms int, outcome text, error_type text,
  session_id uuid, at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  org uuid;
begin
  if me is null then
    raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
  end if;
  if log_ai.session_id is not null then
    select s.org_id into org from public.sessions s where s.id = log_ai.session_id and s.user_id = me;
    if not found then
      raise exception 'no such session' using errcode = 'foreign_key_violation', table = 'ai_logs', column = 'session_id';
    end if;
  else
    select o into org from app.current_org_ids() o limit 1;
  end if;
  insert into public.ai_logs (org_id, user_id, session_id, agent_code, model, tokens_in, tokens_out, ms, outcome, error_type, created_at)
  values (org, me, log_ai.session_id, log_ai.agent_code, log_ai.model, log_ai.tokens_in, log_ai.tokens_out, log_ai.ms,
    log_ai.outcome, log_ai.error_type, at);
end
$$;
comment on function app.log_ai(text, text, int, int, int, text, text, uuid, timestamptz) is
  'Notes one call of the model for the caller, in one of the caller''s own sessions or none (the test lab).';
alter function app.log_ai(text, text, int, int, int, text, text, uuid, timestamptz) owner to vizdots_definer;
grant execute on function app.log_ai(text, text, int, int, int, text, text, uuid, timestamptz) to authenticated;

-- ---- allowances ---------------------------------------------------------------------------------------------------

create table app.rate_limits (
  user_id uuid not null,
  bucket text not null check (length(bucket) between 1 and 100),
  window_start timestamptz not null,
  used int not null,
  created_at timestamptz not null default now(),
  primary key (user_id, bucket)
);

alter table app.rate_limits enable row level security;
alter table app.rate_limits force row level security;
grant select, insert, update, delete on app.rate_limits to service_role;
create policy "the service does its work" on app.rate_limits to service_role using (true) with check (true);

create function app.spend(bucket text, most int, window_seconds int, at timestamptz) returns int
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  started timestamptz := to_timestamp(floor(extract(epoch from at) / window_seconds) * window_seconds);
  remaining int;
begin
  if me is null then
    raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
  end if;
  if most > 0 then
    insert into app.rate_limits as r (user_id, bucket, window_start, used, created_at)
    values (me, spend.bucket, started, 1, at)
    on conflict on constraint rate_limits_pkey do update
      -- Only a newer window begins anew: requests that arrive out of order count in the one that has begun.
      set used = case when r.window_start < excluded.window_start then 1 else r.used + 1 end,
        window_start = greatest(r.window_start, excluded.window_start)
      where r.window_start < excluded.window_start or r.used < most
    returning most - r.used into remaining;
  end if;
  if remaining is null then
    raise exception 'the allowance is used up' using errcode = 'VD429',
      detail = greatest(1, ceil(extract(epoch from started - at) + window_seconds))::int::text;
  end if;
  return remaining;
end
$$;
comment on function app.spend(text, int, int, timestamptz) is
  'Takes one of `most` that the caller has in each window of so many seconds and returns how many are left. Used up: VD429, whose detail is the seconds to wait.';
alter function app.spend(text, int, int, timestamptz) owner to vizdots_definer;
grant execute on function app.spend(text, int, int, timestamptz) to authenticated;
