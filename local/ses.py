"""SES as far as we use it: takes a mail over HTTP as SES v2 does, and tells what became of it.

`POST /v2/email/outbound-emails` takes raw mails, so that any client of SES can judge it.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PATH: Final = "/v2/email/outbound-emails"


@dataclass(frozen=True)
class Sent:
    """A mail that was taken: to whom, what it says, its headers, and the tags that its events carry."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    tags: Mapping[str, str]
    at: datetime

    def event(self, kind: str, **about: Any) -> dict[str, Any]:
        """What SES publishes of it: `Send`, `Delivery`, `Bounce` …"""
        mail = {
            "messageId": self.message_id,
            "destination": [self.to],
            "timestamp": self.at.isoformat(),
            "tags": {name: [value] for name, value in self.tags.items()},
        }
        return {"eventType": kind, "mail": mail, kind.lower(): about}


@dataclass(frozen=True)
class Fault:
    """An answer that SES gives instead of sending."""

    status: int
    code: str
    message: str = ""


Take = Callable[[Sent], object]


def create_app(take: Take, fault: Callable[[], Fault | None] = lambda: None) -> Starlette:
    """The service. Every mail is given to `take`; whatever `fault` says is answered instead of taking one."""

    def send(request: Request, body: bytes) -> Response:
        refused = fault()
        if refused is not None:
            return _refusal(refused)
        try:
            sent = _read(json.loads(body))
        except (KeyError, TypeError, ValueError, binascii.Error):
            return _refusal(Fault(400, "BadRequestException", "That is no raw mail."))
        take(sent)
        return JSONResponse({"MessageId": sent.message_id})

    async def endpoint(request: Request) -> Response:
        return send(request, await request.body())

    return Starlette(routes=[Route(PATH, endpoint, methods=["POST"])])


def _refusal(fault: Fault) -> Response:
    headers = {"x-amzn-ErrorType": fault.code}
    return JSONResponse({"message": fault.message or fault.code}, fault.status, headers=headers)


def _read(sent: Mapping[str, Any]) -> Sent:
    message = message_from_bytes(base64.b64decode(sent["Content"]["Raw"]["Data"]), policy=policy.default)
    return Sent(
        message_id=f"0107{secrets.token_hex(12)}-{secrets.token_hex(4)}-000000",
        to=str(sent["Destination"]["ToAddresses"][0]),
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers={name: str(value) for name, value in message.items()},
        tags={each["Name"]: each["Value"] for each in sent.get("EmailTags") or ()},
        at=datetime.now(UTC),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    found = message.get_body(preferencelist=(subtype,))
    return "" if found is None else str(found.get_content())
