"""After the sign-in: where to go, and what to see there first."""

from typing import Final

from starlette.responses import Response

from frame.room import Room
from frame.visit import MemberVisit, SignedInVisit
from vizdots import sessions

room = Room()

# The pages of `vizdots.people.Next`.
WAYS: Final = {
    "onboarding": "/welcome",
    "dashboard": "/dashboard",
    "admin": "/dashboard",
    "setup": "/no-team",
    "no_team": "/no-team",
    "choose_organisation": "/organisations",
}


@room.get("/home")
def show_the_way(visit: SignedInVisit) -> Response:
    """To the page that is next for this person."""
    return visit.to(WAYS[visit.me["next"]])


@room.get("/dashboard")
def show_dashboard(visit: MemberVisit) -> Response:
    """The open check-ins."""
    return visit.page("home/dashboard", check_ins=visit.read(sessions.listed, status="pending"))
