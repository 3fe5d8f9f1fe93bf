"""`make up` and the commands beside it, as a developer gives them: started, used, stopped, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import psycopg
import pytest

from local.environments import ROOT, Environments
from local.folder import Folder, Running
from local.product import TEMPLATE, functions
from tests.local.conftest import HEAD
from tests.local.processes import is_gone

TEMPLATE_OF_TESTS = (
    HEAD
    + """
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/api/echo/
      Environment:
        Variables:
          DATABASE_URL_SECRET: vizdots/dev/database-url
          SCHEDULER_SECRET_SECRET: vizdots/dev/scheduler-secret
          OPENAI_API_KEY_SECRET: vizdots/dev/openai-api-key
          QUEUE: !Ref Work
      Events:
        Any: {Type: HttpApi, Properties: {Path: "/api/{proxy+}", Method: ANY}}
        Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}
  Work: {Type: AWS::SQS::Queue}
"""
)

ECHO = """
import os
import psycopg

def handler(event, context):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        who, = connection.execute("select current_user").fetchone()
    print("echo was called")
    return {"event": event, "who": who, "pids": [os.getpid(), os.getppid()], "variables": dict(os.environ)}
"""


class Here:
    """A place of its own: data, a small template, and the commands of `python -m local` in it."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path / ".local")
        self.template = path / "template.yaml"
        (path / "functions/api/echo").mkdir(parents=True)
        (path / "functions/api/echo/app.py").write_text(ECHO)
        self.template.write_text(TEMPLATE_OF_TESTS)

    def command(self, *words: str) -> list[str]:
        options = ["--folder", str(self.folder.path), "--template", str(self.template)]
        return [sys.executable, "-m", "local", *options, *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )

    def up(self, port: int = 0) -> "Up":
        return Up(self.command("up", "--empty", "--port", str(port)))


class Up:
    """One running `make up`."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []

    def read_until(self, words: str) -> str:
        """What follows these words in the first line that has them; fails when the output ends without."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if words in line:
                return line.partition(words)[2].strip()
        raise AssertionError("\n".join(self.lines))

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        rest, _ = self.process.communicate(timeout=30)
        self.lines += rest.splitlines()
        return self.process.returncode


ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(str(ROOT / each) for each in ("layers/common", "shared", ".")),
    "OPENAI_API_KEY": "sk-of-the-developer",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """The place where one product runs for most tests of this module."""
    made = Here(tmp_path_factory.mktemp("here"))
    yield made
    made.folder.forget()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Here]:
    """Another place, where nothing was ever started."""
    made = Here(tmp_path)
    yield made
    made.folder.forget()


@pytest.fixture(scope="module")
def up(here: Here) -> Iterator[Up]:
    started = here.up()
    started.read_until("Ready:")
    yield started
    if started.process.poll() is None:
        started.stop()


@pytest.fixture(scope="module")
def url(here: Here, up: Up) -> str:
    return here.folder.require_running().url


def test_it_says_step_by_step_what_it_does_and_last_that_it_is_ready(up: Up, url: str) -> None:
    told = "\n".join(up.lines)
    for part in ("PostgreSQL", "Migrations", "Identity", "AWS", "Functions, 1 loaded", "HTTP", f"{url}/mailbox"):
        assert part in told
    assert up.lines[-1] == f"Ready: {url}"


