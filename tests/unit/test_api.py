"""HTTP in and out: whatever comes in, the answer is right or a problem document that gives nothing away."""

import base64
import json
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from common.api import Limit, api, entrypoint
from common.auth import Anyone, SignedIn
from common.requests import LARGEST_BODY
from tests.requests import AT, REQUEST_ID, Answer, Context, ask, event, logged
from vizdots import errors
from vizdots.transaction import Json

SECRET_WORDS = "ana said that she is tired"

app = api()


class Thing(BaseModel):
    name: str
    size: int = 0


@app.post("/api/things", status_code=201)
def make_thing(sent: Thing, caller: Anyone) -> Thing:
    return sent


@app.get("/api/things")
def list_things(limit: Limit = 50) -> Json[Thing]:
    return Json(json.dumps({"name": "é", "size": limit}, ensure_ascii=False))


@app.post("/api/own/things")
def make_own_thing(sent: Thing, caller: SignedIn) -> Thing:
    return sent


@app.post("/api/raw")
def take_raw() -> Response[str]:
    return Response(200, "text/plain", app.current_event.body or "")


@app.get("/api/broken")
def break_down() -> Thing:
    raise RuntimeError(SECRET_WORDS)


@app.get("/api/busy")
def refuse() -> Thing:
    raise errors.TooMany("Wait a little.", retry_after=7, allowed=20)


handler = entrypoint(app)


def post(path: str, body: str | bytes, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(handler, event("POST", path, body, headers=named))


def get(path: str, query: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(handler, event("GET", path, headers=named, query=query))


# ---- what is right --------------------------------------------------------------------------------------------------


def test_a_model_comes_in_and_goes_out() -> None:
    answer = post("/api/things", '{"name": "fork", "size": 3}')
    assert (answer.status, answer.json) == (201, {"name": "fork", "size": 3})
    assert answer.headers["content-type"] == "application/json"


def test_json_from_the_database_is_passed_on_as_it_is() -> None:
    assert get("/api/things", "limit=7").text == '{"name": "é", "size": 7}'


def test_a_body_in_base64_is_read_like_any_other() -> None:
    asked = event("POST", "/api/things", b'{"name": "fork"}')
    asked |= {"body": base64.b64encode(b'{"name": "fork"}').decode(), "isBase64Encoded": True}
    assert ask(handler, asked).json == {"name": "fork", "size": 0}


def test_fields_that_we_do_not_know_are_left_unread() -> None:
    assert post("/api/things", '{"name": "fork", "colour": "red"}').json == {"name": "fork", "size": 0}


def test_answers_are_not_kept_by_anybody_on_the_way() -> None:
    headers = get("/api/things").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


# ---- correlation ids ------------------------------------------------------------------------------------------------


def test_a_request_is_known_by_the_gateways_id() -> None:
    assert get("/api/things").headers["x-request-id"] == REQUEST_ID


def test_a_client_may_bring_an_id_of_its_own() -> None:
    assert get("/api/things", x_correlation_id="checkout-2026:1.a_b").headers["x-request-id"] == "checkout-2026:1.a_b"


@pytest.mark.parametrize("brought", ["short", "x" * 129, "with spaces in it", 'in"jection"', "naïve-ïdëntity"])
def test_an_id_that_could_do_harm_in_a_log_is_not_taken_over(brought: str) -> None:
    assert get("/api/things", x_correlation_id=brought).headers["x-request-id"] == REQUEST_ID


def test_errors_carry_the_id_too() -> None:
    assert get("/api/broken").headers["x-request-id"] == REQUEST_ID


# ---- what is wrong with the input -----------------------------------------------------------------------------------


def test_wrong_types_and_missing_fields_are_named_with_their_paths() -> None:
    problem = post("/api/things", '{"size": "much"}').problem
    assert (problem["status"], problem["code"]) == (422, "invalid_fields")
    assert {(each["path"], each["type"]) for each in problem["errors"]} == {
        ("body.name", "missing"),
        ("body.size", "int_parsing"),
    }


def test_a_wrong_query_is_named_with_its_path() -> None:
    problem = get("/api/things", "limit=201").problem
    assert [each["path"] for each in problem["errors"]] == ["query.limit"]


def test_a_problem_never_repeats_what_was_sent() -> None:
    assert SECRET_WORDS not in post("/api/things", json.dumps({"name": "fork", "size": SECRET_WORDS})).text


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"name": "fork"',
        "{'name': 'fork'}",
        "[" * 100_000,
        '{"name":' * 20_000,
        '{"name": ' + "[" * 1_000 + "]" * 1_000 + "}",
        '{"name": "fork", "size": ' + "9" * 5_000 + "}",
        '{"name": "\\ud800"}',
        b'{"name": "\xff"}',
    ],
    ids=["cut", "unclosed", "python", "deep", "deep objects", "deep inside", "long number", "half a pair", "latin-1"],
)
def test_what_is_no_json_is_malformed(body: str | bytes) -> None:
    problem = post("/api/things", body).problem
    assert (problem["status"], problem["code"]) == (422, "malformed_json")


