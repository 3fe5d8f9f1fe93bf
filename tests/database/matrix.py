"""Who may do what to a row about Ana: every table, everybody, every verb, as sections 1 and 2 of the spec say.

s, i, u, d: may select, insert, update, delete. The row is Ana's where the table has people in it, else her
organisation's. The stranger owns another organisation. Nothing here is computed: it is what is meant.
"""

from dataclasses import dataclass
from typing import Final

ACTORS: Final = ("anonymous", "colleague", "manager", "admin", "owner", "stranger", "service", "ana")
VERBS: Final = ("select", "insert", "update", "delete")

MATRIX: Final = """
table                             anonymous colleague manager admin owner stranger service ana
public.organizations              ----      s---      s---    s---  s-u-  ----     siu-    s---
public.departments                ----      s---      s---    siu-  siu-  ----     siud    s---
public.organization_members       ----      ----      ----    siu-  siu-  ----     siu-    s-u-
public.member_role_history        ----      ----      ----    s---  s---  ----     si--    s---
public.user_profiles              ----      ----      ----    ----  ----  ----     siu-    siu-
public.agents                     ----      s---      s---    s---  s---  s---     siu-    s---
public.topic_archetypes           ----      s---      s---    s---  s---  s---     siu-    s---
public.sessions                   ----      ----      ----    ----  ----  ----     siu-    siu-
public.session_topics             ----      ----      ----    ----  ----  ----     si--    si--
public.session_messages           ----      ----      ----    ----  ----  ----     si--    si--
public.answers                    ----      ----      ----    ----  ----  ----     si--    siu-
public.answer_reviews             ----      ----      ----    ----  ----  ----     si--    si--
public.user_topic_history         ----      ----      ----    ----  ----  ----     siu-    siu-
public.supported_languages        ----      s---      s---    s---  s---  s---     siu-    s---
public.workflows                  ----      ----      ----    s-u-  s-u-  ----     siu-    ----
public.workflow_steps             ----      ----      ----    ----  ----  ----     si--    ----
public.workflow_tellings          ----      ----      ----    ----  ----  ----     siu-    ----
public.workflow_versions          ----      ----      ----    s---  s---  ----     si--    ----
public.workflow_overrides         ----      ----      ----    siu-  siu-  ----     siu-    ----
public.owner_notes                ----      ----      ----    siu-  siu-  ----     siu-    ----
public.workflow_variants          ----      ----      ----    siu-  siu-  ----     siu-    ----
public.workflow_variant_dot_links ----      ----      ----    ----  ----  ----     si--    ----
public.workflow_resemblances      ----      ----      ----    s-u-  s-u-  ----     siu-    ----
public.audit_log                  ----      ----      ----    s---  s---  ----     s---    ----
public.ai_logs                    ----      ----      ----    ----  ----  ----     si--    ----
public.email_logs                 ----      ----      ----    ----  ----  ----     siu-    ----
public.team_health_metrics        ----      ----      ----    ----  ----  ----     siud    ----
public.topic_summaries            ----      ----      ----    ----  ----  ----     siud    ----
public.pattern_alerts             ----      ----      ----    s-u-  s-u-  ----     siu-    ----
public.user_consents              ----      ----      ----    ----  ----  ----     siu-    siu-
public.data_export_requests       ----      ----      ----    ----  ----  ----     siu-    si--
public.archived_data_log          ----      ----      ----    ----  ----  ----     si--    ----
public.stripe_events              ----      ----      ----    ----  ----  ----     siu-    ----
public.setup_drafts               ----      ----      ----    ----  ----  ----     siu-    siu-
public.schema_migrations          ----      ----      ----    ----  ----  ----     s---    ----
app.rate_limits                   ----      ----      ----    ----  ----  ----     siud    ----
app.idempotency_keys              ----      ----      ----    ----  ----  ----     siud    ----
app.suppressed_addresses          ----      ----      ----    ----  ----  ----     si-d    ----
app.invitation_tokens             ----      ----      ----    ----  ----  ----     si-d    ----
app.audit_heads                   ----      ----      ----    ----  ----  ----     s---    ----
app.members                       ----      ----      ----    s---  s---  ----     ----    s---
app.memberships                   ----      ----      ----    s---  s---  ----     ----    s---
"""


@dataclass(frozen=True)
class Sample:
    """How to do each verb to a table. `there`: the row exists already; else `insert` makes it, for every verb.

    The statements may name %(id)s (the row), %(me)s (who does it), and the ids of `GIVEN` below.
    """

    insert: str
    change: str
    where: str = "id = %(id)s"
    there: bool = False


