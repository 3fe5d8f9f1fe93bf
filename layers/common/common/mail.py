"""Amazon SES: one mail, one call. What it refuses is told as what it means for the mail.

The client tries nothing again by itself: a call whose answer was lost may have sent the mail.
"""

import random
import time
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from common import config
from vizdots.sender import NotSent, QuotaUsedUp, Unclear

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

WAITS: Final = (3, 10)  # seconds to connect, and for an answer
TRIES: Final = 4  # while SES says that it was too fast
FIRST_PAUSE: Final = (
    0.2  # seconds; doubled each time, and a share of it by chance, so that workers don't come back as one
)
A_WHILE: Final = 30  # seconds until a mail is tried again that SES couldn't take
QUOTA_OPENS: Final = 3_600  # seconds: the daily quota counts the last 24 hours, and opens by and by

TOO_FAST: Final = {"TooManyRequestsException", "ThrottlingException", "Throttling"}
USED_UP: Final = {"LimitExceededException", "SendingPausedException", "AccountSuspendedException"}
OUR_FAULT: Final = {"AccessDeniedException", "MailFromDomainNotVerifiedException", "NotFoundException"}


def send(*, to: str, subject: str, text: str, html: str, headers: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """Send one mail, as text and as HTML. Returns SES's id of it. `tags` come back with SES's events: no personal data.

    A line break in a header is refused, not sent. Raises NotSent, QuotaUsedUp, Unclear.
    """
    from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError  # noqa: PLC0415

    raw = _message(to, subject, text, html, headers)
    for nth in range(TRIES):
        try:
            answer = _ses().send_email(
                FromEmailAddress=config.setting("EMAIL_FROM"),
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": raw}},
                ConfigurationSetName=config.setting("EMAIL_CONFIG_SET"),
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
            )
            return answer["MessageId"]
        except ClientError as refused:
            code = str(refused.response.get("Error", {}).get("Code", ""))
            if code in TOO_FAST and not _is_quota(refused) and nth < TRIES - 1:
                time.sleep(FIRST_PAUSE * 2**nth * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
                continue
            _raise_as_ours(refused, code)
        except (ConnectTimeoutError, EndpointConnectionError):
            raise NotSent("Unreachable", A_WHILE) from None
        except BotoCoreError:  # the call was on its way
            raise Unclear from None
    raise NotSent("TooManyRequests", A_WHILE)


def _message(to: str, subject: str, text: str, html: str, headers: Mapping[str, str]) -> bytes:
    """The mail as MIME. Raises NotSent for a header that can't be one."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = formataddr(("VizDots", config.setting("EMAIL_FROM")))
        message["To"] = to
        message["Subject"] = subject
        for name, value in headers.items():
            message[name] = value
    except ValueError:  # a line break
        raise NotSent("InvalidHeader") from None
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def _raise_as_ours(refused: Any, code: str) -> None:
    status = int(refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    name = code if code.isalnum() else "Refused"
    if code in USED_UP or _is_quota(refused):
        raise QuotaUsedUp(name, QUOTA_OPENS) from None
    if code in TOO_FAST or code in OUR_FAULT or status >= 500:  # noqa: PLR2004
        raise NotSent(name, A_WHILE) from None
    raise NotSent(name) from None


def _is_quota(refused: Any) -> bool:
    """SES says by its words alone whether a second or a day is full."""
    return "daily" in str(refused.response.get("Error", {}).get("Message", "")).lower()


@cache
def _ses() -> "SESV2Client":
    import boto3  # noqa: PLC0415 - paid by whoever sends
    from botocore.config import Config  # noqa: PLC0415

    connect, read = WAITS
    once = Config(connect_timeout=connect, read_timeout=read, retries={"total_max_attempts": 1, "mode": "standard"})
    return boto3.client(
        "sesv2", region_name=config.setting("AWS_SES_REGION", config.setting("AWS_REGION")), config=once
    )
