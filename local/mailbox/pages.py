"""The mailbox's pages: what was mailed to whom, and each mail as its reader sees it; the same as JSON for tests.

No page runs a script, and no mail can act on one: it is shown in a frame that may do nothing but open links.
"""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.environments import ROOT
from local.mailbox import box
from local.mailbox.looks import LOOKS, SHOWN, WIDTHS, Choice, dressed
from local.pool import Pool

HERE: Final = Path(__file__).parent
STYLES: Final = (ROOT / "functions/web/console/static/console.css", HERE / "mailbox.css")
A_PAGE: Final = 25  # mails

_ALWAYS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
OF_PAGES: Final = _ALWAYS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
OF_LETTERS: Final = _ALWAYS | {
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
}

_templates: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_templates.globals["utc"] = lambda at: f"{at.astimezone(UTC):%d %b %Y, %H:%M:%S}"


@dataclass(frozen=True)
class Pages:
    """The pages of one mailbox."""

    pool: Pool

    def routes(self) -> list[Route]:
        """Where each of them is."""
        return [
            Route("/mailbox", self.show_all),
            Route("/mailbox.json", self.list_as_json),
            Route("/mailbox/style.css", show_style),
            Route("/mailbox/{mail_id:int}", self.show_mail),
            Route("/mailbox/{mail_id:int}/letter", self.show_letter),
        ]

    def show_all(self, request: Request) -> Response:
        """GET /mailbox: the newest mails, of everybody or of the addresses that begin so (`?to=`)."""
        to, before = _asked(request), request.query_params.get("before", "")
        with self.pool.transaction() as db:
            found = box.search(db, to, before=_number(before), limit=A_PAGE + 1)
        mails, more = found[:A_PAGE], len(found) > A_PAGE
        older = urlencode({**({"to": to} if to else {}), "before": mails[-1].id}) if more else ""
        return _page("list.html", mails=mails, to=to, before=before, older=older)

    def list_as_json(self, request: Request) -> Response:
        """GET /mailbox.json: the newest mails, of everybody or of one address, as an array."""
        with self.pool.transaction() as db:
            found = box.newest(db, to=_asked(request))
        return JSONResponse([mail.as_json() for mail in found], headers=OF_PAGES)

    def show_mail(self, request: Request) -> Response:
        """GET /mailbox/{id}: one mail; `show`, `look` and `width` say how."""
        mail = self._mail(request)
        if mail is None:
            return _page("gone.html", 404)
        choice = Choice.of(request.query_params)
        return _page("mail.html", mail=mail, choice=choice, shown=SHOWN, looks=LOOKS, widths=WIDTHS)

    def show_letter(self, request: Request) -> Response:
        """GET /mailbox/{id}/letter: its HTML, which may do nothing but open links."""
        mail = self._mail(request)
        if mail is None:
            return _page("gone.html", 404)
        return HTMLResponse(dressed(mail.html, Choice.of(request.query_params).look), headers=OF_LETTERS)

    def _mail(self, request: Request) -> box.Mail | None:
        with self.pool.transaction() as db:
            return box.find(db, request.path_params["mail_id"])


def show_style(request: Request) -> Response:
    """GET /mailbox/style.css: the look of the console, and what only these pages have."""
    style = "\n".join(each.read_text(encoding="utf-8") for each in STYLES)
    return Response(style, media_type="text/css", headers=_ALWAYS)


def _page(template: str, status: int = 200, **facts: Any) -> Response:
    return HTMLResponse(_templates.get_template(template).render(facts), status, headers=OF_PAGES)


def _asked(request: Request) -> str:
    """The address that is looked for. Refuses with 400 what no address can have."""
    to = request.query_params.get("to", "").strip()
    if "\0" in to:
        raise HTTPException(400, "An address has no such character")
    return to


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - a bigint's
