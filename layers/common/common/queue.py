"""Amazon SQS: what is to be done by a worker, in batches of ten."""

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common import config
from vizdots.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH: Final = 10  # messages that SQS takes at once


def mails(ids: Sequence[UUID]) -> None:
    """Put mails into their queue, each by its id."""
    enqueue("MAIL_QUEUE_URL", [{"mail": str(each)} for each in ids])


def enqueue(queue: str, bodies: Sequence[object]) -> None:
    """Put each body, as JSON, into the queue whose URL is the setting `queue`. Raises Unavailable where it isn't taken.

    What was taken before is in the queue then: sending all of them again must be harmless.
    """
    url = config.setting(queue)
    for start in range(0, len(bodies), BATCH):
        entries = [
            {"Id": str(nth), "MessageBody": json.dumps(body)} for nth, body in enumerate(bodies[start : start + BATCH])
        ]
        answer = _sqs().send_message_batch(QueueUrl=url, Entries=entries)  # type: ignore[arg-type]  # a list is one
        if answer.get("Failed"):
            raise Unavailable("The queue doesn't take everything.")


@cache
def _sqs() -> "SQSClient":
    import boto3  # noqa: PLC0415 - paid by whoever enqueues

    return boto3.client("sqs", region_name=config.setting("AWS_REGION"))
