"""A process of the mail's delivery, to be killed at any moment: `python -m tests.functions.mail_process worker`.

It runs a real handler in a loop. Only its patience is another one: what takes ten minutes takes seconds here.
"""

import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from common import mail
from tests.functions.conftest import invoke_here
from vizdots import delivery

PAUSE = 0.2  # seconds

delivery.CLAIM = timedelta(seconds=4)  # type: ignore[misc]
delivery.BACKOFF = (1, 1, 1, 1, 1)  # type: ignore[misc]
mail.A_WHILE = 1  # type: ignore[misc]
mail.FIRST_PAUSE = 0.01  # type: ignore[misc]


def work() -> None:
    """Lambda's poller and a worker: a batch is received, handled, and deleted but for what is reported."""
    sqs, queue = boto3.client("sqs"), os.environ["MAIL_QUEUE_URL"]
    while True:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not found:  # moto's own waiting looks through the whole queue a hundred times a second
            threading.Event().wait(PAUSE)
            continue
        records = [{"messageId": each["MessageId"], "body": each["Body"]} for each in found]
        answer = invoke_here("EmailFunction", {"Records": records})
        kept = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        done: Any = [
            {"Id": str(nth), "ReceiptHandle": each["ReceiptHandle"]}
            for nth, each in enumerate(found)
            if each["MessageId"] not in kept
        ]
        sqs.delete_message_batch(QueueUrl=queue, Entries=done)


def clock(function: str, *, again: bool) -> None:
    """The clock: wakes a function now, or again and again."""
    while True:
        print(json.dumps(invoke_here(function, {"time": datetime.now(UTC).isoformat()})), flush=True)  # noqa: T201
        if not again:
            return
        threading.Event().wait(PAUSE)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["worker"]:
            work()
        case ["reminders"]:
            clock("RemindersFunction", again=False)
        case ["outbox"]:
            clock("OutboxFunction", again=True)
