"""A refresh token is good once; a stolen one ends the family it came from."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.identity.conftest import PASSWORD, StandIn, Starter


def first_token(stand_in: StandIn, email: str) -> str:
    session = stand_in.sign_up(email).get_session()
    assert session is not None
    return session.refresh_token


def test_the_client_gets_new_tokens_for_its_refresh_token(stand_in: StandIn) -> None:
    client = stand_in.sign_up("fresh@acme.test")
    before = client.get_session()
    after = client.refresh_session().session
    assert before is not None
    assert after is not None
    assert after.refresh_token != before.refresh_token
    assert after.user.id == before.user.id


def test_a_reused_refresh_token_ends_its_family(stand_in: StandIn) -> None:
    stolen = first_token(stand_in, "stolen@acme.test")
    second = stand_in.refresh(stolen).json()
    stand_in.clock.advance(seconds=11)
    third = stand_in.refresh(second["refresh_token"]).json()
    stand_in.clock.advance(seconds=11)

    reused = stand_in.refresh(stolen)
    assert (reused.status_code, reused.json()["error_code"]) == (400, "refresh_token_already_used")
    after = stand_in.refresh(third["refresh_token"])
    assert (after.status_code, after.json()["error_code"]) == (400, "refresh_token_not_found")
    shown = stand_in.http.get("/auth/v1/user", headers={"Authorization": f"Bearer {third['access_token']}"})
    assert (shown.status_code, shown.json()["error_code"]) == (403, "session_not_found")


def test_the_direct_parent_ends_the_family_too_once_the_interval_has_passed(stand_in: StandIn) -> None:
    parent = first_token(stand_in, "parent@acme.test")
    child = stand_in.refresh(parent).json()["refresh_token"]
    stand_in.clock.advance(seconds=11)
    assert stand_in.refresh(parent).json()["error_code"] == "refresh_token_already_used"
    assert stand_in.refresh(child).status_code == 400


def test_two_tabs_that_refresh_at_once_get_the_same_living_token(stand_in: StandIn) -> None:
    token = first_token(stand_in, "tabs@acme.test")
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(stand_in.refresh, [token] * 8))
    assert {answer.status_code for answer in answers} == {200}
    [living] = {answer.json()["refresh_token"] for answer in answers}
    assert stand_in.refresh(living).status_code == 200


def test_without_an_interval_a_token_is_good_exactly_once(start: Starter) -> None:
    stand_in = start(reuse_interval=timedelta(0))
    token = first_token(stand_in, "strict@acme.test")
    with ThreadPoolExecutor(8) as tabs:
        statuses = [answer.status_code for answer in tabs.map(stand_in.refresh, [token] * 8)]
    assert sorted(statuses) == [200] + [400] * 7


def test_reuse_ends_one_family_and_leaves_the_others(stand_in: StandIn) -> None:
    stolen = first_token(stand_in, "families@acme.test")
    other = stand_in.client().sign_in_with_password({"email": "families@acme.test", "password": PASSWORD}).session
    stand_in.refresh(stolen)
    stand_in.clock.advance(seconds=11)
    assert stand_in.refresh(stolen).status_code == 400
    assert other is not None
    assert stand_in.refresh(other.refresh_token).status_code == 200


@pytest.mark.parametrize("token", ["", "short", "é" * 40, "A" * 54, "A" * 55, "../../etc/passwd"])
def test_an_invented_token_is_refused(stand_in: StandIn, token: str) -> None:
    answer = stand_in.refresh(token)
    assert answer.status_code == 400
    assert answer.json()["error_code"] in ("validation_failed", "refresh_token_not_found")


def test_a_token_with_another_number_but_the_old_signature_is_refused(stand_in: StandIn) -> None:
    token = first_token(stand_in, "forged@acme.test")
    raw = bytearray(base64.urlsafe_b64decode(token + "=="))
    raw[23] += 1
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    assert stand_in.refresh(forged).json()["error_code"] == "refresh_token_not_found"
    assert stand_in.refresh(token).status_code == 200
