"""The mails' queue: a batch is claimed, sent through SES one by one, and what became of each is kept."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common import db, mail
from common.config import setting
from common.links import sign
from common.log import log
from vizdots import delivery
from vizdots.mails.outgoing import Links, headers, leave, letter
from vizdots.unsubscribing import PURPOSE


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Returns the messages that nobody can read: after five times SQS puts them to the dead letters.

    A mail that isn't ours to send now is somebody else's, or is handed over again when it is due.
    """
    mails, unreadable = {}, []
    for message in event["Records"]:
        try:
            mails[UUID(json.loads(message["body"])["mail"])] = secrets.token_urlsafe(32)
        except (KeyError, TypeError, ValueError):
            log.error("unreadable message", extra={"message_id": message["messageId"]})
            unreadable.append({"itemIdentifier": message["messageId"]})
    for outcome in _deliver(mails):
        log.info("mail", extra=outcome.model_dump(exclude={"message_id"}, exclude_none=True, mode="json"))
    return {"batchItemFailures": unreadable}


def _deliver(mails: dict[UUID, str]) -> Iterator[delivery.Outcome]:
    hashes = [hashlib.sha256(token.encode()).digest() for token in mails.values()]
    claimed = db.service_step(delivery.claim, [*mails], hashes, at=datetime.now(UTC))
    if claimed:
        outcomes = delivery.send_all(claimed, [mails[each.id] for each in claimed], _send)
        db.service_step(delivery.keep, outcomes, at=datetime.now(UTC))
        yield from outcomes


def _send(outgoing: delivery.Outgoing, token: str) -> str:
    links = Links(setting("APP_URL").rstrip("/"), token, sign(PURPOSE, leave(outgoing)))
    written = letter(outgoing, links)
    return mail.send(
        to=outgoing.to_address,
        subject=written.subject,
        text=written.text,
        html=written.html,
        headers=headers(outgoing, links),
        tags={"mail": str(outgoing.id), "template": outgoing.template},
    )
