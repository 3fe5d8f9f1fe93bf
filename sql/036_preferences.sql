-- What a person wants to be mailed, and when they are away, is theirs alone to say and to see: those who run the
-- organisation read the other columns of a membership, and neither these nor when a membership was last changed.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-not-nullable-field, ban-drop-function, constraint-missing-not-valid

-- ---- an absence from a day to a day ----------------------------------------------------------------------------------

alter table public.organization_members
  add column snoozed_from timestamptz,
  add column past_snoozes tstzmultirange not null default '{}',
  add constraint snoozes_end_after_they_begin check (snoozed_from < snoozed_until);
comment on column public.organization_members.snoozed_from is
  'From when on a snooze holds, for an absence that is planned; null: whoever has set snoozed_until said no more.';
comment on column public.organization_members.past_snoozes is
  'The absences that another choice has followed, for the streak: a week away is no gap in it.';

-- Its body is bound as it is made, so that no search_path can bend it and none is set: it is inlined where many are asked.
create function app.is_away(snoozed_from timestamptz, snoozed_until timestamptz, at timestamptz) returns boolean
language sql immutable
  return coalesce(snoozed_until > at and (snoozed_from is null or snoozed_from <= at), false);
comment on function app.is_away(timestamptz, timestamptz, timestamptz) is
  'Whether somebody who is snoozed from then (null: ever since) until then is left alone at a time.';

create or replace function app.is_still_wanted(l public.email_logs, at timestamptz) returns text language sql stable set search_path = '' as $$
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
          and (not m.reminders_enabled or app.is_away(m.snoozed_from, m.snoozed_until, at)))
        or not exists (select from public.sessions s where s.org_id = l.org_id and s.user_id = l.user_id
          and s.completed_at is null and s.started_at is null)) then 'NothingToRemindOf'
    when l.created_at < at - interval '3 days' then 'TooLate'
    end
$$;

-- ---- what everybody else may know of a membership --------------------------------------------------------------------
-- A new column is its person's own until it is named here. A condition or a row as a whole needs every column that it looks
-- at: who runs the organisation can't ask for those who are away either, nor find out by trying to change them.

revoke select, update on public.organization_members from authenticated;
grant select (id, org_id, user_id, department_id, supervisor, role, level, status, display_name, job_title, invited_email,
    invite_status, invite_sent_at, invite_expires_at, schedule_override, has_direct_reports, can_view_reports,
    preferred_language_code, created_at),
  update (org_id, user_id, department_id, supervisor, role, level, status, display_name, job_title, invited_email,
    invite_status, invite_sent_at, schedule_override, has_direct_reports, can_view_reports, preferred_language_code)
  on public.organization_members to authenticated;

create view app.memberships with (security_invoker = true) as
select m.id, m.org_id, m.user_id, m.department_id, m.supervisor, m.role, m.level, m.status, m.display_name, m.job_title,
  m.invited_email, m.invite_status, m.invite_sent_at, m.invite_expires_at, m.schedule_override, m.has_direct_reports,
  m.can_view_reports, m.preferred_language_code, m.created_at
from public.organization_members m;
comment on view app.memberships is
  'Memberships without what is their person''s alone, where they are wanted as whole rows. The policies of the table hold.';
grant select on app.memberships to authenticated;

create function app.leads(m app.memberships) returns boolean language sql immutable
  return m.level <> 'ic' or m.has_direct_reports;
comment on function app.leads(app.memberships) is 'As app.leads of the row of the table, which only the service and definers see.';

create function app.member_place(m app.memberships) returns jsonb language sql stable
  return jsonb_build_object('display_name', m.display_name, 'email', m.invited_email, 'job_title', m.job_title,
    'department_id', m.department_id, 'supervisor', m.supervisor, 'role', m.role, 'level', m.level, 'status', m.status,
    'schedule_override', m.schedule_override, 'has_direct_reports', m.has_direct_reports, 'can_view_reports', m.can_view_reports);
