"""Who asks: the caller that a handler is given, and the strangers that it never hears of."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import jwt
import pytest

from common import config
from common.api import api, entrypoint
from common.auth import Anyone, SignedIn, internal
from tests.requests import AT, Answer, ask, event

ANA = "a0000000-0000-4000-8000-000000000004"
ACME = "aaaaaaaa-0000-4000-8000-000000000000"
LEGACY_SECRET = "a-legacy-secret-of-at-least-32-bytes"
JOB_SECRET = "the secret of the job"

app = api()


@app.post("/api/own")
def show_caller(caller: SignedIn) -> dict[str, Any]:
    return {
        "user_id": caller.user_id,
        "role": caller.scope.role,
        "claims": dict(caller.scope.claims),
        "org_id": caller.scope.org_id,
        "at": caller.at.isoformat(),
        "key": caller.key and [caller.key.value, caller.key.route, caller.key.fingerprint],
    }


@app.post("/api/open")
def show_anyone(caller: Anyone) -> dict[str, Any]:
    return {"role": caller.scope.role, "claims": dict(caller.scope.claims), "at": caller.at.isoformat()}


@app.post("/api/internal/job")
def do_job(at: Annotated[datetime, internal("JOB_SECRET")]) -> dict[str, Any]:
    return {"at": at.isoformat()}


handler = entrypoint(app)


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://project.supabase.test")
    monkeypatch.setenv("SUPABASE_JWT_SECRET", LEGACY_SECRET)
    monkeypatch.setenv("JOB_SECRET", JOB_SECRET)


def token() -> str:
    claims = {
        "iss": "https://project.supabase.test/auth/v1",
        "sub": ANA,
        "aud": "authenticated",
        "role": "authenticated",
        "email": "ana@acme.test",
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
        "user_metadata": {"role": "owner"},
    }
    return jwt.encode(claims, LEGACY_SECRET, "HS256")


def post(path: str, body: str = "", *, at: datetime = AT, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(handler, event("POST", path, body, headers=named, at=at))


def as_ana(body: str = "", *, at: datetime = AT, path: str = "/api/own", **headers: str) -> Answer:
    return post(path, body, at=at, authorization=f"Bearer {token()}", **headers)


def test_a_signed_in_caller_acts_as_themself() -> None:
    told = as_ana().json
    assert (told["user_id"], told["role"], told["org_id"], told["key"]) == (ANA, "authenticated", "", None)
    assert told["claims"]["sub"] == ANA
    assert "user_metadata" not in told["claims"]


def test_without_a_token_the_handler_is_not_called() -> None:
    answer = post("/api/own")
    assert answer.problem["code"] == "not_signed_in"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_half_a_character_is_no_token_and_no_mistake_of_ours() -> None:
    assert post("/api/own", authorization="Bearer \ud800").problem["code"] == "invalid_token"


def test_a_token_in_the_query_counts_for_nothing() -> None:
    asked = event("POST", "/api/own", query=f"access_token={token()}&authorization=Bearer%20{token()}")
    assert ask(handler, asked).status == 401


def test_anybody_may_come_in_by_an_open_door_and_is_anonymous() -> None:
    for answer in (post("/api/open"), as_ana(path="/api/open")):
        assert (answer.json["role"], answer.json["claims"]) == ("anon", {})


def test_the_time_of_a_request_is_the_gateways() -> None:
    then = datetime(2025, 12, 31, 23, 59, 59, 500_000, UTC)
    assert as_ana(at=then).json["at"] == then.isoformat()
    assert post("/api/open", at=then + timedelta(days=1)).json["at"] == (then + timedelta(days=1)).isoformat()


def test_a_person_of_several_organisations_may_choose_one() -> None:
    assert as_ana(x_org_id=ACME.upper()).json["org_id"] == ACME


def test_a_choice_that_is_no_id_is_refused() -> None:
    assert as_ana(x_org_id="acme' or true --").problem["code"] == "invalid_organisation"


# ---- idempotency keys -----------------------------------------------------------------------------------------------


def test_a_key_stands_for_one_body_at_one_route() -> None:
    key = as_ana('{"a": 1}', idempotency_key="k1").json["key"]
    assert key[:2] == ["k1", "POST /api/own"]
    assert as_ana('{"a": 1}', idempotency_key="k1").json["key"] == key
    assert as_ana('{"a": 2}', idempotency_key="k1").json["key"][2] != key[2]


@pytest.mark.parametrize("sent", ["", "x" * 201, "schlüssel", "tab\tin it"])
def test_a_key_that_could_not_be_kept_is_refused(sent: str) -> None:
    assert as_ana(idempotency_key=sent).problem["code"] == "invalid_idempotency_key"


def test_a_stranger_with_a_key_is_a_stranger() -> None:
    assert post("/api/own", idempotency_key="x" * 256).status == 401


# ---- our own jobs ---------------------------------------------------------------------------------------------------


def test_a_job_with_its_secret_learns_the_time() -> None:
    answer = post("/api/internal/job", authorization=f"Bearer {JOB_SECRET}")
    assert answer.json == {"at": AT.isoformat()}


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {JOB_SECRET}", JOB_SECRET, "Bearer gehëim", "Bearer \ud800"],
    ids=ascii,
)
def test_a_job_without_its_secret_is_refused(authorization: str) -> None:
    answer = post("/api/internal/job", authorization=authorization)
    assert answer.problem["code"] == "invalid_secret"
    assert JOB_SECRET not in json.dumps([answer.text, dict(answer.headers)])


def test_a_secret_in_the_query_counts_for_nothing() -> None:
    asked = event("POST", "/api/internal/job", query="secret=the%20secret%20of%20the%20job")
    assert ask(handler, asked).status == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer "])
def test_an_empty_secret_opens_nothing(authorization: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "secret", lambda _: "")
    assert post("/api/internal/job", authorization=authorization).status == 401


def test_a_persons_token_is_no_secret_of_a_job() -> None:
    assert as_ana(path="/api/internal/job").problem["code"] == "invalid_secret"


def test_the_ids_are_those_of_the_token() -> None:
    assert UUID(as_ana().json["user_id"]) == UUID(ANA)
