-- Thousands of people at once: imported by one statement for each table, and put on the record by one.

-- ---- the import ----------------------------------------------------------------------------------------------------

create function app.import_members(people jsonb, new_departments text[], most_lines int, invite boolean, at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  org constant uuid := app.my_administered_org();
  here int[];
  added uuid[];
  is_outdated boolean;
  invited int := 0;
begin
  -- The same file sent twice at once: the second waits here for the first, and then finds everybody there.
  perform pg_advisory_xact_lock(hashtextextended('structure of ' || org, 0));

  insert into public.departments (org_id, name, created_at)
  select org, n.name, import_members.at from unnest(new_departments) n (name)
  on conflict (org_id, lower(name)) where closed_at is null do nothing;

  with
  listed as materialized (
    select gen_random_uuid() as id, l.*,
      exists (select from public.organization_members m where m.org_id = org and m.invited_email = l.email) as is_here
    from jsonb_to_recordset(people)
      as l (line int, name text, email text, job_title text, department text, supervisor_email text, is_supervisor boolean)
  ),
  new as materialized (
    select l.*, d.id as department_id, coalesce(boss.id, peer.id) as supervisor,
      l.is_supervisor or l.email in (select led.supervisor_email from listed led where not led.is_here and led.supervisor_email is not null) as leads
    from listed l
    left join public.departments d on d.org_id = org and d.closed_at is null and lower(d.name) = lower(l.department)
    left join public.organization_members boss on boss.org_id = org and boss.invited_email = l.supervisor_email
    left join listed peer on peer.email = l.supervisor_email
    where not l.is_here
  ),
  made as (
    insert into public.organization_members
      (id, org_id, department_id, supervisor, display_name, job_title, invited_email, has_direct_reports, invite_expires_at, created_at)
    select n.id, org, n.department_id, n.supervisor, n.name, n.job_title, n.email, n.leads,
      case when invite then import_members.at + interval '14 days' end, import_members.at
    from new n
    returning id
  )
  select
    (select coalesce(array_agg(m.id), '{}') from made m),
    (select coalesce(array_agg(l.line order by l.line), '{}') from listed l where l.is_here),
    exists (select from new n
      where n.department is not null and n.department_id is null or n.supervisor_email is not null and n.supervisor is null)
  into added, here, is_outdated;

  if is_outdated then
    raise exception 'Departments or people have changed while this was checked. Please check it again.'
      using errcode = 'VD409', hint = 'roster_outdated';
  end if;
  if invite then
    invited := app.queue_invitations(added, import_members.at);
  end if;
  return jsonb_build_object('new', cardinality(added), 'imported', cardinality(added), 'invited', invited,
    'already_members', cardinality(here), 'already_member_lines', to_jsonb(here[:most_lines]));
end
$$;
comment on function app.import_members(jsonb, text[], int, boolean, timestamptz) is
  'Makes members of those of these people whose address is no member''s, in departments that there are or that are named as new, under supervisors who are members or among them; all or nothing.';

-- ---- on the record, many at once -----------------------------------------------------------------------------------
-- A statement's entries are chained together, and the head of the chain is moved once for all of them: moved for each of
-- ten thousand rows, it would leave ten thousand versions of itself for each next one to walk past.

create function app.audit_entry(entity_type text, scope text, action text, unwatched text[], row_before jsonb, row_after jsonb)
returns public.audit_log language plpgsql stable set search_path = '' as $$
declare
  whole constant jsonb := coalesce(row_after, row_before);
  entry public.audit_log;
begin
  entry.before := row_before - unwatched;
  entry.after := row_after - unwatched;
  if entry.before = entry.after then
    return null;
  elsif entry.before is not null and entry.after is not null then
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, entry.after -> b.key) into entry.before, entry.after
      from jsonb_each(entry.before) b where b.value <> entry.after -> b.key;
  end if;
  entry.org_id := coalesce(whole ->> 'org_id', whole ->> 'id')::uuid;
  entry.entity_type := audit_entry.entity_type;
  entry.entity_id := (whole ->> 'id')::uuid;
  entry.scope := audit_entry.scope;
  entry.action := audit_entry.action;
  entry.actor_id := auth.uid();
  entry.actor_type := case when entry.actor_id is null then 'system' else 'user' end;
  if entry.scope = 'personal' then
    entry.subject_user_id := coalesce(whole ->> 'user_id', whole ->> 'requested_by', entry.actor_id::text)::uuid;
  end if;
  return entry;
end
$$;
comment on function app.audit_entry(text, text, text, text[], jsonb, jsonb) is
  'What is to be put on the record of a row''s change: those of the watched columns that it changed. Null where it changed none.';

