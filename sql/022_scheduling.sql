-- What the scheduler needs: which organisations go on checking in, and a short way to the last weeks' check-ins.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

-- Its body is bound as it is made, so that no search_path can bend it and none is set: it is inlined and estimated where
-- it is asked for every organisation.
create function app.may_check_in(o public.organizations, at timestamptz) returns boolean language sql stable
  return o.setup_completed_at is not null and o.setup_completed_at <= at and (
    o.subscription_status = 'active'
    or o.subscription_status = 'trialing' and at < o.trial_ends_at
    or o.subscription_status = 'past_due'
      and at < coalesce(o.past_due_since, o.current_period_end, '-infinity') + interval '14 days');
comment on function app.may_check_in(public.organizations, timestamptz) is
  'Whether its people are asked at that time: set up, and in its trial, subscribed, or in the 14 days of grace after a payment was due.';
grant execute on function app.may_check_in(public.organizations, timestamptz) to authenticated, service_role;

-- Check-ins arrive in the order of their days: a few pages of index find the last 90 days among the years before them.
create index sessions_by_day on public.sessions using brin (scheduled_date);

create index members_with_own_days on public.organization_members (org_id) where schedule_override is not null;
