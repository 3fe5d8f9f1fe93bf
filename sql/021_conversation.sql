-- The talk: one turn at a time, the person's words kept before anybody is asked for an answer.
-- Before the first release the tables are empty, and locks harmless:
-- squawk-ignore-file adding-foreign-key-constraint

alter table public.sessions add column answering_until timestamptz;
comment on column public.sessions.answering_until is
  'A turn is being answered until then: a lease, so that two tabs are answered one after the other and a crash blocks nobody.';

alter table public.session_messages
  add column understood jsonb check (length(understood::text) <= 200000),
  add column language_code text references public.supported_languages (code);
comment on column public.session_messages.understood is 'What the agent had understood by then: kept with its line, so that a talk can be ended early.';

grant update (answering_until) on public.sessions to authenticated;
grant insert (understood, language_code) on public.session_messages to authenticated;

-- ---- which organisation a person acts in -------------------------------------------------------------------------

create function app.my_org() returns uuid language plpgsql stable set search_path = '' as $$
declare
  ids uuid[] := array(select app.current_org_ids());
begin
  if cardinality(ids) = 0 then
    raise exception 'You belong to no organisation.' using errcode = 'VD403', hint = 'no_organisation';
  elsif cardinality(ids) > 1 then
    raise exception 'Say which of your organisations with X-Org-Id.' using errcode = 'VD409', hint = 'choose_organisation';
  end if;
  return ids[1];
end
$$;
comment on function app.my_org is 'The one organisation that the caller acts in: their only one, or the one they chose. Never one by accident.';

-- Definer, since an organisation that isn't chosen, or that somebody has left, is hidden from them by its policies.
create function app.my_organizations() returns table (
  id uuid, name text, timezone text, subscription_status text, trial_ends_at timestamptz, is_set_up boolean, feature_flags jsonb,
  profile_confirmed boolean
) language sql stable security definer set search_path = '' as $$
  select o.id, o.name, o.timezone, o.subscription_status, o.trial_ends_at, o.setup_completed_at is not null, o.feature_flags,
    exists (select from public.user_profiles p where p.org_id = o.id and p.user_id = (select auth.uid()) and p.confirmed_at is not null)
  from public.organizations o
  where o.id in (select m.org_id from public.organization_members m where m.user_id = (select auth.uid()))
$$;
comment on function app.my_organizations is 'What everybody may know of each organisation they are or were in, whichever they chose: enough to choose one and to find the way.';

create function app.has_consented(o public.organizations, person uuid) returns boolean
language sql stable set search_path = '' as $$
  select not o.data_processing_consent_required or exists (
    select from public.user_consents c
    where c.org_id = o.id and c.user_id = person and c.consent_type = 'data_processing' and c.withdrawn_at is null)
$$;
comment on function app.has_consented is 'Whether what a person says may be processed at present: they agreed, or nobody has to.';

-- ---- what the interviewer may know --------------------------------------------------------------------------------

-- An agent talks to a person about the work of their organisation. It knows the models; the person's own role doesn't.
create function app.known_workflows(org uuid) returns table (id uuid, workflow_key text, names text[], version_number int, structure jsonb,
  override jsonb, vocabulary jsonb, wordings text[])
