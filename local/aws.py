"""The AWS that the functions call on this machine: moto's server, with the resources that template.yaml declares.

It keeps everything in memory: queues, buckets and sent mails are empty again after a restart.
"""

import json
import logging
import secrets
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import boto3

from local.cloudformation import ACCOUNT, REGION
from local.template import Queue, Stack

if TYPE_CHECKING:
    from moto.server import ThreadedMotoServer
    from mypy_boto3_sqs import SQSClient

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}


class AwsStandIn:
    """SES, SQS, S3 and Secrets Manager at `endpoint`, on the loopback. A context manager."""

    def __init__(self) -> None:
        self._server: ThreadedMotoServer | None = None
        self.endpoint = ""

    def __enter__(self) -> Self:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second, which `make db-url` need not pay

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it would log every call
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()
            _forget_everything()

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs to call this AWS instead of the real one."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint, "AWS_EC2_METADATA_DISABLED": "true"}

    def sqs(self) -> "SQSClient":
        """A client of the queues."""
        return boto3.client("sqs", **self._access())

    def create(self, stack: Stack, *, senders: tuple[str, ...] = ()) -> None:
        """Create the resources of a stack; `senders` are addresses that SES may send from besides its identities."""
        access = self._access()
        if stack.queues:
            sqs = self.sqs()
        for queue in sorted(stack.queues.values(), key=lambda each: each.dead_letters is not None):
            sqs.create_queue(QueueName=queue.name, Attributes=_attributes(queue))  # dead letters come first
        if stack.buckets:
            s3 = boto3.client("s3", **access)
            for bucket in stack.buckets:
                s3.create_bucket(Bucket=bucket)
        if stack.secrets:
            keeper = boto3.client("secretsmanager", **access)
            for secret in stack.secrets:
                keeper.create_secret(Name=secret.name, SecretString=secret.value or secrets.token_urlsafe(32))
        if stack.identities or stack.configuration_sets or senders:
            ses = boto3.client("sesv2", **access)
            for name in stack.configuration_sets:
                ses.create_configuration_set(ConfigurationSetName=name)
            for identity in (*stack.identities, *senders):
                ses.create_email_identity(EmailIdentity=identity)

    def _access(self) -> Any:
        return {
            "endpoint_url": self.endpoint,
            "region_name": REGION,
            "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        }


def _forget_everything() -> None:
    """Moto keeps its state in the process: a second server would begin with what the first has left."""
    from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415

    moto_api_backend.reset()


def _attributes(queue: Queue) -> Any:
    attributes = dict(queue.attributes)
    if queue.dead_letters is not None:
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue.dead_letters}"
        attributes["RedrivePolicy"] = json.dumps(
            {"deadLetterTargetArn": arn, "maxReceiveCount": queue.max_receive_count}
        )
    return attributes
