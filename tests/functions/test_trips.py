"""Round trips to the database, counted on the wire: one for a read, at most two for a write."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.functions.conftest import Answer, Client, Look
from tests.people import People, Person
from tests.wire import CountingProxy
from vizdots import health, sessions
from vizdots.schedules import WEEKDAYS
from vizdots.transaction import Json, Transaction

Count = Callable[[Callable[[], Answer]], int]
ANSWERS = ("4, a good week with the new van", "3, and my limit is far away: low")


@pytest.fixture
def trips(wire: CountingProxy, nobody: Client) -> Count:
    """Counts the round trips of a request that succeeds, on a connection that is open already."""

    def count(ask: Callable[[], Answer]) -> int:
        assert nobody.get("/api/health").status == 200
        before = wire.trips
        answer = ask()
        assert answer.status < 300, answer.body
        return wire.trips - before

    return count


@pytest.fixture
def keyed(wire: CountingProxy, request: pytest.FixtureRequest) -> dict[str, str]:
    """The headers of a write: without an Idempotency-Key, or with one."""
    return {"idempotency-key": "a key"} if request.param else {}


with_or_without_a_key = pytest.mark.parametrize("keyed", [False, True], ids=["no key", "a key"], indirect=True)


def start(client: Client, agent: str = "pulse") -> str:
    """The path of a new check-in."""
    made = client.post("/api/sessions", {"agent_code": agent})
    assert made.status == 201, made.body
    return f"/api/sessions/{made.body['id']}"


def complete(client: Client) -> str:
    """The path of a completed check-in."""
    path = start(client)
    for said in ANSWERS:
        client.post(f"{path}/messages", {"message": said})
    return path


def test_every_read_is_one(trips: Count, ana: Client) -> None:
    check_in = complete(ana)
    paths = ("/api/health", "/api/me", "/api/sessions", check_in, "/api/user/dots", "/api/user/profile")

    assert [(path, trips(partial(ana.get, path))) for path in paths] == [(path, 1) for path in paths]


def test_reading_the_audit_log_taking_it_along_and_proving_it_is_one_each(
    trips: Count, signed_in: Callable[[Person], Client], people: People
) -> None:
    log, adam = "/api/admin/audit-log", signed_in(people.admin)

    assert trips(lambda: adam.get(log)) == 1
    assert trips(lambda: adam.get(log, query="format=jsonl&actor=" + str(people.owner.id))) == 1
    assert trips(lambda: adam.get(f"{log}/verify")) == 1


def test_the_api_document_asks_nothing(trips: Count, nobody: Client) -> None:
    assert trips(lambda: nobody.get("/api/openapi.json")) == 0


@with_or_without_a_key
def test_starting_a_check_in_by_hand_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    assert trips(lambda: ana.post("/api/sessions", {"agent_code": "pulse"}, headers=keyed)) == 2


@with_or_without_a_key
def test_taking_a_check_in_up_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    path = start(ana)

    assert trips(lambda: ana.patch(path, {"action": "start"}, headers=keyed)) == 2


@with_or_without_a_key
def test_every_turn_of_the_talk_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    path = start(ana)
    bodies: list[dict[str, Any]] = [{"isOpening": True}, *({"message": said} for said in ANSWERS)]

    counted = [
        trips(partial(ana.post, f"{path}/messages", body, headers=dict.fromkeys(keyed, f"key {n}")))
        for n, body in enumerate(bodies)
    ]

    assert counted == [2, 2, 2]
    assert ana.get(path).body["status"] == "completed"


@with_or_without_a_key
def test_ending_a_check_in_early_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    path = start(ana)
    ana.post(f"{path}/messages", {"message": ANSWERS[0]})

    assert trips(lambda: ana.patch(path, {"action": "complete"}, headers=keyed)) == 2


@with_or_without_a_key
def test_marking_a_dot_private_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    complete(ana)
    path = f"/api/user/dots/{ana.get('/api/user/dots').body['items'][0]['id']}"

    assert trips(lambda: ana.patch(path, {"is_private": True}, headers=keyed)) == 2


@with_or_without_a_key
def test_changing_the_own_profile_is_two(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    body = {"role_summary": "I repair heat pumps", "confirm": True}

    assert trips(lambda: ana.patch("/api/user/profile", body, headers=keyed)) == 2


@with_or_without_a_key
def test_having_somebody_invited_is_two(
    trips: Count, signed_in: Callable[[Person], Client], people: People, look: Look, keyed: dict[str, str]
) -> None:
    add = "insert into organization_members (org_id, invited_email) values (%s, 'nina@acme.test') returning id::text"
    body = {"member_id": look(add, people.acme), "action": "send"}

    assert trips(lambda: signed_in(people.admin).post("/api/admin/invite", body, headers=keyed)) == 2


@with_or_without_a_key
def test_setting_an_organisation_is_two_and_looking_at_it_one(
    trips: Count, signed_in: Callable[[Person], Client], people: People, keyed: dict[str, str]
) -> None:
    owner = signed_in(people.owner)

    assert trips(lambda: owner.patch("/api/admin/settings", {"timezone": "Asia/Tokyo"}, headers=keyed)) == 2
    assert [trips(partial(owner.get, f"/api/admin/{it}")) for it in ("settings", "overview")] == [1, 1]


@with_or_without_a_key
def test_every_step_of_a_set_up_is_two_and_looking_at_it_one(trips: Count, ana: Client, keyed: dict[str, str]) -> None:
    path, week = "/api/admin/setup", {day: {"on": True, "start": "09:00", "end": "17:00"} for day in WEEKDAYS}
    steps = {
        "company": {"name": "Initech", "timezone": "UTC"},
        "departments": {"names": ["Sales"]},
        "people": {"people": [{"name": "Ida", "email": "ida@initech.test", "department": "Sales"}]},
        "settings": {"schedule": week, "display_name": "Ana"},
    }

    assert trips(lambda: ana.post(path, headers=keyed)) == 2
    for step, data in steps.items():
        sent, headers = {"step": step, "data": data}, dict.fromkeys(keyed, step)
        assert trips(partial(ana.send, "PUT", path, body=sent, headers=headers)) == 2
    assert trips(lambda: ana.get(path)) == 1
    assert trips(lambda: ana.post(f"{path}/complete", headers=keyed)) == 2


def test_a_message_sent_again_is_one(trips: Count, ana: Client) -> None:
    path, key = start(ana), {"idempotency-key": "sent again"}

    def send() -> Answer:
        return ana.post(f"{path}/messages", {"message": ANSWERS[0]}, headers=key)

    assert (trips(send), trips(send)) == (2, 1)


def test_a_trip_too_many_is_noticed(trips: Count, nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = health.checked

    def looks_twice(opened: Transaction) -> Json[health.Health]:
        checked(opened)
        return checked(opened)

    assert trips(lambda: nobody.get("/api/health")) == 1
    monkeypatch.setattr(health, "checked", looks_twice)
    assert trips(lambda: nobody.get("/api/health")) == 2


def test_a_write_with_a_statement_too_many_is_noticed(
    trips: Count, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = sessions.start_by_hand

    def looks_first(opened: Transaction, sent: sessions.NewSession, *, at: datetime) -> Json[sessions.Session]:
        sessions.listed(opened, limit=1)
        return by_hand(opened, sent, at=at + timedelta(0))

    monkeypatch.setattr(sessions, "start_by_hand", looks_first)
    assert trips(lambda: ana.post("/api/sessions", {"agent_code": "pulse"})) == 3
