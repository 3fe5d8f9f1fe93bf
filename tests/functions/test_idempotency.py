"""Idempotency-Key: a write that a client repeats happens once, and is answered alike for 24 hours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.functions.conftest import Client, Look
from tests.people import People, Person

KEY = {"idempotency-key": "b7c1-first"}
PULSE = {"agent_code": "pulse"}
DAY = timedelta(hours=24)


@pytest.fixture
def dot(ana: Client) -> str:
    """The path of a dot of Ana's."""
    path = f"/api/sessions/{ana.post('/api/sessions', {'agent_code': 'focus_tracker'}).body['id']}/messages"
    for said in ("The summer rush, mostly heat pumps", "Yes, still that: 4", "no idea"):
        ana.post(path, {"message": said})
    return f"/api/user/dots/{ana.get('/api/user/dots').body['items'][0]['id']}"


def test_a_request_that_is_repeated_happens_once_and_is_answered_alike(ana: Client) -> None:
    first, again = (ana.post("/api/sessions", PULSE, headers=KEY) for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert len(ana.get("/api/sessions").body["items"]) == 1


def test_it_is_answered_as_it_was_even_when_things_have_moved_on(ana: Client) -> None:
    first = ana.post("/api/sessions", PULSE, headers=KEY)
    ana.patch(f"/api/sessions/{first.body['id']}", {"action": "start"})

    assert ana.post("/api/sessions", PULSE, headers=KEY).body == first.body


def test_every_write_takes_a_key(ana: Client, check_in: str, dot: str) -> None:
    writes: dict[str, Callable[[], Any]] = {
        "start": lambda: ana.patch(check_in, {"action": "start"}, headers=KEY),
        "say": lambda: ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY),
        "end": lambda: ana.patch(check_in, {"action": "complete"}, headers={"idempotency-key": "another"}),
        "mark": lambda: ana.patch(dot, {"is_private": True}, headers=KEY),
        "profile": lambda: ana.patch("/api/user/profile", {"role_summary": "Heat pumps"}, headers=KEY),
    }
    for name, write in writes.items():
        first, again = write(), write()
        assert (first.status, again.status) == (200, 200), name
        assert first.body == again.body, name


def test_completing_again_is_answered_alike_whatever_the_key(ana: Client, check_in: str, look: Look) -> None:
    ana.post(f"{check_in}/messages", {"message": "4, a good week"})
    headers: tuple[dict[str, str], ...] = ({}, KEY, KEY, {"idempotency-key": "another"})

    first, *again = (ana.patch(check_in, {"action": "complete"}, headers=each) for each in headers)

    assert first.status == 200
    assert [answer.body for answer in again] == [first.body] * 3
    assert look("select count(*) from answers") == 1


def test_a_dot_that_was_marked_back_meanwhile_isnt_marked_again(ana: Client, dot: str) -> None:
    ana.patch(dot, {"is_private": True}, headers=KEY)
    ana.patch(dot, {"is_private": False})

    assert ana.patch(dot, {"is_private": True}, headers=KEY).body["is_private"] is True
    assert ana.get("/api/user/dots").body["items"][0]["is_private"] is False


def test_a_profile_that_was_changed_meanwhile_isnt_changed_back(ana: Client) -> None:
    first = ana.patch("/api/user/profile", {"role_summary": "Boilers"}, headers=KEY)
    ana.patch("/api/user/profile", {"role_summary": "Heat pumps"})

    again = ana.patch("/api/user/profile", {"role_summary": "Boilers"}, headers=KEY)

    assert again.body == first.body
    assert ana.get("/api/user/profile").body["profile"]["role_summary"] == "Heat pumps"


@pytest.mark.parametrize(
    ("method", "path", "bodies"),
    [
        ("POST", "/api/sessions", (PULSE, {"agent_code": "focus_tracker"})),
        ("PATCH", "/api/user/profile", ({"role_summary": "Boilers"}, {"role_summary": "Heat pumps"})),
    ],
)
def test_a_key_sent_with_something_else_is_a_mistake_of_the_client(
    ana: Client, method: str, path: str, bodies: tuple[object, object]
) -> None:
    first, other = (ana.send(method, path, body=body, headers=KEY) for body in bodies)

    assert first.status < 300
    assert (other.status, other.body["code"]) == (422, "key_reused")


def test_a_message_under_the_key_of_another_is_a_mistake_of_the_client(ana: Client, check_in: str, look: Look) -> None:
    ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY)

    other = ana.post(f"{check_in}/messages", {"message": "2, a bad one"}, headers=KEY)

    assert (other.status, other.body["code"]) == (422, "key_reused")
    assert look("select count(*) from session_messages where role = 'person'") == 1


