-- Facts stand, derived models are only added to, and whatever people or jobs change leaves a trace that can be proved.

-- ---- facts --------------------------------------------------------------------------------------------------------
-- session_messages and answers hold for everybody, the tables' owner and a superuser included. Three updates are let
-- through: a translation filled in once, the person's own privacy flag, and the redaction of retention or erasure.

create function app.keep_facts() returns trigger language plpgsql set search_path = '' as $$
declare
  translation constant text[] := array['translated_text_en', 'translation_confidence', 'was_translated', 'language_code'];
  privacy constant text[] := array['is_private', 'privacy_level'];
  words constant text[] := array['content', 'understood', 'idempotency_key', 'raw_text', 'answer_text', 'answer_json', 'transcript_json', 'translated_text_en'];
  before jsonb;
  after jsonb;
  changed text[];
begin
  if tg_op <> 'UPDATE' then
    raise exception 'facts are never deleted' using errcode = 'insufficient_privilege', table = tg_table_name;
  end if;
  before := to_jsonb(old);
  after := to_jsonb(new);
  select coalesce(array_agg(n.key), '{}') into changed
    from jsonb_each(after) n where n.value is distinct from before -> n.key;

  if changed = '{}' then
    return new;
  elsif changed <@ privacy and auth.uid() = old.user_id then
    return new;
  elsif changed <@ translation and before ->> 'translated_text_en' is null and after ->> 'translated_text_en' is not null
    and old.redacted_at is null then
    return new;
  elsif changed <@ (words || array['redacted_at']) and old.redacted_at is null and new.redacted_at is not null
    and current_user in ('service_role', 'vizdots_definer')
    and not exists (select from unnest(words) w where coalesce(after ->> w, '[redacted]') <> '[redacted]') then
    return new;
  end if;
  raise exception 'facts are never changed: %', array_to_string(changed, ', ')
    using errcode = 'insufficient_privilege', table = tg_table_name;
end
$$;

create trigger keep_facts before update or delete on public.session_messages for each row execute function app.keep_facts();
create trigger keep_facts before update or delete on public.answers for each row execute function app.keep_facts();
create trigger keep_all_facts before truncate on public.session_messages for each statement execute function app.keep_facts();
create trigger keep_all_facts before truncate on public.answers for each statement execute function app.keep_facts();

-- What was redacted isn't told again to whoever repeats a request of that day.
create function app.forget_kept_answers() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from app.idempotency_keys k where k.user_id = new.user_id;
  return null;
end
$$;
alter function app.forget_kept_answers() owner to vizdots_definer;
create trigger forget_kept_answers after update of redacted_at on public.session_messages for each row
  when (old.redacted_at is null and new.redacted_at is not null) execute function app.forget_kept_answers();
create trigger forget_kept_answers after update of redacted_at on public.answers for each row
  when (old.redacted_at is null and new.redacted_at is not null) execute function app.forget_kept_answers();

-- ---- derived: workflows and their versions ------------------------------------------------------------------------

create table public.workflows (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  workflow_key text not null check (workflow_key ~ '^[^\s]{1,120}$'),
  display_name text not null check (length(btrim(display_name)) between 1 and 200),
  department_id uuid,
  status text not null default 'active' check (status in ('active', 'archived')),
  merged_into uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, workflow_key),
  unique (org_id, id),
  foreign key (org_id, department_id) references public.departments (org_id, id),
  foreign key (org_id, merged_into) references public.workflows (org_id, id),
  constraint what_is_merged_is_archived check (merged_into is null or status = 'archived')
);
comment on column public.workflows.workflow_key is 'The slug of its name, unique in the organisation.';
comment on column public.workflows.merged_into is 'The workflow that this one turned out to be; its name and its dots lead there.';
create index workflows_by_department on public.workflows (org_id, department_id);
create index workflows_by_name on public.workflows (org_id, lower(display_name), id);
create trigger touch before update on public.workflows for each row execute function app.touch();

alter table public.workflows enable row level security;
alter table public.workflows force row level security;
grant select, insert, update on public.workflows to service_role;
create policy "the service does its work" on public.workflows to service_role using (true) with check (true);
-- When is not theirs to know (see the versions below): an entity's ETag is made of what they may see.
grant select (id, org_id, workflow_key, display_name, department_id, status), update (display_name, department_id, status)
  on public.workflows to authenticated;
create policy "admins see the workflows" on public.workflows for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "admins rename and archive workflows" on public.workflows for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));

