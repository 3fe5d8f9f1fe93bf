"""Accounts: sign up, sign in, sign out, forgotten passwords, and the links of the mails.

Nothing here tells a stranger who has an account: an address that exists, or was mailed a moment ago, is answered like
any other.
"""

from contextlib import suppress
from typing import Annotated, Final, Literal
from urllib.parse import quote, unquote

from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from common import identity
from common.config import setting
from frame import cookies, paths, resuming, session
from frame.forms import Form, M
from frame.room import Room
from frame.speech import N_, _, ngettext
from frame.visit import SignedInVisit, Visit
from vizdots.errors import Invalid, TooMany, VizDotsError
from vizdots.invitations import LONGEST_PASSWORD, SHORTEST_PASSWORD

room = Room()

Address = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=255, pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
]
Password = Annotated[str, Field(max_length=1_000)]
About = Literal["sign-up", "recovery"]
LinkKind = Literal["email", "recovery", "invite"]

BAD_ADDRESS: Final = N_("Please check the e-mail address: it looks like name@example.com.")
TOO_SHORT: Final = N_("This password is too short. Please take at least %(shortest)s characters.")
TOO_LONG: Final = N_("This password is too long. Please take at most %(longest)s characters.")
WEAK: Final = N_("This password is too easy to guess. Please choose another one.")
SAME: Final = N_("This is the password that you had. Please choose a new one.")
UNKNOWN: Final = N_("This e-mail address and password don’t belong together.")


class SignIn(BaseModel):
    """Who signs in, where they were going, and what they were about to send there."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
    password: Password
    next: str = paths.HOME
    resume: str = ""


class SignUp(BaseModel):
    """Who wants an account."""

    email: Address
    password: Password


class Forgotten(BaseModel):
    """Whose password is forgotten."""

    email: Address


class Mailed(BaseModel):
    """Which mail is to be sent once more."""

    email: Address
    about: About = "sign-up"


class Link(BaseModel):
    """What a mail's link carries."""

    token_hash: Annotated[str, Field(max_length=200)]
    type: LinkKind
    next: str = ""


class NewPassword(BaseModel):
    """The password that somebody has chosen."""

    password: Password


# ---- in and out ------------------------------------------------------------------------------------------------------


@room.get("/sign-in")
def show_sign_in(visit: Visit) -> Response:
    """The form; whoever is signed in goes on."""
    way = paths.local(visit.request.query_params.get("next", ""))
    if visit.caller is not None:
        return visit.to(way)
    return visit.page("account/sign_in", form=Form({"next": way}))


@room.post("/sign-in")
def sign_in(visit: Visit) -> Response:
    """Tokens for a password; then on to where the person was going, with what they were about to send."""
    form = visit.form(SignIn)
    if form.mistakes:
        return visit.page("account/sign_in", 422, form=form)
    try:
        granted = identity.sign_in(form.value.email, form.value.password)
    except TooMany as refused:
        return wait(visit, "account/sign_in", form, refused)
    except Invalid as refused:
        if refused.code == "email_not_confirmed":
            return visit.page("account/sign_in", 422, form=form, unconfirmed=form.value.email)
        return visit.page("account/sign_in", 422, form=form.with_mistake("", _(UNKNOWN)))
    organisation = visit.jar.get(cookies.ORGANISATION)
    begin(visit, granted)
    resumed = resuming.read(form.value.resume)
    if resumed is not None and organisation:  # what was typed belongs there; another person's choice opens nothing
        visit.jar.keep(cookies.ORGANISATION, organisation, seconds=cookies.A_YEAR)
    if resumed is None:
        return visit.to(paths.local(form.value.next))
    return visit.page("account/once_more", resumed=resumed, email=granted.email)


@room.post("/sign-out")
def sign_out(visit: Visit) -> Response:
    """End the session here, whatever happens, and at the identity service; then on to where the form says."""
    if visit.caller is not None:
        with suppress(VizDotsError):  # a service that doesn't answer mustn't keep somebody signed in
            identity.sign_out(visit.jar.get(cookies.SESSION))
    session.end(visit.jar)
    visit.jar.drop(cookies.ORGANISATION)
    visit.new_forms()
    return visit.to(paths.local(str(visit.sent.get("next", "")), "/"), said="signed_out")


