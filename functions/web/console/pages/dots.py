"""My dots: a calendar of them, how one's own weeks went, and each dot in full."""

import calendar
from collections import defaultdict
from datetime import date, timedelta
from typing import Any, cast, get_args
from uuid import UUID

from starlette.responses import Response

from frame import charts, paths
from frame.room import Room
from frame.visit import MemberVisit
from vizdots import dots, history
from vizdots.agents import AGENTS, AgentCode
from vizdots.errors import Invalid

room = Room()

A_PAGE = 20  # dots
SERIES = ("mood", "workload", "focus")


@room.get("/dots")
def show_dots(visit: MemberVisit) -> Response:
    """The month that was asked for, the trend, the themes, and a page of the list."""
    query = visit.request.query_params
    month, agent = _month(query.get("month", "")), _agent(query.get("agent", ""))
    lived = visit.read(history.look_back, at=visit.at, month=month)
    listed = visit.read(dots.listed, at=visit.at, agent=agent, limit=A_PAGE, cursor=visit.cursor)
    return visit.page(
        "dots/index",
        calendar=_calendar(lived, month),
        weeks=lived["weeks"],
        lines={name: charts.line([each[name] for each in lived["weeks"]]) for name in SERIES},
        charts=charts,
        dots=listed,
        agent=agent,
        agents=AGENTS,
    )


@room.get("/dots/{dot_id:uuid}")
def show_dot(visit: MemberVisit, dot_id: UUID) -> Response:
    """The person's own words, and what was understood of them."""
    return visit.page("dots/one", dot=visit.read(history.one, dot_id))


@room.post("/dots/{dot_id:uuid}/privacy")
def mark_dot(visit: MemberVisit, dot_id: UUID) -> Response:
    """Make a dot private, or let it count again."""
    is_private = visit.sent.get("private") == "yes"
    visit.write(dots.mark, dot_id, is_private=is_private)
    way = paths.local(str(visit.sent.get("next", "")), f"/dots/{dot_id}")
    return visit.to(way, said="marked_private" if is_private else "unmarked_private")


def _month(sent: str) -> date | None:
    if not sent:
        return None
    try:
        return date.fromisoformat(f"{sent}-01")
    except ValueError:
        raise Invalid("A month is a year and a month: 2026-10.", code="invalid_month") from None


def _agent(sent: str) -> AgentCode | None:
    if sent and sent not in get_args(AgentCode):
        raise Invalid("There is no such agent.", code="invalid_agent")
    return cast("AgentCode", sent) if sent else None


def _calendar(lived: dict[str, Any], month: date | None) -> dict[str, Any]:
    """Weeks from Monday to Sunday with the dots of each day, and the months beside it that have something to show."""
    today = date.fromisoformat(lived["today"])
    first = (month or today).replace(day=1)
    by_day = defaultdict(list)
    for dot in lived["days"]:
        by_day[date.fromisoformat(dot["day"])].append(dot)
    oldest = date.fromisoformat(lived["first_day"] or lived["today"]).replace(day=1)
    before, after = (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    return {
        "first": first,
        "today": today,
        "weeks": calendar.Calendar().monthdatescalendar(first.year, first.month),
        "dots": by_day,
        "before": before if before >= oldest else None,
        "after": after if after <= today else None,
    }
