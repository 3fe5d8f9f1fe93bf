"""GET /api/health: an operator or a monitor asks whether the database answers and which migrations it has."""

from common.api import api, entrypoint
from common.auth import Anyone
from vizdots import health
from vizdots.transaction import Json

app = api()


@app.get("/api/health")
def show_health(caller: Anyone) -> Json[health.Health]:
    """200 when the database answers with its migrations, 503 otherwise."""
    return caller.read(health.checked)


handler = entrypoint(app)
