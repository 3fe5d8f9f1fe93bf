-- An invitation is for one address and one person: it is mailed, holds for 14 days, is taken up once, and can be taken back.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-foreign-key-constraint, ban-drop-function, constraint-missing-not-valid, require-concurrent-index-creation

alter table public.organization_members add column invite_expires_at timestamptz;
comment on column public.organization_members.invite_expires_at is 'Until when the last invitation holds; null: none was ever sent.';

-- ---- the outbox ----------------------------------------------------------------------------------------------------
-- What is to be mailed, written with what it is about, or not at all. Words and secrets are made when it is mailed.

alter table public.email_logs
  add column member_id uuid,
  add column sender_id uuid,
  add constraint mails_are_about_a_member foreign key (org_id, member_id) references public.organization_members (org_id, id);
comment on column public.email_logs.member_id is 'The member whom it is about and for.';
comment on column public.email_logs.sender_id is 'Who caused it, where a person did.';
create index email_logs_waiting on public.email_logs (created_at) where status = 'queued';
create index email_logs_by_member on public.email_logs (org_id, member_id);

-- ---- the keys ------------------------------------------------------------------------------------------------------

create table app.invitation_tokens (
  token_hash bytea primary key check (length(token_hash) = 32),
  org_id uuid not null,
  member_id uuid not null,
  to_address text not null,
  created_at timestamptz not null default now(),
  foreign key (org_id, member_id) references public.organization_members (org_id, id)
);
comment on table app.invitation_tokens is
  'The SHA-256 of what an invitation''s mail carries. Whoever brings it has read the mail: nobody but them can have it.';
comment on column app.invitation_tokens.to_address is
  'Where that mail went. It proves this address: once the member is to be invited by another one, it opens nothing.';
create index invitation_tokens_by_member on app.invitation_tokens (org_id, member_id);

alter table app.invitation_tokens enable row level security;
alter table app.invitation_tokens force row level security;
grant select, insert, delete on app.invitation_tokens to service_role;
create policy "the service does its work" on app.invitation_tokens to service_role using (true) with check (true);

-- ---- sending and taking back ---------------------------------------------------------------------------------------

-- Whoever changes an invitation locks its member first, and then what hangs on it (mails, tokens): so that sending, taking
-- back and taking up at the same time come one after another.
create function app.hold_members_to_invite(members uuid[]) returns uuid language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  perform from public.organization_members m where m.org_id = org and m.id = any (members) order by m.id for no key update;
  if org not in (select app.owned_org_ids())
    and exists (select from public.organization_members m where m.org_id = org and m.id = any (members) and m.role <> 'member')
  then
    raise exception 'Only owners invite those who are to run the organisation.' using errcode = 'VD403', hint = 'owners_only';
  end if;
  return org;
end
$$;
comment on function app.hold_members_to_invite(uuid[]) is
  'Locks members of the organisation that the caller administers, and gives it. Refuses where only an owner may invite.';

create function app.queue_invitations(members uuid[], at timestamptz) returns int language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.hold_members_to_invite(members);
  queued int;
begin
  update public.organization_members m
    set status = 'invited', invite_status = 'pending', invite_expires_at = at + interval '14 days'
    where m.org_id = org and m.id = any (members) and m.user_id is null and m.invited_email is not null
      and (m.status, m.invite_status, m.invite_expires_at) is distinct from ('invited', 'pending', at + interval '14 days');
  delete from app.invitation_tokens t where t.org_id = org and t.member_id = any (members);  -- the mail before is void
  update public.email_logs l set status = 'suppressed' where l.org_id = org and l.member_id = any (members)
    and l.template = 'invitation' and l.status = 'queued';
  insert into public.email_logs (org_id, member_id, sender_id, to_address, template, language_code, idempotency_key, created_at)
  select org, m.id, auth.uid(), m.invited_email, 'invitation', m.preferred_language_code,
    format('invitation:%s:%s', m.id, (extract(epoch from at) * 1000000)::bigint), at
  from public.organization_members m
  where m.org_id = org and m.id = any (members) and m.user_id is null and m.invited_email is not null
  on conflict (idempotency_key) do nothing;
  get diagnostics queued = row_count;
  return queued;
end
$$;
comment on function app.queue_invitations(uuid[], timestamptz) is
  'Lets each of these members of the caller''s organisation who have no account yet be mailed an invitation that holds for 14 days; what they were mailed before is void. Returns how many will be.';

create function app.revoke_invitation(member uuid) returns boolean language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.hold_members_to_invite(array[member]);
begin
  update public.organization_members m set status = 'inactive', invite_status = 'pending', invite_expires_at = null
    where m.org_id = org and m.id = member and m.user_id is null and m.status = 'invited';
  if not found then
    return false;
  end if;
  delete from app.invitation_tokens t where t.org_id = org and t.member_id = member;
  update public.email_logs l set status = 'suppressed'
    where l.org_id = org and l.member_id = member and l.template = 'invitation' and l.status = 'queued';
  return true;
end
$$;
comment on function app.revoke_invitation(uuid) is
  'Takes an invitation back that nobody has taken up: its mail leads nowhere, and its address is not linked. False where there is none.';

-- The mailer makes the token, so that it is nowhere but in the mail.
create function app.begin_invitation(mail uuid, token_hash bytea, at timestamptz) returns jsonb
language plpgsql security invoker set search_path = '' as $$
declare
  about public.email_logs;
