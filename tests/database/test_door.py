"""The door of the functions: who one acts as holds for one transaction, whichever way one goes through it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from common import db
from tests.conftest import Database
from tests.people import People
from vizdots import errors
from vizdots.transaction import Transaction

WHO = (
    "select json_build_array(current_setting('role'), nullif(current_setting('request.jwt.claims', true), ''),"
    " nullif(current_setting('request.org_id', true), ''))::text"
)
NOBODY = '["none", null, null]'
READ_HER_OWN = "select display_name from public.organization_members where user_id = (select auth.uid())"
START = (
    "insert into public.sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
    " values (%(org_id)s, %(user_id)s, 'pulse', '{pulse_weekly}', now(), current_date, 'manual') returning id"
)

Way = Callable[[db.Scope], Any]


@pytest.fixture
def door(populated: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The door leads to a populated database."""
    monkeypatch.setenv("DATABASE_URL", populated.functions_url)
    yield
    db.close()


@pytest.fixture
def ana(door: None, people: People) -> db.Scope:
    """Ana, who has chosen Acme."""
    return db.Scope("authenticated", people.ana.claims, str(people.acme))


def now_here() -> str:
    """Who the connection is, outside any scope."""
    row = db._connection().execute(WHO).fetchone()
    assert row is not None
    return str(row[0])


def check_ins(populated: Database) -> int:
    """How many there are."""
    with psycopg.connect(populated.admin_url) as connection:
        row = connection.execute("select count(*) from public.sessions").fetchone()
        assert row is not None
        return int(row[0])


WAYS = {"reading": db.reading, "statement": db.statement, "transaction": db.transaction}


@pytest.mark.parametrize("way", WAYS)
def test_within_it_one_is_who_one_says(ana: db.Scope, way: str) -> None:
    with WAYS[way](ana) as opened:
        assert opened.value(READ_HER_OWN) == "Ana Alba"


@pytest.mark.parametrize("way", WAYS)
def test_role_and_claims_are_gone_when_it_is_left(ana: db.Scope, way: str) -> None:
    with WAYS[way](ana) as opened:
        opened.value(READ_HER_OWN)

    assert now_here() == NOBODY


@pytest.mark.parametrize("way", WAYS)
def test_role_and_claims_are_gone_when_it_fails(ana: db.Scope, way: str) -> None:
    with pytest.raises(errors.Invalid), WAYS[way](ana) as opened:
        opened.value("select 1 / 0")

    assert now_here() == NOBODY


@pytest.mark.parametrize("way", WAYS)
def test_role_and_claims_are_gone_when_the_caller_fails(ana: db.Scope, way: str) -> None:
    def fall_over(opened: Transaction) -> None:
        opened.value(READ_HER_OWN)
        raise LookupError("a mistake of the caller")

    with pytest.raises(LookupError), WAYS[way](ana) as opened:
        fall_over(opened)

    assert now_here() == NOBODY


@pytest.mark.parametrize("way", WAYS)
def test_who_comes_next_is_not_taken_for_who_was_before(ana: db.Scope, people: People, way: str) -> None:
    with WAYS[way](ana) as opened:
        opened.value(READ_HER_OWN)

    with WAYS[way](db.Scope("authenticated", people.colleague.claims)) as opened:
        assert opened.value(READ_HER_OWN) == "Carl Colleague"


@pytest.mark.parametrize("inner", WAYS)
@pytest.mark.parametrize("outer", WAYS)
def test_a_scope_within_another_is_refused(ana: db.Scope, people: People, outer: str, inner: str) -> None:
    with WAYS[outer](ana) as opened:
        with (
            pytest.raises(RuntimeError, match="open already"),
            WAYS[inner](db.Scope("authenticated", people.colleague.claims)),
        ):
            pass
        assert opened.value(READ_HER_OWN) == "Ana Alba"


def test_after_a_refusal_the_door_opens_again(ana: db.Scope) -> None:
    with suppress(errors.Invalid), db.transaction(ana) as opened:
        opened.value("select 1 / 0")

    with db.reading(ana) as opened:
        assert opened.value("select 1") == 1


def test_a_write_through_the_readers_way_is_refused_by_the_database(
    ana: db.Scope, people: People, populated: Database
) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), db.reading(ana) as opened:
        opened.value(START, org_id=people.acme, user_id=people.ana.id)

    assert check_ins(populated) == 0


