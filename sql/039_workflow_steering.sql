-- The owner's steering wheel, and why the product says what it says. Corrections lie over what people told and can always
-- be taken back; evidence is told in whole groups (docs/decisions/027-overview.md), to people their own dots besides.

-- ---- what counts as evidence ---------------------------------------------------------------------------------------

create function app.evidence_of(told bigint, weeks bigint, active bigint, group_size bigint) returns jsonb
language sql immutable set search_path = '' as $$
  select groups || jsonb_build_object('weeks', case when groups ->> 'at_least' is not null then weeks end)
  from (select app.whole_groups(told, active, group_size) as groups) g
$$;
comment on function app.evidence_of(bigint, bigint, bigint, bigint) is
  'How many people say something, in whole groups, and in how many different weeks; of fewer than a group neither.';

-- One row for each thing that is said of the workflow: kind and key, and who says it in which of their weeks.
create function app.workflow_claims(workflow uuid) returns table (kind text, key text, person text, week date, dot_id uuid)
language sql stable set search_path = '' as $$
  with told as (
    select t.*, coalesce(a.user_id, a.id)::text as person, date_trunc('week', a.created_at at time zone o.timezone)::date as week
    from app.counted_tellings(workflow) t
    join public.answers a on a.id = t.dot_id join public.organizations o on o.id = a.org_id)
  select 'workflow', '', person, week, dot_id from told
  union all select 'step', step, person, week, dot_id from told, unnest(step_keys) step
  union all select 'tool', lower(tool), person, week, dot_id from told, unnest(tools) tool
  union all select 'data_source', lower(source), person, week, dot_id from told, unnest(data_sources) source
  union all select 'variant', l.variant_id::text, person, week, told.dot_id
    from told join public.workflow_variant_dot_links l on l.dot_id = told.dot_id
$$;
comment on function app.workflow_claims(uuid) is 'Who says what of a workflow: for functions that tell it in whole groups.';

create function app.active_members(org uuid) returns bigint language sql stable set search_path = '' as $$
  select count(*) from public.organization_members m where m.org_id = active_members.org and m.status = 'active'
$$;

create function app.workflow_evidence(workflow uuid, o public.organizations) returns jsonb
language sql stable set search_path = '' as $$
  with active as materialized (select app.active_members(o.id) as members),
    said as (
      select kind, key, count(distinct person) as people, count(distinct week) as weeks from app.workflow_claims(workflow) group by kind, key),
    told as (
      select kind, jsonb_object_agg(key, app.evidence_of(people, weeks, active.members, o.min_group_size)) as evidence
      from said, active group by kind)
  select coalesce(jsonb_object_agg(kind, evidence), '{}') from told
$$;
comment on function app.workflow_evidence(uuid, public.organizations) is 'For each kind and key that is said of a workflow, how many say so.';

-- ---- what an admin sees --------------------------------------------------------------------------------------------
-- Definer, since what is counted is readable by nobody; each asks first whose organisation it is.

create function app.workflow_seen(w public.workflows) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_array(w.id, w.display_name, w.department_id, w.status, (
    select jsonb_build_array(o.id, o.override_payload) from public.workflow_overrides o where o.workflow_id = w.id and o.status = 'active'))
$$;
comment on function app.workflow_seen(public.workflows) is
  'What an ETag of a workflow is made of: what its editors set. A new version is none of it: it would tell when somebody spoke.';

-- A workflow is there for others once a dot that counts tells of it.
create function app.is_told(workflow uuid) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from public.workflow_tellings t join public.answers a on a.id = t.dot_id
    where t.workflow_id = is_told.workflow and not a.is_private)
$$;

create function app.my_workflow(workflow uuid, feature text default 'WORKFLOW_VERSIONING') returns public.workflows
language plpgsql stable security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  found_one public.workflows;
begin
  perform app.my_org(feature);
  select w.* into found_one from public.workflows w
  where w.org_id = org and w.id = my_workflow.workflow and w.merged_into is null and app.is_told(w.id);
  if not found then
    raise exception 'There is no such workflow.' using errcode = 'VD404', hint = 'workflow_not_found';
  end if;
  return found_one;
end
$$;
comment on function app.my_workflow(uuid, text) is 'A workflow of the organisation that the caller administers, where the feature is on.';

create function app.newest_feedback(workflow uuid) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object('id', o.id, 'rating', o.accuracy_rating, 'feedback', coalesce(o.accuracy_feedback, '{}'), 'by', o.created_by_type, 'at', o.created_at)
  from public.workflow_overrides o
  where o.workflow_id = newest_feedback.workflow and o.accuracy_rating is not null order by o.created_at desc, o.id desc limit 1
$$;

-- What was found is there while somebody's dot that counts says so; what people named is there.
create function app.counts_as_variant(v public.workflow_variants) returns boolean language sql stable set search_path = '' as $$
  select v.source in ('owner', 'admin') or exists (
    select from public.workflow_variant_dot_links l join app.counted_tellings(v.workflow_id) t on t.dot_id = l.dot_id
    where l.variant_id = v.id)
$$;