# ---- a new account ---------------------------------------------------------------------------------------------------


@room.get("/sign-up")
def show_sign_up(visit: Visit) -> Response:
    """The form; whoever is signed in has an account."""
    if visit.caller is not None:
        return visit.to(paths.HOME)
    return visit.page("account/sign_up", form=Form(), shortest=SHORTEST_PASSWORD)


@room.post("/sign-up")
def sign_up(visit: Visit) -> Response:
    """An account, and a mail to its address; the same answer for an address that has one."""
    form = checked(_checked_address(visit.form(SignUp)))
    if form.mistakes:
        return visit.page("account/sign_up", 422, form=form, shortest=SHORTEST_PASSWORD)
    try:
        granted = identity.sign_up(
            form.value.email, form.value.password, language=visit.language, lead_to=_address_of(paths.HOME)
        )
    except TooMany as refused:
        return wait(visit, "account/sign_up", form, refused, shortest=SHORTEST_PASSWORD)
    except Invalid as refused:
        form = with_refusal(form, refused)
        return visit.page("account/sign_up", 422, form=form, shortest=SHORTEST_PASSWORD)
    if granted is not None:  # a project that confirms no addresses
        begin(visit, granted)
        return visit.to(paths.HOME)
    return _to_mail(visit, form.value.email, "sign-up")


@room.get("/check-your-mail")
def show_check_your_mail(visit: Visit) -> Response:
    """Where the next step lies, and how to get the mail once more."""
    about = "recovery" if visit.request.query_params.get("about") == "recovery" else "sign-up"
    typed = {"email": unquote(visit.jar.get(cookies.ADDRESS)), "about": about}
    return visit.page("account/check_your_mail", form=Form(typed))


@room.post("/check-your-mail")
def send_once_more(visit: Visit) -> Response:
    """The mail once more; the same answer for every address."""
    form = _checked_address(visit.form(Mailed))
    if form.mistakes:
        typed = {"about": "sign-up", **form.typed}
        return visit.page("account/check_your_mail", 422, form=Form(typed, form.mistakes))
    send = identity.recover if form.value.about == "recovery" else identity.resend_confirmation
    try:
        with suppress(Invalid):
            send(form.value.email, lead_to=_address_of(paths.HOME))
    except TooMany as refused:
        return wait(visit, "account/check_your_mail", form, refused)
    return _to_mail(visit, form.value.email, form.value.about, said="mailed")


# ---- a new password --------------------------------------------------------------------------------------------------


@room.get("/forgot-password")
def show_forgot_password(visit: Visit) -> Response:
    """The form, with the address that is known."""
    known = visit.caller.email if visit.caller else unquote(visit.jar.get(cookies.ADDRESS))
    return visit.page("account/forgot_password", form=Form({"email": known}))


@room.post("/forgot-password")
def forget_password(visit: Visit) -> Response:
    """A mail with a link; the same answer for every address."""
    form = _checked_address(visit.form(Forgotten))
    if form.mistakes:
        return visit.page("account/forgot_password", 422, form=form)
    try:
        with suppress(Invalid):
            identity.recover(form.value.email, lead_to=_address_of(paths.HOME))
    except TooMany as refused:
        return wait(visit, "account/forgot_password", form, refused)
    return _to_mail(visit, form.value.email, "recovery")


@room.get("/set-password")
def show_set_password(visit: SignedInVisit) -> Response:
    """The form for whoever has come by a link that was mailed to them; anybody else asks for one first."""
    if not session.came_by_link(visit.jar, visit.at):
        return visit.to("/forgot-password")
    return visit.page("account/set_password", form=Form(), email=visit.caller.email, shortest=SHORTEST_PASSWORD)


@room.post("/set-password")
def set_password(visit: SignedInVisit) -> Response:
    """The new password; whoever was invited is a member from now on, by way of /home."""
    if not session.came_by_link(visit.jar, visit.at):
        return visit.to("/forgot-password")
    facts = {"email": visit.caller.email, "shortest": SHORTEST_PASSWORD}
    form = checked(visit.form(NewPassword))
    if form.mistakes:
        return visit.page("account/set_password", 422, form=form, **facts)
    try:
        access = visit.jar.get(cookies.SESSION)
        identity.set_password(access, session.refresh_token(visit.jar), form.value.password)
    except TooMany as refused:
        return wait(visit, "account/set_password", form, refused, **facts)
    except Invalid as refused:
        return visit.page("account/set_password", 422, form=with_refusal(form, refused), **facts)
    visit.new_forms()
    return visit.to(paths.HOME, said="password_set")