def test_base64_that_is_none_is_malformed() -> None:
    asked = event("POST", "/api/things", "x") | {"body": "!!!", "isBase64Encoded": True}
    assert ask(handler, asked).problem["code"] == "malformed_json"


@pytest.mark.parametrize("body", ["", "null", "[]", '"fork"', "3"])
def test_json_that_is_no_object_is_invalid(body: str) -> None:
    assert post("/api/things", body).problem["code"] == "invalid_fields"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_none_are_invalid(number: str) -> None:
    assert post("/api/things", f'{{"name": "fork", "size": {number}}}').status == 422


def test_another_content_type_is_unsupported() -> None:
    assert post("/api/things", "name: fork", content_type="application/yaml").problem["status"] == 415


def test_a_body_of_more_than_256_kib_is_too_large() -> None:
    fits, too_large = ("x" * size for size in (LARGEST_BODY, LARGEST_BODY + 1))
    assert post("/api/raw", fits, content_type="text/plain").text == fits
    assert post("/api/raw", too_large, content_type="text/plain").problem["status"] == 413
    assert post("/api/raw", "é" * (LARGEST_BODY // 2 + 1), content_type="text/plain").problem["status"] == 413
    assert post("/api/raw", b"\xff" * (LARGEST_BODY + 3), content_type="image/png").problem["status"] == 413


def test_an_unknown_route_is_a_problem_like_any_other() -> None:
    assert get("/api/nothing").problem["code"] == "no_such_route"


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_at_all_is_an_error_of_ours(body: bytes) -> None:
    assert post("/api/things", body).status in {201, 422}


# ---- who asks, before what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ['{"name": "fork"}', '{"size": "much"}', "{", b"\xff", ""])
def test_a_stranger_is_told_to_sign_in_before_being_told_of_fields(body: str | bytes) -> None:
    answer = post("/api/own/things", body)
    assert answer.problem["code"] == "not_signed_in"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_stranger_is_told_to_sign_in_before_being_told_of_content_types() -> None:
    assert post("/api/own/things", "name: fork", content_type="application/yaml").status == 401


def test_a_missing_setting_is_an_error_of_ours_even_behind_a_malformed_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    assert post("/api/own/things", "{", authorization="Bearer a.b.c").problem["code"] == "internal_error"


# ---- what goes wrong on our side ------------------------------------------------------------------------------------


def test_an_unexpected_error_tells_its_kind_and_place_to_the_log_and_nothing_else_to_anybody() -> None:
    with logged() as lines:
        answer = get("/api/broken")
    assert answer.problem["code"] == "internal_error"
    assert SECRET_WORDS not in answer.text
    assert SECRET_WORDS not in str(lines)
    told = lines[0]
    assert (told["level"], told["error"], told["correlation_id"]) == ("ERROR", "RuntimeError", REQUEST_ID)
    assert told["where"]


def test_an_error_of_the_product_tells_what_it_knows() -> None:
    answer = get("/api/busy")
    assert answer.problem == {
        "type": "https://vizdots.com/problems/too_many_requests",
        "title": "Too many requests",
        "status": 429,
        "code": "too_many_requests",
        "detail": "Wait a little.",
        "allowed": 20,
    }
    assert answer.headers["retry-after"] == "7"


def test_each_request_is_one_line_in_the_log_without_its_words() -> None:
    with logged() as lines:
        post("/api/things", json.dumps({"name": SECRET_WORDS}))
    assert [line["route"] for line in lines] == ["POST /api/things"]
    assert (lines[0]["status"], lines[0]["correlation_id"]) == (201, REQUEST_ID)
    assert lines[0]["ms"] >= 0
    assert SECRET_WORDS not in str(lines)


# ---- a function with a clock ----------------------------------------------------------------------------------------


def test_what_is_no_http_request_goes_to_the_scheduled_job() -> None:
    def job(told: dict[str, Any], _: object) -> dict[str, Any]:
        return {"at": told["time"]}

    woken = entrypoint(app, scheduled=job)
    tick = {"id": "e-1", "time": f"{AT:%Y-%m-%dT%H:%M:%SZ}", "source": "aws.scheduler"}
    assert woken(tick, Context()) == {"at": "2026-03-02T09:30:00Z"}
    assert ask(woken, event("GET", "/api/things")).status == 200
