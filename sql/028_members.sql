-- Members as those who run their organisation see, find and change them.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

-- ---- who runs the organisation is for its owners to say ---------------------------------------------------------------
-- Whoever could send an admin's invitation to another address, or bring back an admin whom an owner has sent away, would say
-- it instead. Runs as whoever writes, as app.guard_membership does.

create function app.guard_who_runs_it() returns trigger language plpgsql set search_path = '' as $$
begin
  if current_user = 'authenticated' and old.org_id not in (select app.owned_org_ids()) then
    raise exception 'only owners say who runs the organisation' using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_who_runs_it before update of invited_email, status on public.organization_members for each row
  when (old.role <> 'member' and (old.invited_email is distinct from new.invited_email or old.status = 'inactive' and new.status <> 'inactive'))
  execute function app.guard_who_runs_it();

-- ---- what those who run the organisation see -------------------------------------------------------------------------
-- Nothing of a person's own is in it: neither when they were last here, nor what they chose for themself.

-- Bound as it is made, so that it is inlined where many are listed.
create function app.member_place(m public.organization_members) returns jsonb language sql stable
  return jsonb_build_object('display_name', m.display_name, 'email', m.invited_email, 'job_title', m.job_title,
    'department_id', m.department_id, 'supervisor', m.supervisor, 'role', m.role, 'level', m.level, 'status', m.status,
    'schedule_override', m.schedule_override, 'has_direct_reports', m.has_direct_reports, 'can_view_reports', m.can_view_reports);
comment on function app.member_place(public.organization_members) is
  'All of a member that admins settle, of which the ETag is made. What becomes of an invitation''s mail isn''t among it: it is nobody''s edit.';

create view app.members with (security_invoker = true) as
select m.org_id, m.id, m.department_id, m.role, m.level, m.status,
  lower(coalesce(m.display_name, m.invited_email, '')) as sort_name,
  lower(concat_ws(e'\n', m.display_name, m.job_title, m.invited_email)) as searched,
  jsonb_build_object('id', m.id, 'display_name', m.display_name, 'email', m.invited_email, 'job_title', m.job_title,
    'department', case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end,
    'supervisor', case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.display_name, 'email', s.invited_email) end,
    'role', m.role, 'level', m.level, 'status', m.status, 'invite_status', m.invite_status, 'invite_sent_at', m.invite_sent_at,
    'invite_expires_at', m.invite_expires_at, 'has_direct_reports', m.has_direct_reports, 'can_view_reports', m.can_view_reports,
    'schedule_override', m.schedule_override, 'etag', app.etag(app.member_place(m))) as told
from public.organization_members m
left join public.departments d on d.org_id = m.org_id and d.id = m.department_id
left join public.organization_members s on s.org_id = m.org_id and s.id = m.supervisor;
comment on view app.members is 'Members as admins see them, with the eyes of whoever asks: the policies of the tables hold.';
grant select on app.members to authenticated;

create index members_by_name on public.organization_members (org_id, lower(coalesce(display_name, invited_email, '')), id);

create function app.member_json(org uuid, member uuid) returns jsonb language sql stable set search_path = '' as $$
  select v.told || jsonb_build_object(
    'direct_reports', (
      select count(*) from public.organization_members r where r.org_id = v.org_id and r.supervisor = v.id and r.status <> 'inactive'),
    'history', (
      select coalesce(jsonb_agg(jsonb_build_object('field', h.field, 'old_value', coalesce(was.name, h.old_value),
        'new_value', coalesce(became.name, h.new_value), 'changed_by', who.display_name, 'created_at', h.created_at)
        order by h.created_at desc, h.field), '[]')
      from (
        select * from public.member_role_history h where h.org_id = v.org_id and h.member_id = v.id
        order by h.created_at desc limit 50) as h
      left join public.organization_members who on who.org_id = h.org_id and who.user_id = h.changed_by
      left join public.departments was
        on was.org_id = h.org_id and was.id = case h.field when 'department_id' then h.old_value::uuid end
      left join public.departments became
        on became.org_id = h.org_id and became.id = case h.field when 'department_id' then h.new_value::uuid end))
  from app.members v where v.org_id = org and v.id = member
$$;
comment on function app.member_json(uuid, uuid) is 'One member as admins see them, with how many report to them and the last 50 changes of their place; null where there is none.';

-- ---- what they may do ------------------------------------------------------------------------------------------------
-- With the rights of whoever asks: the policies and triggers above have the last word, these say why not.

