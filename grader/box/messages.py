"""Messages between the warm parent and the grader: a length and JSON, on sockets that no student's code holds."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from typing import Any


def tell(receiver: socket.socket, message: dict[str, Any]) -> None:
    """One message to the grader, if it is still there."""
    data = json.dumps(message).encode()
    with contextlib.suppress(OSError):
        receiver.sendall(struct.pack("<I", len(data)) + data)


def received(control: socket.socket, length: int) -> bytes:
    """So many bytes from the grader."""
    data = bytearray()
    while len(data) < length:
        more = control.recv(length - len(data))
        if not more:
            raise EOFError("the grader closed its socket inside a request")
        data += more
    return bytes(data)
