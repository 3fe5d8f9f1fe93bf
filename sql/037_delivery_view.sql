-- What those who run an organisation see of its mails: whether they arrive, and never who ignores them
-- (docs/decisions/033-delivery-view.md says what could be told from what).

-- ---- what a mail has come to ---------------------------------------------------------------------------------------

-- Without a search_path of its own, so that it is inlined where it is asked of every mail of a quarter: it calls nothing.
create function app.mail_state(l public.email_logs) returns text language sql immutable as $$
  select case
    when l.status in ('sent', 'complained') then 'sent'  -- it arrived: what they made of it is theirs
    when l.status = 'bounced' or l.status = 'suppressed' and l.error_type = 'AddressSuppressed' then 'bounced'
    when l.status = 'failed' and l.attempts >= 5 or l.status = 'suppressed' and l.error_type = 'TooLate' then 'given_up'
    when l.status = 'failed' then 'failed'
    when l.status = 'queued' then 'queued'
  end
$$;
comment on function app.mail_state(public.email_logs) is
  'What an admin may know of a mail: queued, sent, bounced (its address takes none), failed (refused for good), given_up (its attempts are over). Null for one that wasn''t wanted any more: why is its person''s business.';

-- An invitation is an admin's own doing, and tells nothing of a person: it is counted mail by mail. Any other mail goes to
-- whoever it is due to and wants it: of those people are told, in whole groups, and never so many that all of them are meant.
create function app.told_of_mails(kind text, mails bigint, people bigint, of_people bigint, group_size bigint) returns bigint
language sql immutable set search_path = '' as $$
  select case
    when kind = 'invitation' then mails
    else (app.whole_groups(least(people, of_people - group_size), of_people, group_size) ->> 'at_least')::bigint end
$$;
comment on function app.told_of_mails(text, bigint, bigint, bigint, bigint) is
  'How many mails of a kind there were, as it may be told: invitations as they are; else how many people they went to, at least, in whole groups, leaving out a group of all; null where those are too few.';

-- ---- how they arrive -----------------------------------------------------------------------------------------------
-- Invitations until now. The others until this morning: they go out to few at once, and a look before and one behind would
-- be of those.

