"""The console asks our own API: what it refuses is told as it was, and what is no answer as nobody's fault."""

import socket

import pytest

from common import own_api
from tests.unit.test_identity_door import service
from vizdots.errors import Conflict, Gone, Invalid, NotFound, TooMany, Unavailable, VizDotsError


def accept(status: int, body: object, monkeypatch: pytest.MonkeyPatch) -> object:
    """What comes of it when the API answers so; the error that is raised."""
    with service(status, body) as url:
        monkeypatch.setenv("APP_URL", f"{url}/")
        try:
            return own_api.accept_invitation("a token", "correct horse battery")
        except VizDotsError as error:
            return error


def test_it_tells_whose_account_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"email": "nina@acme.test", "organization_name": "Acme"}
    assert accept(200, told, monkeypatch) == "nina@acme.test"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "no_such_route", NotFound),
        (409, "sign_in_first", Conflict),
        (410, "invitation_over", Gone),
        (422, "weak_password", Invalid),
        (429, "over_request_rate_limit", TooMany),
        (503, "unavailable", Unavailable),
        (500, "internal_error", VizDotsError),
    ],
)
def test_a_refusal_is_passed_on(
    status: int, code: str, error: type[VizDotsError], monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = accept(status, {"code": code, "detail": "nina@acme.test"}, monkeypatch)
    assert isinstance(raised, error)
    assert raised.code == code
    assert "nina" not in str(raised)


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "[]", '"text"', "{", {"message": "Forbidden"}])
@pytest.mark.parametrize("status", [200, 403, 502])
def test_an_answer_that_is_none_is_no_ones_fault(status: int, body: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(accept(status, body, monkeypatch)) is Unavailable


def test_an_api_that_isnt_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        monkeypatch.setenv("APP_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unavailable):
            own_api.accept_invitation("a token", "correct horse battery")
