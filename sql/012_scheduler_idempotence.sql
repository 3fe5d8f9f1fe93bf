-- Nothing happens twice: neither a check-in, however often the scheduler runs, nor a request that a client repeats.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

create unique index one_open_session_a_day on public.sessions (org_id, user_id, agent_code, scheduled_date) where completed_at is null;

create table app.idempotency_keys (
  user_id uuid not null,
  key text not null check (length(key) between 1 and 200),
  route text not null check (length(route) between 1 and 200),
  fingerprint text not null,
  status int,
  response text,
  created_at timestamptz not null default now(),
  primary key (user_id, key, route)
);
comment on table app.idempotency_keys is 'What a client''s Idempotency-Key was answered with. A key is remembered for 24 hours.';

alter table app.idempotency_keys enable row level security;
alter table app.idempotency_keys force row level security;
grant select, insert, update, delete on app.idempotency_keys to service_role;
create policy "the service does its work" on app.idempotency_keys to service_role using (true) with check (true);

grant select, insert, update on app.idempotency_keys to authenticated;
create policy "people see their own keys" on app.idempotency_keys for select to authenticated
  using (user_id = (select auth.uid()));
create policy "people use keys of their own" on app.idempotency_keys for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy "people's keys keep their answer" on app.idempotency_keys for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create function app.claim_key(key text, route text, fingerprint text, at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  known text;
begin
  -- A second request with the key waits here until the first has committed or gone.
  insert into app.idempotency_keys as k (user_id, key, route, fingerprint, created_at)
  values (auth.uid(), claim_key.key, claim_key.route, claim_key.fingerprint, at)
  on conflict on constraint idempotency_keys_pkey do update
    set fingerprint = excluded.fingerprint, status = null, response = null, created_at = excluded.created_at
    where k.created_at <= excluded.created_at - interval '24 hours';
  if not found then
    select k.fingerprint into known from app.idempotency_keys k
    where k.user_id = auth.uid() and k.key = claim_key.key and k.route = claim_key.route;
    if known is distinct from claim_key.fingerprint then
      raise exception 'This Idempotency-Key was sent with another request.' using errcode = 'VD422', hint = 'key_reused';
    end if;
    raise exception 'the key was answered before' using errcode = 'VD208';
  end if;
end
$$;
comment on function app.claim_key(text, text, text, timestamptz) is
  'Reserves the caller''s key for this request. Used before in 24 hours: VD208 with the same fingerprint (replay the answer), VD422 with another.';

create function app.keep_response(key text, route text, status int, response text) returns void
language sql set search_path = '' as $$
  update app.idempotency_keys k set status = keep_response.status, response = keep_response.response
  where k.user_id = auth.uid() and k.key = keep_response.key and k.route = keep_response.route
$$;
comment on function app.keep_response(text, text, int, text) is 'Keeps what the claimed key was answered with.';

create function app.kept_response(key text, route text, out status int, out response text)
language sql stable set search_path = '' as $$
  select k.status, k.response from app.idempotency_keys k
  where k.user_id = auth.uid() and k.key = kept_response.key and k.route = kept_response.route
$$;
comment on function app.kept_response(text, text) is 'What the key was answered with; null where it was claimed and not answered.';

-- For a statement that writes and answers in one: its answer is kept with the key that it claims, or undone with it.
create function app.answer_once(key text, route text, fingerprint text, at timestamptz, response text) returns void
language plpgsql set search_path = '' as $$
begin
  if key is not null then
    perform app.claim_key(key, route, fingerprint, at);
    perform app.keep_response(key, route, 200, response);
  end if;
end
$$;
comment on function app.answer_once(text, text, text, timestamptz, text) is
  'Claims the key and keeps the answer, as claim_key and keep_response do; nothing without a key.';

grant execute on function app.claim_key(text, text, text, timestamptz), app.keep_response(text, text, int, text), app.kept_response(text, text),
  app.answer_once(text, text, text, timestamptz, text)
  to authenticated;
