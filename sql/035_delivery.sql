-- Every mail goes out once: it is written into the outbox, handed to a queue, claimed by a worker, and told of by SES.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-not-nullable-field, constraint-missing-not-valid, require-concurrent-index-creation, require-concurrent-index-deletion

alter table public.email_logs
  add column facts jsonb not null default '{}' check (jsonb_typeof(facts) = 'object'),
  add column due_at timestamptz not null default now(),
  add column claimed_until timestamptz,
  add column attempts int not null default 0;
comment on column public.email_logs.facts is 'What only the moment of writing knew, like {"days_left": 3}; the rest is looked up when it is sent.';
comment on column public.email_logs.due_at is 'From when a queued mail is to be handed to the queue (again).';
comment on column public.email_logs.claimed_until is
  'Until then a worker may be sending it. If none has said how it went by then, and SES hasn''t either, it was not sent.';
drop index public.email_logs_waiting;
create index email_logs_waiting on public.email_logs (due_at) where status = 'queued';

-- ---- what somebody doesn't want to be mailed ------------------------------------------------------------------------
-- Theirs to know alone: an admin who sees the members doesn't see who ignores mails.

alter table public.organization_members
  add column muted_mails text[] not null default '{}' check (muted_mails <@ array['trial_ending', 'alert_digest', 'export_ready']);
comment on column public.organization_members.muted_mails is 'The kinds of mail that the person has turned off, besides reminders (reminders_enabled, unsubscribed_at); security mail can''t be.';

-- ---- addresses that are never written to again ---------------------------------------------------------------------

create table app.suppressed_addresses (
  address text primary key check (address = lower(address)),
  reason text not null check (reason in ('bounced', 'complained')),
  created_at timestamptz not null default now()
);
comment on table app.suppressed_addresses is 'Where a mail could never arrive, or was called spam: SES closes accounts that go on writing there.';

alter table app.suppressed_addresses enable row level security;
alter table app.suppressed_addresses force row level security;
grant select, insert, delete on app.suppressed_addresses to service_role;
create policy "the service does its work" on app.suppressed_addresses to service_role using (true) with check (true);

-- ---- from the outbox into the queue --------------------------------------------------------------------------------
-- A mail that is in the queue twice is harmless: one worker gets it. One that is in none would wait for ever; so whatever
-- nobody has claimed within ten minutes is handed over again.

create function app.hand_over_mails(at timestamptz, most int) returns setof uuid language sql set search_path = '' as $$
  update public.email_logs l set due_at = at + interval '10 minutes'
  where l.id = any (array(
    select d.id from public.email_logs d where d.status = 'queued' and d.due_at <= at
    order by d.due_at limit most for update skip locked))
  returning l.id
$$;
comment on function app.hand_over_mails(timestamptz, int) is
  'The mails that are due, to be put into the queue.';

-- ---- a worker takes some -------------------------------------------------------------------------------------------

create function app.is_still_wanted(l public.email_logs, at timestamptz) returns text language sql stable set search_path = '' as $$
  select case
    when exists (select from app.suppressed_addresses s where s.address = lower(l.to_address)) then 'AddressSuppressed'
    when l.template = 'invitation' and not exists (
        select from public.organization_members m where m.org_id = l.org_id and m.id = l.member_id and m.user_id is null
          and m.status = 'invited' and m.invited_email = l.to_address and m.invite_expires_at > at) then 'InvitationOver'
    when l.template <> 'invitation' and not exists (
        select from public.organization_members m where m.org_id = l.org_id and m.user_id = l.user_id and m.status = 'active')
      then 'NotActive'
    when l.template <> 'invitation' and exists (
        select from public.organization_members m where m.org_id = l.org_id and m.user_id = l.user_id
          and (l.template = any (m.muted_mails) or l.template = 'reminder' and m.unsubscribed_at is not null))
      then 'Unsubscribed'
    when l.template = 'reminder' and (
        exists (select from public.organization_members m where m.org_id = l.org_id and m.user_id = l.user_id
          and (not m.reminders_enabled or m.snoozed_until > at))
        or not exists (select from public.sessions s where s.org_id = l.org_id and s.user_id = l.user_id
          and s.completed_at is null and s.started_at is null)) then 'NothingToRemindOf'
    when l.created_at < at - interval '3 days' then 'TooLate'
    end
$$;
comment on function app.is_still_wanted(public.email_logs, timestamptz) is
  'Null for a mail that is still to be sent; else why not. Much can happen between the writing and the sending.';

create function app.begin_mails(mails uuid[], token_hashes bytea[], at timestamptz, lease interval) returns jsonb
language plpgsql set search_path = '' as $$
declare
  taken uuid[];
