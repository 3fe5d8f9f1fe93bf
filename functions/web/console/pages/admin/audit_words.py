"""The entries of the audit log in plain words: who did what, and what each thing was and became."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from frame.speech import N_, _, language
from frame.words import YES_NO
from pages.admin.words import LEVELS, ROLES, STATUSES
from vizdots import formats, translations
from vizdots.audit import REFERENCES, Action, Entity
from vizdots.schedules import WEEKDAYS

Row = Mapping[str, Any]

KINDS: Final[Mapping[Entity, str]] = {
    "organizations": N_("Settings"),
    "organization_members": N_("Members"),
    "departments": N_("Departments"),
    "workflows": N_("Workflows"),
    "workflow_versions": N_("Versions of workflows"),
    "workflow_overrides": N_("Corrections of workflows"),
    "workflow_variants": N_("Variants of workflows"),
    "workflow_resemblances": N_("Workflows that may be one"),
    "owner_notes": N_("Notes"),
    "pattern_alerts": N_("Alerts"),
    "data_export_requests": N_("Exports"),
}
ACTIONS: Final[Mapping[Action, str]] = {"created": N_("Added"), "updated": N_("Changed"), "deleted": N_("Removed")}
DEEDS: Final[Mapping[tuple[Entity, Action], str]] = {
    ("organizations", "created"): N_("founded the organisation"),
    ("organizations", "updated"): N_("changed the settings"),
    ("organization_members", "created"): N_("added a member"),
    ("organization_members", "updated"): N_("changed a member"),
    ("departments", "created"): N_("added a department"),
    ("departments", "updated"): N_("changed a department"),
    ("departments", "deleted"): N_("removed a department"),
    ("workflows", "updated"): N_("changed a workflow"),
    ("workflow_versions", "created"): N_("added a version of a workflow"),
    ("workflow_overrides", "created"): N_("corrected a workflow"),
    ("workflow_overrides", "updated"): N_("changed a correction of a workflow"),
    ("workflow_variants", "created"): N_("added a variant of a workflow"),
    ("workflow_variants", "updated"): N_("changed a variant of a workflow"),
    ("workflow_resemblances", "updated"): N_("said whether two workflows are one"),
    ("owner_notes", "created"): N_("wrote a note"),
    ("owner_notes", "updated"): N_("changed a note"),
    ("pattern_alerts", "created"): N_("raised an alert"),
    ("pattern_alerts", "updated"): N_("changed an alert"),
    ("data_export_requests", "created"): N_("asked for an export"),
    ("data_export_requests", "updated"): N_("changed the state of an export"),
}

# In the order in which an entry tells them.
FIELDS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "display_name": N_("Name"),
    "invited_email": N_("E-mail address"),
    "role": N_("Role"),
    "level": N_("Level"),
    "status": N_("Status"),
    "job_title": N_("Job title"),
    "department_id": N_("Department"),
    "merged_into": N_("Merged into"),
    "supervisor": N_("Reports to"),
    "has_direct_reports": N_("Leads people"),
    "can_view_reports": N_("May see reports"),
    "preferred_language_code": N_("Language"),
    "invite_status": N_("Invitation"),
    "invite_expires_at": N_("Invitation holds until"),
    "timezone": N_("Time zone"),
    "size_band": N_("Size"),
    "industry": N_("Industry"),
    "setup_completed_at": N_("Set-up finished"),
    "subscription_status": N_("Subscription"),
    "subscription_started_at": N_("Subscription began"),
    "trial_ends_at": N_("Trial ends"),
    "current_period_end": N_("Paid until"),
    "allow_llm": N_("Language model"),
    "allow_translation": N_("Translation"),
    "allow_free_text_sentiment": N_("Mood read from free text"),
    "employee_can_mark_private": N_("Members may keep dots private"),
    "data_processing_consent_required": N_("Consent is required"),
    "min_group_size": N_("Smallest group"),
    "data_retention_days": N_("Texts are kept for days"),
    "privacy_notice_enabled": N_("Privacy notice"),
    "privacy_notice_text": N_("Text of the privacy notice"),
    "privacy_policy_url": N_("Privacy policy"),
    "workflow_id": N_("Workflow"),
    "other_id": N_("Other workflow"),
    "decision": N_("Decision"),
    "version_number": N_("Version"),
    "created_by_type": N_("Made by"),
    "variant_key": N_("Variant"),
    "description": N_("Description"),
    "source": N_("Found by"),
    "is_allowed": N_("Judged"),
    "accuracy_rating": N_("Accuracy"),
    "override_payload": N_("Correction"),
    "note_type": N_("Kind"),
    "visible_to": N_("Visible to"),
    "is_active": N_("In force"),
    "alert_type": N_("Alert"),
    "severity": N_("Severity"),
    "scope": N_("Covers"),
    "from_date": N_("From"),
    "to_date": N_("To"),
}
SCHEDULES: Final[Mapping[str, str]] = {
    "schedule_config": N_("Working week, %(days)s"),
    "schedule_override": N_("Own hours, %(days)s"),
}
FLAGS: Final = "feature_flags"
MOMENTS: Final = frozenset(
    {"invite_expires_at", "setup_completed_at", "subscription_started_at", "trial_ends_at", "current_period_end"}
)
DAYS: Final = frozenset({"from_date", "to_date"})
OWN_WORDS: Final = frozenset({"name", "job_title", "description", "industry", "variant_key"})
UNTOLD: Final = frozenset({"display_name", "invited_email", "privacy_notice_text", "override_payload"})

VALUES: Final[Mapping[str, str]] = {
    **ROLES,
    **LEVELS,
    **STATUSES,
    "merged": N_("One workflow"),
    "apart": N_("Two workflows"),
    "pending": N_("Waiting"),
    "sent": N_("Sent"),
    "accepted": N_("Accepted"),
    "trialing": N_("Trial"),
    "past_due": N_("Payment overdue"),
    "canceled": N_("Cancelled"),
    "expired": N_("Expired"),
    "draft": N_("Draft"),
    "archived": N_("Archived"),
    "accurate": N_("Accurate"),
    "partially_right": N_("Partly right"),
    "incorrect": N_("Not right"),
    "open": N_("Open"),
    "acknowledged": N_("Acknowledged"),
    "resolved": N_("Resolved"),
    "dismissed": N_("Dismissed"),
    "processing": N_("In the making"),
    "completed": N_("Ready"),
    "failed": N_("Failed"),
    "admins_only": N_("Admins only"),
    "managers": N_("Managers"),
    "everyone": N_("Everyone"),
    "organization": N_("The organisation"),
    "department": N_("A department"),
    "date_range": N_("A range of dates"),
    "ai": N_("The AI"),
    "system": N_("The system"),
}
ON_OFF: Final[Mapping[bool, str]] = {True: N_("On"), False: N_("Off")}
JUDGED: Final[Mapping[bool, str]] = {True: N_("Fine"), False: N_("Friction")}


@dataclass(frozen=True)
class Change:
    """One thing that an entry tells, as it was and as it became; `before` None where there is nothing to compare."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Line:
    """An entry as a page shows it."""

    at: str
    who: str
    actor: str
    """What the page filters by, to see what else they did."""
    deed: str
    about: str
    entity_id: str
    changes: Sequence[Change]


