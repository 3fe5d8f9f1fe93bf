-- Departments that are renamed, merged and removed, and the chart of who leads whom.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-foreign-key-constraint, constraint-missing-not-valid, require-concurrent-index-creation

-- ---- what was removed stays hidden ---------------------------------------------------------------------------------
-- A removed department is closed and never deleted, whether somebody ever spoke there or not: a row that goes only when
-- no dot refers to it would tell, by its id and by every foreign key, that none does. A merged one may be looked at.

alter table public.departments
  add constraint mergers_stay_in_the_organisation foreign key (org_id, merged_into) references public.departments (org_id, id);
create index departments_by_merger on public.departments (org_id, merged_into);

drop policy "members see the departments" on public.departments;
create policy "members see the departments" on public.departments for select to authenticated
  using (org_id = any (array(select app.current_org_ids())) and (closed_at is null or merged_into is not null));
drop policy "admins rename departments" on public.departments;
create policy "admins rename departments" on public.departments for update to authenticated
  using (org_id = any (array(select app.administered_org_ids())) and closed_at is null)
  with check (org_id = any (array(select app.administered_org_ids())));
drop policy "admins remove departments that nothing refers to" on public.departments;
revoke delete on public.departments from authenticated;

create trigger audit_merge after update of merged_into on public.departments for each row
  execute function app.audit('organization', 'merged_into');

create function app.audit_removal() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform app.write_audit(app.audit_entry(tg_table_name, 'organization', 'deleted', app.unwatched(tg_relid, 'name'), to_jsonb(old), null));
  return null;
end
$$;
alter function app.audit_removal() owner to vizdots_definer;
create trigger audit_removal after update of closed_at on public.departments for each row
  when (old.closed_at is null and new.closed_at is not null and new.merged_into is null)
  execute function app.audit_removal();

-- ---- nobody is let into a closed one -------------------------------------------------------------------------------
-- Once for a statement, as the tree of 025: an import lets ten thousand people into twenty departments.

create function app.keep_members_in_open_departments() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  entered uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.department_id) into entered from placed n where n.department_id is not null;
  else
    select array_agg(distinct n.department_id) into entered from (  -- no join: its plan would be kept from the first statement
      select p.id, p.department_id from placed p where p.department_id is not null
      except select b.id, b.department_id from placed_before b) n;
  end if;
  if entered is null then
    return null;
  end if;
  -- Whoever is closing one of them is waited for, and whoever wants to must wait.
  perform from public.departments d where d.id = any (entered) order by d.id for share;
  if exists (select from public.departments d where d.id = any (entered) and d.closed_at is not null) then
    raise exception 'There is no such department.' using errcode = 'VD422', hint = 'unknown_department';
  end if;
  return null;
end
$$;
alter function app.keep_members_in_open_departments() owner to vizdots_definer;
create trigger keep_members_in_open_departments after insert on public.organization_members
  referencing new table as placed for each statement execute function app.keep_members_in_open_departments();
create trigger keep_members_in_open_departments_still after update on public.organization_members
  referencing old table as placed_before new table as placed for each statement execute function app.keep_members_in_open_departments();

-- ---- what an admin sees of one -------------------------------------------------------------------------------------

create function app.department_seen(department public.departments) returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_array(department.id, department.name, department.closed_at, department.merged_into)
$$;
comment on function app.department_seen is 'What an ETag of it is made of: who is in it is another matter than what it is called.';

create function app.shown_departments(org uuid, one uuid default null)
returns table (id uuid, name text, sorted_by text, is_open boolean, shown json) language sql stable set search_path = '' as $$
  select d.id, d.name, left(lower(d.name), 200), d.closed_at is null, json_build_object('id', d.id, 'name', d.name,
    'people', json_build_object('active', people.active, 'invited', people.invited),
    'closed_at', d.closed_at, 'merged_into', d.merged_into, 'etag', app.etag(app.department_seen(d)))
  from public.departments d cross join lateral (
    select count(*) filter (where m.status = 'active') as active, count(*) filter (where m.status = 'invited') as invited
    from public.organization_members m where m.org_id = org and m.department_id = d.id) people
  where d.org_id = org and (one is null or d.id = one)