-- An admin's own statements see no way that only private dots tell.
create function app.open_variant_ids() returns setof uuid language sql stable security definer set search_path = '' as $$
  select v.id from public.workflow_variants v
  where v.org_id = any (array(select app.administered_org_ids())) and exists (
    select from public.workflow_variant_dot_links l join public.answers a on a.id = l.dot_id where l.variant_id = v.id and not a.is_private)
$$;
comment on function app.open_variant_ids() is 'The variants that somebody''s dot tells and not in private, in organisations that the caller administers.';
drop policy "admins see the variants" on public.workflow_variants;
create policy "admins see the variants that aren't private" on public.workflow_variants for select to authenticated
  using (org_id = any (array(select app.administered_org_ids()))
    and (source in ('owner', 'admin') or id = any (array(select app.open_variant_ids()))));

create function app.variant_json(v public.workflow_variants, evidence jsonb) returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object('id', v.id, 'workflow_id', v.workflow_id, 'variant_key', v.variant_key, 'description', v.description,
    'details', v.details, 'is_allowed', v.is_allowed, 'source', v.source,
    'evidence', coalesce(evidence, '{"at_least": null, "reason": "too_few_people", "weeks": null}'),
    'etag', app.etag(jsonb_build_array(v.id, v.description, v.is_allowed)))
$$;

-- Set-based: whatever is counted is counted for the whole page at once.
create function app.known_to_admins(in_department uuid, in_status text, search text, after_name text, after_id uuid, most int) returns jsonb
language sql stable security definer set search_path = '' as $$
  with org as materialized (
    select o.id, o.timezone, o.min_group_size, app.active_members(o.id) as active
    from public.organizations o where o.id = app.my_administered_org()),
    page as materialized (
      select w.*, lower(w.display_name) as sorted_by
      from public.workflows w
      where w.org_id = (select id from org) and w.merged_into is null
        and exists (
          select from public.workflow_tellings t join public.answers a on a.id = t.dot_id
          where t.org_id = w.org_id and t.workflow_id = w.id and not a.is_private)
        and (in_department is null or w.department_id = in_department)
        and (in_status = 'all' or w.status = in_status)
        and (search is null or strpos(lower(w.display_name), lower(search)) > 0)
        and (after_id is null or (lower(w.display_name), w.id) > (after_name, after_id))
      order by lower(w.display_name), w.id limit most + 1),
    counted as materialized (
      select distinct on (t.workflow_id, coalesce(a.user_id, a.id)) t.workflow_id, t.dot_id, a.created_at
      from page p
      join public.workflow_tellings t on t.org_id = p.org_id and t.workflow_id = p.id
      join public.answers a on a.id = t.dot_id and not a.is_private
      order by t.workflow_id, coalesce(a.user_id, a.id), a.created_at desc, a.id),
    evidence as (
      select c.workflow_id, app.evidence_of(count(*), count(distinct date_trunc('week', c.created_at at time zone org.timezone)),
        org.active, org.min_group_size) as told
      from counted c, org group by c.workflow_id, org.active, org.min_group_size),
    variants as (
      select x.workflow_id, count(*) filter (where x.is_allowed is null) as unclassified, count(*) filter (where x.is_allowed) as fine,
        count(*) filter (where not x.is_allowed) as friction
      from page p join public.workflow_variants x on x.org_id = p.org_id and x.workflow_id = p.id
      where x.source in ('owner', 'admin')
        or x.id in (select l.variant_id from counted c join public.workflow_variant_dot_links l on l.dot_id = c.dot_id)
      group by x.workflow_id),
    questions as (
      select pair.id, count(*) as asked
      from (
        select r.workflow_id as id, r.other_id as other from public.workflow_resemblances r, org where r.org_id = org.id and r.decision is null
        union all select r.other_id, r.workflow_id from public.workflow_resemblances r, org where r.org_id = org.id and r.decision is null) pair
      join page p on p.id = pair.id
      join public.workflows other on other.id = pair.other and other.merged_into is null
      where exists (
        select from public.workflow_tellings t join public.answers a on a.id = t.dot_id
        where t.org_id = other.org_id and t.workflow_id = other.id and not a.is_private)
      group by pair.id),
    shown as (
      select p.sorted_by, p.id, row_number() over (order by p.sorted_by, p.id) as nth, jsonb_build_object(
        'id', p.id, 'workflow_key', p.workflow_key, 'name', p.display_name, 'status', p.status,
        'department', case when d.id is not null then jsonb_build_object('id', d.id, 'name', d.name) end,
        'version', v.version_number, 'steps', jsonb_array_length(v.structure -> 'steps'), 'tools', v.structure -> 'tools',
        'is_corrected', c.id is not null, 'accuracy', f.accuracy_rating, 'questions', coalesce(q.asked, 0),
        'variants', jsonb_build_object('unclassified', coalesce(x.unclassified, 0), 'fine', coalesce(x.fine, 0), 'friction', coalesce(x.friction, 0)),
        'evidence', e.told) as item
      from page p
      join evidence e on e.workflow_id = p.id
      left join variants x on x.workflow_id = p.id
      left join questions q on q.id = p.id
      left join public.departments d on d.org_id = p.org_id and d.id = p.department_id
      left join public.workflow_overrides c on c.org_id = p.org_id and c.workflow_id = p.id and c.status = 'active'
      left join lateral (
        select r.accuracy_rating from public.workflow_overrides r
        where r.org_id = p.org_id and r.workflow_id = p.id and r.accuracy_rating is not null order by r.created_at desc, r.id desc limit 1) f on true
      left join lateral (
        select v.version_number, v.structure from public.workflow_versions v
        where v.org_id = p.org_id and v.workflow_id = p.id order by v.version_number desc limit 1) v on true)
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(item order by nth) filter (where nth <= most), '[]'),
    'next_cursor', case when count(*) > most then max(id || ':' || sorted_by) filter (where nth = most) end)
  from shown
