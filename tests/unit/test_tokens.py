"""Whom a token names: judged with real keys and a real issuer, an HTTP server that counts who asks it."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from hashlib import sha256
from hmac import digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.utils import base64url_encode

from common import config, tokens
from tests.requests import logged
from vizdots.errors import NotSignedIn, Unavailable

ANA: Final = "a0000000-0000-4000-8000-000000000004"
LEGACY_SECRET: Final = "a-legacy-secret-of-at-least-32-bytes"
NOW: Final = 1_772_443_800.0

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

EC_KEY: Final = ec.generate_private_key(ec.SECP256R1())
RSA_KEY: Final = rsa.generate_private_key(65537, 2048)
NEXT_KEY: Final = ec.generate_private_key(ec.SECP256R1())
STRANGERS_KEY: Final = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Issuer:
    """Who signs tokens and tells the world its keys. `asked` counts the requests for them."""

    url: str
    keys: dict[str, Private] = field(default_factory=lambda: {"ec": EC_KEY, "rsa": RSA_KEY})
    asked: int = 0

    @property
    def issuer(self) -> str:
        return f"{self.url}/auth/v1"

    def jwks(self) -> dict[str, Any]:
        return {"keys": [_jwk(kid, key) for kid, key in self.keys.items()]}

    def claims(self, **other: object) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "sub": ANA,
            "aud": "authenticated",
            "role": "authenticated",
            "iat": int(NOW) - 10,
            "exp": int(NOW) + 3600,
            "email": "ana@acme.test",
            "session_id": "5e550000-0000-4000-8000-000000000001",
        } | other

    def token(self, kid: str = "ec", key: Private | None = None, **other: object) -> str:
        key = key or self.keys[kid]
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        claims = {name: value for name, value in self.claims(**other).items() if value is not None}
        return jwt.encode(claims, key, algorithm, {"kid": kid})


def _jwk(kid: str, key: Private) -> dict[str, Any]:
    public = key.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return jwt.algorithms.ECAlgorithm.to_jwk(public, as_dict=True) | {"kid": kid, "alg": "ES256", "use": "sig"}
    return jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True) | {"kid": kid, "alg": "RS256", "use": "sig"}


class Clock:
    """The two clocks of the machine, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now - NOW + 1_000)
    monkeypatch.setattr("jwt.api_jwt.datetime", _datetime_of(clock))
    return clock


