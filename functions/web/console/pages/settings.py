"""What a member chooses for themself: language, reminders, what is known of their work."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import MemberVisit
from vizdots import onboarding, preferences, privacy, profiles
from vizdots.agents import Language
from vizdots.errors import Invalid
from vizdots.texts import NAME_LENGTH, Label, Text

room = Room()

A_WEEK = timedelta(days=7)


class Spoken(BaseModel):
    """The language they want to be spoken to in."""

    language_code: Language


class Reminders(BaseModel):
    """Whether and when they are reminded."""

    reminders: Literal["on", "off"]
    snoozed_until: date | None = None


class Profile(BaseModel):
    """Their own words about their work; a list has one entry in each line."""

    preferred_name: Annotated[Label, Field(min_length=1, max_length=NAME_LENGTH)] | None = None
    role_summary: Text | None = None
    primary_duties: Text = ""
    primary_tools: Text = ""


@room.get("/settings")
def show_settings(visit: MemberVisit) -> Response:
    """All of it on one page."""
    return _page(visit)


@room.post("/settings/language")
def choose_language(visit: MemberVisit) -> Response:
    """Speak to them in this language from now on."""
    form = visit.form(Spoken)
    if form.mistakes:
        return _page(visit, 422, language_form=form)
    visit.write(preferences.choose_language, preferences.LanguageChoice(language_code=form.value.language_code))
    return visit.to("/settings", said="language_saved")


@room.post("/settings/reminders")
def choose_reminders(visit: MemberVisit) -> Response:
    """Keep whether and when they are reminded."""
    form = visit.form(Reminders)
    if form.mistakes:
        return _page(visit, 422, reminders_form=form)
    until = form.value.snoozed_until
    sent = preferences.NotificationChoice(reminders_enabled=form.value.reminders == "on", snoozed_until=until)
    try:
        visit.write(preferences.choose_notifications, sent, at=visit.at)
    except Invalid:
        told = _("Please choose a day after today, within a year.")
        return _page(visit, 422, reminders_form=form.with_mistake("snoozed_until", told))
    return visit.to("/settings", said="snoozed" if until else "saved")


@room.post("/settings/profile")
def change_profile(visit: MemberVisit) -> Response:
    """Put their own words into their profile."""
    form = visit.form(Profile)
    if form.mistakes:
        return _page(visit, 422, profile_form=form)
    told = form.value
    lists = {"primary_duties": _lines(told.primary_duties), "primary_tools": _lines(told.primary_tools)}
    words = told.model_dump(include={"preferred_name", "role_summary"}, exclude_none=True)
    try:
        change = profiles.ProfileChange(**words, **lists)
    except ValueError:
        mistake = _("These are too many, or one is too long: at most 20 entries of 200 characters fit.")
        return _page(visit, 422, profile_form=form.with_mistake("primary_duties", mistake))
    visit.caller.steps(onboarding.change, change, key=visit.key, at=visit.at)
    return visit.to("/settings", said="saved")


def _page(visit: MemberVisit, status: int = 200, **forms: Form[Any]) -> Response:
    """The page, with the forms that are given in the place of those as things stand."""
    chosen = visit.read(preferences.notifications, at=visit.at)
    known = visit.read(onboarding.shown)["profile"]
    today = visit.at.astimezone(ZoneInfo(visit.zone)).date()
    as_it_stands: dict[str, Form[Any]] = {
        "language_form": Form({"language_code": visit.member["preferred_language_code"]}),
        "reminders_form": Form({"reminders": "on" if chosen["reminders_enabled"] else "off", "snoozed_until": ""}),
        "profile_form": Form(
            {
                "preferred_name": known.get("preferred_name", ""),
                "role_summary": known.get("role_summary", ""),
                "primary_duties": "\n".join(known.get("primary_duties", [])),
                "primary_tools": "\n".join(known.get("primary_tools", [])),
            }
        ),
    }
    return visit.page(
        "settings/index",
        status,
        **as_it_stands | forms,
        chosen=chosen,
        privacy=visit.read(privacy.shown),
        tomorrow=today + timedelta(days=1),
        in_a_week=today + A_WEEK,
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
