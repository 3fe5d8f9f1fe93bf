"""Members: find them, add one, see and change one's place, invite, deactivate and reactivate."""

from collections.abc import Mapping
from math import ceil
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints, ValidationError
from starlette.responses import Response

from frame.forms import Form, M
from frame.room import Room
from frame.speech import N_, _, ngettext
from frame.visit import AdminVisit
from pages.admin import weeks
from pages.admin.words import LEVELS, ROLES, STATUSES, spoken
from vizdots import addresses, invitations, members
from vizdots.agents import Language
from vizdots.errors import Conflict, Invalid, Stale, TooMany, VizDotsError
from vizdots.people import Role
from vizdots.texts import Name

room = Room()

WHICH: Final[Mapping[members.Which, str]] = {
    "current": N_("Active and invited"),
    "active": N_("Active"),
    "invited": N_("Invited"),
    "inactive": N_("Deactivated"),
    "all": N_("Everybody"),
}
LABELS: Final = {
    "display_name": N_("Name"),
    "job_title": N_("Job title"),
    "department_id": N_("Department"),
    "supervisor": N_("Reports to"),
    "level": N_("Level"),
    "role": N_("Role"),
    "has_direct_reports": N_("Leads others"),
    "can_view_reports": N_("May see reports"),
    "schedule": N_("Working days of their own"),
    "status": N_("Status"),
}
MISTAKES: Final = {
    "already_member": ("email", N_("There is somebody with this address already. Look for them in the list.")),
    "unknown_department": ("department_id", N_("This department is closed by now. Please choose another one.")),
    "unknown_supervisor": ("supervisor", N_("Nobody who is active or invited has this address.")),
    "supervisors_in_a_circle": (
        "supervisor",
        N_("They report to somebody below themself then. Please choose somebody else."),
    ),
    "last_owner": ("", N_("An organisation keeps at least one owner. Make somebody else an owner first.")),
    "already_accepted": ("", N_("They have accepted their invitation meanwhile.")),
    "no_address": ("", N_("There is no address that an invitation could go to.")),
}
"""By the code of a refusal: the field that it is about, and how it is told."""

Sought = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=addresses.LONGEST)]
"""The address of somebody, if there is one."""


class Searched(BaseModel):
    """Which members are looked for."""

    search: Annotated[str, StringConstraints(max_length=200)] | None = None
    department_id: UUID | None = None
    role: Role | None = None
    level: members.Level | None = None
    status: members.Which = "current"


class Place(BaseModel):
    """Somebody's place as the form has it."""

    display_name: Name
    job_title: Name | None = None
    department_id: UUID | None = None
    supervisor: Annotated[
        str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=addresses.LONGEST)
    ] = ""
    level: members.Level = "ic"
    role: Role = "member"


class Newcomer(Place):
    """Somebody who is to be added."""

    email: addresses.Address
    language_code: Language = "en"
    invite: bool = False


class Edited(Place):
    """Somebody whose place is changed; their own days come beside it, field by field."""

    etag: str
    has_direct_reports: bool = False
    can_view_reports: bool = False


class Standing(BaseModel):
    """Whether somebody stays, and what becomes of those who report to them."""

    etag: str
    status: Literal["active", "inactive"]
    reports_to: Literal["keep", "up"] = "keep"


class Wish(BaseModel):
    """What becomes of somebody's invitation."""

    action: invitations.Action


# ---- the list --------------------------------------------------------------------------------------------------------


@room.get("/admin/members")
def show_members(visit: AdminVisit) -> Response:
    """A page of those who are looked for; whoever was deactivated is there when asked for."""
    form = visit.asked(Searched)
    if form.mistakes:
        raise Invalid("One of the filters is none.", code="invalid_filter")
    query = form.value.model_dump(exclude_defaults=True)
    page = visit.read(members.listed, members.Wanted(**form.value.model_dump()), cursor=visit.cursor)
    departments = visit.read(members.choices)["departments"]
    return visit.page(
        "admin/members/index",
        page=page,
        states={each["id"]: invitations.state(each, at=visit.at) for each in page["items"]},
        form=form,
        query=query,
        is_filtered=bool(query.keys() - {"search"}),
        departments={"": _("All departments")} | {each["id"]: each["name"] for each in departments},
        filters={
            "role": {"": _("All roles")} | spoken(ROLES),
            "level": {"": _("All levels")} | spoken(LEVELS),
            "status": spoken(WHICH),
        },
        **_words(),
    )


