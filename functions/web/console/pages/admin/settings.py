"""How the organisation is set: admins read it, owners change it, and none of them over another."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _
from frame.visit import AdminVisit, OwnerVisit
from pages.admin import weeks, zones
from vizdots import organizations
from vizdots.errors import Invalid, Stale
from vizdots.flags import ALWAYS_ON, SWITCHES, Flag, Switch
from vizdots.organizations import OrganizationSettingsChange
from vizdots.texts import Name

room = Room()

PATH: Final = "/admin/settings"

FEATURES: Final[Mapping[str, Mapping[Switch, tuple[str, str]]]] = {
    N_("How people work"): {
        "WORKFLOW_OVERRIDES": (N_("Corrections of processes"), N_("Lay your own word over what was learnt.")),
        "ACCURACY_FEEDBACK": (N_("Feedback on processes"), N_("Say whether a process was understood rightly.")),
        "OWNER_NOTES": (N_("Notes"), N_("Tell those who ask what they should know.")),
        "RESET_TO_AI": (N_("Back to what was learnt"), N_("Take your corrections back.")),
        "WORKFLOW_VARIANTS": (N_("Variants"), N_("See where people work differently.")),
        "FRICTION_TRACKING": (N_("Friction"), N_("Mark variants that cost time.")),
        "VARIANT_ANALYTICS": (N_("Figures of variants"), N_("How often each one happens.")),
    },
    N_("Languages"): {
        "MULTI_LANGUAGE": (N_("Several languages"), N_("People are asked in more than English.")),
        "LANGUAGE_PREFERENCES": (N_("A language of one’s own"), N_("Everybody chooses theirs.")),
        "AUTO_TRANSLATION": (N_("Translation"), N_("Answers are translated, so that they count together.")),
    },
    N_("How teams are doing"): {
        "TEAM_HEALTH_SCORECARD": (N_("Team health"), N_("Scores of groups, never of a person.")),
        "DEPARTMENT_METRICS": (N_("By department"), N_("Scores of each department that is large enough.")),
        "METRIC_COMPUTATION": (N_("Daily figures"), N_("Scores are worked out every day.")),
        "PATTERN_ALERTS": (N_("Early warnings"), N_("Be told when something changes for the worse.")),
        "COACHING_SUGGESTIONS": (N_("Suggestions"), N_("What one could do about a warning.")),
        "ALERT_LIFECYCLE": (N_("Handling of warnings"), N_("Take note of warnings, and close them.")),
    },
    N_("Privacy and data"): {
        "PRIVACY_SETTINGS": (N_("Privacy settings"), N_("Choose what is done with people’s words.")),
        "CONSENT_TRACKING": (N_("Consents"), N_("Keep who agreed to what, and when.")),
        "DATA_EXPORT": (N_("Exports"), N_("Everybody can take their data along.")),
        "DATA_RETENTION": (N_("Retention"), N_("Old words are removed.")),
    },
}
LOCKED: Final = {
    "WORKFLOW_VERSIONING": N_("Every version of a process is kept"),
    "AUDIT_LOG": N_("Changes are put on record"),
    "FACT_IMMUTABILITY": N_("What was said is never changed"),
}


class Company(BaseModel):
    """What the organisation is and where."""

    etag: str = ""
    name: Name
    timezone: str
    industry: Name | None = None
    size_band: organizations.SizeBand | None = None


class Features(BaseModel):
    """The features that are ticked."""

    etag: str = ""
    features: list[Flag] = []


@room.get("/admin/settings")
def show_settings(visit: AdminVisit) -> Response:
    """All of it on one page: as forms for owners, to read for admins."""
    return _page(visit, visit.read(organizations.settings))


@room.post("/admin/settings/company")
def change_company(visit: OwnerVisit) -> Response:
    """Keep name, place, industry and size."""
    form = visit.form(Company)
    if form.mistakes:
        return _again(visit, 422, company=form)
    change = OrganizationSettingsChange.model_validate(form.value.model_dump(exclude={"etag"}))
    try:
        return _changed(visit, change, form.value.etag)
    except Invalid:
        told = _("Please choose one of the time zones of the list.")
        return _again(visit, 422, company=form.with_mistake("timezone", told))
    except Stale:
        return _again(visit, 412, company=form)


@room.post("/admin/settings/week")
def change_week(visit: OwnerVisit) -> Response:
    """Keep the week; or put one day's hours on all of them, to be looked at first."""
    typed = weeks.as_sent(visit.sent)
    if typed.get("do") == "same":
        return _again(visit, 200, week=Form(weeks.same_hours(typed)), is_copied=True)
    try:
        change = OrganizationSettingsChange.model_validate({"schedule_config": weeks.read(typed)})
    except ValidationError as error:
        return _again(visit, 422, week=Form(typed, weeks.mistakes(error)))
    try:
        return _changed(visit, change, typed.get("etag", ""))
    except Stale:
        return _again(visit, 412, week=Form(typed))


@room.post("/admin/settings/features")
def change_features(visit: OwnerVisit) -> Response:
    """Keep what is on. What is off in the whole deployment isn't asked about, and stays as it was."""
    form = visit.form(Features)
    if form.mistakes:
        return _again(visit, 422, features=form)
    off = visit.read(organizations.settings)["features_off"]
    switched = {flag: flag in form.value.features for flag in SWITCHES if flag not in off}
    try:
        return _changed(visit, OrganizationSettingsChange(feature_flags=switched), form.value.etag)
    except Stale:
        return _again(visit, 412, features=form)


def _changed(visit: OwnerVisit, change: OrganizationSettingsChange, etag: str) -> Response:
    """Change the settings, and show them. Raises Stale."""
    visit.write(organizations.change_settings, change, expected=etag)
    return visit.to(PATH, said="saved")


# ---- the page --------------------------------------------------------------------------------------------------------


def _again(visit: OwnerVisit, status: int, *, is_copied: bool = False, **forms: Form[Any]) -> Response:
    """The page with what was typed, beside the settings as they are by now: whoever saves it again means it."""
    return _page(visit, visit.read(organizations.settings), status, is_copied=is_copied, **forms)


def _page(
    visit: AdminVisit, settings: Mapping[str, Any], status: int = 200, *, is_copied: bool = False, **forms: Form[Any]
) -> Response:
    saved: dict[str, Form[Any]] = {
        "company": Form({name: settings[name] or "" for name in ("name", "timezone", "industry", "size_band")}),
        "week": Form(weeks.as_typed(settings["schedule_config"])),
        "features": Form({"features": [flag for flag in SWITCHES if settings["feature_flags"][flag]]}),
    }
    shown = saved | forms
    zone = shown["company"].typed["timezone"]
    zone = zone if organizations.is_known(zone) else settings["timezone"]
    there = visit.at.astimezone(ZoneInfo(zone))
    return visit.page(
        "admin/settings/index",
        status,
        settings=settings,
        saved=saved,
        shown=shown,
        overtaken=next(iter(forms), "") if status == Stale.status else "",
        is_copied=is_copied,
        zones=zones.by_continent(visit, settings["timezone"]),
        zone=zone,
        there=there,
        weekday_there=[*weeks.names().values()][there.weekday()],
        weekdays=weeks.names(),
        size_bands=organizations.SIZE_BANDS,
        groups=FEATURES,
        locked=[LOCKED[flag] for flag in ALWAYS_ON],
    )
