"""A small Lambda Runtime API: starts a function under the real `awslambdaric` and times its first answer.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

ANSWERS_WITHIN: Final = 30.0  # seconds


class FunctionFailedError(RuntimeError):
    """The function couldn't be loaded or raised: what the runtime client reported."""


@dataclass(frozen=True)
class ColdStart:
    """Milliseconds from the start of the process to its first answer, and that answer."""

    ms: float
    answer: dict[str, Any]


def cold_start(
    python: Path, folder: Path, event: Mapping[str, Any], *, search_path: str, variables: Mapping[str, str]
) -> ColdStart:
    """Start `folder`/app.handler in a new process, give it one event, and end it with its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(ANSWERS_WITHIN)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))},
            **variables,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.getsockname()[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": folder.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": "bench",
            "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
            "AWS_REGION": "eu-west-1",
            "LAMBDA_TASK_ROOT": str(folder),
            "_HANDLER": "app.handler",
            "PYTHONPATH": os.pathsep.join([str(folder), search_path]),
        }
        started = time.perf_counter()
        process = subprocess.Popen(
            [python, "-m", "awslambdaric", "app.handler"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            answer = _first_answer(server, json.dumps(event).encode())
            return ColdStart((time.perf_counter() - started) * 1000, answer)
        finally:
            process.kill()
            process.wait()


def _first_answer(server: socket.socket, event: bytes) -> dict[str, Any]:
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as stream:
            while request := _request(stream):
                path, body = request
                if path.endswith(b"/next"):
                    connection.sendall(_event_response(event))
                elif path.endswith(b"/response"):
                    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
                    answer: dict[str, Any] = json.loads(body)
                    return answer
                else:
                    raise FunctionFailedError(body.decode()[:2000])


def _request(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    line = stream.readline()
    if not line:
        return None
    headers = {}
    while (header := stream.readline().strip()) != b"":
        name, _, value = header.partition(b":")
        headers[name.lower()] = value.strip()
    if headers.get(b"transfer-encoding") == b"chunked":
        chunks = []
        while size := int(stream.readline(), 16):
            chunks.append(stream.read(size))
            stream.readline()
        stream.readline()
        return line.split()[1], b"".join(chunks)
    return line.split()[1], stream.read(int(headers.get(b"content-length", 0)))


def _event_response(event: bytes) -> bytes:
    deadline = int((time.time() + ANSWERS_WITHIN) * 1000)
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: bench-1\r\n"
        b"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:1:function:f\r\n"
        b"Lambda-Runtime-Deadline-Ms: %d\r\nContent-Length: %d\r\n\r\n%s" % (deadline, len(event), event)
    )