create function app.mail_delivery(days int, kinds text[], at timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  with
  org as materialized (
    select o.id, o.min_group_size as k, o.timezone as zone, span.*,
      span.today::timestamp at time zone o.timezone as midnight, span.first_day::timestamp at time zone o.timezone as since,
      (select count(*) from public.organization_members m where m.org_id = o.id and m.status = 'active') as active
    from public.organizations o
    cross join lateral (select (mail_delivery.at at time zone o.timezone)::date as today) as local
    cross join lateral (
      select local.today, case when days > 31 then 'week' else 'day' end as step,
        date_trunc(case when days > 31 then 'week' else 'day' end, local.today::timestamp - (days - 1) * interval '1 day')::date as first_day
    ) as span
    where o.id = app.my_administered_org()
  ),
  mails as materialized (
    select l.template as kind, l.member_id as person, app.mail_state(l) as state, l.error_type, l.status = 'complained' as is_complaint,
      date_trunc(org.step, l.created_at at time zone org.zone)::date as day
    from org
    join public.email_logs l on l.org_id = org.id and l.template = any (mail_delivery.kinds) and l.created_at >= org.since
      and l.created_at <= case when l.template = 'invitation' then mail_delivery.at else org.midnight - interval '1 microsecond' end
  ),
  by_person as materialized (
    select m.kind, m.state, m.person, bool_or(m.is_complaint) as has_complained, count(*) as mails
    from mails m where m.state is not null
    group by m.kind, m.state, m.person
  ),
  by_state as (
    select p.kind, p.state, sum(p.mails)::bigint as mails, count(p.person) as people from by_person p group by p.kind, p.state
  ),
  by_day as (
    select m.kind, m.day,
      count(*) filter (where m.state = 'sent') as sent, count(distinct m.person) filter (where m.state = 'sent') as sent_to,
      count(*) filter (where m.state in ('bounced', 'failed', 'given_up')) as lost,
      count(distinct m.person) filter (where m.state in ('bounced', 'failed', 'given_up')) as lost_to
    from mails m group by m.kind, m.day
  ),
  kinds as (
    select of_kind.kind, of_kind.nth, org.k, org.active,
      (select app.told_of_mails('', 0, count(distinct p.person) filter (where p.has_complained),
          case when of_kind.kind = 'invitation' then count(distinct p.person) else org.active end, org.k)
        from by_person p where p.kind = of_kind.kind) as complained
    from org
    cross join unnest(mail_delivery.kinds) with ordinality as of_kind (kind, nth)
  ),
  dead as (
    select m.kind, m.error_type, app.told_of_mails(m.kind, count(*), count(distinct m.person), org.active, org.k) as count
    from org
    join mails m on m.state = 'given_up'
    group by m.kind, m.error_type, org.active, org.k
  )
  select jsonb_build_object(
    'days', days, 'step', org.step, 'first_day', org.first_day, 'today', org.today, 'min_group_size', org.k,
    'kinds', (
      select jsonb_agg(jsonb_build_object('kind', of_kind.kind, 'counts', case when of_kind.kind = 'invitation' then 'mails' else 'people' end,
          'complained', of_kind.complained, 'trend', trend.days) || numbers.told order by of_kind.nth)
      from kinds of_kind
      cross join lateral (
        select jsonb_object_agg(s.state, app.told_of_mails(of_kind.kind, coalesce(b.mails, 0), coalesce(b.people, 0), of_kind.active, of_kind.k)) as told
        from unnest(array['queued', 'sent', 'bounced', 'failed', 'given_up']) as s (state)
        left join by_state b on b.kind = of_kind.kind and b.state = s.state) as numbers
      cross join lateral (
        select jsonb_agg(jsonb_build_object('day', d.day::date,
            'sent', app.told_of_mails(of_kind.kind, coalesce(b.sent, 0), coalesce(b.sent_to, 0), of_kind.active, of_kind.k),
            'lost', app.told_of_mails(of_kind.kind, coalesce(b.lost, 0), coalesce(b.lost_to, 0), of_kind.active, of_kind.k)) order by d.day) as days
        from generate_series(org.first_day::timestamp, org.today::timestamp, ('1 ' || org.step)::interval) as d (day)
        left join by_day b on b.kind = of_kind.kind and b.day = d.day::date) as trend),
    'dead_letters', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', d.kind, 'error_type', d.error_type, 'count', d.count)
        order by d.count desc, d.kind, d.error_type), '[]')
      from dead d where d.count is not null))
  from org
$$;
comment on function app.mail_delivery(int, text[], timestamptz) is
  'How the mails of these kinds arrive in the organisation that the caller administers: for so many days, in numbers that lead to nobody''s choices.';

-- ---- what can be done about it -------------------------------------------------------------------------------------
-- Invitations alone: a mail of another kind that fails, even one that bounces, says that it was due to somebody.

create function app.failed_invitations(org uuid)
returns table (id uuid, created_at timestamptz, member_id uuid, display_name text, email text, reason text, error_type text, remedy text)
language sql stable set search_path = '' as $$
  select l.id, l.created_at, m.id, m.display_name, m.invited_email, app.mail_state(l),
    case when app.mail_state(l) <> 'bounced' then l.error_type end,
    case
      when m.role <> 'member' and org not in (select app.owned_org_ids()) then 'ask_an_owner'
      when app.mail_state(l) = 'bounced' and m.invited_email = l.to_address then 'correct'
      else 'retry' end
  from public.organization_members m
  cross join lateral (
    select newest.* from public.email_logs newest
    where newest.org_id = m.org_id and newest.member_id = m.id and newest.template = 'invitation'
    order by newest.created_at desc, newest.id desc limit 1) as l
  where m.org_id = org and m.user_id is null and m.status = 'invited' and m.invited_email is not null
    and app.mail_state(l) in ('bounced', 'failed', 'given_up')
