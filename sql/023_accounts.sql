-- An account meets its invitations: whoever proves the address that was invited becomes the member that waits for them.

-- Where the accounts live in this database as plain PostgreSQL has them, it is asked whether the address was confirmed.
-- On Supabase auth.users isn't ours to open; there the token itself says so, since nobody gets one without confirming.
do $$
begin
  if pg_has_role((select relowner from pg_class where oid = 'auth.users'::regclass), 'usage') then
    grant select (id, email_confirmed_at) on auth.users to vizdots_definer;
    create policy "invitations ask who has confirmed" on auth.users for select to vizdots_definer using (true);
  end if;
end
$$;

-- Definer, since an invitation that is nobody's yet is hidden from the person whom it is for. Only the address that the
-- caller's own token names counts; an invitation that was taken back (inactive) stays where it is.
create function app.link_invitations() returns jsonb language plpgsql security definer set search_path = '' as $$
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
      and not exists (select from public.organization_members other where other.org_id = m.org_id and other.user_id = me)
    returning m.id, m.org_id, m.created_at)
  select coalesce(jsonb_agg(
      jsonb_build_object('id', f.id, 'org_id', f.org_id, 'organization_name', o.name) order by f.created_at, f.id), '[]')
    into linked
    from found f join public.organizations o on o.id = f.org_id;
  return linked;
end
$$;
comment on function app.link_invitations is 'Makes the caller the member of every invitation to their confirmed address; tells those that this call has linked.';

alter function app.link_invitations() owner to vizdots_definer;
revoke execute on function app.link_invitations() from public;
grant execute on function app.link_invitations() to authenticated;