begin
  perform from public.organization_members m join public.email_logs l on l.org_id = m.org_id and l.member_id = m.id
    where l.id = mail for no key update of m;
  select l.* into about from public.email_logs l where l.id = mail and l.template = 'invitation' and l.status = 'queued' for update;
  insert into app.invitation_tokens (token_hash, org_id, member_id, to_address, created_at)
  select begin_invitation.token_hash, m.org_id, m.id, m.invited_email, at from public.organization_members m
  where m.org_id = about.org_id and m.id = about.member_id and m.user_id is null and m.status = 'invited'
    and m.invited_email = about.to_address and m.invite_expires_at > at;
  if not found then
    return null;
  end if;
  update public.organization_members m set invite_status = 'sent', invite_sent_at = at
    where m.org_id = about.org_id and m.id = about.member_id;
  return (
    select jsonb_build_object('organization_name', o.name, 'display_name', m.display_name, 'sender_name', s.display_name,
      'expires_at', m.invite_expires_at)
    from public.organization_members m
    join public.organizations o on o.id = m.org_id
    left join public.organization_members s on s.org_id = m.org_id and s.user_id = about.sender_id
    where m.org_id = about.org_id and m.id = about.member_id);
end
$$;
comment on function app.begin_invitation(uuid, bytea, timestamptz) is
  'For the mailer: lets a token open the invitation of a queued mail, and tells what the mail says. Null where it was taken up, taken back or replaced meanwhile.';

-- ---- taking up -----------------------------------------------------------------------------------------------------

create function app.invitation(token_hash bytea, at timestamptz) returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('organization_name', o.name, 'email', m.invited_email, 'display_name', m.display_name,
    'sender_name', s.display_name, 'language_code', m.preferred_language_code, 'expires_at', m.invite_expires_at)
  from app.invitation_tokens t
  join public.organization_members m on m.org_id = t.org_id and m.id = t.member_id
  join public.organizations o on o.id = m.org_id
  left join lateral (
    select l.sender_id from public.email_logs l where l.org_id = m.org_id and l.member_id = m.id and l.template = 'invitation'
    order by l.created_at desc limit 1) mailed on true
  left join public.organization_members s on s.org_id = m.org_id and s.user_id = mailed.sender_id
  where t.token_hash = invitation.token_hash and t.to_address = m.invited_email
    and m.user_id is null and m.status = 'invited' and m.invite_expires_at > at
$$;
comment on function app.invitation(bytea, timestamptz) is
  'What whoever brings the token of an invitation may know of it; null for one that was taken up, taken back, replaced or is older than 14 days.';

drop function app.link_invitations();
create function app.link_invitations(at timestamptz) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  me uuid := auth.uid();
  address text := lower(auth.jwt() ->> 'email');
  linked jsonb;
begin
  if me is null or coalesce(address, '') = '' then
    return '[]';
  end if;
  if has_column_privilege('auth.users', 'email_confirmed_at', 'select')
    and exists (select from auth.users u where u.id = me and u.email_confirmed_at is null)
  then
    return '[]';
  end if;

  with found as (
    update public.organization_members m set user_id = me, status = 'active', invite_status = 'accepted'
    where m.invited_email = address and m.user_id is null and m.status = 'invited'
      and coalesce(m.invite_expires_at > at, true)
      and not exists (select from public.organization_members other where other.org_id = m.org_id and other.user_id = me)
    returning m.id, m.org_id, m.created_at),
  used as (
    delete from app.invitation_tokens t using found f where t.org_id = f.org_id and t.member_id = f.id)
  select coalesce(jsonb_agg(
      jsonb_build_object('id', f.id, 'org_id', f.org_id, 'organization_name', o.name) order by f.created_at, f.id), '[]')
    into linked
    from found f join public.organizations o on o.id = f.org_id;
  return linked;
end
$$;
comment on function app.link_invitations(timestamptz) is
  'Makes the caller the member of every invitation to their confirmed address that still holds; tells those that this call has linked.';

-- ---- on the record -------------------------------------------------------------------------------------------------
-- A name and an address are not in it: the log outlives what erasure takes away.

drop trigger audit on public.organization_members;
create trigger audit after insert or update on public.organization_members for each row execute function app.audit('organization',
  'role level status department_id supervisor job_title has_direct_reports can_view_reports schedule_override invite_status invite_expires_at');

-- Functions that lend their rights ask for whom they act, too.
grant execute on function app.my_org(), app.my_administered_org(), app.my_owned_org() to vizdots_definer;

alter function app.hold_members_to_invite(uuid[]) owner to vizdots_definer;
alter function app.queue_invitations(uuid[], timestamptz) owner to vizdots_definer;
alter function app.revoke_invitation(uuid) owner to vizdots_definer;
alter function app.invitation(bytea, timestamptz) owner to vizdots_definer;
alter function app.link_invitations(timestamptz) owner to vizdots_definer;
revoke execute on function app.hold_members_to_invite, app.queue_invitations, app.revoke_invitation, app.begin_invitation, app.invitation, app.link_invitations from public;
grant execute on function app.queue_invitations, app.revoke_invitation, app.link_invitations to authenticated;
grant execute on function app.invitation to anon, authenticated;
grant execute on function app.begin_invitation to service_role;
