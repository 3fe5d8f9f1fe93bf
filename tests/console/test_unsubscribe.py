"""The link at the end of a mail, on a page: one button, no sign-in, and looking changes nothing."""

import pytest

from common import links, own_api
from common.refusals import BY_STATUS
from tests.console.conftest import Console, Visitor
from tests.functions.conftest import Client, invoke_here
from tests.people import ACME, People
from vizdots.unsubscribing import PURPOSE, Leave

STOPPED = "select count(*) from organization_members where unsubscribed_at is not null"


@pytest.fixture(autouse=True)
def _api(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API, asked as over HTTP."""
    assert console
    monkeypatch.setenv("MAIL_LINKS_SECRET", "a secret that signs the links of mails")

    def ask(token: str) -> str:
        answer = Client(invoke_here).send("POST", "/api/email/unsubscribe", query=f"token={token}")
        if answer.status != 200:
            raise BY_STATUS[answer.status](code=answer.body["code"])
        return str(answer.body["kind"])

    monkeypatch.setattr(own_api, "unsubscribe", ask)


def test_one_button_stops_them_and_looking_stops_nothing(console: Console, visitor: Visitor, people: People) -> None:
    asked = Leave(user_id=people.ana.id, org_id=ACME, kind="reminder")
    page = visitor.open(f"/unsubscribe?token={links.sign(PURPOSE, asked.model_dump_json())}")
    assert page.status == 200
    assert console.look(STOPPED) == 0
    done = visitor.submit(page.form("/unsubscribe"))
    assert done.status == 200
    assert "You get no more of these mails" in done.text
    assert console.look(STOPPED) == 1


@pytest.mark.parametrize("token", ["", "old", "%3Cscript%3E"])
def test_a_link_that_is_none_says_so(console: Console, visitor: Visitor, token: str) -> None:
    page = visitor.open(f"/unsubscribe?token={token}")
    assert visitor.submit(page.form("/unsubscribe")).status == 410
    assert console.look(STOPPED) == 0
