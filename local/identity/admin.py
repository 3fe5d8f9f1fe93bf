"""The endpoints of the administrator: they need the service key."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from local.identity import passwords, users
from local.identity.door import Body, Call, Email
from local.identity.mails import action_link
from local.identity.refusals import Refusal, email_exists, invalid, refuse_phone, user_not_found
from local.identity.users import Metadata, User
from local.pool import Connection

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_UNITS = {"h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
LARGEST_PAGE = 1000


class Invitation(Body):
    """The body of POST /invite."""

    email: Email = ""
    data: Metadata = Field(default_factory=dict)


class Account(Body):
    """The body of POST /admin/users and of PUT /admin/users/{user_id}."""

    id: str = ""
    email: Email = ""
    phone: str = ""
    password: str | None = None
    password_hash: str = ""
    email_confirm: bool = False
    user_metadata: Metadata | None = None
    app_metadata: Metadata | None = None
    ban_duration: str = ""


class Deletion(Body):
    """The body of DELETE /admin/users/{user_id}."""

    should_soft_delete: bool = False


class LinkWish(Body):
    """The body of POST /admin/generate_link."""

    type: str = ""
    email: Email = ""
    new_email: Email = ""
    password: str = ""
    data: Metadata = Field(default_factory=dict)
    redirect_to: str = ""


def invite(call: Call) -> dict[str, Any]:
    """POST /invite: an account without a password, and a mail that lets its person in; once more until they come."""
    call.require_service_key()
    body = call.read(Invitation)
    _require_address(body.email)
    with call.identity.pool.transaction() as db:
        user = _invited(call, db, body.email, body.data)
        call.mail(db, user, "invite")
        return users.get(db, user.id).as_json()


def list_users(call: Call) -> Response:
    """GET /admin/users?page=1&per_page=50: the newest first; X-Total-Count and Link say how many there are."""
    call.require_service_key()
    number, size = _count(call, "page", 1), min(_count(call, "per_page", 50), LARGEST_PAGE)
    with call.identity.pool.transaction() as db:
        found, total = users.page(db, number=number, size=size)
    last = -(-total // size)
    ways = {"next": number + 1, "last": last} if number < last else {"last": last}
    path = call.request.url.path
    # Clients read the number after the first "=": the page comes first.
    header = ", ".join(f'<{path}?page={page}&per_page={size}>; rel="{name}"' for name, page in ways.items())
    body = {"users": [user.as_json() for user in found], "aud": "authenticated"}
    return JSONResponse(body, headers={"X-Total-Count": str(total), "Link": header})


def create_user(call: Call) -> dict[str, Any]:
    """POST /admin/users: an account; without a mail, confirmed if `email_confirm`."""
    call.require_service_key()
    body = call.read(Account)
    if not body.email:
        raise invalid("Cannot create a user without either an email or phone")
    hashed, at = _hash(call, body), call.identity.now()
    with call.identity.pool.transaction() as db:
        if users.find(db, email=body.email):
            raise email_exists()
        user = users.create(
            db,
            body.email,
            at=at,
            hashed_password=hashed,
            user_metadata=body.user_metadata,
            app_metadata=body.app_metadata,
            user_id=_uuid(body.id) if body.id else None,
        )
        if body.email_confirm:
            user = users.confirm(db, user, at)
        return _ban(db, user, body.ban_duration, at).as_json()


def show_user(call: Call) -> dict[str, Any]:
    """GET /admin/users/{user_id}."""
    call.require_service_key()
    with call.identity.pool.transaction() as db:
        return users.get(db, _user_id(call)).as_json()


def change_user(call: Call) -> dict[str, Any]:
    """PUT /admin/users/{user_id}: anything of an account, without a mail; a new password ends its sessions."""
    call.require_service_key()
    body = call.read(Account)
    hashed, at = _hash(call, body), call.identity.now()
    with call.identity.pool.transaction() as db:
        user = users.get(db, _user_id(call))
        if hashed:
            user = users.set_password(db, user, hashed, at=at)
        if body.email and body.email != user.email:
            if users.find(db, email=body.email):
                raise email_exists()
            user = users.set_email(db, user, body.email, at)
        if body.email_confirm:
            user = users.confirm(db, user, at)
        user = users.merge_metadata(db, user, at=at, user_metadata=body.user_metadata, app_metadata=body.app_metadata)
        return _ban(db, user, body.ban_duration, at).as_json()


def delete_user(call: Call) -> dict[str, Any]:
    """DELETE /admin/users/{user_id}: the account, its sessions; `should_soft_delete` keeps a row without the person."""
    call.require_service_key()
    body = call.read(Deletion)
    with call.identity.pool.transaction() as db:
        user = users.get(db, _user_id(call))
        users.delete(db, user, softly=body.should_soft_delete, at=call.identity.now())
    return {}


def generate_link(call: Call) -> dict[str, Any]:
    """POST /admin/generate_link: link and code for a mail that the caller writes; nothing goes to the mailbox."""
    call.require_service_key()
    body = call.read(LinkWish)
    _require_address(body.email)
    settings = call.identity.settings
    redirect_to = call.target(body.redirect_to)
    with call.identity.pool.transaction() as db:
        kind, user = _linked(call, db, body)
        secret = call.identity.make_link(db, user, kind)
        shown = users.get(db, user.id).as_json()
    return {
        **shown,
        "action_link": action_link(settings, kind, secret.token, redirect_to),
        "email_otp": secret.code,
        "hashed_token": secret.token,
        "verification_type": body.type if kind == "email_change" else kind,
        "redirect_to": redirect_to,
    }


def _linked(call: Call, db: Connection, body: LinkWish) -> tuple[str, User]:
    """The kind of link that a wish comes to, and the account it is for, made if need be."""
    user, at = users.find(db, email=body.email), call.identity.now()
    match body.type:
        case "invite":
            return "invite", _invited(call, db, body.email, body.data)
        case "signup" if user is not None and user.is_confirmed:
            raise email_exists()
        case "signup" if user is None:
            passwords.check_strength(body.password, call.identity.settings.shortest_password)
            hashed = passwords.hash_password(body.password)
            return "signup", users.create(db, body.email, at=at, hashed_password=hashed, user_metadata=body.data)
        case "signup" if user is not None:
            return "signup", users.merge_metadata(db, user, at=at, user_metadata=body.data)
        case "magiclink" if user is None:
            return "signup", users.create(db, body.email, at=at, user_metadata=body.data)
        case "magiclink" | "recovery" if user is not None:
            return body.type, user
        case "email_change_new" if user is not None:
            _require_address(body.new_email)
            if users.find(db, email=body.new_email):
                raise email_exists()
            return "email_change", users.await_email(db, user, body.new_email, at)
        case "email_change_current":
            raise invalid("Enable secure email change to generate link for current email")
        case "recovery" | "email_change_new":
            raise user_not_found("User with this email not found")
    raise invalid(f"Invalid email action link type requested: {body.type}")


def _invited(call: Call, db: Connection, email: str, data: Metadata) -> User:
    user = users.find(db, email=email)
    if user is not None and user.is_confirmed:
        raise email_exists()
    return user or users.create(db, email, at=call.identity.now(), user_metadata=data)


def _hash(call: Call, body: Account) -> str | None:
    refuse_phone(body.phone)
    if body.password_hash:
        raise invalid("The local double takes passwords, no password hashes")
    if not body.password:
        return None
    passwords.check_strength(body.password, call.identity.settings.shortest_password)
    return passwords.hash_password(body.password)


def _ban(db: Connection, user: User, duration: str, at: datetime) -> User:
    """Ban for Go's kind of duration (`24h`, `1h30m`), lift the ban (`none`), or leave it as it is."""
    if not duration:
        return user
    if duration == "none":
        return users.ban(db, user, None, at)
    parts = _DURATION.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration:
        raise invalid(f'invalid format for ban duration: time: invalid duration "{duration}"')
    try:
        until = at + sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())
    except OverflowError as error:
        raise invalid(f'invalid format for ban duration: time: invalid duration "{duration}"') from error
    return users.ban(db, user, until, at)


def _require_address(email: str) -> None:
    if not email:
        raise invalid("An email address is required")


def _count(call: Call, name: str, default: int) -> int:
    text = call.request.query_params.get(name) or str(default)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise invalid(f"Bad Pagination Parameters: {name} must be a positive number")
    return int(text)


def _user_id(call: Call) -> uuid.UUID:
    try:
        return uuid.UUID(call.request.path_params["user_id"])
    except ValueError as error:
        raise Refusal(404, "validation_failed", "user_id must be an UUID") from error


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise invalid("ID must conform to the uuid v4 format") from error