language sql stable security definer set search_path = '' as $$
  with said as (
      select s.workflow_id, jsonb_agg(jsonb_build_object('key', s.step_key, 'label', s.label) order by s.created_at, s.step_key) as vocabulary
      from public.workflow_steps s where s.org_id = org group by s.workflow_id),
    worded as (
      select t.workflow_id, array_agg(distinct wording order by wording) as wordings
      from public.workflow_tellings t join public.answers a on a.id = t.dot_id, unnest(t.wordings) wording
      where t.org_id = org and (a.user_id = auth.uid() or not a.is_private) group by t.workflow_id),
    joined as (
      select w.merged_into as workflow_id, array_agg(w.display_name order by w.display_name) as names
      from public.workflows w where w.org_id = org and w.merged_into is not null group by w.merged_into)
  select w.id, w.workflow_key, array[w.display_name] || coalesce(joined.names, '{}'), v.version_number, v.structure,
    case when o.id is not null then app.override_json(o) end, coalesce(said.vocabulary, '[]'), coalesce(worded.wordings, '{}')
  from public.workflows w
  left join said on said.workflow_id = w.id
  left join worded on worded.workflow_id = w.id
  left join joined on joined.workflow_id = w.id
  left join lateral (
    select v.version_number, v.structure from public.workflow_versions v
    where v.org_id = w.org_id and v.workflow_id = w.id order by v.version_number desc limit 1) v on true
  left join public.workflow_overrides o on o.org_id = w.org_id and o.workflow_id = w.id and o.status = 'active'
  where w.org_id = org and w.merged_into is null and org in (select app.current_org_ids())
  order by w.workflow_key
$$;
comment on function app.known_workflows(uuid) is
  'For finding out which workflow a dot tells of: the latest version of each workflow in the caller''s organisation, the correction over it, and every step that was ever told of it.';
alter function app.known_workflows(uuid) owner to vizdots_definer;
revoke execute on function app.known_workflows(uuid) from public;
grant execute on function app.known_workflows(uuid) to authenticated;

create function app.workflows_to_mention(org uuid, department uuid, most int) returns jsonb
language sql stable set search_path = '' as $$
  with told as (
    select t.workflow_id, bool_or(a.user_id = auth.uid()) as is_mine
    from public.workflow_tellings t join public.answers a on a.id = t.dot_id
    where t.org_id = org and (a.user_id = auth.uid() or not a.is_private) group by t.workflow_id),
    nearest as (
      select w.*, told.is_mine, row_number() over (order by told.is_mine desc, w.department_id = department desc nulls last, w.workflow_key) as nth
      from public.workflows w join told on told.workflow_id = w.id
      where w.org_id = org and w.status = 'active' and w.merged_into is null
      order by nth limit most)
  select coalesce(jsonb_agg(jsonb_build_object('display_name', n.display_name, 'version_number', v.version_number, 'structure', v.structure,
    'override', case when o.id is not null then app.override_json(o) end) order by n.nth), '[]')
  from nearest n
  cross join lateral (
    select v.version_number, v.structure from public.workflow_versions v where v.workflow_id = n.id order by v.version_number desc limit 1) v
  left join public.workflow_overrides o on o.org_id = n.org_id and o.workflow_id = n.id and o.status = 'active'
$$;
comment on function app.workflows_to_mention(uuid, uuid, int) is
  'What an agent needs of the organisation''s work in any talk: the person''s own workflows first, then those of their department.';
revoke execute on function app.workflows_to_mention(uuid, uuid, int) from public;
grant execute on function app.workflows_to_mention(uuid, uuid, int) to vizdots_definer;