create function app.unwatched(relation oid, watched text) returns text[] language sql stable set search_path = '' as $$
  select coalesce(array_agg(a.attname::text), '{}') from pg_catalog.pg_attribute a
  where a.attrelid = relation and a.attnum > 0 and a.attname <> all (string_to_array(watched, ' '))
$$;
comment on function app.unwatched(oid, text) is 'The columns of a table that its audit doesn''t watch.';

create function app.chained(head app.audit_heads, entries public.audit_log[]) returns setof public.audit_log
language plpgsql set search_path = '' as $$
declare
  entry public.audit_log;
begin
  foreach entry in array entries loop
    entry.seq := head.seq + 1;
    entry.id := gen_random_uuid();
    entry.created_at := clock_timestamp();
    entry.previous_hash := head.hash;
    entry.hash := app.audit_hash(head.hash, entry);
    head.seq := entry.seq;
    head.hash := entry.hash;
    return next entry;
  end loop;
end
$$;
comment on function app.chained(app.audit_heads, public.audit_log[]) is
  'The entries as links of a chain that goes on from this head.';

create function app.write_audit_entries(entries public.audit_log[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  org constant uuid := entries[1].org_id;
  head app.audit_heads;
begin
  insert into app.audit_heads (org_id, seq, hash) values (org, 0, sha256(uuid_send(org))) on conflict (org_id) do nothing;
  -- Writers of one organisation wait here for each other, so that the chain has no fork.
  select h.* into head from app.audit_heads h where h.org_id = org for update;
  with written as (
    insert into public.audit_log select c.* from app.chained(head, entries) c returning seq, hash)
  update app.audit_heads h set seq = w.seq, hash = w.hash
  from written w where h.org_id = org and w.seq = head.seq + cardinality(entries);
end
$$;
comment on function app.write_audit_entries(public.audit_log[]) is 'Puts entries of one organisation on its record, in one statement.';

create or replace function app.write_audit(entry public.audit_log) returns void
language sql security definer set search_path = '' as $$ select app.write_audit_entries(array[entry]) $$;

create or replace function app.audit() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.audit_log := app.audit_entry(tg_table_name, tg_argv[0],
    coalesce(tg_argv[2], case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end),
    app.unwatched(tg_relid, tg_argv[1]), case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
begin
  if entry.entity_id is not null then
    perform app.write_audit(entry);
  end if;
  return null;
end
$$;

-- audit_all(scope, columns): as audit(), once for an insert or update, whose rows it knows as rows_before and rows_after.
create function app.audit_all() returns trigger language plpgsql security definer
-- The plan is kept from the first statement: one that suits a single row must not be used for ten thousand.
set search_path = '' set enable_nestloop = off as $$
declare
  unwatched constant text[] := app.unwatched(tg_relid, tg_argv[1]);
  entries public.audit_log[];
  of_one_organization public.audit_log[];
begin
  if tg_op = 'INSERT' then
    select array_agg(app.audit_entry(tg_table_name, tg_argv[0], 'created', unwatched, null, to_jsonb(a)))
      into entries from rows_after a;
  else
    select array_agg(app.audit_entry(tg_table_name, tg_argv[0], 'updated', unwatched, to_jsonb(b), to_jsonb(a)))
      into entries from rows_before b join rows_after a using (id);
  end if;
  for of_one_organization in
    select array_agg(e) from unnest(entries) e where e.entity_id is not null group by e.org_id order by e.org_id
  loop
    perform app.write_audit_entries(of_one_organization);
  end loop;
  return null;
end
$$;

drop trigger audit on public.organization_members;
create trigger audit_added after insert on public.organization_members
  referencing new table as rows_after for each statement execute function app.audit_all('organization',
  'role level status department_id supervisor job_title has_direct_reports can_view_reports schedule_override invite_status invite_expires_at');
create trigger audit_changed after update on public.organization_members
  referencing old table as rows_before new table as rows_after for each statement execute function app.audit_all('organization',
  'role level status department_id supervisor job_title has_direct_reports can_view_reports schedule_override invite_status invite_expires_at');

alter function app.import_members(jsonb, text[], int, boolean, timestamptz) owner to vizdots_definer;
alter function app.write_audit_entries(public.audit_log[]) owner to vizdots_definer;
alter function app.audit_all() owner to vizdots_definer;
revoke execute on function app.import_members, app.audit_entry, app.unwatched, app.chained, app.write_audit_entries, app.audit_all from public;
grant execute on function app.import_members to authenticated;
grant execute on function app.audit_entry, app.unwatched, app.chained to vizdots_definer;