def _datetime_of(clock: Clock) -> type:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Frozen":
            return cls.fromtimestamp(clock.now, tz)

    return Frozen


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Issuer]:
    made: Issuer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            found = self.path == "/auth/v1/.well-known/jwks.json"
            body = json.dumps(made.jwks()).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Issuer(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("SUPABASE_URL", made.url + "/")
        monkeypatch.delenv("SUPABASE_JWT_SECRET", raising=False)
        monkeypatch.delenv("SUPABASE_JWT_SECRET_SECRET", raising=False)
        monkeypatch.setattr(tokens, "_issuers", {})
        monkeypatch.setattr(tokens, "_believed", OrderedDict())
        yield made
        server.shutdown()


def believe(token: str) -> tokens.Person:
    return tokens.person(f"Bearer {token}")


def refusal(token: str) -> NotSignedIn:
    with pytest.raises(NotSignedIn) as refused:
        believe(token)
    assert token not in str(refused.value)
    return refused.value


# ---- who is believed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kid", ["ec", "rsa"])
def test_a_token_of_the_issuers_keys_names_its_person(issuer: Issuer, kid: str) -> None:
    person = believe(issuer.token(kid))
    assert (person.user_id, person.email) == (UUID(ANA), "ana@acme.test")


def test_the_scheme_may_be_written_in_any_case(issuer: Issuer) -> None:
    assert tokens.person(f"bearer  {issuer.token()} ").user_id == UUID(ANA)


def test_the_legacy_secret_counts_where_it_is_configured(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_JWT_SECRET", LEGACY_SECRET)
    assert believe(jwt.encode(issuer.claims(), LEGACY_SECRET, "HS256")).user_id == UUID(ANA)


def test_the_legacy_secret_counts_for_nothing_where_it_is_not(issuer: Issuer) -> None:
    assert refusal(jwt.encode(issuer.claims(), LEGACY_SECRET, "HS256")).code == "invalid_token"


@pytest.mark.parametrize("written", [f"urn:uuid:{ANA}", f"{{{ANA}}}", ANA.replace("-", ""), ANA.upper()])
def test_the_policies_read_an_id_in_one_form_however_it_was_written(issuer: Issuer, written: str) -> None:
    assert believe(issuer.token(sub=written)).claims["sub"] == ANA


def test_a_token_may_be_for_several_audiences_as_long_as_we_are_one(issuer: Issuer) -> None:
    assert believe(issuer.token(aud=["other", "authenticated"])).user_id == UUID(ANA)


def test_our_clock_may_be_a_minute_ahead_of_the_issuers(issuer: Issuer) -> None:
    assert believe(issuer.token(exp=int(NOW) - 59)).user_id == UUID(ANA)
    assert refusal(issuer.token(exp=int(NOW) - 61)).code == "token_expired"


def test_our_clock_may_be_a_minute_behind_the_issuers(issuer: Issuer) -> None:
    assert believe(issuer.token(iat=int(NOW) + 59)).user_id == UUID(ANA)
    assert refusal(issuer.token(iat=int(NOW) + 62)).code == "invalid_token"


# ---- who is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YW5hOmFuYQ==", "eyJhbGciOiJub25lIn0.e30."])
def test_without_a_bearer_token_nobody_has_signed_in(issuer: Issuer, header: str | None) -> None:
    with pytest.raises(NotSignedIn) as refused:
        tokens.person(header)
    assert refused.value.code == "not_signed_in"


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c", "....", "e30.e30.e30", "\x00", "é.é.é", "\ud800", "e30.\udfff.e30", "a" * 100_000],
    ids=ascii,
)
def test_what_is_no_token_at_all_is_refused(issuer: Issuer, token: str) -> None:
    assert refusal(token).code == "invalid_token"


def test_an_unsigned_token_is_refused(issuer: Issuer) -> None:
    assert refusal(jwt.encode(issuer.claims(), "", "none", {"kid": "ec"})).code == "invalid_token"


@pytest.mark.parametrize("legacy", [False, True], ids=["no legacy secret", "legacy secret"])
@pytest.mark.parametrize("kid", ["ec", "rsa"])
def test_a_public_key_is_no_secret_to_sign_with(
    issuer: Issuer, kid: str, legacy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if legacy:
        monkeypatch.setenv("SUPABASE_JWT_SECRET", LEGACY_SECRET)
    public = issuer.keys[kid].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    believe(issuer.token(kid))  # the key is known
    assert refusal(_signed_with_hmac(issuer.claims(), pem, kid)).code == "invalid_token"
    assert refusal(_signed_with_hmac(issuer.claims(), json.dumps(_jwk(kid, issuer.keys[kid])).encode(), kid))


def _signed_with_hmac(claims: dict[str, Any], key: bytes, kid: str) -> str:
    """What PyJWT refuses to sign, and an attacker doesn't."""
    header = {"alg": "HS256", "typ": "JWT", "kid": kid}
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims))
    return (signed + b"." + base64url_encode(digest(key, signed, sha256))).decode()


def test_a_key_is_used_with_its_own_algorithm_only(issuer: Issuer) -> None:
    token = jwt.encode(issuer.claims(), RSA_KEY, "RS256", {"kid": "ec"})
    assert refusal(token).code == "invalid_token"
    assert refusal(jwt.encode(issuer.claims(), RSA_KEY, "PS256", {"kid": "rsa"})).code == "invalid_token"


def test_a_strangers_signature_under_a_known_key_id_is_refused(issuer: Issuer) -> None:
    assert refusal(issuer.token("ec", STRANGERS_KEY)).code == "invalid_token"


def test_a_key_that_a_token_brings_along_counts_for_nothing(issuer: Issuer) -> None:
    brought = {"kid": "mine", "jwk": _jwk("mine", STRANGERS_KEY), "jku": "https://evil.test/jwks.json"}
    assert refusal(jwt.encode(issuer.claims(), STRANGERS_KEY, "ES256", brought)).code == "invalid_token"


def test_a_changed_claim_breaks_the_signature(issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    _, claims, _ = issuer.token(sub="a0000000-0000-4000-8000-000000000001").split(".")
    assert refusal(f"{header}.{claims}.{signature}").code == "invalid_token"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.test/auth/v1"},
        {"iss": None},
        {"aud": "anon"},
        {"aud": None},
        {"role": "anon"},
        {"role": "service_role"},
        {"role": "authenticated "},
        {"role": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "ana"},
        {"sub": 7},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"nbf": int(NOW) + 600},
    ],
    ids=str,
)
def test_a_token_that_is_not_a_signed_in_persons_is_refused(issuer: Issuer, claims: dict[str, object]) -> None:
    assert refusal(_signed_as_told(issuer, claims)).code == "invalid_token"


