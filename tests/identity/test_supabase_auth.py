"""Supabase's Python client signs people up, in and out against the stand-in."""

from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError
from supabase_auth.types import SignOutScope

from tests.identity.conftest import PASSWORD, StandIn, Starter


def test_a_new_person_signs_up_confirms_signs_in_and_out(stand_in: StandIn) -> None:
    client = stand_in.client()
    signed_up = client.sign_up(
        {"email": "Ana@acme.test", "password": PASSWORD, "options": {"data": {"name": "Ana", "age": 31}}}
    )
    assert signed_up.session is None
    assert signed_up.user is not None
    assert signed_up.user.email == "ana@acme.test"
    assert signed_up.user.email_confirmed_at is None

    [mail] = stand_in.mails("ana@acme.test")
    assert mail["kind"] == "signup"
    fragment = stand_in.follow(mail["link"])
    assert fragment["type"] == "signup"
    confirmed = client.set_session(fragment["access_token"], fragment["refresh_token"])
    assert confirmed.user is not None
    assert confirmed.user.email_confirmed_at is not None

    signed_in = client.sign_in_with_password({"email": "ana@acme.test", "password": PASSWORD})
    assert signed_in.session is not None
    assert signed_in.session.user.user_metadata["name"] == "Ana"
    assert signed_in.session.user.user_metadata["email_verified"] is True
    assert signed_in.session.user.app_metadata == {"provider": "email", "providers": ["email"]}
    access_token = signed_in.session.access_token
    client.sign_out()
    with pytest.raises(AuthApiError) as refusal:
        client.get_user(access_token)
    assert refusal.value.code == "session_not_found"


def test_an_access_token_verifies_against_the_published_keys(stand_in: StandIn) -> None:
    session = stand_in.sign_up("tokens@acme.test").get_session()
    assert session is not None
    key = jwt.PyJWKClient(f"{stand_in.url}/auth/v1/.well-known/jwks.json").get_signing_key_from_jwt(
        session.access_token
    )
    claims = jwt.decode(
        session.access_token, key, ["ES256"], audience="authenticated", issuer=f"{stand_in.url}/auth/v1"
    )
    assert claims["sub"] == session.user.id
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["email"] == "tokens@acme.test"
    assert claims["role"] == "authenticated"
    assert claims["aal"] == "aal1"
    assert [entry["method"] for entry in claims["amr"]] == ["password"]
    assert claims["is_anonymous"] is False
    assert {"session_id", "app_metadata", "user_metadata", "phone"} <= claims.keys()


def test_the_client_verifies_claims_by_itself(stand_in: StandIn) -> None:
    client = stand_in.sign_up("claims@acme.test")
    session, found = client.get_session(), client.get_claims()
    assert session is not None
    assert found is not None
    assert found["claims"]["sub"] == session.user.id


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(stand_in: StandIn) -> None:
    stand_in.sign_up("known@acme.test")
    answers = set()
    for email in ("known@acme.test", "unknown@acme.test"):
        with pytest.raises(AuthApiError) as refusal:
            stand_in.client().sign_in_with_password({"email": email, "password": "wrong wrong wrong"})
        answers.add((refusal.value.status, refusal.value.code, refusal.value.message))
    assert answers == {(400, "invalid_credentials", "Invalid login credentials")}


def test_who_has_not_confirmed_is_told_so_only_with_the_right_password(stand_in: StandIn) -> None:
    client = stand_in.client()
    client.sign_up({"email": "unconfirmed@acme.test", "password": PASSWORD})
    with pytest.raises(AuthApiError) as right:
        client.sign_in_with_password({"email": "unconfirmed@acme.test", "password": PASSWORD})
    with pytest.raises(AuthApiError) as wrong:
        client.sign_in_with_password({"email": "unconfirmed@acme.test", "password": "not it at all"})
    assert (right.value.status, right.value.code) == (400, "email_not_confirmed")
    assert wrong.value.code == "invalid_credentials"


def test_a_short_password_is_refused_with_its_reason(stand_in: StandIn) -> None:
    with pytest.raises(AuthWeakPasswordError) as refusal:
        stand_in.client().sign_up({"email": "weak@acme.test", "password": "short"})
    assert refusal.value.reasons == ["length"]
    assert refusal.value.status == 422


def test_signing_up_with_a_taken_address_tells_a_stranger_nothing(stand_in: StandIn) -> None:
    owner = stand_in.sign_up("taken@acme.test")
    again = stand_in.client().sign_up({"email": "taken@acme.test", "password": "another password"})
    session = owner.get_session()
    assert session is not None
    assert again.user is not None
    assert again.user.id != session.user.id
    assert again.user.identities == []
    assert len(stand_in.mails("taken@acme.test")) == 1
    assert stand_in.client().sign_in_with_password({"email": "taken@acme.test", "password": PASSWORD}).session


