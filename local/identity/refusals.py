"""What the stand-in refuses, in the two shapes of GoTrue's errors."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

API_VERSION = "2024-01-01"


class Refusal(Exception):
    """An answer other than success: HTTP status, GoTrue's `error_code`, a sentence, and fields beside them."""

    def __init__(self, status: int, code: str, message: str, **fields: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields


def invalid(message: str) -> Refusal:
    """The request misses something or carries something that doesn't hold."""
    return Refusal(400, "validation_failed", message)


def wrong_credentials() -> Refusal:
    """One answer for an unknown account, one without a password and a wrong password."""
    return Refusal(400, "invalid_credentials", "Invalid login credentials")


def email_exists() -> Refusal:
    """Only ever said to somebody who is signed in or holds the service key."""
    return Refusal(422, "email_exists", "A user with this email address has already been registered")


def user_not_found(message: str = "User not found") -> Refusal:
    """There is no such account."""
    return Refusal(404, "user_not_found", message)


def refuse_phone(phone: str) -> None:
    """Refuse (400) a phone number: accounts here have addresses only."""
    if phone:
        raise Refusal(400, "phone_provider_disabled", "Phone logins are disabled")


def as_response(request: Request, refusal: Refusal) -> JSONResponse:
    """The refusal in the shape of the API version that the client asks for: `code` is a name since 2024-01-01."""
    headers: Mapping[str, str] = {"x-sb-error-code": refusal.code}
    if request.headers.get("x-supabase-api-version", "") >= API_VERSION:
        body = {"code": refusal.code, "message": refusal.message, **refusal.fields}
        return JSONResponse(body, refusal.status, {**headers, "x-supabase-api-version": API_VERSION})
    body = {"code": refusal.status, "error_code": refusal.code, "msg": refusal.message, **refusal.fields}
    return JSONResponse(body, refusal.status, headers)
