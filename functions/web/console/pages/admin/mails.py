"""Whether mails arrive, and what can be done where they don't: never who ignores them."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from frame import charts
from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _
from frame.visit import AdminVisit
from pages.admin.words import spoken
from vizdots import delivery, mail_reports
from vizdots.addresses import Address
from vizdots.errors import Conflict, Invalid

room = Room()

PATH: Final = "/admin/mails"
A_PAGE: Final = 25  # invitations

KINDS: Final[Mapping[delivery.Template, str]] = {
    "invitation": N_("Invitations"),
    "reminder": N_("Reminders"),
    "trial_ending": N_("The end of the trial"),
}
WHY: Final = {
    "TooLate": N_("It waited for more than three days, and would have come too late."),
    "LimitExceededException": N_("More mails were due than may go out in a day."),
    "SendingPausedException": N_("Sending is paused."),
    "AccountSuspendedException": N_("Sending is paused."),
    "TooManyRequests": N_("Too many mails were on their way at once."),
    "Unreachable": N_("The mail service couldn’t be reached."),
    "InternalServiceError": N_("The mail service was down."),
    "MessageRejected": N_("The mail service refused what it says, or where it goes."),
    "InvalidHeader": N_("The name or the address doesn’t fit into a mail."),
}
"""By what stood in the way (`error_type`); anything else is told as `UNKNOWN`."""
UNKNOWN: Final = N_("The mail service didn’t take it.")
MISTAKES: Final = {
    "already_member": N_("There is somebody with this address already. Look for them in the list of people."),
    "address_takes_no_mails": N_("This is the address that takes no mails. Please give another one."),
    "not_failed": N_("Somebody has dealt with this invitation meanwhile."),
}
"""By the code of a refusal, how it is told."""


class Window(BaseModel):
    """Of how many days."""

    days: mail_reports.Days = "30"


class Again(BaseModel):
    """What is to be mailed again, and where to."""

    mail_id: UUID | None = None
    email: Address | None = None
    all: bool = False


@room.get(PATH)
def show_mails(visit: AdminVisit) -> Response:
    """What didn't arrive and what to do, then the numbers, kind by kind."""
    return _page(visit)


@room.post(PATH)
def retry_mails(visit: AdminVisit) -> Response:
    """Mail an invitation again, to another address if one is given, or all that can be."""
    form = visit.form(Again)
    if form.mistakes:
        return _page(visit, 422, form)
    try:
        sent = mail_reports.MailRetry(**form.value.model_dump())
    except ValueError:
        raise Invalid("Either one invitation or all of them.", code="invalid_fields") from None
    try:
        visit.write(mail_reports.retry, sent, at=visit.at)
    except Conflict as refused:
        field = "" if refused.code == "not_failed" else "email"
        return _page(visit, refused.status, form.with_mistake(field, _(MISTAKES[refused.code])))
    return visit.to(PATH, said="mails_retried" if sent.all else "mail_retried")


def _page(visit: AdminVisit, status: int = 200, form: Form[Again] | None = None) -> Response:
    asked = visit.asked(Window)
    if asked.mistakes:
        raise Invalid("There is no such number of days.", code="invalid_days")
    days = asked.value.days
    report = visit.read(mail_reports.shown, days, at=visit.at, limit=A_PAGE, cursor=visit.cursor)
    kinds = sorted(report["kinds"], key=lambda each: [*KINDS].index(each["kind"]))
    return visit.page(
        "admin/mails/index",
        status,
        report=report,
        failures=report["failures"],
        kinds=[each | {"chart": _chart(each)} for each in kinds],
        has_begun=any(each[name] for each in kinds for name in ("queued", "sent", "bounced", "failed", "given_up")),
        names=spoken(KINDS),
        why=lambda error_type: _(WHY.get(error_type, UNKNOWN)),
        form=form or Form({}),
        days=days,
        query={} if days == "30" else {"days": days},
        here=PATH + (f"?{urlencode(visit.request.query_params)}" if visit.request.query_params else ""),
        charts=charts,
    )


def _chart(kind: dict[str, Any]) -> dict[str, Any] | None:
    """The bars of a kind's trend; None where there is nothing to be seen."""
    counts = [(each["sent"] or 0, each["lost"] or 0) for each in kind["trend"]]
    highest = max(sent + lost for sent, lost in counts)
    return {"highest": highest, "bars": charts.bars(counts, highest)} if highest else None
