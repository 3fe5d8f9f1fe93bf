"""Who asks, as a type in a handler's signature: `SignedIn`, `Anyone`, or a job of ours by `internal(…)`.

A caller brings the scope that their transactions act in, and the facts of their request: its time, its idempotency
key. The rules receive what they need of it as parameters.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.request import Request

from common import config, db, tokens
from common.refusals import ReplayedError
from vizdots.errors import Invalid, NotSignedIn
from vizdots.transaction import Json, Step, Transaction

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

LONGEST_KEY: Final = 200


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key with what it was sent for: the same key for another request is a mistake of the client."""

    value: str
    route: str
    fingerprint: str

    def claim(self, at: datetime) -> db.Query:
        """The statement that takes the key, or says that it has been answered before."""
        return "select app.claim_key(%(key)s, %(route)s, %(fingerprint)s, %(at)s)", {
            "key": self.value,
            "route": self.route,
            "fingerprint": self.fingerprint,
            "at": at,
        }

    def keep(self, response: str) -> db.Query:
        """The statement that keeps the answer for whoever sends the key again."""
        return "select app.keep_response(%(key)s, %(route)s, %(response)s)", {
            "key": self.value,
            "route": self.route,
            "response": response,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever asks, at one moment, for one thing. All times are the request's own: rules never look at a clock."""

    scope: db.Scope
    at: datetime
    key: Key | None = None

    def read(self, rule: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a rule that reads, as this caller: one round trip for each of its statements."""
        with db.reading(self.scope) as opened:
            return rule(opened, *args, **kwargs)

    def write(self, rule: Callable[Concatenate[Transaction, P], Json[T]], *args: P.args, **kwargs: P.kwargs) -> Json[T]:
        """Run a rule that writes, as this caller, all or nothing; with an Idempotency-Key once, however often.

        The claim of the key travels with the rule's first statement and the kept answer with the commit, so that a
        rule of one statement takes two round trips with a key or without.
        """
        key = self.key
        if key is None:
            with db.transaction(self.scope) as opened:
                return rule(opened, *args, **kwargs)
        try:
            with db.transaction(self.scope, key.claim(self.at)) as opened:
                answer = rule(opened, *args, **kwargs)
                opened.with_commit(key.keep(answer))
                return answer
        except ReplayedError:
            return self.read(_kept_answer, key, self.at)

    def step(
        self,
        rule: Callable[Concatenate[Transaction, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a rule of exactly one statement, as this caller, committed when it answers: one round trip."""
        with db.statement(self.scope) as opened:
            return rule(opened, *args, **kwargs)

    def steps(self, rule: Callable[Concatenate[Step, P], Json[T]], *args: P.args, **kwargs: P.kwargs) -> Json[T]:
        """Run a rule of several steps; when one of them finds this caller's key answered, give that answer again."""
        try:
            return rule(self.step, *args, **kwargs)
        except ReplayedError:
            if self.key is None:
                raise
            return self.read(_kept_answer, self.key, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInCaller(Caller):
    """A person with a token that holds."""

    user_id: UUID
    email: str


def _kept_answer(opened: Transaction, key: Key, at: datetime) -> Json[Any]:
    kept = "select app.kept_response(%(key)s, %(route)s, %(at)s)"
    return Json(opened.value(kept, key=key.value, route=key.route, at=at))


def _signed_in(request: Request) -> SignedInCaller:
    event = request.resolved_event
    headers = event.headers
    person = tokens.person(headers.get("authorization"))
    return SignedInCaller(
        scope=db.Scope("authenticated", person.claims, _chosen_organisation(headers.get("x-org-id"))),
        at=_time_of(event.raw_event),
        key=_key_of(headers.get("idempotency-key"), request),
        user_id=person.user_id,
        email=person.email,
    )


def _anyone(request: Request) -> Caller:
    return Caller(scope=db.Scope("anon"), at=_time_of(request.resolved_event.raw_event))


def _time_of(event: dict[str, Any]) -> datetime:
    """When the gateway received the request: the one clock of a request, set by AWS and by nobody else."""
    return datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)


def _chosen_organisation(header: str | None) -> str:
    if not header:
        return ""
    try:
        return str(UUID(header))
    except ValueError:
        raise Invalid("X-Org-Id is the id of one of your organisations.", code="invalid_organisation") from None


def _key_of(header: str | None, request: Request) -> Key | None:
    if header is None:
        return None
    if not (0 < len(header) <= LONGEST_KEY and header.isascii() and header.isprintable()):
        raise Invalid("An Idempotency-Key has 1 to 200 printable characters.", code="invalid_idempotency_key")
    event = request.resolved_event
    route = f"{event.http_method} {event.path}"
    sent = f"{route}\n{event.headers.get('x-org-id', '')}\n{event.body or ''}"
    return Key(header, route, hashlib.sha256(sent.encode()).hexdigest())


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
        return _time_of(event.raw_event)

    return Depends(job)
