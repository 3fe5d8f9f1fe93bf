"""Whatever is sent, the answer is GoTrue's error in one of its two shapes, never a stack trace."""

import json
import uuid

import psycopg
import pytest

from tests.identity.conftest import PASSWORD, StandIn

POSTED = ["/signup", "/token?grant_type=password", "/recover", "/otp", "/resend", "/verify"]


@pytest.mark.parametrize("path", POSTED)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"email": 5}',
        b'{"email": {"$ne": null}, "password": ["x"]}',
        b'{"email": "not an address", "type": "signup"}',
        b'{"email": "a@b.test\\u0000", "password": "long enough"}',
        b'{"email": "\\ud800@b.test", "password": "\\ud800 long enough"}',
    ],
)
def test_malformed_input_is_a_clients_error(stand_in: StandIn, path: str, body: bytes) -> None:
    answer = stand_in.http.post(f"/auth/v1{path}", content=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["code"] == answer.status_code
    assert answer.json()["error_code"]
    assert answer.json()["msg"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (r'{"name": "\u0000"}', 400),
        (r'{"\u0000": 1}', 400),
        (r'{"name": "\ud800"}', 400),
        ('{"name": NaN}', 400),
        ('{"name": "' + "x" * 10_000 + '"}', 200),
        ('{"name": [null, {}, 1.5, true]}', 200),
    ],
)
def test_metadata_is_stored_as_it_was_sent_or_refused(stand_in: StandIn, data: str, status: int) -> None:
    client = stand_in.sign_up(f"{uuid.uuid4()}@acme.test")
    session = client.get_session()
    assert session is not None
    headers = {"Authorization": f"Bearer {session.access_token}"}
    answer = stand_in.http.put("/auth/v1/user", content=f'{{"data": {data}}}', headers=headers)
    assert answer.status_code == status
    shown = stand_in.http.get("/auth/v1/user", headers=headers).json()["user_metadata"]
    assert shown.get("name") == (json.loads(data)["name"] if status == 200 else None)


def test_a_body_of_two_megabytes_is_refused(stand_in: StandIn) -> None:
    answer = stand_in.http.post("/auth/v1/signup", json={"email": "big@acme.test", "password": "x" * 2_000_000})
    assert (answer.status_code, answer.json()["error_code"]) == (413, "request_entity_too_large")


def test_a_password_longer_than_gotrue_reads_is_refused(stand_in: StandIn) -> None:
    answer = stand_in.http.post("/auth/v1/signup", json={"email": "long@acme.test", "password": "ü" * 37})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_failed")


def test_clients_since_2024_get_the_code_as_a_name(stand_in: StandIn) -> None:
    body = {"email": "nobody@acme.test", "password": PASSWORD}
    answer = stand_in.http.post(
        "/auth/v1/token?grant_type=password", json=body, headers={"x-supabase-api-version": "2024-01-01"}
    )
    assert answer.json() == {"code": "invalid_credentials", "message": "Invalid login credentials"}
    assert answer.headers["x-supabase-api-version"] == "2024-01-01"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/auth/v1/nothing", 404),
        ("DELETE", "/auth/v1/signup", 405),
        ("POST", "/auth/v1/token?grant_type=magic", 400),
        ("GET", "/auth/v1/user", 401),
        ("POST", "/auth/v1/logout?scope=galaxy", 400),
        ("GET", "/auth/v1/verify", 400),
        ("GET", "/auth/v1/verify?type=signup", 400),
        ("GET", "/auth/v1/verify?type=sms&token=x", 303),
        ("GET", "/mailbox.json?to=%00", 400),
    ],
)
def test_a_request_that_leads_nowhere_is_told_so(stand_in: StandIn, method: str, path: str, status: int) -> None:
    answer = stand_in.http.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == status
    assert status == 303 or answer.json()["code"] == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("user_id", ["00000000-0000-0000-0000-000000000000", "not-a-uuid", "%00"])
def test_an_unknown_account_is_not_found(stand_in: StandIn, method: str, user_id: str) -> None:
    answer = stand_in.http.request(method, f"/auth/v1/admin/users/{user_id}", json={}, headers=stand_in.service_headers)
    assert answer.status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "1;drop table auth.users"])
def test_a_page_that_is_no_number_is_refused(stand_in: StandIn, page: str) -> None:
    answer = stand_in.http.get("/auth/v1/admin/users", params={"page": page}, headers=stand_in.service_headers)
    assert answer.status_code == 400


def test_a_browser_of_another_origin_may_call(stand_in: StandIn) -> None:
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "apikey,authorization,content-type,x-client-info,x-supabase-api-version",
    }
    answer = stand_in.http.options("/auth/v1/token?grant_type=password", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "apikey" in answer.headers["access-control-allow-headers"].lower()


def test_it_outlives_a_restart_of_its_database(stand_in: StandIn, database_url: str) -> None:
    assert stand_in.http.get("/auth/v1/health").status_code == 200
    with psycopg.connect(database_url) as db:
        ended = db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ).fetchall()
    assert ended
    assert stand_in.http.get("/auth/v1/health").status_code == 200


def test_it_says_that_it_is_well_and_what_it_offers(stand_in: StandIn) -> None:
    assert stand_in.http.get("/auth/v1/health").json()["name"] == "GoTrue"
    assert stand_in.http.get("/auth/v1/settings").json()["mailer_autoconfirm"] is False
