"""The first visit of a member: what this is, whether we have them right, and their language."""

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from frame import paths
from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import Elsewhere, SignedInVisit
from vizdots import onboarding, preferences, privacy, profiles
from vizdots.agents import Language
from vizdots.errors import NotFound
from vizdots.texts import NAME_LENGTH, Label, Text

room = Room()

STEPS = 3  # two where there is no choice of languages


class Details(BaseModel):
    """What a person tells of themself."""

    preferred_name: Annotated[Label, Field(min_length=1, max_length=NAME_LENGTH)]
    role_summary: Text | None = None


class Spoken(BaseModel):
    """The language they want to be spoken to in."""

    language_code: Language


@room.get("/welcome")
def show_welcome(visit: SignedInVisit) -> Response:
    """What this is, who sees what, and that it takes little time."""
    return _step(visit, 1, Form({}))


@room.post("/welcome")
def begin(visit: SignedInVisit) -> Response:
    """On to the details; with the consent, where the organisation asks for one."""
    _newcomer(visit)
    known = visit.read(privacy.shown)
    if known["consent_required"] and not known["has_consented"]:
        if not visit.sent.get("consent"):
            told = _("Check-ins need your consent. Without it you can’t be asked anything.")
            return _step(visit, 1, Form({}, {"consent": told}), 422)
        visit.step(privacy.consent, at=visit.at)
    return visit.to("/welcome/details")


@room.get("/welcome/details")
def show_details(visit: SignedInVisit) -> Response:
    """What the organisation knows, and what the person knows better."""
    member = _newcomer(visit)
    known = visit.read(onboarding.shown)["profile"]
    first_name = (member["display_name"] or "").partition(" ")[0]
    typed = {"preferred_name": known.get("preferred_name", first_name), "role_summary": known.get("role_summary", "")}
    return _step(visit, 2, Form(typed))


@room.post("/welcome/details")
def keep_details(visit: SignedInVisit) -> Response:
    """Keep what the person said of themself."""
    _newcomer(visit)
    form = visit.form(Details)
    if form.mistakes:
        return _step(visit, 2, form, 422)
    change = profiles.ProfileChange(**form.value.model_dump(exclude_none=True))
    visit.caller.steps(onboarding.change, change, key=None, at=visit.at)
    return visit.to("/welcome/language") if visit.may_choose_language else _done(visit)


@room.get("/welcome/language")
def show_language(visit: SignedInVisit) -> Response:
    """The eleven languages, where there is a choice."""
    if not visit.may_choose_language:
        raise NotFound(code="feature_off")
    return _step(visit, 3, Form({"language_code": _newcomer(visit)["preferred_language_code"]}))


@room.post("/welcome/language")
def finish(visit: SignedInVisit) -> Response:
    """Keep the language; that was the last step."""
    _newcomer(visit)
    form = visit.form(Spoken)
    if form.mistakes:
        return _step(visit, 3, form, 422)
    visit.write(preferences.choose_language, preferences.LanguageChoice(language_code=form.value.language_code))
    return _done(visit)


def _done(visit: SignedInVisit) -> Response:
    """Keep that all of it is right: the person is ready for their first check-in."""
    visit.caller.steps(onboarding.change, profiles.ProfileChange(confirm=True), key=None, at=visit.at)
    return visit.to("/dashboard", said="welcome")


def _newcomer(visit: SignedInVisit) -> dict[str, Any]:
    """The membership of somebody who belongs here; anybody else is led where they should be."""
    member = visit.membership
    if member is None or member["profile_confirmed"]:
        raise Elsewhere(paths.HOME)
    return member


def _step(visit: SignedInVisit, step: int, form: Form[Any], status: int = 200) -> Response:
    member = _newcomer(visit)
    template = {1: "onboarding/welcome", 2: "onboarding/details", 3: "onboarding/language"}[step]
    facts = {"privacy": visit.read(privacy.shown)} if step == 1 else {}
    steps = STEPS if visit.may_choose_language else STEPS - 1
    return visit.page(template, status, member=member, form=form, step=step, steps=steps, **facts)