$$;
comment on function app.known_to_admins(uuid, text, text, text, uuid, int) is 'The workflows of the organisation that the caller administers, by name.';

create function app.workflow_detail(workflow uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  w public.workflows := app.my_workflow(workflow);
  o public.organizations;
  evidence jsonb;
begin
  select * into o from public.organizations x where x.id = w.org_id;
  evidence := app.workflow_evidence(w.id, o);
  return jsonb_build_object(
    'id', w.id, 'workflow_key', w.workflow_key, 'name', w.display_name, 'status', w.status, 'etag', app.etag(app.workflow_seen(w)),
    'department', (select jsonb_build_object('id', d.id, 'name', d.name) from public.departments d where d.id = w.department_id),
    'also_known_as', (
      select coalesce(jsonb_agg(m.display_name order by lower(m.display_name)), '[]') from public.workflows m
      where m.org_id = w.org_id and m.merged_into = w.id and m.display_name <> w.display_name),
    'override', (select app.override_json(c) || jsonb_build_object('id', c.id, 'reason', c.override_reason)
      from public.workflow_overrides c where c.workflow_id = w.id and c.status = 'active'),
    'drafts', (
      select coalesce(jsonb_agg(app.override_json(c) || jsonb_build_object('id', c.id, 'reason', c.override_reason) order by c.created_at desc), '[]')
      from public.workflow_overrides c
      where c.workflow_id = w.id and c.status = 'draft' and c.accuracy_rating is null and c.created_by = auth.uid()),
    'versions', (
      select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'number', v.version_number, 'by', v.created_by_type, 'structure', v.structure,
        'change_summary', v.change_summary) order by v.version_number desc), '[]')
      from public.workflow_versions v where v.workflow_id = w.id),
    'variants', (
      select coalesce(jsonb_agg(app.variant_json(x, evidence -> 'variant' -> x.id::text)
        order by (evidence -> 'variant' -> x.id::text ->> 'at_least')::int desc nulls last, x.variant_key), '[]')
      from public.workflow_variants x
      where app.has_feature('WORKFLOW_VARIANTS', o.feature_flags) and x.org_id = w.org_id and x.workflow_id = w.id
        and (x.source in ('owner', 'admin') or evidence -> 'variant' ? x.id::text)),
    'notes', (
      select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'note_type', n.note_type, 'note_text', n.note_text, 'visible_to', n.visible_to,
        'created_at', n.created_at) order by n.created_at desc, n.id), '[]')
      from public.owner_notes n where n.org_id = w.org_id and n.workflow_id = w.id and n.is_active),
    'feedback', app.newest_feedback(w.id),
    'resembles', (
      select coalesce(jsonb_agg(jsonb_build_object('id', other.id, 'name', other.display_name, 'similarity', r.similarity) order by r.similarity desc, other.id), '[]')
      from public.workflow_resemblances r
      join public.workflows other on other.id = case when r.workflow_id = w.id then r.other_id else r.workflow_id end
      where r.org_id = w.org_id and w.id in (r.workflow_id, r.other_id) and r.decision is null and other.merged_into is null and app.is_told(other.id)),
    'evidence', coalesce(evidence, '{}') - 'variant');
end
$$;
comment on function app.workflow_detail(uuid) is 'All of a workflow but its effective model, which vizdots.workflows.effective makes of it.';

-- ---- changing it ---------------------------------------------------------------------------------------------------

create function app.hold_workflow(workflow uuid, expected text, feature text default 'WORKFLOW_VERSIONING') returns public.workflows
language plpgsql set search_path = '' as $$
declare
  held public.workflows := app.my_workflow(workflow, feature);
begin
  perform from public.workflows w where w.org_id = held.org_id and w.id = held.id for update;
  held := app.my_workflow(workflow, feature);
  perform app.expect(expected, app.workflow_seen(held));
  return held;
end
$$;
comment on function app.hold_workflow(uuid, text, text) is 'Locks a workflow, to change it if it still is what its editor saw.';

create function app.my_role(org uuid) returns text language sql stable set search_path = '' as $$
  select m.role from public.organization_members m where m.org_id = my_role.org and m.user_id = (select auth.uid())
$$;

