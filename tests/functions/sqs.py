"""SQS for a test with thousands of messages: moto looks through the whole queue for each one that it gives."""

import hashlib
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass
class Queue:
    """One queue, which forgets nothing before it is deleted. `visibility` is in seconds."""

    visibility: float
    waiting: "deque[tuple[str, str]]" = field(default_factory=deque)
    under_way: dict[str, tuple[float, str, str]] = field(default_factory=dict)

    def send(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        """SendMessageBatch."""
        done = []
        for each in entries:
            self.waiting.append((str(uuid.uuid4()), each["MessageBody"]))
            done.append(
                {"Id": each["Id"], "MessageId": self.waiting[-1][0], "MD5OfMessageBody": _md5(each["MessageBody"])}
            )
        return {"Successful": done}

    def receive(self, most: int) -> dict[str, Any]:
        """ReceiveMessage. What nobody deleted in time comes again."""
        now = time.monotonic()
        late = [receipt for receipt, (until, *_) in self.under_way.items() if until <= now]
        self.waiting.extend(self.under_way.pop(receipt)[1:] for receipt in late)
        given: list[dict[str, str]] = []
        while self.waiting and len(given) < most:
            message, body = self.waiting.popleft()
            receipt = str(uuid.uuid4())
            self.under_way[receipt] = (now + self.visibility, message, body)
            given.append({"MessageId": message, "ReceiptHandle": receipt, "Body": body, "MD5OfBody": _md5(body)})
        return {"Messages": given} if given else {}

    def delete(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        """DeleteMessageBatch."""
        for each in entries:
            self.under_way.pop(each["ReceiptHandle"], None)
        return {"Successful": [{"Id": each["Id"]} for each in entries]}


def create_app(queue: Queue) -> Starlette:
    """The service, with one queue."""

    async def answer(request: Request) -> Response:
        asked = json.loads(await request.body())
        match request.headers["x-amz-target"].partition(".")[2]:
            case "SendMessageBatch":
                told = queue.send(asked["Entries"])
            case "ReceiveMessage":
                told = queue.receive(int(asked["MaxNumberOfMessages"]))
            case "DeleteMessageBatch":
                told = queue.delete(asked["Entries"])
            case other:
                return JSONResponse({"__type": "UnsupportedOperation", "message": other}, 400)
        return JSONResponse(told, media_type="application/x-amz-json-1.0")

    return Starlette(routes=[Route("/", answer, methods=["POST"])])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
