"""What a member chooses for themself: language, mails, time away, what is known of their work."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _
from frame.visit import MemberVisit
from vizdots import onboarding, preferences, privacy, profiles
from vizdots.agents import Language
from vizdots.errors import Invalid
from vizdots.texts import NAME_LENGTH, Label, Text

room = Room()

A_WEEK = timedelta(days=7)

# What each kind of mail is called, and what it is for.
MAILS: Final[dict[preferences.OptionalMail, tuple[str, str]]] = {
    "reminder": (
        N_("Reminders"),
        N_("When a check-in waits for you: once a day at most, within your working hours."),
    ),
    "alert_digest": (N_("Early warnings"), N_("What has changed in your organisation’s numbers, in one mail.")),
    "export_ready": (N_("Exports"), N_("When a download that you asked for is ready.")),
    "trial_ending": (N_("The end of the trial"), N_("A week, three days and one day before it ends.")),
}


class Spoken(BaseModel):
    """The language they want to be spoken to in."""

    language_code: Language


class Mails(BaseModel):
    """The kinds of mail that the page offered, and those of them that they want."""

    offered: list[preferences.OptionalMail] = []
    wanted: list[preferences.OptionalMail] = []


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


@room.post("/settings/mails")
def choose_mails(visit: MemberVisit) -> Response:
    """Keep which mails they get."""
    form = visit.form(Mails)
    if form.mistakes:
        return _page(visit, 422)
    chosen = {kind: kind in form.value.wanted for kind in form.value.offered}
    visit.write(preferences.choose_mails, chosen, at=visit.at)
    return visit.to("/settings", said="saved")


@room.post("/settings/away")
def choose_absence(visit: MemberVisit) -> Response:
    """Leave them alone from a day to a day, or ask them again."""
    form = visit.form(preferences.Absence)
    if form.mistakes:
        return _page(visit, 422, away_form=form)
    try:
        visit.write(preferences.choose_absence, form.value, at=visit.at)
    except Invalid:
        told = _("Please choose a day after today and after your first day away, within a year.")
        return _page(visit, 422, away_form=form.with_mistake("snoozed_until", told))
    return visit.to("/settings", said="snoozed" if form.value.snoozed_until else "saved")


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
    leaves, back = _day(chosen["snoozed_from"], visit.zone), _day(chosen["snoozed_until"], visit.zone)
    as_it_stands: dict[str, Form[Any]] = {
        "language_form": Form({"language_code": visit.member["preferred_language_code"]}),
        "away_form": Form({"snoozed_from": leaves or "", "snoozed_until": back or ""}),
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
        mails=[(mail, *MAILS[mail["kind"]]) for mail in chosen["mails"]],
        leaves=leaves if leaves and leaves > today else None,
        back=back,
        privacy=visit.read(privacy.shown),
        in_a_week=today + A_WEEK,
    )


def _day(moment: str | None, zone: str) -> date | None:
    """The day of a moment, there."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date() if moment else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
