"""A second opinion on the protocol: the chat against aimock, a stand-in for OpenAI that others wrote.

Where there is no Node.js, these tests are skipped and say so.
"""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from common import ai
from tests.functions.conftest import ROOT, Client, Look, eventually
from tests.functions.model_server import ALL_SAID, PULSE

INSTALLED = ROOT / "node_modules" / "@copilotkit" / "aimock"
API_KEY = "sk-of-the-tests"
FIRST, SECOND = "four, thanks to the new van", "three, and my limit is far away"


@dataclass(frozen=True)
class AiMock:
    """The running server."""

    url: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Its own API, by which tests steer it."""
        headers = {"authorization": f"Bearer {API_KEY}", "content-type": "application/json"}
        raw = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}{path}", raw, headers, method=method), timeout=10) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"{self.url}/health", timeout=1):
                return True
        except (URLError, ConnectionError):
            return False


def turn(reply: str, extracted: dict[str, Any]) -> str:
    """A turn as the model writes it."""
    return json.dumps(
        {"reply": reply, "is_complete": False, "extracted": extracted, "language_code": "en", "concern": "none"}
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AiMock]:
    """aimock with two answers: one to the first message, one to the second."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("LOUD: no Node.js here, so aimock has NOT judged how we speak with a model")
    if not INSTALLED.exists():
        pytest.fail("Node.js is here, but its packages are missing: run `make node_modules/.installed`")
    folder = tmp_path_factory.mktemp("aimock")
    asks_for_json = {"responseFormat": "json_schema"}
    fixtures = [
        {"match": {**asks_for_json, "userMessage": SECOND}, "response": {"content": turn("Thank you.", ALL_SAID)}},
        {"match": {**asks_for_json, "userMessage": FIRST}, "response": {"content": turn("And how heavy?", PULSE)}},
    ]
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": fixtures}))
    with running(node, folder / "fixtures.json") as started:
        yield started


@contextmanager
def running(node: str, fixtures: Path) -> Iterator[AiMock]:
    """aimock as a process of its own, until the end of the `with` block."""
    port = a_free_port()
    program = str(INSTALLED / "dist" / "cli.js")
    process = subprocess.Popen(
        [node, program, "--port", str(port), "--fixtures", str(fixtures), "--log-level", "silent"],
        env={**os.environ, "AIMOCK_API_KEYS": API_KEY},
    )
    try:
        mock = AiMock(f"http://127.0.0.1:{port}")
        eventually(lambda: mock.is_ready() or process.poll() is not None, "aimock answers")
        assert process.poll() is None, "aimock has ended"
        yield mock
    finally:
        process.terminate()
        process.wait(10)


def a_free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def mock(server: AiMock, monkeypatch: pytest.MonkeyPatch) -> Iterator[AiMock]:
    """The model that the functions ask; retries don't pause."""
    monkeypatch.setenv("OPENAI_API_KEY", API_KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setattr(ai, "PAUSES", (0, 0))
    server.ask("POST", "/__aimock/reset/journal")
    yield server
    server.ask("DELETE", "/__aimock/chaos")


def test_a_check_in_is_talked_through(ana: Client, check_in: str, mock: AiMock, look: Look) -> None:
    first, second = (ana.post(f"{check_in}/messages", {"message": said}).body for said in (FIRST, SECOND))

    assert (first["message"], first["isComplete"], first["extractedData"]) == ("And how heavy?", False, PULSE)
    assert (second["message"], second["isComplete"], second["extractedData"]) == ("Thank you.", True, ALL_SAID)
    assert look("select array_agg(outcome) from ai_logs") == ["ok", "ok"]
    assert look("select bool_and(tokens_in > 0 and tokens_out > 0) from ai_logs") is True
    assert ana.get("/api/user/dots").body["items"][0]["answer_number"] == 4


@pytest.mark.parametrize(
    ("chaos", "outcome"),
    [
        ({"rateLimitRate": 1}, "rate_limited"),
        ({"dropRate": 1}, "server_error"),
        ({"malformedRate": 1}, "malformed"),
        ({"disconnectRate": 1}, "connection"),
    ],
    ids=["429", "500", "malformed", "disconnect"],
)
def test_its_chaos_loses_nothing_and_the_talk_goes_on(
    ana: Client, check_in: str, mock: AiMock, look: Look, chaos: dict[str, float], outcome: str
) -> None:
    mock.ask("POST", "/__aimock/chaos", chaos)

    reply = ana.post(f"{check_in}/messages", {"message": FIRST})

    assert (reply.status, reply.body["extractedData"]["rating"]) == (200, 4)
    assert look("select content from session_messages where turn = 1 and role = 'person'") == FIRST
    assert look("select array[outcome, error_type] from ai_logs") == ["failed", outcome]
    mock.ask("DELETE", "/__aimock/chaos")
    assert ana.post(f"{check_in}/messages", {"message": SECOND}).body["message"] == "Thank you."


def test_a_key_that_the_server_doesnt_know_is_an_outcome_like_others(
    ana: Client, check_in: str, mock: AiMock, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")

    reply = ana.post(f"{check_in}/messages", {"message": FIRST})

    assert (reply.status, reply.body["extractedData"]["rating"]) == (200, 4)
    assert look("select array[outcome, error_type] from ai_logs") == ["failed", "rejected"]


def test_a_question_that_the_server_has_no_answer_to_is_the_scripts_to_answer(
    ana: Client, check_in: str, mock: AiMock, look: Look
) -> None:
    reply = ana.post(f"{check_in}/messages", {"message": "5 and nothing that anybody has foreseen"})

    assert (reply.status, reply.body["extractedData"]["rating"]) == (200, 5)
    assert look("select error_type from ai_logs") == "rejected"