def test_eight_sign_ups_at_once_make_one_account(stand_in: StandIn) -> None:
    def sign_up(_: int) -> int:
        body = {"email": "eight@acme.test", "password": PASSWORD}
        return stand_in.http.post("/auth/v1/signup", json=body).status_code

    with ThreadPoolExecutor(8) as people:
        statuses = set(people.map(sign_up, range(8)))
    assert 200 in statuses <= {200, 422}
    with stand_in.identity.pool.transaction() as db:
        accounts = db.execute("select from auth.users where email = 'eight@acme.test'").fetchall()
    assert len(accounts) == 1


def test_without_confirmation_a_taken_address_is_refused(start: Starter) -> None:
    stand_in = start(confirms_email=False)
    client = stand_in.client()
    assert client.sign_up({"email": "direct@acme.test", "password": PASSWORD}).session is not None
    assert stand_in.mails("direct@acme.test") == []
    with pytest.raises(AuthApiError) as refusal:
        client.sign_up({"email": "direct@acme.test", "password": PASSWORD})
    assert (refusal.value.status, refusal.value.code) == (422, "user_already_exists")


def test_a_forgotten_password_is_replaced_and_ends_the_other_sessions(stand_in: StandIn) -> None:
    elsewhere = stand_in.sign_up("forgetful@acme.test").get_session()
    client = stand_in.client()
    client.reset_password_for_email("forgetful@acme.test")
    mail = stand_in.mails("forgetful@acme.test")[0]
    assert mail["kind"] == "recovery"
    fragment = stand_in.follow(mail["link"])
    assert fragment["type"] == "recovery"
    client.set_session(fragment["access_token"], fragment["refresh_token"])
    client.update_user({"password": "a new password"})

    assert client.sign_in_with_password({"email": "forgetful@acme.test", "password": "a new password"}).session
    with pytest.raises(AuthApiError, match="Invalid login credentials"):
        client.sign_in_with_password({"email": "forgetful@acme.test", "password": PASSWORD})
    assert elsewhere is not None
    assert stand_in.refresh(elsewhere.refresh_token).json()["error_code"] == "refresh_token_not_found"


