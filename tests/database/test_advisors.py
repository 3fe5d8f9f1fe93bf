"""Detectors of what opens a hole or slows a query, each of which has been shown the fault that it is there to find."""

from collections.abc import Iterator
from typing import Any, Final, LiteralString

import psycopg
import pytest

from tests.conftest import Servers

Connection = psycopg.Connection[Any]

# Each lists its faults by name; an empty list is what we want.
DETECTORS: Final[dict[str, LiteralString]] = {
    "row-level security isn't enabled and forced": """
        select oid::regclass::text from pg_class
        where relkind in ('r', 'p') and relnamespace::regnamespace::text in ('public', 'app')
          and not (relrowsecurity and relforcerowsecurity)""",
    "a view isn't bound by its reader's policies": """
        select oid::regclass::text from pg_class
        where relkind in ('v', 'm') and relnamespace::regnamespace::text in ('public', 'app')
          and not coalesce(reloptions @> '{security_invoker=true}', false)""",
    "a policy doesn't say to whom": """
        select format('%s: %s', polrelid::regclass, polname) from pg_policy where 0 = any (polroles)""",
    "a policy lets everybody through": """
        select format('%s: %s', polrelid::regclass, polname) from pg_policy
        where polroles && array['anon'::regrole::oid, 'authenticated'::regrole::oid]
          and 'true' in (pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
          and polrelid::regclass::text not in ('agents', 'topic_archetypes', 'supported_languages')""",
    "a policy asks its helper for every row": r"""
        select format('%s: %s', polrelid::regclass, polname) from pg_policy,
          lateral (select concat(pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid))) e (said),
          lateral (select regexp_replace(said, '\( SELECT (auth\.uid|app\.[a-z_]+)\(\) AS [a-z_]+\)', '', 'g')) r (rest)
        where rest ~ '(auth|app)\.[a-z_]+\('
          or said ~ '(= ANY|IN) \( *SELECT'""",
    "a policy names a key without an index": """
        select distinct format('%s.%s', polrelid::regclass, attname) from pg_policy
        join pg_depend on classid = 'pg_policy'::regclass and objid = pg_policy.oid and refobjid = polrelid
        join pg_attribute a on attrelid = polrelid and attnum = refobjsubid
        where polcmd <> 'a' and atttypid = 'uuid'::regtype
          and not exists (
            select from pg_index i where i.indrelid = polrelid and i.indpred is null and (
              i.indkey[0] = a.attnum or i.indkey[1] = a.attnum and i.indkey[0] = (
                select o.attnum from pg_attribute o where o.attrelid = polrelid and o.attname = 'org_id')))""",
    "a security definer function trusts the search path": """
        select oid::regprocedure::text from pg_proc
        where prosecdef and pronamespace::regnamespace::text in ('public', 'app')
          and not coalesce(proconfig @> array['search_path=""'], false)""",
    "a security definer function acts as somebody else than vizdots_definer": """
        select oid::regprocedure::text from pg_proc
        where prosecdef and pronamespace::regnamespace::text in ('public', 'app')
          and proowner <> 'vizdots_definer'::regrole""",
    "everybody may call it": """
        select oid::regprocedure::text from pg_proc
        where pronamespace::regnamespace::text in ('public', 'app')
          and has_function_privilege('anon', oid, 'execute')
          and oid::regproc::text not in ('app.health',
            'app.invitation', 'app.hold_invitation', 'app.take_up_invitation')""",
    "a role that signs in or asks may go around policies": """
        select rolname from pg_roles
        where rolname in ('anon', 'authenticated', 'service_role', 'vizdots_definer', 'vizdots_functions',
            'vizdots_owner')
          and (rolsuper or rolbypassrls)""",
    "the functions' login has something of its own": """
        select format('%s', relname) from pg_class where relowner = 'vizdots_functions'::regrole
        union all select 'inherits' from pg_roles where rolname = 'vizdots_functions' and rolinherit
        union all select format('%s: %s', grantee, table_name) from information_schema.table_privileges
          join pg_class on oid = format('%I.%I', table_schema, table_name)::regclass
          where grantee = 'vizdots_functions' and relowner <> 'vizdots_functions'::regrole""",
    "anybody may read or write a table": """
        select format('%s: %s', table_name, grantee) from information_schema.table_privileges
        where table_schema in ('public', 'app') and grantee in ('PUBLIC', 'anon')""",
    "somebody may empty a table": """
        select format('%s: %s', table_name, grantee) from information_schema.table_privileges
        where table_schema in ('public', 'app') and privilege_type in ('TRUNCATE', 'TRIGGER')
          and grantee in ('authenticated', 'service_role', 'vizdots_definer')""",
    "what a person chose for themself is open to whoever runs the organisation": """
        select distinct a.attrelid::regclass::text from pg_attribute a
        cross join unnest(array['anon', 'authenticated']) as asks (role)
        where not a.attisdropped and (
            a.attrelid = 'email_logs'::regclass
            or a.attrelid = 'organization_members'::regclass and a.attname in ('reminders_enabled', 'unsubscribed_at',
              'muted_mails', 'snoozed_from', 'snoozed_until', 'past_snoozes', 'updated_at'))
          and (has_column_privilege(role, a.attrelid, a.attnum, 'select')
            or has_column_privilege(role, a.attrelid, a.attnum, 'update'))""",
    "a table doesn't say when its rows were made": """
        select c.oid::regclass::text from pg_class c
        where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'app')
          and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'created_at'
            and a.attnotnull and a.atthasdef and a.atttypid = 'timestamptz'::regtype)""",
    "a constraint was never checked": """
        select conname from pg_constraint where not convalidated""",
}

