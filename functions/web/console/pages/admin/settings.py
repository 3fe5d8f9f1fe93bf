"""How the organisation is set: admins read it, owners change it, and none of them over another."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _, language
from frame.visit import AdminVisit, OwnerVisit
from vizdots import formats, organizations
from vizdots.errors import Invalid, Stale
from vizdots.flags import ALWAYS_ON, SWITCHES, Flag, Switch
from vizdots.organizations import OrganizationSettingsChange
from vizdots.schedules import WEEKDAYS
from vizdots.texts import Label

room = Room()

PATH: Final = "/admin/settings"

MISTAKES: Final = {
    "string_pattern_mismatch": N_("Please give both times like 09:00."),
    "ends_before_it_starts": N_("The end should be later than the start."),
    "no_working_day": N_("At least one day should be on, or nobody would ever be asked."),
}
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

_zones: list[str] = []
"""The zones to choose from: they change with the database's version, so each function asks for them once."""


class Company(BaseModel):
    """What the organisation is and where."""

    etag: str = ""
    name: organizations.Name
    timezone: str
    industry: Annotated[Label, Field(min_length=1)] | None = None
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
    typed = {name: str(value).strip() for name, value in visit.sent.items()}
    if typed.get("do") == "same":
        return _again(visit, 200, week=Form(_same_hours(typed)), is_copied=True)
    try:
        change = OrganizationSettingsChange.model_validate({"schedule_config": _week(typed)})
    except ValidationError as error:
        return _again(visit, 422, week=Form(typed, _mistakes(error)))
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


# ---- the week as a form: monday_on, monday_start, monday_end and so on -----------------------------------------------


def _as_typed(week: Mapping[str, Any]) -> dict[str, str]:
    typed: dict[str, str] = {}
    for name in WEEKDAYS:
        day = week[name]
        typed |= {f"{name}_on": "on" if day["on"] else "", f"{name}_start": day["start"], f"{name}_end": day["end"]}
    return typed


def _week(typed: Mapping[str, str]) -> dict[str, Any]:
    """The week that was typed. 9:00 is 09:00, and nobody need fill in the hours of a day that is off."""
    return {name: _day(typed, name) for name in WEEKDAYS}


def _day(typed: Mapping[str, str], name: str) -> dict[str, Any]:
    is_on = bool(typed.get(f"{name}_on"))
    start, end = (typed.get(f"{name}_{edge}", "") for edge in ("start", "end"))
    if not is_on and not (start and end):
        start, end = "09:00", "17:00"
    return {"on": is_on, "start": start.zfill(5), "end": end.zfill(5)}


def _same_hours(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the hours of the first working day on all of them."""
    on = [name for name in WEEKDAYS if typed.get(f"{name}_on")]
    first = on[:1]
    hours = {
        f"{name}_{edge}": typed.get(f"{it}_{edge}", "") for it in first for name in on for edge in ("start", "end")
    }
    return {**typed, **hours}


def _days() -> dict[str, str]:
    """What the days are called, Monday first."""
    return dict(zip(WEEKDAYS, formats.weekdays(language(), form="wide"), strict=True))


def _mistakes(error: ValidationError) -> dict[str, str]:
    """A sentence for each field; what is wrong with the week as a whole stands above it."""
    told: dict[str, str] = {}
    for each in error.errors():
        sentence = _(MISTAKES[each["type"]])
        match each["loc"]:
            case (_week, str(day), str(edge)):
                told[f"{day}_{edge}"] = f"{_days()[day]}: {sentence}"
            case _:
                told[""] = sentence
    return told


# ---- the page --------------------------------------------------------------------------------------------------------


def _again(visit: OwnerVisit, status: int, *, is_copied: bool = False, **forms: Form[Any]) -> Response:
    """The page with what was typed, beside the settings as they are by now: whoever saves it again means it."""
    return _page(visit, visit.read(organizations.settings), status, is_copied=is_copied, **forms)


def _page(
    visit: AdminVisit, settings: Mapping[str, Any], status: int = 200, *, is_copied: bool = False, **forms: Form[Any]
) -> Response:
    saved: dict[str, Form[Any]] = {
        "company": Form({name: settings[name] or "" for name in ("name", "timezone", "industry", "size_band")}),
        "week": Form(_as_typed(settings["schedule_config"])),
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
        zones=_by_continent(visit, settings["timezone"]),
        zone=zone,
        there=there,
        weekday_there=_days()[WEEKDAYS[there.weekday()]],
        weekdays=_days(),
        size_bands=organizations.SIZE_BANDS,
        groups=FEATURES,
        locked=[LOCKED[flag] for flag in ALWAYS_ON],
    )


def _by_continent(visit: AdminVisit, chosen: str) -> dict[str, dict[str, str]]:
    """The zones by continent, each with what it is called there; the one that is set among them, whatever it is."""
    if not _zones:
        _zones.extend(visit.read(organizations.zones))
    found: dict[str, dict[str, str]] = {}
    for zone in [*_zones, *([] if chosen in _zones else [chosen])]:
        continent, _slash, place = zone.partition("/")
        found.setdefault(continent, {})[zone] = (place or zone).replace("_", " ").replace("/", ", ")
    return found
