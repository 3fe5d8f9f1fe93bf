-- How an organisation is run: for which one an admin acts, what is switched on there, how two admins don't overwrite each
-- other, and what a change of somebody's place brings with it.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file constraint-missing-not-valid, require-concurrent-index-creation, require-concurrent-index-deletion

-- ---- for whom ------------------------------------------------------------------------------------------------------

create function app.my_administered_org() returns uuid language plpgsql stable set search_path = '' as $$
declare
  org uuid := app.my_org();
begin
  if org not in (select app.administered_org_ids()) then
    raise exception 'Only owners and admins may do this.' using errcode = 'VD403', hint = 'admins_only';
  end if;
  return org;
end
$$;
comment on function app.my_administered_org() is 'The one organisation that the caller acts in, as its owner or admin.';

create function app.my_owned_org() returns uuid language plpgsql stable set search_path = '' as $$
declare
  org uuid := app.my_org();
begin
  if org not in (select app.owned_org_ids()) then
    raise exception 'Only owners may do this.' using errcode = 'VD403', hint = 'owners_only';
  end if;
  return org;
end
$$;
comment on function app.my_owned_org() is 'The one organisation that the caller acts in, as its owner.';

-- How an organisation works is for its owners to say.
drop policy "admins change its settings" on public.organizations;
create policy "owners change its settings" on public.organizations for update to authenticated
  using (id = any (array(select app.owned_org_ids()))) with check (id = any (array(select app.owned_org_ids())));

-- ---- what is switched on -------------------------------------------------------------------------------------------

create function app.has_feature(feature text, switches jsonb) returns boolean language sql stable set search_path = '' as $$
  select feature = any (array['WORKFLOW_VERSIONING', 'AUDIT_LOG', 'FACT_IMMUTABILITY'])
    or feature <> all (regexp_split_to_array(coalesce(current_setting('request.features_off', true), ''), '[,\s]+'))
      and coalesce((switches ->> feature)::boolean, true)
$$;
comment on function app.has_feature(text, jsonb) is
  'Whether a feature is on: three always are; the others unless the deployment (request.features_off) or the organisation (its feature_flags) turns them off.';

create function app.my_org(feature text) returns uuid language plpgsql stable set search_path = '' as $$
declare
  org uuid := app.my_org();
begin
  if not (select app.has_feature(feature, o.feature_flags) from public.organizations o where o.id = org) then
    raise exception 'This is switched off here.' using errcode = 'VD404', hint = 'feature_off';
  end if;
  return org;
end
$$;
comment on function app.my_org(text) is 'As app.my_org(), where the feature is on.';

-- ---- two at once ---------------------------------------------------------------------------------------------------

create function app.etag(entity jsonb) returns text language sql immutable set search_path = '' as $$
  select md5(entity::text)
$$;
comment on function app.etag(jsonb) is
  'An entity''s ETag, made of what those who edit it may see, and not of when: that would tell of changes that are not theirs to know.';

create function app.expect(etag text, entity jsonb) returns void language plpgsql set search_path = '' as $$
begin
  if etag <> app.etag(entity) then
    raise exception 'Somebody has changed it since you looked.' using errcode = 'VD412', hint = 'stale';
  end if;
end
$$;
comment on function app.expect(text, jsonb) is 'Refuses a change of an entity that isn''t any more what its editor saw; without an ETag they don''t mind.';

-- ---- the structure stays a tree ------------------------------------------------------------------------------------
-- Once for a statement, however many rows it brings: an import sets ten thousand supervisors at once.

create type app.member_place as (org_id uuid, id uuid, supervisor uuid);
comment on type app.member_place is 'Whom a member reports to.';

