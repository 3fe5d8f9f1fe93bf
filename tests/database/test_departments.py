"""Departments at once: nobody is ever in a closed one, whoever is faster; and what was removed is out of sight."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.people import ACME, FIELD, OFFICE, People, Person, acting, become

Connection = psycopg.Connection[Any]

AT: Final = datetime(2026, 6, 8, 9, tzinfo=UTC)
EMPTY: Final = UUID("aaaaaaaa-d000-4000-8000-000000000003")

MERGE: Final = "select app.merge_department(%s, %s, null, %s)"
REMOVE: Final = "select app.remove_department(%s, null, %s)"
LET_IN: Final = (
    "insert into organization_members (org_id, department_id, invited_email) values (%s, %s, 'new@acme.test')"
)
MOVE: Final = "update organization_members set department_id = %s where id = %s"

# How many people are where nobody should be.
LOST: Final = """
    select count(*) from organization_members m join departments d on d.id = m.department_id
    where d.closed_at is not null
"""


@pytest.fixture
def office(populated: Database, people: People) -> Iterator["Office"]:
    """Acme with a third department, which nobody is in."""
    made = Office(populated, people)
    made.look("insert into departments (id, org_id, name) values (%s, %s, 'Empty') returning 1", EMPTY, ACME)
    yield made
    made.close()


class Office:
    """Several people at work on the same departments, each in a transaction of their own."""

    def __init__(self, database: Database, people: People) -> None:
        self.database, self.people = database, people
        self._opened: list[Connection] = []

    def begin(self, who: Person) -> Connection:
        """Somebody's open transaction."""
        connection = psycopg.connect(self.database.functions_url)
        self._opened.append(connection)
        become(connection, "authenticated", json.dumps(who.claims))
        return connection

    def look(self, statement: str, *parameters: object) -> Any:
        """The first column of the first row, as a superuser sees it."""
        with psycopg.connect(self.database.admin_url) as connection:
            row = connection.execute(statement.encode(), parameters or None).fetchone()
            return row[0] if row else None

    def behind(self, late: Connection, do: Callable[[], object]) -> Callable[[], object]:
        """Let `do` begin in `late`, and wait until it waits; gives what tells, at the end, its value or the error."""
        ended: list[object] = []

        def run() -> None:
            try:
                ended.append(do())
                late.commit()
            except psycopg.Error as error:
                ended.append(error)
                late.rollback()

        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 20
        waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
        while self.look(waits, late.info.backend_pid) is not True:
            assert time.monotonic() < deadline, "it never waited"
            assert not ended, f"it didn't wait: {ended}"

        def end() -> object:
            thread.join()
            return ended[0]

        return end

    def close(self) -> None:
        for connection in self._opened:
            connection.close()


def value(connection: Connection, statement: str, *parameters: object) -> Any:
    row = connection.execute(statement.encode(), parameters).fetchone()
    return row[0] if row else None


def code(ended: object) -> str | None:
    assert isinstance(ended, psycopg.Error), ended
    return ended.diag.message_hint


# ---- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_who_merge_into_each_others_the_second_finds_nothing_left(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    value(one, MERGE, FIELD, OFFICE, AT)
    ended = office.behind(other, lambda: value(other, MERGE, OFFICE, FIELD, AT))
    one.commit()
    assert code(ended()) == "merge_target_not_found"
    still_open = "select array_agg(name order by name) from departments where org_id = %s and closed_at is null"
    assert office.look(still_open, ACME) == ["Empty", "Office"]
    assert office.look(LOST) == 0


