"""The mails of this machine: put into a mailbox instead of being sent. The stand-in's own are written like GoTrue's."""

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
    put(db, kind, to=to, subject=wording.subject, text=text, link=link, code=secret.code, at=settings.now())


def put(
    db: Connection, kind: str, *, to: str, subject: str, text: str, link: str, at: datetime, code: str = ""
) -> None:
    """Put a mail into the mailbox of an address: `text` as it is, and the same as HTML."""
    db.execute(
        'insert into identity.mails ("to", kind, subject, html, text, link, code, created_at)'
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (to, kind, subject, f"<h2>{html.escape(subject)}</h2>\n{as_html(text, link)}\n", text, link, code, at),
    )


def as_html(text: str, link: str) -> str:
    """A mail's text as paragraphs; the one that ends with its link becomes that link."""
    return "\n".join(_paragraph(each, link) for each in text.strip().split("\n\n"))


def _paragraph(text: str, link: str) -> str:
    told, found, _ = text.partition(f": {link}")
    return f'<p><a href="{html.escape(link)}">{html.escape(told)}</a></p>' if found else f"<p>{html.escape(text)}</p>"


def latest(db: Connection, *, to: str = "", limit: int = 100) -> list[Mail]:
    """The mails, or those to one address (in any case), the newest first."""
    rows = db.execute(
        "select * from identity.mails where %(to)s in ('', \"to\") order by id desc limit %(limit)s",
        {"to": to.lower(), "limit": limit},
    ).fetchall()
    return [Mail(**row) for row in rows]