create function app.keep_structure_a_tree() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  places app.member_place[];
begin
  if tg_op = 'INSERT' then
    select array_agg((n.org_id, n.id, n.supervisor)::app.member_place) into places from placed n where n.supervisor is not null;
  else
    -- No join: its plan is kept from the first statement, and for one row that is one to ruin ten thousand.
    select array_agg((n.org_id, n.id, n.supervisor)::app.member_place) into places from (
      select p.org_id, p.id, p.supervisor from placed p where p.supervisor is not null
      except select b.org_id, b.id, b.supervisor from placed_before b) n;
  end if;
  if places is null then
    return null;
  end if;

  -- Changes of one organisation's structure wait for each other, or two people could become each other's supervisor.
  perform pg_advisory_xact_lock(hashtextextended('structure of ' || o.org_id, 0))
  from (select distinct p.org_id from unnest(places) p order by 1) o;

  -- Everybody above those who were placed, each looked up by their key; then all of them climb, twice as far with each
  -- step, so that a chain of ten thousand takes fourteen. Whoever never gets over the top is above themself.
  if (
    with recursive
    above (org_id, id, supervisor) as (
      select p.org_id, p.id, p.supervisor from unnest(places) p
      union
      select a.org_id, m.id, m.supervisor from above a cross join lateral (
        select m.id, m.supervisor from public.organization_members m where m.org_id = a.org_id and m.id = a.supervisor offset 0) m
    ),
    numbered as (
      select row_number() over ()::int as nr, a.id, a.supervisor from above a
    ),
    climbs (at, far) as (
      select array_agg(coalesce(s.nr, 0) order by n.nr), 1 from numbered n left join numbered s on s.id = n.supervisor
      union all
      select (select array_agg(coalesce(c.at[c.at[nr]], 0) order by nr) from generate_subscripts(c.at, 1) nr), c.far * 2
      from climbs c where 0 < any (c.at) and c.far < cardinality(c.at)
    )
    select 0 < any (c.at) from climbs c order by c.far desc limit 1
  ) then
    raise exception 'Two people would supervise each other.' using errcode = 'VD422', hint = 'supervisors_in_a_circle';
  end if;

  update public.organization_members m set has_direct_reports = true
  from (select distinct p.org_id, p.supervisor from unnest(places) p) led
  where m.org_id = led.org_id and m.id = led.supervisor and not m.has_direct_reports;
  return null;
end
$$;

alter function app.keep_structure_a_tree() owner to vizdots_definer;
create trigger keep_structure_a_tree after insert on public.organization_members
  referencing new table as placed for each statement execute function app.keep_structure_a_tree();
create trigger keep_structure_a_tree_still after update on public.organization_members
  referencing old table as placed_before new table as placed for each statement execute function app.keep_structure_a_tree();

create or replace function app.keep_membership_whole() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'members are deactivated, never deleted' using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  if new.id <> old.id or new.org_id <> old.org_id then
    raise exception 'a membership stays in its organisation' using errcode = 'check_violation', table = tg_table_name;
  end if;

  -- Two owners who demote one another wait for each other.
  if old.role = 'owner' and old.status = 'active' and (new.role <> 'owner' or new.status <> 'active') then
    perform pg_advisory_xact_lock(hashtextextended('owners of ' || new.org_id, 0));
    if not exists (select from public.organization_members m
        where m.org_id = new.org_id and m.role = 'owner' and m.status = 'active' and m.id <> new.id) then
      raise exception 'An organisation keeps at least one owner.' using errcode = 'VD409', hint = 'last_owner';
    end if;
  end if;
  return new;
end
$$;

-- ---- another place is another job ----------------------------------------------------------------------------------
-- The scheduler asks about it (member_role_history); what was confirmed of the old one is a version behind.

create function app.begin_new_profile_version() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.user_profiles p set version = p.version + 1 where p.org_id = new.org_id and p.user_id = new.user_id;
  return null;
end
$$;
alter function app.begin_new_profile_version() owner to vizdots_definer;
create trigger begin_new_profile_version after update of level, department_id on public.organization_members
  for each row when (old.level is distinct from new.level or old.department_id is distinct from new.department_id)
  execute function app.begin_new_profile_version();

-- ---- departments that were closed ----------------------------------------------------------------------------------
-- Dots say where somebody was when they said it, so that a department which was ever spoken in can't go: it is closed.

alter table public.departments
  add column closed_at timestamptz,
  add column merged_into uuid,
  add constraint merged_departments_are_closed check (merged_into is null or closed_at is not null);
comment on column public.departments.closed_at is 'Since when nobody can be in it; null: it is open.';
comment on column public.departments.merged_into is 'The department that its people went to.';
drop index public.departments_are_named_once;
create unique index departments_are_named_once on public.departments (org_id, lower(name)) where closed_at is null;

revoke execute on function app.my_administered_org, app.my_owned_org, app.has_feature, app.my_org(text), app.etag, app.expect,
  app.keep_structure_a_tree, app.begin_new_profile_version from public;
grant execute on function app.my_administered_org, app.my_owned_org, app.has_feature, app.my_org(text), app.etag, app.expect
  to authenticated;
