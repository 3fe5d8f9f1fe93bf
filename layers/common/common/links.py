"""Links that a mail carries and nobody else can make: what they allow is in them, signed."""

import base64
import hashlib
import hmac
from typing import TypeVar

from pydantic import BaseModel

from common import config
from vizdots.errors import Invalid

M = TypeVar("M", bound=BaseModel)


def sign(purpose: str, said: str) -> str:
    """A token that allows `said` for one purpose. Two purposes' tokens are never each other's."""
    return f"{_encoded(said.encode())}.{_signature(purpose, said)}"


def said(purpose: str, token: str) -> str:
    """What a token of ours allows. Raises Invalid for any other, and for one of another purpose."""
    body, _, signature = token.partition(".")
    try:
        found = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except ValueError:
        found = ""
    if not hmac.compare_digest(_signature(purpose, found).encode(), signature.encode(errors="surrogatepass")):
        raise Invalid("This link is not one of ours.", code="invalid_link")
    return found


def bearer_of(token: str, purpose: str, model: type[M]) -> M:
    """What a token of ours allows, read as a `model`. Raises Invalid."""
    return model.model_validate_json(said(purpose, token))


def _signature(purpose: str, said: str) -> str:
    return _encoded(
        hmac.new(config.secret("MAIL_LINKS_SECRET").encode(), f"{purpose}\n{said}".encode(), hashlib.sha256).digest()
    )


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