def test_a_function_answers_with_the_database_and_the_settings_of_this_machine(url: str) -> None:
    told = httpx.get(f"{url}/api/some/thing?a=1").json()
    assert (told["event"]["rawPath"], told["event"]["pathParameters"]) == ("/api/some/thing", {"proxy": "some/thing"})
    assert told["who"] == "vizdots_functions"
    variables = told["variables"]
    assert variables["OPENAI_API_KEY"] == "sk-of-the-developer"
    assert len(variables["SCHEDULER_SECRET"]) >= 32
    assert variables["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert variables["QUEUE"].startswith(variables["AWS_ENDPOINT_URL"])
    assert not [name for name in variables if name.endswith("_SECRET") and name != "SCHEDULER_SECRET"]
    assert not {"SUPABASE_SERVICE_ROLE_KEY", "DATABASE_ADMIN_URL"} & variables.keys()


def test_a_message_in_a_queue_wakes_its_function(up: Up, url: str) -> None:
    import boto3  # noqa: PLC0415

    variables = httpx.get(f"{url}/api/x").json()["variables"]
    up.read_until("GET /api/x")
    sqs = boto3.client(
        "sqs",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    sqs.send_message(QueueUrl=variables["QUEUE"], MessageBody="hello")
    assert up.read_until("echo was called") == ""


def test_identity_answers_on_the_same_port(url: str) -> None:
    issuer = httpx.get(f"{url}/auth/v1/.well-known/jwks.json").json()
    assert [key["alg"] for key in issuer["keys"]] == ["ES256"]
    assert httpx.get(f"{url}/mailbox").status_code == 200


def test_it_listens_on_the_loopback_only(url: str) -> None:
    outside = _address_of_this_machine()
    if outside is None:
        pytest.skip("this machine has no address but the loopback's")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((outside, httpx.URL(url).port or 80), timeout=5)


def test_db_url_leads_to_the_database(here: Here, up: Up) -> None:
    told = here.run("db-url")
    assert told.returncode == 0
    with psycopg.connect(told.stdout.strip()) as connection:
        owner = connection.execute("select rolsuper, rolbypassrls from pg_roles where rolname = 'vizdots_owner'")
        assert owner.fetchone() == (False, False)


def test_a_token_is_one_that_the_issuer_believes(here: Here, url: str) -> None:
    assert here.run("token", "nobody@acme.test").stderr == "There is no account nobody@acme.test.\n"
    _sign_up(url, "ana@acme.test")
    told = here.run("token", "ana@acme.test")
    headers = {"Authorization": f"Bearer {told.stdout.strip()}"}
    assert httpx.get(f"{url}/auth/v1/user", headers=headers).json()["email"] == "ana@acme.test"


def test_invoke_prints_the_answer_of_one_function_and_nothing_else(here: Here, up: Up, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"a": 1}')
    told = here.run("invoke", "api/echo", "--event", str(event))
    assert (told.returncode, json.loads(told.stdout)["event"]) == (0, {"a": 1})
    assert "echo was called" in told.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("up",), "VizDots is running here already on http://localhost:"),
        (("reset",), "VizDots is running here already on http://localhost:"),
        (("invoke", "cron/none"), "There is no function 'cron/none' in template.yaml. There are: api/echo."),
        (("invoke", "api/echo", "--event", "/nowhere.json"), "There is no event /nowhere.json."),
        (("invoke", ""), "Which function?"),
        (("token", ""), "Whose token?"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_sentence(
    here: Here, up: Up, words: tuple[str, ...], sentence: str
) -> None:
    told = here.run(*words)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(sentence)
    assert told.stderr.count("\n") == 1


def test_a_busy_port_starts_nothing(other: Here, url: str) -> None:
    port = httpx.URL(url).port
    told = other.run("up", "--port", str(port))
    assert (told.returncode, told.stderr) == (
        1,
        f"Port {port} is taken by another program. Choose one with: make up PORT={(port or 0) + 1}\n",
    )
    assert not (other.folder.database / "data").exists()


def test_ctrl_c_stops_everything_and_the_next_start_has_the_data(here: Here, up: Up, url: str) -> None:
    _sign_up(url, "kept@acme.test")
    pids = httpx.get(f"{url}/api/x").json()["pids"]
    assert up.stop(signal.SIGINT) == 0
    assert up.lines[-1] == "Stopped."
    assert "Traceback" not in "\n".join(up.lines)
    assert all(is_gone(pid) for pid in pids)
    assert not (here.folder.database / "data/postmaster.pid").exists()
    assert here.run("db-url").stderr == "VizDots isn't running. Start it with: make up\n"

    again = here.up()
    second = again.read_until("Ready:")
    assert any("Migrations, nothing new" in line for line in again.lines)
    assert _sign_in(second, "kept@acme.test").status_code == 200
    assert again.stop(signal.SIGTERM) == 0


def test_ctrl_c_while_it_starts_leaves_nothing_running(other: Here) -> None:
    starting = other.up()
    starting.read_until("PostgreSQL")
    assert starting.stop() == 0
    assert "Traceback" not in "\n".join(starting.lines)
    assert not (other.folder.database / "data/postmaster.pid").exists()

    again = other.up()
    again.read_until("Ready:")
    assert "The first start was cut short: starting afresh." in again.lines
    pids = httpx.get(f"{other.folder.require_running().url}/api/x").json()["pids"]
    again.process.kill()
    again.wait()
    assert all(is_gone(pid) for pid in pids)


def test_commands_that_need_a_running_product_say_so(other: Here) -> None:
    for words in (("db-url",), ("token", "owner@acme.test")):
        told = other.run(*words)
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr == "VizDots was never started here. Start it with: make up\n"


def test_invoke_starts_what_a_function_needs_when_nothing_runs(other: Here, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text("{}")
    told = other.run("invoke", "api/echo", "--event", str(event))
    assert (told.returncode, json.loads(told.stdout)["who"]) == (0, "vizdots_functions")
    assert not (other.folder.database / "data/postmaster.pid").exists()
    assert other.run("reset").stdout == "Forgotten.\n"
    assert not other.folder.path.exists()


def test_every_function_of_the_house_can_be_loaded() -> None:
    running = Running(0, "http://localhost:8000", "", "", {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"})
    with functions(running, TEMPLATE) as loaded:
        assert isinstance(loaded, Environments)
        assert loaded.failed == {}


def _sign_up(url: str, email: str) -> None:
    told = httpx.post(f"{url}/auth/v1/signup", json={"email": email, "password": "demo-demo-demo"})
    assert told.status_code == 200
    (mail,) = httpx.get(f"{url}/mailbox.json", params={"to": email}).json()
    query = dict(parse_qsl(urlsplit(mail["link"]).query))
    proof = {"token_hash": query["token_hash"], "type": query["type"]}
    assert httpx.post(f"{url}/auth/v1/verify", json=proof).status_code == 200


def _sign_in(url: str, email: str) -> httpx.Response:
    body: dict[str, Any] = {"email": email, "password": "demo-demo-demo"}
    return httpx.post(f"{url}/auth/v1/token", params={"grant_type": "password"}, json=body)


def _address_of_this_machine() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it only asks which address would be used
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address
