"""The page at / of the local product, as long as the product has none of its own there."""

from collections.abc import Sequence
from html import escape

from local.http_events import Response
from local.template import Route

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
td, th { padding: .25rem 1.5rem .25rem 0; text-align: left; vertical-align: top; }
code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { td, th { padding-right: .75rem; } td:nth-child(3), th:nth-child(3) { display: none; } }
"""


def home(routes: Sequence[Route], function_names: dict[str, str]) -> Response:
    """The routes, by path, with the function behind each; the mailbox; where the accounts come from."""
    rows = "\n".join(
        f"<tr><td>{escape(route.method)}</td><td><code>{escape(route.path)}</code></td>"
        f"<td>functions/{escape(function_names[route.function])}</td></tr>"
        for route in sorted(routes, key=lambda each: (each.path, each.method))
    )
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VizDots on this machine</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>VizDots on this machine</h1>
<p>The API runs here, without AWS. Its description: <a href="/api/openapi.json">OpenAPI</a>.
Is it well? <a href="/api/health">Health</a>.
Mail that would have been sent: <a href="/mailbox">mailbox</a>.</p>
<p>A token to call it with: <code>make token EMAIL=owner@acme.test</code></p>
<h2>Routes</h2>
<table>
<thead><tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">Function</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""
    headers = [("content-type", "text/html; charset=utf-8"), ("content-security-policy", _ONLY_OUR_STYLE)]
    return Response(200, headers, page.encode())


_ONLY_OUR_STYLE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
