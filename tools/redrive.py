"""make redrive: the messages that no worker could deal with, from the dead letters back into their queues.

A message is the id of a mail, no more: `email_logs` says what becomes of it (docs/decisions/031-delivery.md). What was
sent, failed or isn't wanted any more stays so, however often its message comes; nothing goes out twice.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_sqs import SQSClient

EVERY: Final = 5.0  # seconds between two looks at how far it is
FAILED_STAY: Final = "What has failed in email_logs stays failed, and goes again as docs/runbook.md says."


class RedriveError(Exception):
    """Why it can't be done, or wasn't, in a sentence."""


@dataclass(frozen=True)
class DeadLetters:
    """A queue of dead letters: its name in the template, and how many messages lie in it, by SQS's own rough count."""

    name: str
    arn: str
    messages: int


def found(stack: str, formation: "CloudFormationClient", sqs: "SQSClient") -> list[DeadLetters]:
    """The queues into which others of a stack put what was received too often. RedriveError where there are none."""
    names = {
        each["PhysicalResourceId"]: each["LogicalResourceId"]
        for page in formation.get_paginator("list_stack_resources").paginate(StackName=stack)
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == "AWS::SQS::Queue" and "PhysicalResourceId" in each
    }
    queues = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in names}
    dead = {
        json.loads(each["RedrivePolicy"])["deadLetterTargetArn"] for each in queues.values() if "RedrivePolicy" in each
    }
    letters = [
        DeadLetters(names[url], each["QueueArn"], int(each["ApproximateNumberOfMessages"]))
        for url, each in queues.items()
        if each["QueueArn"] in dead
    ]
    if not letters:
        raise RedriveError(f"The stack {stack} has no queue of dead letters.")
    return sorted(letters, key=lambda each: each.name)


def redrive(letters: DeadLetters, sqs: "SQSClient", *, wait: Callable[[float], object] = time.sleep) -> Iterator[str]:
    """Move the messages of a queue back where each came from, and say how far it is until it is over.

    One that is under way already, whoever started it, is watched and not started again. RedriveError when it fails.
    """
    if _latest(letters, sqs)[0] != "RUNNING":
        sqs.start_message_move_task(SourceArn=letters.arn)
    while True:
        status, moved, of, why = _latest(letters, sqs)
        yield f"{letters.name}: {moved} of about {of} moved"
        if status == "COMPLETED":
            return
        if status not in ("RUNNING", ""):
            raise RedriveError(f"{letters.name}: the move is {status.lower()}: {why or 'SQS says no more'}")
        wait(EVERY)


def _latest(letters: DeadLetters, sqs: "SQSClient") -> tuple[str, int, int, str]:
    """The state of the newest move out of a queue, how many messages it has moved, of how many, and why it failed."""
    for each in sqs.list_message_move_tasks(SourceArn=letters.arn, MaxResults=1).get("Results", []):
        return (
            each["Status"],
            each.get("ApproximateNumberOfMessagesMoved", 0),
            each.get("ApproximateNumberOfMessagesToMove", letters.messages),
            each.get("FailureReason", ""),
        )
    return "", 0, letters.messages, ""


def main(
    arguments: list[str],
    formation: "CloudFormationClient",
    sqs: "SQSClient",
    wait: Callable[[float], object] = time.sleep,
) -> int:
    """The command line. 1 where something went wrong; the queues that come after it are moved all the same."""
    parser = argparse.ArgumentParser(prog="make redrive", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stack", help="its name: vizdots-prod")
    parser.add_argument("--dry-run", action="store_true", help="only say how many messages there are")
    chosen = parser.parse_args(arguments)
    failed = 0
    try:
        for letters in found(chosen.stack, formation, sqs):
            _say(f"{letters.name}: about {letters.messages} messages")
            if not letters.messages or chosen.dry_run:
                continue
            try:
                for told in redrive(letters, sqs, wait=wait):
                    _say(told)
            except (RedriveError, ClientError) as error:
                sys.stderr.write(f"{error}\n")
                failed = 1
    except (RedriveError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _say(FAILED_STAY)
    return failed


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import boto3

    try:
        clients = boto3.client("cloudformation"), boto3.client("sqs")
    except BotoCoreError as error:  # no region, say
        sys.exit(str(error))
    sys.exit(main(sys.argv[1:], *clients))