create function app.change_workflow(workflow uuid, name text, department uuid, to_department boolean, new_status text, expected text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  held public.workflows := app.hold_workflow(workflow, expected);
begin
  if department is not null and not exists (
    select from public.departments d where d.org_id = held.org_id and d.id = department and d.closed_at is null) then
    raise exception 'There is no such department.' using errcode = 'VD404', hint = 'department_not_found';
  end if;
  update public.workflows w set display_name = coalesce(name, w.display_name), status = coalesce(new_status, w.status),
    department_id = case when to_department then department else w.department_id end
  where w.id = held.id;
  return app.workflow_detail(held.id);
end
$$;
comment on function app.change_workflow(uuid, text, uuid, boolean, text, text) is 'Renames, moves, archives or restores a workflow; what is null stays as it is.';

-- Two at once: the second's is kept as a draft of theirs, so that nothing is overwritten and nothing typed is lost.
create function app.correct_workflow(workflow uuid, payload jsonb, reason text, expected text, draft uuid, at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  held public.workflows := app.hold_workflow(workflow, null, 'WORKFLOW_OVERRIDES');
  is_stale boolean := coalesce(expected <> app.etag(app.workflow_seen(held)), false);
  made uuid := gen_random_uuid();
begin
  -- The one before goes, and the draft of the caller's own that became this one.
  update public.workflow_overrides o set status = 'archived'
  where o.org_id = held.org_id and o.workflow_id = held.id and (o.status = 'active' and not is_stale
    or o.status = 'draft' and o.id = draft and o.accuracy_rating is null and o.created_by = auth.uid());
  insert into public.workflow_overrides (id, org_id, workflow_id, status, override_reason, override_payload, created_by, created_by_type, created_at)
  values (made, held.org_id, held.id, case when is_stale then 'draft' else 'active' end, reason, payload, auth.uid(), app.my_role(held.org_id), at);
  return jsonb_build_object('id', made, 'status', case when is_stale then 'draft' else 'active' end, 'workflow_id', held.id,
    'etag', app.etag(app.workflow_seen(held)));
end
$$;
comment on function app.correct_workflow(uuid, jsonb, text, text, uuid, timestamptz) is
  'Lays a correction over a workflow in the place of the one before; where the workflow isn''t what its editor saw, it is kept as a draft.';

create function app.drop_draft(draft uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  perform app.my_org('WORKFLOW_OVERRIDES');
  update public.workflow_overrides o set status = 'archived'
  where o.org_id = org and o.id = draft and o.status = 'draft' and o.accuracy_rating is null and o.created_by = auth.uid();
  if not found then
    raise exception 'There is no such draft of yours.' using errcode = 'VD404', hint = 'draft_not_found';
  end if;
  return jsonb_build_object('id', draft);
end
$$;
comment on function app.drop_draft(uuid) is 'Throws a draft of the caller''s own away; the audit log goes on saying that it was there.';

create function app.reset_workflow(workflow uuid, expected text) returns jsonb language plpgsql set search_path = '' as $$
declare
  held public.workflows := app.hold_workflow(workflow, expected, 'RESET_TO_AI');
begin
  update public.workflow_overrides o set status = 'archived' where o.org_id = held.org_id and o.workflow_id = held.id and o.status = 'active';
  return app.workflow_detail(held.id);
end
$$;
comment on function app.reset_workflow(uuid, text) is 'Takes the correction back: the workflow is what people told again.';

create function app.rate_workflow(workflow uuid, rating text, feedback jsonb, at timestamptz) returns jsonb language plpgsql set search_path = '' as $$
declare
  rated public.workflows := app.my_workflow(workflow, 'ACCURACY_FEEDBACK');
begin
  insert into public.workflow_overrides (org_id, workflow_id, accuracy_rating, accuracy_feedback, created_by, created_by_type, created_at)
  values (rated.org_id, rated.id, rating, feedback, auth.uid(), app.my_role(rated.org_id), at);
  return app.newest_feedback(rated.id);
end
$$;
comment on function app.rate_workflow(uuid, text, jsonb, timestamptz) is 'Keeps what an admin says of how well the workflow is told; the newest counts.';

create function app.note_on_workflow(workflow uuid, kind text, note text, visible_to text, at timestamptz) returns jsonb language plpgsql set search_path = '' as $$
declare
  noted public.workflows := app.my_workflow(workflow, 'OWNER_NOTES');
  made uuid := gen_random_uuid();
begin
  insert into public.owner_notes (id, org_id, workflow_id, note_type, note_text, visible_to, created_by, created_at)
  values (made, noted.org_id, noted.id, kind, note, note_on_workflow.visible_to, auth.uid(), at);
  return jsonb_build_object('id', made, 'note_type', kind, 'note_text', note, 'visible_to', note_on_workflow.visible_to, 'created_at', at);
end
$$;

create function app.take_back_note(note uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  perform app.my_org('OWNER_NOTES');
  update public.owner_notes n set is_active = false where n.org_id = org and n.id = note and n.is_active;
  if not found then
    raise exception 'There is no such note.' using errcode = 'VD404', hint = 'note_not_found';
  end if;
  return jsonb_build_object('id', note);
end
$$;

create function app.name_variant(workflow uuid, key text, description text, is_allowed boolean, at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  owning public.workflows := app.my_workflow(workflow, 'WORKFLOW_VARIANTS');
  made public.workflow_variants;
begin
  if is_allowed is false then
    perform app.my_org('FRICTION_TRACKING');
  end if;
  insert into public.workflow_variants as v (id, org_id, workflow_id, variant_key, description, is_allowed, source, details, created_at)
  values (gen_random_uuid(), owning.org_id, owning.id, key, name_variant.description, name_variant.is_allowed, app.my_role(owning.org_id), '{}', at)
  on conflict on constraint variants_are_told_apart do nothing
  returning v.id, v.org_id, v.workflow_id, v.variant_key, v.description, v.is_allowed, v.source, v.details, null, null into made;
  if made.id is null then
    raise exception 'There is such a variant already.' using errcode = 'VD409', hint = 'already_exists';
  end if;
  return app.variant_json(made, null);
end
$$;

create function app.judge_variant(variant uuid, judged boolean, description text, expected text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  held public.workflow_variants;
begin
  perform app.my_org('WORKFLOW_VARIANTS');
  if judged is false then
    perform app.my_org('FRICTION_TRACKING');
  end if;
  perform from public.workflow_variants v where v.org_id = org and v.id = variant for update;
  held := app.shown_variant(variant);
  perform app.expect(expected, jsonb_build_array(held.id, held.description, held.is_allowed));
  update public.workflow_variants v set is_allowed = judged, description = coalesce(judge_variant.description, v.description) where v.id = held.id;
  return app.variant_as_told(held.id);
end
$$;
comment on function app.judge_variant(uuid, boolean, text, text) is 'Calls a variant fine (true), friction (false), or takes that back (null).';

create function app.shown_variant(variant uuid) returns public.workflow_variants language plpgsql stable security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  found_one public.workflow_variants;
begin
  select v.* into found_one from public.workflow_variants v where v.org_id = org and v.id = variant and app.counts_as_variant(v);
  if not found then
    raise exception 'There is no such variant.' using errcode = 'VD404', hint = 'variant_not_found';
  end if;
  return found_one;
end
$$;

create function app.variant_as_told(variant uuid) returns jsonb language sql stable security definer set search_path = '' as $$
  select app.variant_json(v, app.workflow_evidence(v.workflow_id, o) -> 'variant' -> v.id::text)
  from app.shown_variant(variant) v join public.organizations o on o.id = v.org_id
$$;
comment on function app.variant_as_told(uuid) is 'A variant as admins see it, with how many go that way.';

create function app.workflow_variants_told(workflow uuid) returns jsonb language sql stable security definer set search_path = '' as $$
  with told as materialized (
    select w.org_id, w.id, coalesce(app.workflow_evidence(w.id, o) -> 'variant', '{}') as evidence
    from app.my_workflow(workflow, 'WORKFLOW_VARIANTS') w join public.organizations o on o.id = w.org_id)
  select coalesce(jsonb_agg(app.variant_json(v, told.evidence -> v.id::text) order by v.variant_key), '[]')
  from told join public.workflow_variants v on v.org_id = told.org_id and v.workflow_id = told.id
    and (v.source in ('owner', 'admin') or told.evidence ? v.id::text)
$$;
comment on function app.workflow_variants_told(uuid) is 'The ways that differ from a workflow''s model, with how many go them.';

-- ---- two that are one ----------------------------------------------------------------------------------------------

create function app.open_resemblances(most int) returns jsonb language sql stable security definer set search_path = '' as $$
  with org as materialized (select app.my_administered_org() as id),
    told as materialized (
      select distinct t.workflow_id as id from public.workflow_tellings t join public.answers a on a.id = t.dot_id
      where t.org_id = (select id from org) and not a.is_private),
    open as (
      select row_number() over (order by r.similarity desc, one.id, other.id) as nth, jsonb_build_object(
        'one', jsonb_build_object('id', one.id, 'name', one.display_name), 'other', jsonb_build_object('id', other.id, 'name', other.display_name),
        'similarity', r.similarity) as item
      from public.workflow_resemblances r
      join public.workflows one on one.id = r.workflow_id join public.workflows other on other.id = r.other_id
      where r.org_id = (select id from org) and r.decision is null and one.merged_into is null and other.merged_into is null
        and one.id in (select id from told) and other.id in (select id from told))
  select jsonb_build_object('items', coalesce(jsonb_agg(item order by nth) filter (where nth <= most), '[]'), 'more', count(*) filter (where nth > most))
  from open
$$;
comment on function app.open_resemblances(int) is 'Which workflows of the organisation that the caller administers may be one, the most alike first.';

create function app.keep_apart(workflow uuid, other uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
begin
  update public.workflow_resemblances r set decision = 'apart', decided_by = auth.uid()
  where r.org_id = org and r.workflow_id in (workflow, other) and r.other_id in (workflow, other) and r.decision is distinct from 'merged';
  if not found then
    raise exception 'Nobody has asked whether these two are one.' using errcode = 'VD404', hint = 'question_not_found';
  end if;
  return jsonb_build_object('workflow_id', workflow, 'other_id', other, 'decision', 'apart');
end
$$;
comment on function app.keep_apart(uuid, uuid) is 'Says that two workflows that resemble each other are two. It isn''t asked again.';

-- What differs is worked out in Python, which needs the ways there are, and neither whose they are nor how many go them.
create function app.workflow_ways(workflow uuid) returns jsonb language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', w.id, 'name', w.display_name, 'etag', app.etag(app.workflow_seen(w)),
    'vocabulary', (
      select coalesce(jsonb_agg(jsonb_build_object('key', s.step_key, 'label', s.label) order by s.step_key), '[]')
      from public.workflow_steps s where s.workflow_id = w.id),
    'version_number', v.version_number, 'structure', v.structure,
    'override', (select app.override_json(o) from public.workflow_overrides o where o.workflow_id = w.id and o.status = 'active'),
    'ways', (
      select coalesce(jsonb_agg(jsonb_build_object('steps', to_jsonb(t.step_keys), 'tools', to_jsonb(t.tools)) order by t.step_keys, t.tools), '[]')
      from (
        select distinct t.step_keys, t.tools from public.workflow_tellings t join public.answers a on a.id = t.dot_id
        where t.workflow_id = w.id and not a.is_private) t))
  from app.my_workflow(workflow) w
  left join lateral (
    select v.version_number, v.structure from public.workflow_versions v where v.workflow_id = w.id order by v.version_number desc limit 1) v on true
$$;
comment on function app.workflow_ways(uuid) is 'A workflow of the caller''s organisation as its merging needs it: its steps, and the different ways that are told.';

create function app.ways_to_merge(source uuid, target uuid) returns jsonb language plpgsql set search_path = '' as $$
begin
  perform app.hold_workflows(app.my_administered_org());
  return jsonb_build_object('source', app.workflow_ways(source), 'target', app.workflow_ways(target));
end
$$;
comment on function app.ways_to_merge(uuid, uuid) is 'What the merging of two workflows needs of them; nothing is told of any until it is done.';

-- `steps` are the target's that the source's keys turn out to be: {source key: [{key, label}]}; `ways` what differs on each
-- way of the source, told in the target's keys: [{steps, tools, variants: [{key, description, details, confidence}]}].
create function app.merge_workflows(source uuid, target uuid, steps jsonb, ways jsonb, expected text, at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held public.workflows;
  kept public.workflows;
begin
  if source = target then
    raise exception 'A workflow can''t be merged into itself.' using errcode = 'VD422', hint = 'merged_into_itself';
  end if;
  perform app.hold_workflows(app.my_administered_org());
  held := app.hold_workflow(source, expected);
  kept := app.hold_workflow(target, null);
  insert into public.workflow_steps (org_id, workflow_id, step_key, label, created_at)
  select kept.org_id, kept.id, s.value ->> 'key', s.value ->> 'label', at from jsonb_each(steps) each_one, jsonb_array_elements(each_one.value) s
  on conflict do nothing;

  delete from public.workflow_variant_dot_links l using public.workflow_variants v where v.id = l.variant_id and v.workflow_id = held.id;
  with moved as (
    update public.workflow_tellings t
    set workflow_id = kept.id, matched_by = 'owner', step_keys = array(
      select d.key from (
        select s.value ->> 'key' as key, min(array[k.nth, s.nth]) as nth
        from unnest(t.step_keys) with ordinality k (key, nth), jsonb_array_elements(steps -> k.key) with ordinality s (value, nth)
        group by 1) d
      order by d.nth)
    where t.workflow_id = held.id
    returning t.dot_id, t.step_keys, t.tools),
    differing as (
      select m.dot_id, v.* from moved m join public.answers a on a.id = m.dot_id and not a.is_private
      join jsonb_to_recordset(ways) w (steps jsonb, tools jsonb, variants jsonb) on w.steps = to_jsonb(m.step_keys) and w.tools = to_jsonb(m.tools)
      cross join jsonb_to_recordset(w.variants) v (key text, description text, details jsonb, confidence numeric)),
    variants as (
      insert into public.workflow_variants as v (org_id, workflow_id, variant_key, description, is_allowed, source, details, created_at)
      select distinct on (d.key) kept.org_id, kept.id, d.key, d.description, was.is_allowed, 'system', d.details, at
      from differing d left join public.workflow_variants was on was.workflow_id = held.id and was.variant_key = d.key
      order by d.key
      on conflict on constraint variants_are_told_apart do update set description = v.description
      returning v.id, v.variant_key)
  insert into public.workflow_variant_dot_links (org_id, variant_id, dot_id, confidence, created_at)
  select kept.org_id, v.id, d.dot_id, d.confidence, at from differing d join variants v on v.variant_key = d.key
  on conflict do nothing;

  update public.workflow_variants v set workflow_id = kept.id
  where v.workflow_id = held.id and v.source in ('owner', 'admin')
    and not exists (select from public.workflow_variants x where x.workflow_id = kept.id and x.variant_key = v.variant_key);
  update public.workflow_overrides o set status = 'archived' where o.workflow_id = held.id and o.status = 'active';
  update public.owner_notes n set workflow_id = kept.id where n.workflow_id = held.id and n.is_active;
  update public.workflows w set merged_into = kept.id where w.merged_into = held.id;
  update public.workflows w set status = 'archived', merged_into = kept.id where w.id = held.id;
  update public.workflow_resemblances r set decision = 'merged', decided_by = auth.uid()
  where r.workflow_id in (held.id, kept.id) and r.other_id in (held.id, kept.id);
  perform app.recount_workflow(kept.id, 'system', at);
  return app.workflow_detail(kept.id);
end
$$;
comment on function app.merge_workflows(uuid, uuid, jsonb, jsonb, text, timestamptz) is
  'Lets two workflows be one: all that is told of the first counts for the second, whose name stays. What it was called leads there from now on.';

-- ---- why are you saying this? --------------------------------------------------------------------------------------

create function app.why(of_kind text, of_id uuid, of_key text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  org uuid := app.my_org();
  o public.organizations;
  of_workflow uuid;
  told jsonb;
begin
  select * into o from public.organizations x where x.id = org;
  of_workflow := case of_kind
    when 'version' then (select v.workflow_id from public.workflow_versions v where v.org_id = org and v.id = of_id)
    when 'variant' then (select v.workflow_id from public.workflow_variants v where v.org_id = org and v.id = of_id)
    else (select w.id from public.workflows w where w.org_id = org and w.id = of_id) end;
  -- An admin may ask of all that is told; a person of what they told themself.
  if of_workflow is not null and (
    org in (select app.administered_org_ids()) and app.is_told(of_workflow)
    or exists (
      select from public.workflow_tellings t join public.answers a on a.id = t.dot_id where t.workflow_id = of_workflow and a.user_id = auth.uid())) then
    with said as (
        select c.person, c.week from app.workflow_claims(of_workflow) c
        where c.kind = of_kind and c.key = case of_kind when 'variant' then of_id::text when 'workflow' then '' when 'step' then of_key else lower(of_key) end
        -- A version stays what it was made of, whatever its people have told since.
        union all select coalesce(a.user_id, a.id)::text, date_trunc('week', a.created_at at time zone o.timezone)::date
        from public.workflow_versions v join public.answers a on a.id = any (v.source_dot_ids)
        where of_kind = 'version' and v.id = of_id and not a.is_private),
      own as (
        select a.id, a.created_at from public.workflow_tellings t join public.answers a on a.id = t.dot_id
        where t.workflow_id = of_workflow and a.user_id = auth.uid() and case of_kind
          when 'step' then of_key = any (t.step_keys)
          when 'tool' then lower(of_key) = any (select lower(x) from unnest(t.tools) x)
          when 'data_source' then lower(of_key) = any (select lower(x) from unnest(t.data_sources) x)
          when 'variant' then exists (select from public.workflow_variant_dot_links l where l.variant_id = of_id and l.dot_id = t.dot_id)
          when 'version' then t.dot_id = any (select unnest(v.source_dot_ids) from public.workflow_versions v where v.id = of_id)
          else true end),
      -- What is in a version or a correction may be asked about even where nobody says so any more.
      modelled as (
        select v.structure as part from public.workflow_versions v where v.workflow_id = of_workflow
        union all select jsonb_build_object('steps', c.override_payload -> list.name)
        from public.workflow_overrides c, (values ('added_steps'), ('locked_steps')) list (name)
        where c.workflow_id = of_workflow and c.status = 'active' and c.override_payload ? list.name),
      named as (
        select case of_kind
          when 'workflow' then w.display_name
          when 'version' then (select v.version_number::text from public.workflow_versions v where v.id = of_id)
          when 'variant' then (
            select coalesce(v.description, v.variant_key) from public.workflow_variants v
            where v.id = of_id and (exists (select from own) or app.counts_as_variant(v)))
          when 'step' then coalesce(
            (select s.label from public.workflow_steps s
              where s.workflow_id = w.id and s.step_key = of_key and (exists (select from said) or exists (select from own))),
            (select s.value ->> 'label' from modelled m, jsonb_array_elements(m.part -> 'steps') s where s.value ->> 'key' = of_key limit 1))
          else (
            select of_key where exists (select from said) or exists (select from own)
              or exists (
                select from modelled m, jsonb_array_elements_text(m.part -> case of_kind when 'tool' then 'tools' else 'data_sources' end) n (name)
                where lower(n.name) = lower(of_key))) end as label
        from public.workflows w where w.id = of_workflow)
    select jsonb_build_object('kind', of_kind, 'id', of_id, 'key', of_key, 'workflow_id', w.id, 'workflow_name', w.display_name, 'label', named.label,
      'evidence', (select app.evidence_of(count(distinct person), count(distinct week), app.active_members(org), o.min_group_size) from said),
      'own', (select coalesce(jsonb_agg(jsonb_build_object('dot_id', own.id, 'created_at', own.created_at) order by own.created_at desc), '[]') from own))
    into told from public.workflows w, named where w.id = of_workflow and named.label is not null;
  end if;
  if told is null then
    raise exception 'There is nothing like that.' using errcode = 'VD404', hint = 'nothing_to_explain';
  end if;
  return told;
end
$$;
comment on function app.why(text, uuid, text) is
  'The evidence for a workflow, version, step, tool, data source or variant: how many people in how many weeks, and the caller''s own dots.';

-- ---- a person's own ------------------------------------------------------------------------------------------------

create function app.my_work() returns jsonb language sql stable security definer set search_path = '' as $$
  with me as materialized (select m.* from public.organization_members m where m.org_id = app.my_org() and m.user_id = auth.uid()),
    mine as (
      select distinct on (t.workflow_id) t.workflow_id, t.dot_id, t.step_keys, t.tools, a.created_at, a.is_private
      from public.workflow_tellings t join public.answers a on a.id = t.dot_id join me on me.org_id = a.org_id and me.user_id = a.user_id
      order by t.workflow_id, a.created_at desc, a.id)
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', w.id, 'name', w.display_name, 'version_number', v.version_number, 'structure', v.structure,
    'override', (select app.override_json(o) from public.workflow_overrides o where o.workflow_id = w.id and o.status = 'active'),
    'dot', jsonb_build_object('id', mine.dot_id, 'created_at', mine.created_at, 'is_private', mine.is_private, 'tools', to_jsonb(mine.tools),
      'steps', (
        select coalesce(jsonb_agg(jsonb_build_object('key', s.step_key, 'label', s.label) order by k.nth), '[]')
        from unnest(mine.step_keys) with ordinality k (key, nth) join public.workflow_steps s on s.workflow_id = w.id and s.step_key = k.key)),
    'evidence', (
      select app.evidence_of(count(distinct c.person), count(distinct c.week), app.active_members(o.id), o.min_group_size)
      from app.workflow_claims(w.id) c where c.kind = 'workflow'),
    'notes', (
      select coalesce(jsonb_agg(jsonb_build_object('note_type', n.note_type, 'note_text', n.note_text) order by n.created_at desc), '[]')
      from public.owner_notes n join public.organization_members m on m.org_id = n.org_id and m.user_id = auth.uid()
      where n.org_id = w.org_id and n.workflow_id = w.id and n.is_active
        and (n.visible_to = 'everyone' or n.visible_to = 'managers' and app.leads(m)))) order by mine.created_at desc, w.id), '[]')
  from mine
  join public.workflows w on w.id = mine.workflow_id
  join public.organizations o on o.id = w.org_id
  left join lateral (
    select v.version_number, v.structure from public.workflow_versions v where v.workflow_id = w.id and app.is_told(w.id)
    order by v.version_number desc limit 1) v on true
$$;
comment on function app.my_work() is 'The workflows that the caller has told of: the model, their own way, and the notes that they may see.';

-- ---- whose functions these are -------------------------------------------------------------------------------------

grant execute on function app.my_org(text), app.has_feature(text, jsonb), app.expect(text, jsonb), app.etag(jsonb),
  app.leads(public.organization_members) to vizdots_definer;
alter function app.open_variant_ids() owner to vizdots_definer;
alter function app.my_workflow(uuid, text) owner to vizdots_definer;
alter function app.known_to_admins(uuid, text, text, text, uuid, int) owner to vizdots_definer;
alter function app.workflow_detail(uuid) owner to vizdots_definer;
alter function app.shown_variant(uuid) owner to vizdots_definer;
alter function app.variant_as_told(uuid) owner to vizdots_definer;
alter function app.workflow_variants_told(uuid) owner to vizdots_definer;
alter function app.open_resemblances(int) owner to vizdots_definer;
alter function app.workflow_ways(uuid) owner to vizdots_definer;
alter function app.merge_workflows(uuid, uuid, jsonb, jsonb, text, timestamptz) owner to vizdots_definer;
alter function app.why(text, uuid, text) owner to vizdots_definer;
alter function app.my_work() owner to vizdots_definer;
revoke execute on function app.open_variant_ids, app.evidence_of, app.active_members, app.workflow_claims, app.workflow_evidence, app.workflow_seen, app.is_told, app.my_workflow, app.known_to_admins,
  app.newest_feedback, app.counts_as_variant, app.variant_json, app.workflow_detail, app.hold_workflow, app.my_role, app.change_workflow,
  app.correct_workflow, app.drop_draft, app.reset_workflow, app.rate_workflow, app.note_on_workflow, app.take_back_note, app.name_variant, app.judge_variant,
  app.shown_variant, app.variant_as_told, app.workflow_variants_told, app.open_resemblances, app.keep_apart, app.workflow_ways, app.ways_to_merge, app.merge_workflows, app.why,
  app.my_work from public;
grant execute on function app.open_variant_ids, app.workflow_seen, app.my_workflow, app.known_to_admins, app.newest_feedback, app.variant_json, app.workflow_detail,
  app.hold_workflow, app.my_role, app.change_workflow, app.correct_workflow, app.drop_draft, app.reset_workflow, app.rate_workflow, app.note_on_workflow,
  app.take_back_note, app.name_variant, app.judge_variant, app.shown_variant, app.variant_as_told, app.workflow_variants_told, app.open_resemblances, app.keep_apart,
  app.workflow_ways, app.ways_to_merge, app.merge_workflows, app.why, app.my_work to authenticated;
grant execute on function app.evidence_of, app.active_members, app.workflow_claims, app.workflow_evidence, app.workflow_seen, app.is_told, app.my_workflow,
  app.newest_feedback, app.counts_as_variant, app.variant_json, app.workflow_detail, app.hold_workflow, app.shown_variant, app.variant_as_told,
  app.whole_groups(bigint, bigint, bigint) to vizdots_definer;
