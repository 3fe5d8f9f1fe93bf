-- What the set-up and a person's first visit add: who leads, who may see reports, and the profile that its owner confirmed.

alter table public.organization_members add column has_direct_reports boolean not null default false;
alter table public.organization_members add column can_view_reports boolean not null default false;
comment on column public.organization_members.can_view_reports is 'May see the aggregates. Never set by the person themself.';
grant insert (has_direct_reports, can_view_reports, schedule_override) on public.organization_members to authenticated;

alter table public.user_profiles add column confirmed_at timestamptz;
comment on column public.user_profiles.confirmed_at is 'When the person finished onboarding by confirming what is known about their work.';
grant insert (confirmed_at), update (confirmed_at) on public.user_profiles to authenticated;
