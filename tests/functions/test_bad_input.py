"""Whatever comes in: the right status, a problem document with a stable code, and not a row lost or changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from local import template
from tests.conftest import Database, Servers
from tests.functions.conftest import ISSUER, ROOT, Answer, Client, functions_use, invoke_here, token_of
from tests.people import People, Person

READS = (
    "GET /api/me",
    "GET /api/sessions",
    "GET /api/sessions/{session_id}",
    "GET /api/user/dots",
    "GET /api/user/profile",
    "GET /api/user/language",
    "GET /api/user/notifications",
    "GET /api/user/workflows",
    "GET /api/admin/audit-log",
    "GET /api/admin/audit-log/verify",
    "GET /api/admin/mails",
    "GET /api/admin/members",
    "GET /api/admin/overview",
    "GET /api/admin/settings",
)
WRITES: Mapping[str, dict[str, Any]] = {
    "POST /api/sessions": {"agent_code": "focus_tracker"},
    "PATCH /api/sessions/{session_id}": {"action": "start"},
    "POST /api/sessions/{session_id}/messages": {"message": "hello"},
    "PATCH /api/user/dots/{dot_id}": {"is_private": True},
    "PATCH /api/user/profile": {"role_summary": "I repair heat pumps"},
    "PUT /api/user/language": {"language_code": "es"},
    "PUT /api/user/notifications": {"reminders_enabled": False},
    "POST /api/user/dots/{dot_id}/review": {"verdict": "confirmed"},
    "POST /api/admin/invite": {"member_id": "00000000-0000-4000-8000-000000000000", "action": "send"},
    "POST /api/admin/mails/retry": {"all": True},
    "POST /api/admin/members": {"display_name": "Nina", "email": "nina@acme.test"},
    "PATCH /api/admin/members": {"id": "00000000-0000-4000-8000-000000000000", "level": "ic"},
    "PATCH /api/admin/settings": {"name": "Acme"},
}
"""Each write with a body that it would take."""

LISTS = ("GET /api/sessions", "GET /api/user/dots")
WITH_AN_ID = [route for route in (*READS, *WRITES) if "_id}" in route]
OTHERS = {
    "GET /api/health",
    "GET /api/openapi.json",
    "POST /api/internal/scheduler",
    "POST /api/auth/link-invite",  # takes no body
    "POST /api/auth/accept-invite",
    "GET /api/admin/members/{member_id}",  # Ana is no admin
    "DELETE /api/admin/members",
    *(f"{method} /api/admin/departments" for method in ("GET", "POST", "PATCH", "DELETE")),  # test_admin_departments
    "GET /api/admin/org-chart",  # test_admin_org_chart
    *(f"{method} /api/admin/setup" for method in ("GET", "POST", "PUT")),  # test_admin_setup
    "POST /api/admin/setup/complete",
    *(f"{method} /api/admin/members/import" for method in ("GET", "POST")),  # test_admin_roster
    *(f"{method} /api/admin/workflows" for method in ("GET", "PATCH")),  # test_admin_workflows
    "GET /api/admin/workflows/{workflow_id}",
    *(f"POST /api/admin/workflows/{it}" for it in ("reset", "feedback", "merge", "apart")),
    *(f"{method} /api/admin/workflows/{it}" for it in ("notes", "overrides") for method in ("POST", "DELETE")),
    *(f"{method} /api/admin/workflows/variants" for method in ("GET", "POST", "PATCH")),
    "GET /api/evidence",  # test_evidence
    "POST /api/internal/reminders",
    "POST /api/email/events",  # test_webhook_ses
    "POST /api/email/unsubscribe",  # test_email_unsubscribe
}
"""What asks for no person, or for one who runs an organisation: tested where it is described."""

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PROFILE = "PATCH /api/user/profile"
START = "POST /api/sessions"
SAY = "POST /api/sessions/{session_id}/messages"
CHANGE = "PATCH /api/sessions/{session_id}"
MARK = "PATCH /api/user/dots/{dot_id}"


@dataclass(frozen=True)
class World:
    """Ana, with an open check-in, a completed one and its dot; and a stranger with the same."""

    database: Database
    ana: Client
    people: People
    ids: Mapping[str, str]
    strangers: Mapping[str, str]
    completed: str

    def ask(
        self,
        route: str,
        body: object = None,
        *,
        client: Client | None = None,
        ids: Mapping[str, str] | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to a route; without a body, the one that the route would take."""
        method, path = route.split(" ")
        for name, value in (ids or self.ids).items():
            path = path.replace("{" + name + "}", value)
        sent = WRITES.get(route) if body is None else body
        return (client or self.ana).send(method, path, query=query, body=sent, headers=headers)


