"""The grader's end of one box: a line that hostile code may write on, read strictly and against a deadline."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from grader.box import frames

END_SECONDS = 60.0
WAITED_SECONDS = 10.0


class Late(Exception):
    """The deadline passed before a whole frame arrived."""


class Broken(Exception):
    """What arrived is no frame that this side expects."""


@dataclass(frozen=True)
class Gone(Exception):
    """The box's processes have ended: by themselves (`why` is "exit"), or by our hand."""

    why: str
    code: int | None


class Messages:
    """Reads the warm parent's own messages, which no student's code can write."""

    def __init__(self, source: socket.socket) -> None:
        self.source = source
        self.closed = False
        self._data = bytearray()

    def next(self, deadline: float) -> dict[str, Any] | None:
        """The next message; None if the other end is closed or the deadline has passed."""
        while True:
            if len(self._data) >= 4:
                (length,) = struct.unpack_from("<I", self._data)
                if len(self._data) >= 4 + length:
                    message: dict[str, Any] = json.loads(bytes(self._data[4 : 4 + length]))
                    del self._data[: 4 + length]
                    return message
            if not readable([self.source], deadline):
                return None
            data = self.source.recv(65536)
            if not data:
                self.closed = True
                return None
            self._data += data


def readable(sources: list[socket.socket], deadline: float) -> list[socket.socket]:
    """Those of the sockets that have something to be read, once one has or the deadline has passed."""
    left = max(0.0, deadline - time.monotonic())
    poll = select.poll()
    by_number = {source.fileno(): source for source in sources}
    for source in sources:
        poll.register(source, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(left * 1000)]


class Process:
    """The two sockets of one box: the line, on which it speaks, and the status, on which only the parent does."""

    def __init__(self, line: socket.socket, status: socket.socket) -> None:
        self._line = line
        self._line.setblocking(False)
        self._status = Messages(status)
        self._data = bytearray()
        self._lengths: tuple[int, int] | None = None
        self._waited = 0.0
        self._gone: Gone | None = None

    def send(self, header: dict[str, Any], blob: bytes | bytearray, deadline: float) -> None:
        """One frame to the box; raises `Late` where it does not read, `Gone` where it has ended."""
        data = memoryview(frames.packed(frames.Frame(header, blob)))
        while data:
            try:
                data = data[self._line.send(data) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError:
                raise self._ended(deadline) from None

    def receive(self, deadline: float) -> frames.Frame:
        """One frame from the box; raises `Late`, `Gone` or `Broken`. Never allocates what was only announced.

        After `Late` it can be called again with a later deadline: nothing that has arrived is lost.
        """
        try:
            if self._lengths is None:
                self._fill(frames.LENGTHS.size, deadline)
                self._lengths = frames.lengths(self._taken(frames.LENGTHS.size))
            header, blob = self._lengths
            self._fill(header + blob, deadline)
            self._lengths = None
            return frames.unpacked(self._taken(header), self._taken(blob))
        except frames.BadFrame as error:
            raise Broken(str(error)) from None

    def _fill(self, size: int, deadline: float) -> None:
        while len(self._data) < size:
            self._wait(select.POLLIN, deadline)
            try:
                data = self._line.recv(min(2**20, max(65536, size - len(self._data))))
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                raise self._ended(deadline)
            self._data += data

    def _taken(self, size: int) -> bytearray:
        if len(self._data) == size:
            # The usual case, without a copy: an answer may be large.
            taken, self._data = self._data, bytearray()
            return taken
        taken = self._data[:size]
        del self._data[:size]
        return taken

    def _wait(self, event: int, deadline: float) -> None:
        """Until the line can be read or written; the end of the box is seen although a stray holds the line open."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise Late
        poll = select.poll()
        poll.register(self._line, event)
        if self._gone is None:
            poll.register(self._status.source, select.POLLIN)
        ready = dict(poll.poll(left * 1000))
        if not ready:
            raise Late
        if self._line.fileno() in ready:
            return
        message = self._status.next(deadline)
        if message is None and not self._status.closed:
            raise Late
        if message is None or "ended" in message:
            self._gone = gone_with(message)
            if event == select.POLLOUT or not self._line_holds_bytes():
                raise self._gone

    def _line_holds_bytes(self) -> bool:
        poll = select.poll()
        poll.register(self._line, select.POLLIN)
        return bool(poll.poll(0))

    def _ended(self, deadline: float) -> Gone | Late:
        """How the box ended, once its line is closed. The parent may first have much to clear away."""
        last = max(deadline, time.monotonic() + END_SECONDS)
        while self._gone is None:
            message = self._status.next(last)
            if message is None or "ended" in message:
                self._gone = gone_with(message)
        return self._gone

    def waited(self) -> float:
        """The seconds, since this was last asked, for which the box wanted a processor and had none.

        0 where the machine does not tell, or the box is gone.
        """
        with contextlib.suppress(OSError):
            self._status.source.sendall(b"w")
            deadline = time.monotonic() + WAITED_SECONDS
            while self._gone is None:
                message = self._status.next(deadline)
                if message is not None and "waited" in message:
                    before, self._waited = self._waited, float(message["waited"])
                    return self._waited - before
                if message is None and not self._status.closed:
                    return 0.0
                if message is None or "ended" in message:
                    self._gone = gone_with(message)
        return 0.0

    def end(self) -> None:
        """Kills the box and waits until nothing of it is left."""
        with contextlib.suppress(OSError):
            if self._gone is None:
                self._status.source.shutdown(socket.SHUT_WR)
                deadline = time.monotonic() + 10.0
                while self._gone is None:
                    message = self._status.next(deadline)
                    if message is None or "ended" in message:
                        self._gone = gone_with(message)
        self._line.close()
        self._status.source.close()


def gone_with(message: dict[str, Any] | None) -> Gone:
    """What the parent's last message about a box says; "lost" where the parent itself is gone."""
    if message is None:
        return Gone("lost", None)
    return Gone(
        message["why"], None if message["ended"] is None else os.waitstatus_to_exitcode(message["ended"])
    )
