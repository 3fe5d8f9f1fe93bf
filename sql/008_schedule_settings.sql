-- When people work: the organisation's week, and the days on which somebody's differs.

create function app.is_schedule(schedule jsonb, whole_week boolean) returns boolean language sql immutable set search_path = '' as $$
  select jsonb_typeof(schedule) = 'object'
    and (not whole_week or schedule ?& array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'])
    and coalesce((
      select bool_and(
        d.key in ('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')
        and coalesce(jsonb_typeof(d.value -> 'on') = 'boolean', false)
        and coalesce(d.value ->> 'start' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', false)
        and coalesce(d.value ->> 'end' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', false)
        and coalesce(d.value ->> 'start' < d.value ->> 'end', false))
      from jsonb_each(case jsonb_typeof(schedule) when 'object' then schedule end) d), true)
$$;
comment on function app.is_schedule(jsonb, boolean) is
  'Whether it has the shape {"monday": {"on": true, "start": "09:00", "end": "17:00"}, …}: all seven days, or any of them.';
grant execute on function app.is_schedule(jsonb, boolean) to authenticated, service_role;

alter table public.organizations add column schedule_config jsonb not null default
  '{"monday": {"on": true, "start": "09:00", "end": "17:00"}, "tuesday": {"on": true, "start": "09:00", "end": "17:00"},
    "wednesday": {"on": true, "start": "09:00", "end": "17:00"}, "thursday": {"on": true, "start": "09:00", "end": "17:00"},
    "friday": {"on": true, "start": "09:00", "end": "17:00"}, "saturday": {"on": false, "start": "09:00", "end": "17:00"},
    "sunday": {"on": false, "start": "09:00", "end": "17:00"}}'
  constraint schedule_config_is_a_week check (app.is_schedule(schedule_config, true));
grant update (schedule_config) on public.organizations to authenticated;

alter table public.organization_members add column schedule_override jsonb
  constraint schedule_override_is_made_of_days check (schedule_override is null or app.is_schedule(schedule_override, false));
comment on column public.organization_members.schedule_override is 'The days on which this person''s window differs, in the shape of schedule_config; null means none.';

alter table public.organization_members add column snoozed_until timestamptz;
comment on column public.organization_members.snoozed_until is 'No check-ins and no reminders until then.';
