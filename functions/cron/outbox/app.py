"""Every minute: whatever waits in the outbox is handed over to the mails' queue."""

from datetime import datetime
from typing import Any

from common import db, queue
from common.log import log
from vizdots import delivery


def handler(event: dict[str, Any], _: object) -> dict[str, int]:
    """Woken by EventBridge. Returns how many mails were handed over."""
    handed_over = delivery.hand_over(db.service_step, queue.mails, at=datetime.fromisoformat(event["time"]))
    if handed_over:
        log.info("handed over", extra={"mails": handed_over})
    return {"handed_over": handed_over}
