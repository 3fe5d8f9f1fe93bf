"""POST /api/auth/link-invite: whoever proves an invited address becomes the member that waits for them, once."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import TypeAdapter

from tests.conftest import Database
from tests.functions.conftest import Client, Look, invoke_here, token_of
from tests.people import ACME, FIELD, GLOBEX, Person
from vizdots.people import Linked

PATH = "/api/auth/link-invite"
NINA = "nina@acme.test"


@pytest.fixture
def admin(populated: Database) -> Iterator[psycopg.Connection]:
    """The superuser, who sees to it that there are invitations."""
    with psycopg.connect(populated.admin_url, autocommit=True) as connection:
        yield connection


Invite = Callable[..., UUID]


@pytest.fixture
def invite(admin: psycopg.Connection) -> Invite:
    """Invite an address; gives the membership that waits."""

    def invited(email: str, org_id: UUID = ACME, status: str = "invited") -> UUID:
        row = admin.execute(
            "insert into organization_members"
            " (org_id, department_id, invited_email, invite_status, status, display_name)"
            " values (%s, %s, %s, 'sent', %s, 'Nina Neu') returning id",
            (org_id, FIELD if org_id == ACME else None, email, status),
        ).fetchone()
        assert row is not None
        made: UUID = row[0]
        return made

    return invited


def client(email: str, user_id: UUID | None = None) -> Client:
    return Client(invoke_here, token_of(user_id or uuid4(), email))


def linked(asked: Client) -> Linked:
    answer = asked.post(PATH)
    assert answer.status == 200, answer.body
    return TypeAdapter(Linked).validate_python(answer.body)


def test_an_invited_person_becomes_a_member_and_is_shown_the_way(invite: Invite) -> None:
    waiting = invite(NINA)
    nina = client(NINA)
    assert nina.get("/api/me").body["next"] == "setup"
    (made,) = linked(nina).memberships
    assert (made.id, made.org_id, made.organization_name) == (waiting, ACME, "Acme Field Services")
    me = nina.get("/api/me").body
    assert (me["membership"]["id"], me["membership"]["status"], me["next"]) == (str(waiting), "active", "onboarding")


def test_asking_again_links_nothing_more(invite: Invite, look: Look) -> None:
    waiting, nina = invite(NINA), client(NINA)
    assert len(linked(nina).memberships) == 1
    assert linked(nina).memberships == []
    history = "select count(*) from member_role_history where member_id = %s and field = 'status'"
    assert look(history, waiting) == 1
    assert look("select invite_status from organization_members where id = %s", waiting) == "accepted"


def test_every_organisation_that_invited_the_address_is_joined(invite: Invite) -> None:
    invite(NINA), invite(NINA, GLOBEX)
    nina = client(NINA)
    assert {each.org_id for each in linked(nina).memberships} == {ACME, GLOBEX}
    assert nina.get("/api/me").body["next"] == "choose_organisation"


def test_the_address_counts_in_any_case(invite: Invite) -> None:
    invite(NINA)
    assert len(linked(client("Nina@Acme.test")).memberships) == 1


@pytest.mark.parametrize(
    "address", ["nina@acme.test.evil.test", "xnina@acme.test", "nina@acme", "%", "", " nina@acme.test"]
)
def test_another_address_takes_nobodys_place(invite: Invite, look: Look, address: str) -> None:
    waiting = invite(NINA)
    assert linked(client(address)).memberships == []
    assert look("select user_id from organization_members where id = %s", waiting) is None


def test_an_invitation_that_was_taken_back_lets_nobody_in(invite: Invite) -> None:
    invite(NINA, status="inactive")
    nina = client(NINA)
    assert linked(nina).memberships == []
    assert nina.get("/api/me").body["next"] == "setup"


def test_an_invitation_that_is_too_old_lets_nobody_in_until_it_is_sent_again(
    invite: Invite, admin: psycopg.Connection
) -> None:
    waiting, elsewhere, nina = invite(NINA), invite(NINA, GLOBEX), client(NINA)
    expire = "update organization_members set invite_expires_at = now() + make_interval(secs => %s) where id = %s"
    admin.execute(expire, (-1, waiting))
    assert [each.id for each in linked(nina).memberships] == [elsewhere]
    admin.execute(expire, (60, waiting))
    assert [each.id for each in linked(nina).memberships] == [waiting]


def test_a_place_that_is_taken_stays_whose_it_is(
    signed_in: Callable[[Person], Client], people: object, look: Look
) -> None:
    ana = Person("Ana Alba", 4)
    assert linked(client(ana.email)).memberships == []  # another account with her address
    assert look("select user_id from organization_members where id = %s", ana.member_id) == ana.id


def test_a_member_isnt_made_one_twice(invite: Invite, look: Look) -> None:
    waiting = invite("ana.alba@acme.test")
    her = client("ana.alba@acme.test", Person("Ana Alba", 4).id)
    assert linked(her).memberships == []
    assert look("select status from organization_members where id = %s", waiting) == "invited"


def test_an_unconfirmed_account_of_this_database_links_nothing(invite: Invite, admin: psycopg.Connection) -> None:
    invite(NINA)
    who = uuid4()
    admin.execute("insert into auth.users (id, email) values (%s, %s)", (who, NINA))
    assert linked(client(NINA, who)).memberships == []
    admin.execute("update auth.users set email_confirmed_at = now() where id = %s", (who,))
    assert len(linked(client(NINA, who)).memberships) == 1


def test_of_two_accounts_at_once_one_gets_the_place(invite: Invite, populated: Database, look: Look) -> None:
    waiting, both = invite(NINA), [uuid4(), uuid4()]
    answers: list[int] = []
    go = threading.Barrier(2)

    def take(who: UUID) -> None:
        claims = f'{{"sub": "{who}", "email": "{NINA}", "role": "authenticated"}}'
        with psycopg.connect(populated.functions_url) as connection:
            connection.execute("set local role authenticated")
            connection.execute("select set_config('request.jwt.claims', %s, true)", (claims,))
            go.wait()
            (count,) = connection.execute("select jsonb_array_length(app.link_invitations(now()))").fetchone() or (-1,)
            answers.append(count)

    threads = [threading.Thread(target=take, args=(who,)) for who in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [0, 1]
    assert look("select user_id from organization_members where id = %s", waiting) in both


def test_a_stranger_is_told_to_sign_in(nobody: Client) -> None:
    assert nobody.post(PATH).status == 401
