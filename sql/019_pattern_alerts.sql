-- What deserves an admin's attention, and what became of it.

create table public.pattern_alerts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  department_id uuid,
  workflow_id uuid,
  alert_type text not null check (alert_type in ('low_participation', 'high_friction', 'sentiment_drop', 'workload_spike', 'burnout_risk',
    'focus_drift', 'process_variance')),
  severity text not null check (severity in ('info', 'warning', 'critical')),
  status text not null default 'open' check (status in ('open', 'acknowledged', 'resolved', 'dismissed')),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  coaching jsonb not null default '[]' check (jsonb_typeof(coaching) = 'array'),
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  closed_at timestamptz,
  closed_by uuid,
  closing_note text check (length(closing_note) <= 4000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, department_id) references public.departments (org_id, id),
  foreign key (org_id, workflow_id) references public.workflows (org_id, id)
);
comment on column public.pattern_alerts.details is 'The snapshot, threshold, n, interval and trend.';
create unique index one_open_alert_of_a_type on public.pattern_alerts (org_id, department_id, alert_type) nulls not distinct
  where status in ('open', 'acknowledged');
create index pattern_alerts_by_time on public.pattern_alerts (org_id, created_at desc);
create trigger touch before update on public.pattern_alerts for each row execute function app.touch();
create trigger audit after insert or update on public.pattern_alerts for each row
  execute function app.audit('organization', 'department_id workflow_id alert_type severity status');

create function app.keep_alert_lifecycle() returns trigger language plpgsql set search_path = '' as $$
begin
  if old.status in ('resolved', 'dismissed') or old.status = 'acknowledged' and new.status = 'open' then
    raise exception 'an alert goes from open to acknowledged to resolved or dismissed' using errcode = 'check_violation',
      table = tg_table_name, column = 'status';
  end if;
  return new;
end
$$;
create trigger keep_lifecycle before update of status on public.pattern_alerts for each row
  when (old.status <> new.status) execute function app.keep_alert_lifecycle();

alter table public.pattern_alerts enable row level security;
alter table public.pattern_alerts force row level security;
grant select, insert, update on public.pattern_alerts to service_role;
create policy "the service does its work" on public.pattern_alerts to service_role using (true) with check (true);
grant select, update (status, acknowledged_at, acknowledged_by, closed_at, closed_by, closing_note) on public.pattern_alerts to authenticated;
create policy "admins see the alerts" on public.pattern_alerts for select to authenticated
  using (org_id = any (array(select app.administered_org_ids())));
create policy "admins acknowledge and close alerts" on public.pattern_alerts for update to authenticated
  using (org_id = any (array(select app.administered_org_ids()))) with check (org_id = any (array(select app.administered_org_ids())));
