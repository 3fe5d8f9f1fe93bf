"""What an invitation's keys open in the database itself, whoever asks for what in which order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.conftest import Database
from tests.people import ACME, GLOBEX, People, Person, acting

Connection = psycopg.Connection[Any]

NOW = datetime(2026, 6, 8, 9, tzinfo=UTC)
DAYS = timedelta(days=1)
NINA = "nina@acme.test"
TOKEN = "what the mail carries"


@pytest.fixture
def member(populated: Database) -> UUID:
    """Nina's place, to which she was not invited yet."""
    return place(populated)


def place(database: Database, email: str = NINA, role: str = "member", org_id: UUID = ACME) -> UUID:
    with psycopg.connect(database.admin_url) as superuser:
        row = superuser.execute(
            "insert into organization_members (org_id, invited_email, role) values (%s, %s, %s) returning id",
            (org_id, email, role),
        ).fetchone()
    assert row is not None
    made: UUID = row[0]
    return made


def one(db: Connection, statement: str, *parameters: object) -> Any:
    row = db.execute(statement.encode(), parameters).fetchone()
    return row[0] if row else None


def queue(db: Connection, who: Person, *members: UUID, at: datetime = NOW) -> int:
    with acting(db, "authenticated", who):
        queued: int = one(db, "select app.queue_invitations(%s, %s)", [*members], at)
    return queued


def newest_mail(db: Connection) -> UUID:
    with acting(db, "service_role"):
        found: UUID = one(db, "select id from email_logs order by created_at desc limit 1")
    return found


def begin(db: Connection, mail: UUID, token: str = TOKEN, at: datetime = NOW) -> dict[str, Any] | None:
    with acting(db, "service_role"):
        about: dict[str, Any] | None = one(
            db, "select app.begin_invitation(%s, sha256(%s), %s)", mail, token.encode(), at
        )
    return about


def opens(db: Connection, token: str = TOKEN, at: datetime = NOW) -> bool:
    with acting(db, "anon"):
        return one(db, "select app.invitation(sha256(%s), %s)", token.encode(), at) is not None


def take_up(db: Connection, token: str = TOKEN, at: datetime = NOW) -> Any:
    with acting(db, "anon"):
        return one(db, "select app.take_up_invitation(sha256(%s), %s, %s)", token.encode(), uuid4(), at)


def test_a_mail_is_begun_with_what_it_says(db: Connection, people: People, member: UUID) -> None:
    assert queue(db, people.admin, member) == 1
    assert not opens(db)
    about = begin(db, newest_mail(db))
    assert about is not None
    assert (about["organization_name"], about["sender_name"]) == ("Acme Field Services", people.admin.name)
    assert datetime.fromisoformat(about["expires_at"]) == NOW + 14 * DAYS
    assert opens(db)
    assert take_up(db) == {"email": NINA, "organization_name": "Acme Field Services"}
    assert not opens(db)
    assert take_up(db) is None


def test_it_holds_for_14_days_in_every_way(db: Connection, people: People, member: UUID) -> None:
    queue(db, people.admin, member)
    assert begin(db, newest_mail(db), at=NOW + 14 * DAYS) is None
    begin(db, newest_mail(db))
    last = NOW + 14 * DAYS - timedelta(milliseconds=1)
    assert (opens(db, at=last), opens(db, at=NOW + 14 * DAYS)) == (True, False)
    assert take_up(db, at=NOW + 14 * DAYS) is None
    nina = {"sub": str(uuid4()), "email": NINA, "role": "authenticated"}
    for at, linked in ((NOW + 14 * DAYS, 0), (last, 1)):
        with acting(db, "authenticated"):
            db.execute("select set_config('request.jwt.claims', %s, true)", (json.dumps(nina),))
            assert one(db, "select jsonb_array_length(app.link_invitations(%s))", at) == linked


def test_a_mail_that_was_replaced_is_begun_no_more(db: Connection, people: People, member: UUID) -> None:
    queue(db, people.admin, member)
    first = newest_mail(db)
    queue(db, people.admin, member, at=NOW + DAYS)
    assert begin(db, first, "first", at=NOW + DAYS) is None
    assert begin(db, newest_mail(db), "second", at=NOW + DAYS)
    assert (opens(db, "first"), opens(db, "second")) == (False, True)


def test_a_mail_to_an_address_that_was_corrected_is_begun_no_more(db: Connection, people: People, member: UUID) -> None:
    correct = "update organization_members set invited_email = 'nina.neu@acme.test' where id = %s"
    queue(db, people.admin, member)
    begin(db, newest_mail(db))
    with acting(db, "authenticated", people.admin):
        db.execute(correct, (member,))
    assert not opens(db)
    assert take_up(db) is None
    assert begin(db, newest_mail(db), "another token") is None


def test_a_member_who_was_put_to_rest_cant_take_it_up(db: Connection, people: People, member: UUID) -> None:
    queue(db, people.admin, member)
    begin(db, newest_mail(db))
    with acting(db, "authenticated", people.admin):
        db.execute("update organization_members set status = 'inactive' where id = %s", (member,))
    assert not opens(db)
    assert take_up(db) is None


def test_only_owners_invite_who_is_to_run_the_organisation(
    db: Connection, people: People, member: UUID, populated: Database
) -> None:
    admin_to_be = place(populated, "alma@acme.test", "admin")
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        queue(db, people.admin, member, admin_to_be)
    assert (refused.value.sqlstate, refused.value.diag.message_hint) == ("VD403", "owners_only")
    assert queue(db, people.owner, member, admin_to_be) == 2


def test_others_members_and_those_who_have_accepted_are_passed_over(
    db: Connection, people: People, member: UUID, populated: Database
) -> None:
    theirs = place(populated, "guest@globex.test", org_id=GLOBEX)
    assert queue(db, people.owner, member, people.ana.member_id, theirs) == 1
    with acting(db, "service_role"):
        assert one(db, "select array_agg(to_address) from email_logs") == [NINA]
        assert one(db, "select status from organization_members where id = %s", people.ana.member_id) == "active"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("anon", "select app.queue_invitations('{}', now())"),
        ("anon", "select app.change_invitation(gen_random_uuid(), 'send', now())"),
        ("anon", "select app.begin_invitation(gen_random_uuid(), sha256(''), now())"),
        ("anon", "select app.link_invitations(now())"),
        ("authenticated", "select app.begin_invitation(gen_random_uuid(), sha256(''), now())"),
        ("authenticated", "select app.take_up_invitation(sha256(''), gen_random_uuid(), now())"),
        ("authenticated", "select app.hold_invitation(sha256(''), now())"),
        ("authenticated", "select app.hold_members_to_invite('{}')"),
        ("authenticated", "select * from app.invitation_tokens"),
        ("anon", "select * from app.invitation_tokens"),
        ("anon", "select * from public.email_logs"),
    ],
)
def test_nobody_else_has_the_keys(db: Connection, people: People, role: str, statement: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        acting(db, role, people.owner if role == "authenticated" else None),
    ):
        db.execute(statement.encode())