def line(entry: Row, zone: str) -> Line:
    """An entry, its times in the organisation's zone."""
    actor = entry["actor"]
    deed = DEEDS.get((entry["entity_type"], entry["action"]), N_("made a change"))
    is_about_somebody = entry["entity_type"] == "organization_members"
    return Line(
        at=entry["created_at"],
        who=who(actor),
        actor=actor["id"] or actor["type"],
        deed=_(deed),
        about=entry["entity_name"] or (_("somebody without a name") if is_about_somebody else ""),
        entity_id=entry["entity_id"],
        changes=_readable(entry, zone),
    )


def who(actor: Row) -> str:
    """Whom an entry names; the system where a job did it."""
    if actor["type"] == "system":
        return _("VizDots")
    return actor["name"] or (_("Somebody without a name") if actor["member_id"] else _("Somebody who has left"))


def _readable(entry: Row, zone: str) -> Sequence[Change]:
    """What an entry tells; only what somebody tampered with can't be read, and its page must open all the same."""
    try:
        return [*changes(entry, zone)]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [Change(_("Content"), None, _("not readable"))]


def changes(entry: Row, zone: str) -> Iterator[Change]:
    """What an entry tells, in the order of FIELDS. Of what is new, only what is worth a word."""
    before, after = entry["before"], entry["after"] or {}
    told = (before or {}) | after
    for field in (*FIELDS, *sorted(told.keys() - FIELDS.keys() - SCHEDULES.keys() - {FLAGS})):
        if field not in told:
            continue
        label = _(FIELDS[field]) if field in FIELDS else field.replace("_", " ").capitalize()
        if before is None or not after:
            if isinstance(told[field], str) and told[field] != entry["entity_name"]:
                yield Change(label, None, value(field, told[field], entry, zone))
        elif field in UNTOLD:
            yield Change(label, None, _untold(before[field], after[field]))
        else:
            yield Change(label, value(field, before[field], entry, zone), value(field, after[field], entry, zone))
    if before and after:
        yield from _schedules(before, after)
        yield from _flags(before.get(FLAGS, {}), after.get(FLAGS, {}))