# ---- the links of the mails ------------------------------------------------------------------------------------------


@room.get("/auth/confirm")
def show_link(visit: Visit) -> Response:
    """What the link is for, with a button: the programs that look into mails must not use it up."""
    query = visit.request.query_params
    link = {name: query.get(name, "") for name in Link.model_fields}
    link["type"] = "email" if link["type"] == "signup" else link["type"]
    if not link["token_hash"] or link["type"] not in ("email", "recovery", "invite"):
        return _old_link(visit, link["type"])
    return visit.page("account/confirm", link=link, email=visit.caller.email if visit.caller else "")


@room.post("/auth/confirm")
def follow_link(visit: Visit) -> Response:
    """Tokens for what the link carries, once; whoever was signed in here before is so no more."""
    form = visit.form(Link)
    if form.mistakes:
        return _old_link(visit, str(form.typed.get("type", "")))
    try:
        granted = identity.confirm(form.value.token_hash, form.value.type)
    except Invalid:
        return _old_link(visit, form.value.type)
    begin(visit, granted)
    if form.value.type == "email":
        return visit.to(_way_of(form.value.next))
    return visit.to("/set-password")


def _old_link(visit: Visit, kind: str) -> Response:
    return visit.page("account/old_link", 410, kind=kind, email=visit.caller.email if visit.caller else "")


def _way_of(sent: str) -> str:
    """Where a mail's link leads at last: Supabase writes the whole address into it."""
    return paths.local(sent.removeprefix(setting("APP_URL").rstrip("/")))


# ---- what several of them share --------------------------------------------------------------------------------------


def begin(visit: Visit, granted: identity.Granted) -> None:
    """Nothing that lay in the browser before a sign-in goes on holding after it."""
    session.end(visit.jar)
    visit.jar.drop(cookies.ORGANISATION)
    session.begin(visit.jar, granted)
    visit.new_forms()


def _to_mail(visit: Visit, email: str, about: About, said: str = "") -> Response:
    visit.jar.keep(cookies.ADDRESS, quote(email), seconds=cookies.AN_HOUR)
    return visit.to("/check-your-mail", said=said, about=about)


def wait(visit: Visit, template: str, form: Form[M], refused: TooMany, **facts: object) -> Response:
    seconds = refused.retry_after or identity.A_WHILE
    told = ngettext(
        "That was a little fast. Please try again in %(seconds)s second.",
        "That was a little fast. Please try again in %(seconds)s seconds.",
        seconds,
    )
    response = visit.page(template, 429, form=form.with_mistake("", told % {"seconds": seconds}), **facts)
    response.headers["Retry-After"] = str(seconds)
    return response


def _checked_address(form: Form[M]) -> Form[M]:
    """The form; an address that is none is told with an example."""
    is_wrong = "email" in form.mistakes and form.typed.get("email")
    return form.with_mistake("email", _(BAD_ADDRESS)) if is_wrong else form


def checked(form: Form[M]) -> Form[M]:
    """The form; a password must be long enough, and wholly taken notice of."""
    password = form.typed.get("password") or ""
    if password and len(password) < SHORTEST_PASSWORD:
        return form.with_mistake("password", _(TOO_SHORT) % {"shortest": SHORTEST_PASSWORD})
    if len(password.encode()) > LONGEST_PASSWORD:
        return form.with_mistake("password", _(TOO_LONG) % {"longest": LONGEST_PASSWORD})
    return form


def with_refusal(form: Form[M], refused: Invalid) -> Form[M]:
    if refused.code in ("email_address_invalid", "validation_failed"):
        return form.with_mistake("email", _(BAD_ADDRESS))
    told = SAME if refused.code == "same_password" else WEAK
    return form.with_mistake("password", _(told))


def _address_of(path: str) -> str:
    return setting("APP_URL").rstrip("/") + path