def _signed_as_told(issuer: Issuer, claims: dict[str, object]) -> str:
    """Signed without PyJWT's own checks of what it signs."""
    told = {name: value for name, value in issuer.claims(**claims).items() if value is not None}
    return jwt.PyJWS().encode(json.dumps(told).encode(), EC_KEY, "ES256", {"kid": "ec"})


# ---- the issuer's keys ----------------------------------------------------------------------------------------------


def test_the_issuer_is_asked_for_its_keys_once(issuer: Issuer) -> None:
    for kid in ("ec", "rsa", "ec"):
        believe(issuer.token(kid, session_id=f"another of {kid}"))
    assert issuer.asked == 1


def test_a_new_key_is_found_by_asking_once_more(issuer: Issuer) -> None:
    believe(issuer.token())
    issuer.keys = {"ec": EC_KEY, "next": NEXT_KEY}
    assert believe(issuer.token("next")).user_id == UUID(ANA)
    assert issuer.asked == 2


def test_a_key_that_was_taken_back_is_not_believed_once_the_keys_were_asked_for_anew(issuer: Issuer) -> None:
    believe(issuer.token())
    issuer.keys = {"next": NEXT_KEY}
    believe(issuer.token("next"))
    assert refusal(issuer.token("ec", EC_KEY, session_id="a later one")).code == "invalid_token"


def test_keys_are_asked_for_anew_once_they_are_old_whatever_the_tokens_say(issuer: Issuer, clock: Clock) -> None:
    believe(issuer.token())
    issuer.keys = {"next": NEXT_KEY}
    clock.pass_by(config.SECRETS_ARE_FRESH_FOR)
    assert refusal(issuer.token("ec", EC_KEY)).code == "invalid_token"
    assert issuer.asked == 2


