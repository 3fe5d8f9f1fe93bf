"""Two tabs, a message sent twice, a process that dies: every turn is taken once and in order, and nothing is lost.

The functions run as in Lambda, each event in a process of its own; the model answers when the test says so, so that
one request is really under way while the other arrives.
"""

import json
import os
import signal
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import psycopg
import pytest

from local import template
from local.environments import Environments, FunctionFailedError
from tests.conftest import Database, Servers
from tests.functions.conftest import ISSUER, ROOT, Answer, Client, Look, eventually, looking_at, token_of, variables
from tests.functions.model_server import ALL_SAID, TURN, ModelServer, model_server, says, when_released
from tests.people import People
from tests.tellings import Tellers
from vizdots import conversation

LAST_TURN = {**TURN, "reply": "Thank you, that was all.", "is_complete": True, "extracted": ALL_SAID}


@dataclass(frozen=True)
class Cloud:
    """The functions in processes of their own, the database that they use, and the model that they ask."""

    environments: Environments
    database: Database
    model: ModelServer

    def kill_whoever_is_working(self) -> None:
        """End the processes that are at work on an event, as a crash does."""
        for each in self.environments._all - {*self.environments._idle}:
            os.kill(each.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def cloud(postgres: Servers) -> Iterator[Cloud]:
    """Started once: loading the functions takes a second."""
    made = postgres.populated()
    with model_server() as model:
        told = {**variables(made.functions_url), "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.url}
        stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})
        with Environments(stack, lambda function: {**function.environment, **told}, size=8) as environments:
            yield Cloud(environments, made, model)
    postgres.drop(made)


@pytest.fixture
def model(cloud: Cloud) -> Iterator[ModelServer]:
    """The model: it holds its answers back until `released`."""
    model = cloud.model
    model.asked.clear()
    model.released.clear()
    while model.arrived.acquire(blocking=False):
        pass
    model.will(when_released(says(json.dumps(TURN))))
    yield model
    model.released.set()


@pytest.fixture
def look(cloud: Cloud) -> Look:
    """Look into the database of the functions."""
    return looking_at(cloud.database)


@pytest.fixture
def tab(cloud: Cloud, look: Look, people: People) -> Client:
    """A tab of somebody's browser; each test has a member of its own, so that they can share the processes."""
    somebody, email = uuid.uuid4(), f"{uuid.uuid4().hex}@acme.test"
    look(
        "insert into organization_members (org_id, user_id, department_id, display_name, invited_email, status,"
        " invite_status) values (%s, %s, %s, 'Tabea Tabs', %s, 'active', 'accepted') returning id",
        people.acme,
        somebody,
        people.field_department,
        email,
    )
    return Client(cloud.environments.invoke, token_of(somebody, email))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """As many hands as there may be tabs."""
    with ThreadPoolExecutor(8) as hands:
        yield hands


@pytest.fixture
def session(tab: Client) -> str:
    """The id of a new pulse check-in."""
    made = tab.post("/api/sessions", {"agent_code": "pulse"})
    assert made.status == 201, made.body
    session_id: str = made.body["id"]
    return session_id


@pytest.fixture
def is_busy(look: Look) -> Callable[[int], None]:
    """Waits until so many processes have asked for the turn: those who didn't get it have been told that it is busy."""

    def wait(processes: int) -> None:
        eventually(
            lambda: (
                look(
                    "select count(*) from pg_stat_activity where datname = current_database() and state = 'idle'"
                    " and query like %s and query_start > (select answering_until - %s from sessions"
                    "   where answering_until is not null order by created_at desc limit 1)",
                    "%begin_turn%",
                    conversation.LEASE,
                )
                >= processes - 1
            ),
            f"{processes} processes asked for the turn",
        )

    return wait


