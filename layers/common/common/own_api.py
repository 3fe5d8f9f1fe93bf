"""Our own API, asked over HTTP by the console for the one thing that it may not do itself: to open an account."""

import json
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from common import config
from common.refusals import BY_STATUS
from vizdots.errors import Unavailable, VizDotsError

WAITS: Final = 22.0  # seconds: the API asks the identity service twice, and our own browser waits for 29 in all


def accept_invitation(token: str, password: str) -> str:
    """Take up an invitation with a password for its account; gives the address to sign in with.

    Raises what the API answers: Gone (invitation_over), Conflict (sign_in_first), Invalid (weak_password), TooMany,
    Unavailable.
    """
    return str(_post("/api/auth/accept-invite", {"token": token, "password": password})["email"])


def _post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = Request(  # noqa: S310 - the URL is the operator's setting
        config.setting("APP_URL").rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urlopen(request, timeout=WAITS) as answer:  # noqa: S310 - as above
            told: dict[str, Any] = json.load(answer)
            return told
    except HTTPError as refused:
        with refused:
            raise _as_ours(refused) from None
    except (OSError, HTTPException, ValueError):  # ValueError: what it answers is no answer
        raise Unavailable("The API doesn't answer.", retry_after=5) from None


def _as_ours(refused: HTTPError) -> VizDotsError:
    """The error that a problem document tells of."""
    try:
        code = str(json.load(refused)["code"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):  # the gateway's own answer, say
        return Unavailable("The API doesn't answer.", retry_after=5)
    wait = refused.headers.get("Retry-After", "")
    return BY_STATUS.get(refused.code, Unavailable)(code=code, retry_after=int(wait) if wait.isdigit() else None)
