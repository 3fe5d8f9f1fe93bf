"""Accounts: sign up, sign in, sign out, forgotten passwords, and the links of the mails."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.responses import Response

from common import identity
from frame import cookies, paths, session
from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import SignedInVisit, Visit
from vizdots.errors import Invalid

room = Room()


class SignIn(BaseModel):
    """Who signs in."""

    email: Annotated[str, Field(max_length=320)]
    password: Annotated[str, Field(max_length=1_000)]
    next: str = paths.HOME


@room.get("/sign-in")
def show_sign_in(visit: Visit) -> Response:
    """The form; whoever is signed in goes on."""
    way = paths.local(visit.request.query_params.get("next", ""))
    if visit.caller is not None:
        return visit.to(way)
    return visit.page("account/sign_in", form=Form({"next": way}))


@room.post("/sign-in")
def sign_in(visit: Visit) -> Response:
    """Tokens for a password."""
    form = visit.form(SignIn)
    if form.mistakes:
        return visit.page("account/sign_in", 422, form=form)
    try:
        granted = identity.sign_in(form.value.email, form.value.password)
    except Invalid:
        told = _("This e-mail address and password don't belong together.")
        return visit.page("account/sign_in", 422, form=form.with_mistake("", told))
    session.begin(visit.jar, granted)
    visit.new_forms()
    return visit.to(paths.local(form.value.next))


@room.post("/sign-out")
def sign_out(visit: SignedInVisit) -> Response:
    """End the session here and at the identity service."""
    identity.sign_out(visit.jar.get(cookies.SESSION))
    session.end(visit.jar)
    visit.new_forms()
    return visit.to("/")


def sign_in_to_go_on(visit: Visit) -> Response:
    """The session ended while somebody was typing."""
    return visit.page("account/sign_in", 401, form=Form({"next": paths.local(visit.path)}))
