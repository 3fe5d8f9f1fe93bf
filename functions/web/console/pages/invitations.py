"""An invitation's link: who invites whom where, what happens then, and the password that makes it so."""

from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from common import identity, own_api
from frame import cookies, paths
from frame.forms import Form
from frame.room import Room
from frame.visit import Visit
from pages import account
from vizdots import invitations, people
from vizdots.errors import Conflict, Gone, Invalid, TooMany, VizDotsError

room = Room()


class Acceptance(BaseModel):
    """The password that somebody has chosen for their account."""

    password: account.Password


@room.get("/invitations/{token}")
def show_invitation(visit: Visit, token: str) -> Response:
    """What the invitation says. Looking at it changes nothing: programs that look into mails do so, too."""
    try:
        return _page(visit, token)
    except Gone:
        return _over(visit)


@room.post("/invitations/{token}")
def accept_invitation(visit: Visit, token: str) -> Response:
    """Whoever is signed in as the one who is invited joins; anybody else gets their account first, and is signed in."""
    try:
        if visit.caller is not None:
            return _join(visit, token)
        form = account.checked(visit.form(Acceptance))
        if form.mistakes:
            return _page(visit, token, 422, form=form)
        return _open_account(visit, token, form)
    except Gone:
        return _over(visit)


def _join(visit: Visit, token: str) -> Response:
    invited = visit.read_as_nobody(invitations.shown, token, at=visit.at)
    if visit.caller is None or visit.caller.email.lower() != invited["email"]:
        return _page(visit, token, 409)
    visit.caller.write(people.link_invitations, at=visit.at)
    visit.jar.drop(cookies.ORGANISATION)  # who belongs to several now says where to
    return visit.to(paths.HOME)


def _open_account(visit: Visit, token: str, form: Form[Acceptance]) -> Response:
    try:
        email = own_api.accept_invitation(token, form.value.password)
    except Conflict:
        return _page(visit, token, 409, has_account=True)
    except Invalid as refused:
        return _page(visit, token, 422, form=account.with_refusal(form, refused))
    except TooMany as refused:
        return account.wait(visit, "invitations/show", form, refused, **_facts(visit, token))
    try:
        account.begin(visit, identity.sign_in(email, form.value.password))
    except VizDotsError:  # the account is there, whatever keeps its person from coming in at this moment
        return visit.to("/sign-in")
    return visit.to(paths.HOME)


def _page(visit: Visit, token: str, status: int = 200, *, form: Form[Any] | None = None, **facts: Any) -> Response:
    return visit.page("invitations/show", status, form=form or Form(), **_facts(visit, token) | facts)


def _facts(visit: Visit, token: str) -> dict[str, Any]:
    return {
        "invitation": visit.read_as_nobody(invitations.shown, token, at=visit.at),
        "path": f"/invitations/{token}",
        "email": visit.caller.email if visit.caller else "",
        "has_account": False,
        "shortest": invitations.SHORTEST_PASSWORD,
    }


def _over(visit: Visit) -> Response:
    return visit.page("invitations/over", 410, email=visit.caller.email if visit.caller else "")
