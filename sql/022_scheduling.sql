-- What the scheduler needs: which organisations go on checking in, and a way to the last weeks' check-ins.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation

-- No search_path is set, so that it can be inlined where it is asked for every organisation; it names nothing that a
-- search_path could bend.
create function app.may_check_in(o public.organizations, at timestamptz) returns boolean language sql stable as $$
  select coalesce(o.setup_completed_at <= at, false) and case o.subscription_status
    when 'trialing' then at < o.trial_ends_at
    when 'active' then true
    when 'past_due' then coalesce(at < coalesce(o.past_due_since, o.current_period_end) + interval '14 days', false)
    else false
  end
$$;
comment on function app.may_check_in(public.organizations, timestamptz) is
  'Whether its people are asked at that time: set up, and in its trial, subscribed, or in the 14 days of grace after a payment was due.';
grant execute on function app.may_check_in(public.organizations, timestamptz) to authenticated, service_role;

-- Check-ins arrive in the order of their days: a few pages of index find the last 90 days among the years before them.
create index sessions_by_day on public.sessions using brin (scheduled_date);
