"""POST /api/admin/invite: an admin has invitations mailed, once more, or takes them back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import TypeAdapter

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look, invoke_here, token_of
from tests.identity.conftest import starter
from tests.invitations import NINA, Invitations
from tests.people import ACME, GLOBEX, People, Person
from vizdots.invitations import Invitation

PATH = "/api/admin/invite"
NOW = datetime.now(UTC)
SIX_MINUTES = timedelta(minutes=6)
OUTBOX = "select array_agg(status order by created_at) from email_logs where to_address = %s"

Ask = Callable[..., Answer]


@pytest.fixture
def invitations(populated: Database) -> Iterator[Invitations]:
    """Who waits to be invited."""
    with ExitStack() as closing:
        yield Invitations(populated, starter(populated.owner_url, closing)())


@pytest.fixture
def ask(signed_in: Callable[[Person], Client], people: People) -> Ask:
    """Ask as Acme's admin, unless it is said who."""

    def asked(
        member: object, action: object = "send", who: Person | None = None, at: datetime = NOW, **headers: str
    ) -> Answer:
        sent = {"member_id": str(member), "action": action}
        return signed_in(who or people.admin).on(at).post(PATH, sent, headers=headers)

    return asked


def read(answer: Answer) -> Invitation:
    assert answer.status == 200, answer.body
    return TypeAdapter(Invitation).validate_python(answer.body)


def assert_refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code), answer.body


def opens(token: str, invitations: Invitations) -> bool:
    """Whether the token of a mail is worth anything."""
    with psycopg.connect(invitations.database.admin_url) as connection:
        row = connection.execute("select app.invitation(sha256(%s), now()) is not null", (token.encode(),)).fetchone()
    return row == (True,)


@pytest.mark.parametrize("action", ["send", "resend"])
def test_an_invitation_is_mailed(invitations: Invitations, ask: Ask, look: Look, action: str) -> None:
    member = invitations.place()
    told = read(ask(member, action))
    assert (told.member_id, told.email, told.status, told.invite_status) == (member, NINA, "invited", "pending")
    assert told.invite_expires_at is not None
    assert abs(told.invite_expires_at - NOW - timedelta(days=14)) < timedelta(seconds=1)
    assert look(OUTBOX, NINA) == ["queued"]
    assert invitations.deliver() == 1
    assert look("select invite_status from organization_members where id = %s", member) == "sent"
    assert look(OUTBOX, NINA) == ["sent"]
    assert invitations.deliver() == 0
    assert opens(invitations.token(), invitations)


def test_the_next_mail_may_go_five_minutes_later_and_makes_the_one_before_void(
    invitations: Invitations, ask: Ask, look: Look
) -> None:
    member, other = invitations.place(), invitations.place("otto@acme.test")
    read(ask(member))
    invitations.deliver()
    first = invitations.token()
    refused = ask(member, "resend", at=NOW + timedelta(minutes=2))
    assert_refused(refused, 429, "invited_a_moment_ago")
    assert refused.headers["retry-after"] == "180"
    assert opens(first, invitations)
    read(ask(other, at=NOW + timedelta(minutes=2)))
    read(ask(member, "resend", at=NOW + timedelta(minutes=5)))
    assert not opens(first, invitations)
    assert invitations.deliver() == 2
    assert opens(invitations.token(), invitations)
    assert look("select count(*) from app.invitation_tokens where member_id = %s", member) == 1


def test_a_mail_that_was_replaced_before_it_went_out_never_goes(invitations: Invitations, ask: Ask, look: Look) -> None:
    member = invitations.place()
    read(ask(member))
    read(ask(member, "resend", at=NOW + SIX_MINUTES))
    assert look(OUTBOX, NINA) == ["suppressed", "queued"]
    assert invitations.deliver() == 1
    assert len(invitations.stand_in.mails(NINA)) == 1


def test_what_is_taken_back_opens_nothing_and_links_nobody(
    invitations: Invitations, ask: Ask, nobody: Client, look: Look
) -> None:
    member = invitations.place()
    read(ask(member))
    invitations.deliver()
    told = read(ask(member, "revoke"))
    assert (told.status, told.invite_status, told.invite_expires_at) == ("inactive", "pending", None)
    assert not opens(invitations.token(), invitations)
    nina = Client(invoke_here, token_of(uuid4(), NINA))
    assert nina.post("/api/auth/link-invite").body == {"memberships": []}
    assert look("select user_id from organization_members where id = %s", member) is None
    assert read(ask(member, "revoke")) == told  # twice is once
    read(ask(member, at=NOW + SIX_MINUTES))
    assert len(nina.post("/api/auth/link-invite").body["memberships"]) == 1