PLANTED: Final[dict[str, list[LiteralString]]] = {
    "row-level security isn't enabled and forced": [
        "create table public.planted (id int)",
        "alter table public.answers no force row level security",
    ],
    "a view isn't bound by its reader's policies": ["create view public.planted as select * from public.answers"],
    "a policy doesn't say to whom": ["create policy planted on public.answers for select using (user_id is null)"],
    "a policy lets everybody through": [
        "create policy planted on public.answers for select to authenticated using (true)",
        "create policy planted on public.answers for insert to anon with check (true)",
    ],
    "a policy asks its helper for every row": [
        "create policy planted on public.answers for select to authenticated using (user_id = auth.uid())",
        "create policy planted on public.answers for select to authenticated"
        " using (org_id in (select app.current_org_ids()))",
        "create policy planted on public.answers for select to authenticated using (user_id = app.current_user_id())",
    ],
    "a policy names a key without an index": [
        "create policy planted on public.answers for select to authenticated using (id is null or session_id is null"
        " or department_id is null) ; drop index public.answers_by_department",
        "drop index public.role_history_by_user",
    ],
    "a security definer function trusts the search path": [
        "create function app.planted() returns int language sql security definer as 'select 1'"
    ],
    "a security definer function acts as somebody else than vizdots_definer": [
        "create function app.planted() returns int language sql security definer set search_path = '' as 'select 1'"
    ],
    "everybody may call it": [
        "create function app.planted() returns int language sql as 'select 1';"
        " grant execute on function app.planted() to public",
        "grant execute on function app.spend(text, int, int, timestamptz) to anon",
    ],
    "a role that signs in or asks may go around policies": ["alter role service_role bypassrls"],
    "the functions' login has something of its own": [
        "create table app.planted (id int); alter table app.planted owner to vizdots_functions",
        "grant select on public.agents to vizdots_functions",
    ],
    "anybody may read or write a table": [
        "grant select on public.agents to anon",
        "grant update on public.agents to public",
    ],
    "somebody may empty a table": ["grant truncate on public.answers to service_role"],
    "what a person chose for themself is open to whoever runs the organisation": [
        "grant select on public.organization_members to authenticated",
        "grant select (snoozed_until) on public.organization_members to authenticated",
        "grant update (muted_mails) on public.organization_members to authenticated",
        "grant select (status) on public.email_logs to authenticated",
    ],
    "a table doesn't say when its rows were made": ["alter table public.answers alter column created_at drop not null"],
    "a constraint was never checked": ["alter table public.answers add constraint planted check (true) not valid"],
}