create function app.check_place(org uuid, sent jsonb) returns void language plpgsql stable set search_path = '' as $$
begin
  if sent ->> 'department_id' is not null and not exists (
    select from public.departments d where d.org_id = org and d.id = (sent ->> 'department_id')::uuid and d.closed_at is null)
  then
    raise exception 'There is no such department.' using errcode = 'VD422', hint = 'unknown_department';
  end if;
  if sent ->> 'supervisor' is not null and not exists (
    select from public.organization_members m
    where m.org_id = org and m.id = (sent ->> 'supervisor')::uuid and m.status <> 'inactive')
  then
    raise exception 'There is no such member to report to.' using errcode = 'VD422', hint = 'unknown_supervisor';
  end if;
end
$$;

create function app.add_member(sent jsonb, invite boolean, at timestamptz) returns jsonb language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  member uuid;
begin
  if sent ->> 'role' <> 'member' then
    perform app.my_owned_org();
  end if;
  perform app.check_place(org, sent);
  insert into public.organization_members (org_id, invited_email, display_name, job_title, department_id, supervisor, level, role,
    preferred_language_code, created_at)
  select org, s.invited_email, s.display_name, s.job_title, s.department_id, s.supervisor, s.level, s.role, s.preferred_language_code, at
  from jsonb_populate_record(null::public.organization_members, sent) s
  on conflict (org_id, invited_email) do nothing
  returning id into member;
  if member is null then
    raise exception 'There is a member with this address already.' using errcode = 'VD409', hint = 'already_member';
  end if;
  if invite then
    perform app.queue_invitations(array[member], at);
  end if;
  return app.member_json(org, member);
end
$$;
comment on function app.add_member(jsonb, boolean, timestamptz) is
  'Adds somebody to the caller''s organisation, and lets them be invited at once or not. Returns app.member_json.';

create function app.change_member(member uuid, sent jsonb, expected text, reports_to text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  old public.organization_members;
  new public.organization_members;
begin
  -- In this order everywhere: the structure, then its people.
  if sent ? 'supervisor' or reports_to = 'up' then
    perform pg_advisory_xact_lock(hashtextextended('structure of ' || org, 0));
  end if;
  select m.* into old from public.organization_members m where m.org_id = org and m.id = member for no key update;
  if not found then
    raise exception 'There is no such member.' using errcode = 'VD404', hint = 'member_not_found';
  end if;
  perform app.expect(expected, app.member_place(old));

  if sent ->> 'status' = 'active' and old.user_id is null then
    sent := sent || '{"status": "invited"}';  -- nobody is active before they have come
  end if;
  select coalesce(jsonb_object_agg(s.key, s.value), '{}') into sent
    from jsonb_each(sent) s where s.value is distinct from to_jsonb(old) -> s.key;
  if sent = '{}' then
    return app.member_json(org, member);
  end if;
  new := jsonb_populate_record(old, sent);

  if old.user_id = auth.uid() and sent ?| array['role', 'level', 'status', 'has_direct_reports', 'can_view_reports'] then
    if old.role = 'owner' and (new.role <> 'owner' or new.status <> 'active') and not exists (
      select from public.organization_members m where m.org_id = org and m.role = 'owner' and m.status = 'active' and m.id <> old.id)
    then
      raise exception 'An organisation keeps at least one owner.' using errcode = 'VD409', hint = 'last_owner';
    end if;
    raise exception 'Nobody settles this for themself: ask somebody else who runs the organisation.'
      using errcode = 'VD403', hint = 'not_your_own';
  elsif sent ? 'role' or old.role = 'owner' or old.role = 'admin' and old.status = 'inactive' and sent ? 'status' then
    perform app.my_owned_org();
  end if;
  if new.supervisor = new.id then
    raise exception 'Nobody reports to themself.' using errcode = 'VD422', hint = 'supervisors_in_a_circle';
  end if;
  perform app.check_place(org, sent);

  if sent ->> 'status' = 'inactive' then
    if old.user_id is null then
      perform app.revoke_invitation(old.id);
    end if;
    if reports_to = 'up' then
      update public.organization_members m set supervisor = new.supervisor where m.org_id = org and m.supervisor = old.id;
      new.has_direct_reports := false;
    end if;
  end if;
  update public.organization_members m
    set (display_name, job_title, department_id, supervisor, level, role, status, schedule_override, has_direct_reports, can_view_reports)
      = (new.display_name, new.job_title, new.department_id, new.supervisor, new.level, new.role, new.status, new.schedule_override,
        new.has_direct_reports, new.can_view_reports)
    where m.org_id = org and m.id = old.id;
  return app.member_json(org, member);
end
$$;
comment on function app.change_member(uuid, jsonb, text, text) is
  'Changes what is sent of a member of the caller''s organisation, if they are still what the ETag says. Whoever is deactivated keeps the people who report to them, or hands them up. Returns app.member_json.';

revoke execute on function app.guard_who_runs_it, app.member_place, app.member_json,
  app.check_place, app.add_member, app.change_member from public;
grant execute on function app.member_place, app.member_json, app.check_place, app.add_member, app.change_member to authenticated;