# ---- somebody new ----------------------------------------------------------------------------------------------------


@room.get("/admin/members/new")
def show_new_member(visit: AdminVisit) -> Response:
    """The form."""
    return _new(visit, Form({"level": "ic", "role": "member", "language_code": "en", "invite": True}))


@room.post("/admin/members/new")
def add_member(visit: AdminVisit) -> Response:
    """Add them, and let them be invited if that is wished."""
    form = visit.form(Newcomer)
    if form.mistakes:
        return _new(visit, form, 422)
    sent = form.value
    try:
        supervisor = visit.read(members.find, sent.supervisor)["id"] if sent.supervisor else None
        newcomer = members.NewMember(**sent.model_dump() | {"supervisor": supervisor})
        added = visit.write(members.add, newcomer, at=visit.at)
    except (Invalid, Conflict) as refused:
        return _new(visit, _mended(form, refused), refused.status)
    return visit.to(f"/admin/members/{added['id']}", said="member_invited" if sent.invite else "member_added")


def _new(visit: AdminVisit, form: Form[Any], status: int = 200) -> Response:
    return visit.page("admin/members/new", status, form=form, choices=visit.read(members.choices), **_words())


# ---- one of them -----------------------------------------------------------------------------------------------------


@room.get("/admin/members/{member_id:uuid}")
def show_member(visit: AdminVisit, member_id: UUID) -> Response:
    """Their place, the form that changes it, and what became of it so far."""
    return _member(visit, visit.read(members.shown, member_id))


@room.post("/admin/members/{member_id:uuid}")
def change_member(visit: AdminVisit, member_id: UUID) -> Response:
    """Change their place; what somebody else has changed meanwhile is shown beside what was typed."""
    form = visit.form(Edited)
    member = visit.read(members.shown, member_id)
    if form.mistakes:
        return _member(visit, member, form, 422)
    try:
        change = members.MemberChange(id=member_id, **_to_change(visit, form.value, member))
    except ValidationError as error:
        for name, mistake in weeks.mistakes(error).items():
            form = form.with_mistake(name, mistake)
        return _member(visit, member, form, 422)
    except Invalid as refused:
        return _member(visit, member, _mended(form, refused), 422)
    try:
        visit.write(members.change, change, expected=form.value.etag)
    except Stale:
        return _member(visit, visit.read(members.shown, member_id), form, 412)
    except (Invalid, Conflict) as refused:
        return _member(visit, member, _mended(form, refused), refused.status)
    return visit.to(f"/admin/members/{member_id}", said="member_saved")


@room.post("/admin/members/{member_id:uuid}/status")
def change_status(visit: AdminVisit, member_id: UUID) -> Response:
    """Deactivate them, with or without handing their people up, or let them come back."""
    standing = visit.form(Standing)
    if standing.mistakes:
        raise Invalid("There is no such status.", code="invalid_status")
    sent = standing.value
    change = members.MemberChange(id=member_id, status=sent.status, reports_to=sent.reports_to)
    try:
        visit.write(members.change, change, expected=sent.etag)
    except (Stale, Invalid, Conflict) as refused:
        member = visit.read(members.shown, member_id)
        form: Form[Any] = Form(_as_typed(member))
        return _member(visit, member, form if isinstance(refused, Stale) else _mended(form, refused), refused.status)
    said = "member_deactivated" if sent.status == "inactive" else "member_reactivated"
    return visit.to(f"/admin/members/{member_id}", said=said)


@room.post("/admin/members/{member_id:uuid}/invitation")
def change_invitation(visit: AdminVisit, member_id: UUID) -> Response:
    """Mail them an invitation, once more if need be, or take theirs back; too soon: say when one may go."""
    wish = visit.form(Wish)
    if wish.mistakes:
        raise Invalid("That can't be done to an invitation.", code="invalid_action")
    action = wish.value.action
    try:
        visit.write(invitations.change, member_id, action, at=visit.at)
    except (Conflict, TooMany) as refused:
        member = visit.read(members.shown, member_id)
        form: Form[Any] = Form(_as_typed(member))
        form = form.with_mistake("", _wait(refused)) if isinstance(refused, TooMany) else _mended(form, refused)
        response = _member(visit, member, form, refused.status)
        if refused.retry_after is not None:
            response.headers["Retry-After"] = str(refused.retry_after)
        return response
    said = "invitation_revoked" if action == "revoke" else "invitation_sent"
    return visit.to(f"/admin/members/{member_id}", said=said)