create table public.workflow_steps (
  org_id uuid not null,
  workflow_id uuid not null,
  step_key text not null check (step_key ~ '^[^\s]{1,120}$'),
  label text not null check (length(btrim(label)) between 1 and 200),
  created_at timestamptz not null default now(),
  primary key (workflow_id, step_key),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on table public.workflow_steps is
  'Every step that anybody told of a workflow. A key stands for the same step in all versions, corrections and variants.';
create index workflow_steps_by_org on public.workflow_steps (org_id);
alter table public.workflow_steps enable row level security;
alter table public.workflow_steps force row level security;
grant select, insert on public.workflow_steps to service_role;
create policy "the service does its work" on public.workflow_steps to service_role using (true) with check (true);

create table public.workflow_versions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  workflow_id uuid not null,
  version_number int not null check (version_number >= 1),
  created_by_type text not null check (created_by_type in ('ai', 'owner', 'admin', 'system')),
  created_by_id uuid,
  source_dot_ids uuid[] not null default '{}',
  structure jsonb not null check (jsonb_typeof(structure) = 'object'),
  change_summary text,
  created_at timestamptz not null default now(),
  unique (workflow_id, version_number),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id),
  constraint the_ai_is_nobody check (created_by_type in ('owner', 'admin') or created_by_id is null)
);
create index workflow_versions_by_workflow on public.workflow_versions (org_id, workflow_id, version_number desc);

create function app.keep_what_was_added() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% is only ever added to', tg_table_name using errcode = 'insufficient_privilege', table = tg_table_name;
end
$$;
create trigger keep_versions before update or delete on public.workflow_versions for each row execute function app.keep_what_was_added();
create trigger keep_all_versions before truncate on public.workflow_versions for each statement execute function app.keep_what_was_added();

alter table public.workflow_versions enable row level security;
alter table public.workflow_versions force row level security;
grant select, insert on public.workflow_versions to service_role;
create policy "the service does its work" on public.workflow_versions to service_role using (true) with check (true);
-- From which dots and when is not theirs to know: in a small team it would say from whom.
grant select (id, org_id, workflow_id, version_number, created_by_type, created_by_id, structure, change_summary)
  on public.workflow_versions to authenticated;
create policy "admins see the versions" on public.workflow_versions for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));

