"""An invitation's link: from the mail to the place, for newcomers, for people with an account, for the wrong ones."""

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from common import db, identity
from local import template
from local.gateway import Gateway
from local.server import Listening, Serving
from tests.console.conftest import PASSWORD, Console, Page, Visitor
from tests.functions.conftest import ROOT, invoke_here
from tests.invitations import NINA, Invitations
from tests.people import GLOBEX, People
from tests.unit.test_identity_door import service
from vizdots.errors import Unavailable

PEOPLE = People()


@pytest.fixture
def invitations(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[Invitations]:
    """Who is invited; and the API on a port, as the console finds it under its own address."""

    def invoke(function: str, event: dict[str, Any]) -> dict[str, Any]:
        try:
            return invoke_here(function, event)
        finally:
            db.close()  # this thread's own

    stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": console.stand_in.url})
    with (
        closing(Listening(0)) as listening,
        closing(Gateway(stack.routes, stack.cors, invoke)) as gateway,
        Serving(gateway, listening),
    ):
        monkeypatch.setenv("APP_URL", f"http://localhost:{listening.port}")
        monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", console.stand_in.identity.service_role_key)
        yield Invitations(console.database, console.stand_in)


def path(token: str) -> str:
    return f"/invitations/{token}"


def accept(visitor: Visitor, token: str, password: str = PASSWORD) -> Page:
    return visitor.submit(visitor.open(path(token)).form(path(token)), password=password)


def sign_in(visitor: Visitor, page: Page, email: str = NINA) -> Page:
    """Sign in by the page's link to where that leads."""
    way = next(href for text, href in page.read.links if text == "Sign in")
    return visitor.submit(visitor.open(way).form("/sign-in"), email=email, password=PASSWORD)


def status(console: Console, email: str = NINA) -> object:
    return console.look("select string_agg(status, ' ') from organization_members where invited_email = %s", email)


def test_the_mail_leads_to_a_password_and_to_the_onboarding(
    console: Console, visitor: Visitor, invitations: Invitations
) -> None:
    token = invitations.send()
    page = visitor.open(path(token))
    assert page.status == 200
    for told in ("Acme Field Services", "Olivia Owner has invited you", NINA, "Nobody in your organisation can read"):
        assert told in page.text
    page = visitor.submit(page.form(path(token)), password=PASSWORD)
    assert page.path == "/welcome"
    assert status(console) == "active"
    assert sign_in(console.visitor(), console.visitor().open("/sign-up")).path == "/welcome"


def test_looking_at_an_invitation_changes_nothing(console: Console, visitor: Visitor, invitations: Invitations) -> None:
    token = invitations.send()
    rows = "select md5(string_agg(m::text, '')) || (select count(*) from auth.users) from organization_members m"
    before = console.look(rows)
    for _ in range(3):
        assert console.visitor().open(path(token)).status == 200
    assert console.look(rows) == before
    assert accept(visitor, token).path == "/welcome"


@pytest.mark.parametrize(
    ("password", "told"),
    [("short", "at least 8 characters"), ("é" * 37, "at most 72 characters"), ("", "Please fill this in")],
)
def test_a_password_that_cannot_be_one_is_told(
    console: Console, visitor: Visitor, invitations: Invitations, password: str, told: str
) -> None:
    token = invitations.send()
    page = accept(visitor, token, password)
    assert (page.status, told in page.text) == (422, True)
    assert status(console) == "invited"
    assert visitor.submit(page.form(path(token)), password=PASSWORD).path == "/welcome"


def test_a_password_that_the_service_finds_weak_is_told(
    visitor: Visitor, invitations: Invitations, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invitations.send()
    form = visitor.open(path(token)).form(path(token))
    weak = {"code": "weak_password", "message": "weak", "weak_password": {"reasons": ["pwned"]}}
    with service(422, weak) as url:
        monkeypatch.setenv("SUPABASE_URL", url)
        page = visitor.submit(form, password="password1")
    assert (page.status, "too easy to guess" in page.text) == (422, True)


def test_it_speaks_the_language_of_the_browser(console: Console, invitations: Invitations) -> None:
    page = console.visitor(**{"accept-language": "es"}).open(path(invitations.send()))
    assert "Olivia Owner te ha invitado" in page.text


# ---- links that are over ---------------------------------------------------------------------------------------------


def assert_over(page: Page) -> None:
    assert page.status == 410
    assert "holds for 14 days and works once" in page.text
    assert page.read.all("input[name=password]") == []


def test_a_link_that_was_used_says_what_to_do(console: Console, visitor: Visitor, invitations: Invitations) -> None:
    token = invitations.send()
    form = console.visitor().open(path(token)).form(path(token))
    accept(visitor, token)
    late = console.visitor().open(path(token))
    assert_over(late)
    assert ("Sign in", "/sign-in") in late.read.links
    other = console.visitor()
    own = other.open("/sign-in").form("/sign-in")["form_token"]
    assert_over(other.submit(form, password=PASSWORD, form_token=own))
    mine = visitor.open(path(token))
    assert_over(mine)
    assert ("Open VizDots", "/home") in mine.read.links


def test_a_link_that_is_too_old_says_so(visitor: Visitor, invitations: Invitations) -> None:
    token = invitations.send()
    visitor.at = datetime.now(UTC) + timedelta(days=14, minutes=1)
    assert_over(visitor.open(path(token)))


def test_a_link_that_was_replaced_or_taken_back_says_so(
    console: Console, visitor: Visitor, invitations: Invitations
) -> None:
    first = invitations.send()
    member = console.look("select id from organization_members where invited_email = %s", NINA)
    invitations.queue(member)
    assert_over(visitor.open(path(first)))
    invitations.deliver()
    second = invitations.token()
    assert visitor.open(path(second)).status == 200
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("update organization_members set status = 'inactive' where id = %s", (member,))
    assert_over(visitor.open(path(second)))


@pytest.mark.parametrize("token", ["x", "x" * 500, "%00", "%F0%9F%90%98", "'%20or%201=1"])
def test_what_is_no_link_of_ours_is_an_old_one(visitor: Visitor, invitations: Invitations, token: str) -> None:
    invitations.send()
    assert_over(visitor.open(path(token)))


# ---- people who are here already -------------------------------------------------------------------------------------


def test_who_is_signed_in_with_the_address_presses_one_button(
    console: Console, visitor: Visitor, invitations: Invitations
) -> None:
    accept(visitor, invitations.send())
    token = invitations.send(org_id=GLOBEX)
    page = visitor.open(path(token))
    assert "password" not in dict(page.form(path(token)).fields)
    page = visitor.submit(page.form(path(token)))
    assert page.path == "/organisations"  # never one by accident
    assert status(console) == "active active"
    page = visitor.submit(page.form("/organisations"), organisation=str(GLOBEX))
    assert page.path == "/welcome"
    assert "Globex" in page.text


def test_who_has_an_account_signs_in_and_comes_back(
    console: Console, visitor: Visitor, invitations: Invitations
) -> None:
    console.stand_in.identity.ensure_user(NINA, PASSWORD)
    token = invitations.send()
    page = accept(visitor, token, "another long password")
    assert page.status == 409
    assert f"There is an account for {NINA} already" in page.text
    page = sign_in(visitor, page)
    assert page.path == path(token)
    assert visitor.submit(page.form(path(token))).path == "/welcome"
    assert status(console) == "active"


def test_who_is_signed_in_as_somebody_else_is_told_and_can_sign_out(console: Console, invitations: Invitations) -> None:
    token, ana = invitations.send(), console.signed_in(PEOPLE.ana)
    page = ana.open(path(token))
    assert f"You are signed in as {PEOPLE.ana.email}, but this invitation is for {NINA}." in page.text
    assert [each.action for each in page.read.forms if each.action == path(token)] == []
    form_token = page.form("/sign-out")["form_token"]
    refused = ana.post(path(token), {"form_token": form_token, "password": PASSWORD})
    assert refused.status == 409
    assert status(console) == "invited"
    page = ana.submit(page.form("/sign-out"))
    assert page.path == path(token)
    assert ana.submit(page.form(path(token)), password=PASSWORD).path == "/welcome"


@pytest.mark.parametrize("way", ["https://evil.test/", "//evil.test", "/\\evil.test", "/sign-in", ""])
def test_signing_out_leads_to_no_other_place(console: Console, way: str) -> None:
    ana = console.signed_in(PEOPLE.ana)
    form = ana.open("/organisations").form("/sign-out")
    assert ana.send("POST", "/sign-out", form.filled(next=way)).location == "/"


# ---- parts that don't answer -----------------------------------------------------------------------------------------


def test_without_the_api_the_invitation_stays_open(
    console: Console, visitor: Visitor, invitations: Invitations, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invitations.send()
    form = visitor.open(path(token)).form(path(token))
    with socket.socket() as taken, monkeypatch.context() as patch:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        patch.setenv("APP_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert visitor.submit(form, password=PASSWORD).status == 503
    assert status(console) == "invited"
    assert visitor.submit(form, password=PASSWORD).path == "/welcome"


def test_who_cannot_be_signed_in_at_once_signs_in_later(
    console: Console, visitor: Visitor, invitations: Invitations, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invitations.send()

    def fails(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(identity, "sign_in", fails)
        assert accept(visitor, token).path == "/sign-in"
    assert sign_in(visitor, console.visitor().open("/sign-up")).path == "/welcome"


def test_no_log_tells_what_opens_an_invitation(
    visitor: Visitor, invitations: Invitations, caplog: pytest.LogCaptureFixture
) -> None:
    token = invitations.send()
    accept(visitor, token)
    told = str([vars(record) for record in caplog.records])
    assert "GET /invitations/{token}" in told
    assert token not in told
    assert NINA not in told


# ---- several organisations -------------------------------------------------------------------------------------------


def test_the_way_to_ones_other_organisations_is_on_every_page(
    console: Console, visitor: Visitor, invitations: Invitations
) -> None:
    accept(visitor, invitations.send())
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into user_profiles (org_id, user_id, confirmed_at) select org_id, user_id, now()"
            " from organization_members where invited_email = %s",
            (NINA,),
        )
    only = visitor.open("/dashboard")
    assert "/organisations" not in [href for _, href in only.read.links]
    token = invitations.send(org_id=GLOBEX)
    page = visitor.submit(visitor.open(path(token)).form(path(token)))
    assert "You are here" not in page.text
    visitor.submit(page.form("/organisations"), organisation=str(PEOPLE.acme))
    page = visitor.open("/dashboard")
    assert ("Acme Field Services · Switch", "/organisations") in page.read.links
    assert "Acme Field Services You are here" in visitor.open("/organisations").text