class Rows:
    """All that a database holds, by table: how many rows, and a fingerprint of what is in them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'app')"
        )
        each = "select '{0}', count(*), coalesce(md5(string_agg(it::text, '|' order by it::text)), '') from {0} as it"
        self._question = " union all ".join(each.format(table) for (table,) in tables)

    def now(self) -> dict[str, tuple[int, str]]:
        """As it is now."""
        rows = self._connection.execute(self._question.encode())
        return {table: (count, content) for table, count, content in rows}


def client_of(person: Person) -> Client:
    """Somebody's client."""
    return Client(invoke_here, token_of(person.id, person.email))


def live(client: Client) -> dict[str, str]:
    """Complete a check-in and begin another; the ids of the open one, of the completed one and of its dot."""
    done = client.post("/api/sessions", {"agent_code": "pulse"}).body["id"]
    for said in ("4, a good week", "3, and my limit is far away: low"):
        assert client.post(f"/api/sessions/{done}/messages", {"message": said}).status == 200
    begun = client.post("/api/sessions", {"agent_code": "pulse"}).body["id"]
    client.post(f"/api/sessions/{begun}/messages", {"isOpening": True})
    dot = client.get("/api/user/dots").body["items"][0]["id"]
    return {"session_id": begun, "dot_id": dot, "completed": done}


@pytest.fixture(scope="module")
def world(postgres: Servers, people: People) -> Iterator[World]:
    """Made once: no test here changes it, which is what they prove."""
    made = postgres.populated()
    with functions_use(made):
        ana, stranger = client_of(people.ana), client_of(people.stranger)
        ids, strangers = live(ana), live(stranger)
        yield World(made, ana, people, ids, strangers, ids["completed"])
    postgres.drop(made)


@pytest.fixture(scope="module")
def rows(world: World) -> Iterator[Rows]:
    """What is in the database."""
    with psycopg.connect(world.database.admin_url, autocommit=True) as connection:
        yield Rows(connection)


@pytest.fixture(scope="module")
def at_first(rows: Rows) -> dict[str, tuple[int, str]]:
    """What was in the database before the first test."""
    return rows.now()


@pytest.fixture
def unchanged(rows: Rows, at_first: dict[str, tuple[int, str]]) -> Iterator[None]:
    """Fails the test when a row of any table came, went or changed."""
    yield
    assert rows.now() == at_first


pytestmark = pytest.mark.usefixtures("unchanged")


def assert_refused(answer: Answer, status: int, code: str) -> None:
    """A problem document (RFC 9457) of this status and code, which a browser won't keep or take for something else."""
    assert (answer.status, answer.body.get("code")) == (status, code), answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert answer.body["status"] == status
    assert answer.body["type"] == f"https://vizdots.com/problems/{code}"
    assert answer.body["title"]


def test_every_route_is_held_against_bad_input() -> None:
    stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})

    assert {route.key for route in stack.routes if " /api/" in route.key} - OTHERS == {*READS, *WRITES}


# ---- who asks ----------------------------------------------------------------------------------------------------

