"""The endpoints on which a person sees and changes their own account."""

from typing import Any

from local.identity import passwords, users
from local.identity.door import Call, Challenged, Email
from local.identity.refusals import Refusal, email_exists, refuse_phone
from local.identity.users import Metadata, User
from local.pool import Connection


class Changes(Challenged):
    """The body of PUT /user."""

    email: Email = ""
    phone: str = ""
    password: str | None = None
    data: Metadata | None = None
    app_metadata: Metadata | None = None


def show_user(call: Call) -> dict[str, Any]:
    """GET /user: the account of the bearer token."""
    user, _ = call.signed_in()
    return user.as_json()


def change_user(call: Call) -> dict[str, Any]:
    """PUT /user: another password (ends the other sessions), address (after a mail to it) or metadata."""
    user, session_id = call.signed_in()
    body = call.read(Changes)
    refuse_phone(body.phone)
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


def _change_address(call: Call, db: Connection, user: User, body: Changes) -> User:
    if users.find(db, email=body.email):
        raise email_exists()
    user = users.await_email(db, user, body.email, call.identity.now())
    call.mail(db, user, "email_change", body.challenge)
    return users.get(db, user.id)


def _new_password(call: Call, user: User, password: str | None) -> str | None:
    """The hash of the password that the person wants, None when it stays. Refuses (422) a weak one and the old one."""
    if password is None:
        return None
    passwords.check_strength(password, call.identity.settings.shortest_password)
    if passwords.matches(password, user.encrypted_password):
        raise Refusal(422, "same_password", "New password should be different from the old password.")
    return passwords.hash_password(password)