-- What each confirmed dot says of a workflow, by the keys of its steps. It leads to people: nobody reads it.
create table public.workflow_tellings (
  dot_id uuid primary key references public.answers (id),
  org_id uuid not null,
  workflow_id uuid not null,
  step_keys text[] not null default '{}' check (cardinality(step_keys) <= 20),
  tools text[] not null default '{}' check (cardinality(tools) <= 20),
  data_sources text[] not null default '{}' check (cardinality(data_sources) <= 20),
  wordings text[] not null default '{}' check (cardinality(wordings) <= 20),
  is_whole boolean not null,
  matched_by text not null check (matched_by in ('new', 'key', 'similarity', 'unsure', 'owner')),
  similarity numeric check (similarity between 0 and 1),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on column public.workflow_tellings.is_whole is 'Told from one end to the other. A few words about it are evidence of what they say, and of nothing that they leave out.';
comment on column public.workflow_tellings.wordings is 'The steps in the person''s words, as far as these tell workflows apart; they go when the dot is redacted.';
comment on column public.workflow_tellings.matched_by is 'How the dot came to its workflow; unsure: it began one of its own that resembles another.';
create index workflow_tellings_by_workflow on public.workflow_tellings (org_id, workflow_id);
create trigger touch before update on public.workflow_tellings for each row execute function app.touch();
alter table public.workflow_tellings enable row level security;
alter table public.workflow_tellings force row level security;
grant select, insert, update on public.workflow_tellings to service_role;
create policy "the service does its work" on public.workflow_tellings to service_role using (true) with check (true);

-- `told` holds a list of names for each telling; whoever names none has no vote. A half is enough for what is there already.
create function app.named_by_most(told jsonb, present jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  with votes as (
    select lower(n.name) as folded, n.name from jsonb_array_elements(told) t, jsonb_array_elements_text(t.value) n (name)),
    voters as (select count(*) as all_of_them from jsonb_array_elements(told) t where t.value <> '[]'),
    held as (select lower(n.name) as folded, min(n.nth) as nth from jsonb_array_elements_text(present) with ordinality n (name, nth) group by 1),
    counted as (select folded, count(*) as said, mode() within group (order by name) as name from votes group by folded)
  select coalesce(jsonb_agg(c.name order by h.nth, c.said desc, c.folded), '[]')
  from counted c left join held h using (folded) cross join voters
  where c.said * 2 > all_of_them or c.said * 2 = all_of_them and h.nth is not null
$$;
comment on function app.named_by_most(jsonb, jsonb) is 'The tools, or sources of data, that more than half of those name who name any.';

create function app.change_summary(before jsonb, after jsonb) returns text
language sql immutable set search_path = '' as $$
  with step as (
    select b.key, coalesce(a.label, b.label) as label, b.nth as was, a.nth as nth
    from (select s.value ->> 'key' as key, s.value ->> 'label' as label, s.nth from jsonb_array_elements(before -> 'steps') with ordinality s (value, nth)) b
    full join (select s.value ->> 'key' as key, s.value ->> 'label' as label, s.nth from jsonb_array_elements(after -> 'steps') with ordinality s (value, nth)) a
      using (key)),
    thing as (
      select kind, name, bool_or(is_new) as is_new, bool_or(not is_new) as is_old from (
        select kind.name as kind, n.name, d.is_new
        from (values ('tools'), ('data_sources')) kind (name), (values (before, false), (after, true)) d (structure, is_new),
          jsonb_array_elements_text(d.structure -> kind.name) n (name)) every_one
      group by kind, name)
  select case when before is null then 'First told.' else concat_ws(' ',
    (select 'New: ' || string_agg('“' || label || '”', ', ' order by nth) || '.' from step where was is null),
    (select 'No longer: ' || string_agg('“' || label || '”', ', ' order by was) || '.' from step where nth is null),
    (select 'In another order.' from step where was is not null and nth is not null
      having array_agg(key order by was) <> array_agg(key order by nth)),
    (select 'Tools: ' || string_agg(case when is_new then 'now ' else 'no longer ' end || name, ', ' order by is_new desc, name) || '.'
      from thing where kind = 'tools' and is_new <> is_old),
    (select 'Sources: ' || string_agg(case when is_new then 'now ' else 'no longer ' end || name, ', ' order by is_new desc, name) || '.'
      from thing where kind = 'data_sources' and is_new <> is_old)) end
$$;
comment on function app.change_summary(jsonb, jsonb) is 'What one version of a workflow has otherwise than the one before, in words.';

-- A step comes in when more than half of the people say it, and goes when fewer than half do. The order is that of most
-- in each pair of steps, by Copeland's score (A. H. Copeland, A reasonable social welfare function, 1951); then as it was.
create function app.recount_workflow(workflow uuid, by_whom text, at timestamptz) returns int
language plpgsql security definer set search_path = '' as $$
declare
  latest public.workflow_versions;
  counted jsonb;
  dots uuid[];
begin
  select * into latest from public.workflow_versions v where v.workflow_id = recount_workflow.workflow order by v.version_number desc limit 1;
  with newest as materialized (select * from app.counted_tellings(recount_workflow.workflow)),
    told as (
      select n.dot_id, k.key, k.nth, k.nth::numeric / cardinality(n.step_keys) as place
      from newest n, unnest(n.step_keys) with ordinality k (key, nth) where n.is_whole),
    tellers as (select count(distinct dot_id) as all_of_them from told),
    held as (select s.value ->> 'key' as key, s.nth from jsonb_array_elements(latest.structure -> 'steps') with ordinality s (value, nth)),
    kept as (
      select t.key, avg(t.place) as place, min(h.nth) as nth
      from told t left join held h using (key) cross join tellers
      group by t.key, tellers.all_of_them
      having count(*) * 2 > all_of_them or count(*) * 2 = all_of_them and min(h.nth) is not null),
    pairs as (
      select one.key, other.key as other, sign(sum(sign(other.nth - one.nth))) as won
      from told one join kept on kept.key = one.key
      join told other on other.dot_id = one.dot_id and other.key <> one.key
      join kept beside on beside.key = other.key
      group by one.key, other.key),
    placed as (
      select k.key, k.nth, k.place, coalesce((select sum(p.won) from pairs p where p.key = k.key), 0) as score from kept k)
  select jsonb_build_object(
      'steps', coalesce((
        select jsonb_agg(jsonb_build_object('key', p.key, 'label', s.label) order by p.score desc, p.nth, p.place, p.key)
        from placed p join public.workflow_steps s on s.workflow_id = recount_workflow.workflow and s.step_key = p.key), '[]'),
      'tools', app.named_by_most(jsonb_agg(to_jsonb(n.tools)), coalesce(latest.structure -> 'tools', '[]')),
      'data_sources', app.named_by_most(jsonb_agg(to_jsonb(n.data_sources)), coalesce(latest.structure -> 'data_sources', '[]'))),
    array_agg(n.dot_id order by n.dot_id)
  into counted, dots from newest n;
  if dots is null or counted = latest.structure then
    return null;
  end if;
  insert into public.workflow_versions (org_id, workflow_id, version_number, created_by_type, source_dot_ids, structure, change_summary, created_at)
  select w.org_id, w.id, coalesce(latest.version_number, 0) + 1, by_whom, dots, counted, app.change_summary(latest.structure, counted), at
  from public.workflows w where w.id = recount_workflow.workflow;
  -- What has become the model is no way that differs from it any more.
  delete from public.workflow_variant_dot_links l using public.workflow_variants v
  where v.id = l.variant_id and v.workflow_id = recount_workflow.workflow and case v.details ->> 'kind'
    when 'added' then counted -> 'steps' @> jsonb_build_array(jsonb_build_object('key', v.details -> 'step' -> 'key'))
    when 'skipped' then not counted -> 'steps' @> jsonb_build_array(jsonb_build_object('key', v.details -> 'step' -> 'key'))
    when 'other_tool' then lower(v.details ->> 'tool') = any (select lower(t) from jsonb_array_elements_text(counted -> 'tools') t)
    else false end;
  return coalesce(latest.version_number, 0) + 1;
end
$$;
comment on function app.recount_workflow(uuid, text, timestamptz) is
  'Gives a workflow its next version if what most people tell of it isn''t what the latest one says; null otherwise. The caller holds the workflows of the organisation (app.hold_workflows).';
alter function app.recount_workflow(uuid, text, timestamptz) owner to vizdots_definer;
revoke execute on function app.recount_workflow, app.named_by_most, app.change_summary from public;
grant execute on function app.recount_workflow, app.named_by_most, app.change_summary to vizdots_definer;

-- What somebody means by a dot is worked out against the workflows as they are; so these stay as they are meanwhile.
create function app.hold_workflows(org uuid, seen text default null) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('workflows of ' || org, 0));
  return seen is null or seen = app.workflows_seen(org);
end
$$;
comment on function app.hold_workflows(uuid, text) is
  'Makes every other change of the organisation''s workflows wait for the end of this transaction. False: they aren''t as they were seen.';

create function app.workflows_seen(org uuid) returns text
language sql stable security definer set search_path = '' as $$
  select concat_ws('.', (select count(*) from public.workflows w where w.org_id = org), (select count(*) from public.workflows w where w.org_id = org and w.merged_into is not null),
    (select count(*) from public.workflow_steps s where s.org_id = org))
$$;
comment on function app.workflows_seen(uuid) is 'Which workflows and steps there are, in a word: another one as soon as there is one more.';
alter function app.hold_workflows(uuid, text) owner to vizdots_definer;
alter function app.workflows_seen(uuid) owner to vizdots_definer;
revoke execute on function app.hold_workflows, app.workflows_seen from public;
grant execute on function app.hold_workflows, app.workflows_seen to authenticated, service_role;

-- ---- the audit log ------------------------------------------------------------------------------------------------
-- Append-only, and each organisation's rows are a chain: every hash covers the row and the hash before it. Rows come
-- from the tables' triggers alone, whoever writes. What that can't stop: the tables' owner may switch triggers off, and a
-- superuser may do anything. An edit or a cut then shows in the chain, unless they work out all the hashes after it and
-- move its head, too; against that helps a hash that was copied elsewhere.

create table public.audit_log (
  org_id uuid not null references public.organizations (id),
  seq bigint not null,
  id uuid not null default gen_random_uuid(),
  scope text not null check (scope in ('organization', 'personal')),
  subject_user_id uuid,
  actor_type text not null check (actor_type in ('user', 'system')),
  actor_id uuid,
  action text not null check (action in ('created', 'updated', 'deleted', 'completed')),
  entity_type text not null,
  entity_id uuid not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null,
  created_at timestamptz not null default now(),
  primary key (org_id, seq),
  constraint users_act_by_name check ((actor_type = 'user') = (actor_id is not null))
);
comment on column public.audit_log.scope is
  'organization: admins may read it. personal: only its subject may, if it has one, since it would tell who has checked in.';
create index audit_log_by_entity on public.audit_log (org_id, entity_type, entity_id);
create index audit_log_by_time on public.audit_log (org_id, created_at desc, id desc);
create index audit_log_by_actor on public.audit_log (org_id, actor_id);
create index audit_log_by_subject on public.audit_log (org_id, subject_user_id);
create trigger keep_entries before update or delete on public.audit_log for each row execute function app.keep_what_was_added();
create trigger keep_all_entries before truncate on public.audit_log for each statement execute function app.keep_what_was_added();

create function app.come_from_triggers() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% is written by triggers alone', tg_table_name using errcode = 'insufficient_privilege', table = tg_table_name;
end
$$;
create trigger come_from_triggers before insert on public.audit_log for each row
  when (pg_trigger_depth() = 0) execute function app.come_from_triggers();

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
grant select on public.audit_log to service_role;
create policy "the service reads the log" on public.audit_log for select to service_role using (true);
grant insert on public.audit_log to vizdots_definer;
create policy "triggers write the log" on public.audit_log for insert to vizdots_definer with check (true);
-- Neither number nor hash is theirs to see: what is personal takes its numbers from the same chain, so that a gap would
-- say that somebody has just checked in. Pages go by created_at and id; app.verify_audit_log proves the chain.
grant select (org_id, id, scope, subject_user_id, actor_type, actor_id, action, entity_type, entity_id, before, after, created_at)
  on public.audit_log to authenticated;
create policy "admins read what concerns the organisation" on public.audit_log for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())) and scope = 'organization');
create policy "people read what concerns them alone" on public.audit_log for select to authenticated
  using (org_id = any (array(select app.current_org_ids())) and subject_user_id = (select auth.uid()) and scope = 'personal');

