"""Configuration, read at first use: settings from the environment, secrets from Secrets Manager by their name."""

import json
import os
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

SECRETS_ARE_FRESH_FOR: Final = 300.0  # seconds: a rotated secret is taken up within five minutes without a deploy


class MisconfiguredError(RuntimeError):
    """A setting that this function needs is missing. Names the setting, never a value."""


def setting(name: str, default: str | None = None) -> str:
    """The setting `name` of this function. Raises MisconfiguredError when it has neither a value nor a default."""
    value = os.environ.get(name, default)
    if value is None:
        raise MisconfiguredError(f"{name} is not set")
    return value


def is_set(name: str) -> bool:
    """Whether this function was given `name`, as a value or as the name of a secret."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_SECRET"))


@dataclass(frozen=True, slots=True)
class _Kept:
    value: str
    read_at: float


_kept: dict[str, _Kept] = {}


def secret(name: str) -> str:
    """The secret `name`: the variable itself where it is set (locally), else what `{name}_SECRET` names in AWS.

    In AWS a function is given the ARN of a secret, never its value, and may read only the secrets that its
    policies in template.yaml name.
    """
    if value := os.environ.get(name):
        return value
    kept = _kept.get(name)
    if kept is None or time.monotonic() - kept.read_at > SECRETS_ARE_FRESH_FOR:
        kept = _kept[name] = _Kept(_read_secret(setting(f"{name}_SECRET")), time.monotonic())
    return kept.value


def forget_secret(name: str) -> None:
    """Read the secret anew at its next use: it was refused, so it may have been rotated."""
    _kept.pop(name, None)


def _read_secret(arn: str) -> str:
    """One signed GetSecretValue. boto3's client would cost a cold start ten times what this request does."""
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - paid only where secrets are read

    from botocore.auth import SigV4Auth  # noqa: PLC0415
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    region = setting("AWS_REGION")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or os.environ.get("AWS_ENDPOINT_URL")
    url = urlsplit(endpoint or f"https://secretsmanager.{region}.amazonaws.com")
    request = AWSRequest(
        method="POST",
        url=f"{url.scheme}://{url.netloc}/",
        data=json.dumps({"SecretId": arn}),
        headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"},
    )
    who = Credentials(
        setting("AWS_ACCESS_KEY_ID"), setting("AWS_SECRET_ACCESS_KEY"), os.environ.get("AWS_SESSION_TOKEN")
    )
    SigV4Auth(who, "secretsmanager", region).add_auth(request)
    connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=5)
    try:
        connection.request("POST", "/", body=request.data, headers=dict(request.headers.items()))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:  # noqa: PLR2004
        raise MisconfiguredError(f"Secrets Manager answered {answer.status} for {arn}")
    return str(json.loads(body)["SecretString"])
