"""The first page of whoever runs an organisation: how it is doing, and what is still to be done."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.responses import Response

from frame.room import Room
from frame.visit import AdminVisit
from vizdots import overview

room = Room()


@room.get("/admin")
def show_overview(visit: AdminVisit) -> Response:
    """Before the first answers: what happens next. Afterwards: numbers, themes and warnings that lead to nobody."""
    told = visit.read(overview.shown, at=visit.at)
    following = told["check_ins"]["next_at"]
    next_day = datetime.fromisoformat(following).astimezone(ZoneInfo(visit.zone)).date() if following else None
    return visit.page("admin/overview/index", overview=told, check_ins=told["check_ins"], next_day=next_day)
