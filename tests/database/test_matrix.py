"""The matrix of tests/database/matrix.py, checked in the live database by doing each thing to a real row."""

import json
from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Servers
from tests.database.matrix import ACTORS, GIVEN, GIVEN_ROWS, SAMPLES, VERBS, granted
from tests.people import People, Person, become

Connection = psycopg.Connection[Any]
ROW = UUID("99999999-0000-4000-8000-000000000000")


@pytest.fixture(scope="module")
def live(postgres: Servers, people: People) -> Iterator[Connection]:
    """A database with people and their rows, seen by a superuser who takes everybody's role in turn."""
    made = postgres.populated()
    with psycopg.connect(made.admin_url) as connection:
        with psycopg.ClientCursor(connection) as cursor:  # several statements with parameters
            cursor.execute(GIVEN_ROWS, names(people))
        connection.commit()
        yield connection
        connection.rollback()
    postgres.drop(made)


def names(people: People, me: UUID | None = None) -> dict[str, Any]:
    """What a sample's statements may refer to."""
    return {
        "id": ROW,
        "me": me,
        "acme": people.acme,
        "other": UUID(int=0),
        "ana": people.ana.id,
        "anas_membership": people.ana.member_id,
        **GIVEN,
    }


def who(actor: str, people: People) -> tuple[str, Person | None]:
    """The database role and the person behind an actor of the matrix."""
    if actor in ("anonymous", "service"):
        return {"anonymous": "anon", "service": "service_role"}[actor], None
    return "authenticated", people.her_manager if actor == "manager" else getattr(people, actor)


def succeeds(live: Connection, table: str, actor: str, verb: str, people: People) -> bool:
    """Whether the actor can do it, leaving nothing behind."""
    sample = SAMPLES[table]
    role, person = who(actor, people)
    named = names(people, person.id if person else None)
    statement = {  # the names come from matrix.py
        "select": f"select 1 from {table} where {sample.where}",  # noqa: S608
        "insert": sample.insert,
        "update": f"update {table} set {sample.change} where {sample.where}",  # noqa: S608
        "delete": f"delete from {table} where {sample.where}",  # noqa: S608
    }[verb]
    try:
        if verb != "insert" and not sample.there:
            live.execute(sample.insert.encode(), named)
        if org_is_new(table, verb):
            live.execute("insert into organizations (id, name) values (%(other)s, 'Nobody')", named)
            live.execute("set local session_replication_role = replica")  # not even a superuser deletes it by hand
            live.execute("delete from app.audit_heads where org_id = %(other)s", named)
            live.execute("set local session_replication_role = origin")
        become(live, role, json.dumps(person.claims) if person else "")
        done = live.execute(statement.encode(), named).rowcount
    except (
        errors.InsufficientPrivilege,
        errors.ObjectNotInPrerequisiteState,
    ):  # a view of several tables isn't written
        return False
    except errors.ForeignKeyViolation as refused:
        if "no such session" in str(refused):  # a session that one may not see doesn't exist
            return False
        raise
    finally:
        live.rollback()
    return done > 0


def org_is_new(table: str, verb: str) -> bool:
    """A chain's head can only be inserted where there is none yet."""
    return (table, verb) == ("app.audit_heads", "insert")


def found_for(live: Connection, table: str, people: People) -> dict[str, set[str]]:
    """What everybody can do to the table, found by trying."""
    return {actor: {verb for verb in VERBS if succeeds(live, table, actor, verb, people)} for actor in ACTORS}


@pytest.mark.parametrize("table", granted())
def test_everybody_may_do_exactly_what_the_matrix_says(live: Connection, people: People, table: str) -> None:
    assert found_for(live, table, people) == granted()[table]


@pytest.mark.parametrize(
    ("table", "hole", "closed", "actor", "verb"),
    [
        (
            "public.answers",
            "create policy planted on answers for select to authenticated using (true)",
            "drop policy planted on answers",
            "manager",
            "select",
        ),
        (
            "public.team_health_metrics",
            "grant select on team_health_metrics to anon; alter table team_health_metrics disable row level security",
            "revoke select on team_health_metrics from anon; alter table team_health_metrics enable row level security",
            "anonymous",
            "select",
        ),
        (
            "public.session_messages",
            "alter table session_messages disable trigger keep_facts",
            "alter table session_messages enable trigger keep_facts",
            "service",
            "update",
        ),
        (
            "public.audit_log",
            "grant insert on audit_log to service_role;"
            " create policy planted on audit_log to service_role using (true);"
            " alter table audit_log disable trigger come_from_triggers",
            "revoke insert on audit_log from service_role; drop policy planted on audit_log;"
            " alter table audit_log enable trigger come_from_triggers",
            "service",
            "insert",
        ),
    ],
)
def test_a_hole_is_seen_in_the_matrix(
    live: Connection, people: People, table: str, hole: LiteralString, closed: LiteralString, actor: str, verb: str
) -> None:
    live.execute(hole)
    live.commit()
    try:
        found = found_for(live, table, people)
    finally:
        live.execute(closed)
        live.commit()
    assert verb in found[actor] - granted()[table][actor]


def test_every_table_has_a_row_in_the_matrix(live: Connection) -> None:
    tables = live.execute(
        "select format('%s.%s', relnamespace::regnamespace, relname) from pg_class"
        " where relkind in ('r', 'p', 'v', 'm', 'f') and relnamespace::regnamespace::text in ('public', 'app')"
    ).fetchall()
    assert {table for (table,) in tables} == set(granted()) == set(SAMPLES)


@pytest.mark.parametrize("visible_to", ["admins_only", "managers", "everyone"])
def test_a_note_is_seen_by_those_it_is_meant_for(live: Connection, people: People, visible_to: str) -> None:
    live.execute(
        "insert into owner_notes (org_id, note_type, note_text, visible_to) values (%s, 'policy', 'two drive', %s)",
        (people.acme, visible_to),
    )
    seen = set()
    for actor in ACTORS:
        role, person = who(actor, people)
        become(live, role, json.dumps(person.claims) if person else "")
        if role != "anon" and live.execute("select 1 from owner_notes").fetchall():
            seen.add(actor)
    live.rollback()
    always = {"admin", "owner", "service"}
    assert (
        seen
        == always
        | {"admins_only": set(), "managers": {"manager"}, "everyone": {"manager", "colleague", "ana"}}[visible_to]
    )


def test_an_export_of_the_organisation_is_the_admins(live: Connection, people: People) -> None:
    ask = "insert into data_export_requests (org_id, requested_by, scope) values (%s, %s, 'organization')"
    for actor in ("admin", "owner"):
        _, person = who(actor, people)
        assert person is not None
        become(live, "authenticated", json.dumps(person.claims))
        assert live.execute(ask, (people.acme, person.id)).rowcount == 1
        live.rollback()
    become(live, "authenticated", json.dumps(people.ana.claims))
    with pytest.raises(errors.InsufficientPrivilege):
        live.execute(ask, (people.acme, people.ana.id))
    live.rollback()


def test_a_request_that_names_an_organisation_sees_no_other(live: Connection, people: People) -> None:
    live.execute(
        "insert into organization_members (org_id, user_id, status) values (%s, %s, 'active')",
        (people.globex, people.ana.id),
    )
    claims = json.dumps(people.ana.claims)
    become(live, "authenticated", claims)
    both = live.execute("select id from organizations").fetchall()
    become(live, "authenticated", claims, str(people.globex))
    one = live.execute("select id from organizations").fetchall()
    live.rollback()
    assert len(both) == 2
    assert one == [(people.globex,)]
