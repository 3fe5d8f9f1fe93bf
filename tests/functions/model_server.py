"""A stand-in for a model's server that speaks OpenAI's chat protocol and misbehaves as a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class ModelServer:
    """Each request is answered by the next of `behaviours`, the last one for good; `asked` holds what was sent."""

    url: str = ""
    behaviours: list[Behaviour] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def will(self, *behaviours: Behaviour) -> None:
        """What happens to the next requests."""
        self.behaviours = list(behaviours)


class Handler(BaseHTTPRequestHandler):
    """One request to the model."""

    model: ModelServer

    def do_POST(self) -> None:
        """Read the question and misbehave."""
        self.model.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.model.arrived.release()
        behave = self.model.behaviours.pop(0) if len(self.model.behaviours) > 1 else self.model.behaviours[0]
        behave(self)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def answer(self, status: int, body: str, *, headers: dict[str, str] | None = None) -> None:
        """A whole response."""
        raw = body.encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


PULSE = {
    "rating": 4,
    "rating_source": "stated",
    "reason": "the new van",
    "workload_rating": None,
    "workload_rating_source": None,
    "burnout_risk": None,
    "burnout_risk_source": None,
}
"""What a model may have understood after the first answer of a pulse."""
ALL_SAID = {
    **PULSE,
    "workload_rating": 3,
    "workload_rating_source": "stated",
    "burnout_risk": "low",
    "burnout_risk_source": "stated",
}
"""And after the second."""
TURN = {
    "reply": "Thanks! And how heavy is your workload?",
    "is_complete": False,
    "extracted": PULSE,
    "language_code": "en",
    "concern": "none",
}
"""A turn of a model."""
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def answers(body: str) -> Behaviour:
    """A successful response with any body."""
    return lambda handler: handler.answer(200, body)


def says(content: str | None, *, refusal: str | None = None, usage: object = USAGE) -> Behaviour:
    """A completion with this content."""
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stand-in",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": usage,
    }
    return lambda handler: handler.answer(200, json.dumps(completion))


def fails(status: int) -> Behaviour:
    """An error of the server."""
    body = json.dumps({"error": {"message": "no", "type": "server_error", "code": None, "param": None}})
    return lambda handler: handler.answer(status, body)


def garbage(handler: Handler) -> None:
    """A body that is no JSON."""
    handler.answer(200, '{"choices": [{"mess')


def cut(handler: Handler) -> None:
    """A connection that ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "chatcmpl-1", "choices"')
    handler.wfile.flush()
    handler.connection.close()


def late(handler: Handler) -> None:
    """Nothing, until the test ends."""
    handler.model.released.wait(60)


def when_released(then: Behaviour) -> Behaviour:
    """Wait until the test says so, and behave then."""

    def wait(handler: Handler) -> None:
        handler.model.released.wait(60)
        then(handler)

    return wait


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A running stand-in on the loopback."""
    model = ModelServer()

    class Bound(Handler):
        pass

    Bound.model = model
    with ThreadingHTTPServer(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield model
        model.released.set()
        server.shutdown()