ANA = People().ana
NOBODY_S = {
    "no token": ({}, "not_signed_in"),
    "no bearer": ({"authorization": "Basic YW5hOnNlY3JldA=="}, "not_signed_in"),
    "an empty one": ({"authorization": "Bearer "}, "not_signed_in"),
    "garbage": ({"authorization": "Bearer garbage"}, "invalid_token"),
    "expired": ({"authorization": f"Bearer {token_of(ANA.id, ANA.email, iat=1, exp=2)}"}, "token_expired"),
    "another audience": ({"authorization": f"Bearer {token_of(ANA.id, ANA.email, aud='anon')}"}, "invalid_token"),
    "the role of a service": (
        {"authorization": f"Bearer {token_of(ANA.id, ANA.email, role='service_role')}"},
        "invalid_token",
    ),
    "of nobody": ({"authorization": f"Bearer {token_of(ANA.id, ANA.email, sub='ana')}"}, "invalid_token"),
}


@pytest.mark.parametrize("token", NOBODY_S)
@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_without_a_token_that_holds_there_is_nothing(world: World, route: str, token: str) -> None:
    headers, code = NOBODY_S[token]

    answer = world.ask(route, client=Client(invoke_here), headers=headers)

    assert_refused(answer, 401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("route", WRITES)
def test_a_stranger_isnt_told_what_a_body_lacks(world: World, route: str) -> None:
    assert_refused(world.ask(route, b"{", client=Client(invoke_here)), 401, "not_signed_in")


@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_an_organisation_that_is_no_id_is_refused(world: World, route: str) -> None:
    answer = world.ask(route, headers={"x-org-id": "acme'; drop table sessions"})

    assert_refused(answer, 422, "invalid_organisation")


@pytest.mark.parametrize(
    ("route", "status", "code"),
    [
        ("GET /api/sessions/{session_id}", 404, "session_not_found"),
        ("GET /api/user/profile", 403, "no_organisation"),
        (START, 403, "no_organisation"),
        (CHANGE, 404, "session_not_found"),
        (SAY, 404, "session_not_found"),
        (MARK, 404, "dot_not_found"),
        (PROFILE, 403, "no_organisation"),
    ],
)
def test_in_an_organisation_of_others_one_is_nobody(world: World, route: str, status: int, code: str) -> None:
    for org_id in (world.people.globex, uuid4()):
        assert_refused(world.ask(route, headers={"x-org-id": str(org_id)}), status, code)


@pytest.mark.parametrize("route", LISTS)
def test_in_an_organisation_of_others_lists_are_empty(world: World, route: str) -> None:
    assert world.ask(route, headers={"x-org-id": str(world.people.globex)}).body["items"] == []


# ---- which thing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", WITH_AN_ID)
def test_what_doesnt_exist_and_what_is_anothers_read_the_same(world: World, route: str) -> None:
    code = "dot_not_found" if "dot_id" in route else "session_not_found"

    unknown = world.ask(route, ids={"session_id": UNKNOWN, "dot_id": UNKNOWN})
    foreign = world.ask(route, ids=world.strangers)

    assert_refused(unknown, 404, code)
    assert_refused(foreign, 404, code)
    assert unknown.body == foreign.body


@pytest.mark.parametrize("not_an_id", ["1", "me", "%27%20or%201%3D1", UNKNOWN + "0", "a" * 5_000])
@pytest.mark.parametrize("route", WITH_AN_ID)
def test_what_is_no_id_names_nothing(world: World, route: str, not_an_id: str) -> None:
    answer = world.ask(route, ids={"session_id": not_an_id, "dot_id": not_an_id})

    assert_refused(answer, 422, "invalid_fields")
    assert answer.body["errors"][0]["path"] == ("path.dot_id" if "dot_id" in route else "path.session_id")


@pytest.mark.parametrize("route", WITH_AN_ID)
@pytest.mark.parametrize("path", ["%00", "%F0%9F%90%98", "%EF%BF%BF"])
def test_what_no_path_can_hold_finds_no_route(world: World, route: str, path: str) -> None:
    assert_refused(world.ask(route, ids={"session_id": path, "dot_id": path}), 404, "no_such_route")


# ---- what is sent ------------------------------------------------------------------------------------------------

NO_JSON = {
    "a brace": b"{",
    "no JSON": b"message=hello",
    "half a word": b'{"message": "hel',
    "bytes that are no UTF-8": b'{"message": "\xff\xfe"}',
    "Latin-1": '{"message": "señal"}'.encode("latin-1"),
    "half a surrogate pair": b'{"message": "\\ud83d"}',
    "nested without end": b"[" * 100_000,
    "nested without end, in a field": b'{"message": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number of 5,000 digits": b'{"message": ' + b"9" * 5_000 + b"}",
}
NO_OBJECT = {
    "nothing": b"",
    "an array": b"[]",
    "an array of objects": b'[{"message": "hello"}]',
    "a string": b'"hello"',
    "a number": b"1",
    "an overflowing number": b"9223372036854775808",
    "infinity": b"1e400",
    "null": b"null",
    "true": b"true",
}


@pytest.mark.parametrize("body", NO_JSON)
@pytest.mark.parametrize("route", WRITES)
def test_what_is_no_json_is_called_so(world: World, route: str, body: str) -> None:
    assert_refused(world.ask(route, NO_JSON[body]), 422, "malformed_json")


@pytest.mark.parametrize("body", NO_OBJECT)
@pytest.mark.parametrize("route", WRITES)
def test_what_is_no_object_is_refused_with_where_it_fails(world: World, route: str, body: str) -> None:
    answer = world.ask(route, NO_OBJECT[body])

    assert_refused(answer, 422, "invalid_fields")
    assert answer.body["errors"][0]["path"].startswith("body")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
    ],
)
@pytest.mark.parametrize("route", WRITES)
def test_what_says_that_it_is_something_else_than_json_is_not_read(world: World, route: str, kind: str) -> None:
    assert_refused(world.ask(route, headers={"content-type": kind}), 415, "unsupported_media_type")