$$;
comment on function app.shown_departments(uuid, uuid) is 'An organisation''s departments, or one of them, as the API shows them to admins.';

-- ---- adding and renaming -------------------------------------------------------------------------------------------

create function app.add_department(name text, at timestamptz) returns json language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  added uuid := gen_random_uuid();
begin
  insert into public.departments (id, org_id, name, created_at) values (added, org, add_department.name, at);
  return (select d.shown from app.shown_departments(org, added) d);
end
$$;
comment on function app.add_department(text, timestamptz) is 'A new department of the caller''s organisation, as shown.';

create function app.hold_department(org uuid, department uuid, expected text) returns void language plpgsql set search_path = '' as $$
declare
  held public.departments;
begin
  select d.* into held from public.departments d where d.org_id = org and d.id = department and d.closed_at is null for update;
  if not found then
    raise exception 'There is no such department.' using errcode = 'VD404', hint = 'department_not_found';
  end if;
  perform app.expect(expected, app.department_seen(held));
end
$$;
comment on function app.hold_department(uuid, uuid, text) is 'Locks an open department, to change it if it still is what its editor saw.';

create function app.rename_department(department uuid, name text, expected text) returns json language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  perform app.hold_department(org, department, expected);
  update public.departments d set name = rename_department.name where d.org_id = org and d.id = department;
  return (select d.shown from app.shown_departments(org, department) d);
end
$$;
comment on function app.rename_department(uuid, text, text) is 'Renames a department of the caller''s organisation; it is told as shown.';

-- ---- merging and removing ------------------------------------------------------------------------------------------
-- Definer, since owners move with the others, whom an admin can't move by hand. People are locked before departments, as
-- by whoever changes a person's department; departments in the order of their ids, so that two who merge into each
-- other's wait, and the second finds nothing left to merge.

create function app.merge_department(department uuid, target uuid, expected text, at timestamptz) returns json
language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  if department = target then
    raise exception 'A department can''t be merged into itself.' using errcode = 'VD422', hint = 'merged_into_itself';
  end if;
  perform from public.organization_members m where m.org_id = org and m.department_id = department order by m.id for no key update;
  perform from public.departments d where d.org_id = org and d.id in (department, target) order by d.id for update;
  perform app.hold_department(org, department, expected);
  if not exists (select from public.departments d where d.org_id = org and d.id = target and d.closed_at is null) then
    raise exception 'There is no such department to merge into.' using errcode = 'VD404', hint = 'merge_target_not_found';
  end if;

  update public.organization_members m set department_id = target where m.org_id = org and m.department_id = department;
  update public.workflows w set department_id = target where w.org_id = org and w.department_id = department;
  update public.departments d set closed_at = at, merged_into = target where d.org_id = org and d.id = department;
  return (select d.shown from app.shown_departments(org, department) d);
end
$$;
comment on function app.merge_department(uuid, uuid, text, timestamptz) is
  'Moves everybody and every workflow of a department of the caller''s organisation to another one, and closes it; it is told as shown.';

create function app.remove_department(department uuid, expected text, at timestamptz) returns int
language plpgsql security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  people int;
begin
  perform from public.organization_members m where m.org_id = org and m.department_id = department order by m.id for no key update;
  perform app.hold_department(org, department, expected);
  select count(*) into people from public.organization_members m
    where m.org_id = org and m.department_id = department and m.status <> 'inactive';
  if people > 0 then
    return people;
  end if;

  update public.organization_members m set department_id = null where m.org_id = org and m.department_id = department;
  update public.workflows w set department_id = null where w.org_id = org and w.department_id = department;
  update public.departments d set closed_at = at where d.org_id = org and d.id = department;
  return 0;
end
$$;
comment on function app.remove_department(uuid, text, timestamptz) is
  'Removes a department of the caller''s organisation if nobody is in it, and tells how many people are. Whoever has left, and workflows, are in none then.';

