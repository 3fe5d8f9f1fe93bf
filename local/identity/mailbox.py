"""The page on which a developer reads the mails that would have been sent, and the same as JSON for tests."""

from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response

from local.identity import mails
from local.identity.door import Call
from local.identity.mails import Mail

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1.5rem 0; }
label { display: block; font-weight: 600; }
input, button { font: inherit; padding: .4rem .6rem; }
input { min-width: min(20rem, 100%); }
article { border: 1px solid #8888; border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0; }
article h3 { font-size: 1.1rem; margin: 0; }
article p { margin: .5rem 0; overflow-wrap: anywhere; }
.meta { opacity: .8; font-size: .9rem; }
"""


def show_page(call: Call) -> Response:
    """GET /mailbox: the newest mails, of all or of one address (`?to=`)."""
    to = call.request.query_params.get("to", "").strip()
    with call.identity.pool.transaction() as db:
        found = mails.latest(db, to=to)
    return HTMLResponse(_page(found, to), headers=HEADERS)


def list_as_json(call: Call) -> Response:
    """GET /mailbox.json: the same as an array."""
    to = call.request.query_params.get("to", "").strip()
    with call.identity.pool.transaction() as db:
        found = mails.latest(db, to=to)
    return JSONResponse([mail.as_json() for mail in found], headers=HEADERS)


def _page(found: list[Mail], to: str) -> str:
    whose = f"Mails to {escape(to)}" if to else "Mails to everybody"
    articles = "\n".join(_article(mail) for mail in found) or "<p>There are none yet.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox · VizDots on this machine</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Mailbox</h1>
<p>Nothing leaves this machine: what would have been mailed is here, the newest first.</p>
<form method="get" action="/mailbox" role="search">
<div><label for="to">To</label><input id="to" name="to" type="search" value="{escape(to)}" autocomplete="off"></div>
<button type="submit">Show</button>
</form>
<h2>{whose}</h2>
{articles}
</main>
</body>
</html>
"""


def _article(mail: Mail) -> str:
    when = mail.created_at
    return f"""<article aria-labelledby="mail-{mail.id}">
<h3 id="mail-{mail.id}">{escape(mail.subject)}</h3>
<p class="meta">To {escape(mail.to)} · <time datetime="{when.isoformat()}">{when:%d %B %Y, %H:%M:%S %Z}</time></p>
{mails.as_html(mail.text, mail.link)}
</article>"""