begin
  -- As everywhere: the member first, then what hangs on them.
  perform from public.organization_members m
    join public.email_logs l on l.org_id = m.org_id and l.member_id = m.id
    where l.id = any (mails) and l.template = 'invitation' order by m.id for no key update of m;
  with free as (
    select l.id, app.is_still_wanted(l, at) as why_not from public.email_logs l
    where l.id = any (mails) and l.status = 'queued' and (l.claimed_until is null or l.claimed_until <= at)
    order by l.id for update skip locked),
  changed as (
    update public.email_logs l
    set status = case when f.why_not is null then 'queued' else 'suppressed' end, error_type = f.why_not,
      attempts = l.attempts + case when f.why_not is null then 1 else 0 end,
      claimed_until = case when f.why_not is null then at + lease end, due_at = at + lease
    from free f where l.id = f.id
    returning l.id, f.why_not)
  select coalesce(array_agg(c.id) filter (where c.why_not is null), '{}') into taken from changed c;

  -- The token is in this mail and nowhere else: whatever was mailed before opens nothing any more.
  delete from app.invitation_tokens t using public.email_logs l
  where l.id = any (taken) and l.template = 'invitation' and t.org_id = l.org_id and t.member_id = l.member_id;
  insert into app.invitation_tokens (token_hash, org_id, member_id, to_address, created_at)
  select k.hash, l.org_id, l.member_id, l.to_address, at
  from unnest(mails, token_hashes) as k (mail, hash)
  join public.email_logs l on l.id = k.mail
  where l.id = any (taken) and l.template = 'invitation';

  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'template', l.template, 'to_address', l.to_address, 'language_code', l.language_code,
        'org_id', l.org_id, 'user_id', l.user_id, 'attempt', l.attempts,
        'facts', l.facts || jsonb_build_object(
          'organization_name', o.name,
          'first_name', split_part(m.display_name, ' ', 1),
          'sender_name', s.display_name,
          'expires_at', m.invite_expires_at,
          'mailed_before', m.invite_sent_at is not null,
          'check_ins', (
            select coalesce(jsonb_agg(w.agent_code order by w.scheduled_for), '[]') from public.sessions w
            where w.org_id = l.org_id and w.user_id = l.user_id and w.completed_at is null and w.started_at is null))
      ) order by l.created_at, l.id), '[]')
    from public.email_logs l
    join public.organizations o on o.id = l.org_id
    left join public.organization_members m on m.org_id = l.org_id and m.id = l.member_id
    left join public.organization_members s on s.org_id = l.org_id and s.user_id = l.sender_id
    where l.id = any (taken));
end
$$;
comment on function app.begin_mails(uuid[], bytea[], timestamptz, interval) is
  'Claims those of the mails that are still to be sent and that no other worker may be sending, and tells what each is made of. A mail of an invitation gets the token of its place in token_hashes.';

-- ---- how it went ---------------------------------------------------------------------------------------------------

create function app.finish_mails(outcomes jsonb, at timestamptz) returns void language sql set search_path = '' as $$
  with told as (
    select * from jsonb_to_recordset(outcomes) as t (id uuid, outcome text, message_id text, error_type text, again_in int)),
  changed as (
    update public.email_logs l
    set status = case when t.outcome in ('sent', 'failed') then t.outcome
        when t.outcome = 'later' and l.attempts >= 5 then 'failed' else l.status end,
      provider_message_id = coalesce(t.message_id, l.provider_message_id),
      sent_at = case when t.outcome = 'sent' then at else l.sent_at end,
      error_type = t.error_type,
      -- Whether it was sent isn't known: it stays claimed until SES has had time to say so.
      claimed_until = case when t.outcome = 'unclear' then l.claimed_until end,
      due_at = case t.outcome when 'later' then at + t.again_in * interval '1 second' else l.due_at end
    from told t where l.id = t.id and l.status = 'queued'
    returning l.*)
  update public.organization_members m set invite_status = 'sent', invite_sent_at = at
  from changed c
  where c.status = 'sent' and c.template = 'invitation' and m.org_id = c.org_id and m.id = c.member_id and m.user_id is null
$$;
comment on function app.finish_mails(jsonb, timestamptz) is
  'Keeps how the sending of claimed mails went: [{"id", "outcome": sent|failed|later|unclear, "message_id", "error_type", "again_in": seconds}].';

create function app.note_mail_event(mail uuid, message_id text, kind text, addresses text[], at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  found_one boolean;
begin
  if kind in ('bounced', 'complained') then
    insert into app.suppressed_addresses (address, reason, created_at)
    select distinct lower(a), kind, at from unnest(addresses) a on conflict (address) do nothing;
  end if;
  update public.email_logs l
    set status = case
        when kind = 'sent' and l.status <> 'queued' then l.status
        when kind = 'failed' and l.status in ('bounced', 'complained') then l.status
        else kind end,
      sent_at = coalesce(l.sent_at, case when kind <> 'failed' then at end),
      claimed_until = null,
      provider_message_id = coalesce(l.provider_message_id, note_mail_event.message_id)
    where l.id = mail or mail is null and l.provider_message_id = note_mail_event.message_id;
  get diagnostics found_one = row_count;
  return found_one;
end
$$;
comment on function app.note_mail_event(uuid, text, text, text[], timestamptz) is
  'Keeps what SES tells of a mail: sent, bounced (for good), complained or failed. Addresses that bounced or complained are never written to again. False for a mail that isn''t ours.';

revoke execute on function app.hand_over_mails, app.is_still_wanted, app.begin_mails, app.finish_mails, app.note_mail_event from public;
grant execute on function app.hand_over_mails, app.is_still_wanted, app.begin_mails, app.finish_mails, app.note_mail_event to service_role;

-- ---- by a link of a mail -------------------------------------------------------------------------------------------
-- Its bearer acts as the person (common.links has found the signature to hold), also one who has left meanwhile.

create function app.mute_mails(org uuid, kind text, at timestamptz) returns json language sql security definer set search_path = '' as $$
  update public.organization_members m
  set muted_mails = case when kind = 'reminder' or kind = any (m.muted_mails) then m.muted_mails else m.muted_mails || kind end,
    unsubscribed_at = case when kind = 'reminder' then coalesce(m.unsubscribed_at, at) else m.unsubscribed_at end
  from public.organizations o
  where o.id = m.org_id and m.org_id = org and m.user_id = auth.uid()
  returning json_build_object('kind', kind, 'organization_name', o.name)
$$;
comment on function app.mute_mails(uuid, text, timestamptz) is 'Sends the caller no more mails of a kind in one organisation; null where they never were there.';
alter function app.mute_mails(uuid, text, timestamptz) owner to vizdots_definer;
revoke execute on function app.mute_mails from public;
grant execute on function app.mute_mails to authenticated;