def test_messages_sent_again_after_the_end_are_answered_as_they_were(ana: Client, check_in: str) -> None:
    def say(n: int, message: str) -> Any:
        answer = ana.post(f"{check_in}/messages", {"message": message}, headers={"idempotency-key": f"message {n}"})
        assert answer.status == 200, answer.body
        return answer.body

    said = ("4, a good week with the new van", "3, and my limit is far away: low")
    first = [say(n, message) for n, message in enumerate(said)]

    assert [reply["isComplete"] for reply in first] == [False, True]
    assert [say(n, message) for n, message in enumerate(said)] == first


def test_a_message_sent_again_after_its_check_in_was_ended_early_is_answered_as_it_was(
    ana: Client, check_in: str
) -> None:
    body = {"message": "2, too much rain"}
    first = ana.post(f"{check_in}/messages", body, headers=KEY)
    assert ana.patch(check_in, {"action": "complete"}).status == 200

    again = ana.post(f"{check_in}/messages", body, headers=KEY)

    assert (again.status, again.body) == (200, first.body)


def test_a_key_of_one_route_is_free_on_another(ana: Client) -> None:
    assert ana.post("/api/sessions", PULSE, headers=KEY).status == 201
    assert ana.patch("/api/user/profile", {"role_summary": "Heat pumps"}, headers=KEY).status == 200


def test_a_key_of_one_check_in_is_free_in_another(ana: Client) -> None:
    for agent in ("pulse", "focus_tracker"):
        path = f"/api/sessions/{ana.post('/api/sessions', {'agent_code': agent}).body['id']}/messages"
        assert ana.post(path, {"message": f"about {agent}"}, headers=KEY).body["turn"] == 1


def test_a_key_of_one_person_is_free_for_another(
    ana: Client, signed_in: Callable[[Person], Client], people: People
) -> None:
    hers = ana.post("/api/sessions", PULSE, headers=KEY)
    his = signed_in(people.colleague).post("/api/sessions", {"agent_code": "focus_tracker"}, headers=KEY)

    assert (hers.status, his.status) == (201, 201)
    assert hers.body["id"] != his.body["id"]


def test_a_key_of_one_organisation_doesnt_answer_for_another(ana: Client, people: People, look: Look) -> None:
    look(
        "insert into organization_members (org_id, user_id, display_name, invited_email, status, invite_status)"
        " values (%s, %s, 'Ana Alba', %s, 'active', 'accepted') returning id",
        people.globex,
        people.ana.id,
        people.ana.email,
    )
    here = ana.post("/api/sessions", PULSE, headers={**KEY, "x-org-id": str(people.acme)})
    there = ana.post("/api/sessions", PULSE, headers={**KEY, "x-org-id": str(people.globex)})

    assert here.status == 201
    assert (there.status, there.body["code"]) == (422, "key_reused")


def test_whoever_has_left_the_organisation_isnt_answered_again(ana: Client, people: People, look: Look) -> None:
    assert ana.post("/api/sessions", PULSE, headers=KEY).status == 201
    look("update organization_members set status = 'inactive' where user_id = %s returning id", people.ana.id)

    again = ana.post("/api/sessions", PULSE, headers=KEY)

    assert (again.status, again.body["code"]) == (403, "no_organisation")


def test_the_key_of_a_request_that_failed_can_be_used_again(ana: Client, look: Look) -> None:
    first = ana.post("/api/sessions", PULSE)
    refused = ana.post("/api/sessions", PULSE, headers=KEY)
    assert (refused.status, refused.body["code"]) == (409, "already_open")

    look("update sessions set started_at = now(), completed_at = now() where id = %s returning 1", first.body["id"])

    assert ana.post("/api/sessions", PULSE, headers=KEY).status == 201


def test_the_key_of_a_body_that_was_refused_can_be_used_with_the_right_one(ana: Client) -> None:
    assert ana.post("/api/sessions", {"agent_code": "spy"}, headers=KEY).status == 422
    assert ana.post("/api/sessions", PULSE, headers=KEY).status == 201


def test_a_key_is_forgotten_after_a_day(ana: Client) -> None:
    now = datetime.now(UTC)
    first = ana.on(now).post("/api/sessions", PULSE, headers=KEY)

    just_before = ana.on(now + DAY - timedelta(seconds=1)).post("/api/sessions", PULSE, headers=KEY)
    after = ana.on(now + DAY + timedelta(seconds=1)).post("/api/sessions", PULSE, headers=KEY)

    assert just_before.body["id"] == first.body["id"]
    assert (after.status, after.body["id"] != first.body["id"]) == (201, True)