@pytest.mark.parametrize("route", WRITES)
def test_a_megabyte_is_more_than_we_take(world: World, route: str) -> None:
    body = json.dumps({**WRITES[route], "message": "x" * 1_048_576}).encode()

    assert_refused(world.ask(route, body), 413, "too_large")


@dataclass(frozen=True)
class Refused:
    """A body, and the field that it is refused for (empty: for more than a field)."""

    route: str
    body: dict[str, Any]
    path: str = ""
    code: str = "invalid_fields"
    status: int = 422
    ids: Mapping[str, str] = field(default_factory=dict)


FIELDS = {
    # one turn of the talk
    "an empty message": Refused(SAY, {"message": ""}, "body.message"),
    "a message of blanks": Refused(SAY, {"message": " \n\t  "}, "body.message"),
    "a message of 4,001 characters": Refused(SAY, {"message": "x" * 4_001}, "body.message"),
    "a message with a NUL": Refused(SAY, {"message": "a\x00b"}, "body.message"),
    "a message that is a number": Refused(SAY, {"message": 5}, "body.message"),
    "a message that is an object": Refused(SAY, {"message": {"text": "hello"}}, "body.message"),
    "a message that is a list": Refused(SAY, {"message": ["hello"]}, "body.message"),
    "no message at all": Refused(SAY, {}, "body"),
    "a message that is null": Refused(SAY, {"message": None}, "body"),
    "an opening that isn't": Refused(SAY, {"isOpening": False}, "body"),
    "an opening that is a word": Refused(SAY, {"isOpening": "perhaps"}, "body.isOpening"),
    "an opening with a message": Refused(SAY, {"isOpening": True, "message": "hello"}, "body"),
    "an opening by another name": Refused(SAY, {"is_opening": True}, "body.is_opening"),
    # a check-in by hand
    "no agent": Refused(START, {}, "body.agent_code"),
    "an unknown agent": Refused(START, {"agent_code": "spy"}, "body.agent_code"),
    "an agent that is a list": Refused(START, {"agent_code": ["pulse"]}, "body.agent_code"),
    "an agent that is null": Refused(START, {"agent_code": None}, "body.agent_code"),
    "no topic": Refused(START, {"agent_code": "pulse", "topic_codes": []}, "body.topic_codes"),
    "an unknown topic": Refused(START, {"agent_code": "pulse", "topic_codes": ["gossip"]}, "body.topic_codes.0"),
    "a topic that is no list": Refused(START, {"agent_code": "pulse", "topic_codes": "x"}, "body.topic_codes"),
    "four topics": Refused(START, {"agent_code": "pulse", "topic_codes": ["pulse_weekly"] * 4}, "body.topic_codes"),
    "one topic twice": Refused(
        START, {"agent_code": "focus_tracker", "topic_codes": ["focus_current"] * 2}, code="repeated_topic"
    ),
    "a topic of another agent": Refused(
        START, {"agent_code": "focus_tracker", "topic_codes": ["pain_general"]}, code="unknown_topic"
    ),
    "team goals of somebody without a team": Refused(
        START, {"agent_code": "focus_tracker", "topic_codes": ["focus_goals"]}, code="unknown_topic"
    ),
    "a second one of that kind today": Refused(START, {"agent_code": "pulse"}, code="already_open", status=409),
    # what becomes of a check-in
    "no action": Refused(CHANGE, {}, "body.action"),
    "an unknown action": Refused(CHANGE, {"action": "delete"}, "body.action"),
    "an action that is a number": Refused(CHANGE, {"action": 1}, "body.action"),
    "completing before anything was said": Refused(CHANGE, {"action": "complete"}, code="nothing_said", status=409),
    # a dot
    "nothing to do with a dot": Refused(MARK, {}, "body.is_private"),
    "neither private nor open": Refused(MARK, {"is_private": None}, "body.is_private"),
    "private by a word": Refused(MARK, {"is_private": "perhaps"}, "body.is_private"),
    "private by a number too large": Refused(MARK, {"is_private": 2**70}, "body.is_private"),
    # a profile
    "a summary that is a list": Refused(PROFILE, {"role_summary": ["x"]}, "body.role_summary"),
    "a message that can't be seen": Refused(SAY, {"message": "\u200b \u2060\ufeff"}, "body.message"),
    "an empty summary": Refused(PROFILE, {"role_summary": "  "}, "body.role_summary"),
    "a summary too long": Refused(PROFILE, {"role_summary": "x" * 1_001}, "body.role_summary"),
    "a summary with a NUL": Refused(PROFILE, {"role_summary": "a\x00"}, "body.role_summary"),
    "a name too long": Refused(PROFILE, {"preferred_name": "x" * 81}, "body.preferred_name"),
    "a name with a NUL": Refused(PROFILE, {"preferred_name": "\x00"}, "body.preferred_name"),
    "duties that are a word": Refused(PROFILE, {"primary_duties": "all"}, "body.primary_duties"),
    "a duty that is a number": Refused(PROFILE, {"primary_duties": ["a", 1]}, "body.primary_duties.1"),
    "a duty with a NUL": Refused(PROFILE, {"primary_duties": ["a\x00"]}, "body.primary_duties.0"),
    "21 duties": Refused(PROFILE, {"primary_duties": ["x"] * 21}, "body.primary_duties"),
    "11 workflows": Refused(PROFILE, {"main_workflows": ["x"] * 11}, "body.main_workflows"),
    "a tool too long": Refused(PROFILE, {"primary_tools": ["x" * 201]}, "body.primary_tools.0"),
    "a confirmation by a word": Refused(PROFILE, {"confirm": "perhaps"}, "body.confirm"),
    "a field by a wrong name": Refused(PROFILE, {"role_sumary": "x"}, "body.role_sumary"),
    "a trend that only check-ins know": Refused(PROFILE, {"morale_trend": "positive"}, "body.morale_trend"),
}


