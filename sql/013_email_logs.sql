-- Every e-mail goes out once, whatever its job was called; the address's preferences belong to the member.

create table public.email_logs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.organizations (id),
  user_id uuid,
  to_address text not null,
  template text not null,
  language_code text not null default 'en',
  idempotency_key text not null unique check (length(idempotency_key) between 1 and 300),
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed', 'bounced', 'complained', 'suppressed')),
  provider_message_id text,
  error_type text,
  sent_at timestamptz,
  created_at timestamptz not null default now()
);
comment on column public.email_logs.idempotency_key is 'For a reminder: reminder:{user_id}:{date}.';
create index email_logs_by_time on public.email_logs (org_id, created_at desc);
create index email_logs_by_provider_message on public.email_logs (provider_message_id) where provider_message_id is not null;

alter table public.email_logs enable row level security;
alter table public.email_logs force row level security;
grant select, insert, update on public.email_logs to service_role;
create policy "the service does its work" on public.email_logs to service_role using (true) with check (true);

alter table public.organization_members
  add column reminders_enabled boolean not null default true,
  add column unsubscribed_at timestamptz;
comment on column public.organization_members.unsubscribed_at is 'When the person unsubscribed from e-mail by one click; reminders stop.';
