"""Whoever asks, however they came in: the scope that their transactions act in, and the facts of their request.

Its time and its idempotency key are the caller's; the rules receive what they need of it as parameters. `common.auth`
makes callers of the API's requests, the console of a browser's.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from common import db
from common.refusals import ReplayedError
from vizdots.errors import Invalid
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

    @classmethod
    def of(cls, value: str, route: str, sent: str) -> "Key":
        """The key that somebody sent to a route, with what they sent. Raises Invalid for one that can't be kept."""
        if not (0 < len(value) <= LONGEST_KEY and value.isascii() and value.isprintable()):
            raise Invalid("An Idempotency-Key has 1 to 200 printable characters.", code="invalid_idempotency_key")
        return cls(value, route, hashlib.sha256(f"{route}\n{sent}".encode()).hexdigest())

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

    def as_bearer(self, user_id: UUID, org_id: UUID) -> "Caller":
        """Whoever brings a signed link acts as the person whom it was mailed to, there, for what the link allows."""
        claims = {"sub": str(user_id), "role": "authenticated"}
        return Caller(scope=db.Scope("authenticated", claims, str(org_id)), at=self.at)

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


def time_of(event: Mapping[str, Any]) -> datetime:
    """When the gateway received the request: the one clock of a request, set by AWS and by nobody else."""
    return datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)


def chosen_organisation(sent: str | None) -> str:
    """The id of the organisation that the client chose, empty where it chose none. Raises Invalid for what is no id."""
    if not sent:
        return ""
    try:
        return str(UUID(sent))
    except ValueError:
        raise Invalid("X-Org-Id is the id of one of your organisations.", code="invalid_organisation") from None