create table app.audit_heads (
  org_id uuid primary key references public.organizations (id),
  seq bigint not null,
  hash bytea not null,
  created_at timestamptz not null default now()
);
comment on table app.audit_heads is 'The end of each organisation''s chain: without it, cutting off the newest rows would go unnoticed.';
create trigger come_from_triggers before insert or update or delete on app.audit_heads for each row
  when (pg_trigger_depth() = 0) execute function app.come_from_triggers();
create trigger keep_all_heads before truncate on app.audit_heads for each statement execute function app.come_from_triggers();

alter table app.audit_heads enable row level security;
alter table app.audit_heads force row level security;
grant select on app.audit_heads to service_role;
create policy "the service reads the heads" on app.audit_heads for select to service_role using (true);
grant insert, update on app.audit_heads to vizdots_definer;
create policy "triggers move the heads" on app.audit_heads to vizdots_definer using (true) with check (true);

create function app.audit_hash(previous bytea, entry public.audit_log) returns bytea language sql immutable set search_path = '' as $$
  select sha256(previous || convert_to(jsonb_build_array(
    entry.org_id, entry.seq, entry.id, entry.scope, entry.subject_user_id, entry.actor_type, entry.actor_id, entry.action,
    entry.entity_type, entry.entity_id, entry.before, entry.after,
    (extract(epoch from entry.created_at) * 1000000)::bigint)::text, 'UTF8'))