comment on function app.member_place(app.memberships) is
  'All of a member that admins settle, of which the ETag is made. What becomes of an invitation''s mail isn''t among it: it is nobody''s edit.';

create or replace view app.members with (security_invoker = true) as
select m.org_id, m.id, m.department_id, m.role, m.level, m.status,
  lower(coalesce(m.display_name, m.invited_email, '')) as sort_name,
  lower(concat_ws(e'\n', m.display_name, m.job_title, m.invited_email)) as searched,
  jsonb_build_object('id', m.id, 'display_name', m.display_name, 'email', m.invited_email, 'job_title', m.job_title,
    'department', case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end,
    'supervisor', case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.display_name, 'email', s.invited_email) end,
    'role', m.role, 'level', m.level, 'status', m.status, 'invite_status', m.invite_status, 'invite_sent_at', m.invite_sent_at,
    'invite_expires_at', m.invite_expires_at, 'has_direct_reports', m.has_direct_reports, 'can_view_reports', m.can_view_reports,
    'schedule_override', m.schedule_override, 'etag', app.etag(app.member_place(m))) as told
from app.memberships m
left join public.departments d on d.org_id = m.org_id and d.id = m.department_id
left join app.memberships s on s.org_id = m.org_id and s.id = m.supervisor;
drop function app.member_place(public.organization_members);

