"""The signing key, made at the first start and kept; access tokens and the two API keys are signed with it (ES256)."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.types import Options

from local.identity.refusals import Refusal
from local.pool import Connection, first

ALGORITHM = "ES256"
API_KEY_LIFETIME = timedelta(days=3650)
API_KEY_ROLES = ("anon", "service_role")


@dataclass(frozen=True)
class Keys:
    """The private key, its `kid`, and the API keys: JWTs of the roles anon and service_role."""

    kid: str
    private_key: ec.EllipticCurvePrivateKey
    anon_key: str = ""
    service_role_key: str = ""

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT of these claims."""
        return jwt.encode(claims, self.private_key, ALGORITHM, {"kid": self.kid})

    def verify(self, token: str, at: datetime) -> dict[str, Any]:
        """The claims of a token that we signed and that is good at that time. Refuses with 403 bad_jwt."""
        # The clock is a parameter, so the times are compared here.
        unchecked: Options = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "require": ["exp", "role"]}
        try:
            claims: dict[str, Any] = jwt.decode(token, self.private_key.public_key(), [ALGORITHM], options=unchecked)
        except jwt.InvalidTokenError as error:
            message = f"invalid JWT: unable to parse or verify signature, {error}"
            raise Refusal(403, "bad_jwt", message) from error
        if claims["exp"] <= at.timestamp():
            message = "invalid JWT: unable to parse or verify signature, token is expired"
            raise Refusal(403, "bad_jwt", message)
        return claims

    def public(self) -> dict[str, list[dict[str, Any]]]:
        """The JWKS: only what verifies, nothing that signs."""
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.private_key.public_key()))
        return {"keys": [{**jwk, "kid": self.kid, "alg": ALGORITHM, "use": "sig", "key_ops": ["verify"], "ext": True}]}


def load(db: Connection, at: datetime) -> Keys:
    """The kept keys, or new ones, kept from now on. The caller's transaction holds the lock of `prepare`."""
    row = first(db, "select * from identity.signing_keys order by created_at desc limit 1")
    if row:
        private_key = serialization.load_pem_private_key(row["private_key"].encode(), password=None)
        if not isinstance(private_key, ec.EllipticCurvePrivateKey):
            raise TypeError("identity.signing_keys holds a key that isn't one of an elliptic curve")
        return Keys(row["kid"], private_key, row["anon_key"], row["service_role_key"])
    made = Keys(str(uuid.uuid4()), ec.generate_private_key(ec.SECP256R1()))
    keys = Keys(made.kid, made.private_key, *(made.sign(_api_claims(role, at)) for role in API_KEY_ROLES))
    db.execute(
        "insert into identity.signing_keys (kid, private_key, anon_key, service_role_key, created_at)"
        " values (%s, %s, %s, %s, %s)",
        (keys.kid, _pem(keys.private_key), keys.anon_key, keys.service_role_key, at),
    )
    return keys


def _api_claims(role: str, at: datetime) -> dict[str, Any]:
    issued = int(at.timestamp())
    expires = issued + int(API_KEY_LIFETIME.total_seconds())
    return {"iss": "supabase", "ref": "local", "role": role, "iat": issued, "exp": expires}


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
