"""Whatever bytes come to a write: an answer or a problem document, never an error of ours (found by hypothesis)."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Servers
from tests.functions.conftest import Answer, Client, functions_use, invoke_here, looking_at, token_of
from tests.people import People
from vizdots import setup_steps
from vizdots.agents import AGENTS, TOPICS

# The same examples in every run, so that a red build is red again on a developer's machine.
bounded = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)

TEXTS = st.text(st.characters(), max_size=50) | st.sampled_from(
    [*AGENTS, *itertools.chain.from_iterable(TOPICS.values()), "start", "complete", "", "\x00", "\ud800", "🐘" * 2_001]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
FIELDS = st.sampled_from(
    [
        "message",
        "isOpening",
        "agent_code",
        "topic_codes",
        "action",
        "is_private",
        "preferred_name",
        "role_summary",
        "primary_duties",
        "main_workflows",
        "primary_tools",
        "confirm",
    ]
)
ALMOST = st.dictionaries(FIELDS, VALUES, max_size=3)
BODIES = st.binary(max_size=200) | st.builds(json.dumps, VALUES | ALMOST).map(str.encode)
LIKELY = {
    "message": st.fixed_dictionaries({"message": TEXTS}),
    "opening": st.fixed_dictionaries({"isOpening": SCALARS}),
    "start": st.fixed_dictionaries({"agent_code": TEXTS}, optional={"topic_codes": st.lists(TEXTS, max_size=4)}),
    "action": st.fixed_dictionaries({"action": TEXTS}),
    "mark": st.fixed_dictionaries({"is_private": SCALARS}),
    "profile": st.fixed_dictionaries(
        {},
        optional={
            "preferred_name": TEXTS,
            "role_summary": TEXTS,
            "primary_duties": st.lists(TEXTS, max_size=25),
            "primary_tools": st.lists(TEXTS, max_size=25),
            "confirm": SCALARS,
        },
    ),
}
LIKELY["setup"] = st.fixed_dictionaries(
    {
        "step": st.sampled_from(setup_steps.STEPS) | TEXTS,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "name": TEXTS,
                "timezone": st.sampled_from(["UTC", "Europe/Berlin"]) | TEXTS,
                "names": st.lists(TEXTS, max_size=3),
                "people": st.lists(
                    st.fixed_dictionaries(
                        {"name": TEXTS, "email": st.sampled_from(["a@b.test", "c@d.test"]) | TEXTS},
                        optional={"department": TEXTS, "supervisor_email": TEXTS, "role": TEXTS},
                    ),
                    max_size=3,
                ),
                "schedule": VALUES,
                "display_name": TEXTS,
            },
        ),
    }
)
KEYS = st.none() | st.text(st.characters(codec="latin-1"), max_size=210)

Write = Callable[[bytes, str | None], Answer]
Writes = dict[str, Write]


@pytest.fixture(scope="module")
def writes(postgres: Servers, people: People) -> Iterator[Writes]:
    """Every route that writes, in a world of its own: an example may well succeed."""
    made = postgres.populated()
    look = looking_at(made)
    minutes = itertools.count()
    now = datetime.now(UTC)

    def session(status: str = "open") -> str:
        agent = look(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
            " values (%s, %s, 'pulse', '{pulse_weekly}', now(), current_date - %s::int, 'manual') returning id::text",
            people.acme,
            people.ana.id,
            next(minutes) + 1,
        )
        return f"/api/sessions/{agent}"

    def send(method: str, path: Callable[[], str], body: bytes, key: str | None) -> Answer:
        # Every example in a minute of its own, so that the chat's allowance isn't what is tried.
        at = now + timedelta(minutes=next(minutes))
        headers = {} if key is None else {"idempotency-key": key}
        client = Client(invoke_here, token_of(people.ana.id, people.ana.email), at)
        return client.send(method, path(), body=body, headers=headers)

    with functions_use(made):
        look("insert into setup_drafts (user_id) values (%s) returning 1", people.ana.id)
        yield {
            "say": lambda body, key: send("POST", lambda: f"{session()}/messages", body, key),
            "start": lambda body, key: send("POST", lambda: "/api/sessions", body, key),
            "change": lambda body, key: send("PATCH", session, body, key),
            "mark": lambda body, key: send("PATCH", lambda: f"/api/user/dots/{uuid4()}", body, key),
            "profile": lambda body, key: send("PATCH", lambda: "/api/user/profile", body, key),
            "setup": lambda body, key: send("PUT", lambda: "/api/admin/setup", body, key),
        }
    postgres.drop(made)


def assert_sound(answer: Answer) -> None:
    """A success, or a problem document that names its code."""
    if answer.status < 300:
        assert answer.headers["content-type"] == "application/json"
        return
    assert 400 <= answer.status < 500, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["status"] == answer.status
    assert answer.body["code"].replace("_", "").isalpha()
    assert answer.body["title"]


@pytest.mark.parametrize("name", ["say", "start", "change", "mark", "profile", "setup"])
def test_any_body_is_taken_or_refused_in_words(writes: Writes, name: str) -> None:
    @bounded
    @given(BODIES)
    def holds(body: bytes) -> None:
        assert_sound(writes[name](body, None))

    holds()


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("say", "message"),
        ("say", "opening"),
        ("start", "start"),
        ("change", "action"),
        ("mark", "mark"),
        ("profile", "profile"),
        ("setup", "setup"),
    ],
)
def test_a_body_of_nearly_the_right_shape_is_taken_or_refused_in_words(writes: Writes, name: str, likely: str) -> None:
    @bounded
    @given(LIKELY[likely], KEYS)
    def holds(body: Any, key: str | None) -> None:
        assert_sound(writes[name](json.dumps(body).encode(), key))

    holds()
