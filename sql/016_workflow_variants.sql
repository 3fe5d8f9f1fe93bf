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

create function app.link_variant(dot uuid, workflow uuid, variant_key text, description text, details jsonb, confidence numeric, at timestamptz)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
  org uuid;
  variant uuid;
begin
  select a.org_id into org from public.answers a
  join public.workflows w on w.org_id = a.org_id and w.id = link_variant.workflow
  where a.id = dot and a.agent_code = 'workflow_mapper' and (a.user_id = auth.uid() or current_setting('role') = 'service_role');
  if not found then
    raise exception 'no such dot' using errcode = 'foreign_key_violation', table = 'workflow_variant_dot_links', column = 'dot_id';
  end if;
  insert into public.workflow_variants (org_id, workflow_id, variant_key, description, details, created_at)
  values (org, link_variant.workflow, link_variant.variant_key, link_variant.description, link_variant.details, at)
  on conflict on constraint variants_are_told_apart do nothing;
  select v.id into variant from public.workflow_variants v
  where v.workflow_id = link_variant.workflow and v.variant_key = link_variant.variant_key;
  insert into public.workflow_variant_dot_links (org_id, variant_id, dot_id, confidence, created_at)
  values (org, variant, dot, link_variant.confidence, at) on conflict (variant_id, dot_id) do nothing;
  return variant;
end
$$;
comment on function app.link_variant(uuid, uuid, text, text, jsonb, numeric, timestamptz) is
  'Notes that the caller''s own workflow_mapper dot speaks of that variant of the workflow. Returns the variant''s id.';
alter function app.link_variant(uuid, uuid, text, text, jsonb, numeric, timestamptz) owner to vizdots_definer;
grant execute on function app.link_variant(uuid, uuid, text, text, jsonb, numeric, timestamptz) to authenticated, service_role;
