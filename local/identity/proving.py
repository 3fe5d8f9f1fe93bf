"""The endpoints at the other end of a mail: who brings its token or its code gets a session."""

from typing import Any

from starlette.responses import RedirectResponse, Response

from local.identity import links, redirects, users
from local.identity.door import Body, Call, Email
from local.identity.links import PURPOSES, Redeemed
from local.identity.refusals import Refusal, invalid
from local.identity.users import User
from local.pool import Connection

# The word of OAuth 2 for each status, as links carry it back to the site.
_OAUTH_ERRORS = {400: "invalid_request", 401: "unauthorized_client", 403: "access_denied"}


class Proof(Body):
    """The body of POST /verify."""

    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: Email = ""
    redirect_to: str = ""


def follow_link(call: Call) -> Response:
    """GET /verify: the link of a mail. Leads to the site with a session in the fragment, or with an error."""
    query = call.request.query_params
    kind, secret, target = query.get("type", ""), query.get("token", ""), call.target()
    if not kind:
        raise invalid("Verify requires a verification type")
    if not secret:
        raise invalid("Verify requires a token or a token hash")
    try:
        with call.identity.pool.transaction() as db:
            user, redeemed = _redeem(call, db, kind, token=secret)
            if redeemed.challenge:
                method = "email/signup" if redeemed.purpose == "confirmation" else kind
                code = links.make_auth_code(db, user.id, redeemed.challenge, method=method, at=call.identity.now())
                return RedirectResponse(redirects.with_query(target, {"code": code}), 303)
            session = call.identity.start_session(db, user, method="otp")
    except Refusal as refusal:
        return _lead_back(target, refusal, is_pkce=secret.startswith("pkce_"))
    names = ("access_token", "expires_at", "expires_in", "refresh_token", "token_type")
    fragment = {**{name: str(session[name]) for name in names}, "sb": "", "type": kind}
    return RedirectResponse(redirects.with_fragment(target, fragment), 303)


def verify(call: Call) -> dict[str, Any]:
    """POST /verify: the token of a mail, or an address and the six digits that it was mailed, for a session."""
    body = call.read(Proof)
    if not body.type:
        raise invalid("Verify requires a verification type")
    if bool(body.token) == bool(body.token_hash):
        raise invalid("Verify requires either a token or a token hash")
    if body.token and not body.email:
        raise invalid("Only an email address or phone number should be provided on verify")
    if body.token_hash and (body.email or body.redirect_to):
        raise invalid("Only the token_hash and type should be provided")
    with call.identity.pool.transaction() as db:
        user, _ = _redeem(call, db, body.type, token=body.token_hash, email=body.email, code=body.token)
        return call.identity.start_session(db, user, method="otp")


def _redeem(
    call: Call, db: Connection, kind: str, *, token: str = "", email: str = "", code: str = ""
) -> tuple[User, Redeemed]:
    """Use up a token or a code, and do what it was for: the account whose address is proved."""
    purposes = PURPOSES.get(kind)
    if purposes is None:
        raise invalid("Invalid email verification type")
    at, lifetime = call.identity.now(), call.identity.settings.link_lifetime
    if token:
        redeemed = links.redeem_token(db, token, purposes, at=at, lifetime=lifetime)
    else:
        known = users.find(db, email=email) or users.find_changing_to(db, email)
        redeemed = links.redeem_code(db, known.id if known else None, code, purposes, at=at, lifetime=lifetime)
    user = users.get(db, redeemed.user_id)
    if user.is_banned(at):
        raise Refusal(403, "user_banned", "User is banned")
    if redeemed.purpose == "email_change" and user.email_change:
        user = users.set_email(db, user, user.email_change, at)
    return user if user.is_confirmed else users.confirm(db, user, at), redeemed


def _lead_back(target: str, refusal: Refusal, *, is_pkce: bool) -> Response:
    error = {
        "error": _OAUTH_ERRORS.get(refusal.status, "server_error"),
        "error_code": refusal.code,
        "error_description": refusal.message,
    }
    url = redirects.with_query(target, error) if is_pkce else target
    return RedirectResponse(redirects.with_fragment(url, {**error, "sb": ""}), 303)
