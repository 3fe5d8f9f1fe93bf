-- What the set-up and a person's first visit add: who leads, who may see reports, and the profile that its owner confirmed.

alter table public.organization_members add column has_direct_reports boolean not null default false;
alter table public.organization_members add column can_view_reports boolean not null default false;
comment on column public.organization_members.can_view_reports is 'May see the aggregates. Never set by the person themself.';
grant insert (has_direct_reports, can_view_reports, schedule_override) on public.organization_members to authenticated;

-- Its body is bound as it is made, so that no search_path can bend it and none is set: it is inlined where many are asked.
create function app.leads(m public.organization_members) returns boolean language sql immutable
  return m.level <> 'ic' or m.has_direct_reports;
comment on function app.leads(public.organization_members) is 'Whether the person leads others: by their level, or because somebody reports to them.';
grant execute on function app.leads(public.organization_members) to authenticated, service_role;

create function app.managed_org_ids() returns setof uuid language sql stable security definer set search_path = '' as $$
  select m.org_id from public.organization_members m
  where m.user_id = (select auth.uid()) and m.status = 'active' and app.leads(m)
    and m.org_id in (select app.current_org_ids())
$$;
comment on function app.managed_org_ids() is 'Where the caller is active and leads others.';
alter function app.managed_org_ids() owner to vizdots_definer;
grant execute on function app.managed_org_ids() to authenticated, service_role;

alter table public.user_profiles add column confirmed_at timestamptz;
comment on column public.user_profiles.confirmed_at is 'When the person finished onboarding by confirming what is known about their work.';
grant insert (confirmed_at), update (confirmed_at) on public.user_profiles to authenticated;