-- Definer, since the supervisor's name and the owner's notes lie outside a member's own rows. Only for one's own session.
-- `may_end`: whether the talk may be over with the next answer. Only then it takes all that is known of the organisation's work.
create function app.conversation(session_id uuid, may_end boolean default true) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'agent_code', s.agent_code,
    'topic_code', s.topic_codes[1],
    'language_code', m.preferred_language_code,
    'allow_llm', o.allow_llm,
    'first_name', split_part(m.display_name, ' ', 1),
    'job_title', m.job_title,
    'department', d.name,
    'level', m.level,
    'supervisor', boss.display_name,
    'profile', coalesce(p.profile_json, '{}'),
    'profile_version', coalesce(p.version, 0),
    'last_answer', (
      select a.answer_json from public.answers a
      where a.org_id = s.org_id and a.user_id = s.user_id and a.agent_code = s.agent_code
      order by a.created_at desc limit 1),
    'owner_notes', coalesce((
      select jsonb_agg(n.note_text order by n.created_at) from public.owner_notes n
      where n.org_id = s.org_id and n.is_active
        and (n.visible_to = 'everyone' or m.role in ('owner', 'admin')
          or n.visible_to = 'managers' and app.leads(m))), '[]'),
    'workflows', case when o.allow_llm then app.workflows_to_mention(s.org_id, m.department_id, 20) else '[]' end,
    'known_workflows', case when may_end and s.agent_code = 'workflow_mapper' then coalesce((
      select jsonb_agg(to_jsonb(w) order by w.workflow_key) from app.known_workflows(s.org_id) w), '[]') end,
    'workflows_seen', case when may_end and s.agent_code = 'workflow_mapper' then app.workflows_seen(s.org_id) end,
    'messages', coalesce((
      select jsonb_agg(jsonb_build_object('turn', t.turn, 'role', t.role, 'content', t.content) order by t.turn, t.role desc)
      from public.session_messages t where t.session_id = s.id), '[]'),
    'understood', (
      select t.understood from public.session_messages t
      where t.session_id = s.id and t.understood is not null order by t.turn desc limit 1),
    'understood_language', (
      select t.language_code from public.session_messages t
      where t.session_id = s.id and t.understood is not null order by t.turn desc limit 1),
    'completed', s.completed_at is not null)
  from public.sessions s
  join public.organizations o on o.id = s.org_id
  join public.organization_members m on m.org_id = s.org_id and m.user_id = s.user_id
  left join public.departments d on d.org_id = m.org_id and d.id = m.department_id
  left join public.organization_members boss on boss.org_id = m.org_id and boss.id = m.supervisor
  left join public.user_profiles p on p.org_id = s.org_id and p.user_id = s.user_id
  where s.id = conversation.session_id
    and s.user_id = app.current_user_id()
    and s.org_id = any (array(select app.current_org_ids()))
$$;

-- ---- a person says something --------------------------------------------------------------------------------------

-- What an agent's line answered, told again as it was told then.
create function app.answered(s public.sessions, line public.session_messages) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('state', 'answered', 'turn', line.turn, 'message', line.content, 'understood', line.understood,
    'completed', coalesce(s.completed_at = line.created_at, false))
$$;

