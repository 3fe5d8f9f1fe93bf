"""The endpoints that a person's client calls: sign up, sign in, prove an address, change the account, sign out."""

import uuid
from typing import Any

from pydantic import Field
from starlette.responses import RedirectResponse, Response

from local.identity import links, passwords, redirects, sessions, users
from local.identity.database import Connection
from local.identity.door import Body, Call, Email
from local.identity.links import PURPOSES, Challenge, Redeemed
from local.identity.refusals import Refusal, email_exists, invalid, wrong_credentials
from local.identity.users import Metadata, User

# The word of OAuth 2 for each status, as links carry it back to the site.
_OAUTH_ERRORS = {400: "invalid_request", 401: "unauthorized_client", 403: "access_denied"}


class _Challenged(Body):
    code_challenge: str = ""
    code_challenge_method: str = ""

    @property
    def challenge(self) -> Challenge | None:
        return Challenge.of(self.code_challenge, self.code_challenge_method)


class SignUp(_Challenged):
    """The body of POST /signup."""

    email: Email = ""
    phone: str = ""
    password: str = ""
    data: Metadata = Field(default_factory=dict)


class Credentials(Body):
    """The body of POST /token, of each grant."""

    email: str = ""
    phone: str = ""
    password: str = ""
    refresh_token: str = ""
    auth_code: str = ""
    code_verifier: str = ""


class Address(_Challenged):
    """The body of POST /recover, /otp and /resend."""

    email: Email = ""
    phone: str = ""
    type: str = ""
    create_user: bool = True
    data: Metadata = Field(default_factory=dict)


class Proof(Body):
    """The body of POST /verify."""

    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: Email = ""
    redirect_to: str = ""


class Changes(_Challenged):
    """The body of PUT /user."""

    email: Email = ""
    phone: str = ""
    password: str | None = None
    data: Metadata | None = None
    app_metadata: Metadata | None = None


