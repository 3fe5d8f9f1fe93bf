"""Whom a token names: the tokens of Supabase Auth, or of any issuer of the same shape.

A token is believed when its signature, issuer, audience, expiry and role hold. `user_metadata` is the person's own
text and decides nothing.
"""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.request import urlopen
from uuid import UUID

import jwt

from common import config
from vizdots.errors import NotSignedIn, Unavailable

LEEWAY: Final = 60  # seconds that two clocks may differ
AUDIENCE: Final = "authenticated"
ROLE: Final = "authenticated"
ASYMMETRIC: Final = ("ES256", "RS256")
KEYS_ARE_ASKED_FOR_AT_MOST_EVERY: Final = 60.0  # seconds: made-up key ids can't make us flood the issuer
WAIT_FOR_A_LOST_ISSUER: Final = 2.0  # seconds before one that didn't answer is asked again
TOKENS_REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person, as their token names them."""

    user_id: UUID
    email: str
    claims: Mapping[str, object]
    """The claims that the database's policies read: nothing that the person can write themself."""


class Keys:
    """The issuer's public keys by `kid`: fetched at first use, for an unknown `kid`, and when old; never in a flood."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._keys: dict[str, jwt.PyJWK] | None = None
        self._may_be_asked_at = 0.0
        self._fresh_until = 0.0

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key `kid`, or None when the issuer has none by that name. Raises Unavailable when it can't be asked."""
        now = time.monotonic()
        lacking = self._keys is None or kid not in self._keys
        if (lacking or now >= self._fresh_until) and now >= self._may_be_asked_at:
            self._ask(now)
        if self._keys is None:
            raise Unavailable("The identity service doesn't answer.", retry_after=round(WAIT_FOR_A_LOST_ISSUER))
        return self._keys.get(kid)

    def _ask(self, now: float) -> None:
        try:
            with urlopen(self.url, timeout=3) as answer:  # noqa: S310 - the URL is the operator's setting
                keys = _usable(json.load(answer)["keys"])
        except (OSError, HTTPException, ValueError, LookupError, TypeError):
            self._may_be_asked_at = now + WAIT_FOR_A_LOST_ISSUER  # the keys that are known go on holding
            self._fresh_until = now + KEYS_ARE_ASKED_FOR_AT_MOST_EVERY
            return
        if self._keys is not None:  # the first question is free: a key may have been added right after it
            self._may_be_asked_at = now + KEYS_ARE_ASKED_FOR_AT_MOST_EVERY
        self._fresh_until = now + config.SECRETS_ARE_FRESH_FOR
        self._keys = keys


def _usable(listed: Sequence[object]) -> dict[str, jwt.PyJWK]:
    """The keys of a JWKS by `kid`, without those that we can't use. Raises TypeError for what is no list of keys."""
    objects = [each for each in listed if isinstance(each, dict)]
    if listed and not objects:
        raise TypeError("no list of keys")
    keys = (_public_key(each) for each in objects)
    return {key.key_id: key for key in keys if key is not None and isinstance(key.key_id, str)}


def _public_key(listed: dict[str, Any]) -> jwt.PyJWK | None:
    """One key of a JWKS; None for one that we can't use, which is no reason to lose the others."""
    try:
        return jwt.PyJWK(listed) if listed.get("alg", "ES256") in ASYMMETRIC else None
    except (jwt.PyJWTError, ValueError, LookupError, TypeError, AttributeError):
        return None


_issuers: dict[str, Keys] = {}
_believed: OrderedDict[bytes, tuple[float, Person]] = OrderedDict()


def person(authorization: str | None) -> Person:
    """The person whom an `Authorization: Bearer …` header names.

    Raises NotSignedIn, with nothing of the token in it, and Unavailable when the issuer's keys can't be had.
    """
    token = bearer(authorization)
    if not token:
        raise NotSignedIn
    # What is remembered is of no use to a thief. Any text has a fingerprint, even one that no header can hold.
    fingerprint = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    now = time.time()
    until, known = _believed.get(fingerprint, (0.0, None))
    if known is not None and now < until:
        return known
    claims = _verify(token)
    try:
        user_id = UUID(claims["sub"])
    except (ValueError, AttributeError):
        raise NotSignedIn("The token names nobody.", code="invalid_token") from None
    known = Person(user_id, str(claims.get("email") or ""), _claims_for_policies(claims, user_id))
    # Not for the token's whole life: the key that signed it may be rotated meanwhile.
    _believed[fingerprint] = (min(float(claims["exp"]) + LEEWAY, now + config.SECRETS_ARE_FRESH_FOR), known)
    if len(_believed) > TOKENS_REMEMBERED:
        _believed.popitem(last=False)
    return known


def _verify(token: str) -> dict[str, Any]:
    issuer = config.setting("SUPABASE_URL").rstrip("/") + "/auth/v1"
    try:
        header = jwt.get_unverified_header(token)
        key, algorithm = _key_for(header, issuer)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=AUDIENCE,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.ExpiredSignatureError:
        raise NotSignedIn("The session has ended: please sign in again.", code="token_expired") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise NotSignedIn("The token doesn't hold.", code="invalid_token") from None
    if claims.get("role") != ROLE:
        raise NotSignedIn("The token is not one of a signed-in person.", code="invalid_token")
    return claims


def _key_for(header: Mapping[str, Any], issuer: str) -> tuple[Any, str]:
    """The key and the one algorithm that it may be used with: the key decides, never the token's header alone.

    A public key is never a secret for HS256 (the classic confusion), and `none` is no algorithm.
    """
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm == "HS256" and config.is_set("SUPABASE_JWT_SECRET"):
        return config.secret("SUPABASE_JWT_SECRET"), "HS256"
    if algorithm in ASYMMETRIC and isinstance(kid, str):
        keys = _issuers.setdefault(issuer, Keys(f"{issuer}/.well-known/jwks.json"))
        key = keys.find(kid)
        if key is not None and key.algorithm_name == algorithm:
            return key, algorithm
    raise jwt.InvalidKeyError


def _claims_for_policies(claims: Mapping[str, Any], user_id: UUID) -> dict[str, object]:
    """With `sub` in the one form that PostgreSQL reads, too: Python also takes "urn:uuid:…"."""
    told = {name: claims[name] for name in ("email", "role", "aud", "session_id") if name in claims}
    return {"sub": str(user_id)} | told


def bearer(authorization: str | None) -> str:
    """The token of an `Authorization: Bearer …` header, empty where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
