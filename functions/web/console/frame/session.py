"""The tokens of a browser: who it is, renewed without a word when the access token has run out."""

from starlette.requests import Request

from common import db, identity, tokens
from common.callers import Key, SignedInCaller, chosen_organisation, time_of
from frame import cookies
from vizdots.errors import Invalid, NotSignedIn

ONCE = "once"  # the field of a form that is to be done once, however often it is sent


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
    """Let the browser keep new tokens."""
    jar.keep(cookies.SESSION, granted.access_token, seconds=granted.expires_in)
    jar.keep(cookies.REFRESH, granted.refresh_token, seconds=cookies.A_MONTH)


def end(jar: cookies.Jar) -> None:
    """Let the browser forget who it is."""
    jar.drop(cookies.SESSION, cookies.REFRESH, cookies.ORGANISATION)


def _person(jar: cookies.Jar) -> tokens.Person | None:
    access, refresh = jar.get(cookies.SESSION), jar.get(cookies.REFRESH)
    if access:
        try:
            return tokens.person(f"Bearer {access}")
        except NotSignedIn:
            pass
    if refresh:
        try:
            granted = identity.refresh(refresh)
            person = tokens.person(f"Bearer {granted.access_token}")
        except NotSignedIn:
            pass
        else:
            begin(jar, granted)
            return person
    end(jar)
    return None


def _organisation(jar: cookies.Jar) -> str:
    try:
        return chosen_organisation(jar.get(cookies.ORGANISATION))
    except Invalid:
        return ""
