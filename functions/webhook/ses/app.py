"""POST /api/email/events: SES tells, through our topic of SNS, what became of a mail."""

from datetime import datetime

from pydantic import BaseModel, Field

from common import db, sns
from common.api import api, entrypoint
from common.log import log
from vizdots import delivery, mail_events

app = api()


class Noted(BaseModel):
    """What was made of it."""

    noted: bool = Field(description="Whether it concerned a mail of ours; anything else is none of our business.")


@app.post("/api/email/events")
def hear() -> Noted:
    """Note a mail that was sent, bounced for good or complained of. Heard twice, it means the same."""
    told = sns.message(app.current_event.decoded_body or "")
    event = mail_events.read(sns.json_of(told))
    if event is None:
        return Noted(noted=False)
    at = datetime.fromisoformat(told["Timestamp"])
    known = db.service_step(
        delivery.note, event.kind, mail=event.mail, message_id=event.message_id, addresses=event.addresses, at=at
    )
    log.info("mail event", extra={"kind": event.kind, "noted": known})
    return Noted(noted=known)


handler = entrypoint(app)