# What every sample may refer to: Ana's open check-in, one that is completed without a dot, one with a dot, a workflow.
GIVEN: Final = {
    "open": "c0000000-0000-4000-8000-000000000001",
    "done": "c0000000-0000-4000-8000-000000000002",
    "told": "c0000000-0000-4000-8000-000000000003",
    "dot": "d0000000-0000-4000-8000-000000000001",
    "workflow": "e0000000-0000-4000-8000-000000000001",
    "trip": "e0000000-0000-4000-8000-000000000002",
    "variant": "f0000000-0000-4000-8000-000000000001",
}

GIVEN_ROWS: Final = """
insert into sessions
  (id, org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, started_at, completed_at)
select id::uuid, %(acme)s, %(ana)s, agent, array[topic], day, day, day, completed
from (values
  (%(open)s, 'pulse', 'pulse_weekly', timestamptz '2026-01-05Z', null::timestamptz),
  (%(done)s, 'pulse', 'pulse_weekly', '2026-01-04Z', '2026-01-04Z'),
  (%(told)s, 'workflow_mapper', 'workflow_discovery', '2026-01-03Z', '2026-01-03Z')
) given (id, agent, topic, day, completed);
insert into answers (id, session_id, raw_text, transcript_json)
values (%(dot)s, %(told)s, 'first we call, then we drive', '[{"role": "person", "content": "first we call"}]');
insert into workflows (id, org_id, workflow_key, display_name) values
  (%(workflow)s, %(acme)s, 'visit', 'Visit'), (%(trip)s, %(acme)s, 'trip', 'Trip');
insert into workflow_steps (org_id, workflow_id, step_key, label) values
  (%(acme)s, %(workflow)s, 'call', 'Call'), (%(acme)s, %(workflow)s, 'drive', 'Drive');
insert into workflow_versions (org_id, workflow_id, version_number, created_by_type, structure, source_dot_ids)
values (%(acme)s, %(workflow)s, 1, 'system',
  '{"steps": [{"key": "call", "label": "Call"}, {"key": "drive", "label": "Drive"}], "tools": [], "data_sources": []}',
  array[%(dot)s]::uuid[]);
insert into workflow_variants (id, org_id, workflow_id, variant_key, source)
values (%(variant)s, %(acme)s, %(workflow)s, 'skips call', 'system');
"""