-- ---- the chart -----------------------------------------------------------------------------------------------------
-- Its work grows with the people, however they are stacked: no path is kept for anybody, nothing is counted twice, and
-- there is no join that could be planned for few and meet many. Everybody has a number (nr), those of one team in a row:
-- so a team is its first and its size, and what is known of somebody stands in an array under their number.

create function app.org_chart(org uuid)
returns table (id uuid, leader uuid, depth int, place int, direct_reports int, all_reports int)
language sql stable set search_path = '' as $$
  with recursive
  -- From the top down, past whoever has left: everybody with the next one above them who is still here.
  led (id, leader, is_here, sorted_by) as (
    select m.id, null::uuid, m.status <> 'inactive', lower(coalesce(m.display_name, m.invited_email))
    from public.organization_members m where m.org_id = org and m.supervisor is null
    union all
    select m.id, case when l.is_here then l.id else l.leader end, m.is_here, m.sorted_by
    from led l cross join lateral (
      select m.id, m.status <> 'inactive' as is_here, lower(coalesce(m.display_name, m.invited_email)) as sorted_by
      from public.organization_members m where m.org_id = org and m.supervisor = l.id offset 0) m
  ),
  people as materialized (
    select row_number() over (order by l.leader nulls first, l.sorted_by, l.id)::int as nr, l.id, l.leader from led l where l.is_here
  ),
  known as (
    select p.id, p.nr, 0 as first, 0 as size from people p
    union all
    select p.leader, 0, min(p.nr), count(*)::int from people p where p.leader is not null group by p.leader
  ),
  shape as materialized (
    select array_agg(k.id order by k.nr) as ids, array_agg(k.first order by k.nr) as firsts, array_agg(k.size order by k.nr) as sizes
    from (select k.id, max(k.nr) as nr, max(k.first) as first, max(k.size) as size from known k group by k.id) k
  ),
  -- Level by level, with who comes next after somebody and all of theirs (0: nobody), beginning above the tops.
  levels (nr, id, leader, depth, first, size, after) as (
    select 0, null::uuid, null::uuid, -1, 1, count(*)::int, 0 from people p where p.leader is null
    union all
    select report, (select s.ids from shape s)[report], l.id, l.depth + 1, (select s.firsts from shape s)[report],
      (select s.sizes from shape s)[report], case when report < l.first + l.size - 1 then report + 1 else l.after end
    from levels l cross join lateral generate_series(l.first, l.first + l.size - 1) report
  ),
  -- One by one: to the first of one's team, or to who comes after.
  walk (nr, place) as (
    select 1, 1 where exists (select from people)
    union all
    select next.nr, w.place + 1 from walk w cross join lateral (
      select (select array_agg(case when l.size > 0 then l.first else l.after end order by l.nr) from levels l where l.nr > 0)[w.nr]
    ) next (nr)
    where next.nr > 0
  ),
  places as materialized (
    select array_agg(w.place order by w.nr) as of, count(*)::int as people from walk w
  )
  select l.id, l.leader, l.depth, p.of[l.nr], l.size, coalesce(p.of[l.after], p.people + 1) - p.of[l.nr] - 1
  from levels l cross join places p where l.nr > 0
$$;
comment on function app.org_chart(uuid) is
  'Everybody of an organisation who hasn''t left, in the places of a walk: depth first, a team by name. Those of somebody who has left are the next leader''s.';

alter function app.merge_department(uuid, uuid, text, timestamptz) owner to vizdots_definer;
alter function app.remove_department(uuid, text, timestamptz) owner to vizdots_definer;
revoke execute on function app.audit_removal, app.keep_members_in_open_departments, app.department_seen, app.shown_departments,
  app.add_department, app.hold_department, app.rename_department, app.merge_department, app.remove_department, app.org_chart from public;
grant execute on function app.department_seen, app.shown_departments, app.add_department, app.hold_department,
  app.rename_department, app.merge_department, app.remove_department, app.org_chart to authenticated;
-- Functions that lend their rights ask for whom they act, too.
grant execute on function app.my_org(), app.my_administered_org(), app.etag(jsonb), app.expect(text, jsonb),
  app.department_seen(public.departments), app.shown_departments(uuid, uuid), app.hold_department(uuid, uuid, text) to vizdots_definer;
