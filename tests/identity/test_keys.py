"""Keys are made once and kept; what they didn't sign opens nothing."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from common import tokens
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from tests.conftest import Database
from tests.identity.conftest import PASSWORD, StandIn, Starter
from vizdots.errors import NotSignedIn


def test_the_published_keys_hold_nothing_private(stand_in: StandIn) -> None:
    [key] = stand_in.http.get("/auth/v1/.well-known/jwks.json").json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use", "key_ops", "ext"}
    assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")


def test_keys_outlive_a_restart(start: Starter) -> None:
    before, after = start().identity, start().identity
    assert before.keys.public() == after.keys.public()
    assert (before.anon_key, before.service_role_key) == (after.anon_key, after.service_role_key)


def test_several_first_starts_at_once_agree_on_one_key(database: Database) -> None:
    def first_start(_: int) -> str:
        identity = Identity.open(database.owner_url, Settings("http://localhost:8000", "http://localhost:8000"))
        identity.close()
        return identity.keys.kid

    with ThreadPoolExecutor(6) as starts:
        assert len(set(starts.map(first_start, range(6)))) == 1


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_the_schema_is_closed_to_the_roles_of_the_product(stand_in: StandIn, role: str) -> None:
    with stand_in.identity.pool.transaction() as db:
        db.execute("select set_config('role', %s, true)", (role,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
            db.execute("select * from identity.signing_keys")


@pytest.mark.parametrize("name", ["anon_key", "service_role_key"])
def test_an_api_key_names_its_role_and_is_nobody(stand_in: StandIn, name: str) -> None:
    key = getattr(stand_in.identity, name)
    claims = jwt.decode(key, options={"verify_signature": False})
    assert claims["role"] == name.removesuffix("_key")
    answer = stand_in.http.get("/auth/v1/user", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_a_foreign_api_key_is_refused(stand_in: StandIn) -> None:
    foreign = jwt.encode({"role": "anon", "exp": 9999999999}, ec.generate_private_key(ec.SECP256R1()), "ES256")
    session = stand_in.sign_up("apikey@acme.test").get_session()
    assert session is not None
    for key in ("nonsense", foreign, session.access_token):
        answer = stand_in.http.get("/auth/v1/settings", headers={"apikey": key})
        assert answer.status_code == 401
    answer = stand_in.http.get("/auth/v1/settings", headers={"apikey": stand_in.identity.anon_key})
    assert answer.json()["external"]["email"] is True


def test_a_forged_token_opens_nothing(stand_in: StandIn) -> None:
    session = stand_in.sign_up("forger@acme.test").get_session()
    assert session is not None
    claims = jwt.decode(session.access_token, options={"verify_signature": False}) | {"role": "service_role"}
    header, payload, signature = session.access_token.split(".")
    raised = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    [public] = stand_in.identity.keys.public()["keys"]
    forged = [
        jwt.encode(claims, None, "none"),  # type: ignore[arg-type]  # alg none has no key
        jwt.encode(claims, json.dumps(public) * 2, "HS256"),
        jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": public["kid"]}),
        f"{header}.{raised}.{signature}",
        f"{header}.{payload}.",
    ]
    for token in forged:
        answer = stand_in.http.get("/auth/v1/admin/users", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_the_products_door_believes_access_tokens_and_no_api_keys(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_URL", stand_in.url)
    stand_in.identity.ensure_user("door@acme.test", PASSWORD)
    token = stand_in.identity.issue_token("door@acme.test")
    assert tokens.person(f"Bearer {token}").email == "door@acme.test"
    for key in (stand_in.identity.anon_key, stand_in.identity.service_role_key):
        with pytest.raises(NotSignedIn):
            tokens.person(f"Bearer {key}")


def test_an_access_token_expires(stand_in: StandIn) -> None:
    session = stand_in.sign_up("expires@acme.test").get_session()
    assert session is not None
    headers = {"Authorization": f"Bearer {session.access_token}"}
    assert stand_in.http.get("/auth/v1/user", headers=headers).status_code == 200
    stand_in.clock.advance(hours=1, seconds=1)
    answer = stand_in.http.get("/auth/v1/user", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")
