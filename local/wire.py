"""Messages between the local product's processes: JSON with its length before it, over a socket."""

import json
import socket
import struct
from typing import Any, Final

_LENGTH: Final = struct.Struct("!Q")


def send(line: socket.socket, message: object) -> None:
    """Send one message. Raises OSError when the other side is gone, TypeError for what JSON can't say."""
    data = json.dumps(message).encode()
    line.sendall(_LENGTH.pack(len(data)) + data)


def receive(line: socket.socket) -> Any:
    """The next message. Raises EOFError when the other side is gone, TimeoutError after the socket's timeout."""
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
    return json.loads(_exactly(line, length))


def _exactly(line: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = line.recv(min(count - len(data), 1 << 20))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
