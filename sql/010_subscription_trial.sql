-- The trial, the subscription and what Stripe tells about it. Only service_role writes: nobody extends their own trial.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file disallowed-unique-constraint, adding-not-nullable-field

alter table public.organizations
  add column trial_started_at timestamptz,
  add column trial_ends_at timestamptz,
  add column subscription_status text not null default 'trialing'
    check (subscription_status in ('trialing', 'active', 'past_due', 'canceled', 'expired')),
  add column subscription_started_at timestamptz,
  add column current_period_end timestamptz,
  add column past_due_since timestamptz,
  add column stripe_customer_id text unique,
  add column stripe_subscription_id text unique;
comment on column public.organizations.past_due_since is 'Check-ins go on for 14 days of grace from here.';

create function app.begin_trial() returns trigger language plpgsql set search_path = '' as $$
begin
  new.trial_started_at := coalesce(new.trial_started_at, new.created_at);
  new.trial_ends_at := coalesce(new.trial_ends_at, new.trial_started_at + interval '30 days');
  return new;
end
$$;
create trigger begin_trial before insert on public.organizations for each row execute function app.begin_trial();

alter table public.organizations
  alter column trial_started_at set not null,
  alter column trial_ends_at set not null;

create table public.stripe_events (
  id text primary key,
  type text not null,
  org_id uuid references public.organizations (id),
  payload jsonb not null,
  processed_at timestamptz,
  created_at timestamptz not null default now()
);
comment on column public.stripe_events.id is 'Stripe''s evt_…: each event is applied once.';
create index stripe_events_by_organization on public.stripe_events (org_id, created_at desc);

alter table public.stripe_events enable row level security;
alter table public.stripe_events force row level security;
grant select, insert, update on public.stripe_events to service_role;
create policy "the service does its work" on public.stripe_events to service_role using (true) with check (true);
