"""A room of the console: its routes, and the way in, the same for each page.

A page's route is an adapter like an API handler: who may come is the type of its first parameter, what comes back is a
page or the way to another one.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, get_type_hints

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from common.callers import time_of
from common.config import setting
from common.log import log, where
from common.requests import LARGEST_FILE, correlation_id
from frame import cookies, forgery, headers, interrupted, paths, session, speech
from frame.visit import Elsewhere, MemberVisit, SignedInVisit, Visit, spoken_by
from vizdots import errors

Page = Callable[..., Response]
Endpoint = Callable[[Request], Awaitable[Response]]

MOST_FIELDS: Final = 200  # of a form


class Room:
    """The routes of one part of the console."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get(self, path: str) -> Callable[[Page], Page]:
        """Declare a page that is looked at."""
        return self._route("GET", path, 0)

    def post(self, path: str, *, files: int = 0) -> Callable[[Page], Page]:
        """Declare what a form does. Only forms of our own pages get this far; they bring so many files at most."""
        return self._route("POST", path, files)

    def _route(self, method: str, path: str, files: int) -> Callable[[Page], Page]:
        def declare(page: Page) -> Page:
            self.routes.append(Route(path, _endpoint(page, files), methods=[method]))
            return page

        return declare


def _endpoint(page: Page, files: int) -> Endpoint:
    first = next(iter(inspect.signature(page).parameters))
    kind: type[Visit] = get_type_hints(page)[first]

    async def endpoint(request: Request) -> Response:
        # Starlette would run a plain function in a thread: the database's connection belongs to this one.
        _name_in_log(request)
        visit = await enter(request, files)

        def make() -> Response:
            comes = _as(kind, visit)
            with speech.speaking(lambda: spoken_by(comes)):  # what a form lacks, say
                return page(comes, **request.path_params)

        try:
            return answer(visit, make)
        finally:
            await visit.sent.close()  # the files that came along

    return endpoint


async def enter(request: Request, files: int = 0) -> Visit:
    """The visit of a request, as anybody's, with its form and the files that come with it."""
    is_secure = _own_origin().startswith("https://")
    visit = Visit(
        request=request,
        jar=cookies.Jar(request.cookies, is_secure),
        at=time_of(request.scope["aws.event"]),
        request_id=correlation_id(request.scope["aws.event"]),
    )
    if request.method == "POST":
        visit.sent = await request.form(max_files=files, max_fields=MOST_FIELDS, max_part_size=LARGEST_FILE)
    return visit


def answer(visit: Visit, make: Callable[[], Response]) -> Response:
    """What `make` answers, or the page of the error that it raises; with the headers that every page has."""
    try:
        if visit.request.method == "POST":
            secret = visit.jar.get(cookies.FORMS)
            forgery.check(visit.request, _text(visit.sent.get(forgery.FIELD)), secret, _own_origin())
        response = make()
    except Elsewhere as elsewhere:
        response = visit.to(elsewhere.path)
    except errors.NotSignedIn:
        response = _sign_in_first(visit)
    except forgery.Outdated as outdated:
        response = _look_once_more(visit, outdated)
    except errors.VizDotsError as error:
        response = refusal(visit, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a page and the log a line
        log.error("unexpected error", extra={"error": type(error).__name__, "where": where(error)})
        response = refusal(visit, errors.VizDotsError())
    for name, value in (headers.ALWAYS | (headers.ONLY_HTTPS if visit.jar.secure else {})).items():
        response.headers.setdefault(name, value)
    return response


def refusal(visit: Visit, error: errors.VizDotsError) -> Response:
    """The page of an error: what happened, the way back, and the id to ask us about it with."""
    if visit.request.url.path.startswith("/api/"):
        told = {"type": f"https://vizdots.com/problems/{error.code}", "title": error.title, "status": error.status}
        return JSONResponse(
            told | {"code": error.code}, error.status, media_type="application/problem+json"
        )  # no API route: no page either
    plain = Visit(request=visit.request, jar=visit.jar, at=visit.at, request_id=visit.request_id)
    if (language := spoken_by(visit)) != plain.language:
        plain.jar.keep(cookies.LANGUAGE, language, seconds=cookies.A_YEAR)
    template = "errors/fragment" if visit.wants_fragment else "errors/page"
    response = plain.page(template, error.status, error=error)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _sign_in_first(visit: Visit) -> Response:
    """Ask to sign in, and come back: with all that was typed, where something was."""
    if visit.wants_fragment:
        return visit.page("errors/fragment", 401, error=errors.NotSignedIn())
    if visit.request.method == "POST":
        return interrupted.sign_in_to_go_on(visit)
    return visit.to("/sign-in", next=paths.local(visit.path))


def _look_once_more(visit: Visit, outdated: forgery.Outdated) -> Response:
    """Somebody signed in or out in another tab: show what was to be sent, with the button to send it."""
    if visit.wants_fragment:
        return refusal(visit, outdated)
    return interrupted.show_once_more(visit)


def _as(kind: type[Visit], visit: Visit) -> Visit:
    """The visit as the page wants it. Raises NotSignedIn and Elsewhere."""
    once = _text(visit.sent.get(session.ONCE))
    has_tokens = visit.jar.get(cookies.SESSION) or visit.jar.get(cookies.REFRESH)
    visit.caller = session.caller(visit.request, visit.jar, once) if has_tokens else None
    if not issubclass(kind, SignedInVisit):
        return visit
    if visit.caller is None:
        raise errors.NotSignedIn
    made = kind(
        request=visit.request,
        jar=visit.jar,
        at=visit.at,
        request_id=visit.request_id,
        sent=visit.sent,
        caller=visit.caller,
    )
    if isinstance(made, MemberVisit):
        _ = made.member  # sends away whoever isn't one
    return made


def _name_in_log(request: Request) -> None:
    """Let the log tell which page it was: to the gateway they are all one route."""
    route = request.scope.get("route")
    if isinstance(route, Route):
        request.scope["aws.event"]["routeKey"] = f"{request.method} {route.path}"


def _own_origin() -> str:
    return setting("APP_URL").rstrip("/")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
