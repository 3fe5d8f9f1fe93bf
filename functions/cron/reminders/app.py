"""At 09:00 and 14:00 UTC, Monday to Friday, or POST /api/internal/reminders with the secret: remind whoever is due."""

from datetime import UTC, datetime
from typing import Annotated, Any

from common import db, queue
from common.api import api, entrypoint
from common.auth import internal
from common.log import log
from vizdots import delivery, reminders

app = api()


@app.post("/api/internal/reminders")
def remind_by_hand(at: Annotated[datetime, internal("SCHEDULER_REMINDERS_SECRET")]) -> reminders.Prepared:
    """Remind whoever is due now. Running it again reminds nobody twice."""
    return _run(at)


def _scheduled(event: dict[str, Any], _: object) -> dict[str, Any]:
    return _run(datetime.fromisoformat(event["time"]) if "time" in event else datetime.now(UTC)).model_dump()


def _run(at: datetime) -> reminders.Prepared:
    """The reminders are in the outbox before any of them is handed over: what dies in between is handed over later."""
    prepared = db.service_step(reminders.prepare, at=at)
    handed_over = delivery.hand_over(db.service_step, queue.mails, at=at)
    log.info("reminded", extra={"reminders": prepared.reminders, "handed_over": handed_over})
    return prepared


handler = entrypoint(app, scheduled=_scheduled)
