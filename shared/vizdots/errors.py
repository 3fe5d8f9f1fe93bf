"""What can go wrong in the product: each error carries the HTTP status and the stable code that clients see."""

from typing import ClassVar


class VizDotsError(Exception):
    """A refusal with a reason. `detail` is shown to the caller: it never holds another person's data or words.

    `status` is the HTTP status, `code` the stable machine-readable name, `title` what they mean to a person.
    `retry_after` is in seconds, for the errors that pass by themselves. `fields` names what else the problem
    document tells, as RFC 9457 extension members.
    """

    status: ClassVar[int] = 500
    code: str = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self, detail: str = "", *, code: str | None = None, retry_after: int | None = None, **fields: object
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or type(self).code
        self.retry_after = retry_after
        self.fields = fields


class NotSignedIn(VizDotsError):
    """No token, or one that doesn't hold."""

    status = 401
    code = "not_signed_in"
    title = "Please sign in"


class Forbidden(VizDotsError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "You may not do this"


class NotFound(VizDotsError):
    """There is no such thing, or none that the caller may see: the two read the same."""

    status = 404
    code = "not_found"
    title = "There is no such thing"


class NotAllowed(VizDotsError):
    """What the method asks for is never done to such a thing."""

    status = 405
    code = "method_not_allowed"
    title = "That is never done here"


class Conflict(VizDotsError):
    """The request is right, but not in the present state of things."""

    status = 409
    code = "conflict"
    title = "This can't be done in the present state"


class Gone(VizDotsError):
    """It was there once, and whoever comes now comes too late."""

    status = 410
    code = "gone"
    title = "This is over"


class Stale(VizDotsError):
    """What the caller changes isn't any more what they saw (`If-Match`)."""

    status = 412
    code = "stale"
    title = "Somebody has changed this since you looked"


class Invalid(VizDotsError):
    """The input is well-formed, but a rule refuses it. `errors` lists the field paths."""

    status = 422
    code = "invalid"
    title = "Some fields need another value"


class TooMany(VizDotsError):
    """The caller's allowance is used up until `retry_after` seconds have passed."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"


class Unavailable(VizDotsError):
    """A part we stand on doesn't answer. The caller may try again."""

    status = 503
    code = "unavailable"
    title = "Please try again in a moment"