@pytest.mark.parametrize("case", FIELDS)
def test_a_field_of_another_shape_is_refused_by_its_path_and_without_its_value(world: World, case: str) -> None:
    refused = FIELDS[case]

    answer = world.ask(refused.route, refused.body)

    assert_refused(answer, refused.status, refused.code)
    if refused.path:
        assert refused.path in {each["path"] for each in answer.body["errors"]}
    for value in refused.body.values():
        if isinstance(value, str) and len(value) > 100:
            assert value not in json.dumps(answer.body)


@pytest.mark.parametrize("route", WRITES)
def test_a_field_that_nobody_knows_is_refused_by_its_name(world: World, route: str) -> None:
    answer = world.ask(route, {**WRITES[route], "org_id": str(world.people.globex)})

    assert_refused(answer, 422, "invalid_fields")
    assert [each["path"] for each in answer.body["errors"]] == ["body.org_id"]


def test_a_completed_check_in_takes_no_more_messages(world: World) -> None:
    ids = {"session_id": world.completed}

    assert_refused(world.ask(SAY, ids=ids), 409, "session_completed")
    assert_refused(world.ask(SAY, {"isOpening": True}, ids=ids), 409, "session_completed")


def test_a_completed_check_in_can_be_started_and_completed_again_without_any_effect(world: World) -> None:
    for action in ("start", "complete"):
        again = world.ask(CHANGE, {"action": action}, ids={"session_id": world.completed})
        assert (again.status, again.body["status"]) == (200, "completed")


