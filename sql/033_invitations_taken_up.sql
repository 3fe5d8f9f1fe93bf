-- How an invitation comes to be sent by hand, and how whoever brings its token becomes a member: with an account that a
-- function of ours opens, since who has read the mail has proved the address.

-- ---- by hand -------------------------------------------------------------------------------------------------------

create function app.change_invitation(member uuid, action text, at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.hold_members_to_invite(array[member]);
  them public.organization_members;
  wait int;
begin
  select m.* into them from public.organization_members m where m.org_id = org and m.id = member;
  if them.id is null then
    raise exception 'There is no such member.' using errcode = 'VD404', hint = 'member_not_found';
  elsif them.user_id is not null then
    raise exception 'They have accepted their invitation already.' using errcode = 'VD409', hint = 'already_accepted';
  end if;

  if action = 'revoke' then
    perform app.revoke_invitation(member);
  elsif them.invited_email is null then
    raise exception 'There is no address that an invitation could go to.' using errcode = 'VD409', hint = 'no_address';
  else
    select ceil(extract(epoch from max(l.created_at) + interval '5 minutes' - at)) into wait from public.email_logs l
      where l.org_id = org and l.member_id = them.id and l.template = 'invitation';
    if wait > 0 then
      raise exception 'They were sent an invitation a moment ago.'
        using errcode = 'VD429', hint = 'invited_a_moment_ago', detail = least(wait, 300)::text;
    end if;
    perform app.queue_invitations(array[member], at);
  end if;
  return (
    select jsonb_build_object('member_id', m.id, 'email', m.invited_email, 'status', m.status, 'invite_status', m.invite_status,
      'invite_sent_at', m.invite_sent_at, 'invite_expires_at', m.invite_expires_at)
    from public.organization_members m where m.org_id = org and m.id = member);
end
$$;
comment on function app.change_invitation(uuid, text, timestamptz) is
  'Lets a member of the caller''s organisation be mailed an invitation (send, resend; every five minutes at most) or takes it back (revoke); tells how it stands.';

-- ---- taking up -----------------------------------------------------------------------------------------------------

-- The member is locked until the transaction ends: who brings the same token meanwhile waits, and finds it taken up.
create function app.hold_invitation(token_hash bytea, at timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.organization_members m join app.invitation_tokens t on t.org_id = m.org_id and t.member_id = m.id
    where t.token_hash = hold_invitation.token_hash for no key update of m;
  return app.invitation(token_hash, at) ->> 'email';
end
$$;
comment on function app.hold_invitation(bytea, timestamptz) is
  'The address that a token proves, while its invitation holds; nobody else can take it up until the transaction ends. Null as in app.invitation.';

create function app.take_up_invitation(token_hash bytea, account uuid, at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  address text := app.hold_invitation(token_hash, at);
  them public.organization_members;
begin
  update public.organization_members m set user_id = account, status = 'active', invite_status = 'accepted'
    from app.invitation_tokens t
    where t.token_hash = take_up_invitation.token_hash and m.org_id = t.org_id and m.id = t.member_id and address is not null
    returning m.* into them;
  delete from app.invitation_tokens t where t.org_id = them.org_id and t.member_id = them.id;
  return (
    select jsonb_build_object('email', address, 'organization_name', o.name)
    from public.organizations o where o.id = them.org_id);
end
$$;
comment on function app.take_up_invitation(bytea, uuid, timestamptz) is
  'Makes an account, whose address the token has proved, the member that was invited; the token opens nothing any more. Null as in app.invitation.';

alter function app.change_invitation(uuid, text, timestamptz) owner to vizdots_definer;
alter function app.hold_invitation(bytea, timestamptz) owner to vizdots_definer;
alter function app.take_up_invitation(bytea, uuid, timestamptz) owner to vizdots_definer;
revoke execute on function app.change_invitation, app.hold_invitation, app.take_up_invitation from public;
grant execute on function app.change_invitation to authenticated;
grant execute on function app.hold_invitation, app.take_up_invitation to anon;