def test_the_second_of_two_merges_goes_on_where_the_first_gives_up(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    value(one, MERGE, FIELD, OFFICE, AT)
    ended = office.behind(other, lambda: value(other, MERGE, OFFICE, FIELD, AT))
    one.rollback()
    assert not isinstance(ended(), psycopg.Error)
    assert office.look("select count(*) from organization_members where department_id = %s", FIELD) == 6


def test_nothing_is_merged_into_what_is_being_removed(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    assert value(one, REMOVE, EMPTY, AT) == 0
    ended = office.behind(other, lambda: value(other, MERGE, FIELD, EMPTY, AT))
    one.commit()
    assert code(ended()) == "merge_target_not_found"
    assert office.look(LOST) == 0


@pytest.mark.parametrize("move", [False, True], ids=["invited", "moved"])
def test_nobody_is_let_into_what_is_being_removed(office: Office, people: People, move: bool) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    assert value(one, REMOVE, EMPTY, AT) == 0
    statement, parameters = (MOVE, (EMPTY, people.ana.member_id)) if move else (LET_IN, (ACME, EMPTY))
    ended = office.behind(other, lambda: other.execute(statement, parameters))
    one.commit()
    assert code(ended()) == "unknown_department"
    assert office.look(LOST) == 0


def test_nor_into_what_the_service_is_closing(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    become(one, "service_role", "")
    one.execute("update departments set closed_at = now() where id = %s", (EMPTY,))
    ended = office.behind(other, lambda: other.execute(MOVE, (EMPTY, people.ana.member_id)))
    one.commit()
    assert code(ended()) == "unknown_department"


@pytest.mark.parametrize("move", [False, True], ids=["invited", "moved"])
def test_nothing_is_removed_that_somebody_is_being_let_into(office: Office, people: People, move: bool) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    statement, parameters = (MOVE, (EMPTY, people.ana.member_id)) if move else (LET_IN, (ACME, EMPTY))
    one.execute(statement, parameters)
    ended = office.behind(other, lambda: value(other, REMOVE, EMPTY, AT))
    one.commit()
    assert ended() == 1
    assert office.look("select closed_at from departments where id = %s", EMPTY) is None


def test_a_merge_takes_along_whoever_is_just_being_let_in(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    one.execute(LET_IN, (ACME, FIELD))
    ended = office.behind(other, lambda: value(other, MERGE, FIELD, OFFICE, AT))
    one.commit()
    assert not isinstance(ended(), psycopg.Error)
    where = "select department_id from organization_members where invited_email = 'new@acme.test'"
    assert office.look(where) == OFFICE


def test_whoever_moves_somebody_and_whoever_merges_hold_nobody_up(office: Office, people: People) -> None:
    """Both take the person first and the department second: neither ever has what the other, who has more, wants."""
    one, other = office.begin(people.admin), office.begin(people.owner)
    one.execute("select from organization_members where id = %s for no key update", (people.ana.member_id,))
    ended = office.behind(other, lambda: value(other, MERGE, FIELD, OFFICE, AT))
    one.execute(MOVE, (OFFICE, people.ana.member_id))
    one.commit()
    assert not isinstance(ended(), psycopg.Error)
    assert office.look(LOST) == 0


def test_two_renames_wait_and_the_second_is_told(office: Office, people: People) -> None:
    one, other = office.begin(people.admin), office.begin(people.owner)
    etag = value(one, "select shown ->> 'etag' from app.shown_departments(%s, %s)", ACME, FIELD)
    rename = "select app.rename_department(%s, %s, %s)"
    value(one, rename, FIELD, "Outside", etag)
    ended = office.behind(other, lambda: value(other, rename, FIELD, "Inside", etag))
    one.commit()
    assert code(ended()) == "stale"
    assert office.look("select name from departments where id = %s", FIELD) == "Outside"


# ---- a closed one ----------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(office: Office, people: People) -> Connection:
    """Adam, after the empty department was removed and Field merged into Office."""
    adam = office.begin(people.admin)
    assert value(adam, REMOVE, EMPTY, AT) == 0
    value(adam, MERGE, FIELD, OFFICE, AT)
    return adam


@pytest.mark.parametrize("department", [EMPTY, FIELD])
def test_nobody_gets_into_a_closed_department(closed: Connection, people: People, department: UUID) -> None:
    for statement, parameters in ((LET_IN, (ACME, department)), (MOVE, (department, people.ana.member_id))):
        with pytest.raises(psycopg.Error) as refused, closed.transaction():
            closed.execute(statement, parameters)
        assert refused.value.diag.message_hint == "unknown_department"


def test_not_even_the_service_puts_anybody_there(closed: Connection, people: People) -> None:
    become(closed, "service_role", "")
    with pytest.raises(psycopg.Error, match="no such department"):
        closed.execute(MOVE, (EMPTY, people.ana.member_id))


def test_a_removed_department_is_hidden_and_a_merged_one_seen(closed: Connection, people: People) -> None:
    assert closed.execute("select name from departments order by name").fetchall() == [("Field",), ("Office",)]


@pytest.mark.parametrize("department", [EMPTY, FIELD])
def test_what_is_closed_is_renamed_and_deleted_by_no_admin(closed: Connection, department: UUID) -> None:
    assert closed.execute("update departments set name = 'Again' where id = %s", (department,)).rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege):
        closed.execute("delete from departments where id = %s", (department,))


def test_a_merger_is_within_one_organisation(office: Office, people: People) -> None:
    with psycopg.connect(office.database.admin_url) as connection, pytest.raises(errors.ForeignKeyViolation):
        connection.execute(
            "update departments set closed_at = now(), merged_into = %s where id = %s", (people.globex, FIELD)
        )


def test_only_admins_close_anything(office: Office, people: People) -> None:
    for who in (people.ana, people.her_manager, people.former):
        with psycopg.connect(office.database.functions_url) as connection:
            for statement, parameters in ((REMOVE, (EMPTY, AT)), (MERGE, (FIELD, OFFICE, AT))):
                with pytest.raises(psycopg.Error) as refused, acting(connection, "authenticated", who):
                    connection.execute(statement.encode(), parameters)
                assert refused.value.sqlstate == "VD403"
                connection.rollback()


# ---- on the record ---------------------------------------------------------------------------------------------------


def test_the_record_tells_what_became_of_a_department_and_its_people(
    office: Office, closed: Connection, people: People
) -> None:
    closed.commit()
    told = office.look(
        "select jsonb_agg(jsonb_build_array(action, before, after) order by seq) from audit_log"
        " where entity_type = 'departments' and actor_id = %s",
        people.admin.id,
    )
    assert told == [
        ["deleted", {"name": "Empty"}, None],
        ["updated", {"merged_into": None}, {"merged_into": str(OFFICE)}],
    ]
    moved = "select count(*) from member_role_history where old_value = %s and new_value = %s and changed_by = %s"
    assert office.look(moved, str(FIELD), str(OFFICE), people.admin.id) == 4  # who has left comes along
    assert office.look("select app.verify_audit_log(%s)", ACME) is None


def test_everybody_moves_in_one_statement(office: Office, people: People) -> None:
    office.look(
        "insert into organization_members (org_id, department_id, invited_email)"
        " select %s, %s, n || '@acme.test' from generate_series(1, 500) n returning 1",
        ACME,
        FIELD,
    )
    with psycopg.connect(office.database.admin_url) as connection:
        connection.execute(
            "create function counted() returns trigger language plpgsql as $$ begin"
            " perform set_config('test.counted', concat(current_setting('test.counted', true), '.'), true);"
            " return null; end $$"
        )
        connection.execute(
            "create trigger counted after update on organization_members for each statement execute function counted()"
        )
    adam = office.begin(people.admin)
    value(adam, MERGE, FIELD, OFFICE, AT)
    assert value(adam, "select current_setting('test.counted')") == "."
    adam.commit()
    assert office.look("select count(*) from organization_members where department_id = %s", OFFICE) == 506
