"""After the sign-in: where to go, and what there is for whoever has no team any more, or several."""

from typing import Any, Final

from starlette.responses import Response

from frame import cookies, paths
from frame.room import Room
from frame.visit import SignedInVisit
from vizdots import people
from vizdots.errors import NotFound

room = Room()

# The pages of `vizdots.people.Next`.
WAYS: Final = {
    "onboarding": "/welcome",
    "dashboard": "/dashboard",
    "admin": "/admin",
    "setup": "/setup",
    "no_team": "/no-team",
    "choose_organisation": "/organisations",
}


@room.get("/home")
def show_the_way(visit: SignedInVisit) -> Response:
    """To the page that is next for this person; whoever has no team takes up their invitations first."""
    way = visit.me["next"]
    if way == "no_team" and visit.jar.get(cookies.ORGANISATION):  # chosen once, and left since
        visit.jar.drop(cookies.ORGANISATION)
        return visit.to(paths.HOME)
    if way in ("setup", "no_team") and visit.write(people.link_invitations, at=visit.at)["memberships"]:
        return visit.to(paths.HOME)
    return visit.to(WAYS[way])


@room.get("/no-team")
def show_no_team(visit: SignedInVisit) -> Response:
    """Why there is nothing to see any more, and what to do about it."""
    if visit.me["next"] != "no_team":
        return visit.to(paths.HOME)
    return visit.page("home/no_team", email=visit.caller.email)


@room.get("/organisations")
def show_organisations(visit: SignedInVisit) -> Response:
    """The organisations that the person may act in, to choose one."""
    return visit.page("home/organisations", email=visit.caller.email, memberships=_open_to(visit))


@room.post("/organisations")
def choose_organisation(visit: SignedInVisit) -> Response:
    """Act in one of one's own organisations from now on."""
    chosen = visit.sent.get("organisation")
    if chosen not in [each["org_id"] for each in _open_to(visit)]:
        raise NotFound(code="no_such_organisation")
    visit.jar.keep(cookies.ORGANISATION, str(chosen), seconds=cookies.A_YEAR)
    return visit.to(paths.HOME)


def _open_to(visit: SignedInVisit) -> list[dict[str, Any]]:
    return [each for each in visit.me["memberships"] if each["status"] == "active"]
