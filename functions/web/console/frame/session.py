"""The tokens of a browser: who it is, renewed without a word when the access token has run out."""

from datetime import datetime
from typing import Final

import jwt
from starlette.requests import Request

from common import db, identity, tokens
from common.callers import Key, SignedInCaller, chosen_organisation, time_of
from frame import cookies
from vizdots.errors import Invalid, NotSignedIn

ONCE: Final = "once"  # the field of a form that is to be done once, however often it is sent
MAILED: Final = ("otp", "recovery", "invite", "magiclink", "email/signup")  # Supabase's words in `amr`
OF: Final = ":"  # between a person's id and their refresh token


def caller(request: Request, jar: cookies.Jar, sent: object = None) -> SignedInCaller | None:
    """The person whom the browser's tokens name; None where they don't hold. Renews them where they can be.

    Raises Unavailable while the identity service can't be asked.
    """
    person = _person(jar)
    if person is None:
        return None
    event = request.scope["aws.event"]
    key = sent if isinstance(sent, str) and sent else None
    return SignedInCaller(
        scope=db.Scope("authenticated", person.claims, _organisation(jar)),
        at=time_of(event),
        key=Key.of(key, f"{request.method} {request.url.path}", event.get("body") or "") if key else None,
        user_id=person.user_id,
        email=person.email,
    )


def begin(jar: cookies.Jar, granted: identity.Granted) -> None:
    """Let the browser keep new tokens. Raises NotSignedIn for tokens that don't hold."""
    _keep(jar, granted, tokens.person(f"Bearer {granted.access_token}"))


def end(jar: cookies.Jar) -> None:
    """Let the browser forget who it is; where they were stays, for whoever comes back to go on."""
    jar.drop(cookies.SESSION, cookies.REFRESH, cookies.ADDRESS)


def refresh_token(jar: cookies.Jar) -> str:
    """The refresh token, empty where there is none."""
    return jar.get(cookies.REFRESH).partition(OF)[2]


def came_by_link(jar: cookies.Jar, at: datetime) -> bool:
    """Whether the session began with a mailed link within the last hour: then a new password needs no old one.

    Only for a token that has been found to hold.
    """
    claims = jwt.decode(jar.get(cookies.SESSION), options={"verify_signature": False})
    methods = [each for each in claims.get("amr") or () if isinstance(each, dict)]
    since = at.timestamp() - cookies.AN_HOUR
    return any(each.get("method") in MAILED and float(each.get("timestamp") or 0) >= since for each in methods)


def _keep(jar: cookies.Jar, granted: identity.Granted, person: tokens.Person) -> None:
    jar.keep(cookies.SESSION, granted.access_token, seconds=granted.expires_in)
    jar.keep(cookies.REFRESH, f"{person.user_id}{OF}{granted.refresh_token}", seconds=cookies.A_MONTH)


def _person(jar: cookies.Jar) -> tokens.Person | None:
    """Both tokens must be the same person's: somebody who could plant one of them would else mix two people."""
    access, (owner, _, refresh) = jar.get(cookies.SESSION), jar.get(cookies.REFRESH).partition(OF)
    try:
        person = tokens.person(f"Bearer {access}") if access else None
    except NotSignedIn:
        person = None
    if person is None and refresh:
        person = _renewed(jar, owner, refresh)
    if person is None or (owner and owner != str(person.user_id)):
        end(jar)
        return None
    return person


def _renewed(jar: cookies.Jar, owner: str, refresh: str) -> tokens.Person | None:
    """The owner of a refresh token, with new tokens; None where it doesn't hold.

    Two tabs may do this at once: the service takes the token that was replaced for ten more seconds.
    """
    try:
        granted = identity.refresh(refresh)
        person = tokens.person(f"Bearer {granted.access_token}")
    except NotSignedIn:
        return None
    if owner == str(person.user_id):
        _keep(jar, granted, person)
    return person


def _organisation(jar: cookies.Jar) -> str:
    try:
        return chosen_organisation(jar.get(cookies.ORGANISATION))
    except Invalid:
        return ""
