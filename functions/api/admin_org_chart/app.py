"""GET /api/admin/org-chart: an admin sees who leads whom."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import Cursor, api, entrypoint
from common.auth import SignedIn
from vizdots import org_chart
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/org-chart")
def show_org_chart(
    caller: SignedIn,
    root: Annotated[UUID | None, Query(description="Only this member and everybody below them.")] = None,
    depth: Annotated[int | None, Query(ge=0, le=100_000, description="How far below the top it goes.")] = None,
    limit: Annotated[int, Query(ge=1, le=org_chart.MOST, description="How many people at most.")] = org_chart.MOST,
    cursor: Cursor = None,
) -> Json[org_chart.OrgChart]:
    """Everybody, those whom they lead behind them. An organisation of up to 10,000 comes in one answer."""
    return caller.read(org_chart.charted, root=root, depth=depth, limit=limit, cursor=cursor)


handler = entrypoint(app)
