"""Who asks, as a type in an API handler's signature: `SignedIn`, `Anyone`, or a job of ours by `internal(…)`."""

import hmac
from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from common import config, db, tokens
from common.callers import Caller, Key, SignedInCaller, chosen_organisation, time_of
from vizdots.errors import NotSignedIn


def _signed_in(request: Request) -> SignedInCaller:
    event = request.resolved_event
    headers = event.headers
    person = tokens.person(headers.get("authorization"))
    return SignedInCaller(
        scope=db.Scope("authenticated", person.claims, chosen_organisation(headers.get("x-org-id"))),
        at=time_of(event.raw_event),
        key=_key_of(headers.get("idempotency-key"), request),
        user_id=person.user_id,
        email=person.email,
    )


def _anyone(request: Request) -> Caller:
    return Caller(scope=db.Scope("anon"), at=time_of(request.resolved_event.raw_event))


def _key_of(header: str | None, request: Request) -> Key | None:
    if header is None:
        return None
    event = request.resolved_event
    query = event.raw_event.get("rawQueryString", "")  # a DELETE says there what of
    sent = f"{event.headers.get('x-org-id', '')}\n{query}\n{event.body or ''}"
    return Key.of(header, f"{event.http_method} {event.path}", sent)


SignedIn = Annotated[SignedInCaller, Depends(_signed_in)]
"""A person who is signed in; without a token that holds the answer is 401 and the handler isn't called."""

Anyone = Annotated[Caller, Depends(_anyone)]
"""Nobody in particular: acts as the role `anon`."""


def internal(secret: str) -> Any:
    """Depend on our own jobs' secret called `secret`, sent as `Authorization: Bearer`; gives the request's time."""

    def job(request: Request) -> datetime:
        event = request.resolved_event
        token = tokens.bearer(event.headers.get("authorization"))
        # An empty secret, a mistake of an operator, must not let everybody in.
        if not token or not hmac.compare_digest(token.encode(errors="surrogatepass"), config.secret(secret).encode()):
            raise NotSignedIn("This route is for our own jobs.", code="invalid_secret")
        return time_of(event.raw_event)

    return Depends(job)
