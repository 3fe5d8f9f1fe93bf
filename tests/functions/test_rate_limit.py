"""The chat's allowance: so many turns a minute and person; who wants more is told when to come back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from common import db
from common.callers import Caller
from tests.functions.conftest import Client, Look
from tests.people import People, Person
from vizdots import conversation, errors

NOON = datetime.now(UTC).replace(second=10, microsecond=0) + timedelta(days=1)
OPEN = {"isOpening": True}


@pytest.fixture
def check_in(ana: Client) -> str:
    """A check-in of today that nothing was said in yet."""
    return f"/api/sessions/{ana.on(NOON).post('/api/sessions', {'agent_code': 'pulse'}).body['id']}/messages"


@pytest.fixture
def spent(ana: Client, look: Look) -> None:
    """Ana has had all her turns of this minute but one."""
    look(
        "insert into app.rate_limits (user_id, bucket, window_start, used) select user_id, 'chat', %s, %s"
        " from organization_members where display_name = 'Ana Alba' returning 1",
        NOON.replace(second=0),
        conversation.MOST_TURNS - 1,
    )


def test_a_minute_has_so_many_turns(ana: Client, people: People, look: Look) -> None:
    look(
        "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
        " select %s, %s, 'pulse', '{pulse_weekly}', at, at::date, 'manual'"
        " from generate_series(timestamptz '2026-01-01', timestamptz '2026-01-01' + %s, '1 day') as at returning 1",
        people.acme,
        people.ana.id,
        timedelta(days=conversation.MOST_TURNS),
    )
    paths = [f"/api/sessions/{each['id']}/messages" for each in ana.get("/api/sessions").body["items"]]

    answers = [ana.on(NOON).post(path, OPEN).status for path in paths]

    assert answers == [200] * conversation.MOST_TURNS + [429]


@pytest.mark.usefixtures("spent")
def test_what_is_too_much_is_refused_with_when_to_come_back_and_isnt_kept(
    ana: Client, check_in: str, look: Look
) -> None:
    at_noon = ana.on(NOON)
    assert at_noon.post(check_in, OPEN).status == 200

    refused = at_noon.post(check_in, {"message": "4, a good week"})

    assert (refused.status, refused.body["code"]) == (429, "too_many_requests")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "50"
    assert look("select count(*) from session_messages where role = 'person'") == 0
    assert look("select answering_until is null from sessions") is True


@pytest.mark.usefixtures("spent")
def test_after_the_time_that_it_was_told_the_message_is_taken(ana: Client, check_in: str) -> None:
    ana.on(NOON).post(check_in, OPEN)
    refused = ana.on(NOON).post(check_in, {"message": "4, a good week"})

    later = NOON + timedelta(seconds=int(refused.headers["retry-after"]))

    assert ana.on(later).post(check_in, {"message": "4, a good week"}).body["turn"] == 1


@pytest.mark.usefixtures("spent")
def test_a_turn_that_was_answered_costs_nothing_when_it_is_sent_again(ana: Client, check_in: str) -> None:
    first = ana.on(NOON).post(check_in, OPEN)

    assert [ana.on(NOON).post(check_in, OPEN).body for _ in range(3)] == [first.body] * 3


@pytest.mark.usefixtures("spent")
def test_reading_costs_nothing(ana: Client, check_in: str) -> None:
    ana.on(NOON).post(check_in, OPEN)
    assert ana.on(NOON).post(check_in, {"message": "hello"}).status == 429

    assert ana.on(NOON).get("/api/sessions").status == 200


@pytest.mark.usefixtures("spent")
def test_everybody_has_an_allowance_of_their_own(
    ana: Client, check_in: str, signed_in: Callable[[Person], Client], people: People
) -> None:
    ana.on(NOON).post(check_in, OPEN)
    assert ana.on(NOON).post(check_in, {"message": "hello"}).status == 429
    carl = signed_in(people.colleague).on(NOON)

    path = f"/api/sessions/{carl.post('/api/sessions', {'agent_code': 'pulse'}).body['id']}/messages"

    assert carl.post(path, OPEN).status == 200


def test_waiting_behind_another_turn_costs_one_of_them_however_often_one_looks(
    check_in: str, people: People, look: Look
) -> None:
    look("update sessions set answering_until = now() + interval '1 hour' returning 1")
    caller = Caller(scope=db.Scope("authenticated", people.ana.claims), at=NOON)
    looks: list[float] = []
    clock = count(0.0, conversation.A_TURN_TAKES_AT_MOST / 5)

    with pytest.raises(errors.Conflict) as refused:
        conversation.take_turn(
            caller.step,
            None,
            UUID(check_in.split("/")[-2]),
            "4, fine",
            key=None,
            at=NOON,
            pause=looks.append,
            clock=lambda: next(clock),
        )

    assert refused.value.code == "turn_in_progress"
    assert len(looks) > 2
    assert look("select used from app.rate_limits") == 1
    assert look("select count(*) from session_messages") == 0