-- Answers {"state": "open", "turn": n, …the conversation} when the turn is the caller's to answer;
-- {"state": "busy"} while another one is being answered; {"state": "answered", …} when it has been answered before.
-- Looking again while it is busy costs nothing of the person's allowance. No talk is over before its `least_turns`.
create function app.begin_turn(
  session_id uuid, said text, key text, at timestamptz, lease interval, looks_again boolean, most_turns int, per interval, least_turns int
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  s public.sessions;
  line public.session_messages;
  newest int;
  this_turn int;
begin
  select * into s from public.sessions where id = begin_turn.session_id for update;
  if not found then
    raise exception 'There is no such check-in.' using errcode = 'VD404', hint = 'session_not_found';
  end if;
  select coalesce(max(t.turn), 0) into newest from public.session_messages t where t.session_id = s.id;

  -- Sent before? The opening is known by its turn, a message by its key, and without one by being the same words again
  -- that nobody has answered.
  if said is null then
    this_turn := 0;
  else
    select * into line from public.session_messages t
      where t.session_id = s.id and t.role = 'person'
        and case when key is not null then t.idempotency_key = key
          else t.turn = newest and t.content = said and not exists (
            select from public.session_messages reply where reply.session_id = s.id and reply.turn = newest and reply.role = 'agent')
          end;
    if found and line.content is distinct from said then
      raise exception 'This Idempotency-Key was sent with another message.' using errcode = 'VD422', hint = 'key_reused';
    end if;
    this_turn := line.turn;
  end if;

  -- A message whose own answer was lost in a crash was answered together with the next one.
  select * into line from public.session_messages t
    where t.session_id = s.id and t.role = 'agent' and (t.turn = this_turn or this_turn > 0 and t.turn > this_turn)
    order by t.turn limit 1;
  if found then
    return app.answered(s, line);
  end if;

  if s.completed_at is not null then
    raise exception 'This check-in is complete.' using errcode = 'VD409', hint = 'session_completed';
  elsif said is null and newest > 0 then
    raise exception 'This check-in has been opened by an answer already.' using errcode = 'VD409', hint = 'already_opened';
  elsif not (select app.has_consented(o, s.user_id) from public.organizations o where o.id = s.org_id) then
    raise exception 'You have not agreed that what you say is processed.' using errcode = 'VD403', hint = 'consent_required';
  end if;

  if not looks_again then
    perform app.spend('chat', most_turns, extract(epoch from per)::int, at);
  end if;
  if s.answering_until > clock_timestamp() then
    return jsonb_build_object('state', 'busy');
  end if;

  if this_turn is null then
    this_turn := newest + 1;
    insert into public.session_messages (org_id, user_id, session_id, turn, role, content, idempotency_key, created_at)
    values (s.org_id, s.user_id, s.id, this_turn, 'person', said, key, at);
  end if;
  if s.started_at is null then
    insert into public.session_topics (org_id, user_id, session_id, topic_code, position, created_at)
    select s.org_id, s.user_id, s.id, topic, nth, at from unnest(s.topic_codes) with ordinality as planned (topic, nth)
    on conflict do nothing;
  end if;
  update public.sessions set started_at = coalesce(started_at, at), answering_until = clock_timestamp() + lease where id = s.id;
  return app.conversation(s.id, may_end => this_turn >= least_turns) || jsonb_build_object('state', 'open', 'turn', this_turn);
end
$$;

-- ---- somebody answers ---------------------------------------------------------------------------------------------

-- Keeps the agent's line of a turn and, with a dot, completes the check-in: dot, profile, topics, all or nothing.
-- Without a turn the person ends the check-in early, and is told it as a whole. `seen` is the newest turn that the caller
-- knew of: {"state": "stale", …the conversation} when the talk, the profile or the workflows have moved on meanwhile.
create function app.conclude_turn(
  session_id uuid, turn int, seen int, message text, understood jsonb, language text, at timestamptz, asked jsonb, dot jsonb,
  profile jsonb, profile_version int, telling jsonb, workflows_seen text
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  s public.sessions;
  line public.session_messages;
  dot_id uuid;
begin
  select * into s from public.sessions where id = conclude_turn.session_id for update;
  if not found then
    raise exception 'There is no such check-in.' using errcode = 'VD404', hint = 'session_not_found';
  end if;
  if asked is not null then
    perform app.log_ai(s.agent_code, asked ->> 'model', (asked ->> 'tokens_in')::int, (asked ->> 'tokens_out')::int,
      (asked ->> 'ms')::int, asked ->> 'outcome', asked ->> 'error_type', s.id, at);
  end if;

  if turn is null then
    if s.completed_at is not null then  -- ended twice at once
      return jsonb_build_object('state', 'answered', 'session', app.session_json(s));
    end if;
  else
    select * into line from public.session_messages t
      where t.session_id = s.id and t.role = 'agent' and (t.turn = conclude_turn.turn or conclude_turn.turn > 0 and t.turn > conclude_turn.turn)
      order by t.turn limit 1;
    if found then  -- we were thought dead, and somebody else has answered
      return app.answered(s, line);
    elsif s.completed_at is not null then
      raise exception 'This check-in is complete.' using errcode = 'VD409', hint = 'session_completed';
    end if;
  end if;

  if exists (select from public.session_messages t where t.session_id = s.id and t.turn > seen) then
    return app.conversation(s.id) || jsonb_build_object('state', 'stale');
  end if;
  if dot is not null then
    if not (select app.has_consented(o, s.user_id) from public.organizations o where o.id = s.org_id) then
      raise exception 'You have not agreed that what you say is processed.' using errcode = 'VD403', hint = 'consent_required';
    end if;
    if telling is not null and not app.hold_workflows(s.org_id, workflows_seen) then
      return app.conversation(s.id) || jsonb_build_object('state', 'stale');
    end if;
    if profile_version = 0 then
      insert into public.user_profiles (org_id, user_id, profile_json, version, created_at)
      values (s.org_id, s.user_id, profile, 1, at) on conflict (org_id, user_id) do nothing;
    else
      update public.user_profiles p set profile_json = profile, version = p.version + 1
      where p.org_id = s.org_id and p.user_id = s.user_id and p.version = profile_version;
    end if;
    if not found then
      return app.conversation(s.id) || jsonb_build_object('state', 'stale');
    end if;
  end if;

  if turn is not null then
    insert into public.session_messages (org_id, user_id, session_id, turn, role, content, understood, language_code, created_at)
    values (s.org_id, s.user_id, s.id, conclude_turn.turn, 'agent', message, conclude_turn.understood, language, at)
    returning * into line;
  end if;
  update public.sessions set answering_until = null, completed_at = case when dot is not null then at end where id = s.id
  returning * into s;
  if dot is not null then
    insert into public.answers (org_id, session_id, user_id, agent_code, topic_code, raw_text, answer_text, answer_number,
      answer_json, transcript_json, language_code, translated_text_en, created_at)
    values (s.org_id, s.id, s.user_id, s.agent_code, s.topic_codes[1], dot ->> 'raw_text', dot ->> 'answer_text',
      (dot ->> 'answer_number')::numeric, dot -> 'answer_json', dot -> 'transcript_json', dot ->> 'language_code',
      dot ->> 'translated_text_en', at)
    returning id into dot_id;
    if telling is not null then
      perform app.keep_telling(dot_id, telling, at);
    end if;
    insert into public.user_topic_history as h (org_id, user_id, topic_code, agent_code, last_session_id, last_asked_at, created_at)
    select s.org_id, s.user_id, topic, s.agent_code, s.id, at, at from unnest(s.topic_codes) as taken (topic)
    on conflict (org_id, user_id, topic_code) do update
      set times_asked = h.times_asked + 1, last_session_id = excluded.last_session_id, last_asked_at = excluded.last_asked_at;
  end if;
  return case when turn is null then jsonb_build_object('state', 'answered', 'session', app.session_json(s)) else app.answered(s, line) end;
end
$$;

-- ---- how check-ins and pages are told -----------------------------------------------------------------------------

create function app.session_status(started_at timestamptz, completed_at timestamptz) returns text
language sql immutable set search_path = '' as $$
  select case when completed_at is not null then 'completed' when started_at is not null then 'started' else 'scheduled' end
$$;

create function app.session_json(s public.sessions) returns json
language sql stable set search_path = '' as $$
  select json_build_object(
    'id', s.id, 'agent_code', s.agent_code, 'source', s.source,
    'status', app.session_status(s.started_at, s.completed_at),
    'scheduled_for', s.scheduled_for, 'scheduled_date', s.scheduled_date,
    'started_at', s.started_at, 'completed_at', s.completed_at,
    'topics', (
      select json_agg(json_build_object('code', t.code, 'name', t.name) order by planned.nth)
      from unnest(s.topic_codes) with ordinality as planned (code, nth) join public.topic_archetypes t using (code)),
    'messages', coalesce((
      select json_agg(json_build_object('turn', t.turn, 'role', t.role, 'content', t.content, 'created_at', t.created_at)
        order by t.turn, t.role desc)
      from public.session_messages t where t.session_id = s.id), '[]'))
$$;

create function app.cursor(at timestamptz, id uuid) returns text
language sql immutable set search_path = '' as $$
  select to_char(at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '-' || id
$$;
comment on function app.cursor is 'Where a page ends: read again by vizdots.pages.';

alter function app.conversation(uuid, boolean) owner to vizdots_definer;
alter function app.my_organizations() owner to vizdots_definer;
revoke execute on function app.my_org, app.my_organizations, app.has_consented, app.conversation, app.answered, app.begin_turn, app.conclude_turn, app.session_status, app.session_json, app.cursor from public;
grant execute on function app.my_org, app.my_organizations, app.has_consented, app.conversation, app.answered, app.begin_turn, app.conclude_turn, app.session_status, app.session_json, app.cursor to authenticated;