def _wait(refused: TooMany) -> str:
    minutes = ceil((refused.retry_after or 0) / 60) or 1
    told = ngettext(
        "They were sent an invitation a moment ago. Another one can go to them in %(minutes)s minute.",
        "They were sent an invitation a moment ago. Another one can go to them in %(minutes)s minutes.",
        minutes,
    )
    return told % {"minutes": minutes}


def _member(visit: AdminVisit, member: dict[str, Any], form: Form[Any] | None = None, status: int = 200) -> Response:
    now = _as_typed(member)
    typed = (form or Form(now)).typed
    is_stale = status == Stale.status
    closed = _closed_to(visit, member)
    typed_in = [name for name in LABELS if name not in (*closed, "status")]
    changed = [name for name in typed_in if is_stale and _differs(now, typed, name)]
    return visit.page(
        "admin/members/one",
        status,
        member=member,
        form=form or Form(now),
        etag=member["etag"] if is_stale else typed["etag"],  # who has yet to mend a mistake saw what they saw
        choices=visit.read(members.choices),
        is_own=member["id"] == visit.member["id"],
        may_change=visit.is_owner or member["role"] != "owner",
        may_invite=visit.is_owner or member["role"] == "member",
        state=invitations.state(member, at=visit.at),
        is_stale=is_stale,
        changed={name: _told(member, name) for name in changed},
        closed=closed,
        labels=spoken(LABELS),
        weekdays=weeks.names(),
        has_own_days=bool(weeks.read_own(typed)),
        **_words(),
    )


def _closed_to(visit: AdminVisit, member: dict[str, Any]) -> tuple[str, ...]:
    """The fields that the viewer's form doesn't have."""
    if member["id"] == visit.member["id"]:
        return ("level", "role", "has_direct_reports", "can_view_reports")
    return () if visit.is_owner else ("role",)


def _to_change(visit: AdminVisit, sent: Edited, member: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a member, by what was filled in. Raises Invalid for a supervisor whom nobody knows."""
    told = sent.model_dump(exclude={"etag", "supervisor", *_closed_to(visit, member)})
    if sent.supervisor != _as_typed(member)["supervisor"]:
        told["supervisor"] = visit.read(members.find, sent.supervisor)["id"] if sent.supervisor else None
    return told | {"schedule_override": weeks.read_own(visit.sent) or None}


def _as_typed(member: dict[str, Any]) -> dict[str, Any]:
    """A member as the form that changes them is filled in."""
    return {
        **weeks.as_typed(member["schedule_override"] or {}),
        **{name: member[name] for name in ("etag", "display_name", "level", "role")},
        "job_title": member["job_title"] or "",
        "department_id": (member["department"] or {}).get("id", ""),
        "supervisor": (member["supervisor"] or {}).get("email") or "",
        "has_direct_reports": "on" if member["has_direct_reports"] else "",
        "can_view_reports": "on" if member["can_view_reports"] else "",
    }


def _differs(now: Mapping[str, Any], typed: Mapping[str, Any], name: str) -> bool:
    """Whether somebody typed something else into a field that they had than what is there now."""
    if name == "schedule":
        return weeks.read_own(now) != weeks.read_own(typed)
    return bool(now[name] != typed.get(name, ""))


def _told(member: dict[str, Any], name: str) -> str:
    """What is in a member's field now, for a person."""
    match name:
        case "department_id" | "supervisor":
            return str((member[name.removesuffix("_id")] or {}).get("name") or _("Nobody"))
        case "level":
            return _(LEVELS[member[name]])
        case "role":
            return _(ROLES[member[name]])
        case "has_direct_reports" | "can_view_reports":
            return _("Yes") if member[name] else _("No")
        case "schedule":
            return ", ".join(weeks.names()[day] for day in member["schedule_override"] or ()) or _("None")
        case _:
            return str(member[name] or "–")


# ---- what several of them share --------------------------------------------------------------------------------------


def _mended(form: Form[M], refused: VizDotsError) -> Form[M]:
    """The form with what a rule refuses told at its field. Raises what no field is to blame for."""
    if refused.code not in MISTAKES:
        raise refused
    name, told = MISTAKES[refused.code]
    return form.with_mistake(name, _(told))


def _words() -> dict[str, Any]:
    return {"roles": spoken(ROLES), "levels": spoken(LEVELS), "statuses": spoken(STATUSES)}
