"""Lambda's event source mappings on this machine: delivers what is in a queue to the function that it wakes.

A batch that failed stays in the queue and comes again after its visibility timeout; the queue's redrive policy moves
what came too often to the dead letters. With ReportBatchItemFailures only the messages that the function names stay.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from botocore.exceptions import BotoCoreError, ClientError

from local.cloudformation import ACCOUNT, REGION
from local.environments import FunctionFailedError
from local.template import QueueSource

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

PAUSE: Final = 0.5  # seconds between two looks into an empty queue; moto's own long polling would block a thread of it
MOST_AT_ONCE: Final = 10  # messages that SQS gives in one answer

Invoke = Callable[[str, Any], Any]


class Pump:
    """Delivers the messages of one queue. `clock` and `wait` are monotonic seconds and how to let some pass."""

    def __init__(
        self,
        source: QueueSource,
        sqs: "SQSClient",
        invoke: Invoke,
        *,
        says: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._source, self._sqs, self._invoke = source, sqs, invoke
        self._says, self._clock, self._wait = says, clock, wait
        self._url = sqs.get_queue_url(QueueName=source.queue)["QueueUrl"]

    def deliver(self) -> int:
        """Deliver one batch, if there is something to deliver. Returns how many messages the function got."""
        messages = self._batch()
        if not messages:
            return 0
        try:
            answer = self._invoke(self._source.function, {"Records": [self._record(each) for each in messages]})
        except FunctionFailedError as error:
            self._says(f"queue {self._source.queue}: {error}")
            return len(messages)
        kept = failures(answer, {each["MessageId"] for each in messages}) if self._source.reports_failures else set()
        self._delete([each for each in messages if each["MessageId"] not in kept])
        if kept:
            self._says(f"queue {self._source.queue}: {len(kept)} of {len(messages)} messages come again")
        return len(messages)

    def _batch(self) -> list["MessageTypeDef"]:
        """Messages up to BatchSize, gathered for at most the batching window after the first one came."""
        gathered: list[MessageTypeDef] = []
        end: float | None = None
        while len(gathered) < self._source.batch_size:
            found = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(MOST_AT_ONCE, self._source.batch_size - len(gathered)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            ).get("Messages", [])
            gathered += found
            if not gathered:
                break
            end = end if end is not None else self._clock() + self._source.window
            left = end - self._clock()
            if left <= 0:
                break
            if not found:
                self._wait(min(PAUSE, left))
        return gathered

    def _delete(self, messages: Sequence["MessageTypeDef"]) -> None:
        for start in range(0, len(messages), MOST_AT_ONCE):
            entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                {"Id": str(position), "ReceiptHandle": each["ReceiptHandle"]}
                for position, each in enumerate(messages[start : start + MOST_AT_ONCE])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def _record(self, message: "MessageTypeDef") -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self._source.queue}",
            "awsRegion": REGION,
        }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    sent = {name[0].lower() + name[1:]: each for name, each in value.items()}
    return {"stringListValues": [], "binaryListValues": [], **sent}


def failures(answer: Any, delivered: set[str]) -> set[str]:
    """The messages that a function reports as failed, by Lambda's rules.

    Nothing, null or an empty list is a success of all; an answer of another form, or one that names a message which
    wasn't delivered, is a failure of all.
    """
    if not answer:
        return set()
    if not isinstance(answer, dict):
        return delivered
    reported = answer.get("batchItemFailures") or []
    if not isinstance(reported, list):
        return delivered
    named = {str(each.get("itemIdentifier")) if isinstance(each, dict) else "" for each in reported}
    return named if named <= delivered else delivered


class PumpRunner:
    """Pumps every queue that wakes a function, a thread for each, until the end of its `with` block."""

    def __init__(
        self, sources: Sequence[QueueSource], sqs: "SQSClient", invoke: Invoke, says: Callable[[str], None]
    ) -> None:
        self._stopped = threading.Event()
        self._says = says
        self._threads = [
            threading.Thread(
                target=self._run,
                args=(Pump(source, sqs, invoke, says=says, wait=self._stopped.wait),),
                name=f"pump {source.queue}",
                daemon=True,
            )
            for source in sources
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()

    def _run(self, pump: Pump) -> None:
        while not self._stopped.is_set():
            try:
                delivered = pump.deliver()
            except (BotoCoreError, ClientError) as error:
                if self._stopped.is_set():
                    return
                self._says(f"queue: {error}")
                delivered = 0
            if not delivered:
                self._stopped.wait(PAUSE)
