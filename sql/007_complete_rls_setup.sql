-- What policies can't say: which columns of a membership who may change, and what holds for everybody.

-- Runs as whoever writes: in a security definer function that is vizdots_definer, which has its own checks.
create function app.guard_membership() returns trigger language plpgsql set search_path = '' as $$
declare
  own constant text[] := array['display_name', 'preferred_language_code', 'reminders_enabled', 'snoozed_until', 'unsubscribed_at', 'updated_at'];
  administered constant text[] := array['display_name', 'job_title', 'department_id', 'supervisor', 'level', 'has_direct_reports',
    'can_view_reports', 'schedule_override', 'status', 'invited_email', 'invite_status', 'invite_sent_at', 'preferred_language_code', 'updated_at'];
  never_ones_own constant text[] := array['role', 'level', 'status', 'can_view_reports', 'has_direct_reports', 'invited_email', 'invite_status'];
  changed text[];
  allowed text[] := '{}';
  mine boolean := old.user_id is not distinct from auth.uid();
begin
  if current_user <> 'authenticated' then
    return new;
  end if;
  select coalesce(array_agg(n.key), '{}') into changed
    from jsonb_each(to_jsonb(new)) n where n.value is distinct from to_jsonb(old) -> n.key;

  if mine then
    allowed := allowed || own;
  end if;
  if old.org_id in (select app.owned_org_ids()) then
    allowed := allowed || administered || array['role'];
  elsif old.org_id in (select app.administered_org_ids()) and (mine or old.role <> 'owner') then
    allowed := allowed || administered;
  end if;
  if mine then
    allowed := array(select unnest(allowed) except select unnest(never_ones_own));
  end if;

  if not changed <@ allowed then
    raise exception 'not yours to change: %', array_to_string(array(select unnest(changed) except select unnest(allowed) order by 1), ', ')
      using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  if old.user_id is not null and new.invited_email is distinct from old.invited_email then
    raise exception 'the invitation has been accepted' using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  return new;
end
$$;
create trigger guard_membership before update on public.organization_members
  for each row execute function app.guard_membership();

-- Holds for everybody. Changes of one organisation's structure wait for each other, or two owners could demote one
-- another and two people become each other's supervisor.
create function app.keep_membership_whole() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'members are deactivated, never deleted' using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  if new.id <> old.id or new.org_id <> old.org_id then
    raise exception 'a membership stays in its organisation' using errcode = 'check_violation', table = tg_table_name;
  end if;

  if new.supervisor is not null and new.supervisor is distinct from old.supervisor then
    perform pg_advisory_xact_lock(hashtextextended('structure of ' || new.org_id, 0));
    if exists (
      with recursive above (id) as (
        select new.supervisor
        union
        select m.supervisor from above join public.organization_members m on m.org_id = new.org_id and m.id = above.id
        where m.supervisor is not null
      ) select from above where above.id = new.id
    ) then
      raise exception 'two people would supervise each other' using errcode = 'check_violation', table = tg_table_name, column = 'supervisor',
        constraint = 'supervisors_form_a_tree';
    end if;
  end if;

  if old.role = 'owner' and old.status = 'active' and (new.role <> 'owner' or new.status <> 'active') then
    perform pg_advisory_xact_lock(hashtextextended('owners of ' || new.org_id, 0));
    if not exists (select from public.organization_members m
        where m.org_id = new.org_id and m.role = 'owner' and m.status = 'active' and m.id <> new.id) then
      raise exception 'an organisation keeps at least one owner' using errcode = 'check_violation', table = tg_table_name,
        constraint = 'the_last_owner_stays';
    end if;
  end if;
  return new;
end
$$;
alter function app.keep_membership_whole() owner to vizdots_definer;
create trigger keep_membership_whole before update or delete on public.organization_members
  for each row execute function app.keep_membership_whole();

-- When is now, unless a job lives through the past and says so in request.at: the check-in that a new role brings is due
-- by this time (the demo's history).
create function app.remember_role_change() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  told timestamptz := case when current_setting('role') = 'service_role' then nullif(current_setting('request.at', true), '') end;
begin
  insert into public.member_role_history (org_id, member_id, user_id, field, old_value, new_value, changed_by, created_at)
  select new.org_id, new.id, new.user_id, n.key, to_jsonb(old) ->> n.key, n.value, auth.uid(), coalesce(told, now())
  from jsonb_each_text(to_jsonb(new)) n
  where n.key in ('role', 'level', 'job_title', 'department_id', 'status')
    and n.value is distinct from to_jsonb(old) ->> n.key;
  return null;
end
$$;
alter function app.remember_role_change() owner to vizdots_definer;
create trigger remember_role_change after update of role, level, job_title, department_id, status on public.organization_members
  for each row execute function app.remember_role_change();
