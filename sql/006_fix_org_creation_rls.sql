-- Somebody without an organisation founds one. No policy could allow the insert without letting anybody insert anything:
-- a function does it, and makes the founder its owner.

create function app.create_organization(name text, display_name text, at timestamptz, timezone text default 'UTC',
  size_band text default null, industry text default null) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  founder uuid := auth.uid();
  org uuid := gen_random_uuid();
  founded_at timestamptz := least(at, now());  -- or the trial could begin in a hundred years
begin
  if founder is null then
    raise exception 'nobody is signed in' using errcode = 'insufficient_privilege';
  end if;
  insert into public.organizations (id, name, timezone, size_band, industry, created_at)
  values (org, create_organization.name, create_organization.timezone, create_organization.size_band,
    create_organization.industry, founded_at);
  insert into public.organization_members (org_id, user_id, role, level, status, display_name, invited_email, invite_status, created_at)
  values (org, founder, 'owner', 'exec', 'active', create_organization.display_name, lower(auth.jwt() ->> 'email'), 'accepted', founded_at);
  return org;
end
$$;
comment on function app.create_organization(text, text, timestamptz, text, text, text) is
  'A new organisation whose trial begins at `at`, now at the latest, with the caller as its owner. Returns its id.';
alter function app.create_organization(text, text, timestamptz, text, text, text) owner to vizdots_definer;
grant execute on function app.create_organization(text, text, timestamptz, text, text, text) to authenticated, service_role;
