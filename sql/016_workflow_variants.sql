-- Where people work otherwise than the model says: a tool used instead, a step skipped, added or moved.

create table public.workflow_variants (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  workflow_id uuid not null,
  variant_key text not null check (length(variant_key) between 1 and 200),
  description text,
  is_allowed boolean,
  source text not null default 'ai' check (source in ('ai', 'owner', 'admin', 'system')),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint variants_are_told_apart unique (workflow_id, variant_key),
  unique (org_id, id),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on column public.workflow_variants.is_allowed is 'null: not classified yet; true: fine; false: friction.';
create index workflow_variants_by_workflow on public.workflow_variants (org_id, workflow_id);
create trigger touch before update on public.workflow_variants for each row execute function app.touch();
create trigger audit_of_the_ai after insert on public.workflow_variants for each row when (new.source = 'ai' and auth.uid() is not null)
  execute function app.audit('personal', 'workflow_id variant_key source');
create trigger audit_insert after insert on public.workflow_variants for each row when (new.source <> 'ai' or auth.uid() is null)
  execute function app.audit('organization', 'workflow_id variant_key is_allowed source');
create trigger audit after update on public.workflow_variants for each row
  execute function app.audit('organization', 'is_allowed description');

alter table public.workflow_variants enable row level security;
alter table public.workflow_variants force row level security;
grant select, insert, update on public.workflow_variants to service_role;
create policy "the service does its work" on public.workflow_variants to service_role using (true) with check (true);
grant select (id, org_id, workflow_id, variant_key, description, is_allowed, source, details),
  insert (id, org_id, workflow_id, variant_key, description, is_allowed, source, details, created_at), update (description, is_allowed)
  on public.workflow_variants to authenticated;
create policy "admins see the variants" on public.workflow_variants for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "admins add variants" on public.workflow_variants for insert to authenticated
  with check (org_id = any (array(select app.administered_org_ids())) and source in ('owner', 'admin'));
create policy "admins call variants fine or friction" on public.workflow_variants for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));

create table public.workflow_variant_dot_links (
  org_id uuid not null,
  variant_id uuid not null,
  dot_id uuid not null references public.answers (id),
  confidence numeric not null default 1 check (confidence between 0 and 1),
  created_at timestamptz not null default now(),
  primary key (variant_id, dot_id),
  foreign key (org_id, variant_id) references public.workflow_variants (org_id, id)
);
comment on table public.workflow_variant_dot_links is 'Which dots speak of a variant. Nobody reads it: it leads to people.';
create index variant_links_by_variant on public.workflow_variant_dot_links (org_id, variant_id);
create index variant_links_by_dot on public.workflow_variant_dot_links (dot_id);

alter table public.workflow_variant_dot_links enable row level security;
alter table public.workflow_variant_dot_links force row level security;
grant select, insert on public.workflow_variant_dot_links to service_role;
create policy "the service does its work" on public.workflow_variant_dot_links to service_role using (true) with check (true);
grant delete on public.workflow_variant_dot_links to vizdots_definer;  -- of a dot that was corrected

-- ---- from a dot to its workflow -----------------------------------------------------------------------------------

create table public.workflow_resemblances (
  id uuid not null default gen_random_uuid() unique,
  org_id uuid not null,
  workflow_id uuid not null,
  other_id uuid not null check (other_id <> workflow_id),
  similarity numeric not null check (similarity between 0 and 1),
  decision text check (decision in ('merged', 'apart')),
  decided_by uuid,
  created_at timestamptz not null default now(),
  primary key (workflow_id, other_id),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id),
  foreign key (org_id, other_id) references public.workflows (org_id, id)
);
comment on table public.workflow_resemblances is 'Two workflows that may be one: an admin says whether they are (decision). It is asked once.';
create index workflow_resemblances_by_org on public.workflow_resemblances (org_id);
alter table public.workflow_resemblances enable row level security;
alter table public.workflow_resemblances force row level security;
grant select, insert, update on public.workflow_resemblances to service_role;
create policy "the service does its work" on public.workflow_resemblances to service_role using (true) with check (true);
grant select (id, org_id, workflow_id, other_id, similarity, decision, decided_by), update (decision, decided_by)
  on public.workflow_resemblances to authenticated;
create policy "admins see which workflows may be one" on public.workflow_resemblances for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "admins say whether two workflows are one" on public.workflow_resemblances for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));
create trigger audit after update on public.workflow_resemblances for each row
  execute function app.audit('organization', 'workflow_id other_id decision');

-- `told` is made by vizdots.workflows.discovery: {workflow_id (null: a new one), workflow_key, display_name, matched_by,
-- similarity, resembles, steps: [{key, label}], tools, data_sources, wordings, is_whole, variants: [{key, description, details, confidence}]}.
create function app.keep_telling(dot uuid, told jsonb, at timestamptz) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  a public.answers;
  workflow uuid := (told ->> 'workflow_id')::uuid;
  before uuid;