def test_a_reader_cant_make_the_way_a_writers(ana: db.Scope) -> None:
    with db.reading(ana) as opened:
        for statement in ("select set_config('transaction_read_only', 'off', true)", "set transaction read write"):
            with pytest.raises(psycopg.Error, match="read-write mode"):
                opened.value(statement)


def test_every_statement_of_a_reader_is_as_who_they_are(ana: db.Scope) -> None:
    with db.reading(ana) as opened:
        assert [opened.value(READ_HER_OWN) for _ in range(3)] == ["Ana Alba"] * 3


def test_a_statement_is_kept_when_it_answers(ana: db.Scope, people: People, populated: Database) -> None:
    with pytest.raises(LookupError), db.statement(ana) as opened:  # noqa: PT012 - what happens after it is the point
        opened.value(START, org_id=people.acme, user_id=people.ana.id)
        raise LookupError("a mistake of the caller")

    assert check_ins(populated) == 1


def test_the_way_of_one_statement_takes_no_second(ana: db.Scope, people: People, populated: Database) -> None:
    with db.statement(ana) as opened:
        opened.value("select 1")
        with pytest.raises(RuntimeError, match="one statement"):
            opened.value(START, org_id=people.acme, user_id=people.ana.id)

    assert check_ins(populated) == 0


def test_a_transaction_is_all_or_nothing(ana: db.Scope, people: People, populated: Database) -> None:
    with pytest.raises(LookupError), db.transaction(ana) as opened:  # noqa: PT012 - what happens after it is the point
        opened.value(START, org_id=people.acme, user_id=people.ana.id)
        raise LookupError("a mistake of the caller")
    assert check_ins(populated) == 0

    with db.transaction(ana) as opened:
        opened.value(START, org_id=people.acme, user_id=people.ana.id)
    assert check_ins(populated) == 1


def test_what_rides_with_the_commit_can_undo_it(ana: db.Scope, people: People, populated: Database) -> None:
    with pytest.raises(errors.Invalid), db.transaction(ana) as opened:  # noqa: PT012 - it fails when it is left
        opened.value(START, org_id=people.acme, user_id=people.ana.id)
        opened.with_commit(("select 1 / 0", {}))

    assert check_ins(populated) == 0
    assert now_here() == NOBODY


def test_nobody_writes_as_another(ana: db.Scope, people: People, populated: Database) -> None:
    for way in (db.statement, db.transaction):
        with pytest.raises(errors.Forbidden), way(ana) as opened:
            opened.value(START, org_id=people.acme, user_id=people.colleague.id)

    assert check_ins(populated) == 0


def test_the_service_acts_for_nobody(door: None) -> None:
    with db.as_service() as opened:
        assert opened.value("select auth.uid()") is None
        assert opened.value("select current_user") == "service_role"
        assert opened.value("select count(*) from public.organization_members") == 7

    assert now_here() == NOBODY


@pytest.fixture
def deferring(populated: Database) -> None:
    """A table whose constraint is checked at the commit alone."""
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("create table public.late (one int unique deferrable initially deferred)")
        connection.execute("grant select, insert on public.late to authenticated")


@pytest.mark.parametrize("way", ["statement", "transaction"])
def test_an_error_at_the_commit_undoes_everything_and_spoils_nothing(ana: db.Scope, deferring: None, way: str) -> None:
    with pytest.raises(errors.VizDotsError), WAYS[way](ana) as opened:
        opened.rows("insert into public.late values (1), (1) returning one")

    for _ in range(3):
        with db.reading(ana) as opened:
            assert opened.value("select count(*) from public.late") == 0


@pytest.mark.parametrize("way", ["statement", "transaction"])
def test_a_statement_that_answers_nothing_answers_no_rows(ana: db.Scope, deferring: None, way: str) -> None:
    with WAYS[way](ana) as opened:
        assert opened.rows("insert into public.late values (7)") == []

    with db.reading(ana) as opened:
        assert opened.value("select one from public.late") == 7


def test_what_travels_with_the_commit_travels_also_when_nothing_else_did(ana: db.Scope, deferring: None) -> None:
    with db.transaction(ana) as opened:
        opened.with_commit(("insert into public.late values (8)", {}))

    with db.reading(ana) as reading:
        assert reading.value("select one from public.late") == 8
