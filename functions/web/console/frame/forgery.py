"""Forms that only our own pages can send (OWASP's signed double submit, and what the browser says of its origin).

Each browser has a secret in an HttpOnly cookie, new at every sign-in and sign-out; each form carries a token made with
it. The token is another one each time, so that a compressed page tells nothing of it (BREACH).
"""

import hashlib
import hmac
import secrets
from typing import Final

from starlette.requests import Request

from vizdots.errors import Forbidden

FIELD: Final = "form_token"


class Forged(Forbidden):
    """The form was not sent by a page of ours, or by one from before a sign-in or sign-out."""

    code = "form_expired"
    title = "This form is too old"


class Outdated(Forged):
    """The browser says that a page of ours sent it, but its token is of before: to be looked at once more, and sent."""


def new_secret() -> str:
    """A browser's secret."""
    return secrets.token_urlsafe(32)


def token(secret: str) -> str:
    """A form's token."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_signature(nonce, secret)}"


def check(request: Request, sent: str, secret: str, own_origin: str) -> None:
    """Raise Forged (or Outdated) unless a page of `own_origin` sends it, in the browser that has the secret."""
    nonce, _, signature = sent.partition(".")
    if not _is_from_here(request, own_origin):
        raise Forged
    if not (secret and hmac.compare_digest(_signature(nonce, secret).encode(), signature.encode())):
        raise Outdated if _says_so(request) else Forged


def _is_from_here(request: Request, own_origin: str) -> bool:
    """Whether nothing speaks against it: old browsers send neither header."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    # The host counts, too: the same console may be served under a second name.
    return origin is None or origin == own_origin or origin.partition("://")[2] == request.headers.get("host")


def _says_so(request: Request) -> bool:
    """Whether the browser vouches for it. No page can make it lie about this."""
    return request.headers.get("sec-fetch-site") == "same-origin"


def _signature(nonce: str, secret: str) -> str:
    return hmac.new(secret.encode(), nonce.encode(), hashlib.sha256).hexdigest()
