"""Supabase Auth, or another service of its shape: accounts, passwords, and the tokens that they are exchanged for.

Each call is one request with a client of its own, so that no session of one person is ever left for the next.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from common import config
from vizdots.errors import Conflict, Invalid, NotSignedIn, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from supabase_auth import AuthResponse, SyncGoTrueClient

Kind = Literal["email", "recovery", "invite"]

WAITS: Final = 8.0  # seconds for an answer
A_WHILE: Final = 60  # seconds: Supabase doesn't tell how long to wait, and its buckets refill within minutes
SERVERS_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Granted:
    """The tokens of a session. `expires_in` is in seconds and means the access token."""

    access_token: str
    refresh_token: str
    expires_in: int
    email: str


def sign_in(email: str, password: str) -> Granted:
    """Exchange a password for tokens. Raises Invalid (email_not_confirmed, say), TooMany, Unavailable."""
    return _granted(ask(lambda it: it.sign_in_with_password({"email": email, "password": password})))


def sign_up(email: str, password: str, *, language: str, lead_to: str) -> Granted | None:
    """Make an account whose mails are in a language; None while its address is to be confirmed, or has an account.

    Raises Invalid (weak_password, email_address_invalid), TooMany, Unavailable.
    """
    options: Any = {"email_redirect_to": lead_to, "data": {"language": language}}
    try:
        told = _mailed(lambda it: it.sign_up({"email": email, "password": password, "options": options}))
    except Invalid as refused:
        if refused.code in ("user_already_exists", "email_exists"):  # a project that confirms no addresses says so
            return None
        raise
    return _granted(told) if told and told.session else None


def refresh(token: str) -> Granted:
    """Exchange a refresh token for new tokens. Raises NotSignedIn when it doesn't hold any more, Unavailable."""
    try:
        return _granted(ask(lambda it: it.refresh_session(token)))
    except (Invalid, Conflict):
        raise NotSignedIn("The session has ended: please sign in again.", code="token_expired") from None


def confirm(token_hash: str, kind: Kind) -> Granted:
    """Exchange what a mail's link carries for tokens, once. Raises Invalid (otp_expired), TooMany, Unavailable."""
    return _granted(ask(lambda it: it.verify_otp({"token_hash": token_hash, "type": kind})))


def recover(email: str, *, lead_to: str) -> None:
    """Mail a link to choose a new password with, if there is such an account. Raises TooMany, Unavailable."""
    _mailed(lambda it: it.reset_password_for_email(email, {"redirect_to": lead_to}))


def resend_confirmation(email: str, *, lead_to: str) -> None:
    """Mail the link once more that proves a new account's address. Raises TooMany, Unavailable."""
    _mailed(lambda it: it.resend({"type": "signup", "email": email, "options": {"email_redirect_to": lead_to}}))


def set_password(access_token: str, refresh_token: str, password: str) -> None:
    """Choose a new password. Raises Invalid (weak_password, same_password), NotSignedIn, Unavailable."""

    def change(client: SyncGoTrueClient) -> None:
        client.set_session(access_token, refresh_token)
        client.update_user({"password": password})

    ask(change)


def sign_out(access_token: str) -> None:
    """End the session that the token belongs to, on this device alone. Harmless for one that has ended.

    Raises Unavailable.
    """
    with suppress(NotSignedIn, Invalid):
        ask(lambda it: it.admin.sign_out(access_token, "local"))


def _mailed(request: Callable[[SyncGoTrueClient], Any]) -> Any:
    """A request that ends in a mail; None when one has just gone to that address.

    Supabase tells only of accounts that exist that they were mailed a moment ago: told to whoever asks, it would tell
    who has an account.
    """
    try:
        return ask(request)
    except TooMany as refused:
        if refused.code != "over_email_send_rate_limit":
            raise
        return None


def ask(request: Callable[[SyncGoTrueClient], Any], headers: Mapping[str, str] | None = None) -> Any:
    """What `request` does with a fresh client; what goes wrong is told as ours."""
    from httpx import Client, HTTPError  # noqa: PLC0415 - half a second of imports, only when somebody signs in
    from supabase_auth import SyncGoTrueClient  # noqa: PLC0415
    from supabase_auth import errors as refused  # noqa: PLC0415

    url = config.setting("SUPABASE_URL").rstrip("/") + "/auth/v1"
    headers = dict(headers or {"apikey": config.setting("SUPABASE_ANON_KEY", "")})
    with Client(timeout=WAITS, follow_redirects=False) as http:
        client = SyncGoTrueClient(
            url=url, headers=headers, http_client=http, auto_refresh_token=False, persist_session=False
        )
        try:
            return request(client)
        except refused.AuthApiError as error:
            _raise_as_ours(error.status, str(error.code or ""))
        except refused.AuthWeakPasswordError:
            raise Invalid(code="weak_password") from None
        except (refused.AuthSessionMissingError, refused.AuthInvalidJwtError):
            raise NotSignedIn from None
        except (refused.AuthError, HTTPError, ValueError):  # ValueError: what it answers is no answer
            raise Unavailable("The identity service doesn't answer.", retry_after=5) from None


def _granted(told: AuthResponse) -> Granted:
    session = told.session
    if session is None:
        raise NotSignedIn
    return Granted(session.access_token, session.refresh_token, session.expires_in, session.user.email or "")


def _raise_as_ours(status: int, code: str) -> NoReturn:
    """The service's refusal by its code, and never with its text, which may name the address."""
    if status == TooMany.status or code.startswith("over_"):
        raise TooMany(code=code or None, retry_after=A_WHILE) from None
    if status >= SERVERS_FAULT:
        raise Unavailable("The identity service doesn't answer.", retry_after=5) from None
    if code in ("session_not_found", "bad_jwt", "no_authorization", "session_expired", "user_not_found"):
        raise NotSignedIn from None
    raise Invalid(code=code or "refused") from None