@pytest.fixture(scope="module")
def schema(postgres: Servers) -> Iterator[Connection]:
    """A migrated database, as a superuser sees it. What a test plants is never committed."""
    made = postgres.migrated()
    with psycopg.connect(made.admin_url) as connection:
        yield connection
        connection.rollback()
    postgres.drop(made)


def faults(schema: Connection, detector: str) -> list[str]:
    """What a detector finds."""
    return [name for (name,) in schema.execute(DETECTORS[detector]).fetchall()]


@pytest.mark.parametrize("detector", DETECTORS)
def test_nothing_is_found(schema: Connection, detector: str) -> None:
    assert faults(schema, detector) == []


@pytest.mark.parametrize(
    ("detector", "fault"), [(detector, fault) for detector, planted in PLANTED.items() for fault in planted]
)
def test_a_planted_fault_is_found(schema: Connection, detector: str, fault: LiteralString) -> None:
    schema.execute(fault)
    found = faults(schema, detector)
    schema.rollback()
    assert len(found) == 1


# What a signed-in person may call with more rights than their own. Each asks whose it is before it does anything.
TRUSTED: Final = {
    "app.administered_org_ids",
    "app.change_invitation",
    "app.check_in_overview",
    "app.choose_notifications",
    "app.claim_key",
    "app.complete_setup",
    "app.conversation",
    "app.create_organization",
    "app.current_org_ids",
    "app.current_user_id",
    "app.health",
    "app.hold_workflows",
    "app.import_members",
    "app.invitation",
    "app.keep_response",
    "app.keep_telling",
    "app.kept_response",
    "app.known_to_admins",
    "app.known_workflows",
    "app.link_invitations",
    "app.log_ai",
    "app.mail_delivery",
    "app.mail_failures",
    "app.managed_org_ids",
    "app.merge_department",
    "app.merge_workflows",
    "app.mute_mails",
    "app.my_notifications",
    "app.my_organizations",
    "app.my_weeks_away",
    "app.my_work",
    "app.my_workflow",
    "app.open_resemblances",
    "app.open_variant_ids",
    "app.owned_org_ids",
    "app.queue_invitations",
    "app.remove_department",
    "app.retry_invitation",
    "app.retry_invitations",
    "app.revoke_invitation",
    "app.shown_variant",
    "app.spend",
    "app.variant_as_told",
    "app.verify_my_audit_log",
    "app.why",
    "app.workflow_detail",
    "app.workflow_variants_told",
    "app.workflow_ways",
    "app.workflows_seen",
}


def test_no_other_function_lends_its_rights(schema: Connection) -> None:
    found = schema.execute(
        "select distinct oid::regproc::text from pg_proc"
        " where prosecdef and has_function_privilege('authenticated', oid, 'execute')"
        " and pronamespace::regnamespace::text in ('public', 'app') and prorettype <> 'trigger'::regtype"
    ).fetchall()
    assert {name for (name,) in found} == TRUSTED


def test_every_detector_has_been_shown_its_fault() -> None:
    assert PLANTED.keys() == DETECTORS.keys()


def test_the_functions_login_can_do_nothing_by_itself(populated: Any) -> None:
    with psycopg.connect(populated.functions_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from public.organizations")


def test_nobody_signs_in_as_the_definer(populated: Any) -> None:
    with psycopg.connect(populated.functions_url) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role vizdots_definer")
        connection.rollback()
        connection.execute("set role service_role")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role vizdots_owner")