$$;
comment on function app.audit_hash(bytea, public.audit_log) is 'The hash of an entry: of the hash before it and of all that the entry says.';

create function app.write_audit(entry public.audit_log) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into app.audit_heads (org_id, seq, hash) values (entry.org_id, 0, sha256(uuid_send(entry.org_id)))
  on conflict (org_id) do nothing;
  -- Writers of one organisation wait here for each other, so that the chain has no fork.
  select h.seq + 1, h.hash into entry.seq, entry.previous_hash from app.audit_heads h where h.org_id = entry.org_id for update;
  entry.id := gen_random_uuid();
  entry.created_at := clock_timestamp();
  entry.hash := app.audit_hash(entry.previous_hash, entry);
  insert into public.audit_log select (entry).*;
  update app.audit_heads h set seq = entry.seq, hash = entry.hash where h.org_id = entry.org_id;
end
$$;
alter function app.audit_hash(bytea, public.audit_log) owner to vizdots_definer;
alter function app.write_audit(public.audit_log) owner to vizdots_definer;

-- audit(scope, columns): writes what changed of the columns named, and nothing when none of them did. Columns that
-- hold people's words are never named.
create function app.audit() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  watched constant text[] := string_to_array(tg_argv[1], ' ');
  row_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  row_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  whole jsonb := coalesce(row_after, row_before);
  entry public.audit_log;
