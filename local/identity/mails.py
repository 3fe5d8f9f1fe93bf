"""The stand-in's own mails: the product's letters, as docs/runbook.md has Supabase write them."""

import secrets
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlencode

from local.identity.links import Secret
from local.identity.settings import Settings
from local.ses import Sent
from vizdots import translations
from vizdots.agents import LANGUAGES, Language
from vizdots.mails import letters

# GoTrue's types of verification, and the product's kind of mail for each.
KINDS: Final = {
    "signup": "confirmation",
    "invite": "account",
    "recovery": "recovery",
    "magiclink": "sign_in",
    "email_change": "address_change",
}

# What our templates of a project's mails call each kind in their links: these are the types of POST /verify.
_TYPES: Final = {"signup": "email", "invite": "invite", "recovery": "recovery"}


def language(metadata: dict[str, Any] | None, asked_for: str) -> Language:
    """The account's own language, as templates of Supabase know it; else what an Accept-Language asks for."""
    own = (metadata or {}).get("language")
    return next((each for each in LANGUAGES if each == own), translations.accepted(asked_for))


def action_link(settings: Settings, kind: str, token: str, redirect_to: str) -> str:
    """The link of a mail: it proves the address, then leads to `redirect_to`, which the caller has checked."""
    return f"{settings.issuer}/verify?{urlencode({'token': token, 'type': kind, 'redirect_to': redirect_to})}"


def mailed_link(settings: Settings, kind: str, token: str, redirect_to: str) -> str:
    """The link as the project's templates write it: to its page, which asks before it uses the token, or to /verify."""
    if not settings.confirm_url or kind not in _TYPES:
        return action_link(settings, kind, token, redirect_to)
    query = {"token_hash": token, "type": _TYPES[kind], "next": redirect_to}
    return f"{settings.confirm_url}?{urlencode(query)}"


def write(settings: Settings, kind: str, spoken: Language, *, to: str, secret: Secret, redirect_to: str) -> Sent:
    """The mail of one kind. What an account calls itself isn't in it: anybody may open one with another's address."""
    facts = {
        "link": mailed_link(settings, kind, secret.token, redirect_to),
        "code": secret.code,
        "hours": max(1, settings.link_lifetime // timedelta(hours=1)),
    }
    letter = letters.compose(KINDS[kind], facts, spoken, app_url=settings.site_url)
    at = settings.now()
    headers = _headers(settings.sender, to, letter.subject, at)
    return Sent(headers["Message-ID"], to, letter.subject, letter.text, letter.html, headers, {}, at)


def _headers(sender: str, to: str, subject: str, at: datetime) -> dict[str, str]:
    message_id = f"<{secrets.token_hex(12)}@localhost>"
    return {"From": sender, "To": to, "Subject": subject, "Date": format_datetime(at), "Message-ID": message_id}
