"""A function that isn't ours, deployed beside ours: it tells what it was given, and what its role may read."""

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError


def handler(event: dict[str, Any], context: object) -> Any:
    """Answer an HTTP request with its event, or {"secrets": [names]} with what came of reading each of them."""
    if "secrets" in event:
        return {name: _read(name) for name in event["secrets"]}
    if event["rawPath"].endswith("/raise"):
        raise RuntimeError("nobody's business")
    return {"statusCode": 200, "body": json.dumps(event), "cookies": ["first=1", "second=2"]}


def _read(name: str) -> str:
    try:
        boto3.client("secretsmanager").get_secret_value(SecretId=name)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "read"
