"""The endpoints that end in a mail: sign up, sign in by link, forget a password, ask for the mail once more."""

import uuid
from typing import Any

from pydantic import Field

from local.identity import passwords, users
from local.identity.door import Call, Challenged, Email
from local.identity.links import Challenge
from local.identity.refusals import Refusal, invalid, refuse_phone
from local.identity.users import Metadata, User


class SignUp(Challenged):
    """The body of POST /signup."""

    email: Email = ""
    phone: str = ""
    password: str = ""
    data: Metadata = Field(default_factory=dict)


class Address(Challenged):
    """The body of POST /recover, /otp and /resend."""

    email: Email = ""
    phone: str = ""
    type: str = ""
    create_user: bool = True
    data: Metadata = Field(default_factory=dict)


def sign_up(call: Call) -> dict[str, Any]:
    """POST /signup: a new account and a mail that proves the address; the same answer when there is one already."""
    body = call.read(SignUp)
    if not body.password:
        raise invalid("Signup requires a valid password")
    passwords.check_strength(body.password, call.identity.settings.shortest_password)
    refuse_phone(body.phone)
    if not body.email:
        raise Refusal(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
    hashed = passwords.hash_password(body.password)
    return _sign_up(call, body.email, hashed, body.data, body.challenge)


def send_otp(call: Call) -> dict[str, Any]:
    """POST /otp: a mail that signs in; a new account too, unless `create_user` is false."""
    body = call.read(Address)
    refuse_phone(body.phone)
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


def recover(call: Call) -> dict[str, Any]:
    """POST /recover: a mail to choose a new password; the same answer whether or not there is an account."""
    body = call.read(Address)
    if not body.email:
        raise invalid("Password recovery requires an email")
    _mail_if_known(call, body, "recovery")
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
            call.mail(db, user, body.type, body.challenge)
    return {}


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
        call.mail(db, user, "signup", challenge)
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


def _mail_if_known(call: Call, body: Address, kind: str) -> None:
    with call.identity.pool.transaction() as db:
        user = users.find(db, email=body.email)
        if user:
            call.mail(db, user, kind, body.challenge)
