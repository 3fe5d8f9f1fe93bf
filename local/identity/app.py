"""The stand-in as an ASGI app: GoTrue's routes under /auth/v1, and the mailbox beside them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from local.identity import about, account, admin, mailing, proving, signing_in
from local.identity.door import Endpoint, open_to
from local.identity.refusals import Refusal, as_response
from local.identity.stand_in import Identity
from local.mailbox.pages import Pages

ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/health", about.health),
    ("GET", "/settings", about.settings),
    ("GET", "/.well-known/jwks.json", about.jwks),
    ("POST", "/signup", mailing.sign_up),
    ("POST", "/token", signing_in.token),
    ("POST", "/recover", mailing.recover),
    ("POST", "/otp", mailing.send_otp),
    ("POST", "/resend", mailing.resend),
    ("GET", "/verify", proving.follow_link),
    ("POST", "/verify", proving.verify),
    ("GET", "/user", account.show_user),
    ("PUT", "/user", account.change_user),
    ("POST", "/logout", signing_in.sign_out),
    ("POST", "/invite", admin.invite),
    ("GET", "/admin/users", admin.list_users),
    ("POST", "/admin/users", admin.create_user),
    ("GET", "/admin/users/{user_id}", admin.show_user),
    ("PUT", "/admin/users/{user_id}", admin.change_user),
    ("DELETE", "/admin/users/{user_id}", admin.delete_user),
    ("POST", "/admin/generate_link", admin.generate_link),
)


def create_app(identity: Identity) -> Starlette:
    """The routes of an opened identity stand-in; whoever opened it closes it."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["*"],
        expose_headers=["X-Total-Count", "Link", "X-Supabase-Api-Version"],
    )
    return Starlette(
        routes=[
            Mount("/auth/v1", routes=[_route(identity, *it) for it in ROUTES], middleware=[cors]),
            *Pages(identity.pool).routes(),
        ],
        exception_handlers={HTTPException: _refuse, Exception: _fail},
    )


def _route(identity: Identity, method: str, path: str, endpoint: Endpoint) -> Route:
    route = Route(path, open_to(identity, endpoint), methods=[method])
    # Starlette adds HEAD to GET, but a mail scanner's HEAD mustn't use up the link that its person will follow.
    route.methods = {method}
    return route


async def _refuse(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return as_response(request, Refusal(status, "unknown", str(getattr(error, "detail", error))))


async def _fail(request: Request, _: Exception) -> Response:
    message = "Unexpected failure, please check server logs for more information"
    return as_response(request, Refusal(500, "unexpected_failure", message))