def test_recovery_of_an_unknown_address_answers_the_same_and_mails_nobody(stand_in: StandIn) -> None:
    stand_in.sign_up("somebody@acme.test")
    answers = [
        stand_in.http.post("/auth/v1/recover", json={"email": email})
        for email in ("somebody@acme.test", "nobody@acme.test")
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 2
    assert stand_in.mails("nobody@acme.test") == []


def test_an_invited_person_comes_in_and_chooses_a_password(stand_in: StandIn) -> None:
    invited = stand_in.admin().admin.invite_user_by_email("guest@acme.test", {"data": {"team": "Field"}})
    assert invited.user.invited_at is not None
    with pytest.raises(AuthApiError, match="Invalid login credentials"):
        stand_in.client().sign_in_with_password({"email": "guest@acme.test", "password": " "})

    mail = stand_in.mails("guest@acme.test")[0]
    assert mail["kind"] == "invite"
    fragment = stand_in.follow(mail["link"])
    assert fragment["type"] == "invite"
    guest = stand_in.client()
    guest.set_session(fragment["access_token"], fragment["refresh_token"])
    guest.update_user({"password": PASSWORD})
    signed_in = guest.sign_in_with_password({"email": "guest@acme.test", "password": PASSWORD})
    assert signed_in.user is not None
    assert signed_in.user.id == invited.user.id
    assert signed_in.user.user_metadata["team"] == "Field"
    with pytest.raises(AuthApiError) as refusal:
        stand_in.admin().admin.invite_user_by_email("guest@acme.test")
    assert (refusal.value.status, refusal.value.code) == (422, "email_exists")


def test_a_sign_in_link_or_its_code_opens_a_session(stand_in: StandIn) -> None:
    client = stand_in.sign_up("magic@acme.test")
    client.sign_in_with_otp({"email": "magic@acme.test"})
    fragment = stand_in.follow(stand_in.mails("magic@acme.test")[0]["link"])
    assert fragment["type"] == "magiclink"
    client.sign_in_with_otp({"email": "magic@acme.test"})
    code = stand_in.mails("magic@acme.test")[0]["code"]
    by_code = client.verify_otp({"email": "magic@acme.test", "token": code, "type": "email"})
    assert by_code.session is not None


def test_a_link_signs_up_only_where_that_is_wished(stand_in: StandIn) -> None:
    client = stand_in.client()
    with pytest.raises(AuthApiError) as refusal:
        client.sign_in_with_otp({"email": "new@acme.test", "options": {"should_create_user": False}})
    assert (refusal.value.status, refusal.value.code) == (422, "otp_disabled")
    client.sign_in_with_otp({"email": "new@acme.test"})
    assert stand_in.follow(stand_in.mails("new@acme.test")[0]["link"])["access_token"]


def test_the_mail_of_a_sign_up_is_sent_again_and_the_first_no_longer_counts(stand_in: StandIn) -> None:
    client = stand_in.client()
    client.sign_up({"email": "lost@acme.test", "password": PASSWORD})
    client.resend({"type": "signup", "email": "lost@acme.test"})
    second, first = stand_in.mails("lost@acme.test")
    assert stand_in.follow(first["link"])["error_code"] == "otp_expired"
    assert stand_in.follow(second["link"])["access_token"]
    client.resend({"type": "signup", "email": "lost@acme.test"})
    assert len(stand_in.mails("lost@acme.test")) == 2


def test_an_address_changes_only_when_the_new_one_is_proved(stand_in: StandIn) -> None:
    client = stand_in.sign_up("before@acme.test")
    changed = client.update_user({"email": "after@acme.test"})
    assert (changed.user.email, changed.user.new_email) == ("before@acme.test", "after@acme.test")
    assert stand_in.follow(stand_in.mails("after@acme.test")[0]["link"])["type"] == "email_change"
    assert client.sign_in_with_password({"email": "after@acme.test", "password": PASSWORD}).session
    stand_in.sign_up("other@acme.test")
    with pytest.raises(AuthApiError) as refusal:
        client.update_user({"email": "other@acme.test"})
    assert refusal.value.code == "email_exists"


def test_metadata_is_merged_and_the_apps_own_is_out_of_reach(stand_in: StandIn) -> None:
    client = stand_in.sign_up("meta@acme.test")
    client.update_user({"data": {"name": "Ana", "theme": "dark"}})
    changed = client.update_user({"data": {"theme": None}})
    assert changed.user.user_metadata["name"] == "Ana"
    assert "theme" not in changed.user.user_metadata
    session = client.get_session()
    assert session is not None
    answer = stand_in.http.put(
        "/auth/v1/user",
        json={"app_metadata": {"role": "owner"}},
        headers={"Authorization": f"Bearer {session.access_token}"},
    )
    assert (answer.status_code, answer.json()["error_code"]) == (403, "not_admin")


def test_the_old_password_is_no_new_password(stand_in: StandIn) -> None:
    with pytest.raises(AuthApiError) as refusal:
        stand_in.sign_up("same@acme.test").update_user({"password": PASSWORD})
    assert (refusal.value.status, refusal.value.code) == (422, "same_password")


@pytest.mark.parametrize(("scope", "alive"), [("local", [1]), ("others", [0]), ("global", [])])
def test_signing_out_ends_the_sessions_of_its_scope(stand_in: StandIn, scope: SignOutScope, alive: list[int]) -> None:
    email = f"{scope}@acme.test"
    clients = [stand_in.sign_up(email), stand_in.client()]
    clients[1].sign_in_with_password({"email": email, "password": PASSWORD})
    sessions = [client.get_session() for client in clients]
    clients[0].sign_out({"scope": scope})
    answers = [stand_in.refresh(session.refresh_token) for session in sessions if session]
    assert [number for number, answer in enumerate(answers) if answer.status_code == 200] == alive


def test_a_pkce_client_exchanges_the_code_of_its_link_for_a_session(stand_in: StandIn) -> None:
    client = stand_in.client(flow_type="pkce")
    client.sign_up({"email": "pkce@acme.test", "password": PASSWORD})
    stand_in.follow(stand_in.mails("pkce@acme.test")[0]["link"])
    client.sign_in_with_otp({"email": "pkce@acme.test"})
    location = stand_in.location(stand_in.mails("pkce@acme.test")[0]["link"])
    assert location.startswith("https://app.vizdots.test/?code=")
    code = location.partition("code=")[2]
    stolen = stand_in.http.post(
        "/auth/v1/token?grant_type=pkce", json={"auth_code": code, "code_verifier": "guessed" * 10}
    )
    assert (stolen.status_code, stolen.json()["error_code"]) == (400, "bad_code_verifier")
    signed_in = client.exchange_code_for_session({"auth_code": code})
    assert signed_in.session is not None
    again = stand_in.http.post(
        "/auth/v1/token?grant_type=pkce", json={"auth_code": code, "code_verifier": "whatever" * 10}
    )
    assert (again.status_code, again.json()["error_code"]) == (404, "flow_state_not_found")
