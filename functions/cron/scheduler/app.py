"""Every day at 08:00 UTC, or POST /api/internal/scheduler with the secret: create the check-ins that are due."""

from datetime import UTC, datetime
from typing import Annotated, Any

from common import db
from common.api import api, entrypoint
from common.auth import internal
from common.log import log
from vizdots import scheduling

app = api()


@app.post("/api/internal/scheduler")
def run_by_hand(at: Annotated[datetime, internal("SCHEDULER_SECRET")]) -> scheduling.Scheduled:
    """Create what is due now. Running it again creates nothing twice."""
    return _run(at)


def _scheduled(event: dict[str, Any], _: object) -> dict[str, Any]:
    """The clock's event says what time it is meant for: a retry after midnight still makes that day's check-ins."""
    at = datetime.fromisoformat(event["time"]) if "time" in event else datetime.now(UTC)
    return _run(at).model_dump()


def _run(at: datetime) -> scheduling.Scheduled:
    with db.as_service() as opened:
        scheduled = scheduling.schedule(opened, at=at)
    log.info("scheduled", extra={"people": scheduled.people, "check_ins": scheduled.created})
    return scheduled


handler = entrypoint(app, scheduled=_scheduled)
