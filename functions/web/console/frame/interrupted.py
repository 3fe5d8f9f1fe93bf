"""Forms that can't be taken as they come: their sender was signed out meanwhile, or they are from before a sign-in."""

from typing import Any, Final

from starlette.responses import Response

from frame import forgery, paths, resuming
from frame.forms import Form
from frame.visit import Visit

AGAIN: Final = {
    "/sign-in": "/sign-in",
    "/sign-up": "/sign-up",
    "/sign-out": paths.HOME,
    "/forgot-password": "/forgot-password",
    "/check-your-mail": "/check-your-mail",
    "/set-password": "/set-password",
    "/auth/confirm": "/auth/confirm",
}
"""Forms about the account itself, and where a new one is."""
CARRIED: Final = ("token_hash", "type", "next")  # what the link of a mail carries


def sign_in_to_go_on(visit: Visit) -> Response:
    """The session ended while somebody was typing: they sign in, see what they typed, and send it."""
    kept = resuming.kept(visit.request.url.path, visit.sent.multi_items())
    form = Form[Any]({"next": paths.HOME, resuming.RESUME: kept})
    return visit.page("account/sign_in", 401, form=form, ended=True)


def show_once_more(visit: Visit) -> Response:
    """A form of ours from before a sign-in or sign-out in another tab: look at it, then send it. Raises Forged."""
    path = visit.request.url.path
    if path in AGAIN:
        return visit.to(AGAIN[path], **{name: str(visit.sent[name]) for name in CARRIED if name in visit.sent})
    resumed = resuming.read(resuming.kept(path, visit.sent.multi_items()))
    if resumed is None:
        raise forgery.Forged
    return visit.page("account/once_more", 403, resumed=resumed, email="")