def test_what_is_taken_back_before_it_is_mailed_never_goes(invitations: Invitations, ask: Ask, look: Look) -> None:
    member = invitations.place()
    read(ask(member))
    read(ask(member, "revoke"))
    assert invitations.deliver() == 0
    assert look(OUTBOX, NINA) == ["suppressed"]


@pytest.mark.parametrize("action", ["send", "resend", "revoke"])
def test_who_has_accepted_is_a_member(ask: Ask, people: People, action: str) -> None:
    assert_refused(ask(people.ana.member_id, action), 409, "already_accepted")
    assert_refused(ask(people.former.member_id, action), 409, "already_accepted")


def test_without_an_address_nobody_is_invited(invitations: Invitations, ask: Ask) -> None:
    assert_refused(ask(invitations.place(None)), 409, "no_address")


@pytest.mark.parametrize("action", ["send", "resend", "revoke"])
def test_members_of_others_read_like_none(invitations: Invitations, ask: Ask, people: People, action: str) -> None:
    theirs = invitations.place("guest@globex.test", org_id=GLOBEX)
    unknown, foreign = ask(uuid4(), action), ask(theirs, action)
    assert_refused(unknown, 404, "member_not_found")
    assert unknown.body == foreign.body
    assert_refused(ask(invitations.place(), action, who=people.stranger), 404, "member_not_found")


@pytest.mark.parametrize("who", ["ana", "her_manager", "colleague", "former"])
def test_only_admins_invite(invitations: Invitations, ask: Ask, people: People, look: Look, who: str) -> None:
    refused = ask(invitations.place(), who=getattr(people, who))
    assert_refused(refused, 403, "no_organisation" if who == "former" else "admins_only")
    assert look(OUTBOX, NINA) is None


@pytest.mark.parametrize("role", ["admin", "owner"])
@pytest.mark.parametrize("action", ["send", "resend", "revoke"])
def test_who_is_to_run_the_organisation_is_invited_by_its_owners(
    invitations: Invitations, ask: Ask, people: People, role: str, action: str
) -> None:
    member = invitations.place(role=role)
    assert_refused(ask(member, action), 403, "owners_only")
    read(ask(member, action, who=people.owner))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "body.member_id"),
        ({"member_id": "nobody", "action": "send"}, "body.member_id"),
        ({"member_id": str(uuid4())}, "body.action"),
        ({"member_id": str(uuid4()), "action": "accept"}, "body.action"),
        ({"member_id": str(uuid4()), "action": "send", "email": NINA}, "body.email"),
    ],
)
def test_what_isnt_understood_is_told_by_field(
    signed_in: Callable[[Person], Client], people: People, body: dict[str, Any], path: str
) -> None:
    refused = signed_in(people.admin).post(PATH, body)
    assert_refused(refused, 422, "invalid_fields")
    assert refused.body["errors"][0]["path"] == path


def test_a_request_that_is_sent_twice_is_one_mail(invitations: Invitations, ask: Ask, look: Look) -> None:
    member, key = invitations.place(), {"idempotency-key": "a key"}
    first, again = (ask(member, **key) for _ in range(2))
    assert read(first) == read(again)
    assert look(OUTBOX, NINA) == ["queued"]


def test_of_two_at_once_one_mails(invitations: Invitations, ask: Ask, look: Look) -> None:
    member, statuses = invitations.place(), list[int]()
    go = threading.Barrier(2)

    def send() -> None:
        go.wait()
        statuses.append(ask(member).status)
        db.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [200, 429]
    assert look(OUTBOX, NINA) == ["queued"]


def test_an_admin_of_two_organisations_says_which(
    invitations: Invitations, ask: Ask, people: People, populated: Database
) -> None:
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(
            "insert into organization_members (org_id, user_id, role, status) values (%s, %s, 'admin', 'active')",
            (GLOBEX, people.admin.id),
        )
    member = invitations.place()
    assert_refused(ask(member), 409, "choose_organisation")
    assert_refused(ask(member, **{"x-org-id": str(GLOBEX)}), 404, "member_not_found")
    read(ask(member, **{"x-org-id": str(ACME)}))


def test_it_is_on_the_record_without_name_or_address(
    invitations: Invitations, ask: Ask, people: People, look: Look
) -> None:
    member: UUID = invitations.place()
    read(ask(member))
    read(ask(member, "revoke"))
    entry = "select actor_id || ' ' || before::text || ' ' || after::text from audit_log where entity_id = %s"
    told = str(look(f"{entry} order by seq desc limit 1", member))
    assert told.startswith(str(people.admin.id))
    assert '"status": "inactive"' in told
    assert "nina" not in told.lower()


def test_a_stranger_is_told_to_sign_in(nobody: Client) -> None:
    assert nobody.post(PATH, {"member_id": str(uuid4()), "action": "send"}).status == 401
