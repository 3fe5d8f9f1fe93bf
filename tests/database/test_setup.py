"""Somebody's set-up is theirs alone, and becomes an organisation by one function and no other way."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from tests.people import People, acting
from vizdots.schedules import WEEKDAYS

Connection = psycopg.Connection[Any]

IDA = {
    "name": "Ida",
    "email": "ida@initech.test",
    "department": "SALES",
    "is_supervisor": False,
    "role": "member",
}
TOLD = {
    "company": {"name": "Initech", "timezone": "Europe/Berlin"},
    "departments": {"names": ["Sales"]},
    "people": {"people": [IDA]},
    "settings": {
        "schedule": {day: {"on": True, "start": "09:00", "end": "17:00"} for day in WEEKDAYS},
        "display_name": "Ana Alba",
    },
}


def begin(db: Connection, **told: object) -> None:
    """A set-up of whoever is acting, in which so much is told."""
    db.execute("insert into setup_drafts (user_id) values (auth.uid())")
    db.execute("update setup_drafts set draft = %s", (Jsonb(told),))


def test_nobody_sees_what_somebody_else_tells(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.ana):
        begin(db, **TOLD)
    for who in (people.owner, people.admin, people.her_manager, people.stranger):
        with acting(db, "authenticated", who):
            assert db.execute("select * from setup_drafts").fetchall() == []
            assert db.execute("update setup_drafts set draft = '{}'").rowcount == 0


def test_nobody_begins_for_somebody_else(db: Connection, people: People) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.ana):
        db.execute("insert into setup_drafts (user_id) values (%s)", (people.colleague.id,))


@pytest.mark.parametrize("column", ["org_id", "completed_at", "people_invited", "user_id"])
def test_nobody_completes_theirs_by_hand(db: Connection, people: People, column: str) -> None:
    with acting(db, "authenticated", people.ana):
        begin(db)
    by_hand = sql.SQL("update setup_drafts set {0} = {0}").format(sql.Identifier(column))
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.ana):
        db.execute(by_hand)


def test_only_one_is_under_way(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.ana):
        begin(db)
    with pytest.raises(errors.UniqueViolation), acting(db, "authenticated", people.ana):
        begin(db)


def test_the_founder_owns_what_their_set_up_becomes(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.former):
        begin(db, **TOLD)
        row = db.execute("select app.complete_setup(now())").fetchone()
        assert row is not None
        org = UUID(row[0]["org_id"])
        seen = db.execute(
            "select role, status from organization_members where org_id = %s order by 1", (org,)
        ).fetchall()
        assert db.execute("update setup_drafts set draft = '{\"company\": {}}'").rowcount == 0
    assert seen == [("member", "invited"), ("owner", "active")]


def test_whoever_is_named_in_a_set_up_gets_no_more_than_an_invitation(db: Connection, people: People) -> None:
    told = {**TOLD, "people": {"people": [{**IDA, "email": people.owner.email, "role": "admin"}]}}
    with acting(db, "authenticated", people.former):
        begin(db, **told)
        db.execute("select app.complete_setup(now())")
    with acting(db, "authenticated", people.owner):
        assert db.execute("select count(*) from organizations").fetchone() == (1,)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({}, "company"),
        ({"company": {}}, "departments"),
        ({"company": {}, "departments": {"names": []}}, "people"),
        ({**TOLD, "departments": {"names": ["Support"]}}, "people"),
        ({"company": {}, "departments": {"names": []}, "people": {"people": []}}, "settings"),
        (TOLD, None),
    ],
)
def test_the_next_step_is_the_first_that_is_missing_or_does_not_fit(
    db: Connection, told: dict[str, Any], due: str | None
) -> None:
    with acting(db, "authenticated"):
        assert db.execute("select app.next_setup_step(%s)", (Jsonb(told),)).fetchone() == (due,)


def test_a_draft_that_was_tampered_with_founds_nothing(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.former):
        begin(db, **{**TOLD, "people": {"people": [{**IDA, "role": "emperor"}]}})
    with pytest.raises(errors.CheckViolation), acting(db, "authenticated", people.former):
        db.execute("select app.complete_setup(now())")
    with acting(db, "service_role"):
        assert db.execute("select count(*) from organizations where name = 'Initech'").fetchone() == (0,)


def test_whoever_is_nobody_founds_nothing(db: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "anon"):
        db.execute("select app.complete_setup(now())")
