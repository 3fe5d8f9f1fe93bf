"""The link at the end of a mail: no more of this kind, with one button and without a sign-in."""

from starlette.responses import Response

from common import own_api
from frame.room import Room
from frame.visit import Visit
from vizdots.errors import Invalid, NotFound

room = Room()


@room.get("/unsubscribe")
def show_unsubscribe(visit: Visit) -> Response:
    """The button. Looking at it changes nothing: programs that look into mails do so, too."""
    return visit.page("unsubscribe/ask", token=visit.request.query_params.get("token", ""))


@room.post("/unsubscribe")
def unsubscribe(visit: Visit) -> Response:
    """Stop the mails. The API believes the link, or doesn't: the console can't tell a true one."""
    try:
        own_api.unsubscribe(str(visit.sent.get("token", "")))
    except (Invalid, NotFound):
        return visit.page("unsubscribe/old", 410)
    return visit.page("unsubscribe/done")
