"""One click and no more mails of a kind: by the mail's own link, for that person, there, and for nothing else."""

import base64
from typing import Final
from uuid import uuid4

import pytest

from common import links
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, GLOBEX, People
from vizdots.unsubscribing import PURPOSE, Leave

PATH: Final = "/api/email/unsubscribe"
ONE_CLICK: Final = {"content-type": "application/x-www-form-urlencoded"}
CHOSEN: Final = (
    "select row(unsubscribed_at is not null, muted_mails)::text from organization_members where user_id = %s"
)


def token(people: People, kind: str = "reminder", purpose: str = PURPOSE) -> str:
    """What a mail to Ana carries."""
    asked = Leave.model_validate({"user_id": people.ana.id, "org_id": ACME, "kind": kind})
    return links.sign(purpose, asked.model_dump_json())


def click(client: Client, token: str) -> Answer:
    """What a mailbox posts (RFC 8058)."""
    return client.send("POST", PATH, query=f"token={token}", body=b"List-Unsubscribe=One-Click", headers=ONE_CLICK)


def test_one_click_stops_the_reminders_and_again_stops_no_more(nobody: Client, people: People, look: Look) -> None:
    for _ in range(2):
        answer = click(nobody, token(people))
        assert answer.status == 200
        assert answer.body == {"kind": "reminder", "organization_name": "Acme Field Services"}
    assert look(CHOSEN, people.ana.id) == "(t,{})"
    assert look(CHOSEN, people.colleague.id) == "(f,{})"


def test_another_kind_is_stopped_alone(nobody: Client, people: People, look: Look) -> None:
    for _ in range(2):
        assert click(nobody, token(people, "trial_ending")).status == 200
    assert look(CHOSEN, people.ana.id) == "(f,{trial_ending})"


def test_whoever_turns_reminders_on_again_gets_them_again(
    nobody: Client, ana: Client, people: People, look: Look
) -> None:
    click(nobody, token(people))
    assert ana.send("PUT", "/api/user/notifications", body={"reminders_enabled": True}).status == 200
    assert look(CHOSEN, people.ana.id) == "(f,{})"


def test_looking_at_the_link_changes_nothing(populated: Database) -> None:
    with pytest.raises(LookupError):  # there is no such route
        Client(lambda *_: {}).get(PATH)


def test_a_link_of_another_purpose_or_none_stops_nothing(nobody: Client, people: People, look: Look) -> None:
    right = token(people)
    body, _, signature = right.partition(".")
    other = base64.urlsafe_b64encode(
        Leave(user_id=people.colleague.id, org_id=ACME, kind="reminder").model_dump_json().encode()
    )
    forged = [
        token(people, purpose="something else"),
        f"{other.decode().rstrip('=')}.{signature}",
        f"{body}.{signature[:-1]}A",
        body,
        f"{body}.",
        ".",
        "%F0%9F%98%80",
        "x" * 600,
    ]
    for each in forged:
        answer = click(nobody, each)
        assert (answer.status, answer.body["code"]) == (422, "invalid_link"), each
    assert look("select count(*) from organization_members where unsubscribed_at is not null") == 0


def test_somebody_who_never_was_there_is_told_so(nobody: Client, people: People) -> None:
    for user_id, org_id in ((people.ana.id, GLOBEX), (uuid4(), ACME)):
        asked = Leave(user_id=user_id, org_id=org_id, kind="reminder")
        answer = click(nobody, links.sign(PURPOSE, asked.model_dump_json()))
        assert (answer.status, answer.body["code"]) == (404, "nobody_to_mail")


def test_whoever_has_left_can_still_stop_what_comes(nobody: Client, people: People, look: Look) -> None:
    asked = Leave(user_id=people.former.id, org_id=ACME, kind="reminder")
    assert click(nobody, links.sign(PURPOSE, asked.model_dump_json())).status == 200
    assert look(CHOSEN, people.former.id) == "(t,{})"