def sign_up(call: Call) -> dict[str, Any]:
    """POST /signup: a new account and a mail that proves the address; the same answer when there is one already."""
    body = call.read(SignUp)
    if not body.password:
        raise invalid("Signup requires a valid password")
    passwords.check_strength(body.password, call.identity.settings.shortest_password)
    _refuse_phone(body.phone)
    if not body.email:
        raise Refusal(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
    hashed = passwords.hash_password(body.password)
    return _sign_up(call, body.email, hashed, body.data, body.challenge)


def token(call: Call) -> dict[str, Any]:
    """POST /token?grant_type=password|refresh_token|pkce: a session."""
    grants = {"password": _by_password, "refresh_token": _by_refresh_token, "pkce": _by_auth_code}
    grant = grants.get(call.request.query_params.get("grant_type", ""))
    if grant is None:
        raise Refusal(400, "invalid_credentials", "unsupported_grant_type")
    return grant(call, call.read(Credentials))


def recover(call: Call) -> dict[str, Any]:
    """POST /recover: a mail to choose a new password; the same answer whether or not there is an account."""
    body = call.read(Address)
    if not body.email:
        raise invalid("Password recovery requires an email")
    _mail_if_known(call, body, "recovery")
    return {}


def send_otp(call: Call) -> dict[str, Any]:
    """POST /otp: a mail that signs in; a new account too, unless `create_user` is false."""
    body = call.read(Address)
    _refuse_phone(body.phone)
    if not body.email:
        raise invalid("One of email or phone must be set")
    with call.identity.pool.transaction() as db:
        user = users.find(db, email=body.email)
    if user is None and not body.create_user:
        raise Refusal(422, "otp_disabled", "Signups not allowed for otp")
    if user is None or not user.is_confirmed:
        _sign_up(call, body.email, None, body.data, body.challenge)
    if (user is not None and user.is_confirmed) or not call.identity.settings.confirms_email:
        _mail_if_known(call, body, "magiclink")
    return {}


def resend(call: Call) -> dict[str, Any]:
    """POST /resend: the mail of a sign-up or of a changed address once more, where one is awaited."""
    body = call.read(Address)
    if body.type not in ("signup", "email_change"):
        raise invalid("Missing one of these types: signup, email_change, sms, phone_change")
    if not body.email:
        raise invalid("Type provided requires an email address")
    with call.identity.pool.transaction() as db:
        user = users.find(db, email=body.email)
        awaited = user and (user.email_change if body.type == "email_change" else not user.is_confirmed)
        if user and awaited:
            call.identity.send(db, user, body.type, _target(call), body.challenge)
    return {}


def follow_link(call: Call) -> Response:
    """GET /verify: the link of a mail. Leads to the site with a session in the fragment, or with an error."""
    query = call.request.query_params
    kind, secret, target = query.get("type", ""), query.get("token", ""), _target(call)
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


def show_user(call: Call) -> dict[str, Any]:
    """GET /user: the account of the bearer token."""
    user, _ = call.signed_in()
    return user.as_json()


def change_user(call: Call) -> dict[str, Any]:
    """PUT /user: another password (ends the other sessions), address (after a mail to it) or metadata."""
    user, session_id = call.signed_in()
    body = call.read(Changes)
    _refuse_phone(body.phone)
    if body.app_metadata is not None:
        raise Refusal(403, "not_admin", "Updating app_metadata requires admin privileges")
    hashed = _new_password(call, user, body.password)
    at = call.identity.now()
    with call.identity.pool.transaction() as db:
        if hashed:
            user = users.set_password(db, user, hashed, at=at, keep=session_id)
        if body.data is not None:
            user = users.merge_metadata(db, user, at=at, user_metadata=body.data)
        if body.email and body.email != user.email:
            user = _change_address(call, db, user, body)
    return user.as_json()


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


def settings(call: Call) -> dict[str, Any]:
    """GET /settings: what clients may know of the set-up."""
    return {
        "external": {"email": True, "phone": False, "anonymous_users": False},
        "disable_signup": False,
        "mailer_autoconfirm": not call.identity.settings.confirms_email,
        "phone_autoconfirm": False,
        "sms_provider": "",
        "saml_enabled": False,
    }


def health(call: Call) -> dict[str, Any]:
    """GET /health: that the stand-in and its database answer."""
    with call.identity.pool.transaction() as db:
        db.execute("select 1")
    return {"name": "GoTrue", "version": "stand-in", "description": "A local double of Supabase Auth"}


def jwks(call: Call) -> dict[str, Any]:
    """GET /.well-known/jwks.json: the public key."""
    return dict(call.identity.keys.public())


def _by_password(call: Call, body: Credentials) -> dict[str, Any]:
    _refuse_phone(body.phone)
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


def _sign_up(call: Call, email: str, hashed: str | None, data: Metadata, challenge: Challenge | None) -> dict[str, Any]:
    identity, at = call.identity, call.identity.now()
    with identity.pool.transaction() as db:
        user = users.find(db, email=email)
        if user is not None and user.is_confirmed:
            if not identity.settings.confirms_email:
                raise Refusal(422, "user_already_exists", "User already registered")
            return _stranger(user, data, call)
        if user is None:
            user = users.create(db, email, at=at, hashed_password=hashed, user_metadata=data)
        if not identity.settings.confirms_email:
            return identity.start_session(db, users.confirm(db, user, at), method="password")
        identity.send(db, user, "signup", _target(call), challenge)
        shown = users.get(db, user.id).as_json()
    # Who was invited has data that a stranger who knows the address mustn't see.
    return {**shown, "user_metadata": {}, "identities": []} if user.invited_at else shown


def _stranger(user: User, data: Metadata, call: Call) -> dict[str, Any]:
    """An account that doesn't exist: the answer to a sign-up with an address that is taken."""
    now = call.identity.now().isoformat()
    return {
        "id": str(uuid.uuid4()),
        "aud": "authenticated",
        "role": "",
        "email": user.email,
        "phone": "",
        "confirmation_sent_at": now,
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": data,
        "identities": [],
        "created_at": now,
        "updated_at": now,
        "is_anonymous": False,
    }


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


def _change_address(call: Call, db: Connection, user: User, body: Changes) -> User:
    if users.find(db, email=body.email):
        raise email_exists()
    user = users.await_email(db, user, body.email, call.identity.now())
    call.identity.send(db, user, "email_change", _target(call), body.challenge)
    return users.get(db, user.id)


def _new_password(call: Call, user: User, password: str | None) -> str | None:
    """The hash of the password that the person wants, None when it stays. Refuses (422) a weak one and the old one."""
    if password is None:
        return None
    passwords.check_strength(password, call.identity.settings.shortest_password)
    if passwords.matches(password, user.encrypted_password):
        raise Refusal(422, "same_password", "New password should be different from the old password.")
    return passwords.hash_password(password)


def _mail_if_known(call: Call, body: Address, kind: str) -> None:
    with call.identity.pool.transaction() as db:
        user = users.find(db, email=body.email)
        if user:
            call.identity.send(db, user, kind, _target(call), body.challenge)


def _lead_back(target: str, refusal: Refusal, *, is_pkce: bool) -> Response:
    error = {
        "error": _OAUTH_ERRORS.get(refusal.status, "server_error"),
        "error_code": refusal.code,
        "error_description": refusal.message,
    }
    url = redirects.with_query(target, error) if is_pkce else target
    return RedirectResponse(redirects.with_fragment(url, {**error, "sb": ""}), 303)


def _target(call: Call) -> str:
    return redirects.target(call.request, call.identity.settings)


def _refuse_phone(phone: str) -> None:
    if phone:
        raise Refusal(400, "phone_provider_disabled", "Phone logins are disabled")
