"""Amazon SNS as it posts to us: who really sent it, and what it says.

Its signature covers what it says; its certificate comes from SNS's own host alone. Source: AWS, "Verifying the
signatures of Amazon SNS messages".
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from common import config
from vizdots.errors import Forbidden, Invalid, Unavailable

SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
ITS_HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,32}\.amazonaws\.com(\.cn)?")
ITS_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,80}\.pem")
WAITS: Final = 5.0  # seconds for its certificate
LARGEST: Final = 20_000  # bytes of a certificate


class NotFromOurTopic(Forbidden):
    """Not SNS's, or not of the topic that posts to us."""

    code = "not_from_our_topic"


def message(body: str) -> dict[str, str]:
    """A notification of our topic, once its signature has been found to hold. A subscription is confirmed.

    Raises Invalid for what is no message of SNS, NotFromOurTopic for one that isn't ours, Unavailable.
    """
    try:
        sent = json.loads(body)
        kind = sent["Type"]
        texts = {name: str(sent[name]) for name in SIGNED[kind] if sent.get(name) is not None}
        certificate, signature = str(sent["SigningCertURL"]), base64.b64decode(sent["Signature"], validate=True)
        algorithm = {"1": "SHA1", "2": "SHA256"}[str(sent["SignatureVersion"])]
    except (KeyError, TypeError, ValueError):
        raise Invalid("This is no message of SNS.", code="malformed_message") from None
    if texts.get("TopicArn") != config.setting("MAIL_EVENTS_TOPIC"):
        raise NotFromOurTopic
    _check(texts, SIGNED[kind], signature, algorithm, certificate)
    if kind == "SubscriptionConfirmation":
        _get(_of_sns(texts["SubscribeURL"], None))
    return texts


def _check(
    texts: Mapping[str, str], names: tuple[str, ...], signature: bytes, algorithm: str, certificate: str
) -> None:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    signed = "".join(f"{name}\n{texts[name]}\n" for name in names if name in texts)
    try:
        key = x509.load_pem_x509_certificate(_certificate(_of_sns(certificate, ITS_CERTIFICATE))).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise NotFromOurTopic
        key.verify(signature, signed.encode(), padding.PKCS1v15(), getattr(hashes, algorithm)())
    except (InvalidSignature, ValueError):
        raise NotFromOurTopic from None


def _of_sns(url: str, path: "re.Pattern[str] | None") -> str:
    """The address, if it is one of SNS's own. Raises NotFromOurTopic: nobody makes us ask anybody else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NotFromOurTopic from None
    is_its_own = (
        parts.scheme == "https" and ITS_HOST.fullmatch(parts.netloc) and (path is None or path.fullmatch(parts.path))
    )
    if not is_its_own:
        raise NotFromOurTopic
    return url


@lru_cache(maxsize=4)
def _certificate(url: str) -> bytes:
    return _get(url)


def _get(url: str) -> bytes:
    """What SNS answers at one of its addresses. Raises Unavailable."""
    from http.client import HTTPException, HTTPSConnection  # noqa: PLC0415

    parts = urlsplit(url)
    connection = HTTPSConnection(parts.netloc, timeout=WAITS)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        body = answer.read(LARGEST)
    except (OSError, HTTPException):
        raise Unavailable("SNS doesn't answer.", retry_after=5) from None
    finally:
        connection.close()
    if answer.status != 200:  # noqa: PLR2004
        raise Unavailable("SNS doesn't answer.", retry_after=5)
    return body


def json_of(told: Mapping[str, str]) -> Any:
    """The JSON that a notification carries; None for what is no JSON, like a subscription's text."""
    try:
        return json.loads(told["Message"])
    except (KeyError, ValueError):
        return None
