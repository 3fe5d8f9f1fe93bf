"""Passwords: hashed with scrypt, compared in constant time, and never guessed from how long an answer takes."""

import base64
import hashlib
import hmac
import secrets

from local.identity.refusals import Refusal, invalid

# Cheap, for a scrypt: no real password comes here, and a demo organisation shall be there at once.
LOG_COST = 12
BLOCK_SIZE = 8
LONGEST = 72  # GoTrue's bcrypt reads no further; what it refuses is refused here too


def check_strength(password: str, shortest: int) -> None:
    """Refuse (422 weak_password, 400 when too long) what GoTrue refuses; lengths are in bytes."""
    length = len(password.encode())
    if length > LONGEST:
        raise invalid(f"Password cannot be longer than {LONGEST} characters")
    if length < shortest:
        message = f"Password should be at least {shortest} characters."
        raise Refusal(422, "weak_password", message, weak_password={"reasons": ["length"]})


def hash_password(password: str) -> str:
    """`$scrypt$ln=12,r=8,p=1$salt$hash`, each time with a new salt. Takes some milliseconds, by intent."""
    salt = secrets.token_bytes(16)
    return f"$scrypt$ln={LOG_COST},r={BLOCK_SIZE},p=1${_encode(salt)}${_encode(_derive(password, salt, LOG_COST))}"


def matches(password: str, hashed: str | None) -> bool:
    """Whether it is the password. Without a hash, the answer is no and takes as long."""
    if not hashed:
        _derive(password, b"nobody's salt", LOG_COST)
        return False
    _, _, parameters, salt, expected = hashed.split("$")
    log_cost = int(parameters.partition(",")[0].removeprefix("ln="))
    return hmac.compare_digest(_derive(password, base64.b64decode(salt), log_cost), base64.b64decode(expected))


def _derive(password: str, salt: bytes, log_cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**log_cost, r=BLOCK_SIZE, p=1, dklen=32)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
