"""The mails of the stand-in: written like GoTrue's, and put into a mailbox instead of being sent."""

import html
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from local.identity.database import Connection
from local.identity.links import Secret
from local.identity.settings import Settings


@dataclass(frozen=True)
class Wording:
    """The words of one kind of mail."""

    subject: str
    text: str
    action: str


# The kinds are GoTrue's types of verification.
WORDINGS = {
    "signup": Wording(
        "Confirm your email address",
        "Follow the link below to confirm this email address and finish signing up.",
        "Confirm email address",
    ),
    "invite": Wording(
        "You've been invited",
        "You've been invited to create an account. Follow the link below to accept.",
        "Accept invitation",
    ),
    "recovery": Wording(
        "Reset your password",
        "We received a request to reset your password. Follow the link below to choose a new one."
        " If you didn't request this, you can safely ignore this email.",
        "Reset password",
    ),
    "magiclink": Wording(
        "Your sign-in link",
        "Follow the link below to sign in. This link expires shortly and can only be used once.",
        "Sign in",
    ),
    "email_change": Wording(
        "Confirm your new email address",
        "Follow the link below to confirm this address as your new email address.",
        "Confirm new email address",
    ),
}


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in the mailbox; `link` and `code` are what its text offers, for tests to follow."""

    id: int
    to: str
    kind: str
    subject: str
    html: str
    text: str
    link: str
    code: str
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Every field; the time as ISO 8601."""
        return {**asdict(self), "created_at": self.created_at.isoformat()}


def action_link(settings: Settings, kind: str, token: str, redirect_to: str) -> str:
    """The link of a mail: it proves the address, then leads to `redirect_to`, which the caller has checked."""
    return f"{settings.issuer}/verify?{urlencode({'token': token, 'type': kind, 'redirect_to': redirect_to})}"


# What our templates of a project's mails call each kind in their links: these are the types of POST /verify.
_TYPES = {"signup": "email", "invite": "invite", "recovery": "recovery"}


def mailed_link(settings: Settings, kind: str, token: str, redirect_to: str) -> str:
    """The link as the project's templates write it: to its page, which asks before it uses the token, or to /verify."""
    if not settings.confirm_url or kind not in _TYPES:
        return action_link(settings, kind, token, redirect_to)
    query = {"token_hash": token, "type": _TYPES[kind], "next": redirect_to}
    return f"{settings.confirm_url}?{urlencode(query)}"


def deliver(db: Connection, settings: Settings, kind: str, *, to: str, secret: Secret, redirect_to: str) -> None:
    """Put a mail of one kind into the mailbox of an address."""
    wording = WORDINGS[kind]
    link = mailed_link(settings, kind, secret.token, redirect_to)
    text = f"{wording.text}\n\n{wording.action}: {link}\n\nAlternatively, enter the code: {secret.code}\n"
    body = (
        f"<h2>{html.escape(wording.subject)}</h2>\n<p>{html.escape(wording.text)}</p>\n"
        f'<p><a href="{html.escape(link)}">{html.escape(wording.action)}</a></p>\n'
        f"<p>Alternatively, enter the code: {secret.code}</p>\n"
    )
    db.execute(
        'insert into identity.mails ("to", kind, subject, html, text, link, code, created_at)'
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (to, kind, wording.subject, body, text, link, secret.code, settings.now()),
    )


def latest(db: Connection, *, to: str = "", limit: int = 100) -> list[Mail]:
    """The mails, or those to one address (in any case), the newest first."""
    rows = db.execute(
        "select * from identity.mails where %(to)s in ('', \"to\") order by id desc limit %(limit)s",
        {"to": to.lower(), "limit": limit},
    ).fetchall()
    return [Mail(**row) for row in rows]