def test_old_keys_hold_while_the_issuer_is_down_and_it_is_asked_once_a_minute(
    issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(issuer.token())
    monkeypatch.setattr(issuer, "jwks", lambda: "down for maintenance")
    clock.pass_by(config.SECRETS_ARE_FRESH_FOR)
    for number in range(60):
        assert believe(issuer.token(session_id=str(number))).user_id == UUID(ANA)
        clock.pass_by(1)
    assert issuer.asked == 2
    believe(issuer.token(session_id="a minute later"))
    assert issuer.asked == 3


def test_a_flood_of_made_up_keys_does_not_flood_the_issuer(issuer: Issuer, clock: Clock) -> None:
    believe(issuer.token())
    for number in range(120):
        assert refusal(issuer.token(f"made up {number}", STRANGERS_KEY)).code == "invalid_token"
        clock.pass_by(1)
    assert issuer.asked == 3  # at first, and once a minute
    assert believe(issuer.token(session_id="another")).user_id == UUID(ANA)


GARBAGE: Final[list[object]] = ["down for maintenance", None, [], {}, {"keys": None}, {"keys": [None]}, {"keys": "ec"}]


@pytest.mark.parametrize("told", GARBAGE, ids=str)
def test_while_the_issuer_is_down_nobody_is_called_a_liar(
    issuer: Issuer, told: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer, "jwks", lambda: told)
    with pytest.raises(Unavailable) as down:
        believe(issuer.token())
    assert down.value.retry_after == tokens.WAIT_FOR_A_LOST_ISSUER


def test_an_issuer_that_nobody_answers_for_is_down(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Issuer("http://127.0.0.1:1")
    monkeypatch.setenv("SUPABASE_URL", nobody.url)
    with pytest.raises(Unavailable):
        believe(nobody.token())


def test_an_issuer_that_is_down_is_not_flooded_and_found_again(
    issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as while_down:
        while_down.setattr(issuer, "jwks", lambda: "down for maintenance")
        for _ in range(20):
            with pytest.raises(Unavailable):
                believe(issuer.token())
    assert issuer.asked == 1
    clock.pass_by(tokens.WAIT_FOR_A_LOST_ISSUER)
    assert believe(issuer.token()).user_id == UUID(ANA)


def test_an_issuer_that_goes_down_later_is_not_missed(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    believe(issuer.token())
    monkeypatch.setattr(issuer, "jwks", lambda: "down for maintenance")
    assert refusal(issuer.token("unknown", STRANGERS_KEY)).code == "invalid_token"
    assert issuer.asked == 2
    assert believe(issuer.token("rsa")).user_id == UUID(ANA)


def test_an_issuer_without_public_keys_signs_nothing_that_we_believe(issuer: Issuer) -> None:
    issuer.keys = {}
    assert refusal(issuer.token("ec", EC_KEY)).code == "invalid_token"


@pytest.mark.parametrize(
    "odd",
    [
        {"kid": "odd", "kty": "XYZ", "alg": "ES256"},
        {"kty": "oct", "alg": "HS256", "k": "AAAA"},
        {"kid": "ed"},
        None,
        "ec",
        ["ec"],
        _jwk("odd", NEXT_KEY) | {"kid": ["odd"]},
        _jwk("odd", NEXT_KEY) | {"kid": None},
        _jwk("odd", NEXT_KEY) | {"x": 7},
        _jwk("odd", NEXT_KEY) | {"alg": []},
    ],
    ids=["kind", "secret", "no kind", "none", "text", "list", "id a list", "id none", "point a number", "alg a list"],
)
def test_a_key_that_we_can_not_use_does_not_hide_the_others(
    issuer: Issuer, odd: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = issuer.jwks()["keys"]
    monkeypatch.setattr(issuer, "jwks", lambda: {"keys": [odd, *known]})
    assert believe(issuer.token()).user_id == UUID(ANA)


# ---- what is remembered ---------------------------------------------------------------------------------------------


def test_what_a_person_writes_of_themself_decides_nothing(issuer: Issuer) -> None:
    metadata: dict[str, Any] = {
        "user_metadata": {"role": "owner", "org_id": "x"},
        "app_metadata": {"role": "service_role"},
    }
    person = believe(issuer.token(**metadata, is_anonymous=False, phone="1"))
    assert dict(person.claims) == {
        "sub": ANA,
        "email": "ana@acme.test",
        "role": "authenticated",
        "aud": "authenticated",
        "session_id": "5e550000-0000-4000-8000-000000000001",
    }


def test_a_token_once_believed_is_not_verified_again(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    token = issuer.token()
    first = believe(token)
    monkeypatch.setattr(jwt, "decode", _must_not_be_called)
    assert believe(token) is first


def _must_not_be_called(*_: object, **__: object) -> Callable[..., object]:
    raise AssertionError("the token was verified again")


def test_a_remembered_token_ends_when_it_expires(issuer: Issuer, clock: Clock) -> None:
    token = issuer.token(exp=int(NOW) + 10)
    believe(token)
    clock.pass_by(10 + tokens.LEEWAY - 1)
    assert believe(token).user_id == UUID(ANA)
    clock.pass_by(2)
    assert refusal(token).code == "token_expired"


def test_a_remembered_token_ends_soon_after_its_secret_was_rotated(
    issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_JWT_SECRET", LEGACY_SECRET)
    token = jwt.encode(issuer.claims(), LEGACY_SECRET, "HS256")
    believe(token)
    monkeypatch.setenv("SUPABASE_JWT_SECRET", "another-secret-of-at-least-32-bytes!")
    clock.pass_by(config.SECRETS_ARE_FRESH_FOR)
    assert refusal(token).code == "invalid_token"


def test_a_remembered_token_ends_soon_after_its_key_was_taken_back(issuer: Issuer, clock: Clock) -> None:
    token = issuer.token()
    believe(token)
    issuer.keys = {"next": NEXT_KEY}
    clock.pass_by(config.SECRETS_ARE_FRESH_FOR)
    assert refusal(token).code == "invalid_token"


def test_only_so_many_tokens_are_remembered(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "TOKENS_REMEMBERED", 3)
    several = [issuer.token(session_id=str(number)) for number in range(5)]
    first = believe(several[0])
    for token in several:
        believe(token)
    again = believe(several[0])
    assert again == first
    assert again is not first
    assert len(tokens._believed) == 3


def test_nothing_of_a_token_is_logged(issuer: Issuer) -> None:
    with logged() as lines:
        believe(issuer.token())
        refusal(issuer.token("ec", STRANGERS_KEY))
    assert lines == []
