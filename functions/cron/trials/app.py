"""Every day at 09:00 UTC: owners whose trial ends in 7, 3 or 1 days are told."""

from datetime import datetime
from typing import Any

from common import db
from common.log import log
from vizdots import trials


def handler(event: dict[str, Any], _: object) -> dict[str, int]:
    """Woken by EventBridge. Returns how many mails were written."""
    warned = db.service_step(trials.warn, at=datetime.fromisoformat(event["time"]))
    log.info("trials end", extra={"mails": warned.mails})
    return warned.model_dump()
