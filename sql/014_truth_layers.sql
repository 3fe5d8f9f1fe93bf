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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, workflow_key),
  unique (org_id, id),
  foreign key (org_id, department_id) references public.departments (org_id, id)
);
comment on column public.workflows.workflow_key is 'The slug of its name, unique in the organisation.';
create index workflows_by_department on public.workflows (org_id, department_id);
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

create function app.add_workflow_version(dot uuid, key text, display_name text, structure jsonb, change_summary text, at timestamptz,
  out workflow_id uuid, out version_number int)
language plpgsql security definer set search_path = '' as $$
declare
  org uuid;
  department uuid;
begin
  select a.org_id, a.department_id into org, department from public.answers a
  where a.id = dot and a.agent_code = 'workflow_mapper' and (a.user_id = auth.uid() or current_setting('role') = 'service_role');
  if not found then
    raise exception 'no such dot' using errcode = 'foreign_key_violation', table = 'workflow_versions', column = 'source_dot_ids';
  end if;
  insert into public.workflows as w (org_id, workflow_key, display_name, department_id, created_at)
  values (org, add_workflow_version.key, add_workflow_version.display_name, department, at)
  on conflict (org_id, workflow_key) do nothing;
  -- The lock lets two people's dots on one workflow become two versions, one after the other.
  select w.id into add_workflow_version.workflow_id from public.workflows w
  where w.org_id = org and w.workflow_key = add_workflow_version.key for update;
  insert into public.workflow_versions (org_id, workflow_id, version_number, created_by_type, source_dot_ids, structure, change_summary, created_at)
  select org, add_workflow_version.workflow_id, coalesce(max(v.version_number), 0) + 1, 'ai', array[dot],
    add_workflow_version.structure, add_workflow_version.change_summary, at
  from public.workflow_versions v where v.org_id = org and v.workflow_id = add_workflow_version.workflow_id
  returning workflow_versions.version_number into add_workflow_version.version_number;
end
$$;
comment on function app.add_workflow_version(uuid, text, text, jsonb, text, timestamptz) is
  'Lets the caller''s own workflow_mapper dot begin the workflow of that key, or give it its next version.';
alter function app.add_workflow_version(uuid, text, text, jsonb, text, timestamptz) owner to vizdots_definer;
grant execute on function app.add_workflow_version(uuid, text, text, jsonb, text, timestamptz) to authenticated, service_role;

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
create trigger audit after update on public.workflows for each row execute function app.audit('organization', 'display_name department_id status');
-- Whose dot began a workflow or changed it is for the person alone to know.
create trigger audit_of_the_ai after insert on public.workflow_versions for each row when (new.created_by_type = 'ai')
  execute function app.audit('personal', 'workflow_id version_number created_by_type');
create trigger audit after insert on public.workflow_versions for each row when (new.created_by_type <> 'ai')
  execute function app.audit('organization', 'workflow_id version_number created_by_type');