begin
  entry.org_id := coalesce(whole ->> 'org_id', whole ->> 'id')::uuid;
  entry.entity_type := tg_table_name;
  entry.entity_id := (whole ->> 'id')::uuid;
  entry.scope := tg_argv[0];
  entry.action := case when tg_argv[2] is not null then tg_argv[2] else lower(tg_op) || case when right(tg_op, 1) = 'E' then 'd' else 'ed' end end;
  entry.action := replace(entry.action, 'inserted', 'created');
  entry.actor_id := auth.uid();
  entry.actor_type := case when entry.actor_id is null then 'system' else 'user' end;
  if entry.scope = 'personal' then
    entry.subject_user_id := coalesce(whole ->> 'user_id', whole ->> 'requested_by', entry.actor_id::text)::uuid;
  end if;

  select jsonb_object_agg(c, row_before -> c) filter (where row_before is not null),
      jsonb_object_agg(c, row_after -> c) filter (where row_after is not null)
    into entry.before, entry.after
    from unnest(watched) c
    where whole ? c and (row_before is null or row_after is null or row_before -> c is distinct from row_after -> c);
  if tg_op = 'UPDATE' and entry.after is null then
    return null;
  end if;
  perform app.write_audit(entry);
  return null;
end
$$;
alter function app.audit() owner to vizdots_definer;

create function app.verify_audit_log(org uuid) returns bigint language plpgsql stable security definer set search_path = '' as $$
begin
  if current_setting('role') = 'authenticated' and org not in (select app.administered_org_ids()) then
    raise exception 'only for admins' using errcode = 'insufficient_privilege';
  end if;
  return (
    select min(broken.seq) from (
      select e.seq from (
        select l as entry, l.seq, l.hash, l.previous_hash, row_number() over (order by l.seq) as place,
          lag(l.hash, 1, sha256(uuid_send(org))) over (order by l.seq) as expected
        from public.audit_log l where l.org_id = org) e
      where e.seq <> e.place or e.previous_hash <> e.expected or e.hash <> app.audit_hash(e.expected, e.entry)
      union all
      -- Its founding is an organisation's first entry: each has a last one, and a head that says the same of it.
      select case when h.seq = t.seq then t.seq else least(coalesce(h.seq, 0), coalesce(t.seq, 0)) + 1 end
      from public.organizations o
        left join app.audit_heads h on h.org_id = o.id
        left join lateral (select l.seq, l.hash from public.audit_log l where l.org_id = o.id order by l.seq desc limit 1) t on true
      where o.id = org and not coalesce(h.seq = t.seq and h.hash = t.hash, false)
    ) broken
  );
end
$$;
comment on function app.verify_audit_log(uuid) is
  'The number of the first entry that was edited or removed, or before which one was; null while the chain is whole.';
alter function app.verify_audit_log(uuid) owner to vizdots_definer;
grant execute on function app.verify_audit_log(uuid) to authenticated, service_role;

create trigger audit after insert or update on public.organizations for each row execute function app.audit('organization',
  'name timezone size_band industry schedule_config setup_completed_at feature_flags subscription_status subscription_started_at trial_ends_at current_period_end allow_free_text_sentiment allow_translation allow_llm data_retention_days employee_can_mark_private privacy_notice_enabled privacy_policy_url data_processing_consent_required min_group_size');
create trigger audit after insert or update or delete on public.departments for each row execute function app.audit('organization', 'name');
create trigger audit after insert or update on public.organization_members for each row execute function app.audit('organization',
  'role level status department_id supervisor has_direct_reports can_view_reports schedule_override');
create trigger audit_completion after update of completed_at on public.sessions for each row
  when (old.completed_at is null and new.completed_at is not null)
  execute function app.audit('personal', 'agent_code completed_at', 'completed');
create trigger audit after insert or update on public.user_profiles for each row execute function app.audit('personal', 'version');
create trigger audit after update on public.workflows for each row execute function app.audit('organization', 'display_name department_id status merged_into');
-- Whose dot began a workflow or changed it is for the person alone to know.
create trigger audit_of_the_ai after insert on public.workflow_versions for each row when (new.created_by_type = 'ai')
  execute function app.audit('personal', 'workflow_id version_number created_by_type');
create trigger audit after insert on public.workflow_versions for each row when (new.created_by_type <> 'ai')
  execute function app.audit('organization', 'workflow_id version_number created_by_type');
