"""Real clients over real HTTP: curl and httpx do a whole check-in at the local gateway, as a browser's page would."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from local import template
from local.environments import Environments
from local.gateway import Gateway
from local.server import Listening, Serving
from tests.conftest import Servers
from tests.functions.conftest import ISSUER, ROOT, token_of, variables
from tests.people import People, Person

ANSWERS = ("4, a good week with the new van", "3, and my limit is far away: low")
PAGE = "https://app.vizdots.test"

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def url(postgres: Servers) -> Iterator[str]:
    """The whole API on a port of the loopback."""
    made = postgres.populated()
    stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER, "AppUrl": PAGE})
    told = variables(made.functions_url)
    with (
        Environments(stack, lambda function: {**function.environment, **told}) as environments,
        closing(Gateway(stack.routes, stack.cors, environments.invoke)) as gateway,
        closing(Listening(0)) as listening,
        Serving(gateway, listening),
    ):
        yield f"http://127.0.0.1:{listening.port}"
    postgres.drop(made)


def curl(url: str, person: Person) -> Ask:
    """Asks as a script does."""

    def ask(method: str, path: str, body: object = None) -> tuple[int, Any]:
        command = ["curl", "--silent", "--show-error", "--max-time", "30", "--request", method, f"{url}{path}"]
        command += ["--header", f"Authorization: Bearer {token_of(person.id, person.email)}"]
        command += ["--write-out", "\n%{http_code}"]
        if body is not None:
            command += ["--header", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        text, _, status = told.rpartition("\n")
        return int(status), json.loads(text)

    return ask


def over_httpx(client: httpx.Client, person: Person) -> Ask:
    """Asks as a Python client does, on one kept connection."""

    def ask(method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {token_of(person.id, person.email)}"}
        answer = client.request(method, path, json=body, headers=headers)
        return answer.status_code, answer.json()

    return ask


def check_in(ask: Ask) -> None:
    """From "who am I" to the dot, the profile, and two requests that are refused."""
    status, me = ask("GET", "/api/me")
    assert (status, me["next"]) == (200, "onboarding")
    status, session = ask("POST", "/api/sessions", {"agent_code": "pulse"})
    assert (status, session["status"]) == (201, "scheduled")
    path = f"/api/sessions/{session['id']}"
    status, opening = ask("POST", f"{path}/messages", {"isOpening": True})
    assert (status, opening["turn"]) == (200, 0)
    replies = [ask("POST", f"{path}/messages", {"message": said}) for said in ANSWERS]
    assert [(status, reply["isComplete"]) for status, reply in replies] == [(200, False), (200, True)]
    status, told = ask("GET", path)
    assert (status, told["status"], len(told["messages"])) == (200, "completed", 5)
    status, dots = ask("GET", "/api/user/dots?limit=1")
    assert (status, dots["items"][0]["answer_number"]) == (200, 4)
    status, profile = ask(
        "PATCH", "/api/user/profile", {"role_summary": "Wärmepumpen – ヒートポンプ 🛠", "confirm": True}
    )
    assert (status, profile["profile"]["role_summary"]) == (200, "Wärmepumpen – ヒートポンプ 🛠")
    assert profile["profile"]["morale_trend"] == "positive"
    status, refused = ask("POST", f"{path}/messages", {"message": "one more"})
    assert (status, refused["code"]) == (409, "session_completed")
    status, refused = ask("POST", "/api/sessions", {"agent_code": "spy"})
    assert (status, refused["errors"][0]["path"]) == (422, "body.agent_code")


@pytest.mark.skipif(shutil.which("curl") is None, reason="THERE IS NO CURL HERE: a real client less")
def test_curl_does_a_whole_check_in(url: str, people: People) -> None:
    check_in(curl(url, people.ana))


def test_httpx_does_a_whole_check_in(url: str, people: People) -> None:
    with httpx.Client(base_url=url, timeout=30) as client:
        check_in(over_httpx(client, people.colleague))


def test_a_page_of_the_app_may_ask_and_another_page_may_not(url: str) -> None:
    def preflight(origin: str) -> httpx.Response:
        return httpx.options(
            f"{url}/api/sessions",
            headers={
                "origin": origin,
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,content-type,idempotency-key,x-org-id",
            },
        )

    ours, others = preflight(PAGE), preflight("https://evil.test")

    assert (ours.status_code, ours.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "POST" in ours.headers["access-control-allow-methods"]
    allowed = {each.strip().lower() for each in ours.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "idempotency-key", "x-org-id"} <= allowed
    assert "access-control-allow-origin" not in others.headers


def test_a_refusal_reaches_a_page_of_the_app_with_all_that_it_says(url: str) -> None:
    refused = httpx.get(f"{url}/api/me", headers={"origin": PAGE, "x-correlation-id": "from-the-browser"})

    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["x-request-id"] == "from-the-browser"
    assert refused.headers["access-control-allow-origin"] == PAGE
    exposed = {each.strip().lower() for each in refused.headers["access-control-expose-headers"].split(",")}
    assert {"retry-after", "x-request-id"} <= exposed


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-encoding": "gzip", "content-type": "application/json"}, b"\x1f\x8b\x08not really"),
        ({"content-type": "application/json; charset=utf-16"}, '{"agent_code": "pulse"}'.encode("utf-16")),
        ({"content-type": "application/octet-stream"}, bytes(range(256))),
    ],
    ids=["compressed", "UTF-16", "binary"],
)
def test_bytes_that_are_no_json_are_refused_in_words(
    url: str, people: People, headers: dict[str, str], body: bytes
) -> None:
    token = token_of(people.admin.id, people.admin.email)

    refused = httpx.post(
        f"{url}/api/sessions", content=body, headers={"authorization": f"Bearer {token}", **headers}, timeout=30
    )

    assert refused.status_code in (415, 422)
    assert refused.headers["content-type"] == "application/problem+json"
