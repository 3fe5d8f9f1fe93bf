-- Nothing happens twice: neither a check-in, however often the scheduler runs, nor a request that a client repeats.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

create unique index one_open_session_a_day on public.sessions (org_id, user_id, agent_code, scheduled_date) where completed_at is null;

create table app.idempotency_keys (
  user_id uuid not null,
  key text not null check (length(key) between 1 and 200),
  route text not null check (length(route) between 1 and 200),
  fingerprint text not null,
  org_ids uuid[] not null default '{}',
  response text,
  created_at timestamptz not null default now(),
  primary key (user_id, key, route)
);
comment on table app.idempotency_keys is
  'What a client''s Idempotency-Key was answered with: people''s own words among it. Remembered for 24 hours, and read by the functions below alone.';
comment on column app.idempotency_keys.org_ids is 'Where the person was active then: whoever has left one of these isn''t told the answer again.';
create index idempotency_keys_by_time on app.idempotency_keys (user_id, created_at);

alter table app.idempotency_keys enable row level security;
alter table app.idempotency_keys force row level security;
grant select, insert, update, delete on app.idempotency_keys to service_role;
create policy "the service does its work" on app.idempotency_keys to service_role using (true) with check (true);

create function app.claim_key(key text, route text, fingerprint text, at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  known text;
begin
  if me is null then
    raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
  end if;
  delete from app.idempotency_keys k where k.user_id = me and k.created_at <= at - interval '24 hours';
  -- A second request with the key waits here until the first has committed or gone. What was answered in an organisation
  -- that the caller has left is as good as forgotten: the request is new, and its rule says whether it may be.
  insert into app.idempotency_keys as k (user_id, key, route, fingerprint, org_ids, created_at)
  values (me, claim_key.key, claim_key.route, claim_key.fingerprint, array(select app.current_org_ids()), at)
  on conflict on constraint idempotency_keys_pkey do update
    set org_ids = excluded.org_ids, response = null, created_at = excluded.created_at
    where k.fingerprint = excluded.fingerprint and not k.org_ids <@ excluded.org_ids;
  if not found then
    select k.fingerprint into known from app.idempotency_keys k
    where k.user_id = me and k.key = claim_key.key and k.route = claim_key.route;
    if known is distinct from claim_key.fingerprint then
      raise exception 'This Idempotency-Key was sent with another request.' using errcode = 'VD422', hint = 'key_reused';
    end if;
    raise exception 'the key was answered before' using errcode = 'VD208';
  end if;
end
$$;
comment on function app.claim_key(text, text, text, timestamptz) is
  'Reserves the caller''s key for this request. Used before in 24 hours: VD208 with the same fingerprint (replay the answer), VD422 with another. Older keys of the caller go.';

create function app.keep_response(key text, route text, response text) returns void
language sql security definer set search_path = '' as $$
  update app.idempotency_keys k set response = keep_response.response
  where k.user_id = auth.uid() and k.key = keep_response.key and k.route = keep_response.route
$$;
comment on function app.keep_response(text, text, text) is 'Keeps what the claimed key was answered with.';

create function app.kept_response(key text, route text, at timestamptz) returns text
language sql stable security definer set search_path = '' as $$
  select k.response from app.idempotency_keys k
  where k.user_id = auth.uid() and k.key = kept_response.key and k.route = kept_response.route
    and k.created_at > at - interval '24 hours' and k.org_ids <@ array(select app.current_org_ids())
$$;
comment on function app.kept_response(text, text, timestamptz) is
  'What the caller''s key was answered with in the last 24 hours; null where it wasn''t, or where the caller has left since.';

-- For a statement that writes and answers in one: its answer is kept with the key that it claims, or undone with it.
create function app.answer_once(key text, route text, fingerprint text, at timestamptz, response text) returns void
language plpgsql set search_path = '' as $$
begin
  if key is not null then
    perform app.claim_key(key, route, fingerprint, at);
    perform app.keep_response(key, route, response);
  end if;
end
$$;
comment on function app.answer_once(text, text, text, timestamptz, text) is
  'Claims the key and keeps the answer, as claim_key and keep_response do; nothing without a key.';

alter function app.claim_key(text, text, text, timestamptz) owner to vizdots_definer;
alter function app.keep_response(text, text, text) owner to vizdots_definer;
alter function app.kept_response(text, text, timestamptz) owner to vizdots_definer;
grant execute on function app.claim_key(text, text, text, timestamptz), app.keep_response(text, text, text),
  app.kept_response(text, text, timestamptz), app.answer_once(text, text, text, timestamptz, text)
  to authenticated;
