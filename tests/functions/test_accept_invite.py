"""POST /api/auth/accept-invite: whoever brings the token of a mail gets an account and their place, once."""

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
from tests.identity.conftest import StandIn, starter
from tests.invitations import NINA, Invitations
from tests.people import ACME, GLOBEX, People
from tests.unit.test_identity_door import refusal, service
from vizdots.invitations import Accepted
from vizdots.people import Linked

PATH = "/api/auth/accept-invite"
PASSWORD = "correct horse battery"


@pytest.fixture
def stand_in(populated: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The identity service, whose key this one function has."""
    with ExitStack() as closing:
        made = starter(populated.owner_url, closing)()
        monkeypatch.setenv("SUPABASE_URL", made.url)
        monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", made.identity.service_role_key)
        yield made


@pytest.fixture
def invitations(populated: Database, stand_in: StandIn) -> Invitations:
    """Who is invited."""
    return Invitations(populated, stand_in)


@pytest.fixture
def accept(nobody: Client) -> Callable[..., Answer]:
    """Take up the invitation that a token opens."""

    def accepted(token: str, password: str = PASSWORD, at: datetime | None = None) -> Answer:
        return (nobody.on(at) if at else nobody).post(PATH, {"token": token, "password": password})

    return accepted


def assert_over(answer: Answer) -> None:
    assert (answer.status, answer.body["code"]) == (410, "invitation_over"), answer.body


def signs_in(stand_in: StandIn, password: str, email: str = NINA) -> bool:
    sent = {"email": email, "password": password}
    return stand_in.http.post("/auth/v1/token?grant_type=password", json=sent).status_code == 200


def client(stand_in: StandIn, email: str = NINA) -> Client:
    """Somebody who has signed in with an account of the identity service."""
    return Client(invoke_here, stand_in.identity.issue_token(email))


def test_whoever_brings_the_token_gets_an_account_and_their_place(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer], look: Look
) -> None:
    answer = accept(invitations.send())
    assert answer.status == 200, answer.body
    told = TypeAdapter(Accepted).validate_python(answer.body)
    assert (told.email, told.organization_name) == (NINA, "Acme Field Services")
    assert signs_in(stand_in, PASSWORD)
    me = client(stand_in).get("/api/me").body
    assert (me["membership"]["org_id"], me["membership"]["status"], me["next"]) == (str(ACME), "active", "onboarding")
    assert look("select invite_status from organization_members where invited_email = %s", NINA) == "accepted"
    assert look("select count(*) from app.invitation_tokens") == 0


def test_the_database_never_sees_what_the_mail_carries(invitations: Invitations, look: Look) -> None:
    token = invitations.send()
    assert len(token) >= 43  # 256 bits
    assert look("select token_hash = sha256(%s) from app.invitation_tokens", token.encode()) is True
    assert look("select to_jsonb(l)::text from email_logs l").count(token) == 0


def test_a_token_is_used_once(invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer]) -> None:
    token = invitations.send()
    assert accept(token).status == 200
    assert_over(accept(token, "another password"))
    assert signs_in(stand_in, PASSWORD)
    assert not signs_in(stand_in, "another password")


def test_of_two_at_once_one_gets_the_place_and_their_password_holds(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer], look: Look
) -> None:
    token, passwords = invitations.send(), ["the password of one", "the password of another"]
    answers: dict[str, int] = {}
    go = threading.Barrier(2)

    def take(password: str) -> None:
        go.wait()
        answers[password] = accept(token, password).status
        db.close()

    threads = [threading.Thread(target=take, args=(password,)) for password in passwords]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers.values()) == [200, 410]
    assert [signs_in(stand_in, each) for each in passwords] == [answers[each] == 200 for each in passwords]
    assert look("select count(*) from auth.users where email = %s", NINA) == 1


def test_it_holds_for_14_days(invitations: Invitations, accept: Callable[..., Answer]) -> None:
    begun = datetime.now(UTC).replace(microsecond=0)
    invitations.queue(invitations.place(), at=begun)
    invitations.deliver()
    assert_over(accept(invitations.token(), at=begun + timedelta(days=14)))
    assert accept(invitations.token(), at=begun + timedelta(days=14, seconds=-1)).status == 200


def test_a_new_mail_makes_the_one_before_void(invitations: Invitations, accept: Callable[..., Answer]) -> None:
    member = invitations.place()
    for _ in range(2):
        invitations.queue(member)
        invitations.deliver()
    new, old = (mail["link"].rpartition("/")[2] for mail in invitations.stand_in.mails(NINA))
    assert_over(accept(old))
    assert accept(new).status == 200


def test_the_address_counts_that_the_mail_went_to(
    invitations: Invitations, populated: Database, accept: Callable[..., Answer], look: Look
) -> None:
    token = invitations.send()
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(
            "update organization_members set invited_email = 'victor@acme.test' where invited_email = %s", (NINA,)
        )
    assert_over(accept(token))
    assert look("select count(*) from auth.users where email = 'victor@acme.test'") == 0


@pytest.mark.parametrize("token", ["no token", "x" * 200, "\x00", "🐘", "%s", "' or 1=1 --"])
def test_what_is_no_token_opens_nothing(invitations: Invitations, accept: Callable[..., Answer], token: str) -> None:
    invitations.send()
    assert_over(accept(token))


@pytest.mark.parametrize("password", ["short", "x" * 73, "é" * 37, "", None, 12345678])
def test_a_password_that_cannot_be_one_is_refused_and_the_invitation_stays(
    invitations: Invitations, nobody: Client, accept: Callable[..., Answer], password: Any
) -> None:
    token = invitations.send()
    refused = nobody.post(PATH, {"token": token, "password": password})
    assert (refused.status, refused.body["errors"][0]["path"]) == (422, "body.password")
    assert accept(token).status == 200


# ---- accounts that there are already ---------------------------------------------------------------------------------


def test_who_has_a_confirmed_account_signs_in_first(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer]
) -> None:
    stand_in.identity.ensure_user(NINA, PASSWORD)
    token = invitations.send()
    answer = accept(token, "a password of the thief")
    assert (answer.status, answer.body["code"]) == (409, "sign_in_first")
    assert signs_in(stand_in, PASSWORD)
    assert not signs_in(stand_in, "a password of the thief")
    linked = TypeAdapter(Linked).validate_python(client(stand_in).post("/api/auth/link-invite").body)
    assert [each.org_id for each in linked.memberships] == [ACME]
    assert_over(accept(token))


def test_the_account_s_mails_are_in_its_person_s_language(
    invitations: Invitations, populated: Database, stand_in: StandIn, accept: Callable[..., Answer]
) -> None:
    member = invitations.place()
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("update organization_members set preferred_language_code = 'pl' where id = %s", (member,))
    invitations.queue(member)
    invitations.deliver()
    assert accept(invitations.token()).status == 200
    stand_in.client().reset_password_for_email(NINA)
    assert 'lang="pl"' in stand_in.mails(NINA)[0]["html"]


def test_a_password_that_a_stranger_has_chosen_for_the_address_goes(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer]
) -> None:
    stand_in.client().sign_up({"email": NINA, "password": "a stranger's password"})
    assert accept(invitations.send()).status == 200
    assert signs_in(stand_in, PASSWORD)
    assert not signs_in(stand_in, "a stranger's password")


def test_an_invitation_of_another_organisation_is_taken_up_by_signing_in(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer], populated: Database
) -> None:
    assert accept(invitations.send()).status == 200
    second = invitations.send(org_id=GLOBEX)
    assert accept(second).body["code"] == "sign_in_first"
    nina = client(stand_in)
    assert [each["org_id"] for each in nina.post("/api/auth/link-invite").body["memberships"]] == [str(GLOBEX)]
    assert nina.post("/api/auth/link-invite").body["memberships"] == []
    me = nina.get("/api/me").body
    assert (me["membership"], me["next"]) == (None, "choose_organisation")
    start = {"agent_code": "pulse"}
    refused = nina.post("/api/sessions", start)
    assert (refused.status, refused.body["code"]) == (409, "choose_organisation")
    for org_id in (ACME, GLOBEX):
        headers = {"x-org-id": str(org_id)}
        assert nina.get("/api/me", headers=headers).body["membership"]["org_id"] == str(org_id)
        assert nina.post("/api/sessions", start, headers=headers).status == 201
    with psycopg.connect(populated.admin_url) as connection:
        found = connection.execute("select org_id from sessions order by org_id").fetchall()
    assert found == [(ACME,), (GLOBEX,)]


def test_nobody_elses_account_becomes_the_member(
    invitations: Invitations, stand_in: StandIn, people: People, look: Look
) -> None:
    token = invitations.send()
    ana = Client(invoke_here, token_of(people.ana.id, people.ana.email, iss=f"{stand_in.url}/auth/v1"))
    assert ana.post(PATH, {"token": token, "password": PASSWORD}).body["email"] == NINA
    taken: UUID = look("select user_id from organization_members where invited_email = %s", NINA)
    assert taken == look("select id from auth.users where email = %s", NINA)


# ---- an identity service that refuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (401, "no_authorization", (503, "unavailable")),  # our key, and no fault of the person
        (403, "not_admin", (503, "unavailable")),
        (403, "bad_jwt", (503, "unavailable")),
        (500, "unexpected_failure", (503, "unavailable")),
        (429, "over_request_rate_limit", (429, "over_request_rate_limit")),
        (422, "weak_password", (422, "weak_password")),
        (422, "email_exists", (409, "sign_in_first")),
    ],
)
def test_what_the_service_refuses_leaves_the_invitation_open(
    invitations: Invitations,
    accept: Callable[..., Answer],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    told: tuple[int, str],
) -> None:
    token = invitations.send()
    with monkeypatch.context() as patch, service(status, refusal(code)) as url:
        patch.setenv("SUPABASE_URL", url)
        answer = accept(token)
    assert (answer.status, answer.body["code"]) == told
    assert "did something" not in str(answer.body)
    assert accept(token).status == 200


def test_a_stranger_learns_nothing_of_accounts(
    invitations: Invitations, stand_in: StandIn, accept: Callable[..., Answer]
) -> None:
    stand_in.identity.ensure_user("known@acme.test", PASSWORD)
    invitations.send("known@acme.test")
    answers = [accept(str(uuid4())) for _ in range(2)]
    assert answers[0].body == answers[1].body
    assert_over(answers[0])
