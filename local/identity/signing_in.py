"""The endpoints of a session: begin it with a password or a code, go on with a refresh token, end it."""

from typing import Any

from starlette.responses import Response

from local.identity import links, passwords, sessions, users
from local.identity.door import Body, Call
from local.identity.refusals import Refusal, invalid, refuse_phone, wrong_credentials


class Credentials(Body):
    """The body of POST /token, of each grant."""

    email: str = ""
    phone: str = ""
    password: str = ""
    refresh_token: str = ""
    auth_code: str = ""
    code_verifier: str = ""


def token(call: Call) -> dict[str, Any]:
    """POST /token?grant_type=password|refresh_token|pkce: a session."""
    grants = {"password": _by_password, "refresh_token": _by_refresh_token, "pkce": _by_auth_code}
    grant = grants.get(call.request.query_params.get("grant_type", ""))
    if grant is None:
        raise Refusal(400, "invalid_credentials", "unsupported_grant_type")
    return grant(call, call.read(Credentials))


def sign_out(call: Call) -> Response:
    """POST /logout?scope=global|local|others: end every session of the account, this one, or all the others."""
    name = call.request.query_params.get("scope") or "global"
    try:
        scope = sessions.Scope(name)
    except ValueError as error:
        raise invalid(f'Unsupported logout scope "{name}"') from error
    user, session_id = call.signed_in()
    with call.identity.pool.transaction() as db:
        sessions.end(db, user.id, session_id, scope)
    return Response(status_code=204)


def _by_password(call: Call, body: Credentials) -> dict[str, Any]:
    refuse_phone(body.phone)
    if not body.email:
        raise invalid("missing email or phone")
    with call.identity.pool.transaction() as db:
        user = users.find(db, email=body.email.lower())
    # An unknown address is hashed for nothing, so that the time doesn't tell it from a known one.
    if not passwords.matches(body.password, user.encrypted_password if user else None) or user is None:
        raise wrong_credentials()
    if user.is_banned(call.identity.now()):
        raise Refusal(400, "user_banned", "User is banned")
    if not user.is_confirmed:
        raise Refusal(400, "email_not_confirmed", "Email not confirmed")
    with call.identity.pool.transaction() as db:
        return call.identity.start_session(db, user, method="password")


def _by_refresh_token(call: Call, body: Credentials) -> dict[str, Any]:
    identity = call.identity
    with identity.pool.transaction() as db:
        session = sessions.refresh(db, identity.keys, identity.settings, body.refresh_token)
    if session is None:
        raise Refusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
    return session


def _by_auth_code(call: Call, body: Credentials) -> dict[str, Any]:
    if not body.auth_code or not body.code_verifier:
        raise invalid("invalid request: both auth code and code verifier should be non-empty")
    at, lifetime = call.identity.now(), call.identity.settings.code_lifetime
    with call.identity.pool.transaction() as db:
        user_id, method = links.redeem_auth_code(db, body.auth_code, body.code_verifier, at=at, lifetime=lifetime)
        return call.identity.start_session(db, users.get(db, user_id), method=method)