$$;
comment on function app.failed_invitations(uuid) is
  'The newest invitation of everybody who waits for one that didn''t arrive, and what the caller can do about it.';

create function app.mail_failures("limit" int, before_at timestamptz, before_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  with
  failed as materialized (
    select f.* from (select app.my_administered_org() as org offset 0) as mine cross join lateral app.failed_invitations(mine.org) f),
  page as (
    select f.*, row_number() over (order by f.created_at desc, f.id desc) as nth from failed f
    where before_at is null or (f.created_at, f.id) < (before_at, before_id)
    order by f.created_at desc, f.id desc limit "limit" + 1)
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(p) - 'nth' order by p.nth) filter (where p.nth <= "limit"), '[]'),
    'next_cursor', max(app.cursor(p.created_at, p.id)) filter (where p.nth = "limit" and p.nth < (select count(*) from page)),
    'all', (select count(*) from failed),
    'to_retry', (select count(*) from failed f where f.remedy = 'retry'))
  from page p
$$;
comment on function app.mail_failures(int, timestamptz, uuid) is
  'A page of the invitations of the caller''s organisation that didn''t arrive, the newest first, and how many there are.';

-- The members are locked first, as everywhere, and then looked at again: of two who retry at once, one finds it done.
create function app.retry_invitation(mail uuid, email text, at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  failed record;
begin
  perform app.hold_members_to_invite(array(
    select l.member_id from public.email_logs l where l.org_id = org and l.id = mail and l.template = 'invitation'));
  select f.* into failed from app.failed_invitations(org) f where f.id = mail;
  if not found then
    if not exists (select from public.email_logs l where l.org_id = org and l.id = mail and l.template = 'invitation') then
      raise exception 'There is no such mail.' using errcode = 'VD404', hint = 'mail_not_found';
    end if;
    raise exception 'This mail didn’t fail, or somebody has dealt with it meanwhile.' using errcode = 'VD409', hint = 'not_failed';
  end if;

  if coalesce(retry_invitation.email, failed.email) <> failed.email then
    begin
      update public.organization_members m set invited_email = retry_invitation.email where m.org_id = org and m.id = failed.member_id;
    exception when unique_violation then
      raise exception 'There is a member with this address already.' using errcode = 'VD409', hint = 'already_member';
    end;
  elsif failed.remedy = 'correct' then
    raise exception 'Mails to this address don’t arrive. Please correct it first.' using errcode = 'VD409', hint = 'address_takes_no_mails';
  end if;
  return jsonb_build_object('queued', app.queue_invitations(array[failed.member_id], at));
end
$$;
comment on function app.retry_invitation(uuid, text, timestamptz) is
  'Lets the member whose invitation failed be mailed a new one, at another address if one is given; once for each mail that failed.';

create function app.retry_invitations(at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  perform app.hold_members_to_invite(array(select f.member_id from app.failed_invitations(org) f where f.remedy = 'retry'));
  return jsonb_build_object('queued', app.queue_invitations(
    array(select f.member_id from app.failed_invitations(org) f where f.remedy = 'retry'), at));
end
$$;
comment on function app.retry_invitations(timestamptz) is
  'Lets everybody whose invitation failed be mailed a new one, except where the address takes none.';

alter function app.mail_delivery(int, text[], timestamptz) owner to vizdots_definer;
alter function app.mail_failures(int, timestamptz, uuid) owner to vizdots_definer;
alter function app.retry_invitation(uuid, text, timestamptz) owner to vizdots_definer;
alter function app.retry_invitations(timestamptz) owner to vizdots_definer;
revoke execute on function app.mail_state, app.told_of_mails, app.mail_delivery, app.failed_invitations, app.mail_failures,
  app.retry_invitation, app.retry_invitations from public;
grant execute on function app.mail_state, app.told_of_mails, app.failed_invitations to service_role;
grant execute on function app.cursor to vizdots_definer;
grant execute on function app.mail_delivery, app.mail_failures, app.retry_invitation, app.retry_invitations to authenticated;
