"""The migrations on a database that Supabase has made: its own stays as it was, its open defaults are taken back."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest

from common import migrations
from local.postgres import Server, installed
from tests.conftest import SQL
from tests.database.conftest import VERSIONS
from tests.people import People, acting, populate

# What matters of Supabase's own set-up: the schema auth belongs to another, the roles are there, service_role goes
# around policies, and whatever the owner makes in public is granted to everybody.
SUPABASE: LiteralString = """
create role supabase_auth_admin noinherit createrole;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role the_owner login createrole createdb bypassrls;
grant anon, authenticated, service_role to the_owner with admin option;
create database supabase owner the_owner;
"""
IN_THE_DATABASE: LiteralString = """
create schema auth authorization supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, the_owner;
create table auth.users (id uuid primary key, email varchar(255));
alter table auth.users owner to supabase_auth_admin;
alter table auth.users enable row level security;
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
create function auth.role() returns text language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
create function auth.jwt() returns jsonb language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;
grant all on schema public to anon, authenticated, service_role;
alter default privileges for role the_owner in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role the_owner in schema public
  grant all on functions to anon, authenticated, service_role;
alter default privileges for role the_owner in schema public
  grant all on sequences to anon, authenticated, service_role;
"""
AUTH: LiteralString = """
select nspname, nspowner::regrole::text, nspacl::text from pg_namespace where nspname = 'auth'
union all select proname, proowner::regrole::text, prosrc from pg_proc where pronamespace = 'auth'::regnamespace
union all select relname, relowner::regrole::text, relacl::text from pg_class where relnamespace = 'auth'::regnamespace
union all select rolname, rolbypassrls::text, rolinherit::text from pg_roles
  where rolname in ('anon', 'authenticated', 'service_role')
order by 1, 2
"""


@pytest.fixture(scope="module", params=VERSIONS)
def supabase(request: pytest.FixtureRequest) -> Iterator[tuple[Server, list[Any], list[str]]]:
    """A migrated database of Supabase's, what auth was like before, and what was applied."""
    binaries = installed(15) if request.param == "postgres-15" else None
    with Server.thrown_away(binaries=binaries) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for statement in SUPABASE.strip().split("\n"):
                connection.execute(statement.encode())
        with psycopg.connect(server.url("supabase")) as connection:
            connection.execute(IN_THE_DATABASE)
            before = connection.execute(AUTH).fetchall()
        owner = server.url("supabase", "the_owner")
        applied = migrations.up(owner, SQL)
        migrations.ensure_login(owner, server.url("supabase", "vizdots_functions"))
        populate(owner)
        yield server, before, applied


def test_what_is_supabases_stays_as_it_was(supabase: tuple[Server, list[Any], list[str]]) -> None:
    server, before, applied = supabase
    with psycopg.connect(server.url("supabase")) as connection:
        assert connection.execute(AUTH).fetchall() == before
    assert applied == [migration.name for migration in migrations.files(SQL)]


def test_nothing_is_open_to_the_anonymous(supabase: tuple[Server, list[Any], list[str]]) -> None:
    server, *_ = supabase
    with psycopg.connect(server.url("supabase")) as connection:
        tables = connection.execute(
            "select table_name, privilege_type from information_schema.table_privileges"
            " where table_schema in ('public', 'app') and grantee in ('anon', 'PUBLIC')"
        ).fetchall()
        functions = connection.execute(
            "select oid::regprocedure::text from pg_proc where pronamespace::regnamespace::text in ('public', 'app')"
            " and has_function_privilege('anon', oid, 'execute')"
        ).fetchall()
    assert tables == []
    assert {name.partition("(")[0] for (name,) in functions} == {
        "app.health",
        "app.hold_invitation",
        "app.invitation",
        "app.take_up_invitation",
    }


def test_what_comes_later_is_closed_too(supabase: tuple[Server, list[Any], list[str]]) -> None:
    server, *_ = supabase
    with psycopg.connect(server.url("supabase", "the_owner")) as connection:
        connection.execute("create table public.later (x int); create function public.later() returns int return 1")
        row = connection.execute(
            "select has_table_privilege('authenticated', 'public.later', 'select'),"
            " has_function_privilege('authenticated', 'public.later()', 'execute')"
        ).fetchone()
        connection.rollback()
    assert row == (False, False)


def test_people_see_what_is_theirs(supabase: tuple[Server, list[Any], list[str]], people: People) -> None:
    server, *_ = supabase
    with psycopg.connect(server.url("supabase", "vizdots_functions")) as connection:
        with acting(connection, "authenticated", people.ana):
            seen = connection.execute(
                "select (select array_agg(id) from organizations),"
                " (select array_agg(user_id) from organization_members)"
            ).fetchone()
        connection.rollback()
    assert seen == ([people.acme], [people.ana.id])


def test_facts_stand_against_a_role_that_goes_around_policies(
    supabase: tuple[Server, list[Any], list[str]], people: People
) -> None:
    server, *_ = supabase
    with psycopg.connect(server.url("supabase", "vizdots_functions")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(connection, "service_role"):
            connection.execute("delete from audit_log")
        connection.rollback()