# ---- lists -------------------------------------------------------------------------------------------------------

QUERIES = {
    "limit=0": "query.limit",
    "limit=-1": "query.limit",
    "limit=201": "query.limit",
    "limit=99999999999999999999": "query.limit",
    "limit=1e3": "query.limit",
    "limit=ten": "query.limit",
    "limit=": "query.limit",
    "limit=1&limit=2": "query.limit",
    "cursor=" + "9" * 301: "query.cursor",
}
CURSORS = [
    "cursor=garbage",
    "cursor=",
    "cursor=%00",
    "cursor=%27%20or%201%3D1",
    f"cursor=99999999999999999999-{UNKNOWN}",
    f"cursor=20260101120000000000-{'-' * 36}",
    f"cursor=20260231120000000000-{UNKNOWN}",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("route", LISTS)
def test_a_limit_that_is_none_is_refused(world: World, route: str, query: str) -> None:
    answer = world.ask(route, query=query)

    assert_refused(answer, 422, "invalid_fields")
    assert answer.body["errors"][0]["path"] == QUERIES[query]


@pytest.mark.parametrize("query", CURSORS)
@pytest.mark.parametrize("route", LISTS)
def test_a_cursor_that_we_didnt_give_out_is_refused(world: World, route: str, query: str) -> None:
    assert_refused(world.ask(route, query=query), 422, "invalid_cursor")


def test_a_cursor_of_another_list_shows_nothing_that_isnt_ones_own(world: World) -> None:
    cursor = world.ask("GET /api/sessions", query="limit=1").body["next_cursor"]

    answer = world.ask("GET /api/user/dots", query=f"cursor={cursor}")

    assert answer.status == 200
    assert {dot["id"] for dot in answer.body["items"]} <= {world.ids["dot_id"]}


def test_a_filter_that_is_none_is_refused(world: World) -> None:
    assert_refused(world.ask("GET /api/sessions", query="status=lost"), 422, "invalid_fields")
    assert_refused(world.ask("GET /api/user/dots", query="agent_code=spy"), 422, "invalid_fields")
    assert_refused(world.ask("GET /api/user/dots", query="agent_code=%00"), 422, "invalid_fields")


# ---- the key of a write ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel", "a\x00b", "a\nb", "🐘"])
@pytest.mark.parametrize("route", WRITES)
def test_a_key_that_is_none_is_refused(world: World, route: str, key: str) -> None:
    assert_refused(world.ask(route, headers={"idempotency-key": key}), 422, "invalid_idempotency_key")
