"""What a browser remembers for its visitor: the language and the look of the pages."""

from typing import Literal

from pydantic import BaseModel
from starlette.responses import Response

from frame import cookies, paths
from frame.room import Room
from frame.visit import Visit
from vizdots.agents import Language

room = Room()

NO_PAGES = ("/api/", "/static/")  # unlike after a sign-in, it is right to stay on the sign-in page


class Choice(BaseModel):
    """What was chosen; what is left out stays."""

    language: Language | None = None
    theme: Literal["system", "light", "dark"] | None = None


@room.post("/preferences")
def keep(visit: Visit) -> Response:
    """Remember it for a year, and back to the page. What a form of ours can't send is passed over."""
    form = visit.form(Choice)
    if not form.mistakes:
        if form.value.language:
            visit.jar.keep(cookies.LANGUAGE, form.value.language, seconds=cookies.A_YEAR)
        if form.value.theme:
            visit.jar.keep(cookies.THEME, form.value.theme, seconds=cookies.A_YEAR)
    return visit.to(paths.local(str(visit.sent.get("next", "")), "/", not_to=NO_PAGES))