SAMPLES: Final = {
    "public.organizations": Sample(
        "insert into organizations (id, name) values (%(id)s, 'New')", "name = 'Other'", "id = %(acme)s", there=True
    ),
    "public.departments": Sample(
        "insert into departments (id, org_id, name) values (%(id)s, %(acme)s, 'New')", "name = 'Other'"
    ),
    "public.organization_members": Sample(
        "insert into organization_members (id, org_id, invited_email) values (%(id)s, %(acme)s, 'new@acme.test')",
        "display_name = 'Other'",
        "user_id = %(ana)s",
        there=True,
    ),
    "public.member_role_history": Sample(
        "insert into member_role_history (id, org_id, member_id, user_id, field, new_value)"
        " values (%(id)s, %(acme)s, %(anas_membership)s, %(ana)s, 'job_title', 'Lead')",
        "new_value = 'Other'",
    ),
    "public.user_profiles": Sample(
        "insert into user_profiles (id, org_id, user_id) values (%(id)s, %(acme)s, %(ana)s)",
        "profile_json = '{\"kpis_known\": true}', version = 2",
    ),
    "public.agents": Sample(
        "insert into agents (code, name, learns, position) values ('new', 'New', 'nothing', 99)",
        "name = 'Other'",
        "code = 'pulse'",
        there=True,
    ),
    "public.topic_archetypes": Sample(
        "insert into topic_archetypes (code, agent_code, name, description) values ('new', 'pulse', 'New', 'nothing')",
        "name = 'Other'",
        "code = 'pulse_weekly'",
        there=True,
    ),
    "public.sessions": Sample(
        "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
        " values (%(acme)s, %(ana)s, 'pulse', '{pulse_weekly}', '2026-01-06Z', '2026-01-06', 'manual')",
        "started_at = '2026-01-06Z'",
        "user_id = %(ana)s and scheduled_date = '2026-01-06'",
    ),
    "public.session_topics": Sample(
        "insert into session_topics (session_id, topic_code, position) values (%(open)s, 'pulse_weekly', 1)",
        "position = 2",
        "session_id = %(open)s",
    ),
    "public.session_messages": Sample(
        "insert into session_messages (session_id, turn, role, content) values (%(open)s, 1, 'person', 'tired')",
        "content = 'fine'",
        "session_id = %(open)s",
    ),
    "public.answers": Sample(
        "insert into answers (session_id, raw_text) values (%(done)s, 'tired')",
        "is_private = true, privacy_level = 'private'",
        "session_id = %(done)s",
    ),
    "public.answer_reviews": Sample(
        "insert into answer_reviews (org_id, user_id, answer_id, verdict)"
        " values (%(acme)s, %(ana)s, %(dot)s, 'confirmed')",
        "created_at = '2026-01-06Z'",
        "answer_id = %(dot)s",
    ),
    "public.user_topic_history": Sample(
        "insert into user_topic_history (org_id, user_id, topic_code, agent_code, last_asked_at)"
        " values (%(acme)s, %(ana)s, 'pulse_weekly', 'pulse', '2026-01-05Z')",
        "times_asked = 2",
        "user_id = %(ana)s",
    ),
    "public.supported_languages": Sample(
        "insert into supported_languages (code, english_name, native_name) values ('xx', 'New', 'New')",
        "native_name = 'Other'",
        "code = 'en'",
        there=True,
    ),
    "public.workflows": Sample(
        "insert into workflows (id, org_id, workflow_key, display_name) values (%(id)s, %(acme)s, 'new', 'New')",
        "display_name = 'Other'",
    ),
    "public.workflow_steps": Sample(
        "insert into workflow_steps (org_id, workflow_id, step_key, label) values (%(acme)s, %(trip)s, 'pack', 'Pack')",
        "label = 'Other'",
        "workflow_id = %(trip)s",
    ),
    "public.workflow_tellings": Sample(
        "insert into workflow_tellings (dot_id, org_id, workflow_id, is_whole, matched_by)"
        " values (%(dot)s, %(acme)s, %(workflow)s, true, 'new')",
        "is_whole = false",
        "dot_id = %(dot)s",
    ),
    "public.workflow_versions": Sample(
        "insert into workflow_versions (id, org_id, workflow_id, version_number, created_by_type, structure)"
        " values (%(id)s, %(acme)s, %(workflow)s, 2, 'ai', '{}')",
        "structure = '{}'",
    ),
    "public.workflow_overrides": Sample(
        "insert into workflow_overrides (id, org_id, workflow_id, created_by)"
        " values (%(id)s, %(acme)s, %(workflow)s, %(me)s)",
        "status = 'active'",
    ),
    "public.owner_notes": Sample(
        "insert into owner_notes (id, org_id, note_type, note_text, created_by)"
        " values (%(id)s, %(acme)s, 'policy', 'two people drive', %(me)s)",
        "is_active = false",
    ),
    "public.workflow_variants": Sample(
        "insert into workflow_variants (id, org_id, workflow_id, variant_key, source)"
        " values (%(id)s, %(acme)s, %(workflow)s, 'new', 'admin')",
        "is_allowed = false",
    ),
    "public.workflow_variant_dot_links": Sample(
        "insert into workflow_variant_dot_links (org_id, variant_id, dot_id) values (%(acme)s, %(variant)s, %(dot)s)",
        "confidence = 0.5",
        "variant_id = %(variant)s",
    ),
    "public.workflow_resemblances": Sample(
        "insert into workflow_resemblances (org_id, workflow_id, other_id, similarity)"
        " values (%(acme)s, %(workflow)s, %(trip)s, 0.6)",
        "decision = 'apart'",
        "workflow_id = %(workflow)s",
    ),
    "public.audit_log": Sample(
        "insert into audit_log (org_id, seq, scope, actor_type, action, entity_type, entity_id, previous_hash, hash)"
        " values (%(acme)s, 1000, 'organization', 'system', 'updated', 'organizations', %(acme)s, '', '')",
        "action = 'deleted'",
        "org_id = %(acme)s and scope = 'organization'",
        there=True,
    ),
    "public.ai_logs": Sample(
        "insert into ai_logs (id, org_id, user_id, agent_code, model, ms, outcome)"
        " values (%(id)s, %(acme)s, %(ana)s, 'pulse', 'scripted', 1, 'ok')",
        "ms = 2",
    ),
    "public.email_logs": Sample(
        "insert into email_logs (id, org_id, user_id, to_address, template, idempotency_key)"
        " values (%(id)s, %(acme)s, %(ana)s, 'ana@acme.test', 'reminder', 'reminder:ana:2026-01-05')",
        "status = 'sent'",
    ),
    "public.team_health_metrics": Sample(
        "insert into team_health_metrics (id, org_id, time_window, window_start, window_end)"
        " values (%(id)s, %(acme)s, 'week', '2026-01-05', '2026-01-12')",
        "sentiment_score = 50",
    ),
    "public.topic_summaries": Sample(
        "insert into topic_summaries (id, org_id, topic_code, time_window, window_start, window_end, people)"
        " values (%(id)s, %(acme)s, 'pulse_weekly', 'week', '2026-01-05', '2026-01-12', 5)",
        "people = 6",
    ),
    "public.pattern_alerts": Sample(
        "insert into pattern_alerts (id, org_id, alert_type, severity)"
        " values (%(id)s, %(acme)s, 'burnout_risk', 'warning')",
        "status = 'acknowledged'",
    ),
    "public.user_consents": Sample(
        "insert into user_consents (id, org_id, user_id, consent_type, version, granted_at)"
        " values (%(id)s, %(acme)s, %(ana)s, 'analytics', '1', '2026-01-05Z')",
        "withdrawn_at = '2026-01-06Z'",
    ),
    "public.data_export_requests": Sample(
        "insert into data_export_requests (id, org_id, requested_by, scope) values (%(id)s, %(acme)s, %(ana)s, 'own')",
        "status = 'completed'",
    ),
    "public.archived_data_log": Sample(
        "insert into archived_data_log (id, org_id, table_name, reason, rows_redacted)"
        " values (%(id)s, %(acme)s, 'answers', 'retention', 1)",
        "rows_redacted = 2",
    ),
    "public.stripe_events": Sample(
        "insert into stripe_events (id, type, org_id, payload) values ('evt_1', 'invoice.paid', %(acme)s, '{}')",
        "processed_at = '2026-01-05Z'",
        "id = 'evt_1'",
    ),
    "public.setup_drafts": Sample(
        "insert into setup_drafts (user_id) values (%(ana)s)", "draft = '{\"company\": {}}'", "user_id = %(ana)s"
    ),
    "public.schema_migrations": Sample(
        "insert into schema_migrations (version, name, sha256, ms) values (999, 'new', '', 0)",
        "sha256 = ''",
        "version = 0",
        there=True,
    ),
    "app.rate_limits": Sample(
        "insert into app.rate_limits (user_id, bucket, window_start, used) values (%(ana)s, 'chat', '2026-01-05Z', 1)",
        "used = 0",
        "user_id = %(ana)s",
    ),
    "app.idempotency_keys": Sample(
        "insert into app.idempotency_keys (user_id, key, route, fingerprint) values (%(ana)s, 'k', 'r', 'f')",
        "response = 'r'",
        "user_id = %(ana)s",
    ),
    "app.suppressed_addresses": Sample(
        "insert into app.suppressed_addresses (address, reason) values ('ana@acme.test', 'bounced')",
        "reason = 'complained'",
        "address = 'ana@acme.test'",
    ),
    "app.invitation_tokens": Sample(
        "insert into app.invitation_tokens (token_hash, org_id, member_id, to_address)"
        " values (sha256('a token'), %(acme)s, %(anas_membership)s, 'ana@acme.test')",
        "created_at = now()",
        "member_id = %(anas_membership)s",
    ),
    "app.members": Sample(
        "insert into app.members (id) values (%(id)s)", "role = 'owner'", "id = %(anas_membership)s", there=True
    ),
    "app.memberships": Sample(
        "insert into app.memberships (id) values (%(id)s)", "role = 'owner'", "id = %(anas_membership)s", there=True
    ),
    "app.audit_heads": Sample(
        "insert into app.audit_heads (org_id, seq, hash) values (%(other)s, 0, '')",
        "seq = 0",
        "org_id = %(acme)s",
        there=True,
    ),
}


def granted() -> dict[str, dict[str, set[str]]]:
    """MATRIX, read: table → actor → the verbs allowed."""
    header, *lines = (line.split() for line in MATRIX.strip().splitlines())
    if tuple(header[1:]) != ACTORS:
        raise ValueError("the matrix has other columns than ACTORS")
    verb_of = {verb[0]: verb for verb in VERBS}
    return {
        table: {
            actor: {verb_of[letter] for letter in cell if letter != "-"}
            for actor, cell in zip(ACTORS, cells, strict=True)
        }
        for table, *cells in lines
    }
