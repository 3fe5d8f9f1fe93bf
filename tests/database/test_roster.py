"""Thousands of people by one statement: who may, what stands in the log, and that its chain holds."""

import json
import threading
from typing import Any, Final, LiteralString

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.people import People, acting

Connection = psycopg.Connection[Any]

IMPORT: Final[LiteralString] = "select app.import_members(%s::jsonb, %s, 1000, %s, now())"
VERIFIED: Final[LiteralString] = "select app.verify_audit_log(%s)"
PLACE: Final[LiteralString] = """
    select m.status, m.role, m.has_direct_reports, d.name, b.invited_email, m.invite_expires_at is not null
    from organization_members m left join departments d on d.id = m.department_id
    left join organization_members b on b.id = m.supervisor where m.invited_email = %s
"""


def person(email: str, **more: object) -> dict[str, object]:
    """One line of a file."""
    nobody = {"job_title": None, "department": None, "supervisor_email": None, "is_supervisor": False}
    return {"line": 2, "name": email.title(), "email": email} | nobody | more


def bring(db: Connection, *people: dict[str, object], new: list[str] | None = None, invite: bool = True) -> Any:
    """Import people as whoever acts."""
    row = db.execute(IMPORT, (json.dumps(people), new or [], invite)).fetchone()
    return row and row[0]


def entries(db: Connection, email: str) -> list[Any]:
    """What the log says of somebody, in order."""
    return db.execute(
        "select action, after ->> 'status', after ->> 'invite_expires_at' is not null from audit_log"
        " where entity_id = (select id from organization_members where invited_email = %s) order by seq",
        (email,),
    ).fetchall()


@pytest.fixture
def superuser(populated: Database) -> Any:
    """A connection that sees everything. What a test does is never committed."""
    with psycopg.connect(populated.admin_url) as connection:
        yield connection
        connection.rollback()


def test_people_come_in_under_who_is_there_and_under_each_other(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.admin):
        told = bring(
            superuser,
            person("nora@acme.test", department="field", supervisor_email="ana@acme.test"),
            person("nils@acme.test", department="Fleet", supervisor_email="nora@acme.test"),
            new=["Fleet"],
        )
    assert told == {"new": 2, "imported": 2, "invited": 2, "already_members": 0, "already_member_lines": []}
    nora = superuser.execute(PLACE, ("nora@acme.test",)).fetchone()
    nils = superuser.execute(PLACE, ("nils@acme.test",)).fetchone()
    assert nora == ("invited", "member", True, "Field", "ana@acme.test", True)
    assert nils == ("invited", "member", False, "Fleet", "nora@acme.test", True)
    led = superuser.execute(
        "select has_direct_reports from organization_members where id = %s", (people.ana.member_id,)
    )
    assert led.fetchone() == (True,)


def test_each_is_put_on_record_once_with_their_invitation(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.admin):
        bring(superuser, person("nora@acme.test"), person("nils@acme.test", supervisor_email="nora@acme.test"))
        bring(superuser, person("nele@acme.test"), invite=False)
    assert entries(superuser, "nora@acme.test") == [("created", "invited", True)]
    assert entries(superuser, "nils@acme.test") == [("created", "invited", True)]
    assert entries(superuser, "nele@acme.test") == [("created", "invited", False)]
    assert superuser.execute(VERIFIED, (people.acme,)).fetchone() == (None,)


@pytest.mark.parametrize("who", ["ana", "her_manager", "former", "stranger"])
def test_nobody_else_brings_people_into_an_organisation(db: Connection, people: People, who: str) -> None:
    with pytest.raises(psycopg.DatabaseError) as refused, acting(db, "authenticated", getattr(people, who)):
        bring(db, person("nora@acme.test", department="Field"))
    assert refused.value.sqlstate in {"VD403", "VD409"}  # the stranger's organisation has no such department


def test_the_log_is_written_by_no_hand(superuser: Connection, people: People) -> None:
    entry = "row(%s, 9, null, 'organization', null, 'system', null, 'updated', 'x', %s, null, null, '', '', now())"
    for role in ("vizdots_definer", "none"):
        with pytest.raises(errors.InsufficientPrivilege), acting(superuser, role):
            superuser.execute(
                "select app.write_audit_entries(array[" + entry + "::audit_log])",
                (people.acme, people.acme),
            )
    for role in ("authenticated", "service_role"):
        for function in ("app.write_audit_entries('{}')", "app.audit_entry('', '', '', '{}', '{}', '{}')"):
            with pytest.raises(errors.InsufficientPrivilege), acting(superuser, role, people.admin):
                superuser.execute(f"select {function}".encode())


def test_a_statement_over_organisations_goes_on_with_each_chain(superuser: Connection, people: People) -> None:
    count = "select array_agg(n order by n) from (select count(*) n from audit_log group by org_id) counted"
    before = superuser.execute(count).fetchone()
    with acting(superuser, "service_role"):
        superuser.execute("update organization_members set can_view_reports = true where role = 'owner'")
    after = superuser.execute(count).fetchone()
    assert before is not None
    assert after == ([each + 1 for each in before[0]],)
    for org in (people.acme, people.globex):
        assert superuser.execute(VERIFIED, (org,)).fetchone() == (None,)


def test_of_many_rows_only_those_that_changed_are_put_on_record(superuser: Connection, people: People) -> None:
    last = "select action, entity_id, before, after from audit_log where org_id = %s order by seq desc limit 1"
    with acting(superuser, "service_role"):
        superuser.execute(
            "update organization_members set level = case id when %s then 'manager' else level end",
            (people.ana.member_id,),
        )
    assert superuser.execute(last, (people.acme,)).fetchone() == (
        "updated",
        people.ana.member_id,
        {"level": "ic"},
        {"level": "manager"},
    )
    assert superuser.execute(
        "select count(*) from audit_log where after ? 'level' and action = 'updated'"
    ).fetchone() == (1,)


@pytest.mark.parametrize(
    "tampering",
    [
        'update audit_log set after = after || \'{"role": "owner"}\' where seq = (select max(seq) - 1 from audit_log)',
        "delete from audit_log where seq = (select max(seq) - 1 from audit_log)",
    ],
)
def test_tampering_with_an_import_is_proved(superuser: Connection, people: People, tampering: str) -> None:
    with acting(superuser, "authenticated", people.admin):
        bring(superuser, *(person(f"n{n}@acme.test") for n in range(5)))
    superuser.execute("set local session_replication_role = replica")
    assert superuser.execute(tampering.encode()).rowcount == 1
    assert superuser.execute(VERIFIED, (people.acme,)).fetchone() != (None,)


def test_imports_at_once_make_one_chain_and_each_person_once(populated: Database, people: People) -> None:
    together = threading.Barrier(4)
    told: list[Any] = []

    def run(number: int) -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            with acting(connection, "authenticated", people.admin if number % 2 else people.owner):
                told.append(
                    bring(connection, *(person(f"n{n}@acme.test", department="New") for n in range(200)), new=["New"])
                )
            connection.commit()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each["imported"] for each in told) == [0, 0, 0, 200]
    with psycopg.connect(populated.admin_url) as connection:
        assert connection.execute("select count(*) from departments where name = 'New'").fetchone() == (1,)
        assert connection.execute("select count(*) from email_logs").fetchone() == (200,)
        assert connection.execute(VERIFIED, (people.acme,)).fetchone() == (None,)
