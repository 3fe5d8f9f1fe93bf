"""GET /api/openapi.json: a developer asks what this API can do."""

from pathlib import Path

from aws_lambda_powertools.event_handler import Response

from common.api import api, entrypoint

app = api()

# Written by `make openapi` from the routes of all functions; a test holds it against them.
DOCUMENT = Path(__file__).with_name("openapi.json")


@app.get("/api/openapi.json")
def show_document() -> Response[str]:
    """The OpenAPI 3.1 document of all routes."""
    return Response(200, "application/json", DOCUMENT.read_text(encoding="utf-8"))


handler = entrypoint(app)
