"""Our own API, asked over HTTP by the console for the one thing that it may not do itself: to open an account."""

import json
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from common import config
from common.refusals import BY_STATUS
from vizdots.errors import Unavailable, VizDotsError

WAITS: Final = 22.0  # seconds: the API asks the identity service twice, and the browser waits for 29 in all
NO_ANSWER: Final = (OSError, HTTPException, ValueError, LookupError, TypeError)  # or one that says something else


def accept_invitation(token: str, password: str) -> str:
    """Take up an invitation with a password for its account; gives the address to sign in with.

    Raises what the API answers: Gone (invitation_over), Conflict (sign_in_first), Invalid (weak_password), TooMany,
    Unavailable.
    """
    request = Request(  # noqa: S310 - the URL is the operator's setting
        config.setting("APP_URL").rstrip("/") + "/api/auth/accept-invite",
        data=json.dumps({"token": token, "password": password}).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urlopen(request, timeout=WAITS) as answer:  # noqa: S310 - as above
            return str(json.load(answer)["email"])
    except HTTPError as refused:
        with refused:
            raise _as_ours(refused) from None
    except NO_ANSWER:
        raise Unavailable("The API doesn't answer.", retry_after=5) from None


def _as_ours(refused: HTTPError) -> VizDotsError:
    """The error that a problem document tells of."""
    try:
        code = str(json.load(refused)["code"])
    except NO_ANSWER:  # the gateway's own, say
        return Unavailable("The API doesn't answer.", retry_after=5)
    wait = refused.headers.get("Retry-After", "")
    return BY_STATUS.get(refused.code, Unavailable)(code=code, retry_after=int(wait) if wait.isdigit() else None)
