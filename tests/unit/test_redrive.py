"""make redrive: dead letters go back into their queue, and the operator hears how that went.

Neither moto nor MiniStack moves messages, so botocore's Stubber answers: by the rules of SQS's own model.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
import pytest
from botocore.stub import Stubber

from tools import redrive

REGION: Final = "eu-central-1"
STACK: Final = "vizdots-prod"
DEAD: Final = f"arn:aws:sqs:{REGION}:123456789012:dead"


@dataclass
class Cloud:
    """An account with one stack, which answers in the order in which it is told to."""

    formation: Any
    sqs: Any
    stubs: tuple[Stubber, Stubber]
    pauses: list[float] = field(default_factory=list)

    def has_queues(self, **waiting: int) -> None:
        """The stack has its queue of mails, and these queues of dead letters with so many messages."""
        resources = [("Mails", "AWS::SQS::Queue"), ("Api", "AWS::ApiGatewayV2::Api")]
        resources += [(name, "AWS::SQS::Queue") for name in waiting]
        summaries = [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": _url(name),
                "ResourceType": kind,
                "LastUpdatedTimestamp": "2026-11-05T12:00:00Z",
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for name, kind in resources
        ]
        self.stubs[0].add_response("list_stack_resources", {"StackResourceSummaries": summaries}, {"StackName": STACK})
        policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": _arn("DeadMails"), "maxReceiveCount": 5})}
        self._attributes("Mails", 7, policy if waiting else {})
        for name, number in waiting.items():
            self._attributes(name, number, {})

    def _attributes(self, name: str, number: int, more: dict[str, str]) -> None:
        told = {"QueueArn": _arn(name), "ApproximateNumberOfMessages": str(number), **more}
        asked = {"QueueUrl": _url(name), "AttributeNames": ["All"]}
        self.stubs[1].add_response("get_queue_attributes", {"Attributes": told}, asked)

    def moves(self, *states: dict[str, Any] | None) -> None:
        """SQS tells these states of the newest move, one after the other."""
        for state in states:
            told = {"Results": [state] if state else []}
            self.stubs[1].add_response(
                "list_message_move_tasks", told, {"SourceArn": _arn("DeadMails"), "MaxResults": 1}
            )

    def starts(self) -> None:
        """A move is started next."""
        self.stubs[1].add_response("start_message_move_task", {"TaskHandle": "h"}, {"SourceArn": _arn("DeadMails")})

    def run(self, *options: str) -> int:
        """The command."""
        return redrive.main([STACK, *options], self.formation, self.sqs, self.pauses.append)


def _url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/123456789012/{name}"


def _arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:123456789012:{name}"


def state(status: str, moved: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "Status": status,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": 12,
        **more,
    }


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """An account. Whatever it was told to answer must have been asked, and nothing else."""
    account = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    formation, sqs = account.client("cloudformation"), account.client("sqs")
    with Stubber(formation) as one, Stubber(sqs) as other:
        yield Cloud(formation, sqs, (one, other))
        one.assert_no_pending_responses()
        other.assert_no_pending_responses()


def test_dead_letters_are_moved_back_and_it_says_how_far_it_is(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.has_queues(DeadMails=12)
    cloud.moves(state("COMPLETED", 3))  # the one of last week
    cloud.starts()
    cloud.moves(state("RUNNING"), state("RUNNING", 5), state("COMPLETED", 12))
    assert cloud.run() == 0
    assert capsys.readouterr().out.splitlines() == [
        "DeadMails: about 12 messages",
        "DeadMails: 0 of about 12 moved",
        "DeadMails: 5 of about 12 moved",
        "DeadMails: 12 of about 12 moved",
        redrive.FAILED_STAY,
    ]
    assert cloud.pauses == [redrive.EVERY] * 2


def test_a_dry_run_only_counts(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.has_queues(DeadMails=12)
    assert cloud.run("--dry-run") == 0
    assert "DeadMails: about 12 messages" in capsys.readouterr().out


def test_where_none_lie_nothing_is_started(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.has_queues(DeadMails=0)
    assert cloud.run() == 0
    assert "about 0 messages" in capsys.readouterr().out


def test_a_move_that_is_under_way_is_watched_and_not_started_again(cloud: Cloud) -> None:
    cloud.has_queues(DeadMails=12)
    cloud.moves(state("RUNNING", 1), state("COMPLETED", 12))
    assert cloud.run() == 0


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "CANCELLING"])
def test_a_move_that_fails_is_an_error_with_its_reason(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], status: str
) -> None:
    cloud.has_queues(DeadMails=12)
    cloud.moves(None)
    cloud.starts()
    cloud.moves(state("RUNNING"), state(status, 5, FailureReason="QueueDoesNotExist"))
    assert cloud.run() == 1
    assert "QueueDoesNotExist" in capsys.readouterr().err


def test_what_aws_refuses_is_an_error(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.has_queues(DeadMails=12)
    cloud.moves(None)
    cloud.stubs[1].add_client_error("start_message_move_task", "AccessDenied", "you may not")
    assert cloud.run() == 1
    assert "you may not" in capsys.readouterr().err


def test_an_unknown_stack_is_an_error(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.stubs[0].add_client_error("list_stack_resources", "ValidationError", "Stack vizdots-prod does not exist")
    assert cloud.run() == 1
    assert "does not exist" in capsys.readouterr().err


def test_a_stack_without_dead_letters_is_an_error(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.has_queues()
    assert cloud.run() == 1
    assert "no queue of dead letters" in capsys.readouterr().err
