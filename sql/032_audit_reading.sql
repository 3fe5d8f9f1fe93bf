-- The audit log is read: by admins in pages, and by whoever asks whether it is still as it was written. And what changed
-- without leaving a trace until now leaves one.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion

-- ---- in pages ------------------------------------------------------------------------------------------------------
-- Of the organisation's entries alone: in a large one, people's own outnumber them by far, and are read by their subject.

drop index public.audit_log_by_time;
drop index public.audit_log_by_actor;
drop index public.audit_log_by_entity;
create index audit_log_by_time on public.audit_log (org_id, created_at desc, id desc) where scope = 'organization';
create index audit_log_by_actor on public.audit_log (org_id, actor_id, created_at desc, id desc) where scope = 'organization';
create index audit_log_by_entity on public.audit_log (org_id, entity_id, created_at desc, id desc) where scope = 'organization';

-- ---- as it was written? --------------------------------------------------------------------------------------------

-- The formula is that of 014. In this form the planner takes it into the query that asks: three times as fast.
create or replace function app.audit_hash(previous bytea, entry public.audit_log) returns bytea language sql stable
  return sha256(previous || convert_to(jsonb_build_array(
    (entry).org_id, (entry).seq, (entry).id, (entry).scope, (entry).subject_user_id, (entry).actor_type, (entry).actor_id,
    (entry).action, (entry).entity_type, (entry).entity_id, (entry).before, (entry).after,
    (extract(epoch from (entry).created_at) * 1000000)::bigint)::text, 'UTF8'));

create function app.audit_breaks(org uuid) returns table (seq bigint, how text)
language sql stable security definer set search_path = '' as $$
  select e.seq, case when e.seq <> e.due or e.previous_hash <> e.expected then 'misplaced' else 'edited' end
  from (
    select l as entry, l.seq, l.hash, l.previous_hash,
      lag(l.seq, 1, 0) over in_order + 1 as due, lag(l.hash, 1, sha256(uuid_send(org))) over in_order as expected
    from public.audit_log l where l.org_id = org
    window in_order as (order by l.seq)) e
  where e.seq <> e.due or e.previous_hash <> e.expected or e.hash <> app.audit_hash(e.expected, e.entry)
  union all
  -- Its founding is an organisation's first entry: each has a last one, and a head that says the same of it.
  select case when h.seq = t.seq then t.seq else least(coalesce(h.seq, 0), coalesce(t.seq, 0)) + 1 end, 'end'
  from public.organizations o
    left join app.audit_heads h on h.org_id = o.id
    left join lateral (select l.seq, l.hash from public.audit_log l where l.org_id = o.id order by l.seq desc limit 1) t on true
  where o.id = org and not coalesce(h.seq = t.seq and h.hash = t.hash, false)
$$;
comment on function app.audit_breaks(uuid) is
  'Every place where an organisation''s chain doesn''t hold. edited: the entry isn''t what was written. misplaced: it doesn''t follow from the one before, since one was removed, put in, exchanged, or rewritten together with its hash. end: the newest entries were cut off or added behind the triggers'' back, or the note of the end was changed.';

create or replace function app.verify_audit_log(org uuid) returns bigint language sql stable security definer set search_path = '' as $$
  select min(b.seq) from app.audit_breaks(org) b
$$;
-- The number of an entry would tell an admin how many of people's own lie before it.
revoke execute on function app.verify_audit_log(uuid) from authenticated;

create function app.verify_my_audit_log(out how text, out first_broken uuid, out last_proved uuid)
language plpgsql stable security definer set search_path = '' as $$
declare
  org uuid := app.my_administered_org();
  broken bigint;
begin
  select b.seq, b.how into broken, verify_my_audit_log.how from app.audit_breaks(org) b order by b.seq, b.how = 'end' limit 1;
  select l.id into first_broken from public.audit_log l where l.org_id = org and l.seq = broken and l.scope = 'organization';
  select l.id into last_proved from public.audit_log l where l.org_id = org and l.seq < broken and l.scope = 'organization'
    order by l.seq desc limit 1;
end
$$;
comment on function app.verify_my_audit_log() is
  'For an admin: how their organisation''s log is broken (null: it is whole), the first entry that doesn''t fit and the last one before it, unless these are somebody''s own.';

alter function app.audit_breaks(uuid) owner to vizdots_definer;
alter function app.verify_my_audit_log() owner to vizdots_definer;
revoke execute on function app.audit_breaks, app.verify_my_audit_log from public;
grant execute on function app.audit_breaks to service_role;
grant execute on function app.verify_my_audit_log to authenticated;
grant execute on function app.my_org(), app.my_administered_org to vizdots_definer;  -- as whom it asks whose log it is

-- ---- nothing is left out -------------------------------------------------------------------------------------------
-- That a name, an address or the privacy notice was changed is on record, and by whom; what they said is not. Names and
-- addresses would outlive what erasure takes away; of the notice (up to 20,000 characters) there is the SHA-256, by which
-- any copy can be shown to be what stood there. What members choose for themselves is nobody's business but theirs.

create function app.audit_unquoted() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  entry public.audit_log := app.audit_entry(tg_table_name, 'organization', 'updated', app.unwatched(tg_relid, tg_argv[1]), to_jsonb(old), to_jsonb(new));
begin
  if entry.entity_id is not null then
    select jsonb_object_agg(b.key, app.unquoted(tg_argv[0], b.value)), jsonb_object_agg(b.key, app.unquoted(tg_argv[0], entry.after ->> b.key))
      into entry.before, entry.after from jsonb_each_text(entry.before) b;
    perform app.write_audit(entry);
  end if;
  return null;
end
$$;
comment on function app.audit_unquoted() is
  'audit_unquoted(how, columns): writes which of the columns named an update changed, but not what they say: `mark` tells whether there was anything, `fingerprint` its SHA-256.';

create function app.unquoted(how text, said text) returns text language sql immutable set search_path = '' as $$
  select case when said is not null then
    case how when 'fingerprint' then 'sha256:' || encode(sha256(convert_to(said, 'UTF8')), 'hex') else '[not kept]' end end
$$;

create trigger audit_notice after update of privacy_notice_text on public.organizations for each row
  execute function app.audit_unquoted('fingerprint', 'privacy_notice_text');
create trigger audit_naming after update of display_name, invited_email on public.organization_members for each row
  when (auth.uid() is distinct from old.user_id) execute function app.audit_unquoted('mark', 'display_name invited_email');
create trigger audit_language after update of preferred_language_code on public.organization_members for each row
  when (auth.uid() is distinct from old.user_id) execute function app.audit('organization', 'preferred_language_code');

alter function app.audit_unquoted() owner to vizdots_definer;
alter function app.unquoted(text, text) owner to vizdots_definer;
revoke execute on function app.audit_unquoted, app.unquoted from public;