def together(pool: ThreadPoolExecutor, requests: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Send all of them at once; their answers in the same order."""
    return [each.result(60) for each in [pool.submit(request) for request in requests]]


def say(tab: Client, session: str, message: str, key: str | None = None) -> Answer:
    """One message, as a tab sends it."""
    headers = {"idempotency-key": key} if key else None
    return tab.post(f"/api/sessions/{session}/messages", {"message": message}, headers=headers)


def lines(tab: Client, session: str) -> list[tuple[int, str, str]]:
    """The talk as it is kept."""
    told = tab.get(f"/api/sessions/{session}").body["messages"]
    return [(line["turn"], line["role"], line["content"]) for line in told]


def under_way(pool: ThreadPoolExecutor, model: ModelServer, request: Callable[[], Answer]) -> "Future[Answer]":
    """Send a request; it is under way, at the model, when this returns."""
    sent = pool.submit(request)
    assert model.arrived.acquire(timeout=30)
    return sent


def test_two_tabs_that_speak_at_once_are_answered_one_after_the_other(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, is_busy: Callable[[int], None]
) -> None:
    one = under_way(pool, model, lambda: say(tab, session, "from one tab"))
    other = pool.submit(say, tab, session, "from the other tab")
    is_busy(2)
    assert [line[2] for line in lines(tab, session)] == ["from one tab"]
    assert not other.done()

    model.released.set()

    assert (one.result(30).body["turn"], other.result(30).body["turn"]) == (1, 2)
    assert lines(tab, session) == [
        (1, "person", "from one tab"),
        (1, "agent", TURN["reply"]),
        (2, "person", "from the other tab"),
        (2, "agent", TURN["reply"]),
    ]
    transcripts = [json.loads(asked["messages"][1]["content"])["transcript"] for asked in model.asked]
    assert [len(each) for each in transcripts] == [1, 3]


@pytest.mark.parametrize("times", [2, 8])
def test_a_message_sent_several_times_at_once_is_one_turn_with_one_answer(
    tab: Client,
    session: str,
    model: ModelServer,
    pool: ThreadPoolExecutor,
    is_busy: Callable[[int], None],
    times: int,
) -> None:
    first = under_way(pool, model, lambda: say(tab, session, "once", "the-same-key"))
    others = [pool.submit(say, tab, session, "once", "the-same-key") for _ in range(times - 1)]
    is_busy(times)

    model.released.set()

    answers = [first.result(30), *(each.result(30) for each in others)]
    assert [answer.status for answer in answers] == [200] * times
    assert all(answer.body == answers[0].body for answer in answers)
    assert lines(tab, session) == [(1, "person", "once"), (1, "agent", TURN["reply"])]
    assert len(model.asked) == 1


def test_two_tabs_that_open_a_talk_at_once_are_greeted_once(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, is_busy: Callable[[int], None]
) -> None:
    def open_it() -> Answer:
        return tab.post(f"/api/sessions/{session}/messages", {"isOpening": True})

    one = under_way(pool, model, open_it)
    other = pool.submit(open_it)
    is_busy(2)

    model.released.set()

    assert one.result(30).body == other.result(30).body
    assert lines(tab, session) == [(0, "agent", TURN["reply"])]
    assert len(model.asked) == 1


def test_eight_requests_for_a_check_in_at_once_make_one(tab: Client, pool: ThreadPoolExecutor) -> None:
    answers = together(pool, [lambda: tab.post("/api/sessions", {"agent_code": "pulse"})] * 8)

    assert sorted(answer.status for answer in answers) == [201] + [409] * 7
    assert {answer.body["code"] for answer in answers if answer.status == 409} == {"already_open"}
    assert len(tab.get("/api/sessions").body["items"]) == 1


def test_one_request_for_a_check_in_sent_eight_times_at_once_is_answered_eight_times_alike(
    tab: Client, pool: ThreadPoolExecutor
) -> None:
    key = {"idempotency-key": "a client that tries again"}
    answers = together(pool, [lambda: tab.post("/api/sessions", {"agent_code": "pulse"}, headers=key)] * 8)

    assert [answer.status for answer in answers] == [201] * 8
    assert all(answer.body == answers[0].body for answer in answers)
    assert [item["id"] for item in tab.get("/api/sessions").body["items"]] == [answers[0].body["id"]]


def test_a_message_whose_process_was_killed_is_kept_and_answered_when_it_is_sent_again(
    cloud: Cloud, tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, look: Look
) -> None:
    killed = under_way(pool, model, lambda: say(tab, session, "don't lose me", "key-of-it"))
    cloud.kill_whoever_is_working()
    with pytest.raises(FunctionFailedError, match="has ended"):
        killed.result(30)
    assert lines(tab, session) == [(1, "person", "don't lose me")]

    model.released.set()
    look("update sessions set answering_until = now() - interval '1 second' where id = %s returning 1", session)
    again = say(tab, session, "don't lose me", "key-of-it")

    assert (again.status, again.body["turn"]) == (200, 1)
    assert lines(tab, session) == [(1, "person", "don't lose me"), (1, "agent", TURN["reply"])]


def test_a_turn_that_was_thought_dead_tells_the_answer_that_took_its_place(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, look: Look
) -> None:
    model.will(
        when_released(says(json.dumps({**TURN, "reply": "the late answer"}))),
        says(json.dumps({**TURN, "reply": "the answer in its place"})),
    )
    slow = under_way(pool, model, lambda: say(tab, session, "hello?", "key"))
    look("update sessions set answering_until = now() - interval '1 second' where id = %s returning 1", session)

    quick = say(tab, session, "hello?", "key")
    model.released.set()

    assert quick.body["message"] == "the answer in its place"
    assert slow.result(30).body == quick.body
    assert [line[2] for line in lines(tab, session)] == ["hello?", "the answer in its place"]


@pytest.mark.parametrize("is_known", [False, True], ids=["the first profile", "a profile that was there"])
def test_what_a_person_writes_into_their_profile_while_a_check_in_ends_survives_with_what_it_taught(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, is_known: bool
) -> None:
    if is_known:
        assert tab.patch("/api/user/profile", {"preferred_name": "Tabby"}).body["version"] == 1
    model.will(says(json.dumps(TURN)), when_released(says(json.dumps(LAST_TURN))))
    assert say(tab, session, "four, thanks to the new van").body["turn"] == 1
    assert model.arrived.acquire(timeout=30)
    last = under_way(pool, model, lambda: say(tab, session, "three, and my limit is far away"))

    written = tab.patch("/api/user/profile", {"role_summary": "I repair heat pumps", "confirm": True})
    model.released.set()

    assert written.status == 200
    assert last.result(30).body["isComplete"] is True
    both = tab.get("/api/user/profile").body
    assert (both["profile"]["role_summary"], both["profile"]["morale_trend"]) == ("I repair heat pumps", "positive")
    assert both["version"] == written.body["version"] + 1
    assert both["confirmed_at"] == written.body["confirmed_at"]
    assert len(tab.get("/api/user/dots").body["items"]) == 1


def test_two_tabs_that_end_a_check_in_at_once_make_one_dot(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor
) -> None:
    model.released.set()
    say(tab, session, "four, thanks to the new van")

    ends = together(pool, [lambda: tab.patch(f"/api/sessions/{session}", {"action": "complete"})] * 8)

    assert [(end.status, end.body["status"]) for end in ends] == [(200, "completed")] * 8
    assert all(end.body == tab.get(f"/api/sessions/{session}").body for end in ends)
    assert tab.get("/api/user/dots").body["stats"]["total"] == 1
    assert tab.get("/api/user/profile").body["version"] == 1


def test_a_check_in_that_is_ended_while_a_message_is_being_answered_keeps_that_message(
    tab: Client, session: str, model: ModelServer, pool: ThreadPoolExecutor, look: Look
) -> None:
    model.will(says(json.dumps(TURN)), when_released(says(json.dumps(TURN))))
    say(tab, session, "four, thanks to the new van")
    assert model.arrived.acquire(timeout=30)
    late = under_way(pool, model, lambda: say(tab, session, "and the weather"))

    ended = tab.patch(f"/api/sessions/{session}", {"action": "complete"})
    model.released.set()

    assert (ended.status, ended.body["status"]) == (200, "completed")
    assert (late.result(30).status, late.result().body["code"]) == (409, "session_completed")
    assert look("select raw_text from answers where session_id = %s", session).endswith("\nand the weather")
    assert tab.get(f"/api/sessions/{session}").body == ended.body


def test_one_change_of_a_profile_sent_eight_times_at_once_is_made_once(tab: Client, pool: ThreadPoolExecutor) -> None:
    key, change = {"idempotency-key": "once"}, {"role_summary": "I repair heat pumps"}

    answers = together(pool, [lambda: tab.patch("/api/user/profile", change, headers=key)] * 8)

    assert [answer.status for answer in answers] == [200] * 8
    assert all(answer.body == answers[0].body for answer in answers)
    assert tab.get("/api/user/profile").body["version"] == 1


def test_two_changes_of_a_profile_at_once_both_stay(tab: Client, pool: ThreadPoolExecutor) -> None:
    changes = [{"role_summary": "I repair heat pumps"}, {"primary_tools": ["Multimeter"]}]

    answers = together(pool, [partial(tab.patch, "/api/user/profile", change) for change in changes])

    assert [answer.status for answer in answers] == [200, 200]
    both = tab.get("/api/user/profile").body
    assert (both["profile"]["role_summary"], both["profile"]["primary_tools"]) == (
        "I repair heat pumps",
        ["Multimeter"],
    )
    assert both["version"] == 2


# ---- two who correct one workflow --------------------------------------------------------------------------------


def test_of_two_corrections_at_once_one_is_laid_one_is_told_and_both_are_on_record(
    cloud: Cloud, look: Look, pool: ThreadPoolExecutor, people: People
) -> None:
    workflow = Tellers(cloud.database.admin_url).workflow(people.ana, "call", "drive")
    both = [Client(cloud.environments.invoke, token_of(it.id, it.email)) for it in (people.owner, people.admin)]
    seen = {"if-match": both[0].get(f"/api/admin/workflows/{workflow}").headers["etag"]}
    sent = {"workflow_id": workflow, "corrections": {"removed_steps": ["drive"]}}
    ask = [partial(it.post, "/api/admin/workflows/overrides", sent, headers=seen) for it in both]
    with psycopg.connect(cloud.database.admin_url) as holding:  # until both stand at the door
        holding.execute("select from workflows where id = %s for update", (workflow,))
        asked = [pool.submit(it) for it in ask]
        waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like %s"
        eventually(lambda: look(waiting, "%correct_workflow%") == 2, "both waited for the workflow")
    answers = [it.result(60) for it in asked]

    assert sorted(it.status for it in answers) == [201, 412]
    late = next(it.body for it in answers if it.status == 412)
    assert late["code"] == "stale"
    kept = look("select jsonb_object_agg(status, id) from workflow_overrides where workflow_id = %s", workflow)
    assert kept.keys() == {"active", "draft"}
    assert kept["draft"] == late["draft_id"]
    entries = look(
        "select jsonb_object_agg(after ->> 'status', actor_id) from audit_log"
        " where entity_type = 'workflow_overrides' and after ->> 'workflow_id' = %s and action = 'created'",
        workflow,
    )
    assert entries.keys() == kept.keys()
    assert {*entries.values()} == {str(people.owner.id), str(people.admin.id)}
    assert look("select app.verify_audit_log(%s)", people.acme) is None