def value(field: str, said: Any, entry: Row, zone: str) -> str:
    """A value as a person reads it."""
    told: str
    if said is None:
        told = _("not judged") if field == "is_allowed" else _("none")
    elif isinstance(said, bool):
        told = _(_booleans(field, entry)[said])
    elif field in REFERENCES:
        told = entry["names"].get(said) or _("no longer known")
    elif field in MOMENTS:
        told = _moment(datetime.fromisoformat(said), zone)
    elif field in DAYS:
        told = formats.day(date.fromisoformat(said), language(), form="medium")
    elif field == "preferred_language_code":
        told = translations.NAMES.get(said, said)
    else:
        told = str(said) if field in OWN_WORDS else _(VALUES.get(said, str(said)))
    return told


def _moment(at: datetime, zone: str) -> str:
    day = formats.day(at.astimezone(ZoneInfo(zone)).date(), language(), form="medium")
    return f"{day}, {formats.clock(at, language(), zone)}"


def _booleans(field: str, entry: Row) -> Mapping[bool, str]:
    if field == "is_allowed":
        return JUDGED
    return ON_OFF if entry["entity_type"] == "organizations" else YES_NO


def _untold(before: Any, after: Any) -> str:
    if before is None:
        return _("added")
    return _("removed") if after is None else _("changed")


def _schedules(before: Row, after: Row) -> Iterator[Change]:
    for field, label in SCHEDULES.items():
        was, became = before.get(field) or {}, after.get(field) or {}
        for days, hours in _alike([(was.get(day), became.get(day)) for day in WEEKDAYS]):
            yield Change(_(label) % {"days": days}, *(_hours(each) for each in hours))


def _alike(week: Sequence[tuple[Any, Any]]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The days that changed, those in a row that changed alike told together: Mon – Fri."""
    names = formats.weekdays(language())
    for hours, run in groupby(range(len(week)), key=lambda nth: week[nth]):
        days = [*run]
        if hours[0] != hours[1]:
            first, last = names[days[0]], names[days[-1]]
            yield first if len(days) == 1 else f"{first} – {last}", hours


def _hours(day: Row | None) -> str:
    if day is None:
        return _("as everybody")
    return f"{day['start']}–{day['end']}" if day["on"] else _("off")


def _flags(before: Row, after: Row) -> Iterator[Change]:
    for flag in sorted(before.keys() | after.keys()):
        was, became = before.get(flag, True), after.get(flag, True)
        if was != became:
            yield Change(flag.replace("_", " ").capitalize(), _(ON_OFF[was]), _(ON_OFF[became]))
