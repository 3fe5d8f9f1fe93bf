"""The door of the HTTP API: reads a request, checks who calls, runs the endpoint in a thread and answers."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import psycopg
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.identity import redirects, sessions, users
from local.identity.keys import API_KEY_ROLES
from local.identity.links import Challenge
from local.identity.refusals import Refusal, as_response, email_exists, invalid
from local.identity.stand_in import Identity
from local.identity.users import User
from local.pool import Connection

LONGEST_BODY = 1024 * 1024
BEARER = re.compile(r"bearer (\S+)", re.IGNORECASE)
# GoTrue's own rule (badoux/checkmail).
EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
LONGEST_EMAIL = 255


class Body(BaseModel):
    """A JSON object; like Go, it takes a null for a missing field and lets unknown fields pass."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Challenged(Body):
    """A body that may carry a PKCE challenge."""

    code_challenge: str = ""
    code_challenge_method: str = ""

    @property
    def challenge(self) -> Challenge | None:
        """The challenge, or None. Refuses with 400 one that RFC 7636 doesn't allow."""
        return Challenge.of(self.code_challenge, self.code_challenge_method)


Model = TypeVar("Model", bound=Body)


def _address(value: object) -> object:
    """An address in lower case. Refuses with 400 what GoTrue doesn't take for one; none is the endpoint's affair."""
    if not isinstance(value, str) or not value:
        return value
    if len(value) > LONGEST_EMAIL:
        raise invalid("An email address is too long")
    if not EMAIL.fullmatch(value.lower()):
        raise invalid("Unable to validate email address: invalid format")
    return value.lower()


Email = Annotated[str, BeforeValidator(_address)]


@dataclass(frozen=True)
class Call:
    """One request to one endpoint."""

    identity: Identity
    request: Request
    raw: bytes = field(repr=False)

    def read(self, model: type[Model]) -> Model:
        """The body as this model. Refuses with 400 bad_json."""
        try:
            body = json.loads(self.raw or b"{}")
            json.dumps(body, ensure_ascii=False, allow_nan=False).encode()  # no lone surrogates, no NaN
            given = {name: value for name, value in body.items() if value is not None} if body is not None else {}
            return model.model_validate(given)
        except (ValueError, AttributeError, RecursionError) as error:
            raise Refusal(400, "bad_json", f"Could not parse request body as JSON: {_reason(error)}") from error

    def target(self, asked_for: str = "") -> str:
        """Where the link of a mail shall lead at last."""
        return redirects.target(self.request, self.identity.settings, asked_for)

    def mail(self, db: Connection, user: User, kind: str, challenge: Challenge | None = None) -> None:
        """Mail the account a link of one kind, in its language or else in the request's."""
        accepted = self.request.headers.get("accept-language", "")
        self.identity.send(db, user, kind, redirect_to=self.target(), accept_language=accepted, challenge=challenge)

    def claims(self) -> dict[str, Any]:
        """The claims of the bearer token. Refuses with 401 no_authorization or 403 bad_jwt."""
        bearer = BEARER.fullmatch(self.request.headers.get("authorization", ""))
        if bearer is None:
            raise Refusal(401, "no_authorization", "This endpoint requires a valid Bearer token")
        return self.identity.keys.verify(bearer[1], self.identity.now())

    def require_service_key(self) -> None:
        """Let nobody pass but who holds the service key. Refuses with 401 or 403 not_admin."""
        if self.claims()["role"] != "service_role":
            raise Refusal(403, "not_admin", "User not allowed")

    def signed_in(self) -> tuple[User, uuid.UUID]:
        """The account and the session of the bearer token, both alive. Refuses with 401 or 403."""
        claims = self.claims()
        if "sub" not in claims:
            raise Refusal(403, "bad_jwt", "invalid claim: missing sub claim")
        user_id, session_id = uuid.UUID(claims["sub"]), uuid.UUID(claims["session_id"])
        with self.identity.pool.transaction() as db:
            user = users.find(db, user_id=user_id)
            alive = sessions.is_alive(db, session_id, user_id)
        if user is None:
            raise Refusal(403, "user_not_found", "User from sub claim in JWT does not exist")
        if not alive:
            raise Refusal(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        if user.is_banned(self.identity.now()):
            raise Refusal(403, "user_banned", "User is banned")
        return user, session_id

    def check_api_key(self) -> None:
        """Refuse (401) an API key that isn't ours. None will do: Supabase's gateway asks for one, GoTrue doesn't."""
        key = self.request.headers.get("apikey") or self.request.query_params.get("apikey")
        if not key:
            return
        try:
            role = self.identity.keys.verify(key, self.identity.now())["role"]
        except Refusal:
            role = None
        if role not in API_KEY_ROLES:
            hint = "Double check your Supabase `anon` or `service_role` API key."
            raise Refusal(401, "invalid_api_key", "Invalid API key", hint=hint)


Endpoint = Callable[[Call], Response | dict[str, Any]]


def open_to(identity: Identity, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint as Starlette calls it. It may block: it runs in a thread."""

    def answer(call: Call) -> Response:
        call.check_api_key()
        given = endpoint(call)
        return given if isinstance(given, Response) else JSONResponse(given)

    async def serve(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer, Call(identity, request, await _body(request)))
        except Refusal as refusal:
            return as_response(request, refusal)
        except psycopg.errors.UniqueViolation:
            return as_response(request, email_exists())
        except psycopg.DataError:
            return as_response(request, invalid("A value has characters that can't be stored"))

    return serve


async def _body(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_BODY:
            raise Refusal(413, "request_entity_too_large", "Request body is too large")
    return bytes(raw)


def _reason(error: Exception) -> str:
    """What is wrong, without the input."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False))
    return str(error)
