"""The postman of this machine: what waits in the outbox lies in the mailbox a moment later, and only there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from local.postman import Postman, text
from tests.conftest import Database, Servers
from tests.functions.conftest import eventually
from tests.identity.conftest import starter
from tests.invitations import NINA, Invitations

ABOUT = {
    "organization_name": "Acme <b>",
    "display_name": "Nina Neu",
    "sender_name": "Olivia Owner",
    "expires_at": "2026-12-09T22:07:40.443+00:00",
}
LINK = "http://localhost:8000/invitations/a-token"


@pytest.fixture
def invitations(populated: Database) -> Iterator[Invitations]:
    with ExitStack() as closing:
        yield Invitations(populated, starter(populated.owner_url, closing)(site_url="http://localhost:8000"))


@pytest.fixture
def look(populated: Database) -> Callable[[str], Any]:
    """The first column of the first row, as the superuser sees it."""

    def one(statement: str) -> Any:
        with psycopg.connect(populated.admin_url) as connection:
            return (connection.execute(statement.encode()).fetchone() or [None])[0]

    return one


def test_what_waits_is_mailed_by_itself_as_long_as_the_postman_works(
    populated: Database, invitations: Invitations, look: Callable[[str], Any]
) -> None:
    with Postman(populated.functions_url, invitations.stand_in.identity):
        invitations.queue(invitations.place())
        eventually(lambda: invitations.stand_in.mails(NINA), "the mail came")
        eventually(lambda: look("select status from email_logs") == "sent", "it was noted")
    invitations.queue(invitations.place("otto@acme.test"))
    assert look("select status from email_logs where to_address = 'otto@acme.test'") == "queued"


def test_a_database_that_goes_away_for_a_moment_ends_no_postman(
    postgres: Servers, populated: Database, invitations: Invitations
) -> None:
    said: list[str] = []
    with Postman(populated.functions_url, invitations.stand_in.identity, says=said.append):
        invitations.queue(invitations.place())
        eventually(lambda: invitations.stand_in.mails(NINA), "the mail came")
        with psycopg.connect(populated.admin_url, autocommit=True) as superuser:
            superuser.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'vizdots_functions'"
            )
        invitations.queue(invitations.place("otto@acme.test"))
        eventually(lambda: invitations.stand_in.mails("otto@acme.test"), "the next mail came")
    assert said[0].startswith("outbox: ")


def test_a_mail_says_who_invites_where_to_and_how_long(invitations: Invitations) -> None:
    token = invitations.send()
    [mail] = invitations.stand_in.mails(NINA)
    assert (mail["kind"], mail["subject"]) == ("invitation", "Olivia Owner invites you to VizDots")
    assert mail["link"] == f"http://localhost:8000/invitations/{token}"
    assert "Hello Nina," in mail["text"]
    assert f"Accept the invitation: {mail['link']}" in mail["text"]
    assert f'<a href="{mail["link"]}">Accept the invitation</a>' in mail["html"]
    page = invitations.stand_in.http.get("/mailbox").text
    assert "Olivia Owner invites you to VizDots at Acme Field Services." in page


def test_a_mail_is_friendly_without_names_too() -> None:
    assert text(ABOUT, LINK).startswith("Hello Nina,\n\nOlivia Owner invites you to VizDots at Acme <b>.")
    nameless = text({**ABOUT, "display_name": None, "sender_name": None}, LINK)
    assert nameless.startswith("Hello,\n\nYou are invited to VizDots at Acme <b>.")


def test_what_people_call_themselves_becomes_no_markup(
    invitations: Invitations, populated: Database, look: Callable[[str], Any]
) -> None:
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("update organizations set name = '<script>Acme</script>' where name like 'Acme%'")
        connection.execute("update organization_members set display_name = '<img src=x>' where role = 'owner'")
    invitations.send()
    for shown in (invitations.stand_in.http.get("/mailbox").text, invitations.stand_in.mails(NINA)[0]["html"]):
        assert "<script" not in shown
        assert "<img" not in shown
