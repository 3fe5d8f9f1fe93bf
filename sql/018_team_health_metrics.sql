-- What the dots say together. Nobody signed in reads these rows: a later chapter gives functions that suppress small groups.

create table public.team_health_metrics (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  department_id uuid,
  time_window text not null check (time_window in ('week', 'month', 'quarter')),
  window_start date not null,
  window_end date not null,
  participation_rate numeric check (participation_rate between 0 and 100),
  sentiment_score numeric check (sentiment_score between 0 and 100),
  workload_score numeric check (workload_score between 0 and 100),
  burnout_risk_score numeric check (burnout_risk_score between 0 and 100),
  focus_score numeric check (focus_score between 0 and 100),
  friction_index numeric check (friction_index between 0 and 100),
  risk_level text check (risk_level in ('low', 'medium', 'high')),
  inputs jsonb not null default '{}' check (jsonb_typeof(inputs) = 'object'),
  computed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique nulls not distinct (org_id, department_id, time_window, window_start),
  foreign key (org_id, department_id) references public.departments (org_id, id),
  constraint windows_last check (window_end > window_start)
);
comment on column public.team_health_metrics.department_id is 'null: the whole organisation.';
comment on column public.team_health_metrics.inputs is 'n, mean, deviation and 90 % interval of every metric.';

alter table public.team_health_metrics enable row level security;
alter table public.team_health_metrics force row level security;
grant select, insert, update, delete on public.team_health_metrics to service_role;
create policy "the service does its work" on public.team_health_metrics to service_role using (true) with check (true);

create table public.topic_summaries (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id),
  department_id uuid,
  topic_code text not null references public.topic_archetypes (code),
  time_window text not null check (time_window in ('week', 'month', 'quarter')),
  window_start date not null,
  window_end date not null,
  people int not null check (people >= 0),
  themes jsonb not null default '[]' check (jsonb_typeof(themes) = 'array'),
  computed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique nulls not distinct (org_id, department_id, topic_code, time_window, window_start),
  foreign key (org_id, department_id) references public.departments (org_id, id)
);
comment on column public.topic_summaries.people is 'How many people the themes come from: themes need twice the group size.';

alter table public.topic_summaries enable row level security;
alter table public.topic_summaries force row level security;
grant select, insert, update, delete on public.topic_summaries to service_role;
create policy "the service does its work" on public.topic_summaries to service_role using (true) with check (true);
