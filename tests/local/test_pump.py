"""The queue pump delivers from SQS as Lambda's event source mappings do."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from local.aws import AwsStandIn
from local.environments import FunctionFailedError
from local.pump import Pump, PumpRunner, failures
from local.template import QueueSource, Stack
from tests.local.conftest import Write

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

STACK = """
Mailer:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: functions/worker/mailer/
    Events:
      Mail:
        Type: SQS
        Properties: {Queue: !GetAtt Mails.Arn, BatchSize: 3, FunctionResponseTypes: [ReportBatchItemFailures]}
Mails:
  Type: AWS::SQS::Queue
  Properties:
    VisibilityTimeout: 0
    RedrivePolicy: {deadLetterTargetArn: !GetAtt Lost.Arn, maxReceiveCount: 2}
Lost: {Type: AWS::SQS::Queue}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsStandIn]:
    with AwsStandIn() as standing_in:
        yield standing_in


@pytest.fixture
def stack(aws: AwsStandIn, write_stack: Write) -> Iterator[Stack]:
    """The queues of the small stack, new for each test."""
    made = write_stack(STACK, endpoint=aws.endpoint)
    aws.create(made)
    yield made
    for queue in made.queues.values():
        aws.sqs().delete_queue(QueueUrl=aws.sqs().get_queue_url(QueueName=queue.name)["QueueUrl"])


@pytest.fixture
def sqs(aws: AwsStandIn) -> "SQSClient":
    return aws.sqs()


class Function:
    """Stands where the function is: keeps the bodies that it was given, and answers or raises `answer`."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.records: list[dict[str, Any]] = []
        self.answer: Any = None

    def __call__(self, name: str, event: Any) -> Any:
        assert name == "Mailer"
        self.records = event["Records"]
        self.batches.append([record["body"] for record in self.records])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(self.records) if callable(self.answer) else self.answer


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def pump(stack: Stack, sqs: "SQSClient", function: Function) -> Pump:
    return Pump(stack.sources[0], sqs, function)


def put(sqs: "SQSClient", stack: Stack, *bodies: str) -> str:
    url = sqs.get_queue_url(QueueName=stack.queues["Mails"].name)["QueueUrl"]
    for body in bodies:
        sqs.send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": "reminder"}},
        )
    return url


def left(sqs: "SQSClient", stack: Stack, queue: str) -> int:
    url = sqs.get_queue_url(QueueName=stack.queues[queue].name)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(told["ApproximateNumberOfMessages"]) + int(told["ApproximateNumberOfMessagesNotVisible"])


def test_an_empty_queue_wakes_nobody(pump: Pump, function: Function) -> None:
    assert (pump.deliver(), function.batches) == (0, [])


def test_a_record_has_the_shape_of_lambdas_sample(
    pump: Pump, stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, "one")
    pump.deliver()
    (record,) = function.records
    assert record.keys() == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "us-east-1")
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:vizdots-local-Mails"
    assert {"ApproximateReceiveCount", "SentTimestamp", "SenderId"} <= record["attributes"].keys()
    assert record["messageAttributes"]["kind"] == {
        "dataType": "String",
        "stringValue": "reminder",
        "stringListValues": [],
        "binaryListValues": [],
    }
    assert json.dumps(record)


def test_batches_are_of_the_size_that_the_template_says(
    pump: Pump, stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, *"abcd")
    assert [pump.deliver(), pump.deliver(), pump.deliver()] == [3, 1, 0]
    assert sorted(body for batch in function.batches for body in batch) == list("abcd")
    assert left(sqs, stack, "Mails") == 0


def test_only_the_messages_that_are_reported_come_again(
    pump: Pump, stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, "good", "bad")
    function.answer = lambda records: {
        "batchItemFailures": [{"itemIdentifier": it["messageId"]} for it in records if it["body"] == "bad"]
    }
    pump.deliver()
    assert left(sqs, stack, "Mails") == 1
    pump.deliver()
    assert function.batches[-1] == ["bad"]


def test_a_function_that_raises_leaves_the_whole_batch_in_the_queue(
    pump: Pump, stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, "a", "b")
    function.answer = FunctionFailedError("Mailer", {"errorType": "KeyError", "errorMessage": "x"})
    assert pump.deliver() == 2
    assert left(sqs, stack, "Mails") == 2


def test_what_came_too_often_lies_among_the_dead_letters(
    pump: Pump, stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, "poison")
    function.answer = FunctionFailedError("Mailer", {"errorType": "KeyError", "errorMessage": "x"})
    assert [pump.deliver() for _ in range(3)] == [1, 1, 0]
    assert (left(sqs, stack, "Mails"), left(sqs, stack, "Lost")) == (0, 1)


def test_a_batch_is_gathered_until_its_window_closes(stack: Stack, sqs: "SQSClient", function: Function) -> None:
    now = [100.0]

    def wait(seconds: float) -> None:
        if now[0] == 100.0:
            put(sqs, stack, "late")
        now[0] += seconds

    sqs.set_queue_attributes(QueueUrl=put(sqs, stack, "early"), Attributes={"VisibilityTimeout": "60"})
    source = QueueSource(stack.sources[0].queue, "Mailer", batch_size=3, window=2)
    Pump(source, sqs, function, clock=lambda: now[0], wait=wait).deliver()
    assert (function.batches, now) == ([["early", "late"]], [102.0])


def test_without_report_batch_item_failures_any_answer_is_a_success(
    stack: Stack, sqs: "SQSClient", function: Function
) -> None:
    put(sqs, stack, "a")
    function.answer = lambda records: {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    Pump(QueueSource(stack.sources[0].queue, "Mailer"), sqs, function).deliver()
    assert left(sqs, stack, "Mails") == 0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "stranger"}]}, {"a", "b"}),
        ({"batchItemFailures": "a"}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_failures_are_read_by_lambdas_rules(answer: Any, expected: set[str]) -> None:
    assert failures(answer, {"a", "b"}) == expected


def test_the_runner_pumps_until_it_is_stopped(stack: Stack, sqs: "SQSClient") -> None:
    import queue  # noqa: PLC0415

    got: queue.Queue[str] = queue.Queue()

    def invoke(name: str, event: Any) -> None:
        for record in event["Records"]:
            got.put(record["body"])

    with PumpRunner(stack.sources, sqs, invoke, lambda line: None):
        put(sqs, stack, "a")
        assert got.get(timeout=10) == "a"
