"""Settings and secrets: read at first use, from where they are, and never told to anybody."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from common import config


@dataclass
class SecretsManager:
    """Answers GetSecretValue over HTTP, as AWS does; `asked` keeps what came in."""

    url: str = ""
    values: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManager]:
    made = SecretsManager(values={"vizdots/test/database-url": "postgresql://…/first"})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append({**sent, "target": self.headers["X-Amz-Target"], "signed": self.headers["Authorization"]})
            value = made.values.get(sent["SecretId"])
            told = {"__type": "ResourceNotFoundException"} if value is None else {"SecretString": value}
            body = json.dumps(told).encode()
            self.send_response(400 if value is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(config, "_kept", {})
        for name, value in {
            "AWS_ENDPOINT_URL": made.url,
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "of the function's role",
            "AWS_SESSION_TOKEN": "of the function's session",
            "DATABASE_URL_SECRET": "vizdots/test/database-url",
        }.items():
            monkeypatch.setenv(name, value)
        for name in ("DATABASE_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"):
            monkeypatch.delenv(name, raising=False)
        yield made
        server.shutdown()


def test_a_setting_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_URL", "https://app.vizdots.test")
    assert config.setting("APP_URL") == "https://app.vizdots.test"


def test_a_setting_may_have_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEATURES_OFF", raising=False)
    assert config.setting("FEATURES_OFF", "") == ""


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APP_URL", raising=False)
    with pytest.raises(config.MisconfiguredError, match="APP_URL"):
        config.setting("APP_URL")


def test_a_secret_is_the_variable_itself_where_it_is_set(aws: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://…/local")
    assert config.secret("DATABASE_URL") == "postgresql://…/local"
    assert aws.asked == []


def test_a_secret_is_asked_for_by_its_name_once(aws: SecretsManager) -> None:
    for _ in range(3):
        assert config.secret("DATABASE_URL") == "postgresql://…/first"
    assert [(each["SecretId"], each["target"]) for each in aws.asked] == [
        ("vizdots/test/database-url", "secretsmanager.GetSecretValue")
    ]


def test_the_question_is_signed_by_the_functions_role(aws: SecretsManager) -> None:
    config.secret("DATABASE_URL")
    signed = aws.asked[0]["signed"]
    assert signed.startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "/eu-central-1/secretsmanager/aws4_request" in signed
    assert "x-amz-security-token" in signed
    assert "of the function's role" not in signed


def test_a_rotated_secret_is_taken_up_after_five_minutes(aws: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    config.secret("DATABASE_URL")
    aws.values["vizdots/test/database-url"] = "postgresql://…/second"
    now += config.SECRETS_ARE_FRESH_FOR
    assert config.secret("DATABASE_URL") == "postgresql://…/first"
    now += 1
    assert config.secret("DATABASE_URL") == "postgresql://…/second"


def test_a_secret_that_was_refused_is_read_anew_at_once(aws: SecretsManager) -> None:
    config.secret("DATABASE_URL")
    aws.values["vizdots/test/database-url"] = "postgresql://…/second"
    config.forget_secret("DATABASE_URL")
    assert config.secret("DATABASE_URL") == "postgresql://…/second"


def test_a_secret_that_we_may_not_read_is_named_without_a_value(aws: SecretsManager) -> None:
    del aws.values["vizdots/test/database-url"]
    with pytest.raises(config.MisconfiguredError, match="400 for vizdots/test/database-url"):
        config.secret("DATABASE_URL")


def test_what_was_given_as_a_value_or_as_a_name_is_set(aws: SecretsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.is_set("DATABASE_URL")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    assert config.is_set("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert not config.is_set("OPENAI_API_KEY")
    assert aws.asked == []
