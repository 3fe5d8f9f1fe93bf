-- The owner's steering wheel: corrections that lie over a workflow, and notes that the agents heed.

create table public.workflow_overrides (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  workflow_id uuid not null,
  status text not null default 'draft' check (status in ('draft', 'active', 'archived')),
  override_reason text,
  override_payload jsonb not null default '{}' check (jsonb_typeof(override_payload) = 'object'),
  accuracy_rating text check (accuracy_rating in ('accurate', 'partially_right', 'incorrect')),
  accuracy_feedback jsonb check (jsonb_typeof(accuracy_feedback) = 'object'),
  created_by uuid,
  created_by_type text not null default 'owner' check (created_by_type in ('owner', 'admin')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on column public.workflow_overrides.created_by_type is 'What its author was then: a step''s origin says it.';
comment on column public.workflow_overrides.override_payload is
  'removed_steps, renamed_steps, added_steps (with position), locked_steps, tool_substitutions, custom_notes.';
create index workflow_overrides_by_workflow on public.workflow_overrides (org_id, workflow_id, created_at desc);
create unique index workflows_have_one_active_override on public.workflow_overrides (workflow_id) where status = 'active';
create trigger touch before update on public.workflow_overrides for each row execute function app.touch();
create trigger audit after insert or update on public.workflow_overrides for each row
  execute function app.audit('organization', 'workflow_id status override_payload accuracy_rating');

alter table public.workflow_overrides enable row level security;
alter table public.workflow_overrides force row level security;
grant select, insert, update on public.workflow_overrides to service_role;
create policy "the service does its work" on public.workflow_overrides to service_role using (true) with check (true);
grant select, insert, update (status, override_reason, override_payload, accuracy_rating, accuracy_feedback)
  on public.workflow_overrides to authenticated;
create policy "admins see the overrides" on public.workflow_overrides for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "admins correct workflows in their own name" on public.workflow_overrides for insert to authenticated
  with check (org_id = any (array(select app.administered_org_ids())) and created_by = (select auth.uid()));
create policy "admins change and archive overrides" on public.workflow_overrides for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));

create function app.override_json(o public.workflow_overrides) returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_object('by', o.created_by_type, 'at', o.created_at, 'corrections', o.override_payload)
$$;
comment on function app.override_json(public.workflow_overrides) is 'A correction as vizdots.workflows.effective reads it.';
revoke execute on function app.override_json(public.workflow_overrides) from public;
grant execute on function app.override_json(public.workflow_overrides) to authenticated, service_role;

create table public.owner_notes (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  workflow_id uuid,
  note_type text not null check (note_type in ('question', 'clarification', 'policy', 'alert', 'exception')),
  note_text text not null check (length(btrim(note_text)) between 1 and 4000),
  visible_to text not null default 'admins_only' check (visible_to in ('admins_only', 'managers', 'everyone')),
  is_active boolean not null default true,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on column public.owner_notes.is_active is 'A note is taken back by making it inactive.';
create index owner_notes_by_workflow on public.owner_notes (org_id, workflow_id);
create trigger touch before update on public.owner_notes for each row execute function app.touch();
create trigger audit after insert or update on public.owner_notes for each row
  execute function app.audit('organization', 'workflow_id note_type visible_to is_active');

alter table public.owner_notes enable row level security;
alter table public.owner_notes force row level security;
grant select, insert, update on public.owner_notes to service_role;
create policy "the service does its work" on public.owner_notes to service_role using (true) with check (true);
grant select, insert, update (note_type, note_text, visible_to, is_active) on public.owner_notes to authenticated;
create policy "admins see the notes" on public.owner_notes for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "managers see the notes for managers" on public.owner_notes for select to authenticated
  using (org_id = any (array(select app.managed_org_ids())) and is_active and visible_to in ('managers', 'everyone'));
create policy "members see the notes for everyone" on public.owner_notes for select to authenticated
  using (org_id = any (array(select app.current_org_ids())) and is_active and visible_to = 'everyone');
create policy "admins write notes in their own name" on public.owner_notes for insert to authenticated
  with check (org_id = any (array(select app.administered_org_ids())) and created_by = (select auth.uid()));
create policy "admins change notes and take them back" on public.owner_notes for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));