begin
  select * into a from public.answers d
  where d.id = dot and d.agent_code = 'workflow_mapper' and (d.user_id = auth.uid() or current_setting('role') = 'service_role');
  if not found then
    raise exception 'no such dot' using errcode = 'foreign_key_violation', table = 'workflow_tellings', column = 'dot_id';
  end if;
  perform app.hold_workflows(a.org_id);

  if workflow is null then
    insert into public.workflows as w (org_id, workflow_key, display_name, department_id, created_at)
    values (a.org_id, told ->> 'workflow_key', told ->> 'display_name', a.department_id, at)
    on conflict (org_id, workflow_key) do nothing;
    select coalesce(w.merged_into, w.id) into workflow from public.workflows w where w.org_id = a.org_id and w.workflow_key = told ->> 'workflow_key';
  elsif not exists (select from public.workflows w where w.org_id = a.org_id and w.id = workflow) then
    raise exception 'no such workflow' using errcode = 'foreign_key_violation', table = 'workflow_tellings', column = 'workflow_id';
  end if;
  insert into public.workflow_resemblances (org_id, workflow_id, other_id, similarity, created_at)
  select a.org_id, workflow, w.id, (told ->> 'similarity')::numeric, at
  from public.workflows w where w.org_id = a.org_id and w.id = (told ->> 'resembles')::uuid and w.id <> workflow
  on conflict do nothing;
  insert into public.workflow_steps (org_id, workflow_id, step_key, label, created_at)
  select a.org_id, workflow, s.key, s.label, at from jsonb_to_recordset(told -> 'steps') s (key text, label text)
  on conflict do nothing;

  -- A dot that was corrected may have told of another workflow before.
  select t.workflow_id into before from public.workflow_tellings t where t.dot_id = dot;
  delete from public.workflow_variant_dot_links l where l.dot_id = dot;
  insert into public.workflow_tellings as t (dot_id, org_id, workflow_id, step_keys, tools, data_sources, wordings, is_whole, matched_by, similarity, created_at)
  values (dot, a.org_id, workflow, array(select s.value ->> 'key' from jsonb_array_elements(told -> 'steps') with ordinality s (value, nth) order by nth),
    array(select jsonb_array_elements_text(told -> 'tools')), array(select jsonb_array_elements_text(told -> 'data_sources')),
    array(select jsonb_array_elements_text(told -> 'wordings')),
    (told ->> 'is_whole')::boolean, told ->> 'matched_by', (told ->> 'similarity')::numeric, at)
  on conflict (dot_id) do update set workflow_id = excluded.workflow_id, step_keys = excluded.step_keys, tools = excluded.tools,
    data_sources = excluded.data_sources, wordings = excluded.wordings, is_whole = excluded.is_whole, matched_by = excluded.matched_by, similarity = excluded.similarity;

  with found as (
    select * from jsonb_to_recordset(told -> 'variants') v (key text, description text, details jsonb, confidence numeric)),
    kept as (
      insert into public.workflow_variants as v (org_id, workflow_id, variant_key, description, details, created_at)
      select a.org_id, workflow, f.key, f.description, f.details, at from found f
      on conflict on constraint variants_are_told_apart do update set description = v.description  -- so that its id is returned
      returning v.id, v.variant_key)
  insert into public.workflow_variant_dot_links (org_id, variant_id, dot_id, confidence, created_at)
  select a.org_id, k.id, dot, f.confidence, at from found f join kept k on k.variant_key = f.key;
  perform app.recount_workflow(workflow, 'ai', at);
  if before <> workflow then
    perform app.recount_workflow(before, 'ai', at);
  end if;
  return workflow;
end
$$;
comment on function app.keep_telling(uuid, jsonb, timestamptz) is
  'Keeps what the caller''s own workflow_mapper dot says of a workflow, and of ways that differ from it; said again, the last word counts. Returns the workflow.';
alter function app.keep_telling(uuid, jsonb, timestamptz) owner to vizdots_definer;
revoke execute on function app.keep_telling(uuid, jsonb, timestamptz) from public;
grant execute on function app.keep_telling(uuid, jsonb, timestamptz) to authenticated, service_role;

-- What retention or erasure takes from a dot goes here, too: the steps stay as work, the words were the person's.
create function app.forget_wordings() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.workflow_tellings t set wordings = '{}' where t.dot_id = new.id;
  return null;
end
$$;
alter function app.forget_wordings() owner to vizdots_definer;
revoke execute on function app.forget_wordings() from public;
create trigger forget_wordings after update of redacted_at on public.answers for each row
  when (old.redacted_at is null and new.redacted_at is not null) execute function app.forget_wordings();
