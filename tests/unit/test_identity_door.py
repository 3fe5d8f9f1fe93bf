"""The door to Supabase Auth: each of its refusals as one of ours, and nothing of its words passed on."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from common import config, identity
from vizdots.errors import Invalid, NotSignedIn, TooMany, Unavailable, VizDotsError

Use = Callable[[], object]
HOME = "https://app.vizdots.test/home"


@contextmanager
def service(status: int, body: object) -> Iterator[str]:
    """A server that answers whatever it is asked with this; gives its address."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("x-supabase-api-version", "2024-01-01")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No service yet."""
    monkeypatch.setenv("SUPABASE_ANON_KEY", "the anon key")
    config._kept.clear()


def sign_in() -> object:
    return identity.sign_in("ana@acme.test", "correct horse battery")


def refresh() -> object:
    return identity.refresh("a refresh token")


def confirm() -> object:
    return identity.confirm("a token hash", "email")


def sign_up() -> object:
    return identity.sign_up("ana@acme.test", "correct horse battery", language="de", lead_to=HOME)


def recover() -> None:
    identity.recover("ana@acme.test", lead_to=HOME)


def resend() -> None:
    identity.resend_confirmation("ana@acme.test", lead_to=HOME)


def sign_out() -> None:
    identity.sign_out("an.access.token")


def told(use: Use, status: int, body: object, monkeypatch: pytest.MonkeyPatch) -> object:
    """What the door answers when the service answers so; the error it raises."""
    with service(status, body) as url:
        monkeypatch.setenv("SUPABASE_URL", url)
        try:
            return use()
        except VizDotsError as error:
            return error


def refusal(code: str) -> dict[str, Any]:
    why = {"weak_password": {"reasons": ["length"]}} if code == "weak_password" else {}
    return {"code": code, "message": "ana@acme.test did something", **why}


@pytest.mark.parametrize(
    ("use", "status", "code", "error"),
    [
        (sign_in, 400, "invalid_credentials", Invalid),
        (sign_in, 400, "email_not_confirmed", Invalid),
        (sign_in, 400, "user_banned", Invalid),
        (sign_in, 429, "over_request_rate_limit", TooMany),
        (sign_in, 500, "unexpected_failure", Unavailable),
        (sign_in, 504, "request_timeout", Unavailable),
        (sign_up, 422, "weak_password", Invalid),
        (sign_up, 400, "email_address_invalid", Invalid),
        (sign_up, 429, "over_request_rate_limit", TooMany),
        (confirm, 403, "otp_expired", Invalid),
        (confirm, 429, "over_request_rate_limit", TooMany),
        (recover, 429, "over_request_rate_limit", TooMany),
        (resend, 429, "over_request_rate_limit", TooMany),
    ],
)
def test_a_refusal_is_one_of_ours_with_its_code(
    use: Use, status: int, code: str, error: type[VizDotsError], monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = told(use, status, refusal(code), monkeypatch)
    assert type(raised) is error
    assert raised.code == (code if error is not Unavailable else "unavailable")
    assert "ana" not in str(raised)
    assert raised.retry_after == {Invalid: None, TooMany: 60, Unavailable: 5}[error]


@pytest.mark.parametrize(
    "code", ["refresh_token_not_found", "refresh_token_already_used", "session_expired", "user_banned"]
)
def test_a_refresh_token_that_doesnt_hold_means_signing_in_again(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(told(refresh, 400, refusal(code), monkeypatch)) is NotSignedIn


def test_a_service_that_is_overrun_ends_nobodys_session(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(told(refresh, 429, refusal("over_request_rate_limit"), monkeypatch)) is TooMany
    assert type(told(refresh, 503, refusal("unexpected_failure"), monkeypatch)) is Unavailable


@pytest.mark.parametrize("use", [sign_up, recover, resend])
def test_a_mail_of_a_moment_ago_tells_nobody_of_an_account(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(use, 429, refusal("over_email_send_rate_limit"), monkeypatch) is None


@pytest.mark.parametrize("code", ["user_already_exists", "email_exists"])
def test_a_taken_address_is_like_any_other(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(sign_up, 422, refusal(code), monkeypatch) is None


@pytest.mark.parametrize(("status", "code"), [(401, "no_authorization"), (403, "session_not_found"), (403, "bad_jwt")])
def test_signing_out_of_a_session_that_has_ended_is_harmless(
    status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(sign_out, status, refusal(code), monkeypatch) is None


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "[]", '"text"', "{"])
@pytest.mark.parametrize("status", [200, 400, 502])
def test_an_answer_that_is_none_is_no_ones_fault(body: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raised = told(sign_in, status, body, monkeypatch)
    assert isinstance(raised, (Unavailable, Invalid))


def test_a_service_that_isnt_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        monkeypatch.setenv("SUPABASE_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unavailable):
            sign_in()