create or replace function app.change_member(member uuid, sent jsonb, expected text, reports_to text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  old app.memberships;
  new app.memberships;
begin
  -- In this order everywhere: the structure, then its people.
  if sent ? 'supervisor' or reports_to = 'up' then
    perform pg_advisory_xact_lock(hashtextextended('structure of ' || org, 0));
  end if;
  perform from public.organization_members m where m.org_id = org and m.id = member for no key update;
  if not found then
    raise exception 'There is no such member.' using errcode = 'VD404', hint = 'member_not_found';
  end if;
  select m.* into old from app.memberships m where m.org_id = org and m.id = member;
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

-- ---- one's own choices -----------------------------------------------------------------------------------------------

create function app.optional_mails(role text) returns text[] language sql immutable
  return array['reminder']
    || case when role in ('owner', 'admin') then array['alert_digest', 'export_ready'] else '{}' end
    || case when role = 'owner' then array['trial_ending'] else '{}' end;
comment on function app.optional_mails(text) is
  'The kinds of mail that somebody with this role gets and can decline. Security mail is not among them.';

create function app.my_notifications(at timestamptz) returns json language sql stable security definer set search_path = '' as $$
  select json_build_object(
    'reminders_enabled', m.reminders_enabled and m.unsubscribed_at is null,
    'mails', (
      select json_agg(json_build_object('kind', k.kind, 'enabled',
        case k.kind when 'reminder' then m.reminders_enabled and m.unsubscribed_at is null else k.kind <> all (m.muted_mails) end)
        order by k.nth)
      from unnest(app.optional_mails(m.role)) with ordinality as k (kind, nth)),
    'snoozed_from', case when m.snoozed_until > at then m.snoozed_from end,
    'snoozed_until', case when m.snoozed_until > at then m.snoozed_until end,
    'unsubscribed_at', m.unsubscribed_at)
  from public.organization_members m where m.org_id = app.my_org() and m.user_id = auth.uid()
$$;
comment on function app.my_notifications(timestamptz) is
  'What the caller has chosen, in the organisation that they act in. An absence that is over is none.';

create function app.choose_notifications(mails jsonb, absence jsonb, most_days int, at timestamptz) returns json
language plpgsql security definer set search_path = '' as $$
declare
  org constant uuid := app.my_org();
  zone constant text := (select o.timezone from public.organizations o where o.id = org);
  today constant date := (at at time zone zone)::date;
  back constant date := absence ->> 'snoozed_until';
  leaves constant date := greatest((absence ->> 'snoozed_from')::date, today);
  unknown text[];
begin
  select array_agg(k.kind) into unknown from jsonb_object_keys(mails) k (kind)
    where k.kind <> all (app.optional_mails((
      select m.role from public.organization_members m where m.org_id = org and m.user_id = auth.uid())));
  if unknown is not null then
    raise exception 'These mails aren''t sent to you.' using errcode = 'VD422', hint = 'not_your_mails';
  elsif back is null and absence ->> 'snoozed_from' is not null or back <= leaves or back - today > most_days then
    raise exception 'An absence lasts a day at least, and ends within a year.' using errcode = 'VD422', hint = 'invalid_snooze',
      detail = '{"errors": [{"path": "snoozed_until", "type": "out_of_range"}]}';
  end if;

  update public.organization_members m set
    reminders_enabled = coalesce((mails ->> 'reminder')::boolean, m.reminders_enabled),
    unsubscribed_at = case when (mails ->> 'reminder')::boolean then null else m.unsubscribed_at end,
    muted_mails = array(
      select k.kind from unnest(array['alert_digest', 'export_ready', 'trial_ending']) k (kind)
      where not coalesce((mails ->> k.kind)::boolean, k.kind <> all (m.muted_mails)))
    where m.org_id = org and m.user_id = auth.uid();
  if absence is not null then
    update public.organization_members m set
      past_snoozes = case when m.snoozed_from < at
        then m.past_snoozes + tstzmultirange(tstzrange(m.snoozed_from, least(m.snoozed_until, at))) else m.past_snoozes end,
      snoozed_from = case when back is not null then leaves::timestamp at time zone zone end,
      snoozed_until = back::timestamp at time zone zone
      where m.org_id = org and m.user_id = auth.uid();
  end if;
  return app.my_notifications(at);
end
$$;
comment on function app.choose_notifications(jsonb, jsonb, int, timestamptz) is
  'Keeps which mails the caller wants, like {"reminder": false} (a kind that isn''t named stays as it is), and when they are away, {"snoozed_from", "snoozed_until"}: from that day on, at once where it is null or past, and back on that one; null for both ends an absence, and no absence at all leaves it as it is. Turning a kind on takes back its unsubscription. Returns app.my_notifications.';

create function app.my_weeks_away(at timestamptz) returns setof date language sql stable security definer set search_path = '' as $$
  select distinct week.monday
  from public.organization_members m
  join public.organizations o on o.id = m.org_id
  cross join lateral (
    select m.past_snoozes + case when m.snoozed_from < at
      then tstzmultirange(tstzrange(m.snoozed_from, m.snoozed_until)) else '{}' end) as away (times)
  cross join lateral unnest(away.times) as absence (lasted)
  cross join lateral (
    select g.monday::date from generate_series(date_trunc('week', lower(absence.lasted) at time zone o.timezone),
      least(upper(absence.lasted), at) at time zone o.timezone, interval '7 days') as g (monday)) as week
  where m.org_id in (select app.current_org_ids()) and m.user_id = auth.uid()
    and not exists (
      select from generate_series(week.monday::timestamp, week.monday::timestamp + interval '6 days', interval '1 day') as day (date)
      where (coalesce(m.schedule_override -> to_char(day.date, 'FMday'), o.schedule_config -> to_char(day.date, 'FMday')) ->> 'on')::boolean
        and not away.times @> tstzrange(day.date at time zone o.timezone, (day.date + interval '1 day') at time zone o.timezone))
$$;
comment on function app.my_weeks_away(timestamptz) is
  'The Mondays, up to now, of the weeks in which the caller was away on every day that they work on.';

alter function app.my_notifications(timestamptz) owner to vizdots_definer;
alter function app.choose_notifications(jsonb, jsonb, int, timestamptz) owner to vizdots_definer;
alter function app.my_weeks_away(timestamptz) owner to vizdots_definer;
revoke execute on function app.is_away, app.leads(app.memberships), app.member_place, app.optional_mails, app.my_notifications,
  app.choose_notifications, app.my_weeks_away from public;
grant execute on function app.leads(app.memberships), app.member_place, app.my_notifications, app.choose_notifications, app.my_weeks_away
  to authenticated;
grant execute on function app.is_away to service_role;
grant execute on function app.optional_mails to vizdots_definer;
