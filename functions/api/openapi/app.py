"""GET /api/openapi.json: a developer asks what this API can do."""

from aws_lambda_powertools.event_handler import Response

from common.api import api, entrypoint
from vizdots import documentation

app = api()


@app.get("/api/openapi.json")
def show_document() -> Response[str]:
    """The OpenAPI 3.1 document of all routes."""
    return Response(200, "application/json", documentation.openapi())


handler = entrypoint(app)
